// Lets lines be moved up and down; the selects beside them hold the order, with or without this.
for (const list of document.querySelectorAll("[data-ordering]")) {
  const lines = () => [...list.children];
  const select = (line) => line.querySelector("select");
  const changed = (line) => select(line).dispatchEvent(new Event("input", { bubbles: true }));
  const write = () => {
    lines().forEach((line, place) => {
      select(line).value = String(place);
    });
  };
  const arrange = () => {
    const placed = lines().filter((line) => select(line).value !== "");
    if (placed.length !== lines().length) return;
    placed.sort((first, second) => select(first).value - select(second).value);
    for (const line of placed) list.append(line);
  };
  const button = (text, sign, step) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.dataset.size = "small";
    made.textContent = sign;
    made.addEventListener("click", () => {
      const line = made.closest("li");
      const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
      if (!other) return;
      if (step < 0) other.before(line);
      else other.after(line);
      write();
      made.focus();
      changed(line);
    });
    return [made, text];
  };
  arrange();
  for (const line of lines()) {
    if (select(line).disabled) continue;
    const name = line.querySelector("label").textContent;
    for (const [made, text] of [button(list.dataset.up, "↑", -1), button(list.dataset.down, "↓", 1)]) {
      made.setAttribute("aria-label", `${text}: ${name}`);
      line.append(made);
    }
  }
}

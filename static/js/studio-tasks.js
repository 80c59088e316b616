// The form of a task: what is drawn is put into the brief by a tap, "Line 3" puts the cursor there,
// and fields that stand above their form tell it that something was typed.
for (const part of document.querySelectorAll("[data-of-form]")) {
  const form = document.getElementById(part.dataset.ofForm);
  part.addEventListener("input", () => form.dispatchEvent(new Event("input")));
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-put]");
  if (chip) {
    const area = chip.closest("form").elements.text;
    const at = area.selectionStart;
    const before = area.value.slice(0, at);
    const isAlone = "alone" in chip.dataset;
    const lead = isAlone && before && !before.endsWith("\n") ? "\n\n" : "";
    area.setRangeText(`${lead}${chip.dataset.put}${isAlone ? "\n" : ""}`, at, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const link = event.target.closest("a[data-line]");
  const area = link && document.getElementById(link.hash.slice(1));
  if (area) {
    event.preventDefault();
    const lines = area.value.split("\n");
    const number = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + lines[number - 1].length);
    area.scrollTop = (number - 3) * parseFloat(getComputedStyle(area).lineHeight);
    area.scrollIntoView({ block: "center" });
  }
});

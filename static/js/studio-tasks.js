// The form of a task: what is drawn is put into the brief by a tap, and fields that stand above their
// form tell it that something was typed.
for (const part of document.querySelectorAll("[data-of-form]")) {
  const form = document.getElementById(part.dataset.ofForm);
  part.addEventListener("input", () => form.dispatchEvent(new Event("input")));
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-put]");
  if (!chip) return;
  const area = chip.closest("form").elements.text;
  const at = area.selectionStart;
  const before = area.value.slice(0, at);
  const isAlone = "alone" in chip.dataset;
  const lead = isAlone && before && !before.endsWith("\n") ? "\n\n" : "";
  area.setRangeText(`${lead}${chip.dataset.put}${isAlone ? "\n" : ""}`, at, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
});

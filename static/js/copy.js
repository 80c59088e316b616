// data-copy puts its text on the clipboard and says so on the button.
const prepare = (root) => {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
};
prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  if (before === button.dataset.done) return;
  words.setAttribute("role", "status");
  words.textContent = button.dataset.done;
  setTimeout(() => { words.textContent = before; }, 2500);
});

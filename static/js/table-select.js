// Choosing rows: one box for all, a count, and a bar that shows while something is chosen.
const update = (scope) => {
  const rows = [...scope.querySelectorAll("[data-select-row]")];
  const chosen = rows.filter((row) => row.checked).length;
  for (const all of scope.querySelectorAll("[data-select-all]")) {
    all.hidden = !rows.length;
    all.checked = rows.length > 0 && chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  }
  for (const bar of scope.querySelectorAll("[data-bulk-bar]")) {
    bar.hidden = chosen === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = count.dataset.text.replace("{n}", String(chosen));
  }
};
const scopeOf = (element) => element.closest("form, [data-select-scope], main") ?? document;
const prepare = () => {
  const scopes = new Set([...document.querySelectorAll("[data-select-all], [data-bulk-bar]")].map(scopeOf));
  for (const scope of scopes) update(scope);
};
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-row], [data-select-all]")) return;
  const scope = scopeOf(event.target);
  if (event.target.matches("[data-select-all]")) {
    for (const row of scope.querySelectorAll("[data-select-row]")) row.checked = event.target.checked;
  }
  update(scope);
});
document.addEventListener("htmx:after:swap", prepare);
window.addEventListener("pageshow", prepare);
prepare();

// A field changes in place: its form replaces the value, Escape and Cancel put the value back.
const close = (form) => {
  const line = form.closest("[data-inline]");
  form.remove();
  line?.querySelector("[data-inline-edit]")?.focus();
};
document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-inline-cancel]");
  if (!cancel) return;
  event.preventDefault();
  close(cancel.closest("form"));
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-inline-form]");
  if (event.key === "Escape" && form) close(form);
});
document.addEventListener("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("[data-inline-form]:not([data-ready])")) {
    form.dataset.ready = "yes";
    const line = form.closest("[data-inline]");
    for (const other of document.querySelectorAll("[data-inline-form]")) {
      if (other !== form && other.closest("[data-inline]") === line) other.remove();
    }
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
});

// A form that posts is sent once. Coming back with the browser's own button makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("submitOnce" in form.dataset) || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  // A form that answers with a file leaves its page standing.
  if ("downloads" in form.dataset) setTimeout(() => restore(form.parentElement), 2000);
});
const restore = (root) => {
  for (const form of root.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
};
window.addEventListener("pageshow", () => restore(document));
document.addEventListener("htmx:finally:request", () => restore(document));

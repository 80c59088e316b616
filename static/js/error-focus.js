// After a form came back with errors the reader starts at their list; a link in it goes to the field.
document.querySelector("[data-focus-first]")?.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  event.preventDefault();
  const first = target.matches("fieldset") ? target.querySelector("input:not([type=hidden])") ?? target : target;
  (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
  first.focus({ preventScroll: true });
});

// The button beside a password shows what was typed; sending the form hides it again.
const show = (button, visible) => {
  const field = document.getElementById(button.dataset.reveals);
  if (!field) return;
  field.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", String(visible));
  button.setAttribute("aria-label", visible ? button.dataset.labelHide : button.dataset.labelShow);
  button.textContent = visible ? button.dataset.hide : button.dataset.show;
};
for (const button of document.querySelectorAll("[data-reveals]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-reveals]")) show(button, false);
}, true);

// data-confirm on a form or a submit button asks in a dialog before anything is sent.
const dialog = document.getElementById("confirm");
let pending = null;
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || !dialog || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pending = { form: event.target, submitter: event.submitter };
  dialog.querySelector("[data-confirm-text]").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  if (event.submitter) yes.textContent = event.submitter.textContent.trim();
  yes.dataset.kind = event.submitter?.dataset.kind === "danger" ? "danger" : "primary";
  dialog.showModal();
}, true);
dialog?.querySelector("[data-confirm-yes]").addEventListener("click", () => {
  const { form, submitter } = pending ?? {};
  dialog.close();
  if (!form) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter ?? undefined);
  delete form.dataset.confirmed;
});
dialog?.addEventListener("close", () => { pending = null; });

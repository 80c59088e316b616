// Keeps the sheet while it is filled in, and says only what the server has acknowledged.
// Without this script the button "Keep as a draft" does the same.
const form = document.querySelector("form[data-draft]");
const saved = document.getElementById("saved");
const token = form.querySelector('[name="csrf_token"]');
const WAIT = 800;
let timer = 0;
let pause = 1000;
let delay = WAIT;
let isSending = false;
let isChanged = false;
let isOver = false;
let isLeaving = false;
let leaveWith = null;

const show = (state, text) => {
  saved.dataset.state = state;
  saved.querySelector("span").textContent = text;
};
const schedule = (milliseconds) => {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
};
const later = (text) => {
  isChanged = true;
  show("waiting", text);
  delay = pause;
  pause = Math.min(pause * 2, 15000);
};
// What cannot be right is not sent again until it was changed.
const wrong = (fault) => {
  delay = isChanged ? WAIT : 0;
  isChanged = true;
  show("waiting", (form.dataset.textWrong ?? "{fault}").replace("{fault}", fault));
};
const faultOf = async (response) => {
  const report = await response.json().catch(() => null);
  return Object.values(report?.errors ?? {}).flat()[0];
};
const stop = (text) => {
  isOver = true;
  show("waiting", text);
};
// Who signed in again in another window has another token than this page was drawn with.
const renewToken = async () => {
  try {
    const response = await fetch(location.href, { redirect: "error", signal: AbortSignal.timeout(10000) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector('form[data-draft] [name="csrf_token"]')?.value;
    if (fresh && token) token.value = fresh;
  } catch {
    // Still signed out; the next try asks again.
  }
};
const post = async () => {
  try {
    return await fetch(form.dataset.draft, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      redirect: "error",
      signal: AbortSignal.timeout(10000),
    });
  } catch {
    return null;
  }
};
const take = async (response) => {
  if (response?.ok) {
    const report = await response.json();
    form.elements.version.value = report.version;
    pause = 1000;
    if (!isChanged) show("saved", form.dataset.textSaved.replace("{time}", report.saved_at));
  } else if (response?.status === 409) {
    stop(form.dataset.textOther);
  } else if (response?.status === 401 || response?.status === 400) {
    await renewToken();
    later(form.dataset.textSignedOut);
  } else {
    const fault = response?.status === 422 ? await faultOf(response) : null;
    if (fault) wrong(fault);
    else later(form.dataset.textWaiting);
  }
};
async function send() {
  if (isSending || isOver) return;
  isSending = true;
  isChanged = false;
  delay = WAIT;
  show("waiting", form.dataset.textSaving);
  await take(await post());
  isSending = false;
  if (leaveWith) form.requestSubmit(leaveWith);
  else if (isChanged && !isOver && delay) schedule(delay);
}
form.addEventListener("input", () => {
  isChanged = true;
  if (isOver) return;
  show("waiting", form.dataset.textSaving);
  schedule(WAIT);
});
// What is on its way changes the version that the form carries: the form waits for the answer.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (isSending) {
    event.preventDefault();
    leaveWith = event.submitter;
    return;
  }
  isLeaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && (isSending || isChanged)) event.preventDefault();
});

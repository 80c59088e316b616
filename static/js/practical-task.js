// Beside the CRM and on the page of the attempt: saves what is typed into the task's own fields, and counts the time down.
// Without this script the form's buttons save, and the time stands as a clock time.
const task = document.querySelector("[data-task]");
const saved = document.getElementById("task-saved");
const form = task.querySelector("form");
const fields = [...task.querySelectorAll("[data-answer]")];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
let waiting = null;
let sending = false;
let dirty = false;
let pause = 1000;

const show = (state, text) => {
  if (!saved) return;
  saved.dataset.state = state;
  saved.querySelector("span").textContent = text;
};

const later = (milliseconds) => {
  clearTimeout(waiting);
  waiting = setTimeout(send, milliseconds);
};

async function send() {
  if (sending || !dirty) return;
  sending = true;
  dirty = false;
  let status = 0;
  let report = null;
  try {
    const response = await fetch(task.dataset.answers, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token?.value ?? "" },
      body: JSON.stringify({ answers: Object.fromEntries(fields.map((each) => [each.dataset.answer, each.value])) }),
      keepalive: true,
      redirect: "error",
      signal: AbortSignal.timeout(10000),
    });
    status = response.status;
    report = await response.json();
  } catch {
    // No answer, or none that a script can read: tried again below.
  }
  sending = false;
  if (status === 200) {
    pause = 1000;
    show("saved", fill(task.dataset.textSaved, { time: report.saved_at }));
    if (dirty) later(300);
  } else if (status === 410) {
    show("waiting", task.dataset.textClosed);
  } else if (status === 422 && report?.text) {
    show("waiting", report.text);
  } else {
    dirty = true;
    show("waiting", task.dataset.textWaiting);
    later(pause);
    pause = Math.min(pause * 2, 15000);
  }
}

for (const field of fields) {
  field.addEventListener("input", () => {
    dirty = true;
    show("waiting", task.dataset.textSaving);
    later(600);
  });
  field.addEventListener("change", () => later(0));
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && dirty) send();
});

const timers = [...document.querySelectorAll(".dock .timer, .task-bar .timer")];
if (task.dataset.until && timers.length) {
  const until = Date.parse(task.dataset.until) - Date.parse(task.dataset.now) + performance.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    for (const timer of timers) {
      timer.querySelector("[data-time]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left <= 60) timer.dataset.tone = "warn";
    }
    if (left > 0) setTimeout(tick, 1000);
    else setTimeout(() => location.assign(task.dataset.over), 1500);
  };
  tick();
}

// Saves each answer as it is given, and says only what the server has acknowledged.
// Without this script the form does the same with its buttons.
const form = document.querySelector("form[data-quiz]");
const saved = document.getElementById("saved");
const savedText = saved.querySelector("span");
const warning = document.getElementById("quiz-warning");
const counts = document.getElementById("palette-counts");
const position = Number(form.dataset.position);
const key = `quiz:${form.dataset.steps}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const token = () => form.querySelector('[name="csrf_token"]')?.value ?? "";

const read = (name, otherwise) => {
  try {
    return JSON.parse(sessionStorage.getItem(`${key}:${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const keep = (name, value) => {
  try {
    sessionStorage.setItem(`${key}:${name}`, JSON.stringify(value));
  } catch {
    // A browser that stores nothing still saves to the server.
  }
};
const newName = () => [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");

let client = read("client", null) ?? newName();
let sequence = read("sequence", 0);
let queue = read("queue", []);
let sending = false;
let leaving = false;
let pause = 1000;
keep("client", client);
form.elements.client.value = client;

const show = (state, text) => {
  saved.dataset.state = state;
  savedText.textContent = text;
};

const fields = () => {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith("answer")) continue;
    if (form.querySelector(`input[type="checkbox"][name="${name}"]`)) (found[name] ??= []).push(value);
    else found[name] = value;
  }
  return found;
};

const describe = (button) => {
  const [answered, flagged] = button.dataset.said.split("|");
  const parts = [button.getAttribute("aria-label").split(",")[0]];
  if ("answered" in button.dataset) parts.push(answered);
  if ("flagged" in button.dataset) parts.push(flagged);
  button.setAttribute("aria-label", parts.join(", "));
};

const paint = (report) => {
  show("saved", fill(form.dataset.textSaved, { time: report.saved_at, count: report.answered.length }));
  counts.textContent = fill(counts.dataset.text, { answered: report.answered.length, flagged: report.flagged.length });
  for (const button of form.querySelectorAll(".palette button")) {
    const number = Number(button.value);
    button.toggleAttribute("data-answered", report.answered.includes(number));
    button.toggleAttribute("data-flagged", report.flagged.includes(number));
    describe(button);
  }
};

// Of several unsaved answers to one question only the last is worth sending.
const put = (step) => {
  sequence += 1;
  queue = queue.filter((each) => each.kind !== step.kind || each.position !== step.position || each === queue[0] && sending);
  queue.push({ ...step, client, sequence });
  keep("sequence", sequence);
  keep("queue", queue);
  show("waiting", form.dataset.textSaving);
  send();
};

const refuse = (text) => {
  warning.hidden = false;
  warning.querySelector("[data-text]").textContent = text;
  show("waiting", text);
};

const later = (text) => {
  show("waiting", text);
  setTimeout(send, pause);
  pause = Math.min(pause * 2, 15000);
};

// Who signed in again in another window has another token than this page was drawn with.
const renewToken = async () => {
  try {
    const response = await fetch(location.href, { redirect: "error", signal: AbortSignal.timeout(10000) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector('form[data-quiz] [name="csrf_token"]')?.value;
    if (fresh) form.querySelector('[name="csrf_token"]').value = fresh;
  } catch {
    // Still signed out; the next try asks again.
  }
};

async function send() {
  if (sending || !queue.length) return;
  sending = true;
  const step = queue[0];
  let response = null;
  try {
    response = await fetch(form.dataset.steps, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(step),
      keepalive: true,
      redirect: "error",
      signal: AbortSignal.timeout(10000),
    });
  } catch {
    response = null;
  }
  if (response?.status === 401 || response?.status === 400) await renewToken();
  sending = false;
  if (response?.ok) {
    const report = await response.json();
    queue = queue.filter((each) => each !== step);
    keep("queue", queue);
    pause = 1000;
    if (queue.length) return send();
    return paint(report);
  }
  if (response?.status === 409) return refuse(form.dataset.textOther);
  if (response?.status === 410) return over();
  if (response?.status === 401 || response?.status === 400) return later(form.dataset.textSignedOut);
  if (response?.status === 422 || response?.status === 413) {
    queue = queue.filter((each) => each !== step);
    keep("queue", queue);
  }
  return later(form.dataset.textWaiting);
}

const over = () => {
  leaving = true;
  queue = [];
  keep("queue", queue);
  show("waiting", form.dataset.textOver);
  location.assign(form.dataset.result);
};

let typing = 0;
form.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("answer")) return;
  clearTimeout(typing);
  const wait = event.target.type === "text" || event.target.type === "search" ? 600 : 0;
  show("waiting", form.dataset.textSaving);
  typing = setTimeout(() => {
    typing = 0;
    put({ kind: "answer", position, fields: fields() });
  }, wait);
});

// The form carries the answer at hand, with a later number than any that still waits: an older one
// that arrives after it must not count. What else waits goes on from the next page.
const number = Object.assign(document.createElement("input"), { type: "hidden", name: "sequence" });
form.append(number);
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(typing);
  typing = 0;
  queue = queue.filter((each) => each.kind !== "answer" || each.position !== position);
  sequence += 1;
  number.value = sequence;
  keep("queue", queue);
  keep("sequence", sequence);
});
window.addEventListener("pageshow", () => {
  leaving = false;
  sequence = Math.max(sequence, read("sequence", 0));
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && (queue.length || typing)) event.preventDefault();
});

warning.querySelector("[data-take-over]").addEventListener("click", () => {
  client = newName();
  sequence = 0;
  keep("client", client);
  form.elements.client.value = client;
  warning.hidden = true;
  queue = queue.filter((each) => each.kind !== "take_over").map((each) => ({ ...each, client, sequence: (sequence += 1) }));
  sequence += 1;
  queue.unshift({ kind: "take_over", position: null, client, sequence });
  keep("sequence", sequence);
  keep("queue", queue);
  send();
});

const flag = form.querySelector("[data-flag]");
flag.addEventListener("click", (event) => {
  event.preventDefault();
  const on = flag.getAttribute("aria-pressed") !== "true";
  flag.setAttribute("aria-pressed", String(on));
  flag.value = on ? "unflag" : "flag";
  put({ kind: "flag", position, on });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tag = event.target.tagName;
  const writes = (tag === "INPUT" && !["radio", "checkbox"].includes(event.target.type)) || tag === "SELECT" || tag === "TEXTAREA";
  if (writes) return;
  const choices = form.querySelectorAll('[data-question] input[type="radio"], [data-question] input[type="checkbox"]');
  if (/^[1-9]$/.test(event.key) && choices[Number(event.key) - 1]) {
    event.preventDefault();
    choices[Number(event.key) - 1].click();
    choices[Number(event.key) - 1].focus();
  } else if (event.key === "f" || event.key === "F") {
    event.preventDefault();
    flag.click();
  } else if (event.key === "ArrowRight") {
    event.preventDefault();
    form.querySelector("[data-next]").click();
  } else if (event.key === "ArrowLeft") {
    event.preventDefault();
    form.querySelector("[data-previous]:not(:disabled)")?.click();
  }
});

// The server's clock counts: the browser's may be wrong, so only the difference at loading is used.
const until = Date.parse(form.dataset.until) - Date.parse(form.dataset.now) + performance.now();
const timer = form.querySelector(".timer");
const tick = () => {
  const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
  timer.querySelector("[data-time]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left <= 60) timer.dataset.tone = "warn";
  if (left === 1 && typing) {
    clearTimeout(typing);
    typing = 0;
    put({ kind: "answer", position, fields: fields() });
  }
  if (left > 0) setTimeout(tick, 1000 - ((performance.now() - until) % 1000 + 1000) % 1000 || 1000);
  else setTimeout(over, 1500);
};
tick();
window.addEventListener("online", send);
send();

// Keeps what is written while it is written, draws the preview, and inserts blocks.
// What the server has not acknowledged also lies on this device: a crash, an ended session or a
// restart of the server loses nothing. Without this script the button "Save" does the same.
const root = document.querySelector("[data-studio]");
const saved = document.getElementById("saved");
const texts = root.dataset;
const WAIT = 900;
// What a form carries beside what somebody writes in it.
const CARRIED = new Set(["csrf_token", "path", "number", "version", "once"]);

const show = (state, text) => {
  saved.dataset.state = state;
  saved.querySelector("span").textContent = text;
};
const local = {
  read: (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  keep: (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A browser that stores nothing still saves to the server.
    }
  },
  drop: (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was stored.
    }
  },
};

// Values by name, each a list: names repeat where a form has rows.
const valuesOf = (data) => {
  const found = {};
  for (const [name, value] of data) {
    if (!CARRIED.has(name) && typeof value === "string") (found[name] ??= []).push(value);
  }
  return found;
};
const listOf = (value) => (Array.isArray(value) ? value : [value ?? ""]);
const areSame = (one, other) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (name) => JSON.stringify(listOf(one[name])) === JSON.stringify(listOf(other[name])),
  );
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

class Side {
  constructor(form) {
    this.form = form;
    this.key = `${texts.key}:${form.elements.path.value}`;
    this.timer = 0;
    this.pause = 1000;
    this.isSending = false;
    this.isChanged = false;
    this.isOver = false;
    this.preview = form.parentElement.querySelector("[data-preview]");
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.isChanged = true;
      if (event.submitter?.name) this.act(event.submitter);
      else this.send();
    });
    this.offerFound();
    this.draw();
  }

  get values() {
    return valuesOf(new FormData(this.form));
  }

  fieldsOf(name) {
    return [...this.form.elements].filter((field) => field.name === name && field.type !== "submit");
  }

  // Whether the form has a place for each value: rows that somebody added are not in it yet.
  fits(values) {
    return Object.entries(values).every(([name, value]) => {
      const fields = this.fieldsOf(name);
      return fields.some((field) => isTicked(field) || field.multiple) || fields.length === listOf(value).length;
    });
  }

  put(values) {
    for (const [name, value] of Object.entries(values)) {
      const list = listOf(value);
      this.fieldsOf(name).forEach((field, index) => {
        if (isTicked(field)) field.checked = list.includes(field.value);
        else if (field.multiple) for (const option of field.options) option.selected = list.includes(option.value);
        else if (field.value !== list[index]) {
          const at = field.selectionStart;
          field.value = list[index];
          if (document.activeElement === field && at !== null) field.setSelectionRange(at, at);
        }
      });
    }
  }

  offerFound() {
    const found = local.read(this.key);
    if (!found || areSame(found.values, this.values)) {
      local.drop(this.key);
      return;
    }
    const note = document.createElement("p");
    note.className = "note";
    note.setAttribute("role", "status");
    const words = document.createElement("span");
    words.className = "note-body";
    words.textContent = `${texts.textFound} `;
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button";
      made.dataset.size = "small";
      made.textContent = text;
      made.addEventListener("click", () => {
        act();
        note.remove();
      });
      words.append(made, " ");
    };
    button(texts.textTake, () => {
      this.form.elements.number.value = found.number;
      if (this.fits(found.values)) {
        this.put(found.values);
        this.changed();
      } else this.takeWhole(found.values);
    });
    button(texts.textDrop, () => local.drop(this.key));
    note.append(words);
    this.form.prepend(note);
  }

  // A button with a name adds, moves or removes rows: the server does it, and the page is drawn anew.
  async act(button) {
    clearTimeout(this.timer);
    if (this.isSending) {
      this.timer = setTimeout(() => this.act(button), 100);
      return;
    }
    this.isSending = true;
    const body = new URLSearchParams(new FormData(this.form));
    body.append(button.name, button.value);
    const response = await this.post(body);
    const report = response?.ok ? await response.json() : null;
    if (!report || report.is_aside) {
      await (report ? this.kept(report, this.values) : this.take(response, this.values));
      this.isSending = false;
      return;
    }
    local.drop(this.key);
    if (report.anchor) history.replaceState(null, "", `#${report.anchor}`);
    this.reload();
  }

  // Sends what the form has no place for as it was written, and shows what came of it.
  async takeWhole(values) {
    const data = new URLSearchParams();
    for (const name of CARRIED) if (this.form.elements[name]) data.append(name, this.form.elements[name].value);
    for (const [name, value] of Object.entries(values)) for (const each of listOf(value)) data.append(name, each);
    const response = await this.post(data);
    if (!response?.ok) {
      show("waiting", texts.textWaiting);
      this.offerFound();
      return;
    }
    local.drop(this.key);
    this.reload();
  }

  // All is kept, so nobody need be asked whether to leave.
  reload() {
    this.isSending = this.isChanged = false;
    location.reload();
  }

  changed() {
    this.isChanged = true;
    local.keep(this.key, { number: this.form.elements.number.value, values: this.values });
    show("waiting", texts.textSaving);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), WAIT);
    clearTimeout(this.drawing);
    this.drawing = setTimeout(() => this.draw(), 400);
  }

  async post(body = new URLSearchParams(new FormData(this.form))) {
    try {
      return await fetch(texts.saveUrl, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(10000),
      });
    } catch {
      return null;
    }
  }

  async send() {
    if (this.isSending || this.isOver || !this.isChanged) return;
    this.isSending = true;
    this.isChanged = false;
    clearTimeout(this.timer);
    const sent = this.values;
    await this.take(await this.post(), sent);
    this.isSending = false;
    if (this.isChanged && !this.isOver) this.timer = setTimeout(() => this.send(), WAIT);
  }

  async take(response, sent) {
    if (response?.ok) await this.kept(await response.json(), sent);
    else if (response?.status === 409) {
      this.isOver = true;
      show("waiting", texts.textEnded);
    } else {
      if (response?.status === 401 || response?.status === 400) await this.renewToken();
      this.isChanged = true;
      show("waiting", response?.status === 401 ? texts.textSignedOut : texts.textWaiting);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), this.pause);
      this.pause = Math.min(this.pause * 2, 15000);
    }
  }

  async kept(report, sent) {
    this.pause = 1000;
    if (report.is_aside) {
      this.isOver = true;
      show("waiting", texts.textAside);
      return;
    }
    this.form.elements.number.value = report.number;
    const isStill = areSame(sent, this.values);
    const merged = { ...report.fields, ...("text" in report ? { text: report.text } : {}) };
    if (isStill) local.drop(this.key);
    else this.isChanged = true;
    if (report.was_merged && isStill) {
      if (this.fits(merged)) this.put(merged);
      else this.reload();
    }
    this.form.dispatchEvent(new CustomEvent("studio:kept", { bubbles: true, detail: report }));
    show("saved", report.was_merged ? texts.textMerged : texts.textSaved.replace("{time}", report.saved_at));
  }

  // Who signed in again in another window has another token than this page was drawn with.
  async renewToken() {
    try {
      const response = await fetch(location.href, { redirect: "error", signal: AbortSignal.timeout(10000) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector('[name="csrf_token"]')?.value;
      if (fresh) for (const field of document.querySelectorAll('[name="csrf_token"]')) field.value = fresh;
    } catch {
      // Still signed out; the next try asks again.
    }
  }

  async draw() {
    if (!this.preview || !texts.previewUrl) return;
    try {
      const response = await fetch(texts.previewUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        redirect: "error",
        signal: AbortSignal.timeout(10000),
      });
      if (response.ok) this.preview.innerHTML = await response.text();
    } catch {
      // The next change draws it.
    }
  }
}

const insert = (area, piece) => {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const begin = piece.at === "line" ? value.lastIndexOf("\n", start - 1) + 1 : start;
  const chosen = value.slice(begin, end);
  area.setRangeText(`${piece.before}${chosen}${piece.after}`, begin, end, "end");
  const caret = begin + piece.before.length + chosen.length;
  area.focus();
  area.setSelectionRange(caret, caret);
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
const pieces = texts.insert ? JSON.parse(texts.insert) : [];
const fillToolbar = (bar, area) => {
  pieces.forEach((piece, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.size = "small";
    button.textContent = piece.label;
    button.tabIndex = index ? -1 : 0;
    button.addEventListener("click", () => insert(area, piece));
    bar.append(button);
  });
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.children];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") area.focus();
    if (!step) return;
    event.preventDefault();
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    buttons.forEach((button, index) => {
      button.tabIndex = index === next ? 0 : -1;
    });
    buttons[next].focus();
  });
  area.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") {
      event.preventDefault();
      bar.querySelector('[tabindex="0"]').focus();
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "b") {
      event.preventDefault();
      insert(area, pieces[0]);
    }
  });
};

const sides = [...root.querySelectorAll("[data-studio-form]")].map((form) => {
  const bar = form.querySelector("[data-toolbar]");
  if (bar) fillToolbar(bar, form.elements.text);
  return new Side(form);
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    for (const side of sides) {
      side.isChanged = true;
      side.send();
    }
  }
});
addEventListener("beforeunload", (event) => {
  if (sides.some((side) => side.isChanged || side.isSending)) event.preventDefault();
});
addEventListener("online", () => sides.forEach((side) => side.send()));

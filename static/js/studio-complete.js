// Text with a format: offers the keys and values that belong where the cursor stands, from the JSON
// schema that the page names, and leads to the line of a mistake. Without this script one types.
const LIMIT = 60;
const schemas = new Map();
const load = (url) => {
  if (!schemas.has(url)) {
    const found = fetch(url, { redirect: "error" }).then((answer) => (answer.ok ? answer.json() : {}));
    schemas.set(url, found.catch(() => ({})));
  }
  return schemas.get(url);
};

// ---- Where the cursor stands -----------------------------------------------------------------------
const KEY = /^([\w-]+):(?:\s+(.*))?$/;
// A line as levels: how far in each stands, whether it is an item, its key and what follows.
const levelsOf = (line) => {
  const levels = [];
  let at = line.search(/\S|$/);
  let rest = line.slice(at);
  while (/^-(\s|$)/.test(rest)) {
    levels.push({ at, isItem: true });
    const inner = rest.slice(1).search(/\S|$/) + 1;
    at += inner;
    rest = rest.slice(inner);
  }
  const found = KEY.exec(rest);
  levels.push({ at, key: found?.[1], value: found?.[2] ?? "", rest });
  return levels;
};

// Keys and values of the mapping that stands at a column around a line.
const siblingsOf = (lines, row, column) => {
  const found = new Map();
  const take = (line) => {
    if (!line.trim() || line.trim().startsWith("#")) return true;
    const levels = levelsOf(line);
    const last = levels.at(-1);
    if (last.at === column && last.key) found.set(last.key, last.value);
    // An item's hyphen, or less far in: the mapping begins or ends here.
    return !levels.some((level) => level.at < column);
  };
  for (let index = row - 1; index >= 0; index -= 1) if (!take(lines[index])) break;
  for (let index = row + 1; index < lines.length; index += 1) {
    const first = lines[index].search(/\S|$/);
    if (lines[index].trim() && first < column) break;
    take(lines[index]);
  }
  return found;
};

// The way from the top to a column of a line: keys, and "[]" for items, each with its siblings.
const wayTo = (lines, row, column) => {
  const way = [];
  let least = column;
  for (let index = row; index >= 0 && least > 0; index -= 1) {
    const line = index === row ? lines[row].slice(0, column) : lines[index];
    if (!line.trim() || line.trim().startsWith("#")) continue;
    for (const level of levelsOf(line).reverse()) {
      const isOwner = level.isItem ? level.at < least : level.key && level.at < least && index !== row;
      const isSame = level.isItem ? false : level.key && level.at === least && index !== row;
      if (isOwner && !isSame) {
        if (!level.isItem && way[0]?.name === "[]" && way[0].at <= level.at) continue;
        way.unshift({ name: level.isItem ? "[]" : level.key, at: level.at, inner: siblingsOf(lines, row, least) });
        least = level.at;
      } else if (!level.isItem && level.key && level.at === least && way[0]?.name === "[]" && way[0].at === level.at) {
        // "key:" with its items not further in than itself.
        way.unshift({ name: level.key, at: level.at, inner: new Map() });
      }
    }
  }
  return way;
};

// ---- What the schema says there --------------------------------------------------------------------
const resolve = (root, schema) => {
  let found = schema;
  while (found?.$ref) found = found.$ref.slice(2).split("/").reduce((part, name) => part?.[name], root);
  return found ?? {};
};
const shapesOf = (root, schema, given = new Map()) => {
  const found = resolve(root, schema);
  const mapping = found.discriminator?.mapping;
  if (mapping) {
    const said = given.get(found.discriminator.propertyName)?.trim();
    const chosen = mapping[said] ? [{ $ref: mapping[said] }] : Object.values(mapping).map(($ref) => ({ $ref }));
    return chosen.flatMap((each) => shapesOf(root, each));
  }
  return [found, ...[...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])].flatMap((each) => shapesOf(root, each, given))];
};
const stepInto = (root, shapes, name) =>
  shapes.flatMap((shape) => {
    const next = name === "[]" ? shape.items : (shape.properties?.[name] ?? Object.values(shape.patternProperties ?? {})[0] ?? shape.additionalProperties);
    return next && typeof next === "object" ? [next] : [];
  });
const keysOf = (shapes) => {
  const found = new Map();
  for (const shape of shapes) {
    for (const [name, about] of Object.entries(shape.properties ?? {})) {
      if (!found.has(name)) found.set(name, { text: name, note: about.description ?? "", isWanted: shape.required?.includes(name) });
    }
  }
  return [...found.values()];
};
const valuesOf = (shapes) => {
  const found = new Set();
  for (const shape of shapes) {
    for (const value of shape.enum ?? []) found.add(String(value));
    if ("const" in shape) found.add(String(shape.const));
    if (shape.type === "boolean") ["true", "false"].forEach((value) => found.add(value));
  }
  return [...found].map((text) => ({ text, note: "" }));
};

// What may stand at the cursor: { start, options, isKey }.
const offersAt = (root, area) => {
  const before = area.value.slice(0, area.selectionStart);
  const lines = area.value.split("\n");
  const row = before.split("\n").length - 1;
  let line = before.slice(before.lastIndexOf("\n") + 1);
  if (line.trim().startsWith("#")) return null;
  const elsewhere = new Set((area.dataset.schemaWithout ?? "").split(" "));
  const start = (area.dataset.schemaAt ?? "").split("/").filter(Boolean);
  const given = new Map(area.dataset.schemaType ? [["type", area.dataset.schemaType]] : []);
  const walk = (names, siblings) => {
    let shapes = shapesOf(root, root, given);
    for (const name of start) shapes = stepInto(root, shapes, name).flatMap((each) => shapesOf(root, each, given));
    names.forEach((name, index) => {
      shapes = stepInto(root, shapes, name).flatMap((each) => shapesOf(root, each, siblings[index] ?? new Map()));
    });
    return shapes;
  };
  const own = levelsOf(line).at(-1);
  const way = wayTo(lines, row, own.at);
  const names = way.map((each) => each.name);
  const inner = way.map((each) => each.inner);
  // Mappings and lists in braces and brackets on this line.
  let text = line.slice(own.at);
  let owner = KEY.exec(text);
  const open = /^(.*?)([{[])/.exec(text);
  if (open && (owner || /^[{[]/.test(text))) {
    if (owner) names.push(owner[1]);
    let rest = text.slice(open[1].length);
    const stack = [];
    let piece = "";
    for (const sign of rest) {
      if (sign === "{" || sign === "[") {
        const key = /([\w-]+):\s*$/.exec(piece)?.[1];
        if (stack.length && key) names.push(key);
        if (sign === "[") names.push("[]");
        stack.push([sign, names.length - (sign === "[" ? 1 : 0) - (stack.length && key ? 1 : 0)]);
        piece = "";
      } else if (sign === "}" || sign === "]") {
        names.length = stack.pop()?.[1] ?? names.length;
        piece = "";
      } else piece = sign === "," ? "" : piece + sign;
    }
    if (!stack.length) return null;
    const said = new Map([...rest.matchAll(/([\w-]+):\s*([^,{}[\]]*)/g)].map((each) => [each[1], each[2]]));
    const pair = /^\s*([\w-]+):\s*(\S*)$/.exec(piece);
    const word = piece.trimStart();
    if (pair && stack.at(-1)[0] === "{") {
      return { options: valuesOf(walk([...names, pair[1]], inner)), word: pair[2] };
    }
    if (/\s/.test(word)) return null;
    if (stack.at(-1)[0] === "[") return { options: valuesOf(walk(names, inner)), word };
    const keys = keysOf(walk(names, [...inner, said])).filter((each) => !said.has(each.text) || each.text === word);
    return { options: keys, word, isKey: true };
  }
  if (owner && /:\s/.test(text)) {
    if (/\s/.test(owner[2] ?? "")) return null;
    const siblings = siblingsOf(lines, row, own.at);
    if (inner.length) inner[inner.length - 1] = siblings;
    return { options: valuesOf(walk([...names, owner[1]], inner)), word: owner[2] ?? "" };
  }
  if (!/^[\w-]*$/.test(text)) return null;
  const siblings = siblingsOf(lines, row, own.at);
  if (inner.length) inner[inner.length - 1] = siblings;
  const shapes = walk(names, inner);
  const keys = keysOf(shapes).filter((each) => !siblings.has(each.text) && (names.length || !elsewhere.has(each.text)));
  return keys.length ? { options: keys, word: text, isKey: true } : { options: valuesOf(shapes), word: text };
};

// ---- The list under the cursor ---------------------------------------------------------------------
class Offer {
  constructor(area, number) {
    this.area = area;
    this.list = document.createElement("ul");
    this.list.className = "complete-list";
    this.list.id = `complete-${number}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", area.dataset.textSuggestions);
    this.list.hidden = true;
    const frame = document.createElement("div");
    frame.className = "complete-frame";
    area.before(frame);
    frame.append(area, this.list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", () => this.show(false));
    area.addEventListener("keydown", (event) => this.pressed(event));
    for (const sign of ["blur", "click"]) area.addEventListener(sign, () => this.close());
    area.addEventListener("focus", () => load(area.dataset.schema), { once: true });
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  async show(isAsked) {
    const root = await load(this.area.dataset.schema);
    if (document.activeElement !== this.area || this.area.selectionStart !== this.area.selectionEnd) return;
    const found = offersAt(root, this.area);
    const word = found?.word ?? "";
    const fits = (found?.options ?? []).filter((each) => each.text.startsWith(word) && each.text !== word);
    if (!fits.length || (!word && !isAsked)) {
      this.close();
      return;
    }
    fits.sort((one, other) => Boolean(other.isWanted) - Boolean(one.isWanted));
    this.found = { ...found, options: fits.slice(0, LIMIT) };
    this.list.replaceChildren(
      ...this.found.options.map((each, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.textContent = each.text;
        if (each.note) option.title = each.note;
        return option;
      }),
    );
    this.list.hidden = false;
    this.place();
    this.go(0);
  }

  place() {
    const style = getComputedStyle(this.area);
    const before = this.area.value.slice(0, this.area.selectionStart).split("\n");
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const left = parseFloat(style.paddingLeft) + pen.measureText(before.at(-1)).width - this.area.scrollLeft;
    const top = parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - this.area.scrollTop;
    const room = this.area.clientWidth - this.list.offsetWidth;
    this.list.style.insetInlineStart = `${Math.max(0, Math.min(left, room))}px`;
    this.list.style.insetBlockStart = `${this.area.offsetTop + Math.min(top, this.area.clientHeight)}px`;
  }

  go(index) {
    const options = [...this.list.children];
    this.at = (index + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.at)));
    options[this.at].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", options[this.at].id);
  }

  pressed(event) {
    if (event.ctrlKey && event.key === " ") {
      event.preventDefault();
      this.show(true);
      return;
    }
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.go(this.at + step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(index) {
    const { word, isKey, options } = this.found;
    const end = this.area.selectionStart;
    this.area.setRangeText(`${options[index].text}${isKey ? ": " : ""}`, end - word.length, end, "end");
    this.close();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    if (isKey) this.show(true);
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("textarea[data-schema]").forEach((area, number) => new Offer(area, number));

// ---- Lines with mistakes ---------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  const area = link && document.getElementById(link.hash.slice(1));
  if (!area) return;
  event.preventDefault();
  const lines = area.value.split("\n");
  const number = Math.min(Number(link.dataset.line), lines.length);
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + lines[number - 1].length);
  area.scrollTop = (number - 3) * parseFloat(getComputedStyle(area).lineHeight);
  area.scrollIntoView({ block: "center" });
});

// What is kept is looked at again: the list under the text follows it.
const mistakes = document.getElementById("text-mistakes");
let looking = 0;
const look = async () => {
  try {
    const answer = await fetch(location.href, { redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("text-mistakes");
    if (fresh) mistakes.replaceChildren(...fresh.childNodes);
  } catch {
    // The next save looks again.
  }
};
if (mistakes) {
  document.addEventListener("studio:kept", () => {
    clearTimeout(looking);
    looking = setTimeout(look, 700);
  });
}

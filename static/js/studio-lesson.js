// Around a lesson's text: fetches what is offered when it is opened, puts blocks into both languages
// at the same place, shows one language with its preview beside it, and the preview as a phone or a
// desktop would, light or dark.
const areas = Object.fromEntries(["zh", "en"].map((code) => [code, document.getElementById(`text-${code}`)]));
let last = "zh";
for (const [code, area] of Object.entries(areas)) area?.addEventListener("focus", () => { last = code; });

const put = async (part, address) => {
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "error", signal: AbortSignal.timeout(10000) });
    if (response.ok) part.innerHTML = await response.text();
  } catch {
    // Its link still leads there.
  }
};
for (const part of document.querySelectorAll("[data-part]")) {
  const fold = part.closest("details");
  if (fold.open) put(part, part.dataset.part);
  else fold.addEventListener("toggle", () => put(part, part.dataset.part), { once: true });
  part.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-search-part]")) return;
    event.preventDefault();
    event.stopPropagation();
    const query = new URLSearchParams(new FormData(event.target));
    put(part, `${event.target.action}?${query}`).then(() => part.querySelector("[type=search]")?.focus());
  });
}

// Behind the paragraph in which the caret stands, and behind its twin in the other language.
const ends = (text) => [...text.matchAll(/\n[ \t]*\n|\n*$/g)].map((gap) => gap.index).filter((at, index, all) => all.indexOf(at) === index);
const insertAt = (area, number, block) => {
  const places = ends(area.value);
  const at = places[Math.min(number, places.length - 1)] ?? area.value.length;
  area.setRangeText(`${at ? "\n\n" : ""}${block}\n`, at, at, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
const insertBoth = (blocks) => {
  const { value, selectionStart } = areas[last];
  const inside = value.slice(0, selectionStart).split("\n").filter((line) => line.startsWith(":::")).length % 2;
  const number = inside ? Infinity : ends(value).findIndex((end) => end >= selectionStart);
  for (const [code, area] of Object.entries(areas)) insertAt(area, number < 0 ? Infinity : number, blocks[code]);
  areas[last].focus();
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert-blocks]");
  if (button) insertBoth(JSON.parse(button.dataset.insertBlocks));
});
document.addEventListener("submit", (event) => {
  const block = event.target.dataset.insertForm;
  if (!block || !areas.zh) return;
  event.preventDefault();
  event.stopPropagation();
  insertBoth({ zh: block, en: block });
}, true);

const bar = document.querySelector("[data-preview-switch]");
const panes = document.querySelectorAll("[data-preview]");
if (bar) bar.hidden = false;
const lesson = document.querySelector(".studio-lesson");
const showSide = (side) => {
  for (const each of bar.querySelectorAll("[data-side]")) each.setAttribute("aria-pressed", String(each.dataset.side === side));
  if (side in areas) {
    lesson.dataset.side = side;
    last = side;
  } else {
    delete lesson.dataset.side;
  }
};
const SIDE = "studio-side"; // Each author writes as she likes best, in every lesson.
if (bar && lesson) showSide(localStorage.getItem(SIDE) ?? "both");

// The preview follows the text: whoever writes at its end sees the end.
for (const area of Object.values(areas)) {
  const pane = area?.closest(".studio-side")?.querySelector("[data-preview]");
  area?.addEventListener("scroll", () => {
    pane.scrollTop = (area.scrollTop / Math.max(1, area.scrollHeight - area.clientHeight)) * (pane.scrollHeight - pane.clientHeight);
  }, { passive: true });
}
bar?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.side) {
    localStorage.setItem(SIDE, button.dataset.side);
    showSide(button.dataset.side);
    return;
  }
  const name = button.dataset.width ? "width" : "light";
  const kept = name === "width" ? "previewWidth" : "previewLight";
  const isOn = button.getAttribute("aria-pressed") !== "true"; // a second tap takes it back
  for (const other of bar.querySelectorAll(`[data-${name}]`)) other.setAttribute("aria-pressed", String(other === button && isOn));
  for (const pane of panes) {
    if (isOn) pane.dataset[kept] = button.dataset[name];
    else delete pane.dataset[kept];
  }
  panes[last === "en" ? panes.length - 1 : 0].scrollIntoView({ block: "nearest" });
});

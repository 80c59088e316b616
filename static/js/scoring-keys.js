// Keys for those who score a lot: j and k move, x chooses a row, digits choose a level.
// Enter opens what has the focus, by itself. A key typed into a text stays there.
const queue = document.querySelector("[data-queue]");
const stops = queue ? [...queue.querySelectorAll("th[scope=row] a")] : [...document.querySelectorAll("main form fieldset")];
const isTyping = (target) => target instanceof HTMLElement && (/^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && !/^(radio|checkbox)$/.test(target.type)));
const holder = () => stops.findIndex((stop) => stop.contains(document.activeElement) || (queue && stop.closest("tr").contains(document.activeElement)));

const move = (step) => {
  const at = holder();
  const next = stops[Math.min(Math.max(at + step, 0), stops.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const choose = (level) => {
  const input = stops[Math.max(holder(), 0)]?.querySelector(`input[type=radio][value="${level}"]`);
  if (!input) return;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (queue && event.key === "x") stops[holder()]?.closest("tr").querySelector("[data-select-row]")?.click();
  else if (!queue && /^[0-9]$/.test(event.key)) choose(event.key);
  else return;
  event.preventDefault();
});

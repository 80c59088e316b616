// The arrow keys turn to the lesson before and the next one. A key typed into a field stays there.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const { target } = event;
  if (target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [role=region][tabindex]"))) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (rel) document.querySelector(`[data-lesson] a[rel="${rel}"]`)?.click();
});

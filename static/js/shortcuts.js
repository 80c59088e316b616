// "/" and Ctrl+K open the search. A key typed into a field stays there.
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const wanted = (key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey)
    || (key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target));
  const palette = document.getElementById("search-palette");
  if (!wanted || !palette || event.isComposing || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  palette.showModal();
  palette.querySelector('input[type="search"]').select();
});

// Arrow keys move through the results, Enter opens the marked one or the full results page.
const palette = document.getElementById("search-palette");
if (palette) {
  const input = palette.querySelector('input[type="search"]');
  const links = () => [...palette.querySelectorAll(".search-results a")];
  const mark = (link) => {
    for (const other of links()) other.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    link?.scrollIntoView({ block: "nearest" });
  };
  palette.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!all.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length]);
    } else if (event.key === "Enter" && event.target === input && at >= 0) {
      event.preventDefault();
      all[at].click();
    }
  });
  input.addEventListener("input", () => mark(null));
}

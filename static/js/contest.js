// Counts down to the start or the end of a contest; when it turns, shows the page as it is then.
// A page loaded by itself is marked so: it must not keep an idle session alive. The mark leaves the
// address at once, so that whoever loads the page again by hand is seen.
const MARK = "turned";
const here = () => new URL(location.href);
const opened = here();
if (opened.searchParams.has(MARK)) {
  opened.searchParams.delete(MARK);
  history.replaceState(history.state, "", opened);
}
const turn = () => {
  const next = here();
  next.searchParams.set(MARK, "1");
  next.hash = "";
  location.replace(next);
};
document.addEventListener("contest-turned", turn);

const clock = document.querySelector("[data-contest-clock]");
if (clock) {
  const shown = clock.querySelector("[data-time]");
  const until = Date.parse(clock.dataset.until) - Date.parse(clock.dataset.now) + performance.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor((left % 3600) / 60);
    const seconds = String(left % 60).padStart(2, "0");
    shown.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
    if (left <= 60) clock.firstElementChild.dataset.tone = "warn";
    if (left > 0) setTimeout(tick, 250);
    // not all of a hundred browsers at the same moment
    else setTimeout(turn, 300 + Math.random() * 900);
  };
  tick();
}

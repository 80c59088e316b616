// Counts down on the page before submitting; when the time is over, shows what the server says.
const page = document.querySelector("[data-countdown]");
const timer = document.querySelector(".timer");
const until = Date.parse(page.dataset.until) - Date.parse(page.dataset.now) + performance.now();
const tick = () => {
  const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
  timer.querySelector("[data-time]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left <= 60) timer.dataset.tone = "warn";
  if (left > 0) setTimeout(tick, 1000);
  else setTimeout(() => location.assign(page.dataset.result), 1500);
};
tick();

// Keeps the place in a lesson on the server, and leads back to it on any device.
const lesson = document.querySelector("[data-lesson]");
const article = document.getElementById("lesson");
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

const percent = () => {
  const { top, height } = article.getBoundingClientRect();
  const read = window.innerHeight - top;
  return Math.max(0, Math.min(100, Math.round((read / height) * 100)));
};

const send = (place) => fetch(lesson.dataset.placeUrl, {
  method: "POST",
  keepalive: true,
  headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
  body: place === null ? "" : `percent=${place}`,
}).catch(() => {}); // the next place tells it again

if (lesson && article) {
  let kept = Number(lesson.dataset.place);
  let timer = 0;
  const keep = () => {
    window.clearTimeout(timer);
    timer = 0;
    const place = percent();
    if (place === kept || "finished" in lesson.dataset) return;
    kept = place;
    send(place);
  };

  const banner = document.querySelector("[data-resume]");
  const stopped = kept;
  const isFar = stopped - percent() > 5 && stopped < 100;
  if (banner && isFar && !window.location.hash) {
    banner.hidden = false;
    banner.querySelector("[data-resume-go]").addEventListener("click", (event) => {
      event.preventDefault();
      const top = article.getBoundingClientRect().top + window.scrollY;
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      const target = top + (article.offsetHeight * stopped) / 100 - window.innerHeight;
      window.scrollTo({ top: target, behavior: calm ? "auto" : "smooth" });
      banner.hidden = true;
    });
  }

  send(null);
  let scrolled = false;
  window.addEventListener("scroll", () => {
    scrolled = true;
    if (!timer) timer = window.setTimeout(keep, 5000);
  }, { passive: true });
  for (const leaving of ["beforeunload", "pagehide"]) { // the first is in time for the page that comes next
    window.addEventListener(leaving, () => {
      if (scrolled) keep();
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (scrolled && document.visibilityState === "hidden") keep();
  });
}

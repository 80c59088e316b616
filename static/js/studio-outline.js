// Puts lessons in order by arrows and by dragging, and makes an id from the English title.
// Without it the arrows post and the page comes back; the server makes the id.
const outline = () => document.getElementById("outline");

const send = async (values, focused) => {
  const body = new URLSearchParams(values);
  body.set("csrf_token", document.querySelector('meta[name="csrf-token"]').content);
  try {
    const response = await fetch(outline().dataset.orderUrl, {
      method: "POST",
      headers: { "HX-Request": "true" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(10000),
    });
    if (!response.ok) throw new Error(String(response.status));
    outline().outerHTML = await response.text();
  } catch {
    location.reload(); // what the server knows is the truth
    return;
  }
  document.getElementById(focused)?.focus();
  document.getElementById("outline-said").textContent = outline().dataset.said ?? "";
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-move]")) return;
  event.preventDefault();
  event.stopPropagation();
  const { submitter } = event;
  if (submitter.getAttribute("aria-disabled") === "true") return;
  send({ slug: event.target.elements.slug.value, step: submitter.value }, submitter.id);
}, true);

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  const row = grip.closest("li");
  const place = () => [...row.parentElement.children].indexOf(row);
  const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
  const before = place();
  const over = new AbortController();
  row.dataset.dragged = "";
  // The others step aside: a row that left the page would lose the pointer.
  document.addEventListener("pointermove", ({ clientY }) => {
    for (let other; (other = row.previousElementSibling) && clientY < middle(other);) row.after(other);
    for (let other; (other = row.nextElementSibling) && clientY > middle(other);) row.before(other);
  }, over);
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => {
      over.abort();
      delete row.dataset.dragged;
      if (place() !== before) send({ slug: row.dataset.lesson, position: place() + 1 });
    }, over);
  }
});

const slug = document.querySelector("[data-slug-from]");
const title = slug?.form.elements[slug.dataset.slugFrom];
const made = () => title.value.normalize("NFKD").replace(/['’\u0300-\u036f]/g, "").toLowerCase()
  .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60).replace(/-$/, "");
let last = title ? made() : "";
title?.addEventListener("input", () => {
  if (slug.value === "" || slug.value === last) slug.value = made();
  last = made();
});

// While name, mobile, e-mail or credit code are typed, records that may be the same show below.
const form = document.querySelector("form[data-duplicates]");
const hints = document.getElementById("duplicate-hints");
const names = ["name", "company", "mobile", "email", "credit_code", "contact_name", "person"];
let waiting = 0;
let last = "";
const look = async () => {
  const address = new URL(form.dataset.duplicates, location.href);
  for (const name of names) {
    const value = form.elements[name]?.value?.trim();
    if (value) address.searchParams.set(name, value);
  }
  if (address.href === last) return;
  last = address.href;
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (answer.ok && last === address.href) hints.innerHTML = await answer.text();
  } catch {
    // The check on save finds them too.
  }
};
if (form && hints) {
  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 400);
  });
}

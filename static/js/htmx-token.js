// Every partial update that writes carries the page's token.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  const request = event.detail?.ctx?.request;
  if (token && request && !["GET", "HEAD"].includes(String(request.method).toUpperCase())) {
    request.headers["X-CSRFToken"] = token;
  }
});
// The session is over: the whole page says so, and reads back what was typed; no part of a page can.
document.addEventListener("htmx:response:error", (event) => {
  const { response, sourceElement: source } = event.detail?.ctx ?? {};
  if (response?.status !== 401) return;
  if (source.matches("a[href]")) location.assign(source.href);
  if (source.matches("form")) source.submit();
});

// Every partial update that writes carries the page's token.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  const request = event.detail?.ctx?.request;
  if (token && request && !["GET", "HEAD"].includes(String(request.method).toUpperCase())) {
    request.headers["X-CSRFToken"] = token;
  }
});

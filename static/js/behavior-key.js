// A customer's key stands behind the # of the address, which no server and no log ever sees.
// It moves into the form, leaves the address and the history, and the form goes off.
const key = decodeURIComponent(location.hash.slice(1));
if (key) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("key-form");
  form.elements.key.value = key;
  form.requestSubmit();
}

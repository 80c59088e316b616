// A toast leaves after ten seconds, later while it is read or used. What it says stands in the page too.
const region = document.getElementById("toasts");
if (region) {
  new MutationObserver((changes) => {
    for (const toast of changes.flatMap((change) => [...change.addedNodes])) {
      if (!(toast instanceof HTMLElement)) continue;
      const leave = () => {
        if (toast.matches(":hover, :focus-within")) setTimeout(leave, 3000);
        else toast.remove();
      };
      setTimeout(leave, 10000);
    }
  }).observe(region, { childList: true });
}

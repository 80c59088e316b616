// A card is dragged to another column; its form then asks for evidence or reason, as the menu does.
const board = document.querySelector("[data-kanban]");
let dragged = null;
const column = (event) => event.target.closest?.("[data-stage]");
const takes = (target) => dragged && dragged.dataset.targets.split(" ").includes(target.dataset.stage);
for (const card of board?.querySelectorAll("[data-move]") ?? []) {
  card.draggable = true;
  for (const link of card.querySelectorAll("a")) link.draggable = false;
}
board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-move]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  dragged.dataset.dragged = "yes";
});
board?.addEventListener("dragover", (event) => {
  const target = column(event);
  if (!target || !takes(target)) return;
  event.preventDefault();
  for (const other of board.querySelectorAll("[data-over]")) if (other !== target) delete other.dataset.over;
  target.dataset.over = "yes";
});
const end = () => {
  if (dragged) delete dragged.dataset.dragged;
  for (const over of board.querySelectorAll("[data-over]")) delete over.dataset.over;
  dragged = null;
};
board?.addEventListener("drop", (event) => {
  const target = column(event);
  if (!target || !takes(target)) return;
  event.preventDefault();
  const address = new URL(dragged.dataset.move, location.href);
  address.searchParams.set("to", target.dataset.stage);
  end();
  location.assign(address);
});
board?.addEventListener("dragend", end);

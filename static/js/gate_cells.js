/* The reason of a must-have opens beside its cell on focus and on hover; without this script a click opens it. */
(function () {
  "use strict";
  if (!("showPopover" in HTMLElement.prototype)) return;
  var open = null;
  var owner = null;
  function target(cell) { return document.getElementById(cell.getAttribute("popovertarget")); }
  function show(cell) {
    var box = target(cell);
    if (!box || open === box) return;
    hide();
    box.showPopover();
    place(cell, box);
    open = box;
    owner = cell;
  }
  function place(cell, box) {
    var at = cell.getBoundingClientRect();
    var left = Math.max(8, Math.min(at.left, window.innerWidth - box.offsetWidth - 8));
    var below = at.bottom + 6 + box.offsetHeight < window.innerHeight;
    box.style.left = left + "px";
    box.style.top = (below ? at.bottom + 6 : Math.max(8, at.top - box.offsetHeight - 6)) + "px";
  }
  function hide() {
    if (open && open.matches(":popover-open")) open.hidePopover();
    open = null;
  }
  function cellOf(event) { return event.target.closest ? event.target.closest(".gate-cell") : null; }
  document.addEventListener("focusin", function (event) { var cell = cellOf(event); if (cell) show(cell); else hide(); });
  document.addEventListener("pointerover", function (event) { var cell = cellOf(event); if (cell) show(cell); });
  document.addEventListener("pointerout", function (event) {
    var cell = cellOf(event);
    if (cell && cell !== document.activeElement) hide();
  });
  document.addEventListener("click", function (event) {
    var cell = cellOf(event);
    if (cell) { event.preventDefault(); show(cell); }
  });
  document.addEventListener("scroll", function () { if (open) place(owner, open); }, true);
  document.addEventListener("keydown", function (event) {
    var cell = cellOf(event), step = STEPS[event.key];
    if (event.key === "Escape") hide();
    else if (cell && step) { event.preventDefault(); move(cell, step); }
  });
  // The matrix is one stop of the tabulator; arrows lead from cell to cell.
  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function move(cell, step) {
    var place = cell.closest("td"), row = place.parentElement, next = null;
    if (step[1]) next = step[1] > 0 ? place.nextElementSibling : place.previousElementSibling;
    else {
      var other = step[0] > 0 ? row.nextElementSibling : row.previousElementSibling;
      next = other && other.cells[place.cellIndex];
    }
    next = next && next.querySelector(".gate-cell");
    if (next) { only(next); next.focus(); }
  }
  function only(cell) {
    document.querySelectorAll(".gate-cell").forEach(function (each) { each.tabIndex = each === cell ? 0 : -1; });
  }
  document.addEventListener("focusin", function (event) { var cell = cellOf(event); if (cell) only(cell); });
  function begin() { var first = document.querySelector(".gate-cell"); if (first) only(first); }
  document.addEventListener("htmx:afterSettle", begin);
  begin();
})();

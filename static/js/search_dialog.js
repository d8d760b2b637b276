/* Ctrl+K, or the rail's Search, opens the search over the page; the arrow keys go through what it finds. */
(function () {
  "use strict";
  var dialog = document.getElementById("search-dialog");
  if (!dialog) return;
  var field = document.getElementById("search-dialog-q");

  function open() {
    if (dialog.open || document.querySelector("dialog[open]")) return;
    dialog.showModal();
    field.focus();
    field.select();
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  // The link leads to the page of the search where scripts do not run, or into a tab of its own.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-search-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open();
  });
  // A press beside the dialog closes it.
  dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });

  dialog.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    var hits = Array.prototype.slice.call(dialog.querySelectorAll("[data-hit]"));
    if (!hits.length) return;
    event.preventDefault();
    var next = hits.indexOf(document.activeElement) + step;
    if (next < 0) field.focus(); else hits[Math.min(next, hits.length - 1)].focus();
  });
  // What is found while the arrow keys are among the hits must not take them their place.
  var at = null;
  dialog.addEventListener("htmx:beforeSwap", function () {
    at = document.activeElement.hasAttribute("data-hit") ? document.activeElement.getAttribute("href") : null;
  });
  // Enter in the field goes to the first thing found, once what is shown belongs to what is typed.
  dialog.addEventListener("htmx:afterSwap", function (event) {
    var asked = event.detail.pathInfo.finalRequestPath || event.detail.pathInfo.requestPath;
    dialog.dataset.answered = new URL(asked, location.href).searchParams.get("q");
    if (at === null) return;
    var same = Array.prototype.find.call(dialog.querySelectorAll("[data-hit]"), function (hit) { return hit.getAttribute("href") === at; });
    (same || field).focus();
  });
  dialog.querySelector("form").addEventListener("submit", function (event) {
    var first = dialog.querySelector("[data-hit]");
    if (!first || dialog.dataset.answered !== field.value) return;
    event.preventDefault();
    first.click();
  });
})();

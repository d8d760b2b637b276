/* Rows picked by their boxes: how many there are is said beside the button, which waits until there is one. */
(function () {
  "use strict";
  var form = document.getElementById("selection");
  if (!form) return;
  function boxes() { return Array.from(document.querySelectorAll('input[form="selection"][type="checkbox"]')); }
  function show() {
    var all = boxes();
    var picked = all.filter(function (box) { return box.checked; });
    form.querySelector("[data-picked]").textContent = String(picked.length);
    form.querySelectorAll("button").forEach(function (button) { button.disabled = picked.length === 0; });
    form.classList.toggle("has-picked", picked.length > 0);
    all.forEach(function (box) { box.closest("tr").classList.toggle("is-selected", box.checked); });
    var every = form.querySelector("[data-pick-all]");
    every.checked = all.length > 0 && picked.length === all.length;
    every.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-pick-all]")) {
      boxes().forEach(function (box) { box.checked = event.target.checked; });
      show();
    } else if (event.target.matches('input[form="selection"]')) {
      show();
    }
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();

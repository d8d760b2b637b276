/* Usual temperature ranges fill the two fields; without this script the fields are typed. */
(function () {
  "use strict";
  var box = document.querySelector("[data-presets]");
  if (!box) return;
  var lowest = document.getElementById("id_temperature_min");
  var highest = document.getElementById("id_temperature_max");
  box.hidden = false;
  function mark() {
    box.querySelectorAll("button").forEach(function (button) {
      var same = button.dataset.min === lowest.value.trim() && button.dataset.max === highest.value.trim();
      button.setAttribute("aria-pressed", same ? "true" : "false");
    });
  }
  box.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    lowest.value = button.dataset.min;
    highest.value = button.dataset.max;
    mark();
  });
  [lowest, highest].forEach(function (field) { field.addEventListener("input", mark); });
  mark();
})();

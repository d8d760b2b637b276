/* Shows twice the base while it is typed, and spreads a block pasted from a spreadsheet over the cells. */
(function () {
  "use strict";
  var table = document.querySelector("[data-demand]");
  if (!table) return;
  var language = document.documentElement.lang || "en";
  function figure(text) {
    var bare = text.replace(/[\s\u00a0\u202f'’]/g, "");
    if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) bare = bare.replace(/,/g, "");
    bare = bare.replace(",", ".");
    return bare && /^\d+(\.\d+)?$/.test(bare) ? Number(bare) : null;
  }
  function show(row) {
    var base = figure(row.querySelector('[name="base"]').value);
    row.querySelector("[data-doubled]").textContent = base === null ? "" : (2 * base).toLocaleString(language, { maximumFractionDigits: 3 });
  }
  function showAll() { table.querySelectorAll("tbody tr").forEach(show); }
  table.addEventListener("input", function (event) { show(event.target.closest("tr")); });
  table.addEventListener("paste", function (event) {
    var text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    var body = table.querySelector("tbody");
    var row = event.target.closest("tr");
    var first = Array.from(row.querySelectorAll("input")).indexOf(event.target);
    text.replace(/\r/g, "").split("\n").filter(Boolean).forEach(function (line) {
      if (!row) {
        row = body.lastElementChild.cloneNode(true);
        row.querySelectorAll("input").forEach(function (input) { input.value = ""; });
        body.append(row);
      }
      var inputs = row.querySelectorAll("input");
      line.split("\t").forEach(function (cell, place) {
        if (inputs[first + place]) inputs[first + place].value = cell.trim();
      });
      row = row.nextElementSibling;
    });
    showAll();
  });
  showAll();
})();

/* A long list of boxes is found in by typing; without this script it is read through. */
(function () {
  "use strict";
  var MARKS = /[\u0300-\u036f]/g;
  function plain(text) { return text.normalize("NFD").replace(MARKS, "").toLowerCase().trim(); }
  document.querySelectorAll(".found-list").forEach(function (list) {
    var find = list.querySelector("[data-choice-find]");
    var typed = find.querySelector("input");
    var said = find.querySelector("[role=status]");
    var lines = Array.from(list.querySelectorAll(".form-check"));
    find.hidden = false;
    typed.addEventListener("input", function () {
      var sought = plain(typed.value);
      // What is checked stays, so that nobody saves what they cannot see.
      var found = lines.filter(function (line) { return plain(line.textContent).includes(sought); });
      lines.forEach(function (line) {
        line.hidden = !found.includes(line) && !line.querySelector("input").checked;
      });
      var count = found.length ? said.dataset.some + "\u00a0" + found.length : said.dataset.none;
      said.textContent = sought ? count : "";
    });
    // Enter in the search would save the form.
    typed.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
  });
})();

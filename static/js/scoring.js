/* Scoring by keyboard. Saving is htmx's; without this script the form works with its buttons. */
(function () {
  "use strict";
  // On a narrow screen the candidates stand in one line: show where in it this one is.
  var current = document.querySelector(".strip [aria-current]");
  if (current) {
    var line = current.closest("ol");
    line.scrollLeft = current.offsetLeft - line.offsetLeft - (line.clientWidth - current.offsetWidth) / 2;
  }
  var form = document.getElementById("score-form");
  if (!form || !form.hasAttribute("hx-post")) return;
  var comment = document.getElementById("comment");
  var unjudged = document.getElementById("cannot-judge");
  var levels = Array.from(form.elements).filter(function (field) { return field.name === "level"; });

  function go(where) {
    var button = form.querySelector('button[name="go"][value="' + where + '"]');
    if (button) button.click();
  }
  function told(field) { field.dispatchEvent(new Event("change", { bubbles: true })); }
  function choose(level) {
    unjudged.checked = false;
    levels[level].checked = true;
    levels[level].focus();
    told(levels[level]);
  }

  // A level and "cannot judge" exclude each other.
  form.addEventListener("change", function (event) {
    if (event.target === unjudged && unjudged.checked) levels.forEach(function (field) { field.checked = false; });
    if (event.target.name === "level") unjudged.checked = false;
  }, true);

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.metaKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.target === comment) {
      if (event.key === "Escape") (levels.find(function (field) { return field.checked; }) || levels[0]).focus();
      if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); go("next"); }
      return;
    }
    if (event.ctrlKey || event.target.closest("a, button, select, textarea, input:not([name=level]):not([name=cannot_judge])")) return;
    var key = event.key.toLowerCase();
    if (key >= "0" && key <= "5" && key.length === 1) choose(Number(key));
    else if (key === "x") { unjudged.checked = !unjudged.checked; if (unjudged.checked) comment.focus(); told(unjudged); }
    else if (key === "c") comment.focus();
    else if (key === "j" || key === "arrowright" || key === "enter") go("next");
    else if (key === "k" || key === "arrowleft") go("previous");
    else return;
    event.preventDefault();
  });
})();

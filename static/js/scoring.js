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

  // Nothing is called saved before it is: from the first letter until its answer is there, the line says so.
  var unsent = false;
  function say(text) {
    var line = document.createElement("span");
    line.className = "muted";
    line.textContent = text;
    document.getElementById("saved").replaceChildren(line);
  }
  function changed() { unsent = true; say(form.dataset.saving); }
  form.addEventListener("input", changed, true);
  form.addEventListener("change", changed, true);
  form.addEventListener("htmx:beforeRequest", function () { unsent = false; say(form.dataset.saving); });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "saved" && unsent) say(form.dataset.saving);
  });
  function failed(event) {
    if (event.target === form) say(document.getElementById("messages").dataset[event.type === "htmx:sendError" ? "failed" : "refused"]);
  }
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);

  // A save that is on its way makes the version that the form names an old one: the button waits for its answer.
  var pressed = null;
  form.addEventListener("submit", function (event) {
    if (!form.classList.contains("htmx-request")) return;
    event.preventDefault();
    pressed = event.submitter;
  });
  form.addEventListener("htmx:afterRequest", function (event) {
    // What was refused, or is older than what another window saved, is read before anything goes on.
    if (!event.detail.successful || event.detail.xhr.status >= 400) pressed = null;
    setTimeout(function () {
      // One that waited in line goes first.
      if (!pressed || form.classList.contains("htmx-request")) return;
      var button = pressed;
      pressed = null;
      form.requestSubmit(button);
    });
  });

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

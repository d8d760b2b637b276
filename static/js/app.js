/* Messages, dialogs and the side panel. Everything else is plain HTML and htmx. */
(function () {
  "use strict";

  // Messages that report success leave by themselves; the rest, and those with an undo, stay.
  var STAY_MS = 8000;
  function prepare(note) {
    if (note.dataset.ready) return;
    note.dataset.ready = "1";
    if (note.classList.contains("is-error") || note.classList.contains("is-warning") || note.querySelector("form")) return;
    var timer = setTimeout(leave, STAY_MS);
    function leave() { note.remove(); }
    function hold() { clearTimeout(timer); }
    note.addEventListener("pointerenter", hold);
    note.addEventListener("focusin", hold);
  }
  function prepareAll() { document.querySelectorAll(".toast-note").forEach(prepare); }

  function fail(message) {
    var box = document.getElementById("messages");
    if (!box) return;
    var note = document.createElement("div");
    note.className = "toast-note is-error";
    note.setAttribute("role", "alert");
    var text = document.createElement("div");
    text.className = "toast-text";
    text.textContent = message;
    var close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-sm btn-quiet";
    close.setAttribute("data-dismiss", "");
    close.textContent = box.dataset.close;
    note.append(text, close);
    box.append(note);
  }

  document.addEventListener("DOMContentLoaded", prepareAll);
  document.addEventListener("htmx:afterSettle", prepareAll);
  document.addEventListener("htmx:sendError", function () { fail(document.getElementById("messages").dataset.failed); });
  document.addEventListener("htmx:responseError", function () { fail(document.getElementById("messages").dataset.refused); });

  document.addEventListener("click", function (event) {
    var dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) { dismiss.closest(".toast-note").remove(); return; }

    // A dialog asks before a destructive act. Browsers that know command= need no help.
    var opener = event.target.closest("button[commandfor]");
    if (opener && !("commandForElement" in HTMLButtonElement.prototype)) {
      var dialog = document.getElementById(opener.getAttribute("commandfor"));
      if (opener.getAttribute("command") === "show-modal") dialog.showModal(); else dialog.close();
    }
  });

  // Of two rows pressed one after the other the panel shows the last, whichever is answered first.
  var asked = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target.id === "panel-body") asked = event.detail.xhr;
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id === "panel-body" && event.detail.xhr !== asked) event.detail.shouldSwap = false;
  });

  // Whatever htmx puts into the panel opens it; the title comes from the content.
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "panel-body") return;
    event.target.scrollTop = 0;
    var heading = event.target.querySelector("[data-panel-title]");
    if (heading) document.getElementById("panel-title").textContent = heading.getAttribute("data-panel-title");
    window.bootstrap.Offcanvas.getOrCreateInstance("#panel").show();
  });

  // Wide tables and charts scroll inside their frame; a shade shows on which side there is more.
  var SCROLLING = ".table-scroll, .chart-scroll, .tabs, .subnav ul", TABS = ".tabs [aria-current], .subnav [aria-current]";
  function shade(box) {
    box.classList.toggle("more-left", box.scrollLeft > 1);
    box.classList.toggle("more-right", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
    if (!box.matches("ul")) box.dataset.hint = document.body.dataset.scrollHint || "";
  }
  // A table that is wider than its place is set tighter before it scrolls.
  function fit(box) {
    var table = box.querySelector(":scope > table");
    if (!table) return;
    table.classList.remove("is-tight");
    table.classList.toggle("is-tight", box.scrollWidth > box.clientWidth + 1);
  }
  function shadeAll() {
    document.querySelectorAll(".table-scroll").forEach(fit);
    document.querySelectorAll(SCROLLING).forEach(shade);
  }
  document.addEventListener("scroll", function (event) {
    if (event.target.matches && event.target.matches(SCROLLING)) shade(event.target);
  }, true);
  // Where the tabs do not fit, the one that is open stands in sight.
  function show(tab) {
    var bar = tab.closest("ul"), beyond = tab.getBoundingClientRect().right + 24 - bar.getBoundingClientRect().right;
    if (beyond > 0) bar.scrollLeft += beyond;
  }
  document.addEventListener("DOMContentLoaded", function () { document.querySelectorAll(TABS).forEach(show); });
  document.addEventListener("DOMContentLoaded", shadeAll);
  document.addEventListener("htmx:afterSettle", shadeAll);
  window.addEventListener("load", shadeAll);
  window.addEventListener("resize", shadeAll);

  // A table written by hand stands as cards on a phone, as those of DataTable do, once its values have labels.
  function stack(table) {
    if (!table.tHead || table.classList.contains("is-stacked")) return;
    var heads = Array.prototype.map.call(table.tHead.rows[0].cells, function (cell) {
      return cell.querySelector(".visually-hidden") ? "" : cell.textContent.trim();
    });
    Array.prototype.forEach.call(table.tBodies, function (body) {
      Array.prototype.forEach.call(body.rows, function (row) {
        var place = 0;
        Array.prototype.forEach.call(row.cells, function (cell) {
          if (heads[place] && (place || cell.classList.contains("num"))) cell.dataset.label = heads[place];
          place += cell.colSpan;
        });
      });
    });
    table.classList.add("is-stacked");
  }
  function stackAll() { document.querySelectorAll("table.stacks").forEach(stack); }
  document.addEventListener("DOMContentLoaded", stackAll);
  document.addEventListener("htmx:afterSettle", stackAll);

  // The summary of errors takes the focus, so that it is read first.
  document.addEventListener("DOMContentLoaded", function () {
    var summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
  });
})();

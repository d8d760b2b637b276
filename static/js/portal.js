/* Keeps what is typed: saved a moment after each change, tried again while the network is away, and once more
   when the page is left. Follow-up questions show when the question before them has their answer. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-autosave]");
  if (!form) return;
  document.documentElement.classList.add("has-script");
  var state = form.querySelector(".save-state");
  var dirty = new Set();
  var flying = [];
  var timer = 0, busy = false, wait = 0, leaving = false;

  function values(name) {
    return Array.from(form.querySelectorAll('[name="' + name + '"]')).filter(function (field) {
      return (field.type !== "radio" && field.type !== "checkbox") || field.checked;
    }).map(function (field) { return field.value; });
  }
  function follow() {
    form.querySelectorAll("[data-follows]").forEach(function (block) {
      var before = document.getElementById(block.dataset.follows + "-block");
      var open = !before || !before.hidden;
      block.hidden = !(open && values(block.dataset.follows).indexOf(block.dataset.answer) >= 0);
    });
  }
  function body(names) {
    var data = new FormData();
    data.append("csrfmiddlewaretoken", form.querySelector('[name="csrfmiddlewaretoken"]').value);
    names.forEach(function (name) {
      data.append("fields", name);
      values(name).forEach(function (value) { data.append(name, value); });
    });
    return data;
  }
  function say(text) { if (state) state.textContent = text; }
  function again(names) {
    names.forEach(function (name) { dirty.add(name); });
    wait = Math.min(30000, wait ? wait * 2 : 2000);
    say(form.dataset.failed);
    timer = setTimeout(save, wait);
  }
  function save() {
    clearTimeout(timer);
    if (busy || !dirty.size) return;
    var names = Array.from(dirty);
    dirty.clear();
    busy = true;
    flying = names;
    say(form.dataset.saving);
    fetch(form.dataset.autosave, { method: "POST", body: body(names), credentials: "same-origin", redirect: "error" }).then(function (answer) {
      busy = false;
      flying = [];
      if (answer.status === 404 || answer.status === 403) { names.forEach(function (name) { dirty.add(name); }); say(form.dataset.ended); return; }
      if (answer.status === 409) return answer.json().then(function (told) { say(told.error); });
      if (!answer.ok) { again(names); return; }
      wait = 0;
      return answer.json().then(function (told) {
        var bar = form.querySelector("progress");
        if (bar && told.total) {
          bar.max = told.total;
          bar.value = told.answered;
          form.querySelector("[data-progress]").textContent = told.answered + " / " + told.total;
        }
        if (dirty.size) save();
        else say(form.dataset.saved + " · " + new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
      });
    }, function () { busy = false; flying = []; again(names); });
  }
  function changed(event) {
    if (!event.target.name || event.target.type === "file") return;
    dirty.add(event.target.name);
    follow();
    // The line of an earlier save would call this one saved.
    say(form.dataset.saving);
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", function () { leaving = true; clearTimeout(timer); });
  window.addEventListener("online", save);
  window.addEventListener("pagehide", function () {
    var names = Array.from(dirty).concat(flying);
    if (leaving || !names.length) return;
    fetch(form.dataset.autosave, { method: "POST", body: body(names), credentials: "same-origin", keepalive: true });
  });
  follow();
})();

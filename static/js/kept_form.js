/* What stands in a form outlives a session that ended meanwhile: it is kept in this tab when the form is sent,
   and put back when the sign-in leads the same person to the same page. Everywhere else it is forgotten.
   Passwords and files are never kept; hidden fields are, so that a record changed meanwhile is noticed.
   A form with data-keeps-itself has its own way. */
(function () {
  "use strict";
  var NAME = "kept-form", LONGEST_MS = 12 * 3600 * 1000;
  var menu = document.querySelector("form[data-sign-out]"), box = document.getElementById("messages");
  var store;
  try { store = window.sessionStorage; } catch (refused) { return; }

  function isAccount(address) {
    try { return new URL(address, location.href).origin === location.origin && /^\/account\//.test(new URL(address, location.href).pathname); }
    catch (wrong) { return false; }
  }
  function forget() { store.removeItem(NAME); }
  function here() { return location.pathname + location.search; }
  function placeOf(form) { return Array.prototype.indexOf.call(document.forms, form); }

  function keep(form) {
    if (!menu || !form || !form.closest("main") || form.method !== "post" || isAccount(location.href)) return;
    if (form.hasAttribute("data-keeps-itself") || form.querySelector("input[type=password]")) return;
    var fields = [], files = false;
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || field.type === "submit" || field.tagName === "BUTTON") return;
      if (field.type === "file") { files = files || field.value !== ""; return; }
      if (field.type === "checkbox" || field.type === "radio") fields.push([field.name, field.value, field.checked]);
      else if (field.multiple && field.options) fields.push([field.name, null, Array.prototype.map.call(field.selectedOptions, function (one) { return one.value; })]);
      else fields.push([field.name, null, field.value]);
    });
    try {
      store.setItem(NAME, JSON.stringify({ user: menu.dataset.user, page: here(), form: placeOf(form), action: form.action, at: Date.now(), files: files, fields: fields }));
    } catch (full) { forget(); }
  }

  function put(form, kept) {
    var met = {};
    kept.fields.forEach(function (one) {
      var same = Array.prototype.filter.call(form.elements, function (field) {
        return field.name === one[0] && (one[1] === null ? field.type !== "checkbox" && field.type !== "radio" : field.value === one[1]);
      });
      var key = one[0] + "\n" + one[1], field = same[met[key] = (met[key] === undefined ? 0 : met[key] + 1)];
      if (!field || field.type === "file") return;
      if (one[1] !== null) field.checked = one[2];
      else if (Array.isArray(one[2])) Array.prototype.forEach.call(field.options, function (option) { option.selected = one[2].indexOf(option.value) >= 0; });
      else field.value = one[2];
      if (field.type !== "hidden") field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function tell(form, files) {
    var note = document.createElement("p");
    note.className = "note is-info";
    note.setAttribute("role", "status");
    note.textContent = box.dataset.kept + (files ? " " + box.dataset.keptFiles : "");
    form.prepend(note);
    note.scrollIntoView({ block: "center" });
  }

  function putBack() {
    var kept = JSON.parse(store.getItem(NAME) || "null");
    if (isAccount(location.href)) {
      // Noted here: a sign-in of the company's own leads back from a page of another origin.
      if (kept && !menu) store.setItem(NAME, JSON.stringify(Object.assign(kept, { signingIn: true })));
      return;
    }
    forget();
    if (!kept || !kept.signingIn || !menu || !box) return;
    if (kept.user !== menu.dataset.user || kept.page !== here() || Date.now() - kept.at > LONGEST_MS) return;
    var form = document.forms[kept.form];
    if (!form || form.action !== kept.action) return;
    put(form, kept);
    tell(form, kept.files);
  }

  // Before anything else hears of it: who stops the event has seen a form that was to be sent.
  document.addEventListener("submit", function (event) { keep(event.target); }, true);
  // A part of the page that is asked for on the way tells as well: htmx goes to the sign-in after this.
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    if (event.detail.xhr.status === 401) keep(event.detail.elt.closest("form"));
  });
  document.addEventListener("htmx:afterRequest", function (event) { if (event.detail.successful) forget(); });
  document.addEventListener("submit", function (event) { if (event.target === menu) forget(); });
  putBack();
})();

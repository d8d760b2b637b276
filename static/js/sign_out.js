/* Signing out leaves nothing of audits on the device: kept pages and photos go, once everything was sent.
   What was not sent is never thrown away; the person is told, and signs out knowingly or stays. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-sign-out]");
  if (!form || !window.indexedDB || !form.requestSubmit) return;
  // A device that does not answer must not hold anybody back for good; a slow one is waited for, since who
  // leaves before it has answered leaves pages of audits on it.
  var PATIENCE_MS = 10000;
  var owner = form.dataset.user, prefix = "audit-draft:" + owner + ":", knowingly = false;
  var opened = window.deviceStore.opened, within = window.deviceStore.within;

  function drafts() {
    return Object.keys(localStorage).filter(function (name) { return name.indexOf(prefix) === 0; });
  }
  function isTyped(name) {
    var told = JSON.parse(localStorage.getItem(name) || "{}");
    return Boolean((told.description || "").trim() || (told.objective_evidence || "").trim());
  }
  function isHalfTyped() {
    try { return drafts().some(isTyped); } catch (unreadable) { return false; }
  }
  function isPhoto(entry) { return entry.kind === "photo" && entry.key.indexOf("photo:" + owner + ":") === 0; }
  function isUnsent(entry) { return entry.kind !== "photo" && entry.user === owner; }

  function unsent(store) {
    return within(store, "readonly", function (entries) { return entries.getAll(); }).then(function (entries) {
      return entries.filter(isUnsent).length + (drafts().some(isTyped) || entries.some(isPhoto) ? 1 : 0);
    });
  }
  function wipe(store) {
    drafts().forEach(function (name) { localStorage.removeItem(name); });
    return within(store, "readwrite", function (entries) {
      var asked = entries.getAll();
      asked.onsuccess = function () {
        asked.result.filter(isPhoto).forEach(function (entry) { entries.delete(entry.key); });
      };
    }).then(pages);
  }
  function pages() {
    if (!window.caches) return Promise.resolve();
    // The worker may be keeping a page right now: it is told as well.
    if (navigator.serviceWorker) {
      navigator.serviceWorker.getRegistration("/audits/").then(function (found) {
        if (found && found.active) found.active.postMessage({ type: "forget" });
      }).catch(function () {});
    }
    return caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name.indexOf("audits-") === 0; })
        .map(function (name) { return caches.delete(name); }));
    });
  }
  function leave() { knowingly = true; form.requestSubmit(); }

  form.addEventListener("submit", function (event) {
    if (knowingly) return;
    event.preventDefault();
    function ask() { document.getElementById("sign-out-unsent").showModal(); }
    // What stands half typed is known at once, however slow the device's store is.
    if (isHalfTyped()) { ask(); return; }
    var gone = false;
    function go() { if (!gone) { gone = true; leave(); } }
    var timer = setTimeout(go, PATIENCE_MS);
    opened().then(function (store) {
      return unsent(store).then(function (count) {
        if (!count) return wipe(store).then(go);
        clearTimeout(timer);
        ask();
      });
    }).catch(go);
  });
  document.getElementById("sign-out-anyway").addEventListener("click", function () { pages().then(leave, leave); });
})();

/* What an audit keeps on the device: one store of entries, written by findings.js and cleared by sign_out.js. */
(function () {
  "use strict";
  function opened() {
    return new Promise(function (resolve, reject) {
      var asked = indexedDB.open("cmo-eval-audits", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("entries", { keyPath: "key" }); };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
  }
  // What `work` asked of the entries, once it is written to the device.
  function within(store, mode, work) {
    return new Promise(function (resolve, reject) {
      var change = store.transaction("entries", mode);
      var asked = work(change.objectStore("entries"));
      change.oncomplete = function () { resolve(asked && asked.result); };
      change.onerror = change.onabort = function () { reject(change.error); };
    });
  }
  window.deviceStore = { opened: opened, within: within };
})();

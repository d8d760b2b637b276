/* Service worker of audits: the page that conducts an audit, and its files, open without a network as well. */
"use strict";
var KEPT = "audits-1";
var PAGE = /^\/audits\/\d+\/conduct\/$/;
var PATIENCE_MS = 5000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

// A page says that it is open: keep it as the server gives it now, and what it loaded. Signing out forgets all of it.
var forgotten = false;
self.addEventListener("message", function (event) {
  if (event.data && event.data.type === "forget") {
    forgotten = true;
    event.waitUntil(caches.delete(KEPT));
    return;
  }
  if (!event.data || event.data.type !== "keep") return;
  forgotten = false;
  event.waitUntil(caches.open(KEPT).then(function (cache) {
    var page = fetch(event.data.page, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (answer.ok) return cache.put(event.data.page, answer);
      // Signed out, or no longer in progress: a page that nobody may see is not kept.
      if (answer.type === "opaqueredirect" || answer.status === 404) return cache.delete(event.data.page);
    });
    var files = event.data.files.map(function (file) {
      return cache.match(file).then(function (held) { return held || cache.add(file); }).catch(function () {});
    });
    return Promise.all([page].concat(files)).then(function () {
      if (forgotten) return caches.delete(KEPT);
      if (event.source) event.source.postMessage({ type: "kept" });
    });
  }).catch(function () {}));
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(pageOf(request, url.pathname));
  else if (url.pathname.indexOf("/static/") === 0) event.respondWith(fileOf(request));
});

function pageOf(request, path) {
  var asked = fetch(request);
  return within(asked, PATIENCE_MS).then(function (answer) {
    if (answer.status < 500) return answer;
    return held(path, answer);
  }, function () {
    // A slow network may still answer where nothing is kept.
    return caches.match(path).then(function (kept) { return kept || asked; });
  });
}

function fileOf(request) {
  return within(fetch(request), PATIENCE_MS).catch(function () {
    return caches.match(request, { ignoreVary: true }).then(function (kept) { return kept || Response.error(); });
  });
}

function held(path, otherwise) {
  return caches.match(path).then(function (kept) { return kept || otherwise; });
}

function within(promise, limit) {
  return new Promise(function (resolve, reject) {
    var timer = setTimeout(function () { reject(new Error("slow")); }, limit);
    promise.then(function (value) { clearTimeout(timer); resolve(value); },
      function (error) { clearTimeout(timer); reject(error); });
  });
}

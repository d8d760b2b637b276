/* Findings and checklist answers that survive a lost network, a restarted server, a reload and an expired session.
   What is typed is written down at once (text in localStorage, photos and saved entries in IndexedDB), shown as
   kept, and sent when the server answers again. Every entry names itself: sent twice it is one finding. */
(function () {
  "use strict";
  var root = document.getElementById("conduct");
  var form = document.getElementById("finding-form");
  if (!root || !form) return;
  var FIRST_WAIT_MS = 2000, LONGEST_WAIT_MS = 60000;
  var data = root.dataset, owner = data.user, audit = data.audit;
  var draftKey = "audit-draft:" + owner + ":" + audit;
  var photoKey = "photo:" + owner + ":" + audit;
  var token = form.elements.csrfmiddlewaretoken.value;
  var store = null, sending = false, again = false, wait = FIRST_WAIT_MS, timer = 0, note = "";
  // Entries on their way into the store: until they lie there, nothing on the page may say that all is saved.
  var keeping = 0, unkept = false;

  // Store ------------------------------------------------------------------------------------------
  function run(mode, work) { return window.deviceStore.within(store, mode, work); }
  function put(entry) { return run("readwrite", function (entries) { return entries.put(entry); }); }
  function keep(entry) {
    var line = document.getElementById("conduct-state");
    keeping += 1;
    line.dataset.state = "waiting";
    line.setAttribute("aria-busy", "true");
    function kept() {
      keeping -= 1;
      if (!keeping) line.removeAttribute("aria-busy");
    }
    return put(entry).finally(kept).then(function () { unkept = false; }, function () {
      // The device is full, or took its store away. What was typed stays in the form, and nothing goes on.
      unkept = true;
      line.textContent = data.tUnkept;
      line.dataset.state = "refused";
      return new Promise(function () {});
    });
  }
  function remove(key) { return run("readwrite", function (entries) { return entries.delete(key); }); }
  function get(key) { return run("readonly", function (entries) { return entries.get(key); }); }
  function all() {
    return run("readonly", function (entries) { return entries.getAll(); }).then(function (entries) {
      return entries.filter(function (entry) { return entry.kind !== "photo"; })
        .sort(function (one, other) { return one.at - other.at; });
    });
  }
  function mine(entry) { return entry.user === owner && entry.audit === audit; }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    var hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), "4" + hex.slice(13, 16), "a" + hex.slice(17, 20), hex.slice(20)].join("-");
  }

  // Draft of the finding that is being typed ---------------------------------------------------------
  function fieldsOf(from) {
    var told = {};
    new FormData(from).forEach(function (value, name) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") told[name] = value;
    });
    return told;
  }
  function keepDraft() {
    try { localStorage.setItem(draftKey, JSON.stringify(fieldsOf(form))); } catch (error) { /* full or closed */ }
  }
  function fill(fields) {
    Array.from(form.elements).forEach(function (element) {
      if (!element.name || element.type === "file" || element.name === "csrfmiddlewaretoken") return;
      var told = fields[element.name];
      if (element.type === "radio") element.checked = told === element.value;
      else if (element.type === "checkbox") element.checked = told !== undefined;
      else element.value = told || "";
    });
  }
  function showPhoto(photo, name) {
    if (!photo) { form.elements.photo.value = ""; return; }
    var carrier = new DataTransfer();
    carrier.items.add(new File([photo], name, { type: photo.type }));
    form.elements.photo.files = carrier.files;
  }
  function keepPhoto() {
    var file = form.elements.photo.files[0];
    if (!store) return Promise.resolve();
    return file ? put({ key: photoKey, kind: "photo", photo: file, name: file.name }) : remove(photoKey);
  }
  function restoreDraft() {
    var text = null;
    try { text = localStorage.getItem(draftKey); } catch (error) { /* closed */ }
    if (text) fill(JSON.parse(text));
    if (!form.elements.entry_key.value) form.elements.entry_key.value = newKey();
    return get(photoKey).then(function (kept) { if (kept) showPhoto(kept.photo, kept.name); });
  }
  function fresh() {
    var system = form.elements.system.value;
    fill({});
    showPhoto(null);
    form.elements.system.value = system;
    form.elements.entry_key.value = newKey();
    try { localStorage.removeItem(draftKey); } catch (error) { /* closed */ }
    return remove(photoKey);
  }

  // Keeping entries ------------------------------------------------------------------------------------
  function keepFinding() {
    var file = form.elements.photo.files[0];
    var fields = fieldsOf(form);
    return keep({
      key: fields.entry_key, kind: "finding", audit: audit, user: owner, url: data.send, fields: fields,
      photo: file || null, name: file ? file.name : "", at: Date.now()
    }).then(fresh).then(function () {
      document.getElementById("new-finding").focus();
      return show().then(send);
    });
  }
  function keepAnswer(check) {
    var item = check.dataset.item;
    marked(check);
    return keep({
      key: "answer:" + owner + ":" + item, kind: "answer", audit: audit, user: owner, item: item,
      url: check.getAttribute("action"), fields: fieldsOf(check), at: Date.now()
    }).then(show);
  }

  // Sending ----------------------------------------------------------------------------------------
  function post(entry) {
    var body = new FormData();
    Object.keys(entry.fields).forEach(function (name) { body.append(name, entry.fields[name]); });
    body.append("csrfmiddlewaretoken", token);
    if (entry.photo) body.append("photo", entry.photo, entry.name);
    return fetch(entry.url, {
      method: "POST", body: body, redirect: "manual", credentials: "same-origin",
      headers: { "Accept": "application/json", "HX-Request": "true" }
    });
  }
  // Signing in again makes the page's token old: the page itself has the new one, and says who is signed in.
  function renewed() {
    return fetch(location.pathname, { redirect: "manual", credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) return "signed-out";
        return answer.text().then(function (text) {
          var page = new DOMParser().parseFromString(text, "text/html");
          var there = page.getElementById("conduct"), field = page.querySelector("[name=csrfmiddlewaretoken]");
          if (!there || !field) return "signed-out";
          if (there.dataset.user !== owner) return "other";
          var same = token === field.value;
          token = field.value;
          return same ? "refused" : "renewed";
        });
      });
  }
  function sent(entry, told) {
    if (entry.kind === "finding") return remove(entry.key);
    var check = document.getElementById("item-" + entry.item);
    if (check) check.elements.version.value = told.version;
    return get(entry.key).then(function (now) {
      if (!now || now.at === entry.at) return remove(entry.key);
      now.fields.version = String(told.version);
      return put(now);
    });
  }
  function sendOne(entry, renewedBefore) {
    return post(entry).then(function (answer) {
      if (answer.status === 200 || answer.status === 201) {
        return answer.json().then(function (told) { return sent(entry, told); }).then(function () { return ""; });
      }
      if (answer.status === 422) {
        return answer.json().then(function (told) { entry.errors = told.errors; return put(entry); })
          .then(function () { return ""; });
      }
      if (answer.status === 409) {
        return answer.json().then(function (told) { entry.conflict = told; return put(entry); })
          .then(function () { return ""; });
      }
      if (answer.status === 401 || answer.type === "opaqueredirect") return "signed-out";
      if (answer.status === 403 && !renewedBefore) {
        return renewed().then(function (told) {
          if (told === "renewed") return sendOne(entry, true);
          return told === "refused" ? refused(entry) : told;
        });
      }
      if (answer.status === 403 || answer.status === 404 || answer.status === 413) return refused(entry);
      return "offline";
    }, function () { return "offline"; });
  }
  function refused(entry) {
    entry.errors = { "": [data.tRefused] };
    return put(entry).then(function () { return ""; });
  }
  function send() {
    if (!store) return Promise.resolve();
    if (sending) { again = true; return Promise.resolve(); }
    sending = true; again = false; clearTimeout(timer);
    var done = 0;
    return all().then(function (entries) {
      var waiting = entries.filter(function (entry) { return mine(entry) && !entry.errors && !entry.conflict; });
      return waiting.reduce(function (before, entry) {
        return before.then(function (problem) {
          if (problem) return problem;
          done += 1;
          return sendOne(entry, false);
        });
      }, Promise.resolve(""));
    }).then(function (problem) {
      sending = false; note = problem;
      if (problem) {
        timer = setTimeout(send, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      } else {
        wait = FIRST_WAIT_MS;
        if (done) { refresh(); keepPage(); }
      }
      return show().then(function () { if (again && !problem) return send(); });
    }, function () { sending = false; });
  }
  function refresh() {
    fetch(data.noted, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      return answer.ok ? answer.text() : null;
    }).then(function (text) {
      if (text === null) return;
      var page = new DOMParser().parseFromString(text, "text/html");
      document.getElementById("noted-box").replaceChildren(...page.body.childNodes);
    }).catch(function () {});
  }

  // Showing ----------------------------------------------------------------------------------------
  function element(name, text, kind) {
    var made = document.createElement(name);
    if (kind) made.className = kind;
    if (text) made.textContent = text;
    return made;
  }
  function button(text, act) {
    var made = element("button", text, "btn btn-sm btn-secondary");
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  function problems(errors) {
    return Object.keys(errors).map(function (name) { return errors[name].join(" "); }).join(" ");
  }
  function show() {
    return all().then(function (entries) {
      var own = entries.filter(mine);
      showState(own, entries.length - entries.filter(function (entry) { return entry.user === owner; }).length);
      showWaiting(own.filter(function (entry) { return entry.kind === "finding"; }));
      var answers = {};
      own.forEach(function (entry) { if (entry.kind === "answer") answers[entry.item] = entry; });
      document.querySelectorAll(".check").forEach(function (check) { showAnswer(check, answers[check.dataset.item]); });
    });
  }
  function showState(own, theirs) {
    var line = document.getElementById("conduct-state");
    var turned = own.filter(function (entry) { return entry.errors || entry.conflict; });
    var waiting = own.length - turned.length;
    var words = waiting ? waiting + " " + data.tWaiting.replace(/:$/, "").trim() : turned.length ? "" : data.tSaved;
    if (note === "signed-out") words = data.tSignedOut + (own.length ? " " + words : "");
    else if (note === "other") words = data.tOther + " " + words;
    else if (note === "offline" || !navigator.onLine) words = data.tOffline + " " + words;
    if (theirs) words += " " + data.tTheirs + " " + theirs;
    line.textContent = unkept ? data.tUnkept : words;
    line.dataset.state = unkept ? "refused" : waiting || keeping ? "waiting" : turned.length ? "refused" : "saved";
    showTurned(turned);
    document.getElementById("conduct-sign-in").hidden = note !== "signed-out" && note !== "other";
  }
  // What was refused does not go by itself: the bar on top, which stays in sight, says so and leads there.
  function showTurned(turned) {
    var link = document.getElementById("conduct-refused");
    link.hidden = !turned.length;
    if (!turned.length) return;
    var first = turned.find(function (entry) { return entry.kind === "finding"; });
    link.textContent = turned.length + " " + data.tTurned;
    link.href = first ? "#waiting" : "#item-" + turned[0].item;
  }
  function severityWord(severity) {
    var radio = severity && form.querySelector("input[name=severity][value=" + severity + "]");
    return radio ? radio.parentElement.querySelector(".severity-words").firstElementChild.textContent.trim() : "—";
  }
  function showWaiting(findings) {
    var list = document.getElementById("waiting");
    list.hidden = !findings.length;
    list.replaceChildren(...findings.map(function (entry) {
      var row = element("li");
      row.append(element("strong", severityWord(entry.fields.severity)), " ", (entry.fields.description || "").slice(0, 120));
      if (entry.photo) row.append(" (" + data.tPhoto + ")");
      row.append(" ", element("span", data.tKept, "small muted"));
      if (entry.errors) row.append(element("p", problems(entry.errors), "invalid-feedback d-block"));
      row.append(" ", button(data.tChange, function () { change(entry); }));
      return row;
    }));
  }
  function change(entry) {
    // What is in the form now is not thrown away: it changes places with the entry.
    var before = form.elements.description.value.trim() ? keepFinding() : Promise.resolve();
    before.then(function () {
      fill(entry.fields);
      showPhoto(entry.photo, entry.name);
      keepDraft();
      return keepPhoto().then(function () { return remove(entry.key); }).then(show);
    }).then(function () { form.elements.description.focus(); });
  }
  function showAnswer(check, entry) {
    var state = check.querySelector(".check-state");
    if (!entry) { state.textContent = state.textContent ? data.tItemSaved : ""; return; }
    state.textContent = entry.errors ? problems(entry.errors) : data.tKept;
    if (!entry.conflict) return;
    state.textContent = data.tConflict + " " + entry.conflict.result + (entry.conflict.note ? ", “" + entry.conflict.note + "”" : "") + " ";
    state.append(button(data.tMine, function () {
      check.elements.version.value = entry.conflict.version;
      keepAnswer(check).then(send);
    }));
  }
  function marked(check) {
    var chosen = check.querySelector("input[name=result]:checked");
    check.querySelector(".check-write").hidden = !chosen || chosen.value !== "finding";
    var system = check.closest(".system");
    system.querySelector(".system-done").textContent =
      system.querySelectorAll("input[name=result]:checked:not([value=open])").length;
  }

  // The page itself -------------------------------------------------------------------------------------
  function keepPage() {
    if (!navigator.serviceWorker || !navigator.serviceWorker.controller) return;
    var files = performance.getEntriesByType("resource").map(function (each) { return each.name; });
    document.querySelectorAll("link[href], script[src]").forEach(function (each) { files.push(each.href || each.src); });
    document.querySelectorAll("use").forEach(function (each) { files.push(new URL(each.getAttribute("href"), location).href.split("#")[0]); });
    files = Array.from(new Set(files)).filter(function (file) {
      var url = new URL(file);
      return url.origin === location.origin && url.pathname.indexOf("/static/") === 0;
    });
    navigator.serviceWorker.controller.postMessage({ type: "keep", page: location.pathname, files: files });
  }
  function register() {
    var line = document.getElementById("conduct-offline");
    if (!navigator.serviceWorker) { line.textContent = data.tNotReady; return; }
    navigator.serviceWorker.addEventListener("message", function (event) {
      if (event.data && event.data.type === "kept") line.textContent = data.tReady;
    });
    navigator.serviceWorker.addEventListener("controllerchange", keepPage);
    navigator.serviceWorker.register(data.worker).then(keepPage, function () { line.textContent = data.tNotReady; });
  }

  // Events -------------------------------------------------------------------------------------------
  function start() {
    root.classList.add("is-scripted");
    form.addEventListener("input", keepDraft);
    form.elements.photo.addEventListener("change", keepPhoto);
    form.elements.is_falsification.addEventListener("change", function () {
      if (!this.checked) return;
      form.querySelector("input[value=critical]").checked = true;
      keepDraft();
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); keepFinding(); });
    document.querySelectorAll(".check").forEach(function (check) {
      marked(check);
      check.addEventListener("input", function () { keepAnswer(check); });
      check.addEventListener("change", function () { keepAnswer(check).then(send); });
      check.addEventListener("submit", function (event) { event.preventDefault(); keepAnswer(check).then(send); });
      check.querySelector(".check-write").addEventListener("click", function () {
        form.elements.system.value = check.dataset.system;
        if (!form.elements.regulation.value) form.elements.regulation.value = check.dataset.reference.split(" · ")[0];
        keepDraft();
        form.elements.description.focus();
      });
    });
    document.addEventListener("keydown", function (event) {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && form.contains(event.target)) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) {
        event.preventDefault();
        form.querySelector("input[name=severity]").focus();
      }
    });
    window.addEventListener("online", function () { wait = FIRST_WAIT_MS; send(); });
    window.addEventListener("offline", show);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  }
  function restoreAnswers() {
    return all().then(function (entries) {
      entries.filter(mine).forEach(function (entry) {
        var check = entry.kind === "answer" && document.getElementById("item-" + entry.item);
        if (!check) return;
        check.elements.note.value = entry.fields.note;
        Array.from(check.querySelectorAll("input[name=result]")).forEach(function (radio) { radio.checked = radio.value === entry.fields.result; });
        check.closest("details").open = true;
        marked(check);
      });
    });
  }
  window.deviceStore.opened().then(function (opened) {
    store = opened;
    start();
    register();
    return restoreDraft().then(restoreAnswers).then(show).then(send);
  }, function () {
    // Without a store the plain forms do their work, and say so.
    document.getElementById("conduct-offline").textContent = data.tNoStore;
  });
})();

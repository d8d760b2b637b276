/* Security keys and passkeys (WebAuthn). A button with data-key asks the key, and puts its answer into the
   form's field "credential". data-options names the JSON on the page, data-options-url where to fetch it;
   with data-submit the form is sent at once. */
(function () {
  "use strict";

  function toBytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }
  function toText(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function described(list) {
    return (list || []).map(function (each) { return Object.assign({}, each, { id: toBytes(each.id) }); });
  }

  function create(options, passkey) {
    var wanted = Object.assign({}, options.publicKey);
    wanted.challenge = toBytes(wanted.challenge);
    wanted.user = Object.assign({}, wanted.user, { id: toBytes(wanted.user.id) });
    wanted.excludeCredentials = described(wanted.excludeCredentials);
    wanted.authenticatorSelection = Object.assign({}, wanted.authenticatorSelection, {
      residentKey: passkey ? "required" : "discouraged", requireResidentKey: passkey
    });
    if (passkey) wanted.authenticatorSelection.userVerification = "required";
    return navigator.credentials.create({ publicKey: wanted });
  }
  function get(options) {
    var wanted = Object.assign({}, options.publicKey);
    wanted.challenge = toBytes(wanted.challenge);
    wanted.allowCredentials = described(wanted.allowCredentials);
    return navigator.credentials.get({ publicKey: wanted });
  }
  function told(credential) {
    var answer = credential.response, response = { clientDataJSON: toText(answer.clientDataJSON) };
    if (answer.attestationObject) {
      response.attestationObject = toText(answer.attestationObject);
      response.transports = answer.getTransports ? answer.getTransports() : [];
    } else {
      response.authenticatorData = toText(answer.authenticatorData);
      response.signature = toText(answer.signature);
      response.userHandle = answer.userHandle ? toText(answer.userHandle) : null;
    }
    return JSON.stringify({
      type: credential.type, id: credential.id, rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment || null,
      response: response, clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function optionsOf(button) {
    if (button.dataset.options) return Promise.resolve(JSON.parse(document.getElementById(button.dataset.options).textContent));
    return fetch(button.dataset.optionsUrl, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })
      .then(function (response) { return response.json(); })
      .then(function (answer) { return answer.request_options; });
  }
  function say(form, problem) {
    var box = form.querySelector("[data-key-problems]");
    box.hidden = !problem;
    box.querySelectorAll("[data-problem]").forEach(function (line) { line.hidden = line.dataset.problem !== problem; });
  }
  function problemOf(error) {
    if (error.name === "NotAllowedError" || error.name === "AbortError") return "refused";
    if (error.name === "InvalidStateError") return "known";
    if (error.name === "SecurityError") return "address";
    return "other";
  }

  document.querySelectorAll("[data-key]").forEach(function (button) {
    var form = button.form, field = form.elements.credential;
    button.hidden = false;
    button.addEventListener("click", function () {
      if (!window.PublicKeyCredential) { say(form, "address"); return; }
      say(form, "");
      button.disabled = true;
      var passkey = form.elements.passwordless ? form.elements.passwordless.checked : false;
      optionsOf(button)
        .then(function (options) { return button.dataset.key === "create" ? create(options, passkey) : get(options); })
        .then(function (credential) {
          field.value = told(credential);
          if ("submit" in button.dataset) { form.submit(); return; }
          form.querySelector("[data-key-done]").hidden = false;
          button.hidden = true;
        })
        .catch(function (error) { say(form, problemOf(error)); })
        .finally(function () { button.disabled = false; });
    });
  });
})();

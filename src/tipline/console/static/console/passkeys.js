// Passkeys: the one thing of a sign-in that the browser does only for a script. Forms carry what is asked in data attributes and
// send the answer in a hidden field, like any other form.
"use strict";

(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withIds = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const forCreation = ({ publicKey: asked }) => ({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: withIds(asked.excludeCredentials),
    },
  });
  const forRequest = ({ publicKey: asked }) => ({
    publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: withIds(asked.allowCredentials) },
  });
  const asJson = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: toText(given.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[part]) response[part] = toText(given[part]);
    }
    if (given.getTransports) response.transports = given.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const ask = async (form) => {
    if (form.dataset.passkeyCreation) {
      return navigator.credentials.create(forCreation(JSON.parse(form.dataset.passkeyCreation)));
    }
    if (form.dataset.passkeyRequest) {
      return navigator.credentials.get(forRequest(JSON.parse(form.dataset.passkeyRequest)));
    }
    const answer = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return navigator.credentials.get(forRequest(await answer.json()));
  };

  // a passkey belongs to a host name: there are none for the number of an address
  const possible = window.PublicKeyCredential && !/^([0-9.]+|\[.*\])$/.test(location.hostname);

  for (const form of document.querySelectorAll("[data-passkey], [data-passkey-request], [data-passkey-creation]")) {
    if (!possible) {
      if (form.dataset.passkeyCreation) say(form, "No passkey can be made here: it needs a host name and HTTPS, and a browser that knows them.");
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.checkValidity()) return form.reportValidity();
      try {
        form.elements.credential.value = asJson(await ask(form));
        form.submit();
      } catch (error) {
        say(form, error.name === "InvalidStateError"
          ? "This device has a passkey for your account already."
          : "No passkey was used: it was cancelled, took too long, or there is none here.");
      }
    });
  }

  function say(form, text) {
    const place = form.querySelector("[data-passkey-error]");
    place.textContent = text;
    place.hidden = false;
    place.setAttribute("role", "alert");
  }
})();

/* Passkeys: the one thing that these pages cannot do without a script. It asks the browser to sign what the server gave,
   puts the answer into the page's form, and sends the form. */
"use strict";

(function () {
  var form = document.getElementById("passkey");
  var known = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!form || !known) { return; }
  var adding = form.dataset.purpose === "add";
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    if (form.elements.answer.value) { return; }
    event.preventDefault();
    fetch(form.dataset.options, { credentials: "same-origin", headers: { accept: "application/json" } })
      .then(function (response) {
        if (!response.ok) { throw new Error("no options"); }
        return response.json();
      })
      .then(function (options) {
        return adding
          ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      })
      .then(function (credential) {
        form.elements.answer.value = JSON.stringify(credential.toJSON());
        form.requestSubmit();
      })
      .catch(function () {
        document.getElementById("passkey-failed").hidden = false;
      });
  });
})();

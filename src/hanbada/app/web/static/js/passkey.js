// Passkeys: asks the node for a challenge, the browser for an answer, and sends it with the form it belongs to.

const able = window.isSecureContext && "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** @param {HTMLFormElement} form the form whose credential is wanted @returns {Promise<string>} the answer as JSON */
async function answer(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf"));
  const address = `${new URL(form.action).pathname}/options`;
  const told = await fetch(address, { method: "POST", headers: { "x-csrf-token": field.value } });
  if (!told.ok) throw new Error(`${address}: ${told.status}`);
  const options = await told.json();
  const found =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(/** @type {PublicKeyCredential} */ (found).toJSON());
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const fault = /** @type {HTMLElement} */ (form.querySelector(".fault"));
  fault.hidden = true;
  try {
    /** @type {HTMLInputElement} */ (form.elements.namedItem("credential")).value = await answer(form);
  } catch {
    fault.hidden = false;
    return;
  }
  form.submit();
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  form.hidden = !able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

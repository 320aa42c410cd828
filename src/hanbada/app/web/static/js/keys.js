// The keyboard: single keys for a watch officer's hands, never while typing; they can be switched off (WCAG 2.1.4).

const OFF = "hanbada-keys-off";
const GO = /** @type {Record<string, string>} */ ({ a: "/alerts", c: "/register", i: "/incidents", m: "/", v: "/vessels", o: "/sightings", r: "/rules", s: "/sources", x: "/received", d: "/release", u: "/communities", p: "/partners", b: "/objects" });
const GO_MS = 1200;

/** @param {EventTarget | null} target */
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(checkbox|range)$/.test(/** @type {HTMLInputElement} */ (target).type));

/** Close the innermost open thing. @returns {boolean} whether there was one */
export function closeOne() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog instanceof HTMLDialogElement) return dialog.close(), true;
  const menu = [...document.querySelectorAll("details.menu[open]")].at(-1);
  if (!(menu instanceof HTMLDetailsElement)) return false;
  menu.open = false;
  menu.querySelector("summary")?.focus();
  return true;
}

/** @param {Record<string, (event: KeyboardEvent) => void>} actions by key, as `KeyboardEvent.key` names it */
export function keyboard(actions) {
  let going = -Infinity;
  const all = { "?": openList, "/": search, ...actions };
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("keys-on"));
  if (box) {
    box.checked = localStorage.getItem(OFF) === null;
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeOne() || actions.Escape?.(event);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || (box && !box.checked)) return;
    if (document.querySelector("dialog[open]")) return;
    if (performance.now() - going < GO_MS && GO[event.key]) return void (location.href = GO[event.key]);
    going = event.key === "g" ? performance.now() : -Infinity;
    const action = /** @type {Record<string, (event: KeyboardEvent) => void>} */ (all)[event.key];
    if (!action || (event.key === " " && event.target instanceof HTMLElement && event.target.matches("button, summary"))) return;
    event.preventDefault();
    action(event);
  });
}

export function openList() {
  /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"))?.showModal();
}

function search() {
  const input = document.getElementById("search");
  if (input instanceof HTMLInputElement) input.focus(), input.select();
}

// Lists of alerts that hold still while they are read: what changes is changed in place, what is new waits behind a pill.

import { t, tn } from "./words.js";

const SETTLE_MS = 250; // events come in bursts; one refresh serves them

/** Ask htmx to fetch a piece of the page anew. @param {Element | null} element */
const refresh = (element) => element && /** @type {any} */ (window).htmx?.trigger(element, "refresh");

/** One card in its place. @param {string} id @param {Element} shown */
async function renewCard(id, shown) {
  const answer = await fetch(`/alerts/${id}/card`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  if (!piece) return;
  shown.replaceWith(piece);
  /** @type {any} */ (window).htmx?.process(piece);
}

/** The token forms and scripts must carry. */
export const csrf = () => document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";

export class AlertList {
  /** `refresh` puts the list in anew, `renew` one alert in its place. @param {{list: () => HTMLElement | null, freeze: string, pill: string, refresh: () => void, renew: (id: string, shown: Element) => void}} parts */
  constructor(parts) {
    this.parts = parts;
    this.frozen = false;
    this.waiting = new Set();
    this.timer = 0;
    document.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    document.addEventListener("htmx:after:swap", () => this.dress());
    this.dress();
  }

  /** @param {Element} target */
  clicked(target) {
    if (target.closest(this.parts.freeze)) {
      this.frozen = !this.frozen;
      if (!this.frozen) this.flush();
      this.dress();
    } else if (target.closest(this.parts.pill)) this.flush();
  }

  /** Desk events. @param {{what: string, id: string}[]} events */
  heard(events) {
    for (const event of events.filter((e) => e.what === "alert")) {
      const shown = this.parts.list()?.querySelector(`[data-alert="${CSS.escape(event.id)}"]`);
      if (this.frozen && shown) this.parts.renew(event.id, shown);
      else this.waiting.add(event.id);
    }
    if (this.frozen) return this.dress();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), SETTLE_MS);
  }

  flush() {
    if (!this.waiting.size) return;
    this.waiting.clear();
    this.parts.refresh();
    this.dress();
  }

  /** Buttons say what is so, also after the list was put in anew. */
  dress() {
    const freeze = document.querySelector(this.parts.freeze), pill = document.querySelector(this.parts.pill);
    freeze?.setAttribute("aria-pressed", String(this.frozen));
    if (!(pill instanceof HTMLElement)) return;
    pill.hidden = !(this.frozen && this.waiting.size);
    pill.textContent = tn("%(num)s new", "%(num)s new", this.waiting.size);
    pill.title = t("Show what changed");
  }
}

/** The inbox beside the map: one alert in it is current; keys act on that one. It may keep to what the map shows. */
export class Inbox extends AlertList {
  /** @param {{chosen: (id: string) => void, view: () => string}} on */
  constructor(on) {
    super({
      list: () => document.getElementById("inbox"), freeze: "#inbox-freeze", pill: "#inbox-more",
      refresh: () => refresh(document.getElementById("inbox")), renew: renewCard,
    });
    this.on = on;
    this.current = "";
    const box = document.getElementById("inbox");
    if (box) new ResizeObserver(() => this.keepInSight()).observe(box);
    document.addEventListener("click", (event) => {
      if (/** @type {Element} */ (event.target).closest("#inbox-near")) this.keepTo(this.near ? "" : on.view());
      const card = /** @type {Element} */ (event.target).closest(".inbox .alert");
      if (card && !/** @type {Element} */ (event.target).closest("button, a, summary")) this.choose(card);
    });
  }

  get near() {
    return this.box.checked;
  }

  get box() {
    return /** @type {HTMLInputElement} */ (document.getElementById("inbox-box"));
  }

  /** Show only the alerts in a box, or all. @param {string} box west, south, east, north; empty for all */
  keepTo(box) {
    this.box.value = box;
    this.box.checked = !!box;
    this.parts.refresh();
    this.dress();
  }

  /** The map shows another part of the world. */
  moved() {
    clearTimeout(this.settling);
    if (this.near && !this.frozen) this.settling = window.setTimeout(() => this.keepTo(this.on.view()), SETTLE_MS);
  }

  cards() {
    return [...document.querySelectorAll("#inbox .alerts > .alert, #inbox .seen[open] > .alert")];
  }

  /** @param {Element} card */
  choose(card) {
    this.current = /** @type {HTMLElement} */ (card).dataset.alert ?? "";
    this.dress();
    this.keepInSight();
    this.on.chosen(this.current);
  }

  /** The current alert stays in sight when the list grows shorter, as under a vessel's card. */
  keepInSight() {
    document.querySelector('#inbox .alert[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }

  /** The next or the previous alert. @param {number} way */
  step(way) {
    const cards = this.cards();
    const at = cards.findIndex((card) => /** @type {HTMLElement} */ (card).dataset.alert === this.current);
    const next = cards[at < 0 ? (way > 0 ? 0 : cards.length - 1) : Math.max(0, Math.min(cards.length - 1, at + way))];
    if (next) this.choose(next);
  }

  /** Press a button of the current alert, or of the first. @param {string} what */
  press(what) {
    const cards = this.cards();
    const card = cards.find((one) => /** @type {HTMLElement} */ (one).dataset.alert === this.current) ?? cards[0];
    /** @type {HTMLElement | null} */ (card?.querySelector(`[data-do="${what}"]`))?.click();
  }

  dress() {
    super.dress();
    if (!this.on) return; // while it is being made
    for (const card of document.querySelectorAll("#inbox .alert")) {
      const current = /** @type {HTMLElement} */ (card).dataset.alert === this.current;
      current ? card.setAttribute("aria-current", "true") : card.removeAttribute("aria-current");
    }
    document.getElementById("inbox-near")?.setAttribute("aria-pressed", String(this.near));
    const number = document.getElementById("thumb-number"), inbox = document.getElementById("inbox");
    if (number && inbox) number.textContent = inbox.dataset.new ?? "0";
  }
}

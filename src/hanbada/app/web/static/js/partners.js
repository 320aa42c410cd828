// What partners told us, on the chart: a mark for each with whose it is and its colour; a press opens its card.

import * as maplibre from "../../vendor/maplibre-gl.mjs";
import { t } from "./words.js";

const AGAIN_MS = 60_000;

export class Partners {
  /** @param {import("./chart.js").ChartMap} chart @param {{close: () => void}} on told before a card opens in place of another */
  constructor(chart, on) {
    this.chart = chart;
    this.on = on;
    this.box = /** @type {HTMLElement} */ (document.getElementById("card-place"));
    /** @type {any[]} */
    this.marks = [];
    /** @type {any[]} */
    this.features = [];
    this.box.addEventListener("click", (event) => /** @type {Element} */ (event.target).closest("[data-close-card]") && this.close());
    chart.overlay(() => this.draw());
    this.load();
    setInterval(() => this.load(), AGAIN_MS);
  }

  async load() {
    const answer = await fetch("/received.geojson").catch(() => null);
    if (!answer?.ok) return;
    this.features = (await answer.json()).features;
    await this.chart.ready;
    this.draw();
  }

  draw() {
    for (const mark of this.marks) mark.remove();
    this.marks = this.chart.layers.partners ? this.features.map((feature) => this.mark(feature)) : [];
  }

  /** @param {any} feature */
  mark(feature) {
    const { address, origin, tlp, kind, severity, simulated, exercise } = feature.properties, link = document.createElement("a");
    link.href = address;
    link.className = `partnermark ${severity}`;
    if (exercise || simulated) link.classList.add("unreal");
    const world = [exercise ? t("EXERCISE") : "", simulated ? t("SIMULATED") : ""].filter(Boolean).join(" ");
    link.textContent = [`${origin} TLP:${tlp}`, world].filter(Boolean).join(" ");
    link.title = [kind, world].filter(Boolean).join(" ");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.open(address);
    });
    return new maplibre.Marker({ element: link, anchor: "bottom-left" }).setLngLat(feature.geometry.coordinates).addTo(this.chart.map);
  }

  /** @param {string} address */
  async open(address) {
    const answer = await fetch(`${address}/card`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    this.on.close();
    this.box.innerHTML = await answer.text(); // written and escaped by our own template
    document.body.classList.add("has-card");
    /** @type {HTMLElement | null} */ (this.box.querySelector("[data-close-card]"))?.focus();
  }

  close() {
    this.box.replaceChildren();
    document.body.classList.remove("has-card");
  }
}

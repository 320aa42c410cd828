// The map in a notebook: draws what Python gave, tells it what was clicked. All text is set as text, never as markup.

import * as maplibre from "../../vendor/maplibre-gl.mjs";
import { ChartMap, canDraw } from "./chart.js";
import { Graticule } from "./graticule.js";
import { drawLayers, drawSelected, touchable } from "./notebook-layers.js";
import { coloursOf } from "./palette.js";

const EDGE_PX = 48, REACH_PX = 4, CLOSEST_ZOOM = 11;
const HIDDEN = new Set(["id", "name", "label", "text", "simulated", "kind"]);

/** @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void, on: (event: string, act: () => void) => void, off: (event: string, act: () => void) => void}} Model */
/** @typedef {{layer: string, id: string}} Chosen */

/** @param {string} tag @param {string} name @param {string} [text] */
function part(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

/** Tiles out of the bytes that came with the map. @param {DataView} base */
function serveTiles(base) {
  const count = base.getUint32(0, true), begin = 4 + 20 * count, places = new Map();
  const read = (/** @type {number} */ n, /** @type {number} */ k) => base.getUint32(4 + 20 * n + 4 * k, true);
  for (let n = 0; n < count; n++) places.set(`${read(n, 0)}/${read(n, 1)}/${read(n, 2)}`, [read(n, 3), read(n, 4)]);
  maplibre.addProtocol("hanbada", async ({ url }) => {
    const place = places.get(url.slice("hanbada://".length));
    if (!place) return { data: new ArrayBuffer(0) };
    const packed = new Uint8Array(base.buffer, base.byteOffset + begin + place[0], place[1]);
    const opened = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return { data: await new Response(opened).arrayBuffer() };
  });
}

/** The view that holds every feature. Longitudes are taken as they lie closest together. @param {any[]} features */
function boundsOf(features) {
  /** @type {[number, number][]} */
  const points = [];
  const walk = (/** @type {any} */ one) => (typeof one[0] === "number" ? points.push(one) : one.forEach(walk));
  for (const { geometry } of features) (geometry?.geometries ?? (geometry ? [geometry] : [])).forEach((/** @type {any} */ one) => walk(one.coordinates));
  if (!points.length) return null;
  const ys = points.map((point) => point[1]), spans = [0, 360].map((turn) => {
    const xs = points.map(([x]) => (x < 0 ? x + turn : x));
    return [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))];
  });
  const [west, east] = spans[0][1] - spans[0][0] <= spans[1][1] - spans[1][0] ? spans[0] : spans[1];
  return /** @type {[[number, number], [number, number]]} */ ([[west, ys.reduce((a, b) => Math.min(a, b))], [east, ys.reduce((a, b) => Math.max(a, b))]]);
}

/** @param {Model} model @param {HTMLElement} el @param {string} worker */
export function show(model, el, worker) {
  const root = part("div", "hanbada-map"), chartBox = part("div", "chart"), box = part("div", "box"), words = part("aside", "words");
  root.dataset.palette = model.get("palette");
  root.style.height = `${model.get("height_px")}px`;
  chartBox.append(box, part("div", "corner", [model.get("note"), model.get("chart").attribution].filter(Boolean).join(" · ")));
  root.append(chartBox, words);
  el.append(root);
  if (!canDraw()) box.textContent = "This browser cannot draw maps (WebGL 2 is missing).";
  const view = new View(model, { root, chartBox, box, words }, worker);
  return () => view.end();
}

class View {
  /** @param {Model} model @param {{root: HTMLElement, chartBox: HTMLElement, box: HTMLElement, words: HTMLElement}} parts @param {string} worker */
  constructor(model, parts, worker) {
    this.model = model;
    this.parts = parts;
    /** @type {[string, () => void][]} */
    this.heard = [];
    this.hear("change:selected", () => this.selected());
    this.hear("change:palette", () => this.repaint());
    this.hear("change:layers", () => this.drawAgain());
    this.words();
    if (canDraw()) this.begin(worker);
  }

  /** @param {string} event @param {() => void} act */
  hear(event, act) {
    this.model.on(event, act);
    this.heard.push([event, act]);
  }

  /** @param {string} worker */
  begin(worker) {
    const { chartBox, box, root } = this.parts;
    coloursOf(root);
    serveTiles(this.model.get("base"));
    this.tip = part("div", "tip");
    this.tip.hidden = true;
    const scale = part("div", "scale");
    chartBox.append(this.tip, scale);
    const chart = (this.chart = new ChartMap(box, { chart: this.model.get("chart"), worker, center: [0, 20], zoom: 1 }));
    chart.overlay(() => drawLayers(chart.map, this.model.get("layers"))).then(() => (root.dataset.drawn = "1"));
    chart.overlay(() => drawSelected(chart.map, this.chosen()));
    new Graticule(chart, scale);
    this.fit(this.features());
    chart.map.on("click", (/** @type {any} */ event) => this.clicked(event.point));
    chart.map.on("mousemove", (/** @type {any} */ event) => this.over(event.point));
    chart.map.on("mouseout", () => this.over(null));
    /** @type {any} */ (root).hanbada = chart;
  }

  /** @param {any[]} features */
  fit(features) {
    const bounds = boundsOf(features);
    if (bounds) this.chart?.map.fitBounds(bounds, { padding: EDGE_PX, animate: false, maxZoom: CLOSEST_ZOOM });
  }

  features() {
    return Object.values(this.model.get("layers")).flatMap((one) => one.features);
  }

  /** The feature that is selected, as Python gave it. */
  chosen() {
    const chosen = this.model.get("selected");
    return chosen && this.model.get("layers")[chosen.layer]?.features.find((/** @type {any} */ one) => String(one.id) === String(chosen.id));
  }

  /** @param {{x: number, y: number}} point */
  at(point) {
    if (!this.chart) return null;
    const { map } = this.chart, reach = /** @type {any} */ ([[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]]);
    return map.queryRenderedFeatures(reach, { layers: touchable.filter((id) => map.getLayer(id)) })[0] ?? null;
  }

  /** @param {{x: number, y: number}} point */
  clicked(point) {
    const found = this.at(point);
    this.choose(found ? { layer: found.source, id: found.properties.id } : null);
  }

  /** @param {Chosen | null} chosen */
  choose(chosen) {
    const whole = chosen && this.model.get("layers")[chosen.layer].features.find((/** @type {any} */ one) => String(one.id) === String(chosen.id));
    this.model.set("selected", whole ? { ...whole.properties, ...chosen } : null);
    this.model.save_changes();
    this.selected();
  }

  selected() {
    if (this.chart) drawSelected(this.chart.map, this.chosen());
    this.words();
  }

  /** @param {{x: number, y: number} | null} point */
  over(point) {
    const found = point && this.at(point), { tip } = this;
    if (!tip) return;
    this.parts.box.classList.toggle("over", Boolean(found));
    tip.hidden = !found;
    if (!point || !found) return;
    tip.textContent = `${found.properties.simulated ? "SIMULATED " : ""}${found.properties.name}`;
    tip.style.left = `${Math.max(0, Math.min(point.x + 14, this.parts.chartBox.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(0, point.y - 30)}px`;
  }

  /** What is selected, and the detections as a list. */
  words() {
    const { words, chartBox } = this.parts, chosen = this.chosen(), found = this.model.get("layers").detections.features;
    words.replaceChildren(...(chosen ? this.told(chosen.properties) : []), ...(found.length ? [part("h3", "", `Detections: ${found.length}`)] : []), ...found.map((/** @type {any} */ one) => this.line(one, one === chosen)));
    chartBox.querySelector(".simulated")?.remove();
    if (this.features().some((one) => one.properties.simulated)) chartBox.append(part("div", "simulated", "SIMULATED"));
  }

  /** @param {Record<string, any>} facts */
  told(facts) {
    const list = part("dl", "");
    for (const [name, value] of Object.entries(facts)) {
      if (HIDDEN.has(name) || value === null) continue;
      list.append(part("dt", "", name.replaceAll("_", " ")), part("dd", "", String(value)));
    }
    const title = `${facts.simulated ? "SIMULATED " : ""}${facts.name}`;
    return [part("h3", "", title), ...(facts.text ? [part("p", "reasons", facts.text)] : []), list];
  }

  /** @param {any} one @param {boolean} pressed */
  line(one, pressed) {
    const button = part("button", one.properties.severity, `${one.properties.simulated ? "SIMULATED " : ""}${one.properties.name}`);
    button.setAttribute("aria-pressed", String(pressed));
    button.onclick = () => {
      this.choose(pressed ? null : { layer: "detections", id: one.id });
      if (!pressed) this.fit([one]);
    };
    return button;
  }

  repaint() {
    this.parts.root.dataset.palette = this.model.get("palette");
    this.chart?.restyle();
  }

  drawAgain() {
    if (this.chart) drawLayers(this.chart.map, this.model.get("layers"));
    this.selected();
  }

  end() {
    for (const [event, act] of this.heard) this.model.off(event, act);
    this.chart?.map.remove();
  }
}

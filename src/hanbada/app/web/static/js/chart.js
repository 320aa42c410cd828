// The map itself: MapLibre with our style, our worker file, and no request beyond this node.

import * as maplibre from "../../vendor/maplibre-gl.mjs";
import { chartStyle } from "./chart-style.js";
import { language, t } from "./words.js";

/** @returns {import("./chart-style.js").Layers} */
export const allLayers = () => ({ names: true, ports: true, borders: true, graticule: true, depths: true, zones: true, distrust: true, reception: false, sightings: true, warnings: true, partners: true, ships: true, vectors: true });

/** Whether there can be a map at all. */
export const canDraw = () => document.createElement("canvas").getContext("webgl2") !== null;

export class ChartMap {
  /** @param {HTMLElement} box @param {{chart: import("./chart-style.js").Chart, worker: string, center: [number, number], zoom: number, bare?: boolean}} start */
  constructor(box, start) {
    maplibre.setWorkerUrl(start.worker);
    maplibre.setWorkerCount(1);
    this.chart = start.chart;
    this.layers = allLayers();
    /** @type {(() => void)[]} */
    this.overlays = [];
    this.wished = false;
    /** @type {Promise<void> | null} */
    this.restyling = null;
    if (start.bare) Object.assign(this.layers, { ports: false, graticule: false });
    this.map = new maplibre.Map({
      container: box, style: /** @type {any} */ (this.style()), center: start.center, zoom: start.zoom,
      minZoom: 1, maxZoom: 16, maxPitch: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      attributionControl: false, fadeDuration: 0, renderWorldCopies: true, refreshExpiredTiles: false,
      canvasContextAttributes: { antialias: false, powerPreference: "high-performance" }, // coasts are lines, and lines are smooth anyway
      locale: { "Map.Title": t("Map") },
      trackResize: true, validateStyle: false,
    });
    const gestures = /** @type {any} */ (this.map); // MapLibre gives them when it is made
    gestures.touchZoomRotate.disableRotation();
    gestures.keyboard.disableRotation();
    this.ready = new Promise((done) => this.map.once("style.load", done));
  }

  style() {
    return chartStyle(this.chart, language(), this.layers);
  }

  /** What must be put back whenever the style changes. @param {() => void} put */
  async overlay(put) {
    await this.ready;
    await this.restyling;
    this.overlays.push(put);
    put();
  }

  /** Another palette, language or choice of layers; wishes that come while one is being fulfilled become one. */
  restyle() {
    this.wished = true;
    this.restyling ??= this.fulfil().finally(() => (this.restyling = null));
    return this.restyling;
  }

  async fulfil() {
    await this.ready;
    while (this.wished) {
      this.wished = false;
      await this.putStyle();
    }
  }

  async putStyle() {
    const done = new Promise((resolve) => this.map.once("style.load", resolve));
    this.map.setStyle(/** @type {any} */ (this.style()), { diff: false });
    await done;
    for (const put of this.overlays) put();
  }
}

// Meridians and parallels at steps that suit the zoom, labelled along themselves; and the bar that gives the scale.

import { angle, turned } from "./nautical.js";
import { token } from "./palette.js";

const STEPS_MIN = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200]; // minutes of arc
const LINE_PX = 170; // lines stand at least so far apart
const NMI = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const BAR_PX = 120; // the scale bar is at most so long

export class Graticule {
  /** @param {import("./chart.js").ChartMap} chart @param {HTMLElement | null} bar */
  constructor(chart, bar) {
    this.chart = chart;
    this.bar = bar;
    this.key = "";
    this.data = { type: "FeatureCollection", features: /** @type {any[]} */ ([]) };
    chart.overlay(() => this.put());
    chart.map.on("move", () => this.moved());
    this.moved();
  }

  put() {
    const { map, layers } = this.chart, under = ["ports", "port-names", "sea-names-1", "zone-fill", "vessels"].find((id) => map.getLayer(id));
    map.addSource("graticule", { type: "geojson", data: /** @type {any} */ (this.data) });
    if (!layers.graticule) return;
    map.addLayer({ id: "graticule", type: "line", source: "graticule", paint: { "line-color": token("chgrd"), "line-opacity": 0.4, "line-width": 0.6 } }, under);
    map.addLayer({
      id: "graticule-text", type: "symbol", source: "graticule",
      layout: { "symbol-placement": "line", "symbol-spacing": 620, "text-field": ["get", "text"], "text-font": ["Pretendard Variable"], "text-size": 10, "text-offset": [0, -0.7], "text-keep-upright": true, "text-max-angle": 20 },
      paint: { "text-color": token("seatx"), "text-halo-color": token("halos"), "text-halo-width": 1 },
    }, under);
  }

  moved() {
    const { map } = this.chart, px = (512 * 2 ** map.getZoom()) / 360; // of a degree of longitude
    const step = (STEPS_MIN.find((minutes) => (minutes / 60) * px >= LINE_PX) ?? 1200) / 60, bounds = map.getBounds();
    const west = Math.floor(bounds.getWest() / step - 1), east = Math.ceil(bounds.getEast() / step + 1);
    const south = Math.max(Math.ceil(-80 / step), Math.floor(bounds.getSouth() / step - 1)), north = Math.min(Math.floor(80 / step), Math.ceil(bounds.getNorth() / step + 1));
    this.scale();
    const key = [step, west, east, south, north].join();
    if (key === this.key) return;
    this.key = key;
    const line = (/** @type {string} */ text, /** @type {number[][]} */ coordinates) => ({ type: "Feature", properties: { text }, geometry: { type: "LineString", coordinates } });
    const features = [];
    for (let n = west; n <= east; n++) features.push(line(short(turned(n * step), "EW", 3), [[n * step, south * step], [n * step, north * step]]));
    for (let n = south; n <= north; n++) features.push(line(short(n * step, "NS", 2), [[west * step, n * step], [east * step, n * step]]));
    this.data = { type: "FeatureCollection", features };
    /** @type {any} */ (map.getSource("graticule"))?.setData(this.data);
  }

  scale() {
    if (!this.bar) return;
    const { map } = this.chart, perNmi = (512 * 2 ** map.getZoom()) / (21600 * Math.cos((map.getCenter().lat * Math.PI) / 180));
    const nmi = NMI.findLast((length) => length * perNmi <= BAR_PX) ?? NMI[0];
    this.bar.style.width = `${(nmi * perNmi).toFixed(0)}px`;
    const text = `${nmi} nmi`;
    if (this.bar.textContent !== text) this.bar.textContent = text;
  }
}

/** Degrees, and minutes where there are any: 35°N, 129°30′E. @param {number} deg @param {string} letters @param {number} width */
function short(deg, letters, width) {
  return angle(deg, letters, width).replace(".000′", "′").replace("°00′", "°");
}

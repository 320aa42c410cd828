// Electronic bearing line and variable range marker: from the first click to the cursor, until the second click.

import { bearing, distance } from "./nautical.js";
import { token } from "./palette.js";
import { bearingDeg, circle, distanceM, greatCircle } from "./sphere.js";

export class Measure {
  /** @param {import("./chart.js").ChartMap} chart @param {(text: string) => void} tell */
  constructor(chart, tell) {
    this.chart = chart;
    this.tell = tell;
    this.on = false;
    /** @type {[number, number] | null} */
    this.from = null;
    /** @type {[number, number] | null} */
    this.to = null;
    this.fixed = false;
    chart.overlay(() => this.put());
  }

  put() {
    const { map } = this.chart;
    map.addSource("measure", { type: "geojson", data: /** @type {any} */ (this.features()) });
    map.addLayer({ id: "measure", type: "line", source: "measure", paint: { "line-color": token("cursr"), "line-width": 1.6, "line-dasharray": [4, 2] } });
    map.addLayer({
      id: "measure-text", type: "symbol", source: "measure", filter: ["has", "text"],
      layout: { "text-field": ["get", "text"], "text-font": ["Pretendard Variable"], "text-size": 12.5, "text-allow-overlap": true, "text-anchor": "bottom", "text-offset": [0, -0.6] },
      paint: { "text-color": token("cursr"), "text-halo-color": token("halos"), "text-halo-width": 2 },
    });
  }

  /** Bearing and range as text. */
  text() {
    if (!this.from || !this.to) return "";
    const m = distanceM(this.from[1], this.from[0], this.to[1], this.to[0]);
    return `${bearing(bearingDeg(this.from[1], this.from[0], this.to[1], this.to[0]))}T  ${distance(m)}`;
  }

  features() {
    if (!this.from || !this.to) return { type: "FeatureCollection", features: [] };
    const m = distanceM(this.from[1], this.from[0], this.to[1], this.to[0]);
    const feature = (/** @type {string} */ type, /** @type {any} */ coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type, coordinates } });
    return {
      type: "FeatureCollection",
      features: [
        feature("LineString", greatCircle(this.from, this.to)),
        feature("LineString", circle(this.from[1], this.from[0], m)),
        feature("Point", this.to, { text: this.text() }),
      ],
    };
  }

  /** Begin or end. @param {boolean} on @param {[number, number] | null} from where to begin, if that is known */
  switch(on, from = null) {
    this.on = on;
    this.fixed = false;
    this.from = on ? from : null;
    this.to = null;
    this.draw();
  }

  /** A click sets the first end, then the second, then begins anew. @param {{lng: number, lat: number}} point */
  click(point) {
    if (!this.from || this.fixed) {
      this.from = [point.lng, point.lat];
      this.to = null;
      this.fixed = false;
    } else {
      this.to = [point.lng, point.lat];
      this.fixed = true;
    }
    this.draw();
  }

  /** @param {{lng: number, lat: number}} point */
  move(point) {
    if (!this.on || !this.from || this.fixed) return;
    this.to = [point.lng, point.lat];
    this.draw();
  }

  draw() {
    const source = this.chart.map.getSource("measure");
    if (source) /** @type {any} */ (source).setData(this.features());
    this.tell(this.text());
  }
}

// What a closer look adds: names and course vectors of the vessels in view, as long as they are few enough to read.

import { latitude, longitude } from "./fleet.js";
import { LOST } from "./frames.js";
import { token } from "./palette.js";

const NAMED = 110, VECTORED = 300; // at most so many vessels carry a name, a vector
const VECTOR_S = 360;
const M_PER_S = 1852 / 3600;
const EARTH_M = 40075016.7; // about the equator, as the Mercator square has it

/** @param {any[]} features */
const collection = (features) => ({ type: "FeatureCollection", features });

export class NearBy {
  /** @param {import("./chart.js").ChartMap} chart @param {import("./picture.js").Picture} picture @param {import("./names.js").Names} names */
  constructor(chart, picture, names) {
    this.chart = chart;
    this.picture = picture;
    this.names = names;
    this.shown = collection([]);
    this.empty = true;
    this.selected = 0; // that one carries its name already
    chart.overlay(() => this.put());
  }

  put() {
    const { map, layers } = this.chart, under = map.getLayer("vessels") ? "vessels" : undefined;
    map.addSource("near-by", { type: "geojson", data: /** @type {any} */ (this.shown) });
    if (layers.vectors) map.addLayer({
      id: "vectors", type: "line", source: "near-by", filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": token("ships"), "line-width": 1, "line-opacity": 0.8, "line-dasharray": [3, 2] },
    }, under);
    if (layers.ships) map.addLayer({
      id: "ship-names", type: "symbol", source: "near-by", filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-font": ["Pretendard Variable"], "text-size": 10.5, "text-anchor": "left", "text-offset": [1, 0.1], "text-padding": 3, "text-max-width": 40 },
      paint: { "text-color": token("ships"), "text-halo-color": token("halos"), "text-halo-width": 1.3 },
    }, under);
  }

  /** As the vessels now are. */
  draw() {
    const { layer } = this.picture, slots = layer.visible <= VECTORED ? layer.inView() : [];
    if (!slots.length && this.empty) return;
    this.empty = !slots.length;
    const heard = slots.filter((slot) => !(layer.fleet.flags[slot] & LOST)), named = heard.length <= NAMED && this.chart.layers.ships;
    this.shown = collection(heard.flatMap((slot) => this.features(slot, named)));
    /** @type {any} */ (this.chart.map.getSource("near-by"))?.setData(this.shown);
    if (named) this.names.learn(heard.map((slot) => layer.fleet.mmsi[slot])).then((came) => came && this.draw());
  }

  /** @param {number} slot @param {boolean} named */
  features(slot, named) {
    const { layer } = this.picture, { fleet } = layer, [x, y] = fleet.reckoned(slot, layer.clock(), layer.longest);
    const feature = (/** @type {string} */ type, /** @type {any} */ coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type, coordinates } });
    const here = [longitude(x), latitude(y)], found = [];
    if (named && fleet.mmsi[slot] !== this.selected) found.push(feature("Point", here, { name: this.names.of(fleet.mmsi[slot]) }));
    if (!fleet.still(slot, fleet.cog[slot])) {
      const way = (fleet.sog[slot] * M_PER_S * VECTOR_S) / (EARTH_M * Math.cos((here[1] * Math.PI) / 180)), course = (fleet.cog[slot] * Math.PI) / 180;
      found.push(feature("LineString", [here, [longitude(x + way * Math.sin(course)), latitude(y - way * Math.cos(course))]]));
    }
    return found;
  }
}

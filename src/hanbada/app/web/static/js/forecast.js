// Where the selected vessel may be in the next hours: regions that hold half and nine tenths of what may come, and the middle way.

import { token } from "./palette.js";

const AGAIN_MS = 2000; // the node reads what ships did before; it is asked again so often
const TRIES = 30;
const NOTHING = { type: "FeatureCollection", features: [] };

/** The path, and of the regions those of full hours: more would lie over each other. @param {any} data */
function hourly(data) {
  const least = new Map();
  for (const { properties } of data.features) {
    if (properties.what !== "region") continue;
    const hour = Math.round(properties.after_s / 3600), off = Math.abs(properties.after_s - hour * 3600), key = `${hour} ${properties.holds}`;
    if (hour && off < (least.get(key)?.off ?? 1200)) least.set(key, { off, after: properties.after_s });
  }
  const kept = new Set([...least].map(([key, { after }]) => `${after} ${key.split(" ")[1]}`));
  return { ...data, features: data.features.filter((/** @type {any} */ one) => one.properties.what === "path" || kept.has(`${one.properties.after_s} ${one.properties.holds}`)) };
}

export class Forecast {
  /** @param {import("./chart.js").ChartMap} chart @param {string} [before] layer to stay under */
  constructor(chart, before) {
    this.chart = chart;
    this.before = before;
    this.mmsi = 0;
    this.data = NOTHING;
    this.added = chart.overlay(() => this.put());
  }

  put() {
    const { map } = this.chart, under = this.before && map.getLayer(this.before) ? this.before : undefined;
    map.addSource("forecast", { type: "geojson", data: /** @type {any} */ (this.data) });
    const colour = token("selct"), region = ["==", ["get", "what"], "region"];
    map.addLayer({ id: "forecast-region", type: "fill", source: "forecast", filter: /** @type {any} */ (region), paint: { "fill-color": colour, "fill-opacity": ["case", [">", ["get", "holds"], 0.7], 0.06, 0.12] } }, under);
    map.addLayer({ id: "forecast-edge", type: "line", source: "forecast", filter: /** @type {any} */ (region), paint: { "line-color": colour, "line-width": 0.8, "line-opacity": 0.55 } }, under);
    map.addLayer({ id: "forecast-path", type: "line", source: "forecast", filter: ["==", ["get", "what"], "path"], paint: { "line-color": colour, "line-width": 1.6, "line-dasharray": [4, 2] } }, under);
  }

  /** @param {number} mmsi 0 for none @returns {Promise<string>} what is known: "shown", "unknown" or "" where it was given up */
  async show(mmsi) {
    this.mmsi = mmsi;
    this.draw(NOTHING);
    for (let tries = 0; mmsi && this.mmsi === mmsi && tries < TRIES; tries++) {
      const answer = await fetch(`/vessels/${mmsi}/forecast`).catch(() => null);
      if (this.mmsi !== mmsi || !answer?.ok) return "";
      if (answer.status === 202) {
        await new Promise((done) => setTimeout(done, AGAIN_MS));
        continue;
      }
      const data = hourly(await answer.json());
      if (this.mmsi !== mmsi) return "";
      await this.draw(data);
      return data.features.length ? "shown" : "unknown";
    }
    return "";
  }

  /** @param {any} data */
  async draw(data) {
    this.data = data;
    await this.added;
    /** @type {any} */ (this.chart.map.getSource("forecast"))?.setData(data);
  }
}

// The selected vessel's track: coloured by speed, dashed over silences, with times along it.

import { SPEED_STEPS_KN, speedColours, token } from "./palette.js";

const LABELS = 8; // about so many times along a track
const LABEL_STEPS_S = [600, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/**
 * @typedef {{at: number[], lon: number[], lat: number[], sog: (number | null)[], silent: boolean[]}} Part
 * @typedef {{mmsi: number, name?: string, parts: Part[]}} Track
 */

/** @param {number} mmsi @param {number} start seconds @param {number} end @returns {Promise<Track>} */
export async function fetchTrack(mmsi, start, end) {
  const answer = await fetch(`/vessels/${mmsi}/track?start=${start.toFixed(0)}&end=${end.toFixed(0)}`);
  if (!answer.ok) throw new Error(`track: ${answer.status}`);
  return answer.json();
}

/** The step of the colour ramp a speed falls in. @param {number | null} kn */
const step = (kn) => (kn === null ? -1 : SPEED_STEPS_KN.filter((limit) => kn >= limit).length);

/** Legs of equal colour joined into lines. @param {Part} part */
function lines(part) {
  const found = [];
  for (let i = 0; i + 1 < part.at.length; i++) {
    const colour = part.silent[i] ? -2 : step(part.sog[i + 1]);
    const last = found.at(-1);
    const point = [part.lon[i + 1], part.lat[i + 1]];
    if (last && last.colour === colour) last.points.push(point);
    else found.push({ colour, points: [[part.lon[i], part.lat[i]], point] });
  }
  return found.map(({ colour, points }) => ({
    type: "Feature", properties: { colour, silent: colour === -2 }, geometry: { type: "LineString", coordinates: points },
  }));
}

/** Whether a track runs rather across than up at a position: its time stands below it then, beside it otherwise. @param {Part} part @param {number} i */
function across(part, i) {
  const before = Math.max(0, i - 1), after = Math.min(part.at.length - 1, i + 1);
  return Math.abs(part.lon[after] - part.lon[before]) * Math.cos((part.lat[i] * Math.PI) / 180) > Math.abs(part.lat[after] - part.lat[before]);
}

/** Times along the parts. @param {Part[]} parts */
function labels(parts) {
  const all = parts.flatMap((part) => part.at);
  if (!all.length) return [];
  const span = Math.max(...[all[0], all[all.length - 1]]) - Math.min(...[all[0], all[all.length - 1]]);
  const every = LABEL_STEPS_S.find((s) => span / s <= LABELS) ?? 86400;
  const last = Math.max(...all) - every / 3; // the ship itself stands there
  return parts.flatMap((part) => part.at.flatMap((at, i) => {
    if (i === 0 || at > last || Math.floor(at / every) === Math.floor(part.at[i - 1] / every)) return [];
    const text = `${new Date(at * 1000).toISOString().slice(11, 16).replace(":", "")}Z`;
    return [{ type: "Feature", properties: { text, across: across(part, i) }, geometry: { type: "Point", coordinates: [part.lon[i], part.lat[i]] } }];
  }));
}

/** Where a track ends, with the vessel's name if it is to be told. @param {Track} track */
function named({ name, parts }) {
  const last = parts.filter((part) => part.at.length).sort((a, b) => a.at[a.at.length - 1] - b.at[b.at.length - 1]).at(-1), i = last ? last.at.length - 1 : 0;
  return name && last ? [{ type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [last.lon[i], last.lat[i]] } }] : [];
}

/** Speed over time as a line in the colours of the track, broken where nothing was heard. @param {CanvasRenderingContext2D} pen @param {Part[]} parts @param {(at: number) => number} x @param {(kn: number) => number} y */
export function speedLine(pen, parts, x, y) {
  const colours = speedColours();
  pen.lineWidth = 1.6;
  pen.lineCap = "round";
  for (const { at, sog, silent } of parts) {
    for (let i = 1; i < at.length; i++) {
      const before = sog[i - 1], now = sog[i];
      if (before === null || now === null || silent[i - 1]) continue;
      pen.strokeStyle = colours[step(now)];
      pen.beginPath();
      pen.moveTo(x(at[i - 1]), y(before));
      pen.lineTo(x(at[i]), y(now));
      pen.stroke();
    }
  }
}

/** @param {Track[]} tracks */
const collection = (tracks) => ({
  type: "FeatureCollection",
  features: tracks.flatMap((track) => [...track.parts.flatMap(lines), ...labels(track.parts), ...named(track)]),
});

export class TrackLayer {
  /** @param {import("./chart.js").ChartMap} chart @param {string} [before] layer to stay under */
  constructor(chart, before) {
    this.chart = chart;
    this.before = before;
    /** @type {Track[]} */
    this.tracks = [];
    this.added = chart.overlay(() => this.put());
  }

  put() {
    const { map } = this.chart, colours = speedColours();
    map.addSource("track", { type: "geojson", data: /** @type {any} */ (collection(this.tracks)), tolerance: 0.2 });
    const colour = ["match", ["get", "colour"], 0, colours[0], 1, colours[1], 2, colours[2], 3, colours[3], 4, colours[4], token("trkln")];
    const line = { source: "track", type: "line", layout: { "line-cap": "round", "line-join": "round" } };
    const add = (/** @type {any} */ layer) => map.addLayer(layer, this.before && map.getLayer(this.before) ? this.before : undefined);
    add({ ...line, id: "track-casing", filter: ["==", ["get", "silent"], false], paint: { "line-color": token("halos"), "line-width": 4.6, "line-opacity": 0.7 } });
    add({ ...line, id: "track-line", filter: ["==", ["get", "silent"], false], paint: { "line-color": colour, "line-width": 2.6 } });
    add({ ...line, layout: {}, id: "track-silent", filter: ["==", ["get", "silent"], true], paint: { "line-color": token("trkln"), "line-width": 1.6, "line-dasharray": [2, 3] } });
    add({
      id: "track-times", type: "symbol", source: "track", filter: ["has", "text"],
      layout: { "text-field": ["get", "text"], "text-font": ["Pretendard Variable"], "text-size": 10.5, "text-anchor": ["case", ["get", "across"], "top", "left"], "text-offset": ["case", ["get", "across"], ["literal", [0, 0.5]], ["literal", [0.7, 0]]] },
      paint: { "text-color": token("trkln"), "text-halo-color": token("halos"), "text-halo-width": 1.4 },
    });
    add({ id: "track-ends", type: "circle", source: "track", filter: ["has", "name"], paint: { "circle-radius": 3.6, "circle-color": token("trkln"), "circle-stroke-color": token("halos"), "circle-stroke-width": 1.5 } });
    add({
      id: "track-names", type: "symbol", source: "track", filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-font": ["Pretendard Variable"], "text-size": 11.5, "text-variable-anchor": ["bottom", "top", "left", "right"], "text-radial-offset": 1.5, "text-max-width": 40 },
      paint: { "text-color": token("selct"), "text-halo-color": token("halos"), "text-halo-width": 1.6 },
    });
  }

  /** @param {Track[]} tracks */
  async show(tracks) {
    this.tracks = tracks;
    await this.added;
    const source = this.chart.map.getSource("track");
    if (source) /** @type {any} */ (source).setData(collection(tracks));
  }
}

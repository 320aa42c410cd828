// The small map of an alert or a dossier: what was found, and where its vessels went.

import { ChartMap, canDraw } from "./chart.js";
import { TrackLayer } from "./track.js";
import { token } from "./palette.js";

const EDGE_PX = 52;
const CLOSEST_ZOOM = 11;

/** @param {HTMLElement} box @param {{chart: any, worker: string}} about */
export async function minimap(box, about) {
  const picture = await fetchPicture(box);
  const points = picture ? placesOf(picture) : [];
  if (!points.length || !canDraw()) return null;
  box.replaceChildren();
  const chart = new ChartMap(box, { ...about, center: points[0], zoom: 6, bare: true });
  const bounds = points.reduce((b, [x, y]) => [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)], [Infinity, Infinity, -Infinity, -Infinity]);
  chart.map.fitBounds([[bounds[0], bounds[1]], [bounds[2], bounds[3]]], { padding: EDGE_PX, animate: false, maxZoom: CLOSEST_ZOOM });
  chart.overlay(() => shape(chart.map, picture.shape, picture.severity));
  await new TrackLayer(chart, "found-line").show(picture.tracks);
  box.dataset.drawn = "1";
  return chart;
}

/** @param {HTMLElement} box */
async function fetchPicture(box) {
  const answer = await fetch(box.dataset.shape ?? box.dataset.track ?? "");
  if (!answer.ok) return null;
  const found = await answer.json();
  return box.dataset.shape ? found : { shape: null, tracks: [found] };
}

/** Every point of a picture, longitudes running on. @param {any} picture @returns {[number, number][]} */
function placesOf(picture) {
  const own = picture.shape ? (picture.shape.type === "Point" ? [picture.shape.coordinates] : picture.shape.coordinates.flat(picture.shape.type === "Polygon" ? 1 : 0)) : [];
  return [...own, ...picture.tracks.flatMap((/** @type {any} */ track) => track.parts.flatMap((/** @type {any} */ part) => part.lon.map((/** @type {number} */ lon, /** @type {number} */ i) => [lon, part.lat[i]])))];
}

/** What a detection found, in the colour of its severity. @param {any} map @param {any} geometry @param {string} severity */
export function shape(map, geometry, severity) {
  const colour = token({ alarm: "alrmk", warning: "wrnmk" }[severity] ?? "ctnmk");
  const data = { type: "Feature", properties: {}, geometry: geometry ?? { type: "GeometryCollection", geometries: [] } };
  map.addSource("found", { type: "geojson", data });
  map.addLayer({ id: "found-fill", type: "fill", source: "found", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.14 } });
  map.addLayer({ id: "found-line", type: "line", source: "found", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-cap": "round" }, paint: { "line-color": colour, "line-width": ["match", ["geometry-type"], "Polygon", 2, 7], "line-opacity": ["match", ["geometry-type"], "Polygon", 1, 0.32] } });
  map.addLayer({ id: "found-point", type: "circle", source: "found", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 12, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": colour, "circle-stroke-width": 2.4 } });
}

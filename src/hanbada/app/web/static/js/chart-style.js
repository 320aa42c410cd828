// The base map's style: our tiles, our palette, text drawn from our font (no glyph server: the style has no `glyphs`).

import { token } from "./palette.js";

const FONT = ["Pretendard Variable"];
/** Depth areas of richer packs: from this depth on in metres -> token. */
const DEPTHS = /** @type {[number, string][]} */ ([[200, "depms"], [1000, "depmd"], [3000, "depdw"], [5000, "depdw"]]);

/** @typedef {{names: boolean, ports: boolean, borders: boolean, graticule: boolean, depths: boolean, zones: boolean, distrust: boolean, reception: boolean, sightings: boolean, warnings: boolean, partners: boolean, ships: boolean, vectors: boolean}} Layers */
/** @typedef {{tiles: string, names: string | object, max_zoom: number, layers: string[], attribution: string}} Chart */

/** @param {Chart} chart @param {string} language @param {Layers} layers */
export function chartStyle(chart, language, layers) {
  const has = (/** @type {string} */ name) => chart.layers.includes(name);
  return {
    version: /** @type {8} */ (8),
    sources: {
      base: { type: "vector", tiles: [placed(chart.tiles)], minzoom: 0, maxzoom: chart.max_zoom },
      names: { type: "geojson", data: typeof chart.names === "string" ? placed(chart.names) : chart.names },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": token(has("bathy") && layers.depths ? "depvs" : "depmd") } },
      ...(has("bathy") && layers.depths ? depths() : []),
      ...land(),
      ...(has("lakes") ? [{ id: "lakes", type: "fill", ...base("lakes"), minzoom: 3, paint: { "fill-color": token("depmd") } }] : []),
      ...(layers.borders ? borders(has("maritime")) : []),
      ...(layers.ports ? ports(layers.names) : []),
      ...(layers.names ? names(language) : []),
    ],
  };
}

/** An address of this node, or one with a protocol of its own. @param {string} address */
const placed = (address) => (address.startsWith("/") ? location.origin + address : address);

/** @param {string} layer */
const base = (layer) => ({ source: "base", "source-layer": layer });

const depths = () =>
  DEPTHS.map(([depth, name], n) => ({
    id: `depth-${depth}`, type: "fill", ...base("bathy"), filter: ["==", ["get", "depth"], depth],
    paint: { "fill-color": token(name), "fill-antialias": false, "fill-opacity": n === 3 ? 0.5 : 1 },
  }));

const land = () => [
  { id: "land", type: "fill", ...base("land"), paint: { "fill-color": token("landa"), "fill-antialias": false } },
  { id: "coast", type: "line", ...base("land"), paint: { "line-color": token("cstln"), "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.4, 8, 1.1] } },
];

/** @param {boolean} maritime */
const borders = (maritime) => [
  { id: "borders", type: "line", ...base("borders"), minzoom: 2.5, paint: { "line-color": token("landl"), "line-width": 0.8, "line-dasharray": [3, 2] } },
  ...(maritime ? [{ id: "maritime", type: "line", ...base("maritime"), minzoom: 3, paint: { "line-color": token("zonec"), "line-width": 0.7, "line-opacity": 0.5, "line-dasharray": [4, 3] } }] : []),
];

/** @param {boolean} named */
const ports = (named) => [
  { id: "ports", type: "circle", ...base("ports"), minzoom: 6, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 1.4, 9, 2.6], "circle-color": token("landa"), "circle-stroke-color": token("portc"), "circle-stroke-width": 1 } },
  ...(named ? [{
    id: "port-names", type: "symbol", ...base("ports"), minzoom: 8.2,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 10, "text-anchor": "left", "text-offset": [0.6, 0], "text-optional": true },
    paint: { "text-color": token("portc"), "text-halo-color": token("halol"), "text-halo-width": 1 },
  }] : []),
];

/** The reader's language first, English below it where it differs. @param {string} language */
function label(language) {
  const own = ["coalesce", ["get", `name_${language}`], ["get", "name_en"], ["get", "name"]];
  if (language === "en") return own;
  const second = ["case", ["==", own, ["get", "name_en"]], "", ["concat", "\n", ["coalesce", ["get", "name_en"], ""]]];
  return ["format", own, {}, second, { "font-scale": 0.8 }];
}

/** @param {string} language */
const names = (language) => [1, 2, 3, 4].flatMap((rank) => [
  {
    id: `sea-names-${rank}`, type: "symbol", source: "names", minzoom: [0, 1, 2.4, 3.8, 5][rank],
    filter: ["all", ["==", ["coalesce", ["get", "kind"], ["get", "k"]], "sea"], ["==", ["coalesce", ["get", "rank"], 2], rank]],
    layout: { "text-field": label(language), "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 1, 10.5, 6, 15], "text-letter-spacing": 0.06, "text-max-width": 7, "text-padding": 8 },
    paint: { "text-color": token("seatx"), "text-halo-color": token("halos"), "text-halo-width": 1 },
  },
  {
    id: `city-names-${rank}`, type: "symbol", source: "names", minzoom: [0, 3, 4.4, 5.4, 6.5][rank],
    filter: ["all", ["==", ["coalesce", ["get", "kind"], ["get", "k"]], "city"], ["==", ["coalesce", ["get", "rank"], 2], rank]],
    layout: { "text-field": label(language), "text-font": FONT, "text-size": 11.5, "text-max-width": 8 },
    paint: { "text-color": token("chblk"), "text-halo-color": token("halol"), "text-halo-width": 1.2 },
  },
]);

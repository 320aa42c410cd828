// What lies on the map in a notebook: areas, forecast, tracks, detections, sightings, vessels, and what is selected.

import { token } from "./palette.js";

const FONT = ["Pretendard Variable"];
const KINDS = 8, ICON_PX = 22, RATIO = 2;
const SEVERITY = { alarm: "alrmk", warning: "wrnmk" };
const VERDICT = { dark: "alrmk", matched: "selct" };
const NOTHING = { type: "FeatureCollection", features: [] };

/** Layers that can be clicked: what lies on top comes first by itself. */
export const touchable = ["ship", "sighting", "found-point", "found-line", "found-fill", "track-line", "track-gap", "forecast-region", "area-fill", "area-line"];

/** A token by the value of a property. @param {string} property @param {Record<string, string>} names @param {string} other */
const by = (property, names, other) => ["match", ["get", property], ...Object.entries(names).flatMap(([value, name]) => [value, token(name)]), token(other)];

/** An arrow where a direction is known, else a dot; hollow if simulated. @param {string} colour @param {boolean} arrow @param {boolean} hollow */
function icon(colour, arrow, hollow) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ICON_PX * RATIO;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(RATIO, RATIO);
  pen.translate(ICON_PX / 2, ICON_PX / 2);
  pen.beginPath();
  if (arrow) [[0, -8.5], [5, 7], [0, 4.2], [-5, 7]].forEach(([x, y]) => pen.lineTo(x, y));
  else pen.arc(0, 0, 4.2, 0, 2 * Math.PI);
  pen.closePath();
  pen.lineJoin = "round";
  pen.strokeStyle = token("halos");
  pen.lineWidth = hollow ? 4 : 2.4;
  pen.stroke();
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  if (hollow) pen.stroke();
  else pen.fill();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {any} map */
function addIcons(map) {
  for (let kind = 0; kind < KINDS; kind++) {
    for (const form of ["arrow", "dot"]) {
      for (const state of ["real", "simulated"]) {
        const name = `${form}-${state}-${kind}`;
        if (!map.hasImage(name)) map.addImage(name, icon(token(`typ${kind}`), form === "arrow", state === "simulated"), { pixelRatio: RATIO });
      }
    }
  }
}

/** @param {any} map @param {any} layers name -> features; sources are named as they are */
export function drawLayers(map, layers) {
  if (map.getSource("vessels")) {
    for (const [name, data] of Object.entries(layers)) map.getSource(name).setData(data);
    return;
  }
  addIcons(map);
  for (const [name, data] of Object.entries(layers)) map.addSource(name, { type: "geojson", data });
  const under = map.getLayer("ports") ? "ports" : undefined;
  for (const layer of ground()) map.addLayer(layer, under);
  for (const layer of [...tracks(), ...found(), ...seen(), ...ships()]) map.addLayer(layer);
}

const region = ["==", ["get", "what"], "region"], point = ["==", ["geometry-type"], "Point"];

/** @returns {any[]} */
const ground = () => [
  { id: "area-fill", type: "fill", source: "areas", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": token("zonec"), "fill-opacity": 0.1 } },
  { id: "area-line", type: "line", source: "areas", paint: { "line-color": token("zonec"), "line-width": 1.4 } },
  { id: "forecast-region", type: "fill", source: "forecast", filter: region, paint: { "fill-color": token("selct"), "fill-opacity": ["case", [">", ["get", "holds"], 0.7], 0.06, 0.12] } },
  { id: "forecast-edge", type: "line", source: "forecast", filter: region, paint: { "line-color": token("selct"), "line-width": 0.8, "line-opacity": 0.55 } },
  { id: "forecast-path", type: "line", source: "forecast", filter: ["!", region], paint: { "line-color": token("selct"), "line-width": 1.6, "line-dasharray": [4, 2] } },
];

/** @returns {any[]} */
const tracks = () => [
  { id: "track-line", type: "line", source: "tracks", filter: ["==", ["get", "what"], "track"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": token("trkln"), "line-width": 1.5, "line-opacity": 0.75 } },
  { id: "track-gap", type: "line", source: "tracks", filter: ["==", ["get", "what"], "gap"], paint: { "line-color": token("trkln"), "line-width": 1.3, "line-dasharray": [2, 3] } },
];

/** @returns {any[]} */
const found = () => {
  const colour = by("severity", SEVERITY, "ctnmk"), flat = ["==", ["geometry-type"], "Polygon"];
  return [
    { id: "found-fill", type: "fill", source: "detections", filter: flat, paint: { "fill-color": colour, "fill-opacity": 0.14 } },
    { id: "found-line", type: "line", source: "detections", filter: ["!", point], layout: { "line-cap": "round" }, paint: { "line-color": colour, "line-width": 3, "line-opacity": 0.8 } },
    { id: "found-point", type: "circle", source: "detections", filter: point, paint: { "circle-radius": 11, "circle-color": colour, "circle-opacity": 0.12, "circle-stroke-color": colour, "circle-stroke-width": 2.2 } },
  ];
};

/** @returns {any[]} */
const seen = () => {
  const colour = by("verdict", VERDICT, "ctnmk");
  return [
    { id: "sighting-line", type: "line", source: "sightings", filter: ["!", point], paint: { "line-color": colour, "line-width": 1.2, "line-dasharray": [2, 1.5] } },
    { id: "sighting", type: "circle", source: "sightings", filter: point, paint: { "circle-radius": 6, "circle-color": colour, "circle-opacity": 0.15, "circle-stroke-color": colour, "circle-stroke-width": 1.6 } },
  ];
};

/** @returns {any[]} */
const ships = () => {
  const way = ["coalesce", ["get", "heading_deg"], ["get", "cog_deg"], -1];
  return [{
    id: "ship", type: "symbol", source: "vessels",
    layout: {
      "icon-image": ["concat", ["case", [">=", way, 0], "arrow", "dot"], ["case", ["get", "simulated"], "-simulated-", "-real-"], ["to-string", ["get", "kind"]]],
      "icon-rotate": ["max", 0, way], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "icon-ignore-placement": true,
      "text-field": ["step", ["zoom"], "", 8, ["get", "name"]], "text-font": FONT, "text-size": 11, "text-optional": true, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1,
    },
    paint: { "text-color": token("ships"), "text-halo-color": token("halos"), "text-halo-width": 1.4 },
  }];
};

/** What is selected, drawn over everything. @param {any} map @param {any} feature */
export function drawSelected(map, feature) {
  const data = feature ? { type: "FeatureCollection", features: [feature] } : NOTHING;
  if (map.getSource("selected")) {
    map.getSource("selected").setData(data);
    return;
  }
  map.addSource("selected", { type: "geojson", data });
  map.addLayer({ id: "selected-line", type: "line", source: "selected", filter: ["!", point], paint: { "line-color": token("selct"), "line-width": 3.2 } });
  map.addLayer({ id: "selected-point", type: "circle", source: "selected", filter: point, paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("selct"), "circle-stroke-width": 2 } });
}

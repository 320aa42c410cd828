// Navigational warnings in force at the moment shown: a shape or a ring each; a press opens the warning.

import { token } from "./palette.js";
import { Shapes } from "./shapes.js";

const FONT = ["Pretendard Variable"];

/** @param {import("./chart.js").ChartMap} chart @param {() => number | null} at */
export function warned(chart, at) {
  chart.ready.then(() => ["warning", "warning-name"].forEach((layer) => chart.map.on("click", layer, open)));
  return new Shapes(chart, at, { layer: "warnings", address: "/warnings.geojson", againMs: 30_000, draw });
}

/** @param {any} map */
function draw(map) {
  const colour = token("ctnmk"), shape = ["!=", ["geometry-type"], "Point"];
  map.addLayer({ id: "warning-line", type: "line", source: "warnings", filter: shape, paint: { "line-color": colour, "line-width": 1.6, "line-dasharray": [4, 1.5] } });
  map.addLayer({ id: "warning", type: "circle", source: "warnings", filter: ["!", shape], paint: { "circle-radius": 8, "circle-opacity": 0, "circle-stroke-color": colour, "circle-stroke-width": 1.8 } });
  map.addLayer({ id: "warning-name", type: "symbol", source: "warnings", minzoom: 6, layout: { "text-field": ["concat", ["get", "name"], "\n", ["get", "kind"]], "text-size": 11, "text-offset": [0, 1.4], "text-font": FONT }, paint: { "text-color": colour, "text-halo-color": token("depdw"), "text-halo-width": 1.2 } });
}

/** @param {any} event */
function open(event) {
  const address = event.features?.[0]?.properties?.address;
  if (address) location.href = address;
}

// What sensors and people saw around the moment shown: matched with a line to where the track should have been, dark, or unsure.

import { token } from "./palette.js";
import { Shapes } from "./shapes.js";

/** @param {import("./chart.js").ChartMap} chart @param {() => number | null} at */
export const sighted = (chart, at) => new Shapes(chart, at, { layer: "sightings", address: "/sightings/shapes", againMs: 15_000, draw });

/** @param {any} map */
function draw(map) {
  const point = ["==", ["geometry-type"], "Point"], line = ["==", ["geometry-type"], "LineString"];
  const colour = ["match", ["get", "verdict"], "dark", token("alarm"), "matched", token("selct"), token("ctnmk")];
  map.addLayer({ id: "sighting-line", type: "line", source: "sightings", filter: line, paint: { "line-color": colour, "line-width": 1.2, "line-dasharray": [2, 1.5] } });
  map.addLayer({ id: "sighting", type: "circle", source: "sightings", filter: point, paint: { "circle-radius": 6, "circle-color": colour, "circle-opacity": 0.15, "circle-stroke-color": colour, "circle-stroke-width": 1.6 } });
}

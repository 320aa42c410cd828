// The address holds view, filter, time and selection: a link brings the same picture back.

import { parseFilter, writeFilter } from "./filter.js";

/** @typedef {{center: [number, number] | null, zoom: number, filter: import("./filter.js").Filter, at: number | null, vessel: number, alert: string}} Place */

/** @returns {Place} */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const view = (query.get("view") ?? "").split(",").map(Number);
  const at = query.get("at") ? Date.parse(query.get("at") ?? "") / 1000 : NaN;
  return {
    center: view.length === 3 && view.every(Number.isFinite) ? [view[0], view[1]] : null,
    zoom: view[2],
    filter: parseFilter(query),
    at: Number.isFinite(at) ? at : null,
    vessel: Number(query.get("vessel")) || 0,
    alert: /^\d+$/.test(query.get("alert") ?? "") ? query.get("alert") ?? "" : "",
  };
}

/** @param {Omit<Place, "center"> & {center: {lng: number, lat: number}}} place */
export function writeAddress(place) {
  const query = new URLSearchParams();
  const digits = Math.max(2, Math.ceil(place.zoom / 2.5));
  query.set("view", `${place.center.lng.toFixed(digits)},${place.center.lat.toFixed(digits)},${place.zoom.toFixed(2)}`);
  writeFilter(place.filter, query);
  if (place.at !== null) query.set("at", new Date(Math.round(place.at) * 1000).toISOString().replace(".000", ""));
  if (place.vessel) query.set("vessel", String(place.vessel));
  if (place.alert) query.set("alert", place.alert);
  history.replaceState(null, "", `?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
}

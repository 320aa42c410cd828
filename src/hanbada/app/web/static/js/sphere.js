// Geometry on the globe for what is drawn: distance, bearing, destination, circles. Degrees and metres.

const RADIUS_M = 6371008.8;
const D2R = Math.PI / 180;

/** Great-circle distance in metres (haversine). @param {number} lat1 @param {number} lon1 @param {number} lat2 @param {number} lon2 */
export function distanceM(lat1, lon1, lat2, lon2) {
  const a = Math.sin(((lat2 - lat1) * D2R) / 2) ** 2;
  const b = Math.cos(lat1 * D2R) * Math.cos(lat2 * D2R) * Math.sin(((lon2 - lon1) * D2R) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(a + b)));
}

/** Initial course in [0, 360). @param {number} lat1 @param {number} lon1 @param {number} lat2 @param {number} lon2 */
export function bearingDeg(lat1, lon1, lat2, lon2) {
  const lon = (lon2 - lon1) * D2R;
  const east = Math.sin(lon) * Math.cos(lat2 * D2R);
  const north = Math.cos(lat1 * D2R) * Math.sin(lat2 * D2R) - Math.sin(lat1 * D2R) * Math.cos(lat2 * D2R) * Math.cos(lon);
  return (Math.atan2(east, north) / D2R + 360) % 360;
}

/** Where a way on a course leads; the longitude runs on past 180. @param {number} lat @param {number} lon @param {number} course @param {number} m @returns {[number, number]} lon, lat */
export function destination(lat, lon, course, m) {
  const arc = m / RADIUS_M;
  const sine = Math.sin(lat * D2R) * Math.cos(arc) + Math.cos(lat * D2R) * Math.sin(arc) * Math.cos(course * D2R);
  const east = Math.sin(course * D2R) * Math.sin(arc) * Math.cos(lat * D2R);
  return [lon + Math.atan2(east, Math.cos(arc) - Math.sin(lat * D2R) * sine) / D2R, Math.asin(sine) / D2R];
}

/** A circle as a closed line. @param {number} lat @param {number} lon @param {number} m @returns {[number, number][]} */
export function circle(lat, lon, m) {
  return Array.from({ length: 97 }, (_, n) => destination(lat, lon, (n * 360) / 96, m));
}

/** The great circle between two points as a line of short legs. @param {[number, number]} a lon, lat @param {[number, number]} b @returns {[number, number][]} */
export function greatCircle(a, b) {
  const way = distanceM(a[1], a[0], b[1], b[0]);
  const course = bearingDeg(a[1], a[0], b[1], b[0]);
  const legs = Math.max(1, Math.min(64, Math.ceil(way / 50000)));
  return Array.from({ length: legs + 1 }, (_, n) => destination(a[1], a[0], course, (way * n) / legs));
}

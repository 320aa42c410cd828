// Numbers as sailors write them; gives the same text as nautical.py (tests/web/nautical_cases.json).

export const M_PER_NMI = 1852;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** Round half to even, as Python does. @param {number} x */
function rounded(x) {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 ? floor + 1 : floor;
}

/** Degrees and thousandths of a minute; never 60.000 minutes. @param {number} deg @param {string} letters @param {number} width */
export function angle(deg, letters, width) {
  const thousandths = rounded(Math.abs(deg) * 60000);
  const degrees = Math.floor(thousandths / 60000);
  const minutes = ((thousandths % 60000) / 1000).toFixed(3).padStart(6, "0");
  return `${String(degrees).padStart(width, "0")}°${minutes}′${letters[deg < 0 && thousandths > 0 ? 1 : 0]}`;
}

/** @param {number} lon longitude in any turn @returns {number} in [-180, 180) */
export const turned = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** @param {number} lat @param {number} lon */
export const position = (lat, lon) => `${angle(lat, "NS", 2)} ${angle(turned(lon), "EW", 3)}`;

/** True bearing or course: 007.5°. @param {number} deg */
export const bearing = (deg) => `${((((rounded(deg * 10) % 3600) + 3600) % 3600) / 10).toFixed(1).padStart(5, "0")}°`;

/** @param {number} kn */
export const speed = (kn) => `${kn.toFixed(1)} kn`;

/** Nautical miles, metres below a tenth of one. @param {number} m */
export function distance(m) {
  const nmi = m / M_PER_NMI;
  if (nmi < 0.1) return `${m.toFixed(0)} m`;
  return nmi < 100 ? `${nmi.toFixed(1)} nmi` : `${nmi.toFixed(0)} nmi`;
}

/** Date-time group to the minute. @param {number} at seconds since 1970 */
export function dtg(at) {
  const when = new Date(at * 1000);
  const day = two(when.getUTCDate()) + two(when.getUTCHours()) + two(when.getUTCMinutes());
  return `${day}Z${MONTHS[when.getUTCMonth()]}${two(when.getUTCFullYear() % 100)}`;
}

/** Date-time group with hours, minutes and seconds after it. @param {number} at */
export function clock(at) {
  return `${dtg(at)} ${new Date(at * 1000).toISOString().slice(11, 19)}Z`;
}

/** Seconds since 1970 of a date-time group, an ISO time (UTC if it names no zone), or hours and minutes of the day of `near`. @param {string} text @param {number} near @returns {number | null} */
export function parseTime(text, near) {
  const words = text.trim().toUpperCase();
  const group = /^(\d\d)(\d\d)(\d\d)Z?\s*([A-Z]{3})?\s*(\d\d)?$/.exec(words);
  if (group) return fromGroup(group, near);
  const hours = /^(\d\d):?(\d\d)Z?$/.exec(words);
  if (hours) return valid(startOfDay(near) + Number(hours[1]) * 3600 + Number(hours[2]) * 60);
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(words) ? words : `${words}Z`;
  return valid(Date.parse(zoned.replace(" ", "T")) / 1000);
}

/** @param {RegExpExecArray} group @param {number} near */
function fromGroup(group, near) {
  const now = new Date(near * 1000);
  const month = group[4] ? MONTHS.indexOf(group[4]) : now.getUTCMonth();
  const year = group[5] ? 2000 + Number(group[5]) : now.getUTCFullYear();
  if (month < 0) return null;
  return valid(Date.UTC(year, month, Number(group[1]), Number(group[2]), Number(group[3])) / 1000);
}

/** @param {number} at */
const startOfDay = (at) => Math.floor(at / 86400) * 86400;
/** @param {number} at */
const valid = (at) => (Number.isFinite(at) ? at : null);

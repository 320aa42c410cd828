// One filter for map, list, replay and export: the same words in the address, the same rule as filters.py.

import { ALERT, KINDS, SIMULATED } from "./frames.js";

/** @typedef {{kinds: string[], minKn: number, seenMin: number | null, source: string, alerts: boolean}} Filter */

/** @returns {Filter} */
export const everything = () => ({ kinds: [...KINDS], minKn: 0, seenMin: null, source: "all", alerts: false });

/** @param {URLSearchParams} query @returns {Filter} */
export function parseFilter(query) {
  const types = query.get("types");
  const source = query.get("source") ?? "all";
  return {
    kinds: types === null ? [...KINDS] : KINDS.filter((kind) => types.split(",").includes(kind)),
    minKn: Math.max(0, Number(query.get("min_kn")) || 0),
    seenMin: Number(query.get("seen_min")) || null,
    source: ["all", "real", "simulated"].includes(source) ? source : "all",
    alerts: query.get("alerts") === "1",
  };
}

/** Put a filter into an address; words that hold nothing back are left out. @param {Filter} filter @param {URLSearchParams} query */
export function writeFilter(filter, query) {
  const words = {
    types: filter.kinds.length === KINDS.length ? null : filter.kinds.join(","),
    min_kn: filter.minKn ? String(filter.minKn) : null,
    seen_min: filter.seenMin ? String(filter.seenMin) : null,
    source: filter.source === "all" ? null : filter.source,
    alerts: filter.alerts ? "1" : null,
  };
  for (const [word, value] of Object.entries(words)) value === null ? query.delete(word) : query.set(word, value);
}

/** The filter as numbers, for the shader and the loops: source 0 all, 1 real, 2 simulated. @param {Filter} filter */
export function numbers(filter) {
  return {
    mask: filter.kinds.reduce((mask, kind) => mask | (1 << KINDS.indexOf(kind)), 0),
    minKn: filter.minKn,
    seenS: filter.seenMin ? filter.seenMin * 60 : 1e9,
    source: ["all", "real", "simulated"].indexOf(filter.source),
    alerts: filter.alerts ? 1 : 0,
  };
}

/** Whether a vessel fits. A vessel that gave no speed counts as not moving. @param {ReturnType<typeof numbers>} f @param {number} kind @param {number} flags @param {number} sogKn @param {number} ageS */
export function fits(f, kind, flags, sogKn, ageS) {
  if (!(f.mask & (1 << kind)) || ageS > f.seenS || (f.minKn > 0 && !(sogKn >= f.minKn))) return false;
  if (f.source && !!(flags & SIMULATED) !== (f.source === 2)) return false;
  return !f.alerts || !!(flags & ALERT);
}

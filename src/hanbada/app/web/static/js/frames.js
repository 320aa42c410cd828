// Vessel frames and replay blocks as bytes -> columns. frames.py writes them and says how they are laid out.

const HEADER_BYTES = 32;
const VESSEL_MAGIC = 0x31564248; // "HBV1", little-endian
const BLOCK_MAGIC = 0x31524248; // "HBR1"
export const UNKNOWN = 0xffff;
export const GONE = 255;
export const FULL = 1;
export const ALERT = 1, WATCHED = 2, SIMULATED = 4, LOST = 8, SOG_UNKNOWN = 16, MOORED = 32, SEVERITY_SHIFT = 6;
export const KINDS = ["cargo", "tanker", "passenger", "high_speed", "tug_special", "fishing", "pleasure", "other"];

/**
 * @typedef {{n: number, epoch: number, revision: number, marks: number, lon: Int32Array, lat: Int32Array,
 *   mmsi: Uint32Array, slot: Uint32Array, sog: Uint16Array, cog: Uint16Array, heading: Uint16Array, age: Uint16Array,
 *   kind: Uint8Array, flags: Uint8Array}} Frame
 * @typedef {{vessels: number, n: number, start: number, span: number, mmsi: Uint32Array, vessel: Uint32Array,
 *   offset: Uint32Array, lon: Int32Array, lat: Int32Array, sog: Uint16Array, cog: Uint16Array, kind: Uint8Array,
 *   flags: Uint8Array}} Block
 */

/** Cuts typed arrays off a buffer one after the other. @param {ArrayBuffer} buffer */
function cutter(buffer) {
  let at = HEADER_BYTES;
  /** @template T @param {{new (b: ArrayBuffer, o: number, n: number): T, BYTES_PER_ELEMENT: number}} Type @param {number} n @returns {T} */
  return (Type, n) => {
    const column = new Type(buffer, at, n);
    at += n * Type.BYTES_PER_ELEMENT;
    return column;
  };
}

/** @param {ArrayBuffer} buffer @returns {Frame} */
export function readFrame(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== VESSEL_MAGIC) throw new Error("not a vessel frame");
  const n = view.getUint32(4, true);
  const take = cutter(buffer);
  return {
    n, epoch: view.getFloat64(8, true), revision: view.getFloat64(16, true), marks: view.getUint32(24, true),
    lon: take(Int32Array, n), lat: take(Int32Array, n), mmsi: take(Uint32Array, n), slot: take(Uint32Array, n),
    sog: take(Uint16Array, n), cog: take(Uint16Array, n), heading: take(Uint16Array, n), age: take(Uint16Array, n),
    kind: take(Uint8Array, n), flags: take(Uint8Array, n),
  };
}

/** @param {ArrayBuffer} buffer @returns {Block | null} null if nothing is kept of that time */
export function readBlock(buffer) {
  if (buffer.byteLength === 0) return null;
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== BLOCK_MAGIC) throw new Error("not a replay block");
  const vessels = view.getUint32(4, true), n = view.getUint32(8, true);
  const take = cutter(buffer);
  return {
    vessels, n, start: view.getFloat64(16, true), span: view.getFloat64(24, true),
    mmsi: take(Uint32Array, vessels), vessel: take(Uint32Array, n), offset: take(Uint32Array, n),
    lon: take(Int32Array, n), lat: take(Int32Array, n), sog: take(Uint16Array, n), cog: take(Uint16Array, n),
    kind: take(Uint8Array, vessels), flags: take(Uint8Array, vessels),
  };
}

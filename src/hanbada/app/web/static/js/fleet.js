// The vessels of a picture as columns by slot, and the bytes the graphics card reads. Live and replay each have one.

import { GONE, MOORED, UNKNOWN } from "./frames.js";

export const STRIDE = 36;
const D2R = Math.PI / 180;
const FREE = 255;
export const MOVING_KN = 0.5;
const LEAST_CAPACITY = 1024;

/** @param {number} lon */
export const mercatorX = (lon) => lon / 360 + 0.5;
/** @param {number} lat */
export const mercatorY = (lat) => (1 - Math.log(Math.tan(Math.PI / 4 + (Math.max(-85.05, Math.min(85.05, lat)) * D2R) / 2)) / Math.PI) / 2;

/** Mercator units a second at a speed. @param {number} kn @param {number} lat */
const perSecond = (kn, lat) => kn / (3600 * 60 * 360 * Math.cos(lat * D2R));

/**
 * Columns by slot: x and y in the Mercator square, `at` in seconds since 1970, NaN where unknown. `kind` is 255 in a
 * free slot. `vertices` holds 36 bytes a slot: x and y as two floats each, velocity, direction, time, and four bytes:
 * kind, flags, whether it is drawn as a dot, and one to spare.
 */
export class Fleet {
  constructor() {
    this.size = 0; // slots in use, free ones between included
    this.count = 0; // vessels
    this.capacity = 0;
    this.origin = 0; // vertices count time from here: float32 holds a day of seconds, not an epoch
    /** @type {Map<number, number>} */
    this.slots = new Map();
    this.grow(LEAST_CAPACITY);
  }

  /** Make room. @param {number} slots */
  grow(slots) {
    if (slots <= this.capacity) return;
    const capacity = Math.max(slots, Math.ceil(this.capacity * 1.5));
    /** @template {{set(a: any): void}} T @param {new (n: number) => T} Type @param {T | undefined} old @returns {T} */
    const longer = (Type, old) => {
      const column = new Type(capacity);
      if (old) column.set(old);
      return column;
    };
    this.x = longer(Float64Array, this.x);
    this.y = longer(Float64Array, this.y);
    this.at = longer(Float64Array, this.at);
    this.sog = longer(Float32Array, this.sog);
    this.cog = longer(Float32Array, this.cog);
    this.mmsi = longer(Uint32Array, this.mmsi);
    this.flags = longer(Uint8Array, this.flags);
    const kind = new Uint8Array(capacity).fill(FREE);
    if (this.kind) kind.set(this.kind);
    this.kind = kind;
    const bytes = new Uint8Array(capacity * STRIDE);
    if (this.bytes) bytes.set(this.bytes);
    this.bytes = bytes;
    this.floats = new Float32Array(bytes.buffer);
    this.capacity = capacity;
  }

  /** Forget everyone. @param {number} origin seconds that vertex times count from */
  clear(origin) {
    this.size = this.count = 0;
    this.origin = origin;
    this.slots.clear();
    this.kind.fill(FREE);
  }

  /** Take in a frame. @param {import("./frames.js").Frame} frame @param {boolean} full @returns {Uint32Array} slots that changed */
  apply(frame, full) {
    if (full) this.clear(frame.epoch);
    let last = this.size;
    for (let i = 0; i < frame.n; i++) last = Math.max(last, frame.slot[i] + 1);
    this.grow(last);
    this.size = last;
    for (let i = 0; i < frame.n; i++) this.take(frame, i);
    this.count = this.slots.size;
    return frame.slot;
  }

  /** @param {import("./frames.js").Frame} frame @param {number} i */
  take(frame, i) {
    const slot = frame.slot[i];
    if (frame.kind[i] === GONE) return this.free(slot);
    if (this.kind[slot] !== FREE && this.mmsi[slot] !== frame.mmsi[i]) this.slots.delete(this.mmsi[slot]);
    const sog = frame.sog[i] === UNKNOWN ? NaN : frame.sog[i] / 10;
    const course = frame.cog[i] === UNKNOWN ? NaN : frame.cog[i] / 10;
    const heading = frame.heading[i] === UNKNOWN ? course : frame.heading[i];
    this.set(slot, frame.mmsi[i], frame.lon[i] * 1e-7, frame.lat[i] * 1e-7, sog, course, frame.epoch - frame.age[i]);
    this.describe(slot, frame.kind[i], frame.flags[i], heading);
    const lat = frame.lat[i] * 1e-7;
    const v = sog >= MOVING_KN && !(frame.flags[i] & MOORED) && course === course ? perSecond(sog, lat) : 0;
    this.steer(slot, v ? v * Math.sin(course * D2R) : 0, v ? -v * Math.cos(course * D2R) : 0);
  }

  /** Where and how a vessel is. @param {number} slot @param {number} mmsi @param {number} lon @param {number} lat @param {number} sog @param {number} cog @param {number} at */
  set(slot, mmsi, lon, lat, sog, cog, at) {
    const x = mercatorX(lon), y = mercatorY(lat), o = slot * 9;
    this.x[slot] = x;
    this.y[slot] = y;
    this.at[slot] = at;
    this.sog[slot] = sog;
    this.cog[slot] = cog;
    this.mmsi[slot] = mmsi;
    this.slots.set(mmsi, slot);
    const highX = Math.fround(x), highY = Math.fround(y);
    this.floats[o] = highX;
    this.floats[o + 1] = highY;
    this.floats[o + 2] = x - highX;
    this.floats[o + 3] = y - highY;
    this.floats[o + 7] = at - this.origin;
  }

  /** What a vessel is. @param {number} slot @param {number} kind @param {number} flags @param {number} heading NaN if unknown */
  describe(slot, kind, flags, heading) {
    const b = slot * STRIDE + 32;
    this.kind[slot] = kind;
    this.flags[slot] = flags;
    this.floats[slot * 9 + 6] = (heading === heading ? heading : 0) * D2R;
    this.bytes[b] = kind;
    this.bytes[b + 1] = flags;
    this.bytes[b + 2] = this.still(slot, heading) ? 1 : 0;
  }

  /** Whether a vessel is drawn as a dot: it lies still, or nobody knows where it points. @param {number} slot @param {number} heading */
  still(slot, heading) {
    if (heading !== heading || this.flags[slot] & MOORED) return true;
    return this.sog[slot] < MOVING_KN;
  }

  /** How a vessel moves on from its last report, in Mercator units a second. @param {number} slot @param {number} vx @param {number} vy */
  steer(slot, vx, vy) {
    this.floats[slot * 9 + 4] = vx;
    this.floats[slot * 9 + 5] = vy;
  }

  /** @param {number} slot */
  free(slot) {
    if (this.kind[slot] === FREE) return;
    this.slots.delete(this.mmsi[slot]);
    this.kind[slot] = FREE;
    this.bytes[slot * STRIDE + 32] = FREE;
    this.flags[slot] = this.bytes[slot * STRIDE + 33] = 0;
  }

  /** Whether a slot holds a vessel. @param {number} slot */
  holds(slot) {
    return slot < this.size && this.kind[slot] !== FREE;
  }

  /** Where a vessel is reckoned to be: x, y in the Mercator square. @param {number} slot @param {number} now @param {number} longest seconds reckoned ahead at most @returns {[number, number]} */
  reckoned(slot, now, longest) {
    const ahead = Math.max(0, Math.min(longest, now - this.at[slot]));
    return [this.x[slot] + this.floats[slot * 9 + 4] * ahead, this.y[slot] + this.floats[slot * 9 + 5] * ahead];
  }
}

/** @param {number} x @returns {number} longitude in degrees */
export const longitude = (x) => (x - 0.5) * 360;
/** @param {number} y @returns {number} latitude in degrees */
export const latitude = (y) => (Math.atan(Math.exp((1 - 2 * y) * Math.PI)) * 2 - Math.PI / 2) / D2R;

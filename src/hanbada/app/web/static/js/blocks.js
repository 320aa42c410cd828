// Replay blocks: ten minutes each, asked for by start time, so that every window asks for the same and may cache them.

import { readBlock } from "./frames.js";
import { mercatorX, mercatorY } from "./fleet.js";

export const BLOCK_S = 600;
export const JOIN_S = 1200; // reports further apart are not joined: the ship stays where it was last heard
const UNIT = 1e-7;

/** A block with, for each row, the next row of the same vessel in it (-1 if none). */
export class ReplayBlock {
  /** @param {import("./frames.js").Block} block */
  constructor(block) {
    this.rows = block;
    this.next = new Int32Array(block.n).fill(-1);
    this.first = new Int32Array(block.vessels).fill(-1);
    for (let i = block.n - 1; i >= 0; i--) {
      this.next[i] = this.first[block.vessel[i]];
      this.first[block.vessel[i]] = i;
    }
    /** @type {Map<number, number>} */
    this.vessels = new Map();
    for (let v = 0; v < block.vessels; v++) this.vessels.set(block.mmsi[v], v);
  }

  /** @param {number} i */
  at(i) {
    return this.rows.start + this.rows.offset[i] / 1000;
  }

  /** First row at or after a moment. @param {number} at seconds */
  rowAt(at) {
    let low = 0, high = this.rows.n;
    const offset = (at - this.rows.start) * 1000;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows.offset[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first report of a vessel in this block: time and place. @param {number} mmsi */
  firstOf(mmsi) {
    const vessel = this.vessels.get(mmsi);
    return vessel === undefined ? null : this.place(this.first[vessel]);
  }

  /** @param {number} i @returns {{at: number, x: number, y: number}} */
  place(i) {
    return { at: this.at(i), x: mercatorX(this.rows.lon[i] * UNIT), y: mercatorY(this.rows.lat[i] * UNIT) };
  }
}

export class BlockStore {
  constructor() {
    /** @type {Map<number, Promise<ReplayBlock | null>>} */
    this.asked = new Map();
    /** @type {Map<number, ReplayBlock | null>} */
    this.loaded = new Map();
  }

  /** @param {number} at seconds @returns {number} start of the block that holds a moment */
  static start(at) {
    return Math.floor(at / BLOCK_S) * BLOCK_S;
  }

  /** @param {number} start @returns {Promise<ReplayBlock | null>} */
  load(start) {
    let asked = this.asked.get(start);
    if (!asked) {
      asked = this.fetch(start);
      this.asked.set(start, asked);
    }
    return asked;
  }

  /** @param {number} start */
  async fetch(start) {
    const answer = await fetch(`/replay/${start}`);
    const rows = answer.ok ? readBlock(await answer.arrayBuffer()) : null;
    const block = rows && new ReplayBlock(rows);
    this.loaded.set(start, block);
    if (!answer.ok) this.asked.delete(start);
    return block;
  }

  /** Keep only what is near a moment. @param {number} at */
  trim(at) {
    for (const start of this.asked.keys()) {
      if (start < at - 6 * BLOCK_S || start > at + 6 * BLOCK_S) {
        this.asked.delete(start);
        this.loaded.delete(start);
      }
    }
  }
}

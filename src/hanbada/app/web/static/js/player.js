// Replay: the whole fleet at a moment before now, rebuilt from blocks, and carried forward as time runs.

import { BLOCK_S, BlockStore, JOIN_S } from "./blocks.js";
import { UNKNOWN } from "./frames.js";
import { Fleet } from "./fleet.js";

export const HOLD_S = 1800; // a ship not heard for half an hour leaves the picture
const AHEAD = 2; // blocks loaded ahead
const UNIT = 1e-7;

export class Player {
  /** @param {{seeked: () => void, moved: (slots: number[]) => void}} on */
  constructor(on) {
    this.on = on;
    this.fleet = new Fleet();
    this.store = new BlockStore();
    this.at = 0;
    this.block = 0; // start of the block being played
    this.row = 0; // next row in it
    this.turn = 0; // seeks so far: an older one that ends late is ignored
    this.swept = 0;
  }

  /** Show a moment. @param {number} at seconds */
  async seek(at) {
    const turn = ++this.turn;
    const last = BlockStore.start(at), starts = [];
    for (let start = BlockStore.start(at - HOLD_S); start <= last + BLOCK_S; start += BLOCK_S) starts.push(start);
    await Promise.all(starts.map((start) => this.store.load(start)));
    if (turn !== this.turn) return;
    this.fleet.clear(last);
    this.at = at;
    for (const start of starts.slice(0, -1)) this.play(start, start === last ? at : Infinity, Math.max(0, at - HOLD_S), []);
    this.block = last;
    this.row = this.store.loaded.get(last)?.rowAt(at) ?? 0;
    this.finish();
    this.store.trim(at);
    this.on.seeked();
  }

  /** Carry the picture forward; stands still while a block is on its way. @param {number} at seconds, later than before */
  advance(at) {
    const moved = /** @type {number[]} */ ([]);
    while (at >= this.block + BLOCK_S) {
      if (!this.store.loaded.has(this.block + BLOCK_S)) {
        this.store.load(this.block + BLOCK_S);
        at = Math.min(at, this.block + BLOCK_S - 0.001);
        break;
      }
      this.row = this.play(this.block, Infinity, 0, moved, this.row);
      this.block += BLOCK_S;
      this.row = 0;
      this.store.trim(this.block);
    }
    this.row = this.play(this.block, at, 0, moved, this.row);
    this.at = at;
    for (let n = 1; n <= AHEAD; n++) this.store.load(this.block + n * BLOCK_S);
    this.sweep(moved);
    this.finish();
    this.on.moved(moved);
  }

  finish() {
    this.fleet.count = this.fleet.slots.size;
  }

  /** Put the rows of a block up to a moment into the fleet. @param {number} start @param {number} until @param {number} from older rows are passed over @param {number[]} moved @param {number} [row] @returns {number} the row after the last */
  play(start, until, from, moved, row = 0) {
    const block = this.store.loaded.get(start);
    if (!block) return 0;
    let i = Math.max(row, from > start ? block.rowAt(from) : 0);
    for (; i < block.rows.n && block.at(i) <= until; i++) moved.push(this.put(block, i, start));
    return i;
  }

  /** One report into the fleet, moving towards the next one of the same ship. @param {import("./blocks.js").ReplayBlock} block @param {number} i @param {number} start @returns {number} slot */
  put(block, i, start) {
    const { rows } = block, vessel = rows.vessel[i], mmsi = rows.mmsi[vessel];
    let slot = this.fleet.slots.get(mmsi);
    if (slot === undefined) {
      slot = this.fleet.size++;
      this.fleet.grow(this.fleet.size);
    }
    const sog = rows.sog[i] === UNKNOWN ? NaN : rows.sog[i] / 10, cog = rows.cog[i] === UNKNOWN ? NaN : rows.cog[i] / 10;
    this.fleet.set(slot, mmsi, rows.lon[i] * UNIT, rows.lat[i] * UNIT, sog, cog, block.at(i));
    this.fleet.describe(slot, rows.kind[vessel], rows.flags[vessel], cog);
    this.aim(slot, block, i, start, mmsi);
    return slot;
  }

  /** @param {number} slot @param {import("./blocks.js").ReplayBlock} block @param {number} i @param {number} start @param {number} mmsi */
  aim(slot, block, i, start, mmsi) {
    const next = block.next[i] >= 0 ? block.place(block.next[i]) : this.store.loaded.get(start + BLOCK_S)?.firstOf(mmsi);
    const here = block.place(i), span = next ? next.at - here.at : 0;
    if (!next || span <= 0 || span > JOIN_S) return this.fleet.steer(slot, 0, 0);
    const dx = ((((next.x - here.x + 0.5) % 1) + 1) % 1) - 0.5;
    this.fleet.steer(slot, dx / span, (next.y - here.y) / span);
  }

  /** Let go of ships not heard for too long, once a minute of the picture. @param {number[]} moved */
  sweep(moved) {
    if (Math.abs(this.at - this.swept) < 60) return;
    this.swept = this.at;
    const { at, size } = this.fleet;
    for (let slot = 0; slot < size; slot++) {
      if (this.fleet.holds(slot) && at[slot] < this.at - HOLD_S) {
        this.fleet.free(slot);
        moved.push(slot);
      }
    }
  }
}

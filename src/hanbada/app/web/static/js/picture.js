// The picture shown: live from the node, or replayed from before. One clock, one fleet, one layer at any moment.

import { Fleet } from "./fleet.js";
import { Live } from "./live.js";
import { PictureClock } from "./picture-clock.js";
import { HOLD_S, Player } from "./player.js";
import { JOIN_S } from "./blocks.js";
import { LIVE_LONGEST_S, VesselLayer } from "./vessel-layer.js";

const FRAME_MS = 90; // a replay is drawn about eleven times a second: more is not seen, and costs

export class Picture {
  /** @param {{changed: () => void, tick: () => void, mode: () => void, events: (events: any[]) => void, state: (state: string) => void}} on */
  constructor(on) {
    this.on = on;
    this.fleet = new Fleet();
    this.clock = new PictureClock();
    this.layer = new VesselLayer(this.fleet, () => this.now());
    this.player = new Player({ seeked: () => this.showReplay(), moved: (slots) => this.layer.patch(slots) });
    this.mode = /** @type {"live" | "replay"} */ ("live");
    this.playing = false;
    this.factor = 60;
    this.full = false;
    this.live = new Live({
      frame: (frame, full) => this.frame(frame, full),
      events: on.events,
      state: (state) => on.state(state),
    });
    setInterval(() => this.tick(), 1000);
  }

  /** The time of the picture in seconds. */
  now() {
    return this.mode === "live" ? this.clock.now() : this.player.at;
  }

  /** @param {import("./frames.js").Frame} frame @param {boolean} full */
  frame(frame, full) {
    this.clock.heard(frame.epoch);
    const slots = this.fleet.apply(frame, full);
    this.full = true;
    if (this.mode !== "live") return;
    if (full) this.layer.upload();
    else if (frame.n) this.layer.patch(slots);
    this.on.changed();
  }

  /** Once a second the ships move on. */
  tick() {
    if (this.mode === "live") this.layer.map?.triggerRepaint();
    this.on.tick();
  }

  /** Show a moment before now. @param {number} at seconds */
  async seek(at) {
    const was = this.mode;
    this.mode = "replay";
    this.player.at = at;
    if (was === "live") this.on.mode();
    await this.player.seek(at);
  }

  showReplay() {
    if (this.mode !== "replay") return;
    this.layer.show(this.player.fleet, () => this.player.at, Math.min(HOLD_S, JOIN_S));
    this.on.changed();
  }

  backToLive() {
    this.playing = false;
    this.mode = "live";
    this.layer.show(this.fleet, () => this.now(), LIVE_LONGEST_S);
    this.on.mode();
    this.on.changed();
  }

  /** Run or hold a replay. @param {boolean} on */
  play(on) {
    this.playing = on;
    this.last = performance.now();
    this.on.mode();
    if (on) this.step();
  }

  step() {
    if (!this.playing || this.mode !== "replay") return;
    const now = performance.now(), passed = now - (this.last ?? now);
    if (passed >= FRAME_MS) {
      this.last = now;
      const at = this.player.at + (passed / 1000) * this.factor;
      if (at >= this.clock.now()) return this.backToLive();
      this.player.advance(at);
      this.on.changed();
    }
    requestAnimationFrame(() => this.step());
  }
}

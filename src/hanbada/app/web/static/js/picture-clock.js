// The time of the picture between two frames: it runs at the pace the frames show (a replayed feed may run at 60x).

const KEEP = 6; // frames looked back on

export class PictureClock {
  constructor() {
    /** @type {{epoch: number, ms: number}[]} */
    this.seen = [];
    const now = document.getElementById("clock")?.dataset.now;
    if (now) this.seen.push({ epoch: Number(now), ms: performance.now() });
  }

  /** @param {number} epoch seconds since 1970 in a frame that just came */
  heard(epoch) {
    this.seen.push({ epoch, ms: performance.now() });
    if (this.seen.length > KEEP) this.seen.shift();
  }

  /** Seconds of the picture a second of ours. */
  pace() {
    const first = this.seen[0], last = this.seen.at(-1);
    if (!first || !last || last.ms - first.ms < 1500) return 1;
    const pace = (last.epoch - first.epoch) / ((last.ms - first.ms) / 1000);
    return Math.abs(pace - 1) < 0.25 ? 1 : Math.max(0, pace);
  }

  /** Seconds since 1970. */
  now() {
    const last = this.seen.at(-1);
    return last ? last.epoch + ((performance.now() - last.ms) / 1000) * this.pace() : Date.now() / 1000;
  }
}

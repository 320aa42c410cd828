// The live channel: the picture and the desk's events over one WebSocket, picked up again where it broke.

import { FULL, readFrame } from "./frames.js";

const FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, SILENT_MS = 8000;
const SESSION_OVER = 4401;

export class Live {
  /** Without `frame` only events are asked for. @param {{frame?: (frame: import("./frames.js").Frame, full: boolean) => void, events: (events: any[]) => void, state: (state: "live" | "stalled" | "over") => void, hello?: (hello: any) => void}} on */
  constructor(on) {
    this.on = on;
    this.run = "";
    this.revision = -1;
    this.wait = FIRST_WAIT_MS;
    this.heard = 0;
    this.connect();
    setInterval(() => this.listen(), 2000);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const known = this.revision >= 0 ? `since=${this.revision}&run=${this.run}` : "";
    const socket = new WebSocket(`${scheme}://${location.host}/live?${this.on.frame ? known : "only=events"}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => this.take(message.data);
    socket.onclose = (event) => this.closed(event.code);
    this.socket = socket;
  }

  /** @param {string | ArrayBuffer} data */
  take(data) {
    this.heard = performance.now();
    this.wait = FIRST_WAIT_MS;
    if (typeof data === "string") return this.text(JSON.parse(data));
    const frame = readFrame(data);
    this.revision = frame.revision;
    this.on.frame?.(frame, (frame.marks & FULL) > 0);
    this.on.state("live");
  }

  /** @param {any} message */
  text(message) {
    if (message.hello) {
      this.run = message.hello.run;
      this.on.hello?.(message.hello);
    }
    if (message.events) this.on.events(message.events);
  }

  /** @param {number} code */
  closed(code) {
    this.on.state(code === SESSION_OVER ? "over" : "stalled");
    if (code === SESSION_OVER) return;
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /** A line that stays open but silent is as good as cut. */
  listen() {
    if (this.heard && performance.now() - this.heard > SILENT_MS) this.on.state("stalled");
  }
}

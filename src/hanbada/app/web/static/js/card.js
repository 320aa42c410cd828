// The card of the selected vessel: the server writes it, live figures are filled in as they come.

import { bearing, dtg, position, speed } from "./nautical.js";
import { latitude, longitude } from "./fleet.js";
import { token } from "./palette.js";
import { speedLine } from "./track.js";
import { age } from "./words.js";

export class Card {
  /** @param {{close: () => void, follow: () => void, track: () => void, forecast: () => void, hours: () => void}} on */
  constructor(on) {
    this.box = /** @type {HTMLElement} */ (document.getElementById("card-place"));
    this.on = on;
    this.mmsi = 0;
    this.hours = 12;
    this.box.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target.closest("#card-close")) on.close();
      if (target.closest("#card-follow")) on.follow();
      if (target.closest("#card-track")) on.track();
      if (target.closest("#card-forecast")) on.forecast();
    });
    this.box.addEventListener("change", (event) => {
      const target = /** @type {HTMLSelectElement} */ (event.target);
      if (target.id !== "card-hours") return;
      this.hours = Number(target.value);
      on.hours();
    });
  }

  /** @param {number} mmsi @returns {Promise<{name: string, simulated: boolean} | null>} */
  async open(mmsi) {
    this.mmsi = mmsi;
    const answer = await fetch(`/vessels/${mmsi}/card`, { headers: { "HX-Request": "true" } });
    if (this.mmsi !== mmsi || !answer.ok) return null;
    this.box.innerHTML = await answer.text(); // written and escaped by our own template
    const hours = /** @type {HTMLSelectElement} */ (this.box.querySelector("#card-hours"));
    hours.value = String(this.hours);
    document.body.classList.add("has-card");
    const { name = "", simulated } = /** @type {HTMLElement} */ (this.box.querySelector("#card")).dataset;
    return { name, simulated: simulated === "1" };
  }

  close() {
    this.mmsi = 0;
    this.box.replaceChildren();
    document.body.classList.remove("has-card");
  }

  /** Position, speed, course and age as the picture has them. @param {import("./fleet.js").Fleet} fleet @param {number} slot @param {number} now */
  fill(fleet, slot, now) {
    const put = (/** @type {string} */ what, /** @type {string} */ text) => {
      const place = this.box.querySelector(`[data-live="${what}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    };
    put("position", position(latitude(fleet.y[slot]), longitude(fleet.x[slot])));
    put("speed", Number.isNaN(fleet.sog[slot]) ? "–" : speed(fleet.sog[slot]));
    put("course", Number.isNaN(fleet.cog[slot]) ? "–" : bearing(fleet.cog[slot]));
    put("at", dtg(fleet.at[slot]));
    put("age", age(now - fleet.at[slot]));
  }

  /** A sentence under the buttons. @param {string} text */
  tell(text) {
    const place = this.box.querySelector("#card-said");
    if (place) place.textContent = text;
  }

  /** @param {{follow: boolean, track: boolean, forecast: boolean}} state */
  buttons(state) {
    this.box.querySelector("#card-follow")?.setAttribute("aria-pressed", String(state.follow));
    this.box.querySelector("#card-track")?.setAttribute("aria-pressed", String(state.track));
    this.box.querySelector("#card-forecast")?.setAttribute("aria-pressed", String(state.forecast));
  }

  /** The speed over the track shown, with its greatest value. @param {import("./track.js").Part[]} parts */
  spark(parts) {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.box.querySelector("#card-speed"));
    const at = parts.flatMap((part) => part.at), kn = parts.flatMap((part) => part.sog);
    if (!canvas) return;
    canvas.hidden = at.length < 2;
    const wide = canvas.clientWidth, high = canvas.clientHeight, ratio = devicePixelRatio;
    canvas.width = wide * ratio;
    canvas.height = high * ratio;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const most = Math.max(5, ...kn.map((v) => v ?? 0)), first = Math.min(...at), span = Math.max(1, Math.max(...at) - first);
    speedLine(pen, parts, (s) => ((s - first) / span) * wide, (v) => high - 2 - (v / most) * (high - 14));
    pen.fillStyle = token("uimut");
    pen.font = '10.5px "Pretendard Variable"';
    pen.fillText(`${most.toFixed(0)} kn`, 0, 9);
  }
}

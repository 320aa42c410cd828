// The selected vessel: four corners and its name on the chart, its card, its track, and following it.

import { Card } from "./card.js";
import { latitude, longitude } from "./fleet.js";
import { Forecast } from "./forecast.js";
import { offset } from "./room.js";
import { TrackLayer, fetchTrack } from "./track.js";
import { t } from "./words.js";

const AGAIN_S = 30; // a live track is asked for again so often

export class Selection {
  /** @param {import("./chart.js").ChartMap} chart @param {import("./picture.js").Picture} picture @param {{changed: () => void, track: (parts: import("./track.js").Part[]) => void, stop: () => void}} on */
  constructor(chart, picture, on) {
    this.chart = chart;
    this.picture = picture;
    this.on = on;
    this.mmsi = 0;
    this.following = false;
    this.tracked = true;
    this.fetched = 0;
    /** @type {import("./track.js").Track[]} */
    this.extra = [];
    this.track = new TrackLayer(chart, "vessels");
    this.forecast = new Forecast(chart, "track-casing");
    this.foreseen = false;
    this.card = new Card({
      close: () => this.choose(0), follow: () => this.follow(), track: () => this.toggleTrack(), forecast: () => this.toggleForecast(), hours: () => this.fetch(),
    });
    this.mark = Object.assign(document.createElement("div"), { className: "selected", hidden: true });
    this.mark.innerHTML = "<i></i><i></i><i></i><i></i><span><b></b><em></em></span>";
    chart.map.getContainer().append(this.mark);
    chart.map.on("render", () => this.place());
    chart.map.on("dragstart", () => this.following && this.follow());
  }

  get slot() {
    return this.mmsi ? this.picture.layer.fleet.slots.get(this.mmsi) : undefined;
  }

  /** @param {number} mmsi 0 for none @param {{fly?: boolean}} [how] */
  async choose(mmsi, how = {}) {
    this.mmsi = mmsi;
    this.following = false;
    this.label("");
    this.on.changed();
    this.foreseen = false;
    this.forecast.show(0);
    this.track.show(this.others());
    this.on.track([]);
    if (!mmsi) {
      this.card.close();
      return this.place();
    }
    if (how.fly) this.fly();
    this.place();
    const about = await this.card.open(mmsi);
    if (this.mmsi !== mmsi) return;
    this.label(about ? about.name : String(mmsi), about?.simulated);
    this.update();
    await this.fetch();
  }

  /** @param {string} text @param {boolean} [simulated] */
  label(text, simulated = false) {
    /** @type {HTMLElement} */ (this.mark.querySelector("b")).textContent = text;
    /** @type {HTMLElement} */ (this.mark.querySelector("em")).textContent = simulated ? t("SIMULATED") : "";
  }

  /** @returns {[number, number] | null} longitude and latitude now, on the copy of the world in view */
  where() {
    const slot = this.slot, { layer } = this.picture;
    if (slot === undefined || !layer.fleet.holds(slot)) return null;
    const [x, y] = layer.fleet.reckoned(slot, layer.clock(), layer.longest), center = this.chart.map.getCenter().lng;
    const lon = longitude(x);
    return [lon + Math.round((center - lon) / 360) * 360, latitude(y)];
  }

  place() {
    const at = this.where();
    this.mark.hidden = !at;
    if (!at) return;
    const point = this.chart.map.project(at);
    this.mark.style.transform = `translate(${point.x.toFixed(1)}px, ${point.y.toFixed(1)}px)`;
  }

  fly() {
    const at = this.where();
    if (at) this.chart.map.easeTo({ center: at, zoom: Math.max(this.chart.map.getZoom(), 8), offset: offset(this.chart.map), duration: 0 });
  }

  follow() {
    this.following = !this.following && !!this.mmsi;
    if (this.following) this.keepUp();
    this.update();
    this.on.changed();
  }

  keepUp() {
    const at = this.where();
    if (at) this.chart.map.easeTo({ center: at, offset: offset(this.chart.map), duration: 0 });
  }

  toggleTrack() {
    this.tracked = !this.tracked;
    this.update();
    this.fetch();
  }

  async toggleForecast() {
    if (!this.mmsi) return;
    this.foreseen = !this.foreseen;
    this.update();
    const known = await this.forecast.show(this.foreseen ? this.mmsi : 0);
    if (this.foreseen) this.card.tell(known === "unknown" ? t("Too little is known of her to say where she goes.") : "");
  }

  /** New figures on the card; the track anew when it has grown old. */
  update() {
    const slot = this.slot;
    if (slot !== undefined) this.card.fill(this.picture.layer.fleet, slot, this.picture.now());
    this.card.buttons({ follow: this.following, track: this.tracked, forecast: this.foreseen });
    if (this.following) this.keepUp();
  }

  /** Called once a second. */
  tick() {
    this.update();
    if (this.mmsi && this.tracked && Math.abs(this.picture.now() - this.fetched) > AGAIN_S * Math.max(1, this.picture.playing ? this.picture.factor : 1)) this.fetch();
  }

  async fetch() {
    const { mmsi } = this, end = this.picture.now();
    this.fetched = end;
    if (!mmsi || !this.tracked) {
      this.on.track([]);
      return this.track.show(this.others());
    }
    const track = await fetchTrack(mmsi, end - this.card.hours * 3600, end).catch(() => null);
    if (this.mmsi !== mmsi || !track) return;
    await this.track.show([...this.others(), track]);
    this.card.spark(track.parts);
    this.on.track(track.parts);
  }

  /** The tracks of an alert but the selected vessel's, which is drawn in full. */
  others() {
    return this.extra.filter((track) => track.mmsi !== this.mmsi || !this.tracked);
  }

  /** Tracks shown beside the selected one: those of an alert. @param {import("./track.js").Track[]} tracks */
  showExtra(tracks) {
    this.extra = tracks;
    this.fetch();
  }
}

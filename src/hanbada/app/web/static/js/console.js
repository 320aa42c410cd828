// The map console: puts the parts together. Each part knows only what it is given here.

import { readAddress, writeAddress } from "./address.js";
import { AlertShape } from "./alert-shape.js";
import { ChartMap, canDraw } from "./chart.js";
import { everything, numbers, writeFilter } from "./filter.js";
import { KINDS } from "./frames.js";
import { Graticule } from "./graticule.js";
import { Inbox } from "./inbox.js";
import { closeOne, keyboard, openList } from "./keys.js";
import { Measure } from "./measure.js";
import { Names } from "./names.js";
import { NearBy } from "./near-by.js";
import { bearing, distance, dtg, parseTime, position, turned } from "./nautical.js";
import { vesselColours } from "./palette.js";
import { Picture } from "./picture.js";
import { Search } from "./search.js";
import { Selection } from "./selection.js";
import { choosePalette, languages, menus, nextPalette, palettes, showClock } from "./shell.js";
import { bearingDeg, distanceM } from "./sphere.js";
import { TimeBar } from "./timebar.js";
import { Tip } from "./tip.js";
import { VesselList } from "./vessel-list.js";
import { Zones } from "./zones.js";
import { count, loadWords, t } from "./words.js";

const PICK_PX = 11;
const SPEEDS = [10, 60, 300, 900, 3600];
const WRITE_MS = 400;
const NARROW_PX = 1060; // below, the filter starts closed

/** @template {HTMLElement} T @param {string} id @returns {T} */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

class Console {
  constructor() {
    this.place = readAddress();
    this.filter = this.place.filter;
    const box = byId("map"), start = (box.dataset.start ?? "").split(",").map(Number);
    this.own = /** @type {[number, number]} */ ([start[0], start[1]]);
    this.chart = new ChartMap(box, {
      chart: JSON.parse(box.dataset.chart ?? "{}"), worker: box.dataset.worker ?? "",
      center: this.place.center ?? this.own, zoom: this.place.center ? this.place.zoom : start[2],
    });
    this.picture = new Picture({
      changed: () => this.changed(), tick: () => this.tick(), mode: () => this.modeChanged(),
      events: (events) => this.inbox.heard(events), state: (state) => this.state(state),
    });
    const { layer } = this.picture;
    this.chart.overlay(() => {
      layer.colours = vesselColours();
      if (!this.chart.map.getLayer("vessels")) this.chart.map.addLayer(/** @type {any} */ (layer));
    });
    this.zones = new Zones(this.chart);
    this.graticule = new Graticule(this.chart, byId("scale"));
    this.names = new Names();
    this.nearBy = new NearBy(this.chart, this.picture, this.names);
    this.tip = new Tip(box, this.picture, this.names);
    this.timebar = new TimeBar(byId("timebar"), { now: () => this.picture.now(), seek: (at) => this.seek(at), live: () => this.live(), mark: (id) => this.toAlert(id) });
    this.selection = new Selection(this.chart, this.picture, {
      changed: () => this.selectionChanged(), track: (parts) => this.timebar.speed(parts), stop: () => {},
    });
    this.shape = new AlertShape(this.chart, this.selection);
    this.measure = new Measure(this.chart, (text) => this.measured(text));
    this.inbox = new Inbox({ chosen: (id) => this.showAlert(id), view: () => this.view() });
    this.list = new VesselList(layer, this.names, { choose: (mmsi) => this.select(mmsi, true), closed: () => {} });
    this.search = new Search((mmsi) => this.select(mmsi, true));
    this.wire();
    this.begin();
  }

  /** What the address asks for, once there is a picture. */
  async begin() {
    if (innerWidth < NARROW_PX) byId("filters").removeAttribute("open");
    this.filterChanged();
    this.timebar.refresh();
    if (this.place.at) await this.seek(this.place.at);
    if (this.place.alert) {
      this.inbox.current = this.place.alert;
      this.inbox.dress();
      await this.chart.ready;
      await this.shape.show(this.place.alert, { fly: !this.place.center });
    }
    if (this.place.vessel) this.whenFull(() => this.select(this.place.vessel, !this.place.center && !this.place.alert));
  }

  /** @param {() => void} then */
  whenFull(then) {
    if (this.picture.full) then();
    else setTimeout(() => this.whenFull(then), 60);
  }

  wire() {
    this.wireMap();
    this.wireTools();
    this.wireTime();
    this.wireKeys();
    palettes(() => this.restyle());
    languages();
    menus();
    document.addEventListener("click", (event) => this.linked(event));
    byId("filter").addEventListener("input", () => this.filterChanged());
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("filter").addEventListener("reset", (event) => this.resetFilter(event));
  }

  wireMap() {
    const { map } = this.chart;
    map.on("click", (event) => this.clicked(event));
    map.on("mousemove", (event) => this.moved(event.lngLat, event.point));
    map.on("mouseout", () => this.left());
    map.on("moveend", () => this.write());
    map.on("moveend", () => this.nearAndListed());
    map.on("moveend", (/** @type {any} */ event) => event.originalEvent && this.inbox.moved()); // not when an alert brought us here
    map.on("dragstart", () => byId("map").classList.add("dragging"));
    map.on("dragend", () => byId("map").classList.remove("dragging"));
    const canvas = map.getCanvas();
    canvas.addEventListener("webglcontextlost", () => this.trouble(t("The browser lost its drawing surface; it is being restored.")));
    canvas.addEventListener("webglcontextrestored", () => (this.restyle(), this.trouble("")));
  }

  wireTools() {
    byId("tool-measure").addEventListener("click", () => this.toggleMeasure());
    byId("tool-list").addEventListener("click", () => this.list.open(!this.list.shown));
    byId("tool-keys").addEventListener("click", openList);
    for (const box of byId("tool-layers").querySelectorAll("input")) {
      box.addEventListener("change", () => {
        /** @type {any} */ (this.chart.layers)[box.name] = box.checked;
        this.restyle();
      });
    }
    byId("thumb-alerts").addEventListener("click", () => {
      const on = document.body.classList.toggle("sheet-alerts");
      byId("thumb-alerts").setAttribute("aria-pressed", String(on));
    });
    byId("thumb-follow").addEventListener("click", () => this.selection.follow());
    byId("thumb-night").addEventListener("click", () => this.palette(document.documentElement.dataset.palette === "night" ? "day" : "night"));
  }

  wireTime() {
    byId("time-play").addEventListener("click", () => this.playPause());
    byId("time-back").addEventListener("click", () => this.step(-1));
    byId("time-on").addEventListener("click", () => this.step(1));
    byId("time-live").addEventListener("click", () => this.live());
    byId("time-speed").addEventListener("change", () => (this.picture.factor = Number(byId("time-speed").value)));
    byId("time-at").addEventListener("change", () => {
      const at = parseTime(byId("time-at").value, this.picture.now());
      if (at !== null) at >= this.picture.clock.now() ? this.live() : this.seek(at);
      byId("time-at").blur();
    });
  }

  wireKeys() {
    keyboard({
      j: () => this.inbox.step(1), k: () => this.inbox.step(-1), a: () => this.inbox.press("acknowledge"),
      z: () => this.inbox.press("snooze"), i: () => this.inbox.press("incident"),
      f: () => this.selection.follow(), m: () => this.toggleMeasure(), t: () => this.selection.toggleTrack(),
      n: () => this.palette(nextPalette()), N: () => this.palette("day"), l: () => this.live(),
      v: () => this.list.open(!this.list.shown), e: () => this.openMenu("tool-export"),
      " ": () => this.playPause(), ",": () => this.step(-1), ".": () => this.step(1),
      "[": () => this.pace(-1), "]": () => this.pace(1), Escape: () => this.escape(),
    });
  }

  // Time

  /** @param {number} at seconds */
  seek(at) {
    return this.picture.seek(at).then(() => this.write());
  }

  live() {
    if (this.picture.mode === "replay") this.picture.backToLive();
    this.write();
  }

  async playPause() {
    if (this.picture.mode === "live") await this.seek(Math.max(this.timebar.start, this.picture.now() - 3600));
    this.picture.play(!this.picture.playing);
  }

  /** Step by a second of ours at the pace chosen. @param {number} way */
  step(way) {
    this.picture.play(false);
    const at = this.picture.now() + way * this.picture.factor;
    at >= this.picture.clock.now() ? this.live() : this.seek(at);
  }

  /** @param {number} way */
  pace(way) {
    const at = SPEEDS.indexOf(this.picture.factor);
    this.picture.factor = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + way))];
    byId("time-speed").value = String(this.picture.factor);
  }

  modeChanged() {
    const replay = this.picture.mode === "replay";
    document.body.classList.toggle("replay", replay);
    byId("time-live").setAttribute("aria-pressed", String(!replay));
    byId("time-play").setAttribute("aria-pressed", String(this.picture.playing));
    this.state(replay ? "replay" : "live");
    if (!replay) this.selection.fetch();
  }

  /** @param {string} state */
  state(state) {
    const shown = this.picture?.mode === "replay" ? "replay" : state, badge = byId("mode");
    badge.className = `badge mode ${shown}`;
    badge.textContent = { live: t("LIVE"), replay: t("REPLAY"), stalled: t("NO CONNECTION"), over: t("SIGNED OUT") }[shown] ?? "";
    if (state === "over") location.href = "/login";
    if (state === "stalled") this.trouble(t("The node does not answer; what you see is as old as the clock says."));
    if (state === "live") this.trouble("");
  }

  /** @param {string} text */
  trouble(text) {
    byId("trouble").textContent = text;
    byId("trouble").hidden = !text;
  }

  // Picture

  changed() {
    this.counted();
    this.selection.update();
    this.list.draw();
    this.showTime();
    if (this.picture.mode === "replay") this.nearBy.draw();
  }

  /** What the map shows: west, south, east, north; the whole turn if it shows more. */
  view() {
    const bounds = this.chart.map.getBounds(), whole = bounds.getEast() - bounds.getWest() >= 360;
    const [west, east] = whole ? [-180, 180] : [turned(bounds.getWest()), turned(bounds.getEast())];
    return [west, bounds.getSouth(), east, bounds.getNorth()].map((degrees) => degrees.toFixed(3)).join(",");
  }

  nearAndListed() {
    this.nearBy.draw();
    this.list.draw();
  }

  tick() {
    this.showTime();
    this.selection.tick();
    this.nearAndListed();
  }

  showTime() {
    showClock(this.picture.clock.now());
    const at = this.picture.now(), box = byId("time-at");
    if (document.activeElement !== box) box.value = dtg(at);
    this.timebar.point(at);
  }

  counted() {
    const { layer } = this.picture;
    byId("filter-count").textContent = t("%(shown)s of %(all)s", { shown: count(layer.fitting()), all: count(layer.fleet.count) });
  }

  // Filter

  filterChanged() {
    const form = new FormData(byId("filter"));
    const all = everything();
    this.filter = {
      ...all,
      kinds: KINDS.filter((kind) => form.getAll("kind").includes(kind)),
      minKn: Number(form.get("min_kn")) || 0,
      seenMin: Number(form.get("seen_min")) || null,
      source: String(form.get("source")),
      alerts: form.get("alerts") === "1",
    };
    const { layer } = this.picture;
    layer.filter = numbers(this.filter);
    layer.tint = form.get("colour") === "type" ? 1 : 0;
    document.body.dataset.colour = String(form.get("colour"));
    layer.map?.triggerRepaint();
    this.counted();
    this.list.draw(true);
    this.exportLinks();
    this.write();
  }

  /** @param {Event} event */
  resetFilter(event) {
    event.preventDefault();
    const form = byId("filter");
    for (const input of form.querySelectorAll("input")) input.type === "checkbox" ? (input.checked = input.name === "kind") : (input.value = "");
    for (const select of form.querySelectorAll("select")) select.selectedIndex = 0;
    this.filterChanged();
  }

  exportLinks() {
    const query = new URLSearchParams();
    writeFilter(this.filter, query);
    for (const link of document.querySelectorAll("[data-export]")) {
      /** @type {HTMLAnchorElement} */ (link).href = `/export/${/** @type {HTMLElement} */ (link).dataset.export}?${query}`;
    }
  }

  // Selection, alerts

  /** @param {number} mmsi @param {boolean} fly */
  select(mmsi, fly) {
    return this.selection.choose(mmsi, { fly });
  }

  selectionChanged() {
    byId("thumb-follow").setAttribute("aria-pressed", String(this.selection.following));
    this.list.selected = this.nearBy.selected = this.selection.mmsi;
    this.nearBy.draw();
    this.list.draw(true);
    this.write();
  }

  /** @param {string} id */
  async showAlert(id) {
    await this.shape.show(id, { fly: true });
    this.write();
  }

  /** Links to vessels and alerts stay on the map. @param {MouseEvent} event */
  linked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = /** @type {Element} */ (event.target);
    const vessel = /** @type {HTMLElement | null} */ (target.closest("[data-vessel]")), alert = /** @type {HTMLElement | null} */ (target.closest("[data-show-alert]"));
    if (vessel) this.select(Number(vessel.dataset.vessel), true);
    else if (alert) this.toAlert(alert.dataset.showAlert ?? "");
    else return;
    event.preventDefault();
  }

  /** @param {string} id */
  toAlert(id) {
    this.inbox.current = id;
    this.inbox.dress();
    this.showAlert(id);
  }

  /** A click takes the nearest vessel; a second click at the same place the one beneath it. @param {any} event */
  clicked(event) {
    if (this.measure.on) return this.measure.click(event.lngLat);
    const { layer } = this.picture, found = layer.near(event.lngLat, PICK_PX).map((slot) => layer.fleet.mmsi[slot]);
    if (!found.length) return this.select(0, false);
    this.select(found[(found.indexOf(this.selection.mmsi) + 1) % found.length], false);
  }

  /** The pointer moved over the map. @param {{lng: number, lat: number}} place @param {{x: number, y: number}} point */
  moved(place, point) {
    this.measure.move(place);
    const [slot] = this.measure.on ? [] : this.picture.layer.near(place, PICK_PX);
    byId("map").classList.toggle("over", slot !== undefined);
    this.tip.show(slot, point);
    const own = `${bearing(bearingDeg(this.own[1], this.own[0], place.lat, place.lng))}T ${distance(distanceM(this.own[1], this.own[0], place.lat, place.lng))}`;
    byId("readout").textContent = `${position(place.lat, place.lng)}   ${this.measure.text() || `${own} ${t("from own area")}`}`;
    byId("readout").hidden = false;
  }

  /** The pointer left the map. */
  left() {
    this.tip.show(undefined, { x: 0, y: 0 });
    byId("readout").hidden = !this.measure.text();
  }

  toggleMeasure() {
    this.measure.switch(!this.measure.on, this.selection.where());
    byId("tool-measure").setAttribute("aria-pressed", String(this.measure.on));
  }

  /** @param {string} text */
  measured(text) {
    if (!text) return;
    byId("readout").hidden = false;
    byId("readout").textContent = text;
  }

  // Look

  /** @param {string} palette */
  palette(palette) {
    choosePalette(palette, () => this.restyle());
  }

  async restyle() {
    await this.chart.restyle();
    this.timebar.draw();
    this.selection.fetch();
  }

  /** @param {string} id */
  openMenu(id) {
    const menu = /** @type {HTMLDetailsElement | null} */ (document.getElementById(id));
    if (!menu) return;
    menu.open = true;
    /** @type {HTMLElement | null} */ (menu.querySelector("a, input"))?.focus();
  }

  escape() {
    if (closeOne()) return;
    if (this.measure.on) this.toggleMeasure();
    else if (this.list.shown) this.list.open(false);
    else if (this.selection.mmsi) this.select(0, false);
    else if (this.shape.id) this.showAlert("");
  }

  write() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => writeAddress({
      center: this.chart.map.getCenter(), zoom: this.chart.map.getZoom(), filter: this.filter,
      at: this.picture.mode === "replay" ? this.picture.player.at : null, vessel: this.selection.mmsi, alert: this.shape.id,
    }), WRITE_MS);
  }
}

byId("needs-scripts").remove();
await loadWords();
await document.fonts.load('13px "Pretendard Variable"');
try {
  /** @type {any} */ (window).hanbada = new Console();
} catch (fault) {
  if (canDraw()) throw fault;
  byId("trouble").textContent = t("This browser cannot draw the map; the list of vessels says the same.");
  byId("trouble").hidden = false;
}
document.body.dataset.ready = "1";

// The map console: puts the parts together. Each part knows only what it is given here.

import { readAddress, writeAddress } from "./address.js";
import { AlertShape } from "./alert-shape.js";
import { ChartMap, canDraw } from "./chart.js";
import { numbers } from "./filter.js";
import { Doubt } from "./doubt.js";
import { sighted } from "./sighted.js";
import { warned } from "./warned.js";
import { FilterForm } from "./filter-form.js";
import { Graticule } from "./graticule.js";
import { Inbox } from "./inbox.js";
import { closeOne, keyboard, openList } from "./keys.js";
import { Measure } from "./measure.js";
import { Names } from "./names.js";
import { NearBy } from "./near-by.js";
import { bearing, distance, position, turned } from "./nautical.js";
import { vesselColours } from "./palette.js";
import { Partners } from "./partners.js";
import { Picture } from "./picture.js";
import { Search } from "./search.js";
import { Selection } from "./selection.js";
import { choosePalette, languages, menus, nextPalette, palettes } from "./shell.js";
import { bearingDeg, distanceM } from "./sphere.js";
import { TimeControls } from "./time-controls.js";
import { Tip } from "./tip.js";
import { VesselList } from "./vessel-list.js";
import { Zones } from "./zones.js";
import { loadWords, t } from "./words.js";

const PICK_PX = 11;
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
      changed: () => this.changed(), tick: () => this.tick(), mode: () => this.time.modeChanged(),
      events: (events) => this.inbox.heard(events), state: (state) => this.time.state(state),
    });
    const { layer } = this.picture;
    this.chart.overlay(() => {
      layer.colours = vesselColours();
      if (!this.chart.map.getLayer("vessels")) this.chart.map.addLayer(/** @type {any} */ (layer));
    });
    this.zones = new Zones(this.chart);
    const at = () => (this.picture.mode === "live" ? null : this.picture.now());
    this.doubt = new Doubt(this.chart, at);
    this.sighted = sighted(this.chart, at);
    this.warned = warned(this.chart, at);
    this.graticule = new Graticule(this.chart, byId("scale"));
    this.names = new Names();
    this.nearBy = new NearBy(this.chart, this.picture, this.names);
    this.tip = new Tip(box, this.picture, this.names);
    this.time = new TimeControls(this.picture, {
      moved: () => this.write(), live: () => this.selection.fetch(), trouble: (text) => this.trouble(text), mark: (id) => this.toAlert(id),
    });
    this.form = new FilterForm(() => this.filterChanged());
    this.selection = new Selection(this.chart, this.picture, {
      changed: () => this.selectionChanged(), track: (parts) => this.time.bar.speed(parts), stop: () => {},
    });
    this.partners = byId("map").dataset.partners ? new Partners(this.chart, { close: () => this.select(0, false) }) : null;
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
    this.time.bar.refresh();
    if (this.place.at) await this.time.seek(this.place.at);
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
    this.wireKeys();
    palettes(() => this.restyle());
    languages();
    menus();
    document.addEventListener("click", (event) => this.linked(event));
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

  wireKeys() {
    keyboard({
      j: () => this.inbox.step(1), k: () => this.inbox.step(-1), a: () => this.inbox.press("acknowledge"),
      z: () => this.inbox.press("snooze"), i: () => this.inbox.press("incident"),
      f: () => this.selection.follow(), m: () => this.toggleMeasure(), t: () => this.selection.toggleTrack(), c: () => this.selection.toggleForecast(),
      n: () => this.palette(nextPalette()), N: () => this.palette("day"), l: () => this.time.live(),
      v: () => this.list.open(!this.list.shown), e: () => this.openMenu("tool-export"),
      " ": () => this.time.playPause(), ",": () => this.time.step(-1), ".": () => this.time.step(1),
      "[": () => this.time.pace(-1), "]": () => this.time.pace(1), Escape: () => this.escape(),
    });
  }

  /** @param {string} text */
  trouble(text) {
    byId("trouble").textContent = text;
    byId("trouble").hidden = !text;
  }

  // Picture

  changed() {
    this.form.count(this.picture.layer);
    this.selection.update();
    this.list.draw();
    this.time.show();
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
    this.time.show();
    this.selection.tick();
    this.nearAndListed();
  }

  // Filter

  filterChanged() {
    const { layer } = this.picture;
    this.filter = this.form.read();
    layer.filter = numbers(this.filter);
    layer.tint = this.form.tint();
    layer.map?.triggerRepaint();
    this.form.count(layer);
    this.list.draw(true);
    this.write();
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
    this.time.bar.draw();
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

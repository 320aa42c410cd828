// What lies under the pointer, in two lines beside it: who it is, how it moves, how old that is.

import { KINDS, LOST, SIMULATED } from "./frames.js";
import { bearing, speed } from "./nautical.js";
import { age, kindWords, t } from "./words.js";

const AWAY_PX = 14;

export class Tip {
  /** @param {HTMLElement} box the map @param {import("./picture.js").Picture} picture @param {import("./names.js").Names} names */
  constructor(box, picture, names) {
    this.box = box;
    this.picture = picture;
    this.names = names;
    this.tip = Object.assign(document.createElement("p"), { className: "tip panel", hidden: true });
    this.mmsi = 0;
    box.append(this.tip);
  }

  /** @param {number | undefined} slot @param {{x: number, y: number}} point */
  show(slot, point) {
    this.tip.hidden = slot === undefined;
    if (slot === undefined) return void (this.mmsi = 0);
    const { fleet, clock } = this.picture.layer, mmsi = fleet.mmsi[slot], flags = fleet.flags[slot];
    const figures = [
      kindWords()[KINDS[fleet.kind[slot]]],
      ...(Number.isNaN(fleet.sog[slot]) ? [] : [speed(fleet.sog[slot])]),
      ...(Number.isNaN(fleet.cog[slot]) ? [] : [bearing(fleet.cog[slot])]),
      age(clock() - fleet.at[slot]), ...(flags & LOST ? [t("lost")] : []),
    ];
    const name = Object.assign(document.createElement("bdi"), { textContent: this.names.of(mmsi) });
    const first = document.createElement("strong");
    first.append(name, ...(flags & SIMULATED ? [` ${t("SIMULATED")}`] : []));
    this.tip.replaceChildren(first, document.createElement("br"), figures.join(" · "));
    const left = point.x > this.box.clientWidth / 2;
    this.tip.style.transform = `translate(${point.x + (left ? -AWAY_PX : AWAY_PX)}px, ${point.y + AWAY_PX}px)${left ? " translateX(-100%)" : ""}`;
    if (this.mmsi === mmsi) return;
    this.mmsi = mmsi;
    this.names.learn([mmsi]).then((came) => came && this.mmsi === mmsi && (name.textContent = this.names.of(mmsi)));
  }
}

// Names of vessels, asked for once and kept: the list, the labels on the chart and the tip share them.

const AT_ONCE = 200;

export class Names {
  constructor() {
    /** @type {Map<number, string>} */
    this.known = new Map();
    this.asking = false;
  }

  /** A vessel's name, its MMSI as long as none is known. @param {number} mmsi */
  of(mmsi) {
    return this.known.get(mmsi) ?? String(mmsi);
  }

  /** Ask for names not known yet. @param {number[]} mmsis @returns {Promise<boolean>} whether any came */
  async learn(mmsis) {
    const missing = mmsis.filter((mmsi) => !this.known.has(mmsi)).slice(0, AT_ONCE);
    if (!missing.length || this.asking) return false;
    this.asking = true;
    const answer = await fetch(`/vessels/names?mmsi=${missing.join(",")}`).catch(() => null);
    this.asking = false;
    if (!answer?.ok) return false;
    const found = await answer.json();
    for (const mmsi of missing) this.known.set(mmsi, found[mmsi] ?? String(mmsi));
    return true;
  }
}

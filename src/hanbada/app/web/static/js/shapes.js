// Shapes that the node draws for the moment shown, as a layer that can be switched off: asked for again and again.

const NOTHING = { type: "FeatureCollection", features: [] };

export class Shapes {
  /**
   * @param {import("./chart.js").ChartMap} chart
   * @param {() => number | null} at seconds of the moment shown, null when live
   * @param {{layer: keyof import("./chart-style.js").Layers, address: string, againMs: number, draw: (map: any) => void}} what
   */
  constructor(chart, at, what) {
    this.chart = chart;
    this.at = at;
    this.what = what;
    this.data = NOTHING;
    chart.overlay(() => this.put());
    this.load();
    setInterval(() => this.load(), what.againMs);
  }

  async load() {
    const { layer, address } = this.what;
    if (!this.chart.layers[layer]) return;
    const at = this.at();
    const answer = await fetch(at === null ? address : `${address}?at=${at}`).catch(() => null);
    if (!answer?.ok) return;
    this.data = await answer.json();
    await this.chart.ready;
    /** @type {any} */ (this.chart.map.getSource(layer))?.setData(this.data);
  }

  put() {
    const { map, layers } = this.chart;
    map.addSource(this.what.layer, { type: "geojson", data: /** @type {any} */ (this.data) });
    if (!layers[this.what.layer]) return;
    this.what.draw(map);
    this.load();
  }
}

// The vessels on the map: a custom layer of MapLibre that draws a Fleet, once for each visible copy of the world.

import { fits, numbers, everything } from "./filter.js";
import { ALERT, WATCHED } from "./frames.js";
import { STRIDE, mercatorX, mercatorY } from "./fleet.js";
import { FRAGMENT, VERTEX } from "./vessel-shaders.js";

export const LIVE_LONGEST_S = 180; // reckoned ahead no longer than this: beyond, the last report is all we know
const NEAR_SLOTS = 512; // changed slots closer than this are sent together
const RAISED = ALERT | WATCHED;
const EDGE_PX = 20; // half an alarm's ring
const CELL_PX = 32; // room for vessels is reckoned by squares of this size, up to twice as large between whole zooms
const SHARE = 0.4; // of a square that its vessels may cover
const ROOM_PX = 24; // the most room told, as the shader has it: 255 in the texture

/** @param {WebGL2RenderingContext} gl @param {number} type @param {string} text */
function compiled(gl, type, text) {
  const shader = /** @type {WebGLShader} */ (gl.createShader(type));
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
  return shader;
}

/** @param {WebGL2RenderingContext} gl */
function linked(gl) {
  const program = gl.createProgram();
  gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "program");
  return program;
}

/** Vessels in a square, its neighbours counting half: no size jumps at an edge. @param {Uint16Array} cells @param {number} columns @param {number} rows @param {number} column @param {number} row */
function around(cells, columns, rows, column, row) {
  const i = row * columns + column, own = cells[i];
  const west = column ? cells[i - 1] : 0, east = column + 1 < columns ? cells[i + 1] : 0;
  const north = row ? cells[i - columns] : 0, south = row + 1 < rows ? cells[i + columns] : 0;
  return Math.max(own, (own * 2 + west + east + north + south) / 4);
}

export class VesselLayer {
  /** @param {import("./fleet.js").Fleet} fleet @param {() => number} clock time of the picture in seconds */
  constructor(fleet, clock) {
    this.id = "vessels";
    this.type = /** @type {"custom"} */ ("custom");
    this.renderingMode = /** @type {"2d"} */ ("2d");
    this.fleet = fleet;
    this.clock = clock;
    this.longest = LIVE_LONGEST_S;
    this.filter = numbers(everything());
    this.tint = 1; // how much of its type's colour a vessel shows
    this.frames = 0;
    this.visible = 0; // vessels in the view, and a little beyond
    this.raised = 0; // of them, those drawn last, over all others
    this.seen = new Uint32Array(1024); // their slots, the raised at the end
    this.grid = { x: 0, y: 0, cell: 1, columns: 1, rows: 1, cells: new Uint16Array(1), room: new Uint8Array(1) };
    this.room = 0; // slots the buffer holds
    this.stale = true;
    /** @type {(Uint32Array | number[])[]} */
    this.waiting = [];
    /** @type {{ship: number[], alarm: number[], watched: number[], types: number[], halo: number[]} | null} */
    this.colours = null;
  }

  /** @param {any} map @param {WebGL2RenderingContext} gl */
  onAdd(map, gl) {
    this.map = map;
    this.gl = gl;
    this.program = linked(gl);
    this.uniforms = new Map();
    const many = gl.getProgramParameter(this.program, gl.ACTIVE_UNIFORMS);
    for (let i = 0; i < many; i++) {
      const name = /** @type {WebGLActiveInfo} */ (gl.getActiveUniform(this.program, i)).name;
      this.uniforms.set(name.replace("[0]", ""), gl.getUniformLocation(this.program, name));
    }
    this.makeBuffers(gl);
    this.room = 0;
    this.upload();
  }

  /** @param {WebGL2RenderingContext} gl */
  makeBuffers(gl) {
    this.buffer = gl.createBuffer();
    this.indices = gl.createBuffer();
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, offset] of /** @type {[string, number][]} */ ([["a_high", 0], ["a_low", 8], ["a_velocity", 16], ["a_way", 24]])) {
      const at = gl.getAttribLocation(this.program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, 2, gl.FLOAT, false, STRIDE, offset);
    }
    const bytes = gl.getAttribLocation(this.program, "a_bytes");
    gl.enableVertexAttribArray(bytes);
    gl.vertexAttribIPointer(bytes, 4, gl.UNSIGNED_BYTE, STRIDE, 32);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.indices);
    gl.bindVertexArray(null);
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    for (const [what, how] of [[gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.LINEAR], [gl.TEXTURE_WRAP_S, gl.REPEAT], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]]) gl.texParameteri(gl.TEXTURE_2D, what, how);
    gl.bindTexture(gl.TEXTURE_2D, null);
  }

  onRemove() {
    this.gl = undefined;
  }

  /** Draw another fleet (live or replay). @param {import("./fleet.js").Fleet} fleet @param {() => number} clock @param {number} longest */
  show(fleet, clock, longest) {
    this.fleet = fleet;
    this.clock = clock;
    this.longest = longest;
    this.upload();
  }

  /** Have everything sent with the next picture. */
  upload() {
    this.stale = true;
    this.waiting = [];
    this.map?.triggerRepaint();
  }

  /** Have the slots that changed sent with the next picture. @param {Uint32Array | number[]} slots */
  patch(slots) {
    this.waiting.push(slots);
    this.map?.triggerRepaint();
  }

  /** Send what waits. Only while rendering: at any other time the map counts on its own bindings. @param {WebGL2RenderingContext} gl */
  send(gl) {
    if (!this.stale && !this.waiting.length) return;
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    if (this.stale || this.room < this.fleet.capacity) {
      gl.bufferData(gl.ARRAY_BUFFER, this.fleet.bytes, gl.DYNAMIC_DRAW);
      this.room = this.fleet.capacity;
    } else for (const slots of this.waiting) this.sendRanges(gl, slots);
    this.stale = false;
    this.waiting = [];
  }

  /** Send some slots, neighbours together. @param {WebGL2RenderingContext} gl @param {Uint32Array | number[]} slots */
  sendRanges(gl, slots) {
    const sorted = Uint32Array.from(slots).sort(), { bytes } = this.fleet;
    for (let i = 0; i < sorted.length; ) {
      const first = sorted[i];
      let last = first;
      for (i++; i < sorted.length && sorted[i] - last < NEAR_SLOTS; i++) last = sorted[i];
      gl.bufferSubData(gl.ARRAY_BUFFER, first * STRIDE, bytes, first * STRIDE, (last + 1 - first) * STRIDE);
    }
  }

  /** @param {WebGL2RenderingContext} gl @param {any} args */
  render(gl, args) {
    this.frames++;
    this.send(gl);
    if (!this.fleet.size || !this.colours) return;
    const bounds = this.map.getBounds();
    this.crowd(bounds);
    gl.useProgram(this.program);
    this.place(gl, args.defaultProjectionData.mainMatrix);
    this.dress(gl);
    this.spread(gl);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindVertexArray(this.array);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.seen.subarray(0, this.visible), gl.STREAM_DRAW);
    this.drawCopies(gl, bounds, 0, this.visible - this.raised);
    this.drawCopies(gl, bounds, this.visible - this.raised, this.raised);
    gl.bindVertexArray(null);
  }

  /** @param {WebGL2RenderingContext} gl @param {any} bounds @param {number} first in `seen` @param {number} many */
  drawCopies(gl, bounds, first, many) {
    if (!many) return;
    const west = Math.floor((bounds.getWest() + 180) / 360), east = Math.floor((bounds.getEast() + 180) / 360);
    for (let copy = west; copy <= east; copy++) {
      gl.uniform1f(this.uniforms.get("u_copy"), copy);
      gl.drawElements(gl.POINTS, many, gl.UNSIGNED_INT, first * 4);
    }
  }

  /** The matrix about the middle of the view, so that 32-bit numbers stay exact to the metre. @param {WebGL2RenderingContext} gl @param {ArrayLike<number>} matrix */
  place(gl, matrix) {
    const center = this.map.getCenter(), x = mercatorX(center.lng), y = mercatorY(center.lat);
    const moved = Float64Array.from(matrix);
    for (let row = 0; row < 4; row++) moved[12 + row] = matrix[row] * x + matrix[4 + row] * y + matrix[12 + row];
    gl.uniformMatrix4fv(this.uniforms.get("u_matrix"), false, Float32Array.from(moved));
    gl.uniform2f(this.uniforms.get("u_center_high"), Math.fround(x), Math.fround(y));
    gl.uniform2f(this.uniforms.get("u_center_low"), x - Math.fround(x), y - Math.fround(y));
  }

  /** Colours and time. @param {WebGL2RenderingContext} gl */
  dress(gl) {
    const set = (/** @type {string} */ name) => this.uniforms.get(name);
    const colours = /** @type {NonNullable<VesselLayer["colours"]>} */ (this.colours);
    gl.uniform3fv(set("u_ship"), colours.ship);
    gl.uniform3fv(set("u_halo"), colours.halo);
    gl.uniform3fv(set("u_alarm"), colours.alarm);
    gl.uniform3fv(set("u_watched"), colours.watched);
    gl.uniform3fv(set("u_types"), colours.types);
    gl.uniform1f(set("u_tint"), this.tint);
    gl.uniform1f(set("u_now"), this.clock() - this.fleet.origin);
    gl.uniform1f(set("u_longest"), this.longest);
    gl.uniform1f(set("u_ratio"), window.devicePixelRatio);
  }

  /** Find the vessels in view that fit, and count them by squares. The squares are tied to the chart: moving it changes no size. @param {any} bounds */
  crowd(bounds) {
    const { x, y, kind, flags, sog, at, size } = this.fleet, now = this.clock();
    const { north, south, west, wide } = this.frame(bounds), grid = this.lay(west, wide, north, south);
    const { cell, columns, cells } = grid, left = grid.x, top = grid.y;
    if (this.seen.length < size) this.seen = new Uint32Array(this.fleet.capacity);
    const raised = [];
    let ordinary = 0;
    for (let i = 0; i < size; i++) {
      if (kind[i] > 7 || y[i] < north || y[i] > south || !fits(this.filter, kind[i], flags[i], sog[i], now - at[i])) continue;
      const over = x[i] - left, column = Math.floor((over - Math.floor(over)) / cell);
      if (column >= columns) continue;
      cells[Math.floor((y[i] - top) / cell) * columns + column]++;
      if (flags[i] & RAISED) raised.push(i);
      else this.seen[ordinary++] = i;
    }
    this.seen.set(raised, ordinary);
    this.raised = raised.length;
    this.visible = ordinary + this.raised;
  }

  /** The view in the Mercator square, with room for what lies on its edge or is reckoned into it. @param {any} bounds */
  frame(bounds) {
    const edge = EDGE_PX / (512 * 2 ** this.map.getZoom()) + 0.0001; // what 180 s at 40 kn can add
    const west = mercatorX(bounds.getWest()) - edge;
    return { north: mercatorY(bounds.getNorth()) - edge, south: mercatorY(bounds.getSouth()) + edge, west, wide: mercatorX(bounds.getEast()) + edge - west };
  }

  /** An empty grid over the view; never wider than the world. @param {number} west @param {number} wide @param {number} north @param {number} south */
  lay(west, wide, north, south) {
    const zoom = this.map.getZoom(), across = 2 ** (Math.floor(zoom) + 4), cell = 1 / across;
    const x = Math.floor(west / cell) - 1, y = Math.floor(north / cell) - 1;
    const columns = Math.min(across, Math.ceil(wide / cell) + 3), rows = Math.ceil((south - north) / cell) + 3, all = columns * rows;
    const { grid } = this, large = grid.cells.length >= all;
    const cells = large ? grid.cells.fill(0) : new Uint16Array(all);
    this.grid = { x: x * cell, y: y * cell, cell, columns, rows, cells, room: large ? grid.room : new Uint8Array(all) };
    return this.grid;
  }

  /** Tell the graphics card how much room a vessel has where. @param {WebGL2RenderingContext} gl */
  spread(gl) {
    const { x, y, cell, columns, rows, cells, room } = this.grid;
    const px = cell * 512 * 2 ** this.map.getZoom(), area = px * px * SHARE;
    for (let row = 0, i = 0; row < rows; row++) for (let column = 0; column < columns; column++, i++) room[i] = Math.min(255, (Math.sqrt(area / Math.max(1, around(cells, columns, rows, column, row))) * 255) / ROOM_PX);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, columns, rows, 0, gl.RED, gl.UNSIGNED_BYTE, room);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.uniform1i(this.uniforms.get("u_room"), 0);
    gl.uniform2f(this.uniforms.get("u_grid_high"), Math.fround(x), Math.fround(y));
    gl.uniform2f(this.uniforms.get("u_grid_low"), x - Math.fround(x), y - Math.fround(y));
    gl.uniform2f(this.uniforms.get("u_grid_span"), columns * cell, rows * cell);
  }

  /** The slots of vessels in view that fit. */
  inView() {
    const { fleet } = this, bounds = this.map.getBounds();
    this.crowd(bounds);
    const north = mercatorY(bounds.getNorth()), south = mercatorY(bounds.getSouth());
    const west = mercatorX(bounds.getWest()), wide = mercatorX(bounds.getEast()) - west;
    return [...this.seen.subarray(0, this.visible)].filter((i) => fleet.y[i] >= north && fleet.y[i] <= south && (fleet.x[i] - west) - Math.floor(fleet.x[i] - west) <= wide);
  }

  /** How many vessels fit, wherever they are. */
  fitting() {
    const { kind, flags, sog, at, size } = this.fleet, now = this.clock();
    let found = 0;
    for (let i = 0; i < size; i++) if (kind[i] < 8 && fits(this.filter, kind[i], flags[i], sog[i], now - at[i])) found++;
    return found;
  }

  /** The vessels drawn within some pixels of a point, nearest first; raised ones before others. @param {{lng: number, lat: number}} point @param {number} px @returns {number[]} slots */
  near(point, px) {
    const scale = 512 * 2 ** this.map.getZoom(), reach = px / scale, now = this.clock();
    const px0 = mercatorX(point.lng), py0 = mercatorY(point.lat), found = [];
    const { y, kind, flags, sog, at, size } = this.fleet;
    const margin = reach + 0.0001; // what 180 s at 40 kn can add
    for (let i = 0; i < size; i++) {
      if (kind[i] > 7 || Math.abs(y[i] - py0) > margin || !fits(this.filter, kind[i], flags[i], sog[i], now - at[i])) continue;
      const [vx, vy] = this.fleet.reckoned(i, now, this.longest);
      const dx = ((((vx - px0 + 0.5) % 1) + 1) % 1) - 0.5, way = Math.hypot(dx, vy - py0);
      if (way < reach) found.push({ slot: i, order: way - (flags[i] & RAISED ? reach : 0) });
    }
    return found.sort((a, b) => a.order - b.order).map((hit) => hit.slot);
  }
}

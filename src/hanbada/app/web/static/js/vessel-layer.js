// The vessels on the map: a custom layer of MapLibre that draws a Fleet, once for each visible copy of the world.

import { fits, numbers, everything } from "./filter.js";
import { ALERT, WATCHED } from "./frames.js";
import { STRIDE, mercatorX, mercatorY } from "./fleet.js";
import { FRAGMENT, VERTEX } from "./vessel-shaders.js";

export const LIVE_LONGEST_S = 180; // reckoned ahead no longer than this: beyond, the last report is all we know
const NEAR_SLOTS = 512; // changed slots closer than this are sent together
const RAISED = ALERT | WATCHED;
const SHAPE_PX = 7; // from this size a vessel is drawn as a shape, below as a square of light

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
    this.byType = false;
    this.raised = 0;
    this.frames = 0;
    this.visible = 0;
    this.room = 0; // slots the buffer holds
    this.stale = true;
    /** @type {(Uint32Array | number[])[]} */
    this.waiting = [];
    /** @type {{ship: number[], alarm: number[], watched: number[], types: number[]} | null} */
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
  }

  onRemove() {
    this.gl = undefined;
  }

  /** Draw another fleet (live or replay). @param {import("./fleet.js").Fleet} fleet @param {() => number} clock @param {number} longest */
  show(fleet, clock, longest) {
    Object.assign(this, { fleet, clock, longest });
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
    this.raise(gl);
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

  /** Find the vessels drawn last, over all others. @param {WebGL2RenderingContext} gl */
  raise(gl) {
    const { flags, size } = this.fleet, found = [];
    for (let slot = 0; slot < size; slot++) if (flags[slot] & RAISED) found.push(slot);
    this.raised = found.length;
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, new Uint32Array(found), gl.DYNAMIC_DRAW);
  }

  /** @param {WebGL2RenderingContext} gl @param {any} args */
  render(gl, args) {
    this.frames++;
    this.send(gl);
    if (!this.fleet.size || !this.colours) return;
    const bounds = this.map.getBounds();
    this.visible = this.inBounds(bounds);
    gl.useProgram(this.program);
    this.place(gl, args.defaultProjectionData.mainMatrix);
    this.dress(gl);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindVertexArray(this.array);
    for (const pass of [0, 1]) {
      gl.uniform1ui(this.uniforms.get("u_pass"), pass);
      this.drawCopies(gl, bounds, pass);
    }
    gl.bindVertexArray(null);
  }

  /** @param {WebGL2RenderingContext} gl @param {any} bounds @param {number} pass */
  drawCopies(gl, bounds, pass) {
    const west = Math.floor((bounds.getWest() + 180) / 360), east = Math.floor((bounds.getEast() + 180) / 360);
    for (let copy = west; copy <= east; copy++) {
      gl.uniform1f(this.uniforms.get("u_copy"), copy);
      if (pass === 0) gl.drawArrays(gl.POINTS, 0, this.fleet.size);
      else if (this.raised) gl.drawElements(gl.POINTS, this.raised, gl.UNSIGNED_INT, 0);
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

  /** Colours, filter, and a size that falls as vessels crowd the view. @param {WebGL2RenderingContext} gl */
  dress(gl) {
    const set = (/** @type {string} */ name) => this.uniforms.get(name);
    const colours = /** @type {NonNullable<VesselLayer["colours"]>} */ (this.colours), f = this.filter;
    gl.uniform3fv(set("u_ship"), colours.ship);
    gl.uniform3fv(set("u_alarm"), colours.alarm);
    gl.uniform3fv(set("u_watched"), colours.watched);
    gl.uniform3fv(set("u_types"), colours.types);
    gl.uniform1ui(set("u_by_type"), this.byType ? 1 : 0);
    gl.uniform1ui(set("u_mask"), f.mask);
    gl.uniform1ui(set("u_source"), f.source);
    gl.uniform1ui(set("u_alerts"), f.alerts);
    gl.uniform1f(set("u_min_tenths"), f.minKn * 10 - 0.001);
    gl.uniform1f(set("u_seen"), f.seenS);
    gl.uniform1f(set("u_now"), this.clock() - this.fleet.origin);
    gl.uniform1f(set("u_longest"), this.longest);
    const { px, shaped } = this.look(), ratio = window.devicePixelRatio;
    gl.uniform1f(set("u_size"), px * ratio);
    gl.uniform1f(set("u_shaped"), shaped ? 1 : 0);
    gl.uniform1f(set("u_alpha"), shaped ? 1 : Math.max(0.4, Math.min(1, px / 3)));
  }

  /** How large an ordinary vessel is drawn, in CSS pixels: a fifth of the view at most is covered. */
  look() {
    const canvas = this.map.getCanvas();
    const share = Math.sqrt((canvas.clientWidth * canvas.clientHeight * 0.2) / Math.max(1, this.visible));
    const shaped = share >= SHAPE_PX;
    return { shaped, px: shaped ? Math.min(17, Math.max(9, share * 1.4)) : Math.max(1.5, Math.min(2.6, share * 0.6)) };
  }

  /** How many vessels that fit lie in the view. @param {any} bounds */
  inBounds(bounds) {
    const { x, y, kind, flags, sog, at, size } = this.fleet, now = this.clock();
    const north = mercatorY(bounds.getNorth()), south = mercatorY(bounds.getSouth());
    const west = mercatorX(bounds.getWest()), wide = mercatorX(bounds.getEast()) - west;
    let found = 0;
    for (let i = 0; i < size; i++) {
      if (kind[i] > 7 || y[i] < north || y[i] > south) continue;
      const copies = Math.floor(wide - ((((x[i] - west) % 1) + 1) % 1)) + 1;
      if (copies > 0 && fits(this.filter, kind[i], flags[i], sog[i], now - at[i])) found += copies;
    }
    return found;
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

// One point a vessel. The vertex shader reckons it forward to now and decides what it looks like; the fragment shader
// draws an arrow, a dot, a ring about an alarm. Instanced triangles cost ten times as much without a real GPU.

export const VERTEX = `#version 300 es
precision highp float;
uniform mat4 u_matrix;
uniform vec2 u_center_high, u_center_low, u_grid_high, u_grid_low, u_grid_span;
uniform float u_copy, u_now, u_longest, u_ratio, u_tint;
uniform vec3 u_ship, u_alarm[4], u_watched, u_types[8];
uniform sampler2D u_room;                  // pixels there are for a vessel, by place
in vec2 a_high, a_low, a_velocity, a_way;  // a_way: direction in radians, time of the report
in uvec4 a_bytes;                          // kind, flags, whether it lies still
flat out vec4 v_colour;
flat out vec4 v_shape;                     // sine, cosine, form (0 speck, 1 dot, 2 arrow), pixels of the sprite
flat out vec4 v_marks;                     // pixels of the body, ring, hollow, crossed
const float ROOM_PX = 24., ARROW_PX = 7.;
void main() {
  uint flags = a_bytes.y;
  float age = u_now - a_way.y;
  bool grave = (flags & 1u) > 0u, raised = (flags & 3u) > 0u;
  bool simulated = (flags & 4u) > 0u, lost = (flags & 8u) > 0u, still = a_bytes.z > 0u;
  vec2 place = (a_high - u_center_high) + (a_low - u_center_low) + a_velocity * clamp(age, 0., u_longest);
  gl_Position = u_matrix * vec4(place.x + u_copy, place.y, 0., 1.);
  vec2 cell = (a_high - u_grid_high) + (a_low - u_grid_low);
  float room = textureLod(u_room, vec2(fract(cell.x), cell.y) / u_grid_span, 0.).r * ROOM_PX;
  bool arrow = raised || room >= ARROW_PX;
  float size = arrow ? clamp(room * 1.3, 10., 15.) : clamp(room * .66, 1.8, 4.5);
  if (raised) size = max(size * 1.15, 13.);
  if (arrow && still) size *= .58;
  bool ring = grave && (flags >> 6) == 3u;
  lost = lost && arrow && !raised;
  float sprite = (ring ? max(size, 13.) * 1.75 : size) + (arrow ? 3. : size > 2.6 ? 1. : 0.);
  gl_PointSize = sprite * u_ratio;
  float tint = arrow ? u_tint : u_tint * .5;
  vec3 colour = grave ? u_alarm[flags >> 6] : raised ? u_watched : mix(u_ship, u_types[a_bytes.x], tint);
  float fade = raised ? 1. : clamp(1.15 - age / 3600., .5, 1.) * (arrow ? 1. : clamp(room * .2 + .4, .45, .9));
  v_colour = vec4(colour, fade);
  v_shape = vec4(sin(a_way.x), cos(a_way.x), arrow ? still ? 1. : 2. : size > 2.6 ? 1. : 0., sprite);
  v_marks = vec4(size, ring, simulated && arrow ? raised ? .55 : 1. : 0., lost);
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 u_halo;
flat in vec4 v_colour;
flat in vec4 v_shape;
flat in vec4 v_marks;
out vec4 o_colour;
float covered(float d) { return clamp(.5 - d, 0., 1.); } // of a pixel, from its distance to an edge in pixels
void main() {
  if (v_shape.z < .5) { o_colour = vec4(v_colour.rgb * v_colour.a, v_colour.a); return; }
  vec2 q = (gl_PointCoord - .5) * v_shape.w, p = q * 2. / v_marks.x;
  float d;
  if (v_shape.z < 1.5) d = (length(p) - .8) * v_marks.x * .5;
  else {
    float x = abs(p.x * v_shape.y + p.y * v_shape.x), y = p.x * v_shape.x - p.y * v_shape.y;
    d = max(x * .925 + (y - 1.) * .38, -(y + .56 + x * .42) * .92) * v_marks.x * .5;
  }
  float body = covered(d), edge = v_marks.x > 5. ? covered(d - 1.1) * .8 : body, ink = body;
  ink -= covered(d + 1.5) * v_marks.z;
  if (v_marks.w > .5) ink = max(body - covered(d + 1.2), covered(max(abs(abs(q.x) - abs(q.y)) * .7 - .3, length(q) - v_marks.x * .62))) * .8;
  if (v_marks.y > .5) {
    float r = abs(length(q) - v_shape.w * .5 + 2.6) - .8;
    ink = max(ink, covered(r));
    edge = max(edge, covered(r - 1.) * .8);
  }
  float a = max(edge, ink) * v_colour.a;
  if (a < .02) discard;
  o_colour = vec4(mix(u_halo, v_colour.rgb, ink / max(edge, ink)) * a, a);
}`;

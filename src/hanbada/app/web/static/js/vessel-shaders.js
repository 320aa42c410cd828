// One point a vessel. The vertex shader reckons it forward to now and decides what it looks like; the fragment shader
// draws a triangle, a dot, a cross over what is lost. Instanced triangles cost ten times as much without a real GPU.

export const VERTEX = `#version 300 es
precision highp float;
uniform mat4 u_matrix;
uniform vec2 u_center_high, u_center_low;
uniform float u_copy, u_now, u_longest, u_size, u_shaped, u_alpha, u_min_tenths, u_seen;
uniform uint u_mask, u_source, u_alerts, u_by_type, u_pass;
uniform vec3 u_ship, u_alarm[4], u_watched, u_types[8];
in vec2 a_high, a_low, a_velocity, a_way; // a_way: direction in radians, time of the report
in uvec4 a_bytes;                          // kind, flags, low bits of speed, high bits and still
flat out vec4 v_colour;
flat out vec4 v_shape;                     // sine, cosine, form (0 square, 1 dot, 2 triangle; 4 more if lost), size
void main() {
  uint flags = a_bytes.y;
  float age = u_now - a_way.y, tenths = float(a_bytes.z + ((a_bytes.w >> 1) << 8));
  bool grave = (flags & 1u) > 0u, watched = (flags & 2u) > 0u, raised = grave || watched;
  bool simulated = (flags & 4u) > 0u, still = (a_bytes.w & 1u) > 0u;
  bool fits = a_bytes.x < 8u && (u_mask & (1u << a_bytes.x)) > 0u && age <= u_seen && tenths >= u_min_tenths
    && (u_source == 0u || simulated == (u_source == 2u)) && (u_alerts == 0u || grave);
  if (!fits || raised != (u_pass == 1u)) { gl_Position = vec4(2., 2., 2., 1.); gl_PointSize = 1.; v_colour = v_shape = vec4(0.); return; }
  vec2 place = (a_high - u_center_high) + (a_low - u_center_low) + a_velocity * clamp(age, 0., u_longest);
  gl_Position = u_matrix * vec4(place.x + u_copy, place.y, 0., 1.);
  bool shaped = raised || u_shaped > .5;
  float size = raised ? max(u_shaped > .5 ? u_size * 1.35 : 9., u_size) : shaped && still ? u_size * .5 : u_size;
  if (raised && still) size *= .72;
  gl_PointSize = size;
  float fade = raised ? 1. : u_alpha * clamp(1.2 - age / 3000., .38, 1.);
  vec3 plain = u_by_type == 1u ? u_types[a_bytes.x] : u_ship;
  v_colour = vec4(grave ? u_alarm[flags >> 6] : watched ? u_watched : plain, fade);
  float form = shaped ? still ? 1. : 2. : 0.;
  v_shape = vec4(sin(a_way.x), cos(a_way.x), form + ((flags & 8u) > 0u && shaped ? 4. : 0.), size);
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec4 v_colour;
flat in vec4 v_shape;
out vec4 o_colour;
void main() {
  if (v_shape.z < .5) { o_colour = vec4(v_colour.rgb * v_colour.a, v_colour.a); return; }
  vec2 q = gl_PointCoord * 2. - 1.;
  bool lost = v_shape.z > 3.5;
  float form = lost ? v_shape.z - 4. : v_shape.z, d;
  if (form < 1.5) d = length(q) - .8;
  else {
    vec2 ahead = vec2(q.x * v_shape.y + q.y * v_shape.x, q.x * v_shape.x - q.y * v_shape.y);
    d = max(abs(ahead.x) * .93 + ahead.y * .37 - .36, -ahead.y - .8);
  }
  float edge = 1.7 / v_shape.w;
  if (lost) d = min(d, max(abs(abs(q.x) - abs(q.y)) - edge * .8, max(abs(q.x), abs(q.y)) - .95));
  float a = v_colour.a * clamp(.5 - d / edge, 0., 1.);
  if (a < .02) discard;
  o_colour = vec4(v_colour.rgb * a, a);
}`;

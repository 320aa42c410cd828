// The part of the map that the panels leave free.

/** How far the middle of what the panels leave free lies from the middle of the map, in pixels. @param {any} map @returns {[number, number]} */
export function offset(map) {
  const { top, bottom, left, right } = padding(map);
  return [(left - right) / 2, (top - bottom) / 2];
}

/** Space the panels take, in pixels. @param {any} map */
export function padding(map) {
  const { clientWidth: wide, clientHeight: high } = map.getContainer();
  if (wide < 760) return { top: 60, bottom: Math.min(0.5 * high, 420), left: 30, right: 30 };
  if (wide < 1100 || high < 480) return { top: 60, bottom: 150, left: 30, right: 340 };
  return { top: 70, bottom: 170, left: 250, right: 420 };
}

// The palette in force: read from the style sheet, so that page and chart have one source of colour.

/** Where the palette is set: the page, or in a notebook the map's own box. */
let root = document.documentElement;

/** @param {HTMLElement} box */
export const coloursOf = (box) => (root = box);

/** A colour token by its name in palettes.css. @param {string} name @returns {string} */
export const token = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

/** Red, green and blue in [0, 1] of a token. @param {string} name @returns {number[]} */
export function rgb(name) {
  const value = parseInt(token(name).slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** The colours of the vessel layer. */
export const vesselColours = () => ({
  ship: rgb("ships"),
  halo: rgb("halos"),
  alarm: ["ctnmk", "ctnmk", "wrnmk", "alrmk"].flatMap(rgb),
  watched: rgb("wtcmk"),
  types: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((n) => rgb(`typ${n}`)),
});

export const SPEED_STEPS_KN = [3, 8, 14, 20];
/** Colours of a track by speed, slow to fast: as light rises with speed, no hue needs to be told apart. */
export const speedColours = () => [0, 1, 2, 3, 4].map((n) => token(`spd${n}`));

/** The palette's name. */
export const paletteName = () => root.dataset.palette ?? "dusk";

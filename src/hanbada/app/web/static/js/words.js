// Messages in the reader's language: the scripts' share of the gettext catalogue.

let catalogue = { language: "en", messages: /** @type {Record<string, string | string[]>} */ ({}) };
let plural = new Intl.PluralRules("en");
let counting = new Intl.NumberFormat("en");

/** Load the catalogue the page names. @returns {Promise<void>} */
export async function loadWords() {
  const address = document.body.dataset.words;
  if (address) catalogue = await (await fetch(address)).json();
  plural = new Intl.PluralRules(catalogue.language);
  counting = new Intl.NumberFormat(catalogue.language);
}

/** @param {string} message @param {Record<string, string | number>} [values] @returns {string} */
export function t(message, values) {
  const found = catalogue.messages[message];
  return fill(typeof found === "string" ? found : message, values);
}

/** @param {string} one @param {string} many @param {number} n @returns {string} */
export function tn(one, many, n) {
  const found = catalogue.messages[one];
  const forms = Array.isArray(found) ? found : [one, many];
  const form = plural.select(n) === "one" ? forms[0] : forms[forms.length - 1];
  return fill(form, { num: count(n) });
}

/** Short age of a report. @param {number} s */
export function age(s) {
  if (s < 60) return t("%(n)s s", { n: Math.max(0, Math.round(s)) });
  return s < 5400 ? t("%(n)s min", { n: Math.round(s / 60) }) : t("%(n)s h", { n: Math.round(s / 3600) });
}

/** What each class of vessel is called. @returns {Record<string, string>} */
export const kindWords = () => ({
  cargo: t("Cargo"), tanker: t("Tanker"), passenger: t("Passenger"), high_speed: t("High-speed"),
  tug_special: t("Tug, special"), fishing: t("Fishing"), pleasure: t("Pleasure"), other: t("Other type"),
});

/** A whole number with the language's separators. @param {number} n */
export const count = (n) => counting.format(n);

/** The language in use. */
export const language = () => catalogue.language;

/** @param {string} text @param {Record<string, string | number>} [values] */
function fill(text, values) {
  return values ? text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? "")) : text;
}

// What both pages need: elements, sentences, announcements.
//
// Rule: texts get into the page as text alone; no markup is ever read from data, no style is written into markup.

const data = JSON.parse(document.querySelector('script[type="application/json"]').textContent);
const LIVE_DELAY_MS = 400;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Return a column of whole numbers, also where it came as one digit each, which makes the page smaller. */
function column(packed) {
  return Array.isArray(packed) ? packed : Array.from(packed.digits, (digit) => parseInt(digit, 36));
}

/** Return the element of the page with that name. */
function ui(name) {
  return document.getElementById(`ui-${name}`);
}

/** Return a pattern of the page's language filled with facts; numbers in groups of three. */
function say(pattern, facts = {}) {
  return data.words[pattern].replace(/\{(\w+)\}/g, (_, name) => grouped(facts[name]));
}

/** Return a number as people write it, anything else as it is. */
function grouped(fact) {
  return typeof fact === "number" ? String(fact).replace(/\B(?=(\d{3})+$)/g, ",") : fact;
}

/** Return a new element with attributes and children; texts become text. */
function make(tag, attributes = {}, ...children) {
  return dressed(document.createElement(tag), attributes, children);
}

/** Return a new element of a picture; the page's own picture tells the language pictures are written in. */
function shape(tag, attributes = {}, ...children) {
  return dressed(document.createElementNS(document.querySelector("svg").namespaceURI, tag), attributes, children);
}

/** Return an element with attributes and children. */
function dressed(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Return a button that does something. */
function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/** Let a button of the page do something, while it can. */
function press(name, act) {
  ui(name).addEventListener("click", () => {
    if (ui(name).getAttribute("aria-disabled") !== "true") act();
  });
}

/** Say whether a button can do something; one that cannot keeps the focus it has. */
function enable(name, can) {
  ui(name).setAttribute("aria-disabled", String(!can));
}

let waiting = 0;

/** Tell those who listen instead of looking; of many changes in a row only the last. */
function announce(text) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    ui("live").textContent = text;
  }, LIVE_DELAY_MS);
}

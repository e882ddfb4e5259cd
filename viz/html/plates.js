// The plate of a directive: what a box of the tree says, as in every cascade tree (viz/plate.py).
//
//     ┌──┬────────────────────────────────────┐
//     │  │ 广东省科协            18/22 · 81%   │   name; done and total of all at and below it
//     │◐ │ ■■■■■■■■■✔✔✔✔◐◐◐○○                 │   their statuses as shares of a bar
//     │  │ 执行中 · 截止 06-10       ▲ 逾期 3   │   its own status and due; how many are late
//     └──┴────────────────────────────────────┘
//
// Rule: a box is made once and filled at every step; it is filled only where it changed. Colours come from classes,
// never alone: glyph and word stand beside them.

const STRIPE = 24;
const PAD = 8;
const INNER = WIDTH - STRIPE - 2 * PAD;
const BAR = { y: 25, height: 11 };
const LEAST = 2;
const FOUND = "▶";
const GLYPH_ROOM = 12;
const NAME_FONT = "600 13px";
const WORDS_FONT = "11px";

const brush = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** Return how wide a text is in a font of the page. */
function widthOf(text, font) {
  const key = `${font} ${text}`;
  if (!widths.has(key)) {
    if (widths.size > 20_000) widths.clear();
    brush.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
    widths.set(key, brush.measureText(text).width);
  }
  return widths.get(key);
}

/** Return a text shortened with an ellipsis until it is at most so wide. */
function fitted(text, most, font) {
  if (widthOf(text, font) <= most) return text;
  const letters = Array.from(text);
  let [least, greatest] = [0, letters.length];
  while (least < greatest) {
    const middle = Math.ceil((least + greatest) / 2);
    if (widthOf(`${letters.slice(0, middle).join("")}…`, font) <= most) least = middle;
    else greatest = middle - 1;
  }
  return `${letters.slice(0, least).join("").trimEnd()}…`;
}

/** Return counts as shares of a width: in proportion, none less than can be seen (viz/shares.py). */
function shared(counts, width) {
  const sum = counts.reduce((before, count) => before + count, 0);
  const spare = width - LEAST * counts.length;
  return counts.map((count) => LEAST + (count * spare) / sum);
}

class Plate {
  constructor() {
    this.frame = shape("rect", { class: "frame", width: WIDTH, height: HEIGHT, rx: 3 });
    this.ring = shape("rect", { class: "ring", x: -4, y: -4, width: WIDTH + 8, height: HEIGHT + 8, rx: 6 });
    this.stripe = shape("rect", { x: 1.5, y: 1.5, width: STRIPE - 1.5, height: HEIGHT - 3 });
    this.glyph = shape("text", { x: STRIPE / 2, y: HEIGHT / 2 + 5, class: "glyph" });
    this.name = shape("text", { x: STRIPE + PAD, y: 18, class: "name" });
    this.progress = shape("text", { x: WIDTH - PAD, y: 18, class: "progress" });
    this.bar = shape("g");
    this.lateStrip = shape("rect", { class: "late-strip", y: BAR.y + BAR.height + 1, height: 3 });
    this.words = shape("text", { x: STRIPE + PAD, y: HEIGHT - 8, class: "words" });
    this.badge = shape("rect", { class: "badge", y: HEIGHT - 20, height: 16, rx: 2 });
    this.mark = shape("text", { x: WIDTH - PAD - 5, y: HEIGHT - 8, class: "mark" });
    this.found = shape("text", { x: -7, y: HEIGHT / 2 + 7, class: "found" }, FOUND);
    this.tip = shape("title");
    this.root = shape(
      "g", { class: "plate" },
      this.tip, this.ring, this.frame, this.stripe, this.glyph, this.name, this.progress, this.bar, this.lateStrip,
      this.words, this.badge, this.mark, this.found,
    );
  }

  /** Say what there is to say, if it is not what was said before. */
  fill(facts) {
    const said = JSON.stringify(facts);
    if (said === this.said) return;
    this.said = said;
    this.root.classList.toggle("ghost", !facts.there);
    this.root.classList.toggle("is-late", facts.ownLate);
    this.root.classList.toggle("many", facts.status < 0);
    if (!facts.there) return;
    this.write(facts);
    this.fillBar(facts);
  }

  write(facts) {
    const known = facts.status >= 0;
    this.stripe.setAttribute("class", known ? `look s${facts.status}` : "look");
    this.glyph.setAttribute("class", known ? `glyph on s${facts.status}` : "glyph");
    this.glyph.textContent = known ? data.statuses[facts.status][1] : "…";
    this.progress.textContent = facts.progress;
    const room = INNER - (facts.progress ? widthOf(facts.progress, WORDS_FONT) + PAD : 0);
    this.name.textContent = fitted(facts.name, room, NAME_FONT);
    this.mark.textContent = facts.mark;
    const badge = facts.mark ? widthOf(facts.mark, `600 ${WORDS_FONT}`) + 10 : 0;
    this.badge.setAttribute("x", WIDTH - PAD - badge);
    this.badge.setAttribute("width", badge);
    this.words.textContent = fitted(facts.words, INNER - badge - 4, WORDS_FONT);
  }

  /** Draw the bar, and below it from the right the share that is late. */
  fillBar({ counts, total, late }) {
    const present = counts.map((count, kind) => [kind, count]).filter(([, count]) => count);
    let x = STRIPE + PAD;
    const parts = shared(present.map(([, count]) => count), INNER).flatMap((width, number) => {
      const made = segment(present[number][0], x, width);
      x += width;
      return made;
    });
    this.bar.replaceChildren(...parts);
    const strip = late ? Math.max(LEAST, (INNER * late) / total) : 0;
    this.lateStrip.setAttribute("x", WIDTH - PAD - strip);
    this.lateStrip.setAttribute("width", strip);
  }
}

/** Return one share of a bar, with its glyph where there is room. */
function segment(kind, x, width) {
  const ground = shape("rect", { class: `look s${kind}`, x, y: BAR.y, width, height: BAR.height });
  if (width < GLYPH_ROOM) return [ground];
  const place = { class: `segment on s${kind}`, x: x + width / 2, y: BAR.y + 9 };
  return [ground, shape("text", place, data.statuses[kind][1])];
}

/** Return what the plate of a slot says at the moment of the replay. */
function factsOf(slot, replay, forest) {
  return slot.place < 0 ? factsOfMany(slot, replay) : factsOfOne(slot.place, replay, forest);
}

/** Return what the box of many says. */
function factsOfMany(slot, replay) {
  const sum = replay.sum(slot.rest);
  const count = slot.rest.filter((place) => replay.isThere(place)).length;
  return {
    there: count > 0, status: -1, name: say("more", { count }), words: say("more_about"), ownLate: false,
    progress: say("progress", { done: sum.done, total: sum.total, percent: percent(sum) }),
    counts: sum.counts, total: sum.total, late: sum.late, mark: markOf(say("overdue", { count: sum.late }), sum.late),
  };
}

/** Return what the box of one directive says. */
function factsOfOne(place, replay, forest) {
  if (!replay.isThere(place)) return { there: false, status: 0, ownLate: false };
  const sum = replay.sum([place]);
  const alone = sum.total === 1;
  const late = alone ? say("overdue_days", { days: replay.daysLate(place) }) : say("overdue", { count: sum.late });
  return {
    there: true, status: replay.status[place], name: data.names[place], words: wordsOf(place, replay, forest),
    ownLate: Boolean(replay.late[place]), counts: sum.counts, total: sum.total, late: sum.late,
    progress: sum.total > 1 ? say("progress", { done: sum.done, total: sum.total, percent: percent(sum) }) : "",
    mark: markOf(late, sum.late),
  };
}

function percent({ done: part, total }) {
  return Math.floor((100 * part) / Math.max(1, total));
}

function markOf(words, late) {
  return late ? `${data.late} ${words}` : "";
}

/** Return the last line of a plate: status, due, how late it came, how many are folded away. */
function wordsOf(place, replay, forest) {
  const parts = [data.statuses[replay.status[place]][0], dueOf(replay.due[place])];
  const days = replay.daysDoneLate(place);
  if (days) parts.push(say("done_late", { days }));
  const hidden = forest.isOpen(place) ? 0 : forest.below(place).filter((child) => replay.isThere(child)).length;
  if (hidden) parts.push(say("folded", { count: hidden }));
  return parts.join(" · ");
}

/** Return a due in words. */
function dueOf(due) {
  const [date] = data.dues[due];
  return date === null ? say("undated") : say("due", { date });
}

/** Return what is told of a directive to who does not see its plate. */
function tipOf(place, replay) {
  return say("tip", {
    name: data.names[place], status: data.statuses[replay.status[place]][0], due: dueOf(replay.due[place]),
    done: replay.done[place], total: replay.total[place], overdue: replay.lates[place], ref: refOf(place),
  });
}

/** Return the reference of a directive. */
function refOf(place) {
  const numbers = [];
  for (let step = place; step >= 0; step = data.parents[step]) numbers.unshift(data.numbers[step]);
  return `${data.cascade}/${numbers.join(".")}`;
}

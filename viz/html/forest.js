// Which directives are drawn as boxes, and where the boxes stand.
//
// Rule: who is drawn, all above are drawn; those that are not stand together in one box of many below their parent.
// At first it is as in every cascade tree (viz/folding.py): the late, the blocked and the named before others, within
// a budget. Places depend on who is drawn and on nothing else, so a replay moves nothing; what can be opened stands
// below all that is deeper, so opening it moves nothing before it.

const AT_ONCE = 100;
const MOST = 1_000;
const WIDTH = 300;
const HEIGHT = 62;
const ACROSS = 44;
const BELOW = 8;
const BETWEEN_FAMILIES = 10;
const BETWEEN_ROOTS = 28;

class Forest {
  constructor(replay) {
    this.replay = replay;
    this.children = new Map([[-1, []]]);
    data.parents.forEach((parent, place) => {
      this.children.get(parent)?.push(place) ?? this.children.set(parent, [place]);
    });
    this.first = data.drawn;
    this.drawn = new Set(this.first);
  }

  below(place) {
    return this.children.get(place) ?? [];
  }

  /** Return those right below one (-1: the roots) that are drawn. */
  shown(place) {
    return this.below(place).filter((child) => this.drawn.has(child));
  }

  isOpen(place) {
    return this.below(place).some((child) => this.drawn.has(child));
  }

  /** Draw those right below one, so many at once, the worst first where there are more. */
  open(place) {
    const hidden = this.below(place).filter((child) => !this.drawn.has(child));
    const chosen = hidden.length > AT_ONCE + 1 ? this.worstFirst(hidden).slice(0, AT_ONCE) : hidden;
    for (const child of chosen) this.drawn.add(child);
  }

  /** Draw nothing below one. */
  close(place) {
    const stack = [...this.below(place)];
    while (stack.length) {
      const child = stack.pop();
      if (this.drawn.delete(child)) stack.push(...this.below(child));
    }
  }

  /** Draw one with all above it. */
  reveal(place) {
    for (let step = place; step >= 0 && !this.drawn.has(step); step = data.parents[step]) this.drawn.add(step);
  }

  /** Draw as many as the budget allows, in the order given, and only their paths; roots alone take half at most. */
  only(places, budget = data.budget) {
    this.drawn = new Set(this.worstFirst(this.below(-1)).slice(0, Math.ceil(budget / 2)));
    for (const place of places) {
      if (this.drawn.size >= budget) return;
      this.reveal(place);
    }
  }

  /** Draw all, level by level, until there are too many to be drawn well. */
  openAll() {
    let level = this.shown(-1);
    while (level.length && this.drawn.size < MOST) {
      const next = level.flatMap((place) => this.below(place)).slice(0, MOST - this.drawn.size);
      for (const place of next) this.drawn.add(place);
      level = next;
    }
  }

  /** Draw the roots that are drawn and those right below them, until there are too many to be drawn well. */
  closeAll() {
    const roots = this.shown(-1);
    this.drawn = new Set(roots);
    for (const root of roots) if (this.drawn.size < MOST) this.open(root);
  }

  /** Draw what was drawn at first. */
  reset() {
    this.drawn = new Set(this.first);
  }

  /** Return places by how late it is at and below them, then how much is not done. */
  worstFirst(places) {
    const { lates, total, done } = this.replay;
    return [...places].sort((a, b) => lates[b] - lates[a] || total[b] - done[b] - total[a] + done[a] || a - b);
  }
}

/** Return the boxes to draw with their places, parents before children. */
function laidOut(forest) {
  const slots = [];
  const put = (slot) => {
    slots.push(slot);
    if (slot.place >= 0) putBelow(slot, slot.place);
  };
  const putBelow = (above, place) => {
    const [shown, rest] = split(forest, place);
    const depth = above ? above.depth + 1 : 0;
    shown.forEach((child) => put({ key: String(child), place: child, rest: [], above, depth }));
    if (rest.length && (shown.length || !above)) put({ key: `${place}+`, place: -1, rest, above, depth });
  };
  putBelow(null, -1);
  return placed(slots, forest);
}

/** Give every box its place, as in every cascade tree (viz/layout.py). */
function placed(slots, forest) {
  const free = [];
  slots.forEach((slot, number) => {
    const { above, depth, place } = slot;
    const deeper = free.slice(depth + 1).map((taken) => taken + BETWEEN_FAMILIES);
    if (!above) slot.y = number ? Math.max(0, ...free) + BETWEEN_ROOTS : 0;
    else if (above === slots[number - 1]) slot.y = above.y;
    else slot.y = Math.max(free[depth], ...(forest.below(place).length && place >= 0 ? deeper : []));
    slot.x = depth * (WIDTH + ACROSS);
    for (let level = free.length; level < depth; level++) free[level] = 0;
    free[depth] = slot.y + HEIGHT + BELOW;
  });
  return slots;
}

/** Return the children of one that are drawn, and those that are not; of those never one beside others. */
function split(forest, place) {
  const children = forest.below(place);
  const shown = children.filter((child) => forest.drawn.has(child));
  const left = children.length - shown.length;
  if (left === 0 || (left === 1 && shown.length)) return [children, []];
  return [shown, children.filter((child) => !forest.drawn.has(child))];
}

/** Return how wide and high boxes are together. */
function extent(slots) {
  let [width, height] = [WIDTH, HEIGHT];
  for (const slot of slots) {
    width = Math.max(width, slot.x + WIDTH);
    height = Math.max(height, slot.y + HEIGHT);
  }
  return { width, height };
}

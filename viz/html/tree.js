// The tree on the page: boxes and lines, which box is chosen, and the keys that lead from one to another.
//
// Rule: to keyboards and screen readers it is a tree in which one box at a time can be reached by Tab and the others
// by arrow keys; what is not issued yet keeps its place, but is not there. Boxes stay the same elements from one
// moment to the next, so that focus is never lost.
//
// Source: WAI-ARIA Authoring Practices, tree view pattern.

const TOLD = ["role", "tabindex", "aria-label", "aria-expanded", "aria-selected"];

class Tree {
  /** `show` brings a rectangle into view, `chosen` is told of a directive chosen, `changed` that boxes came or went. */
  constructor(replay, forest, { show, chosen, changed }) {
    Object.assign(this, { replay, forest, show, chosen, changed, plates: new Map(), active: null, hits: new Set() });
    this.current = -1;
    this.matches = () => true;
    this.root = ui("tree");
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("keydown", (event) => this.typed(event));
    // On an element of the picture a listener to focus would make Chromium stop there with Tab.
    ui("stage").addEventListener("focusin", (event) => this.focused(event));
    this.lay();
  }

  /** Lay out anew after boxes were opened or closed, and say what they say now. */
  lay() {
    this.slots = laidOut(this.forest);
    this.size = extent(this.slots);
    const old = this.plates;
    this.plates = new Map(this.slots.map((slot) => [slot.key, old.get(slot.key) ?? new Plate()]));
    for (const [key, plate] of old) if (!this.plates.has(key)) plate.root.remove();
    let next = this.root.firstElementChild;
    for (const slot of this.slots) {
      const { root } = this.plates.get(slot.key);
      if (root === next) next = next.nextElementSibling;
      else this.root.insertBefore(root, next);
      root.style.transform = `translate(${slot.x}px, ${slot.y}px)`;
      root.dataset.key = slot.key;
      this.setPlace(root, slot);
    }
    this.byKey = new Map(this.slots.map((slot) => [slot.key, slot]));
    this.fill();
  }

  /** Say where in the tree a box stands. */
  setPlace(root, slot) {
    const siblings = this.forest.below(slot.above ? slot.above.place : -1);
    const position = slot.place < 0 ? siblings.length - slot.rest.length : siblings.indexOf(slot.place);
    root.setAttribute("aria-level", slot.depth + 1);
    root.setAttribute("aria-setsize", siblings.length);
    root.setAttribute("aria-posinset", position + 1);
  }

  /** Say in every box what is so at the moment of the replay. */
  fill() {
    for (const slot of this.slots) {
      const plate = this.plates.get(slot.key);
      slot.there = this.isThere(slot);
      plate.fill(factsOf(slot, this.replay, this.forest));
      plate.tip.textContent = slot.there ? this.labelOf(slot) : "";
      this.describe(plate.root, slot);
      this.markBox(plate.root, slot);
    }
    this.drawLines();
    this.keepReachable();
  }

  isThere({ place, rest }) {
    return place < 0 ? rest.some((one) => this.replay.isThere(one)) : this.replay.isThere(place);
  }

  /** Tell a screen reader what a box is; nothing of one that is not there yet. */
  describe(root, slot) {
    if (!slot.there) {
      for (const name of TOLD) root.removeAttribute(name);
      root.setAttribute("aria-hidden", "true");
      return;
    }
    root.removeAttribute("aria-hidden");
    root.setAttribute("role", "treeitem");
    root.setAttribute("aria-selected", String(slot.key === this.active));
    root.setAttribute("tabindex", slot.key === this.active ? "0" : "-1");
    root.setAttribute("aria-label", this.labelOf(slot));
    if (this.canOpen(slot)) root.setAttribute("aria-expanded", String(this.isOpen(slot)));
    else root.removeAttribute("aria-expanded");
  }

  labelOf(slot) {
    if (slot.place >= 0) return tipOf(slot.place, this.replay);
    return say("more", { count: slot.rest.filter((place) => this.replay.isThere(place)).length });
  }

  canOpen(slot) {
    return slot.place < 0 || this.forest.below(slot.place).some((child) => this.replay.isThere(child));
  }

  isOpen(slot) {
    return slot.place >= 0 && this.forest.isOpen(slot.place);
  }

  /** Mark a box as chosen, as found, as the one found that is looked at, and as not asked for by the filters. */
  markBox(root, slot) {
    const own = slot.place < 0 ? slot.rest : [slot.place];
    root.classList.toggle("chosen", slot.key === this.active);
    root.classList.toggle("hit", slot.place >= 0 && this.hits.has(slot.place));
    root.classList.toggle("current", slot.place >= 0 && slot.place === this.current);
    root.classList.toggle("dim", slot.there && !own.some((place) => this.replay.isThere(place) && this.matches(place)));
  }

  markAll() {
    for (const slot of this.slots) this.markBox(this.plates.get(slot.key).root, slot);
  }

  /** Draw the lines to the children that are there: one trunk for all children of one, and a branch to each. */
  drawLines() {
    const trunks = new Map();
    const branches = [];
    for (const { above, there, x, y } of this.slots) {
      if (!above || !there) continue;
      trunks.set(above, y + HEIGHT / 2);
      branches.push(`M${x - ACROSS / 2},${y + HEIGHT / 2}H${x}`);
    }
    for (const [above, end] of trunks) {
      const [start, middle] = [above.x + WIDTH, above.y + HEIGHT / 2];
      branches.push(`M${start},${middle}H${start + ACROSS / 2}V${end}`);
    }
    ui("lines").setAttribute("d", branches.join(""));
  }

  /** Let Tab reach a box that is there: the chosen one, or the first. */
  keepReachable() {
    if (this.byKey.get(this.active)?.there) return;
    const first = this.slots.find((slot) => slot.there);
    this.active = null;
    if (first) this.plates.get(first.key).root.setAttribute("tabindex", "0");
  }

  /** Return how many directives are drawn, of those that are there. */
  get shownCount() {
    return this.slots.filter((slot) => slot.place >= 0 && slot.there).length;
  }

  // Choosing, opening and closing

  /** Choose a box. */
  choose(slot) {
    const before = this.byKey.get(this.active);
    this.active = slot.key;
    for (const one of this.slots) this.plates.get(one.key).root.setAttribute("tabindex", one === slot ? "0" : "-1");
    for (const one of [before, slot]) {
      if (!one?.there) continue;
      this.describe(this.plates.get(one.key).root, one);
      this.markBox(this.plates.get(one.key).root, one);
    }
    if (slot.place >= 0) this.chosen(slot.place);
  }

  /** Choose a box, give it the focus, and bring it into view. */
  focus(slot) {
    this.plates.get(slot.key).root.focus({ preventScroll: true });
    this.show(slot.x, slot.y, WIDTH, HEIGHT);
  }

  /** Open the boxes above a directive, choose it, and bring it into view. */
  lead(place) {
    if (!this.forest.drawn.has(place)) {
      this.forest.reveal(place);
      this.lay();
      this.changed();
    }
    const slot = this.byKey.get(String(place));
    this.choose(slot);
    this.show(slot.x, slot.y, WIDTH, HEIGHT);
  }

  /** Bring the first one of some into view. */
  showFirst(wanted) {
    const slot = this.slots.find(({ there, place }) => there && place >= 0 && wanted(place));
    if (slot) this.show(slot.x, slot.y, WIDTH, HEIGHT);
  }

  /** Open or close a box; of a box of many, draw more of them: the first of them gets its focus if all are drawn. */
  toggle(slot) {
    if (!this.canOpen(slot)) return;
    if (this.isOpen(slot)) this.forest.close(slot.place);
    else this.forest.open(slot.place < 0 ? (slot.above ? slot.above.place : -1) : slot.place);
    this.lay();
    this.changed();
    if (!this.byKey.has(slot.key)) this.focus(this.byKey.get(String(slot.rest.find((one) => this.replay.isThere(one)))));
  }

  slotOf(event) {
    return this.byKey.get(event.target.closest(".plate")?.dataset.key);
  }

  clicked(event) {
    const slot = this.slotOf(event);
    if (!slot?.there) return;
    this.choose(slot);
    this.toggle(slot);
  }

  focused(event) {
    const slot = this.slotOf(event);
    if (slot?.there && slot.key !== this.active) this.choose(slot);
    if (slot && event.target.matches(":focus-visible")) this.show(slot.x, slot.y, WIDTH, HEIGHT);
  }

  typed(event) {
    const slot = this.slotOf(event);
    const act = {
      ArrowDown: () => this.walk(slot, 1), ArrowUp: () => this.walk(slot, -1), Home: () => this.walk(slot, -Infinity),
      End: () => this.walk(slot, Infinity), ArrowRight: () => this.inwards(slot), ArrowLeft: () => this.outwards(slot),
      Enter: () => this.toggle(slot), " ": () => this.choose(slot),
    }[event.key];
    if (!slot || !act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  }

  /** Walk so many boxes on, as far as there are any. */
  walk(slot, by) {
    const there = this.slots.filter((one) => one.there);
    const at = there.findIndex((one) => one.key === slot?.key);
    const next = there[Math.min(there.length - 1, Math.max(0, at + by))];
    if (next) this.focus(next);
  }

  /** Open a box; if it is open, go to the first one in it. */
  inwards(slot) {
    if (this.canOpen(slot) && !this.isOpen(slot)) this.toggle(slot);
    else if (this.isOpen(slot)) this.walk(slot, 1);
  }

  /** Close a box; if it is closed, go to the one it is in. */
  outwards(slot) {
    if (this.isOpen(slot)) this.toggle(slot);
    else if (slot.above) this.focus(slot.above);
  }
}

// The filters, which are the legend too: how many directives stand at each status, how many are late, and who is
// to be seen alone.
//
// Rule: filters take nothing away; what does not match is dimmed, and boxes are opened for what does, the late first.

class Filters {
  /** `changed` is called when another choice was made. */
  constructor(replay, changed) {
    Object.assign(this, { replay, changed, statuses: new Set(), lateOnly: false });
    this.chips = data.statuses.map((_, kind) => this.chip(kind));
    this.lateChip = button("", () => this.toggleLate(), { class: "late chip", "aria-pressed": "false" });
    this.matching = make("span", { class: "matching" });
    this.clearing = button(say("html_clear"), () => this.clear());
    this.parts = data.statuses.map((_, kind) => make("span", { class: `look s${kind}` }));
    ui("legend").append(...this.chips.map(({ root }) => root), this.lateChip, this.matching, this.clearing);
    ui("bar").append(...this.parts);
    this.level = this.selection("level", data.levels);
    this.line = this.selection("line", data.lines);
    this.fill();
  }

  /** Return the button of a status: its colour, glyph and word, and how many there are. */
  chip(kind) {
    const [, glyph] = data.statuses[kind];
    const words = make("span");
    const swatch = make("span", { class: `swatch look s${kind}`, "aria-hidden": "true" }, glyph);
    const root = button("", () => this.toggle(kind), { class: "chip", "aria-pressed": "false" });
    root.replaceChildren(swatch, words);
    return { root, words };
  }

  /** Return a field to choose one of several, or all; not shown where there is nothing to choose. */
  selection(name, names) {
    const field = ui(name);
    field.append(make("option", { value: "" }, say("html_all")));
    names.forEach((one, place) => field.append(make("option", { value: String(place) }, one)));
    field.addEventListener("change", () => this.choose());
    ui(`${name}-label`).hidden = names.length < 2;
    return field;
  }

  get active() {
    return this.statuses.size > 0 || this.lateOnly || this.level.value !== "" || this.line.value !== "";
  }

  /** Tell whether a directive is what is asked for, at this moment. */
  matches(place) {
    const { status, late } = this.replay;
    if (status[place] === ABSENT) return false;
    if (this.statuses.size && !this.statuses.has(status[place])) return false;
    if (this.lateOnly && !late[place]) return false;
    if (this.level.value !== "" && data.level[place] !== Number(this.level.value)) return false;
    return this.line.value === "" || data.line[place] === Number(this.line.value);
  }

  /** Return who matches: the late first, those who have been longest. */
  get found() {
    const { late, count } = this.replay;
    const days = (place) => (late[place] ? this.replay.daysLate(place) : 0);
    const found = [];
    for (let place = 0; place < count; place++) if (this.matches(place)) found.push(place);
    return found.sort((a, b) => days(b) - days(a) || a - b);
  }

  toggle(kind) {
    if (!this.statuses.delete(kind)) this.statuses.add(kind);
    this.choose();
  }

  toggleLate() {
    this.lateOnly = !this.lateOnly;
    this.choose();
  }

  clear() {
    this.statuses.clear();
    this.lateOnly = false;
    this.level.value = this.line.value = "";
    this.choose();
    ui("search").focus();
  }

  choose() {
    this.fill();
    this.changed();
  }

  /** Say how many there are of each at this moment, and how many match. */
  fill() {
    const sum = this.replay.sum(this.roots);
    this.chips.forEach(({ root, words }, kind) => {
      words.textContent = say("html_status_count", { status: data.statuses[kind][0], count: sum.counts[kind] });
      root.setAttribute("aria-pressed", String(this.statuses.has(kind)));
      root.dataset.count = sum.counts[kind];
      this.parts[kind].style.flexGrow = sum.counts[kind];
    });
    this.lateChip.textContent = say("html_late_only", { glyph: data.late, count: sum.late });
    this.lateChip.setAttribute("aria-pressed", String(this.lateOnly));
    this.lateChip.dataset.count = sum.late;
    this.clearing.hidden = !this.active;
    const matching = this.active ? this.found.length : 0;
    this.matching.textContent = this.active ? say("html_matching", { matching, total: sum.total }) : "";
  }

  get roots() {
    return data.parents.flatMap((parent, place) => (parent < 0 ? [place] : []));
  }
}

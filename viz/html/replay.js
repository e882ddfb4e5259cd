// The cascade at any step: every event of the tracks is a step, and that the view was looked at later is one more.
//
// Rule: a directive is late when it is not done and the moment is after the instant its due of then is judged by;
// that instant, and which statuses are done, come with the data. Instants are microseconds: whole numbers JavaScript
// keeps exactly until the year 2255.

const DAY_S = 86_400;
const ABSENT = -1;

class Replay {
  constructor() {
    const { place, index, t, status, due, offsets } = data.events;
    this.count = data.names.length;
    this.place = summed(place);
    this.index = summed(index);
    this.t = summed(t);
    this.statusOf = column(status);
    this.dueOf = column(due);
    this.offsets = offsets;
    this.parents = data.parents;
    this.kinds = data.statuses.length;
    const last = this.t.length - 1;
    this.steps = this.t.length + (data.seen[0] === this.t[last] ? 0 : 1);
    this.status = new Int16Array(this.count);
    this.due = new Int32Array(this.count);
    this.since = new Int32Array(this.count);
    this.late = new Uint8Array(this.count);
    this.counts = new Int32Array(this.count * this.kinds);
    this.begin();
    this.go(this.steps - 1);
  }

  /** Go back to before the first event. */
  begin() {
    this.status.fill(ABSENT);
    this.told = 0;
  }

  /** Go to a step: the events up to it are told again, from where the replay stands if it can. */
  go(step) {
    this.step = step;
    const stop = Math.min(step + 1, this.t.length);
    if (stop < this.told) this.begin();
    while (this.told < stop) this.tell(this.told++);
    [this.now, this.offset] = step < this.t.length ? [this.t[step], this.offsetAt(step)] : data.seen;
    this.day = Math.floor((this.now / 1e6 + this.offset) / DAY_S);
    this.tally();
  }

  /** Take in one event. */
  tell(event) {
    const place = this.place[event];
    const before = this.status[place];
    const after = this.statusOf[event];
    if (before === ABSENT || (!done(before) && done(after))) this.since[place] = event;
    this.status[place] = after;
    if (this.dueOf[event]) this.due[place] = this.dueOf[event] - 1;
  }

  /** Count statuses, the done and the late, of every directive with all below it. */
  tally() {
    const { count, kinds, counts, parents } = this;
    counts.fill(0);
    this.late.fill(0);
    this.total = new Int32Array(count);
    this.done = new Int32Array(count);
    this.lates = new Int32Array(count);
    for (let place = count - 1; place >= 0; place--) {
      const status = this.status[place];
      if (status === ABSENT) continue;
      this.late[place] = Number(this.isLate(place));
      counts[place * kinds + status] += 1;
      this.total[place] += 1;
      this.done[place] += Number(done(status));
      this.lates[place] += this.late[place];
      if (parents[place] >= 0) this.add(parents[place], place);
    }
  }

  /** Add what lies at and below one directive to the one above it. */
  add(above, place) {
    for (let kind = 0; kind < this.kinds; kind++) {
      this.counts[above * this.kinds + kind] += this.counts[place * this.kinds + kind];
    }
    this.total[above] += this.total[place];
    this.done[above] += this.done[place];
    this.lates[above] += this.lates[place];
  }

  isLate(place) {
    const [, judged] = data.dues[this.due[place]];
    return judged !== null && !done(this.status[place]) && this.now > judged;
  }

  /** Tell whether a directive has been issued. */
  isThere(place) {
    return this.status[place] !== ABSENT;
  }

  /** Return what lies at and below several directives together. */
  sum(places) {
    const found = { total: 0, done: 0, late: 0, counts: new Array(this.kinds).fill(0) };
    for (const place of places) {
      if (!this.isThere(place)) continue;
      found.total += this.total[place];
      found.done += this.done[place];
      found.late += this.lates[place];
      for (let kind = 0; kind < this.kinds; kind++) found.counts[kind] += this.counts[place * this.kinds + kind];
    }
    return found;
  }

  /** Return how many days a directive is past its due, by the calendar where the notice comes from. */
  daysLate(place) {
    return Math.max(1, this.day - data.dues[this.due[place]][2]);
  }

  /** Return how many days late something done was handed in; 0 if in time, or never handed in. */
  daysDoneLate(place) {
    const [, judged, day] = data.dues[this.due[place]];
    const [, , isDone, excused] = data.statuses[this.status[place]];
    const since = this.since[place];
    if (!isDone || excused || judged === null || this.t[since] <= judged) return 0;
    return Math.max(1, Math.floor((this.t[since] / 1e6 + this.offsetAt(since)) / DAY_S) - day);
  }

  /** Return from which event on so many seconds are to be added, by event. */
  offsetAt(event) {
    return this.offsets.findLast(([from]) => from <= event)[1];
  }

  /** Return the events of a directive that have happened, by number. */
  eventsOf(place) {
    this.byPlace ??= numbered(this.place);
    return (this.byPlace.get(place) ?? []).filter((event) => event < this.told);
  }

  /** Return the event of the same directive before an event; undefined if it was the first. */
  before(event) {
    return this.eventsOf(this.place[event]).findLast((earlier) => earlier < event);
  }

  /** Tell whether an event led to another status. */
  changed(event) {
    return this.statusOf[this.before(event)] !== this.statusOf[event];
  }

  /** Return when an event happened, as clocks showed it. */
  timeOf(event) {
    return clock(this.t[event], this.offsetAt(event));
  }

  /** Return the log index looked at: of the step's event, or of the last. */
  get logIndex() {
    return this.index[Math.min(this.step, this.index.length - 1)];
  }
}

/** Tell whether a status is done. */
function done(status) {
  return data.statuses[status][2] === 1;
}

/** Return values from the first and what each other adds to the one before. */
function summed([first, added]) {
  let sum = first;
  return [first].concat(column(added).map((value) => (sum += value)));
}

/** Return the numbers of values, by value. */
function numbered(values) {
  const found = new Map();
  values.forEach((value, number) => found.get(value)?.push(number) ?? found.set(value, [number]));
  return found;
}

/** Return an instant as date and time of day, where clocks show so many seconds more than UTC. */
function clock(us, offset) {
  return new Date(us / 1000 + offset * 1000).toISOString().slice(0, 16).replace("T", " ");
}

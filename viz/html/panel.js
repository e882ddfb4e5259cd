// Beside the tree: all that is known of the chosen directive at this moment, and who is late.
//
// Rule: nothing later than the moment is told; the light is told only at the moment the view was looked at, because
// when a light turns yellow is a rule of who looked.

const LATES = 50;
const WORST = 5;

/** Say all that is known of a directive; -1: of none. */
function tellDetails(place, replay) {
  const known = place >= 0 && replay.isThere(place);
  const silent = place < 0 ? say("html_nothing") : `${data.names[place]}：${say("html_not_yet")}`;
  ui("details").replaceChildren(...(known ? details(place, replay) : [make("p", {}, silent)]));
}

/** Return name, facts and events of a directive. */
function details(place, replay) {
  const [original] = data.dues[data.original[place]];
  const [due] = data.dues[replay.due[place]];
  const sum = replay.sum([place]);
  const facts = [
    ["html_ref", refOf(place)],
    ["html_above", aboveOf(place)],
    ["html_status", data.statuses[replay.status[place]][0]],
    ["html_due", due ?? say("html_undated")],
    ["html_original", original ?? say("html_undated")],
    ["html_light", lightOf(place, replay)],
    ["html_below", sum.total > 1 ? belowOf(sum) : ""],
    ["html_level", data.levels[data.level[place]]],
    ["html_line", data.lines[data.line[place]]],
  ].filter(([, fact]) => fact);
  const pairs = facts.flatMap(([word, fact]) => [make("dt", {}, say(word)), make("dd", {}, fact)]);
  const events = replay.eventsOf(place).map((event) => make("li", {}, eventOf(event, replay)));
  return [
    make("h3", {}, data.names[place]), make("dl", {}, ...pairs), make("h4", {}, say("html_events")),
    make("ol", {}, ...events),
  ];
}

/** Return the names of all above a directive, the topmost first. */
function aboveOf(place) {
  const names = [];
  for (let step = data.parents[place]; step >= 0; step = data.parents[step]) names.unshift(data.names[step]);
  return names.join(" › ");
}

/** Return what lies at and below a directive, in words. */
function belowOf(sum) {
  const progress = say("progress", { done: sum.done, total: sum.total, percent: percent(sum) });
  return sum.late ? `${progress} · ${markOf(say("overdue", { count: sum.late }), sum.late)}` : progress;
}

/** Return the light of a directive and why, or at an earlier moment only why. */
function lightOf(place, replay) {
  const why = whyOf(place, replay);
  if (replay.step < replay.steps - 1) return why;
  return say("html_light_why", { colour: say(`html_light_${LIGHTS[data.lights[place]]}`), why });
}

const LIGHTS = ["green", "yellow", "red", "grey"];

/** Return how a directive stands to its due, in words. */
function whyOf(place, replay) {
  const [, , isDone, excused] = data.statuses[replay.status[place]];
  if (isDone && excused) return say("html_why_closed");
  const days = replay.daysDoneLate(place);
  if (isDone) return days ? say("html_why_done_late", { days }) : say("html_why_done");
  if (replay.late[place]) return say("html_why_late", { days: replay.daysLate(place) });
  const [, judged, day] = data.dues[replay.due[place]];
  if (day === null) return say("html_why_undated");
  if (judged === null) return say("html_why_asked");
  return day === replay.day ? say("html_why_today") : say("html_why_left", { days: day - replay.day });
}

/** Return one event: log index, time, status, and the due if it was set. */
function eventOf(event, replay) {
  const status = replay.changed(event) ? data.statuses[replay.statusOf[event]][0] : say("html_same");
  const due = replay.dueOf[event];
  const what = due ? say("html_event_due", { status, due: dueOf(due - 1) }) : status;
  return say("html_event", { instant: replay.timeOf(event), index: String(replay.index[event]), what });
}

/** List who is late: the branches with most of them where there are many, then everyone, longest first. */
function tellLates(replay, forest, lead) {
  const lates = [];
  for (let place = 0; place < replay.count; place++) if (replay.late[place]) lates.push(place);
  lates.sort((a, b) => replay.daysLate(b) - replay.daysLate(a) || a - b);
  const longest = lates.slice(0, LATES).map((place) => [place, say("html_days", { days: replay.daysLate(place) })]);
  const worst = lates.length > WORST ? worstBranches(replay, forest) : [];
  const rest = lates.length - longest.length;
  const said = JSON.stringify([worst, longest, rest]);
  if (said !== latesSaid) keepingFocus(() => listLates(worst, longest, rest, lead));
  latesSaid = said;
}

let latesSaid = "";

/** List late branches and late directives, each with its word, and how many more there are. */
function listLates(worst, longest, rest, lead) {
  ui("lates").replaceChildren(
    ...(worst.length ? [make("h3", {}, say("worst")), lateList(worst, lead)] : []),
    ...(longest.length ? [make("h3", {}, say("html_longest"))] : []),
    longest.length ? lateList(longest, lead) : make("p", {}, say("html_no_late")),
    ...(rest > 0 ? [make("p", {}, say("html_and_more", { count: rest }))] : []),
  );
}

/** List who is late anew; the focus stays with the same directive, or beside the tree if it is late no more. */
function keepingFocus(list) {
  const { place } = ui("lates").contains(document.activeElement) ? document.activeElement.dataset : {};
  list();
  if (place === undefined) return;
  (ui("lates").querySelector(`[data-place="${place}"]`) ?? ui("lates").closest("aside")).focus({ preventScroll: true });
}

/** Return the branches with most who are late, compared on the first level where there are several; none if no tree. */
function worstBranches(replay, forest) {
  let level = forest.below(-1).flatMap((root) => forest.below(root));
  while (level.length === 1) level = forest.below(level[0]);
  const worst = forest.worstFirst(level).slice(0, WORST).filter((place) => replay.lates[place]);
  if (!worst.some((place) => replay.lates[place] > 1)) return [];
  return worst.map((place) => [place, grouped(replay.lates[place])]);
}

/** Return a list of buttons that lead to directives, each with a word in the colour of what is late. */
function lateList(places, lead) {
  const items = places.map(([place, word]) => {
    const made = button("", () => lead(place), { "data-place": place });
    const mark = make("span", { class: "late days" }, `${data.late} ${word}`);
    made.append(make("span", {}, data.names[place]), mark);
    return make("li", {}, made);
  });
  return make("ul", { class: "lates" }, ...items);
}

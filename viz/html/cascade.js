// The page of a cascade: its parts, and what follows from what.

for (const name of ["level", "line", "original", "lights"]) data[name] = column(data[name]);
const replay = new Replay();
const forest = new Forest(replay);
const plainNames = data.names.map(plain);
let detailed = -1;

const tree = new Tree(replay, forest, {
  show: (...place) => viewport.show(...place),
  chosen: (place) => {
    detailed = place;
    tellDetails(detailed, replay);
  },
  changed: () => {
    viewport.place();
    tellCounts();
  },
});
const viewport = new Viewport(ui("stage"), ui("content"), () => tree.size);
const filters = new Filters(replay, refiltered);
const search = new Search(found, marked, led);
const player = new Player(replay, moved);

/** Return the directives there are at this moment whose name or reference holds a text. */
function found(text) {
  const hits = [];
  for (let place = 0; place < replay.count; place++) {
    if (replay.isThere(place) && (plainNames[place].includes(text) || refOf(place).includes(text))) hits.push(place);
  }
  return hits;
}

/** Mark what was found. */
function marked(hits, current = -1) {
  tree.hits = new Set(hits);
  tree.current = current;
  tree.markAll();
}

/** Lead to what was found. */
function led(place) {
  tree.lead(place);
  return data.names[place];
}

/** Open boxes for what the filters ask for, or those that were open before. */
function refiltered() {
  forest.unfiltered ??= new Set(forest.drawn);
  if (filters.active) forest.only(filters.found);
  else [forest.drawn, forest.unfiltered] = [forest.unfiltered, null];
  tree.matches = filters.active ? (place) => filters.matches(place) : () => true;
  tree.lay();
  viewport.home();
  tree.showFirst(tree.matches);
  tellCounts();
  announce(filters.active ? filters.matching.textContent : showing());
}

/** Open or close many boxes at once, and begin again at the top. */
function rearranged(arrange) {
  arrange();
  tree.lay();
  viewport.home();
  tellCounts();
  announce(showing());
}

/** Say everything that may be another at another moment. */
function moved() {
  tree.fill();
  filters.fill();
  search.look();
  tellDetails(detailed, replay);
  tellLates(replay, forest, (place) => tree.lead(place));
  player.tell();
  tellCounts();
  if (!player.timer) announce(told());
}

/** Return how much of how much is drawn. */
function showing() {
  const there = replay.sum(filters.roots).total;
  const words = say("showing", { shown: tree.shownCount, total: there });
  return data.whole === null ? words : `${words}（${say("html_part", { total: data.whole })}）`;
}

/** Say how far the cascade is at this moment. */
function tellCounts() {
  const sum = replay.sum(filters.roots);
  const late = make("strong", { class: "late" }, markOf(say("overdue", { count: sum.late }), sum.late));
  ui("facts").replaceChildren(
    `${say("total", { total: sum.total })} · ${say("done", { done: sum.done, percent: percent(sum) })} · `,
    ...(sum.late ? [late, " · "] : []),
    showing(),
  );
}

/** Return the moment as it is told to those who listen. */
function told() {
  const sum = replay.sum(filters.roots);
  const statuses = sum.counts.flatMap((count, kind) =>
    count ? [say("html_status_count", { status: data.statuses[kind][0], count })] : []);
  const facts = { moment: player.momentWords(), showing: showing(), overdue: sum.late };
  return say("html_told", { ...facts, statuses: statuses.join(say("html_list_join")) });
}

/** Show the page in the look chosen. */
function putOn(look) {
  if (look === "auto") delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = look;
}

press("open", () => rearranged(() => forest.openAll()));
press("close", () => rearranged(() => forest.closeAll()));
press("worst", () => rearranged(() => forest.reset()));
ui("look").value = document.documentElement.dataset.look ?? "auto";
ui("look").addEventListener("change", () => putOn(ui("look").value));
moved();

// The moment: a slider over all steps, buttons for one step, and a clock that plays them.
//
// Rule: what is played is told when it stops, not at every step; whoever asked for calm sees few changes a second.
// Who asks for a log index gets the last event of this cascade up to it, which is what `engine.view(at=index)` shows.

const PLAY_MS = 100;
const CALM_MS = 1_000;
const WHOLE_MS = 30_000;

class Player {
  /** `moved` is called when the moment is another. */
  constructor(replay, moved) {
    Object.assign(this, { replay, moved, timer: 0, asked: null });
    this.slider = ui("slider");
    this.slider.max = replay.steps - 1;
    this.slider.addEventListener("input", () => this.byHand(Number(this.slider.value)));
    ui("index").min = replay.index[0];
    ui("index").max = replay.index.at(-1);
    ui("index").addEventListener("focus", () => this.stop());
    ui("index").addEventListener("change", () => this.byIndex(ui("index").valueAsNumber));
    press("first", () => this.byHand(0));
    press("back", () => this.byHand(this.replay.step - 1));
    press("on", () => this.byHand(this.replay.step + 1));
    press("last", () => this.byHand(this.replay.steps - 1));
    press("play", () => (this.timer ? this.stop() : this.start()));
  }

  get last() {
    return this.replay.steps - 1;
  }

  /** Go to a step because somebody asked for it: whatever is playing stops. */
  byHand(step) {
    this.stop();
    this.go(step);
  }

  /** Go to what stood after a log index; to where it stands already if none was given. */
  byIndex(index) {
    const after = this.replay.index.findLastIndex((one) => one <= index);
    this.asked = Number.isNaN(index) ? null : index;
    this.byHand(this.asked === null ? this.replay.step : after);
    this.asked = null;
  }

  go(step) {
    this.replay.go(Math.min(this.last, Math.max(0, step)));
    this.moved();
  }

  start() {
    if (this.replay.step === this.last) this.go(0);
    const every = calm.matches ? CALM_MS : PLAY_MS;
    const stride = Math.max(1, Math.ceil((this.replay.steps * every) / WHOLE_MS));
    this.timer = setInterval(() => {
      this.go(this.replay.step + stride);
      if (this.replay.step === this.last) this.stop();
    }, every);
    this.tell();
  }

  /** Stop playing, and tell where. */
  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.moved();
  }

  /** Say which moment it is, and what happened. */
  tell() {
    const { step, steps } = this.replay;
    const moment = this.momentWords();
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", moment);
    ui("play").textContent = say(this.timer ? "html_pause" : "html_play");
    for (const name of ["back", "first"]) enable(name, step > 0);
    for (const name of ["on", "last"]) enable(name, step < this.last);
    const words = [this.elsewhere(), say("html_step", { step: step + 1, steps }), moment, this.happened()];
    ui("moment").textContent = words.filter(Boolean).join(" · ");
    ui("index").value = ui("moment").dataset.index = this.replay.logIndex;
  }

  /** Say so if the event at the log index that was asked for is none of these. */
  elsewhere() {
    const here = this.asked === null || this.asked === this.replay.logIndex;
    return here ? "" : say("html_elsewhere", { index: String(this.asked) });
  }

  momentWords() {
    const instant = clock(this.replay.now, this.replay.offset);
    const seen = this.replay.step >= this.replay.t.length;
    return seen ? say("html_seen", { instant }) : say("html_moment", { instant, index: String(this.replay.logIndex) });
  }

  /** Return what the event of this step was: whose, and the status before and after. */
  happened() {
    const { step, place, statusOf } = this.replay;
    if (step >= place.length) return "";
    const earlier = this.replay.before(step);
    const name = say("html_name_ref", { name: data.names[place[step]], ref: refOf(place[step]) });
    const facts = { name, status: data.statuses[statusOf[step]][0] };
    if (earlier === undefined) return say("html_born", facts);
    if (!this.replay.changed(step)) return say("html_stayed", facts);
    return say("html_moved", { ...facts, before: data.statuses[statusOf[earlier]][0] });
  }
}

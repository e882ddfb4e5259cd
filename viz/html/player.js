// The moment: a slider over all steps, buttons for one step, and a clock that plays them.
//
// Rule: what is played is told when it stops, not at every step; whoever asked for calm sees few changes a second.

const PLAY_MS = 100;
const CALM_MS = 1_000;
const WHOLE_MS = 30_000;

class Player {
  /** `moved` is called when the moment is another. */
  constructor(replay, moved) {
    Object.assign(this, { replay, moved, timer: 0 });
    this.slider = ui("slider");
    this.slider.max = replay.steps - 1;
    this.slider.addEventListener("input", () => this.byHand(Number(this.slider.value)));
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

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.tell();
  }

  /** Say which moment it is, and what happened. */
  tell() {
    const { step, steps } = this.replay;
    const moment = this.momentWords();
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", moment);
    ui("play").textContent = say(this.timer ? "html_pause" : "html_play");
    ui("back").disabled = ui("first").disabled = step === 0;
    ui("on").disabled = ui("last").disabled = step === this.last;
    const words = [say("html_step", { step: step + 1, steps }), moment, this.happened()];
    ui("moment").textContent = words.filter(Boolean).join(" · ");
    ui("moment").dataset.index = this.replay.logIndex;
  }

  momentWords() {
    const instant = clock(this.replay.now, this.replay.offset);
    const seen = this.replay.step >= this.replay.t.length;
    return seen ? say("html_seen", { instant }) : say("html_moment", { instant, index: String(this.replay.logIndex) });
  }

  /** Return what the event of this step was: somebody's status before and after. */
  happened() {
    const { step, place, statusOf } = this.replay;
    if (step >= place.length) return "";
    const earlier = this.replay.before(step);
    const facts = { name: data.names[place[step]], status: data.statuses[statusOf[step]][0] };
    if (earlier === undefined) return say("html_born", facts);
    if (!this.replay.changed(step)) return say("html_stayed", facts);
    return say("html_moved", { ...facts, before: data.statuses[statusOf[earlier]][0] });
  }
}

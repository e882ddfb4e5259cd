// The window through which a picture is seen: moved by dragging, wheel and arrow keys, enlarged by + and −,
// by two fingers and by the wheel with Ctrl.
//
// Rule: nothing is lost from sight: a corner of the picture stays in the window.

const MARGIN = 16;
const KEPT = 80;
const LEAST_SCALE = 0.02;
const SEEN = 0.2;
const MOST_SCALE = 6;
const STEP = 60;
const FACTOR = 1.25;
const DRAG = 4;
const GLIDE_MS = 180;
const LINE = 16;
const PAPER = 700;

class Viewport {
  /** `size` tells how wide and high the content is, unenlarged. */
  constructor(stage, content, size) {
    Object.assign(this, { stage, content, size, x: MARGIN, y: MARGIN, scale: 1, pointers: new Map(), dragging: false });
    stage.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    stage.addEventListener("keydown", (event) => this.typed(event));
    stage.addEventListener("pointerdown", (event) => this.pressed(event));
    stage.addEventListener("pointermove", (event) => this.moved(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.released(event));
    stage.addEventListener("click", (event) => this.clicked(event), { capture: true });
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    addEventListener("resize", () => this.place());
    addEventListener("beforeprint", () => this.print());
    addEventListener("afterprint", () => {
      stage.style.height = "";
      this.place();
    });
    press("in", () => this.zoom(FACTOR));
    press("out", () => this.zoom(1 / FACTOR));
    press("fit", () => this.fit());
    this.place();
  }

  /** Put the content where it belongs, never wholly out of the window. */
  place() {
    const { width, height } = this.size();
    this.x = kept(this.x, width * this.scale, this.stage.clientWidth);
    this.y = kept(this.y, height * this.scale, this.stage.clientHeight);
    this.content.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
  }

  /** Move by so many pixels. */
  pan(right, down) {
    this.x += right;
    this.y += down;
    this.place();
  }

  /** Enlarge, a point of the window staying where it is: the middle unless said. */
  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.place();
  }

  /** Show all of it; but if nothing could be seen in it then, all of its width. */
  fit() {
    const { width, height } = this.size();
    const across = Math.min(1, (this.stage.clientWidth - 2 * MARGIN) / width);
    const whole = Math.min(1.5, across, (this.stage.clientHeight - 2 * MARGIN) / height);
    this.scale = Math.max(LEAST_SCALE, whole < SEEN ? Math.min(across, SEEN) : whole);
    this.x = this.y = MARGIN;
    this.place();
  }

  /** Begin at the top. */
  home() {
    this.x = this.y = MARGIN;
    this.place();
  }

  /** Be as wide as paper and as high as the content needs. */
  print() {
    const { width, height } = this.size();
    const scale = Math.min(1, PAPER / width);
    this.stage.style.height = `${height * scale + 2 * MARGIN}px`;
    this.content.style.transform = `translate(${MARGIN}px, ${MARGIN}px) scale(${scale})`;
  }

  /** Bring a rectangle of the content into the window; what is in it stays where it is. */
  show(left, top, width, height) {
    const x = brought(this.x, left * this.scale, width * this.scale, this.stage.clientWidth);
    const y = brought(this.y, top * this.scale, height * this.scale, this.stage.clientHeight);
    this.glide(x, y);
  }

  /** Move there, in a few steps the eye can follow, or at once for those who asked for calm. */
  glide(x, y) {
    const [fromX, fromY, start] = [this.x, this.y, performance.now()];
    const on = (now) => {
      const share = calm.matches ? 1 : Math.min(1, Math.max(0, (now - start) / GLIDE_MS));
      this.x = fromX + (x - fromX) * share;
      this.y = fromY + (y - fromY) * share;
      this.place();
      if (share < 1) this.gliding = requestAnimationFrame(on);
    };
    cancelAnimationFrame(this.gliding);
    on(start);
  }

  wheeled(event) {
    event.preventDefault();
    const unit = [1, LINE, this.stage.clientHeight][event.deltaMode];
    if (event.ctrlKey) this.zoom(Math.exp((-event.deltaY * unit) / 300), ...this.within(event));
    else if (event.shiftKey && !event.deltaX) this.pan(-event.deltaY * unit, 0);
    else this.pan(-event.deltaX * unit, -event.deltaY * unit);
  }

  /** Plus, minus and 0 wherever the picture has the focus; arrows if it has it itself and not a box in it. */
  typed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const zooms = { "+": FACTOR, "=": FACTOR, "-": 1 / FACTOR };
    const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (event.key in zooms) this.zoom(zooms[event.key]);
    else if (event.key === "0") this.fit();
    else if (event.target === this.stage && event.key in moves) this.pan(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  pressed(event) {
    if (event.button !== 0) return;
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.pointers.size === 1) this.dragging = false;
  }

  /** Follow one pointer, or two that pinch; a hand that trembles does not drag, nor one that let go elsewhere. */
  moved(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (!event.buttons) return this.released(event);
    const [right, down] = [event.clientX - before[0], event.clientY - before[1]];
    if (!this.dragging && Math.hypot(right, down) < DRAG) return;
    if (!this.dragging) this.stage.setPointerCapture(event.pointerId);
    this.dragging = true;
    const apart = this.spread();
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.pan(right / this.pointers.size, down / this.pointers.size);
    if (apart) this.zoom(this.spread() / apart, ...this.within(event));
  }

  released(event) {
    this.pointers.delete(event.pointerId);
  }

  /** A drag ends in no click. */
  clicked(event) {
    if (this.dragging) event.stopPropagation();
    this.dragging = false;
  }

  /** Return how far two fingers are apart, 0 if there are not two. */
  spread() {
    const [one, other] = this.pointers.values();
    return other ? Math.hypot(one[0] - other[0], one[1] - other[1]) : 0;
  }

  /** Return where in the window something happened. */
  within(event) {
    const { left, top } = this.stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }
}

/** Return an offset at which something so long keeps a corner in a window so long. */
function kept(offset, length, room) {
  const least = Math.min(KEPT, length, room);
  return Math.min(room - least, Math.max(least - length, offset));
}

/** Return the offset at which a stretch lies in a window: the old one if it does already, else in its middle. */
function brought(offset, start, length, room) {
  const [near, far] = [offset + start, offset + start + length];
  if (near >= MARGIN && far <= room - MARGIN) return offset;
  return length + 2 * MARGIN > room ? MARGIN - start : (room - length) / 2 - start;
}

// The page of one drawing: it is moved and enlarged, and its texts and tips are searched.
//
// Rule: the drawing itself is not changed; what is found gets a ring around it, in a layer of its own.

const picture = ui("content").querySelector("svg");
const rings = shape("g", { "aria-hidden": "true" });
picture.append(rings);
const size = { width: picture.width.baseVal.value, height: picture.height.baseVal.value };
const enlarged = size.width / picture.viewBox.baseVal.width;
const viewport = new Viewport(ui("stage"), ui("content"), () => size);
const groups = [...picture.querySelectorAll("g[id]:not(#page, #head, #foot)")];
const boxes = groups.map((box) => ({ box, text: plain(box.textContent) }));

new Search(
  (text) => boxes.filter((one) => one.text.includes(text)),
  (hits, current) => rings.replaceChildren(...hits.map((hit) => ring(hit, hit === current))),
  (hit) => {
    bring(hit.box);
    return hit.box.querySelector("title, text")?.textContent ?? "";
  },
);
if (size.width > ui("stage").clientWidth) viewport.fit();
ui("content").addEventListener("focusin", (event) => {
  if (event.target.matches("a:focus-visible")) bring(event.target);
});

/** Bring a box into view. */
function bring(box) {
  const { x, y, width, height } = box.getBBox();
  viewport.show(x * enlarged, y * enlarged, width * enlarged, height * enlarged);
}

/** Return a ring around a box; a thicker one around the box looked at. */
function ring({ box }, isCurrent) {
  const { x, y, width, height } = box.getBBox();
  const place = { x: x - 3, y: y - 3, width: width + 6, height: height + 6, rx: 4 };
  return shape("rect", { class: isCurrent ? "ring around current" : "ring around", ...place });
}

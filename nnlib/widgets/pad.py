"""Two surfaces for mouse, pen and finger: one to draw on, one with a point to drag.

They are anywidgets: a few lines of JavaScript that draw in the browser at once, whatever the kernel
does, and need neither a build nor an extension of their own. The browser sends a change only when
the kernel has answered the one before (`seen`), so that a slow machine falls behind by one.
"""

import anywidget
import traitlets

from nnlib.plots.style import INK, PAPER, VERMILLION

SENDER = """
function sender(model, collect) {
  let waiting = false, changed = false;
  const send = () => {
    changed = true;
    if (waiting) return;
    waiting = true; changed = false;
    const [name, value] = collect();
    model.set(name, value);
    model.save_changes();
  };
  model.on("change:seen", () => { waiting = false; if (changed) send(); });
  return send;
}
"""

PAD = """
const SIZE = 252, STEP = 1 / 42;
function render({ model, el }) {
  const canvas = document.createElement("canvas");
  const clear = document.createElement("button");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = SIZE * ratio;
  Object.assign(canvas.style, { width: SIZE + "px", height: SIZE + "px", touchAction: "none",
    background: "@PAPER", border: "1px solid #8a8f96", borderRadius: "4px", cursor: "crosshair" });
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", model.get("label") +
    " Arrow keys move the pen, space sets it down and lifts it, Escape clears.");
  clear.textContent = "Clear";
  clear.className = "jupyter-button widget-button";
  clear.style.display = "block";
  el.append(canvas, clear);

  const context = canvas.getContext("2d");
  let strokes = structuredClone(model.get("strokes")), fresh = true, stroke = null;
  let pen = [0.5, 0.5], down = false;
  const send = sender(model, () => ["strokes", structuredClone(strokes)]);
  const draw = () => {
    context.setTransform(SIZE * ratio, 0, 0, SIZE * ratio, 0, 0);
    context.clearRect(0, 0, 1, 1);
    context.strokeStyle = context.fillStyle = "@INK";
    context.lineWidth = 0.075;
    context.lineCap = context.lineJoin = "round";
    for (const points of strokes) {
      context.beginPath();
      context.moveTo(...points[0]);
      for (const point of points) context.lineTo(...point);
      context.stroke();
    }
    if (canvas.matches(":focus-visible")) {
      context.fillStyle = down ? "@VERMILLION" : "#8a8f96";
      context.fillRect(pen[0] - 0.012, pen[1] - 0.012, 0.024, 0.024);
    }
  };
  const changed = () => { draw(); send(); };
  const empty = () => { strokes = []; stroke = null; down = false; fresh = false; changed(); };
  const begin = (point) => {
    if (fresh) { strokes = []; fresh = false; }  // the example makes room for the first stroke
    stroke = [point];
    strokes.push(stroke);
    changed();
  };
  const extend = (point) => { stroke.push(point); changed(); };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      .map((share) => Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    begin(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || !canvas.hasPointerCapture(event.pointerId)) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of events.length ? events : [event]) extend(place(each));
  });
  for (const name of ["pointerup", "pointercancel"])
    canvas.addEventListener(name, () => { if (!down) stroke = null; });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) {
      pen = pen.map((share, i) => Math.min(1, Math.max(0, share + STEP * moves[event.key][i])));
      if (down) extend(pen); else draw();
    } else if (event.key === " ") {
      down = !down;
      if (down) begin(pen); else { stroke = null; draw(); }
    } else if (event.key === "Escape") empty();
    else return;
    event.preventDefault();
    event.stopPropagation();  // the notebook has its own meaning for these keys
  });
  canvas.addEventListener("focus", draw);
  canvas.addEventListener("blur", draw);
  clear.addEventListener("click", empty);
  draw();
}
export default { render };
"""

MAP = """
function render({ model, el }) {
  const [width, height] = model.get("size");
  const [left, top, right, bottom] = model.get("frame").map((share, i) =>
    share * (i % 2 ? height : width));
  const [u0, u1, v0, v1] = model.get("limits");
  const image = document.createElement("img");
  Object.assign(image, { src: model.get("picture"), alt: model.get("label"), width, height });
  image.draggable = false;
  const dot = document.createElement("div");
  Object.assign(dot.style, { position: "absolute", width: "18px", height: "18px",
    margin: "-9px 0 0 -9px", borderRadius: "50%", background: "@VERMILLION",
    border: "2px solid @PAPER", boxSizing: "border-box", cursor: "grab" });
  dot.tabIndex = 0;
  dot.setAttribute("role", "slider");
  Object.assign(el.style, { position: "relative", width: width + "px", height: height + "px",
    touchAction: "none", flex: "none" });
  el.append(image, dot);

  let point = model.get("point");
  const send = sender(model, () => ["point", point]);
  const draw = () => {
    const x = left + ((point[0] - u0) / (u1 - u0)) * (right - left);
    const y = bottom - ((point[1] - v0) / (v1 - v0)) * (bottom - top);
    dot.style.left = x + "px";
    dot.style.top = y + "px";
    const names = model.get("names");
    const text = names.map((name, i) => name + " " + point[i].toFixed(2)).join(", ");
    dot.setAttribute("aria-valuetext", text);
    dot.setAttribute("aria-label", "Point on the map; arrow keys move it");
  };
  const move = (u, v) => {
    point = [Math.min(u1, Math.max(u0, u)), Math.min(v1, Math.max(v0, v))];
    draw();
    send();
  };
  const drag = (event) => {
    const box = el.getBoundingClientRect();
    move(u0 + ((event.clientX - box.left - left) / (right - left)) * (u1 - u0),
         v0 + ((bottom - event.clientY + box.top) / (bottom - top)) * (v1 - v0));
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    el.setPointerCapture(event.pointerId);
    dot.focus();
    drag(event);
    event.preventDefault();
  });
  el.addEventListener("pointermove", (event) => {
    if (el.hasPointerCapture(event.pointerId)) drag(event);
  });
  dot.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in moves)) return;
    const [across, up] = moves[event.key], share = event.shiftKey ? 0.1 : 0.02;
    move(point[0] + across * share * (u1 - u0), point[1] + up * share * (v1 - v0));
    event.preventDefault();
    event.stopPropagation();  // the notebook has its own meaning for these keys
  });
  model.on("change:point", () => { point = model.get("point"); draw(); });
  draw();
}
export default { render };
"""


def _coloured(script):
    for name, colour in {"@PAPER": PAPER, "@INK": INK, "@VERMILLION": VERMILLION}.items():
        script = script.replace(name, colour)
    return SENDER + script


class Surface(anywidget.AnyWidget):
    """What both surfaces share: a label, and the count of changes that the kernel has answered."""

    label = traitlets.Unicode("").tag(sync=True)
    seen = traitlets.Int(0).tag(sync=True)

    def on_change(self, name, answer):
        """None; `answer(value)` is called whenever the trait `name` changes, then `seen` rises."""

        def react(change):
            try:
                answer(change["new"])
            finally:
                self.seen += 1

        self.observe(react, name)


class Pad(Surface):
    """A square to draw on with mouse, pen, finger or keys.

    `strokes` is a list of strokes, each a list of points [x, y] from 0 to 1, y down.
    """

    _esm = _coloured(PAD)
    strokes = traitlets.List().tag(sync=True)


class Map(Surface):
    """A picture with a point on it that can be dragged, or moved with the arrow keys.

    `point` is [u, v] in the units of the map; `limits` [u0, u1, v0, v1] are the ends of its axes,
    `frame` [left, top, right, bottom] says where they lie, as shares of the picture's `size`.
    """

    _esm = _coloured(MAP)
    picture = traitlets.Unicode().tag(sync=True)
    size = traitlets.List().tag(sync=True)
    frame = traitlets.List().tag(sync=True)
    limits = traitlets.List().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    point = traitlets.List().tag(sync=True)

"""Names for the sliders and buttons of ipywidgets that a screen reader announces without any."""

import anywidget

NAMES = """
const BUTTONS = { "fa-play": "Play or pause", "fa-stop": "Stop", "fa-retweet": "Repeat" };
function render({ el }) {
  el.style.display = "none";
  const name = () => {
    for (const [icon, label] of Object.entries(BUTTONS))
      for (const picture of el.parentElement.querySelectorAll(".widget-play ." + icon))
        picture.parentElement.ariaLabel = picture.parentElement.title = label;
    for (const row of el.parentElement.querySelectorAll(".widget-slider")) {
      const label = row.querySelector(".widget-label")?.textContent;
      for (const part of row.querySelectorAll("[role=slider], .widget-readout"))
        if (label) part.setAttribute("aria-label", label);
    }
  };
  const observer = new MutationObserver(name);  // a slider may be drawn after this
  const begin = () => {
    if (!el.parentElement) return requestAnimationFrame(begin);
    observer.observe(el.parentElement, { childList: true, subtree: true });
    name();
  };
  begin();
  return () => observer.disconnect();
}
export default { render };
"""


class Names(anywidget.AnyWidget):
    """Nothing that is seen; it names every slider, and the buttons of Play, in the same box."""

    _esm = NAMES

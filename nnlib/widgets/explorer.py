"""Sliders beside a picture that is drawn anew whenever one moves."""

import inspect

import ipywidgets

from nnlib.widgets.names import Names
from nnlib.widgets.screen import Screen, attempt


class Explorer:
    """Sliders and the picture that they change; `sliders` is {name: widget}, `screen` the picture.

    draw: function of the sliders' values that returns a picture (see `explore`).
    """

    def __init__(self, draw, **sliders):
        self._draw = draw
        defaults = inspect.signature(draw).parameters
        self.sliders = {
            name: _slider(name, given, defaults.get(name)) for name, given in sliders.items()
        }
        # The first drawing is the cell's own: its errors are the cell's errors.
        self.screen = Screen(draw(**self.values))
        for slider in self.sliders.values():
            slider.observe(self._redraw, "value")
        self.widget = ipywidgets.VBox([_panel(self.sliders.values()), self.screen])

    @property
    def values(self):
        """{name: value} of the sliders as they stand."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def show(self):
        """None; the sliders and the picture are shown."""
        self.screen.show(self.widget)

    def _redraw(self, _change):
        attempt(self.screen, lambda: self._draw(**self.values))


def explore(draw, **sliders):
    """None; shows a picture with sliders, and the picture of the starting state without a kernel.

    draw: function of the sliders' values that returns a Picture of `nnlib.plots` (or a matplotlib
    figure with a description). A default value of a parameter is the slider's starting value.
    sliders: (low, high) or (low, high, step) of whole numbers or floats, a list of choices, True
    or False, or any ipywidgets widget with a value.
    Raises ValueError for anything else, and whatever the first drawing raises; an error of a
    later drawing is shown in the picture's place.
    """
    if not sliders:
        raise ValueError("explore needs at least one slider, such as w=(-5.0, 5.0, 0.1).")
    Explorer(draw, **sliders).show()


def _panel(sliders):
    """The sliders, side by side as far as the page is wide."""
    layout = {"flex_flow": "row wrap", "max_width": "62em"}
    return ipywidgets.Box([*sliders, Names()], layout=layout)


def _slider(name, given, parameter):
    """The widget for one value; ipywidgets' own abbreviations."""
    if parameter is None or parameter.default is inspect.Parameter.empty:
        start = inspect.Parameter.empty
    else:
        start = parameter.default
    try:
        slider = ipywidgets.interactive.widget_from_abbrev(given, start)
    except (TypeError, ValueError):
        slider = None
    if slider is None:
        raise ValueError(
            f"The slider {name} must be (low, high), (low, high, step), a list, True or False, "
            f"or a widget, got {given!r}."
        )
    if not slider.description:
        slider.description = name
    slider.style.description_width = "6em"
    slider.layout.width = "28em"
    return slider

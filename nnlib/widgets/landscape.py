"""The loss over two weights as a map, with a point on it to drag."""

import base64

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.plots.checks import column
from nnlib.plots.display import png
from nnlib.widgets.screen import Screen, attempt


class Landscape:
    """The map with its point (`map`), and the picture of the place where it stands (`screen`)."""

    def __init__(self, loss, u, v, start, draw=None, names=("w₁", "w₂"), log=False):
        from nnlib.widgets.pad import Map

        self._loss, self._u, self._v, self._names = loss, column("u", u), column("v", v), names
        self._losses = np.array([[float(loss(x, y)) for x in self._u] for y in self._v])
        self._draw = draw or self._slices
        start = [float(place) for place in start]
        self.still = plots.loss_contour(u, v, self._losses, names, mark=start, log=log)
        chart = plots.loss_contour(u, v, self._losses, names, log=log)
        self.screen = Screen(self._draw(*start))
        self.map = Map(point=start, **_surface(chart, names))
        self.map.on_change("point", lambda at: attempt(self.screen, lambda: self._draw(*at)))
        layout = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "8px"}
        self.widget = ipywidgets.Box([self.map, self.screen], layout=layout)

    def _slices(self, u, v):
        """The two slices through the point: what one weight alone would do."""
        along_u = [float(self._loss(x, v)) for x in self._u]
        along_v = [float(self._loss(u, y)) for y in self._v]
        with plots.canvas(size=(4.6, 4.4), rows=2) as axes:
            here = float(self._loss(u, v))
            plots.loss_slice(self._u, along_u, self._names[0], u, here, ax=axes[0])
            return plots.loss_slice(self._v, along_v, self._names[1], v, here, ax=axes[1])

    def show(self):
        """None; map and picture are shown; without a kernel, the map with its first point."""
        self.screen.show(self.widget, self.still)


def loss_landscape(loss, u, v, start, draw=None, names=("w₁", "w₂"), log=False):
    """None; shows the map of a loss over two weights, with a point that can be dragged.

    loss: function of two numbers; u: (n,), v: (k,) the values of the two weights; start: (u, v)
    where the point stands first. draw: function of (u, v) that returns the Picture beside the map;
    None shows the slices of the loss through the point. log: levels by equal factors.
    """
    Landscape(loss, u, v, start, draw, names, log).show()


def _surface(figure, names):
    """What a Map must know of a figure: its picture, and where its first axes lie on it."""
    picture = base64.b64encode(png(figure)).decode()
    ax = figure.axes[0]
    place = ax.get_position()
    return {
        "picture": f"data:image/png;base64,{picture}",
        "label": figure.description,
        "size": [int(side * figure.dpi) for side in figure.get_size_inches()],
        "frame": [place.x0, 1 - place.y1, place.x1, 1 - place.y0],
        "limits": [*ax.get_xlim(), *ax.get_ylim()],
        "names": list(names),
    }

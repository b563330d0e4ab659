"""Draw a digit: the strokes become a picture like those of the data, and the network reads it."""

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.plots.checks import finite
from nnlib.widgets.screen import Screen, attempt
from nnlib.widgets.strokes import strokes_to_pixels

# A five in two strokes: what stands on the pad before anything is drawn.
FIVE = [
    [[0.38, 0.14], [0.36, 0.28], [0.35, 0.45], [0.47, 0.41], [0.6, 0.45], [0.68, 0.56],
     [0.66, 0.7], [0.56, 0.82], [0.42, 0.84], [0.31, 0.77]],
    [[0.38, 0.14], [0.52, 0.13], [0.67, 0.12]],
]  # fmt: skip


class DigitReader:
    """The pad, and the picture of what the network sees and says; `pad` and `screen`."""

    def __init__(self, predict):
        from nnlib.widgets.pad import Pad

        self._predict = predict
        self.pad = Pad(label="Draw a digit from 0 to 9 here.", strokes=FIVE)
        self.screen = Screen(self._read(FIVE))
        self.pad.on_change("strokes", lambda new: attempt(self.screen, lambda: self._read(new)))
        layout = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "12px"}
        self.widget = ipywidgets.Box([self.pad, self.screen], layout=layout)

    def _read(self, strokes):
        pixels = strokes_to_pixels(strokes)
        return plots.reading(pixels, _asked(self._predict, pixels) if pixels.any() else None)

    def show(self):
        """None; the pad and the picture are shown."""
        self.screen.show(self.widget)


def draw_digit(predict):
    """None; shows a pad to draw a digit on, what the network sees of it, and what it says.

    predict: function of X (1, 64), pixels from 0 to 16 as in the digits data, that returns the
    probabilities (1, 10). The strokes are set upright, scaled and centred as the data were.
    Raises ValueError if predict returns another shape.
    """
    DigitReader(predict).show()


def draw_digit_strip(predict, strokes=FIVE, steps=4):
    """The picture of a digit as it is drawn, step by step: what the network sees, what it says.

    predict: as for `draw_digit`; strokes: list of strokes (n, 2), x to the right and y down.
    """
    points = sum(map(len, strokes))
    with plots.canvas(None, (2.35 * steps, 3.6), 2, steps, height_ratios=(1.35, 1)) as axes:
        for axes_of_step, share in zip(axes.T, np.linspace(0, 1, steps + 1)[1:], strict=True):
            pixels = strokes_to_pixels(_first(strokes, round(share * points)))
            picture = plots.reading(pixels, _asked(predict, pixels), axes=axes_of_step)
    return picture


def _first(strokes, points):
    """The strokes up to the given number of points."""
    done = []
    for stroke in strokes:
        done.append(stroke[:points])
        points -= len(done[-1])
    return done


def _asked(predict, pixels):
    p = finite("what predict returns", predict(pixels[None]))
    if p.shape != (1, 10):
        raise ValueError(f"predict must return probabilities of shape (1, 10), got {p.shape}.")
    return p[0]

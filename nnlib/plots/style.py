"""The house style: colours, sizes and the context in which every figure is drawn."""

from contextlib import contextmanager

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.figure import Figure

PAPER = "#faf9f5"  # the card that keeps a figure readable on a light and on a dark page
INK = "#22262b"
GREY = "#6b7078"
FAINT = "#d9d7d0"

# Okabe and Ito's colour-blind safe hues, the light ones darkened until a line on PAPER
# has a contrast of at least 3:1.
BLUE = "#0072b2"
VERMILLION = "#c2410c"
GREEN = "#00805e"
PURPLE = "#a34a83"
OCHRE = "#b07d00"
COLOURS = (BLUE, VERMILLION, PURPLE, GREEN, OCHRE, INK)

# Classes and curves differ by these too, so that colour is never the only sign.
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))

DPI = 100

HOUSE = {
    "figure.facecolor": PAPER,
    "figure.dpi": DPI,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.07,
    "savefig.facecolor": PAPER,
    "savefig.dpi": DPI,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(color=COLOURS) + matplotlib.cycler(linestyle=LINES),
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "image.cmap": "Greys",
}


def house_style():
    """A context in which matplotlib draws in the house style; the user's settings return after it.

    It starts from matplotlib's own defaults, so that a personal matplotlibrc changes no figure.
    """
    return matplotlib.style.context(HOUSE, after_reset=True)


class Picture(Figure):
    """A matplotlib figure that knows its description and shows both as a cell's last line.

    `descriptions` is the list of sentences that `describe` has added.
    It is never registered with pyplot: nothing is shown twice and nothing has to be closed.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.descriptions = []

    @property
    def description(self):
        """The sentences that say what is seen, as one string; empty if none was given."""
        return " ".join(self.descriptions)

    def _ipython_display_(self):
        from nnlib.plots.display import show

        show(self)

    def __repr__(self):
        return f"Picture({self.description!r})"


@contextmanager
def canvas(ax=None, size=(6.0, 3.4), rows=1, columns=1, **options):
    """A context in the house style that gives `ax`, or the axes of a new Picture.

    size: inches (100 pixels each). With rows and columns an array of axes, as Figure.subplots.
    """
    with house_style():
        yield Picture(figsize=size).subplots(rows, columns, **options) if ax is None else ax


def describe(ax, sentence):
    """The figure of `ax` (one axes or an array of them), with `sentence` added to what it says.

    Raises ValueError for an empty sentence: a picture without words is lost on some readers.
    """
    if not isinstance(sentence, str) or not sentence.strip():
        raise ValueError(f"describe needs a sentence that says what is seen, got {sentence!r}.")
    figure = np.ravel(ax)[0].get_figure(root=True)
    # A figure made by pyplot can be described too.
    figure.descriptions = [*getattr(figure, "descriptions", []), sentence.strip()]
    return figure

"""A strip: a row of small pictures that tells on paper what a slider shows in a live notebook."""

import numpy as np

from nnlib.plots.style import canvas
from nnlib.plots.words import number


def strip(draw, columns=None, size=(2.7, 2.4), **values):
    """The picture of several drawings side by side, one for each value of a slider.

    draw: function of the values and `ax`, the same that `explore` takes: draw(w=…, ax=…).
    values: lists (of one length) change from drawing to drawing, all else stays as it is.
    columns: drawings per row, all in one row if None; size: inches of one drawing.
    Raises ValueError if no value is a list or their lengths differ.
    """
    changing = {name: list(v) for name, v in values.items() if isinstance(v, list | np.ndarray)}
    if len({len(v) for v in changing.values()}) != 1 or not all(changing.values()):
        lengths = {name: len(v) for name, v in changing.items()}
        raise ValueError(f"strip needs one or more lists of one length, got lengths {lengths}.")
    n = len(next(iter(changing.values())))
    columns = min(columns or n, n)
    rows = -(-n // columns)
    with canvas(None, (columns * size[0], rows * size[1]), rows, columns, squeeze=False) as axes:
        for i, ax in enumerate(axes.flat):
            if i < n:
                _panel(draw, ax, {**values, **{k: v[i] for k, v in changing.items()}}, changing)
            else:
                ax.axis("off")
        return axes.flat[0].get_figure(root=True)


def _panel(draw, ax, values, changing):
    """One drawing, under the values it stands for; its sentence starts with them too."""
    figure = ax.get_figure(root=True)
    before = figure.descriptions
    figure.descriptions = []
    draw(**values, ax=ax)
    title = ", ".join(f"{name} = {_text(values[name])}" for name in changing)
    ax.set_title(title)
    if ax.get_legend():
        ax.get_legend().remove()
    figure.descriptions = [*before, f"{title}: {figure.description}"]


def _text(value):
    return number(value) if isinstance(value, int | float | np.number) else str(value)

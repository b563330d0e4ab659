"""One neuron as a chain of three links, with the local slope of each link and their product."""

import numpy as np

from nnlib.plots.style import BLUE, INK, PAPER, VERMILLION, canvas, describe
from nnlib.plots.words import number

PLACES = (0.0, 2.5, 5.0, 7.5)
STEP = PLACES[1]


def neuron_chain(w=1.0, b=0.0, x=1.0, y=0.0, ax=None):
    """The picture of one sigmoid neuron and its loss L = (ŷ − y)² as a chain with local slopes.

    w, b, x, y: numbers. Blue, above: the values, forward. Red, below: the slopes, backward; their
    product along the chain is ∂L/∂w (lesson 03).
    """
    w, b, x, y = (float(np.squeeze(v)) for v in (w, b, x, y))
    z = w * x + b
    y_hat = 0.5 * (1 + np.tanh(0.5 * z))
    off = y_hat - y
    said = number(y_hat, _digits_below_1(y_hat))
    values = [
        ("w", number(w), ""),
        ("z", number(z), "w x + b"),
        ("ŷ", said, "σ(z)"),
        ("L", number(off**2), "(ŷ − y)²"),
    ]
    slopes = [
        ("∂z/∂w = x", x),
        ("∂ŷ/∂z = ŷ (1 − ŷ)", y_hat * (1 - y_hat)),
        ("∂L/∂ŷ = 2 (ŷ − y)", 2 * off),
    ]
    slope_b = slopes[1][1] * slopes[2][1]
    with canvas(ax, (7.4, 2.7)) as ax:
        for place, value in zip(PLACES, values, strict=True):
            _box(ax, place, *value)
        for place, slope in zip(PLACES, slopes, strict=False):
            _link(ax, place, *slope)
        ax.set_title(f"x = {number(x)},  b = {number(b)},  target y = {number(y)}")
        _product(ax, [s for _, s in slopes], slope_b)
        ax.set(xlim=(-0.7, 8.4), ylim=(-1.75, 0.95))
        ax.axis("off")
    told = ", ".join(f"{name} = {value}" for name, value, _ in values)
    local = ", ".join(f"{name.split(' =')[0]} = {number(slope)}" for name, slope in slopes)
    return describe(
        ax,
        f"A chain for x = {number(x)}, b = {number(b)}, y = {number(y)}: {told}. Local slopes: "
        f"{local}. Their product ∂L/∂w is {number(slope_b * x)}, and ∂L/∂b is {number(slope_b)}.",
    )


def _digits_below_1(y_hat):
    """How many digits tell y_hat from 1, if it is below; at least 3, at most 12."""
    return int(np.clip(np.ceil(-np.log10(max(1 - y_hat, 1e-12))), 3, 12))


def _box(ax, place, name, value, formula):
    box = {"boxstyle": "round,pad=0.45", "fc": "#dcebf5", "ec": BLUE, "lw": 1.4}
    ax.text(place, 0.25, f"{name} = {value}", ha="center", va="center", bbox=box, color=INK)
    ax.text(place, 0.8, formula, ha="center", va="center", color=BLUE)


def _link(ax, place, name, slope):
    """An arrow forward with its local slope below, where the way back reads it."""
    arrow = {"arrowstyle": "-|>", "color": BLUE, "lw": 1.4}
    ax.annotate("", (place + STEP - 0.78, 0.25), (place + 0.78, 0.25), arrowprops=arrow)
    back = {"arrowstyle": "-|>", "color": VERMILLION, "lw": 1.4}
    ax.annotate("", (place + 0.3, -0.3), (place + STEP - 0.3, -0.3), arrowprops=back)
    ax.text(place + STEP / 2, -0.62, name, ha="center", va="center", size=8.5, color=VERMILLION)
    box = {"boxstyle": "round,pad=0.2", "fc": PAPER, "ec": "none"}
    ax.text(
        place + STEP / 2, -0.96, number(slope), ha="center", va="center", color=VERMILLION, bbox=box
    )


def _product(ax, slopes, slope_b):
    x, slope_a, slope_l = (f"({number(s)})" if s < 0 else number(s) for s in slopes)
    total = number(slopes[0] * slope_b)
    text = f"∂L/∂w = {slope_l} · {slope_a} · {x} = {total}      ∂L/∂b = {number(slope_b)}"
    ax.text(PLACES[-1] / 2, -1.55, text, ha="center", va="center", color=INK, weight="bold")

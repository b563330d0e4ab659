"""The network as a diagram: numbers flow forward, error terms flow back."""

import numpy as np
from matplotlib.patches import Circle

from nnlib.plots.checks import column
from nnlib.plots.style import BLUE, FAINT, GREY, INK, PAPER, VERMILLION, canvas, describe
from nnlib.plots.words import number, sentence_case

RADIUS = 0.37
APART = 2.9  # between two layers; nodes of a layer are 1 apart
LABEL = 0.75  # room on the right for the output's error terms
MOST = 8  # a larger layer is drawn as its first three and last two nodes


def network_diagram(
    sizes, values=None, deltas=None, weights=None, highlight=None, names=None, ax=None
):
    """The picture of a dense network as circles and lines, with the numbers it holds.

    sizes: units per layer, the input first, for example (4, 3, 2).
    values: one array (n,) per layer, or None for a layer that is not computed yet; in the circles.
    deltas: the same for the error terms; beside the circles.
    weights: one array (n_in, n_out) per pair of layers; written on the lines.
    highlight: number of the layer at work (0 is the input). The lines into it are drawn as
    arrows: forward ones, or backward ones if it has an error term.
    names: one title per layer.
    Raises ValueError if an array does not fit the sizes.
    """
    sizes = _checked_sizes(sizes)
    values = _per_layer("values", values, sizes)
    names = _names(names, len(sizes))
    if highlight is not None and not 0 <= highlight < len(sizes):
        raise ValueError(
            f"highlight must be a layer from 0 to {len(sizes) - 1}, got {highlight!r}."
        )
    places = [_places(layer, n) for layer, n in enumerate(sizes)]
    top = max(y for nodes in places for _, y in nodes.values()) + 0.55
    end = APART * (len(sizes) - 1) + 0.9 + (0 if deltas is None else LABEL)
    deltas = _per_layer("deltas", deltas, sizes)
    with canvas(ax, (0.68 * (end + 1.1), 0.68 * (2 * top + 0.4))) as ax:
        ax.set(xlim=(-0.9, end), ylim=(-top - 0.05, top + 0.35), aspect="equal")
        scale = _scale(ax)
        for layer in range(len(sizes) - 1):
            _lines(ax, places[layer], places[layer + 1], _direction(layer, highlight, deltas))
            if weights is not None:
                _weights(ax, places[layer], places[layer + 1], weights[layer], sizes[layer:])
        for layer, nodes in enumerate(places):
            side = 1 if layer == len(sizes) - 1 else -1  # where no arrow ends on its way back
            _nodes(ax, nodes, values[layer], deltas[layer], layer == highlight, scale, side)
            ax.text(layer * APART, top, names[layer], ha="center", va="bottom", color=GREY)
        ax.axis("off")
    return describe(ax, _sentence(sizes, names, values, deltas))


def _checked_sizes(sizes):
    sizes = [int(n) for n in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be two or more layer sizes of at least 1, got {sizes}.")
    return sizes


def _per_layer(name, arrays, sizes):
    if arrays is None:
        return [None] * len(sizes)
    if len(arrays) != len(sizes):
        raise ValueError(f"{name} must have one entry per layer ({len(sizes)}), got {len(arrays)}.")
    arrays = [None if a is None else column(name, np.ravel(a)) for a in arrays]
    for layer, (array, n) in enumerate(zip(arrays, sizes, strict=True)):
        if array is not None and len(array) != n:
            raise ValueError(f"{name}[{layer}] must have {n} entries, got {len(array)}.")
    return arrays


def _names(names, layers):
    if names is None:
        hidden = [f"hidden {i}" for i in range(1, layers - 1)] if layers > 3 else ["hidden"]
        names = ["input", *hidden[: layers - 2], "output"]
    if len(names) != layers:
        raise ValueError(f"names must have one entry per layer ({layers}), got {len(names)}.")
    return list(names)


def _places(layer, n):
    """{unit: (x, y)} of the circles that are drawn; a large layer leaves its middle out."""
    shown = list(range(n)) if n <= MOST else [0, 1, 2, n - 2, n - 1]
    slots = list(range(n)) if n <= MOST else [0, 1, 2, 4, 5]
    spread = 1.25 if n == 2 else 1.0
    return {
        unit: (layer * APART, spread * (slots[-1] / 2 - slot))
        for unit, slot in zip(shown, slots, strict=True)
    }


def _direction(layer, highlight, deltas):
    """How the lines from `layer` to the next one are drawn."""
    if highlight is None:
        return "quiet"
    if deltas[highlight] is not None:
        return "backward" if layer == highlight else "quiet"
    return "forward" if layer + 1 == highlight else "quiet"


def _lines(ax, here, there, direction):
    if direction == "quiet":
        for x0, y0 in here.values():
            for x1, y1 in there.values():
                ax.plot([x0, x1], [y0, y1], color=FAINT, lw=1.2, ls="-", zorder=0)
        return
    starts, ends = (here, there) if direction == "forward" else (there, here)
    colour = BLUE if direction == "forward" else VERMILLION
    for start in starts.values():
        for end in ends.values():
            arrow = {"arrowstyle": "-|>", "color": colour, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
            tip = _rim(end, start)
            ax.annotate("", tip, _rim(start, end), arrowprops=arrow, zorder=1)


def _rim(centre, towards):
    """The point of a circle's rim that faces another point."""
    centre, towards = np.array(centre), np.array(towards)
    step = towards - centre
    return centre + step * (RADIUS + 0.04) / np.hypot(*step)


def _weights(ax, here, there, W, sizes):
    W = np.asarray(W, dtype=float)
    if W.shape != (sizes[0], sizes[1]):
        raise ValueError(f"weights must have shape {(sizes[0], sizes[1])} here, got {W.shape}.")
    share = _clearest(here, there)
    for i, (x0, y0) in here.items():
        for j, (x1, y1) in there.items():
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            turn = np.degrees(np.arctan2(y1 - y0, x1 - x0))
            box = {"boxstyle": "round,pad=0.08", "fc": PAPER, "ec": "none"}
            ax.text(x, y, number(W[i, j], 2), size=8, rotation=turn, bbox=box, ha="center",
                    va="center", color=GREY, zorder=2)  # fmt: skip


def _clearest(here, there):
    """How far along the lines the numbers stand: where they are furthest from each other."""
    starts = np.array([y for _, y in here.values()])
    ends = np.array([y for _, y in there.values()])

    def gap(share):
        heights = np.sort(np.add.outer((1 - share) * starts, share * ends).ravel())
        return np.diff(heights).min(initial=9)

    return max(np.linspace(0.26, 0.74, 49), key=lambda share: round(gap(share), 6))


def _nodes(ax, nodes, values, deltas, at_work, scale, side):
    fill = PAPER if values is None else "#dcebf5"
    ring = (VERMILLION if deltas is not None else BLUE) if at_work else GREY
    for unit, (x, y) in nodes.items():
        ax.add_patch(Circle((x, y), RADIUS, fc=fill, ec=ring, lw=2.4 if at_work else 1.2, zorder=3))
        if values is not None:
            text = number(values[unit])
            ax.text(
                x, y, text, ha="center", va="center", size=_fit(text, scale), color=INK, zorder=4
            )
        if deltas is not None:
            text = "δ " + number(deltas[unit], 2)
            box = {"boxstyle": "round,pad=0.15", "fc": PAPER, "ec": VERMILLION, "lw": 0.8}
            ax.text(x + side * (RADIUS + 0.12), y, text, ha="left" if side > 0 else "right",
                    va="center", size=max(7.5, 9.5 * scale), color=VERMILLION, bbox=box,
                    zorder=5)  # fmt: skip
    if len(nodes) == 5 and max(nodes) > 4:
        x, _ = nodes[0]
        ax.text(x, (nodes[2][1] + nodes[max(nodes) - 1][1]) / 2, "⋮", ha="center", va="center",
                size=16, color=GREY)  # fmt: skip


def _scale(ax):
    """How much smaller than in a figure of its own the diagram is drawn, at most 1."""
    box, (x0, x1), (y0, y1) = ax.get_window_extent(), ax.get_xlim(), ax.get_ylim()
    return min(1.0, box.width / (x1 - x0) / 56, box.height / (y1 - y0) / 56)


def _fit(text, scale):
    size = 10 if len(text) < 5 else 8.5 if len(text) < 7 else 7
    return max(7, size * scale)


def _sentence(sizes, names, values, deltas):
    parts = [f"A network with layers of {', '.join(map(str, sizes))} units."]
    for name, array in zip(names, values, strict=True):
        if array is not None:
            parts.append(f"{name} holds {_listed(array)}.")
    for name, array in zip(names, deltas, strict=True):
        if array is not None:
            parts.append(f"The error terms of {name} are {_listed(array)}.")
    return " ".join(map(sentence_case, parts))


def _listed(array):
    shown = [number(v) for v in array[:MOST]]
    return " ".join(shown) + (" and so on" if len(array) > MOST else "")


def pass_step(sizes, values, deltas, step, weights=None, names=None, ax=None):
    """The picture of one step of a forward and a backward pass, everything before it done.

    sizes, values, deltas, weights, names: as for `network_diagram`, complete (deltas[0] is not
    used). step: 0 shows the inputs, 1 to L the layers forward, L+1 to 2L the layers backward, where
    L is len(sizes) − 1. Raises ValueError for another step.
    """
    last = len(sizes) - 1
    if not 0 <= step <= 2 * last:
        raise ValueError(f"step must be from 0 to {2 * last} for these sizes, got {step!r}.")
    first_known = max(2 * last + 1 - step, 1)  # the earliest layer that has its error term
    shown = [v if layer <= step else None for layer, v in enumerate(values)]
    known = [d if layer >= first_known else None for layer, d in enumerate(deltas)]
    at_work = step if step <= last else first_known
    return network_diagram(sizes, shown, known, weights, at_work, names, ax)

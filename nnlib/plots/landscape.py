"""The loss as a landscape: a slice along one weight, a contour map of two, the surface, paths."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import MaxNLocator

from nnlib.plots.checks import column, finite, same_length
from nnlib.plots.over_points import legend_outside
from nnlib.plots.style import (
    BLUE,
    COLOURS,
    INK,
    LINES,
    MARKERS,
    PAPER,
    VERMILLION,
    canvas,
    describe,
)
from nnlib.plots.words import count, number, sentence_case

HEIGHT = LinearSegmentedColormap.from_list("height", ["#ffffff", "#a9c6d9", "#3d6f8e"])
OUTLINE = [Stroke(linewidth=4, foreground=PAPER), Normal()]


def loss_slice(values, losses, name="w", mark=None, height=None, quantity="loss", ax=None):
    """The picture of the loss along one weight, with the lowest point marked.

    values: (n,), the weight; losses: (n,), or {name: (n,)} for several curves.
    mark: a value of the weight where the learner stands, or None; height: the loss there, or None
    to draw the mark on the line between the values beside it.
    """
    values = column("values", values)
    several = isinstance(losses, dict)
    series = losses if several else {quantity: losses}
    said = []
    with canvas(ax, (6.0, 3.2)) as ax:
        for i, (label, line) in enumerate(series.items()):
            line = column(f"losses of {label}" if several else "losses", line)
            same_length(values=values, losses=line)
            colour, low = COLOURS[i % 6], int(np.argmin(line))
            ax.plot(values, line, color=colour, ls=LINES[i % 6], label=label)
            ax.plot(values[low], line[low], ls="", marker=MARKERS[i % 6], color=colour)
            said.append(_slice_sentence(label, values, line, name))
        if mark is not None:
            line = column("losses", next(iter(series.values())))
            _stand(ax, mark, np.interp(mark, values, line) if height is None else height)
            told = "" if height is None else f", height {number(height)}"
            said.append(f"The mark stands at {name} = {number(mark)}{told}.")
        ax.set(xlabel=name, ylabel=quantity)
        if several:
            legend_outside(ax)
    return describe(ax, " ".join(said))


def loss_contour(u, v, losses, names=("w₁", "w₂"), paths=None, mark=None, log=False, ax=None):
    """The map of a loss over two weights: light is low; with the paths that descents took on it.

    u: (n,), v: (k,), losses: (k, n), a row per v. paths: {name: (steps, 2)} of (u, v).
    mark: a point (u, v), or None. log: levels by equal factors instead of equal steps.
    """
    u, v, losses = _checked_grid(u, v, losses)
    paths = {} if paths is None else {n: _checked_path(n, p) for n, p in paths.items()}
    with canvas(ax, (5.6, 4.4)) as ax:
        heights, levels = _levels(losses, log)
        ax.contourf(u, v, heights, levels, cmap=HEIGHT)
        ax.contour(u, v, heights, levels, colors=[INK], linewidths=0.4, alpha=0.5, linestyles="-")
        row, col = np.unravel_index(np.argmin(losses), losses.shape)
        ax.plot(u[col], v[row], ls="", marker="*", ms=22, mew=0, color=INK)  # seen under a mark
        for i, (name, path) in enumerate(paths.items()):
            _path(ax, i, name, path)
        if mark is not None:
            _stand(ax, *mark)
        ax.set(xlabel=names[0], ylabel=names[1])
        ax.set(xlim=(u.min(), u.max()), ylim=(v.min(), v.max()))
        if paths:
            legend_outside(ax)
    said = [_landscape_sentence(u, v, losses, names)]
    said += [_path_sentence(name, path, names) for name, path in paths.items()]
    if mark is not None:
        said.append(f"The mark stands at {_point(mark, names)}.")
    return describe(ax, " ".join(said))


def loss_surface(u, v, losses, names=("w₁", "w₂"), quantity="loss", ax=None):
    """The picture of a loss over two weights as a surface in space.

    u: (n,), v: (k,), losses: (k, n), a row per v. ax: axes with projection "3d", or None.
    """
    u, v, losses = _checked_grid(u, v, losses)
    with canvas(ax, (5.6, 4.4), subplot_kw={"projection": "3d"}) as ax:
        look = {"cmap": HEIGHT, "edgecolor": "#3a4a55", "linewidth": 0.25, "antialiased": True}
        ax.plot_surface(*np.meshgrid(u, v), losses, rcount=40, ccount=40, **look)
        ax.set(xlabel=names[0], ylabel=names[1], zlabel=quantity)
        ax.zaxis.labelpad = 10
        ax.view_init(elev=32, azim=-58)
        ax.set_box_aspect((1, 1, 0.7), zoom=0.92)
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.set_pane_color(PAPER)
            axis.set_major_locator(MaxNLocator(5))
    return describe(ax, _landscape_sentence(u, v, losses, names))


def _slice_sentence(label, values, line, name):
    low = int(np.argmin(line))
    told = [f"{number(line[i])} at {name} = {number(values[i])}" for i in (0, low, -1)]
    return f"{sentence_case(label)}: {told[0]}, lowest with {told[1]}, {told[2]}."


def _checked_grid(u, v, losses):
    u, v, losses = column("u", u), column("v", v), finite("losses", losses, ndim=2)
    if losses.shape != (len(v), len(u)):
        raise ValueError(
            f"losses must have a row per v and a column per u, shape {(len(v), len(u))}, "
            f"got {losses.shape}."
        )
    if min(losses.shape) < 2:
        raise ValueError(f"A landscape needs two or more values each way, got {losses.shape}.")
    return u, v, losses


def _checked_path(name, path):
    path = finite(f"the path {name}", path, ndim=2)
    if path.shape[1] != 2:
        raise ValueError(f"The path {name} must have shape (steps, 2), got {path.shape}.")
    return path


def _levels(losses, log):
    finite_ones = losses[np.isfinite(losses)]
    if not finite_ones.size:
        raise ValueError("losses must hold at least one finite number.")
    if log:
        if finite_ones.min() <= 0:
            raise ValueError(f"log=True needs losses above 0, got {number(finite_ones.min())}.")
        losses, finite_ones = np.log10(losses), np.log10(finite_ones)
    low, high = finite_ones.min(), finite_ones.max()
    return losses, np.linspace(low, high if high > low else low + 1, 15)


def _path(ax, i, name, path):
    colour = (VERMILLION, BLUE, *COLOURS[2:])[i % 6]
    few = len(path) <= 40
    ax.plot(*path.T, color=colour, ls="-", lw=1.8, marker=MARKERS[i % 6] if few else None, ms=3.5,
            label=name, path_effects=OUTLINE)  # fmt: skip
    ax.plot(*path[0], ls="", marker="o", mfc=PAPER, mec=colour, mew=2, ms=8)
    ax.plot(*path[-1], ls="", marker="X", color=colour, mec=PAPER, ms=9)


def _stand(ax, x, y):
    ax.plot(x, y, ls="", marker="o", ms=10, mfc=VERMILLION, mec=PAPER, mew=1.5, zorder=5)


def _point(at, names):
    return f"{names[0]} = {number(at[0])}, {names[1]} = {number(at[1])}"


def _landscape_sentence(u, v, losses, names):
    row, col = np.unravel_index(np.nanargmin(losses), losses.shape)
    lowest, highest = number(np.nanmin(losses)), number(np.nanmax(losses))
    where = _point((u[col], v[row]), names)
    return (
        f"The loss over {names[0]} from {number(u.min())} to {number(u.max())} and {names[1]} "
        f"from {number(v.min())} to {number(v.max())}: lowest with {lowest} at {where}, "
        f"highest with {highest}."
    )


def _path_sentence(name, path, names):
    steps = count(len(path) - 1, "step")
    ends = f"{_point(path[0], names)} to {_point(path[-1], names)}"
    return f"{sentence_case(name)} goes from {ends} in {steps}."

"""The regions into which a classifier divides the plane, with the points it was given."""

import numpy as np
from matplotlib.colors import to_rgb

from nnlib.plots.checks import finite, same_length
from nnlib.plots.over_points import legend_outside
from nnlib.plots.style import COLOURS, INK, MARKERS, PAPER, canvas, describe
from nnlib.plots.words import count


def decision_boundary(predict, X, labels, classes=None, legend=True, steps=100, ax=None):
    """The picture of the regions in which `predict` answers each class, and the labelled points.

    predict: function of X (n, 2) that returns labels (n,), probabilities of the second of two
    classes (n,) or (n, 1), or probabilities of all classes (n, k).
    X: (m, 2); labels: (m,) or (m, 1). classes: the k classes in order; those of labels if None.
    steps: predictions per side of the picture.
    Raises ValueError if a shape does not fit.
    """
    X, labels = finite("X", X, ndim=2), np.ravel(labels)
    same_length(X=X, labels=labels)
    if X.shape[1] != 2:
        raise ValueError(f"X must have two columns to be drawn in the plane, got {X.shape}.")
    classes = np.unique(labels) if classes is None else np.asarray(classes)
    sides = [_side(X[:, 0], steps), _side(X[:, 1], steps)]
    grid = np.stack([g.ravel() for g in np.meshgrid(*sides)], axis=1)
    shares = _shares(predict(grid), len(grid), classes).reshape(steps, steps, len(classes))
    right = np.mean(classes[_shares(predict(X), len(X), classes).argmax(axis=1)] == labels)
    with canvas(ax, (5.6, 4.2)) as ax:
        _regions(ax, sides, shares)
        _classes(ax, X, labels, classes)
        ax.set(xlabel="x₁", ylabel="x₂")
        if legend:
            legend_outside(ax)
    names = [f"class {_name(c)}" for c in classes]
    numbers = ", ".join(
        f"{np.sum(labels == c)} of {n}" for c, n in zip(classes, names, strict=True)
    )
    sides_sentence = f"{right:.1%} of them lie in the region of their class."
    return describe(ax, f"{count(len(X), 'point')} ({numbers}); {sides_sentence}")


def _side(values, steps):
    edge = 0.08 * (np.ptp(values) or 1.0)
    return np.linspace(values.min() - edge, values.max() + edge, steps)


def _shares(answer, n, classes):
    """What `predict` answered, as (n, k): the share of each class."""
    answer, k = np.asarray(answer), len(classes)
    if answer.shape == (n, k) and k > 1:
        return answer.astype(float)
    if answer.shape not in ((n,), (n, 1)):
        raise ValueError(
            f"predict must return (n,), (n, 1) or (n, {k}) for n = {n} points, got {answer.shape}."
        )
    answer = answer.ravel()
    if k == 2 and answer.dtype.kind == "f":
        return np.stack([1 - answer, answer], axis=1)
    return (answer[:, None] == classes).astype(float)


def _regions(ax, sides, shares):
    """Each pixel mixes the classes' tints by their shares; a line where the largest changes."""
    tints = np.array([_tint(COLOURS[c % 6]) for c in range(shares.shape[2])])
    total = shares.sum(axis=2, keepdims=True)
    mixed = np.clip(shares / np.where(total > 0, total, 1) @ tints, 0, 1)
    extent = (sides[0][0], sides[0][-1], sides[1][0], sides[1][-1])
    ax.imshow(mixed, extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
    for c in range(shares.shape[2]) if shares.shape[2] > 2 else (0,):
        others = np.delete(shares, c, axis=2).max(axis=2)
        lead = shares[:, :, c] - others
        if lead.min() < 0 < lead.max():
            ax.contour(*sides, lead, [0], colors=[INK], linewidths=1.2, linestyles="-")


def _tint(colour, strength=0.42):
    return strength * np.array(to_rgb(colour)) + (1 - strength) * np.array(to_rgb(PAPER))


def _classes(ax, X, labels, classes):
    size = 4 if len(X) > 200 or ax.get_window_extent().width < 350 else 6
    for c, name in enumerate(classes):
        look = {"marker": MARKERS[c % 6], "color": COLOURS[c % 6], "ms": size}
        look |= {"ls": "", "mec": PAPER, "mew": 0.6, "label": f"class {_name(name)}"}
        ax.plot(*X[labels == name].T, **look)


def _name(label):
    """A class as it is spoken of: 1, not 1.0."""
    return f"{label:g}" if isinstance(label, float | np.floating) else str(label)

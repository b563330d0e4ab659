"""Pictures of digits, of weights, and of what a classifier says about them."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from nnlib.plots.checks import finite, same_length
from nnlib.plots.style import BLUE, FAINT, GREY, VERMILLION, canvas, describe
from nnlib.plots.words import a, count, number

SIGNED = LinearSegmentedColormap.from_list("signed", [VERMILLION, "#ffffff", BLUE])
MOST = 64


def digits(X, labels=None, predicted=None, columns=8, ax=None):
    """The picture of a batch of digits, dark ink on white, with what each one is.

    X: (m, pixels) of square pictures or (m, height, width), m at most 64; labels, predicted: (m,).
    Where the two differ, the caption says both. Raises ValueError for too many or no squares.
    """
    images = _images(X)
    captions, wrong = _captions(len(images), labels, predicted)
    with canvas(ax, _mosaic_size(len(images), columns, captions)) as ax:
        _mosaic(ax, images, captions, columns, wrong, cmap="Greys", vmin=0, vmax=images.max() or 1)
    return describe(ax, _digits_sentence(len(images), labels, predicted))


def weight_pictures(W, shape=None, columns=5, names=None, ax=None):
    """The picture of every hidden neuron's weights, blue where positive, red where negative.

    W: (n_in, n_out), a column per neuron; shape: (height, width), square if None.
    All neurons share one colour scale. Raises ValueError if n_in is not height times width.
    """
    W = finite("W", W, ndim=2)
    images = _images(W.T, shape)
    limit = np.abs(W).max() or 1.0
    names = names or [f"neuron {j + 1}" for j in range(len(images))]
    with canvas(ax, _mosaic_size(len(images), columns, names, bar=True)) as ax:
        drawn = _mosaic(ax, images, names, columns, cmap=SIGNED, vmin=-limit, vmax=limit)
        bar = ax.get_figure(root=True).colorbar(
            drawn, ax=ax, shrink=0.7, aspect=18, pad=0.02, label="weight"
        )
        bar.outline.set_visible(False)
    strongest = int(np.argmax(np.abs(W).max(axis=0)))
    return describe(
        ax,
        f"The weights of {count(len(images), 'neuron')} as pictures, from {number(W.min())} to "
        f"{number(W.max())}; the strongest weight belongs to {names[strongest]}.",
    )


def confusion(matrix, classes=None, ax=None):
    """The picture of a confusion matrix: rows are the true classes, columns the predicted ones.

    matrix: (k, k) counts; classes: k names, 0 … k−1 if None. Mistakes are shaded by their number.
    """
    matrix = finite("matrix", matrix, ndim=2)
    k = len(matrix)
    if matrix.shape != (k, k):
        raise ValueError(f"matrix must be square, got shape {matrix.shape}.")
    classes = [str(c) for c in (range(k) if classes is None else classes)]
    side = 1.2 + 0.42 * k
    with canvas(ax, (side, side)) as ax:
        _cells(ax, matrix)
        ax.set(xticks=range(k), xticklabels=classes, yticks=range(k), yticklabels=classes)
        ax.set(xlabel="predicted", ylabel="true")
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return describe(ax, _confusion_sentence(matrix, classes))


def mistakes(X, labels, p, count=8, classes=None, ax=None):
    """The picture of the most confident mistakes: where the largest probability was wrong.

    X: (m, pixels); labels: (m,) class numbers; p: (m, k) probabilities; count: how many at most.
    """
    images, p = _images(X, most=None), finite("p", p, ndim=2)
    labels = np.ravel(labels)
    same_length(X=images, labels=labels, p=p)
    classes = list(range(p.shape[1])) if classes is None else list(classes)
    said = p.argmax(axis=1)
    wrong = np.flatnonzero(said != labels)
    chosen = wrong[np.argsort(-p[wrong, said[wrong]], kind="stable")][:count]
    rows = [(classes[labels[i]], classes[said[i]], f"{p[i, said[i]]:.0%}") for i in chosen]
    captions = [f"{true}, read as {got}\n{sure} sure" for true, got, sure in rows]
    with canvas(ax, _mosaic_size(max(len(rows), 1), 4, captions, scale=1.35)) as ax:
        if rows:
            _mosaic(ax, images[chosen], captions, 4, cmap="Greys", vmin=0, vmax=images.max() or 1)
        else:
            ax.axis("off")
            ax.text(0.5, 0.5, "no mistakes", ha="center")
    listed = "; ".join(f"{a(true)} read as {a(got)}, {sure} sure" for true, got, sure in rows)
    sentence = f"{len(wrong)} of {len(labels)} are wrong"
    return describe(ax, sentence + (f", the surest: {listed}." if rows else "."))


def probabilities(p, label=None, classes=None, ax=None):
    """The picture of one example's class probabilities as bars; the largest is marked.

    p: (k,) or (1, k); label: the true class number, which is marked, or None; classes: k names.
    """
    p = finite("p", np.ravel(p))
    classes = [str(c) for c in (range(len(p)) if classes is None else classes)]
    best = int(p.argmax())
    with canvas(ax, (4.6, 2.4)) as ax:
        bars = ax.bar(range(len(p)), p, color="#b9c4cc", width=0.75)
        bars[best].set_color(BLUE)
        ax.text(best, p[best] + 0.02, f"{p[best]:.0%}", ha="center", va="bottom", size=9)
        ax.set(xticks=range(len(p)), xticklabels=classes, ylim=(0, 1.12), yticks=(0, 0.5, 1))
        ax.set(ylabel="probability")
        ax.tick_params(axis="x", length=0)
        if label is not None:
            marked = [f"{c}\ntrue" if i == label else c for i, c in enumerate(classes)]
            ax.set_xticklabels(marked)[int(label)].set(fontweight="bold", color=VERMILLION)
    sentence = f"The largest of {len(p)} probabilities is {p[best]:.0%}, for {classes[best]}"
    if label is not None:
        sentence += f"; the true class is {classes[int(label)]}"
    return describe(ax, sentence + ".")


def reading(pixels, p, axes=None):
    """The picture of one digit as the network sees it, and of its probabilities beside it.

    pixels: (pixels,) of a square; p: (k,) probabilities, or None where nothing is to be read.
    axes: two, or None.
    """
    images = _images(np.reshape(pixels, (1, -1)))
    with canvas(axes, (5.6, 2.6), columns=2, width_ratios=(1, 1.5)) as axes:
        ax, bars = np.ravel(axes)
        ax.imshow(images[0], cmap="Greys", vmin=0, vmax=16)
        ax.set(xticks=[], yticks=[], title="what the network sees")
        ax.spines[:].set(visible=True, color=FAINT)
        if p is not None:
            return probabilities(p, ax=bars)
        bars.set(xticks=range(10), ylim=(0, 1.12), yticks=(0, 0.5, 1), xlim=(-0.6, 9.6))
        bars.set(ylabel="probability")
    return describe(ax, "An empty picture: nothing is drawn yet.")


def _images(X, shape=None, most=MOST):
    X = finite("X", X)
    if X.ndim == 2:
        side = round(X.shape[1] ** 0.5)
        shape = shape or (side, side)
        if shape[0] * shape[1] != X.shape[1]:
            raise ValueError(
                f"Rows of {X.shape[1]} numbers do not fill pictures of {shape[0]} × {shape[1]}."
            )
        X = X.reshape(-1, *shape)
    if X.ndim != 3:
        raise ValueError(f"Pictures must have shape (m, pixels) or (m, h, w), got {X.shape}.")
    if most and len(X) > most:
        raise ValueError(f"At most {most} pictures fit in one figure, got {len(X)}: pass a slice.")
    return X


def _captions(m, labels, predicted):
    """(captions, wrong): a text per picture, and which ones were read wrong."""
    given = {"labels": labels, "predicted": predicted}
    given = {name: np.ravel(v) for name, v in given.items() if v is not None}
    same_length(X=range(m), **given)
    if not given:
        return None, None
    if len(given) == 1:
        return [str(v) for v in next(iter(given.values()))], None
    wrong = given["labels"] != given["predicted"]
    pairs = zip(given["labels"], given["predicted"], wrong, strict=True)
    return [f"{t} read as {g}" if bad else str(t) for t, g, bad in pairs], wrong


def _digits_sentence(m, labels, predicted):
    if labels is None and predicted is None:
        return f"{count(m, 'digit')}."
    listed = " ".join(str(v) for v in np.ravel(predicted if labels is None else labels))
    if labels is None or predicted is None:
        return f"{count(m, 'digit')}, {'read as' if labels is None else 'labelled'} {listed}."
    pairs = [(t, g) for t, g in zip(np.ravel(labels), np.ravel(predicted), strict=True) if t != g]
    wrong = "; ".join(f"{a(t)} as {a(g)}" for t, g in pairs)
    tail = f", wrong: {wrong}." if pairs else "."
    return f"{count(m, 'digit')}, labelled {listed}; {m - len(pairs)} of {m} read right{tail}"


def _mosaic_size(m, columns, captions, bar=False, scale=1.0):
    columns = min(columns, m)
    rows = -(-m // columns)
    lines = 0 if not captions else 1 + max(c.count("\n") for c in captions)
    width = scale * 0.98 * columns + (0.8 if bar else 0.1)
    return width, rows * (scale * 0.86 + 0.2 * lines) + 0.15


def _mosaic(ax, images, captions, columns, wrong=None, **look):
    """Tiles the pictures, row by row, in one axes (many small axes are slow to draw)."""
    columns = min(columns, len(images))
    height = images.shape[1] / images.shape[2]
    lines = 0 if not captions else 1 + max(c.count("\n") for c in captions)
    down = height + 0.1 + 0.25 * lines
    for i, image in enumerate(images):
        x, y = 1.16 * (i % columns), -down * (i // columns)
        drawn = ax.imshow(image, extent=(x, x + 1, y - height, y), interpolation="nearest", **look)
        ax.add_patch(Rectangle((x, y - height), 1, height, fc="none", ec=FAINT, lw=0.8))
        if captions:
            style = (
                {"color": VERMILLION, "weight": "bold"} if wrong is not None and wrong[i] else {}
            )
            at = (x + 0.5, y - height - 0.05)
            ax.text(*at, captions[i], ha="center", va="top", size=9, **style)
    rows = -(-len(images) // columns)
    ax.set(xlim=(-0.05, 1.16 * columns - 0.11), ylim=(-down * rows + 0.05, 0.05), aspect="equal")
    ax.axis("off")
    return drawn


def _cells(ax, matrix):
    """Right answers on a blue diagonal; mistakes shaded by number, zeros left quiet."""
    k = len(matrix)
    off = np.where(np.eye(k, dtype=bool), 0, matrix)
    worst = off.max() or 1
    for i in range(k):
        for j in range(k):
            strength = 0.25 if i == j else 0.75 * off[i, j] / worst
            colour = BLUE if i == j else VERMILLION
            ax.add_patch(Rectangle((j - 0.46, i - 0.46), 0.92, 0.92, fc=colour, alpha=strength))
            text = (
                {"s": f"{matrix[i, j]:g}", "size": 9} if matrix[i, j] else {"s": "·", "color": GREY}
            )
            ax.text(j, i, ha="center", va="center", **text)
    ax.set(xlim=(-0.5, k - 0.5), ylim=(k - 0.5, -0.5), aspect="equal")


def _confusion_sentence(matrix, classes):
    total, right = matrix.sum(), np.trace(matrix)
    off = matrix - np.diag(np.diag(matrix))
    sentence = f"{right:g} of {total:g} are predicted right"
    if not off.any():
        return sentence + "."
    i, j = np.unravel_index(np.argmax(off), off.shape)
    times = "once" if off[i, j] == 1 else f"{off[i, j]:g} times"
    return f"{sentence}; the most frequent mistake is {classes[i]} taken for {classes[j]}, {times}."

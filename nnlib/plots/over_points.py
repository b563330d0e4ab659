"""Curves over the points: one neuron, the sum of several, residuals, and learning curves."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from nnlib.plots.checks import column, same_length
from nnlib.plots.style import BLUE, COLOURS, GREY, INK, LINES, VERMILLION, canvas, describe
from nnlib.plots.words import count, course, number, sentence_case, trend

DASHED = LINES[1:5]  # beside a solid curve


def curves(X, y, functions, title=None, ax=None):
    """The picture of the points and of one or more curves over them.

    X, y: (m,) or (m, 1). functions: {name: function}; each function takes x (n, 1) and returns
    (n,) or (n, 1). Raises ValueError if a function returns another shape.
    """
    x, y = column("X", X), column("y", y)
    same_length(X=x, y=y)
    grid = _grid(x)
    with canvas(ax) as ax:
        _points(ax, x, y)
        sentences = [f"{len(x)} points and {count(len(functions), 'curve')} over x."]
        for i, (name, function) in enumerate(functions.items()):
            values = _evaluate(name, function, grid)
            ax.plot(grid, values, color=COLOURS[i % 6], ls=LINES[i % 6], label=name)
            sentences.append(course(name, grid, values))
        ax.set(xlabel="x", ylabel="y", title=title)
        legend_outside(ax)
    return describe(ax, " ".join(sentences))


def neuron(w, b, X, y, ax=None):
    """The picture of one sigmoid neuron, σ(w x + b), as a curve over the points.

    w, b: numbers. X, y: (m,) or (m, 1).
    """
    w, b = float(np.squeeze(w)), float(np.squeeze(b))
    title = f"one neuron: w = {number(w)}, b = {number(b)}"
    return curves(X, y, {"σ(w x + b)": lambda x: _sigmoid(w * x + b)}, title, ax)


def hidden_and_output(params, X, y, axes=None):
    """The picture of a network 1-h-1 of sigmoids in three steps: neurons, weighted sum, output.

    params: W1 (1, h), b1 (h,), W2 (h, 1), b2 (1,). X, y: (m,) or (m, 1). axes: three, or None.
    Raises ValueError if a parameter is missing or its shape is another.
    """
    W1, b1, W2, b2 = _checked_params(params)
    x, y = column("X", X), column("y", y)
    same_length(X=x, y=y)
    grid = _grid(x)
    hidden, total = _forward(grid, W1, b1, W2, b2)
    with canvas(axes, (9.0, 3.3), columns=3) as axes:
        _neurons_panel(axes[0], grid, hidden)
        _sum_panel(axes[1], grid, hidden * W2.T, total, b2[0])
        _points(axes[2], x, y)
        axes[2].plot(grid, _sigmoid(total), color=INK, ls="-")
        axes[2].set(title="output: σ of the sum", xlabel="x", ylim=(-0.08, 1.08))
    return describe(axes, _told(x, y, grid, hidden, total, (W1, b1, W2, b2)))


def neurons_and_output(params, X, y, ax=None):
    """The picture of a network 1-h-1 of sigmoids in one frame: every neuron's curve and the output.

    params: W1 (1, h), b1 (h,), W2 (h, 1), b2 (1,). X, y: (m,) or (m, 1).
    Raises ValueError if a parameter is missing or its shape is another.
    """
    W1, b1, W2, b2 = _checked_params(params)
    x, y = column("X", X), column("y", y)
    same_length(X=x, y=y)
    grid = _grid(x)
    hidden, total = _forward(grid, W1, b1, W2, b2)
    with canvas(ax) as ax:
        for i, values in enumerate(hidden.T):
            ax.plot(grid, values, color=COLOURS[i % 5], ls=DASHED[i % 4], lw=1.6,
                    label=f"neuron {i + 1}")  # fmt: skip
        ax.plot(grid, _sigmoid(total), color=INK, ls="-", lw=2.4, label="output ŷ")
        _points(ax, x, y)
        ax.set(xlabel="x", ylabel="y", ylim=(-0.08, 1.08))
        legend_outside(ax)
    return describe(ax, _told(x, y, grid, hidden, total, (W1, b1, W2, b2)))


def residuals(X, y, y_hat, predict=None, squares=False, ax=None):
    """The picture of the residuals ŷ − y as lines, or of their squares as squares.

    X, y, y_hat: (m,) or (m, 1). predict: function of x (n, 1) that draws the curve, or None.
    """
    x, y, y_hat = column("X", X), column("y", y), column("y_hat", y_hat)
    same_length(X=x, y=y, y_hat=y_hat)
    with canvas(ax, (6.6, 2.5) if squares else (6.0, 3.6)) as ax:
        if predict is not None:
            grid = _grid(x)
            ax.plot(grid, _evaluate("predict", predict, grid), color=BLUE, label="ŷ, the curve")
        ax.vlines(x, y, y_hat, color=VERMILLION, lw=2, label="residual ŷ − y")
        ax.plot(x, y_hat, ls="", marker="_", ms=9, color=BLUE)
        _points(ax, x, y)
        ax.set(xlabel="x", ylabel="y")
        if squares:
            _squares(ax, x, y, y_hat)
        legend_outside(ax)
    worst = int(np.argmax(np.abs(y - y_hat)))
    mean = number(np.mean((y - y_hat) ** 2))
    kind = "squares" if squares else "lines"
    return describe(
        ax,
        f"{len(x)} residuals as {kind}; the largest is {number(y_hat[worst] - y[worst])} at "
        f"x = {number(x[worst])}, the mean of the squares is {mean}.",
    )


def learning_curves(training, validation=None, quantity="loss", log=False, ax=None):
    """The picture of a quantity per epoch, for the training and the validation data.

    training: (epochs,), one number per epoch, or {name: numbers} for several runs;
    validation: (epochs,) or None; quantity: what is measured; log: logarithmic axis.
    """
    runs = dict(training) if isinstance(training, dict) else {"training": training}
    if validation is not None and len(validation):
        runs["validation"] = validation
    runs = {name: column(name, values) for name, values in runs.items()}
    with canvas(ax, (6.0, 3.2)) as ax:
        for i, (name, values) in enumerate(runs.items()):
            epochs = np.arange(1, len(values) + 1)
            ax.plot(epochs, values, color=COLOURS[i % 6], ls=LINES[i % 6], label=name,
                    marker="o" if len(values) == 1 else None)  # fmt: skip
        ax.set(xlabel="epoch", ylabel=quantity, yscale="log" if log else "linear")
        ax.set_xlim(1, max(2, *map(len, runs.values())))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(axis="y")
        if len(runs) > 1:
            legend_outside(ax)
    return describe(ax, " ".join(_progress(n, v, quantity) for n, v in runs.items()))


def _progress(name, values, quantity):
    start, end, epochs = number(values[0]), number(values[-1]), len(values)
    ours = name in ("training", "validation")
    subject = f"The {name} {quantity}" if ours else sentence_case(name)
    if not np.isfinite(values).all():
        lost = int(np.argmin(np.isfinite(values))) + 1
        return f"{subject} starts at {start} and is no longer a number in epoch {lost}."
    if np.ptp(values) == 0:
        return (
            f"{subject} {'is' if epochs == 1 else 'stays at'} {start} in {count(epochs, 'epoch')}."
        )
    verb = "falls" if values[-1] < values[0] else "rises" if values[-1] > values[0] else "goes"
    sentence = f"{subject} {verb} from {start} to {end} in {count(epochs, 'epoch')}"
    low_is_good = not any(word in quantity for word in ("accuracy", "score", "R²", "right"))
    best = int(np.argmin(values) if low_is_good else np.argmax(values))
    # Only what one can see: not the last flicker of a curve that has settled.
    if abs(values[best] - values[-1]) > 0.05 * np.ptp(values):
        word = "lowest" if low_is_good else "highest"
        sentence += f", {word} with {number(values[best])} in epoch {best + 1}"
    return sentence + "."


def _sigmoid(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _grid(x):
    edge = 0.06 * (np.ptp(x) or 1.0)
    return np.linspace(x.min() - edge, x.max() + edge, 241)


def _points(ax, x, y):
    ax.plot(x, y, ls="", marker="o", mfc="none", mec=INK, mew=1.4, label="data", zorder=4)


def _evaluate(name, function, grid):
    values = np.asarray(function(grid[:, None]), dtype=float)
    if values.size != len(grid):
        raise ValueError(
            f"{name} must return one number per x, shape ({len(grid)},) or ({len(grid)}, 1), "
            f"got {values.shape}."
        )
    return values.ravel()


def _checked_params(params):
    missing = [name for name in ("W1", "b1", "W2", "b2") if name not in params]
    if missing:
        raise ValueError(f"params must hold W1, b1, W2 and b2; missing: {', '.join(missing)}.")
    W1, b1, W2, b2 = (np.asarray(params[k], dtype=float) for k in ("W1", "b1", "W2", "b2"))
    h = b1.size
    if (W1.shape, b1.shape, W2.shape, b2.shape) != ((1, h), (h,), (h, 1), (1,)):
        raise ValueError(
            "params must have shapes W1 (1, h), b1 (h,), W2 (h, 1), b2 (1,), got "
            f"{W1.shape}, {b1.shape}, {W2.shape}, {b2.shape}."
        )
    return W1, b1, W2, b2


def _forward(x, W1, b1, W2, b2):
    """(hidden activations (n, h), weighted sum (n,)) of the network 1-h-1."""
    hidden = _sigmoid(x[:, None] @ W1 + b1)
    return hidden, hidden @ W2[:, 0] + b2[0]


def _told(x, y, grid, hidden, total, params):
    neurons = (f"neuron {i + 1} {trend(values)}" for i, values in enumerate(hidden.T))
    said = [sentence_case(", ".join(neurons)) + ".", course("the output", grid, _sigmoid(total))]
    error = np.mean((_sigmoid(_forward(x, *params)[1]) - y) ** 2)
    return " ".join([*said, f"The mean squared error at the points is {number(error)}."])


def _neurons_panel(ax, grid, hidden):
    for i, values in enumerate(hidden.T):
        ax.plot(grid, values, color=COLOURS[i % 5], ls=DASHED[i % 4], label=f"neuron {i + 1}")
    ax.set(title="hidden neurons", xlabel="x", ylim=(-0.08, 1.3))
    ax.legend(loc="upper left", ncols=2, borderaxespad=0, columnspacing=1)


def _sum_panel(ax, grid, parts, total, bias):
    for i, values in enumerate(parts.T):
        ax.plot(grid, values, color=COLOURS[i % 5], ls=DASHED[i % 4], lw=1.4)
    ax.plot(grid, total, color=INK, ls="-", label="sum z")
    ax.axhline(bias, color=GREY, lw=1, ls=":", label="bias")
    ax.set(title="times weight, plus bias", xlabel="x")
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.16 * (high - low))  # room for the legend above every curve
    ax.legend(loc="upper left", borderaxespad=0, ncols=2)


def _squares(ax, x, y, y_hat):
    """Squares that are square on the page: a unit of y is as long as one of x."""
    ax.set_aspect("equal", adjustable="box")
    for xi, yi, hi in zip(x, y, y_hat, strict=True):
        side = abs(yi - hi)
        # Outwards from the middle of the data, so that fewer squares overlap.
        left = xi if xi >= np.median(x) else xi - side
        ax.add_patch(
            Rectangle((left, min(yi, hi)), side, side, fc=(VERMILLION, 0.2), ec=(VERMILLION, 0.7))
        )
    ax.autoscale_view()


def legend_outside(ax):
    """Above the axes, where no curve can run through it, in as many rows as it needs."""
    labels = ax.get_legend_handles_labels()[1]
    room = ax.get_window_extent().width / 7.5  # letters of the house's size
    columns = max(1, int(room / (max(map(len, labels), default=1) + 7)))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=columns, borderaxespad=0.2)

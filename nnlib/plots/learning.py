"""A network while it learns: what it says now, beside the loss until now."""

import numpy as np

from nnlib.plots.boundary import decision_boundary
from nnlib.plots.checks import column, same_length
from nnlib.plots.over_points import neurons_and_output
from nnlib.plots.style import BLUE, FAINT, VERMILLION, canvas, describe
from nnlib.plots.words import count, number


def descent_step(path, X, y, step, losses=None, epochs=None, axes=None):
    """The picture of a network 1-h-1 at one step of its descent, beside the loss until then.

    path: list of params (W1, b1, W2, b2; see `neurons_and_output`), one per step; X, y: (m,) or
    (m, 1); losses: one per step, or None for the mean squared errors. step: 0 to len(path) − 1.
    epochs: (steps,), how long the network had trained, or None to count the steps.
    """
    if not 0 <= step < len(path):
        raise ValueError(f"step must be from 0 to {len(path) - 1}, got {step!r}.")
    losses = mean_squared_errors(path, X, y) if losses is None else column("losses", losses)
    times = np.arange(len(path)) if epochs is None else column("epochs", epochs)
    same_length(path=path, losses=losses, epochs=times)
    with canvas(axes, (8.4, 3.3), columns=2, width_ratios=(1.5, 1)) as axes:
        curve, loss = np.ravel(axes)
        neurons_and_output(path[step], X, y, ax=curve)
        loss.plot(times, losses, color=FAINT, ls="-")
        loss.plot(times[: step + 1], losses[: step + 1], color=BLUE, ls="-")
        loss.plot(times[step], losses[step], ls="", marker="o", color=VERMILLION)
        loss.set(xlabel="step" if epochs is None else "epoch", title="loss", ylim=(0, None))
        loss.locator_params(nbins=4)  # every tick costs a millisecond of each redraw
    when = "" if epochs is None else f" (epoch {number(times[step])})"
    return describe(loss, f"Step {step} of {len(path) - 1}{when}, loss {number(losses[step])}.")


def mean_squared_errors(path, X, y):
    """The mean squared error of a network 1-h-1 of sigmoids for each params of `path`: (steps,)."""
    x, y = column("X", X)[:, None], column("y", y)[:, None]

    def outputs(p):
        hidden = 0.5 * (1 + np.tanh(0.5 * (x @ p["W1"] + p["b1"])))
        return 0.5 * (1 + np.tanh(0.5 * (hidden @ p["W2"] + p["b2"])))

    return np.array([np.mean((outputs(p) - y) ** 2) for p in path])


def training_step(predict, X, labels, losses, epochs=None, axes=None):
    """The picture of a classifier's regions as they are now, beside its loss until now.

    predict, X, labels: as for `decision_boundary`; losses: (n,), one per epoch until now;
    epochs: how many there will be, which keeps the axis still, or None.
    """
    losses = column("losses", losses)
    done = count(len(losses) - 1, "epoch")
    with canvas(axes, (8.4, 3.6), columns=2, width_ratios=(1.5, 1)) as axes:
        plane, loss = np.ravel(axes)
        decision_boundary(predict, X, labels, steps=60, ax=plane)
        loss.plot(range(len(losses)), losses, color=BLUE, ls="-")
        loss.plot(len(losses) - 1, losses[-1], ls="", marker="o", color=VERMILLION)
        loss.set(xlabel="epoch", title="loss", ylim=(0, 1.05 * losses.max() or 1))
        loss.set(xlim=(0, epochs or max(len(losses), 2)))
        plane.locator_params(nbins=5)
        loss.locator_params(nbins=4)  # every tick costs a millisecond of each redraw
    return describe(loss, f"After {done} the loss is {number(losses[-1])}.")

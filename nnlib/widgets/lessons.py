"""The interactive figures of the lessons, each made of one of the general ones."""

from itertools import islice

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.plots.learning import mean_squared_errors
from nnlib.widgets.explorer import explore
from nnlib.widgets.live import live
from nnlib.widgets.player import animate

SHOWN = 300  # points of a network that learns
SEVEN = {"w1": -5.0, "w2": -5.0, "b1": -3.0, "b2": 3.0, "v1": -5.0, "v2": 5.0, "c": -2.0}


def seven_parameters(X, y, start=None, wide=25.0):
    """None; shows the network 1-2-1 with a slider for each of its seven parameters (lesson 01).

    X, y: (m,) or (m, 1). start: {name: value} for w1, w2, b1, b2 (hidden), v1, v2, c (output);
    wide: how far each slider goes to both sides. The static picture is `seven_parameters_strip`.
    """
    start = _seven(start)
    sliders = {
        name: ipywidgets.FloatSlider(value, min=-wide, max=wide, step=0.1, description=name)
        for name, value in start.items()
    }
    explore(lambda **seven: _draw_seven(X, y, **seven), **sliders)


def seven_parameters_strip(X, y, **values):
    """The picture of the network 1-2-1 for several values of its parameters, side by side.

    X, y: (m,) or (m, 1). values: numbers, or lists that change from drawing to drawing, for
    w1, w2, b1, b2, v1, v2, c.
    """
    return plots.strip(lambda **seven: _draw_seven(X, y, **seven), **_seven(values))


def _seven(given):
    unknown = set(given or {}) - set(SEVEN)
    if unknown:
        raise ValueError(
            f"The parameters are {', '.join(SEVEN)}, got {', '.join(sorted(unknown))}."
        )
    return {**SEVEN, **(given or {})}


def _draw_seven(X, y, w1, w2, b1, b2, v1, v2, c, ax=None):
    params = {"W1": np.array([[w1, w2]]), "b1": np.array([b1, b2])}
    params |= {"W2": np.array([[v1], [v2]]), "b2": np.array([c])}
    return plots.neurons_and_output(params, X, y, ax=ax)


def neuron_chain(w=1.0, b=0.0, x=1.0, y=0.0):
    """None; shows one neuron's chain of local slopes with sliders for w, b, x and y (lesson 03).

    The static picture is `plots.neuron_chain`.
    """
    ends = {"w": 5.0, "b": 5.0, "x": 3.0, "y": 1.0}
    start = {"w": w, "b": b, "x": x, "y": y}
    sliders = {
        name: ipywidgets.FloatSlider(
            start[name], min=0 if name == "y" else -end, max=end, step=0.1, description=name
        )
        for name, end in ends.items()
    }
    explore(plots.neuron_chain, **sliders)


def backward_pass(sizes, values, deltas, weights=None, names=None):
    """None; shows the forward and then the backward pass, one layer per step (lesson 04).

    sizes, values, deltas, weights, names: as for `plots.pass_step`, the static picture.
    """

    def draw(step):
        return plots.pass_step(sizes, values, deltas, step, weights, names)

    animate(draw, 2 * len(sizes) - 1, interval=1200)


def descent(path, X, y, losses=None, epochs=None):
    """None; shows a descent of the network 1-h-1 as an animation: play, pause, scrub (lesson 05).

    path: list of params, one per step; X, y: (m,) or (m, 1); losses: one per step, or None for the
    mean squared errors; epochs: the epoch of every step, or None. The static picture is
    `plots.descent_step`.
    """
    if losses is None:
        losses = mean_squared_errors(path, X, y)
    animate(lambda step: plots.descent_step(path, X, y, step, losses, epochs), len(path))


def race(train, rates=(0.001, 0.01, 0.1, 1.0), batch_sizes=(1, 10, 32, 100), start=None):
    """None; two runs learn side by side, each with its learning rate and batch size (lesson 05).

    train: function of (rate, batch_size) that returns an iterator of losses, one per epoch.
    rates, batch_sizes: the choices; start: ((rate, batch size), (rate, batch size)), or None.
    The static picture is `plots.learning_curves` with {name: losses}, after at most ten epochs.
    """
    first, second = start or ((rates[0], batch_sizes[1]), (rates[-2], batch_sizes[1]))
    choices = {
        "rate_1": _choice("rate of A", rates, first[0]),
        "batch_1": _choice("batch of A", batch_sizes, first[1]),
        "rate_2": _choice("rate of B", rates, second[0]),
        "batch_2": _choice("batch of B", batch_sizes, second[1]),
    }
    *_, still = islice(race_frames(train, *first, *second), 10)
    live(lambda **chosen: race_frames(train, **chosen), still, **choices)


def race_frames(train, rate_1, batch_1, rate_2, batch_2):
    """An iterator of Pictures: the losses of both runs, one epoch further each time."""
    names = [f"A: rate {plots.number(rate_1)}, batch {batch_1}"]
    names.append(f"B: rate {plots.number(rate_2)}, batch {batch_2}")
    runs = {name: [] for name in names}
    for both in zip(train(rate_1, batch_1), train(rate_2, batch_2), strict=False):
        for name, loss in zip(names, both, strict=True):
            runs[name].append(loss)
        yield plots.learning_curves(runs)


def _choice(name, options, start):
    return ipywidgets.SelectionSlider(options=options, value=start, description=name)


def watch_training(make_network, X, labels, epochs=100, **options):
    """None; shows a network that learns to divide the plane, and stops at any time (lesson 07).

    make_network: function that returns a fresh Network with two inputs; X: (m, 2); labels: (m,);
    epochs: how many at most; options: those of Network.fit, such as optimizer and batch_size.
    The static picture is `plots.training_step`.
    """
    live(lambda: training_frames(make_network(), X, labels, epochs, **options))


def training_frames(network, X, labels, epochs, **options):
    """An iterator of Pictures: the regions and the loss, one epoch further each time."""
    losses = [network.compute_loss(X, labels)]
    some = slice(None, None, 1 + len(X) // SHOWN)  # every point more makes the picture slower
    yield plots.training_step(network.predict_proba, X[some], labels[some], losses, epochs)
    for _ in range(epochs):
        network.fit(X, labels, epochs=1, **options)
        losses.append(network.compute_loss(X, labels))
        yield plots.training_step(network.predict_proba, X[some], labels[some], losses, epochs)

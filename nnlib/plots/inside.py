"""What goes on inside a network: how the activations of each layer are spread."""

import numpy as np

from nnlib.plots.checks import finite
from nnlib.plots.style import BLUE, VERMILLION, canvas, describe
from nnlib.plots.words import number, sentence_case


def activation_histograms(activations, names=None, bins=30, axes=None):
    """The picture of one histogram per layer: how its activations are spread over the data.

    activations: list of arrays (m, n), one per layer; names: a title each; axes: one per layer.
    All share the horizontal axis; the red line is the layer's mean.
    """
    layers = [np.ravel(finite(f"activations[{i}]", a)) for i, a in enumerate(activations)]
    if not layers:
        raise ValueError("activations is empty: there is nothing to draw.")
    names = names or [f"layer {i + 1}" for i in range(len(layers))]
    if len(names) != len(layers):
        raise ValueError(f"names must have {len(layers)} entries, got {len(names)}.")
    edges = np.histogram_bin_edges(np.concatenate(layers), bins)
    options = {"columns": len(layers), "sharex": True, "squeeze": False}
    with canvas(axes, (0.6 + 1.9 * len(layers), 2.3), **options) as axes:
        axes = np.ravel(axes)
        for ax, layer, name in zip(axes, layers, names, strict=True):
            ax.hist(layer, edges, weights=np.full(len(layer), 1 / len(layer)), color=BLUE)
            ax.axvline(layer.mean(), color=VERMILLION, ls="-", lw=1.5, label="mean")
            ax.set(title=name, xlabel="activation", yticks=[])
            ax.spines["left"].set_visible(False)
        axes[0].legend(loc="upper right")
    return describe(axes, " ".join(map(_sentence, names, layers)))


def _sentence(name, layer):
    zero = np.mean(np.abs(layer) < 1e-12)
    said = f"{sentence_case(name)}: mean {number(layer.mean())}, spread {number(layer.std())}"
    return said + (f", {zero:.0%} exactly 0." if zero > 0.005 else ".")

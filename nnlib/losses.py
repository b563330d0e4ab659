"""Loss functions, always a mean, each with its error term δ = ∂L/∂z at the output layer.

Inside a network the cross-entropies work on the pre-activations z, never on the logarithm of a
probability that was rounded to 0: exact and free of overflow at any finite z (lesson 06).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib.checks import array, same_shape


def mse(y, y_hat):
    """Return the mean of (y_hat - y)² over all m·k entries, a number (lesson 02).

    y and y_hat have equal shapes; ValueError for others, which NumPy would silently broadcast.
    """
    y, y_hat = same_shape(y=array("y", y), y_hat=array("y_hat", y_hat))
    return float(np.mean((y_hat - y) ** 2))


def mse_of_layer(y, layer):
    """Return the mean squared error of the layer's outputs a for targets y (m, k)."""
    return float(np.mean((layer.g.forward(layer.z) - y) ** 2))


def mse_delta(y, layer):
    """Return δ = 2(y_hat - y)/(m·k) · g'(z), shape (m, k) (lesson 04)."""
    return layer.error_term((layer.a - y) * (2 / y.size))


def cross_entropy(y, p):
    """Return -(1/m) Σ y log p, a number of at least 0 (lesson 06).

    y one-hot and p probabilities, both (m, k); a p of 0 counts as the smallest positive number.
    Raises ValueError for different shapes.
    """
    y, p = same_shape(y=array("y", y), p=array("p", p))
    return float(np.sum(-y * np.log(np.maximum(p, np.finfo(p.dtype).tiny))) / len(y))


def cross_entropy_of_layer(y, layer):
    """Return -(1/m) Σ y log softmax(z) of a softmax layer, y (m, k) with rows that sum to 1."""
    z = layer.z - layer.z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(np.sum((log_sum - z) * y) / len(y))


def binary_cross_entropy(y, p):
    """Return -(1/m) Σ (y log p + (1 - y) log(1 - p)), a number of at least 0 (lesson 07).

    y of 0s and 1s and p probabilities, both (m, k); a logarithm's argument of 0 counts as the
    smallest positive number. Raises ValueError for different shapes.
    """
    return cross_entropy(y, p) + cross_entropy(1 - np.asarray(y), 1 - np.asarray(p))


def binary_cross_entropy_of_layer(y, layer):
    """Return the binary cross-entropy of a sigmoid layer, y (m, k), from its z."""
    terms = np.maximum(layer.z, 0) - layer.z * y + np.log1p(np.exp(-np.abs(layer.z)))
    return float(np.sum(terms) / len(y))


def cross_entropy_delta(y, layer):
    """Return δ = (p - y)/m: what softmax or sigmoid and their cross-entropy collapse to."""
    delta = layer.a - y
    delta /= len(y)
    return delta


class Loss(NamedTuple):
    """A loss's value and error term at the output layer, and the activation that it needs."""

    value: Callable
    delta: Callable
    activation: str | None


LOSSES = {
    "mse": Loss(mse_of_layer, mse_delta, None),
    "cross_entropy": Loss(cross_entropy_of_layer, cross_entropy_delta, "softmax"),
    "binary_cross_entropy": Loss(binary_cross_entropy_of_layer, cross_entropy_delta, "sigmoid"),
}

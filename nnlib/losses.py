"""Loss functions, always a mean, each with its error term δ = ∂L/∂z at the output layer.

A loss takes the targets y (m, k), the last layer's pre-activations z (m, k) and its activation g,
and returns a number. The cross-entropies work on z, never on the logarithm of a probability that
was rounded to 0 (lesson 06).
"""

import numpy as np


def mse(y, z, g):
    """Return the mean of (y_hat - y)² over all m·k entries, y_hat = g(z) (lesson 02)."""
    return float(np.mean((g(z) - y) ** 2))


def cross_entropy(y, z, g):
    """Return -(1/m) Σ y log p, p = softmax(z), for rows of y that sum to 1 (lesson 06)."""
    z = z - z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(z).sum(axis=1)).sum() - np.vdot(y, z)) / len(y))


def binary_cross_entropy(y, z, g):
    """Return -(1/m) Σ (y log p + (1 - y) log(1 - p)), p = sigmoid(z) (lesson 07)."""
    return float(np.sum(np.logaddexp(0, z) - y * z) / len(y))


# Each loss: its value, its δ from the targets and the output layer, and the only activation of that
# layer that it fits. Softmax and sigmoid with their cross-entropies collapse to (p - y)/m (lessons
# 06 and 07); mse goes through the activation: 2(y_hat - y)/(m·k) · g'(z) (lesson 04).
LOSSES = {
    "cross_entropy": (cross_entropy, lambda y, out: (out.a - y) / len(y), "softmax"),
    "binary_cross_entropy": (binary_cross_entropy, lambda y, out: (out.a - y) / len(y), "sigmoid"),
    "mse": (mse, lambda y, out: out.error_term((out.a - y) * (2 / out.a.size)), None),
}

"""Loss functions, always a mean, each with its error term δ = ∂L/∂z at the output layer.

Inside a network the cross-entropies work on the pre-activations z, never on the logarithm of a
probability that was rounded to 0: exact and free of overflow at any finite z (lesson 06).
"""

import numpy as np

from nnlib.checks import array, expect


def mse(y, y_hat):
    """Return the mean of (y_hat - y)² over all m·k entries, a number (lesson 02).

    y and y_hat have equal shapes; ValueError for others, which NumPy would silently broadcast.
    """
    y = array("y", y)
    return float(np.mean((array("y_hat", y_hat, y.shape) - y) ** 2))


def mse_of_z(y, z, g):
    """Return the mean squared error of the outputs g(z) for targets y (m, k)."""
    return float(np.mean((g(z) - y) ** 2))


def mse_delta(y, layer):
    """Return δ = 2(y_hat - y)/(m·k) · g'(z), shape (m, k) (lesson 04)."""
    return layer.error_term((layer.a - y) * (2 / layer.a.size))


def cross_entropy(y, p):
    """Return -(1/m) Σ y log p, a number of at least 0 (lesson 06).

    y one-hot and p probabilities, both (m, k); a p of 0 counts as the smallest positive number.
    Raises ValueError for other shapes and for a p outside [0, 1].
    """
    y = array("y", y, ("m", "k"))
    p = array("p", p, y.shape)
    expect(p.min() >= 0 and p.max() <= 1, f"p goes from {p.min():.3g} to {p.max():.3g}", "0 to 1")
    return float(np.sum(-y * np.log(np.maximum(p, np.finfo(p.dtype).tiny))) / len(y))


def cross_entropy_of_z(y, z, g):
    """Return -(1/m) Σ y log softmax(z), y (m, k) with rows that sum to 1."""
    z = z - z.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(z).sum(axis=1))
    return float((log_sums.sum() - np.vdot(y, z)) / len(y))


def binary_cross_entropy(y, p):
    """Return -(1/m) Σ (y log p + (1 - y) log(1 - p)), a number of at least 0 (lesson 07).

    y of 0s and 1s and p probabilities, both (m, k); a logarithm's argument of 0 counts as the
    smallest positive number. Raises ValueError as cross_entropy does.
    """
    return cross_entropy(y, p) + cross_entropy(1 - np.asarray(y), 1 - np.asarray(p))


def binary_cross_entropy_of_z(y, z, g):
    """Return the binary cross-entropy of p = sigmoid(z), y (m, k)."""
    return float(np.sum(np.logaddexp(0, z) - y * z) / len(y))


def cross_entropy_delta(y, layer):
    """Return δ = (p - y)/m: what softmax or sigmoid and their cross-entropy collapse to."""
    return (layer.a - y) / len(y)


# Each loss: its value from y, z and g; its δ; the only output activation that it fits.
LOSSES = {
    "mse": (mse_of_z, mse_delta, None),
    "cross_entropy": (cross_entropy_of_z, cross_entropy_delta, "softmax"),
    "binary_cross_entropy": (binary_cross_entropy_of_z, cross_entropy_delta, "sigmoid"),
}

"""Activation functions a = g(z), and in ACTIVATIONS, beside each, its backward step.

A forward step takes pre-activations z of any shape (softmax: (m, k), row by row) and returns the
activations in the same shape; z stays as it was. A backward step takes ∂L/∂a with the z and a of
the forward step and returns the error term δ = ∂L/∂z.

Adding 0.0 makes whole numbers float64 and leaves float32 as it is.
"""

import numpy as np


def identity(z):
    """Return z in a new array of floats, the activation of a linear layer."""
    return np.add(z, 0.0)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) = exp(z) / (exp(z) + 1), values in [0, 1] (lesson 01).

    Free of overflow at any finite z of float32 or float64.
    """
    a = np.exp(np.minimum(z, 88.0))  # exp(88) is near the largest float32
    return a / (a + 1.0)


def tanh(z):
    """Return the hyperbolic tangent of z, values in [-1, 1]."""
    return np.tanh(np.add(z, 0.0))


def relu(z):
    """Return max(0, z), entry by entry (lesson 01)."""
    return np.maximum(z, 0.0)


def softmax(z):
    """Return exp(z) / Σ exp(z) along the last axis: rows of probabilities (lesson 06)."""
    # z.max and a.sum are these two reductions, with a detour that small arrays feel.
    a = np.exp(z - (np.maximum.reduce(z, axis=-1, keepdims=True) + 0.0))
    return a / np.add.reduce(a, axis=-1, keepdims=True)


# Each activation, and δ by the chain rule: ∂L/∂a times the slope da/dz (lesson 03). In a row of
# softmax every entry depends on every z: its slopes are a matrix, here already times ∂L/∂a.
ACTIVATIONS = {
    "identity": (identity, lambda grad_a, z, a: grad_a),
    "sigmoid": (sigmoid, lambda grad_a, z, a: grad_a * (a - a * a)),
    "tanh": (tanh, lambda grad_a, z, a: grad_a * (1 - a * a)),
    "relu": (relu, lambda grad_a, z, a: grad_a * (z > 0)),
    "softmax": (softmax, lambda grad_a, z, a: a * (grad_a - (grad_a * a).sum(-1, keepdims=True))),
}

"""Activation functions a = g(z) and, beside each, its backward step.

A forward step takes pre-activations z of any shape (softmax: (m, k), row by row) and returns the
activations in the same shape; z stays as it was. A backward step takes ∂L/∂a with the z and a of
the forward step and returns the error term δ = ∂L/∂z.

Adding 0.0 makes whole numbers float64 and leaves float32 as it is.
"""

import numpy as np


def identity(z):
    """Return z itself, the activation of a linear layer."""
    return np.add(z, 0.0)


def identity_backward(grad_a, z, a):
    """Return δ = ∂L/∂a: the slope of the identity is 1."""
    return grad_a


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) = exp(z) / (exp(z) + 1), values in [0, 1] (lesson 01).

    Free of overflow at any finite z.
    """
    a = np.exp(np.minimum(z, 88.0))  # exp(88) is near the largest float32
    return a / (a + 1.0)


def sigmoid_backward(grad_a, z, a):
    """Return δ = ∂L/∂a · a(1 - a) (lesson 03)."""
    return grad_a * (a - a * a)


def tanh(z):
    """Return the hyperbolic tangent of z, values in [-1, 1]."""
    return np.tanh(np.add(z, 0.0))


def tanh_backward(grad_a, z, a):
    """Return δ = ∂L/∂a · (1 - a²)."""
    return grad_a * (1 - a * a)


def relu(z):
    """Return max(0, z), entry by entry (lesson 01)."""
    return np.maximum(z, 0.0)


def relu_backward(grad_a, z, a):
    """Return δ = ∂L/∂a where z > 0, and 0 elsewhere (lesson 03)."""
    return grad_a * (z > 0)


def softmax(z):
    """Return exp(z) / Σ exp(z) along the last axis: rows of probabilities (lesson 06)."""
    z = np.add(z, 0.0)  # below, what z.max and a.sum do, without their detour on small arrays
    a = np.exp(z - np.maximum.reduce(z, axis=-1, keepdims=True))
    return a / np.add.reduce(a, axis=-1, keepdims=True)


def softmax_backward(grad_a, z, a):
    """Return δ = a ⊙ (∂L/∂a - Σ ∂L/∂a ⊙ a), the row sums being those of the Jacobian's product."""
    return a * (grad_a - (grad_a * a).sum(axis=-1, keepdims=True))


ACTIVATIONS = {
    "identity": (identity, identity_backward),
    "sigmoid": (sigmoid, sigmoid_backward),
    "tanh": (tanh, tanh_backward),
    "relu": (relu, relu_backward),
    "softmax": (softmax, softmax_backward),
}

"""Exercises of lesson 01, the forward pass: sigmoid, relu, dense_forward, two_layer_forward."""

import math

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values


def cases_for_sigmoid(rng):
    for shape in (sizes(rng, 2), sizes(rng, 2), sizes(rng, 3)):
        yield generic(3 * values(rng, *shape))
    yield special("1-D input", 3 * values(rng, 5))
    yield special("a single number", 0.7)
    yield special("whole numbers (an integer array)", np.array([[-3, -1, 0], [1, 2, 4]]))
    yield special("z of large size (±1000)", np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0]))


@exercise(
    lesson="01",
    cases=cases_for_sigmoid,
    properties={
        "every value lies between 0 and 1": lambda a, z: np.all((a >= 0) & (a <= 1)),
        "sigmoid(-z) = 1 - sigmoid(z)": lambda a, z: True,
    },
)
def sigmoid(z):
    """1 / (1 + e⁻ᶻ) of every entry; z of any shape → the same shape, between 0 and 1."""
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))  # never overflows
    return np.where(z >= 0, 1, e) / (1 + e)


@sigmoid.also_right
def naive(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


@sigmoid.mistake("sign-of-exponent", ask="Which way does the S lean, and which sign does that?")
def _(z):
    """Your curve falls where it should rise: it is the S mirrored left to right. Look at the sign
    in the exponent."""
    return 1 - sigmoid(z)


@sigmoid.mistake("tanh")
def _(z):
    """Your values run from -1 to 1: that is tanh, the sigmoid's relative. The sigmoid runs from 0
    to 1 and is 0.5 at z = 0."""
    return np.tanh(z)


@sigmoid.mistake("math-exp")
def _(z):
    """`math.exp` takes one number at a time, and z is an array. NumPy's own exponential works on
    every entry at once."""
    return 1 / (1 + math.exp(-z))


def cases_for_dense_forward(rng):
    for _ in range(3):
        m, n_in, n_out = sizes(rng, 3)
        yield generic(
            values(rng, m, n_in),
            values(rng, n_in, n_out),
            values(rng, n_out),
            m=m,
            n_in=n_in,
            n_out=n_out,
        )
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 4, 3), values(rng, 3))
    yield square(values(rng, 4, 4), values(rng, 4, 4), values(rng, 4))


@exercise(lesson="01", cases=cases_for_dense_forward)
def dense_forward(X, W, b):
    """z = X W + b. X (m, n_in), W (n_in, n_out), b (n_out,) → (m, n_out)."""
    return X @ W + b


@dense_forward.mistake("bias-forgotten")
def _(X, W, b):
    """The bias is missing: your z is off by the same amount in every row."""
    return X @ W


@dense_forward.mistake("weights-transposed")
def _(X, W, b):
    """W is used on its side. Its rows belong to the inputs, its columns to the neurons, so it
    meets X as it is."""
    return X @ W.T + b


@dense_forward.mistake("operands-swapped")
def _(X, W, b):
    """The product is written the wrong way round. The inner sizes must meet: (m, n_in) comes
    before (n_in, n_out)."""
    return W @ X + b

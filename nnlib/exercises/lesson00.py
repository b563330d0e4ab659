"""The toy exercise of lesson 00: how a check answers."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, values


def cases_for_double(rng):
    for _ in range(3):
        m, n = sizes(rng, 2)
        yield generic(values(rng, m, n), m=m, n=n)
    yield special("whole numbers", np.array([1, 2, 3]))


@exercise(lesson="00", cases=cases_for_double)
def double(x):
    """Every entry of x times two; x of any shape → the same shape."""
    return 2 * x


@double.mistake("squared")
def _(x):
    """You squared: 3 became 9. Doubling makes 6 of it."""
    return x**2

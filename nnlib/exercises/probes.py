"""Inputs on which an exercise is probed: generic ones that tell mistakes apart, and special ones.

Generic probes have pairwise different sizes, none of them 1 or 2, and random values without
zeros, so that no wrong axis and no missing factor can hide.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    """One call of the function: its arguments, its sizes by name, and what is special about it."""

    args: tuple
    kwargs: dict = field(default_factory=dict)
    dims: dict = field(default_factory=dict)
    note: str = ""
    kind: str = "generic"
    observe: object = None


def generic(*args, kwargs=None, observe=None, **dims):
    """An ordinary input. The sizes that a factor may be made of are named: `m=m, n_in=n, …`."""
    return Case(args, kwargs or {}, dims, "", "generic", observe)


def special(note, *args, kwargs=None, observe=None, **dims):
    """An input with something special; `note` says what, to end «… but not for {note}»."""
    return Case(args, kwargs or {}, dims, note, "special", observe)


def square(*args, kwargs=None, observe=None, **dims):
    """An input whose sizes are all equal. Names what raises elsewhere; never counts as right."""
    return Case(args, kwargs or {}, dims, "sizes that are all equal", "square", observe)


def sizes(rng, count, low=3, high=9):
    """`count` pairwise different sizes, low ≤ size < high, as ints."""
    return [int(n) for n in rng.permutation(np.arange(low, high))[:count]]


def values(rng, *shape):
    """Random numbers of both signs, 0.1 ≤ |value| ≤ 1, three decimals, shape `shape`."""
    return np.round(rng.uniform(0.1, 1.0, shape), 3) * rng.choice([-1.0, 1.0], shape)


def positive(rng, *shape):
    """Random numbers, 0.1 ≤ value ≤ 1, three decimals, shape `shape`."""
    return np.round(rng.uniform(0.1, 1.0, shape), 3)


def probabilities(rng, m, k):
    """Rows (m, k) of positive numbers that sum to 1."""
    p = rng.uniform(0.1, 1.0, (m, k))
    return p / p.sum(axis=1, keepdims=True)


def entry_by_entry(rng):
    """Cases for a function of z alone that bends every entry by itself, whatever z's shape."""
    for _ in range(4):
        yield generic(3 * values(rng, *sizes(rng, 2)))
    yield special("a 1-D array", 3 * values(rng, 5))
    yield special("an array with three axes", 3 * values(rng, 3, 2, 4))
    yield special("a single number, as an array without axes", np.array(0.7))
    yield special("whole numbers (an integer array)", np.array([[-3, -1, 0], [1, 2, 4]]))
    yield special("z of ±1000", np.array([-1000.0, -30.0, 0.0, 30.0, 1000.0]))

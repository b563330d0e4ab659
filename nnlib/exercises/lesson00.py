"""The toy exercise of lesson 00: how a check answers."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, values


def _cases(rng):
    for _ in range(3):
        m, n = sizes(rng, 2)
        yield generic(3 * values(rng, m, n), m=m, n=n)
    yield special("a 1-D array", 3 * values(rng, 4))
    yield special("a single number", 1.5)
    yield special("whole numbers", np.array([3, -1, 4]))


@exercise(lesson="00", cases=_cases)
def double(x):
    """Every entry of x times two; x of any shape → the same shape."""
    return 2 * np.asarray(x)


@double.also_right
def _added_to_itself(x):
    return x + x


@double.also_right
def _loop(x):
    result = np.empty(np.shape(x))
    for index in np.ndindex(np.shape(x)):
        result[index] = np.asarray(x)[index] * 2
    return result


@double.mistake("squared", ask="For which two numbers are doubling and squaring the same?")
def _(x):
    """You squared: 3 became 9, and minus signs disappeared. Doubling turns 3 into 6 and -3
    into -6."""
    return x**2


@double.mistake("two-added", ask="What should become of 0?")
def _(x):
    """Every number grew by 2: that is adding, and 0 became 2. Doubling leaves 0 where it is."""
    return x + 2


@double.mistake("halved", ask="Should 3 grow or shrink?")
def _(x):
    """Every number was halved, so your result is 4 times too small. Doubling makes numbers
    larger."""
    return x / 2


@double.mistake("unchanged", ask="What did the function do to its input?")
def _(x):
    """The numbers come back as they went in. Something has still to happen to x before it is
    returned."""
    return x + 0


@double.mistake("power-of-two", ask="What is 2 ** 0, and what is twice 0?")
def _(x):
    """Two stars are a power: 2 ** 3 is 8. Doubling needs one star."""
    return 2.0**x


@double.mistake("summed", ask="How many numbers go in, and how many come out?")
def _(x):
    """One number comes back where there should be one for every entry: all entries were added
    up. Work on the array as a whole, without a sum."""
    return 2 * np.sum(x)


@double.mistake("absolute", ask="What is twice -3?")
def _(x):
    """The minus signs are lost: twice -3 is -6, and your result has 6."""
    return 2 * np.abs(x)


@double.mistake("whole-numbers-only", ask="What is int(1.5)?")
def _(x):
    """The decimals are cut off before doubling. The entries may be any numbers, so nothing here
    should turn them into whole ones."""
    return 2 * np.trunc(x)


@double.mistake("changed-in-place", ask="Who else still uses the array x?")
def _(x):
    """The numbers are right, but `x *= 2` and its like write into the caller's own array, which
    is now doubled as well. Make a new array and leave x as it was."""
    if isinstance(x, np.ndarray):
        x *= 2
        return x
    return 2 * x

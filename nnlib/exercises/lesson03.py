"""Exercises of lesson 03, the chain rule: the gradient checker, two slopes, one neuron."""

import itertools
import math
from functools import partial

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.lesson01 import sigmoid
from nnlib.exercises.probes import generic, sizes, special, square, values

# --- numerical_gradient ---------------------------------------------------------------------


class SmoothFunction:
    """A smooth number of a whole array; each slope depends on all entries."""

    def __init__(self, rng, *shape):
        self.bend, self.tilt = values(rng, *shape), values(rng, *shape)

    def __call__(self, x):
        return float(np.sum(self.bend * np.square(x)) + np.sin(np.sum(self.tilt * x)))


class RecordedFunction(SmoothFunction):
    """Keeps what it was called with."""

    def __init__(self, rng, *shape):
        super().__init__(rng, *shape)
        self.log = []

    def __call__(self, x):
        self.log.append(np.array(x))
        return super().__call__(x)


def _size_of_nudges(call):
    """Whether entries were moved by about eps (half or twice as much is as good)."""
    if call.result is None:
        return None
    f, x, eps = call.after[0], call.args[1], call.args[2]
    largest = max(np.max(np.abs(seen - x)) for seen in f.log)
    return {
        "the gradient has the shape of x": np.shape(call.result) == x.shape,
        "the entries are moved by the eps that is given": bool(eps / 4 < largest < 2.5 * eps),
    }


def _numerical_gradient_cases(rng):
    for eps in ((), (1e-3,), (), (1e-3,)):
        m, n = sizes(rng, 2, high=7)
        yield generic(SmoothFunction(rng, m, n), values(rng, m, n), *eps, m=m, n=n)
    yield special("a 1-D x", SmoothFunction(rng, 5), values(rng, 5))
    yield special("an x with three axes", SmoothFunction(rng, 2, 3, 2), values(rng, 2, 3, 2))
    yield special("an x of one entry", SmoothFunction(rng, 1), values(rng, 1))
    zeros = np.array([[0.0, 0.4, -0.3], [0.7, 0.0, 0.2]])
    yield special("an x in which some entries are 0", SmoothFunction(rng, 2, 3), zeros)
    whole = np.array([[1, -2, 3], [4, 2, -1]])
    yield special("an integer x", SmoothFunction(rng, 2, 3), whole)
    recorded = RecordedFunction(rng, 3, 2)
    note = "another eps than 1e-5"
    yield special(note, recorded, values(rng, 3, 2), 0.1, observe=_size_of_nudges)


@exercise(
    lesson="03",
    cases=_numerical_gradient_cases,
    properties={
        "the gradient has the shape of x": lambda g, f, x, *eps: np.shape(g) == np.shape(x),
    },
)
def numerical_gradient(f, x, eps=1e-5):
    """∂f/∂x by central differences, entry by entry: a float array of x's shape.

    f is a function of an array that returns a number; x, of any shape, stays as it was.
    """
    x = np.array(x, dtype=float)  # a copy: the caller's array stays as it was
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        value = x[i]
        x[i] = value + eps
        above = f(x)
        x[i] = value - eps
        gradient[i] = (above - f(x)) / (2 * eps)
        x[i] = value
    return gradient


def _moved(f, x, i, step):
    """f where entry i of x is moved by a step."""
    x = np.array(x, dtype=float)
    x[i] += step
    return f(x)


def _each(f, x, rule):
    """`rule(at)` for every entry, where at(step) is f with that entry moved by a step."""
    found = [rule(partial(_moved, f, x, i)) for i in np.ndindex(x.shape)]
    return np.array(found, dtype=float).reshape(x.shape)


@numerical_gradient.also_right
def _nudge_vector(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = eps
        e = e.reshape(x.shape)
        gradient.flat[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@numerical_gradient.also_right
def _two_copies(f, x, eps=1e-5):
    gradient = np.zeros_like(x, dtype=float)
    for i, _ in np.ndenumerate(x):
        above, below = x.astype(float), x.astype(float)
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / eps / 2
    return gradient


@numerical_gradient.also_right
def _nditer(f, x, eps=1e-5):
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + eps
        above = f(x)
        x[i] = old - eps
        below = f(x)
        x[i] = old
        gradient[i] = (above - below) * 0.5 / eps
        it.iternext()
    return gradient


@numerical_gradient.also_right
def _half_a_nudge_to_each_side(f, x, eps=1e-5):
    return _each(f, x, lambda at: (at(eps / 2) - at(-eps / 2)) / eps)


@numerical_gradient.also_right
def _five_points(f, x, eps=1e-5):
    def rule(at):
        return (8 * (at(eps) - at(-eps)) - at(2 * eps) + at(-2 * eps)) / (12 * eps)

    return _each(f, x, rule)


@numerical_gradient.also_right
def _columns_of_an_identity(f, x, eps=1e-5):
    steps = eps * np.eye(x.size)
    slopes = [f(x + s.reshape(x.shape)) - f(x - s.reshape(x.shape)) for s in steps]
    return np.array(slopes).reshape(x.shape) / (2 * eps)


# What is nudged.


@numerical_gradient.mistake("all-at-once", ask="How many numbers should a gradient of x hold?")
def _(f, x, eps=1e-5):
    """You get one number: all entries of x are nudged together. A gradient has one slope for each
    entry, and that shows only when the others stay where they are."""
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@numerical_gradient.mistake("all-at-once-for-each", ask="Which entries does `x + eps` change?")
def _(f, x, eps=1e-5):
    """Every entry of your gradient is the same number, about the sum of all slopes: either all
    entries of x are nudged together, or each slope is added to the whole array."""
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


@numerical_gradient.mistake("whole-row-nudged", ask="What is x[i] when x has two axes?")
def _(f, x, eps=1e-5):
    """All entries of a row get the same number, the sum of the slopes of that row: with two axes
    `x[i]` is a whole row, and all of it is nudged. Go through every single entry."""
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        gradient[i] = (_moved(f, x, i, eps) - _moved(f, x, i, -eps)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("row-kept-under-two-names", ask="Does `old = x[i]` copy a row?")
def _(f, x, eps=1e-5):
    """All entries of a row get the same number. With two axes `x[i]` is a whole row, all of which
    is nudged, and `old = x[i]` only gives that row a second name, so the second nudge starts from
    the first. Go through every single entry."""
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        gradient[i] = (_moved(f, x, i, eps) - f(x)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("whole-column-nudged", ask="What is x[:, j]?")
def _(f, x, eps=1e-5):
    """All entries of a column get the same number, the sum of the slopes of that column: all of
    the column is nudged at once. Go through every single entry."""
    gradient = np.zeros(x.shape)
    for j in range(x.shape[1]):
        column = np.s_[:, j]
        gradient[column] = (_moved(f, x, column, eps) - _moved(f, x, column, -eps)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("counts-entries-but-indexes-rows", ask="What is x[5] of a 4×3 array?")
def _(f, x, eps=1e-5):
    """You count all entries of x but use the count as the index of a row, so it runs off the end
    as soon as x has two axes. Use an index for each axis, or `.flat`."""
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        gradient[i] = (_moved(f, x, i, eps) - _moved(f, x, i, -eps)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("entry-instead-of-array", ask="What does f expect as its argument?")
def _(f, x, eps=1e-5):
    """f is called with a single nudged number, but it is a function of the whole array. Give it
    all of x, with one entry nudged."""
    slopes = [(f(value + eps) - f(value - eps)) / (2 * eps) for value in x.ravel()]
    return np.array(slopes).reshape(x.shape)


@numerical_gradient.mistake("nudge-lost", ask="How many arrays are there after `b = a`?")
def _(f, x, eps=1e-5):
    """Your gradient is all zeros: nothing was written into it, or both calls of f saw the same
    numbers. That happens when the two nudged arrays are two names for one (`b = a` copies nothing),
    or when the nudge goes into a copy that f never gets."""
    return np.zeros(x.shape)


@numerical_gradient.mistake("not-restored", ask="What does x look like when the loop ends?")
def _(f, x, eps=1e-5):
    """Only the first slope is right: the entries are nudged in x and not put back, so every later
    call of f sees an x that has drifted away, and the caller's x may stay changed. Put the old
    value back before you go on."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("not-restored-after-going-up", ask="Which x does the second slope see?")
def _(f, x, eps=1e-5):
    """Your slopes add up from entry to entry: each one is compared with the x of the start, but
    the entries before it are still nudged. Put the old value back before you go on."""
    start, gradient = f(x), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        gradient[i] = (f(x) - start) / eps
    return gradient


@numerical_gradient.mistake("nudges-pile-up", ask="What does the nudge look like in round two?")
def _(f, x, eps=1e-5):
    """Your slopes add up from entry to entry: the array that holds the nudge is made once, before
    the loop, and never set back to 0. Each round should nudge one entry only."""
    gradient, nudge = np.zeros(x.shape), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudge[i] = eps
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("restored-by-arithmetic", ask="Is 0.3 + 1e-5 - 1e-5 equal to 0.3?")
def _(f, x, eps=1e-5):
    """The slopes of floats are right, but x comes back changed in its last digits: adding and
    subtracting eps does not lead back exactly. Keep the old value and put it back, or work on a
    copy."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
        x[i] += eps
    return gradient


@numerical_gradient.mistake("relative-nudge", ask="How far does your function move an entry of 0?")
def _(f, x, eps=1e-5):
    """Right but for entries that are 0: the nudge is a share of the entry, and a share of 0 is no
    nudge at all, so you divide 0 by 0."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = eps * x[i]
        gradient[i] = (_moved(f, x, i, step) - _moved(f, x, i, -step)) / (2 * step)
    return gradient


@numerical_gradient.mistake("times-x")
def _(f, x, eps=1e-5):
    """Each slope comes out multiplied by its own entry: the nudge is a share of the entry, but
    the division does not know that."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = eps * x[i]
        gradient[i] = (_moved(f, x, i, step) - _moved(f, x, i, -step)) / (2 * eps)
    return gradient


@numerical_gradient.mistake(
    "eps-ignored", ask="Where in your function does the argument eps stand?"
)
def _(f, x, eps=1e-5):
    """Right, but the argument eps changes nothing: the size of the nudge is written into the code
    as a number. Use the eps that the caller gives."""
    return _each(f, x, lambda at: (at(1e-5) - at(-1e-5)) / 2e-5)


# Whole numbers.


@numerical_gradient.mistake("integer-x", ask="What does an integer array make of 3.00001?")
def _(f, x, eps=1e-5):
    """Right for floats, but an integer x cannot hold a nudged value: the decimals are cut off, and
    the slopes are wildly wrong. Make a float copy of x first."""
    work, gradient = x.copy(), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        work[i] = x[i] + eps
        above = f(work)
        work[i] = x[i] - eps
        gradient[i] = (above - f(work)) / (2 * eps)
        work[i] = x[i]
    return gradient


@numerical_gradient.mistake(
    "integer-x-and-gradient", ask="What dtype does np.zeros_like give here?"
)
def _(f, x, eps=1e-5):
    """Right for floats, but for an integer x two arrays are integers, the one you nudge and the
    one you collect the slopes in, and both cut the decimals off. Make float arrays."""
    work, gradient = x.copy(), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        work[i] = x[i] + eps
        above = f(work)
        work[i] = x[i] - eps
        gradient[i] = (above - f(work)) / (2 * eps)
        work[i] = x[i]
    return gradient


@numerical_gradient.mistake("integer-gradient", ask="What dtype does np.zeros_like give here?")
def _(f, x, eps=1e-5):
    """Right for floats, but for an integer x your slopes lose their decimals: the array you
    collect them in has taken over the integer type of x. Make it an array of floats."""
    gradient = np.zeros_like(x)
    gradient[...] = numerical_gradient(f, x, eps)
    return gradient


@numerical_gradient.mistake("integer-nudge", ask="What does an integer array make of 0.00001?")
def _(f, x, eps=1e-5):
    """Right for floats, but all zeros for an integer x: the array that holds the nudge has taken
    over the integer type of x, and eps is cut off to 0. Make it an array of floats."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[i] = eps
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


# The quotient.


@numerical_gradient.mistake("divided-by-eps", ask="How far apart are x - eps and x + eps?")
def _(f, x, eps=1e-5):
    """Every slope is twice too large: the two points at which you ask f are twice as far apart as
    what you divide by."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) / eps)


@numerical_gradient.mistake("forward-difference", ask="What does the other side add to accuracy?")
def _(f, x, eps=1e-5):
    """You nudge upwards only, or farther up than down. The error of such a slope is about as large
    as eps; equal nudges to both sides make it as small as eps²."""
    return _each(f, x, lambda at: (at(eps) - at(0)) / eps)


@numerical_gradient.mistake("backward-difference", ask="What does the other side add to accuracy?")
def _(f, x, eps=1e-5):
    """You nudge downwards only, or farther down than up. The error of such a slope is about as
    large as eps; equal nudges to both sides make it as small as eps²."""
    return _each(f, x, lambda at: (at(0) - at(-eps)) / eps)


@numerical_gradient.mistake("half-a-difference", ask="Which two points does your function compare?")
def _(f, x, eps=1e-5):
    """You divide by the distance of two nudges, but one of the two calls sees x as it is, so slopes
    come out about half as large as they are. Does the second nudge start from the old value?"""
    return _each(f, x, lambda at: (at(eps) - at(0)) / (2 * eps))


@numerical_gradient.mistake("half-a-difference-downwards")
def _(f, x, eps=1e-5):
    """You divide by the distance of two nudges, but the upper of the two calls sees x as it is, so
    slopes come out about half as large as they are."""
    return _each(f, x, lambda at: (at(0) - at(-eps)) / (2 * eps))


@numerical_gradient.mistake("two-steps-down", ask="How far apart are the two points you compare?")
def _(f, x, eps=1e-5):
    """Every slope is about 1.5 times too large: up goes one eps, but down go two, and you divide
    by 2 eps. (A published library had this very bug.) Restore the entry before you go down."""
    return _each(f, x, lambda at: (at(eps) - at(-2 * eps)) / (2 * eps))


@numerical_gradient.mistake("two-steps-up")
def _(f, x, eps=1e-5):
    """Every slope is about 1.5 times too large: down goes one eps, but up go two, and you divide
    by 2 eps. The two points should lie equally far from x."""
    return _each(f, x, lambda at: (at(2 * eps) - at(-eps)) / (2 * eps))


@numerical_gradient.mistake("sign", ask="Does your slope of x² at 3 come out positive?")
def _(f, x, eps=1e-5):
    """Every slope has the opposite sign: the value below is not taken from the value above but
    the other way round."""
    return _each(f, x, lambda at: (at(-eps) - at(eps)) / (2 * eps))


@numerical_gradient.mistake("sign-lost", ask="What is the slope of x² at -3?")
def _(f, x, eps=1e-5):
    """All your slopes are positive: an absolute value has eaten the sign. Where f falls, the slope
    is negative."""
    return _each(f, x, lambda at: abs(at(eps) - at(-eps)) / (2 * eps))


@numerical_gradient.mistake("sum-instead-of-difference")
def _(f, x, eps=1e-5):
    """Your slopes are huge: the two values of f are added. A slope asks how much they differ."""
    return _each(f, x, lambda at: (at(eps) + at(-eps)) / (2 * eps))


@numerical_gradient.mistake("brackets-below", ask="What is 6 / 2 * 3 in Python?")
def _(f, x, eps=1e-5):
    """Your slopes are tiny: the difference is divided by 2 and then multiplied by eps. Python goes
    from left to right; what stands below the fraction bar needs brackets."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) / 2 * eps)


@numerical_gradient.mistake("brackets-above", ask="What does Python work out first, - or /?")
def _(f, x, eps=1e-5):
    """Your slopes are huge: only the second value of f is divided. The difference above the
    fraction bar needs brackets."""
    return _each(f, x, lambda at: at(eps) - at(-eps) / (2 * eps))


@numerical_gradient.mistake("not-divided", ask="What is a slope: a rise, or a rise per step?")
def _(f, x, eps=1e-5):
    """Your slopes are tiny: you return how much f changes, not how much it changes per step. The
    division is missing."""
    return _each(f, x, lambda at: at(eps) - at(-eps))


@numerical_gradient.mistake("eps-left-out", ask="What is a slope: a rise, or a rise per step?")
def _(f, x, eps=1e-5):
    """Your slopes are tiny: the change of f is divided by 2, but not by how far the entry was
    moved."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) / 2)


@numerical_gradient.mistake("divided-by-eps-squared")
def _(f, x, eps=1e-5):
    """Your slopes are huge: the change of f is divided by a square of eps. That belongs to second
    derivatives; a slope is a change per step."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) / (2 * eps**2))


@numerical_gradient.mistake("multiplied-by-2-eps")
def _(f, x, eps=1e-5):
    """Your slopes are tiny: the change of f is multiplied by the distance in place of being
    divided by it."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) * (2 * eps))


@numerical_gradient.mistake("relative-change")
def _(f, x, eps=1e-5):
    """Each slope is divided by the value of f: you measure how f changes in relation to itself. A
    slope is the plain change per step."""
    return _each(f, x, lambda at: (at(eps) - at(-eps)) / (2 * eps * at(0)))


# What comes back.


@numerical_gradient.mistake("flat-result", ask="Which shape has a gradient?")
def _(f, x, eps=1e-5):
    """The slopes come in one long row. A gradient has the shape of its x."""
    return numerical_gradient(f, x, eps).ravel()


@numerical_gradient.mistake("only-the-first-slope", ask="When does `return` end a loop?")
def _(f, x, eps=1e-5):
    """Only the first slope is there, the others are still 0: the loop ends after its first round.
    Look at how far `return` is indented."""
    slopes = numerical_gradient(f, x, eps).ravel()
    slopes[1:] = 0
    return slopes.reshape(x.shape)


@numerical_gradient.mistake("only-the-last-slope", ask="Which line must stand before the loop?")
def _(f, x, eps=1e-5):
    """Only the last slope is there, the others are 0: the array of slopes is made new in every
    round. Make it once, before the loop."""
    slopes = numerical_gradient(f, x, eps).ravel()
    slopes[:-1] = 0
    return slopes.reshape(x.shape)


@numerical_gradient.mistake("last-slope-missing", ask="Which numbers does range(n - 1) give?")
def _(f, x, eps=1e-5):
    """The slope of the last entry is 0, all others are right: the loop ends one round too early.
    `range(n)` stops at n - 1 by itself."""
    slopes = numerical_gradient(f, x, eps).ravel()
    slopes[-1] = 0
    return slopes.reshape(x.shape)


@numerical_gradient.mistake("slopes-added-up", ask="How many numbers should a gradient hold?")
def _(f, x, eps=1e-5):
    """Each slope also contains all slopes before it: a sum that is never set back to 0, or x
    that stays nudged."""
    return np.cumsum(numerical_gradient(f, x, eps)).reshape(x.shape)


@numerical_gradient.mistake("normalised")
def _(f, x, eps=1e-5):
    """The direction is right, but your gradient is scaled to length 1. Its length is how steep f
    is, and belongs to it."""
    gradient = numerical_gradient(f, x, eps)
    return gradient / np.linalg.norm(gradient)


@numerical_gradient.mistake("step-taken")
def _(f, x, eps=1e-5):
    """You return x minus the gradient: a step of gradient descent. The gradient alone is asked
    for; stepping comes later."""
    return x - numerical_gradient(f, x, eps)


@numerical_gradient.combination("all-at-once", "forward-difference")
def _(f, x, eps=1e-5):
    return (f(x + eps) - f(x)) / eps


@numerical_gradient.combination("all-at-once", "backward-difference")
def _(f, x, eps=1e-5):
    return (f(x) - f(x - eps)) / eps


@numerical_gradient.combination("all-at-once", "brackets-below")
def _(f, x, eps=1e-5):
    return (f(x + eps) - f(x - eps)) / 2 * eps


@numerical_gradient.combination("all-at-once", "brackets-above")
def _(f, x, eps=1e-5):
    return f(x + eps) - f(x - eps) / (2 * eps)


@numerical_gradient.combination("all-at-once", "half-a-difference")
def _(f, x, eps=1e-5):
    return (f(x + eps) - f(x)) / (2 * eps)


@numerical_gradient.combination("all-at-once", "not-divided")
def _(f, x, eps=1e-5):
    return f(x + eps) - f(x - eps)


@numerical_gradient.combination("flat-result", "forward-difference")
def _(f, x, eps=1e-5):
    return _each(f, x, lambda at: (at(eps) - at(0)) / eps).ravel()


@numerical_gradient.combination("whole-row-nudged", "forward-difference")
def _(f, x, eps=1e-5):
    slopes = [(_moved(f, x, i, eps) - f(x)) / eps for i in range(len(x))]
    return np.zeros(x.shape) + np.reshape(slopes, (-1,) + (1,) * (x.ndim - 1))


# --- gradients_match ------------------------------------------------------------------------


def _apart(g, error, ratio):
    """(g, g_num) that differ in the direction `error` by exactly this relative error."""
    size = 2 * ratio * np.linalg.norm(g) / np.linalg.norm(error)
    return g, g + size * error


def _random_pair(rng, ratio, scale=1.0):
    shape = sizes(rng, 2)
    return _apart(scale * values(rng, *shape), values(rng, *shape), ratio)


def _spikes(rng):
    """Pairs on which norms, largest entries, sums and single entries judge differently."""
    g = 0.5 * rng.choice([-1.0, 1.0], (6, 8))
    spike = np.zeros((6, 8))
    spike[rng.integers(6), rng.integers(8)] = 1.0
    yield _apart(g, spike, 2.5e-6)  # too much; a mean of absolute errors does not see it
    yield _apart(g, spike, 6e-7)  # little; the largest error alone looks large
    small = g * (1 - spike) + 1e-7 * spike
    yield small, small + 1e-7 * spike  # one tiny entry is twice as large, which hardly matters
    huge = g * (1 - spike) + 1000 * spike
    yield huge, huge + 5e-5 * g * (1 - spike)  # the others are off by 5e-5, beside a huge one
    many = g * (1 - spike) + 1000 * spike
    yield _apart(many, g * (1 - spike), 7e-7)
    wide, place = 0.5 * rng.choice([-1.0, 1.0], (3, 15)), np.zeros((3, 15))
    place[rng.integers(3), rng.integers(15)] = 1.0
    yield _apart(wide, place, 7e-7)  # norms that add up columns, or rows, judge otherwise
    yield _apart(wide.T, place.T, 7e-7)
    v = values(rng, 6, 1)
    turn = np.eye(6) - 2 * v @ v.T / np.sum(v**2)
    yield _apart(turn, spike[:, :6] + np.eye(6)[0][:, None] * np.eye(6)[1], 7e-7)


def _far_pairs(rng):
    """Pairs that differ plainly."""
    g = values(rng, 5, 4)
    yield g, -g
    yield g, 2 * g
    yield g, rng.permutation(g.ravel()).reshape(g.shape)
    some = np.where(g == g.max(), 0, g)  # an entry that is 0 in both
    yield _apart(some, some + (some != 0), 1e-2)
    error = values(rng, 5, 4)
    yield _apart(g, error - error.mean(), 5e-3)  # errors that cancel
    yield _apart(g, np.abs(error), 5e-3)
    yield _apart(g, -np.abs(error), 5e-3)
    yield _apart(1e-9 * g, error, 0.1)  # a small gradient, plainly wrong
    column = np.zeros((5, 4))
    column[:, 2] = error[:, 2]
    yield _apart(g, column, 3e-6)


def _gradients_match_cases(rng):
    for ratio in (1e-9, 3e-8, 3e-7, 9.9e-7, 1.01e-6, 4e-6, 4e-5, 4e-4, 8.5e-4):
        yield generic(*_random_pair(rng, ratio))
    for scale in (1e4, 1e-4):
        yield generic(*_random_pair(rng, 9.9e-7, scale))
        yield generic(*_random_pair(rng, 3e-6, scale))
    yield generic(*_apart(values(rng, 7), values(rng, 7), 3e-7))
    for pair in (*_spikes(rng), *_far_pairs(rng)):
        yield generic(*pair)
    g = values(rng, 3, 4)
    yield special("two gradients that are equal", g, g.copy())
    yield special("two gradients that are all zeros", np.zeros((3, 4)), np.zeros((3, 4)))
    end, start = np.zeros((3, 4)), np.zeros((3, 4))
    end[-1, -1] = start[0, 0] = 0.5
    for other in (g, np.abs(g), -np.abs(g), end, start):
        yield special("a g that is all zeros against a g_num that is not", 0 * g, other)
        yield special("a g_num that is all zeros against a g that is not", other, 0 * g)
    yield special("a gradient with a nan in it", g, np.where(g == g.max(), np.nan, g))
    row = values(rng, 5)
    yield special("one number (1, 1) against (m, n)", np.full((1, 1), 0.3), np.full((4, 3), 0.3))
    yield special("(n,) against (m, n)", row, np.tile(row, (4, 1)))
    yield special("(n,) against (n, 1)", np.full(5, 0.3), np.full((5, 1), 0.3))
    yield special("(m, n) against (n, m)", g, g.T.copy())
    yield special("(m, n) against the same numbers in one row", g, g.ravel())


@exercise(lesson="03", cases=_gradients_match_cases)
def gradients_match(g, g_num):
    """Whether ‖g - g_num‖ / (‖g‖ + ‖g_num‖) is below 1e-6, for arrays of any one shape.

    True for two gradients of zeros, False for different shapes.
    """
    if np.shape(g) != np.shape(g_num):
        return False
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return bool(size == 0 or np.linalg.norm(g - g_num) / size < 1e-6)


def _judged(g, g_num, rule):
    """rule(g, g_num), with shapes and zeros as they should be."""
    if g.shape != g_num.shape:
        return False
    with np.errstate(all="ignore"):
        return True if not g.any() and not g_num.any() else bool(rule(g, g_num))


def _error(g, g_num):
    with np.errstate(all="ignore"):
        return np.linalg.norm(g - g_num) / (np.linalg.norm(g) + np.linalg.norm(g_num))


@gradients_match.also_right
def _multiplied_out(g, g_num):
    if g.shape != g_num.shape:
        return False
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return np.linalg.norm(g - g_num) < 1e-6 * size or size == 0


@gradients_match.also_right
def _small_number_added(g, g_num):
    same = g.shape == g_num.shape
    return same and _norm(g - g_num) / (_norm(g) + _norm(g_num) + 1e-15) < 1e-6


def _norm(a):
    return math.sqrt((a * a).sum())


@gradients_match.also_right
def _guard_clauses(g, g_num):
    if g.shape != g_num.shape:
        return False
    if np.all(g == 0) and np.all(g_num == 0):
        return True
    error = np.sqrt(np.sum((g - g_num) ** 2))
    error /= np.sqrt(np.sum(g**2)) + np.sqrt(np.sum(g_num**2))
    if error < 1e-6:
        return True
    else:
        return False


@gradients_match.also_right
def _one_and_zero(g, g_num):
    return int(gradients_match(g, g_num))


@gradients_match.also_right
def _loops(g, g_num):
    if g.shape != g_num.shape:
        return False
    a, b = g.ravel().tolist(), g_num.ravel().tolist()
    apart = sum((s - t) ** 2 for s, t in zip(a, b, strict=True)) ** 0.5
    size = sum(s * s for s in a) ** 0.5 + sum(t * t for t in b) ** 0.5
    return apart < 1e-6 * size if size else True


# Shapes, zeros, nan.


@gradients_match.mistake("zeros-do-not-match", ask="What is 0 / 0 in NumPy, and is it below 1e-6?")
def _(g, g_num):
    """Right, but two gradients of zeros do not match with you. They are equal, though 0 / 0 gives
    nan and 0 is not below 0: look at that case before you compare."""
    return g.shape == g_num.shape and bool(_error(g, g_num) < 1e-6)


@gradients_match.mistake("zeros-divide", ask="What is 0 / 0 in Python?")
def _(g, g_num):
    """Right, but two gradients of zeros stop your function: it divides by zero. Two zero
    gradients are equal, so look at that case before you divide."""
    if g.shape != g_num.shape:
        return False
    return (
        float(np.linalg.norm(g - g_num)) / float(np.linalg.norm(g) + np.linalg.norm(g_num)) < 1e-6
    )


@gradients_match.mistake("one-zero-is-enough", ask="Do 0 and 5 match?")
def _(g, g_num):
    """A gradient of zeros matches everything with you, though only one of the two is zero. That
    would let through a gradient that was never computed."""
    return _judged(g, g_num, lambda a, b: not a.any() or not b.any() or _error(a, b) < 1e-6)


@gradients_match.mistake("zero-g-matches-everything", ask="Do 0 and 5 match?")
def _(g, g_num):
    """A g of zeros matches everything with you, whatever g_num is. That would let through a
    gradient that was never computed."""
    return _judged(g, g_num, lambda a, b: not a.any() or _error(a, b) < 1e-6)


@gradients_match.mistake("zero-g-num-matches-everything", ask="Do 5 and 0 match?")
def _(g, g_num):
    """A g_num of zeros matches everything with you, whatever g is. Only two zero gradients
    match."""
    return _judged(g, g_num, lambda a, b: not b.any() or _error(a, b) < 1e-6)


@gradients_match.mistake("nan-passes", ask="Is nan larger than 1e-6? Is it smaller?")
def _(g, g_num):
    """A gradient with nan in it passes your check: nan is neither above nor below 1e-6, and you
    ask whether the error is too large. Ask whether it is small enough."""
    return _judged(g, g_num, lambda a, b: not _error(a, b) >= 1e-6)


@gradients_match.mistake("shapes-not-checked", ask="What is (n,) minus (n, 1)?")
def _(g, g_num):
    """Right where the shapes agree, but different shapes should never match: NumPy stretches one
    array to fit the other (or stops with an error) before you see it. Compare the shapes first, and
    answer at once."""
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return bool(size == 0 or np.linalg.norm(g - g_num) / size < 1e-6)


@gradients_match.mistake("only-sizes-checked", ask="How many entries has (n,), how many (n, 1)?")
def _(g, g_num):
    """Some different shapes pass, such as (n,) against (n, 1), as a comparison of how many entries
    there are would let them. Compare the whole shapes."""
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return bool(g.size == g_num.size and (size == 0 or np.linalg.norm(g - g_num) / size < 1e-6))


@gradients_match.mistake("only-lengths-checked", ask="What is len of (n,) and of (n, 1)?")
def _(g, g_num):
    """Different shapes pass when their first axes agree, as a comparison of `len`, or of flattened
    arrays, would let them. (n,) and (n, 1) are different shapes: compare the whole of them."""
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return bool(len(g) == len(g_num) and (size == 0 or np.linalg.norm(g - g_num) / size < 1e-6))


@gradients_match.mistake("only-axes-counted", ask="How many axes has (1, 1), how many (4, 3)?")
def _(g, g_num):
    """You compare the number of axes, but (1, 1) has as many as (m, n) and is stretched to it.
    Compare the whole shapes."""
    size = np.linalg.norm(g) + np.linalg.norm(g_num)
    return bool(g.ndim == g_num.ndim and (size == 0 or np.linalg.norm(g - g_num) / size < 1e-6))


@gradients_match.mistake("flattened", ask="Which shape has the gradient of W?")
def _(g, g_num):
    """The same numbers in another shape count as a match, as when both gradients are flattened, or
    when other shapes are simply let through. A gradient has the shape of its parameter: compare the
    shapes first."""
    a, b = g.ravel(), g_num.ravel()
    return a.size in (b.size, 1) and bool((not a.any() and not b.any()) or _error(a, b) < 1e-6)


@gradients_match.mistake("shapes-asserted", ask="Which answers may this function give?")
def _(g, g_num):
    """Different shapes stop your function: the `assert` raises an error. The question has an
    answer: they do not match, so say False."""
    assert g.shape == g_num.shape
    return gradients_match(g, g_num)


@gradients_match.mistake("shapes-raise", ask="Which answers may this function give?")
def _(g, g_num):
    """Different shapes stop your function with an error. The question has an answer: they do not
    match, so say False."""
    if g.shape != g_num.shape:
        raise ValueError("different shapes")
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-6)


# Which error is measured.


@gradients_match.mistake("brackets-of-the-limit", ask="What does Python work out first, * or +?")
def _(g, g_num):
    """Nearly everything matches: of the two lengths only the first is multiplied by 1e-6, because
    the brackets around their sum are missing."""
    return _judged(
        g, g_num, lambda a, b: np.linalg.norm(a - b) <= 1e-6 * np.linalg.norm(a) + np.linalg.norm(b)
    )


@gradients_match.mistake("means-compared", ask="Do (1, 3) and (3, 1) have the same mean?")
def _(g, g_num):
    """Only the means of the two gradients are compared: entries that are off, one up and one down,
    go unseen."""
    return _judged(g, g_num, lambda a, b: abs(np.mean(a) - np.mean(b)) < 1e-6)


@gradients_match.mistake("absolute-error", ask="Is a difference of 1e-6 much or little?")
def _(g, g_num):
    """Large gradients never match with you, and tiny ones always do, as when the difference alone
    is looked at: how large the gradients are must count."""
    return _judged(g, g_num, lambda a, b: np.linalg.norm(a - b) < 1e-6)


@gradients_match.mistake("absolute-error-of-entries", ask="Is a difference of 1e-6 much or little?")
def _(g, g_num):
    """Large gradients never match with you, and tiny ones always do, as when every single
    difference is to be below 1e-6: how large the gradients are must count."""
    return _judged(g, g_num, lambda a, b: np.max(np.abs(a - b)) < 1e-6)


@gradients_match.mistake("mean-absolute-error", ask="Is a difference of 1e-6 much or little?")
def _(g, g_num):
    """Large gradients never match with you, and tiny ones always do, as when the mean difference
    alone is looked at: how large the gradients are must count."""
    return _judged(g, g_num, lambda a, b: np.mean(np.abs(a - b)) < 1e-6)


@gradients_match.mistake("root-mean-squared-error", ask="Is a difference of 1e-6 much or little?")
def _(g, g_num):
    """Large gradients never match with you, and tiny ones always do, as when the size of the
    differences alone is looked at: how large the gradients are must count."""
    return _judged(g, g_num, lambda a, b: np.sqrt(np.mean((a - b) ** 2)) < 1e-6)


@gradients_match.mistake("mean-squared-error", ask="What is the square of 1e-4?")
def _(g, g_num):
    """You look at the mean of the squared differences: a square makes small errors far smaller,
    and how large the gradients are does not count."""
    return _judged(g, g_num, lambda a, b: np.mean((a - b) ** 2) < 1e-6)


@gradients_match.mistake("allclose", ask="Which tolerances does np.allclose have by default?")
def _(g, g_num):
    """`np.allclose` lets each entry differ by 1e-5 of its size plus 1e-8: it passes gradients that
    are off by more than 1e-6, and any gradient that is tiny. Work the relative error out."""
    return _judged(g, g_num, np.allclose)


@gradients_match.mistake("allclose-1e-6", ask="What does each of allclose's two tolerances do?")
def _(g, g_num):
    """`np.allclose` judges every entry alone and still lets differences of 1e-8 pass, however
    small the gradient is. One relative error for the whole gradient is asked for."""
    return _judged(g, g_num, lambda a, b: np.allclose(a, b, rtol=1e-6))


@gradients_match.mistake("allclose-relative", ask="Does one tiny entry decide, or all of them?")
def _(g, g_num):
    """`np.allclose` judges every entry alone, in relation to that entry, so a tiny one can fail a
    good gradient. One relative error for the whole gradient is asked for."""
    return _judged(g, g_num, lambda a, b: np.allclose(a, b, rtol=1e-6, atol=0))


@gradients_match.mistake("allclose-absolute", ask="What does each of allclose's two tolerances do?")
def _(g, g_num):
    """With `atol=1e-6` every gradient that is tiny passes, however wrong it is. One relative error
    for the whole gradient is asked for."""
    return _judged(g, g_num, lambda a, b: np.allclose(a, b, atol=1e-6))


@gradients_match.mistake("equal", ask="Can a numerical gradient be exact?")
def _(g, g_num):
    """You ask for equality to the last digit, and a numerical gradient never reaches that. A small
    relative error must pass."""
    return _judged(g, g_num, np.array_equal)


@gradients_match.mistake("rounded", ask="What becomes of a gradient of 1e-9?")
def _(g, g_num):
    """You round both gradients and ask for equality: two close numbers can round to different
    sides, and tiny gradients all become 0. Work the relative error out."""
    return _judged(g, g_num, lambda a, b: np.array_equal(np.round(a, 6), np.round(b, 6)))


@gradients_match.mistake(
    "one-norm-below", ask="What stands below the fraction bar: one norm or two?"
)
def _(g, g_num):
    """You are twice as strict as you should be: you divide by the length of one gradient (or the
    larger, or the mean of the two) and not by both together, or your limit is half of 1e-6."""
    return _judged(g, g_num, lambda a, b: 2 * _error(a, b) < 1e-6)


@gradients_match.mistake("largest-entries", ask="Does one entry decide, or do all of them?")
def _(g, g_num):
    """You compare the largest difference with the largest entries. That looks at one entry only;
    the norm of the lesson takes all of them into account."""

    def rule(a, b):
        return np.max(np.abs(a - b)) / (np.max(np.abs(a)) + np.max(np.abs(b))) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake(
    "each-entry-alone", ask="How exact is the numerical slope of a tiny entry?"
)
def _(g, g_num):
    """You work out a relative error for each entry, and the worst decides. An entry that is nearly
    0 then fails a good gradient; the norms of the whole gradients are to be compared."""

    def rule(a, b):
        return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("mean-of-entries", ask="How exact is the numerical slope of a tiny entry?")
def _(g, g_num):
    """You work out a relative error for each entry and average them. An entry that is nearly 0
    then counts as much as a large one; compare the norms of the whole gradients."""

    def rule(a, b):
        return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("sums-of-absolute-values", ask="What does ‖g‖ mean?")
def _(g, g_num):
    """You add up absolute values (or average them) where the norm squares, adds, and takes the
    root. One entry that is far off then hides among many good ones."""

    def rule(a, b):
        return np.sum(np.abs(a - b)) / (np.sum(np.abs(a)) + np.sum(np.abs(b))) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("differences-cancel", ask="What is the sum of the errors +1 and -1?")
def _(g, g_num):
    """You add up the differences with their signs, so errors upwards and downwards cancel and a
    wrong gradient passes. The norm squares them first."""

    def rule(a, b):
        return abs(np.sum(a - b)) / (np.linalg.norm(a) + np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("abs-missing", ask="Is -5 below 1e-6?")
def _(g, g_num):
    """Every g that is smaller than g_num passes: the difference is negative, and a negative number
    is below 1e-6. How far they are apart counts, in both directions."""

    def rule(a, b):
        return np.max(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("sum-abs-missing", ask="Is -5 below 1e-6?")
def _(g, g_num):
    """You divide sums of signed numbers: errors cancel, and a negative result is below 1e-6
    whatever its size. The norm makes lengths of the arrays before anything is compared."""
    return _judged(g, g_num, lambda a, b: np.sum(a - b) / (np.sum(a) + np.sum(b)) < 1e-6)


@gradients_match.mistake("differences-cancel-abs-missing", ask="Is -5 below 1e-6?")
def _(g, g_num):
    """You add up the differences with their signs: errors cancel, and a negative sum is below 1e-6
    whatever its size. The norm squares the differences first."""

    def rule(a, b):
        return np.sum(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("norms-compared-abs-missing", ask="Is -5 below 1e-6?")
def _(g, g_num):
    """You subtract one length from the other: if g is the shorter, the result is negative and
    passes. Take the difference of the arrays first, and its length then."""

    def rule(a, b):
        lengths = np.linalg.norm(a), np.linalg.norm(b)
        return (lengths[0] - lengths[1]) / sum(lengths) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("norms-compared", ask="Are two arrows of one length the same arrow?")
def _(g, g_num):
    """You compare the two lengths. A gradient with the wrong sign, or with its entries mixed up,
    has the same length: take the difference of the arrays first, and its length then."""

    def rule(a, b):
        lengths = np.linalg.norm(a), np.linalg.norm(b)
        return abs(lengths[0] - lengths[1]) / sum(lengths) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("signs-ignored", ask="Do 5 and -5 match?")
def _(g, g_num):
    """A gradient with the wrong sign passes, as when absolute values are taken before subtracting,
    or the two are added first. First the difference, then its length."""
    return _judged(g, g_num, lambda a, b: _error(np.abs(a), np.abs(b)) < 1e-6)


@gradients_match.mistake("direction-only", ask="Do g and 2 g match?")
def _(g, g_num):
    """You compare directions, so a gradient that is twice too large passes. A forgotten factor is
    just what this check has to find."""

    def rule(a, b):
        return 1 - np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("squares-without-roots", ask="What is the square of 1e-4?")
def _(g, g_num):
    """You compare sums of squares without their roots. Your error is then about the square of the
    right one, and gradients that are off by 1e-4 still pass."""

    def rule(a, b):
        return np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("root-missing-above", ask="What does a norm do after adding up squares?")
def _(g, g_num):
    """Above the fraction bar the root is missing: you divide a sum of squares by two lengths, so
    your error depends on how large the gradients are."""

    def rule(a, b):
        return np.sum((a - b) ** 2) / (np.linalg.norm(a) + np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("product-of-norms", ask="What does your error do when both double?")
def _(g, g_num):
    """Below the fraction bar the two lengths are multiplied. Your error then changes when both
    gradients are scaled alike; with their sum it does not."""

    def rule(a, b):
        return np.linalg.norm(a - b) / (np.linalg.norm(a) * np.linalg.norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("brackets", ask="What does Python work out first, / or +?")
def _(g, g_num):
    """Hardly anything matches with you, not even good gradients that are not tiny. One way there:
    only the first of the two lengths is below the fraction bar and the second is added to the
    quotient, because the brackets are missing."""

    def rule(a, b):
        return np.linalg.norm(a - b) / np.linalg.norm(a) + np.linalg.norm(b) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("tiny-gradients-pass", ask="How does your check judge gradients of 1e-9?")
def _(g, g_num):
    """Tiny gradients pass, however wrong they are: you count them as zeros, or a number below the
    fraction bar outweighs them. Only gradients of true zeros need help."""

    def rule(a, b):
        return np.linalg.norm(a) + np.linalg.norm(b) < 1e-6 or _error(a, b) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("one-added-below", ask="What does + 1 do to a gradient of size 1e-9?")
def _(g, g_num):
    """You add 1 below the fraction bar. For small gradients that turns the relative error into an
    absolute one, and wrong ones pass."""

    def rule(a, b):
        return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("column-by-column", ask="What does axis do in np.linalg.norm?")
def _(g, g_num):
    """Each column is judged alone (an axis is given to the norm). One relative error for the whole
    gradient is asked for."""

    def rule(a, b):
        norm = partial(np.linalg.norm, axis=0)
        return np.all(norm(a - b) / (norm(a) + norm(b)) < 1e-6)

    return _judged(g, g_num, rule)


@gradients_match.mistake("spectral-norm", ask="Which norm is ord=2 of a matrix?")
def _(g, g_num):
    """For a matrix, `ord=2` is not the root of the sum of all squares but the largest stretch of a
    vector. Leave it out: NumPy's default is the norm of the lesson."""

    def rule(a, b):
        norm = partial(np.linalg.norm, ord=2)
        return norm(a - b) / (norm(a) + norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("largest-column-sum", ask="Which norm is ord=1 of a matrix?")
def _(g, g_num):
    """For a matrix, `ord=1` is the largest sum of a column, not the root of the sum of all squares.
    Leave it out: NumPy's default is the norm of the lesson."""

    def rule(a, b):
        norm = partial(np.linalg.norm, ord=1)
        return norm(a - b) / (norm(a) + norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("largest-row-sum", ask="Which norm is ord=np.inf of a matrix?")
def _(g, g_num):
    """For a matrix, `ord=np.inf` is the largest sum of a row, not the root of the sum of all
    squares. Leave it out: NumPy's default is the norm of the lesson."""

    def rule(a, b):
        norm = partial(np.linalg.norm, ord=np.inf)
        return norm(a - b) / (norm(a) + norm(b)) < 1e-6

    return _judged(g, g_num, rule)


@gradients_match.mistake("sum-above", ask="What is your error for two equal gradients?")
def _(g, g_num):
    """Above the fraction bar the gradients are added where they should be subtracted: equal ones
    never match, and opposite ones always do."""
    return _judged(g, g_num, lambda a, b: _error(a, -b) < 1e-6)


# The threshold and the answer.


@gradients_match.mistake("threshold-1e-5", ask="Which error still passes?")
def _(g, g_num):
    """Gradients pass whose relative error is several times 1e-6: your limit looks ten times too
    high."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-5)


@gradients_match.mistake("threshold-1e-4", ask="Which error still passes?")
def _(g, g_num):
    """Gradients pass whose relative error is far above 1e-6: your limit looks a hundred times too
    high."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-4)


@gradients_match.mistake("threshold-1e-3", ask="Which error still passes?")
def _(g, g_num):
    """Gradients pass whose relative error is nearly a thousandth: your limit looks a thousand
    times too high."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-3)


@gradients_match.mistake("threshold-1e-2", ask="Which error still passes?")
def _(g, g_num):
    """Gradients pass whose relative error is half a percent: your limit looks ten thousand times
    too high."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-2)


@gradients_match.mistake("threshold-1e-7", ask="Which error no longer passes?")
def _(g, g_num):
    """Gradients fail whose relative error is below 1e-6: your limit looks ten times too low, and
    rounding alone can reach it."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-7)


@gradients_match.mistake("threshold-1e-8", ask="Which error no longer passes?")
def _(g, g_num):
    """Gradients fail whose relative error is far below 1e-6: your limit looks a hundred times too
    low, and rounding alone can reach it."""
    return _judged(g, g_num, lambda a, b: _error(a, b) < 1e-8)


@gradients_match.mistake("answer-inverted", ask="What does your function say to equal gradients?")
def _(g, g_num):
    """Your answers are the wrong way round: good gradients give False and bad ones True. Look at
    the direction of the comparison."""
    return _judged(g, g_num, lambda a, b: _error(a, b) > 1e-6)


@gradients_match.mistake("answer-inverted-throughout")
def _(g, g_num):
    """Every answer is the wrong way round, those for zeros and for different shapes, too. True
    should mean that the gradients match."""
    return not gradients_match(g, g_num)


@gradients_match.mistake("error-returned", ask="Which two answers does the caller expect?")
def _(g, g_num):
    """You return the relative error. The caller asks a question: compare the error with 1e-6 and
    return True or False."""
    return _error(g, g_num) if g.shape == g_num.shape else False


@gradients_match.mistake("one-answer-per-entry", ask="How many answers does the caller expect?")
def _(g, g_num):
    """You return an array with one True or False for each entry. One answer for the whole gradient
    is asked for."""
    if g.shape != g_num.shape:
        return False
    with np.errstate(all="ignore"):
        return np.abs(g - g_num) / (np.abs(g) + np.abs(g_num)) < 1e-6


@gradients_match.mistake("isclose", ask="How many answers does the caller expect?")
def _(g, g_num):
    """`np.isclose` gives one answer for each entry, with tolerances of its own. One answer for the
    whole gradient is asked for, by its relative error."""
    return np.isclose(g, g_num) if g.shape == g_num.shape else False


@gradients_match.mistake(
    "no-answer-for-a-mismatch", ask="What comes back when no return is reached?"
)
def _(g, g_num):
    """Gradients that match give True, but the others give None: your function ends without a
    `return` there. Answer False."""
    return True if gradients_match(g, g_num) else None


@gradients_match.mistake("always-true", ask="Can your function ever say no?")
def _(g, g_num):
    """Your function says True to everything, wrong gradients and different shapes included. A
    check that cannot fail checks nothing."""
    return True


@gradients_match.mistake("always-true-for-one-shape", ask="Can your function ever say no?")
def _(g, g_num):
    """Wherever the shapes agree, your function says True, to plainly wrong gradients, too. Look at
    what is compared with 1e-6."""
    return g.shape == g_num.shape


@gradients_match.mistake("always-false", ask="Can your function ever say yes?")
def _(g, g_num):
    """Your function says False wherever the shapes agree, even to equal gradients. Look at what is
    compared with 1e-6."""
    return False


# --- sigmoid_prime --------------------------------------------------------------------------


def _sigmoid_prime_cases(rng):
    for count in (2, 2, 2, 3):
        yield generic(3 * values(rng, *sizes(rng, count)))
    yield special("a 1-D array", 3 * values(rng, 5))
    yield special("a single number (an array without axes)", np.array(0.7))
    yield special("whole numbers (an integer array)", np.array([[-3, -1, 0], [1, 2, 4]]))
    yield special("a z of -1000", np.array([-1000.0, -0.3, 0.0]))
    yield special("a z of 1000", np.array([1000.0, 0.4, 0.0]))
    yield square(3 * values(rng, 4, 4))


@exercise(
    lesson="03",
    cases=_sigmoid_prime_cases,
    properties={
        "no slope is negative or above 0.25": lambda s, z: np.all((s >= 0) & (s <= 0.25 + 1e-9)),
        "the result has the shape of z": lambda s, z: np.shape(s) == np.shape(z),
    },
)
def sigmoid_prime(z):
    """The sigmoid's slope at the pre-activation z, of any shape → the same shape, 0 to 0.25."""
    a = sigmoid(z)
    return a * (1 - a)


@sigmoid_prime.also_right
def _naive(z):
    return 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))


@sigmoid_prime.also_right
def _two_sides(z):
    return sigmoid(z) * sigmoid(-np.asarray(z))


@sigmoid_prime.also_right
def _stable_quotient(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


@sigmoid_prime.also_right
def _difference_of_squares(z):
    a = sigmoid(z)
    return a - a**2


@sigmoid_prime.also_right
def _by_cosh(z):
    return 0.25 / np.cosh(np.clip(z, -300, 300) / 2) ** 2


@sigmoid_prime.also_right
def _in_place_on_a_copy(z):
    a = np.array(sigmoid(z))
    a *= 1 - a
    return a


@sigmoid_prime.also_right
def _float32(z):
    a = sigmoid(z).astype(np.float32)
    return a * (1 - a)


@sigmoid_prime.mistake("z-taken-for-a", ask="Is the argument called z or a?")
def _(z):
    """The formula of the slope is there, but z itself stands where the sigmoid's value belongs, so
    slopes come out negative, and hugely so far out. Apply the sigmoid first."""
    return z * (1 - np.asarray(z))


@sigmoid_prime.mistake("half-z-taken-for-a", ask="In which of the two factors is the sigmoid?")
def _(z):
    """One of the two factors is made from z itself and not from the sigmoid's value. Both take
    the same number."""
    return sigmoid(z) * (1 - np.asarray(z))


@sigmoid_prime.mistake("half-z-taken-for-a-in-front")
def _(z):
    """The first factor is z itself and not the sigmoid's value. Both factors take the same
    number."""
    return z * (1 - sigmoid(z))


@sigmoid_prime.mistake("sigmoid-twice", ask="Is the argument called z or a?")
def _(z):
    """Your slopes all lie between 0.19 and 0.25: the sigmoid is applied twice, and the slope is
    taken at its value a. The argument z is the pre-activation, so one sigmoid is enough."""
    return sigmoid_prime(sigmoid(z))


@sigmoid_prime.mistake("sigmoid-itself", ask="How steep is the S far out, and how high?")
def _(z):
    """You return the sigmoid's value, not its slope. The slope is a hill: highest at z = 0, and
    near 0 on both sides."""
    return sigmoid(z)


@sigmoid_prime.mistake("one-minus-sigmoid", ask="What is your slope at z = -10?")
def _(z):
    """Your value is near 1 on the left, where the S is flat: it is 1 minus the sigmoid. (A square
    forgotten in the quotient rule has the same effect.) A factor is missing."""
    return 1 - sigmoid(z)


@sigmoid_prime.mistake("sigmoid-squared", ask="What is your slope at z = 10?")
def _(z):
    """Your value is near 1 on the right, where the S is flat: it is the square of the sigmoid.
    (The quotient rule with a 1 above the bar has the same effect.) The second factor is another
    one."""
    return sigmoid(z) ** 2


@sigmoid_prime.mistake("one-minus-sigmoid-squared")
def _(z):
    """Your value is near 1 on the left, where the S is flat: 1 minus the sigmoid stands there
    twice. One of the two factors is another one."""
    return (1 - sigmoid(z)) ** 2


@sigmoid_prime.mistake("slope-of-tanh", ask="At z = 0, how steep is the S?")
def _(z):
    """At z = 0 you get 0.75: one factor is 1 minus the square of the sigmoid's value, as in the
    slope of tanh. The sigmoid's slope at 0 is 0.25."""
    return 1 - sigmoid(z) ** 2


@sigmoid_prime.mistake("tanh", ask="At z = 0, how steep is the S?")
def _(z):
    """That is the slope of tanh: 1 at z = 0. The sigmoid is flatter; its slope there is 0.25."""
    return 1 - np.tanh(z) ** 2


@sigmoid_prime.mistake("sign", ask="Does the S ever fall?")
def _(z):
    """All your slopes are negative, but the sigmoid rises everywhere. One difference is the wrong
    way round, or a minus from the exponent is left over."""
    return sigmoid(z) * (sigmoid(z) - 1)


@sigmoid_prime.mistake("plus-for-minus", ask="What is your slope at z = 10, where the S is flat?")
def _(z):
    """Your slope grows towards 2 on the right, where the S is flat. One sign is wrong."""
    return sigmoid(z) * (1 + sigmoid(z))


@sigmoid_prime.mistake("brackets", ask="What is 5 * 1 - 5 in Python?")
def _(z):
    """All your slopes are 0. One way there: without brackets the multiplication comes before the
    minus, and a number is subtracted from itself."""
    return sigmoid(z) * 1 - sigmoid(z)


@sigmoid_prime.mistake("brackets-in-the-sigmoid", ask="What is 1 / 1 + 2 in Python?")
def _(z):
    """Your slopes are negative: in the sigmoid the division ends before the plus, so its values
    are above 1. What stands below the fraction bar needs brackets."""
    a = 1 / 1 + np.exp(-np.asarray(z, dtype=float))
    return a * (1 - a)


@sigmoid_prime.mistake("square-on-the-exponential", ask="What does Python work out first, + or **?")
def _(z):
    """At z = 0 you get 0.5: below the fraction bar only the exponential is squared, not the whole
    sum. Mind the brackets."""
    e = np.exp(-np.asarray(z, dtype=float))
    return np.where(np.asarray(z) > -300, e / (1 + e**2), 0)


@sigmoid_prime.mistake("divided-not-multiplied", ask="What is your slope at z = 10?")
def _(z):
    """Your value grows without end on the right, where the S is flat: one factor is divided by the
    other. The slope is at most 0.25."""
    with np.errstate(divide="ignore"):
        return sigmoid(z) / (1 - sigmoid(z))


@sigmoid_prime.mistake("matrix-product", ask="Through an activation: @ or *?")
def _(z):
    """The two factors are multiplied as matrices, which mixes entries that have nothing to do with
    each other. Each entry has a slope of its own: entry by entry."""
    return sigmoid(z) @ (1 - sigmoid(z))


@sigmoid_prime.mistake("matrix-product-transposed", ask="Through an activation: @ or *?")
def _(z):
    """The two factors are multiplied as matrices, one of them turned on its side to make the shapes
    fit. Each entry has a slope of its own: entry by entry."""
    return sigmoid(z) @ (1 - sigmoid(z)).T


@sigmoid_prime.mistake("sign-of-the-exponent", ask="Is the hill of slopes symmetric?")
def _(z):
    """Your value grows without end on the right, where the S is flat: a sign in an exponent is
    wrong. The slope is the same at z and at -z."""
    return np.exp(z) * sigmoid(z) ** 2


@sigmoid_prime.mistake("overflow-on-the-left", ask="How large is e to the 1000?")
def _(z):
    """Right for moderate z, but nan at -1000: the exponential overflows above and below the
    fraction bar. Written with the sigmoid's value, the slope has no such problem."""
    e = np.exp(-np.asarray(z, dtype=float))
    return e / (1 + e) ** 2


@sigmoid_prime.mistake("overflow-on-the-right", ask="How large is e to the 1000?")
def _(z):
    """Right for moderate z, but nan at 1000: the exponential overflows above and below the
    fraction bar. Written with the sigmoid's value, the slope has no such problem."""
    e = np.exp(z)
    return e / (1 + e) ** 2


@sigmoid_prime.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(z):
    """For whole numbers your slopes are all 0: the array they are written to has taken over the
    integer type of z and cuts the decimals off. Make it an array of floats."""
    result = np.zeros_like(z)
    result[...] = sigmoid_prime(z)
    return result


@sigmoid_prime.mistake("times-z", ask="How steep is the S at z = 0?")
def _(z):
    """Your slopes are z times too large, and 0 at z = 0, where the S is steepest. No z stands in
    front: only the sigmoid's value is needed."""
    return z * sigmoid_prime(z)


@sigmoid_prime.mistake("one-forgotten")
def _(z):
    """You return minus the square of the sigmoid: in the second factor the 1 is missing. The
    sigmoid rises, so no slope is negative."""
    return -(sigmoid(z) ** 2)


@sigmoid_prime.mistake("relu", ask="Which activation has only two slopes?")
def _(z):
    """Your slopes are 0 and 1: that is the slope of ReLU, the next exercise. The sigmoid's slope
    changes smoothly."""
    return np.where(np.asarray(z) > 0, 1.0, 0.0)


@sigmoid_prime.mistake("inverse", ask="Which way does your function run: z to a, or a to z?")
def _(z):
    """You return 1 divided by the slope, at least 4: the derivative of the inverse function. The
    slope itself is at most 0.25."""
    with np.errstate(divide="ignore"):
        return 1 / sigmoid_prime(z)


@sigmoid_prime.mistake("second-derivative")
def _(z):
    """You return the slope of the slope: negative on the right, 0 at z = 0. One derivative is
    asked for."""
    a = sigmoid(z)
    return a * (1 - a) * (1 - 2 * a)


@sigmoid_prime.mistake("twice-as-steep")
def _(z):
    """The hill has the right form but z is doubled on its way in. If you built the sigmoid from
    tanh, look at what goes into tanh."""
    return sigmoid_prime(2 * np.asarray(z))


@sigmoid_prime.mistake("four-times")
def _(z):
    """The hill has the right form but is 1 high at z = 0. The slope of the sigmoid there is 0.25:
    the S needs four units of z to climb from 0 to 1."""
    return 4 * sigmoid_prime(z)


@sigmoid_prime.mistake("halved")
def _(z):
    """Every slope is half of the right one. There is no factor in front."""
    return sigmoid_prime(z) / 2


@sigmoid_prime.mistake("exponential", ask="What is the derivative of 1 / u?")
def _(z):
    """You return the falling exponential alone: the derivative of the inside of the fraction. The
    chain rule has another factor, from the fraction itself."""
    return np.exp(-np.asarray(z, dtype=float))


@sigmoid_prime.mistake("averaged", ask="How many slopes should there be?")
def _(z):
    """You return one number, the mean of the slopes. Each entry has a slope of its own."""
    return np.mean(sigmoid_prime(z))


@sigmoid_prime.mistake("changed-in-place", ask="Who else still uses the array z?")
def _(z):
    """What you give back may be right, but your code writes into z itself, and the caller still
    needs it. Work on a copy, or make a new array."""
    result = sigmoid_prime(z)
    if isinstance(z, np.ndarray) and z.dtype.kind == "f":
        z[...] = sigmoid(z)
    return result


# --- relu_prime -----------------------------------------------------------------------------


def _free_at_zero(call):
    """The result with any slope from 0 to 1 at exactly 0 counted as 0."""
    z, slope = call.args[0], call.result
    if not isinstance(slope, np.ndarray) or slope.shape != z.shape:
        return slope
    slope = slope.astype(float)
    return np.where((z == 0) & (slope >= 0) & (slope <= 1), 0.0, slope)


def _relu_prime_cases(rng):
    for count in (2, 2, 2, 3):
        yield generic(3 * values(rng, *sizes(rng, count)))
    yield special("a 1-D array", 3 * values(rng, 6))
    yield special("a single number (an array without axes)", np.array(0.7))
    yield special("whole numbers (an integer array)", np.array([[-3, -1, 5], [1, 2, -4]]))
    yield special("large z", np.array([[-1000.0, 50.0], [8.0, 1000.0]]))
    zero = np.array([[0.0, 0.4, -0.3], [-2.0, 0.0, 1.5]])
    yield special("z of exactly 0", zero, observe=_free_at_zero)


@exercise(
    lesson="03",
    cases=_relu_prime_cases,
    properties={
        "every slope is 0 or 1": lambda s, z: np.all((np.asarray(s) == 0) | (np.asarray(s) == 1)),
        "the result has the shape of z": lambda s, z: np.shape(s) == np.shape(z),
    },
)
def relu_prime(z):
    """ReLU's slope at the pre-activation z, of any shape: 1 where z > 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


@relu_prime.also_right
def _mask(z):
    return z > 0


@relu_prime.also_right
def _one_at_zero(z):
    return (z >= 0).astype(float)


@relu_prime.also_right
def _half_at_zero(z):
    return np.heaviside(z, 0.5)


@relu_prime.also_right
def _integers(z):
    return 1 * (z > 0)


@relu_prime.also_right
def _filled(z):
    slope = np.zeros_like(z)
    slope[z > 0] = 1
    return slope


@relu_prime.also_right
def _in_place_on_a_copy(z):
    z = z.copy()
    z[z <= 0] = 0
    z[z > 0] = 1
    return z


@relu_prime.also_right
def _sign_of_relu(z):
    return np.sign(np.maximum(0, z))


@relu_prime.also_right
def _loop(z):
    slopes = [1.0 if value > 0 else 0.0 for value in z.ravel()]
    return np.array(slopes).reshape(z.shape)


@relu_prime.also_right
def _vectorize(z):
    return np.vectorize(lambda value: int(value > 0))(z)


@relu_prime.mistake("relu-itself", ask="How high is ReLU at 3, and how steep?")
def _(z):
    """You return ReLU's value, not its slope: where z is positive you give back z. How steep is
    the line there?"""
    return np.maximum(0, z)


@relu_prime.mistake("always-one", ask="Which values can come out of a ReLU?")
def _(z):
    """Your slope is 1 everywhere, on the flat side, too. One way there: ReLU is applied first, and
    the question is asked of its result, which is never below 0. (A tutorial of NumPy's own had
    this bug.)"""
    return np.ones(z.shape)


@relu_prime.mistake("always-zero", ask="Is ReLU flat everywhere?")
def _(z):
    """Your slope is 0 everywhere, so nothing could ever be learned. On one side ReLU rises; look
    at the comparison."""
    return np.zeros(z.shape)


@relu_prime.mistake("sides-swapped", ask="On which side is ReLU flat?")
def _(z):
    """The two sides are swapped: you give slope 1 on the left, where ReLU is flat, and 0 on the
    right, where it rises."""
    return np.where(z < 0, 1.0, 0.0)


@relu_prime.mistake("sign", ask="On which side is ReLU flat?")
def _(z):
    """On the left you give -1, the slope of the absolute value. ReLU does not go up again there:
    it is flat."""
    return np.sign(z)


@relu_prime.mistake("minus-on-the-left")
def _(z):
    """On the right you give 0 and on the left -1. ReLU is flat on the left and rises on the
    right."""
    return np.where(z > 0, 0.0, -1.0)


@relu_prime.mistake("leaky", ask="Is the left side of ReLU flat, or only nearly?")
def _(z):
    """On the left you give 0.01: that is the slope of leaky ReLU. Plain ReLU is flat there."""
    return np.where(z > 0, 1.0, 0.01)


@relu_prime.mistake("leaky-0.1")
def _(z):
    """On the left you give 0.1: that is the slope of a leaky ReLU. Plain ReLU is flat there."""
    return np.where(z > 0, 1.0, 0.1)


@relu_prime.mistake("z-on-the-left", ask="Which entries of your array have you not set?")
def _(z):
    """On the right you give 1, but on the left z itself is still standing. ReLU is flat there: set
    those entries, too."""
    return np.where(z > 0, 1, z)


@relu_prime.mistake("z-on-the-left-zero-on-the-right")
def _(z):
    """Where z is negative you give back z, and 0 elsewhere. The slope of ReLU is one of two
    numbers, whatever the size of z."""
    return np.minimum(0, z)


@relu_prime.mistake("one-on-the-left-too")
def _(z):
    """On the left you give 1, and z itself on the right. ReLU is flat on the left; on the right it
    rises as steeply for a large z as for a small one."""
    return np.where(z > 0, z, 1)


@relu_prime.mistake("threshold-one", ask="Where is the corner of ReLU?")
def _(z):
    """Entries between 0 and 1 get slope 0: you compare z with 1. Where is the corner of ReLU?"""
    return np.where(z > 1, 1.0, 0.0)


@relu_prime.mistake("threshold-half", ask="Where is the corner of ReLU?")
def _(z):
    """Small positive entries get slope 0: you compare z with 0.5. The corner of ReLU is
    elsewhere."""
    return np.where(z > 0.5, 1.0, 0.0)


@relu_prime.mistake("clipped", ask="How steep is ReLU at z = 0.3?")
def _(z):
    """Between 0 and 1 you give back z itself: it is clipped, not compared. The slope jumps from 0
    to 1 at the corner; there is nothing between."""
    return np.clip(z, 0, 1)


@relu_prime.mistake("absolute")
def _(z):
    """You give back the size of z without its sign. The slope of ReLU is one of two numbers,
    whatever the size of z."""
    return np.abs(z)


@relu_prime.mistake("divided-by-z", ask="What is 0 / 0 in NumPy?")
def _(z):
    """Right, but nan where z is exactly 0, as a division by z gives it. Anything from 0 to 1 would
    do there, and a comparison needs no division."""
    with np.errstate(all="ignore"):
        return np.maximum(0, z) / z


@relu_prime.mistake("two-at-zero")
def _(z):
    """Right, but at exactly 0 you give 2: both sides count there. Anything from 0 to 1 would
    do."""
    return np.where(z == 0, 2.0, np.where(z > 0, 1.0, 0.0))


@relu_prime.mistake("sign-by-division")
def _(z):
    """You divide z by its own size, which gives -1 on the left and nan at 0. ReLU is flat on the
    left, and a comparison needs no division."""
    with np.errstate(all="ignore"):
        return z / np.abs(z)


@relu_prime.mistake("one-answer-for-all", ask="How many slopes should there be?")
def _(z):
    """You give one number for the whole array, 1 as soon as an entry is positive. Each entry has a
    slope of its own; a comparison of an array gives an array."""
    return 1.0 if np.any(z > 0) else 0.0


@relu_prime.mistake("one-answer-for-all-together", ask="How many slopes should there be?")
def _(z):
    """You give one number for the whole array, 1 only if every entry is positive. Each entry has a
    slope of its own; a comparison of an array gives an array."""
    return 1.0 if np.all(z > 0) else 0.0


@relu_prime.mistake("positive-entries", ask="What shape has z[z > 0]?")
def _(z):
    """You return the positive entries themselves, picked out and in one row. The slope has the
    shape of z, with a 1 or a 0 for each entry."""
    return z[z > 0]


@relu_prime.mistake("places-of-positives", ask="What does np.where give with one argument?")
def _(z):
    """With one argument `np.where` gives the places where the condition holds, not an array of
    slopes. Tell it what to put where it holds and where not."""
    return np.where(z > 0)


@relu_prime.mistake("ones-only")
def _(z):
    """You return as many ones as there are positive entries; the zeros have fallen out. The
    slope has the shape of z."""
    return np.ones(int(np.sum(z > 0)))


@relu_prime.mistake("counted")
def _(z):
    """You return how many entries are positive. Each entry has a slope of its own: no sum."""
    return np.sum(z > 0)


@relu_prime.mistake("sigmoid-prime", ask="Which activation has a smooth slope?")
def _(z):
    """That is the slope of the sigmoid, the exercise before. ReLU is made of two straight lines,
    so there are only two slopes."""
    return sigmoid_prime(z)


@relu_prime.mistake("sigmoid", ask="Which activation has a smooth slope?")
def _(z):
    """You return a sigmoid, a smooth step. ReLU is made of two straight lines, so the slope jumps
    at the corner."""
    return sigmoid(z)


@relu_prime.mistake("changed-in-place", ask="Who else still uses the array z?")
def _(z):
    """What you give back is right, but your code writes it into z itself, and the caller still
    needs z. Work on a copy, or make a new array."""
    z[...] = np.where(z > 0, 1, 0)
    return z


# --- chain_rule -----------------------------------------------------------------------------


def _chain_rule_cases(rng):
    for _ in range(5):
        w, b, x = (float(v) for v in np.round(1.5 * values(rng, 3), 3))
        yield generic(w, b, x, float(np.round(rng.uniform(0, 1), 3)))
    yield special("an input x of 0", 0.8, -0.3, 0.0, 1.0)
    yield special("a weight of 0", 0.0, 0.6, 1.5, 0.0)
    yield special("whole numbers", 2, -1, 1, 0)


@exercise(
    lesson="03",
    cases=_chain_rule_cases,
    properties={"two numbers come back": lambda result, *args: len(result) == 2},
)
def chain_rule(w, b, x, y):
    """(∂L/∂w, ∂L/∂b) of one sigmoid neuron, L = (ŷ - y)² with ŷ = sigmoid(w x + b); numbers."""
    a = sigmoid(w * x + b)
    dz = 2 * (a - y) * a * (1 - a)
    return float(dz * x), float(dz)


def _links(w, b, x, y):
    """a, and the three links ∂L/∂a, ∂a/∂z, ∂z/∂w of the chain."""
    a = float(sigmoid(w * x + b))
    return a, 2 * (a - y), a * (1 - a), x


@chain_rule.also_right
def _with_math(w, b, x, y):
    y_hat = 1 / (1 + math.exp(-(w * x + b)))
    dL_dz = 2 * (y_hat - y) * y_hat * (1 - y_hat)
    return dL_dz * x, dL_dz * 1


@chain_rule.also_right
def _list(w, b, x, y):
    _, error, slope, _ = _links(w, b, x, y)
    return [error * slope * x, error * slope]


@chain_rule.also_right
def _array(w, b, x, y):
    return np.array(chain_rule(w, b, x, y))


@chain_rule.also_right
def _numerical(w, b, x, y):
    def loss(p):
        return (sigmoid(p[0] * x + p[1]) - y) ** 2

    dw, db = numerical_gradient(loss, np.array([w, b]))
    return dw, db


@chain_rule.also_right
def _by_sigmoid_prime(w, b, x, y):
    z = np.dot(w, x) + b
    db = -2 * (y - sigmoid(z)) * sigmoid_prime(z)
    return x * db, db


@chain_rule.mistake("slope-left-out", ask="Which links lie between L and w?")
def _(w, b, x, y):
    """One link of the chain is missing: you go from the loss to ŷ and straight on to w and b, as
    if there were no sigmoid between them."""
    _, error, _, x = _links(w, b, x, y)
    return error * x, error


@chain_rule.mistake("two-left-out", ask="What is the derivative of a square?")
def _(w, b, x, y):
    """A factor is missing, and the numbers are half as large for it: the derivative of a square
    brings one with it."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x / 2, error * slope / 2


@chain_rule.mistake("two-and-slope-left-out", ask="Which links lie between L and w?")
def _(w, b, x, y):
    """Two things are missing: the factor that the derivative of a square brings with it, and the
    slope of the sigmoid. (With cross-entropy they do cancel; here the loss is a square.)"""
    _, error, _, x = _links(w, b, x, y)
    return error * x / 2, error / 2


@chain_rule.mistake("sign", ask="If ŷ is too large, should w·x + b rise or fall?")
def _(w, b, x, y):
    """The sign is the wrong way round: a step against these numbers would make the loss larger.
    Look at the order of a difference, in the error or in the slope of the sigmoid."""
    _, error, slope, x = _links(w, b, x, y)
    return -error * slope * x, -error * slope


@chain_rule.mistake("x-left-out", ask="How much does z change when w changes by 1?")
def _(w, b, x, y):
    """In ∂L/∂w the last link of the chain, from z to w, is missing. How much z changes with w
    depends on something."""
    _, error, slope, _ = _links(w, b, x, y)
    return error * slope, error * slope


@chain_rule.mistake("x-in-both", ask="How much does z change when b changes by 1?")
def _(w, b, x, y):
    """In ∂L/∂b the input x stands, too. b is added to z as it is: nothing stands beside it."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x, error * slope * x


@chain_rule.mistake("x-at-the-wrong-one", ask="Which parameter meets the input?")
def _(w, b, x, y):
    """The two numbers are swapped: x stands in ∂L/∂b and is missing in ∂L/∂w. (Or they are right
    and come back in the wrong order.)"""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope, error * slope * x


@chain_rule.mistake("x-squared", ask="How often does the chain pass x?")
def _(w, b, x, y):
    """In ∂L/∂w the input stands once too often. The chain passes it once."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x * x, error * slope


@chain_rule.mistake("w-for-x", ask="z = w x + b: what is its slope as w changes?")
def _(w, b, x, y):
    """The last link of ∂L/∂w is w itself. That would be the way to the input; ask how z changes
    when w does."""
    _, error, slope, _ = _links(w, b, x, y)
    return error * slope * w, error * slope


@chain_rule.mistake("w-and-x", ask="z = w x + b: what is its slope as w changes?")
def _(w, b, x, y):
    """In ∂L/∂w both w and x stand. In the derivative by w, w is gone."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x * w, error * slope


@chain_rule.mistake("b-for-one", ask="z = w x + b: what is its slope as b changes?")
def _(w, b, x, y):
    """∂L/∂b is multiplied by b itself. When b grows by 1, so does z."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x, error * slope * b


@chain_rule.mistake("slope-at-a", ask="Does your slope function take z or a?")
def _(w, b, x, y):
    """The slope of the sigmoid is taken at its value a, so the sigmoid is applied twice. The slope
    belongs to the point z."""
    a, error, _, x = _links(w, b, x, y)
    slope = float(sigmoid_prime(a))
    return error * slope * x, error * slope


@chain_rule.mistake("z-taken-for-a", ask="Which number belongs into the formula of the slope?")
def _(w, b, x, y):
    """In the formula of the sigmoid's slope stands z where its value ŷ belongs."""
    _, error, _, x = _links(w, b, x, y)
    z = w * x + b
    return error * z * (1 - z) * x, error * z * (1 - z)


@chain_rule.mistake("slope-of-the-bias-missing", ask="Which links lie between L and b?")
def _(w, b, x, y):
    """∂L/∂w is right, but ∂L/∂b lacks a link: it, too, goes through the sigmoid."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x, error


@chain_rule.mistake("slope-of-the-weight-missing", ask="Which links lie between L and w?")
def _(w, b, x, y):
    """∂L/∂b is right, but ∂L/∂w lacks a link: it, too, goes through the sigmoid."""
    _, error, slope, x = _links(w, b, x, y)
    return error * x, error * slope


@chain_rule.mistake("bias-slope-one", ask="Where does the chain of b begin?")
def _(w, b, x, y):
    """∂L/∂w is right, but ∂L/∂b is 1: that is only its last link, from z to b. The links before it
    belong to it as well."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x, 1.0


@chain_rule.mistake("half-the-slope", ask="Which two factors make the sigmoid's slope?")
def _(w, b, x, y):
    """The slope of the sigmoid is not complete: its value ŷ is there, but the second factor is
    missing."""
    a, error, _, x = _links(w, b, x, y)
    return error * a * x, error * a


@chain_rule.mistake("other-half-of-the-slope", ask="Which two factors make the sigmoid's slope?")
def _(w, b, x, y):
    """The slope of the sigmoid is not complete: one of its two factors, the value ŷ itself, is
    missing."""
    a, error, _, x = _links(w, b, x, y)
    return error * (1 - a) * x, error * (1 - a)


@chain_rule.mistake("plus-in-the-slope", ask="How steep is the sigmoid where it is nearly 1?")
def _(w, b, x, y):
    """In the sigmoid's slope a sign is wrong: it grows with ŷ, though the S becomes flat as ŷ comes
    near 1."""
    a, error, _, x = _links(w, b, x, y)
    return error * a * (1 + a) * x, error * a * (1 + a)


@chain_rule.mistake("brackets-in-the-slope", ask="What is 5 * 1 - 5 in Python?")
def _(w, b, x, y):
    """In the sigmoid's slope the brackets are missing: the multiplication comes before the minus,
    and ŷ is subtracted from everything before it."""
    a, error, _, x = _links(w, b, x, y)
    return (error * a * 1 - a) * x, error * a * 1 - a


@chain_rule.mistake("divided-by-x", ask="z = w x + b: what is its slope as w changes?")
def _(w, b, x, y):
    """∂L/∂b is right, but in ∂L/∂w you divide by the last link of the chain. Along a chain, slopes
    are multiplied."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope / x if x else np.nan, error * slope


@chain_rule.mistake("slope-twice", ask="How often does the chain pass the sigmoid?")
def _(w, b, x, y):
    """The slope of the sigmoid stands in your chain twice, so both numbers are too small. The
    chain passes the sigmoid once."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope**2 * x, error * slope**2


@chain_rule.mistake("square-not-differentiated", ask="What is the slope of u² at u?")
def _(w, b, x, y):
    """The chain begins with the loss itself: the squared error stands where its derivative
    belongs, so your numbers never have the sign of the error."""
    a, _, slope, x = _links(w, b, x, y)
    return (a - y) ** 2 * slope * x, (a - y) ** 2 * slope


@chain_rule.mistake("square-kept", ask="What is the slope of u² at u?")
def _(w, b, x, y):
    """The 2 has come to the front, but the square is still there. In the derivative the power goes
    down by one."""
    a, _, slope, x = _links(w, b, x, y)
    return 2 * (a - y) ** 2 * slope * x, 2 * (a - y) ** 2 * slope


@chain_rule.mistake("error-left-out", ask="What should the gradient be when ŷ is exactly y?")
def _(w, b, x, y):
    """Your numbers do not depend on the target y: they are how ŷ changes with w and b. The first
    link, from the loss to ŷ, is missing."""
    _, _, slope, x = _links(w, b, x, y)
    return slope * x, slope


@chain_rule.mistake(
    "added-not-multiplied", ask="A turns B twice as fast, B turns C three times: how does A turn C?"
)
def _(w, b, x, y):
    """The links of the chain are added up. Along a chain the slopes are multiplied: if one of them
    is 0, nothing gets through."""
    _, error, slope, x = _links(w, b, x, y)
    return error + slope + x, error + slope + 1


@chain_rule.mistake("error-at-z", ask="Which number is compared with the target?")
def _(w, b, x, y):
    """The error is measured at z, before the sigmoid. It is the neuron's output ŷ that is compared
    with y."""
    _, _, slope, x = _links(w, b, x, y)
    z = w * x + b
    return 2 * (z - y) * slope * x, 2 * (z - y) * slope


@chain_rule.mistake("no-sigmoid-at-all", ask="Which activation has this neuron?")
def _(w, b, x, y):
    """That is the gradient of a neuron without activation. This one has a sigmoid: once on the way
    forward, and its slope on the way back."""
    z = w * x + b
    return 2 * (z - y) * x, 2 * (z - y)


@chain_rule.mistake("bias-left-out-of-z", ask="What goes into the sigmoid?")
def _(w, b, x, y):
    """The bias is missing on the way forward, so ŷ is another one unless b is 0."""
    return chain_rule(w, 0, x, y)


@chain_rule.mistake("bias-subtracted", ask="What goes into the sigmoid?")
def _(w, b, x, y):
    """The bias has the wrong sign on the way forward, so ŷ is another one unless b is 0. If you
    wrote the exponent out, its minus goes before both terms: mind the brackets."""
    return chain_rule(w, -b, x, y)


@chain_rule.mistake("brackets-in-z", ask="What does Python work out first, * or +?")
def _(w, b, x, y):
    """On the way forward the weight multiplies the bias, too: the brackets stand in the wrong
    place."""
    _, error, slope, _ = _links(w, w * b, x, y)
    return error * slope * x, error * slope


@chain_rule.mistake("mirrored-sigmoid", ask="Which way does your S lean?")
def _(w, b, x, y):
    """The way forward uses a sigmoid that falls where it should rise: a sign in the exponent is
    wrong."""
    _, error, slope, x = _links(-w, -b, x, y)
    return error * slope * x, error * slope


@chain_rule.mistake("tanh", ask="Which activation has this neuron?")
def _(w, b, x, y):
    """That is the gradient of a neuron with tanh. This one has a sigmoid."""
    a = math.tanh(w * x + b)
    slope = 1 - a**2
    return 2 * (a - y) * slope * x, 2 * (a - y) * slope


@chain_rule.mistake("slope-of-tanh", ask="At z = 0, how steep is the sigmoid?")
def _(w, b, x, y):
    """Your slope is 1 minus the square of ŷ, which belongs to tanh. The sigmoid has another one."""
    a, error, _, x = _links(w, b, x, y)
    return error * (1 - a**2) * x, error * (1 - a**2)


@chain_rule.mistake("relu-slope", ask="Which activation has this neuron?")
def _(w, b, x, y):
    """Your slope is 0 or 1: that is ReLU's. This neuron has a sigmoid, on the way back as well."""
    _, error, _, x = _links(w, b, x, y)
    slope = float(w * x + b > 0)
    return error * slope * x, error * slope


@chain_rule.mistake("sign-of-the-error-only", ask="Does a large error give a larger gradient?")
def _(w, b, x, y):
    """A small error counts as much as a large one: you differentiate an absolute value. The loss
    is a square."""
    a, _, slope, x = _links(w, b, x, y)
    return np.sign(a - y) * slope * x, np.sign(a - y) * slope


@chain_rule.mistake("error-sign-lost", ask="If ŷ is too small, which sign has ∂L/∂b?")
def _(w, b, x, y):
    """∂L/∂b is never negative: an absolute value has eaten the sign of the error. The sign says
    which way to go."""
    _, error, slope, x = _links(w, b, x, y)
    return abs(error) * slope * x, abs(error) * slope


def _is_a_step(result, w, b, x, y):
    """Whether w and b have moved against the two derivatives, by any one learning rate."""
    dw, db = chain_rule(w, b, x, y)
    return np.allclose((w - result[0]) * db, (b - result[1]) * dw) and (b - result[1]) * db > 0


@chain_rule.mistake(
    "step-taken", ask="Is a gradient the change, or the new value?", when=_is_a_step
)
def _(w, b, x, y):
    """You return w and b after a step of gradient descent. The two derivatives alone are asked
    for."""
    dw, db = chain_rule(w, b, x, y)
    return w - dw, b - db


@chain_rule.mistake("loss-returned", ask="How many numbers should come back?")
def _(w, b, x, y):
    """You return the loss. What is asked for is how it changes when w and when b changes: two
    numbers."""
    a, *_ = _links(w, b, x, y)
    return (a - y) ** 2


@chain_rule.mistake("only-the-weight", ask="How many numbers should come back?")
def _(w, b, x, y):
    """∂L/∂w is right, but it comes alone: ∂L/∂b is missing. Return both."""
    return chain_rule(w, b, x, y)[0]


@chain_rule.mistake("only-the-bias", ask="How many numbers should come back?")
def _(w, b, x, y):
    """∂L/∂b is right, but it comes alone: ∂L/∂w is missing. Return both."""
    return chain_rule(w, b, x, y)[1]


@chain_rule.mistake("added-up", ask="How many numbers should come back?")
def _(w, b, x, y):
    """The two derivatives are added up to one number. Each parameter needs its own."""
    return sum(chain_rule(w, b, x, y))


@chain_rule.mistake("loss-returned-too")
def _(w, b, x, y):
    """The two derivatives are right, but the loss stands before them. The caller unpacks exactly
    two numbers."""
    a, *_ = _links(w, b, x, y)
    return (a - y) ** 2, *chain_rule(w, b, x, y)


@chain_rule.mistake("input-derivative-too")
def _(w, b, x, y):
    """The two derivatives are right, but a third, by x, comes with them. The caller unpacks
    exactly two numbers; the input is not learned."""
    _, error, slope, x = _links(w, b, x, y)
    return error * slope * x, error * slope, error * slope * w


def _chain(w, b, x, y, **pieces):
    """The two derivatives, where pieces of the chain are replaced."""
    z = pieces.get("z", lambda w, b, x: w * x + b)(w, b, x)
    a = float(sigmoid(z))
    dz = pieces.get("error", lambda a, z, y: 2 * (a - y))(a, z, y)
    dz *= pieces.get("slope", lambda a, z: a * (1 - a))(a, z)
    dw = dz * pieces.get("dz_dw", lambda w, x: x)(w, x)
    return float(dw), float(dz * pieces.get("dz_db", lambda b, x: 1)(b, x))


# Two of these at once are named, too.
_PIECES = {
    "slope-left-out": {"slope": lambda a, z: 1},
    "slope-at-a": {"slope": lambda a, z: sigmoid_prime(a)},
    "z-taken-for-a": {"slope": lambda a, z: z * (1 - z)},
    "half-the-slope": {"slope": lambda a, z: a},
    "other-half-of-the-slope": {"slope": lambda a, z: 1 - a},
    "slope-twice": {"slope": lambda a, z: (a * (1 - a)) ** 2},
    "slope-of-tanh": {"slope": lambda a, z: 1 - a**2},
    "two-left-out": {"error": lambda a, z, y: a - y},
    "sign": {"error": lambda a, z, y: 2 * (y - a)},
    "error-left-out": {"error": lambda a, z, y: 1},
    "error-at-z": {"error": lambda a, z, y: 2 * (z - y)},
    "square-not-differentiated": {"error": lambda a, z, y: (a - y) ** 2},
    "x-left-out": {"dz_dw": lambda w, x: 1},
    "w-for-x": {"dz_dw": lambda w, x: w},
    "x-in-both": {"dz_db": lambda b, x: x},
    "b-for-one": {"dz_db": lambda b, x: b},
    "bias-left-out-of-z": {"z": lambda w, b, x: w * x},
    "bias-subtracted": {"z": lambda w, b, x: w * x - b},
    "brackets-in-z": {"z": lambda w, b, x: w * (x + b)},
    "mirrored-sigmoid": {"z": lambda w, b, x: -w * x - b},
}
_WITH_A_NAME_OF_THEIR_OWN = {
    ("slope-left-out", "two-left-out"),
    ("slope-left-out", "error-at-z"),
    ("x-left-out", "x-in-both"),
    ("error-left-out", "mirrored-sigmoid"),
}

for _one, _other in itertools.combinations(_PIECES, 2):
    _disjoint = not set(_PIECES[_one]) & set(_PIECES[_other])
    if _disjoint and (_one, _other) not in _WITH_A_NAME_OF_THEIR_OWN:
        _version = partial(_chain, **_PIECES[_one], **_PIECES[_other])
        chain_rule.combination(_one, _other)(_version)

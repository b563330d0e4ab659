"""Graded problem of lesson 07, layers that keep their scale: normalize_rows and its way back."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values


def _parts(z, eps):
    """Mean, spread and normalised rows of z."""
    mean = z.mean(axis=1, keepdims=True)
    spread = np.sqrt(z.var(axis=1, keepdims=True) + eps)
    return mean, spread, (z - mean) / spread


def _table(rng, m, n):
    """Rows that differ in their centre and in their spread."""
    return values(rng, m, n) * rng.uniform(0.5, 1.5, (m, 1)) + values(rng, m, 1)


# --- normalize_rows -------------------------------------------------------------------------


def cases_for_normalize_rows(rng):
    """Rows of different centres and spreads; one row; a row of equal numbers; whole numbers."""
    for eps in (0.05, 0.2, 0.1):
        m, n = sizes(rng, 2, low=3, high=11)
        yield generic(_table(rng, m, n), eps, m=m, n=n)
    yield special("a small eps", _table(rng, 4, 5), 1e-5)
    yield special("a batch of one example", _table(rng, 1, 5), 0.1)
    constant = _table(rng, 3, 4)
    constant[1] = 0.7
    yield special("a row of equal numbers", constant, 0.1)
    yield special("whole-number inputs", np.array([[1, 2, 6], [0, 4, 8]]), 0.1)
    yield square(_table(rng, 5, 5), 0.1)


@exercise(
    lesson="07",
    cases=cases_for_normalize_rows,
    graded=True,
    properties={
        "every row sums to 0": lambda result, *args: np.allclose(np.sum(result, axis=1), 0),
    },
)
def normalize_rows(z, eps):
    """Every row of z less its mean, divided by the root of its variance plus eps.

    z (m, n), eps above 0 → (m, n).
    """
    centred = z - z.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)


@normalize_rows.also_right
def _row_by_row(z, eps):
    return np.array([(row - np.mean(row)) / (np.var(row) + eps) ** 0.5 for row in z])


@normalize_rows.also_right
def _with_loops(z, eps):
    m, n = z.shape
    out = np.zeros((m, n))
    for i in range(m):
        mean = sum(z[i]) / n
        variance = sum((value - mean) ** 2 for value in z[i]) / n
        for j in range(n):
            out[i, j] = (z[i, j] - mean) / (variance + eps) ** 0.5
    return out


@normalize_rows.also_right
def _turned_on_its_side(z, eps):
    mean = z.mean(1)
    variance = np.einsum("mn,mn->m", z, z) / z.shape[1] - mean**2
    return ((z.T - mean) / np.sqrt(variance + eps)).T


@normalize_rows.also_right
def _in_float32(z, eps):
    return _parts(z.astype(np.float32), np.float32(eps))[2]


def _normalized(z, eps, axis=1, ddof=0):
    centred = z - z.mean(axis=axis, keepdims=True)
    return centred / np.sqrt(z.var(axis=axis, keepdims=True, ddof=ddof) + eps)


@normalize_rows.mistake("columns-for-rows", ask="Which axis is an example?")
def _(z, eps):
    """You normalise the columns: each neuron over the whole batch. Here it is each example by
    itself, over its neurons, so that no example depends on the others."""
    return _normalized(z, eps, axis=0)


@normalize_rows.mistake("the-whole-table", ask="How many means does a table of m rows have?")
def _(z, eps):
    """You take one mean and one spread for the whole table: an axis has to be named. Every row has
    its own."""
    return (z - z.mean()) / np.sqrt(z.var() + eps)


@normalize_rows.mistake("mean-of-the-whole-table")
def _(z, eps):
    """The spread is that of each row, but the mean is that of the whole table: an axis is missing
    there."""
    return (z - z.mean()) / _parts(z, eps)[1]


@normalize_rows.mistake("spread-of-the-whole-table")
def _(z, eps):
    """The mean is that of each row, but the spread is that of the whole table: an axis is missing
    there."""
    return (z - _parts(z, eps)[0]) / np.sqrt(z.var() + eps)


@normalize_rows.mistake("eps-forgotten", ask="What is the spread of a row of equal numbers?")
def _(z, eps):
    """eps is not used, so all numbers are too far from 0, and a row of equal numbers is divided by
    0."""
    return _normalized(z, 0)


@normalize_rows.mistake("eps-outside-the-root", ask="To what is eps added: to s² or to s?")
def _(z, eps):
    """eps is added after the root has been taken. It belongs to the variance, under the root."""
    mean = z.mean(axis=1, keepdims=True)
    return (z - mean) / (z.std(axis=1, keepdims=True) + eps)


@normalize_rows.mistake("eps-added-to-the-result")
def _(z, eps):
    """eps is added to the quotient and not to what stands below it: look at the brackets."""
    return _normalized(z, 0) + eps


@normalize_rows.mistake("eps-subtracted")
def _(z, eps):
    """eps is taken off the variance, which can then fall below 0. It is added, so that the root
    always has something to take."""
    return _normalized(z, -eps)


@normalize_rows.mistake("root-forgotten", ask="In which units is a variance?")
def _(z, eps):
    """You divide by the variance plus eps itself. The spread is its root."""
    mean, spread, _ = _parts(z, eps)
    return (z - mean) / spread**2


@normalize_rows.mistake("mean-not-taken-off")
def _(z, eps):
    """The rows are divided by their spread, but their mean has not been taken off first: they are
    not centred on 0."""
    return z / _parts(z, eps)[1]


@normalize_rows.mistake("only-centred")
def _(z, eps):
    """The rows are centred on 0, but their spread is what it was: the division is missing."""
    return z - _parts(z, eps)[0]


@normalize_rows.mistake("mean-taken-off-after-dividing", ask="Where do the brackets stand?")
def _(z, eps):
    """Only the mean is divided by the spread, not the row: brackets are missing around the
    difference."""
    mean, spread, _ = _parts(z, eps)
    return z - mean / spread


@normalize_rows.mistake("multiplied-by-the-spread")
def _(z, eps):
    """You multiply by the spread. A row of a large spread is to be made smaller."""
    mean, spread, _ = _parts(z, eps)
    return (z - mean) * spread


@normalize_rows.mistake("divided-by-n-minus-1", ask="Is n or n - 1 below your sum of squares?")
def _(z, eps):
    """Your variance divides by n - 1, as statistics does for a sample. Here it is the mean of the
    squares, over all n."""
    return _normalized(z, eps, ddof=1)


@normalize_rows.mistake("length-for-spread", ask="Sum or mean of the squares?")
def _(z, eps):
    """You divide by the length of the centred row: the root of the SUM of the squares. A variance
    is their mean."""
    centred = z - z.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).sum(axis=1, keepdims=True) + eps)


@normalize_rows.mistake("squares-not-centred", ask="From where are deviations counted?")
def _(z, eps):
    """Your spread is the root of the mean of z's own squares. The variance takes the squares of
    what is left after the mean is gone."""
    return (z - z.mean(axis=1, keepdims=True)) / np.sqrt((z**2).mean(axis=1, keepdims=True) + eps)


@normalize_rows.mistake("smallest-to-largest")
def _(z, eps):
    """You bring each row between 0 and 1 by its smallest and largest number. Asked for are the mean
    and the spread."""
    low, high = z.min(axis=1, keepdims=True), z.max(axis=1, keepdims=True)
    return (z - low) / (high - low + eps)


@normalize_rows.mistake("softmax-of-the-row")
def _(z, eps):
    """The rows come back as positive numbers that sum to 1. Here a row is centred on 0."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@normalize_rows.mistake("keepdims-forgotten", ask="What is (m, n) less (m,)?")
def _(z, eps):
    """The means come as (m,), and NumPy lines them up with the columns. They have to stay a column,
    (m, 1): look at `keepdims`."""
    return (z - z.mean(axis=1)) / np.sqrt(z.var(axis=1) + eps)


@normalize_rows.combination("columns-for-rows", "eps-forgotten")
def _(z, eps):
    return _normalized(z, 0, axis=0)


@normalize_rows.combination("columns-for-rows", "eps-outside-the-root")
def _(z, eps):
    return (z - z.mean(axis=0)) / (z.std(axis=0) + eps)


@normalize_rows.combination("the-whole-table", "eps-outside-the-root")
def _(z, eps):
    return (z - z.mean()) / (z.std() + eps)


# --- normalize_rows_backward ----------------------------------------------------------------


def cases_for_normalize_rows_backward(rng):
    """As for normalize_rows, each with a random gradient from above."""
    for eps in (0.05, 0.2, 0.1):
        m, n = sizes(rng, 2, low=3, high=11)
        yield generic(values(rng, m, n), _table(rng, m, n), eps, m=m, n=n)
    yield special("a small eps", values(rng, 4, 5), _table(rng, 4, 5), 1e-5)
    yield special("a batch of one example", values(rng, 1, 5), _table(rng, 1, 5), 0.1)
    constant = _table(rng, 3, 4)
    constant[1] = 0.7
    yield special("a row of equal numbers", values(rng, 3, 4), constant, 0.1)
    whole = np.array([[1, 2, 6], [0, 4, 8]])
    yield special("whole-number inputs", values(rng, 2, 3), whole, 0.1)
    yield square(values(rng, 5, 5), _table(rng, 5, 5), 0.1)


@exercise(lesson="07", cases=cases_for_normalize_rows_backward, graded=True)
def normalize_rows_backward(grad, z, eps):
    """∂L/∂z from ∂L/∂out, where out = normalize_rows(z, eps).

    grad = ∂L/∂out (m, n), z (m, n), eps above 0 → (m, n).
    """
    centred = z - z.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)
    out = centred / spread
    through_mean = grad.mean(axis=1, keepdims=True)
    through_spread = out * (grad * out).mean(axis=1, keepdims=True)
    return (grad - through_mean - through_spread) / spread


@normalize_rows_backward.also_right
def _with_a_jacobian(grad, z, eps):
    """All slopes of every row's outputs written out as a table (n, n)."""
    rows, n = [], z.shape[1]
    for g, row in zip(grad, z, strict=True):
        spread = np.sqrt(row.var() + eps)
        out = (row - row.mean()) / spread
        slopes = (np.eye(n) - 1 / n - np.outer(out, out) / n) / spread
        rows.append(slopes.T @ g)
    return np.array(rows)


@normalize_rows_backward.also_right
def _link_by_link(grad, z, eps):
    n = z.shape[1]
    centred = z - z.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1, keepdims=True)
    to_centred = grad / np.sqrt(variance + eps)
    to_variance = -0.5 * (grad * centred).sum(axis=1, keepdims=True) * (variance + eps) ** -1.5
    to_centred = to_centred + 2 * centred / n * to_variance
    return to_centred - to_centred.sum(axis=1, keepdims=True) / n


@normalize_rows_backward.also_right
def _centred_at_the_end(grad, z, eps):
    _, spread, out = _parts(z, eps)
    along = np.einsum("mn,mn->m", grad, out) / z.shape[1]
    bent = (grad - out * along[:, None]) / spread
    return bent - bent.mean(axis=1, keepdims=True)


@normalize_rows_backward.also_right
def _backward_in_float32(grad, z, eps):
    grad, z, eps = grad.astype(np.float32), z.astype(np.float32), np.float32(eps)
    _, spread, out = _parts(z, eps)
    along = (grad * out).mean(axis=1, keepdims=True)
    return (grad - grad.mean(axis=1, keepdims=True) - out * along) / spread


def _mean(a, axis=1):
    return a.mean(axis=axis, keepdims=True)


def _back(grad, out, spread, mean=_mean):
    """The three roads together."""
    return (grad - mean(grad) - out * mean(grad * out)) / spread


@normalize_rows_backward.mistake("direct-road-only", ask="On how many roads does z act on out?")
def _(grad, z, eps):
    """You send the gradient back as if mean and spread were fixed numbers. Both are made of the
    row: two of the three roads are missing."""
    return grad / _parts(z, eps)[1]


@normalize_rows_backward.mistake("road-through-the-mean-missing", ask="What is the mean made of?")
def _(grad, z, eps):
    """The road through the mean is missing: every number of the row shifts it, and with it all
    outputs of the row."""
    _, spread, out = _parts(z, eps)
    return (grad - out * _mean(grad * out)) / spread


@normalize_rows_backward.mistake("road-through-the-spread-missing", ask="What is s made of?")
def _(grad, z, eps):
    """The road through the spread is missing: every number of the row changes it, and with it all
    outputs of the row."""
    return (grad - _mean(grad)) / _parts(z, eps)[1]


@normalize_rows_backward.mistake("direct-road-missing", ask="On how many roads does z act on out?")
def _(grad, z, eps):
    """The direct road is missing: each number is in its own output as well, not only in the mean
    and the spread."""
    _, spread, out = _parts(z, eps)
    return (-_mean(grad) - out * _mean(grad * out)) / spread


@normalize_rows_backward.mistake("division-forgotten", ask="What stands below every road?")
def _(grad, z, eps):
    """The three roads are there, but what comes back is not divided by the spread."""
    return _back(grad, _parts(z, eps)[2], 1)


@normalize_rows_backward.mistake("only-the-direct-road-divided", ask="Where do the brackets stand?")
def _(grad, z, eps):
    """Only the direct road is divided by the spread: brackets are missing. Every road to the output
    leads through that division."""
    _, spread, out = _parts(z, eps)
    return grad / spread - _mean(grad) - out * _mean(grad * out)


@normalize_rows_backward.mistake("multiplied-by-the-spread")
def _(grad, z, eps):
    """You multiply by the spread. What was divided on the way there is divided on the way back as
    well."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, 1) * spread


@normalize_rows_backward.mistake("divided-by-the-variance", ask="Is s the variance or its root?")
def _(grad, z, eps):
    """At the end you divide by the variance plus eps. The slope of the direct road has the spread
    below it, which is its root."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, spread**2)


@normalize_rows_backward.mistake("sums-for-means", ask="How far does one number shift the mean?")
def _(grad, z, eps):
    """On the roads through mean and spread you take sums over the row. One number moves them by an
    n-th only: they are means."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, spread, mean=lambda a: a.sum(axis=1, keepdims=True))


@normalize_rows_backward.mistake("sum-on-the-road-through-the-mean")
def _(grad, z, eps):
    """On the road through the mean you take a sum over the row. One number shifts the mean by an
    n-th only."""
    _, spread, out = _parts(z, eps)
    return (grad - grad.sum(axis=1, keepdims=True) - out * _mean(grad * out)) / spread


@normalize_rows_backward.mistake("sum-on-the-road-through-the-spread")
def _(grad, z, eps):
    """On the road through the spread you take a sum over the row. The variance is a mean, so one
    number has an n-th share in it."""
    _, spread, out = _parts(z, eps)
    along = (grad * out).sum(axis=1, keepdims=True)
    return (grad - _mean(grad) - out * along) / spread


@normalize_rows_backward.mistake("over-the-columns", ask="Which axis is an example?")
def _(grad, z, eps):
    """Your means go over the columns, also those of z. A row is normalised by itself, and what
    comes back to it comes from itself."""
    out, spread = _normalized(z, eps, axis=0), np.sqrt(z.var(axis=0, keepdims=True) + eps)
    return _back(grad, out, spread, mean=lambda a: _mean(a, axis=0))


@normalize_rows_backward.mistake("gradient-averaged-over-the-columns", ask="Which axis is a row?")
def _(grad, z, eps):
    """Forward you normalise the rows, but on the way back your means go over the columns. What
    comes back to a row comes from that row alone."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, spread, mean=lambda a: _mean(a, axis=0))


@normalize_rows_backward.mistake("averaged-over-the-whole-table")
def _(grad, z, eps):
    """On the way back your means go over the whole table: an axis has to be named. What comes back
    to a row comes from that row alone."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, spread, mean=np.mean)


@normalize_rows_backward.mistake("spread-road-added", ask="z grows, s grows: what does out do?")
def _(grad, z, eps):
    """The road through the spread has the wrong sign: where the spread grows, the outputs
    shrink."""
    _, spread, out = _parts(z, eps)
    return (grad - _mean(grad) + out * _mean(grad * out)) / spread


@normalize_rows_backward.mistake("mean-road-added", ask="The mean grows: what does out do?")
def _(grad, z, eps):
    """The road through the mean has the wrong sign: where the mean grows, the outputs fall."""
    _, spread, out = _parts(z, eps)
    return (grad + _mean(grad) - out * _mean(grad * out)) / spread


@normalize_rows_backward.mistake("centred-for-normalized", ask="Is it z - μ or (z - μ)/s?")
def _(grad, z, eps):
    """On the road through the spread you use the centred rows, before they are divided. The slope
    of the spread holds the normalised ones, and so does the slope of the outputs."""
    mean, spread, _ = _parts(z, eps)
    return _back(grad, z - mean, spread)


@normalize_rows_backward.mistake("z-for-normalized", ask="What is the slope of s made of?")
def _(grad, z, eps):
    """On the road through the spread you use z itself. Its slope is made of the normalised rows."""
    return _back(grad, z, _parts(z, eps)[1])


@normalize_rows_backward.mistake("output-left-out-at-the-end")
def _(grad, z, eps):
    """On the road through the spread each number has its own share in it, and you give all of them
    the same: a factor is missing there."""
    _, spread, out = _parts(z, eps)
    return (grad - _mean(grad) - _mean(grad * out)) / spread


@normalize_rows_backward.mistake(
    "gradient-averaged-alone", ask="Is the mean of products the product?"
)
def _(grad, z, eps):
    """On the road through the spread you add up the gradient alone. Each output has its own slope
    there, so gradient and output are multiplied before the mean is taken."""
    _, spread, out = _parts(z, eps)
    return (grad - _mean(grad) - out * _mean(grad)) / spread


@normalize_rows_backward.mistake("gradient-normalized", ask="Is this the way there or back?")
def _(grad, z, eps):
    """You normalise the gradient by its own mean and spread. What is asked for is how the loss
    changes with z, and the spread on that way is the spread of z."""
    return _normalized(grad, eps)


@normalize_rows_backward.mistake("multiplied-by-the-output")
def _(grad, z, eps):
    """You multiply the gradient by the normalised rows, their values. What comes in on the way back
    is a slope."""
    return grad * _parts(z, eps)[2]


@normalize_rows_backward.mistake("eps-forgotten", ask="Which spread was used on the way there?")
def _(grad, z, eps):
    """eps is not used, so spread and outputs are not those of the way there, and a row of equal
    numbers is divided by 0."""
    _, spread, out = _parts(z, 0)
    return _back(grad, out, spread)


@normalize_rows_backward.mistake("eps-outside-the-root", ask="To what is eps added: to s² or to s?")
def _(grad, z, eps):
    """eps is added after the root has been taken. It belongs to the variance, under the root."""
    spread = z.std(axis=1, keepdims=True) + eps
    return _back(grad, (z - _mean(z)) / spread, spread)


@normalize_rows_backward.mistake("divided-by-n-minus-1")
def _(grad, z, eps):
    """Your variance divides by n - 1. On the way there it was the mean of the squares, over all
    n."""
    spread = np.sqrt(z.var(axis=1, keepdims=True, ddof=1) + eps)
    return _back(grad, (z - _mean(z)) / spread, spread)


@normalize_rows_backward.mistake("divided-by-m", ask="Where does the 1/m live?")
def _(grad, z, eps):
    """Your numbers are m times too small. The gradient that comes in holds the mean of the loss
    already."""
    _, spread, out = _parts(z, eps)
    return _back(grad, out, spread) / len(z)


@normalize_rows_backward.mistake("sign")
def _(grad, z, eps):
    """Every number has the opposite sign: look at the direct road, where z grows and its output
    grows with it."""
    _, spread, out = _parts(z, eps)
    return -_back(grad, out, spread)


@normalize_rows_backward.combination("direct-road-only", "eps-forgotten")
def _(grad, z, eps):
    return grad / _parts(z, 0)[1]


@normalize_rows_backward.combination("road-through-the-spread-missing", "eps-forgotten")
def _(grad, z, eps):
    return (grad - _mean(grad)) / _parts(z, 0)[1]


@normalize_rows_backward.combination("road-through-the-mean-missing", "eps-forgotten")
def _(grad, z, eps):
    _, spread, out = _parts(z, 0)
    return (grad - out * _mean(grad * out)) / spread


@normalize_rows_backward.combination("direct-road-only", "eps-outside-the-root")
def _(grad, z, eps):
    return grad / (z.std(axis=1, keepdims=True) + eps)


@normalize_rows_backward.combination("sums-for-means", "division-forgotten")
def _(grad, z, eps):
    return _back(grad, _parts(z, eps)[2], 1, mean=lambda a: a.sum(axis=1, keepdims=True))

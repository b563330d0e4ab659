"""Graded problem of lesson 02, losses that choose what counts: huber, weighted_mse."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, positive, sizes, special, square, values

# --- huber ----------------------------------------------------------------------------------


def _huber_cases(rng):
    for delta in (0.7, 1.3, 0.9, 1.6):
        m, k = sizes(rng, 2)
        y = 2 * values(rng, m, k)
        residuals = delta * values(rng, m, k) * rng.choice([0.9, 3.0], (m, k))
        residuals.flat[:2] = 0.6 * delta, -2.5 * delta  # one of each kind at least
        yield generic(y, y + residuals, delta, m=m, k=k)
    y = values(rng, 5, 1)
    yield special("a single output", y, y + 3 * values(rng, 5, 1), 1.2)
    yield special("a batch of one example", values(rng, 1, 3), 3 * values(rng, 1, 3), 0.8)
    yield special("residuals that are all small", y, y + 0.1 * values(rng, 5, 1), 2.0)
    yield special("residuals that are all large", y, y + 2 + positive(rng, 5, 1), 0.5)
    yield special("a prediction that is exact", y, y.copy(), 1.0)
    yield special(
        "a residual of exactly delta", np.array([[0.0], [0.5]]), np.array([[1.0], [0.25]]), 1.0
    )
    yield special("whole numbers", np.array([[0], [3], [1]]), np.array([[5], [3], [2]]), 2)


@exercise(
    lesson="02",
    cases=_huber_cases,
    graded=True,
    properties={"it is not negative": lambda loss, y, y_hat, delta: loss >= 0},
)
def huber(y, y_hat, delta):
    """The mean of r²/2 for |r| ≤ delta and delta (|r| − delta/2) beyond; (m, k) → a number."""
    size = np.abs(y_hat - y)
    return float(np.mean(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))))


@huber.also_right
def _clipped(y, y_hat, delta):
    size = np.abs(y_hat - y)
    inner = np.minimum(size, delta)
    return np.mean(inner**2 / 2 + delta * (size - inner))


@huber.also_right
def _loop(y, y_hat, delta):
    total = 0.0
    for r in (y_hat - y).ravel():
        total += r * r / 2 if abs(r) < delta else delta * abs(r) - delta**2 / 2
    return total / y.size


@huber.also_right
def _masked(y, y_hat, delta):
    r = np.abs(y - y_hat).astype(float)
    large = r > delta
    loss = 0.5 * r**2
    loss[large] = delta * (r[large] - 0.5 * delta)
    return loss.mean()


def _pieces(y, y_hat, delta, inside=None, outside=None, limit=None):
    """The mean with another inner piece, outer piece or place where they meet."""
    size = np.abs(np.subtract(y_hat, y, dtype=float))
    near = size**2 / 2 if inside is None else inside(size, delta)
    far = delta * (size - delta / 2) if outside is None else outside(size, delta)
    return np.mean(np.where(size <= (delta if limit is None else limit), near, far))


@huber.mistake("half-forgotten-inside", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """Your inner piece is the whole square: at |r| = delta it ends at delta², and the outer piece
    begins at half of that. The loss jumps."""
    return _pieces(y, y_hat, delta, inside=lambda r, d: r**2)


@huber.mistake("half-forgotten-outside", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """Your outer piece begins at 0 where the inner one ends at delta²/2, so the loss falls where it
    should go on. Look at what is taken away from |r|."""
    return _pieces(y, y_hat, delta, outside=lambda r, d: d * (r - d))


@huber.mistake("nothing-taken-away", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """Your outer piece starts at delta², twice as high as the inner one ends. Something has to be
    taken away for the two to meet."""
    return _pieces(y, y_hat, delta, outside=lambda r, d: d * r)


@huber.mistake("half-taken-away", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """In your outer piece half of delta is taken away at the end: the pieces meet for delta = 1 and
    for no other. A bracket that is missing?"""
    return _pieces(y, y_hat, delta, outside=lambda r, d: d * r - d / 2)


@huber.mistake("half-added", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """Your outer piece starts three times as high as the inner one ends: something is added to |r|
    where it should be taken away."""
    return _pieces(y, y_hat, delta, outside=lambda r, d: d * (r + d / 2))


@huber.mistake("square-compared", ask="What is compared with delta: r² or |r|?")
def _(y, y_hat, delta):
    """The square of the residual is compared with delta, so that the pieces meet in the wrong
    place, unless delta is 1. Its size is what counts."""
    return _pieces(y, y_hat, delta, limit=np.sqrt(delta))


@huber.combination("half-forgotten-inside", "half-forgotten-outside")
def _(y, y_hat, delta):
    return _pieces(y, y_hat, delta, lambda r, d: r**2, lambda r, d: d * (r - d))


@huber.combination("half-forgotten-inside", "nothing-taken-away")
def _(y, y_hat, delta):
    return _pieces(y, y_hat, delta, lambda r, d: r**2, lambda r, d: d * r)


@huber.mistake("slope-one-outside", ask="What is the slope of r²/2 at r = delta?")
def _(y, y_hat, delta):
    """Your outer piece climbs with the slope 1, and the inner one arrives with the slope delta:
    they do not go over into each other."""
    return _pieces(y, y_hat, delta, outside=lambda r, d: r - d / 2)


@huber.mistake("plain-size-outside", ask="Do the two pieces meet at delta?")
def _(y, y_hat, delta):
    """Your outer piece is |r| alone. It should go on where the inner piece ends, and as steeply as
    that arrives: delta enters twice."""
    return _pieces(y, y_hat, delta, outside=lambda r, d: r)


@huber.mistake("pieces-exchanged", ask="Which residuals should count less: small or large ones?")
def _(y, y_hat, delta):
    """The two pieces are exchanged: large residuals are squared and small ones are not. It is the
    large ones that are to count less."""
    size = np.abs(y_hat - y)
    return np.mean(np.where(size > delta, size**2 / 2, delta * (size - delta / 2)))


@huber.mistake("sign-forgotten-in-the-test", ask="Is a residual of -5 smaller than delta?")
def _(y, y_hat, delta):
    """Every prediction that is too low is treated as a near miss, however far off it is: ŷ - y is
    compared with delta, and not its size."""
    r = np.subtract(y_hat, y, dtype=float)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2)))


@huber.mistake(
    "sign-forgotten-in-the-test-other-side", ask="Is a residual of -5 smaller than delta?"
)
def _(y, y_hat, delta):
    """Every prediction that is too high is treated as a near miss, however far off it is: y - ŷ is
    compared with delta, and not its size."""
    r = np.subtract(y, y_hat, dtype=float)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2)))


@huber.mistake("sign-forgotten-outside", ask="Can a loss be negative?")
def _(y, y_hat, delta):
    """In your outer piece ŷ - y counts with its sign, so a prediction that is far too low has a
    negative loss. The piece asks for the size of the residual."""
    r = np.subtract(y_hat, y, dtype=float)
    return np.mean(np.where(np.abs(r) <= delta, r**2 / 2, delta * (r - delta / 2)))


@huber.mistake("sign-forgotten-outside-other-side", ask="Can a loss be negative?")
def _(y, y_hat, delta):
    """In your outer piece y - ŷ counts with its sign, so a prediction that is far too high has a
    negative loss. The piece asks for the size of the residual."""
    r = np.subtract(y, y_hat, dtype=float)
    return np.mean(np.where(np.abs(r) <= delta, r**2 / 2, delta * (r - delta / 2)))


@huber.mistake("squares-only", ask="What does your loss do with a residual that is far too large?")
def _(y, y_hat, delta):
    """Every residual is squared: delta has no effect, and one wild target can outweigh all the
    others."""
    return np.mean(np.subtract(y_hat, y, dtype=float) ** 2) / 2


@huber.mistake("sizes-only", ask="What does your loss look like near 0?")
def _(y, y_hat, delta):
    """Every residual counts by its size: the outer piece is used near 0 as well, where the loss
    becomes negative."""
    return _pieces(y, y_hat, delta, limit=-1.0)


@huber.mistake("cut-off", ask="Is a miss by 10 worse than a miss by 5?")
def _(y, y_hat, delta):
    """Beyond delta your loss stays the same: a wild prediction costs no more than a poor one, and
    nothing pulls it back. It should go on climbing, in a straight line."""
    size = np.minimum(np.abs(np.subtract(y_hat, y, dtype=float)), delta)
    return np.mean(size**2) / 2


@huber.mistake("fixed-at-one", ask="What changes in your loss when delta changes?")
def _(y, y_hat, delta):
    """The two pieces meet at 1, whatever delta is: delta is an argument and should enter."""
    size = np.abs(np.subtract(y_hat, y, dtype=float))
    return np.mean(np.where(size <= 1, size**2 / 2, size - 0.5))


@huber.mistake("meets-at-one", ask="Where do your two pieces meet?")
def _(y, y_hat, delta):
    """The test compares with 1 where it should compare with delta: in between, the wrong piece is
    used."""
    return _pieces(y, y_hat, delta, limit=1.0)


@huber.mistake("summed", ask="Does the loss double when the data are doubled?")
def _(y, y_hat, delta):
    """The sum came back, and the mean over all m·k entries is asked for."""
    return _pieces(y, y_hat, delta) * np.size(y)


@huber.mistake("divided-by-m-only", ask="Over how many entries is the mean taken?")
def _(y, y_hat, delta):
    """Your number is k times too large: the sum over all entries was divided by the number of
    examples alone."""
    return _pieces(y, y_hat, delta) * np.shape(y)[1]


@huber.mistake("one-loss-for-each-entry", ask="How many numbers should come back?")
def _(y, y_hat, delta):
    """There is a loss for each entry, (m, k). Asked for is one number: their mean."""
    size = np.abs(y_hat - y)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


@huber.mistake("one-question-for-all", ask="What should Python answer to: is this array small?")
def _(y, y_hat, delta):
    """`if` asks one question and needs one answer, but of the residuals some are small and some are
    not. NumPy has a function that chooses entry by entry."""
    size = np.abs(y_hat - y)
    if size <= delta:
        return np.mean(size**2 / 2)
    return np.mean(delta * (size - delta / 2))


@huber.mistake(
    "chosen-by-the-mean", ask="Which residual is compared with delta: each, or their mean?"
)
def _(y, y_hat, delta):
    """One piece is chosen for all residuals, by their mean. Each of them has to be judged by
    itself."""
    size = np.abs(y_hat - y)
    if np.mean(size) <= delta:
        return np.mean(size**2 / 2)
    return np.mean(delta * (size - delta / 2))


# --- weighted_mse ---------------------------------------------------------------------------


def _weighted_cases(rng):
    for _ in range(3):
        m, k = sizes(rng, 2)
        yield generic(values(rng, m, k), values(rng, m, k), 2 * positive(rng, m), m=m, k=k)
    yield special("a single output", values(rng, 5, 1), values(rng, 5, 1), 2 * positive(rng, 5))
    yield special("a batch of one example", values(rng, 1, 3), values(rng, 1, 3), np.array([0.25]))
    weights = np.array([0.0, 1.5, 0.0, 0.5])
    yield special("examples of weight 0", values(rng, 4, 3), values(rng, 4, 3), weights)
    yield special(
        "whole numbers", np.array([[0], [3], [1]]), np.array([[5], [3], [2]]), np.array([1, 2, 4])
    )
    yield square(values(rng, 4, 4), values(rng, 4, 4), 2 * positive(rng, 4))


@exercise(
    lesson="02",
    cases=_weighted_cases,
    graded=True,
    properties={
        "it is not negative": lambda loss, y, y_hat, weights: loss >= 0,
    },
)
def weighted_mse(y, y_hat, weights):
    """Σ w_i (mean square of row i) / Σ w_i; y, y_hat (m, k), weights (m,) → a number."""
    return float(np.average(np.mean((y_hat - y) ** 2, axis=1), weights=weights))


@weighted_mse.also_right
def _as_a_column(y, y_hat, weights):
    squares = weights[:, None] * (y - y_hat) ** 2
    return squares.sum() / (weights.sum() * y.shape[1])


@weighted_mse.also_right
def _as_a_product(y, y_hat, weights):
    return weights @ ((y - y_hat) ** 2).mean(axis=1) / np.sum(weights)


@weighted_mse.also_right
def _loop(y, y_hat, weights):
    total = 0.0
    for row, row_hat, weight in zip(y, y_hat, weights, strict=True):
        total += weight * sum((row_hat - row) ** 2) / len(row)
    return total / sum(weights)


def _squares(y, y_hat):
    return np.mean((y_hat - y) ** 2, axis=1)


@weighted_mse.mistake("weights-across-the-outputs", ask="How does NumPy line up (m, k) and (m,)?")
def _(y, y_hat, weights):
    """The weights (m,) do not fit the squares (m, k): NumPy lines shapes up from the right, so it
    tries to give each output a weight where each example should have one."""
    return np.sum(weights * (y_hat - y) ** 2) / (np.sum(weights) * y.shape[1])


@weighted_mse.mistake("every-pair", ask="What does (m,) times (m, 1) give?")
def _(y, y_hat, weights):
    """What comes out is m times the plain mean squared error, whatever the weights are: they
    cancel. One way there: weights (m,) have met a column (m, 1), and each example every weight."""
    return np.sum(weights * _squares(y, y_hat)[:, None]) / np.sum(weights)


@weighted_mse.mistake("weights-ignored", ask="What happens to your loss when a weight changes?")
def _(y, y_hat, weights):
    """That is the plain mean squared error. Either the weights do not enter, or each example has
    met every weight in an (m, m) table, where they cancel."""
    return np.mean((y_hat - y) ** 2)


@weighted_mse.mistake("mean-weight", ask="What does (m,) times (m, 1) give?")
def _(y, y_hat, weights):
    """That is the plain mean squared error times the mean weight: every example counts alike. One
    way there: weights (m,) have met a column (m, 1), and each example every weight."""
    return np.mean((y_hat - y) ** 2) * np.mean(weights)


@weighted_mse.mistake("divided-by-m", ask="What should all weights 2 give, compared with all 1?")
def _(y, y_hat, weights):
    """You divide by the number of examples, and so the loss doubles when all weights do. A weighted
    mean is divided by something else."""
    return np.sum(weights * _squares(y, y_hat)) / len(y)


@weighted_mse.mistake("not-divided", ask="What should all weights 2 give, compared with all 1?")
def _(y, y_hat, weights):
    """The weighted squares are added up but not divided: with all weights 1, a sum over the
    examples would come out where their mean should."""
    return np.sum(weights * _squares(y, y_hat))


@weighted_mse.mistake("divided-by-both", ask="By how much do you divide in all?")
def _(y, y_hat, weights):
    """Your number is m times too small: it is divided by the sum of the weights and by the number
    of examples as well."""
    return np.mean(weights * _squares(y, y_hat)) / np.sum(weights)


@weighted_mse.mistake("outputs-summed", ask="Over how many entries is the mean of the plain MSE?")
def _(y, y_hat, weights):
    """Your number is k times too large: the squares of an example are added up, where the mean over
    its outputs is asked for."""
    return np.sum(weights * np.sum((y_hat - y) ** 2, axis=1)) / np.sum(weights)


@weighted_mse.mistake("weights-squared-too", ask="If a weight doubles, how much more should count?")
def _(y, y_hat, weights):
    """The weights are squared together with the residuals: an example of twice the weight counts
    four times. They multiply the squares."""
    return np.sum(weights**2 * _squares(y, y_hat)) / np.sum(weights)


@weighted_mse.mistake("weighted-before-squaring", ask="Whose square is taken: of r, or of w r?")
def _(y, y_hat, weights):
    """The weights are squared together with the residuals, and the sum is divided by the number of
    examples. They multiply the squares."""
    return np.mean(weights**2 * _squares(y, y_hat))


@weighted_mse.mistake(
    "normalised-by-squares", ask="If a weight doubles, how much more should count?"
)
def _(y, y_hat, weights):
    """The weights are squared, above and below the fraction bar: an example of twice the weight
    counts four times as much as another. It should count twice."""
    return np.sum(weights**2 * _squares(y, y_hat)) / np.sum(weights**2)


@weighted_mse.mistake("sizes-for-squares", ask="What turns a residual of -3 into 9?")
def _(y, y_hat, weights):
    """The sizes of the residuals are averaged, and not their squares."""
    return np.sum(weights * np.mean(np.abs(y_hat - y), axis=1)) / np.sum(weights)


@weighted_mse.mistake("residuals-not-squared", ask="What is the mean of the residuals 3 and -3?")
def _(y, y_hat, weights):
    """The residuals are averaged as they are, so that a plus and a minus cancel and the loss can be
    negative."""
    return np.sum(weights * np.mean(y_hat - y, axis=1)) / np.sum(weights)


@weighted_mse.mistake("root-taken", ask="What is asked for: the mean square or its root?")
def _(y, y_hat, weights):
    """A root was taken at the end: that is in the units of y, but asked for is the mean square."""
    return np.sqrt(np.sum(weights * _squares(y, y_hat)) / np.sum(weights))


@weighted_mse.mistake("half", ask="Is there a half in the formula?")
def _(y, y_hat, weights):
    """Your number is half the right one. This loss has no half, as the mean squared error of this
    course has none."""
    return np.sum(weights * _squares(y, y_hat)) / np.sum(weights) / 2


@weighted_mse.mistake(
    "divided-by-weights", ask="Should a larger weight make an example count less?"
)
def _(y, y_hat, weights):
    """A larger weight makes an example count less in yours: the squares are divided by their
    weights."""
    with np.errstate(all="ignore"):
        return np.sum(_squares(y, y_hat) / weights) / np.sum(weights)


@weighted_mse.mistake("one-loss-for-each-example", ask="How many numbers should come back?")
def _(y, y_hat, weights):
    """There is a number for each example, (m,). Asked for is one for all: they have still to be
    added up."""
    return weights * _squares(y, y_hat) / np.sum(weights)

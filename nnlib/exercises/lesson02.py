"""Exercises of lesson 02, the mean squared error: mse, standardize."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values

# --- mse ------------------------------------------------------------------------------------


def _mse_cases(rng):
    for _ in range(4):
        m, k = sizes(rng, 2)
        yield generic(2 * values(rng, m, k), 2 * values(rng, m, k), m=m, k=k)
    yield special("one output, columns (m, 1)", values(rng, 5, 1), values(rng, 5, 1))
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 1, 4))
    whole = np.array([[0, 3], [-2, 5], [7, 1]])
    yield special("whole numbers (integer arrays)", whole, np.array([[5, 3], [1, 4], [2, -4]]))
    yield special("predictions that are all exact", 1.0 * whole, 1.0 * whole)
    flat, column, table = values(rng, 5), values(rng, 5, 1), values(rng, 5, 3)
    yield special("targets (m,) against predictions (m, 1)", flat, column)
    yield special("targets (m, 1) against predictions (m,)", column, flat)
    yield special("targets (m, k) against predictions (m, 1)", table, column)
    yield special("targets (m, 1) against predictions (m, k)", column, table)
    yield special("targets (k,) against predictions (m, k)", table[0], table)
    yield special("targets (1, k) against predictions (m, k)", table[:1], table)
    yield special("targets (m, k) against predictions (k,)", table, values(rng, 3))
    yield special("targets (m, k) with a single prediction (1, k)", table, values(rng, 1, 3))
    yield special("targets (m, k) against predictions (k, m)", table, table.T.copy())
    yield square(rng.integers(-5, 6, (4, 4)), rng.integers(6, 12, (4, 4)))


@exercise(
    lesson="02",
    cases=_mse_cases,
    properties={
        "a mean of squares is never negative": lambda loss, y, y_hat: np.all(np.asarray(loss) >= 0),
        "exact predictions cost 0": lambda loss, y, y_hat: np.any(y != y_hat) or np.all(loss == 0),
        "the loss is one number": lambda loss, y, y_hat: np.ndim(loss) == 0,
    },
)
def mse(y, y_hat):
    """Mean of (ŷ - y)² over all entries, a plain number; y and y_hat (m, k), ValueError if not."""
    y, y_hat = np.asarray(y, dtype=float), np.asarray(y_hat, dtype=float)
    if y.shape != y_hat.shape:
        raise ValueError(f"y has shape {y.shape} and y_hat {y_hat.shape}: expected equal shapes")
    return float(np.mean((y_hat - y) ** 2))


def _errors(y, y_hat):
    """ŷ - y, for mistakes that refuse different shapes as they should."""
    mse(y, y_hat)
    return y_hat - y


@mse.also_right
def _asserted(y, y_hat):
    assert y.shape == y_hat.shape
    return ((y - y_hat) ** 2).mean()


@mse.also_right
def _loops(y, y_hat):
    if np.shape(y) != np.shape(y_hat):
        raise ValueError("shapes")
    total = 0.0
    for a, b in zip(np.ravel(y).tolist(), np.ravel(y_hat).tolist(), strict=True):
        total += (a - b) ** 2
    return total / np.size(y)


@mse.also_right
def _dot(y, y_hat):
    if y.shape != y_hat.shape:
        raise TypeError("shapes")
    d = (y_hat - y).ravel()
    return d @ d / d.size


@mse.also_right
def _einsum(y, y_hat):
    d = _errors(y, y_hat).ravel()
    return np.einsum("i,i->", d, d) / d.size


@mse.also_right
def _norm(y, y_hat):
    return np.linalg.norm(_errors(y, y_hat)) ** 2 / y.size


@mse.also_right
def _mean_of_means(y, y_hat):
    if y.shape != y_hat.shape:
        raise Exception("different shapes")
    return np.mean([np.mean(np.square(a - b)) for a, b in zip(y, y_hat, strict=True)])


@mse.also_right
def _in_place_on_a_copy(y, y_hat):
    if y.shape != y_hat.shape:
        raise ValueError("different shapes")
    d = y_hat.astype(float)
    d -= y
    d *= d
    return d.mean()


@mse.also_right
def _float32(y, y_hat):
    return np.mean(_errors(np.asarray(y, np.float32), np.asarray(y_hat, np.float32)) ** 2)


@mse.also_right
def _array_of_no_axes(y, y_hat):
    return np.array(mse(y, y_hat))


# Shapes that differ, and are not refused.


@mse.mistake("shapes-not-checked", ask="What shape has a (12,) array minus a (12, 1) array?")
def _(y, y_hat):
    """Right where the shapes agree, but different shapes are let through: NumPy stretches (m,)
    against (m, 1) to a table of all pairs, and the mean of that table is no loss. Compare the two
    shapes first and raise a ValueError."""
    return np.mean((y_hat - y) ** 2)


@mse.mistake("only-lengths-checked", ask="What is len of a (12,) and of a (12, 1) array?")
def _(y, y_hat):
    """You refuse different lengths, but `len` sees the first axis only: (m,) against (m, 1) has
    equal lengths and still makes a table of all pairs. Compare the whole shapes."""
    if len(y) != len(y_hat):
        raise ValueError("lengths differ")
    return np.mean((y_hat - y) ** 2)


@mse.mistake("only-sizes-checked", ask="How many entries has a (12,), how many a (12, 1) array?")
def _(y, y_hat):
    """You refuse arrays of different size, but (m,) and (m, 1) have equally many entries and
    still make a table of all pairs. Compare the whole shapes."""
    if y.size != y_hat.size:
        raise ValueError("sizes differ")
    return np.mean((y_hat - y) ** 2)


@mse.mistake("only-axes-counted", ask="How many axes has (12, 3), how many (12, 1)?")
def _(y, y_hat):
    """You refuse arrays with different numbers of axes, but (m, k) against (m, 1) or (1, k) has
    equally many, and NumPy stretches the smaller one in silence. Compare the whole shapes."""
    if y.ndim != y_hat.ndim:
        raise ValueError("axes differ")
    return np.mean((y_hat - y) ** 2)


@mse.mistake("shapes-made-equal", ask="Who should decide what a wrong shape was meant to be?")
def _(y, y_hat):
    """Different shapes are flattened or reshaped until they fit, so an array with rows and columns
    swapped gets a loss without a word. Different shapes should be refused: the mistake is then
    found where it was made."""
    if y.size != y_hat.size:
        raise ValueError("sizes differ")
    return np.mean((np.ravel(y_hat) - np.ravel(y)) ** 2)


@mse.mistake("shapes-squeezed")
def _(y, y_hat):
    """Axes of length 1 are thrown away before you compare, so (m,) passes against (m, 1).
    Different shapes should be refused: the mistake is then found where it was made."""
    return mse(np.squeeze(y), np.squeeze(y_hat))


@mse.mistake("none-for-different-shapes", ask="What does the calling code do with None?")
def _(y, y_hat):
    """For different shapes you give back None, and the caller goes on with it. Refusing means to
    stop: raise a ValueError that says which shapes came."""
    return mse(y, y_hat) if np.shape(y) == np.shape(y_hat) else None


@mse.mistake("nan-for-different-shapes")
def _(y, y_hat):
    """For different shapes you give back nan, and the caller goes on with it. Refusing means to
    stop: raise a ValueError that says which shapes came."""
    return mse(y, y_hat) if np.shape(y) == np.shape(y_hat) else np.nan


# Sums, means and factors.


@mse.mistake("sum-not-mean", ask="What happens to your loss when the batch doubles?")
def _(y, y_hat):
    """Your loss is the sum of all squares, so it is m·k times too large and grows with the number
    of examples. This course's loss is a mean."""
    return np.sum(_errors(y, y_hat) ** 2)


@mse.mistake("divided-by-m-only", ask="How many squares are added up: m, or more?")
def _(y, y_hat):
    """Your loss is k times too large: the squares of all m·k entries are added, but divided by
    the number of rows only. With one output you would not notice."""
    return np.sum(_errors(y, y_hat) ** 2) / len(y)


@mse.mistake("divided-by-k-only", ask="How many squares are added up?")
def _(y, y_hat):
    """Your loss is m times too large: the squares of all m·k entries are added, but divided by
    the number of outputs only. The mean goes over the examples as well."""
    return np.sum(_errors(y, y_hat) ** 2) / y.shape[-1]


@mse.mistake("half", ask="Which convention does this course use, and what does the other change?")
def _(y, y_hat):
    """Your loss is half of the right one. Some books put a half in front to get rid of a 2 in the
    derivative; this course does not."""
    return np.mean(_errors(y, y_hat) ** 2) / 2


@mse.mistake("half-of-the-sum", ask="Which convention does this course use?")
def _(y, y_hat):
    """You return half the sum of all squares, a convention of some books. This course's loss is
    the plain mean: no half, and divided by the number of entries."""
    return np.sum(_errors(y, y_hat) ** 2) / 2


@mse.mistake("half-and-divided-by-m", ask="Which convention does this course use?")
def _(y, y_hat):
    """You halve, and divide by the number of rows only. Some books do so; this course's loss is
    the plain mean over all m·k entries."""
    return np.sum(_errors(y, y_hat) ** 2) / (2 * len(y))


@mse.mistake("doubled")
def _(y, y_hat):
    """Your loss is twice the right one. A 2 comes up in the derivative of a square, not in the
    loss itself."""
    return 2 * np.mean(_errors(y, y_hat) ** 2)


@mse.mistake("averaged-twice", ask="What has np.mean already divided by?")
def _(y, y_hat):
    """Your loss is m times too small: after a mean over all entries it is divided by the number
    of examples once more."""
    return np.mean(_errors(y, y_hat) ** 2) / len(y)


@mse.mistake("averaged-twice-over-everything", ask="What has np.mean already divided by?")
def _(y, y_hat):
    """Your loss is m·k times too small: a mean is divided by the number of entries once more."""
    return np.mean(_errors(y, y_hat) ** 2) / y.size


@mse.mistake("one-less")
def _(y, y_hat):
    """You divide by the number of entries less 1. Statisticians do so to estimate a variance; the
    mean of the squares divides by how many there are."""
    return np.sum(_errors(y, y_hat) ** 2) / max(y.size - 1, 1)


# The square.


@mse.mistake("errors-cancel", ask="What is the mean of the errors +1 and -1?")
def _(y, y_hat):
    """Your loss can be negative: errors upwards and downwards cancel, because they are not
    squared before the mean is taken."""
    return np.mean(_errors(y, y_hat))


@mse.mistake("errors-cancel-target-first", ask="What is the mean of the errors +1 and -1?")
def _(y, y_hat):
    """Your loss can be negative: errors upwards and downwards cancel, because they are not
    squared before the mean is taken. (The prediction is subtracted from the target; once there is
    a square, that order does not matter.)"""
    return -np.mean(_errors(y, y_hat))


@mse.mistake("absolute-error", ask="What does a square do to a large error that abs does not?")
def _(y, y_hat):
    """You take the mean of the absolute errors: a good measure, but another one. Here each error
    is squared, so that large ones count more."""
    return np.mean(np.abs(_errors(y, y_hat)))


@mse.mistake("square-of-the-mean", ask="Which comes first, the square or the mean?")
def _(y, y_hat):
    """You average the errors first and square the average, so errors upwards and downwards have
    already cancelled. Look at the order of the two steps."""
    return np.mean(_errors(y, y_hat)) ** 2


@mse.mistake("examples-averaged-first", ask="Which comes first, the square or the mean?")
def _(y, y_hat):
    """The errors of the examples are averaged before they are squared, so those above and below
    the targets cancel within each column. Square every single error first."""
    return np.mean(np.mean(np.atleast_2d(_errors(y, y_hat)), axis=0) ** 2)


@mse.mistake("outputs-averaged-first")
def _(y, y_hat):
    """The errors of one example's outputs are averaged before they are squared, so they cancel
    within each row. Square every single error first."""
    return np.mean(np.mean(_errors(y, y_hat), axis=-1) ** 2)


@mse.mistake("outputs-added-first")
def _(y, y_hat):
    """The errors of one example's outputs are added up before they are squared, so they cancel
    within each row. Square every single error first."""
    return np.mean(np.sum(_errors(y, y_hat), axis=-1) ** 2)


@mse.mistake("only-the-target-squared", ask="What does Python work out first, - or **?")
def _(y, y_hat):
    """The square reaches only what stands directly before it: you subtract the squared target
    from the prediction. The difference needs brackets."""
    return np.mean(_errors(y**2, y_hat))


@mse.mistake("only-the-prediction-squared", ask="What does Python work out first, - or **?")
def _(y, y_hat):
    """The square reaches only what stands directly before it: you subtract the squared prediction
    from the target. The difference needs brackets."""
    return -np.mean(_errors(y, y_hat**2))


@mse.mistake("difference-of-squares", ask="Is (a - b)² the same as a² - b²?")
def _(y, y_hat):
    """You square target and prediction each for itself and subtract afterwards. That is not the
    square of the difference: it can even be negative."""
    return np.mean(_errors(y**2, y_hat**2))


@mse.mistake("difference-of-squares-target-first", ask="Is (a - b)² the same as a² - b²?")
def _(y, y_hat):
    """You square target and prediction each for itself and take one square from the other. That
    is not the square of the difference: it can even be negative."""
    return -np.mean(_errors(y**2, y_hat**2))


@mse.mistake("caret-for-power", ask="How does Python write a power?")
def _(y, y_hat):
    """`^` is not a power in Python: it compares bits, and only whole numbers have them. The power
    is written with two stars."""
    return np.mean(_errors(y, y_hat) ^ 2)


@mse.mistake("caret-for-power-target-first", ask="How does Python write a power?")
def _(y, y_hat):
    """`^` is not a power in Python: it compares bits, and only whole numbers have them. The power
    is written with two stars."""
    return np.mean(-_errors(y, y_hat) ^ 2)


@mse.mistake("doubled-not-squared", ask="What is the square of 3, and what is twice 3?")
def _(y, y_hat):
    """The errors are multiplied by 2 in place of being squared, so they keep their sign and
    cancel. One star multiplies; a power needs two."""
    return np.mean(_errors(y, y_hat) * 2)


@mse.mistake("doubled-not-squared-target-first", ask="What is the square of 3, and twice 3?")
def _(y, y_hat):
    """The errors are multiplied by 2 in place of being squared, so they keep their sign and
    cancel. One star multiplies; a power needs two."""
    return -np.mean(_errors(y, y_hat) * 2)


@mse.mistake("squared-twice")
def _(y, y_hat):
    """Every error is squared twice: your loss is the mean of the fourth powers. One square is
    enough."""
    return np.mean(_errors(y, y_hat) ** 4)


@mse.mistake("cubed")
def _(y, y_hat):
    """Every error is raised to the third power and keeps its sign, so errors upwards and
    downwards cancel. Look at the exponent."""
    return np.mean(_errors(y, y_hat) ** 3)


@mse.mistake("added-not-subtracted", ask="What is your loss for exact predictions?")
def _(y, y_hat):
    """Exact predictions do not cost 0: target and prediction are added where the error is their
    difference."""
    return np.mean(_errors(-y, y_hat) ** 2)


@mse.mistake("multiplied-not-subtracted", ask="What is your loss for exact predictions?")
def _(y, y_hat):
    """You average target times prediction. An error is the distance between the two: exact
    predictions must cost 0."""
    return np.mean((_errors(y, y_hat) + y) * y)


# Roots and other measures.


@mse.mistake("root", ask="In which unit is the mean squared error, if y is in metres?")
def _(y, y_hat):
    """You have taken a root at the end: that is the root mean squared error, in the unit of y.
    The mean squared error stays squared."""
    return np.sqrt(np.mean(_errors(y, y_hat) ** 2))


@mse.mistake("norm")
def _(y, y_hat):
    """You return the length of the vector of errors: the root of the sum of the squares. Here
    there is no root, and a mean in place of the sum."""
    return np.linalg.norm(_errors(y, y_hat))


@mse.mistake("norm-divided", ask="What does a norm do after adding up the squares?")
def _(y, y_hat):
    """You divide the length of the vector of errors by their number, but a length is the root of
    the sum of the squares. That root must not stay."""
    return np.linalg.norm(_errors(y, y_hat)) / y.size


@mse.mistake("variance-of-the-errors", ask="What does np.var say about errors that are all 5?")
def _(y, y_hat):
    """Predictions that are all too high by the same amount cost nothing: the variance subtracts
    the mean error first. The squares are to be taken of the errors as they are."""
    return np.var(_errors(y, y_hat))


@mse.mistake("relative-error")
def _(y, y_hat):
    """The errors are divided by the targets before they are squared, so the same miss costs more
    near 0, and a target of 0 gives infinity. The plain difference counts."""
    return np.mean((_errors(y, y_hat) / y) ** 2)


@mse.mistake("share-of-the-variance", ask="What would predicting the mean of y cost?")
def _(y, y_hat):
    """Your loss is divided by the spread of the targets. That share leads to R²; the mean squared
    error is not compared with anything."""
    return np.mean(_errors(y, y_hat) ** 2) / np.var(y)


@mse.mistake("r-squared", ask="Is a high or a low loss good?")
def _(y, y_hat):
    """You return R², which is 1 for exact predictions. A loss is 0 there, and it is not compared
    with the spread of the targets."""
    return 1 - np.mean(_errors(y, y_hat) ** 2) / np.var(y)


@mse.mistake("largest-square")
def _(y, y_hat):
    """You return the largest of the squared errors. All of them count, by their mean."""
    return np.max(_errors(y, y_hat) ** 2)


@mse.mistake("median")
def _(y, y_hat):
    """You return the median of the squared errors, which a few large errors do not move. The loss
    is their mean."""
    return np.median(_errors(y, y_hat) ** 2)


@mse.mistake("errors-returned", ask="Is a loss a number or an array?")
def _(y, y_hat):
    """You return the errors themselves, one for each prediction. They have still to be squared, and
    one number made of them for the whole batch."""
    return _errors(y, y_hat)


@mse.mistake("gradient", ask="Is a loss a number or an array?")
def _(y, y_hat):
    """You return the derivative of the loss, one number for each prediction. The loss itself is
    one number for the whole batch."""
    return 2 * _errors(y, y_hat) / y.size


# Shapes of the result, and what is left out.


@mse.mistake("not-averaged", ask="Is a loss a number or an array?")
def _(y, y_hat):
    """You return the squared error of every entry, an array. The loss is one number for the whole
    batch: the mean is still missing."""
    return _errors(y, y_hat) ** 2


@mse.mistake("one-loss-per-output", ask="What does axis=0 average over?")
def _(y, y_hat):
    """You return one mean for each column. The loss is one number: the mean goes over rows and
    columns alike."""
    return np.mean(_errors(y, y_hat) ** 2, axis=0)


@mse.mistake("one-loss-per-example", ask="What does axis=1 average over?")
def _(y, y_hat):
    """You return one mean for each example. The loss is one number: the mean goes over rows and
    columns alike."""
    return np.mean(_errors(y, y_hat) ** 2, axis=-1)


@mse.mistake("one-sum-per-output", ask="What does axis=0 add up?")
def _(y, y_hat):
    """You return one sum for each column. The loss is one number, a mean over rows and columns
    alike."""
    return np.sum(_errors(y, y_hat) ** 2, axis=0)


@mse.mistake("one-sum-per-example", ask="What does axis=1 add up?")
def _(y, y_hat):
    """You return one sum for each example. The loss is one number, a mean over rows and columns
    alike."""
    return np.sum(_errors(y, y_hat) ** 2, axis=-1)


@mse.mistake("decimals-cut-off", ask="What is 7 // 10?")
def _(y, y_hat):
    """The decimals of your loss are cut off, which makes most small losses 0: `//` or `int` does
    that. Keep the float."""
    return np.sum(_errors(y, y_hat) ** 2) // y.size


@mse.mistake("matrix-product", ask="Which entries of a matrix times its transpose are squares?")
def _(y, y_hat):
    """You multiply the errors as matrices and get a (k, k) table: its entries mix different
    outputs, and only the diagonal holds squares. The square goes entry by entry."""
    d = _errors(y, y_hat)
    return d.T @ d / d.size


@mse.mistake("matrix-product-of-examples")
def _(y, y_hat):
    """You multiply the errors as matrices and get an (m, m) table: its entries mix different
    examples, and only the diagonal holds squares. The square goes entry by entry."""
    d = _errors(y, y_hat)
    return d @ d.T / d.size


@mse.mistake("matrix-product-averaged", ask="Which entries of a matrix product are squares?")
def _(y, y_hat):
    """The errors are multiplied as matrices, so each example's error meets those of all others
    before the mean is taken, and they cancel. The square goes entry by entry."""
    d = _errors(y, y_hat)
    return np.mean(d @ d.T)


@mse.mistake("matrix-product-of-outputs-averaged")
def _(y, y_hat):
    """The errors are multiplied as matrices, so each output's error meets those of all others
    before the mean is taken, and they cancel. The square goes entry by entry."""
    d = _errors(y, y_hat)
    return np.mean(d.T @ d)


@mse.mistake("only-the-first-example", ask="When does `return` end a loop?")
def _(y, y_hat):
    """Only the first example counts: a `return` inside the loop, or an index 0, leaves the others
    out."""
    return np.mean(_errors(y, y_hat)[0] ** 2)


@mse.mistake("only-the-first-example-but-divided", ask="When does `return` end a loop?")
def _(y, y_hat):
    """Only the first example counts, though the division includes all of them: a `return` inside
    the loop leaves the others out."""
    return np.sum(_errors(y, y_hat)[0] ** 2) / y.size


@mse.mistake("only-the-last-example-but-divided", ask="Is the sum added to, or written over?")
def _(y, y_hat):
    """Only the last example counts, though the division includes all of them: in the loop the sum
    is written over each time in place of being added to."""
    return np.sum(_errors(y, y_hat)[-1] ** 2) / y.size


@mse.mistake("only-the-last-example", ask="Is the sum added to, or written over?")
def _(y, y_hat):
    """Only the last example counts: in the loop the value is written over each time in place of
    being added to."""
    return np.mean(_errors(y, y_hat)[-1] ** 2)


@mse.mistake("last-example-left-out", ask="Which numbers does range(n - 1) give?")
def _(y, y_hat):
    """The last example is left out of the sum, though the division counts it. A loop ends one
    round too early: `range(n)` stops at n - 1 by itself."""
    d = _errors(y, y_hat)
    return np.sum(d[:-1] ** 2) / d.size


@mse.mistake("first-example-left-out", ask="With which number does range start?")
def _(y, y_hat):
    """The first example is left out of the sum, though the division counts it. Counting starts at
    0."""
    d = _errors(y, y_hat)
    return np.sum(d[1:] ** 2) / d.size


@mse.mistake("only-the-first-output")
def _(y, y_hat):
    """Only the first column of the predictions counts. With several outputs the mean goes over
    all of them."""
    return np.mean(_errors(y, y_hat)[:, 0] ** 2)


# --- standardize ----------------------------------------------------------------------------


def _table(rng, m, n):
    """Columns with means away from 0, and spreads below and above 1."""
    spread = rng.permutation(np.linspace(0.4, 5, n))
    return np.round(values(rng, m, n) * spread + rng.permutation(np.arange(n) - 1.5), 3)


def _train_and_test(rng, m, m_test, n):
    both = _table(rng, m + m_test, n)
    return both[:m].copy(), both[m:] + 0.25


def _finite(call):
    """Whether all numbers are finite: what they are in such a column is free."""
    if call.result is None:
        return None
    return {"all numbers are finite": all(bool(np.isfinite(X).all()) for X in call.result)}


def _standardize_cases(rng):
    for _ in range(3):
        m, m_test, n = sizes(rng, 3)
        yield generic(*_train_and_test(rng, m, m_test, n), m=m, m_test=m_test, n=n)
    yield special("a test set of one example", *_train_and_test(rng, 6, 1, 4))
    whole = np.array([[1, 40], [2, 10], [4, 60], [9, 30]]), np.array([[3, 20], [7, 50], [5, -10]])
    yield special("whole numbers (integer arrays)", *whole)
    train, test = _train_and_test(rng, 6, 5, 4)
    train[:, 2] = test[:, 2] = 4.0
    yield special("a constant column", train, test)
    train, test = _train_and_test(rng, 5, 4, 3)
    train[:, 0] = test[:, 0] = 0.0
    yield special("a column of zeros", train, test)
    rare = np.zeros((6, 4))
    rare[[0, 0, -1, -1], [0, 1, 2, 3]] = 3.0, -3.0, 3.0, -3.0
    yield special("columns that are 0 but for one example", rare, _table(rng, 5, 4))
    train, test = _train_and_test(rng, 6, 5, 4)
    train[:, 1] = 2.0
    note = "a column that is constant in the training set only"
    yield special(note, train, test, observe=_finite)
    yield square(*_train_and_test(rng, 4, 4, 4))


def _column_means(result, X_train, X_test):
    return np.allclose(np.mean(result[0], axis=0), 0)


def _column_spreads(result, X_train, X_test):
    spread = np.std(result[0], axis=0)
    return np.all(np.isclose(spread, 1) | np.isclose(spread, 0))


@exercise(
    lesson="02",
    cases=_standardize_cases,
    rtol=1e-4,  # a small number added to the spread against 0 / 0 is no mistake
    properties={
        "two arrays come back, training set and test set": lambda result, *args: len(result) == 2,
        "the columns of the training set have mean 0": _column_means,
        "the columns of the training set have standard deviation 1": _column_spreads,
    },
)
def standardize(X_train, X_test):
    """Both sets, with the training set's column means taken off, over its column spreads.

    X_train (m, n), X_test (m_test, n) → two arrays of those shapes; a constant column gives 0.
    """
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    spread = np.where(X_train.max(axis=0) > X_train.min(axis=0), spread, 1)
    return (X_train - mean) / spread, (X_test - mean) / spread


def _scaled(X_train, X_test, mean, spread):
    """Both sets moved and scaled, for mistakes that treat a constant column as they should."""
    spread = np.where(np.asarray(spread) > 0, spread, 1)
    return (X_train - mean) / spread, (X_test - mean) / spread


@standardize.also_right
def _where_zero(X_train, X_test):
    mean, std = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    std[std == 0] = 1
    return [(X - mean) / std for X in (X_train, X_test)]


@standardize.also_right
def _small_number_added(X_train, X_test):
    mean, std = X_train.mean(0, keepdims=True), X_train.std(0, keepdims=True)
    return (X_train - mean) / (std + 1e-6), (X_test - mean) / (std + 1e-6)


@standardize.also_right
def _nan_replaced(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    with np.errstate(all="ignore"):
        return np.nan_to_num((X_train - mean) / std), np.nan_to_num((X_test - mean) / std)


@standardize.also_right
def _by_columns(X_train, X_test):
    train, test = X_train.astype(float), X_test.astype(float)
    for j in range(X_train.shape[1]):
        mean, std = X_train[:, j].mean(), X_train[:, j].std()
        train[:, j] -= mean
        test[:, j] -= mean
        if std != 0:
            train[:, j] /= std
            test[:, j] /= std
    return train, test


@standardize.also_right
def _by_hand(X_train, X_test):
    m = len(X_train)
    mean = sum(X_train) / m
    std = np.sqrt(sum((row - mean) ** 2 for row in X_train) / m)
    scale = np.divide(1, std, out=np.zeros(len(std)), where=std > 0)
    return (X_train - mean) * scale, (X_test - mean) * scale


@standardize.also_right
def _list_of_lists(X_train, X_test):
    train, test = standardize(np.array(X_train, dtype=float), np.array(X_test, dtype=float))
    return train, test


@standardize.also_right
def _float32(X_train, X_test):
    return standardize(X_train.astype(np.float32), X_test.astype(np.float32))


# The test set.


@standardize.mistake("test-with-its-own-statistics", ask="What if the test set has one example?")
def _(X_train, X_test):
    """The training set is right, but the test set is scaled by its own mean and spread: the same
    measurement then becomes another number there. Both sets take the training set's."""
    return (
        _scaled(X_train, X_train, X_train.mean(axis=0), X_train.std(axis=0))[0],
        _scaled(X_test, X_test, X_test.mean(axis=0), X_test.std(axis=0))[0],
    )


@standardize.mistake("test-not-scaled", ask="Which mean has a set that is already standardised?")
def _(X_train, X_test):
    """The training set is right, but the test set comes back as it went in. Either it was
    forgotten, or it was scaled by the mean and spread of a training set that is already
    standardised: 0 and 1 by then."""
    return standardize(X_train, X_test)[0], 1.0 * X_test


@standardize.mistake("test-only-centred")
def _(X_train, X_test):
    """The training set is right; the test set has the training mean taken off but keeps its
    spread. Look at what the test set is divided by."""
    return standardize(X_train, X_test)[0], X_test - X_train.mean(axis=0)


@standardize.mistake("test-not-centred")
def _(X_train, X_test):
    """The training set is right; the test set is divided by the spread but its mean is never
    taken off (or a mean that is already 0 is)."""
    return standardize(X_train, X_test)[0], _scaled(X_test, X_test, 0, X_train.std(axis=0))[0]


@standardize.mistake("test-with-its-own-mean", ask="Which set may know about which?")
def _(X_train, X_test):
    """The training set is right; from the test set you take off its own mean, though you divide
    by the training set's spread. Both numbers come from the training set."""
    std = X_train.std(axis=0)
    return standardize(X_train, X_test)[0], _scaled(X_test, X_test, X_test.mean(axis=0), std)[0]


@standardize.mistake("test-with-its-own-spread", ask="Which set may know about which?")
def _(X_train, X_test):
    """The training set is right; the test set is divided by its own spread, though the training
    set's mean is taken off. Both numbers come from the training set."""
    mean = X_train.mean(axis=0)
    return standardize(X_train, X_test)[0], _scaled(X_test, X_test, mean, X_test.std(axis=0))[0]


@standardize.mistake("statistics-of-both-sets", ask="What may the training know of the test set?")
def _(X_train, X_test):
    """Mean and spread are taken from both sets together, so the test set has a say in the
    training. It should be data that nobody has seen: use the training set's numbers alone."""
    both = np.concatenate([X_train, X_test])
    return _scaled(X_train, X_test, both.mean(axis=0), both.std(axis=0))


@standardize.mistake("statistics-of-the-test-set", ask="Which set may know about which?")
def _(X_train, X_test):
    """Both sets are scaled by the mean and spread of the test set. It is the other way round: the
    test set takes the training set's."""
    return _scaled(X_train, X_test, X_test.mean(axis=0), X_test.std(axis=0))


@standardize.mistake("test-set-not-returned", ask="How many arrays does the caller wait for?")
def _(X_train, X_test):
    """Only the training set comes back. Return two arrays: the training set and, scaled by the
    same numbers, the test set."""
    return standardize(X_train, X_test)[0]


@standardize.mistake("only-the-test-set-returned", ask="How many arrays does the caller wait for?")
def _(X_train, X_test):
    """Only the test set comes back. Return two arrays: the training set and the test set."""
    return standardize(X_train, X_test)[1]


@standardize.mistake("order-swapped")
def _(X_train, X_test):
    """Both arrays are right but come back in the wrong order: the training set stands first, as
    in the arguments."""
    return standardize(X_train, X_test)[::-1]


@standardize.mistake("statistics-returned-too")
def _(X_train, X_test):
    """The two arrays are right, but more comes back with them. The caller unpacks exactly two:
    the training set and the test set."""
    return *standardize(X_train, X_test), X_train.mean(axis=0), X_train.std(axis=0)


@standardize.mistake("only-statistics-returned")
def _(X_train, X_test):
    """You give back the mean and the spread of the columns. They are the means to the end: the
    two scaled arrays are asked for."""
    return X_train.mean(axis=0), X_train.std(axis=0)


@standardize.mistake("put-together")
def _(X_train, X_test):
    """The right numbers, but both sets come back as one array, one below the other. The caller
    needs two arrays."""
    return np.concatenate(standardize(X_train, X_test))


# Which numbers: axis, denominator.


@standardize.mistake("constant-column-nan", ask="What is 0 / 0 in NumPy?")
def _(X_train, X_test):
    """Right, but a column that is constant in the training set becomes nan: its spread is 0, and
    0 / 0 is not a number. Such a column should become 0."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / std, (X_test - mean) / std


@standardize.mistake("infinity-left", ask="What is 3 / 0 in NumPy, and is it nan?")
def _(X_train, X_test):
    """Right, until a column that is constant in the training set holds another value in the test
    set: that number over 0 is infinity, not nan, so it is not enough to replace nan. Look at the
    spread before you divide."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    with np.errstate(all="ignore"):
        train, test = (X_train - mean) / std, (X_test - mean) / std
    return np.where(np.isnan(train), 0, train), np.where(np.isnan(test), 0, test)


@standardize.mistake("constant-column-as-it-was")
def _(X_train, X_test):
    """Right, but a constant column comes back as it went in. Only the division is a problem
    there: its mean can still be taken off, and then it is 0."""
    train, test = standardize(X_train, X_test)
    fixed = X_train.std(axis=0) == 0
    train[:, fixed], test[:, fixed] = X_train[:, fixed], X_test[:, fixed]
    return train, test


@standardize.mistake("constant-column-one")
def _(X_train, X_test):
    """Right, but a constant column becomes 1. It holds no information and should become 0, so
    that it changes nothing in the network."""
    train, test = standardize(X_train, X_test)
    fixed = X_train.std(axis=0) == 0
    train[:, fixed] = test[:, fixed] = 1
    return train, test


@standardize.mistake("constant-column-dropped", ask="How many columns does the first layer expect?")
def _(X_train, X_test):
    """Right, but a constant column is missing from your result. The caller counts on as many
    columns as before; such a column should become 0."""
    varies = X_train.std(axis=0) > 0
    return tuple(X[:, varies] for X in standardize(X_train, X_test))


@standardize.mistake("one-constant-column-stops-all", ask="Which columns may your guard change?")
def _(X_train, X_test):
    """Right, but as soon as one column is constant, no column is divided by its spread any more.
    Replace the spread of that column only."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = std if np.all(std > 0) else 1
    return (X_train - mean) / std, (X_test - mean) / std


@standardize.mistake("one-mean-for-the-table", ask="Which axis do the examples lie along?")
def _(X_train, X_test):
    """Mean and spread are taken over the whole table, so all columns get the same two numbers.
    Each column has a unit of its own and needs its own mean and spread."""
    return _scaled(X_train, X_test, X_train.mean(), X_train.std())


@standardize.mistake("one-mean-for-the-table-each")
def _(X_train, X_test):
    """Each set is scaled by one mean and one spread of its whole table. Each column needs its own
    two numbers, and both sets take those of the training set."""
    return (
        _scaled(X_train, X_train, X_train.mean(), X_train.std())[0],
        _scaled(X_test, X_test, X_test.mean(), X_test.std())[0],
    )


@standardize.mistake("one-spread-for-the-table")
def _(X_train, X_test):
    """Each column loses its own mean, but all are divided by the spread of the whole table. Look
    for the missing axis."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), X_train.std())


@standardize.mistake("one-mean-but-column-spreads")
def _(X_train, X_test):
    """Each column is divided by its own spread, but the mean of the whole table is taken off.
    Look for the missing axis."""
    return _scaled(X_train, X_test, X_train.mean(), X_train.std(axis=0))


@standardize.mistake("rows-not-columns", ask="What does axis=1 average over?")
def _(X_train, X_test):
    """Each example is scaled by the mean and spread of its own row, which mixes different
    measurements. The mean of a column goes down the rows: look at the axis."""

    def by_row(X):
        return _scaled(X, X, X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True))[0]

    return by_row(X_train), by_row(X_test)


@standardize.mistake("statistics-of-rows", ask="How many means should there be: m or n?")
def _(X_train, X_test):
    """With axis=1 you get one mean for each example, m numbers that do not fit the n columns. One
    mean for each column is needed: average down the rows."""
    return _scaled(X_train, X_test, X_train.mean(axis=1), X_train.std(axis=1))


@standardize.mistake("statistics-of-rows-kept", ask="How many means should there be: m or n?")
def _(X_train, X_test):
    """With axis=1 you get one mean for each training example, and those do not even fit the test
    set. One mean for each column is needed: average down the rows."""
    mean, std = X_train.mean(axis=1, keepdims=True), X_train.std(axis=1, keepdims=True)
    return _scaled(X_train, X_test, mean, std)


@standardize.mistake("one-less", ask="What does ddof=1 do, and who uses it by default?")
def _(X_train, X_test):
    """Your values are a little too small: the spread is worked out with m - 1 in place of m
    (`ddof=1`, as pandas does). NumPy's default, with m, is meant here."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0, ddof=1))


@standardize.mistake("variance", ask="In which unit is a variance, if the column is in metres?")
def _(X_train, X_test):
    """You divide by the variance, which is squared: the result still has a unit, and its spread
    is not 1. What you need is in the unit of the column."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), X_train.var(axis=0))


@standardize.mistake("root-twice")
def _(X_train, X_test):
    """You divide by the root of the standard deviation, which is already a root. The columns do
    not end up with spread 1."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), np.sqrt(X_train.std(axis=0)))


@standardize.mistake("only-centred", ask="What is the spread of each of your columns?")
def _(X_train, X_test):
    """The means are taken off, but the columns keep their different spreads. The division is
    missing."""
    mean = X_train.mean(axis=0)
    return X_train - mean, X_test - mean


@standardize.mistake("not-scaled", ask="What are mean and spread of each of your columns?")
def _(X_train, X_test):
    """Both arrays come back as they went in. Perhaps the scaled ones were made but are not what
    you return."""
    return 1.0 * X_train, 1.0 * X_test


@standardize.mistake("not-centred", ask="What is the mean of each of your columns?")
def _(X_train, X_test):
    """The columns have spread 1, but their means are not 0: the mean must be taken off first."""
    std = np.where(X_train.std(axis=0) > 0, X_train.std(axis=0), 1)
    return X_train / std, X_test / std


@standardize.mistake("brackets", ask="What does Python work out first, - or /?")
def _(X_train, X_test):
    """Only the mean is divided by the spread, the data are not: without brackets the division
    comes before the minus."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std > 0, std, 1)
    return X_train - mean / std, X_test - mean / std


@standardize.mistake("mean-added")
def _(X_train, X_test):
    """The mean is added where it should be taken off: your columns are twice as far from 0 as
    before, measured in spreads."""
    return _scaled(X_train, X_test, -X_train.mean(axis=0), X_train.std(axis=0))


@standardize.mistake("sign", ask="Which of your numbers belongs to the largest measurement?")
def _(X_train, X_test):
    """Every number has the opposite sign: the data are subtracted from the mean. What lies above
    the mean should come out positive."""
    return tuple(0 - X for X in standardize(X_train, X_test))


@standardize.mistake("multiplied-by-the-spread")
def _(X_train, X_test):
    """You multiply by the spread where you should divide: columns that vary much now vary even
    more."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) * std, (X_test - mean) * std


@standardize.mistake("norm", ask="What is the norm of a column, compared with its spread?")
def _(X_train, X_test):
    """Your values are √m times too small: each column is divided by its length (a sum of
    squares, under the root) and not by its spread (a mean of squares, under the root)."""
    mean = X_train.mean(axis=0)
    return _scaled(X_train, X_test, mean, np.linalg.norm(X_train - mean, axis=0))


@standardize.mistake("spread-around-zero", ask="Distances from what make a standard deviation?")
def _(X_train, X_test):
    """Your spread measures how far the values are from 0, not from their mean, so columns far
    from 0 come out too small."""
    mean = X_train.mean(axis=0)
    return _scaled(X_train, X_test, mean, np.sqrt(np.mean(np.square(X_train), axis=0)))


@standardize.mistake("mean-absolute-deviation")
def _(X_train, X_test):
    """You divide by the mean absolute distance from the mean. The standard deviation squares the
    distances first and takes the root at the end."""
    mean = X_train.mean(axis=0)
    return _scaled(X_train, X_test, mean, np.mean(np.abs(X_train - mean), axis=0))


@standardize.mistake("median")
def _(X_train, X_test):
    """You take off the median of each column. Standardising takes off the mean."""
    return _scaled(X_train, X_test, np.median(X_train, axis=0), X_train.std(axis=0))


@standardize.mistake("minimum-to-maximum", ask="Which range do your columns fill?")
def _(X_train, X_test):
    """Your columns run from 0 to 1: they are scaled by smallest and largest value. That is another
    way of scaling; here mean 0 and standard deviation 1 are asked for."""
    low, high = X_train.min(axis=0), X_train.max(axis=0)
    return _scaled(X_train, X_test, low, high - low)


@standardize.mistake("minimum-to-maximum-of-the-table", ask="Which range do your columns fill?")
def _(X_train, X_test):
    """You scale by the smallest and largest value of the whole table. That is another way of
    scaling; here each column gets mean 0 and standard deviation 1."""
    low, high = X_train.min(), X_train.max()
    return _scaled(X_train, X_test, low, high - low)


@standardize.mistake("range", ask="By what is each column divided?")
def _(X_train, X_test):
    """You divide by the distance from the smallest to the largest value. That depends on two
    extreme values alone; the standard deviation is asked for."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), np.ptp(X_train, axis=0))


@standardize.mistake("divided-by-the-maximum")
def _(X_train, X_test):
    """You divide each column by its largest value. Standardising takes off the mean first and
    divides by the standard deviation."""
    high = X_train.max(axis=0)
    high = np.where(high != 0, high, 1)
    return X_train / high, X_test / high


@standardize.mistake("one-added-to-every-spread", ask="Which columns may your guard change?")
def _(X_train, X_test):
    """All your values are too small: a 1 is added to every spread, though only a spread of 0
    needs help."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0) + 1)


@standardize.mistake("small-spreads-replaced", ask="Which columns may your guard change?")
def _(X_train, X_test):
    """Columns with a spread below 1 come out too small: your guard against 0 replaces every small
    spread. Only a spread of 0 needs help."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), np.maximum(X_train.std(axis=0), 1))


@standardize.mistake("guard-too-large", ask="How much does your guard change an ordinary column?")
def _(X_train, X_test):
    """Nearly right: the number that you add to the spread against a division by 0 is so large
    that it moves the third digit. Something like a billionth would do."""
    return _scaled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0) + 1e-3)


@standardize.mistake("integer-arrays", ask="What dtype does np.zeros_like give for whole numbers?")
def _(X_train, X_test):
    """For whole numbers your results lose their decimals: the array they are written to has taken
    over the integer type of X. Make it an array of floats."""
    train, test = np.zeros_like(X_train), np.zeros_like(X_test)
    train[...], test[...] = standardize(X_train, X_test)
    return train, test


@standardize.mistake("changed-in-place", ask="Who else still uses the arrays?")
def _(X_train, X_test):
    """Your code writes into the caller's arrays (`-=` and `/=` do), and for whole numbers it even
    stops with an error. Make new arrays."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    X_train -= mean
    X_test -= mean
    X_train /= np.where(std > 0, std, 1)
    X_test /= np.where(std > 0, std, 1)
    return X_train, X_test

"""Graded problem of lesson 00, how far from the middle: center_columns, squared_distances."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values

# --- center_columns -------------------------------------------------------------------------


def _table_cases(rng):
    for _ in range(3):
        m, n = sizes(rng, 2)
        yield generic(5 * values(rng, m, n) + values(rng, n), m=m, n=n)
    yield special("a batch of one example", values(rng, 1, 4))
    yield special("a single feature", values(rng, 5, 1))
    yield special("whole numbers (an integer array)", rng.integers(-9, 9, (4, 3)))
    yield square(values(rng, 4, 4))


@exercise(
    lesson="00",
    cases=_table_cases,
    graded=True,
    properties={
        "the result has the shape of X": lambda result, X: np.shape(result) == np.shape(X),
        "every column has the mean 0": lambda result, X: np.allclose(np.mean(result, axis=0), 0),
    },
)
def center_columns(X):
    """X with the mean of its column taken from every entry; X (m, n) → (m, n)."""
    return X - np.mean(X, axis=0)


@center_columns.also_right
def _columns_one_by_one(X):
    result = np.array(X, dtype=float)
    for j in range(result.shape[1]):
        result[:, j] -= sum(result[:, j]) / len(result)
    return result


@center_columns.also_right
def _by_rows_of_the_transpose(X):
    return np.array([column - column.mean() for column in X.T]).T


@center_columns.also_right
def _by_sums_with_keepdims(X):
    return X - X.sum(axis=0, keepdims=True) / X.shape[0]


@center_columns.mistake("row-means", ask="Is a feature a row or a column?")
def _(X):
    """Every row has lost its own mean, so the rows average 0 and the columns do not. Rows are
    examples; what is asked for goes feature by feature."""
    return X - np.mean(X, axis=1, keepdims=True)


@center_columns.mistake("row-means-do-not-fit", ask="What shape has the mean along axis 1?")
def _(X):
    """The means come one for each example, (m,), and do not fit under a table with n columns. The
    axis that you name is the one that is averaged away."""
    return X - np.mean(X, axis=1)


@center_columns.mistake("one-mean-for-all", ask="How many means does a table with n features have?")
def _(X):
    """One mean of the whole table is taken from every entry, so the columns still have means of
    their own. Metres and kilograms would be averaged together."""
    return X - np.mean(X)


@center_columns.mistake(
    "mean-added", ask="What is the mean of a column after you add its mean to it?"
)
def _(X):
    """The means were added, so every column now has twice its old mean. The new one should be
    0."""
    return X + np.mean(X, axis=0)


@center_columns.mistake("sign", ask="Is an entry above its mean positive or negative afterwards?")
def _(X):
    """Every sign is reversed: an entry above the mean of its column should come out positive, and
    yours is negative. Look at the order of the difference."""
    return np.mean(X, axis=0) - X


@center_columns.mistake("sum-for-mean", ask="What is the difference between a sum and a mean?")
def _(X):
    """The sum of each column was taken away in place of its mean, so far too much is missing from
    every entry."""
    return X - np.sum(X, axis=0)


@center_columns.mistake("only-the-means", ask="What shape should come back?")
def _(X):
    """What comes back are the means of the columns, one for each feature. They are on the way, but
    asked for is the table with the means taken away."""
    return np.mean(X, axis=0)


@center_columns.mistake("divided-by-the-spread", ask="What spread do the columns have now?")
def _(X):
    """The columns have the mean 0, and a spread of 1 as well: they were divided by their standard
    deviation. That is more than is asked for here."""
    spread = np.std(X, axis=0)
    return (X - np.mean(X, axis=0)) / np.where(spread > 0, spread, 1)


@center_columns.mistake("divided-by-the-mean", ask="What does a column with the mean 0 do to you?")
def _(X):
    """Every column was divided by its mean, so the means are now 1. The middle is to be moved to
    0, which a division cannot do."""
    return X / np.mean(X, axis=0)


@center_columns.mistake("median", ask="What is the difference between median and mean?")
def _(X):
    """The median of each column was taken away: half of the entries lie above 0, but the means are
    not 0."""
    return X - np.median(X, axis=0)


@center_columns.mistake(
    "smallest-taken-away", ask="Which number is 0 after you take the least away?"
)
def _(X):
    """The smallest entry of each column became 0 and nothing is negative. The mean should become
    0, so about half of the entries must be negative."""
    return X - np.min(X, axis=0)


@center_columns.mistake("stretched-from-0-to-1", ask="What is the mean of your columns?")
def _(X):
    """Every column of yours runs from 0 to 1. That is another way to bring features to one scale;
    here only the middle is moved, and nothing is stretched."""
    low, high = np.min(X, axis=0), np.max(X, axis=0)
    return (X - low) / np.where(high > low, high - low, 1)


@center_columns.mistake("first-example-taken-away", ask="Which row of your result is all 0?")
def _(X):
    """The first row became 0: the first example was taken from all of them, not their mean."""
    return X - X[0]


@center_columns.mistake("one-example-too-few", ask="How many numbers does a column hold?")
def _(X):
    """The means are a little too large: the sums were divided by one less than the number of
    examples. That belongs to another formula, that of a sample's variance."""
    return X - np.sum(X, axis=0) / max(len(X) - 1, 1)


@center_columns.mistake("divided-by-columns", ask="Which of the two sizes counts the examples?")
def _(X):
    """The sum of each column was divided by the number of features. A column holds one number for
    each example."""
    return X - np.sum(X, axis=0) / X.shape[1]


@center_columns.mistake("absolute", ask="Can a distance to the left and one to the right differ?")
def _(X):
    """The minus signs are gone: entries below the mean of their column should come out
    negative."""
    return np.abs(X - np.mean(X, axis=0))


@center_columns.mistake(
    "integer-array", ask="What dtype does np.zeros_like give for whole numbers?"
)
def _(X):
    """For whole numbers your results lose their decimals: the array they are written to has taken
    over the integer type of X. Make it an array of floats."""
    result = np.zeros_like(X)
    result[...] = X - np.mean(X, axis=0)
    return result


@center_columns.mistake("changed-in-place", ask="Who else still uses the array X?")
def _(X):
    """What you give back may be right, but your code writes into X itself, and the caller still
    needs it. Make a new array."""
    result = X - np.mean(X, axis=0)
    if X.dtype.kind == "f":
        X[...] = result
        return X
    return result


# --- squared_distances ----------------------------------------------------------------------


def _distance_cases(rng):
    for _ in range(3):
        m, n = sizes(rng, 2)
        yield generic(3 * values(rng, m, n), 3 * values(rng, n), m=m, n=n)
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 4))
    yield special("a single feature", values(rng, 5, 1), values(rng, 1))
    X = values(rng, 5, 3)
    yield special("a point that is one of the examples", X, X[2].copy())
    yield special("whole numbers", rng.integers(-9, 9, (5, 3)), rng.integers(-9, 9, 3))
    yield square(values(rng, 4, 4), values(rng, 4))


@exercise(
    lesson="00",
    cases=_distance_cases,
    graded=True,
    properties={
        "one number for each example": lambda d, X, point: np.shape(d) == (len(X),),
        "no number is negative": lambda d, X, point: np.all(np.asarray(d) >= 0),
    },
)
def squared_distances(X, point):
    """The squared distance of every row from the point; X (m, n), point (n,) → (m,)."""
    return np.sum((X - point) ** 2, axis=1)


@squared_distances.also_right
def _loop(X, point):
    return np.array([sum((a - b) ** 2 for a, b in zip(row, point, strict=True)) for row in X])


@squared_distances.also_right
def _einsum(X, point):
    difference = X - point
    return np.einsum("ij,ij->i", difference, difference)


@squared_distances.also_right
def _by_norms(X, point):
    return np.linalg.norm(X - point[None, :], axis=1) ** 2


@squared_distances.also_right
def _expanded(X, point):
    return (X * X).sum(axis=1) - 2 * X @ point + point @ point


@squared_distances.mistake("not-summed", ask="How many numbers should there be for each example?")
def _(X, point):
    """The squares are there, one for each entry, but a distance is one number for each example:
    the squares of a row have still to be put together."""
    return (X - point) ** 2


@squared_distances.mistake("a-column", ask="What happens to (m, 1) minus (m,)?")
def _(X, point):
    """The numbers are right, but they stand in a column (m, 1) where (m,) is asked for. Against
    another (m,) array that column would make an (m, m) table, without an error."""
    return np.sum((X - point) ** 2, axis=1, keepdims=True)


@squared_distances.mistake("columns-summed", ask="Which axis counts the features?")
def _(X, point):
    """One number for each feature comes back: the squares were added up down the columns. The axis
    that you name is the one that goes away, and the examples must stay."""
    return np.sum((X - point) ** 2, axis=0)


@squared_distances.mistake(
    "everything-summed", ask="How many examples are there, how many results?"
)
def _(X, point):
    """One number comes back for the whole table: the squares of all examples were added up
    together. Each example has a distance of its own."""
    return np.sum((X - point) ** 2)


@squared_distances.mistake("root-taken", ask="What is asked for: the distance or its square?")
def _(X, point):
    """These are the distances themselves: a root was taken. Asked for are their squares."""
    return np.sqrt(np.sum((X - point) ** 2, axis=1))


@squared_distances.mistake("sizes-of-differences", ask="What makes a difference of -3 count as 9?")
def _(X, point):
    """The differences are added up without their signs, as one walks along the streets of a city.
    The straight line needs their squares."""
    return np.sum(np.abs(X - point), axis=1)


@squared_distances.mistake(
    "summed-before-squaring", ask="What is (1 - 1)², and what is 1² + (-1)²?"
)
def _(X, point):
    """The differences of a row were added up first and squared then, so that a plus and a minus
    cancel. The order matters."""
    return np.sum(X - point, axis=1) ** 2


@squared_distances.mistake("not-squared", ask="What is the sum of the differences 3 and -3?")
def _(X, point):
    """The differences are added up as they are, so that a plus and a minus cancel and a distance
    can come out negative."""
    return np.sum(X - point, axis=1)


@squared_distances.mistake("averaged", ask="Does a point get nearer when it has more features?")
def _(X, point):
    """Your numbers are n times too small: the squares of a row were averaged. Pythagoras adds
    them."""
    return np.mean((X - point) ** 2, axis=1)


@squared_distances.mistake("point-added", ask="How far is a point from itself?")
def _(X, point):
    """The point was added where it should be taken away: an example that lies on the point does
    not get the distance 0."""
    return np.sum((X + point) ** 2, axis=1)


@squared_distances.mistake("point-ignored", ask="From where do you measure?")
def _(X, point):
    """These are the squared distances from 0. The point does not enter."""
    return np.sum(np.asarray(X) ** 2, axis=1)


@squared_distances.mistake("difference-of-squares", ask="Is 3² - 2² the same as (3 - 2)²?")
def _(X, point):
    """Both were squared first and subtracted then. That is another number, and it can be negative;
    the difference comes first."""
    return np.sum(X**2, axis=1) - np.sum(point**2)


@squared_distances.mistake(
    "only-the-point-squared", ask="What does ** 2 belong to: to what is left of it?"
)
def _(X, point):
    """Only the point was squared: a power binds more tightly than a minus. The difference has to
    come first; brackets say so."""
    return np.sum(X - point**2, axis=1)


@squared_distances.mistake(
    "all-pairs-of-rows", ask="Which entries of your table are the distances?"
)
def _(X, point):
    """The differences of each example were multiplied with those of every other one, which makes an
    (m, m) table. The squared distances are only its diagonal."""
    return (X - point) @ (X - point).T


@squared_distances.mistake("products", ask="What do you get for an example that lies on the point?")
def _(X, point):
    """Each row was multiplied with the point and added up. That measures how far they point the
    same way; a distance is 0 where they are equal."""
    return X @ point


@squared_distances.mistake("from-the-mean", ask="Which of the two arguments did you not use?")
def _(X, point):
    """These are the squared distances from the mean of the examples. The point is given: it need
    not be their mean."""
    return np.sum((X - np.mean(X, axis=0)) ** 2, axis=1)


@squared_distances.mistake("turned", ask="What shapes have X.T and point, from the right?")
def _(X, point):
    """X was turned, (n, m), and a point (n,) does not fit under its rows. NumPy lines shapes up
    from the right, so the table fits as it is."""
    return np.sum((X.T - point) ** 2, axis=0)


@squared_distances.mistake("largest-difference", ask="How many features does a distance look at?")
def _(X, point):
    """Only the largest difference of each row counts in yours. All features take part in a
    distance."""
    return np.max((X - point) ** 2, axis=1)


@squared_distances.mistake("changed-in-place", ask="Who else still uses the array X?")
def _(X, point):
    """What you give back may be right, but your code writes into X itself, and the caller still
    needs it. Make a new array."""
    result = squared_distances(X, point)
    if X.dtype.kind == "f":
        X -= point
    return result

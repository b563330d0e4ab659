"""Exercises of lesson 06, the digits classifier: from pixels and labels to predicted classes."""

import functools
import itertools

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.lesson01 import relu, sigmoid
from nnlib.exercises.probes import generic, positive, sizes, special, square, values

# --- scale_pixels ---------------------------------------------------------------------------


def _pixels(rng, m, n, brightest):
    X = rng.integers(0, brightest + 1, (m, n)).astype(float)
    X[rng.integers(m), rng.integers(n)] = brightest
    return X


def _scale_pixels_cases(rng):
    for brightest in (16, 13, 11, 15):
        m, n = sizes(rng, 2)
        yield generic(_pixels(rng, m, n, brightest), m=m, n=n)
    yield special("whole numbers (an integer array)", _pixels(rng, 3, 5, 16).astype(int))
    yield special("pixels of type uint8", _pixels(rng, 3, 5, 16).astype(np.uint8))
    yield special("pixels between whole numbers", _pixels(rng, 4, 3, 15) + 0.5)
    blank = _pixels(rng, 4, 5, 16)
    blank[1], blank[:, 2] = 0, 0
    yield special("an image, and a pixel, that is always 0", blank)
    yield special("images that are all 0", np.zeros((2, 4)))
    yield special("a single image (1, n)", _pixels(rng, 1, 6, 12))
    yield special("images so faint that no pixel is above 1", _pixels(rng, 3, 4, 1))
    yield square(_pixels(rng, 5, 5, 16))


@exercise(
    lesson="06",
    cases=_scale_pixels_cases,
    dtype="float",
    properties={
        "every value lies from 0 to 1": lambda a, X: np.all((np.asarray(a) >= 0) & (a <= 1)),
        "the result has the shape of X": lambda a, X: np.shape(a) == X.shape,
    },
)
def scale_pixels(X):
    """Pixels of 0 to 16 as floats of 0 to 1; X of any shape → the same shape."""
    return np.asarray(X, dtype=float) / 16


@scale_pixels.also_right
def _plain(X):
    return X / 16


@scale_pixels.also_right
def _multiplied(X):
    return X * 0.0625


@scale_pixels.also_right
def _copy(X):
    X = X.astype(float)
    X /= 16.0
    return X


@scale_pixels.also_right
def _float32(X):
    return X.astype(np.float32) / 16


@scale_pixels.also_right
def _loops(X):
    return np.array([[value / 16 for value in row] for row in X.tolist()])


@scale_pixels.mistake("divided-by-255", ask="Which is the largest pixel in these pictures?")
def _(X):
    """Your largest value is about 0.06: you divide by 255, which suits photographs of 8 bits. The
    pixels here are counts up to a smaller number."""
    return X / 255


@scale_pixels.mistake("divided-by-256", ask="Which is the largest pixel in these pictures?")
def _(X):
    """Your values are 16 times too small: you divide by 256, or twice over. Look at the largest
    value that a pixel can have here."""
    return X / 256


@scale_pixels.mistake("divided-by-the-largest", ask="What if no pixel of a batch is fully dark?")
def _(X):
    """You divide by the largest pixel of the batch. The same picture then gets other numbers in
    another batch, and training and test do not fit together; divide by the largest that is
    possible."""
    with np.errstate(all="ignore"):
        return X / X.max()


@scale_pixels.mistake("divided-by-the-largest-guarded")
def _(X):
    """You divide by the largest pixel of the batch (all zeros are caught). The same picture then
    gets other numbers in another batch; divide by the largest that is possible."""
    return X / X.max() if X.max() > 0 else 1.0 * X


@scale_pixels.mistake("divided-by-the-largest-of-each-pixel", ask="What is axis=0 here?")
def _(X):
    """Each column is divided by its own largest value, and a pixel that is always 0 becomes nan.
    One number does for all pixels: the largest that is possible."""
    with np.errstate(all="ignore"):
        return X / X.max(axis=0)


@scale_pixels.mistake("divided-by-the-largest-of-each-image", ask="What is axis=1 here?")
def _(X):
    """Each image is divided by its own largest value, so faint strokes become as strong as dark
    ones. One number does for all images: the largest that is possible."""
    with np.errstate(all="ignore"):
        return X / X.max(axis=1, keepdims=True)


@scale_pixels.mistake("divided-by-the-largest-of-each-image-without-keepdims")
def _(X):
    """You divide by the largest pixel of each image, m numbers that do not even fit the columns of
    X. One number does for all images: the largest that is possible."""
    with np.errstate(all="ignore"):
        return X / X.max(axis=1)


@scale_pixels.mistake(
    "scaled-only-if-needed", ask="What does your function do with a faint picture?"
)
def _(X):
    """Right for most images, but where no pixel is above 1 you leave them as they are, so a faint
    image becomes a dark one. The range is 0 to 16 whatever is in the batch."""
    return X / 16 if X.max() > 1 else 1.0 * X


@scale_pixels.mistake(
    "minimum-to-maximum", ask="Would the same picture get the same numbers again?"
)
def _(X):
    """You scale from the smallest to the largest pixel of the batch, so the same picture gets
    other numbers in another batch. The possible range is known: it does not depend on the data."""
    with np.errstate(all="ignore"):
        return (X - X.min()) / (X.max() - X.min())


@scale_pixels.mistake("minimum-to-maximum-of-each-pixel")
def _(X):
    """Each column is scaled from its own smallest to its own largest value. The range of a pixel
    is known and the same for all: it does not depend on the data."""
    with np.errstate(all="ignore"):
        return (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))


@scale_pixels.mistake("whole-division", ask="What is 7 // 16?")
def _(X):
    """Nearly all your values are 0: `//` divides and cuts the decimals off. Only the darkest
    pixels survive that."""
    return X // 16 * 1.0


@scale_pixels.mistake("decimals-cut-off", ask="What is int(0.9)?")
def _(X):
    """Nearly all your values are 0: after the division they are turned into whole numbers. Keep
    the floats."""
    return (X / 16).astype(int)


@scale_pixels.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(X):
    """For whole numbers your values lose their decimals: the array they are written to has taken
    over the integer type of X. Make it an array of floats."""
    result = np.zeros_like(X)
    result[...] = X / 16
    return result


@scale_pixels.mistake("rounded", ask="How many grey levels are left?")
def _(X):
    """Only 0 and 1 are left: the values are rounded after the division, or compared with the
    middle. All shades between are lost, and they help to read a digit."""
    return np.round(X / 16)


@scale_pixels.mistake("pixels-cut-off", ask="Are the pixels of a moved picture whole numbers?")
def _(X):
    """Right for whole pixels, but you turn X into integers before you divide, so pixels between
    whole numbers lose their decimals."""
    return X.astype(int) / 16


@scale_pixels.mistake("divided-by-15", ask="How many levels are there from 0 to 16?")
def _(X):
    """Your values are a little too large, and the darkest pixel is above 1: you divide by 15. The
    pixels go from 0 to 16."""
    return X / 15


@scale_pixels.mistake("divided-by-17", ask="What should the darkest pixel become?")
def _(X):
    """Your values are a little too small, and the darkest pixel does not reach 1: you divide by
    how many levels there are, not by the largest of them."""
    return X / 17


@scale_pixels.mistake("divided-by-8")
def _(X):
    """Your values run from 0 to 2: you divide by 8. That is the width of the picture; look at the
    largest value of a pixel."""
    return X / 8


@scale_pixels.mistake("divided-by-64")
def _(X):
    """Your values are four times too small: you divide by 64. That is how many pixels a picture
    has; look at the largest value of a pixel."""
    return X / 64


@scale_pixels.mistake("divided-by-the-number-of-pixels", ask="What does X.shape[1] count?")
def _(X):
    """You divide by how many pixels an image has. That says nothing about how large a pixel can
    be."""
    return X / X.shape[1]


@scale_pixels.mistake("divided-by-the-number-of-images", ask="What does len(X) count?")
def _(X):
    """You divide by how many images there are, so the numbers of a picture depend on the batch it
    is in. Divide by the largest value that a pixel can have."""
    return X / len(X)


@scale_pixels.mistake("divided-by-10")
def _(X):
    """Your values run from 0 to 1.6: you divide by 10, the number of classes. Look at the largest
    value of a pixel."""
    return X / 10


@scale_pixels.mistake("percent")
def _(X):
    """Your values run from 0 to 100: those are percent. From 0 to 1 is asked for."""
    return X / 16 * 100


@scale_pixels.mistake("multiplied", ask="Should the values become larger or smaller?")
def _(X):
    """Your values are far larger than before: you multiply where you should divide."""
    return X * 16.0


@scale_pixels.mistake("minus-one-to-one")
def _(X):
    """Your values run from -1 to 1. That is a fair range for a network, but here 0 to 1 is asked
    for, with empty paper at 0."""
    return X / 8 - 1


@scale_pixels.mistake("centred")
def _(X):
    """Your values run from -0.5 to 0.5. Here 0 to 1 is asked for, with empty paper at 0."""
    return X / 16 - 0.5


@scale_pixels.mistake("inverted", ask="Which number is empty paper?")
def _(X):
    """Ink and paper are swapped: your values are 1 where the picture is empty. Keep the order and
    only shrink the range."""
    return 1 - X / 16


@scale_pixels.mistake("black-and-white", ask="How many grey levels are left?")
def _(X):
    """Only 0 and 1 are left: each pixel is compared with the middle. All shades between are lost,
    and they help to read a digit."""
    return (X >= 8) * 1.0


@scale_pixels.mistake("ink-or-not", ask="How many grey levels are left?")
def _(X):
    """Only 0 and 1 are left: you ask whether there is any ink. All shades between are lost, and
    they help to read a digit."""
    return (X > 0) * 1.0


@scale_pixels.mistake("clipped", ask="What does np.clip do with a 7?")
def _(X):
    """Every pixel above 1 becomes 1: clipping cuts off, it does not shrink. All shades are lost."""
    return np.clip(X, 0, 1) * 1.0


@scale_pixels.mistake("not-scaled", ask="What is your largest value?")
def _(X):
    """Your values still run from 0 to 16. The division is missing."""
    return X.astype(float)


@scale_pixels.mistake("standardised", ask="Are all your values from 0 to 1?")
def _(X):
    """Half of your values are negative: you took the mean off and divided by the spread. That is
    another scaling; here the known range of a pixel is enough."""
    with np.errstate(all="ignore"):
        return (X - X.mean()) / X.std()


@scale_pixels.mistake("standardised-by-columns", ask="Are all your values from 0 to 1?")
def _(X):
    """You standardised each column, so there are negative values, and a pixel that is always 0
    becomes nan. Here the known range of a pixel is enough."""
    with np.errstate(all="ignore"):
        return (X - X.mean(axis=0)) / X.std(axis=0)


@scale_pixels.mistake("mean-taken-off")
def _(X):
    """Some of your values are negative: the mean of the batch is taken off. Empty paper should
    stay 0."""
    return (X - X.mean()) / 16


@scale_pixels.mistake("share-of-the-ink")
def _(X):
    """Each image's values add up to 1: you divide by the sum of its row. A pixel should not depend
    on the other pixels."""
    with np.errstate(all="ignore"):
        return X / X.sum(axis=1, keepdims=True)


@scale_pixels.mistake("length-one")
def _(X):
    """Each image is divided by its own length (the root of its sum of squares). A pixel should not
    depend on the other pixels."""
    with np.errstate(all="ignore"):
        return X / np.linalg.norm(X, axis=1, keepdims=True)


@scale_pixels.mistake("sigmoid", ask="What becomes of empty paper?")
def _(X):
    """You squeeze the pixels through a sigmoid: empty paper becomes 0.5, and all dark shades nearly
    the same. A division keeps the shades apart evenly."""
    return sigmoid(X)


@scale_pixels.mistake("changed-in-place", ask="What happens when the cell is run twice?")
def _(X):
    """Your code divides the caller's own array (`/=` does), so a second run divides it again, and
    an integer array stops with an error. Make a new array."""
    X /= 16
    return X


# --- one_hot --------------------------------------------------------------------------------


def _labels(rng, m, k):
    """Labels that hold the last class, which a wrong number of classes would lose."""
    labels = rng.integers(0, k, m)
    labels[rng.integers(m)] = k - 1
    return labels


def _one_hot_cases(rng):
    for _ in range(5):
        m, k = sizes(rng, 2, high=10)
        yield generic(_labels(rng, m, k), k, m=m, k=k)
    yield special("a batch without the last class", np.array([0, 3, 1, 1]), 6)
    yield special("a batch of one example", np.array([2]), 4)
    yield special("a batch of one class", np.array([1, 1, 1, 1, 1]), 3)
    yield special("labels as a column (m, 1)", np.array([[3], [0], [2], [4], [2], [1]]), 5)
    yield special("labels that are whole floats", np.array([2.0, 0.0, 3.0]), 4)
    yield special("labels of type uint8", np.array([4, 0, 2], dtype=np.uint8), 5)
    yield square(np.array([3, 1, 0, 1]), 4)


@exercise(
    lesson="06",
    cases=_one_hot_cases,
    dtype="float",
    properties={
        "the result has the shape (m, num_classes)": lambda y, labels, k: (
            np.shape(y) == (len(labels), k)
        ),
        "every row holds one 1, and 0 elsewhere": lambda y, labels, k: (
            np.all(np.sort(y, axis=1)[:, -1] == 1) and np.all(np.sum(y, axis=1) == 1)
        ),
    },
)
def one_hot(labels, num_classes):
    """A row for each label, 1 in its column and 0 elsewhere: (m, num_classes), floats.

    labels (m,) or (m, 1), class numbers from 0, integers or whole floats.
    """
    return np.eye(num_classes)[np.ravel(labels).astype(int)]


def _numbers(labels):
    return np.ravel(labels).astype(int)


@one_hot.also_right
def _places(labels, num_classes):
    labels = np.asarray(labels).reshape(-1).astype(int)
    y = np.zeros((len(labels), num_classes))
    y[np.arange(len(labels)), labels] = 1
    return y


@one_hot.also_right
def _loop(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        y[i, int(np.ravel(labels)[i])] = 1.0
    return y


@one_hot.also_right
def _compared(labels, num_classes):
    return (labels.reshape(-1, 1) == np.arange(num_classes)).astype(float)


@one_hot.also_right
def _nested_lists(labels, num_classes):
    rows = [[1.0 if j == label else 0.0 for j in range(num_classes)] for label in labels.ravel()]
    return np.array(rows)


@one_hot.also_right
def _float32(labels, num_classes):
    return np.eye(num_classes, dtype=np.float32)[labels.flatten().astype(np.int64)]


@one_hot.also_right
def _take_along(labels, num_classes):
    y = np.zeros((labels.size, num_classes))
    np.put_along_axis(y, labels.reshape(-1, 1).astype(int), 1, axis=1)
    return y


# Forms in which labels come.


@one_hot.mistake("column-labels-make-three-axes", ask="What shape has an array indexed by (m, 1)?")
def _(labels, num_classes):
    """Right for labels (m,), but a column (m, 1) gives an array with three axes: its second axis
    comes along, as an index or when the labels get a new axis. Flatten them first."""
    return np.eye(num_classes)[labels.astype(int)]


@one_hot.mistake("column-labels-fill-every-row", ask="What do an index (m,) and one (m, 1) select?")
def _(labels, num_classes):
    """Right for labels (m,), but for a column (m, 1) every row gets the 1s of all labels: row
    numbers (m,) and labels (m, 1) are stretched to all pairs. Flatten the labels first."""
    y = np.zeros((len(labels), num_classes))
    y[np.arange(len(labels)), labels.astype(int)] = 1
    return y


@one_hot.mistake("float-labels", ask="Can 2.0 be an index?")
def _(labels, num_classes):
    """Right for integers, but labels read from a file are often floats, and a float cannot be an
    index, not even a whole one. Turn the labels into integers first."""
    return np.eye(num_classes)[np.ravel(labels)]


# Columns.


@one_hot.mistake("counted-from-one", ask="Which column belongs to class 0?")
def _(labels, num_classes):
    """Every 1 stands one column too far to the left, and class 0 has landed in the last column:
    you subtract 1 from the labels, but they count from 0 already."""
    return np.eye(num_classes)[_numbers(labels) - 1]


@one_hot.mistake("columns-for-classes-from-one", ask="Which column belongs to class 0?")
def _(labels, num_classes):
    """Every 1 stands one column too far to the left, and class 0 has none: your columns stand for
    the classes 1, 2, 3 and so on. Labels and columns both count from 0."""
    return (_numbers(labels)[:, None] == np.arange(1, num_classes + 1)) * 1.0


@one_hot.mistake("one-column-too-far", ask="Which column belongs to class 0?")
def _(labels, num_classes):
    """A column is asked for that is one beyond the last, as when 1 is added to the labels. Labels
    and columns both count from 0."""
    y = np.zeros((np.size(labels), num_classes))
    y[np.arange(np.size(labels)), _numbers(labels) + 1] = 1
    return y


@one_hot.mistake("one-column-too-many", ask="How many columns are there for 10 classes?")
def _(labels, num_classes):
    """You have one column more than there are classes: with labels from 0, the largest label is
    one less than their number."""
    return np.eye(num_classes + 1)[_numbers(labels)]


@one_hot.mistake("shifted-and-one-column-too-many")
def _(labels, num_classes):
    """You have one column too many, and every 1 stands one column too far to the right: the first
    is never used. Labels and columns both count from 0."""
    return np.eye(num_classes + 1)[_numbers(labels) + 1]


@one_hot.mistake("first-column-missing")
def _(labels, num_classes):
    """The column of class 0 is missing, so its examples have no 1 at all. Statisticians drop a
    column; a softmax needs all of them."""
    return np.eye(num_classes)[_numbers(labels)][:, 1:]


@one_hot.mistake("last-column-missing")
def _(labels, num_classes):
    """The column of the last class is missing, so its examples have no 1 at all. There are as many
    columns as classes."""
    return np.eye(num_classes)[_numbers(labels)][:, :-1]


@one_hot.mistake("first-class-forgotten", ask="With which number does range start?")
def _(labels, num_classes):
    """The examples of class 0 have no 1: your classes begin at 1. Counting starts at 0."""
    return np.eye(num_classes)[_numbers(labels)] * (np.arange(num_classes) > 0)


@one_hot.mistake("last-class-forgotten", ask="Which numbers does range(k - 1) give?")
def _(labels, num_classes):
    """The examples of the last class have no 1: your loop over the classes ends one too early.
    `range(k)` stops at k - 1 by itself."""
    return np.eye(num_classes)[_numbers(labels)] * (np.arange(num_classes) < num_classes - 1)


@one_hot.mistake("always-ten-classes", ask="What is the argument num_classes for?")
def _(labels, num_classes):
    """You always make ten columns. The number of classes is an argument: use it, so that the
    function serves other data, too."""
    return np.eye(10)[_numbers(labels)]


@one_hot.mistake("classes-from-the-batch", ask="What if a batch holds no 9?")
def _(labels, num_classes):
    """Right only when the last class is in the batch: you count the columns from the largest label.
    A batch without a 9 then has too few; `num_classes` says how many there are."""
    return np.eye(_numbers(labels).max() + 1)[_numbers(labels)]


@one_hot.mistake("a-column-per-class-seen", ask="What if a batch holds no 4?")
def _(labels, num_classes):
    """Only the classes that occur in the batch have a column, so columns mean other classes in
    another batch. There are `num_classes` of them, seen or not."""
    return (_numbers(labels)[:, None] == np.unique(labels)) * 1.0


@one_hot.mistake("as-many-columns-as-classes-seen", ask="What if a batch holds no 4?")
def _(labels, num_classes):
    """You make as many columns as different labels occur in the batch; where one is missing, the
    larger labels run off the end. `num_classes` says how many there are."""
    return np.eye(len(np.unique(labels)))[_numbers(labels)]


@one_hot.mistake("as-many-columns-as-examples", ask="What does len(labels) count?")
def _(labels, num_classes):
    """You make as many columns as there are examples, not as there are classes. One is the length
    of the labels, the other is given."""
    return np.eye(np.size(labels))[_numbers(labels)]


@one_hot.mistake("columns-reversed")
def _(labels, num_classes):
    """The columns run backwards: class 0 has the last one. Column 0 belongs to class 0."""
    return np.eye(num_classes)[_numbers(labels)][:, ::-1]


@one_hot.mistake("transposed", ask="Are the examples rows or columns?")
def _(labels, num_classes):
    """Rows and columns are swapped: your result is (num_classes, m). Every example should be a
    row."""
    return np.eye(num_classes)[:, _numbers(labels)]


# What stands in them.


@one_hot.mistake("label-as-value", ask="How many different numbers are in a one-hot table?")
def _(labels, num_classes):
    """The right places hold the label itself, so class 0 has no mark and class 9 counts nine times.
    The mark is always a 1."""
    return np.eye(num_classes)[_numbers(labels)] * _numbers(labels)[:, None]


@one_hot.mistake("all-rows-alike", ask="What does the colon in y[:, labels] stand for?")
def _(labels, num_classes):
    """Every row has a 1 for every label of the batch: the colon means all rows. Each row should
    get only its own label; give the row numbers along with the labels."""
    y = np.zeros((np.size(labels), num_classes))
    y[:, _numbers(labels)] = 1
    return y


@one_hot.mistake("whole-rows-filled", ask="What does y[labels] pick: rows or columns?")
def _(labels, num_classes):
    """Whole rows are filled with 1s, or the index runs off the end: with one index you pick rows.
    A label says which column, and you need the row as well."""
    y = np.zeros((np.size(labels), num_classes))
    y[_numbers(labels)] = 1
    return y


@one_hot.mistake("row-and-column-swapped", ask="Which index comes first, row or column?")
def _(labels, num_classes):
    """You use the label as the row and the number of the example as the column. The row comes
    first: an example is a row, its class a column."""
    y = np.zeros((np.size(labels), num_classes))
    y[_numbers(labels), np.arange(np.size(labels))] = 1
    return y


@one_hot.mistake("inverted", ask="How many ones should a row have?")
def _(labels, num_classes):
    """0 and 1 are swapped: each row has one 0, at its class. It should be the only 1."""
    return 1 - np.eye(num_classes)[_numbers(labels)]


@one_hot.mistake("minus-ones")
def _(labels, num_classes):
    """The other classes hold -1. A one-hot row is to be read as probabilities: 1 for the class, 0
    for the others."""
    return 2 * np.eye(num_classes)[_numbers(labels)] - 1


@one_hot.mistake("filled-up-to-the-label")
def _(labels, num_classes):
    """All columns up to the label hold a 1. One-hot means a single 1, at the label: you compared
    with an inequality."""
    return (np.arange(num_classes) <= _numbers(labels)[:, None]) * 1.0


@one_hot.mistake("filled-from-the-label")
def _(labels, num_classes):
    """All columns from the label on hold a 1. One-hot means a single 1, at the label: you compared
    with an inequality."""
    return (np.arange(num_classes) >= _numbers(labels)[:, None]) * 1.0


@one_hot.mistake("filled-before-the-label", ask="What does y[i, :label] = 1 fill?")
def _(labels, num_classes):
    """All columns before the label hold a 1, the label's own does not. One-hot means a single 1,
    at the label."""
    return (np.arange(num_classes) < _numbers(labels)[:, None]) * 1.0


@one_hot.mistake("only-zeros", ask="Which line sets the ones?")
def _(labels, num_classes):
    """All zeros: no 1 was ever set, or it was set in a copy."""
    return np.zeros((np.size(labels), num_classes))


@one_hot.mistake("only-ones", ask="How many ones should a row have?")
def _(labels, num_classes):
    """All ones: the label does not matter to your function. Each row has a single 1, at its
    class."""
    return np.ones((np.size(labels), num_classes))


@one_hot.mistake("only-the-first-row", ask="When does `return` end a loop?")
def _(labels, num_classes):
    """Only the first row has its 1: the loop ends after one round. Look at how far `return` is
    indented."""
    y = np.eye(num_classes)[_numbers(labels)]
    y[1:] = 0
    return y


@one_hot.mistake("only-the-last-row", ask="Which line must stand before the loop?")
def _(labels, num_classes):
    """Only the last row has its 1: the table is made new in every round, or each round writes over
    the one before. Make it once, before the loop."""
    y = np.eye(num_classes)[_numbers(labels)]
    y[:-1] = 0
    return y


@one_hot.mistake("last-row-missing", ask="Which numbers does range(m - 1) give?")
def _(labels, num_classes):
    """The last row is all zeros: the loop ends one round too early. `range(m)` stops at m - 1 by
    itself."""
    y = np.eye(num_classes)[_numbers(labels)]
    y[-1] = 0
    return y


@one_hot.mistake("compared-without-an-axis", ask="Which shapes can == compare?")
def _(labels, num_classes):
    """The m labels are compared with the class numbers one to one, and the lengths do not fit.
    Every label should meet every class: make the labels a column first."""
    return (_numbers(labels) == np.arange(num_classes)) * 1.0


@one_hot.mistake("identity", ask="Where do the labels come in?")
def _(labels, num_classes):
    """You return the identity matrix: row 0 for class 0 and so on. The labels must pick from its
    rows."""
    return np.eye(num_classes)


@one_hot.mistake("counted", ask="How many rows should there be?")
def _(labels, num_classes):
    """You return how often each class occurs. One row for each example is asked for."""
    return np.bincount(_numbers(labels), minlength=num_classes) * 1.0


@one_hot.mistake("flat", ask="Which shape should the result have?")
def _(labels, num_classes):
    """The zeros and ones are right, but they stand in one long row. The result is a table with a
    row for each example."""
    return np.eye(num_classes)[_numbers(labels)].ravel()


@one_hot.mistake("one-row-for-all", ask="How many rows should there be?")
def _(labels, num_classes):
    """You return a single row that has a 1 for every class of the batch. Each example needs a row
    of its own."""
    y = np.zeros(num_classes)
    y[_numbers(labels)] = 1
    return y


@one_hot.mistake("labels-returned", ask="Which shape should the result have?")
def _(labels, num_classes):
    """You return the labels themselves. Each should become a row with a 1 at its class."""
    return 1.0 * _numbers(labels)


@one_hot.mistake("labels-as-a-column", ask="Which shape should the result have?")
def _(labels, num_classes):
    """You return the labels as a column. Each should become a row with a 1 at its class."""
    return 1.0 * _numbers(labels)[:, None]


@one_hot.mistake("sorted", ask="Which row belongs to the first example?")
def _(labels, num_classes):
    """The rows are sorted by class, so they no longer stand beside their examples. Row 0 belongs to
    the first label."""
    return np.eye(num_classes)[np.sort(_numbers(labels))]


@one_hot.mistake("integers", ask="What is the dtype of your table?")
def _(labels, num_classes):
    """The zeros and ones are right, but they are integers, and floats are promised: an integer
    table that is changed in place later (`y -= p`) stops with an error. Look at the dtype."""
    return np.eye(num_classes, dtype=int)[_numbers(labels)]


@one_hot.mistake("booleans", ask="What is the dtype of your table?")
def _(labels, num_classes):
    """The right places are marked, but with True and False, and floats are promised: `-y` and
    `y -= p` stop with an error for such a table. Make numbers of it."""
    return np.eye(num_classes, dtype=bool)[_numbers(labels)]


# --- softmax --------------------------------------------------------------------------------


def _softmax_cases(rng):
    for _ in range(4):
        m, k = sizes(rng, 2)
        yield generic(2 * values(rng, m, k), m=m, k=k)
    yield special("a batch of one example", 2 * values(rng, 1, 5))
    yield special("whole numbers (an integer array)", np.array([[3, -1, 0], [1, 2, -4]]))
    large = np.array([[1000.0, 999.0, 998.5, 997.0], [996.0, 1000.0, 0.0, -1000.0]])
    large = np.vstack([large, [1000.0, -1000.0, 0.0, 1.0], [-1000.0, 0.0, 1.0, 1000.0]])
    yield special("z of about 1000", large)
    yield special(
        "z of about -1000", np.array([[-1000.0, -1001.0, -1002.0], [-999.0, -998, -1000]])
    )
    yield special(
        "rows of very different size", np.array([[900.0, 901.0], [0.0, 1.0], [-900, -899]])
    )
    yield square(2 * values(rng, 4, 4))


@exercise(
    lesson="06",
    cases=_softmax_cases,
    properties={
        "every value lies between 0 and 1": lambda p, z: np.all((p >= 0) & (p <= 1)),
        "every row sums to 1": lambda p, z: np.allclose(np.sum(p, axis=1), 1),
        "the largest z of a row has the largest value": lambda p, z: np.all(
            np.argmax(p, axis=1) == np.argmax(z, axis=1)
        ),
    },
)
def softmax(z):
    """Each row of z (m, k) as probabilities: exponentials over their sum, free of overflow."""
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _raised(z, axis=1):
    """Exponentials that cannot overflow, shifted along an axis."""
    return np.exp(z - np.max(z, axis=axis, keepdims=True))


@softmax.also_right
def _new_axis(z):
    e = np.exp(z - np.max(z, axis=1)[:, None])
    return e / np.sum(e, axis=1)[:, np.newaxis]


@softmax.also_right
def _transposed_twice(z):
    e = np.exp(z.T - z.max(axis=1))
    return (e / e.sum(axis=0)).T


@softmax.also_right
def _row_by_row(z):
    p = np.zeros(z.shape)
    for i, row in enumerate(z):
        e = np.exp(row - max(row))
        p[i] = e / sum(e)
    return p


@softmax.also_right
def _list_of_rows(z):
    rows = [np.exp(row - row.max()) for row in z]
    return np.array([row / row.sum() for row in rows])


@softmax.also_right
def _by_logarithms(z):
    z = z - np.max(z, axis=1, keepdims=True)
    return np.exp(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))


@softmax.also_right
def _in_place_on_a_copy(z):
    e = z.astype(float)
    e -= e.max(axis=1, keepdims=True)
    np.exp(e, out=e)
    e /= e.sum(axis=1, keepdims=True)
    return e


@softmax.also_right
def _einsum(z):
    e = _raised(z)
    return np.einsum("ij,i->ij", e, 1 / np.einsum("ij->i", e))


@softmax.also_right
def _float32(z):
    return softmax(z.astype(np.float32)).astype(np.float32)


@softmax.mistake("over-the-columns", ask="What do your rows add up to, and your columns?")
def _(z):
    """Your columns add up to 1, your rows do not: the sum runs over the examples (axis=0). Each
    example's probabilities must add up to 1: another axis."""
    e = _raised(z, axis=0)
    return e / e.sum(axis=0)


@softmax.mistake("over-the-columns-after-a-shift", ask="What do your rows add up to?")
def _(z):
    """Your columns add up to 1, your rows do not: the largest entry is taken off row by row, but
    the sum runs over the examples (axis=0). Both belong to the rows."""
    e = _raised(z)
    return e / e.sum(axis=0)


@softmax.mistake("shifted-by-column", ask="What does subtracting the same number do to a row?")
def _(z):
    """Your rows add up to 1, but from every column its own largest value was taken off, which
    changes a row's proportions. The shift must be the same for all entries of a row."""
    e = _raised(z, axis=0)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("over-the-whole-batch", ask="What do all your values add up to?")
def _(z):
    """All your values together add up to 1: the sum runs over the whole batch. Each row is an
    example of its own and must add up to 1."""
    e = np.exp(z - np.max(z))
    return e / e.sum()


@softmax.mistake("over-the-whole-batch-after-a-shift", ask="What do all your values add up to?")
def _(z):
    """All your values together add up to 1: the largest entry is taken off row by row, but the sum
    runs over the whole batch. Each row must add up to 1."""
    e = _raised(z)
    return e / e.sum()


@softmax.mistake("without-keepdims", ask="Which shape has the sum, and which should it have?")
def _(z):
    """The m sums of the rows do not fit the (m, k) table: NumPy lays a (m,) array along a row. As a
    column (m, 1) the sums would stand beside their rows."""
    e = np.exp(z)
    return e / e.sum(axis=1)


@softmax.mistake("sum-without-keepdims", ask="Which shape has the sum, and which should it have?")
def _(z):
    """Taking the largest entry off works, but the m sums do not fit the (m, k) table: NumPy lays a
    (m,) array along a row. As a column (m, 1) they would stand beside their rows."""
    e = _raised(z)
    return e / e.sum(axis=1)


@softmax.mistake(
    "max-without-keepdims", ask="Which shape has the maximum, and which should it have?"
)
def _(z):
    """The m largest entries do not fit the (m, k) table: NumPy lays a (m,) array along a row. As a
    column (m, 1) they would stand beside their rows."""
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("both-without-keepdims", ask="Which shape has the maximum of each row?")
def _(z):
    """Neither the m largest entries nor the m sums fit the (m, k) table: NumPy lays a (m,) array
    along a row. As columns (m, 1) they would stand beside their rows."""
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1)


@softmax.mistake("overflow", ask="How large is e to the 1000, and what is inf / inf?")
def _(z):
    """Right for moderate z, but nan for large ones: e to the 1000 is infinity, e to the -1000 is 0,
    and neither inf / inf nor 0 / 0 is a number. A constant taken off a whole row changes no
    probability: choose a good one."""
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "shifted-by-the-largest-of-all", ask="What happens to a row far below the largest?"
)
def _(z):
    """Right, unless one row is far below another: you take off the largest entry of the whole
    batch, and all exponentials of a low row become 0. Each row needs its own."""
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("shifted-by-the-smallest", ask="Which entry must not become large?")
def _(z):
    """Right for moderate z, but nan where a row goes from very low to very high: you take off the
    smallest entry, so the largest can still overflow."""
    e = np.exp(z - np.min(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("shifted-by-the-mean")
def _(z):
    """Right for moderate z, but nan where a row holds one very high entry: you take off the mean,
    so the largest can still overflow. No exponent should be above 0."""
    e = np.exp(z - np.mean(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("clipped", ask="Are 999 and 1000 still different after clipping?")
def _(z):
    """No overflow, but wrong for large z: clipping makes 999 and 1000 the same number, and with it
    their probabilities. Taking a constant off the row keeps the distances."""
    e = np.exp(np.clip(z, -500, 500))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("nan-hidden", ask="Do your rows still add up to 1?")
def _(z):
    """Large z still overflow, and the nan are replaced by 0, so rows no longer add up to 1. Keep
    the exponents small in place of hiding what they do."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        return np.nan_to_num(e / e.sum(axis=1, keepdims=True))


@softmax.mistake("shifted-only-above", ask="Which constant cancels in a fraction?")
def _(z):
    """Your rows do not add up to 1: the largest entry is taken off above the fraction bar but not
    below it. It cancels only if it is in both."""
    return _raised(z) / np.exp(z).sum(axis=1, keepdims=True)


@softmax.mistake("shifted-only-below", ask="Which constant cancels in a fraction?")
def _(z):
    """Your rows do not add up to 1: the largest entry is taken off below the fraction bar but not
    above it. It cancels only if it is in both."""
    return np.exp(z) / _raised(z).sum(axis=1, keepdims=True)


@softmax.mistake("divided-by-the-largest-first", ask="Does a factor cancel as a constant does?")
def _(z):
    """Your rows add up to 1 but are too flat or too steep: z is divided by its largest entry in
    place of having it subtracted. A difference cancels in the fraction, a factor does not."""
    return softmax(z / np.max(z, axis=1, keepdims=True))


@softmax.mistake(
    "largest-taken-off-the-exponentials", ask="Which closes first, exp or the bracket?"
)
def _(z):
    """Your values leave the range from 0 to 1: the largest z is taken off after the exponential,
    not before. Only inside the exponent does it cancel."""
    e = np.exp(np.clip(z, -700, 700)) - np.max(z, axis=1, keepdims=True)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("largest-added")
def _(z):
    """The right proportions as long as z is small, but the largest entry is added, not taken off,
    so large z overflow twice as soon."""
    e = np.exp(z + np.max(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("not-normalised", ask="What do your rows add up to?")
def _(z):
    """You return the exponentials; they do not add up to 1. The division is missing."""
    return np.exp(z)


@softmax.mistake("shifted-but-not-normalised", ask="What do your rows add up to?")
def _(z):
    """The largest value of each row is 1: the exponentials are divided by the largest of them, or
    shifted and not divided at all. Their sum should make the rows add up to 1."""
    return _raised(z)


@softmax.mistake("normalised-twice", ask="Is the softmax of probabilities the same probabilities?")
def _(z):
    """Your rows add up to 1 but are much too even: the softmax is applied to its own result. Once
    is enough."""
    return softmax(softmax(z))


@softmax.mistake("exponential-forgotten", ask="What becomes of a negative z?")
def _(z):
    """You divide z itself by the sum of its row, so negative z give negative "probabilities". The
    exponential, which makes every number positive, is missing."""
    return z / np.sum(z, axis=1, keepdims=True)


@softmax.mistake("absolute-values", ask="Is -2 to be as likely as 2?")
def _(z):
    """A very negative z gets a high probability: you divide absolute values by their sum. The
    exponential makes numbers positive without losing their order."""
    return np.abs(z) / np.sum(np.abs(z), axis=1, keepdims=True)


@softmax.mistake("squares")
def _(z):
    """A very negative z gets a high probability: you use squares. The exponential makes numbers
    positive without losing their order."""
    return np.square(z) / np.sum(np.square(z), axis=1, keepdims=True)


@softmax.mistake("sign-of-the-exponent", ask="Which class should be the most likely?")
def _(z):
    """The smallest z of a row gets the largest probability: a minus has come into the exponent."""
    return softmax(-1.0 * z)


@softmax.mistake("logarithm", ask="Can a probability be negative?")
def _(z):
    """You return the logarithms of the probabilities, all negative. The cross-entropy takes its
    logarithm itself; return the probabilities."""
    z = z - np.max(z, axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@softmax.mistake("sigmoid", ask="What do your rows add up to?")
def _(z):
    """Each value is right for a sigmoid, but the rows do not add up to 1: every entry is squeezed
    alone. In a softmax the classes of a row share one sum."""
    return sigmoid(z)


@softmax.mistake("sigmoid-normalised")
def _(z):
    """Your rows add up to 1, but they are made of sigmoids, which hardly tell large z apart. The
    softmax uses plain exponentials."""
    return sigmoid(z) / np.sum(sigmoid(z), axis=1, keepdims=True)


@softmax.mistake("sigmoid-first", ask="What goes into the softmax?")
def _(z):
    """Your rows add up to 1 but are much too even: z goes through a sigmoid before the softmax.
    The scores go in as they are."""
    return softmax(sigmoid(z))


@softmax.mistake("divided-by-the-mean", ask="What do your rows add up to?")
def _(z):
    """Your rows add up to k, not to 1: you divide by the mean of the exponentials. Divide by their
    sum."""
    e = _raised(z)
    return e / e.mean(axis=1, keepdims=True)


@softmax.mistake("divided-by-the-norm", ask="What do your rows add up to?")
def _(z):
    """The squares of your rows add up to 1, the values do not: you divide by the length of the row
    of exponentials. Divide by their sum."""
    e = _raised(z)
    return e / np.linalg.norm(e, axis=1, keepdims=True)


@softmax.mistake("one-added-below")
def _(z):
    """Your rows add up to less than 1: below the fraction bar a 1 is added, as in the sigmoid. The
    sum of the exponentials is all."""
    e = np.exp(np.clip(z, -700, 700))
    return e / (1 + e.sum(axis=1, keepdims=True))


@softmax.mistake("divided-by-the-sum-of-z", ask="What stands below the fraction bar?")
def _(z):
    """You divide the exponentials by the sum of z itself. Their own sum makes them add up to 1."""
    return np.exp(z) / np.sum(z, axis=1, keepdims=True)


@softmax.mistake(
    "exponential-of-the-sum", ask="Is the sum of exponentials the exponential of a sum?"
)
def _(z):
    """You add up z first and take the exponential of the sum: the two steps are the wrong way
    round. First the exponentials, then their sum."""
    with np.errstate(all="ignore"):
        return np.exp(z) / np.exp(np.sum(z, axis=1, keepdims=True))


@softmax.mistake("others-only")
def _(z):
    """Each exponential is divided by the sum of the others, without itself, so values above 1 come
    out. The sum runs over all classes of the row."""
    e = _raised(z)
    with np.errstate(divide="ignore"):
        return e / (e.sum(axis=1, keepdims=True) - e)


@softmax.mistake("base-2", ask="Which number is the base of the exponential?")
def _(z):
    """Your rows add up to 1 but are too even: the powers have base 2. The softmax uses e."""
    return softmax(np.log(2) * z)


@softmax.mistake("base-10", ask="Which number is the base of the exponential?")
def _(z):
    """Your rows add up to 1 but are too uneven: the powers have base 10. The softmax uses e."""
    return softmax(np.log(10) * z)


@softmax.mistake("twice-as-steep")
def _(z):
    """Your rows add up to 1 but are too uneven: z is doubled, or the exponentials are squared."""
    return softmax(2 * z)


@softmax.mistake("hard", ask="How is softmax softer than argmax?")
def _(z):
    """You give 1 to the largest entry and 0 to the others. The softmax lets every class keep a
    share, so that there is a slope to learn from."""
    return np.eye(z.shape[1])[np.argmax(z, axis=1)]


@softmax.mistake("classes", ask="How many numbers belong to one example?")
def _(z):
    """You return the number of the largest entry of each row. The probabilities of all classes are
    asked for."""
    return np.argmax(z, axis=1)


@softmax.mistake("only-the-largest", ask="How many numbers belong to one example?")
def _(z):
    """You return only the largest probability of each row. Those of all classes are asked for."""
    return np.max(softmax(z), axis=1)


@softmax.mistake("minimum-to-maximum")
def _(z):
    """You scale each row from its smallest to its largest entry. Probabilities are made with
    exponentials, and add up to 1."""
    low, high = z.min(axis=1, keepdims=True), z.max(axis=1, keepdims=True)
    return (z - low) / (high - low)


@softmax.mistake("transposed", ask="Are the examples rows or columns?")
def _(z):
    """The numbers are right, but rows and columns are swapped. Each example should stay a row."""
    return softmax(z).T


@softmax.mistake("flat", ask="Which shape should the result have?")
def _(z):
    """The numbers are right, but they stand in one long row. The result has the shape of z."""
    return softmax(z).ravel()


@softmax.mistake("only-the-last-row", ask="Which line must stand before the loop?")
def _(z):
    """Only the last row came out; the others are lost, because each round of the loop writes over
    the one before. Collect the rows."""
    return softmax(z)[-1]


@softmax.mistake("only-the-first-row", ask="When does `return` end a loop?")
def _(z):
    """Only the first row came out: the loop ends after one round. Look at how far `return` is
    indented."""
    return softmax(z)[0]


@softmax.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(z):
    """For whole numbers all your probabilities become 0: the array they are written to has taken
    over the integer type of z. Make it an array of floats."""
    p = np.zeros_like(z)
    p[...] = softmax(z)
    return p


@softmax.mistake("changed-in-place", ask="Who else still uses the array z?")
def _(z):
    """What you give back is right, but your code writes into z itself (`-=` does), and the caller
    still needs it. Make a new array."""
    z -= z.max(axis=1, keepdims=True)
    return softmax(z)


# --- cross_entropy --------------------------------------------------------------------------


def _probabilities(rng, m, k):
    p = 0.3 + positive(rng, m, k)
    return p / p.sum(axis=1, keepdims=True)


def _one_hot_rows(rng, m, k):
    return np.eye(k)[_labels(rng, m, k)]


def _cost(**tests):
    """Compare only whether the cost is one number and has these properties."""

    def view(call):
        if call.result is None:
            return None
        found = {name.replace("_", " "): bool(test(call.result)) for name, test in tests.items()}
        return found | {"the cost is a plain number": np.ndim(call.result) == 0}

    return view


def _cross_entropy_cases(rng):
    for _ in range(4):
        m, k = sizes(rng, 2)
        yield generic(_one_hot_rows(rng, m, k), _probabilities(rng, m, k), m=m, k=k)
    yield special("a batch of one example", np.eye(4)[[2]], _probabilities(rng, 1, 4))
    whole = np.eye(3, dtype=int)[[0, 2, 1, 2]]
    yield special("a y of whole numbers", whole, _probabilities(rng, 4, 3))
    p = np.array([[0.7, 0.3, 0.0], [0.2, 0.6, 0.2], [0.0, 0.0, 1.0], [0.5, 0.25, 0.25]])
    yield special("a probability of 0 at another class", np.eye(3)[[0, 1, 2, 0]], p)
    finite = _cost(it_is_finite=np.isfinite, it_is_high=lambda cost: cost > 2)
    note = "a probability of 0 at the right class"
    yield special(
        note, np.eye(3)[[1, 0]], np.array([[1.0, 0.0, 0.0], [0.5, 0.3, 0.2]]), observe=finite
    )
    small = _cost(it_is_about_4=lambda cost: abs(cost - 4.31) < 0.1)
    p = np.array([[0.9, 2e-4, 0.0998], [0.9, 0.05, 0.05]])
    yield special("a probability of 0.0002 at the right class", np.eye(3)[[1, 0]], p, observe=small)
    nothing = _cost(it_is_about_0=lambda cost: abs(cost) < 1e-3)
    yield special(
        "predictions that are all certain and right", np.eye(3), np.eye(3), observe=nothing
    )
    yield square(_one_hot_rows(rng, 4, 4), _probabilities(rng, 4, 4))


@exercise(
    lesson="06",
    cases=_cross_entropy_cases,
    rtol=1e-4,  # a small number added to p against log 0 is no mistake
    properties={
        "the loss is one number": lambda loss, y, p: np.ndim(loss) == 0,
        "the loss is never negative": lambda loss, y, p: np.all(np.asarray(loss) >= 0),
    },
)
def cross_entropy(y, p):
    """-(1/m) Σ y log p, a plain number ≥ 0; y one-hot and p probabilities, both (m, k).

    A p of 0 counts as a very small number, so that the result is finite.
    """
    return float(np.sum(-y * _log(p)) / len(y))


def _log(p):
    return np.log(np.maximum(p, 1e-15))


def _at_label(y, p):
    return p[np.arange(len(y)), np.argmax(y, axis=1)]


@cross_entropy.also_right
def _clipped(y, p):
    return -np.mean(np.sum(y * np.log(np.clip(p, 1e-12, 1 - 1e-12)), axis=1))


@cross_entropy.also_right
def _small_number_added(y, p):
    return -np.sum(y * np.log(p + 1e-8)) / y.shape[0]


@cross_entropy.also_right
def _picked(y, p):
    rows, columns = np.nonzero(y)
    return -np.log(np.maximum(p[rows, columns], 1e-300)).mean()


@cross_entropy.also_right
def _loops(y, p):
    total = 0.0
    for row, probabilities in zip(y, p, strict=True):
        for t, q in zip(row, probabilities, strict=True):
            if t:
                total -= t * np.log(max(q, 1e-10))
    return total / len(y)


@cross_entropy.also_right
def _einsum(y, p):
    return -np.einsum("ij,ij->", y, np.log(p + 1e-12)) / len(p)


@cross_entropy.also_right
def _by_mask(y, p):
    return np.mean(-np.log(np.clip(p[y == 1], 1e-7, None)))


@cross_entropy.also_right
def _inner_product(y, p):
    return -np.vdot(y, np.log(np.fmax(p, np.finfo(float).tiny))) / len(y)


@cross_entropy.also_right
def _float32(y, p):
    p = np.clip(p.astype(np.float32), 1e-7, 1)
    return -np.sum(y.astype(np.float32) * np.log(p)) / len(y)


# Logarithm of 0.


@cross_entropy.mistake("log-of-zero", ask="What is 0 times minus infinity?")
def _(y, p):
    """Right, until a probability is exactly 0: its logarithm is minus infinity, and even 0 times
    that is nan. Keep p a little away from 0 before the logarithm."""
    with np.errstate(all="ignore"):
        return -np.sum(y * np.log(p)) / len(y)


@cross_entropy.mistake("log-of-zero-at-the-label", ask="What is the logarithm of 0?")
def _(y, p):
    """Right, until the probability of the right class is exactly 0: the cost becomes infinite, and
    one such example spoils the whole mean. Keep p a little away from 0 before the logarithm."""
    with np.errstate(all="ignore"):
        return -np.mean(np.log(_at_label(y, p)))


@cross_entropy.mistake("one-hot-as-class-numbers", ask="Which shape has y, and what is in it?")
def _(y, p):
    """The rows of y are used as class numbers, to pick entries of p. They are one-hot: a 1 stands
    in the place of the right class, so they can be multiplied."""
    return -np.mean(np.log(p[np.arange(len(y)), y]))


@cross_entropy.mistake("one-hot-as-whole-class-numbers", ask="Which shape has y?")
def _(y, p):
    """The rows of y, made whole numbers, are used as class numbers, to pick entries of p. They are
    one-hot: a 1 stands in the place of the right class, so they can be multiplied."""
    return -np.mean(np.log(p[np.arange(len(y)), y.astype(int)]))


@cross_entropy.mistake("minimum-for-maximum", ask="Is np.minimum(0.3, 1e-12) 0.3 or 1e-12?")
def _(y, p):
    """Your cost is the same, and large, whatever p: every probability is cut down to next to
    nothing. The larger of two numbers is needed there, and you take the smaller."""
    return -np.sum(y * np.log(np.minimum(p, 1e-12))) / len(y)


@cross_entropy.mistake("zero-costs-nothing", ask="What should it cost to rule out the right class?")
def _(y, p):
    """A probability of 0 for the right class costs nothing with you: those entries are left out or
    set to 0. It is the worst mistake that a classifier can make, and should cost a lot."""
    q = np.where(p > 0, p, 1)
    return -np.sum(y * np.log(q)) / len(y)


@cross_entropy.mistake("kept-too-far-from-zero", ask="How small may p become before you change it?")
def _(y, p):
    """Right for ordinary probabilities, but p is kept so far from 0 that a confident mistake costs
    too little. A millionth or less is far enough."""
    return -np.sum(y * np.log(np.clip(p, 1e-2, 1))) / len(y)


@cross_entropy.mistake("too-much-added", ask="How much does your guard change an ordinary p?")
def _(y, p):
    """Nearly right: the number that you add to p against the logarithm of 0 is so large that it
    moves the third digit. A billionth would do."""
    return -np.sum(y * np.log(p + 1e-3)) / len(y)


# Sign, sum and mean.


@cross_entropy.mistake("minus-missing", ask="Is the logarithm of 0.5 positive?")
def _(y, p):
    """Your cost is negative: the logarithm of a probability is below 0, and the minus in front is
    missing."""
    return np.sum(y * _log(p)) / len(y)


@cross_entropy.mistake(
    "nan-everywhere", ask="What is the logarithm of -0.5, and what is 0 times that of 0?"
)
def _(y, p):
    """Your cost is nan even for ordinary inputs, as when a logarithm is taken of negative numbers
    (the minus may have slipped inside it), 0 is multiplied by the logarithm of 0 (it may be taken
    of y), or a mean of nothing. Look at what stands inside the logarithm."""
    with np.errstate(all="ignore"):
        return np.sum(y * np.log(-p)) / len(y)


@cross_entropy.mistake("mean-over-all-entries", ask="How many terms of y log p are not 0?")
def _(y, p):
    """Your cost is k times too small: the mean goes over all m·k entries, though each example has
    only one that counts. Add up a row, and average over the m examples."""
    return -np.mean(y * _log(p))


@cross_entropy.mistake("sum-not-mean", ask="What happens to your cost when the batch doubles?")
def _(y, p):
    """Your cost is m times too large: it is added up over the examples and grows with the batch.
    It should be a mean."""
    return -np.sum(y * _log(p))


@cross_entropy.mistake("divided-by-k", ask="How many examples, and how many classes are there?")
def _(y, p):
    """You divide by the number of classes, not by the number of examples. (A mean over axis 1
    divides so, or a mean over sums of axis 0.) The mean goes over the m rows."""
    return -np.sum(y * _log(p)) / y.shape[1]


@cross_entropy.mistake("averaged-twice", ask="What has np.mean already divided by?")
def _(y, p):
    """Your cost is m times too small: it is divided by the number of examples twice."""
    return -np.sum(y * _log(p)) / len(y) ** 2


@cross_entropy.mistake("mean-then-divided", ask="What has np.mean already divided by?")
def _(y, p):
    """Your cost is m·k times too small: after a mean over all entries it is divided by the number
    of examples once more."""
    return -np.mean(y * _log(p)) / len(y)


@cross_entropy.mistake("half")
def _(y, p):
    """Your cost is half of the right one. A half belongs to some forms of the squared error;
    cross-entropy has none."""
    return -np.sum(y * _log(p)) / (2 * len(y))


@cross_entropy.mistake("one-cost-per-example", ask="Is a loss a number or an array?")
def _(y, p):
    """You return the cost of each example. The loss is one number: their mean is still missing."""
    return -np.sum(y * _log(p), axis=1)


@cross_entropy.mistake("one-mean-per-example", ask="Is a loss a number or an array?")
def _(y, p):
    """You return a number for each example, and each is k times too small: a mean over the classes
    stands where one entry counts. The loss is one number for the whole batch."""
    return -np.mean(y * _log(p), axis=1)


@cross_entropy.mistake("one-sum-per-class", ask="Is a loss a number or an array?")
def _(y, p):
    """You return one sum for each class. The loss is one number: a mean over the examples."""
    return -np.sum(y * _log(p), axis=0)


@cross_entropy.mistake("one-cost-per-class", ask="Is a loss a number or an array?")
def _(y, p):
    """You return one number for each class: the sum goes down the columns only. The loss is one
    number for the whole batch."""
    return -np.sum(y * _log(p), axis=0) / len(y)


@cross_entropy.mistake("not-summed", ask="Is a loss a number or an array?")
def _(y, p):
    """You return a table with an entry for each example and class. The loss is one number: the sum
    is still missing."""
    return -y * _log(p)


@cross_entropy.mistake("not-summed-but-divided", ask="Is a loss a number or an array?")
def _(y, p):
    """You return a table with an entry for each example and class. It is divided by m, but the sum
    is still missing: the loss is one number."""
    return -y * _log(p) / len(y)


@cross_entropy.mistake("all-pairs", ask="Which entries of y @ log(p).T belong to one example?")
def _(y, p):
    """You multiply as matrices: every example's target meets every example's prediction, m·m pairs
    in all. Each row of y belongs to the same row of p only: entry by entry."""
    return -np.sum(y @ _log(p).T) / len(y)


@cross_entropy.mistake("all-classes-counted", ask="Which class of a row may count?")
def _(y, p):
    """The logarithms of all probabilities are added up, whichever class is right: y is left out, or
    a matrix product such as `y.T @ …` has met every class with every other. Only the right class of
    each row counts."""
    return -np.sum(y.T @ _log(p)) / len(y)


@cross_entropy.mistake("table-of-all-pairs", ask="Is a loss a number or an array?")
def _(y, p):
    """You multiply as matrices and get a table of all pairs of examples; only its diagonal belongs
    together. Multiply entry by entry, and add up."""
    return -(y @ _log(p).T) / len(y)


# Which logarithm, and of what.


@cross_entropy.mistake("base-2", ask="Which logarithm has e as its base?")
def _(y, p):
    """Your cost is about 1.44 times too large: the logarithm has base 2 (bits). The natural
    logarithm is meant."""
    return -np.sum(y * _log(p)) / len(y) / np.log(2)


@cross_entropy.mistake("base-10", ask="Which logarithm has e as its base?")
def _(y, p):
    """Your cost is about 2.3 times too small: the logarithm has base 10. The natural logarithm is
    meant."""
    return -np.sum(y * _log(p)) / len(y) / np.log(10)


@cross_entropy.mistake("one-added", ask="What does np.log1p do?")
def _(y, p):
    """Your cost is negative: 1 is added to p before the logarithm (`log1p`, or a guard that is far
    too large). The logarithm is taken of p itself."""
    return -np.sum(y * np.log1p(p)) / len(y)


@cross_entropy.mistake("operands-swapped", ask="Of which of the two is the logarithm taken?")
def _(y, p):
    """Your cost is infinite even for ordinary inputs: the logarithm is taken of y, which is mostly
    0, or of something that y makes 0. y picks the class; p is what is judged."""
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log(y)) / len(y)


def _is_log_of_y(cost, y, p):
    """Whether the cost is the logarithm of some guard, 1e-5 or less, weighted by p where y is 0."""
    power = -cost * len(y) / np.sum(p[y == 0]) / np.log(10)
    return np.ndim(cost) == 0 and power < -4.5 and abs(power - np.round(power)) < 1e-4


@cross_entropy.mistake(
    "operands-swapped-and-guarded", ask="Of which of the two is the logarithm?", when=_is_log_of_y
)
def _(y, p):
    """Your cost is far too high: the logarithm is taken of y, which is mostly 0, and not of p. y
    picks the class; p is what is judged."""
    return -np.sum(p * np.log(np.clip(y, 1e-12, 1))) / len(y)


@cross_entropy.mistake("log-of-the-product", ask="Of what is the logarithm taken?")
def _(y, p):
    """Your cost is infinite even for ordinary inputs: the logarithm is taken of y times p, or of y,
    and those are 0 at every class but one. The logarithm comes first, and y picks from its
    values."""
    with np.errstate(all="ignore"):
        return -np.sum(np.log(y * p)) / len(y)


def _is_log_of_the_product(cost, y, p):
    """Whether the cost adds up the logarithms of y p + some guard of 1e-5 or less."""
    power = -(cost * len(y) + np.sum(np.log(p[y == 1]))) / np.sum(y == 0) / np.log(10)
    return np.ndim(cost) == 0 and power < -4.5 and abs(power - np.round(power)) < 1e-4


@cross_entropy.mistake(
    "log-of-the-product-guarded", ask="Of what is the logarithm?", when=_is_log_of_the_product
)
def _(y, p):
    """Your cost is far too high: the logarithm is taken of y times p, which is 0 at every class but
    one. The logarithm comes first, and y picks from its values."""
    return -np.sum(np.log(np.maximum(y * p, 1e-12))) / len(y)


@cross_entropy.mistake("log-of-the-sum", ask="Is the logarithm of a sum the sum of logarithms?")
def _(y, p):
    """You add up the probabilities of the right classes first and take the logarithm of the sum.
    Each example has a cost of its own: first the logarithm, then the mean."""
    return -np.log(np.maximum(np.sum(y * p), 1e-15)) / len(y)


@cross_entropy.mistake("log-of-the-mean", ask="Is the logarithm of a mean the mean of logarithms?")
def _(y, p):
    """You average the probabilities of the right classes first and take the logarithm at the end.
    Each example has a cost of its own: first the logarithm, then the mean."""
    return -np.log(np.maximum(np.mean(_at_label(y, p)), 1e-15))


@cross_entropy.mistake("log-missing", ask="What should a certain and right prediction cost?")
def _(y, p):
    """You average the probabilities of the right classes, with a minus. The logarithm, which makes
    small ones expensive, is missing."""
    return -np.sum(y * p) / len(y)


@cross_entropy.mistake("one-minus-p", ask="What does a probability of 0 for the right class cost?")
def _(y, p):
    """Your cost is 1 minus the mean probability of the right class. The logarithm, which makes
    small probabilities expensive, is missing."""
    return 1 - np.sum(y * p) / len(y)


@cross_entropy.mistake("log-of-one-minus-p", ask="What does a certain and right prediction cost?")
def _(y, p):
    """The better the prediction, the higher your cost: you take the logarithm of 1 minus the
    probability of the right class."""
    return -np.sum(y * _log(1 - p)) / len(y)


@cross_entropy.mistake("other-classes-only", ask="Which class of a row counts?")
def _(y, p):
    """You add up the logarithms of 1 - p of all the other classes, and the right one does not
    count. It is the other way round: only the right class of each row counts."""
    return -np.sum((1 - y) * _log(1 - p)) / len(y)


@cross_entropy.mistake("two-sided", ask="For how many classes is the two-sided form made?")
def _(y, p):
    """Your cost is too high: the other classes are counted, too, with the logarithm of 1 - p. That
    is the form for one output (lesson 07); with one-hot rows, one class of each row counts."""
    return -np.sum(y * _log(p) + (1 - y) * _log(1 - p)) / len(y)


@cross_entropy.mistake("two-sided-mean-over-all-entries", ask="For how many classes is that form?")
def _(y, p):
    """You use the two-sided form, with the logarithm of 1 - p for the other classes, and average
    over all entries. With one-hot rows, one class of each row counts."""
    return -np.mean(y * _log(p) + (1 - y) * _log(1 - p))


@cross_entropy.mistake("largest-probability", ask="Is the largest p that of the right class?")
def _(y, p):
    """You take the logarithm of the largest probability of each row, right or wrong, so y does not
    matter. The class that y marks counts."""
    return -np.mean(_log(np.max(p, axis=1)))


@cross_entropy.mistake("entropy-of-p", ask="Where does y come in?")
def _(y, p):
    """You weight the logarithms by p itself, so y does not matter: that is the entropy of the
    predictions. y says which class counts."""
    return -np.sum(p * _log(p)) / len(y)


@cross_entropy.mistake("softmax-again", ask="Are p scores or probabilities?")
def _(y, p):
    """Your cost is nearly the same for good and bad predictions: p goes through a softmax once
    more. It holds probabilities already."""
    return -np.sum(y * np.log(softmax(p))) / len(y)


@cross_entropy.mistake("squared-error", ask="Which loss takes a logarithm?")
def _(y, p):
    """That is the mean squared error of lesson 02, the mean over all entries. Cross-entropy looks
    at the logarithm of the right class's probability."""
    return np.mean((p - y) ** 2)


@cross_entropy.mistake("squared-error-per-example", ask="Which loss takes a logarithm?")
def _(y, p):
    """That is a squared error, added up over the classes. Cross-entropy looks at the logarithm of
    the right class's probability."""
    return np.sum((p - y) ** 2) / len(y)


@cross_entropy.mistake("log-squared")
def _(y, p):
    """You square the logarithms, which also makes them positive, but weighs small probabilities far
    too much. A minus in front is what is needed."""
    return np.sum(y * _log(p) ** 2) / len(y)


@cross_entropy.mistake("perplexity")
def _(y, p):
    """You return e to the power of the loss, a number called perplexity. The loss itself is asked
    for."""
    return np.exp(-np.sum(y * _log(p)) / len(y))


@cross_entropy.mistake("gradient", ask="Is a loss a number or an array?")
def _(y, p):
    """You return the derivative of the loss by p, a table. The loss itself is one number."""
    return -y / np.maximum(p, 1e-15) / len(y)


@cross_entropy.mistake("delta", ask="Is a loss a number or an array?")
def _(y, p):
    """You return the error term, a table: that is the next exercise. The loss itself is one
    number."""
    return (p - y) / len(y)


@cross_entropy.mistake("only-the-first-example", ask="When does `return` end a loop?")
def _(y, p):
    """You return the cost of the first example: a `return` inside the loop, or an index 0, leaves
    the others out."""
    return -np.sum(y[0] * _log(p[0]))


@cross_entropy.mistake("only-the-first-example-but-divided", ask="When does `return` end a loop?")
def _(y, p):
    """Only the first example counts, and its cost is divided by m: a `return` inside the loop
    leaves the others out."""
    return -np.sum(y[0] * _log(p[0])) / len(y)


@cross_entropy.mistake("only-the-last-example", ask="Is the sum added to, or written over?")
def _(y, p):
    """You return the cost of the last example: in the loop the sum is written over each time in
    place of being added to."""
    return -np.sum(y[-1] * _log(p[-1]))


@cross_entropy.mistake(
    "only-the-last-example-but-divided", ask="Is the sum added to or written over?"
)
def _(y, p):
    """Only the last example counts: in the loop the sum is written over each time in place of being
    added to, and then divided by m."""
    return -np.sum(y[-1] * _log(p[-1])) / len(y)


@cross_entropy.mistake("changed-in-place", ask="Who else still uses p?")
def _(y, p):
    """What you give back may be right, but your guard against 0 writes into p itself, and the
    caller still needs it. Make a new array."""
    p[p <= 0] = 1e-15
    return cross_entropy(y, p)


# --- softmax_ce_delta -----------------------------------------------------------------------


def _softmax_ce_delta_cases(rng):
    for _ in range(4):
        m, k = sizes(rng, 2)
        yield generic(_one_hot_rows(rng, m, k), _probabilities(rng, m, k), m=m, k=k)
    yield special("a batch of one example", np.eye(4)[[2]], _probabilities(rng, 1, 4))
    whole = np.eye(3, dtype=int)[[0, 2, 1, 2, 0]]
    yield special("a y of whole numbers", whole, _probabilities(rng, 5, 3))
    p = np.array([[0.75, 0.25, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])
    yield special("probabilities of exactly 0 and 1", np.eye(3)[[0, 1, 2, 0]], p)
    yield square(_one_hot_rows(rng, 4, 4), _probabilities(rng, 4, 4))


@exercise(
    lesson="06",
    cases=_softmax_ce_delta_cases,
    properties={
        "delta has the shape of p": lambda delta, y, p: np.shape(delta) == p.shape,
        "only the entry of the right class is negative": lambda delta, y, p: np.array_equal(
            np.asarray(delta) < 0, y == 1
        ),
        "every row sums to 0": lambda delta, y, p: np.allclose(np.sum(delta, axis=1), 0),
    },
)
def softmax_ce_delta(y, p):
    """δ = ∂L/∂z of a softmax with cross-entropy, (p - y)/m; y one-hot and p both (m, k)."""
    return (p - y) / len(y)


@softmax_ce_delta.also_right
def _in_place_on_a_copy(y, p):
    delta = p.copy()
    delta[np.arange(len(p)), np.argmax(y, axis=1)] -= 1
    delta /= p.shape[0]
    return delta


@softmax_ce_delta.also_right
def _loops(y, p):
    delta = np.zeros(p.shape)
    for i in range(p.shape[0]):
        for j in range(p.shape[1]):
            delta[i][j] = (p[i][j] - y[i][j]) / p.shape[0]
    return delta


@softmax_ce_delta.also_right
def _list_of_rows(y, p):
    return np.array([(b - a) / len(y) for a, b in zip(y, p, strict=True)])


@softmax_ce_delta.also_right
def _float32(y, p):
    return (p.astype(np.float32) - y.astype(np.float32)) / np.float32(len(y))


@softmax_ce_delta.mistake("not-averaged", ask="Where does the 1/m of the mean live?")
def _(y, p):
    """Your δ is m times too large: it belongs to the sum over the examples, but the loss is their
    mean."""
    return p - y


@softmax_ce_delta.mistake("sign", ask="Should the score of the right class rise or fall?")
def _(y, p):
    """Every number has the opposite sign: a step against this δ would make the loss larger. Look
    at the order of the difference."""
    return (y - p) / len(y)


@softmax_ce_delta.mistake("sign-and-not-averaged", ask="Which two things does the mean change?")
def _(y, p):
    """Two things at once: every number has the opposite sign, and the 1/m of the mean loss is
    missing."""
    return y - p


@softmax_ce_delta.mistake("divided-by-all-entries", ask="Over what is cross-entropy a mean?")
def _(y, p):
    """Your δ is k times too small: you divide by the number of all entries, as for the squared
    error. Cross-entropy is a mean over the examples only."""
    return (p - y) / p.size


@softmax_ce_delta.mistake("divided-by-k", ask="How many examples, and how many classes are there?")
def _(y, p):
    """You divide by the number of classes (the columns), not by the number of examples (the
    rows)."""
    return (p - y) / p.shape[1]


@softmax_ce_delta.mistake("divided-by-m-twice", ask="How often is the loss divided by m?")
def _(y, p):
    """Your δ is m times too small: it is divided by the number of examples twice."""
    return (p - y) / len(y) ** 2


@softmax_ce_delta.mistake("doubled", ask="Which loss brings a 2 with it?")
def _(y, p):
    """Your δ is twice the right one: the 2 comes from the squared error. Cross-entropy brings no
    factor with it."""
    return 2 * (p - y) / len(y)


@softmax_ce_delta.mistake("halved")
def _(y, p):
    """Your δ is half of the right one. There is no factor in front but the 1 over the number of
    examples."""
    return (p - y) / (2 * len(y))


@softmax_ce_delta.mistake("squared-error", ask="Which loss is this δ the derivative of?")
def _(y, p):
    """That is the derivative of the squared error: a 2 in front, divided by all m·k entries. The
    loss here is the cross-entropy."""
    return 2 * (p - y) / p.size


@softmax_ce_delta.mistake("slope-again", ask="What has cancelled in this δ?")
def _(y, p):
    """Your δ is too small wherever p is near 0 or 1: a slope, p times 1 - p, is multiplied in. With
    this loss the slope of the output has cancelled already."""
    return (p - y) * p * (1 - p) / len(y)


@softmax_ce_delta.mistake("slope-again-not-averaged", ask="What has cancelled in this δ?")
def _(y, p):
    """Two things at once: a slope, p times 1 - p, is multiplied in though it has cancelled already,
    and the 1/m of the mean loss is missing."""
    return (p - y) * p * (1 - p)


@softmax_ce_delta.mistake("squared-error-with-slope", ask="Which loss is this δ the derivative of?")
def _(y, p):
    """That is the δ of a sigmoid output with squared error, from lesson 04. With cross-entropy the
    slope cancels, and the mean goes over the examples only."""
    return 2 * (p - y) * p * (1 - p) / p.size


@softmax_ce_delta.mistake("sigmoid-of-p", ask="Is p before or after the activation?")
def _(y, p):
    """A sigmoid's slope, taken at p, is multiplied in. p is already past the activation, and with
    this loss the slope has cancelled."""
    a = sigmoid(p)
    return (p - y) * a * (1 - a) / len(y)


@softmax_ce_delta.mistake("derivative-by-p", ask="Is δ the derivative by p or by z?")
def _(y, p):
    """You return the derivative of the loss by p: minus y over p. δ is the derivative by z, one
    step further back, through the softmax."""
    return -y / np.maximum(p, 1e-15) / len(y)


@softmax_ce_delta.mistake("derivative-by-p-not-averaged", ask="Is δ the derivative by p or by z?")
def _(y, p):
    """You return the derivative by p of the sum of the losses: minus y over p. δ is the derivative
    by z, through the softmax, and of the mean."""
    return -y / np.maximum(p, 1e-15)


@softmax_ce_delta.mistake("diagonal-of-the-softmax-only", ask="Does p₁ change when z₂ does?")
def _(y, p):
    """Only the right class of each row has a δ: you took each p to depend on its own z alone. In a
    softmax every z changes every p of the row."""
    return y * (p - 1) / len(y)


@softmax_ce_delta.mistake(
    "diagonal-of-the-softmax-only-not-averaged", ask="Does p₁ change with z₂?"
)
def _(y, p):
    """Only the right class of each row has a δ, though in a softmax every z changes every p of the
    row. And the 1/m of the mean loss is missing."""
    return y * (p - 1)


@softmax_ce_delta.mistake("right-class-left-out")
def _(y, p):
    """The right class of each row has δ = 0: you multiply by 1 - y. That class counts most: its
    score must rise."""
    return (1 - y) * p / len(y)


@softmax_ce_delta.mistake("two-sided-derivative", ask="By which variable do you differentiate?")
def _(y, p):
    """You return the derivative of the two-sided cross-entropy by p. δ is the derivative by z; the
    p times 1 - p below the fraction bar cancels on the way."""
    return (p - y) / np.maximum(p * (1 - p), 1e-15) / len(y)


@softmax_ce_delta.mistake("y-forgotten", ask="What should δ be when p is exactly y?")
def _(y, p):
    """You divide p by m, but y never comes in: δ must be 0 when the prediction is perfect."""
    return p / len(y)


@softmax_ce_delta.mistake("p-itself", ask="What should δ be when p is exactly y?")
def _(y, p):
    """You give back p as it is. δ must be 0 when the prediction is perfect, so y has to come in."""
    return 1.0 * p


@softmax_ce_delta.mistake("target-divided-only", ask="What does Python work out first, - or /?")
def _(y, p):
    """Only y is divided by m: without brackets the division comes before the minus."""
    return p - y / len(y)


@softmax_ce_delta.mistake("prediction-divided-only")
def _(y, p):
    """Only p is divided by m, y is not. The whole difference belongs to one example."""
    return p / len(y) - y


@softmax_ce_delta.mistake("added", ask="What should δ be when p is exactly y?")
def _(y, p):
    """p and y are added, so δ is never 0 and never negative. It is their difference that must
    vanish for a perfect prediction."""
    return (p + y) / len(y)


@softmax_ce_delta.mistake("sign-lost", ask="Should the score of the right class rise or fall?")
def _(y, p):
    """No δ is negative: an absolute value has eaten the sign. The right class must get a negative
    δ, so that its score rises."""
    return np.abs(p - y) / len(y)


@softmax_ce_delta.mistake("squared", ask="Is δ the loss or its derivative?")
def _(y, p):
    """The differences are squared, so all are positive. That is a loss, not a derivative, and of
    another kind."""
    return (p - y) ** 2 / len(y)


@softmax_ce_delta.mistake("softmax-again", ask="Are p scores or probabilities?")
def _(y, p):
    """p goes through a softmax once more and comes out too even. It holds probabilities already."""
    return (softmax(p) - y) / len(y)


@softmax_ce_delta.mistake("sigmoid-again", ask="Are p scores or probabilities?")
def _(y, p):
    """p goes through a sigmoid before y is taken off. It holds probabilities already."""
    return (sigmoid(p) - y) / len(y)


@softmax_ce_delta.mistake("decision-for-probability", ask="What is lost when 0.6 becomes 1?")
def _(y, p):
    """You compare the chosen class with y, not the probabilities: examples that are classified
    rightly get no δ at all. Use p as it is."""
    return (np.eye(p.shape[1])[np.argmax(p, axis=1)] - y) / len(y)


@softmax_ce_delta.mistake("logarithm", ask="Where has the logarithm gone?")
def _(y, p):
    """A logarithm of p is still there. In the derivative by z it has cancelled."""
    return (np.log(np.maximum(p, 1e-15)) - y) / len(y)


@softmax_ce_delta.mistake("loss-entries", ask="Is δ the loss or its derivative?")
def _(y, p):
    """You return the terms of the loss itself, minus y log p. δ is the derivative of the loss by
    z."""
    return -y * np.log(np.maximum(p, 1e-15)) / len(y)


@softmax_ce_delta.mistake("weighted-by-y")
def _(y, p):
    """Your δ is p times the difference: each entry is multiplied by its probability. The slope of
    the softmax is in the difference already."""
    return p * (p - y) / len(y)


@softmax_ce_delta.mistake("summed-over-the-batch", ask="Which shape has δ?")
def _(y, p):
    """You add up the rows and get one number for each class: that is the gradient of the bias. δ
    has the shape of z, a row for each example."""
    return np.sum(p - y, axis=0) / len(y)


@softmax_ce_delta.mistake("averaged-to-one-number", ask="Which shape has δ?")
def _(y, p):
    """You average everything to one number, which is always about 0. δ has the shape of z, a row
    for each example."""
    return np.mean(p - y)


@softmax_ce_delta.mistake("summed-over-the-classes", ask="Which shape has δ?")
def _(y, p):
    """You add up each row, which gives 0 for every example. δ has the shape of z: every class has
    its own."""
    return np.sum(p - y, axis=1) / len(y)


@softmax_ce_delta.mistake("transposed", ask="Which shape has δ?")
def _(y, p):
    """Rows and columns are swapped. δ has the shape of z, a row for each example."""
    return (p - y).T / len(y)


@softmax_ce_delta.mistake("changed-in-place", ask="Who else still uses p?")
def _(y, p):
    """What you give back is right, but your code writes it into p itself, and the caller still
    needs p. Work on a copy."""
    p -= y
    p /= len(y)
    return p


@softmax_ce_delta.mistake("changed-in-place-and-not-averaged", ask="Who else still uses p?")
def _(y, p):
    """Your δ is m times too large, as the 1/m of the mean loss is missing. And your code writes
    into p itself, which the caller still needs: work on a copy."""
    p -= y
    return p


# --- accuracy -------------------------------------------------------------------------------


def _labels_and_scores(rng, m, k):
    """Labels of which about half are at the largest entry of their row."""
    p = _probabilities(rng, m, k)
    right = np.argmax(p, axis=1)
    return np.where(rng.uniform(size=m) < 0.5, right, rng.integers(0, k, m)), p


def _accuracy_cases(rng):
    for low in (9, 11, 13, 15, 17):
        (m,), (k,) = sizes(rng, 1, low, low + 8), sizes(rng, 1)
        labels, p = _labels_and_scores(rng, m, k)
        p[0] = 0.02
        p[0, labels[0]] = 1 - 0.02 * (k - 1)  # the largest entry of all is in a known place
        yield generic(labels, p, m=m, k=k)
    p = _probabilities(rng, 12, 5)
    labels = np.sort(np.argmax(p, axis=1))  # each class as often as it is predicted
    yield generic(labels, p, m=12, k=5)
    labels, p = _labels_and_scores(rng, 12, 4)
    yield special("labels as a column (m, 1)", labels[:, None], p)
    yield special("predictions that are all right", np.argmax(p, axis=1), p)
    wrong = np.array([1, 2, 0, 1, 2, 0])  # yet each class occurs as often as it is predicted
    yield special("predictions that are all wrong", wrong, np.tile(0.25 + 0.5 * np.eye(3), (2, 1)))
    yield special("a batch of one example", np.array([2]), np.array([[0.2, 0.3, 0.5]]))
    yield special("scores of any size in place of probabilities", labels, 30 * p - 15)
    labels, p = _labels_and_scores(rng, 5, 5)
    yield square(labels, p)


@exercise(
    lesson="06",
    cases=_accuracy_cases,
    properties={
        "the accuracy is one number": lambda share, labels, p: np.ndim(share) == 0,
        "the accuracy lies from 0 to 1": lambda share, labels, p: 0 <= share <= 1,
    },
)
def accuracy(labels, p):
    """The share of rows of p (m, k) whose largest entry is at the label; labels (m,) or (m, 1)."""
    return float(np.mean(np.argmax(p, axis=1) == np.ravel(labels)))


def _hits(labels, p):
    return np.argmax(p, axis=1) == np.ravel(labels)


@accuracy.also_right
def _counted(labels, p):
    right = 0
    for label, row in zip(labels, p, strict=True):
        if np.argmax(row) == label:
            right += 1
    return right / len(labels)


@accuracy.also_right
def _summed(labels, p):
    return (p.argmax(axis=1) == labels.reshape(-1)).sum() / labels.size


@accuracy.also_right
def _largest_at_label(labels, p):
    return np.mean(p[np.arange(len(p)), labels.ravel()] == p.max(axis=1))


@accuracy.also_right
def _one_minus_errors(labels, p):
    return 1 - np.count_nonzero(np.argmax(p, axis=-1) - labels.flatten()) / len(p)


@accuracy.also_right
def _list(labels, p):
    return sum(
        int(np.argmax(row)) == int(t) for row, t in zip(p, labels.ravel(), strict=True)
    ) / len(p)


@accuracy.also_right
def _columns(labels, p):
    predicted = np.argmax(p, axis=1).reshape(-1, 1)
    return np.average(predicted == labels.reshape(-1, 1))


@accuracy.mistake("column-labels", ask="What does (m,) == (m, 1) compare?")
def _(labels, p):
    """Right for labels (m,), but with a column (m, 1) every prediction is compared with every
    label, a table of m·m answers. Give both the same shape first."""
    return np.mean(np.argmax(p, axis=1) == labels)


@accuracy.mistake("column-labels-divided", ask="What does (m,) == (m, 1) compare?")
def _(labels, p):
    """Right for labels (m,), but with a column (m, 1) every prediction is compared with every
    label, and more hits are counted than there are examples. Give both the same shape first."""
    return np.sum(np.argmax(p, axis=1) == labels) / len(p)


@accuracy.mistake("predictions-as-a-column", ask="What does (m, 1) == (m,) compare?")
def _(labels, p):
    """Your predictions are a column (m, 1) and meet labels (m,), so every prediction is compared
    with every label, a table of m·m answers. Give both the same shape first."""
    return np.mean(np.argmax(p, axis=1)[:, None] == labels)


@accuracy.mistake("largest-of-each-column", ask="Which way does argmax look with axis=0?")
def _(labels, p):
    """You look for the largest entry of each column: that is the example that fits a class best, k
    answers and not m. The class of an example is the largest entry of its row."""
    return np.mean(np.argmax(p, axis=0) == np.ravel(labels))


@accuracy.mistake("argmax-without-axis", ask="How many numbers does np.argmax(p) give?")
def _(labels, p):
    """Without an axis, `argmax` gives a single number for the whole table, counted through all
    rows. Each row needs its own."""
    return np.mean(np.argmax(p) == np.ravel(labels))


@accuracy.mistake("max-for-argmax", ask="Is 0.83 a class?")
def _(labels, p):
    """Your accuracy is 0, whatever the predictions: nothing ever counts as equal. Most often
    probabilities are compared with class numbers, where the place of the largest entry is needed;
    or `is` stands where `==` belongs."""
    return np.mean(np.max(p, axis=1) == np.ravel(labels))


@accuracy.mistake("argmin-for-argmax", ask="Which class does the network choose?")
def _(labels, p):
    """You look for the smallest entry of each row. The network chooses the largest."""
    return np.mean(np.argmin(p, axis=1) == np.ravel(labels))


@accuracy.mistake("classes-from-one", ask="Which class is column 0?")
def _(labels, p):
    """The chosen classes are all one too high: columns are counted from 1, the labels from 0."""
    return np.mean(np.argmax(p, axis=1) + 1 == np.ravel(labels))


@accuracy.mistake("classes-one-too-low", ask="Which class is column 0?")
def _(labels, p):
    """The chosen classes are all one too low (or the labels one too high). Columns and labels both
    count from 0."""
    return np.mean(np.argmax(p, axis=1) - 1 == np.ravel(labels))


@accuracy.mistake("percent", ask="Is 1 a good or a bad accuracy?")
def _(labels, p):
    """You return percent, from 0 to 100. A share from 0 to 1 is asked for."""
    return 100 * np.mean(_hits(labels, p))


@accuracy.mistake("counted", ask="What does your number mean for a larger test set?")
def _(labels, p):
    """You return how many are right. The share is asked for: the division is missing."""
    return np.sum(_hits(labels, p))


@accuracy.mistake("wrong-ones-counted", ask="What does your function give when all are right?")
def _(labels, p):
    """You return how many are wrong. The share of right ones is asked for."""
    return np.sum(~_hits(labels, p))


@accuracy.mistake("error-rate", ask="What does your function give when all are right?")
def _(labels, p):
    """You return the share of wrong predictions. The share of right ones is what is left to 1."""
    return np.mean(~_hits(labels, p))


@accuracy.mistake("divided-by-k", ask="How many examples, and how many classes are there?")
def _(labels, p):
    """You divide the number of right predictions by the number of classes. There are as many
    predictions as examples."""
    return np.sum(_hits(labels, p)) / p.shape[1]


@accuracy.mistake("divided-by-all-entries", ask="How many predictions are there?")
def _(labels, p):
    """Your share is k times too small: you divide by the number of all entries of p. There is one
    prediction for each row."""
    return np.sum(_hits(labels, p)) / p.size


@accuracy.mistake("averaged-twice", ask="What has np.mean already divided by?")
def _(labels, p):
    """Your share is m times too small: it is divided by the number of examples twice."""
    return np.mean(_hits(labels, p)) / len(p)


@accuracy.mistake("all-or-nothing", ask="What is 7 // 10?")
def _(labels, p):
    """You get 1 only when every prediction is right, and 0 otherwise: `//` (or `int`) cuts the
    share off, or you ask whether all are right. The share in between is wanted."""
    return np.sum(_hits(labels, p)) // len(p)


@accuracy.mistake("always-one", ask="What does your function give when none is right?")
def _(labels, p):
    """Your accuracy is 1, whatever the predictions. Perhaps something is compared with itself."""
    return 1.0


@accuracy.mistake("any", ask="What does your function give when half are right?")
def _(labels, p):
    """You get 1 as soon as a single prediction is right. The share of right ones is asked for."""
    return 1.0 * np.any(_hits(labels, p))


@accuracy.mistake("answers-not-averaged", ask="How many numbers should come back?")
def _(labels, p):
    """You return one True or False for each example. The accuracy is one number: their mean."""
    return _hits(labels, p)


@accuracy.mistake("classes-returned", ask="How many numbers should come back?")
def _(labels, p):
    """You return the predicted classes. They have still to be compared with the labels, and the
    share of hits worked out."""
    return np.argmax(p, axis=1)


@accuracy.mistake("probability-at-label", ask="Does a hit with 0.4 count less than one with 0.9?")
def _(labels, p):
    """You average the probabilities of the right classes. The accuracy only counts: a row is right
    if its largest entry is at the label, however large it is."""
    return np.mean(p[np.arange(len(p)), np.ravel(labels)])


@accuracy.mistake("more-than-half", ask="Must the largest of ten probabilities be above 0.5?")
def _(labels, p):
    """You count a row as right only if its right class has more than 0.5. With many classes the
    largest entry can be smaller, and it still wins."""
    return np.mean(p[np.arange(len(p)), np.ravel(labels)] > 0.5)


@accuracy.mistake("more-than-half-anywhere")
def _(labels, p):
    """You look only at entries above 0.5, and rows without one count as class 0. The largest entry
    wins, however large it is."""
    return np.mean(np.argmax(p > 0.5, axis=1) == np.ravel(labels))


@accuracy.mistake("rounded-first", ask="What is round(0.4)?")
def _(labels, p):
    """The probabilities are rounded before the largest is found, so rows without one above 0.5
    become all 0 and count as class 0. Use p as it is."""
    return np.mean(np.argmax(np.round(p), axis=1) == np.ravel(labels))


@accuracy.mistake("largest-probability", ask="Where do the labels come in?")
def _(labels, p):
    """You average the largest probability of each row, so the labels do not matter: that is how
    sure the network is, not how often it is right."""
    return np.mean(np.max(p, axis=1))


@accuracy.mistake("labels-taken-for-one-hot", ask="Which shape do the labels have?")
def _(labels, p):
    """An axis is asked for that is not there, as when the argmax of the labels is taken along the
    classes: they are class numbers already, not one-hot rows."""
    return np.mean(np.argmax(p, axis=1) == np.argmax(labels, axis=1))


@accuracy.mistake("argmax-of-the-labels", ask="Are labels class numbers or one-hot rows?")
def _(labels, p):
    """You take the argmax of the labels, which gives the place of the largest label. They are class
    numbers already: compare with them directly."""
    return np.mean(np.argmax(p, axis=1) == np.argmax(labels))


@accuracy.mistake("distance-of-classes", ask="Is taking a 3 for a 4 better than taking it for a 9?")
def _(labels, p):
    """You average how far apart the class numbers are. Class numbers are names: right or wrong is
    all that counts."""
    return np.mean(np.abs(np.argmax(p, axis=1) - np.ravel(labels)))


@accuracy.mistake("differences-averaged", ask="What is the mean of the differences +1 and -1?")
def _(labels, p):
    """You average the differences of class numbers. Ask for each row whether the two are equal,
    and average the answers."""
    return np.mean(np.argmax(p, axis=1) - np.ravel(labels))


@accuracy.mistake("first-example-left-out", ask="With which number does range start?")
def _(labels, p):
    """The first example is not counted, though the division includes it. Counting starts at 0."""
    return np.sum(_hits(labels, p)[1:]) / len(p)


@accuracy.mistake("last-example-left-out", ask="Which numbers does range(m - 1) give?")
def _(labels, p):
    """The last example is not counted, though the division includes it: `range(m)` stops at m - 1
    by itself."""
    return np.sum(_hits(labels, p)[:-1]) / len(p)


@accuracy.mistake("only-the-first-example", ask="When does `return` end a loop?")
def _(labels, p):
    """Only the first example is looked at, so the answer is 0 or 1: a `return` inside the loop ends
    it too soon."""
    return 1.0 * _hits(labels, p)[0]


@accuracy.mistake("only-the-first-example-divided", ask="When does `return` end a loop?")
def _(labels, p):
    """Only the first example is looked at, and the number of examples is what you divide by: a
    `return` inside the loop ends it too soon."""
    return 1.0 * _hits(labels, p)[0] / len(p)


@accuracy.mistake("only-the-last-example", ask="Is the count added to, or written over?")
def _(labels, p):
    """Only the last example counts, so the answer is 0 or 1: in the loop the result is written over
    each time."""
    return 1.0 * _hits(labels, p)[-1]


@accuracy.mistake("first-hit-only", ask="When does `return` end a loop?")
def _(labels, p):
    """You stop counting at the first hit: the answer is 1 over the number of examples, or 0. Look
    at how far `return` is indented."""
    return 1.0 * np.any(_hits(labels, p)) / len(p)


@accuracy.mistake("sorted-before-comparing", ask="Which prediction belongs to which label?")
def _(labels, p):
    """Predictions and labels are compared as two sorted lists, so it only matters how often each
    class occurs. Each prediction belongs to the label of its own row."""
    return np.mean(np.sort(np.argmax(p, axis=1)) == np.sort(np.ravel(labels)))


# --- predict --------------------------------------------------------------------------------


def _params(rng, n_in, h, k):
    return {
        "W1": 2 * values(rng, n_in, h),
        "b1": 2 * values(rng, h),
        "W2": 3 * values(rng, h, k),
        "b2": values(rng, k),
    }


def _predict_cases(rng):
    for _ in range(4):
        n_in, h, k = sizes(rng, 3, 3, 9)
        m = 30 + n_in
        yield generic(values(rng, m, n_in), _params(rng, n_in, h, k), m=m, n_in=n_in, h=h, k=k)
    yield special("a batch of one example", values(rng, 1, 5), _params(rng, 5, 4, 3))
    whole = rng.integers(-2, 3, (20, 4))
    yield special("an X of whole numbers", whole, _params(rng, 4, 6, 5))
    yield square(values(rng, 12, 12), _params(rng, 12, 12, 12))


@exercise(
    lesson="06",
    cases=_predict_cases,
    properties={
        "one class number comes for each example": lambda classes, X, params: (
            np.shape(classes) == (len(X),)
        ),
        "class numbers are whole": lambda classes, X, params: np.all(np.mod(classes, 1) == 0),
        "class numbers are below the number of columns of W2": lambda classes, X, params: np.all(
            np.asarray(classes) < params["W2"].shape[1]
        ),
    },
)
def predict(X, params):
    """The class (m,) of each row of X (m, n_in): sigmoid hidden layer, softmax output.

    params: W1 (n_in, h), b1 (h,), W2 (h, k), b2 (k,).
    """
    return np.argmax(_scores(X, params), axis=1)


def _scores(X, params, hidden=sigmoid):
    """The output layer's pre-activations, whose order the softmax keeps."""
    a = hidden(X @ params["W1"] + params["b1"])
    return a @ params["W2"] + params["b2"]


@predict.also_right
def _with_softmax(X, params):
    hidden = sigmoid(X @ params["W1"] + params["b1"])
    p = softmax(hidden @ params["W2"] + params["b2"])
    return np.argmax(p, axis=1)


@predict.also_right
def _naive(X, params):
    W1, b1, W2, b2 = params.values()
    e = np.exp(1 / (1 + np.exp(-(X @ W1 + b1))) @ W2 + b2)
    return (e / e.sum(axis=1, keepdims=True)).argmax(axis=1)


@predict.also_right
def _example_by_example(X, params):
    classes = []
    for x in X:
        hidden = sigmoid(np.dot(x, params["W1"]) + params["b1"])
        z = np.dot(hidden, params["W2"]) + params["b2"]
        classes.append(int(np.argmax(z)))
    return np.array(classes)


@predict.also_right
def _floats(X, params):
    classes = np.zeros(len(X))
    for i, row in enumerate(softmax(_scores(X, params))):
        classes[i] = list(row).index(max(row))
    return classes


@predict.also_right
def _sorted(X, params):
    return np.argsort(softmax(_scores(X, params)), axis=1)[:, -1]


@predict.also_right
def _transposed(X, params):
    hidden = sigmoid(params["W1"].T @ X.T + params["b1"][:, None])
    return np.argmax(params["W2"].T @ hidden + params["b2"][:, None], axis=0)


# What comes back.


@predict.mistake("probabilities", ask="What is the difference between 0.8 and class 3?")
def _(X, params):
    """You return the probabilities, k numbers for each example. The class is the place of the
    largest of them."""
    return softmax(_scores(X, params))


@predict.mistake("scores", ask="How many numbers belong to one example?")
def _(X, params):
    """You return the output layer's z, k numbers for each example. The class is the place of the
    largest of them."""
    return _scores(X, params)


@predict.mistake("largest-probability", ask="Is 0.83 a class?")
def _(X, params):
    """You return the largest probability of each example. Which class it belongs to is asked for:
    its place, not its value."""
    return np.max(softmax(_scores(X, params)), axis=1)


@predict.mistake("largest-score", ask="Is 3.7 a class?")
def _(X, params):
    """You return the largest z of each example. Which class it belongs to is asked for: its place,
    not its value."""
    return np.max(_scores(X, params), axis=1)


@predict.mistake("one-hot", ask="Which shape should the result have?")
def _(X, params):
    """You return one-hot rows. The class numbers themselves are asked for, one for each example."""
    return np.eye(len(params["b2"]))[predict(X, params)]


@predict.mistake("thresholded", ask="Must the largest of ten probabilities be above 0.5?")
def _(X, params):
    """You round the probabilities, or ask of each whether it is above 0.5. With several classes the
    largest wins, however large it is; its place is the class."""
    return (softmax(_scores(X, params)) > 0.5).astype(int)


@predict.mistake("rounded-first", ask="What is round(0.4)?")
def _(X, params):
    """The probabilities are rounded before the largest is looked for. Where none is above 0.5, all
    become 0, and class 0 wins."""
    return np.argmax(np.round(softmax(_scores(X, params))), axis=1)


@predict.mistake("best-example-of-each-class", ask="Which way does argmax look with axis=0?")
def _(X, params):
    """You look down the columns: for each class you get the example that fits it best. The class of
    an example is the largest entry of its row."""
    return np.argmax(softmax(_scores(X, params)), axis=0)


@predict.mistake("highest-score-of-each-column", ask="Which way does argmax look with axis=0?")
def _(X, params):
    """You look down the columns of the scores: for each class you get the example with the highest
    score. The class of an example is the largest entry of its row."""
    return np.argmax(_scores(X, params), axis=0)


@predict.mistake("argmax-without-axis", ask="How many numbers does np.argmax(p) give?")
def _(X, params):
    """You get one number for the whole batch: without an axis, `argmax` counts through all rows of
    the table. Each row needs its own."""
    return np.argmax(softmax(_scores(X, params)))


@predict.mistake(
    "argmax-of-the-scores-without-axis", ask="How many numbers does np.argmax(z) give?"
)
def _(X, params):
    """You get one number for the whole batch: without an axis, `argmax` counts through all rows of
    the scores. Each row needs its own."""
    return np.argmax(_scores(X, params))


@predict.mistake("smallest", ask="Which class does the network choose?")
def _(X, params):
    """You return the class with the smallest probability. The network chooses the largest."""
    return np.argmin(_scores(X, params), axis=1)


@predict.mistake("counted-from-one", ask="Which class is column 0?")
def _(X, params):
    """Every class is one too high: column 0 is class 0, and `argmax` counts that way already."""
    return predict(X, params) + 1


@predict.mistake("one-too-low", ask="Which class is column 0?")
def _(X, params):
    """Every class is one too low, and class 0 has become -1. Columns and classes both count from
    0."""
    return predict(X, params) - 1


@predict.mistake("ranking", ask="What does argsort give, and which of it do you need?")
def _(X, params):
    """You return all classes of each example, sorted by their probability. Only the best is asked
    for."""
    return np.argsort(_scores(X, params), axis=1)


@predict.mistake(
    "ranking-from-the-best", ask="What does argsort give, and which of it do you need?"
)
def _(X, params):
    """You return all classes of each example, sorted by their probability, best first. Only the
    best is asked for."""
    return np.argsort(-_scores(X, params), axis=1)


@predict.mistake("second-best")
def _(X, params):
    """You return the class with the second-largest probability: after sorting, the best stands at
    the very end."""
    return np.argsort(_scores(X, params), axis=1)[:, -2]


@predict.mistake("column", ask="Which shape should the result have?")
def _(X, params):
    """The classes are right, but they come as a column (m, 1), which makes an m·m table when it
    meets labels (m,). One axis is asked for."""
    return predict(X, params)[:, None]


@predict.mistake("only-the-first-example", ask="When does `return` end a loop?")
def _(X, params):
    """You return one class, that of the first example: an index 0, or a `return` inside the loop,
    leaves the others out."""
    return predict(X, params)[0]


@predict.mistake("only-the-last-example", ask="Are the classes collected, or written over?")
def _(X, params):
    """You return one class, that of the last example: each round of the loop writes over the one
    before. Collect them."""
    return predict(X, params)[-1]


@predict.mistake("row-numbers", ask="Which of the two indices does np.where give first?")
def _(X, params):
    """You return the numbers of the rows, 0, 1, 2 and so on. The class is the number of the column
    in which the largest entry stands."""
    return np.arange(len(X))


@predict.mistake("counted-classes")
def _(X, params):
    """You return how often each class was chosen. One class for each example is asked for."""
    return np.bincount(predict(X, params), minlength=len(params["b2"]))


@predict.mistake("hidden-unit", ask="Where does W2 come in?")
def _(X, params):
    """You return the strongest hidden unit of each example: the output layer is missing."""
    return np.argmax(X @ params["W1"] + params["b1"], axis=1)


# The way there.


@predict.mistake("hidden-activation-missing", ask="What are two layers without an activation?")
def _(X, params):
    """The hidden layer has no activation, so the two layers are one linear map, and some classes
    come out wrong. Which function stands between W1 and W2?"""
    return np.argmax(_scores(X, params, hidden=np.asarray), axis=1)


@predict.mistake("softmax-in-the-hidden-layer", ask="Which layer holds probabilities of classes?")
def _(X, params):
    """The hidden layer goes through a softmax, so its units compete as if they were classes. The
    softmax belongs to the output layer; the hidden one has another activation."""
    return np.argmax(_scores(X, params, hidden=softmax), axis=1)


@predict.mistake("relu-in-the-hidden-layer", ask="With which activation was the network trained?")
def _(X, params):
    """The hidden layer uses ReLU. The parameters belong to another activation: some classes come
    out wrong."""
    return np.argmax(_scores(X, params, hidden=relu), axis=1)


@predict.mistake("tanh-in-the-hidden-layer", ask="With which activation was the network trained?")
def _(X, params):
    """The hidden layer uses tanh. The parameters belong to another activation: some classes come
    out wrong."""
    return np.argmax(_scores(X, params, hidden=np.tanh), axis=1)


@predict.mistake("mirrored-sigmoid", ask="Which way does your S lean?")
def _(X, params):
    """The hidden layer's sigmoid falls where it should rise: a sign in the exponent is wrong."""
    return np.argmax(_scores(X, params, hidden=lambda z: sigmoid(-z)), axis=1)


@predict.mistake("sigmoid-twice-in-the-hidden-layer")
def _(X, params):
    """The hidden layer goes through the sigmoid twice, so its values hardly differ. Once is
    enough."""
    return np.argmax(_scores(X, params, hidden=lambda z: sigmoid(sigmoid(z))), axis=1)


@predict.mistake("sigmoid-slope-in-the-hidden-layer")
def _(X, params):
    """The hidden layer uses the sigmoid's slope, not its value. Slopes belong to the way back."""
    return np.argmax(_scores(X, params, hidden=lambda z: sigmoid(z) * sigmoid(-z)), axis=1)


@predict.mistake("first-bias-missing", ask="How many parameters does a layer have?")
def _(X, params):
    """Some classes are wrong: the bias of the hidden layer is missing, or far too weak."""
    return predict(X, params | {"b1": 0})


@predict.mistake("second-bias-missing", ask="How many parameters does a layer have?")
def _(X, params):
    """Some classes are wrong: the bias of the output layer is missing, or far too weak."""
    return predict(X, params | {"b2": 0})


@predict.mistake("both-biases-missing", ask="How many parameters does a layer have?")
def _(X, params):
    """Some classes are wrong: the biases of both layers are missing, or far too weak."""
    return predict(X, params | {"b1": 0, "b2": 0})


@predict.mistake("first-bias-subtracted")
def _(X, params):
    """Some classes are wrong: the bias of the hidden layer is subtracted. (If you wrote the sigmoid
    out, the minus of its exponent goes before the whole sum: mind the brackets.)"""
    return predict(X, params | {"b1": -params["b1"]})


@predict.mistake("second-bias-subtracted")
def _(X, params):
    """Some classes are wrong: the bias of the output layer is subtracted."""
    return predict(X, params | {"b2": -params["b2"]})


@predict.mistake("bias-outside-the-sigmoid", ask="What goes into the sigmoid?")
def _(X, params):
    """Some classes are wrong: the bias of the hidden layer is added after the sigmoid. It belongs
    to z, before the activation."""
    a = sigmoid(X @ params["W1"]) + params["b1"]
    return np.argmax(a @ params["W2"] + params["b2"], axis=1)


@predict.mistake("sigmoid-before-the-weights", ask="Which comes first, weights or activation?")
def _(X, params):
    """The sigmoid is applied to the inputs, and none to the hidden layer. First the weights and the
    bias, then the activation."""
    a = sigmoid(X) @ params["W1"] + params["b1"]
    return np.argmax(a @ params["W2"] + params["b2"], axis=1)


@predict.mistake("softmax-over-the-examples", ask="What do the rows of your p add up to?")
def _(X, params):
    """Some classes are wrong: the softmax runs down the columns (axis=0), so an example competes
    with the others of its batch. Each row is to be judged alone."""
    return np.argmax(softmax(_scores(X, params).T).T, axis=1)


@predict.mistake("inputs-scaled-again", ask="Who scales the pixels?")
def _(X, params):
    """X is divided by 16 inside the function, though it comes scaled: most of the picture is then
    lost. Scale once, where the data are read."""
    return predict(X / 16, params)


@predict.mistake("inputs-standardised")
def _(X, params):
    """X is standardised inside the function, with the numbers of this batch. The same picture then
    gets another class in another batch: use X as it comes."""
    with np.errstate(all="ignore"):
        return predict((X - X.mean(axis=0)) / X.std(axis=0), params)


@predict.mistake("batch-flattened")
def _(X, params):
    """All examples of a batch get the same class, as when they are averaged before they go through
    the network. Each row goes through on its own."""
    return np.tile(predict(X.mean(axis=0, keepdims=True), params), len(X))


@predict.mistake("weights-transposed", ask="Which shapes must meet at @?")
def _(X, params):
    """The weights are used on their side. With rows as examples, X meets W1 as it is, and the
    hidden layer meets W2 as it is."""
    return predict(X, params | {"W1": params["W1"].T, "W2": params["W2"].T})


@predict.mistake("first-weights-transposed", ask="Which shapes must meet at @?")
def _(X, params):
    """W1 is used on its side. Its rows belong to the inputs, so X meets it as it is."""
    return predict(X, params | {"W1": params["W1"].T})


@predict.mistake("second-weights-transposed", ask="Which shapes must meet at @?")
def _(X, params):
    """W2 is used on its side. Its rows belong to the hidden units, so the hidden layer meets it as
    it is."""
    return predict(X, params | {"W2": params["W2"].T})


@predict.mistake("operands-swapped", ask="Which shapes must meet at @?")
def _(X, params):
    """The product is written the wrong way round: W1 stands before X. The inner sizes must meet,
    (m, n_in) before (n_in, h)."""
    a = sigmoid(params["W1"] @ X + params["b1"])
    return np.argmax(params["W2"] @ a + params["b2"], axis=1)


@predict.mistake("layers-swapped", ask="Through which weights does X go first?")
def _(X, params):
    """The layers are swapped: X goes through W2 first. Its rows belong to the hidden units, and X
    has another number of columns."""
    a = sigmoid(X @ params["W2"] + params["b2"])
    return np.argmax(a @ params["W1"] + params["b1"], axis=1)


@predict.mistake("first-layer-twice", ask="Which parameters belong to the output layer?")
def _(X, params):
    """The hidden layer goes through W1 and b1 once more. The second layer has its own: W2 and
    b2."""
    return predict(X, params | {"W2": params["W1"], "b2": params["b1"]})


@predict.mistake("input-into-the-output-layer", ask="What goes into the second layer?")
def _(X, params):
    """X itself goes into the output layer. What goes in there is what the hidden layer gave
    out."""
    return np.argmax(X @ params["W2"] + params["b2"], axis=1)


@predict.mistake("biases-swapped", ask="Which bias has as many entries as there are hidden units?")
def _(X, params):
    """The biases are swapped: b2 is added in the hidden layer, and its length does not fit
    there."""
    return predict(X, params | {"b1": params["b2"], "b2": params["b1"]})


@predict.mistake("first-bias-twice", ask="Which bias has as many entries as there are classes?")
def _(X, params):
    """The output layer gets the bias of the hidden layer, b1, whose length does not fit there. It
    has its own."""
    return predict(X, params | {"b2": params["b1"]})


@predict.mistake("entry-by-entry", ask="Through a layer of weights: @ or *?")
def _(X, params):
    """`*` multiplies entry by entry, and the shapes do not fit. Through a layer of weights goes the
    matrix product."""
    a = sigmoid(X * params["W1"] + params["b1"])
    return np.argmax(a * params["W2"] + params["b2"], axis=1)


def _version(X, params, hidden=sigmoid, b1=1, b2=1, result=lambda z: np.argmax(z, axis=1)):
    """`predict` with pieces replaced; b1 and b2 are factors of the biases."""
    params = params | {"b1": b1 * params["b1"], "b2": b2 * params["b2"]}
    return result(_scores(X, params, hidden))


# Two of these at once are named, too.
_PIECES = {
    "hidden-activation-missing": {"hidden": np.asarray},
    "softmax-in-the-hidden-layer": {"hidden": softmax},
    "relu-in-the-hidden-layer": {"hidden": relu},
    "tanh-in-the-hidden-layer": {"hidden": np.tanh},
    "mirrored-sigmoid": {"hidden": lambda z: sigmoid(-z)},
    "first-bias-missing": {"b1": 0},
    "second-bias-missing": {"b2": 0},
    "both-biases-missing": {"b1": 0, "b2": 0},
    "probabilities": {"result": softmax},
    "scores": {"result": lambda z: z},
    "largest-probability": {"result": lambda z: np.max(softmax(z), axis=1)},
    "counted-from-one": {"result": lambda z: np.argmax(z, axis=1) + 1},
    "smallest": {"result": lambda z: np.argmin(z, axis=1)},
    "column": {"result": lambda z: np.argmax(z, axis=1)[:, None]},
}

for _one, _other in itertools.combinations(_PIECES, 2):
    _disjoint = not set(_PIECES[_one]) & set(_PIECES[_other])
    if _disjoint and (_one, _other) != ("first-bias-missing", "second-bias-missing"):
        _both = functools.partial(_version, **_PIECES[_one], **_PIECES[_other])
        predict.combination(_one, _other)(_both)

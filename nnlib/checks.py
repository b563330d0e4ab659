"""Checks of what a user gives, made once at the library's border, each error one sentence.

`check_data` also turns labels into the numbers that a loss compares with.
"""

from numbers import Integral, Real

import numpy as np


def expect(condition, given, expected):
    """Raise ValueError with the sentence "given: expected …" unless the condition holds."""
    if not condition:
        given = " ".join(given.split())
        raise ValueError(f"{given[:99]}{'…' * (len(given) > 99)}: expected {expected}")


def choose(kind, name, known):
    """Return known[name]; ValueError names what was given and what there is."""
    expect(str(name) in known, f"{kind} is {name!r}", f"one of {', '.join(sorted(known))}")
    return known[str(name)]


def number(name, value, low=0, high=np.inf, kind=Real, sort="finite"):
    """Return value, a number from low to below high, as a float; ValueError else."""
    fits = isinstance(value, kind) and not isinstance(value, bool) and low <= value < high
    bounds = f"of at least {low}" if high == np.inf else f"from {low} to below {high}"
    expect(fits, f"{name} is {value!r}", f"a {sort} number {bounds}")
    return float(value)  # a NumPy scalar would widen float32


def whole(name, value):
    """Return value, a whole number of at least 1, as an int; ValueError else."""
    return int(number(name, value, 1, kind=Integral, sort="whole"))


def array(name, values, shape=None, dtype=np.float64):
    """Return values as an array of that shape that is not empty; ValueError else.

    An "m" in front of the shape stands for any length, as in ("m", 3). The entries are finite, as
    dtype too, and become dtype; None leaves them as they are: labels, say.
    """
    try:
        values = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} has rows of several lengths: expected equal ones") from error
    fits = shape in (None, values.shape, ("m", *values.shape[1:])[: values.ndim])
    expected = "at least one entry" if fits else str(shape).replace("'", "")
    expect(fits and values.size, f"{name} has shape {values.shape}", expected)
    if dtype:
        expect(values.dtype.kind in "fiub", f"{name} holds {values.dtype} entries", "numbers")
        for extreme in values.min(), values.max():  # NaN counts as both, and no mask is made
            finite = abs(float(extreme)) <= float(np.finfo(dtype).max)
            expect(finite, f"{name} holds {extreme}", f"finite {np.dtype(dtype)} numbers")
    return values if dtype is None else values.astype(dtype, copy=False)


def indicators(name, labels, shape, classes, k):
    """Return (m, k) truths, whether a label is a class, and the classes (k,).

    labels have that shape, (m,) or ("m",). Classes not known yet are the integers and strings that
    occur if they are k, else 0 … k-1. Raises ValueError for a label that is none of the classes.
    """
    labels = np.array(array(name, labels, shape, None).tolist())  # not objects, but what they are
    given = {*labels.tolist()}
    found = sorted(a for a in given if isinstance(a, int | str | bytes) or str(a)[-2:] == ".0")
    known = classes if classes.size else np.array(found) if len(found) == k else np.arange(k)
    strange = sorted(given - {*known.tolist()}, key=str)[:3]
    expect(not strange, f"{strange} in {name}", f"{k} labels, as in {known.tolist()}")
    return labels[:, None] == known, known


def check_data(net, X, y, classes, of=""):
    """Return X (m, n_in), y as the (m, k) targets of net's loss, and the classes of the labels.

    classes (k,) are those that are known, or none: (0,). `of` stands before X and y where an error
    names them. Raises ValueError for bad X and y.
    """
    X, y = array(f"{of}X", X, ("m", net.layers[0].n_in), net.dtype), array(f"{of}y", y, dtype=None)
    m, k = size = len(X), net.layers[-1].n_out
    if y.ndim == 1 and net.loss != "mse":
        hits, classes = indicators(f"{of}y", y, (m,), classes, max(2, k))
        y = hits[:, -k:]  # a single sigmoid: the second of two classes
    expect(net.loss == "mse" or y.shape == size, f"{of}y has shape {y.shape}", f"({m},) or {size}")
    y = array(f"{of}y", y, size, net.dtype)
    shares = y.min() >= 0 and y.max() <= 1 and (k == 1 or np.allclose(y.sum(axis=1), 1))
    expect(shares or net.loss == "mse", f"{of}y holds no classes", "labels (m,) or probabilities")
    return X, y, classes

"""The data of the course, from inside the package: small, the same every time, and NumPy alone."""

import math
from importlib import resources
from numbers import Integral

import numpy as np

from nnlib.checks import number, whole
from nnlib.mnist import MNIST_SHA256, mnist

__all__ = [
    "MNIST_SHA256",
    "affine_matrix",
    "diabetes",
    "digits",
    "friedman1",
    "line",
    "mnist",
    "moons",
    "train_test_split",
]


def line():
    """Return the 12 points of lesson 01 that a bump can fit: 0s, then 1s, then 0s along a line.

    X (12, 1), from -1.51 to 1.44; y (12, 1), 0.0 or 1.0.
    """
    x = [-1.51, -1.29, -1.18, -0.64, -0.53, -0.09, 0.13, 0.35, 0.89, 1.11, 1.33, 1.44]
    y = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    return np.array(x).reshape(-1, 1), np.array(y).reshape(-1, 1)


def moons(n=1000, noise=0.2, random_state=100):
    """Return two interleaving half circles, shuffled; the points of scikit-learn's make_moons.

    X (n, 2); labels (n,), 0 for the outer moon (n // 2 points) and 1 for the inner one.
    `noise` is the standard deviation of the Gaussian noise, 0 or more; `random_state` a seed, a
    Generator, or None for fresh numbers. Raises ValueError for other arguments.
    """
    n, noise = whole("n", n), number("noise", noise)
    rng = _random(random_state)
    outer, inner = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    X = np.column_stack(
        [
            np.concatenate([np.cos(outer), 1 - np.cos(inner)]),
            np.concatenate([np.sin(outer), 1 - np.sin(inner) - 0.5]),
        ]
    )
    labels = np.repeat([0, 1], [len(outer), len(inner)])
    order = np.arange(n)
    rng.shuffle(order)
    return X[order] + rng.normal(scale=noise, size=X.shape), labels[order]


def friedman1(n=1000, noise=1.0, random_state=0):
    """Return Friedman's first regression problem; the numbers of scikit-learn's make_friedman1.

    X (n, 10), uniform in 0..1; y (n,), which depends on the first five columns alone:
    10 sin(pi x0 x1) + 20 (x2 - 1/2)^2 + 10 x3 + 5 x4, plus Gaussian noise of standard deviation
    `noise`. `random_state` as in `moons`. Raises ValueError for other arguments.
    Source: J. Friedman (1991), Multivariate adaptive regression splines, Annals of Statistics 19.
    """
    n, noise = whole("n", n), number("noise", noise)
    rng = _random(random_state)
    X = rng.uniform(size=(n, 10))
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3]
    y = y + 5 * X[:, 4] + noise * rng.standard_normal(size=n)
    return X, y


def digits():
    """Return 1,797 handwritten digits of 8x8 pixels, in the order of scikit-learn's load_digits.

    X (1797, 64), 0.0 (paper) to 16.0 (ink); labels (1797,), integers 0 to 9.
    Source and licence: nnlib/data/digits.txt.
    """
    data = _load("digits.npz")
    return data["X"].astype(np.float64), data["labels"].astype(np.int64)


def diabetes(scaled=True):
    """Return ten measurements of 442 people and the progress of their diabetes a year later.

    X (442, 10): every column with mean 0 and sum of squares 1, as in scikit-learn's load_diabetes,
    or in the units of the measurements if `scaled` is False; y (442,), 25.0 to 346.0.
    Source and licence: nnlib/data/diabetes.txt.
    """
    data = _load("diabetes.npz")
    X, y = data["X"], data["y"]
    if scaled:
        X = (X - X.mean(axis=0)) / X.std(axis=0) / len(X) ** 0.5
    return X, y


def affine_matrix(rng=None, turn=0.2, stretch=0.2, shift=0.7, side=8):
    """Return a matrix M (side², side²) that moves pictures at random: X @ M for X (m, side²).

    Every row of X is turned by up to `turn` radians, divided in size along each axis by a factor
    from 1 - `stretch` to 1 + `stretch` (0 to below 1), and shifted by up to `shift` of its original
    pixels along each axis; paper, 0, comes in at the edges. `rng` is a seed or a Generator. Raises
    ValueError for numbers outside these ranges. (Lesson 06)
    """
    number("turn", turn), number("stretch", stretch, 0, 1), number("shift", shift)
    rng, side = np.random.default_rng(rng), whole("side", side)
    place = np.indices((side, side)).reshape(2, -1) - (side - 1) / 2  # from the middle
    angle, scale = rng.uniform(-turn, turn), rng.uniform(1 - stretch, 1 + stretch, (2, 1))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # Where each pixel of the copy comes from in the picture; it mixes the four pixels around.
    source = (scale * rotation) @ place + rng.uniform(-shift, shift, (2, 1))
    share = np.maximum(0, 1 - np.abs(source[:, None, :] - place[:, :, None]))
    return share[0] * share[1]


def train_test_split(*arrays, test_size=0.25, random_state=None):
    """Return X_train, X_test, y_train, y_test, …: each array split by the same random permutation.

    `arrays` have equal lengths m; `test_size` is the share of rows in the test set (0 to 1, rounded
    up) or their number (1 to m - 1); `random_state` as in `moons`. A seed gives the split of
    scikit-learn's train_test_split. Raises ValueError for other arguments.
    """
    arrays = [np.asarray(array) for array in arrays]
    lengths = {len(array) if array.ndim else 0 for array in arrays}
    if len(lengths) != 1 or min(lengths) < 2:
        given = ", ".join(str(array.shape) for array in arrays) or "no array"
        raise ValueError(
            f"the arrays have the shapes {given}: expected as many rows each, 2 or more"
        )
    m = lengths.pop()
    n_test = _test_rows(test_size, m)
    order = _random(random_state).permutation(m)
    test, train = order[:n_test], order[n_test:]
    return [part for array in arrays for part in (array[train], array[test])]


def _test_rows(test_size, m):
    rows = isinstance(test_size, Integral)
    n_test = test_size if rows else math.ceil(number("test_size", test_size) * m)
    if isinstance(test_size, bool) or not 0 < n_test < m or not (rows or test_size < 1):
        raise ValueError(
            f"test_size is {test_size!r}: expected a share between 0 and 1, or a whole number from "
            f"1 to {m - 1}, that leaves some of the {m} rows for training"
        )
    return int(n_test)


def _random(random_state):
    """Return a source of random numbers; a seed gives the old generator that scikit-learn uses."""
    if isinstance(random_state, np.random.Generator | np.random.RandomState):
        return random_state
    seed = isinstance(random_state, Integral)
    if random_state is None or (seed and 0 <= random_state < 2**32):
        return np.random.RandomState(random_state)
    raise ValueError(
        f"random_state is {random_state!r}: expected None, a seed from 0 to 2**32 - 1, or a "
        "NumPy Generator"
    )


def _load(name):
    file = resources.files("nnlib").joinpath("data", name).open("rb")
    with file, np.load(file) as data:
        return dict(data)

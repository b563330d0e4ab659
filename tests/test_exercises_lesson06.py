"""Lesson 06's exercises: an exact δ, and wrong functions that are not in the catalogue."""

import math
import re

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib import losses, numerical_gradient
from nnlib.exercises import diagnose
from nnlib.exercises.lesson06 import (
    accuracy,
    cross_entropy,
    one_hot,
    predict,
    scale_pixels,
    softmax,
    softmax_ce_delta,
)

WRONG, RIGHT, wrong, right = collectors()


# What a learner's notebook has from earlier lessons and exercises.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def stable_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(X, params):
    hidden = sigmoid(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + params["b2"]


# --- the references are exact ---------------------------------------------------------------


def test_softmax_ce_delta_is_the_derivative_of_the_cross_entropy_by_z():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(5, 4)), np.eye(4)[rng.integers(0, 4, 5)]
    slopes = numerical_gradient(lambda z: cross_entropy(y, softmax(z)), z)
    np.testing.assert_allclose(softmax_ce_delta(y, softmax(z)), slopes, rtol=1e-6, atol=1e-10)


def test_an_untrained_network_costs_log_k():
    y = np.eye(10)[np.arange(10)]
    assert cross_entropy(y, softmax(np.zeros((10, 10)))) == pytest.approx(math.log(10))


def test_the_loss_is_that_of_the_library():
    rng = np.random.default_rng(2)
    y, z = np.eye(4)[rng.integers(0, 4, 9)], rng.normal(size=(9, 4))
    library = losses.cross_entropy(y, z, softmax)
    assert cross_entropy(y, softmax(z)) == pytest.approx(library, rel=1e-12)


def test_cross_entropy_is_never_negative_and_never_infinite():
    assert cross_entropy(np.eye(3), np.eye(3)) == 0
    assert 30 < cross_entropy(np.eye(3), np.eye(3)[::-1] + 0.0) * 3 / 2 < np.inf


def test_softmax_is_finite_without_a_warning_at_any_size(recwarn):
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4 + 1, -1e4], [1e300, 0, -1e300]])
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1)
    assert not recwarn.list


# --- scale_pixels ---------------------------------------------------------------------------

wrong("scale_pixels", "divided-by-255")(lambda X: X * (1 / 255))
wrong("scale_pixels", "divided-by-256")(lambda X: X / 16 / 16)
wrong("scale_pixels", "divided-by-the-largest")(lambda X: np.divide(X, np.amax(X)))
wrong("scale_pixels", "divided-by-the-largest-of-each-pixel")(lambda X: X / np.max(X, 0))
wrong("scale_pixels", "divided-by-the-largest-of-each-image-without-keepdims")(
    lambda X: X / np.max(X, axis=1)
)
wrong("scale_pixels", "whole-division")(lambda X: np.floor_divide(X, 16.0))
wrong("scale_pixels", "decimals-cut-off")(lambda X: np.int64(X / 16))
wrong("scale_pixels", "rounded")(lambda X: X > 8)
wrong("scale_pixels", "black-and-white")(lambda X: np.where(X / 16 >= 0.5, 1.0, 0.0))
wrong("scale_pixels", "minus-one-to-one")(lambda X: (X - 8) / 8)
wrong("scale_pixels", "not-scaled")(lambda X: X)
wrong("scale_pixels", "multiplied")(lambda X: 16 * X)
wrong("scale_pixels", "standardised")(lambda X: (X - np.mean(X)) / np.std(X))
wrong("scale_pixels", "pixels-cut-off")(lambda X: X.astype(np.uint8) / 16)
wrong("scale_pixels", "list-instead-of-array")(lambda X: [row / 16 for row in X])
wrong("scale_pixels", "rounded-1")(lambda X: np.round(X / 16, 1))
wrong("scale_pixels", "transposed")(lambda X: X.T / 16)
wrong("scale_pixels", "wrong-shape")(lambda X: X.ravel() / 16)
wrong("scale_pixels", "squared")(lambda X: (X / 16) ** 2)
wrong("scale_pixels", "square-root")(lambda X: np.sqrt(X) / 4)
wrong("scale_pixels", "factor")(lambda X: X / 14)
wrong("scale_pixels", "factor")(lambda X: X / (1 + X.max()))
wrong("scale_pixels", "offset")(lambda X: X / 16 + 1)
wrong("scale_pixels", None)(lambda X: np.tanh(X / 16))
wrong("scale_pixels", None)(lambda X: (X + 1) / 17)
wrong("scale_pixels", "printed-not-returned")(lambda X: print(X / 16))


@wrong("scale_pixels", "scaled-only-if-needed")
def _(X):
    return X if (X <= 1).all() else X / 16.0


@wrong("scale_pixels", "integer-array")
def _(X):
    for i in range(len(X)):
        X[i] = X[i] / 16
    return X


@wrong("scale_pixels", "changed-in-place")
def _(X):
    np.divide(X, 16, out=X)
    return X


@wrong("scale_pixels", "return-forgotten")
def _(X):
    X = X / 16


right("scale_pixels")(lambda X: np.interp(X, [0, 16], [0, 1]))
right("scale_pixels")(lambda X: X.astype(float) * 2**-4)
right("scale_pixels")(lambda X: np.true_divide(X, np.full(X.shape, 16)))
right("scale_pixels")(lambda X: np.array([[v / 16 for v in row] for row in X]))

# --- one_hot --------------------------------------------------------------------------------

wrong("one_hot", "column-labels-make-three-axes", "float-labels")(
    lambda labels, num_classes: np.identity(num_classes)[labels]
)
wrong("one_hot", "counted-from-one")(
    lambda labels, num_classes: np.eye(num_classes)[labels.ravel().astype(int) - 1]
)
wrong("one_hot", "columns-for-classes-from-one")(
    lambda labels, num_classes: np.float64(labels.reshape(-1, 1) == 1 + np.arange(num_classes))
)
wrong("one_hot", "classes-from-the-batch")(
    lambda labels, num_classes: np.eye(1 + int(labels.max()))[labels.astype(int).reshape(-1)]
)
wrong("one_hot", "a-column-per-class-seen")(
    lambda labels, num_classes: np.eye(len(np.unique(labels)))[
        np.unique(labels.ravel(), return_inverse=True)[1]
    ]
)
wrong("one_hot", "transposed")(
    lambda labels, num_classes: (np.arange(num_classes)[:, None] == labels.ravel()).astype(float)
)
wrong("one_hot", "integers")(
    lambda labels, num_classes: 1 * (np.arange(num_classes) == labels.reshape(-1, 1))
)
wrong("one_hot", "column-labels-make-three-axes")(
    lambda labels, num_classes: np.where(labels[..., None] == np.arange(num_classes), 1.0, 0.0)
)
wrong("one_hot", "compared-without-an-axis")(
    lambda labels, num_classes: np.equal(labels, np.arange(num_classes)).astype(float)
)
wrong("one_hot", "always-ten-classes")(lambda labels, num_classes: np.eye(10)[np.int64(labels)])
wrong("one_hot", "inverted")(
    lambda labels, num_classes: (labels.reshape(-1, 1) != np.arange(num_classes)) * 1.0
)
wrong("one_hot", "list-instead-of-array", "list-instead-of-array + wrong-kind")(
    lambda labels, num_classes: [
        [1.0 if int(label) == j else 0.0 for j in range(num_classes)] for label in labels.ravel()
    ]
)
wrong("one_hot", None)(lambda labels, num_classes: np.diag(labels.ravel()))
wrong("one_hot", "constant")(lambda labels, num_classes: np.ones((num_classes, num_classes)))
wrong("one_hot", "not-repeatable")(
    lambda labels, num_classes: np.eye(num_classes)[
        np.random.default_rng().integers(0, num_classes, labels.size)
    ]
)


@wrong("one_hot", "all-rows-alike")
def _(labels, num_classes):
    rows, row = [], [0.0] * num_classes
    for label in labels.ravel():
        row[int(label)] = 1.0
        rows.append(row)
    return np.array(rows)


@wrong("one_hot", "column-labels-fill-every-row", "float-labels")
def _(labels, num_classes):
    y = np.zeros((labels.shape[0], num_classes))
    y[range(labels.shape[0]), labels] = 1
    return y


@wrong("one_hot", "float-labels")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for row, label in zip(y, labels.ravel(), strict=True):
        row[label] = 1
    return y


@wrong("one_hot", "only-the-first-row")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for i, label in enumerate(labels.ravel()):
        y[i, int(label)] = 1
        return y


@wrong("one_hot", "only-the-last-row")
def _(labels, num_classes):
    for i, label in enumerate(labels.ravel()):
        y = np.zeros((len(labels), num_classes))
        y[i, int(label)] = 1
    return y


@wrong("one_hot", "whole-rows-filled")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for label in labels:
        y[label] = 1
    return y


@wrong("one_hot", "first-class-forgotten")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for j in range(1, num_classes):
        y[labels.ravel() == j, j] = 1
    return y


@wrong("one_hot", "index-out-of-range")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for i, label in enumerate(labels.ravel()):
        y[i][int(label) + 1] = 1
    return y


@wrong("one_hot", "label-as-value")
def _(labels, num_classes):
    y = np.zeros((len(labels), num_classes))
    for i, label in enumerate(labels.ravel()):
        y[i, int(label)] = label
    return y


@right("one_hot")
def _(labels, num_classes):
    return np.array([np.arange(num_classes) == int(t) for t in labels.ravel()], dtype=float)


@right("one_hot")
def _(labels, num_classes):
    y = np.zeros(labels.size * num_classes)
    y[np.arange(labels.size) * num_classes + labels.ravel().astype(int)] = 1
    return y.reshape(labels.size, num_classes)


@right("one_hot")
def _(labels, num_classes):
    return np.concatenate([np.eye(num_classes)[int(t)][None, :] for t in labels.flatten()])


@right("one_hot")
def _(labels, num_classes):
    return np.maximum(0, 1 - np.abs(labels.reshape(-1, 1).astype(float) - np.arange(num_classes)))


# --- softmax --------------------------------------------------------------------------------


def over(sum_of, shift=lambda z: z.max(axis=1, keepdims=True)):
    """Exponentials over a sum of them."""

    def function(z):
        e = np.exp(z - shift(z))
        return e / sum_of(e)

    return function


def row_sums(e):
    return e.sum(axis=1, keepdims=True)


wrong("softmax", "over-the-columns")(lambda z: np.exp(z) / sum(np.exp(z)))
wrong("softmax", "over-the-columns")(over(lambda e: e.sum(axis=0), shift=np.max))
wrong("softmax", "over-the-columns-after-a-shift")(over(lambda e: e.sum(axis=0)))
wrong("softmax", "over-the-whole-batch")(over(np.sum, shift=np.max))
wrong("softmax", "over-the-whole-batch-after-a-shift")(over(np.sum))
wrong("softmax", "without-keepdims")(lambda z: np.exp(z) / np.exp(z).sum(axis=-1))
wrong("softmax", "without-keepdims")(over(lambda e: e.sum(axis=1), shift=np.max))
wrong("softmax", "sum-without-keepdims")(over(lambda e: e.sum(axis=1)))
wrong("softmax", "max-without-keepdims")(over(row_sums, shift=lambda z: z.max(axis=1)))
wrong("softmax", "both-without-keepdims")(
    over(lambda e: e.sum(axis=1), shift=lambda z: np.amax(z, axis=1))
)
wrong("softmax", "overflow")(lambda z: (np.exp(z).T / np.exp(z).sum(axis=1)).T)
wrong("softmax", "overflow")(lambda z: np.array([np.exp(row) / np.sum(np.exp(row)) for row in z]))
wrong("softmax", "shifted-by-the-largest-of-all")(over(row_sums, shift=lambda z: max(z.flat)))
wrong("softmax", "shifted-by-column")(over(row_sums, shift=lambda z: z.max(axis=0)))
wrong("softmax", "shifted-but-not-normalised")(lambda z: np.exp(z) / np.exp(z).max(1)[:, None])
wrong("softmax", "divided-by-the-mean")(lambda z: stable_softmax(z) * z.shape[1])
wrong("softmax", "normalised-twice")(lambda z: stable_softmax(stable_softmax(z)))
wrong("softmax", "sign-of-the-exponent")(lambda z: stable_softmax(0 - z))
wrong("softmax", "logarithm")(lambda z: np.log(stable_softmax(z)))
wrong("softmax", "sigmoid")(lambda z: np.exp(z) / (1 + np.exp(z)))
wrong("softmax", "base-2")(lambda z: 2.0**z / np.sum(2.0**z, axis=1, keepdims=True))
wrong("softmax", "clipped")(lambda z: stable_softmax(np.clip(z, -50, 50)))
wrong("softmax", "classes")(lambda z: z.argmax(axis=1))
wrong("softmax", "transposed")(lambda z: stable_softmax(z).T)
wrong("softmax", "list-instead-of-array")(lambda z: list(stable_softmax(z)))
wrong("softmax", "rounded-3")(lambda z: stable_softmax(z).round(3))
wrong("softmax", "complement")(lambda z: 1 - stable_softmax(z))
wrong("softmax", "math-on-array")(lambda z: math.exp(z) / sum(math.exp(z)))
wrong("softmax", "no-such-axis")(lambda z: np.exp(z) / np.sum(np.exp(z), axis=2))
wrong("softmax", "not-repeatable")(
    lambda z: np.random.default_rng().dirichlet(np.ones(z.shape[1]), len(z))
)
wrong("softmax", None)(lambda z: stable_softmax(z) * (1 - stable_softmax(z)))
wrong("softmax", None)(lambda z: np.full(z.shape, 1 / z.shape[1]))


@wrong("softmax", "changed-in-place")
def _(z):
    z -= np.max(z, axis=1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@wrong("softmax", "integer-array")
def _(z):
    p = z.copy()
    for i, row in enumerate(z):
        p[i] = stable_softmax(row[None, :])[0]
    return p


@wrong("softmax", "only-the-last-row")
def _(z):
    for row in z:
        e = np.exp(row - row.max())
        p = e / e.sum()
    return p


right("softmax")(lambda z: 1 / np.exp(z[:, None, :] - z[:, :, None]).clip(0, 1e300).sum(axis=2))
right("softmax")(over(row_sums, shift=lambda z: z.max(axis=1, keepdims=True) + 3.0))
right("softmax")(lambda z: np.apply_along_axis(lambda r: stable_softmax(r[None])[0], 1, z))
right("softmax")(lambda z: np.vstack([stable_softmax(z[i : i + 1]) for i in range(len(z))]))

# --- cross_entropy --------------------------------------------------------------------------


def log(p):
    return np.log(p + 1e-12)


wrong("cross_entropy", "log-of-zero")(lambda y, p: -(y * np.log(p)).sum(axis=1).mean())
wrong("cross_entropy", "log-of-zero-at-the-label")(
    lambda y, p: -np.log(p[y.astype(bool)]).sum() / len(y)
)
wrong("cross_entropy", "log-of-zero-at-the-label")(lambda y, p: -np.log((y * p).sum(1)).mean())
wrong("cross_entropy", "zero-costs-nothing")(
    lambda y, p: -np.sum(y * np.log(p, out=np.zeros(p.shape), where=p > 0)) / len(y)
)
wrong("cross_entropy", "minus-missing")(lambda y, p: np.mean(np.sum(log(p) * y, axis=1)))
wrong("cross_entropy", "mean-over-all-entries")(lambda y, p: np.mean(-y * log(p)))
wrong("cross_entropy", "sum-not-mean")(lambda y, p: -np.vdot(y, log(p)))
wrong("cross_entropy", "divided-by-k")(lambda y, p: -np.mean(np.sum(y * log(p), axis=0)))
wrong("cross_entropy", "base-2")(lambda y, p: -np.sum(y * np.log2(p + 1e-9)) / len(y))
wrong("cross_entropy", "base-10")(lambda y, p: -np.sum(y * np.log10(p + 1e-9)) / len(y))
wrong("cross_entropy", "one-added")(lambda y, p: -np.sum(y * np.log(1 + p)) / len(y))
wrong("cross_entropy", "operands-swapped")(lambda y, p: -np.mean(np.sum(p * np.log(y), axis=1)))
wrong("cross_entropy", "operands-swapped-and-guarded")(
    lambda y, p: -np.sum(p * np.log(y + 1e-9)) / len(y)
)
wrong("cross_entropy", "log-of-the-product-guarded")(
    lambda y, p: -np.sum(np.log(y * p + 1e-8)) / len(y)
)
wrong("cross_entropy", "log-of-the-mean")(lambda y, p: -np.log((y * p).sum() / len(y)))
wrong("cross_entropy", "two-sided")(
    lambda y, p: -np.sum(y * log(p) + (1 - y) * log(1 - p)) / len(p)
)
wrong("cross_entropy", "largest-probability")(lambda y, p: -np.log(p.max(axis=1)).mean())
wrong("cross_entropy", "one-cost-per-example")(lambda y, p: np.sum(-y * log(p), axis=1))
wrong("cross_entropy", "all-pairs")(lambda y, p: -np.dot(y, log(p).T).sum() / len(y))
wrong("cross_entropy", "all-pairs + factor", "all-pairs + averaged-twice")(
    lambda y, p: -np.mean(y @ log(p).T)
)
wrong("cross_entropy", "softmax-again")(lambda y, p: -np.sum(y * log(stable_softmax(p))) / len(y))
wrong("cross_entropy", "squared-error")(lambda y, p: np.square(y - p).mean())
wrong("cross_entropy", "truncated")(lambda y, p: int(-np.sum(y * log(p)) / len(y)))
wrong("cross_entropy", "wrong-shape")(lambda y, p: -np.sum(y * log(p), keepdims=True) / len(y))
wrong("cross_entropy", "factor")(lambda y, p: -100 * np.sum(y * log(p)) / len(y))
wrong("cross_entropy", "shapes")(lambda y, p: -np.dot(y, log(p)) / len(y))
wrong("cross_entropy", None)(lambda y, p: -np.sum(y * np.exp(p)) / len(y))
wrong("cross_entropy", None)(lambda y, p: -np.sum(y * log(p[:, ::-1])) / len(y))


@wrong("cross_entropy", "sum-not-mean + minus-missing", "sign + factor", "minus-missing + factor")
def _(y, p):
    return (y * log(p)).sum()


@wrong("cross_entropy", "changed-in-place")
def _(y, p):
    p[p == 0] = 1e-12
    return -np.sum(y * np.log(p)) / len(y)


@wrong("cross_entropy", "only-the-first-example-but-divided")
def _(y, p):
    total = 0
    for t, q in zip(y, p, strict=True):
        total -= np.sum(t * log(q))
        return total / len(y)


@wrong("cross_entropy", "one-hot-as-class-numbers")
def _(y, p):
    return -np.mean([np.log(p[i, y[i]]) for i in range(len(y))])


@right("cross_entropy")
def _(y, p):
    return float(
        np.mean([-math.log(max(q[np.argmax(t)], 1e-14)) for t, q in zip(y, p, strict=True)])
    )


@right("cross_entropy")
def _(y, p):
    return np.sum(y * -np.log(np.where(p == 0, 1e-10, p))) / y.shape[0]


@right("cross_entropy")
def _(y, p):
    return np.trace(y @ -log(p).T) / len(y)


@right("cross_entropy")
def _(y, p):
    return np.average(np.log(1 / np.clip((y * p).sum(axis=1), 1e-9, 1)))


# --- softmax_ce_delta -----------------------------------------------------------------------

wrong("softmax_ce_delta", "not-averaged")(lambda y, p: np.subtract(p, y))
wrong("softmax_ce_delta", "sign")(lambda y, p: -(p - y) / y.shape[0])
wrong("softmax_ce_delta", "sign-and-not-averaged")(lambda y, p: y - p)
wrong("softmax_ce_delta", "divided-by-all-entries")(lambda y, p: (p - y) / np.prod(p.shape))
wrong("softmax_ce_delta", "divided-by-k")(lambda y, p: (p - y) / len(p[0]))
wrong("softmax_ce_delta", "squared-error")(lambda y, p: (p - y) / len(y) * 2 / p.shape[1])
wrong("softmax_ce_delta", "slope-again")(lambda y, p: (p - y) * (p - p**2) / len(y))
wrong("softmax_ce_delta", "slope-again + sign", "sign + slope-again")(
    lambda y, p: (y - p) * p * (1 - p) / len(y)
)
wrong(
    "softmax_ce_delta",
    "slope-again + sign-and-not-averaged",
    "slope-again + sign + factor",
    "slope-again-not-averaged + sign",
)(lambda y, p: (y - p) * p * (1 - p))
wrong("softmax_ce_delta", "derivative-by-p")(
    lambda y, p: np.where(y > 0, -1 / np.clip(p, 1e-12, 1), 0) / len(y)
)
wrong("softmax_ce_delta", "diagonal-of-the-softmax-only")(
    lambda y, p: np.where(y == 1, p - 1, 0) / len(y)
)
wrong("softmax_ce_delta", "softmax-again")(lambda y, p: (stable_softmax(p) - y) / len(y))
wrong("softmax_ce_delta", "target-divided-only")(lambda y, p: p - y / len(y))
wrong("softmax_ce_delta", "summed-over-the-batch")(lambda y, p: (p - y).mean(axis=0))
wrong("softmax_ce_delta", "averaged-to-one-number")(lambda y, p: (p - y).mean())
wrong("softmax_ce_delta", "decision-for-probability")(
    lambda y, p: ((p == p.max(axis=1, keepdims=True)) - y) / len(y)
)
wrong("softmax_ce_delta", "sign-lost")(lambda y, p: np.sqrt((p - y) ** 2) / len(y))
wrong("softmax_ce_delta", "transposed")(lambda y, p: (p.T - y.T) / len(y))
wrong("softmax_ce_delta", "list-instead-of-array")(lambda y, p: ((p - y) / len(y)).tolist())
wrong("softmax_ce_delta", "wrapped")(lambda y, p: ((p - y) / len(y),))
wrong("softmax_ce_delta", "rounded-2")(lambda y, p: np.around((p - y) / len(y), 2))
wrong("softmax_ce_delta", "factor")(lambda y, p: (p - y) / (len(y) - 1))
wrong("softmax_ce_delta", "factor")(lambda y, p: (p - y) / np.sqrt(len(y)))
wrong("softmax_ce_delta", "unknown-name")(lambda y, p: (p - y) / m)  # noqa: F821
wrong("softmax_ce_delta", "printed-not-returned")(lambda y, p: print((p - y) / len(y)))
wrong("softmax_ce_delta", None)(lambda y, p: (p - y) @ (p - y).T / len(y))
wrong("softmax_ce_delta", None)(lambda y, p: (p - y.mean(axis=0)) / len(y))


@wrong("softmax_ce_delta", "changed-in-place")
def _(y, p):
    p[range(len(p)), y.argmax(axis=1)] -= 1
    return p / len(p)


@wrong("softmax_ce_delta", "changed-in-place-and-not-averaged")
def _(y, p):
    p[y == 1] -= 1
    return p


@wrong("softmax_ce_delta", "last-only", "last-row", None)
def _(y, p):
    for i in range(len(y)):
        delta = (p[i] - y[i]) / len(y)
    return delta


@right("softmax_ce_delta")
def _(y, p):
    return np.where(y == 1, p - 1, p) / y.shape[0]


@right("softmax_ce_delta")
def _(y, p):
    m, k = p.shape
    return np.array([[(p[i, j] - y[i, j]) / m for j in range(k)] for i in range(m)])


@right("softmax_ce_delta")
def _(y, p):
    delta = -y.astype(float)
    delta += p
    return np.multiply(delta, 1 / len(p), out=delta)


# --- accuracy -------------------------------------------------------------------------------


def hits(labels, p):
    return np.argmax(p, axis=1) == labels.ravel()


wrong("accuracy", "column-labels")(lambda labels, p: (p.argmax(axis=1) == labels).mean())
wrong("accuracy", "column-labels-divided")(
    lambda labels, p: np.count_nonzero(p.argmax(axis=1) == labels) / len(labels)
)
wrong("accuracy", "predictions-as-a-column")(
    lambda labels, p: np.mean(p.argmax(axis=1).reshape(-1, 1) == labels)
)
wrong("accuracy", "predictions-as-a-column")(
    lambda labels, p: np.mean(np.argmax(p, axis=1, keepdims=True) == labels)
)
wrong("accuracy", "largest-of-each-column")(
    lambda labels, p: np.average(np.argmax(p, axis=0) == labels)
)
wrong("accuracy", "argmax-without-axis")(lambda labels, p: sum(p.argmax() == labels) / len(labels))
wrong("accuracy", "max-for-argmax")(
    lambda labels, p: sum(max(q) == t for q, t in zip(p, labels, strict=True)) / len(p)
)
wrong("accuracy", "max-for-argmax")(lambda labels, p: np.mean(p == labels.reshape(-1, 1)))
wrong("accuracy", "percent")(lambda labels, p: sum(hits(labels, p)) / len(p) * 100)
wrong("accuracy", "counted")(lambda labels, p: np.count_nonzero(hits(labels, p)))
wrong("accuracy", "error-rate")(lambda labels, p: 1 - np.mean(hits(labels, p)))
wrong("accuracy", "error-rate")(lambda labels, p: np.mean(p.argmax(1) != labels.ravel()))
wrong("accuracy", "divided-by-k")(lambda labels, p: sum(hits(labels, p)) / len(p[0]))
wrong("accuracy", "all-or-nothing")(lambda labels, p: int(np.mean(hits(labels, p))))
wrong("accuracy", "all-or-nothing")(lambda labels, p: bool(hits(labels, p).all()))
wrong("accuracy", "answers-not-averaged")(lambda labels, p: 1.0 * hits(labels, p))
wrong("accuracy", "classes-from-one")(
    lambda labels, p: np.mean(np.argmax(p, axis=1) == labels.ravel() - 1)
)
wrong("accuracy", "argmin-for-argmax")(
    lambda labels, p: np.mean(np.argsort(p, axis=1)[:, 0] == labels.ravel())
)
wrong("accuracy", "labels-taken-for-one-hot")(
    lambda labels, p: (p.argmax(1) == labels.argmax(1)).mean()
)
wrong("accuracy", "probability-at-label")(
    lambda labels, p: sum(p[i, t] for i, t in enumerate(labels.ravel())) / len(p)
)
wrong("accuracy", "too-many-indices")(lambda labels, p: np.mean(p.argmax(axis=1) == labels[:, 0]))
wrong("accuracy", "rounded-2")(lambda labels, p: round(float(np.mean(hits(labels, p))), 2))
wrong("accuracy", "constant")(lambda labels, p: 0.5)
wrong("accuracy", "factor")(lambda labels, p: np.sum(hits(labels, p)) / (len(p) - 1))
wrong("accuracy", None)(lambda labels, p: np.isin(p.argmax(axis=1), labels).mean())
wrong("accuracy", None)(lambda labels, p: np.mean(p.argmax(axis=1)) == np.mean(labels))


@wrong("accuracy", "first-hit-only")
def _(labels, p):
    for row, label in zip(p, labels.ravel(), strict=True):
        if np.argmax(row) == label:
            return 1 / len(p)
    return 0.0


@wrong("accuracy", "only-the-last-example")
def _(labels, p):
    for i in range(len(p)):
        right = 1 if p[i].argmax() == labels[i] else 0
    return right


@wrong("accuracy", None)
def _(labels, p):
    streak = 0
    for row, label in zip(p, labels.ravel(), strict=True):
        streak = streak + 1 if np.argmax(row) == label else 0
    return streak / len(p)


@right("accuracy")
def _(labels, p):
    best = [max(range(len(row)), key=row.__getitem__) for row in p.tolist()]
    return [b == int(t) for b, t in zip(best, labels.ravel(), strict=True)].count(True) / len(p)


@right("accuracy")
def _(labels, p):
    labels = np.asarray(labels).reshape(len(p), 1)
    return np.mean(np.take_along_axis(p, labels, axis=1) == p.max(axis=1, keepdims=True))


@right("accuracy")
def _(labels, p):
    return np.mean(np.eye(p.shape[1])[labels.ravel()][np.arange(len(p)), p.argmax(axis=1)])


# --- predict --------------------------------------------------------------------------------


def variant(hidden=sigmoid, result=lambda z: np.argmax(z, axis=1), biases=(1, 1)):
    """predict with one piece or two replaced."""

    def function(X, params):
        a = hidden(X @ params["W1"] + biases[0] * params["b1"])
        return result(a @ params["W2"] + biases[1] * params["b2"])

    return function


wrong("predict", "probabilities")(variant(result=stable_softmax))
wrong("predict", "scores")(variant(result=lambda z: z + 0.0))
wrong("predict", "largest-probability")(variant(result=lambda z: stable_softmax(z).max(axis=1)))
wrong("predict", "one-hot")(
    variant(result=lambda z: (z == z.max(axis=1, keepdims=True)).astype(int))
)
wrong("predict", "best-example-of-each-class")(
    variant(result=lambda z: stable_softmax(z).argmax(0))
)
wrong("predict", "argmax-of-the-scores-without-axis")(variant(result=np.argmax))
wrong("predict", "smallest")(variant(result=lambda z: np.argmax(-z, axis=1)))
wrong("predict", "counted-from-one")(variant(result=lambda z: 1 + z.argmax(axis=1)))
wrong("predict", "column")(variant(result=lambda z: np.argmax(z, axis=1, keepdims=True)))
wrong("predict", "thresholded")(variant(result=lambda z: stable_softmax(z) > 0.5))
wrong("predict", "ranking")(variant(result=lambda z: stable_softmax(z).argsort(axis=1)))
wrong("predict", "row-numbers")(
    variant(result=lambda z: np.nonzero(z == z.max(axis=1, keepdims=True))[0])
)
wrong("predict", "list-instead-of-array")(variant(result=lambda z: [int(r.argmax()) for r in z]))
wrong("predict", "hidden-activation-missing")(variant(hidden=lambda z: z))
wrong("predict", "relu-in-the-hidden-layer")(variant(hidden=lambda z: z * (z > 0)))
wrong("predict", "tanh-in-the-hidden-layer")(variant(hidden=lambda z: 2 * sigmoid(2 * z) - 1))
wrong("predict", "softmax-in-the-hidden-layer")(variant(hidden=stable_softmax))
wrong("predict", "mirrored-sigmoid")(variant(hidden=lambda z: 1 - sigmoid(z)))
wrong("predict", "first-bias-missing")(variant(biases=(0, 1)))
wrong("predict", "both-biases-missing")(variant(biases=(0, 0)))
wrong("predict", "second-bias-subtracted")(variant(biases=(1, -1)))
wrong("predict", "softmax-over-the-examples")(
    variant(result=lambda z: (np.exp(z) / np.exp(z).sum(axis=0)).argmax(axis=1))
)
wrong("predict", "hidden-activation-missing + probabilities")(
    variant(hidden=np.array, result=stable_softmax)
)
wrong("predict", "relu-in-the-hidden-layer + second-bias-missing")(
    variant(hidden=lambda z: np.maximum(z, 0), biases=(1, 0))
)
wrong("predict", None)(variant(hidden=np.sin))
wrong("predict", "constant")(lambda X, params: np.zeros(len(X), dtype=int))
wrong("predict", None)(variant(result=lambda z: [max(row) for row in z.tolist()]))
wrong("predict", "unknown-key")(lambda X, params: np.argmax(X @ params["w1"], axis=1))
wrong("predict", "unknown-name")(lambda X, params: np.argmax(sigmoid(X @ W1) @ W2, axis=1))  # noqa: F821


@wrong("predict", "layers-swapped")
def _(X, params):
    hidden = sigmoid(np.dot(X, params["W2"]) + params["b2"])
    return np.argmax(np.dot(hidden, params["W1"]) + params["b1"], axis=1)


@wrong("predict", "second-weights-transposed")
def _(X, params):
    hidden = sigmoid(X @ params["W1"] + params["b1"])
    return np.argmax(stable_softmax(hidden @ params["W2"].T + params["b2"]), axis=1)


@wrong("predict", "inputs-scaled-again")
def _(X, params):
    X = X * 0.0625
    return np.argmax(forward(X, params), axis=1)


@wrong("predict", "only-the-last-example")
def _(X, params):
    for row in forward(X, params):
        best = int(np.argmax(row))
    return best


@wrong("predict", "changed-in-place")
def _(X, params):
    params["b2"] = params["b2"][None, :]
    return np.argmax(forward(X, params), axis=1)


@wrong("predict", "printed-not-returned")
def _(X, params):
    print(np.argmax(forward(X, params), axis=1))


@right("predict")
def _(X, params):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    hidden = 0.5 * (1 + np.tanh((np.einsum("mi,ij->mj", X, W1) + b1) / 2))
    return np.argmax(np.log(stable_softmax(np.einsum("mj,jk->mk", hidden, W2) + b2)), axis=-1)


@right("predict")
def _(X, params):
    return np.array([np.argmax(forward(x[None, :], params)) for x in X], dtype=np.uint8)


@right("predict")
def _(X, params):
    X = np.hstack([X, np.ones((len(X), 1))])
    hidden = sigmoid(X @ np.vstack([params["W1"], params["b1"]]))
    return np.argmax(hidden @ params["W2"] + params["b2"], axis=1)


@right("predict")
def _(X, params):
    return np.argmax(sigmoid(forward(X, params) / 50), axis=1)  # keeps the order


# --- all ------------------------------------------------------------------------------------


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    every = scale_pixels, one_hot, softmax, cross_entropy, softmax_ce_delta, accuracy, predict
    for exercise in every:
        assert len(WRONG[exercise.name]) >= 10


def test_a_mask_of_labels_is_no_table_of_floats():
    def mask(labels, k):
        return labels.reshape(-1, 1) == np.arange(k)

    found = diagnose(mask, "one_hot")
    assert (found.status, found.mistake) == ("wrong", "booleans")
    assert re.search(r"yours \(\d, \d\) bool", str(found))
    assert diagnose(lambda labels, k: mask(labels, k).astype(float), "one_hot").remarks == []
    with pytest.raises(TypeError):  # as the message says
        -mask(np.arange(3), 3)


def test_the_indices_of_the_trap_are_told_for_column_labels():
    message = diagnose(lambda labels, p: np.mean(p.argmax(1) == labels), "accuracy").message
    assert "(m, 1)" in message and "m·m" in message


def test_a_softmax_that_overflows_is_told_why():
    message = diagnose(lambda z: np.exp(z) / np.exp(z).sum(axis=1)[:, None], "softmax").message
    assert "inf / inf" in message

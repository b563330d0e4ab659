"""Lessons 00 and 01: wrong functions that are not in the catalogue get a true name, or none."""

import math

import numpy as np
import pytest
from attempts import assert_refused_truly

from nnlib.exercises import diagnose


def S(z):
    return 1 / (1 + np.exp(-z))


def forward(X, p):
    return S(S(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])


def loop_that_returns(z):
    for value in np.ravel(z):
        return S(value)


def only_tables(z):
    rows, columns = z.shape
    return np.array([[S(z[i, j]) for j in range(columns)] for i in range(rows)])


def shifted_in_place(z):
    z -= z.max()
    return S(z)


SIGMOID = [
    (lambda z: 2 / (1 + np.exp(-z)), "factor"),
    (lambda z: -S(z), "sign"),
    (lambda z: S(z).T, "transposed"),
    (lambda z: S(z).ravel(), "wrong-shape"),
    (lambda z: np.array([S(z)]), "wrong-shape"),
    (lambda z: (S(z),), "wrapped"),
    (lambda z: [S(row) for row in z], "list-instead-of-array"),
    (lambda z: [S(v) for v in np.ravel(z)], "list-instead-of-array + wrong-shape"),
    (loop_that_returns, "first-only"),
    (lambda z: np.round(S(z), 2), "rounded-2"),
    (lambda z: S(z) > 0.5, "step"),
    (lambda z: S(z).astype(int), "constant"),
    (lambda z: S(z) + 1e-3, "offset"),
    (lambda z: -1 / (1 + np.exp(z)), "offset"),
    (lambda z: 1 / (1 + np.e**z), "sign-of-the-exponent"),
    (lambda z: np.exp(-z) / (1 + np.exp(-z)), "sign-of-the-exponent"),
    (lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, "slope"),
    (lambda z: 1 / 1 + np.exp(z), "brackets + sign-of-the-exponent"),
    (lambda z: 0.5 * (1 + np.tanh(z)), "twice-as-steep"),
    (lambda z: np.exp(z) / (np.exp(z) + np.exp(-z)), "twice-as-steep"),
    (lambda z: np.log(z / (1 - z)), "logit"),
    (lambda z: 1 / (1 + 2.718 ** (-z)), "e-rounded"),
    (lambda z: S(z) * np.random.rand(), "not-repeatable"),  # noqa: NPY002
    (lambda z: 1 / (1 + exp(-z)), "numpy-function"),  # noqa: F821
    (lambda z: z.exp(), "numpy-function"),
    (lambda z: print(S(z)), "printed-not-returned"),
    (only_tables, "special-inputs"),
    (shifted_in_place, None),
    (lambda z: 1 - np.tanh(z), None),
    (lambda z: S(z / np.abs(z)), None),
    (lambda z: S(z).mean(axis=0), "averaged-too-much"),
    (lambda z: 1 / (1 + np.exp(-z)).mean(axis=0), None),
]


def ask_entry_by_entry(z):
    for i in range(len(z)):
        if z[i] < 0:
            z[i] = 0
    return z


def another_name(z):
    a = z
    a[a < 0] = 0
    return a


RELU = [
    (lambda z: max(z, 0), "one-question-for-all"),
    (lambda z: z if z > 0 else 0, "one-question-for-all"),
    (lambda z: [max(0, v) for v in z], "truth-of-an-array"),
    (ask_entry_by_entry, "truth-of-an-array"),
    (lambda z: [max(0, v) for v in np.ravel(z)], "list-instead-of-array + wrong-shape"),
    (another_name, "changed-in-place"),
    (lambda z: np.maximum(0, z).T, "transposed"),
    (lambda z: np.maximum(0, z).sum(), "summed-too-much"),
    (lambda z: np.maximum(0, z).astype(int), "truncated"),
    (lambda z: 2 * np.clip(z, 0, None), "factor"),
    (lambda z: np.maximum(0, z) + 1, "offset"),
    (lambda z: z.max(), "largest-of-all"),
    (lambda z: np.max([np.zeros_like(z), z]), "largest-of-all"),
    (lambda z: np.max(z, axis=0), "largest-of-a-column"),
    (lambda z: np.max(z, 0, keepdims=True), "largest-of-a-column + wrong-shape"),
    (lambda z: np.where(z > 0, z, 0.2 * z), "wrong-at-zeros"),
    (lambda z: np.maximum(0.1, z), "wrong-at-zeros"),
    (lambda z: np.where(z < 0, z, 0), "minimum"),
    (lambda z: np.abs(np.minimum(0, z)), "mirrored"),
    (lambda z: z[z >= 0], "negatives-dropped"),
    (lambda z: z > 0, "slope"),
    (lambda z: np.maximum(z), "arguments"),
    (lambda z: np.where(z > 0, 0, 1), None),
    (lambda z: np.sin(z), None),
]


def last_input_lost(X, W, b):
    z = np.zeros((len(X), W.shape[1])) + b
    for i in range(len(X)):
        for k in range(W.shape[1]):
            for j in range(X.shape[1] - 1):
                z[i, k] += X[i, j] * W[j, k]
    return z


def overwritten(X, W, b):
    z = np.zeros((len(X), W.shape[1]))
    for j in range(X.shape[1]):
        z = np.outer(X[:, j], W[j])
    return z + b


def first_only(X, W, b):
    for x in X:
        return x @ W + b


def weights_changed(X, W, b):
    W += b
    return X @ W


DENSE = [
    (lambda X, W, b: -(X @ W + b), "sign"),
    (lambda X, W, b: (X @ W + b) / len(X), "factor"),
    (lambda X, W, b: (X @ W + b).tolist(), "list-instead-of-array"),
    (lambda X, W, b: (X @ W + b).ravel(), "wrong-shape"),
    (lambda X, W, b: W.T @ X.T + b[:, None], "result-transposed"),
    (lambda X, W, b: W.T @ X.T, "bias-forgotten + result-transposed"),
    (lambda X, W, b: -X @ W, "bias-forgotten + sign"),
    (lambda X, W, b: np.dot(W, X) + b, "operands-swapped"),
    (lambda X, W, b: np.inner(X, W) + b, "weights-transposed"),
    (lambda X, W, b: X @ W.T, "bias-forgotten + weights-transposed"),
    (lambda X, W, b: X * W, "bias-forgotten + star-for-at"),
    (lambda X, W, b: np.matmul(X, W + b), "bias-added-to-the-weights"),
    (weights_changed, "bias-added-to-the-weights"),
    (lambda X, W, b: X.dot(W) + b[0], "first-bias-for-all"),
    (lambda X, W, b: np.tanh(X @ W), "tanh-applied + bias-forgotten"),
    (lambda X, W, b: np.mean(X @ W + b, axis=0), "examples-averaged"),
    (lambda X, W, b: (X @ W, b), None),
    (last_input_lost, "last-input-missing"),
    (overwritten, "only-the-last-input"),
    (first_only, "first-example-only"),
    (lambda X, W, b: np.outer(X, W) + b, "shapes"),
    (lambda X, W, b: X @ W + b**2, None),
    (lambda X, W, b: (X + 1) @ W + b, None),
]

TWO_LAYERS = [
    (lambda X, p: forward(X, p).T, "result-transposed"),
    (lambda X, p: forward(X, p) > 0.5, "class-instead-of-probability"),
    (lambda X, p: forward(X, p)[:, 0], "first-only"),
    (lambda X, p: forward(X, p).mean(axis=1), "averaged-too-much"),
    (lambda X, p: {"y_hat": forward(X, p)}, "too-much-returned"),
    (lambda X, p: (X, S(X @ p["W1"]), forward(X, p)), "too-much-returned"),
    (lambda X, p: S(S(X @ p["W1"]) @ p["W2"]).T, "both-biases-forgotten + result-transposed"),
    (
        lambda X, p: S(X @ p["W1"] @ p["W2"] + p["b2"]),
        "no-hidden-activation + hidden-bias-forgotten",
    ),
    (
        lambda X, p: S(np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"]),
        "tanh-hidden + output-bias-forgotten",
    ),
    (
        lambda X, p: S(X @ p["W1"] + p["b1"]) @ p["W2"],
        "no-output-activation + output-bias-forgotten",
    ),
    (
        lambda X, p: S(S(X @ p["W1"] - p["b1"]) @ p["W2"] - p["b2"]),
        "hidden-bias-subtracted + output-bias-subtracted",
    ),
    (lambda X, p: S(S(X * p["W1"] + p["b1"]) @ p["W2"] + p["b2"]), "star-in-the-first-layer"),
    (lambda X, p: S(S(X @ W1 + b1) @ W2 + b2), "unknown-name"),  # noqa: F821
    (lambda X, p: S(X @ p.W1 + p.b1), "attribute-of-a-dict"),
    (lambda X, p: S(X @ p["w1"] + p["b1"]), "unknown-key"),
    (lambda X, p: 2 * forward(X, p) - 1, None),
]

DOUBLE = [
    (lambda x: x * x, "squared"),
    (lambda x: 3 * x, "factor"),
    (lambda x: -2 * x, "sign"),
    (lambda x: str(x) * 2, None),
    (lambda x: [v * 2 for v in np.ravel(x)], "list-instead-of-array + wrong-shape"),
    (lambda x: 2 * math.floor(x), "math-on-array"),
]

WRONG = {
    "double": DOUBLE,
    "sigmoid": SIGMOID,
    "relu": RELU,
    "dense_forward": DENSE,
    "two_layer_forward": TWO_LAYERS,
}


@pytest.mark.parametrize("exercise", WRONG)
def test_wrong_functions_get_their_true_names(exercise):
    assert_refused_truly(exercise, [(function, [name]) for function, name in WRONG[exercise]])


def test_a_warning_of_the_naive_sigmoid_is_a_remark():
    found = diagnose(S, "sigmoid")
    assert found.status == "passed"
    assert found.remarks == [
        "The values are right, but for z of ±1000 NumPy warned: `overflow encountered in exp`."
    ]


def test_the_references_agree_with_the_library():
    from nnlib import activations
    from nnlib.exercises.lesson01 import relu, sigmoid

    z = np.linspace(-800, 800, 4001)
    np.testing.assert_allclose(sigmoid(z), activations.sigmoid(z), rtol=1e-14)
    np.testing.assert_array_equal(relu(z), activations.relu(z))

"""Lesson 02's exercises: wrong functions that are not in the catalogue get a true name or none."""

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib.exercises import diagnose
from nnlib.exercises.lesson02 import mse, standardize

WRONG, RIGHT, wrong, right = collectors()


# --- mse ------------------------------------------------------------------------------------

wrong("mse", "shapes-not-checked")(lambda y, y_hat: np.average(np.square(y - y_hat)))
wrong("mse", "shapes-not-checked")(lambda y, y_hat: ((y_hat - y) * (y_hat - y)).mean())
wrong("mse", "sum-not-mean")(lambda y, y_hat: ((y - y_hat) ** 2).sum())
wrong("mse", "half-of-the-sum")(lambda y, y_hat: 0.5 * np.sum((y - y_hat) ** 2))
wrong("mse", "half-and-divided-by-m")(lambda y, y_hat: ((y - y_hat) ** 2).sum() / y.shape[0] / 2)
wrong("mse", "half")(lambda y, y_hat: np.mean((y - y_hat) ** 2 / 2))
wrong("mse", "divided-by-m-only")(lambda y, y_hat: np.mean(np.sum((y - y_hat) ** 2, axis=1)))
wrong("mse", "divided-by-k-only")(lambda y, y_hat: np.sum((y - y_hat) ** 2, axis=0).mean())
wrong("mse", "square-of-the-mean")(lambda y, y_hat: (np.mean(y) - np.mean(y_hat)) ** 2)
wrong("mse", "absolute-error")(lambda y, y_hat: np.mean(np.sqrt((y - y_hat) ** 2)))
wrong("mse", "root")(lambda y, y_hat: np.linalg.norm(y - y_hat) / np.sqrt(y.size))
wrong("mse", "root + factor")(lambda y, y_hat: np.linalg.norm(y - y_hat) / np.sqrt(len(y)))
wrong("mse", "one-less")(lambda y, y_hat: np.sum((y - y_hat) ** 2) / (y.size - 1))
wrong("mse", "one-loss-per-output")(lambda y, y_hat: sum((y - y_hat) ** 2) / len(y))
wrong("mse", "one-sum-per-example")(lambda y, y_hat: np.sum((y - y_hat) ** 2, axis=1))
wrong("mse", "matrix-product + factor", "matrix-product + divided-by-m-only")(
    lambda y, y_hat: (y - y_hat).T @ (y - y_hat) / len(y)
)
wrong("mse", "caret-for-power-target-first")(lambda y, y_hat: np.mean((y - y_hat) ^ 2))
wrong("mse", "only-the-target-squared")(lambda y, y_hat: np.mean(y_hat - y**2))
wrong("mse", "decimals-cut-off")(lambda y, y_hat: int(np.mean((y - y_hat) ** 2)))
wrong("mse", "wrong-shape")(lambda y, y_hat: np.mean((y - y_hat) ** 2, keepdims=True))
wrong("mse", "wrapped")(lambda y, y_hat: [np.mean((y - y_hat) ** 2)])
wrong("mse", "sign")(lambda y, y_hat: -np.mean((y - y_hat) ** 2))
wrong("mse", "rounded-2")(lambda y, y_hat: round(float(np.mean((y - y_hat) ** 2)), 2))
wrong("mse", "not-repeatable")(lambda y, y_hat: np.random.default_rng().uniform())
wrong("mse", "factor")(lambda y, y_hat: 3 * np.mean((y - y_hat) ** 2))
wrong("mse", None)(lambda y, y_hat: np.mean(np.log((y - y_hat) ** 2 + 1)))
wrong("mse", None)(lambda y, y_hat: np.mean((y_hat - np.mean(y)) ** 2))


@wrong("mse", "recursion")
def calls_itself(y, y_hat):
    return calls_itself(y, y_hat)


@wrong("mse", "changed-in-place")
def _(y, y_hat):
    y_hat -= y
    return np.mean(y_hat**2)


@wrong("mse", "only-the-last-example")
def _(y, y_hat):
    for target, prediction in zip(y, y_hat, strict=True):
        total = (prediction - target) ** 2
    return np.mean(total)


@wrong(
    "mse",
    "only-the-first-example-but-divided + divided-by-m-only",
    "only-the-first-example-but-divided + factor",
)
def _(y, y_hat):
    total = 0
    for i in range(len(y)):
        total += np.sum((y[i] - y_hat[i]) ** 2)
        return total / len(y)


@wrong("mse", "first-example-left-out")
def _(y, y_hat):
    return sum(np.mean((y[i] - y_hat[i]) ** 2) for i in range(1, len(y))) / len(y)


@wrong("mse", "none-for-different-shapes")
def _(y, y_hat):
    if y.shape != y_hat.shape:
        print("The shapes differ!")
        return
    return np.mean((y - y_hat) ** 2)


@wrong("mse", "special-inputs")
def _(y, y_hat):
    return np.mean((y - y_hat) ** 2) if y.shape == y_hat.shape else "different shapes"


@wrong("mse", "only-lengths-checked")
def _(y, y_hat):
    if y.shape[0] != y_hat.shape[0]:
        raise ValueError("different numbers of examples")
    return np.mean((y - y_hat) ** 2)


@wrong("mse", "shapes-made-equal")
def _(y, y_hat):
    return np.mean((y - y_hat.reshape(y.shape)) ** 2)


def stopping_by_a_slip(slip):
    def f(y, y_hat):
        return np.mean((y - y_hat) ** 2) if y.shape == y_hat.shape else slip(y)

    return f


@pytest.mark.parametrize(
    "slip",
    [
        lambda y: len(3),
        lambda y: y[99],
        lambda y: {}["shape"],
        lambda y: 1 // 0,
        lambda y: y.shapes,
        lambda y: no_such_name,  # noqa: F821
    ],
)
def test_a_slip_that_stops_the_call_is_no_refusal(slip):
    found = diagnose(stopping_by_a_slip(slip), "mse")
    assert (found.status, found.mistake) == ("raised", "special-inputs")
    assert found.message.endswith(
        "Such inputs must be refused: raise a ValueError that says what is wrong."
    )


def test_a_slip_in_the_raise_statement_is_no_refusal():
    def wording(y, y_hat):
        if y.shape != y_hat.shape:
            raise ValueError("shapes differ: " + y.shape)
        return np.mean((y - y_hat) ** 2)

    def text(y, y_hat):
        if y.shape != y_hat.shape:
            raise "shapes differ"  # noqa: B016
        return np.mean((y - y_hat) ** 2)

    for f, said in ((wording, "can only concatenate str"), (text, "must derive from")):
        found = diagnose(f, "mse")
        assert found.status == "raised" and said in found.message
        assert "Your function itself refuses" not in found.message


@pytest.mark.parametrize(
    "kind", [ValueError, TypeError, IndexError, ArithmeticError, Exception, AssertionError]
)
def test_whatever_is_raised_on_purpose_is_a_refusal(kind):
    def f(y, y_hat):
        if y.shape != y_hat.shape:
            raise kind("shapes differ")
        return np.mean((y - y_hat) ** 2)

    def helped(y, y_hat):
        np.testing.assert_equal(y.shape, y_hat.shape)
        return f(y, y_hat)

    assert diagnose(f, "mse").status == diagnose(helped, "mse").status == "passed"


@wrong("mse", "unknown-name")
def _(y, y_hat):
    return np.mean((y - yhat) ** 2)  # noqa: F821


@wrong("mse", "math-on-array")
def _(y, y_hat):
    return float((y - y_hat) ** 2) / len(y)


@right("mse")
def _(y, y_hat):
    assert y.shape == y_hat.shape, "shapes"
    return sum(float(e) ** 2 for e in (y - y_hat).flat) / y.size


@right("mse")
def _(y, y_hat):
    if y.shape != y_hat.shape:
        raise ValueError(f"{y.shape} is not {y_hat.shape}")
    m, k = y.shape
    total = 0
    for i in range(m):
        for j in range(k):
            total += (y_hat[i, j] - y[i, j]) * (y_hat[i, j] - y[i, j])
    return total / (m * k)


@right("mse")
def _(y, y_hat):
    if np.shape(y) != np.shape(y_hat):
        raise RuntimeError
    return np.mean(y**2 - 2 * y * y_hat + y_hat**2)


@right("mse")
def _(y, y_hat):
    if not y.shape == y_hat.shape:
        raise ValueError("shape mismatch")
    d = np.subtract(y, y_hat, dtype=float)
    return np.trace(d.T @ d) / d.size


@right("mse")
def _(y, y_hat):
    if y.shape != y_hat.shape:
        raise ValueError("shape mismatch")
    return np.var(y_hat - y) + np.mean(y_hat - y) ** 2


# --- standardize ----------------------------------------------------------------------------


def statistics(X):
    return X.mean(axis=0), X.std(axis=0) + 1e-9


@wrong("standardize", "constant-column-nan")
def _(X_train, X_test):
    mu, sigma = np.average(X_train, axis=0), np.sqrt(np.var(X_train, axis=0))
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "test-with-its-own-statistics")
def _(X_train, X_test):
    return tuple((X - X.mean(axis=0)) / (X.std(axis=0) + 1e-10) for X in (X_train, X_test))


@wrong("standardize", "test-with-its-own-statistics")
def _(X_train, X_test):  # and no guard against 0 / 0
    return tuple((X - X.mean(0)) / X.std(0) for X in (X_train, X_test))


@wrong("standardize", "test-not-scaled")
def _(X_train, X_test):
    X_train = (X_train - X_train.mean(axis=0)) / (X_train.std(axis=0) + 1e-9)
    X_test = (X_test - X_train.mean(axis=0)) / (X_train.std(axis=0) + 1e-9)
    return X_train, X_test


@wrong("standardize", "statistics-of-both-sets")
def _(X_train, X_test):
    mu, sigma = statistics(np.vstack((X_test, X_train)))
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "one-mean-for-the-table")
def _(X_train, X_test):
    return [(X - np.mean(X_train)) / np.std(X_train) for X in (X_train, X_test)]


@wrong("standardize", "statistics-of-rows")
def _(X_train, X_test):
    mu, sigma = np.mean(X_train, 1), np.std(X_train, 1)
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "rows-not-columns")
def _(X_train, X_test):
    def rows(X):
        return ((X.T - X.mean(axis=1)) / (X.std(axis=1) + 1e-12)).T

    return rows(X_train), rows(X_test)


@wrong("standardize", "variance")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    return (X_train - mu) / sigma**2, (X_test - mu) / sigma**2


@wrong("standardize", "one-less")
def _(X_train, X_test):
    mu = X_train.mean(axis=0)
    sigma = np.sqrt(np.sum((X_train - mu) ** 2, axis=0) / (len(X_train) - 1)) + 1e-12
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "norm")
def _(X_train, X_test):
    mu = X_train.mean(axis=0)
    sigma = np.sqrt(np.sum((X_train - mu) ** 2, axis=0)) + 1e-12
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "brackets")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    return X_train - mu / sigma, X_test - mu / sigma


@wrong("standardize", "sign")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    return (mu - X_train) / sigma, (mu - X_test) / sigma


@wrong("standardize", "order-swapped")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    X_train, X_test = (X_test - mu) / sigma, (X_train - mu) / sigma
    return X_train, X_test


@wrong("standardize", "test-set-not-returned")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    X_train, X_test = (X_train - mu) / sigma, (X_test - mu) / sigma
    return X_train


@wrong("standardize", "not-scaled")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    (X_train - mu) / sigma, (X_test - mu) / sigma
    return X_train, X_test


@wrong("standardize", "printed-not-returned")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    print((X_train - mu) / sigma, (X_test - mu) / sigma)


@wrong("standardize", "transposed")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    return ((X_train - mu) / sigma).T, ((X_test - mu) / sigma).T


@wrong("standardize", "truth-of-an-array")
def _(X_train, X_test):
    mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
    if sigma == 0:
        sigma = 1
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "one-constant-column-stops-all")
def _(X_train, X_test):
    mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
    if 0 in sigma:
        sigma = np.ones_like(sigma)
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", "minimum-to-maximum")
def _(X_train, X_test):
    low, span = np.min(X_train, axis=0), np.ptp(X_train, axis=0)
    return (X_train - low) / span, (X_test - low) / span


@wrong("standardize", "changed-in-place")
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    X_train -= mu
    X_train /= sigma
    return X_train, (X_test - mu) / sigma


@wrong("standardize", "last-only", "last-column", None)
def _(X_train, X_test):
    for j in range(X_train.shape[1]):
        mu, sigma = X_train[:, j].mean(), X_train[:, j].std() + 1e-9
        train, test = (X_train[:, j] - mu) / sigma, (X_test[:, j] - mu) / sigma
    return train, test


@wrong("standardize", None)
def _(X_train, X_test):
    mu, sigma = X_train.mean(axis=0), X_train.std(axis=0) + 0.1
    return (X_train - mu) / sigma, (X_test - mu) / sigma


@wrong("standardize", None)
def _(X_train, X_test):
    mu, sigma = statistics(X_train)
    return {"train": (X_train - mu) / sigma, "test": (X_test - mu) / sigma}


@right("standardize")
def _(X_train, X_test):
    sigma = np.maximum(X_train.std(axis=0), 1e-12)
    X_train, X_test = X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)
    return X_train / sigma, X_test / sigma


@right("standardize")
def _(X_train, X_test):
    both = np.vstack((X_train, X_test)).astype(float)
    both -= X_train.mean(axis=0)
    varies = X_train.std(axis=0) != 0
    both[:, varies] /= X_train.std(axis=0)[varies]
    return np.split(both, [len(X_train)])


@right("standardize")
def _(X_train, X_test):
    columns = []
    for train, test in zip(X_train.T, X_test.T, strict=True):
        mean, std = sum(train) / len(train), (np.cov(train, ddof=0) ** 0.5) or 1.0
        columns.append(([(v - mean) / std for v in train], [(v - mean) / std for v in test]))
    return np.array([c[0] for c in columns]).T, np.array([c[1] for c in columns]).T


@right("standardize")
def _(X_train, X_test):
    mean = np.einsum("ij->j", X_train) / X_train.shape[0]
    std = np.sqrt(np.einsum("ij,ij->j", X_train - mean, X_train - mean) / X_train.shape[0])
    std[std < 1e-12] = 1
    return (X_train - mean) / std[None, :], (X_test - mean) / std[None, :]


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    for exercise in (mse, standardize):
        assert len(WRONG[exercise.name]) >= 10


def told(function, exercise):
    return diagnose(function, exercise).message


def test_the_broadcasting_trap_is_told_with_its_shapes():
    message = told(lambda y, y_hat: np.mean((y - y_hat) ** 2), "mse")
    assert "(m, 1)" in message and "table of all pairs" in message


def test_a_second_fault_on_special_inputs_is_told_as_well():
    message = told(lambda y, y_hat: np.sum((y - y_hat) ** 2), "mse")
    assert "m·k times too large" in message and "targets (m,) against predictions (m, 1)" in message


def test_whole_test_set_statistics_and_a_missing_guard_are_both_told():
    def function(X_train, X_test):
        return tuple((X - X.mean(0)) / X.std(0) for X in (X_train, X_test))

    message = told(function, "standardize")
    assert "its own mean and spread" in message
    assert "there is more: it is not right for a column" in message


def test_standardized_columns_have_mean_0_and_spread_1():
    rng = np.random.default_rng(0)
    X = rng.normal(3, 2, (50, 4))
    X[:, 2] = 0.1  # a mean of 0.1s is not exactly 0.1
    train, test = standardize(X[:40], X[40:])
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(train.std(axis=0), [1, 1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(test[:, 2], 0, atol=1e-12)


def test_mse_equals_the_library_s_loss():
    from nnlib.activations import identity
    from nnlib.losses import mse as library

    rng = np.random.default_rng(1)
    y, y_hat = rng.normal(size=(2, 6, 3))
    assert mse(y, y_hat) == pytest.approx(library(y, y_hat, identity), rel=1e-12)

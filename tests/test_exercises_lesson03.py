"""Lesson 03's exercises: exact slopes, and wrong functions that are not in the catalogue."""

import math

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib import gradients
from nnlib.exercises import diagnose
from nnlib.exercises.lesson03 import (
    chain_rule,
    gradients_match,
    numerical_gradient,
    relu_prime,
    sigmoid_prime,
)

WRONG, RIGHT, wrong, right = collectors()


# What a learner's notebook has from earlier lessons.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(0, z)


def norm(a):
    return np.sqrt(np.sum(a**2))


# --- the references are exact ---------------------------------------------------------------


def test_sigmoid_prime_is_the_derivative_of_the_sigmoid():
    z = np.linspace(-6, 6, 25)
    slopes = gradients.numerical_gradient(lambda z: np.sum(sigmoid(z)), z)
    np.testing.assert_allclose(sigmoid_prime(z), slopes, rtol=1e-6, atol=1e-10)


def test_relu_prime_is_the_derivative_of_relu_away_from_the_corner():
    z = np.array([[-3.0, -0.1, 0.2], [4.0, -1.0, 0.7]])
    slopes = gradients.numerical_gradient(lambda z: np.sum(relu(z)), z)
    np.testing.assert_allclose(relu_prime(z), slopes, atol=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_chain_rule_is_the_derivative_of_the_loss(seed):
    w, b, x, y = np.random.default_rng(seed).normal(size=4)
    slopes = gradients.numerical_gradient(
        lambda p: (sigmoid(p[0] * x + p[1]) - y) ** 2, np.array([w, b])
    )
    np.testing.assert_allclose(chain_rule(w, b, x, y), slopes, rtol=1e-6, atol=1e-10)


def test_numerical_gradient_finds_known_slopes_and_leaves_x_alone():
    x = np.array([[0.3, -1.2], [2.0, 0.0]])
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**3), x), 3 * x**2, atol=1e-9)
    assert np.array_equal(x, before)
    np.testing.assert_allclose(numerical_gradient(np.sum, np.array([1, 2])), [1, 1])


def test_gradients_match_is_strict_about_size_shape_and_zeros():
    g = np.array([3.0, 4.0])
    assert gradients_match(g, g * (1 + 1.9e-6)) and not gradients_match(g, g * (1 + 2.1e-6))
    assert gradients_match(0 * g, 0 * g) and not gradients_match(0 * g, g)
    assert not gradients_match(g, g[:, None])


# --- numerical_gradient ---------------------------------------------------------------------


def loop(rule, keep=True):
    """A function that nudges entry after entry of a float copy; `rule` gets f, x, i and eps."""

    def function(f, x, eps=1e-5):
        x, gradient = x.astype(float), np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            old = x[i]
            gradient[i] = rule(f, x, i, eps)
            if keep:
                x[i] = old
        return gradient

    return function


def up_and_down(f, x, i, eps):
    x[i] += eps
    above = f(x)
    x[i] -= 2 * eps
    return above, f(x)


wrong("numerical_gradient", "divided-by-eps")(
    loop(lambda f, x, i, eps: np.subtract(*up_and_down(f, x, i, eps)) / eps)
)
wrong("numerical_gradient", "brackets-below")(
    loop(lambda f, x, i, eps: 0.5 * np.subtract(*up_and_down(f, x, i, eps)) * eps)
)
wrong("numerical_gradient", "not-restored")(
    loop(lambda f, x, i, eps: np.subtract(*up_and_down(f, x, i, eps)) / (2 * eps), keep=False)
)
wrong("numerical_gradient", "sign")(
    loop(lambda f, x, i, eps: -np.subtract(*up_and_down(f, x, i, eps)) / (2 * eps))
)
wrong("numerical_gradient", "sign + factor")(
    loop(lambda f, x, i, eps: -np.subtract(*up_and_down(f, x, i, eps)) / eps)
)
wrong("numerical_gradient", "all-at-once")(
    lambda f, x, eps=1e-5: (f(x + eps) - f(x - eps)) / eps / 2
)
wrong("numerical_gradient", "all-at-once + forward-difference")(
    lambda f, x, eps=1e-5: (f(eps + x) - f(x)) / eps
)
wrong("numerical_gradient", "all-at-once-for-each")(
    lambda f, x, eps=1e-5: np.array([(f(x + eps) - f(x - eps)) / (2 * eps)] * x.size).reshape(
        x.shape
    )
)
wrong("numerical_gradient", "entry-instead-of-array")(
    lambda f, x, eps=1e-5: np.vectorize(lambda v: (f(v + eps) - f(v - eps)) / (2 * eps))(x)
)
wrong("numerical_gradient", None)(lambda f, x, eps=1e-5: f(x))
wrong("numerical_gradient", None)(lambda f, x, eps=1e-5: 2 * x)


@wrong("numerical_gradient", "integer-x")
def _(f, x, eps=1e-5):
    gradient, flat = np.zeros(x.shape), x.copy()
    for i in range(x.size):
        old = flat.flat[i]
        flat.flat[i] = old + eps
        above = f(flat)
        flat.flat[i] = old - eps
        gradient.flat[i] = (above - f(flat)) / (2 * eps)
        flat.flat[i] = old
    return gradient


@wrong("numerical_gradient", "integer-x", "integer-x-and-gradient")
def _(f, x, eps=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


@wrong("numerical_gradient", "forward-difference")
def _(f, x, eps=1e-5):
    start = f(x)  # and an integer x is nudged in vain
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[i] += eps
        gradient[i] = (f(nudged) - start) / eps
    return gradient


@wrong("numerical_gradient", "half-a-difference")
def _(f, x, eps=1e-5):
    x, gradient = x.astype(float), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


@wrong("numerical_gradient", "nudge-lost")
def _(f, x, eps=1e-5):
    above = below = x.astype(float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


@wrong("numerical_gradient", "row-kept-under-two-names")
def _(f, x, eps=1e-5):
    x, gradient = x.astype(float), np.zeros(x.shape)
    for i in range(len(x)):
        old = x[i]
        x[i] = old + eps
        above = f(x)
        x[i] = old - eps
        gradient[i] = (above - f(x)) / (2 * eps)
        x[i] = old
    return gradient


@wrong("numerical_gradient", "whole-row-nudged")
def _(f, x, eps=1e-5):
    rows = []
    for i in range(len(x)):
        above, below = x.astype(float), x.astype(float)
        above[i] += eps
        below[i] -= eps
        rows.append(np.full(np.shape(x[i]), (f(above) - f(below)) / (2 * eps)))
    return np.array(rows)


@wrong("numerical_gradient", "eps-ignored")
def _(f, x, eps=1e-5):
    eps = 1e-6
    return loop(lambda f, x, i, _: np.subtract(*up_and_down(f, x, i, eps)) / (2 * eps))(f, x)


@wrong("numerical_gradient", "nudges-pile-up")
def _(f, x, eps=1e-5):
    nudge, slopes = np.zeros(x.size), []
    for i in range(x.size):
        nudge[i] = eps
        e = nudge.reshape(x.shape)
        slopes.append((f(x + e) - f(x - e)) / (2 * eps))
    return np.array(slopes).reshape(x.shape)


@wrong("numerical_gradient", "list-instead-of-array + wrong-shape")
def _(f, x, eps=1e-5):
    return list(gradients.numerical_gradient(f, x, eps).ravel())


@wrong("numerical_gradient", "special-inputs")
def _(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = np.zeros(x.shape)
            e[i, j] = eps
            gradient[i, j] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient


@wrong("numerical_gradient", "transposed")
def _(f, x, eps=1e-5):
    return gradients.numerical_gradient(f, x, eps).T


@wrong("numerical_gradient", "return-forgotten")
def _(f, x, eps=1e-5):
    gradient = gradients.numerical_gradient(f, x, eps)
    gradient.round(3)


@wrong("numerical_gradient", "shapes")
def _(f, x, eps=1e-5):
    gradient = np.zeros(x.size)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = eps
        gradient[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return gradient.reshape(x.shape)


@right("numerical_gradient")
def _(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        flat[i] += eps
        above = f(x)
        flat[i] -= 2 * eps
        slopes.append((above - f(x)) / (2 * eps))
        flat[i] += eps
    return np.reshape(slopes, x.shape)


@right("numerical_gradient")
def _(f, x, eps=1e-5):
    def slope(i):
        e = np.zeros(x.shape)
        e[np.unravel_index(i, x.shape)] = eps
        return (f(x + e) - f(x - e)) / (2 * eps)

    return np.array([slope(i) for i in range(x.size)]).reshape(x.shape)


@right("numerical_gradient")
def _(f, x, h=1e-5):  # another name, and a nudge that is exact in binary
    gradient = np.zeros(x.shape)
    for i, value in np.ndenumerate(x):
        step = (value + h) - value
        above, below = x.astype(float), x.astype(float)
        above[i], below[i] = value + step, value - step
        gradient[i] = (f(above) - f(below)) / (2 * step)
    return gradient


# --- gradients_match ------------------------------------------------------------------------


def judge(rule):
    """A function that gets shapes and zeros right and asks `rule` for the rest."""

    def function(g, g_num):
        if g.shape != g_num.shape:
            return False
        if not g.any() and not g_num.any():
            return True
        return rule(g, g_num)

    return function


wrong("gradients_match", "shapes-not-checked")(
    lambda g, g_num: norm(g - g_num) / (norm(g) + norm(g_num)) < 1e-6
)
wrong("gradients_match", "allclose")(lambda g, g_num: np.allclose(g_num, g))
wrong("gradients_match", "allclose-1e-6")(lambda g, g_num: np.allclose(g, g_num, 1e-6))
wrong("gradients_match", "equal")(lambda g, g_num: bool((g == g_num).all()))
wrong("gradients_match", "always-true-for-one-shape")(
    judge(lambda g, h: norm(g - h) / (norm(g) + norm(h)) < 1e6)
)
wrong("gradients_match", "absolute-error")(judge(lambda g, h: norm(h - g) < 1e-6))
wrong("gradients_match", "absolute-error-of-entries")(
    judge(lambda g, h: all(abs(a - b) < 1e-6 for a, b in zip(g.flat, h.flat, strict=True)))
)
wrong("gradients_match", "one-norm-below")(
    judge(lambda g, h: norm(g - h) / max(norm(g), norm(h)) < 1e-6)
)
wrong("gradients_match", "one-norm-below")(
    judge(lambda g, h: norm(g - h) < 1e-6 * (norm(g) + norm(h)) / 2)
)
wrong("gradients_match", "squares-without-roots")(
    judge(lambda g, h: ((g - h) ** 2).sum() < 1e-6 * ((g**2).sum() + (h**2).sum()))
)
wrong("gradients_match", "each-entry-alone")(
    judge(lambda g, h: bool(np.all(abs(g - h) <= 1e-6 * (abs(g) + abs(h)))))
)
wrong("gradients_match", "largest-entries")(
    judge(lambda g, h: abs(g - h).max() < 1e-6 * (abs(g).max() + abs(h).max()))
)
wrong("gradients_match", "sums-of-absolute-values")(
    judge(lambda g, h: abs(g - h).mean() / (abs(g).mean() + abs(h).mean()) < 1e-6)
)
wrong("gradients_match", "norms-compared")(
    judge(lambda g, h: np.abs(norm(g) - norm(h)) < 1e-6 * (norm(g) + norm(h)))
)
wrong("gradients_match", "error-returned")(
    judge(lambda g, h: np.linalg.norm(g - h) / (np.linalg.norm(g) + np.linalg.norm(h)))
)
wrong("gradients_match", "answer-inverted")(
    judge(lambda g, h: norm(g - h) / (norm(g) + norm(h)) >= 1e-6)
)
wrong("gradients_match", "threshold-1e-5")(
    judge(lambda g, h: norm(g - h) / (norm(g) + norm(h)) < 0.00001)
)
wrong("gradients_match", "tiny-gradients-pass")(
    judge(lambda g, h: norm(g) + norm(h) < 1e-7 or norm(g - h) / (norm(g) + norm(h)) < 1e-6)
)
wrong("gradients_match", "no-answer-for-a-mismatch", None)(
    judge(lambda g, h: True if norm(g - h) / (norm(g) + norm(h)) < 1e-6 else None)
)
wrong("gradients_match", None)(
    judge(lambda g, h: "yes" if norm(g - h) / (norm(g) + norm(h)) < 1e-6 else "no")
)
wrong("gradients_match", None)(
    judge(lambda g, h: any(abs(a - b) < 1e-6 for a, b in zip(g.flat, h.flat, strict=True)))
)
wrong("gradients_match", None)(judge(lambda g, h: g - h))


@wrong("gradients_match", "zeros-do-not-match")
def _(g, g_num):
    try:
        return g.shape == g_num.shape and norm(g - g_num) / (norm(g) + norm(g_num)) < 1e-6
    except ZeroDivisionError:
        return False


@wrong("gradients_match", "nan-passes")
def _(g, g_num):
    if g.shape != g_num.shape or norm(g - g_num) > 1e-6 * (norm(g) + norm(g_num)):
        return False
    return True


@wrong("gradients_match", "shapes-asserted")
def _(g, g_num):
    if g.shape != g_num.shape:
        raise AssertionError  # pytest would write the shapes into that of a plain `assert`
    return bool(norm(g - g_num) <= 1e-6 * (norm(g) + norm(g_num)))


@wrong("gradients_match", None)
def _(g, g_num):
    if g.shape != g_num.shape:
        return False
    if 0 in g and 0 in g_num:
        return True
    return norm(g - g_num) / (norm(g) + norm(g_num)) < 1e-6


@right("gradients_match")
def _(g, g_num):
    if np.shape(g) != np.shape(g_num):
        return False
    return norm(g - g_num) <= 1e-6 * (norm(g) + norm(g_num))


@right("gradients_match")
def _(g, g_num):
    if g.shape != g_num.shape:
        return False
    largest = max(np.max(np.abs(g)), np.max(np.abs(g_num)), 1e-300)
    a, b = g / largest, g_num / largest
    return norm(a - b) / (norm(a) + norm(b) + 1e-30) < 1e-6


@right("gradients_match")
def _(g, g_num):
    try:
        error = norm(np.subtract(g, g_num)) / max(norm(g) + norm(g_num), 1e-12)
    except ValueError:
        return False
    return bool(g.shape == g_num.shape and error < 1e-6)


# --- sigmoid_prime --------------------------------------------------------------------------

wrong("sigmoid_prime", "sigmoid-twice")(lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))))
wrong("sigmoid_prime", "z-taken-for-a")(lambda z: z - z**2)
wrong("sigmoid_prime", "sign")(lambda z: sigmoid(z) ** 2 - sigmoid(z))
wrong("sigmoid_prime", "brackets")(lambda z: 0 * sigmoid(z))
wrong("sigmoid_prime", "sigmoid-itself")(lambda z: np.exp(z) / (1 + np.exp(z)))
wrong("sigmoid_prime", "one-minus-sigmoid")(lambda z: np.exp(-z) / (1 + np.exp(-z)))
wrong("sigmoid_prime", "sigmoid-squared")(lambda z: 1 / (1 + np.exp(-z)) ** 2)
wrong("sigmoid_prime", "overflow-on-the-left")(
    lambda z: np.exp(-z) * (np.exp(-z) + 1) ** -2.0 if np.ndim(z) else sigmoid_prime(z)
)
wrong("sigmoid_prime", "overflow-on-the-right")(lambda z: np.exp(z) / np.square(np.exp(z) + 1))
wrong("sigmoid_prime", "math-on-array")(lambda z: 1 / (2 + math.exp(z) + math.exp(-z)))
wrong("sigmoid_prime", "factor")(lambda z: 3 * sigmoid(z) * (1 - sigmoid(z)))
wrong("sigmoid_prime", "rounded-2")(lambda z: np.round(sigmoid(z) * (1 - sigmoid(z)), 2))
wrong("sigmoid_prime", "summed-too-much")(lambda z: np.sum(sigmoid(z) * (1 - sigmoid(z))))
wrong("sigmoid_prime", "list-instead-of-array")(lambda z: (sigmoid(z) * (1 - sigmoid(z))).tolist())
wrong("sigmoid_prime", "printed-not-returned")(lambda z: print(sigmoid(z) * (1 - sigmoid(z))))
wrong("sigmoid_prime", "not-callable")(lambda z: sigmoid(z)(1 - sigmoid(z)))
wrong("sigmoid_prime", None)(lambda z: (sigmoid(z + 1e-3) - sigmoid(z)) / 1e-3)
wrong("sigmoid_prime", None)(lambda z: np.tanh(z) * (1 - np.tanh(z)))
wrong("sigmoid_prime", None)(lambda z: sigmoid(1 - z))


@wrong("sigmoid_prime", "changed-in-place")
def _(z):
    a = sigmoid(z)
    z *= 0
    return a * (1 - a)


right("sigmoid_prime")(lambda z: 0.25 - (sigmoid(z) - 0.5) ** 2)
right("sigmoid_prime")(lambda z: (1 - np.tanh(z / 2) ** 2) / 4)
right("sigmoid_prime")(lambda z: np.einsum("...,...->...", sigmoid(z), 1 - sigmoid(z)))


@right("sigmoid_prime")
def _(z):
    slopes = np.empty(np.shape(z))
    for i in np.ndindex(slopes.shape):
        e = math.exp(-abs(z[i]))
        slopes[i] = e / (1 + e) ** 2
    return slopes


# --- relu_prime -----------------------------------------------------------------------------

wrong("relu_prime", "relu-itself")(lambda z: z * (z > 0))
wrong("relu_prime", "always-one")(lambda z: (relu(z) >= 0).astype(float))
wrong("relu_prime", "sides-swapped")(lambda z: np.logical_not(z > 0).astype(int))
wrong("relu_prime", "sign")(lambda z: np.where(z > 0, 1, -1))
wrong("relu_prime", "leaky")(lambda z: np.maximum(z > 0, 0.01))
wrong("relu_prime", "divided-by-z")(lambda z: relu(z) / z)
wrong("relu_prime", "threshold-one")(lambda z: z >= 1)
wrong("relu_prime", "positive-entries")(lambda z: np.extract(z > 0, z))
wrong("relu_prime", "places-of-positives")(lambda z: np.nonzero(z > 0))
wrong("relu_prime", "counted")(lambda z: len(z[z > 0]))
wrong("relu_prime", "truth-of-an-array")(lambda z: 1 if z > 0 else 0)
wrong("relu_prime", "truth-of-an-array")(lambda z: np.array([1 if v > 0 else 0 for v in z]))
wrong("relu_prime", "one-answer-for-all", "one-answer-for-all-together")(
    lambda z: int((z > 0).all())
)
wrong("relu_prime", "transposed")(lambda z: (z > 0).T)
wrong("relu_prime", None)(lambda z: np.where(z > 0, "1", "0"))
wrong("relu_prime", "offset")(lambda z: np.where(z > 0, 2.0, 1.0))
wrong("relu_prime", "factor", None)(lambda z: np.where(z > 0, 2.0, 0.0))
wrong("relu_prime", "wrong-at-zeros", "wrong-for-zeros", None)(lambda z: np.where(z > 0, 1, np.nan))


@wrong("relu_prime", "changed-in-place")
def _(z):
    z[z > 0] = 1
    z[z < 0] = 0
    return z


@wrong("relu_prime", "z-on-the-left")
def _(z):
    slope = np.array(z)
    slope[slope > 0] = 1
    return slope


@wrong("relu_prime", "return-forgotten")
def _(z):
    slope = np.zeros(z.shape)
    slope[z > 0] = 1


right("relu_prime")(lambda z: np.greater(z, 0))
right("relu_prime")(lambda z: (np.sign(z) + 1) / 2)
right("relu_prime")(lambda z: np.float32(z >= 0))
right("relu_prime")(lambda z: np.minimum(1, np.ceil(np.maximum(0, z))))
right("relu_prime")(lambda z: np.divide(relu(z), z, out=np.zeros(z.shape), where=z != 0))


def test_a_mask_passes_with_a_remark():
    found = diagnose(lambda z: z > 0, "relu_prime")
    assert found.status == "passed" and "True and False" in found.remarks[0]


# --- chain_rule -----------------------------------------------------------------------------


def chain(dz, **last):
    """A function that makes both numbers from ∂L/∂z, a function of a, z and y."""

    def function(w, b, x, y):
        z = w * x + b
        slope = dz(sigmoid(z), z, y)
        return slope * last.get("w", lambda x: x)(x), slope * last.get("b", lambda x: 1)(x)

    return function


def exact(a, z, y):
    return 2 * (a - y) * a * (1 - a)


wrong("chain_rule", "slope-left-out")(chain(lambda a, z, y: 2 * a - 2 * y))
wrong("chain_rule", "two-left-out")(chain(lambda a, z, y: (a - y) * (a - a**2)))
wrong("chain_rule", "sign")(chain(lambda a, z, y: 2 * (a - y) * a * (a - 1)))
wrong("chain_rule", "sign + factor", "sign + two-left-out")(
    chain(lambda a, z, y: (y - a) * a * (1 - a))
)
wrong("chain_rule", "x-left-out")(chain(exact, w=lambda x: 1))
wrong("chain_rule", "x-in-both")(chain(exact, b=lambda x: x))
wrong("chain_rule", "x-at-the-wrong-one")(chain(exact, w=lambda x: 1, b=lambda x: x))
wrong("chain_rule", "two-left-out + x-left-out")(
    chain(lambda a, z, y: (a - y) * a * (1 - a), w=lambda x: 1)
)
wrong("chain_rule", "sign + x-in-both")(chain(lambda a, z, y: -exact(a, z, y), b=lambda x: x))
wrong("chain_rule", "slope-at-a")(chain(lambda a, z, y: 2 * (a - y) * sigmoid_prime(a)))
wrong("chain_rule", "slope-at-a + sign")(chain(lambda a, z, y: 2 * (y - a) * sigmoid_prime(a)))
wrong("chain_rule", "slope-at-a + two-left-out")(chain(lambda a, z, y: (a - y) * sigmoid_prime(a)))
wrong("chain_rule", "square-not-differentiated")(chain(lambda a, z, y: (y - a) ** 2 * a * (1 - a)))
wrong("chain_rule", "added-not-multiplied")(
    lambda w, b, x, y: (
        2 * (sigmoid(w * x + b) - y) + sigmoid_prime(w * x + b) + x,
        2 * (sigmoid(w * x + b) - y) + sigmoid_prime(w * x + b) + 1,
    )
)
wrong("chain_rule", "step-taken")(
    lambda w, b, x, y: tuple(np.array([w, b]) - 0.05 * np.array(chain_rule(w, b, x, y)))
)
wrong("chain_rule", "bias-left-out-of-z")(lambda w, b, x, y: chain(exact)(w, 0, x, y))
wrong("chain_rule", "only-the-weight")(lambda w, b, x, y: float(chain_rule(w, b, x, y)[0]))
wrong("chain_rule", "rounded-3")(
    lambda w, b, x, y: tuple(round(v, 3) for v in chain_rule(w, b, x, y))
)
wrong("chain_rule", "printed-not-returned")(lambda w, b, x, y: print(*chain_rule(w, b, x, y)))
wrong("chain_rule", "too-much-returned", None)(lambda w, b, x, y: (*chain_rule(w, b, x, y), w))
wrong("chain_rule", None)(
    lambda w, b, x, y: {"w": chain_rule(w, b, x, y)[0], "b": chain_rule(w, b, x, y)[1]}
)
wrong("chain_rule", None)(chain(lambda a, z, y: 2 * (a - y) * np.exp(-z)))


@wrong("chain_rule", "bias-subtracted")
def _(w, b, x, y):
    y_hat = 1 / (1 + math.exp(-w * x + b))
    return 2 * (y_hat - y) * y_hat * (1 - y_hat) * x, 2 * (y_hat - y) * y_hat * (1 - y_hat)


@wrong("chain_rule", "mirrored-sigmoid")
def _(w, b, x, y):
    y_hat = 1 / (1 + math.exp(w * x + b))
    return 2 * (y_hat - y) * y_hat * (1 - y_hat) * x, 2 * (y_hat - y) * y_hat * (1 - y_hat)


@right("chain_rule")
def _(w, b, x, y):
    e = math.exp(-w * x - b)
    y_hat = 1 / (1 + e)
    db = 2 * y_hat**3 * e - 2 * y * y_hat**2 * e
    return [db * x, db]


@right("chain_rule")
def _(w, b, x, y):
    def loss(w, b):
        return (sigmoid(w * x + b) - y) ** 2

    h = 1e-5
    return (loss(w + h, b) - loss(w - h, b)) / (2 * h), (loss(w, b + h) - loss(w, b - h)) / (2 * h)


@right("chain_rule")
def _(w, b, x, y):
    X, W = np.array([x, 1.0]), np.array([w, b])
    a = sigmoid(X @ W)
    return 2 * (a - y) * a * (1 - a) * X


# --- all ------------------------------------------------------------------------------------


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    for exercise in (numerical_gradient, gradients_match, sigmoid_prime, relu_prime, chain_rule):
        assert len(WRONG[exercise.name]) >= 10

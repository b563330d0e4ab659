"""Lesson 04's exercises: exact gradients, and wrong functions that are not in the catalogue."""

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib import numerical_gradient
from nnlib.exercises.lesson04 import (
    backprop,
    bias_gradient,
    hidden_delta,
    output_delta,
    weight_gradient,
)

WRONG, RIGHT, wrong, right = collectors()


# What a learner's notebook has from earlier lessons.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


# --- the references are exact derivatives ---------------------------------------------------


def network(m=5, n_in=3, hidden=4, k=2, seed=3):
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(n_in, hidden)),
        "b1": rng.normal(size=hidden),
        "W2": rng.normal(size=(hidden, k)),
        "b2": rng.normal(size=k),
    }
    return rng, rng.normal(size=(m, n_in)), rng.uniform(size=(m, k)), params


def loss(X, y, params):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return np.mean((sigmoid(a1 @ params["W2"] + params["b2"]) - y) ** 2)


def test_output_delta_is_the_derivative_by_z():
    rng, _, y, _ = network()
    z = rng.normal(size=y.shape)
    slopes = numerical_gradient(lambda z: np.mean((sigmoid(z) - y) ** 2), z)
    np.testing.assert_allclose(output_delta(y, sigmoid(z), z), slopes, rtol=1e-6, atol=1e-10)


def test_hidden_delta_is_the_derivative_by_z_for_a_random_delta_from_above():
    rng, *_ = network()
    upstream, W, z = (rng.normal(size=s) for s in ((5, 3), (4, 3), (5, 4)))
    slopes = numerical_gradient(lambda z: np.sum(upstream * (sigmoid(z) @ W)), z)
    np.testing.assert_allclose(hidden_delta(upstream, W, z), slopes, rtol=1e-6, atol=1e-9)


def test_gradients_of_a_layer_are_the_derivatives_by_W_and_b_for_a_random_delta():
    rng, *_ = network()
    a_prev, delta, W, b = (rng.normal(size=s) for s in ((5, 4), (5, 3), (4, 3), (3,)))
    by_W = numerical_gradient(lambda W: np.sum(delta * (a_prev @ W + b)), W)
    by_b = numerical_gradient(lambda b: np.sum(delta * (a_prev @ W + b)), b)
    np.testing.assert_allclose(weight_gradient(a_prev, delta), by_W, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(bias_gradient(delta), by_b, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("sizes", [(5, 3, 4, 2), (1, 2, 3, 4), (6, 1, 2, 1)])
def test_backprop_gives_the_derivative_by_every_parameter(sizes):
    _, X, y, params = network(*sizes)
    grads = backprop(X, y, params)
    assert grads.keys() == params.keys()
    for name in params:
        slopes = numerical_gradient(
            lambda value, name=name: loss(X, y, params | {name: value}), params[name]
        )
        np.testing.assert_allclose(grads[name], slopes, rtol=1e-6, atol=1e-10)


# --- right functions in unusual styles ------------------------------------------------------


@right("output_delta")
def _(y, y_hat, z):
    m, k = np.shape(y)
    error = np.subtract(y_hat, y)
    error *= 2 / m / k
    return np.multiply(error, 1 / (2 + np.exp(z) + np.exp(-z)))


@right("output_delta")
def _(y, y_hat, z):
    return np.array(
        [
            [2 * (q - t) / y.size * sigmoid_prime(x) for t, q, x in zip(*rows, strict=True)]
            for rows in zip(y, y_hat, z, strict=True)
        ]
    )


@right("hidden_delta")
def _(delta_next, W_next, z):
    upstream = np.tensordot(delta_next, W_next, axes=([1], [1]))
    upstream *= sigmoid_prime(z)
    return upstream


@right("hidden_delta")
def _(delta_next, W_next, z):
    columns = [(delta_next * W_next[h]).sum(axis=1) for h in range(len(W_next))]
    return np.stack(columns, axis=1) * sigmoid(z) * sigmoid(-z)


@right("weight_gradient")
def _(a_prev, delta):
    return np.stack([(a_prev[:, [i]] * delta).sum(axis=0) for i in range(a_prev.shape[1])])


@right("weight_gradient")
def _(a_prev, delta):
    return np.matmul(np.transpose(a_prev), delta).astype(np.float32)


@right("bias_gradient")
def _(delta):
    return (delta.T @ np.ones((len(delta), 1))).ravel()


@right("bias_gradient")
def _(delta):
    return np.add.reduce(delta)


@right("backprop")
def _(X, y, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    z1 = np.dot(X, W1) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, W2) + b2
    a2 = sigmoid(z2)
    grads = {}
    delta = (a2 - y) * sigmoid_prime(z2) * 2 / a2.size
    grads["W2"], grads["b2"] = a1.T.dot(delta), delta.sum(0)
    delta = delta.dot(W2.T) * a1 * (1 - a1)
    grads["W1"], grads["b1"] = X.T.dot(delta), delta.sum(0)
    return grads


# --- wrong functions, spelt in other ways than in the catalogue -------------------------------

# output_delta


@wrong("output_delta", "slope-forgotten")
def _(y, y_hat, z):
    m, k = y.shape
    return (y_hat - y) * (2 / (m * k))


@wrong("output_delta", "slope-forgotten + sign")
def _(y, y_hat, z):
    return -2 * (y_hat - y) / y.size


@wrong("output_delta", "raw-error")
def _(y, y_hat, z):
    delta = np.zeros(y.shape)
    for i in range(len(y)):
        delta[i] = y_hat[i] - y[i]
    return delta


@wrong("output_delta", "raw-error + sign")
def _(y, y_hat, z):
    return y - y_hat


@wrong("output_delta", "sign")
def _(y, y_hat, z):
    return 2 / y.size * (y_hat - y) * y_hat * (y_hat - 1)


@wrong("output_delta", "slope-past-the-sigmoid")
def _(y, y_hat, z):
    a = sigmoid(sigmoid(z))
    return 2 * (y_hat - y) * a * (1 - a) / y.size


@wrong("output_delta", "half-sum-of-squares + sign", "sign + factor")
def _(y, y_hat, z):
    return (y - y_hat) * sigmoid_prime(z)


@wrong("output_delta", "half-mean-over-examples + sign", "sign + factor")
def _(y, y_hat, z):
    return -(y_hat - y) / y.shape[0] * y_hat * (1 - y_hat)


@wrong("output_delta", "slope-past-the-sigmoid + half-mean-over-examples")
def _(y, y_hat, z):
    return (y_hat - y) * sigmoid_prime(y_hat) / len(y)


@wrong("output_delta", "matmul-for-the-slope")
def _(y, y_hat, z):
    return np.dot(2 * (y_hat - y) / y.size, sigmoid_prime(z))


@wrong("output_delta", "slope-z-times-one-minus-z")
def _(y, y_hat, z):
    return 2 * (y_hat - y) * (z - z**2) / np.prod(y_hat.shape)


@wrong("output_delta", "one-row-for-the-batch", "summed-too-much")
def _(y, y_hat, z):
    return (2 * (y_hat - y) * sigmoid_prime(z)).sum(axis=0) / y.size


@wrong("output_delta", "shapes", "wrong-shape", "transposed", None)
def _(y, y_hat, z):
    return 2 * (y_hat.T - y) / y.size * sigmoid_prime(z)


@wrong("output_delta", "return-forgotten")
def _(y, y_hat, z):
    delta = 2 * (y_hat - y) / y.size * sigmoid_prime(z)
    delta = delta + 0


@wrong("output_delta", "printed-not-returned")
def _(y, y_hat, z):
    print(2 * (y_hat - y) / y.size * sigmoid_prime(z))


@wrong("output_delta", "list-instead-of-array")
def _(y, y_hat, z):
    return (2 * (y_hat - y) / y.size * sigmoid_prime(z)).tolist()


@wrong("output_delta", "changed-in-place")
def _(y, y_hat, z):
    y_hat -= y
    y_hat *= 2 / y.size * sigmoid_prime(z)
    return y_hat


@wrong("output_delta", "integer-array")
def _(y, y_hat, z):
    delta = np.zeros_like(y)
    delta[:] = 2 * (y_hat - y) / y.size * sigmoid_prime(z)
    return delta


@wrong("output_delta", "one-number-for-all")
def _(y, y_hat, z):
    return 2 * np.mean((y_hat - y) * sigmoid_prime(z))


@wrong("output_delta", "factor", None)
def _(y, y_hat, z):
    return 2 * (y_hat - y) / (y.size - 1) * sigmoid_prime(z)


# hidden_delta


@wrong("hidden_delta", "slope-forgotten")
def _(delta_next, W_next, z):
    return np.dot(W_next, delta_next.T).T


@wrong("hidden_delta", "slope-past-the-sigmoid")
def _(delta_next, W_next, z):
    a = sigmoid(z)
    return delta_next @ W_next.T * sigmoid_prime(a)


@wrong("hidden_delta", "transposed")
def _(delta_next, W_next, z):
    return (W_next @ delta_next.T) * sigmoid_prime(z).T


@wrong("hidden_delta", "weights-not-transposed")
def _(delta_next, W_next, z):
    return sigmoid_prime(z) * np.dot(delta_next, W_next)


@wrong("hidden_delta", "operands-swapped")
def _(delta_next, W_next, z):
    return W_next.T.dot(delta_next) * sigmoid_prime(z)


@wrong("hidden_delta", "matmul-for-the-slope")
def _(delta_next, W_next, z):
    return np.matmul(delta_next @ W_next.T, sigmoid_prime(z))


@wrong("hidden_delta", "one-number-sent-back")
def _(delta_next, W_next, z):
    total = 0
    for i in range(len(delta_next)):
        for h in range(len(W_next)):
            total += delta_next[i] @ W_next[h]
    return total * sigmoid_prime(z)


@wrong("hidden_delta", "averaged-over-the-examples-first")
def _(delta_next, W_next, z):
    back = np.mean(delta_next, axis=0, keepdims=True) @ W_next.T
    return back * sigmoid_prime(z)


@wrong("hidden_delta", "slope-forgotten + sign", "slope-forgotten")
def _(delta_next, W_next, z):
    return -(delta_next @ W_next.T)


@wrong("hidden_delta", "divided-by-m-again", "factor")
def _(delta_next, W_next, z):
    m = delta_next.shape[0]
    return 1 / m * np.dot(delta_next, W_next.T) * sigmoid_prime(z)


@wrong("hidden_delta", "slope-forgotten + divided-by-m-again")
def _(delta_next, W_next, z):
    return (delta_next @ W_next.T) / len(delta_next)


@wrong("hidden_delta", "weights-left-out")
def _(delta_next, W_next, z):
    return delta_next * sigmoid(z) * (1 - sigmoid(z))


@wrong("hidden_delta", "slope-of-relu")
def _(delta_next, W_next, z):
    delta = delta_next @ W_next.T
    delta[z <= 0] = 0
    return delta


@wrong("hidden_delta", "activation-for-slope")
def _(delta_next, W_next, z):
    return delta_next @ W_next.T / (1 + np.exp(-z))


@wrong("hidden_delta", "wrong-in-last-row", "last-row-missing", "left-at-zero", None)
def _(delta_next, W_next, z):
    delta = np.zeros_like(z)
    for i in range(len(z) - 1):
        delta[i] = W_next @ delta_next[i] * sigmoid_prime(z[i])
    return delta


@wrong("hidden_delta", "first-row-only")
def _(delta_next, W_next, z):
    for d, row in zip(delta_next, z, strict=True):
        return W_next @ d * sigmoid_prime(row)


@wrong("hidden_delta", "unknown-name")
def _(delta_next, W_next, z):
    return (delta_next @ W_nxt.T) * sigmoid_prime(z)  # noqa: F821


@wrong("hidden_delta", "weights-not-transposed + slope-past-the-sigmoid")
def _(delta_next, W_next, z):
    return (delta_next @ W_next) * sigmoid_prime(sigmoid(z))


# weight_gradient


@wrong("weight_gradient", "operands-swapped", "transposed")
def _(a_prev, delta):
    return (a_prev.T @ delta).T


@wrong("weight_gradient", "divided-by-m-again")
def _(a_prev, delta):
    return np.mean([np.outer(a, d) for a, d in zip(a_prev, delta, strict=True)], axis=0)


@wrong(
    "weight_gradient",
    *("operands-swapped + factor", "divided-by-m-again + transposed", "transposed + factor"),
)
def _(a_prev, delta):
    return np.dot(delta.T, a_prev) / a_prev.shape[0]


@wrong("weight_gradient", "averaged-first")
def _(a_prev, delta):
    return np.mean(a_prev, axis=0, keepdims=True).T @ np.mean(delta, axis=0, keepdims=True)


@wrong("weight_gradient", "last-example-only")
def _(a_prev, delta):
    for i in range(len(a_prev)):
        grad = np.outer(a_prev[i], delta[i])
    return grad


@wrong("weight_gradient", "first-example-only")
def _(a_prev, delta):
    for a, d in zip(a_prev, delta, strict=True):
        return a[:, None] * d[None, :]


@wrong("weight_gradient", "not-summed-over-the-examples")
def _(a_prev, delta):
    return np.array([np.outer(a, d) for a, d in zip(a_prev, delta, strict=True)])


@wrong("weight_gradient", "transpose-missing")
def _(a_prev, delta):
    return np.matmul(a_prev, delta)


@wrong("weight_gradient", "star-for-matmul", "inner-product", "shapes")
def _(a_prev, delta):
    return np.multiply(a_prev, delta)


@wrong("weight_gradient", "inner-product", "star-for-matmul")
def _(a_prev, delta):
    return (a_prev * delta).sum()


@wrong("weight_gradient", "inner-product", "one-number-for-all", "shapes", "ValueError", None)
def _(a_prev, delta):
    return np.dot(a_prev.ravel(), delta.ravel())


@wrong("weight_gradient", "one-number-for-all")
def _(a_prev, delta):
    return sum((a_prev.T @ delta).ravel())


@wrong("weight_gradient", "one-number-for-all")
def _(a_prev, delta):
    return np.sum(a_prev) * np.sum(delta)


@wrong("weight_gradient", "one-number-for-all")
def _(a_prev, delta):
    return a_prev[:, 0] @ delta[:, 0]


@wrong("weight_gradient", "sign")
def _(a_prev, delta):
    return a_prev.T @ (0 - delta)


@wrong("weight_gradient", "slope-of-the-input + sign", "slope-of-the-input")
def _(a_prev, delta):
    return -((a_prev - a_prev**2).T @ delta)


@wrong("weight_gradient", "slope-of-the-input + divided-by-m-again")
def _(a_prev, delta):
    return (a_prev * (1 - a_prev)).T @ delta / len(delta)


@wrong("weight_gradient", "list-instead-of-array")
def _(a_prev, delta):
    return [list(row) for row in a_prev.T @ delta]


# bias_gradient


@wrong("bias_gradient", "mean-for-sum")
def _(delta):
    return sum(delta) / len(delta)


@wrong("bias_gradient", "mean-with-two-axes-kept", "mean-for-sum + wrong-shape")
def _(delta):
    return np.mean(delta, axis=0).reshape(1, -1)


@wrong("bias_gradient", "wrong-axis")
def _(delta):
    return np.array([sum(row) for row in delta])


@wrong("bias_gradient", "mean-for-sum + sign", "sign + factor", "mean-for-sum")
def _(delta):
    return -delta.mean(0)


@wrong("bias_gradient", "one-number-for-all")
def _(delta):
    return float(np.sum(delta))


@wrong("bias_gradient", "two-axes-kept", "wrong-shape")
def _(delta):
    return np.ones((1, len(delta))) @ delta


@wrong("bias_gradient", "list-instead-of-array")
def _(delta):
    return [column.sum() for column in delta.T]


@wrong("bias_gradient", "not-summed")
def _(delta):
    return delta


@wrong("bias_gradient", "wrong-axis", "factor", "repeated", None)
def _(delta):
    return delta.sum(axis=-1)


@wrong("bias_gradient", "changed-in-place", "two-axes-kept")
def _(delta):
    for row in delta[1:]:
        delta[0] += row
    return delta[0].copy()


@wrong("bias_gradient", "mean-over-the-wrong-axis")
def _(delta):
    return np.average(delta, axis=1)


@wrong("bias_gradient", "last-example-only")
def _(delta):
    for row in delta:
        total = row.copy()
    return total


# backprop


def forward(X, params):
    z1 = X @ params["W1"] + params["b1"]
    a1 = sigmoid(z1)
    z2 = a1 @ params["W2"] + params["b2"]
    return z1, a1, z2, sigmoid(z2)


def collect(X, a1, delta1, delta2):
    return {"W1": X.T @ delta1, "b1": delta1.sum(0), "W2": a1.T @ delta2, "b2": delta2.sum(0)}


@wrong("backprop", "both-slopes-past-the-sigmoid")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * sigmoid_prime(a2)
    return collect(X, a1, (delta2 @ params["W2"].T) * sigmoid_prime(a1), delta2)


@wrong("backprop", "hidden-slope-forgotten")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    return collect(X, a1, np.dot(delta2, params["W2"].T), delta2)


@wrong("backprop", "averaged-twice")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    return {
        "W1": X.T @ delta1 / len(X),
        "b1": delta1.mean(axis=0),
        "W2": a1.T @ delta2 / len(X),
        "b2": delta2.mean(axis=0),
    }


@wrong("backprop", "half-sum-of-squares + sign", "sign + factor")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = (y - a2) * a2 * (1 - a2)
    return collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)


@wrong("backprop", "tuple-output-layer-first")
def _(X, y, params):
    grads = backprop(X, y, params)
    return tuple(grads[name] for name in ("W2", "b2", "W1", "b1"))


@wrong("backprop", "half-mean-over-examples")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = (a2 - y) * a2 * (1 - a2)
    grads = collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)
    return {name: grad / len(X) for name, grad in grads.items()}


@wrong("backprop", "raw-error-sent-back")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    error = a2 - y
    delta2 = 2 * error / y.size * sigmoid_prime(z2)
    return collect(X, a1, error @ params["W2"].T * sigmoid_prime(z1), delta2)


@wrong("backprop", "W2-updated-first")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    params["W2"] -= a1.T @ delta2
    return collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)


@wrong("backprop", "W2-updated-first")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    W2 = params["W2"] - 0.03 * a1.T @ delta2
    return collect(X, a1, delta2 @ W2.T * a1 * (1 - a1), delta2)


@wrong("backprop", "hidden-slope-forgotten + averaged-twice")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2) / len(X)
    return collect(X, a1, delta2 @ params["W2"].T, delta2)


@wrong(
    "backprop",
    "biases-averaged + hidden-slope-forgotten",
    "hidden-slope-forgotten + biases-averaged",
    None,
)
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    delta1 = delta2 @ params["W2"].T
    return collect(X, a1, delta1, delta2) | {"b1": delta1.mean(0), "b2": delta2.mean(0)}


@wrong("backprop", "a1-for-X")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    return collect(X, a1, delta1, delta2) | {"W1": np.dot(a1.T, delta1)}


@wrong("backprop", "transposed")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    return {"W1": delta1.T @ X, "b1": sum(delta1), "W2": delta2.T @ a1, "b2": sum(delta2)}


@wrong("backprop", "biases-missing", "wrong-keys")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    return {
        "W2": a1.T @ delta2,
        "W1": X.T @ (delta2 @ params["W2"].T * a1 * (1 - a1)),
    }


@wrong("backprop", "cross-entropy-delta")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 1 / X.shape[0] * (a2 - y)
    return collect(X, a1, delta2 @ params["W2"].T * sigmoid_prime(z1), delta2)


@wrong("backprop", "weights-not-transposed")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    return collect(X, a1, np.dot(delta2, params["W2"]) * sigmoid_prime(z1), delta2)


@wrong("backprop", "sent-back-without-weights")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    return collect(X, a1, sigmoid_prime(z1) * delta2, delta2)


@wrong("backprop", "unknown-key")
def _(X, y, params):
    z1 = X @ params["w1"] + params["b1"]
    return {"W1": z1}


@wrong("backprop", "changed-in-place")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    grads = collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)
    for name in params:
        params[name] -= 0.5 * grads[name]
    return grads


@wrong("backprop", "return-forgotten")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)


@wrong("backprop", "W2-updated-first")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    grads = {"W2": a1.T @ delta2, "b2": delta2.sum(axis=0)}
    for name in grads:
        params[name] -= 0.5 * grads[name]
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    return grads | {"W1": X.T @ delta1, "b1": delta1.sum(axis=0)}


@wrong("backprop", "updated-params")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    grads = collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)
    return {name: params[name] - 0.01 * grads[name] for name in params}


@wrong("backprop", "output-not-activated")
def _(X, y, params):
    z1, a1, y_hat, _ = forward(X, params)
    delta2 = 2 / y.size * (y_hat - y)
    return collect(X, a1, delta2 @ params["W2"].T * a1 * (1 - a1), delta2)


@wrong("backprop", "hidden-averaged-again")
def _(X, y, params):
    z1, a1, z2, a2 = forward(X, params)
    delta2 = 2 * (a2 - y) / y.size * a2 * (1 - a2)
    delta1 = np.array([params["W2"] @ d for d in delta2]) * a1 * (1 - a1) / len(X)
    return collect(X, a1, delta1, delta2)


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    for exercise in (output_delta, hidden_delta, weight_gradient, bias_gradient, backprop):
        assert len(WRONG[exercise.name]) >= 10

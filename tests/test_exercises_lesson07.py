"""Lesson 07's exercises: exact gradients, and wrong functions that are not in the catalogue."""

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib import numerical_gradient
from nnlib.exercises.lesson07 import backward_layers, binary_cross_entropy, forward_layers
from nnlib.losses import binary_cross_entropy as library_loss

WRONG, RIGHT, wrong, right = collectors()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def relu(z):
    return np.maximum(0, z)


def relu_prime(z):
    return (z > 0).astype(float)


# --- the references are exact ---------------------------------------------------------------


def deep(*activations, widths=(3, 5, 4, 2), m=6, seed=0):
    rng = np.random.default_rng(seed)
    layers = [
        {"W": rng.normal(size=(a, b)), "b": rng.normal(size=b), "activation": g}
        for a, b, g in zip(widths[:-1], widths[1:], activations, strict=True)
    ]
    y = rng.integers(0, 2, (m, widths[-1])).astype(float)
    return rng.normal(size=(m, widths[0])), y, layers


@pytest.mark.parametrize(
    "activations, widths",
    [
        (("relu", "sigmoid", "sigmoid"), (3, 5, 4, 2)),
        (("sigmoid", "relu", "sigmoid"), (3, 5, 4, 1)),
        (("sigmoid",), (3, 2)),
    ],
)
def test_backward_layers_gives_the_derivative_by_every_parameter(activations, widths):
    X, y, layers = deep(*activations, widths=widths)
    grads = backward_layers(y, forward_layers(X, layers)[1], layers)
    assert len(grads) == len(layers)
    for i, layer in enumerate(layers):
        for name in ("W", "b"):

            def loss(value, i=i, name=name):
                moved = [*layers[:i], layers[i] | {name: value}, *layers[i + 1 :]]
                p = forward_layers(X, moved)[0]
                return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y)

            slopes = numerical_gradient(loss, layer[name])
            np.testing.assert_allclose(grads[i][name], slopes, rtol=1e-5, atol=1e-9)


def test_the_loss_is_that_of_the_library():
    rng = np.random.default_rng(1)
    y, z = rng.integers(0, 2, (9, 1)), rng.normal(0, 3, (9, 1))
    library = library_loss(y, z, sigmoid)
    assert binary_cross_entropy(y, sigmoid(z)) == pytest.approx(library, rel=1e-12)


def test_the_error_term_at_the_output_is_the_derivative_of_the_loss_by_z():
    rng = np.random.default_rng(2)
    y, z = rng.integers(0, 2, (7, 1)), rng.normal(size=(7, 1))
    slopes = numerical_gradient(lambda z: binary_cross_entropy(y, sigmoid(z)), z)
    np.testing.assert_allclose((sigmoid(z) - y) / len(y), slopes, rtol=1e-6, atol=1e-10)


# --- right functions in unusual styles ------------------------------------------------------


@right("binary_cross_entropy")
def _(y, p):
    eps = np.finfo(float).eps
    p = p.copy()
    p[p < eps] = eps
    p[p > 1 - eps] = 1 - eps
    ones, zeros = y == 1, y == 0
    return -(np.log(p[ones]).sum() + np.log(1 - p[zeros]).sum()) / y.size


@right("binary_cross_entropy")
def _(y, p):
    right_one = np.abs(1 - y - p).clip(1e-9)
    return np.average(-np.log(right_one))


@right("binary_cross_entropy")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    cost = -(1 / len(y)) * (np.dot(y.T, np.log(p)) + np.dot((1 - y).T, np.log(1 - p)))
    return np.squeeze(cost)


@right("forward_layers")
def _(X, layers):
    caches = [None] * len(layers)
    a = X
    for i, layer in enumerate(layers):
        z = (layer["W"].T @ a.T).T + layer["b"]
        match layer["activation"]:
            case "relu":
                out = z.copy()
                out[out < 0] = 0
            case "sigmoid":
                out = sigmoid(z)
        caches[i] = np.copy(a), z, out
        a = out
    return a, caches


@right("backward_layers")
def _(y, caches, layers):
    deltas = [(caches[-1][-1] - y) / y.shape[0]]
    for after, layer, (_, z, _) in zip(layers[:0:-1], layers[-2::-1], caches[-2::-1], strict=True):
        prime = relu_prime if layer["activation"] == "relu" else sigmoid_prime
        deltas.append(deltas[-1].dot(after["W"].T) * prime(z))
    pairs = zip(caches, reversed(deltas), strict=True)
    return [{"b": d.sum(0), "W": np.einsum("mi,mo->io", c[0], d)} for c, d in pairs]


@right("backward_layers")
def _(y, caches, layers):
    def back(i, delta):
        mine = {"W": caches[i][0].T @ delta, "b": np.sum(delta, 0)}
        if i == 0:
            return [mine]
        _, z, a = caches[i - 1]
        slope = np.where(a > 0, 1, 0) if layers[i - 1]["activation"] == "relu" else a - a**2
        return [*back(i - 1, delta @ layers[i]["W"].T * slope), mine]

    return back(len(layers) - 1, (caches[-1][2] - y) / len(y))


# --- wrong functions, spelt in other ways than in the catalogue -------------------------------

# binary_cross_entropy


@wrong("binary_cross_entropy", "sign")
def _(y, p):
    p = np.clip(p, 1e-8, 1 - 1e-8)
    return (1 / len(y)) * np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "sign")
def _(y, p):
    return np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "only-the-ones")
def _(y, p):
    return -np.sum(y * np.log(p)) / y.shape[0]


@wrong("binary_cross_entropy", "only-the-ones")
def _(y, p):
    return -np.mean(np.sum(y * np.log(p + 1e-12), axis=1))


@wrong("binary_cross_entropy", "not-averaged")
def _(y, p):
    total = 0
    for t, q in zip(y[:, 0], p[:, 0], strict=True):
        q = min(max(q, 1e-12), 1 - 1e-12)
        total -= t * np.log(q) + (1 - t) * np.log(1 - q)
    return total


@wrong("binary_cross_entropy", "minus-on-one-side")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "all-pairs")
def _(y, p):
    y = y.reshape(-1)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "all-pairs")
def _(y, p):
    p = np.clip(p.flatten(), 1e-9, 1 - 1e-9)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "log-of-zero-at-zero")
def _(y, p):
    return np.where(y == 1, -np.log(p), -np.log(1 - p)).mean() + 0 * np.log(p).sum()


@wrong("binary_cross_entropy", "log-of-zero", "special-inputs")
def _(y, p):
    return np.where(y == 1, -np.log(p), -np.log(1 - p)).mean()


@wrong("binary_cross_entropy", "table-of-one", "wrong-shape")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -(y.T @ np.log(p) + (1 - y).T @ np.log(1 - p)) / len(y)


@wrong("binary_cross_entropy", "matrix-product-of-columns", "shapes")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(np.dot(y, np.log(p)) + np.dot(1 - y, np.log(1 - p)))


@wrong("binary_cross_entropy", "mean-squared-error")
def _(y, p):
    return np.sum((y - p) ** 2) / y.size


@wrong("binary_cross_entropy", "base-2")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p))


@wrong("binary_cross_entropy", "math-on-array", "TypeError")
def _(y, p):
    import math

    return -np.mean(y * math.log(p) + (1 - y) * math.log(1 - p))


@wrong("binary_cross_entropy", "changed-in-place", "special-inputs")
def _(y, p):
    p[:] = np.clip(p, 1e-12, 1 - 1e-12)
    p += 0.0
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "return-forgotten")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "sign-and-not-averaged", "sign + factor")
def _(y, p):
    return sum(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)).item()


@wrong("binary_cross_entropy", "sides-exchanged")
def _(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean((1 - y) * np.log(p) + y * np.log(1 - p))


# forward_layers


def activate(layer, z):
    return relu(z) if layer["activation"] == "relu" else sigmoid(z)


@wrong("forward_layers", "z-handed-on")
def _(X, layers):
    a_prev, caches = X, []
    for layer in layers:
        z = a_prev @ layer["W"] + layer["b"]
        a = activate(layer, z)
        caches.append((a_prev, z, a))
        a_prev = z
    return a, caches


@wrong("forward_layers", "relu-everywhere")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        out = relu(z) if layer["activation"] else sigmoid(z)
        caches.append((a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "sigmoid-everywhere")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        out = relu(z) if layer["activation"] == "ReLU" else sigmoid(z)
        caches.append((a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "a-for-a_prev")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        a = activate(layer, z)
        caches.append((a, z, a))
    return a, caches


@wrong("forward_layers", "return-in-the-loop")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        a_prev, a = a, activate(layer, z)
        caches.append((a_prev, z, a))
        return a, caches


@wrong("forward_layers", "caches-backward")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        out = activate(layer, z)
        caches.insert(0, (a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "relu-in-place")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        if layer["activation"] == "relu":
            out = z
            out[out < 0] = 0
        else:
            out = sigmoid(z)
        caches.append((a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "output-not-activated")
def _(X, layers):
    a, caches = X, []
    for i in range(len(layers)):
        z = a @ layers[i]["W"] + layers[i]["b"]
        out = activate(layers[i], z) if i + 1 < len(layers) else z
        caches.append((a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "weights-transposed")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = np.dot(a, layer["W"].T) + layer["b"]
        out = activate(layer, z)
        caches.append((a, z, out))
        a = out
    return a, caches


@wrong("forward_layers", "output-only")
def _(X, layers):
    for layer in layers:
        X = activate(layer, X @ layer["W"] + layer["b"])
    return X


@wrong("forward_layers", "X-into-every-layer")
def _(X, layers):
    caches = []
    for layer in layers:
        z = X.dot(layer["W"]) + layer["b"]
        a = activate(layer, z)
        caches.append((X, z, a))
    return a, caches


@wrong("forward_layers", "last-layer-not-relu")
def _(X, layers):
    a, caches = X, []
    for layer in layers[:-1]:
        z = a @ layer["W"] + layer["b"]
        caches.append((a, z, relu(z)))
        a = relu(z)
    z = a @ layers[-1]["W"] + layers[-1]["b"]
    caches.append((a, z, sigmoid(z)))
    return sigmoid(z), caches


@wrong("forward_layers", "changed-in-place", None)
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        out = activate(layer, z)
        caches.append((a, z, out))
        layer["z"] = z
        a = out
    return a, caches


@wrong("forward_layers", "unknown-key")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = a @ layer["weights"] + layer["b"]
        caches.append((a, z, z))
    return a, caches


@wrong("forward_layers", "bias-forgotten")
def _(X, layers):
    a, caches = X, []
    for layer in layers:
        z = np.einsum("mi,io->mo", a, layer["W"])
        out = activate(layer, z)
        caches.append([a, z, out])
        a = out
    return [a, caches]


# backward_layers


def back(y, caches, layers, delta, prime, W_of=lambda layers, i: layers[i]["W"]):
    grads = [None] * len(layers)
    for i in range(len(layers) - 1, -1, -1):
        grads[i] = {"W": caches[i][0].T @ delta, "b": delta.sum(axis=0)}
        if i:
            delta = delta @ W_of(layers, i).T * prime(i, layers[i - 1], *caches[i - 1][1:])
    return grads


def fitting(i, layer, z, a):
    return relu_prime(z) if layer["activation"] == "relu" else sigmoid_prime(z)


@wrong("backward_layers", "updated-on-the-way")
def updated_in_place(y, caches, layers):
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in range(len(layers) - 1, -1, -1):
        a_prev, z, _ = caches[i]
        if i < len(layers) - 1:
            delta = delta @ layers[i + 1]["W"].T * fitting(i, layers[i], z, None)
        grads.insert(0, {"W": a_prev.T @ delta, "b": delta.sum(axis=0)})
        for name in "Wb":
            layers[i][name] -= 0.03 * grads[0][name]
    return grads


@wrong("backward_layers", "updated-on-the-way")
def _(y, caches, layers):
    def stepped(layers, i):
        delta = (caches[-1][2] - y) / len(y)
        for j in range(len(layers) - 1, i, -1):
            W = layers[j]["W"] - 2.5 * caches[j][0].T @ delta
            delta = delta @ W.T * fitting(j, layers[j - 1], *caches[j - 1][1:])
        return layers[i]["W"] - 2.5 * caches[i][0].T @ delta

    return back(y, caches, layers, (caches[-1][2] - y) / len(y), fitting, stepped)


@wrong("backward_layers", "one-dict-for-all-layers")
def _(y, caches, layers):
    grads, delta = [{}] * len(layers), (caches[-1][2] - y) / len(y)
    for i in range(len(layers) - 1, -1, -1):
        grads[i]["W"], grads[i]["b"] = np.dot(caches[i][0].T, delta), np.sum(delta, axis=0)
        if i:
            delta = delta @ layers[i]["W"].T * fitting(i, layers[i - 1], *caches[i - 1][1:])
    return grads


@wrong("backward_layers", "new-error-term-never-used")
def _(y, caches, layers):
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.append({"W": caches[i][0].T @ delta, "b": delta.sum(0)})
        if i > 0:
            delta_before = np.dot(delta, layers[i]["W"].T)
            delta_before *= fitting(i, layers[i - 1], *caches[i - 1][1:])
    return grads[::-1]


@wrong("backward_layers", "always-back-from-the-output")
def _(y, caches, layers):
    grads, delta_out = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        delta = delta_out
        if i < len(layers) - 1:
            delta = delta_out @ layers[i + 1]["W"].T * fitting(i, layers[i], *caches[i][1:])
        grads.append({"W": caches[i][0].T @ delta, "b": delta.sum(0)})
    return grads[::-1]


def error(y, caches):
    return (caches[-1][2] - y) / len(y)


@wrong("backward_layers", "slope-at-the-output")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches) * sigmoid_prime(caches[-1][1]), fitting)


@wrong("backward_layers", "not-averaged", "factor")
def _(y, caches, layers):
    return back(y, caches, layers, caches[-1][2] - y, fitting)


@wrong("backward_layers", "sign")
def _(y, caches, layers):
    return back(y, caches, layers, (y - caches[-1][2]) / y.shape[0], fitting)


@wrong("backward_layers", "sign + factor", "not-averaged + sign", "sign")
def _(y, caches, layers):
    return back(y, caches, layers, y - caches[-1][2], fitting)


@wrong("backward_layers", "slopes-forgotten")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), lambda i, layer, z, a: np.ones_like(z))


@wrong("backward_layers", "slope-past-the-sigmoid")
def _(y, caches, layers):
    def prime(i, layer, z, a):
        return relu_prime(a) if layer["activation"] == "relu" else sigmoid_prime(a)

    return back(y, caches, layers, error(y, caches), prime)


@wrong("backward_layers", "slope-of-sigmoid-at-z-everywhere")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), lambda i, layer, z, a: sigmoid_prime(z))


@wrong("backward_layers", "slope-of-relu-everywhere")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), lambda i, layer, z, a: relu_prime(z))


@wrong("backward_layers", "sigmoid-passed-through")  # its a is always above 0
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), lambda i, layer, z, a: relu_prime(a))


@wrong("backward_layers", "biases-averaged")
def _(y, caches, layers):
    grads = back(y, caches, layers, error(y, caches), fitting)
    return [{"W": g["W"], "b": g["b"] / len(y)} for g in grads]


@wrong("backward_layers", "averaged-twice", "factor")
def _(y, caches, layers):
    grads = back(y, caches, layers, error(y, caches), fitting)
    return [{name: value / y.shape[0] for name, value in g.items()} for g in grads]


@wrong("backward_layers", "last-layer-first")
def _(y, caches, layers):
    delta, grads = error(y, caches), []
    for i in reversed(range(len(layers))):
        grads.append({"W": caches[i][0].T @ delta, "b": delta.sum(axis=0)})
        if i:
            delta = delta @ layers[i]["W"].T * fitting(i, layers[i - 1], *caches[i - 1][1:])
    return grads


@wrong("backward_layers", "weights-not-transposed")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), fitting, lambda layers, i: layers[i]["W"].T)


@wrong("backward_layers", "weights-of-the-wrong-layer")
def _(y, caches, layers):
    return back(y, caches, layers, error(y, caches), fitting, lambda layers, i: layers[i - 1]["W"])


@wrong("backward_layers", "other-names", "wrong-keys", None)
def _(y, caches, layers):
    grads = back(y, caches, layers, error(y, caches), fitting)
    return [{"dW": g["W"], "db": g["b"]} for g in grads]


@wrong("backward_layers", "derivative-by-p-for-delta")
def _(y, caches, layers):
    p = caches[-1][2]
    return back(y, caches, layers, -(y / p - (1 - y) / (1 - p)) / len(y), fitting)


@wrong("backward_layers", "changed-in-place")
def _(y, caches, layers):
    grads = back(y, caches, layers, error(y, caches), fitting)
    for layer, g in zip(layers, grads, strict=True):
        layer["W"] -= 0.1 * g["W"]
    return grads


@wrong("backward_layers", "index-out-of-range")
def _(y, caches, layers):
    delta, grads = error(y, caches), []
    for i in reversed(range(len(layers))):
        delta = delta @ layers[i + 1]["W"].T
    return grads


@wrong("backward_layers", "slopes-forgotten + sign", "slopes-forgotten")
def _(y, caches, layers):
    return back(y, caches, layers, -error(y, caches), lambda i, layer, z, a: 1)


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    for exercise in (binary_cross_entropy, forward_layers, backward_layers):
        assert len(WRONG[exercise.name]) >= 10

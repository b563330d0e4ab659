"""Graded problems of lessons 04 to 07: exact gradients, promises, wrong functions named."""

import numpy as np
import pytest
from attempts import both_tests, collectors

import nnlib
from graded.lesson04 import skip_backprop, skip_forward
from graded.lesson05 import clip_gradients, nesterov_step
from graded.lesson06 import smoothed_ce_delta, smoothed_targets, top_k_accuracy
from graded.lesson07 import normalize_rows, normalize_rows_backward
from nnlib import numerical_gradient
from nnlib.exercises import engine

WRONG, RIGHT, wrong, right = collectors()
PROBLEMS = [
    *(skip_forward, skip_backprop, clip_gradients, nesterov_step),
    *(smoothed_targets, smoothed_ce_delta, top_k_accuracy),
    *(normalize_rows, normalize_rows_backward),
]
each_problem = pytest.mark.parametrize("exercise", PROBLEMS, ids=lambda e: e.name)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def close(got, expected, rtol=1e-6):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol * np.abs(expected).max())


@each_problem
def test_problem_is_graded_and_its_answer_is_not_in_nnlib(exercise):
    assert exercise.graded
    assert not hasattr(nnlib, exercise.name)
    assert exercise.name not in {e.name for e in engine.exercises() if not e.graded}


@each_problem
def test_problem_has_mistakes_and_other_right_versions(exercise):
    assert len(exercise.mistakes) >= 8
    assert len(exercise.alternatives) >= 3
    assert sum(bool(mistake.ask) for mistake in exercise.mistakes.values()) >= 6


# --- the references are exact derivatives ---------------------------------------------------


def network(seed, m=5, n_in=3, h=4, k=2):
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(n_in, h)),
        "b1": rng.normal(size=h),
        "W2": rng.normal(size=(h, k)),
        "b2": rng.normal(size=k),
        "W3": rng.normal(size=(n_in, k)),
    }
    return rng.normal(size=(m, n_in)), rng.normal(size=(m, k)), params


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3"])
def test_skip_backprop_is_the_derivative_of_the_mean_squared_error(name, seed):
    X, y, params = network(seed)

    def loss(value):
        p = params | {name: value}
        y_hat = sigmoid(X @ p["W1"] + p["b1"]) @ p["W2"] + X @ p["W3"] + p["b2"]
        return np.mean((y_hat - y) ** 2)

    close(skip_backprop(X, y, params)[name], numerical_gradient(loss, params[name]))


def test_nudging_every_weight_is_no_answer_to_skip_backprop():
    def nudged(X, y, params):
        def loss(name, value):
            return np.mean((skip_forward(X, params | {name: value}) - y) ** 2)

        return {
            name: numerical_gradient(lambda v, name=name: loss(name, v), value)
            for name, value in params.items()
        }

    X, y, params = network(0)
    for name, gradient in nudged(X, y, params).items():
        close(gradient, skip_backprop(X, y, params)[name])
    nudged.seconds = 1  # the limit is longer, and so would be the test
    assert engine.diagnose(nudged, skip_backprop).mistake == "endless-loop"


def test_skip_forward_is_what_skip_backprop_sees():
    X, y, params = network(7)
    y_hat = skip_forward(X, params)
    close(skip_backprop(X, y, params)["b2"], (2 * (y_hat - y) / y.size).sum(axis=0))
    nothing = skip_backprop(X, y_hat, params)
    assert all(np.abs(grad).max() < 1e-15 for grad in nothing.values())


@pytest.mark.parametrize("eps", [0.0, 0.1, 0.7, 1.0])
def test_smoothed_ce_delta_is_the_derivative_of_the_smoothed_cross_entropy(eps):
    rng = np.random.default_rng(3)
    labels, z = rng.integers(0, 4, 6), rng.normal(size=(6, 4))
    targets = np.full((6, 4), eps / 4)
    targets[np.arange(6), labels] += 1 - eps
    close(smoothed_targets(labels, 4, eps), targets)

    def loss(z):
        return -np.sum(targets * np.log(softmax(z))) / 6

    close(smoothed_ce_delta(labels, z, eps), numerical_gradient(loss, z))


@pytest.mark.parametrize("eps", [1e-5, 0.1, 2.0])
def test_normalize_rows_backward_is_the_derivative_for_any_gradient_from_above(eps):
    rng = np.random.default_rng(4)
    z, upstream = 2 * rng.normal(size=(5, 4)) + 1, rng.normal(size=(5, 4))

    def loss(z):
        centred = z - z.mean(axis=1, keepdims=True)
        return np.sum(upstream * centred / np.sqrt(z.var(axis=1, keepdims=True) + eps))

    close(normalize_rows_backward(upstream, z, eps), numerical_gradient(loss, z))
    close(np.sum(upstream * normalize_rows(z, eps)), loss(z))


# --- the other promises ---------------------------------------------------------------------


def test_nesterov_step_takes_the_slope_where_the_velocity_will_carry_it():
    """The textbook's form keeps the place itself and asks for the slope ahead of it."""
    rng, lr, momentum = np.random.default_rng(5), 0.05, 0.9
    A = rng.normal(size=(4, 4))
    place, speed = rng.normal(size=4), np.zeros(4)
    params, velocity = {"w": place.copy()}, {"w": speed.copy()}
    for _ in range(20):
        ahead = place - momentum * speed
        speed = momentum * speed + lr * (A.T @ A @ ahead)
        place = place - speed
        params, velocity = nesterov_step(
            params, {"w": A.T @ A @ params["w"]}, velocity, lr, momentum
        )
        close(params["w"], place - momentum * speed)
        close(velocity["w"], speed)


def test_clipped_gradients_keep_their_direction_and_the_limit():
    rng = np.random.default_rng(6)
    grads = {"W": rng.normal(size=(5, 4)), "b": rng.normal(size=3)}
    flat = np.concatenate([grads["W"].ravel(), grads["b"]])
    for max_norm in (0.1, 1.0, np.linalg.norm(flat) * 0.999, 100.0):
        clipped = clip_gradients(grads, max_norm)
        after = np.concatenate([clipped["W"].ravel(), clipped["b"]])
        expected = min(max_norm, np.linalg.norm(flat))
        assert np.linalg.norm(after) == pytest.approx(expected)
        assert after @ flat == pytest.approx(np.linalg.norm(after) * np.linalg.norm(flat))


@pytest.mark.parametrize("top", [1, 2, 3, 4])
def test_top_k_accuracy_is_that_of_scikit_learn(top):
    from sklearn.metrics import top_k_accuracy_score

    rng = np.random.default_rng(top)
    labels, p = rng.integers(0, 5, 60), softmax(rng.normal(size=(60, 5)))
    expected = top_k_accuracy_score(labels, p, k=top, labels=np.arange(5))
    assert top_k_accuracy(labels, p, top) == pytest.approx(expected)


def test_normalized_rows_have_mean_0_and_a_spread_near_1():
    z = 30 * np.random.default_rng(8).normal(size=(6, 9)) - 4
    out = normalize_rows(z, 1e-5)
    close(out.mean(axis=1) + 1, np.ones(6))
    close(out.std(axis=1), np.ones(6))


# --- functions that are not in the catalogue ------------------------------------------------
# The names are those that are true of the function.


@wrong("skip_forward", "road-past-forgotten")
def _(X, params):
    z1 = np.dot(X, params["W1"]) + params["b1"]
    a1 = 1.0 / (1.0 + np.exp(-1.0 * z1))
    z2 = np.dot(a1, params["W2"])
    return z2 + params["b2"]


@wrong("skip_forward", "both-biases-forgotten")
def _(X, params):
    return sigmoid(X @ params["W1"]) @ params["W2"] + X @ params["W3"]


@wrong("skip_forward", "road-past-forgotten + output-through-a-sigmoid")
def _(X, params):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"] + params["b2"])


@wrong("skip_backprop", "hidden-slope-forgotten")
def _(X, y, params):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    error = a1 @ params["W2"] + X @ params["W3"] + params["b2"] - y
    d2 = error * 2 / error.shape[0] / error.shape[1]
    d1 = np.dot(d2, params["W2"].T)
    grads = {"W1": np.dot(X.T, d1), "b1": np.sum(d1, 0), "W2": np.dot(a1.T, d2)}
    return {**grads, "b2": np.sum(d2, 0), "W3": np.dot(X.T, d2)}


@wrong("skip_backprop", "hidden-slope-forgotten + factor-2-missing")
def _(X, y, params):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    d2 = (a1 @ params["W2"] + X @ params["W3"] + params["b2"] - y) / y.size
    d1 = d2 @ params["W2"].T
    return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": a1.T @ d2, "b2": d2.sum(0), "W3": X.T @ d2}


@wrong("skip_backprop", "W3-zero + biases-averaged")
def _(X, y, params):
    grads = skip_backprop(X, y, params)
    for name in ("b1", "b2"):
        grads[name] /= len(X)
    grads["W3"] = 0 * params["W3"]
    return grads


@wrong("skip_backprop", "tuple-for-dict")
def _(X, y, params):
    g = skip_backprop(X, y, params)
    return g["W1"], g["b1"], g["W2"], g["b2"], g["W3"]


@wrong("skip_backprop", "backprop-of-the-lesson")
def _(X, y, params):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    z2 = a1 @ params["W2"] + params["b2"]
    d2 = (sigmoid(z2) - y) * sigmoid(z2) * sigmoid(-z2) / (y.size / 2)
    d1 = (d2 @ params["W2"].T) * (a1 - a1**2)
    return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": a1.T @ d2, "b2": d2.sum(0)}


@wrong("clip_gradients", "each-entry-alone")
def _(grads, max_norm):
    return {name: np.minimum(np.maximum(g, -max_norm), max_norm) for name, g in grads.items()}


@wrong("clip_gradients", "each-array-alone")
def _(grads, max_norm):
    clipped = {}
    for name, g in grads.items():
        length = np.sqrt((g**2).sum())
        clipped[name] = g / length * max_norm if length > max_norm else g
    return clipped


@wrong("clip_gradients", "changed-in-place")
def _(grads, max_norm):
    length = np.sqrt(sum((g.astype(float) ** 2).sum() for g in grads.values()))
    if length > max_norm:
        for name in grads:
            grads[name] = grads[name] * max_norm / length
    return grads


@wrong("nesterov_step", "plain-momentum")
def _(params, grads, velocity, lr, momentum):
    new_params, new_velocity = {}, {}
    for key in params:
        new_velocity[key] = momentum * velocity[key] + lr * grads[key]
        new_params[key] = params[key] - new_velocity[key]
    return new_params, new_velocity


@wrong("nesterov_step", "plain-momentum")
def _(params, grads, velocity, lr, momentum):
    moved = {n: params[n] - lr * grads[n] - momentum * velocity[n] for n in params}
    return moved, {n: lr * grads[n] + momentum * velocity[n] for n in params}


@wrong("nesterov_step", "wrong-order")
def _(params, grads, velocity, lr, momentum):
    return nesterov_step(params, grads, velocity, lr, momentum)[::-1]


@wrong("smoothed_targets", "shared-by-the-other-classes")
def _(labels, num_classes, eps):
    targets = np.ones((len(labels), num_classes)) * eps / (num_classes - 1)
    for i, label in enumerate(labels):
        targets[i, label] = 1 - eps
    return targets


@wrong("smoothed_ce_delta", "not-smoothed + not-averaged")
def _(labels, z, eps):
    p = softmax(z)
    p[np.arange(len(p)), labels] -= 1
    return p


@wrong("smoothed_ce_delta", "averaged-over-all-entries")
def _(labels, z, eps):
    return (softmax(z) - smoothed_targets(labels, z.shape[1], eps)) / z.size


@wrong("top_k_accuracy", "smallest-for-largest")
def _(labels, p, top):
    return sum(y in np.argsort(row)[:top] for y, row in zip(labels, p, strict=True)) / len(p)


@wrong("top_k_accuracy", "one-guess-too-few")
def _(labels, p, top):
    rank = (p >= p[np.arange(len(p)), labels][:, None]).sum(axis=1)
    return np.mean(rank < top)


@wrong("top_k_accuracy", "counted-not-shared")
def _(labels, p, top):
    return sum(y in np.argsort(-row)[:top] for y, row in zip(labels, p, strict=True))


@wrong("normalize_rows", "eps-outside-the-root")
def _(z, eps):
    return np.array([(row - row.mean()) / (row.std() + eps) for row in z])


@wrong("normalize_rows", "columns-for-rows")
def _(z, eps):
    return (z - np.mean(z, 0)) / (np.var(z, 0) + eps) ** 0.5


@wrong("normalize_rows_backward", "direct-road-only")
def _(grad, z, eps):
    return np.array([g / np.sqrt(np.var(row) + eps) for g, row in zip(grad, z, strict=True)])


@wrong("normalize_rows_backward", "road-through-the-spread-missing")
def _(grad, z, eps):
    centred = grad - grad.sum(1, keepdims=True) / grad.shape[1]
    return centred / np.sqrt(z.var(1, keepdims=True) + eps)


@right("clip_gradients")
def _(grads, max_norm):
    length = sum((g.astype(float) ** 2).sum() for g in grads.values()) ** 0.5
    if length <= max_norm:
        return {name: g.copy() for name, g in grads.items()}
    return {name: max_norm * g / length for name, g in grads.items()}


@right("nesterov_step")
def _(params, grads, velocity, lr, momentum):
    new_params, new_velocity = {}, {}
    for key, grad in grads.items():
        new_velocity[key] = momentum * velocity[key] + lr * grad
        step = lr * grad + momentum * new_velocity[key]
        new_params[key] = params[key] - step
    return new_params, new_velocity


@right("top_k_accuracy")
def _(labels, p, top):
    guesses = [set(np.argsort(row)[::-1][:top]) for row in p]
    return np.mean([label in some for label, some in zip(labels, guesses, strict=True)])


@right("smoothed_targets")
def _(labels, num_classes, eps):
    one_hot = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        one_hot[i][labels[i]] = 1.0
    return one_hot * (1 - eps) + eps / num_classes


@right("normalize_rows_backward")
def _(grad, z, eps):
    m, n = z.shape
    dz = np.zeros((m, n))
    for i in range(m):
        s = np.sqrt(np.var(z[i]) + eps)
        out = (z[i] - np.mean(z[i])) / s
        for j in range(n):
            dz[i, j] = (grad[i, j] - sum(grad[i]) / n - out[j] * sum(grad[i] * out) / n) / s
    return dz


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)

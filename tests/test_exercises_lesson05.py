"""Lesson 05's exercises: their promises, and wrong functions that are not in the catalogue."""

import random

import numpy as np
import pytest
from attempts import both_tests, collectors

from nnlib import numerical_gradient
from nnlib.exercises import diagnose, observers
from nnlib.exercises.lesson05 import init_params, minibatches, sgd_step, train, train_test_split

WRONG, RIGHT, wrong, right = collectors()


# --- what the references promise ------------------------------------------------------------


def test_the_loss_that_train_is_given_has_exact_gradients():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    params = {"W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=2)}
    model = observers.LinearLoss(X, y)
    _, grads = model(params, X, y)
    for name in params:
        slopes = numerical_gradient(
            lambda v, name=name: model(params | {name: v}, X, y)[0], params[name]
        )
        np.testing.assert_allclose(grads[name], slopes, rtol=1e-6, atol=1e-9)


def test_rows_are_found_in_an_array_as_it_is_now():
    X = np.arange(6.0).reshape(3, 2)
    assert observers.rows_in(X).of(X[[2, 0]]) == [2, 0]
    X[:] = X[::-1].copy()
    assert observers.rows_in(X).of(X[[2, 0]]) == [2, 0]
    assert observers.rows_in(X.astype(int)).of(np.array([[4.0, 5.0], [9.0, 9.0]])) == [0, None]


def test_training_finds_the_minimum_of_a_linear_network():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = X @ rng.normal(size=(3, 2)) + 0.5
    params = init_params([3, 2], rng)
    losses = train(X, y, params, 80, 7, 0.1, rng, observers.LinearLoss(X, y))
    assert len(losses) == 80
    assert losses[-1] < 1e-6 < losses[0]
    np.testing.assert_allclose(params["b1"], 0.5, atol=1e-3)


def test_one_epoch_has_every_example_once_with_its_target():
    X, y = np.arange(22.0).reshape(11, 2), np.arange(11.0)[:, None]
    pairs = list(minibatches(X, y, 4, np.random.default_rng(1)))
    assert [len(Xb) for Xb, _ in pairs] == [4, 4, 3]
    seen = np.concatenate([yb for _, yb in pairs])[:, 0]
    assert sorted(seen) == list(range(11)) and list(seen) != list(range(11))
    assert all((Xb[:, :1] == 2 * yb).all() for Xb, yb in pairs)


def test_the_split_keeps_pairs_and_shares_nothing():
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20)
    X_train, X_test, y_train, y_test = train_test_split(X, y, 6, np.random.default_rng(1))
    assert (len(X_train), len(X_test)) == (14, 6)
    assert sorted([*y_train, *y_test]) == list(range(20))
    assert (X_train[:, 0] == 2 * y_train).all() and (X_test[:, 0] == 2 * y_test).all()


# --- right functions in unusual styles ------------------------------------------------------


@right("init_params")
def _(sizes, rng):
    return {
        f"{letter}{i}": rng.normal(0, n_in**-0.5, (n_in, n_out))
        if letter == "W"
        else np.zeros(n_out)
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1)
        for letter in "Wb"
    }


@right("init_params")
def _(sizes, rng):
    params = {}
    for i in range(1, len(sizes)):
        bound = 1 / np.sqrt(sizes[i - 1])
        params[f"W{i}"] = rng.uniform(-bound, bound, (sizes[i - 1], sizes[i]))
        params[f"b{i}"] = rng.uniform(-bound, bound, sizes[i])
    return params


@right("init_params")
def _(sizes, rng):
    params, n_in = {}, sizes[0]
    for i, n in enumerate(sizes[1:]):
        params[f"W{i + 1}"] = np.sqrt(2.0 / (n_in + n)) * rng.standard_normal((n_in, n))
        params[f"b{i + 1}"] = np.zeros(n, dtype=np.float32)
        n_in = n
    return params


@right("minibatches")
def _(X, y, batch_size, rng):
    indices = list(range(len(X)))
    rng.shuffle(indices)
    batches = []
    while len(indices) > 0:
        chosen = indices[:batch_size]
        batches.append((X[chosen], y[chosen]))
        indices = indices[batch_size:]
    return batches


@right("minibatches")
def _(X, y, batch_size, rng):
    order = rng.permutation(X.shape[0])
    Xs, ys = np.take(X, order, axis=0), np.take(y, order, axis=0)
    n_batches = int(np.ceil(X.shape[0] / batch_size))
    return (
        (Xs[i * batch_size : (i + 1) * batch_size], ys[i * batch_size : (i + 1) * batch_size])
        for i in range(n_batches)
    )


@right("minibatches")
def _(X, y, batch_size, rng):
    batch_X, batch_y = [], []
    for i in rng.permutation(len(X)):
        batch_X.append(X[i])
        batch_y.append(y[i])
        if len(batch_X) == batch_size:
            yield np.array(batch_X), np.array(batch_y)
            batch_X, batch_y = [], []
    if batch_X:
        yield np.stack(batch_X), np.stack(batch_y)


@right("minibatches")
def _(X, y, batch_size, rng):
    class Epoch:
        def __iter__(self):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = order[start : start + batch_size]
                yield X[rows], y[rows]

    return Epoch()


@right("sgd_step")
def _(params, grads, lr):
    for p, g in zip(params.values(), grads.values(), strict=True):
        p -= lr * g
    return params


@right("sgd_step")
def _(params, grads, lr):
    new = params.copy()
    for key in grads:
        new[key] = np.subtract(params[key], np.multiply(grads[key], lr))
    return new


@right("sgd_step")
def _(params, grads, lr):
    params.update({name: p - lr * grads[name] for name, p in params.items()})


def draw(X, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, len(X), batch_size)]


@right("train")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses, epoch = [], 0
    while epoch < epochs:
        total, count = 0, 0
        for rows in draw(X, batch_size, rng):
            loss, grads = loss_and_grads(params, X[rows], y[rows])
            for p, g in zip(params.values(), grads.values(), strict=True):
                p -= lr * g
            total, count = total + loss * len(rows), count + len(rows)
        losses.append(total / count)
        epoch += 1
    return losses


@right("train")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    def epoch():
        order = rng.permutation(len(X))
        start = 0
        while start < len(X):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_grads(params, X[rows], y[rows])
            params.update({k: params[k] - lr * grads[k] for k in params})
            yield from [loss] * len(rows)
            start += batch_size

    return [sum(epoch()) / len(X) for _ in range(epochs)]


@right("train")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = np.empty(epochs)
    m = X.shape[0]
    for e in range(epochs):
        mean = 0
        for seen, rows in enumerate(draw(X, batch_size, rng)):
            loss, grads = loss_and_grads(params, X[rows], y[rows])
            done = seen * batch_size
            mean += (loss - mean) * len(rows) / (done + len(rows))  # a running mean
            for name in grads:
                params[name] += -lr * grads[name]
        losses[e] = mean
    assert done + len(rows) == m
    return losses.tolist()


@right("train_test_split")
def _(X, y, n_test, rng):
    indices = list(range(len(X)))
    rng.shuffle(indices)
    X_test, y_test = X[indices[:n_test]], y[indices[:n_test]]
    X_train, y_train = X[indices[n_test:]], y[indices[n_test:]]
    return [X_train, X_test, y_train, y_test]


@right("train_test_split")
def _(X, y, n_test, rng):
    order = np.argsort(rng.random(len(y)))
    (X_test, X_train), (y_test, y_train) = (np.split(A[order], [n_test]) for A in (X, y))
    return X_train, X_test, y_train, y_test


@right("train_test_split")
def _(X, y, n_test, rng):
    test = rng.choice(len(X), size=n_test, replace=False)
    return np.delete(X, test, axis=0), X[test], np.delete(y, test, axis=0), y[test]


# --- wrong functions, spelt in other ways than in the catalogue -------------------------------

# init_params


def built(sizes, weights, biases=np.zeros):
    params = {}
    for i in range(len(sizes) - 1):
        params[f"W{i + 1}"] = weights((sizes[i], sizes[i + 1]))
        params[f"b{i + 1}"] = biases(sizes[i + 1])
    return params


@wrong("init_params", "too-large")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.standard_normal(shape))


@wrong("init_params", "too-large")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.uniform(-1, 1, shape))


@wrong("init_params", "one-spread-for-all-layers")
def _(sizes, rng):
    return built(sizes, lambda shape: 0.1 * rng.normal(size=shape))


@wrong("init_params", "one-spread-for-all-layers")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.random(shape) - 0.5)


@wrong("init_params", "one-spread-for-all-layers")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.normal(0, 1 / np.sqrt(sizes[0]), shape))


@wrong("init_params", "scaled-and-too-large")
def _(sizes, rng):
    def glorot(shape):
        limit = 2 * np.sqrt(6 / sum(shape))
        return rng.uniform(-limit, limit, shape)

    return built(sizes, glorot)


@wrong("init_params", "too-small")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.standard_normal(shape) * 0.001)


@wrong("init_params", "only-positive")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.random(shape))


@wrong("init_params", "only-positive")
def _(sizes, rng):
    return built(sizes, lambda shape: np.abs(rng.normal(0, 0.1, shape)))


@wrong("init_params", "not-from-rng")
def _(sizes, rng):
    return built(sizes, lambda shape: np.random.randn(*shape) / np.sqrt(shape[0]))  # noqa: NPY002


@wrong("init_params", "not-from-rng")
def _(sizes, rng):
    rng = np.random.default_rng()
    return built(sizes, lambda shape: rng.normal(0, 1 / np.sqrt(shape[0]), shape))


@wrong("init_params", "all-equal")
def _(sizes, rng):
    return built(sizes, lambda shape: np.full(shape, 0.5))


@wrong("init_params", "all-zeros")
def _(sizes, rng):
    return built(sizes, lambda shape: np.zeros(shape), rng.standard_normal)


@wrong("init_params", "divided-by-n_in")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.normal(size=shape) / shape[0])


@wrong("init_params", "scaled-by-the-outputs")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.normal(size=shape) * shape[1] ** -0.5)


@wrong("init_params", "multiplied-by-the-root")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.normal(size=shape) * np.sqrt(shape[0]))


@wrong("init_params", "transposed")
def _(sizes, rng):
    return built(sizes, lambda shape: rng.normal(0, shape[0] ** -0.5, shape[::-1]))


@wrong("init_params", "biases-in-a-row")
def _(sizes, rng):
    return built(sizes, lambda s: rng.normal(0, s[0] ** -0.5, s), lambda n: np.zeros((1, n)))


@wrong("init_params", "one-bias-for-a-layer")
def _(sizes, rng):
    return built(sizes, lambda s: rng.normal(0, s[0] ** -0.5, s), lambda n: 0.0)


@wrong("init_params", "layers-missing")
def _(sizes, rng):
    params = {}
    for i in range(1, len(sizes) - 1):
        params[f"W{i}"] = rng.normal(0, sizes[i - 1] ** -0.5, (sizes[i - 1], sizes[i]))
        params[f"b{i}"] = np.zeros(sizes[i])
    return params


@wrong("init_params", "layers-missing")
def _(sizes, rng):
    for i in range(1, len(sizes)):
        W = rng.normal(0, sizes[i - 1] ** -0.5, (sizes[i - 1], sizes[i]))
        return {f"W{i}": W, f"b{i}": np.zeros(sizes[i])}


@wrong("init_params", "layers-missing")
def _(sizes, rng):
    for i in range(1, len(sizes)):
        W = rng.normal(0, sizes[i - 1] ** -0.5, (sizes[i - 1], sizes[i]))
        params = {f"W{i}": W, f"b{i}": np.zeros(sizes[i])}
    return params


@wrong("init_params", "other-names")
def _(sizes, rng):
    params = built(sizes, lambda s: rng.normal(0, s[0] ** -0.5, s))
    return {name.lower(): value for name, value in params.items()}


@wrong("init_params", "list-for-dict")
def _(sizes, rng):
    shapes = zip(sizes[:-1], sizes[1:], strict=True)
    return [(rng.normal(0, s[0] ** -0.5, s), np.zeros(s[1])) for s in shapes]


@wrong("init_params", "same-numbers-in-every-layer")
def _(sizes, rng):
    seed = rng.integers(100)
    return built(sizes, lambda s: np.random.default_rng(seed).normal(0, s[0] ** -0.5, s))


@wrong("init_params", "index-out-of-range")
def _(sizes, rng):
    return {f"W{i}": rng.normal(0, 1, (sizes[i], sizes[i + 1])) for i in range(len(sizes))}


@wrong("init_params", "return-forgotten")
def _(sizes, rng):
    built(sizes, lambda s: rng.normal(0, s[0] ** -0.5, s))


@wrong("init_params", "biases-of-one")
def _(sizes, rng):
    return built(sizes, lambda s: rng.normal(0, s[0] ** -0.5, s), np.ones)


@wrong("init_params", "too-large")
def _(sizes, rng):
    return built(sizes, rng.standard_normal, lambda n: rng.standard_normal(n))


# minibatches


@wrong("minibatches", "never-shuffled")
def _(X, y, batch_size, rng):
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


@wrong("minibatches", "never-shuffled")
def _(X, y, batch_size, rng):
    rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


@wrong("minibatches", "shuffled-apart")
def _(X, y, batch_size, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


@wrong("minibatches", "shuffled-apart")
def _(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


@wrong("minibatches", "last-batch-dropped")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size):
        rows = order[i * batch_size : (i + 1) * batch_size]
        yield X[rows], y[rows]


@wrong("minibatches", "last-batch-dropped")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X) - batch_size + 1, batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "last-batch-dropped", None)
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X) - batch_size, batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "last-batch-of-one-dropped")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X) - 1, batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "with-replacement")
def _(X, y, batch_size, rng):
    for _ in range(0, len(X), batch_size):
        rows = rng.choice(len(X), min(batch_size, len(X)), replace=False)
        yield X[rows], y[rows]


@wrong("minibatches", "with-replacement")
def _(X, y, batch_size, rng):
    order = rng.choice(len(X), len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "not-from-rng")
def _(X, y, batch_size, rng):
    order = np.random.permutation(len(X))  # noqa: NPY002
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "not-from-rng")
def _(X, y, batch_size, rng):
    order = list(range(len(X)))
    random.shuffle(order)
    return [
        (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
        for i in range(0, len(X), batch_size)
    ]


@wrong("minibatches", "first-batch-returned")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size]
        return X[rows], y[rows]


@wrong("minibatches", "first-batch-only")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    batches = []
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size]
        batches.append((X[rows], y[rows]))
        return batches


@wrong("minibatches", "overlapping")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X)):
        rows = order[i : i + batch_size]
        yield X[rows], y[rows]


@wrong("minibatches", "moved-too-little")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(int(np.ceil(len(X) / batch_size))):
        yield X[order][i : i + batch_size], y[order][i : i + batch_size]


@wrong("minibatches", "batch_size-as-number-of-batches")
def _(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], y[rows]


@wrong("minibatches", "empty-batch-when-it-divides")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size + 1):
        rows = order[i * batch_size : (i + 1) * batch_size]
        yield X[rows], y[rows]


@wrong("minibatches", "shuffled-in-place")
def _(X, y, batch_size, rng):
    state = rng.bit_generator.state
    rng.shuffle(X)
    rng.bit_generator.state = state
    rng.shuffle(y)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


@wrong("minibatches", "only-X-shuffled")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[i : i + batch_size]


@wrong("minibatches", "y-missing")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]]


@wrong("minibatches", "y-first")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield y[order[i : i + batch_size]], X[order[i : i + batch_size]]


@wrong("minibatches", "one-missing-in-every-batch")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size - 1]
        if len(rows):
            yield X[rows], y[rows]


@wrong("minibatches", "same-batch-again")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for _ in range(0, len(X), batch_size):
        yield X[order[:batch_size]], y[order[:batch_size]]


@wrong("minibatches", "endless-generator")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    i = 0
    while i < len(X):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@wrong("minibatches", "return-forgotten")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    batches = []
    for i in range(0, len(X), batch_size):
        batches.append((X[order[i : i + batch_size]], y[order[i : i + batch_size]]))


@wrong("minibatches", "shuffled-apart", "last-batch-dropped", None)
def _(X, y, batch_size, rng):
    for i in range(len(X) // batch_size):
        rows = slice(i * batch_size, (i + 1) * batch_size)
        yield rng.permutation(X)[rows], rng.permutation(y)[rows]


@wrong("minibatches", "nearly-equal-batches", None)
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for rows in np.array_split(order, max(1, round(len(X) / batch_size + 0.49))):
        yield X[rows], y[rows]


# sgd_step


@wrong("sgd_step", "local-variable-only")
def _(params, grads, lr):
    for name in params:
        p = params[name]
        p = p - lr * grads[name]
    return params


@wrong("sgd_step", "local-variable-only")
def _(params, grads, lr):
    for p, g in zip(params.values(), grads.values(), strict=True):
        p = p - lr * g
    return params


@wrong("sgd_step", "return-forgotten")
def _(params, grads, lr):
    new = {}
    for name in params:
        new[name] = params[name] - lr * grads[name]


@wrong("sgd_step", "uphill")
def _(params, grads, lr):
    for name in params:
        params[name] += lr * grads[name]
    return params


@wrong("sgd_step", "uphill")
def _(params, grads, lr):
    for name in params:
        params[name] -= -lr * grads[name]


@wrong("sgd_step", "only-weights")
def _(params, grads, lr):
    for name in params:
        if "W" in name:
            params[name] = params[name] - lr * grads[name]
    return params


@wrong("sgd_step", "first-parameter-only")
def _(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[name]
        return params


@wrong("sgd_step", "first-parameter-given-back")
def _(params, grads, lr):
    new = {}
    for name in params:
        new[name] = params[name] - lr * grads[name]
        return new


@wrong("sgd_step", "last-parameter-only")
def _(params, grads, lr):
    for name in params:
        new = {}
        new[name] = params[name] - lr * grads[name]
    return new


@wrong("sgd_step", "grads-changed", "changed-in-place")
def _(params, grads, lr):
    for name in params:
        grads[name] *= lr
        params[name] -= grads[name]
    return params


@wrong("sgd_step", "lr-forgotten")
def _(params, grads, lr):
    for name in params:
        params[name] -= grads[name]
    return params


@wrong("sgd_step", "unknown-key", "two-layers-only")
def _(params, grads, lr):
    for name in ("W1", "b1", "W2", "b2"):
        params[name] -= lr * grads[name]
    return params


@wrong("sgd_step", "unknown-key", "KeyError")
def _(params, grads, lr):
    return {name: params[name] - lr * grads["d" + name] for name in params}


@wrong("sgd_step", "list-for-dict")
def _(params, grads, lr):
    return [params[name] - lr * grads[name] for name in params]


@wrong("sgd_step", "lr-taken-off-the-parameter")
def _(params, grads, lr):
    for name in params:
        params[name] = (params[name] - lr) * grads[name]
    return params


@wrong("sgd_step", "parameters-for-gradients")
def _(params, grads, lr):
    return {name: (1 - lr) * params[name] for name in params}


@wrong("sgd_step", "changed-and-changed-again", "step-taken-twice")
def _(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[name]
        params[name] -= lr * grads[name]
    return params


# train


def one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, order=None):
    """(loss, size) of each batch, with a step after each, in place."""
    order = rng.permutation(len(X)) if order is None else order
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size]
        loss, grads = loss_and_grads(params, X[rows], y[rows])
        for name in params:
            params[name] -= lr * grads[name]
        yield loss, len(rows)


def rebound(X, y, params, epochs, batch_size, lr, rng, loss_and_grads, origin=None):
    """A loop in which params names new arrays: a step from origin, or from the last ones."""
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            params = sgd_step.reference(origin or params, grads, lr)
            total += loss * len(Xb)
        losses.append(total / len(X))
    return losses


@wrong("train", "trains-a-copy")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    return rebound(X, y, params, epochs, batch_size, lr, rng, loss_and_grads)


@wrong("train", "trains-a-copy")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    return train.reference(X, y, dict(params), epochs, batch_size, lr, rng, loss_and_grads)


@wrong("train", "mean-of-batch-means")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads)
        losses.append(np.mean([loss for loss, _ in pairs]))
    return losses


@wrong("train", "last-batch-loss")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            last = loss
        losses.append(last)
    return losses


@wrong("train", "a-loss-for-each-batch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            losses.append(loss)
    return losses


@wrong("train", "sum-of-batch-losses")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    return [
        sum(loss for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads))
        for _ in range(epochs)
    ]


@wrong("train", "averaged-twice")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        total = 0
        for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            total += loss
        losses.append(total / len(X))
    return losses


@wrong("train", "batch-means-never-set-back", "never-set-back")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses, total = [], 0
    for _ in range(epochs):
        count = 0
        for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            total += loss
            count += 1
        losses.append(total / count)
    return losses


@wrong("train", "never-set-back")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses, total = [], 0
    for _ in range(epochs):
        for loss, n in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            total += loss * n
        losses.append(total / len(X))
    return losses


@wrong("train", "first-epoch-only")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        total = 0
        for loss, n in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            total += loss * n
        losses.append(total / len(X))
        return losses


@wrong("train", "first-batch-only")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        for loss, _ in one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads):
            losses.append(loss)
            return losses


@wrong("train", "shuffled-once")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    order, losses = rng.permutation(len(X)), []
    for _ in range(epochs):
        pairs = list(one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, order))
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "never-shuffled")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, np.arange(len(X)))
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "reseeded-every-epoch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        rng = np.random.default_rng(42)
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "not-from-rng")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        order = np.random.permutation(len(X))  # noqa: NPY002
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, order)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "full-batch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        loss, grads = loss_and_grads(params, X, y)
        for name in params:
            params[name] -= lr * grads[name]
        losses.append(loss)
    return losses


@wrong("train", "one-batch-an-epoch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        rows = rng.choice(len(X), min(batch_size, len(X)), replace=False)
        loss, grads = loss_and_grads(params, X[rows], y[rows])
        for name in params:
            params[name] -= lr * grads[name]
        losses.append(loss)
    return losses


@wrong("train", "first-epoch-only", "division-by-zero")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    batches, losses = minibatches.reference(X, y, batch_size, rng), []
    for _ in range(epochs):
        total = 0
        for Xb, yb in batches:
            loss, grads = loss_and_grads(params, Xb, yb)
            for name in params:
                params[name] -= lr * grads[name]
            total += loss * len(Xb)
        losses.append(total / len(X))
    return losses


@wrong("train", "no-step")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            sgd_step.reference(params, grads, lr)  # a new dict, thrown away
            total += loss * len(Xb)
        losses.append(total / len(X))
    return losses


@wrong("train", "step-after-the-epoch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        total, sums = 0, dict.fromkeys(params, 0)
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            sums = {name: sums[name] + grads[name] for name in params}
            total += loss * len(Xb)
        for name in params:
            params[name] -= lr * sums[name]
        losses.append(total / len(X))
    return losses


@wrong("train", "gradients-pile-up")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        total, sums = 0, dict.fromkeys(params, 0)
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            for name in params:
                sums[name] = sums[name] + grads[name]
                params[name] = params[name] - lr * sums[name]
            total += loss * len(Xb)
        losses.append(total / len(X))
    return losses


@wrong("train", "steps-from-the-start")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    return rebound(X, y, params, epochs, batch_size, lr, rng, loss_and_grads, origin=params)


@wrong("train", "uphill")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, -lr, rng, loss_and_grads)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "divided-by-the-batch-size-again", "steps-of-another-size")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr / batch_size, rng, loss_and_grads)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "last-batch-dropped")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0
        for i in range(len(X) // batch_size):
            rows = order[i * batch_size : (i + 1) * batch_size]
            loss, grads = loss_and_grads(params, X[rows], y[rows])
            for name in params:
                params[name] -= lr * grads[name]
            total += loss * len(rows)
        losses.append(total / len(X))
    return losses


@wrong("train", "shuffled-apart")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        X, y = rng.permutation(X), rng.permutation(y)
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, np.arange(len(X)))
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "loss-after-the-epoch")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        list(one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads))
        loss, _ = loss_and_grads(params, X, y)
        losses.append(loss)
    return losses


@wrong("train", "a-loss-too-many", "loss-before-the-epoch", "one-epoch-too-many")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = [loss_and_grads(params, X, y)[0]]
    for _ in range(epochs):
        list(one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads))
        losses.append(loss_and_grads(params, X, y)[0])
    return losses


@wrong("train", "params-too")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return params, losses


@wrong("train", "return-forgotten")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads)
        losses.append(sum(loss * n for loss, n in pairs) / len(X))


@wrong("train", "last-loss-only")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    for _ in range(epochs):
        pairs = list(one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads))
        loss = sum(loss * n for loss, n in pairs) / len(X)
    return loss


@wrong("train", "a-list-of-one-loss")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    for _ in range(epochs):
        losses = []
        pairs = list(one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads))
        losses.append(sum(loss * n for loss, n in pairs) / len(X))
    return losses


@wrong("train", "endless-loop")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    epoch = 0
    while epoch < epochs:
        total = len(X)
    return [total]


@wrong("train", "unpacking", "TypeError", "list-for-array", "none-inside", "index-type", None)
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            grads = loss_and_grads(params, Xb, yb)
            for name in params:
                params[name] -= lr * grads[name]
    return losses


@wrong("train", "other-number-of-steps", "some-missing", "with-replacement", None)
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs * batch_size):
        rows = rng.integers(0, len(X), batch_size)
        loss, grads = loss_and_grads(params, X[rows], y[rows])
        for name in params:
            params[name] -= lr * grads[name]
        losses.append(loss)
    return losses[:epochs]


@wrong("train", "never-shuffled", "mean-of-batch-means")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses = []
    for _ in range(epochs):
        pairs = one_epoch(X, y, params, batch_size, lr, rng, loss_and_grads, np.arange(len(X)))
        losses.append(np.mean([loss for loss, _ in pairs]))
    return losses


# train_test_split


@wrong("train_test_split", "not-shuffled")
def _(X, y, n_test, rng):
    return X[n_test:], X[:n_test], y[n_test:], y[:n_test]


@wrong("train_test_split", "not-shuffled")
def _(X, y, n_test, rng):
    rng.permutation(len(X))
    return X[:-n_test], X[-n_test:], y[:-n_test], y[-n_test:]


@wrong("train_test_split", "shuffled-apart")
def _(X, y, n_test, rng):
    one, other = rng.permutation(len(X)), rng.permutation(len(y))
    return X[one[n_test:]], X[one[:n_test]], y[other[n_test:]], y[other[:n_test]]


@wrong("train_test_split", "shuffled-apart")
def _(X, y, n_test, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return X[n_test:], X[:n_test], y[n_test:], y[:n_test]


@wrong("train_test_split", "n_test-for-training")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    return X[order[:n_test]], X[order[n_test:]], y[order[:n_test]], y[order[n_test:]]


@wrong("train_test_split", "other-order")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    test, rest = order[:n_test], order[n_test:]
    return X[rest], y[rest], X[test], y[test]


@wrong("train_test_split", "n_test-for-training", "y-parts-exchanged")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    test, rest = order[:n_test], order[n_test:]
    return X[test], X[rest], y[test], y[rest]


@wrong("train_test_split", "everything-in-training")
def _(X, y, n_test, rng):
    test = rng.choice(len(X), n_test, replace=False)
    return X, X[test], y, y[test]


@wrong("train_test_split", "overlap", "with-replacement")
def _(X, y, n_test, rng):
    test = rng.integers(0, len(X), n_test)
    rest = rng.integers(0, len(X), len(X) - n_test)
    return X[rest], X[test], y[rest], y[test]


@wrong("train_test_split", "with-replacement", "test-set-of-another-size", "some-in-neither", None)
def _(X, y, n_test, rng):
    test = rng.choice(len(X), n_test)
    rest = np.setdiff1d(np.arange(len(X)), test)
    return X[rest], X[test], y[rest], y[test]


@wrong("train_test_split", "not-from-rng")
def _(X, y, n_test, rng):
    order = np.random.default_rng(0).permutation(len(X))
    return X[order[n_test:]], X[order[:n_test]], y[order[n_test:]], y[order[:n_test]]


@wrong("train_test_split", "some-in-neither")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    test, rest = order[:n_test], order[n_test + 1 :]
    return X[rest], X[test], y[rest], y[test]


@wrong("train_test_split", "an-empty-part")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    rest = np.setdiff1d(order[:n_test], order)
    return X[rest], X[order[:n_test]], y[rest], y[order[:n_test]]


@wrong("train_test_split", "two-pairs")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    test, rest = order[:n_test], order[n_test:]
    return [[X[rest], y[rest]], [X[test], y[test]]]


@wrong("train_test_split", "return-forgotten")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    X[order[n_test:]], X[order[:n_test]], y[order[n_test:]], y[order[:n_test]]  # noqa: B018


@wrong("train_test_split", "shuffled-in-place")
def _(X, y, n_test, rng):
    order = rng.permutation(len(X))
    X[:] = X[order]
    y[:] = y[order]
    return X[n_test:], X[:n_test], y[n_test:], y[:n_test]


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A loop without an end is stopped after a second."""
    monkeypatch.setattr(train, "seconds", 1)


test_wrong_functions_get_true_names, test_right_functions_pass = both_tests(WRONG, RIGHT)


def test_a_step_in_place_that_gives_nothing_back_passes_with_a_remark():
    def step(params, grads, lr):
        for name in params:
            params[name] -= lr * grads[name]

    found = diagnose(step, "sgd_step")
    assert found.status == "passed" and "None" in found.remarks[0]


def test_each_exercise_is_attacked_with_ten_wrong_functions_at_least():
    for exercise in (init_params, minibatches, sgd_step, train, train_test_split):
        assert len(WRONG[exercise.name]) >= 10

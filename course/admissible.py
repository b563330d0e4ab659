"""Judges a function on many random admissible inputs, without the probes and the engine.

`difference(function, exercise, calls, seed)` is "" where the function keeps the exercise's promise
on all of them, else what is wrong in words. Inputs are drawn here, with sizes and special values
of their own, so that a hole in the engine's probes shows. For exercises with one right answer the
reference is the measure; for the free ones (batches, starting values, a training loop) it is the
promise itself.
"""

import contextlib
import copy
import io
import warnings

import numpy as np

TOLERANCE = {"standardize": 1e-3, "cross_entropy": 1e-3, "binary_cross_entropy": 1e-3}
FLOATS = {"scale_pixels", "one_hot"}  # which promise numbers with decimals
CHANGEABLE = {"sgd_step": {0}, "train": {2}}  # places of arguments that may change in place


def difference(function, exercise, calls=200, seed=0):
    """What is wrong with `function`, in words; "" if nothing is found in that many calls."""
    rng = np.random.default_rng([seed, len(exercise.name)])
    for number in range(calls):
        args = INPUTS[exercise.name](rng, number)
        found = _call(function, exercise, args)
        if found:
            return found
    return SPREAD[exercise.name](function) if exercise.name in SPREAD else ""


def _call(function, exercise, args):
    """What is wrong with one call."""
    given = copy.deepcopy(args)
    result, error = _run(function, given)
    place = CHANGEABLE.get(exercise.name, ())
    for i, (before, after) in enumerate(zip(args, given, strict=True)):
        if i not in place and not isinstance(before, np.random.Generator) and error is None:
            if not _unchanged(before, after):
                return f"argument {i + 1} is changed"
    if exercise.name in JUDGES:
        return repr(error) if error else JUDGES[exercise.name](args, given, result)
    expected, refused = _run(exercise.reference, copy.deepcopy(args))
    if refused or error:
        return "" if refused and isinstance(error, Exception) else repr(error or "not refused")
    if exercise.name in FLOATS and getattr(result, "dtype", np.dtype(int)).kind not in "fb":
        return "no floats"
    if exercise.name in MASKS:
        expected, result = MASKS[exercise.name](args, given, expected, result)
    tolerance = TOLERANCE.get(exercise.name, 1e-5)
    return "" if equal(expected, result, tolerance) else f"other values for {_shapes(args)}"


def _run(function, args):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                result = function(*args)
                if hasattr(result, "__next__"):
                    result = [
                        copy.deepcopy(item) for _, item in zip(range(1000), result, strict=False)
                    ]
            return result, None
        except Exception as error:
            return None, error


def equal(expected, got, rtol):
    """Whether two results are the same: containers, shapes, and numbers to a relative `rtol`."""
    if isinstance(expected, dict):
        alike = isinstance(got, dict) and expected.keys() == got.keys()
        return alike and all(equal(expected[k], got[k], rtol) for k in expected)
    if isinstance(expected, list | tuple):
        alike = isinstance(got, list | tuple | np.ndarray) and len(got) == len(expected)
        return alike and all(equal(e, g, rtol) for e, g in zip(expected, got, strict=True))
    if expected is None or isinstance(expected, str):
        return expected == got
    if isinstance(expected, np.ndarray) and expected.ndim and not isinstance(got, np.ndarray):
        return False
    e, g = np.asarray(expected), np.asarray(got)
    if g.dtype.kind not in "biuf" or e.shape != g.shape or isinstance(got, list | tuple):
        return False
    single = np.float32 in (e.dtype, g.dtype)
    rtol, least = (max(rtol, 1e-4), 1e-6) if single else (rtol, 1e-9)
    e, g = e.astype(float), g.astype(float)
    size = np.abs(e[np.isfinite(e)]).max(initial=0)
    return np.allclose(g, e, rtol=rtol, atol=rtol * min(size, 1) + least, equal_nan=True)


def _unchanged(before, after):
    if isinstance(before, dict):
        same = before.keys() == after.keys()
        return same and all(_unchanged(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and np.array_equal(before, after, equal_nan=True)
    return True


def _shapes(args):
    return ", ".join(
        str(getattr(a, "shape", a if isinstance(a, int | float) else "…")) for a in args
    )


# --- inputs ---------------------------------------------------------------------------------


def _size(rng, low=1, high=8):
    return int(rng.integers(low, high + 1))


def _table(rng, m, n, scale=1.0):
    """(m, n) numbers; now and then whole ones, now and then of type float32."""
    table = rng.normal(0, scale, (m, n))
    if rng.random() < 0.1:
        return np.round(3 * table).astype(int)
    return table.astype(np.float32) if rng.random() < 0.05 else table


def _any_shape(rng, number, zero=True):
    """An array of 0 to 4 axes with small, ordinary and huge numbers, with whole ones, with 0."""
    shape = tuple(_size(rng, 1, 6) for _ in range(number % 5))
    z = rng.normal(0, rng.choice([0.1, 1, 4, 30, 800]), shape)
    if rng.random() < 0.2:
        return np.array(np.round(z)).astype(int)
    if zero and rng.random() < 0.2:
        z = np.array(np.where(rng.random(shape) < 0.3, 0.0, z))
    return np.asarray(z)


def _layer(rng):
    m, n_in, n_out = (_size(rng) for _ in range(3))
    return m, n_in, n_out


def _dense(rng, number):
    m, n_in, n_out = _layer(rng)
    return _table(rng, m, n_in), rng.normal(0, 1, (n_in, n_out)), rng.normal(0, 1, n_out)


def _params(rng, n_in, hidden, k, scale=1.0):
    return {
        **{"W1": rng.normal(0, scale, (n_in, hidden)), "b1": rng.normal(0, 1, hidden)},
        **{"W2": rng.normal(0, scale, (hidden, k)), "b2": rng.normal(0, 1, k)},
    }


def _two_layers(rng, number):
    n_in = _size(rng)
    X = _table(rng, _size(rng), n_in, rng.choice([0.5, 2, 10]))
    return X, _params(rng, n_in, _size(rng), _size(rng))


def _pair(rng, number):
    """Targets and predictions; every third time of shapes that do not agree."""
    shape = tuple(_size(rng, 1, 6) for _ in range(_size(rng, 1, 2)))
    y, y_hat = (rng.normal(0, rng.choice([0.1, 1, 50]), shape) for _ in range(2))
    if rng.random() < 0.1:
        y, y_hat = np.round(9 * y).astype(int), np.round(9 * y_hat).astype(int)
    others = [y_hat[..., None], y_hat[:1], y_hat[0], y_hat[:-1], y_hat.T, y_hat.ravel()]
    other = others[int(rng.integers(len(others)))]
    if number % 3 == 0 and np.shape(other) != shape and np.ndim(other) and other.size:
        return (y, other) if rng.random() < 0.5 else (other, y)
    return y, y_hat


def _train_and_test(rng, number):
    m, m_test, n = _size(rng, 3, 9), _size(rng), _size(rng)
    shift, scale = rng.normal(0, 20, n), rng.uniform(0.5, 30, n)
    sets = [shift + scale * rng.normal(0, 1, (rows, n)) for rows in (m, m_test)]
    if rng.random() < 0.2:
        sets = [np.round(5 * s).astype(int) for s in sets]
        sets[0][0], sets[0][1] = 7, 9  # no column is constant by chance
    for j in range(n):
        if rng.random() < 0.15:  # numbers whose mean is exact, so that the spread is 0
            sets[0][:, j] = sets[1][:, j] = rng.integers(-3, 4)
    return tuple(sets)


class Curve:
    """A smooth function of an array, which remembers how far from `start` it was asked."""

    def __init__(self, rng, start):
        self.a, self.b = rng.normal(0, 1, (2, *start.shape))
        self.start, self.reach = start.astype(float), 0.0

    def __call__(self, x):
        x = np.asarray(x, dtype=float)
        self.reach = max(self.reach, np.abs(x - self.start).max())
        return float(np.sum(self.a * x**3 + np.sin(2 * x + self.b)) + np.prod(np.cos(x)))


def _slope_by_nudging(rng, number):
    shape = tuple(_size(rng, 1, 4) for _ in range(_size(rng, 1, 3)))
    x = rng.normal(0, 1, shape)
    if rng.random() < 0.2:
        x = rng.integers(-3, 4, shape)
    elif rng.random() < 0.2:
        x = np.where(rng.random(shape) < 0.4, 0.0, x)
    eps = float(rng.choice([1e-5, 3e-5, 1e-4]))
    curve = Curve(rng, np.asarray(x))
    return (curve, x) if rng.random() < 0.3 else (curve, x, eps)


def _two_gradients(rng, number):
    shape = tuple(_size(rng, 1, 6) for _ in range(_size(rng, 1, 3)))
    g, noise = rng.normal(0, 1, (2, *shape))
    if rng.random() < 0.2:
        noise = noise * (rng.random(shape) < 0.4)
    close = rng.random() < 0.5  # near the limit, though not on it
    ratio = 1e-6 * rng.choice([0.7, 0.9, 1.1, 1.4]) if close else 10.0 ** rng.uniform(-10, 0)
    if not 0.97 < ratio * 1e6 < 1.03 and np.any(noise):
        noise *= 2 * ratio * np.linalg.norm(g) / np.linalg.norm(noise)
    size = 10.0 ** rng.uniform(-7, 6)
    special = number % 10
    if special == 0:
        return 0 * g, 0 * g
    if special == 1:
        return (0 * g, size * g) if rng.random() < 0.5 else (size * g, 0 * g)
    if special == 2:
        others = [g[:1], g[..., None], g.ravel(), g.T, g.sum()]
        return size * g, size * np.asarray(others[int(rng.integers(5))])
    if special == 3:
        return size * g, np.where(g == g.max(), np.nan, size * g)
    if special == 4:
        others = [-g, 2 * g, np.abs(g), g * rng.choice([-1, 1], shape), rng.permutation(g.ravel())]
        return size * g, size * np.reshape(others[int(rng.integers(5))], shape)
    return size * g, size * (g + noise)


def _one_neuron(rng, number):
    w, b, x = (float(v) for v in rng.normal(0, rng.choice([0.5, 2]), 3))
    if number % 5 == 0:
        w, b, x = (int(v) for v in rng.integers(-2, 3, 3))
    return w, b, x, int(rng.integers(2)) if rng.random() < 0.3 else float(rng.random())


def _sigmoid(z):
    return np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))


def _output(rng, number):
    z = rng.normal(0, rng.choice([0.5, 2, 20]), (_size(rng), _size(rng)))
    y = rng.integers(0, 2, z.shape) if rng.random() < 0.3 else rng.random(z.shape)
    return y, _sigmoid(z), z


def _hidden(rng, number):
    m, hidden, following = _layer(rng)
    z = rng.normal(0, rng.choice([0.5, 2, 20]), (m, hidden))
    return rng.normal(0, 1, (m, following)), rng.normal(0, 1, (hidden, following)), z


def _inputs_and_delta(rng, number):
    m, n_in, n_out = _layer(rng)
    a_prev = _table(rng, m, n_in)
    if rng.random() < 0.1:
        a_prev = rng.integers(0, 256, (m, n_in)).astype(np.uint8)
    return a_prev, rng.normal(0, 1, (m, n_out))


def _whole_network(rng, number):
    m, n_in, k = _layer(rng)
    y = rng.integers(0, 2, (m, k)) if rng.random() < 0.2 else rng.random((m, k))
    return _table(rng, m, n_in), y, _params(rng, n_in, _size(rng), k)


def _widths(rng, number):
    if number % 4 == 0:
        return [_size(rng, 400, 800), _size(rng, 40, 90), _size(rng, 40, 60)], _generator(rng)
    return [_size(rng, 1, 9) for _ in range(_size(rng, 2, 6))], _generator(rng)


def _generator(rng):
    return np.random.default_rng(int(rng.integers(1 << 30)))


def _examples(rng, low=2, high=30):
    """Rows that are all different, and targets that tell which row they belong to."""
    m = _size(rng, low, high)
    X = rng.permutation(m)[:, None] + rng.normal(0, 0.1, (m, _size(rng, 1, 4)))
    y = np.tile(10.0 * np.round(X[:, :1]) + 1, (1, _size(rng, 1, 3)))
    kinds = {0: y[:, 0], 1: y[:, 0].astype(int)}
    return X, kinds.get(int(rng.integers(5)), y)


def _epoch(rng, number):
    X, y = _examples(rng)
    y = y.reshape(len(X), -1)
    return X, y, _size(rng, 1, len(X) + 3), _generator(rng)


def _split(rng, number):
    X, y = _examples(rng, low=3)
    return X, y, _size(rng, 1, len(X) - 1), _generator(rng)


def _step(rng, number):
    params, grads = ({}, {})
    for i in range(1, _size(rng, 2, 4)):
        shape = _size(rng, 1, 4), _size(rng, 1, 4)
        for name, size in ((f"W{i}", shape), (f"b{i}", shape[1:])):
            params[name], grads[name] = rng.normal(0, 1, (2, *size))
    return params, grads, float(rng.choice([1.0, 0.01, rng.random()]))


class Recorder:
    """The loss and gradients of a linear model; records every call."""

    def __init__(self):
        self.log = []

    def __call__(self, params, Xb, yb):
        error = Xb @ params["W1"] + params["b1"] - yb
        loss = float(np.mean(error**2))
        grads = {"W1": Xb.T @ error / len(Xb), "b1": error.mean(axis=0)}
        self.log.append((copy.deepcopy(params), Xb.copy(), yb.copy(), loss, copy.deepcopy(grads)))
        return loss, grads


def _training(rng, number):
    X, _ = _examples(rng, 4, 16)
    X = X / 20
    y = np.tile(X[:, :1] * 3 + 1, (1, _size(rng, 1, 3)))
    params = {"W1": rng.normal(0, 1, (X.shape[1], y.shape[1])), "b1": rng.normal(0, 1, y.shape[1])}
    batch_size = _size(rng, 1, len(X) + 2)
    return X, y, params, _size(rng, 1, 4), batch_size, 0.1, _generator(rng), Recorder()


def _pixels(rng, number):
    X = rng.integers(0, 17, (_size(rng), _size(rng)))
    if rng.random() < 0.2:
        X = X * (rng.random(X.shape) < 0.2)
    return (X.astype(rng.choice([np.uint8, np.int64, float])) + (0.5 if number % 7 == 0 else 0),)


def _labels(rng, number):
    k = _size(rng, 2, 9)
    labels = rng.integers(0, k, _size(rng)).astype(rng.choice([np.uint8, np.int64, float]))
    return (labels[:, None] if rng.random() < 0.3 else labels), k


def _scores(rng, number):
    z = _table(rng, _size(rng), _size(rng), rng.choice([0.5, 3, 50, 700]))
    if number % 4 == 0:
        z = z + rng.choice([-1000, 0, 900], (len(z), 1))
    return (np.clip(z, -1000, 1000),)


def _one_hot(rng, m, k):
    y = np.eye(k)[rng.integers(0, k, m)]
    return y.astype(int) if rng.random() < 0.2 else y


def _probabilities(rng, m, k, scale):
    z = rng.normal(0, scale, (m, k))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _classes(rng, number):
    m, k = _size(rng), _size(rng, 2, 7)
    y, p = _one_hot(rng, m, k), _probabilities(rng, m, k, rng.choice([0.5, 2]))
    if number % 4 == 0:  # certain of another class, then of the right one
        p = np.where(y == 1, p, 0.0) if rng.random() < 0.5 else np.where(p < 0.2, 0.0, p)
    return y, np.where(y == 1, np.maximum(p, 1e-4), p)


def _certain(rng, number):
    """As `_classes`, at times with a probability of 0 at the right class."""
    y, p = _classes(rng, number)
    if number % 5 == 1:
        p[0] = np.roll(y[0], 1)
    return y, p


def _judged(rng, number):
    m, k = _size(rng, 1, 20), _size(rng, 2, 7)
    p = _probabilities(rng, m, k, 1.0) * (rng.choice([1, 40]) if rng.random() < 0.2 else 1)
    share = rng.choice([0, 0.5, 1])
    labels = np.where(rng.random(m) < share, p.argmax(axis=1), rng.integers(0, k, m))
    return (labels[:, None] if rng.random() < 0.3 else labels), p


def _to_predict(rng, number):
    n_in, k = _size(rng), _size(rng, 2, 7)
    return _table(rng, _size(rng, 1, 20), n_in, 2), _params(rng, n_in, _size(rng), k, 3)


def _yes_no(rng, number):
    m = _size(rng, 1, 12)
    y, p = rng.integers(0, 2, (m, 1)), rng.uniform(1e-4, 1 - 1e-4, (m, 1))
    if number % 3 == 0:
        p = 10.0 ** rng.uniform(-4, -1, (m, 1))
        p = np.where(rng.random((m, 1)) < 0.5, p, 1 - p)
    if number % 5 == 1:
        p[0] = rng.integers(0, 2)
    return (y if rng.random() < 0.3 else y.astype(float)), p


def _network(rng, last=None):
    widths = [_size(rng, 1, 6) for _ in range(_size(rng, 2, 6))]
    layers = []
    for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
        arrays = {"W": rng.normal(0, 1, (n_in, n_out)), "b": rng.normal(0, 1, n_out)}
        layers.append(arrays | {"activation": str(rng.choice(["relu", "sigmoid"]))})
    layers[-1]["activation"] = last or layers[-1]["activation"]
    return widths, layers


def _deep(rng, number):
    widths, layers = _network(rng)
    return _table(rng, _size(rng), widths[0]), layers


def _deep_back(rng, number):
    widths, layers = _network(rng, "sigmoid")
    a, caches = rng.normal(0, 1, (_size(rng), widths[0])), []
    y = rng.integers(0, 2, (len(a), widths[-1]))
    for layer in layers:
        z = a @ layer["W"] + layer["b"]
        out = np.maximum(0, z) if layer["activation"] == "relu" else _sigmoid(z)
        caches.append((a, z, out))
        a = out
    return (y if rng.random() < 0.3 else y.astype(float)), caches, layers


INPUTS = {
    "double": lambda rng, number: (_any_shape(rng, number),),
    "sigmoid": lambda rng, number: (_any_shape(rng, number),),
    "relu": lambda rng, number: (_any_shape(rng, number),),
    "dense_forward": _dense,
    "two_layer_forward": _two_layers,
    "mse": _pair,
    "standardize": _train_and_test,
    "numerical_gradient": _slope_by_nudging,
    "gradients_match": _two_gradients,
    "sigmoid_prime": lambda rng, number: (_any_shape(rng, number),),
    "relu_prime": lambda rng, number: (_any_shape(rng, number),),
    "chain_rule": _one_neuron,
    "output_delta": _output,
    "hidden_delta": _hidden,
    "weight_gradient": _inputs_and_delta,
    "bias_gradient": lambda rng, number: (rng.normal(0, 1, (_size(rng), _size(rng))),),
    "backprop": _whole_network,
    "init_params": _widths,
    "minibatches": _epoch,
    "sgd_step": _step,
    "train": _training,
    "train_test_split": _split,
    "scale_pixels": _pixels,
    "one_hot": _labels,
    "softmax": _scores,
    "cross_entropy": _certain,
    "softmax_ce_delta": _classes,
    "accuracy": _judged,
    "predict": _to_predict,
    "binary_cross_entropy": _yes_no,
    "forward_layers": _deep,
    "backward_layers": _deep_back,
}


# --- where one entry is free ----------------------------------------------------------------


def _but_at_zero(args, after, expected, got):
    """ReLU's slope at exactly 0 may be any number from 0 to 1."""
    z = np.asarray(args[0])
    if np.shape(got) == z.shape and isinstance(got, np.ndarray | np.generic | float):
        expected = np.where((z == 0) & (got >= 0) & (got <= 1), got, expected)
    return expected, got


def _but_within_reach(args, after, expected, got):
    """The nudges must be about as large as eps says; right formulas differ in how large."""
    eps, reach = args[2] if len(args) > 2 else 1e-5, after[0].reach
    return expected, got if eps / 5 < reach < 3 * eps else None


def _but_never_zero(args, after, expected, got):
    """A probability of 0 at the truth must cost much and not infinitely; how much is free."""
    y, p = args
    at_truth = np.where(y == 1, p, 1) if y.shape[1] > 1 else np.where(y == 1, p, 1 - p)
    if np.all(at_truth > 0.999):
        return True, bool(np.ndim(got) == 0 and got is not None and abs(got - expected) < 1e-3)
    if np.all(at_truth > 0):
        return expected, got
    rest = -np.log(np.maximum(at_truth, 1e-30))[at_truth > 0].sum()
    plausible = np.ndim(got) == 0 and got is not None and np.isfinite(got)
    return True, bool(plausible and 5 < float(got) * len(y) - rest < 800)


MASKS = {
    "numerical_gradient": _but_within_reach,
    "relu_prime": _but_at_zero,
    "cross_entropy": _but_never_zero,
    "binary_cross_entropy": _but_never_zero,
}


# --- promises of the free exercises ---------------------------------------------------------


def _starting_values(args, after, params):
    sizes = args[0]
    layers = list(enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1))
    shapes = {f"W{i}": (a, b) for i, (a, b) in layers} | {f"b{i}": (b,) for i, (_, b) in layers}
    if not isinstance(params, dict) or params.keys() != shapes.keys():
        return "other names"
    for name, shape in shapes.items():
        array = params[name]
        if not isinstance(array, np.ndarray) or array.shape != shape or array.dtype.kind != "f":
            return f"{name} is {type(array).__name__} of shape {np.shape(array)}"
        found = _spread_of(array) if name[0] == "W" else _biases(array)
        if found:
            return f"{name}: {found}"
    return ""


def _spread_of(W):
    spread = W.std() * np.sqrt(len(W))
    if W.size >= 1000 and not 0.3 < spread < 2.5:
        return f"a spread of {spread:.2g}/√n_in"
    if W.size >= 1000 and (abs(W.mean()) > 0.2 * W.std() or len(np.unique(W)) < 0.9 * W.size):
        return "not of both signs alike, or not all different"
    return "" if np.all(np.isfinite(W)) and (W.size < 2 or W.std() > 0) else "all alike"


def _biases(b):
    return "" if np.all(np.abs(b) <= 0.5) else "large biases"


def _other_draws(function):
    """Random numbers must come from rng alone: the same for one state, others for another."""
    draws = []
    for seed in (1, 1, 2):
        np.random.seed(seed + len(draws))  # noqa: NPY002  to show a use of the global generator
        draws.append(_run(function, ([30, 20, 10], np.random.default_rng(seed)))[0])
    same, again, other = draws
    if abs(np.corrcoef(same["W1"].ravel()[:200], same["W2"].ravel()[:200])[0, 1]) > 0.5:
        return "the same numbers in two layers"
    if not equal(same, again, 1e-12):
        return "not from rng"
    both = [name for name in same if name[0] == "W" and equal(same[name], other[name], 1e-12)]
    return f"{both[0]} does not depend on rng" if both else ""


def _one_epoch(args, after, batches):
    X, y, batch_size, _ = args
    return batches_of(X, y, batch_size, batches)


def batches_of(X, y, batch_size, batches):
    """What is wrong with the batches of one epoch."""
    if not isinstance(batches, list | tuple) or not all(_is_pair(pair) for pair in batches):
        return "no list of pairs"
    full, rest = divmod(len(X), batch_size)
    if [len(Xb) for Xb, _ in batches] != [batch_size] * full + [rest] * (rest > 0):
        return f"sizes {[len(Xb) for Xb, _ in batches]}"
    rows = np.concatenate([Xb for Xb, _ in batches])
    targets = np.concatenate([yb for _, yb in batches])
    return _paired(X, y, rows, targets)


def _is_pair(pair):
    arrays = isinstance(pair, list | tuple) and len(pair) == 2
    return arrays and all(isinstance(a, np.ndarray) and a.ndim for a in pair)


def _paired(X, y, rows, targets):
    """Whether rows and targets are those of X and y, each once and with its own."""
    if rows.shape != X.shape or targets.shape != y.shape:
        return f"shapes {rows.shape} and {targets.shape}"
    order, theirs = np.argsort(X[:, 0]), np.argsort(rows[:, 0])
    if not np.array_equal(X[order], rows[theirs]):
        return "not every example once"
    return "" if np.array_equal(y[order], targets[theirs]) else "pairs torn apart"


def _orders(function):
    """Over many seeds every example must come to every place, and only rng may decide."""
    X = np.arange(7.0)[:, None]
    seen, firsts = np.zeros((7, 7)), []
    for seed in [*range(120), 0]:
        batches, error = _run(function, (X.copy(), 2 * X, 3, np.random.default_rng(seed)))
        if error:
            return repr(error)
        order = np.concatenate([Xb for Xb, _ in batches]).ravel().astype(int)
        seen[np.arange(7), order] += 1
        firsts.append(order)
    if not np.array_equal(firsts[0], firsts[-1]):
        return "not from rng"
    return "" if seen.min() > 3 else "not every order"


def _after_step(args, after, result):
    params, grads, lr = args
    expected = {name: params[name] - lr * grads[name] for name in params}
    got = after[0] if result is None else result
    return "" if equal(expected, got, 1e-6) else "other parameters"


def _both_parts(args, after, parts):
    X, y, n_test, _ = args
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        return "not four arrays"
    if not all(isinstance(part, np.ndarray) and part.ndim for part in parts):
        return "not four arrays"
    X_train, X_test, y_train, y_test = parts
    if (len(X_test), len(y_test)) != (n_test, n_test):
        return f"{len(X_test)} test examples"
    if X_train.shape[1:] != X_test.shape[1:] or y_train.shape[1:] != y_test.shape[1:]:
        return "X and y mixed up"
    return _paired(X, y, np.concatenate([X_train, X_test]), np.concatenate([y_train, y_test]))


def _choices(function):
    """Over many seeds every example must be in the test set now and then, and only by rng."""
    X, seen, firsts = np.arange(8.0)[:, None], np.zeros(8), []
    pairs = np.zeros((8, 8))
    for seed in [*range(160), 0]:
        parts, error = _run(function, (X.copy(), 2 * X, 3, np.random.default_rng(seed)))
        if error:
            return repr(error)
        chosen = parts[1].ravel().astype(int)
        seen[chosen] += 1
        pairs[np.ix_(chosen, chosen)] += 1
        firsts.append(np.sort(chosen))
    if not np.array_equal(firsts[0], firsts[-1]):
        return "not from rng"
    return "" if seen.min() > 20 and pairs.min() > 2 else "not every choice"


def _once(log):
    """The recorded calls, those without a repetition of the very same question."""
    return [
        call
        for i, call in enumerate(log)
        if not i or not all(equal(a, b, 0) for a, b in zip(call[:3], log[i - 1][:3], strict=True))
    ]


def _trained(args, after, losses):
    X, y, params, epochs, batch_size, lr, _, _ = args
    log = _once(after[7].log)
    steps = -(-len(X) // batch_size)
    if len(log) != steps * epochs:
        return f"{len(log)} batches in place of {steps * epochs}"
    expected, now = [], params
    for epoch in range(epochs):
        calls = log[epoch * steps : (epoch + 1) * steps]
        found = batches_of(X, y, batch_size, [(Xb, yb) for _, Xb, yb, _, _ in calls])
        if found:
            return found
        for before, _, _, _, grads in calls:
            if not equal(now, before, 1e-6):
                return "not one step after every batch"
            now = {name: now[name] - lr * grads[name] for name in now}
        expected.append(sum(len(Xb) * loss for _, Xb, _, loss, _ in calls) / len(X))
    if not (equal(now, after[2], 1e-6) or equal(params, after[2], 0)):
        return "the last step is lost"
    return "" if equal(expected, losses, 1e-6) else "other losses"


def _reshuffled(function):
    """Each epoch has an order of its own, any order can come, and only rng decides."""
    X, logs = np.arange(9.0)[:, None] / 9, []
    for seed in (0, 1, 0, *range(2, 30)):
        params, recorder = {"W1": np.zeros((1, 1)), "b1": np.zeros(1)}, Recorder()
        generator = np.random.default_rng(seed)
        _, error = _run(function, (X.copy(), 2 * X, params, 3, 2, 0.1, generator, recorder))
        if error:
            return repr(error)
        rows = np.concatenate([Xb for _, Xb, _, _, _ in recorder.log]).ravel()
        logs.append([tuple(rows[i : i + 9]) for i in (0, 9, 18)])
    if logs[0] != logs[2] or logs[0] == logs[1]:
        return "not from rng"
    if len(set(logs[0]) | {tuple(X.ravel())}) < 4:
        return "not reshuffled"
    beginnings = {order[0] for orders in logs for order in orders}
    return "" if len(beginnings) == 9 else "not every order"


JUDGES = {
    "init_params": _starting_values,
    "minibatches": _one_epoch,
    "sgd_step": _after_step,
    "train_test_split": _both_parts,
    "train": _trained,
}
SPREAD = {
    "init_params": _other_draws,
    "minibatches": _orders,
    "train_test_split": _choices,
    "train": _reshuffled,
}

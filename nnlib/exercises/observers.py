"""What a function did that may be written in many right ways: batches, a split, a training loop.

For such exercises it is not the numbers that count but promises: every example once, pairs kept,
the order from rng … An observer takes a finished call and gives the first promise that it breaks,
in words, or RIGHT. (None stands for a function that gave back None.) So the name of a mistake is
true whatever else is wrong, and two right functions give the same.
"""

import functools
import itertools
from dataclasses import dataclass, field

import numpy as np

from nnlib.exercises.outcomes import kind

RIGHT = "everything as promised"


def first(*findings):
    """The first of several texts that is not empty, or RIGHT; later ones may be functions."""
    for finding in findings:
        found = finding() if callable(finding) else finding
        if found:
            return found
    return RIGHT


class Rows:
    """Finds the rows of an array again, wherever they are, by their numbers."""

    def __init__(self, array):
        self.shape = array.shape[1:]
        self.numbers = {key: i for i, key in enumerate(self._keys(array))}

    @staticmethod
    def _keys(array):
        return [row.tobytes() for row in np.round(np.asarray(array, dtype=float), 6) + 0.0]

    def of(self, array):
        """The row numbers of an array's rows, None for rows that are not known."""
        try:
            if any(np.shape(row) != self.shape for row in array):
                return [None]
            return [self.numbers.get(key) for key in self._keys(array)]
        except (TypeError, ValueError):
            return [None]


def rows_in(array):
    """The Rows of an array of numbers: those made last time, while it holds the same ones."""
    array = np.asarray(array, dtype=float)
    return _rows_in(array.tobytes(), array.shape)


@functools.lru_cache(maxsize=32)
def _rows_in(numbers, shape):
    return Rows(np.frombuffer(numbers).reshape(shape))


def rng_used(before, after):
    """Whether a generator has given any numbers."""
    return before.bit_generator.state != after.bit_generator.state


def touched(call, *where):
    """Whether the arguments at these places are not as they were."""
    return any(not np.array_equal(call.args[i], call.after[i]) for i in where)


def adjacent(numbers):
    """Whether row numbers, in any order, are neighbours in the file."""
    return max(numbers) - min(numbers) == len(set(numbers)) - 1


# --- batches of one epoch -------------------------------------------------------------------


def batches_of_an_epoch(call):
    """Observer of minibatches(X, y, batch_size, rng)."""
    X, y, batch_size, rng = call.args
    if call.result is None:
        return None
    form, pairs = _pairs(call.result, X, y)
    if form:
        return form
    rows, partners = zip(*pairs, strict=True)
    return first(
        "rows that are not in X" if any(None in found for found in rows) else "",
        "rows that are not in y" if any(None in found for found in partners) else "",
        lambda: broken_pairs(rows, partners, len(X)),
        lambda: wrong_share(rows, len(X), batch_size),
        lambda: wrong_order(rows, len(X)),
        lambda: "" if rng_used(rng, call.after[3]) else "an order that does not come from rng",
        lambda: "the caller's arrays are changed" if touched(call, 0, 1) else "",
    )


def _pairs(result, X, y):
    """(what is wrong with the form, or ""; the row numbers of each batch in X and in y)."""
    in_X, in_y = Rows(X), Rows(y)
    try:
        items = list(result)
    except TypeError:
        return "a single thing, no batches", []
    if not items:
        return "no batches at all", []
    if len(items) == 2 and _is_part(items[0], in_X, X) and _is_part(items[1], in_y, y):
        whole = len(items[0]) == len(X)
        return ("all examples in one pair" if whole else "a single pair (Xb, yb)"), []
    if len(items) == 2 and all(
        isinstance(i, list) and len(i) and _is_part(i[0], r, a)
        for i, r, a in zip(items, (in_X, in_y), (X, y), strict=True)
    ):
        return "one list of all Xb and one of all yb", []
    if all(isinstance(i, np.ndarray) and i.ndim == 1 and i.dtype.kind == "i" for i in items):
        return "row numbers, not rows", []
    if all(_is_part(item, in_X, X) for item in items):
        return "only Xb, no yb", []
    if not all(isinstance(item, tuple | list) and len(item) == 2 for item in items):
        return "items that are not pairs (Xb, yb)", []
    return _rows_of_pairs(items, in_X, in_y, X)


def _rows_of_pairs(items, in_X, in_y, X):
    if all(np.ndim(Xb) == 1 and in_X.of([Xb]) != [None] for Xb, _ in items):
        return "single examples, not batches", []
    if not all(isinstance(part, np.ndarray) for item in items for part in item):
        return "batches that are not arrays", []
    pairs = [(in_X.of(Xb), in_y.of(yb)) for Xb, yb in items]
    if all(None in rows for rows, _ in pairs):
        turned = [(in_y.of(Xb), in_X.of(yb)) for Xb, yb in items]
        if not any(None in found for pair in turned for found in pair):
            return "pairs (yb, Xb), y first", []
    return "", pairs


def _is_part(item, known, whole):
    """Whether an item is an array that holds rows of `whole`, one at least."""
    return (
        isinstance(item, np.ndarray)
        and item.ndim == whole.ndim
        and len(item) > 0
        and None not in known.of(item)
    )


def broken_pairs(rows, partners, m):
    """Whether X and y of the batches belong together; `rows` and `partners` hold row numbers."""
    if all(list(r) == list(p) for r, p in zip(rows, partners, strict=True)):
        return ""
    if any(len(r) != len(p) for r, p in zip(rows, partners, strict=True)):
        return "Xb and yb of different lengths"
    flat, others = list(itertools.chain(*rows)), list(itertools.chain(*partners))
    if others == sorted(others) and len(set(others)) > 1:
        return "X is shuffled, y is not"
    if flat == sorted(flat) and len(set(flat)) > 1:
        return "y is shuffled, X is not"
    return "X and y in different orders"


def wrong_share(batches, m, batch_size):
    """Whether every example comes once and the batches have their sizes; the words, or ""."""
    sizes, flat = [len(b) for b in batches], list(itertools.chain(*batches))
    full, rest = divmod(m, batch_size)
    wanted = [batch_size] * full + [rest] * bool(rest)
    if 0 in sizes:
        return "an empty batch"
    if sizes == wanted and len(set(flat)) == m:
        return ""
    if len(set(flat)) < len(flat):
        return _repeated(batches, flat, sizes, wanted, m)
    if len(flat) == m:
        return _other_sizes(sizes, wanted, batch_size)
    return _missing(flat, sizes, wanted, m, batch_size)


def _repeated(batches, flat, sizes, wanted, m):
    if len(batches) > 1 and all(set(b) == set(batches[0]) for b in batches):
        return "the same batch again and again"
    if len(set(flat)) < m:
        shifted = all(_begins_inside(two, one) for one, two in itertools.pairwise(batches))
        if shifted and len(batches) > 1:
            return "overlapping batches, and examples that never come"
        return "some examples twice, others never"
    if sizes == [wanted[0]] * len(wanted):
        return "the last batch filled up with examples that had been"
    return "every example, some several times"


def _begins_inside(batch, before):
    """Whether a batch begins with rows that the one before ended with."""
    return any(before[k:] == batch[: len(before) - k] for k in range(1, len(before)))


def _other_sizes(sizes, wanted, batch_size):
    if len(sizes) == 1:
        return "one batch with everything"
    if set(sizes) == {1}:
        return "batches of one example"
    if len(sizes) == batch_size:
        return "batch_size as the number of batches"
    if sorted(sizes, reverse=True) == wanted:
        return "the smaller batch is not the last"
    if len(sizes) == len(wanted):
        return "batches of nearly equal sizes"
    return "batches of other sizes"


def _missing(flat, sizes, wanted, m, batch_size):
    if sizes == wanted[:-1] and sizes:
        return "the last batch is missing"
    if len(sizes) == 1:
        return "only one batch"
    if len(flat) == m - 1:
        return "one example is missing"
    if all(size == batch_size - 1 for size in sizes[:-1]):
        return "one example of every batch is missing"
    if sizes == wanted[1:]:
        return "one batch is missing"
    return "some examples never come"


def wrong_order(batches, m):
    """Whether an epoch's order is shuffled; the words, or "". One batch has no order."""
    flat = list(itertools.chain(*batches))
    if len(batches) < 2:
        return ""
    if flat in (list(range(m)), list(range(m))[::-1]):
        return "the order of the file"
    if len(batches) == m or not all(adjacent(b) for b in batches):
        return ""
    if [min(b) for b in batches] == sorted(min(b) for b in batches):
        return "shuffled only inside the batches"
    return "only the batches are shuffled, not the examples"


# --- a training and a test set --------------------------------------------------------------


def parts_of_a_split(call):
    """Observer of train_test_split(X, y, n_test, rng)."""
    X, y, n_test, rng = call.args
    if call.result is None:
        return None
    form, found = _four(call.result, Rows(X), Rows(y))
    if form:
        return form
    m = len(X)
    return first(
        lambda: _unpaired(*found),
        lambda: _shares(found[0], found[1], m, n_test),
        lambda: _fixed(found[0], found[1], m),
        lambda: "" if rng_used(rng, call.after[3]) else "a choice that does not come from rng",
        lambda: "the caller's arrays are changed" if touched(call, 0, 1) else "",
    )


def _four(result, in_X, in_y):
    """(what is wrong with the form, or ""; row numbers of X_train, X_test, y_train, y_test)."""
    if not isinstance(result, tuple | list):
        return "not four arrays", []
    if len(result) == 2 and all(isinstance(r, tuple | list) and len(r) == 2 for r in result):
        return "two pairs, not four arrays", []
    if len(result) != 4:
        return f"{len(result)} results, not four", []
    if not all(isinstance(part, np.ndarray) for part in result):
        return "parts that are not arrays", []
    if not all(part.size for part in result):
        return "an empty part", []
    sources, found = "", []
    for part in result:
        rows, targets = in_X.of(part), in_y.of(part)
        sources += "?" if None in rows and None in targets else "y" if None in rows else "X"
        found.append(targets if None in rows else rows)
    if sources != "XXyy":
        return (
            "rows of X and y in another order"
            if "?" not in sources
            else "rows that are in neither X nor y"
        ), []
    return "", found


def _unpaired(train, test, y_train, y_test):
    if (train, test) == (y_train, y_test):
        return ""
    if (train, test) == (y_test, y_train):
        return "X_train, X_test, but y_test, y_train"
    if (len(train), len(test)) != (len(y_train), len(y_test)):
        return "X and y split at different places"
    return "X and y in different orders"


def _shares(train, test, m, n_test):
    if set(train) & set(test):
        if len(set(train)) == m:
            return "the training set holds all examples"
        return "examples in both sets"
    if len(set(train)) < len(train) or len(set(test)) < len(test):
        return "examples drawn twice"
    if (len(train), len(test)) == (n_test, m - n_test) and n_test != m - n_test:
        return "n_test examples in the training set"
    if len(test) != n_test:
        return "a test set of another size"
    return "examples in neither set" if len(train) != m - n_test else ""


def _fixed(train, test, m):
    """Whether the test set is a block of the file; too likely by chance if it is small."""
    if min(len(train), len(test)) < 5:
        return ""
    return "a block of the file, not a random choice" if adjacent(test) else ""


# --- starting values ------------------------------------------------------------------------


def starting_shapes(call):
    """Observer of init_params(sizes, rng) for sizes too small to judge random numbers."""
    if call.result is None:
        return None
    return first(_params_form(call.result, list(call.args[0])), lambda: _no_rng(call))


def starting_values(call):
    """Observer of init_params(sizes, rng)."""
    sizes = list(call.args[0])
    if call.result is None:
        return None
    form = _params_form(call.result, sizes)
    if form:
        return form
    Ws, bs = (
        [np.asarray(call.result[f"{letter}{i}"]) for i in range(1, len(sizes))] for letter in "Wb"
    )
    return first(
        lambda: _too_equal(Ws),
        lambda: _no_rng(call),
        lambda: _repeated_layers(Ws),
        lambda: _one_sided(Ws),
        lambda: _spread(Ws),
        lambda: _large_biases(bs, sizes),
    )


def _no_rng(call):
    return "" if rng_used(call.args[1], call.after[1]) else "numbers that do not come from rng"


def _params_form(params, sizes):
    layers = range(1, len(sizes))
    names = {f"{letter}{i}" for i in layers for letter in "Wb"}
    if not isinstance(params, dict):
        return "no dict"
    if set(params) != names:
        return _names(set(params), names, len(sizes) - 1)
    if not all(isinstance(v, np.ndarray | np.number | int | float) for v in params.values()):
        return "values that are not arrays"
    params = {name: np.asarray(value) for name, value in params.items()}
    for i, n_in, n_out in zip(layers, sizes[:-1], sizes[1:], strict=True):
        found = _shape_of_W(params[f"W{i}"].shape, n_in, n_out)
        found = found or _shape_of_b(params[f"b{i}"].shape, n_in, n_out)
        if found:
            return found
    arrays = list(params.values())
    if any(a.dtype.kind != "f" for a in arrays):
        return "whole numbers"
    return "" if all(np.isfinite(a).all() for a in arrays) else "nan or infinity"


def _names(got, names, depth):
    if got == {n for n in names if n[0] == "W"}:
        return "no biases"
    if got == {f"{letter}{i}" for i in range(depth) for letter in "Wb"}:
        return "names that count from 0"
    if got == {f"{letter}{i}" for i in range(1, depth + 2) for letter in "Wb"}:
        return "a layer too many"
    if got < names:
        return "layers are missing"
    return "other names"


def _shape_of_W(shape, n_in, n_out):
    if shape == (n_in, n_out):
        return ""
    return "W of shape (n_out, n_in)" if shape == (n_out, n_in) else "W of another shape"


def _shape_of_b(shape, n_in, n_out):
    known = {
        (n_out,): "",
        (1, n_out): "b of shape (1, n_out)",
        (n_out, 1): "b of shape (n_out, 1)",
        (n_in,): "b of shape (n_in,)",
        (): "b is a single number",
        (1,): "b is a single number",
    }
    return known.get(shape, "b of another shape")


def _too_equal(Ws):
    if all(not W.any() for W in Ws):
        return "all weights are 0"
    if any(np.ptp(W) == 0 for W in Ws):
        return "all weights of a layer are equal"
    if any((W == W[:, :1]).all() for W in Ws):
        return "all neurons of a layer have the same weights"
    same_in_rows = any((W == W[:1]).all() for W in Ws)
    return "all inputs of a neuron have the same weight" if same_in_rows else ""


def _repeated_layers(Ws):
    """The same random numbers in two layers, up to their size."""
    for one, other in itertools.combinations(Ws, 2):
        n = min(one.size, other.size)
        if abs(np.corrcoef(one.ravel()[:n], other.ravel()[:n])[0, 1]) > 0.999:
            return "the same numbers in every layer"
    return ""


def _one_sided(Ws):
    shares = [np.mean(W > 0) for W in Ws]
    if all(share > 0.9 for share in shares):
        return "only positive weights"
    if all(share < 0.1 for share in shares):
        return "only negative weights"
    far = any(abs(W.mean()) > 0.3 * W.std() for W in Ws)
    return "weights that are not centred on 0" if far else ""


def _spread(Ws):
    """Whether the weights of all layers have a spread near 1/√n_in; which rule they follow else."""
    spread = np.array([W.std() for W in Ws])
    n_in, n_out = (np.array(n, dtype=float) for n in zip(*(W.shape for W in Ws), strict=True))
    is_one = np.ptp(spread) < 0.3 * spread.min()
    scaled = spread * np.sqrt(n_in)
    if scaled.min() > 0.25 and scaled.max() < 2.2 and not is_one:
        return ""
    if is_one:
        size = "large" if spread[0] > 0.5 else "tiny" if spread[0] < 0.02 else "middling"
        return f"one {size} spread whatever n_in is"
    rules = {
        "1/n_in": 1 / n_in,
        "√n_in": np.sqrt(n_in),
        "1/√n_out": 1 / np.sqrt(n_out),
    }
    for rule, sizes in rules.items():
        if np.ptp(spread / sizes) < 0.3 * (spread / sizes).min():
            return f"a spread that goes with {rule}"
    if scaled.min() > 0.25:
        return "weights that are too large"
    return "weights that are too small" if scaled.max() < 2.2 else "spreads of no clear rule"


def _large_biases(bs, sizes):
    limits = [max(0.3, 5 / np.sqrt(n)) for n in sizes[:-1]]
    if all(np.abs(b).max() <= limit for b, limit in zip(bs, limits, strict=True)):
        return ""
    return "biases of 1" if all((b == 1).all() for b in bs) else "large biases"


# --- a training loop ------------------------------------------------------------------------


@dataclass
class Step:
    """One call of loss_and_grads: the batch as row numbers, the parameters, what came out."""

    rows: list
    targets: list
    params: np.ndarray
    loss: float
    grads: np.ndarray


@dataclass
class LinearLoss:
    """loss_and_grads of a linear network, y_hat = X W1 + b1 with the mean squared error, that
    keeps a record of its calls."""

    X: np.ndarray
    y: np.ndarray
    log: list = field(default_factory=list)

    def __call__(self, params, Xb, yb):
        rows, targets = rows_in(self.X).of(Xb), rows_in(self.y).of(yb)
        if np.ndim(Xb) < 2:
            rows = targets = ["single"]
        loss, grads = self.work_out(params, np.atleast_2d(Xb), np.atleast_2d(yb))
        vectors = vector(params), vector(grads)
        self.log.append(Step(rows, targets, vectors[0], loss, vectors[1]))
        return loss, grads

    @staticmethod
    def work_out(params, Xb, yb):
        """(loss, gradients) of a batch; an empty one costs nothing."""
        error = Xb @ params["W1"] + params["b1"] - yb
        size = max(error.size, 1)
        grads = {"W1": Xb.T @ error * (2 / size), "b1": error.sum(axis=0) * (2 / size)}
        return float((error**2).sum() / size), grads


def vector(params):
    """All numbers of a dict of arrays in a row, weights before biases."""
    return np.concatenate([np.ravel(params[name]) for name in ("W1", "b1")]).astype(float)


class Run:
    """One call of train, taken apart: its steps by epoch, and what they should have led to."""

    def __init__(self, call):
        self.call, self.result = call, call.result
        self.X, self.y, params, self.epochs, self.batch_size, self.lr, self.rng, model = call.args
        self.m, self.model = len(self.X), model
        self.start, self.log = vector(params), _once_each(call.after[-1].log)
        self.again = _second_looks(self.log)
        if self.again:  # each batch is looked at once more, after its step
            self.log = self.log[::2]
        self.n_weights = params["W1"].size
        full, rest = divmod(self.m, self.batch_size)
        self.sizes = [self.batch_size] * full + [rest] * bool(rest)
        partial = [s for s in self.log if len(s.rows) < self.m]
        self.looks = [s for s in self.log if len(s.rows) == self.m] if partial else []
        if len(self.sizes) > 1 and partial:  # calls for the loss of all examples are no batches
            self.log = partial

    def by_epoch(self):
        """The steps, epoch by epoch."""
        n = len(self.sizes)
        return [self.log[i : i + n] for i in range(0, len(self.log), n)]

    def params_after(self, i):
        """The parameters after step i, as the next step finds them, or as a right step leaves."""
        if i + 1 < len(self.log):
            return self.log[i + 1].params
        return self.log[i].params - self.lr * self.log[i].grads

    def loss_at(self, params):
        """The loss of all examples at a vector of parameters."""
        shape = self.X.shape[1], self.y.shape[1]
        W, b = params[: self.n_weights].reshape(shape), params[self.n_weights :]
        return self.model.work_out({"W1": W, "b1": b}, self.X, self.y)[0]


def _once_each(log):
    """The record without calls that only repeat the one before (one for the loss, one for …)."""
    return [
        step
        for i, step in enumerate(log)
        if not i
        or step.rows != log[i - 1].rows
        or not np.array_equal(step.params, log[i - 1].params)
    ]


def _second_looks(log):
    """Every second step, where each batch comes twice in a row; else none."""
    doubled = len(log) % 2 == 0 and all(
        one.rows == two.rows for one, two in zip(log[::2], log[1::2], strict=True)
    )
    return log[1::2] if doubled and len({tuple(step.rows) for step in log}) > 1 else []


def training(call):
    """Observer of train(X, y, params, epochs, batch_size, lr, rng, loss_and_grads)."""
    run = Run(call)
    if not run.log:
        return None if call.result is None else "loss_and_grads is never called"
    found = first(
        lambda: _wrong_batches(run),
        lambda: _wrong_epochs(run),
        lambda: _wrong_shuffling(run),
        lambda: _wrong_steps(run),
    )
    if found != RIGHT:
        return found
    if call.result is None:
        return None
    return first(
        lambda: _wrong_form(run),
        lambda: _wrong_losses(run),
        lambda: "the caller's arrays are changed" if touched(call, 0, 1) else "",
        lambda: "a copy of the params is trained" if _is_untrained(call) else "",
    )


def _wrong_batches(run):
    """Every call's rows: known, paired, batches."""
    rows, targets = [s.rows for s in run.log], [s.targets for s in run.log]
    if ["single"] in rows:
        return "single examples, not batches"
    if any(None in found for found in rows + targets):
        return "rows that are not in X and y"
    if not all(rows):
        return "an empty batch"
    return broken_pairs(rows, targets, run.m)


def _wrong_epochs(run):
    """The number of steps, and every example once in each epoch."""
    n, sizes, m = len(run.sizes), [len(s.rows) for s in run.log], run.m
    if sizes == run.sizes * run.epochs:
        for steps in run.by_epoch():
            found = wrong_share([s.rows for s in steps], m, run.batch_size)
            if found:
                return found
        return ""
    if n > 1 and set(sizes) == {m}:
        return "the whole data in every step"
    if run.epochs > 1 and len(sizes) == 1:
        return "it ends after the first batch"
    if run.epochs > 1 and sizes == run.sizes:
        return "it ends after the first epoch"
    if sizes == run.sizes * (run.epochs + 1):
        return "one epoch too many"
    if sizes == run.sizes * (run.epochs - 1):
        return "one epoch too few"
    return _other_steps(run, sizes)


def _other_steps(run, sizes):
    """Epochs of another form: all alike, or none that can be told."""
    each, rest = divmod(len(sizes), run.epochs)
    epochs = [run.log[i : i + each] for i in range(0, len(sizes), each)] if not rest else []
    for steps in epochs:
        found = wrong_share([s.rows for s in steps], run.m, run.batch_size)
        if found:
            return found
    return "another number of steps"


def _wrong_shuffling(run):
    """Whether each epoch has its own order, from rng."""
    epochs = [[s.rows for s in steps] for steps in run.by_epoch()]
    used = rng_used(run.rng, run.call.after[6])
    if len(run.sizes) < 2:
        return ""
    if len(epochs) > 1 and all(epoch == epochs[0] for epoch in epochs):
        if wrong_order(epochs[0], run.m):
            return wrong_order(epochs[0], run.m)
        if used:
            return "shuffled once, the same order in every epoch"
        return "the same order in every epoch, and not from rng"
    kept = len(epochs) > 1 and run.batch_size > 1
    groups = [{frozenset(rows) for rows in epoch} for epoch in epochs]
    if kept and all(group == groups[0] for group in groups) and not wrong_order(epochs[0], run.m):
        return "the same batches in every epoch, in another order"
    wrong = [wrong_order(epoch, run.m) for epoch in epochs]
    if wrong[0] and len(epochs) > 1 and not any(wrong[1:]):
        return "the first epoch is not shuffled"
    if any(wrong):
        return next(filter(None, wrong))
    return "" if used else "an order that does not come from rng"


def _wrong_steps(run):
    """Whether every step goes from the parameters against the gradient by lr."""
    if not _near(run.log[0].params, run.start, 1e-6):
        return "it does not begin with the given params"
    moves = [b.params - a.params for a, b in itertools.pairwise(run.log)]
    steps = [-run.lr * s.grads for s in run.log[:-1]]
    if _all_near(moves, steps):
        return _last_step(run)
    if not any(move.any() for move in moves):
        return "the parameters never change"
    return first(
        lambda: "uphill" if _all_near(moves, [-s for s in steps]) else "",
        lambda: "lr is left out" if _all_near(moves, [s / run.lr for s in steps]) else "",
        lambda: _half_steps(run, moves, steps),
        lambda: _rare_steps(run, moves),
        lambda: _accumulated(run, moves, steps),
        lambda: _restarted(run, moves, steps),
        lambda: _scaled_steps(run, moves, steps),
        "steps of another kind",
    )


def _last_step(run):
    """After the last batch there must be a step as well, where it can be seen."""
    left = vector(run.call.after[2])
    if np.array_equal(left, run.start) or not np.array_equal(left, run.log[-1].params):
        return ""
    return "no step after the last batch"


def _half_steps(run, moves, steps):
    n = run.n_weights
    weights, biases = ([m[part] for m in moves] for part in (slice(n), slice(n, None)))
    if _all_near(weights, [s[:n] for s in steps]) and not any(b.any() for b in biases):
        return "only the weights are updated"
    if _all_near(biases, [s[n:] for s in steps]) and not any(w.any() for w in weights):
        return "only the biases are updated"
    return ""


def _rare_steps(run, moves):
    """No move but between epochs."""
    n = len(run.sizes)
    moved = [i for i, move in enumerate(moves) if move.any()]
    if n > 1 and moved and all((i + 1) % n == 0 for i in moved):
        return "one step at the end of each epoch"
    return ""


def _accumulated(run, moves, steps):
    """Gradients added up over the batches of an epoch, or of the whole run, and never reset."""
    n = len(run.sizes)
    sums = list(itertools.accumulate(steps))
    within = [sum(steps[i - i % n : i + 1]) for i in range(len(steps))]
    if _all_near(moves, sums) or _all_near(moves, within):
        return "gradients pile up from batch to batch"
    return ""


def _restarted(run, moves, steps):
    ends = [s.params for s in run.log[1:]]
    if _all_near(ends, [run.start + s for s in steps]):
        return "every step begins at the starting values"
    firsts = [epoch[0].params for epoch in run.by_epoch()]
    if len(firsts) > 1 and all(_near(params, run.start, 1e-6) for params in firsts):
        return "every epoch begins at the starting values"
    return ""


def _scaled_steps(run, moves, steps):
    """Right up to a factor: the batch's size, 2, or another."""
    sizes = [len(s.rows) for s in run.log]
    if _all_near(moves, [s / n for s, n in zip(steps, sizes, strict=False)]):
        return "the gradient is divided by the batch size again"
    if _all_near(moves, [s * n for s, n in zip(steps, sizes, strict=False)]):
        return "the gradient is multiplied by the batch size"
    if _all_near(moves, [2 * s for s in steps]):
        return "every step is taken twice"
    if _all_near(moves[1:], steps[:-1]):
        return "every step with the gradient of the batch before"
    factors = [np.vdot(s, m) / np.vdot(s, s) for s, m in zip(steps, moves, strict=True)]
    if _all_near(moves, [f * s for f, s in zip(factors, steps, strict=True)]):
        return "steps of another size"
    return ""


def _near(a, b, rtol=1e-4):
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=rtol, atol=1e-7))


def _all_near(some, others):
    return all(_near(a, b) for a, b in zip(some, others, strict=True))


def _wrong_form(run):
    """Whether a list with one number for each epoch comes back."""
    result = run.result
    if isinstance(result, dict):
        return "params in place of losses" if "W1" in result else "a dict"
    if kind(result) == "number":
        return "a single number"
    if isinstance(result, tuple) and any(isinstance(part, dict) for part in result):
        return "losses and params"
    try:
        array = np.array(result, dtype=float)
    except (TypeError, ValueError):
        return "not one number for each epoch"
    if array.ndim != 1:
        return "a list for each epoch" if array.ndim == 2 else "not one number for each epoch"
    return _wrong_length(run, array)


def _wrong_length(run, losses):
    if len(losses) == run.epochs:
        return ""
    if len(losses) == run.epochs * len(run.sizes):
        return "a loss for each batch"
    if len(losses) == run.epochs + 1:
        return "a loss too many"
    return "only one loss" if len(losses) == 1 else "another number of losses"


def _wrong_losses(run):
    """Which mean, sum or single loss it is that is given for each epoch."""
    got = np.array(run.result, dtype=float)
    candidates = _losses(run)
    for words, losses in candidates.items():
        if _near(got, np.array(losses), 1e-5):
            return words
    return "other losses"


def _losses(run):
    """What may be given for each epoch, in words; "" is what is asked for."""
    epochs = [
        (np.array([s.loss for s in steps]), np.array([len(s.rows) for s in steps]))
        for steps in run.by_epoch()
    ]
    right = np.array([loss @ n / n.sum() for loss, n in epochs])
    sums = np.array([loss.sum() for loss, _ in epochs])
    weighted, n = right * run.m, len(run.sizes)
    ends = [run.params_after(i) for i in range(n - 1, len(run.log), n)]
    starts = [steps[0].params for steps in run.by_epoch()]
    again = np.array([s.loss * len(s.rows) for s in run.again])
    known = {
        "": right,
        "the mean of the batches' losses": sums / n,
        "the last batch's loss": [loss[-1] for loss, _ in epochs],
        "the first batch's loss": [loss[0] for loss, _ in epochs],
        "the sum of the batches' losses": sums,
        "the sum over the examples": weighted,
        "the batches' losses summed and divided by m": sums / run.m,
        "averaged twice": right / run.m,
        "averaged twice, by batches": right / n,
        "divided by the batch size": weighted / run.batch_size,
        "the last batch counted as a full one": sums * run.batch_size / run.m,
        "the loss of all examples after the epoch": [run.loss_at(p) for p in ends],
        "the loss of all examples before the epoch": [run.loss_at(p) for p in starts],
        "never set back to 0": np.cumsum(right),
        "never set back to 0, sum of batches": np.cumsum(sums),
        "never set back to 0, mean of batches": np.cumsum(sums) / n,
        "never set back to 0, over the examples": np.cumsum(weighted),
        "the mean of all epochs so far": np.cumsum(right) / np.arange(1, len(right) + 1),
        "the smallest loss of a batch": [loss.min() for loss, _ in epochs],
        "the largest loss of a batch": [loss.max() for loss, _ in epochs],
        "the last epoch's loss, repeated": np.full(len(right), right[-1]),
        "the losses, last epoch first": right[::-1],
    }
    if len(again):
        known["the batches' losses after their steps"] = again.reshape(-1, n).sum(axis=1) / run.m
    return known


def _is_untrained(call):
    """Whether the caller's params are as before, though the loop has trained: a copy of them."""
    return np.array_equal(vector(call.args[2]), vector(call.after[2]))

"""Exercises of lesson 05, mini-batch SGD: init_params, minibatches, sgd_step, train, the split.

What is random is judged by its promises (see observers.py); the mistakes here break one each.
"""

import itertools

import numpy as np

from nnlib.exercises import factors, observers
from nnlib.exercises.engine import exercise
from nnlib.exercises.outcomes import same, unchanged
from nnlib.exercises.probes import generic, sizes, special, values

# --- init_params ----------------------------------------------------------------------------


def cases_for_init_params(rng):
    for widths in ([900, 16, 60, 30], [700, 24, 80, 20], [800, 80, 16, 40], [1000, 20, 50]):
        widths = [int(n) + int(rng.integers(0, 5)) for n in widths]
        yield generic(widths, np.random.default_rng(int(rng.integers(1000))))
    for note, widths in (
        ("two neurons between one input and one output, as in lesson 01", [1, 2, 1]),
        ("a single layer", [6, 3]),
        ("five layers", [2, 5, 7, 6, 4, 1]),
    ):
        generator = np.random.default_rng(int(rng.integers(1000)))
        yield special(note, widths, generator, observe=observers.starting_shapes)


@exercise(lesson="05", cases=cases_for_init_params, observe=observers.starting_values)
def init_params(sizes, rng):
    """Random starting parameters for layers of these sizes, input first, as in [64, 15, 10].

    → a dict of W1, b1, W2, b2, …; W (n_in, n_out) random from rng, of both signs, with a spread
    of about 1/√n_in; b (n_out,) of zeros or small numbers.
    """
    params = {}
    for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        params[f"W{i}"] = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
        params[f"b{i}"] = np.zeros(n_out)
    return params


@init_params.also_right
def init_params_glorot(sizes, rng):
    params = {}
    for i in range(1, len(sizes)):
        limit = np.sqrt(6 / (sizes[i - 1] + sizes[i]))
        params["W" + str(i)] = rng.uniform(-limit, limit, size=(sizes[i - 1], sizes[i]))
        params["b" + str(i)] = np.zeros((sizes[i],))
    return params


@init_params.also_right
def init_params_he_in_float32(sizes, rng):
    params, layer = {}, 1
    while layer < len(sizes):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        W = rng.standard_normal((n_in, n_out), dtype=np.float32) * np.float32(np.sqrt(2 / n_in))
        params |= {f"W{layer}": W, f"b{layer}": np.full(n_out, 0.01, dtype=np.float32)}
        layer += 1
    return params


@init_params.also_right
def init_params_uniform(sizes, rng):
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    Ws = {f"W{i + 1}": (2 * rng.random(pair) - 1) / pair[0] ** 0.5 for i, pair in enumerate(pairs)}
    return {f"b{i + 1}": 0.1 * rng.random(pair[1]) for i, pair in enumerate(pairs)} | Ws


@init_params.also_right
def init_params_number_by_number(sizes, rng):
    params = {}
    for i in range(len(sizes) - 1):
        n_in, n_out = sizes[i], sizes[i + 1]
        rows = [[rng.normal() / n_in**0.5 for _ in range(n_out)] for _ in range(n_in)]
        params[f"W{i + 1}"], params[f"b{i + 1}"] = np.array(rows), np.array([0.0] * n_out)
    return params


def _params(sizes, weights, biases=np.zeros):
    """Starting values with `weights(n_in, n_out)` and `biases(n_out)`."""
    params = {}
    for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        params[f"W{i}"], params[f"b{i}"] = weights(n_in, n_out), biases(n_out)
    return params


def _scaled(rng, spread):
    """Normal weights whose spread is `spread(n_in, n_out)`."""
    return lambda n_in, n_out: rng.normal(0, spread(n_in, n_out), (n_in, n_out))


def _usual(rng):
    return _scaled(rng, lambda n_in, n_out: 1 / np.sqrt(n_in))


@init_params.mistake("all-zeros", ask="What comes back through weights of 0, and to whom?")
def _(sizes, rng):
    """All weights begin at 0. Then all neurons of a layer do the same and are corrected in the same
    way for ever, and nothing comes back through them."""
    return _params(sizes, lambda n_in, n_out: np.zeros((n_in, n_out)))


@init_params.mistake("all-equal", ask="What could ever make two equal neurons different?")
def _(sizes, rng):
    """All weights of a layer begin with the same number. Equal neurons get equal corrections and
    stay equal for ever: a hundred of them can do no more than one."""
    return _params(sizes, lambda n_in, n_out: np.ones((n_in, n_out)))


@init_params.mistake("equal-neurons")
def _(sizes, rng):
    """All neurons of a layer begin with the same weights. They get the same corrections and stay
    equal for ever: every column of W needs its own random numbers."""
    return _params(sizes, lambda n_in, n_out: np.tile(_usual(rng)(n_in, 1), n_out))


@init_params.mistake("equal-inputs")
def _(sizes, rng):
    """Within a neuron all inputs begin with the same weight. Every entry of W needs a random number
    of its own: look at the shape that you ask the generator for."""
    return _params(sizes, lambda n_in, n_out: np.tile(rng.normal(0, 0.1, n_out), (n_in, 1)))


@init_params.mistake("not-from-rng", ask="What would make this run the same tomorrow?")
def _(sizes, rng):
    """The generator `rng` that you are given is not used: your numbers come from elsewhere (NumPy's
    global generator, or one made inside). Then the caller cannot repeat a run."""
    return _params(sizes, _usual(np.random.default_rng(7)))


@init_params.mistake("same-numbers-in-every-layer")
def _(sizes, rng):
    """All layers begin with the same random numbers, as happens when the generator is made anew or
    seeded again inside the loop. One generator serves all layers, one after the other."""
    seed = int(rng.integers(1000))
    return _params(sizes, lambda n_in, n_out: _usual(np.random.default_rng(seed))(n_in, n_out))


@init_params.mistake("only-positive", ask="What is the sum of 64 positive numbers like?")
def _(sizes, rng):
    """All weights are positive, or nearly all, as with `rng.random` and `rng.uniform`, which begin
    at 0 unless told otherwise. With weights of both signs the sums stay near 0, on the steep part
    of the sigmoid."""
    return _params(sizes, lambda n_in, n_out: rng.random((n_in, n_out)) / np.sqrt(n_in))


@init_params.mistake("only-negative")
def _(sizes, rng):
    """All weights are negative. With weights of both signs the sums stay near 0, on the steep part
    of the sigmoid."""
    return _params(sizes, lambda n_in, n_out: -rng.random((n_in, n_out)) / np.sqrt(n_in))


@init_params.mistake("not-centred")
def _(sizes, rng):
    """The weights are not spread evenly around 0: their mean is shifted. Look at the centre of your
    random numbers."""
    return _params(sizes, lambda n_in, n_out: rng.normal(0.5, 1, (n_in, n_out)) / np.sqrt(n_in))


@init_params.mistake("too-large", ask="64 random terms of size 1: how large is their sum?")
def _(sizes, rng):
    """The weights are large, of one size whatever the number of inputs. A neuron with many inputs
    then gets sums far out, where the sigmoid is flat and nothing can be learned."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 1))


@init_params.mistake("too-small")
def _(sizes, rng):
    """The weights are tiny, of one size whatever the number of inputs. What goes through several
    such layers dies away, forward and back."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 0.01))


@init_params.mistake("one-spread-for-all-layers", ask="Which layer has how many inputs?")
def _(sizes, rng):
    """All layers have weights of one spread. The more inputs a neuron sums up, the smaller each
    weight should be, so every layer needs its own."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 0.1))


@init_params.mistake("divided-by-n_in", ask="Does a sum of n random terms grow with n or with √n?")
def _(sizes, rng):
    """The weights shrink with n_in and not with its root, so layers with many inputs are nearly
    silent. (`rng.normal` wants the spread, which is the ROOT of the variance.)"""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 1 / n_in))


@init_params.mistake("multiplied-by-the-root")
def _(sizes, rng):
    """The weights GROW with the number of inputs. The more terms a sum has, the smaller each should
    be: look at what stands above and what below the fraction bar."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: np.sqrt(n_in)))


@init_params.mistake("scaled-by-the-outputs", ask="Over what does a neuron sum: inputs or outputs?")
def _(sizes, rng):
    """The spread goes with the number of neurons, n_out. A neuron sums over its inputs, so it is
    their number that counts."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 1 / np.sqrt(n_out)))


@init_params.mistake("scaled-and-too-large")
def _(sizes, rng):
    """In one layer or more the weights are more than twice too large for the number of inputs. Look
    at the number in front, and at what stands below the root."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 10 / np.sqrt(n_in)))


@init_params.mistake("scaled-and-too-small")
def _(sizes, rng):
    """In one layer or more the weights are several times too small for the number of inputs. The
    division by the root is enough: look for another small factor."""
    return _params(sizes, _scaled(rng, lambda n_in, n_out: 0.01 / np.sqrt(n_in)))


@init_params.mistake("other-spread")
def _(sizes, rng):
    """In some layers the weights are too large, in others too small. The spread should be about one
    over the root of the number of that layer's own inputs, in every layer."""
    return _params(
        sizes, _scaled(rng, lambda n_in, n_out: (5 if n_out > n_in else 0.1) / np.sqrt(n_in))
    )


@init_params.mistake("transposed", ask="X is (m, n_in): what shape must W have for X W?")
def _(sizes, rng):
    """W has the shape (n_out, n_in). In this course the rows of W belong to the inputs, so that X W
    needs no transpose."""
    return _params(sizes, lambda n_in, n_out: _usual(rng)(n_in, n_out).T)


@init_params.mistake("other-shape-of-W")
def _(sizes, rng):
    """A W has the wrong shape. Layer i leads from size i - 1 of the list to size i: look at which
    two sizes you take."""
    return _params(sizes, lambda n_in, n_out: _usual(rng)(n_in, n_out).ravel())


@init_params.mistake("biases-in-a-row")
def _(sizes, rng):
    """Your b are tables of one row, (1, n_out). In this course a bias has one axis, (n_out,), and
    so has its gradient."""
    return _params(sizes, _usual(rng), lambda n_out: np.zeros((1, n_out)))


@init_params.mistake("biases-in-a-column", ask="What is (m, n_out) plus (n_out, 1)?")
def _(sizes, rng):
    """Your b are columns, (n_out, 1), as in books that keep examples in columns. In this course a
    bias has one axis, (n_out,), and is added to every row."""
    return _params(sizes, _usual(rng), lambda n_out: np.zeros((n_out, 1)))


@init_params.mistake("biases-of-the-inputs", ask="What has a bias: an input or a neuron?")
def _(sizes, rng):
    """Your b have as many entries as the layer has inputs. Every neuron has one bias, so there are
    as many as outputs."""
    params = _params(sizes, _usual(rng))
    return params | {f"b{i}": np.zeros(n_in) for i, n_in in enumerate(sizes[:-1], start=1)}


@init_params.mistake("one-bias-for-a-layer")
def _(sizes, rng):
    """Your b are single numbers. Every neuron has a bias of its own: an array of n_out entries."""
    return _params(sizes, _usual(rng), lambda n_out: np.float64(0))


@init_params.mistake("other-shape-of-b")
def _(sizes, rng):
    """A b has the wrong shape. Every neuron of the layer has one bias: (n_out,)."""
    return _params(sizes, _usual(rng), lambda n_out: np.zeros(n_out + 1))


@init_params.mistake("no-biases", ask="Which parameters does a layer have?")
def _(sizes, rng):
    """The biases are missing: your dict holds only weights. Every layer has a W and a b."""
    params = _params(sizes, _usual(rng))
    return {name: value for name, value in params.items() if name[0] == "W"}


@init_params.mistake("biases-of-one")
def _(sizes, rng):
    """All biases begin at 1, which pushes every neuron to the same side before it has seen an
    example. Begin at 0; it is the weights that must differ."""
    return _params(sizes, _usual(rng), np.ones)


@init_params.mistake("large-biases")
def _(sizes, rng):
    """Some biases begin with large numbers. They push neurons far to one side before they have seen
    an example: begin at 0, or very near it."""
    return _params(sizes, _usual(rng), lambda n_out: rng.normal(0, 3, n_out))


@init_params.mistake("counted-from-0")
def _(sizes, rng):
    """Your names begin with W0 and b0. In this course the layers are counted from 1; layer 0 is the
    input, which has no weights."""
    params = _params(sizes, _usual(rng))
    return {f"{name[0]}{int(name[1:]) - 1}": value for name, value in params.items()}


@init_params.mistake("a-layer-too-many", ask="How many layers of weights lie between 3 sizes?")
def _(sizes, rng):
    """There is one layer too many. Layers of weights lie BETWEEN the sizes, so there is one fewer
    of them than sizes."""
    return _params([*sizes, sizes[-1]], _usual(rng))


@init_params.mistake("layers-missing")
def _(sizes, rng):
    """Parameters are missing from your dict: look at where your loop ends, and whether a `return`
    stands inside it or the dict is made anew there. Between any two neighbours in the list there is
    a layer, with a W and a b."""
    return {name: v for name, v in _params(sizes, _usual(rng)).items() if name in ("W1", "b1")}


@init_params.mistake("other-names")
def _(sizes, rng):
    """The names in your dict are not those of the course: W1, b1, W2, b2 and so on. All later
    functions look for these."""
    params = _params(sizes, _usual(rng))
    return {f"layer{name[1:]}_{name[0]}": value for name, value in params.items()}


@init_params.mistake("list-for-dict")
def _(sizes, rng):
    """What comes back is no dict. The parameters are asked for by name, W1, b1 and so on, so that
    later functions can find them."""
    return list(_params(sizes, _usual(rng)).values())


@init_params.mistake("lists-for-arrays")
def _(sizes, rng):
    """There are values in your dict that are not arrays (lists, perhaps). `@` and `+` need
    arrays."""
    return {name: value.tolist() for name, value in _params(sizes, _usual(rng)).items()}


@init_params.mistake("whole-numbers")
def _(sizes, rng):
    """There are arrays of whole numbers in your dict (look at their dtype). Parameters move by
    small fractions and must be floats, the biases too."""
    return _params(sizes, _usual(rng), lambda n_out: np.zeros(n_out, dtype=int))


# --- minibatches ----------------------------------------------------------------------------


def _data(rng, m, n, k):
    return values(rng, m, n), values(rng, m, k)


def _generator(rng):
    return np.random.default_rng(int(rng.integers(1000)))


def cases_for_minibatches(rng):
    for m, batch_size in ((19, 4), (18, 5), (23, 7), (20, 6)):
        n, k = sizes(rng, 2)
        yield generic(*_data(rng, m, n, k), batch_size, _generator(rng), m=m, n_in=n, k=k)
    for note, m, batch_size in (
        ("a batch size that divides the number of examples", 20, 5),
        ("batches of one example", 12, 1),
        ("one batch of all examples", 8, 8),
        ("a batch size above the number of examples", 7, 12),
        ("a last batch of one example", 17, 4),
    ):
        yield special(note, *_data(rng, m, 3, 4), batch_size, _generator(rng))
    X, y = values(rng, 18, 3), rng.permutation(18)[:, None] / 18
    yield special("targets in one column", X, y, 4, _generator(rng))


@exercise(
    lesson="05",
    cases=cases_for_minibatches,
    observe=observers.batches_of_an_epoch,
    may_change=("X", "y"),
)
def minibatches(X, y, batch_size, rng):
    """The batches (Xb, yb) of one epoch.

    X (m, n), y (m, k), rng a Generator → every example once, in an order from rng, each with its
    own target, batch_size at a time; the last batch may be smaller. X and y stay as they are.
    """
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.also_right
def minibatches_in_a_list(X, y, batch_size, rng):
    order = np.arange(X.shape[0])
    rng.shuffle(order)
    X, y = X[order], y[order]
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


@minibatches.also_right
def minibatches_with_while(X, y, batch_size, rng):
    left = list(rng.choice(len(X), len(X), replace=False))
    while left:
        rows, left = left[:batch_size], left[batch_size:]
        yield [X[rows], y[rows]]


@minibatches.also_right
def minibatches_split(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    cuts = np.arange(batch_size, len(X), batch_size)
    return zip(np.split(X[order], cuts), np.split(y[order], cuts), strict=True)


@minibatches.also_right
def minibatches_of_one_table(X, y, batch_size, rng):
    table = rng.permutation(np.hstack([X, y]))
    n = X.shape[1]
    for i in range(0, len(table), batch_size):
        yield table[i : i + batch_size, :n], table[i : i + batch_size, n:]


@minibatches.also_right
def minibatches_counted(X, y, batch_size, rng):
    m = len(X)
    order = rng.permutation(m)
    for i in range(-(-m // batch_size)):
        rows = order[i * batch_size : min((i + 1) * batch_size, m)]
        yield np.array([X[r] for r in rows]), np.array([y[r] for r in rows])


def _cut(X, y, order, batch_size):
    """The batches of a given order."""
    rows = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    return [(X[r], y[r]) for r in rows]


@minibatches.mistake("never-shuffled", ask="What is in the first batch if the file is sorted?")
def _(X, y, batch_size, rng):
    """The examples come in a fixed order, that of the file or its reverse. If the file is sorted,
    whole batches know only one answer: draw a new order for each epoch."""
    return _cut(X, y, np.arange(len(X)), batch_size)


@minibatches.mistake("not-from-rng", ask="What would make this run the same tomorrow?")
def _(X, y, batch_size, rng):
    """The order does not come from the generator `rng` that you are given, but from elsewhere
    (NumPy's global generator, or one made inside). Then the caller cannot repeat a run."""
    return _cut(X, y, np.random.default_rng(5).permutation(len(X)), batch_size)


@minibatches.mistake("only-batches-shuffled", ask="Which examples can meet in a batch?")
def _(X, y, batch_size, rng):
    """The batches come in a random order, but each holds neighbours of the file, the same ones in
    every epoch. It is the examples that should be shuffled, before they are cut into batches."""
    batches = _cut(X, y, np.arange(len(X)), batch_size)
    return [batches[i] for i in rng.permutation(len(batches))]


@minibatches.mistake("shuffled-inside-batches")
def _(X, y, batch_size, rng):
    """The examples change places only inside their batches: each batch holds the same neighbours of
    the file in every epoch. Shuffle all of them, then cut."""
    order = np.arange(len(X))
    for i in range(0, len(X), batch_size):
        order[i : i + batch_size] = rng.permutation(order[i : i + batch_size])
    return _cut(X, y, order, batch_size)


@minibatches.mistake("shuffled-apart", ask="Does picture 17 still have label 17?")
def _(X, y, batch_size, rng):
    """X and y come in different orders, so an example meets a stranger's target: two calls that
    shuffle give two orders. One order serves both."""
    one, other = (_cut(X, y, rng.permutation(len(X)), batch_size) for _ in range(2))
    return [(Xb, yb) for (Xb, _), (_, yb) in zip(one, other, strict=True)]


@minibatches.mistake("only-X-shuffled")
def _(X, y, batch_size, rng):
    """X is shuffled, y stays in the order of the file, so an example meets a stranger's target. One
    order serves both."""
    return _cut(X[rng.permutation(len(X))], y, np.arange(len(X)), batch_size)


@minibatches.mistake("only-y-shuffled")
def _(X, y, batch_size, rng):
    """y is shuffled, X stays in the order of the file, so an example meets a stranger's target. One
    order serves both."""
    return _cut(X, y[rng.permutation(len(X))], np.arange(len(X)), batch_size)


@minibatches.mistake("lengths-differ")
def _(X, y, batch_size, rng):
    """In a pair, Xb and yb have different lengths. Both are cut from the same place to the same
    place."""
    rows = rng.permutation(len(X))
    return [(Xb, y[rows]) for Xb, _ in _cut(X, y, rows, batch_size)] + [(X[:1], y[:3])]


@minibatches.mistake("last-batch-dropped", ask="How many examples never train, of 1,797 in tens?")
def _(X, y, batch_size, rng):
    """The last, smaller batch is missing. It holds examples too: the number of batches is rounded
    up, not down."""
    order = rng.permutation(len(X))
    return _cut(X, y, order[: max(len(X) // batch_size, 1) * batch_size], batch_size)


@minibatches.mistake(
    "last-batch-of-one-dropped", ask="range(0, m - 1, 4) for m = 17: where does it end?"
)
def _(X, y, batch_size, rng):
    """When a single example is left over, it never comes: the range of your starting places ends
    too early. Its end is not part of it, so nothing needs to be subtracted."""
    order = rng.permutation(len(X))
    return [
        (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
        for i in range(0, len(X) - 1, batch_size)
    ]


@minibatches.mistake("with-replacement", ask="How many of 100 examples are met in 100 draws?")
def _(X, y, batch_size, rng):
    """Some examples come twice and others never, as when each is drawn anew, like dice, or every
    batch from an order of its own. In an epoch every example comes exactly once: draw one order,
    before the first batch."""
    return _cut(X, y, rng.integers(0, len(X), len(X)), batch_size)


@minibatches.mistake("overlapping")
def _(X, y, batch_size, rng):
    """Examples come several times in one epoch: the batches overlap, or there are too many. Each
    batch begins where the one before ended."""
    order = rng.permutation(len(X))
    starts = range(len(X)) if batch_size > 1 else [*range(len(X)), 0]
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in starts]


@minibatches.mistake("moved-too-little", ask="Batch number 3: at which row does it begin?")
def _(X, y, batch_size, rng):
    """Each batch begins too soon after the one before, so they share examples, and the last ones
    never come. The number of a batch is not yet the number of its first row."""
    order = rng.permutation(len(X))
    rows = [order[i : i + batch_size] for i in range(-(-len(X) // batch_size))]
    return [(X[r], y[r]) for r in rows]


@minibatches.mistake("last-batch-filled-up")
def _(X, y, batch_size, rng):
    """The last batch is filled up with examples that had their turn. It may simply be smaller:
    every example comes exactly once."""
    order = rng.permutation(len(X))
    order = np.concatenate([order, order[: -len(X) % batch_size]])
    return _cut(X, y, order, batch_size)


@minibatches.mistake("same-batch-again", ask="Which line moves on to the next rows?")
def _(X, y, batch_size, rng):
    """The same examples come in every batch: the place where you cut does not move on, or the order
    is never used up."""
    order = rng.permutation(len(X))[:batch_size]
    return _cut(X, y, order, batch_size) * max(2, len(X) // batch_size)


@minibatches.mistake("one-example-missing", ask="range(n) and slices: is the end part of them?")
def _(X, y, batch_size, rng):
    """One example never comes. Look at the ends: of `range`, of your slices, of the row numbers,
    none of which includes its end."""
    return _cut(X, y, rng.permutation(len(X))[:-1], batch_size)


@minibatches.mistake("one-missing-in-every-batch")
def _(X, y, batch_size, rng):
    """Every batch is one example short, and these examples never come. The end of a slice is not
    part of it, so nothing needs to be subtracted."""
    batches = _cut(X, y, rng.permutation(len(X)), batch_size)
    return [(Xb[:-1], yb[:-1]) for Xb, yb in batches if len(Xb) > 1]


@minibatches.mistake("a-batch-missing")
def _(X, y, batch_size, rng):
    """A whole batch is missing. Look at where your loop begins and ends."""
    return _cut(X, y, rng.permutation(len(X)), batch_size)[1:]


@minibatches.mistake("some-missing")
def _(X, y, batch_size, rng):
    """Some examples never come in an epoch. Count the rows of all batches together: there should be
    m of them."""
    order = rng.permutation(len(X))
    return _cut(X, y, order[: len(X) // 2 + 1], batch_size)


@minibatches.mistake("empty-batch")
def _(X, y, batch_size, rng):
    """There is an empty batch, whose mean loss would be nan. Look at how many batches you make, and
    where each slice begins and ends."""
    order = rng.permutation(len(X))
    return [*_cut(X, y, order, batch_size), (X[:0], y[:0])]


@minibatches.mistake("empty-batch-when-it-divides", ask="20 examples, batches of 5: how many?")
def _(X, y, batch_size, rng):
    """When batch_size divides the number of examples, an empty batch comes at the end, whose mean
    loss would be nan. Rounding the number of batches up is not the same as adding one."""
    batches = _cut(X, y, rng.permutation(len(X)), batch_size)
    return batches + [(X[:0], y[:0])] * (len(X) % batch_size == 0)


@minibatches.mistake("batch_size-as-number-of-batches", ask="10 batches or batches of 10?")
def _(X, y, batch_size, rng):
    """You make batch_size batches. It says how many examples a batch has, not how many batches
    there are."""
    rows = np.array_split(rng.permutation(len(X)), batch_size)
    return [(X[r], y[r]) for r in rows if len(r)]


@minibatches.mistake("nearly-equal-batches")
def _(X, y, batch_size, rng):
    """The examples are spread evenly over the batches, so that several are smaller than batch_size.
    Each has batch_size examples, and only what is left over makes a smaller last one."""
    rows = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return [(X[r], y[r]) for r in rows]


@minibatches.mistake("smaller-batch-not-last")
def _(X, y, batch_size, rng):
    """The smaller batch is not the last one. Cut from the front; what is left over comes at the
    end."""
    return _cut(X, y, rng.permutation(len(X)), batch_size)[::-1]


@minibatches.mistake("everything-at-once")
def _(X, y, batch_size, rng):
    """One batch holds everything: batch_size plays no part."""
    order = rng.permutation(len(X))
    return [(X[order], y[order])]


@minibatches.mistake("one-at-a-time")
def _(X, y, batch_size, rng):
    """Every batch holds one example: batch_size plays no part."""
    return _cut(X, y, rng.permutation(len(X)), 1)


@minibatches.mistake("other-sizes")
def _(X, y, batch_size, rng):
    """Every example comes once, but the batches do not have batch_size examples each."""
    return _cut(X, y, rng.permutation(len(X)), batch_size + 1)


@minibatches.mistake("first-batch-only", ask="What is the difference of `return` and `yield`?")
def _(X, y, batch_size, rng):
    """Only one batch comes. A `return` inside the loop ends it at the first turn; `yield` hands a
    batch over and goes on."""
    return _cut(X, y, rng.permutation(len(X)), batch_size)[:1]


@minibatches.mistake("first-batch-returned", ask="What is the difference of `return` and `yield`?")
def _(X, y, batch_size, rng):
    """One single pair comes back where the batches of an epoch should come one after the other. A
    `return` inside the loop ends it at the first turn; `yield` hands a batch over and goes on."""
    return _cut(X, y, rng.permutation(len(X)), batch_size)[0]


@minibatches.mistake("shuffled-but-not-cut")
def _(X, y, batch_size, rng):
    """You give back all of X and y as one pair, not cut into batches."""
    order = rng.permutation(len(X))
    return X[order], y[order]


@minibatches.mistake("two-lists")
def _(X, y, batch_size, rng):
    """You give back one list of all Xb and one of all yb. They are asked for in pairs, batch by
    batch."""
    Xs, ys = zip(*_cut(X, y, rng.permutation(len(X)), batch_size), strict=True)
    return list(Xs), list(ys)


@minibatches.mistake("y-missing")
def _(X, y, batch_size, rng):
    """Your batches hold only Xb. Each needs its targets: pairs (Xb, yb) are asked for."""
    return [Xb for Xb, _ in _cut(X, y, rng.permutation(len(X)), batch_size)]


@minibatches.mistake("y-first")
def _(X, y, batch_size, rng):
    """The pairs are turned round: y comes first. Pairs (Xb, yb) are asked for."""
    return [(yb, Xb) for Xb, yb in _cut(X, y, rng.permutation(len(X)), batch_size)]


@minibatches.mistake("row-numbers")
def _(X, y, batch_size, rng):
    """You hand over row numbers. The rows themselves are asked for, of X and of y."""
    order = rng.permutation(len(X))
    return [order[i : i + batch_size] for i in range(0, len(X), batch_size)]


@minibatches.mistake("single-examples")
def _(X, y, batch_size, rng):
    """You hand over single examples, arrays with one axis. A batch is a table of rows, also when it
    has only one."""
    return [(X[i], y[i]) for i in rng.permutation(len(X))]


@minibatches.mistake("no-batches")
def _(X, y, batch_size, rng):
    """No batch comes at all. Look at where your loop begins and ends, and whether the list is
    filled inside it."""
    return []


@minibatches.mistake("not-pairs")
def _(X, y, batch_size, rng):
    """What comes is not a sequence of pairs (Xb, yb)."""
    batches = _cut(X, y, rng.permutation(len(X)), batch_size)
    return [(Xb, yb, len(Xb)) for Xb, yb in batches]


@minibatches.mistake("lists-for-arrays")
def _(X, y, batch_size, rng):
    """There are parts of your pairs that are not arrays (lists of rows, perhaps). `@` and the like
    need arrays: index the arrays themselves."""
    batches = _cut(X, y, rng.permutation(len(X)), batch_size)
    return [(list(Xb), list(yb)) for Xb, yb in batches]


@minibatches.mistake("other-rows")
def _(X, y, batch_size, rng):
    """The batches hold rows that are not in X: rows of y perhaps, or numbers were changed, columns
    lost or mixed, or an axis added. Whole rows are picked, as they are."""
    return _cut(rng.permuted(X, axis=0), y, np.arange(len(X)), batch_size)


@minibatches.mistake("other-targets")
def _(X, y, batch_size, rng):
    """The batches hold rows that are not in y: rows of X perhaps, or numbers were changed, or an
    axis lost. Whole rows are picked, as they are."""
    order = rng.permutation(len(X))
    return [(Xb, yb[:, 0] + 0.5) for Xb, yb in _cut(X, y, order, batch_size)]


@minibatches.mistake("shuffled-in-place", ask="Whose arrays are X and y?")
def _(X, y, batch_size, rng):
    """The batches are right, but the caller's own X or y is changed on the way. Shuffle row
    numbers, or a copy."""
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return _cut(X, y, np.arange(len(X)), batch_size)


# --- sgd_step -------------------------------------------------------------------------------


def cases_for_sgd_step(rng):
    for depth in (2, 3, 2):
        widths = sizes(rng, depth + 1)
        yield generic(*_params_and_grads(rng, widths), round(float(rng.uniform(0.05, 0.9)), 3))
    yield special("a learning rate of 1", *_params_and_grads(rng, [3, 4, 5]), 1.0)
    yield special("a single layer", *_params_and_grads(rng, [4, 3]), 0.3)
    params, grads = ({"slope": values(rng, 3), "b1": values(rng, 1)} for _ in range(2))
    yield special("parameters of other names", params, grads, 0.2)


def _params_and_grads(rng, widths):
    return (_params(widths, lambda *n: values(rng, *n), lambda n: values(rng, n)) for _ in range(2))


def parameters_after(call):
    """Observer of sgd_step: the parameters after it, whether in place or in a new dict."""
    before, after, result = call.args[0], call.after[0], call.result
    if unchanged(before, after) or result is after:
        return result
    if result is None or same(result, after):
        return after
    if not isinstance(result, dict):
        return result
    return {"what is given back": result, "params as they are left": after}


def no_return(call):
    """A remark on a step in place that gives nothing back."""
    if call.result is None:
        return (
            "Your function changes `params` in place and gives back None. That works here, but "
            "`params.update(sgd_step(params, …))` in a loop needs what a step gives back: give "
            "`params` back as well."
        )
    return None


@exercise(
    lesson="05",
    cases=cases_for_sgd_step,
    observe=parameters_after,
    may_change=("params",),
    remark=no_return,
)
def sgd_step(params, grads, lr):
    """The parameters after one step against their gradients.

    params and grads dicts with the same names and shapes, lr the learning rate → a dict like
    params: params itself, changed in place, or a new one.
    """
    return {name: params[name] - lr * grads[name] for name in params}


@sgd_step.also_right
def sgd_step_in_place(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[name]
    return params


@sgd_step.also_right
def sgd_step_in_place_without_return(params, grads, lr):
    for name, grad in grads.items():
        params[name] = params[name] - lr * grad


@sgd_step.also_right
def sgd_step_on_a_copy(params, grads, lr):
    new = {name: value.copy() for name, value in params.items()}
    for name in new:
        new[name] += -lr * grads[name]
    return new


@sgd_step.also_right
def sgd_step_with_zip(params, grads, lr):
    return dict(
        zip(params, (p - np.multiply(lr, grads[k]) for k, p in params.items()), strict=True)
    )


@sgd_step.also_right
def sgd_step_in_float32(params, grads, lr):
    return {k: (params[k] - lr * grads[k]).astype(np.float32) for k in params}


@sgd_step.also_right
def sgd_step_entry_by_entry(params, grads, lr):
    for name, array in params.items():
        for i in np.ndindex(array.shape):
            array[i] -= lr * grads[name][i]
    return params


def _each(params, grads, change):
    """A new dict of `change(parameter, gradient)`."""
    return {name: change(params[name], grads[name]) for name in params}


@sgd_step.mistake("uphill", ask="The gradient points uphill. Where do we want to go?")
def _(params, grads, lr):
    """The step goes uphill: the gradient says where the loss grows fastest, and you go there. Look
    at the sign."""
    return _each(params, grads, lambda p, g: p + lr * g)


@sgd_step.mistake("lr-forgotten", ask="How far does the gradient reach?")
def _(params, grads, lr):
    """The learning rate plays no part: you take off the whole gradient. It is valid only very near,
    and lr says how far to go."""
    return _each(params, grads, lambda p, g: p - g)


@sgd_step.mistake("uphill-without-lr")
def _(params, grads, lr):
    """Two things at once: the step goes uphill, and the learning rate plays no part."""
    return _each(params, grads, lambda p, g: p + g)


@sgd_step.mistake("only-weights", ask="Which parameters of the network learn?")
def _(params, grads, lr):
    """Only the weights move; the biases stay where they were. Biases are parameters too."""
    return {k: p - lr * grads[k] if k.startswith("W") else p for k, p in params.items()}


@sgd_step.mistake("only-weights-given-back")
def _(params, grads, lr):
    """The biases are missing from your dict. Biases are parameters too."""
    return {k: p - lr * grads[k] for k, p in params.items() if k.startswith("W")}


@sgd_step.mistake("only-biases")
def _(params, grads, lr):
    """Only the biases move; the weights stay where they were. All parameters learn."""
    return {k: p - lr * grads[k] if k.startswith("b") else p for k, p in params.items()}


@sgd_step.mistake("first-parameter-only", ask="After which turn of the loop do you return?")
def _(params, grads, lr):
    """Only the first parameter moves. If you loop over the names, look at where the `return`
    stands."""
    name = next(iter(params))
    return params | {name: params[name] - lr * grads[name]}


@sgd_step.mistake("first-parameter-given-back")
def _(params, grads, lr):
    """Your dict holds only the first parameter. Look at where the `return` stands, or where the new
    dict is made."""
    name = next(iter(params))
    return {name: params[name] - lr * grads[name]}


@sgd_step.mistake("last-parameter-only")
def _(params, grads, lr):
    """Your dict holds only the last parameter: it is made anew in every turn of the loop. Make it
    once, before."""
    name = list(params)[-1]
    return {name: params[name] - lr * grads[name]}


@sgd_step.mistake("last-parameter-moves-only")
def _(params, grads, lr):
    """Only the last parameter moves. Look at which line still belongs to the loop."""
    name = list(params)[-1]
    return params | {name: params[name] - lr * grads[name]}


@sgd_step.mistake("only-W1-and-b1")
def _(params, grads, lr):
    """Only the first layer moves. All layers learn: go through all the names."""
    return {k: p - lr * grads[k] if k in ("W1", "b1") else p for k, p in params.items()}


@sgd_step.mistake("two-layers-only", ask="How many layers may a network have?")
def _(params, grads, lr):
    """Only W1, b1, W2 and b2 move. A network may have any number of layers, and any names: go
    through all the names of `params`."""
    known = ("W1", "b1", "W2", "b2")
    return {k: p - lr * grads[k] if k in known else p for k, p in params.items()}


@sgd_step.mistake("local-variable-only", ask="p = p - …: what happens to the array in the dict?")
def _(params, grads, lr):
    """The parameters come back as they were. A line like `p = p - …` gives the name p a new array
    and leaves the one in the dict alone: store the new array under its name."""
    return params


@sgd_step.mistake("step-given-back")
def _(params, grads, lr):
    """You give back the step and not the place it leads to. Take it off the parameters."""
    return _each(params, grads, lambda p, g: -lr * g)


@sgd_step.mistake("scaled-gradients-given-back")
def _(params, grads, lr):
    """You give back the gradients times lr. They are taken off the parameters, and it is the
    parameters that come back."""
    return _each(params, grads, lambda p, g: lr * g)


@sgd_step.mistake("gradients-given-back")
def _(params, grads, lr):
    """You give back the gradients. The parameters after the step are asked for."""
    return dict(grads)


@sgd_step.mistake("gradient-forgotten")
def _(params, grads, lr):
    """You take the learning rate itself off every parameter: the gradients play no part. They say
    which way and how steep."""
    return _each(params, grads, lambda p, g: p - lr)


@sgd_step.mistake("multiplied-not-subtracted")
def _(params, grads, lr):
    """You multiply the parameter by its step. A step leads from where you are, so it is taken
    off."""
    return _each(params, grads, lambda p, g: p * lr * g)


@sgd_step.mistake("brackets", ask="Which of the two is multiplied by lr?")
def _(params, grads, lr):
    """The learning rate multiplies the whole difference, so the parameters shrink at every step. It
    belongs to the gradient alone: look at your brackets."""
    return _each(params, grads, lambda p, g: lr * (p - g))


@sgd_step.mistake("lr-taken-off-the-parameter")
def _(params, grads, lr):
    """The learning rate is taken off the parameter, and what is left multiplied by the gradient. It
    belongs to the gradient alone: look at your brackets."""
    return _each(params, grads, lambda p, g: (p - lr) * g)


@sgd_step.mistake("lr-on-the-parameter")
def _(params, grads, lr):
    """The learning rate multiplies the parameter. It belongs to the gradient: it says how far the
    step goes."""
    return _each(params, grads, lambda p, g: lr * p - g)


@sgd_step.mistake("parameters-for-gradients")
def _(params, grads, lr):
    """The parameters shrink by a share of themselves: the gradients play no part. Is a name mixed
    up? They say which way and how steep."""
    return _each(params, grads, lambda p, g: p - lr * p)


@sgd_step.mistake("roles-exchanged")
def _(params, grads, lr):
    """Parameters and gradients have changed places: you move the gradients by the parameters."""
    return _each(params, grads, lambda p, g: g - lr * p)


@sgd_step.mistake("difference-turned-round")
def _(params, grads, lr):
    """The difference is turned round, so the parameters change their signs at every step. You start
    from the parameter and take the step off."""
    return _each(params, grads, lambda p, g: lr * g - p)


@sgd_step.mistake("parameter-negated", ask="From where does the step start?")
def _(params, grads, lr):
    """The step itself is right, but it starts from minus the parameter, so the parameters change
    their signs each time."""
    return _each(params, grads, lambda p, g: -p - lr * g)


@sgd_step.mistake("divided-by-lr")
def _(params, grads, lr):
    """The gradient is divided by the learning rate: the smaller lr, the larger your step. It should
    be the other way round."""
    return _each(params, grads, lambda p, g: p - g / lr)


@sgd_step.mistake("lr-squared")
def _(params, grads, lr):
    """The learning rate comes in twice. Once is enough."""
    return _each(params, grads, lambda p, g: p - lr * lr * g)


def _is_a_step_of_another_size(result, params, grads, lr):
    """Whether all parameters go against their gradients, by one multiple of lr."""
    steps = [factors.ratio(lr * grads[name], params[name] - result[name]) for name in params]
    return np.allclose(steps, steps[0]) and steps[0] > 0 and abs(steps[0] - 1) > 1e-3


@sgd_step.mistake("step-of-another-size", when=_is_a_step_of_another_size)
def _(params, grads, lr):
    """The step goes the right way, but is too long or too short, for all parameters by one factor.
    Nothing but lr stands beside the gradient."""
    return _each(params, grads, lambda p, g: p - lr * g / 2)


@sgd_step.mistake("step-taken-twice")
def _(params, grads, lr):
    """Every step is twice as long as it should be: it is taken twice, or a 2 has come in."""
    return _each(params, grads, lambda p, g: p - 2 * lr * g)


@sgd_step.mistake(
    "changed-and-changed-again", ask="Two names for one array: how often is it moved?"
)
def _(params, grads, lr):
    """The parameters are changed in place AND a second step is taken on what you give back. Do one
    of the two: in place, or in a new dict."""
    for name in params:
        params[name] -= lr * grads[name]
    return _each(params, grads, lambda p, g: p - lr * g)


@sgd_step.mistake("gradient-averaged", ask="How many slopes does an array of weights have?")
def _(params, grads, lr):
    """All entries of a parameter move by the same amount: its gradient is averaged into one number.
    Every entry has its own slope."""
    return _each(params, grads, lambda p, g: p - lr * g.mean())


@sgd_step.mistake("gradient-summed")
def _(params, grads, lr):
    """All entries of a parameter move by the same amount: its gradient is summed into one number.
    Every entry has its own slope."""
    return _each(params, grads, lambda p, g: p - lr * g.sum())


@sgd_step.mistake("gradient-divided-by-its-rows")
def _(params, grads, lr):
    """The gradient is divided by its number of rows. The mean over the examples is in it already;
    nothing is averaged here."""
    return _each(params, grads, lambda p, g: p - lr * g / len(g))


@sgd_step.mistake("sign-only")
def _(params, grads, lr):
    """Every entry moves by the same amount: only the sign of the gradient counts. Its size matters,
    too: steep means a longer step."""
    return _each(params, grads, lambda p, g: p - lr * np.sign(g))


@sgd_step.mistake("signs-lost")
def _(params, grads, lr):
    """The gradient has lost its sign: every entry moves down. The sign says which way the loss
    falls."""
    return _each(params, grads, lambda p, g: p - lr * np.abs(g))


@sgd_step.mistake("normalised")
def _(params, grads, lr):
    """The gradient is brought to length 1 first. Its length counts: near the bottom the slope gets
    small, and so must the step."""
    return _each(params, grads, lambda p, g: p - lr * g / np.linalg.norm(g))


@sgd_step.mistake("grads-changed", ask="Whose array is `grads`?")
def _(params, grads, lr):
    """The gradients are changed in place on the way. The caller may still need them: multiply into
    a new array."""
    for name in grads:
        grads[name] *= lr
    return _each(params, grads, lambda p, g: p - g)


@sgd_step.mistake("list-for-dict")
def _(params, grads, lr):
    """The parameters come as a list without names. A dict like `params` is asked for."""
    return list(_each(params, grads, lambda p, g: p - lr * g).values())


@sgd_step.mistake("other-names")
def _(params, grads, lr):
    """The names in your dict are not those of `params`, so the next step would not find them."""
    return {f"new_{k}": v for k, v in _each(params, grads, lambda p, g: p - lr * g).items()}


@sgd_step.combination("step-given-back", "lr-forgotten")
def _(params, grads, lr):
    return _each(params, grads, lambda p, g: -g)


RULES = {
    "uphill": lambda p, g, lr: p + lr * g,
    "lr-forgotten": lambda p, g, lr: p - g,
    "uphill-without-lr": lambda p, g, lr: p + g,
    "gradient-averaged": lambda p, g, lr: p - lr * g.mean(),
    "divided-by-lr": lambda p, g, lr: p - g / lr,
    "step-given-back": lambda p, g, lr: -lr * g,
    "scaled-gradients-given-back": lambda p, g, lr: lr * g,
}
KEPT = {
    "only-weights": lambda params, new: {k: new[k] if k[0] == "W" else params[k] for k in params},
    "only-weights-given-back": lambda params, new: {k: new[k] for k in params if k[0] == "W"},
    "first-parameter-only": lambda params, new: {**params, **dict(list(new.items())[:1])},
    "list-for-dict": lambda params, new: list(new.values()),
}


def _rule_and_kept(rule, kept):
    def with_both(params, grads, lr):
        new = _each(params, grads, lambda p, g: RULES[rule](p, g, lr))
        return KEPT[kept](params, new)

    sgd_step.combination(rule, kept)(with_both)


for pair in itertools.product(RULES, KEPT):
    _rule_and_kept(*pair)


# --- train ----------------------------------------------------------------------------------


def cases_for_train(rng):
    for m, batch_size, epochs in ((19, 4, 2), (18, 7, 4), (23, 5, 3)):
        n, k = sizes(rng, 2, 3, 7)
        yield generic(*_task(rng, m, n, k, epochs, batch_size), m=m, n_in=n, k=k)
    for note, m, batch_size, epochs in (
        ("a batch size that divides the number of examples", 20, 5, 3),
        ("batches of one example", 12, 1, 2),
        ("one batch of all examples", 8, 8, 3),
        ("a batch size above the number of examples", 7, 12, 3),
        ("a single epoch", 18, 5, 1),
        ("a last batch of one example", 17, 4, 3),
    ):
        yield special(note, *_task(rng, m, 3, 4, epochs, batch_size))


def _task(rng, m, n, k, epochs, batch_size):
    """The arguments of train, with a linear network to be trained."""
    X, y = _data(rng, m, n, k)
    params = {"W1": values(rng, n, k), "b1": values(rng, k)}
    return X, y, params, epochs, batch_size, 0.1, _generator(rng), observers.LinearLoss(X, y)


@exercise(
    lesson="05",
    cases=cases_for_train,
    observe=observers.training,
    may_change=("X", "y", "params"),
)
def train(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """Mini-batch gradient descent: a step after every batch, each epoch shuffled anew with rng.

    X (m, n), y (m, k); params a dict, changed in place; loss_and_grads(params, Xb, yb) gives the
    mean loss of a batch and a dict of gradients → a list with one loss for each epoch, the mean
    over its examples of the losses as they came.
    """
    losses = []
    for _ in range(epochs):
        total = 0.0
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            params.update(sgd_step.reference(params, grads, lr))
            total += loss * len(Xb)
        losses.append(total / len(X))
    return losses


@train.also_right
def train_written_out(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    history = np.zeros(epochs)
    order = np.arange(len(X))
    for epoch in range(epochs):
        rng.shuffle(order)
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_grads(params, X[rows], y[rows])
            for name in params:
                params[name] -= lr * grads[name]
            history[epoch] += loss * len(rows) / len(X)
    return history


@train.mistake("trains-a-copy", ask="What are the caller's `params` after the call?")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """Your losses are right, but your loop trains a new dict: after the call the caller's `params`
    are what they were, and nothing is learned. Change the dict itself, with
    `params.update(sgd_step(params, grads, lr))`."""
    losses = []
    for _ in range(epochs):
        seen = []
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            params = {name: params[name] - lr * grads[name] for name in params}
            seen += [loss] * Xb.shape[0]
        losses.append(np.mean(seen))
    return losses


@train.also_right
def train_with_while(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    losses, m = [], X.shape[0]
    while len(losses) < epochs:
        order, batch_losses, batch_sizes = rng.permutation(m).tolist(), [], []
        while order:
            rows = [order.pop() for _ in range(min(batch_size, len(order)))]
            loss, _ = loss_and_grads(params, X[rows], y[rows])
            _, grads = loss_and_grads(params, X[rows], y[rows])
            sgd_step_in_place(params, grads, lr)
            batch_losses.append(loss)
            batch_sizes.append(len(rows))
        losses.append(float(np.average(batch_losses, weights=batch_sizes)))
    return losses


@train.also_right
def train_shuffling_copies(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    result = ()
    for _ in range(epochs):
        order = np.argsort(rng.random(len(X)))
        X, y = X[order], y[order]
        cuts = range(batch_size, len(X), batch_size)
        total = 0
        for Xb, yb in zip(np.split(X, cuts), np.split(y, cuts), strict=True):
            loss, grads = loss_and_grads(params, Xb, yb)
            total += loss * len(yb)
            for name, grad in grads.items():
                params[name] = params[name] - lr * grad
        result += (total / len(X),)
    return result


@train.also_right
def train_as_a_generator(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches_in_a_list(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            sgd_step_in_place(params, grads, lr)
            total += loss * len(Xb)
        yield total / len(X)


def _subtract(params, grads, lr):
    for name in params:
        params[name] = params[name] - lr * grads[name]


def _mean(losses, counts):
    return np.average(losses, weights=counts)


def _loop(task, batches=minibatches.reference, step=_subtract, summary=_mean):
    """A training loop with one piece exchanged for another."""
    X, y, params, epochs, batch_size, lr, rng, loss_and_grads = task
    losses = []
    for _ in range(epochs):
        seen = []
        for Xb, yb in batches(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            step(params, grads, lr)
            seen.append((loss, len(Xb)))
        losses.append(float(summary(*(np.array(s) for s in zip(*seen, strict=True)))))
    return losses


# What the batches are.


def _mistaken_batches(slug):
    """A mistake of minibatches, to train with."""
    return minibatches.mistakes[slug].function


@train.mistake("never-shuffled", ask="What is in the first batch if the file is sorted?")
def _(*task):
    """In every epoch the examples come in a fixed order, that of the file or its reverse. If the
    file is sorted, whole batches know only one answer: draw a new order for each epoch."""
    return _loop(task, _mistaken_batches("never-shuffled"))


@train.mistake("shuffled-once", ask="Where does the line that shuffles stand: in which loop?")
def _(*task):
    """The examples are shuffled once, and every epoch runs in that same order. Draw a new order at
    the beginning of each epoch."""
    order = task[6].permutation(len(task[0]))
    return _loop(task, lambda X, y, batch_size, rng: _cut(X, y, order, batch_size))


@train.mistake("reseeded-every-epoch", ask="What does a generator give after it is seeded again?")
def _(*task):
    """Every epoch has the same order, and `rng` is not used: a generator that is made anew, or
    seeded again, inside the loop begins with the same numbers each time. Use the one you are
    given."""
    return _loop(
        task, lambda X, y, size, rng: minibatches.reference(X, y, size, np.random.default_rng(0))
    )


@train.mistake("not-from-rng", ask="What would make this run the same tomorrow?")
def _(*task):
    """The order does not come from the generator `rng` that you are given, but from elsewhere
    (NumPy's global generator, or one made inside). Then the caller cannot repeat a run."""
    other = np.random.default_rng(11)
    return _loop(task, lambda X, y, size, rng: minibatches.reference(X, y, size, other))


@train.mistake("first-epoch-not-shuffled")
def _(*task):
    """The first epoch runs in the order of the file; only the later ones are shuffled. Shuffle
    before an epoch, not after it."""
    orders = iter([np.arange(len(task[0]))])

    def batches(X, y, batch_size, rng):
        order = next(orders, None)
        return _cut(X, y, rng.permutation(len(X)) if order is None else order, batch_size)

    return _loop(task, batches)


@train.mistake("same-batches-in-another-order", ask="Which examples can meet in a batch?")
def _(*task):
    """The batches are cut once, and only their order changes from epoch to epoch: the same examples
    always share a batch. Shuffle the examples, then cut, in every epoch."""
    X, y, _, _, batch_size, _, rng, _ = task
    kept = list(minibatches.reference(X, y, batch_size, rng))
    return _loop(task, lambda *_: [kept[i] for i in rng.permutation(len(kept))])


@train.mistake("neighbours-in-every-batch")
def _(*task):
    """The batches come in a random order, but each holds neighbours of the file, the same ones in
    every epoch. Shuffle the examples, then cut."""
    return _loop(task, _mistaken_batches("only-batches-shuffled"))


@train.mistake("shuffled-inside-batches")
def _(*task):
    """The examples change places only inside their batches: each batch holds the same neighbours of
    the file in every epoch. Shuffle all of them, then cut."""
    return _loop(task, _mistaken_batches("shuffled-inside-batches"))


@train.mistake("shuffled-apart", ask="Does picture 17 still have label 17?")
def _(*task):
    """X and y come in different orders, so an example meets a stranger's target: two calls that
    shuffle give two orders. One order serves both."""
    return _loop(task, _mistaken_batches("shuffled-apart"))


@train.mistake("only-X-shuffled")
def _(*task):
    """X is shuffled, y stays in the order of the file, so an example meets a stranger's target. One
    order serves both."""
    return _loop(task, _mistaken_batches("only-X-shuffled"))


@train.mistake("only-y-shuffled")
def _(*task):
    """y is shuffled, X stays in the order of the file, so an example meets a stranger's target. One
    order serves both."""
    return _loop(task, _mistaken_batches("only-y-shuffled"))


@train.mistake("lengths-differ")
def _(*task):
    """In a call of `loss_and_grads`, Xb and yb have different lengths. Both are cut from the same
    place to the same place."""
    X, y, params, *_, loss_and_grads = task
    loss_and_grads(params, X[:1], y[:3])
    return _loop(task)


@train.mistake("last-batch-dropped", ask="How many examples never train, of 1,797 in tens?")
def _(*task):
    """The last, smaller batch is missing from every epoch. It holds examples too: the number of
    batches is rounded up, not down."""
    return _loop(task, _mistaken_batches("last-batch-dropped"))


@train.mistake("last-batch-of-one-dropped")
def _(*task):
    """When a single example is left over, it never comes: the range of your starting places ends
    too early. Its end is not part of it, so nothing needs to be subtracted."""
    return _loop(task, _mistaken_batches("last-batch-of-one-dropped"))


@train.mistake("with-replacement", ask="How many of 100 examples are met in 100 draws?")
def _(*task):
    """In an epoch some examples come twice and others never, as when each is drawn anew, like dice,
    or every batch from an order of its own. In an epoch every example comes exactly once."""
    return _loop(task, _mistaken_batches("with-replacement"))


@train.mistake("overlapping")
def _(*task):
    """Examples come several times in one epoch: the batches overlap, or there are too many. Each
    batch begins where the one before ended."""
    return _loop(task, _mistaken_batches("overlapping"))


@train.mistake("moved-too-little")
def _(*task):
    """In an epoch each batch begins too soon after the one before, so they share examples, and the
    last ones never come. The number of a batch is not yet the number of its first row."""
    return _loop(task, _mistaken_batches("moved-too-little"))


@train.mistake("last-batch-filled-up")
def _(*task):
    """The last batch of an epoch is filled up with examples that had their turn. It may simply be
    smaller: every example comes exactly once."""
    return _loop(task, _mistaken_batches("last-batch-filled-up"))


@train.mistake("same-batch-again")
def _(*task):
    """The same examples come in every batch of an epoch: the place where you cut does not move on.
    In an epoch every example comes exactly once."""
    return _loop(task, _mistaken_batches("same-batch-again"))


@train.mistake("one-batch-an-epoch", ask="Epoch, batch, iteration: which is which?")
def _(*task):
    """Every epoch has only one batch. An epoch goes once through all the examples: a second loop,
    over the batches, stands inside the loop over the epochs."""
    return _loop(task, _mistaken_batches("first-batch-only"))


@train.mistake("one-example-missing")
def _(*task):
    """One example never comes in an epoch. Look at the ends: of `range`, of your slices, none of
    which includes its end."""
    return _loop(task, _mistaken_batches("one-example-missing"))


@train.mistake("some-missing")
def _(*task):
    """Some examples never come in an epoch. Count the rows of all its batches together: there
    should be m of them."""
    return _loop(task, _mistaken_batches("some-missing"))


@train.mistake("empty-batch")
def _(*task):
    """There is an empty batch, whose mean loss would be nan. Look at how many batches you make in
    an epoch."""
    return _loop(task, _mistaken_batches("empty-batch"))


@train.mistake("full-batch", ask="How many steps does an epoch of mini-batches have?")
def _(*task):
    """Every step uses all the examples: batch_size plays no part. A step follows every batch, so an
    epoch has many."""
    return _loop(task, _mistaken_batches("everything-at-once"))


@train.mistake("one-example-at-a-time")
def _(*task):
    """A step follows every single example: batch_size plays no part."""
    return _loop(task, _mistaken_batches("one-at-a-time"))


@train.mistake("rows-without-their-axis")
def _(*task):
    """`loss_and_grads` is given single examples, arrays with one axis. A batch is a table of rows,
    also when it has only one."""
    return _loop(task, _mistaken_batches("single-examples"))


@train.mistake("batch_size-as-number-of-batches", ask="10 batches or batches of 10?")
def _(*task):
    """An epoch has batch_size batches. It says how many examples a batch has, not how many batches
    there are."""
    return _loop(task, _mistaken_batches("batch_size-as-number-of-batches"))


@train.mistake("nearly-equal-batches")
def _(*task):
    """The examples are spread evenly over the batches, so that several are smaller than batch_size.
    Each has batch_size examples, and only what is left over makes a smaller last one."""
    return _loop(task, _mistaken_batches("nearly-equal-batches"))


@train.mistake("other-sizes")
def _(*task):
    """Every example comes once in an epoch, but the batches do not have batch_size examples
    each."""
    return _loop(task, _mistaken_batches("other-sizes"))


@train.mistake("other-rows")
def _(*task):
    """`loss_and_grads` is given rows that are not in X and y: numbers were changed, columns lost or
    mixed, or an axis added. Whole rows are picked, as they are."""
    return _loop(task, _mistaken_batches("other-rows"))


# The number of epochs.


def _with_epochs(task, epochs):
    return (*task[:3], epochs, *task[4:])


@train.mistake("first-epoch-only", ask="After which turn of which loop do you return?")
def _(*task):
    """After the first epoch no step is made any more. Either a `return` stands inside the loop, or
    the batches were made once, before it, and are used up."""
    return _loop(_with_epochs(task, 1))


@train.mistake("first-batch-only", ask="After which turn of which loop do you return?")
def _(*task):
    """Only one batch is ever used, and only once. Does a `return` stand inside the inner loop?"""
    X, y, params, _, batch_size, _, rng, loss_and_grads = task
    Xb, yb = next(iter(minibatches.reference(X, y, batch_size, rng)))
    return [loss_and_grads(params, Xb, yb)[0]]


@train.mistake("one-epoch-too-many", ask="How many numbers does range(epochs + 1) give?")
def _(*task):
    """There is one epoch too many. Look at where your loop begins and ends: `range(n)` has n turns
    already."""
    return _loop(_with_epochs(task, task[3] + 1))


@train.mistake("one-epoch-too-few")
def _(*task):
    """There is one epoch too few. Look at where your loop begins and ends."""
    return _loop(_with_epochs(task, task[3] - 1))


@train.mistake("other-number-of-steps")
def _(*task):
    """The number of steps is not that of the epochs times that of the batches in each. Two loops
    stand one inside the other: epochs, and the batches of an epoch."""
    losses = _loop(task)
    return losses + _loop(task) + _loop(task)


@train.mistake("never-called", ask="Which two things does `loss_and_grads` give, and for what?")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """`loss_and_grads` is never called with a batch. It gives the loss and the gradients that the
    step needs."""
    return [float(np.mean((X @ params["W1"] + params["b1"] - y) ** 2))] * epochs


# The steps.


@train.mistake("no-step", ask="Forward, gradients, …: which of the three phases is missing?")
def _(*task):
    """The parameters never change: there is no update, or the updated ones are not kept. If your
    `sgd_step` gives back a new dict, it has to be stored."""
    return _loop(task, step=lambda params, grads, lr: None)


@train.mistake("uphill", ask="The gradient points uphill. Where do we want to go?")
def _(*task):
    """The steps go uphill: the loss grows. Look at the sign of your update."""
    return _loop(task, step=lambda params, grads, lr: _subtract(params, grads, -lr))


@train.mistake("lr-forgotten")
def _(*task):
    """The learning rate plays no part: every step takes off the whole gradient."""
    return _loop(task, step=lambda params, grads, lr: _subtract(params, grads, 1))


@train.mistake("only-weights", ask="Which parameters of the network learn?")
def _(*task):
    """Only the weights move; the biases stay where they were. Biases are parameters too."""

    def step(params, grads, lr):
        params["W1"] = params["W1"] - lr * grads["W1"]

    return _loop(task, step=step)


@train.mistake("only-biases")
def _(*task):
    """Only the biases move; the weights stay where they were. All parameters learn."""

    def step(params, grads, lr):
        params["b1"] = params["b1"] - lr * grads["b1"]

    return _loop(task, step=step)


@train.mistake("step-after-the-epoch", ask="Which loop does the update belong to?")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """There is only one step in an epoch, at its end: the update stands outside the inner loop. A
    step follows every batch."""
    losses = []
    for _ in range(epochs):
        seen = []
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            seen += [loss] * len(Xb)
        _subtract(params, grads, lr)
        losses.append(np.mean(seen))
    return losses


@train.mistake("gradients-pile-up", ask="Which gradient belongs to this step?")
def _(*task):
    """The gradients of the batches pile up: each step also uses those of the batches before. After
    a step they have done their work; the next batch begins anew."""
    total = {}

    def step(params, grads, lr):
        for name in grads:
            total[name] = total.get(name, 0) + grads[name]
        _subtract(params, total, lr)

    return _loop(task, step=step)


@train.mistake("steps-from-the-start", ask="From where does the second step lead?")
def _(*task):
    """Every step begins at the starting values, so what was learned before is lost. A step leads
    from where the last one ended: look at which params go into it."""
    start = dict(task[2])
    return _loop(
        task, step=lambda params, grads, lr: params.update(sgd_step.reference(start, grads, lr))
    )


@train.mistake("epochs-from-the-start")
def _(*task):
    """Every epoch begins at the starting values again, so that what was learned before is lost.
    Nothing about the params is set back inside the loop."""
    start, params = dict(task[2]), task[2]

    def batches(X, y, batch_size, rng):
        params.update(start)
        return minibatches.reference(X, y, batch_size, rng)

    return _loop(task, batches)


@train.mistake("other-starting-values")
def _(*task):
    """The training does not begin with the params that it is given. They may come from earlier
    training, so nothing is drawn anew or set to 0."""
    X, y, params, *rest = task
    params = {name: value + 0.1 for name, value in params.items()}
    return _loop((X, y, params, *rest))


@train.mistake("divided-by-the-batch-size-again", ask="Where does the 1/m of the mean live?")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """The steps are too small, divided by the number of examples in the batch. The gradients that
    `loss_and_grads` gives are those of the mean loss already."""
    losses = []
    for _ in range(epochs):
        seen = []
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            _subtract(params, grads, lr / len(Xb))
            seen += [loss] * len(Xb)
        losses.append(np.mean(seen))
    return losses


@train.mistake("multiplied-by-the-batch-size")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """The steps are too large, multiplied by the number of examples in the batch. The gradients are
    those of the mean loss, and lr alone says how far to go."""
    losses = []
    for _ in range(epochs):
        seen = []
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            loss, grads = loss_and_grads(params, Xb, yb)
            _subtract(params, grads, lr * len(Xb))
            seen += [loss] * len(Xb)
        losses.append(np.mean(seen))
    return losses


@train.mistake("every-step-twice")
def _(*task):
    """Every step is taken twice, for instance in place by one line and again by the next. Once
    after each batch is enough."""
    return _loop(task, step=lambda params, grads, lr: _subtract(params, grads, 2 * lr))


@train.mistake("steps-of-another-size")
def _(*task):
    """The steps go the right way, but are not as long as lr says. Is lr changed on the way, or is
    the gradient divided by something?"""
    return _loop(task, step=lambda params, grads, lr: _subtract(params, grads, lr / len(task[0])))


@train.mistake("gradient-of-the-batch-before")
def _(*task):
    """Every step uses the gradient of the batch before. In each turn of the loop: first loss and
    gradients, then the step."""
    kept = [{"W1": 0.0, "b1": 0.0}]

    def step(params, grads, lr):
        _subtract(params, kept[-1], lr)
        kept.append(grads)

    return _loop(task, step=step)


@train.mistake("steps-of-another-kind")
def _(*task):
    """After a batch the parameters are not where a step against its gradient, by lr, would lead.
    Look at what stands between `loss_and_grads` and the next batch."""
    return _loop(
        task,
        step=lambda params, grads, lr: _subtract(
            params, {k: np.sign(g) for k, g in grads.items()}, lr
        ),
    )


@train.mistake("no-step-after-the-last-batch")
def _(*task):
    """There is no step after the last batch of all: the caller's params are as before it. In each
    turn of the loop the step comes after the gradients."""
    counted = [0]
    X, _, _, epochs, batch_size, *_ = task

    def step(params, grads, lr):
        counted[0] += 1
        if counted[0] < epochs * -(-len(X) // batch_size):
            _subtract(params, grads, lr)

    return _loop(task, step=step)


# What is given back.


@train.mistake(
    "mean-of-batch-means",
    ask="A last batch of 3 examples beside batches of 10: who counts how much?",
)
def _(*task):
    """Each batch counts the same in your epoch's loss, also the last, smaller one, whose examples
    so weigh more. The mean is asked for over the examples."""
    return _loop(task, summary=lambda losses, counts: losses.mean())


@train.mistake("last-batch-loss", ask="Which line stands in which loop?")
def _(*task):
    """For each epoch you give the loss of its last batch alone. The mean over all its examples is
    asked for, so something has to be added up inside the inner loop."""
    return _loop(task, summary=lambda losses, counts: losses[-1])


@train.mistake("first-batch-loss")
def _(*task):
    """For each epoch you give the loss of its first batch alone. The mean over all its examples is
    asked for."""
    return _loop(task, summary=lambda losses, counts: losses[0])


@train.mistake("sum-of-batch-losses")
def _(*task):
    """For each epoch you give the SUM of the batches' losses, which grows with the number of
    batches. The mean over the examples is asked for."""
    return _loop(task, summary=lambda losses, counts: losses.sum())


@train.mistake("sum-over-the-examples")
def _(*task):
    """For each epoch you give the sum over the examples: it has still to be divided by their
    number."""
    return _loop(task, summary=lambda losses, counts: losses @ counts)


@train.mistake("averaged-twice", ask="What is a batch's loss already: a sum or a mean?")
def _(*task):
    """The batches' losses are added and divided by the number of examples. But each of them is a
    mean already, over its own examples: it has to be weighed by how many they were."""
    return _loop(task, summary=lambda losses, counts: losses.sum() / counts.sum())


@train.mistake("divided-by-m-again")
def _(*task):
    """Your losses are m times too small: the mean over the examples is divided by their number once
    more."""
    return _loop(task, summary=lambda losses, counts: _mean(losses, counts) / counts.sum())


@train.mistake("divided-by-the-batches-again")
def _(*task):
    """Your losses are too small: the mean over the examples is divided by the number of batches
    once more."""
    return _loop(task, summary=lambda losses, counts: _mean(losses, counts) / len(losses))


@train.mistake("divided-by-the-batch-size")
def _(*task):
    """The sum over the examples is divided by the batch size. In an epoch there are m examples, and
    the mean goes over all of them."""
    batch_size = task[4]
    return _loop(task, summary=lambda losses, counts: losses @ counts / batch_size)


@train.mistake("last-batch-counted-as-full", ask="How many examples has the last batch?")
def _(*task):
    """Every batch's loss is weighed by batch_size, also that of the last, smaller one. It counts
    for as many examples as it has: ask the batch."""
    batch_size = task[4]
    return _loop(task, summary=lambda losses, counts: losses.sum() * batch_size / counts.sum())


@train.mistake("loss-after-the-epoch", ask="Are the losses of an epoch those before or after it?")
def _(X, y, params, *rest):
    """You give the loss of all examples after the epoch. What is asked for costs nothing extra: the
    mean of the losses that came with the gradients on the way."""
    epochs, *_, loss_and_grads = rest
    losses = []
    for _ in range(epochs):
        _loop((X, y, params, 1, *rest[1:]))
        losses.append(loss_and_grads(params, X, y)[0])
    return losses


@train.mistake("loss-before-the-epoch")
def _(X, y, params, *rest):
    """You give the loss of all examples before the epoch. What is asked for costs nothing extra:
    the mean of the losses that came with the gradients on the way."""
    epochs, *_, loss_and_grads = rest
    losses = []
    for _ in range(epochs):
        losses.append(loss_and_grads(params, X, y)[0])
        _loop((X, y, params, 1, *rest[1:]))
    return losses


@train.mistake("loss-after-the-step")
def _(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
    """Each batch's loss is worked out again after its step. What is asked for costs nothing extra:
    the losses that came with the gradients, before the step."""
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches.reference(X, y, batch_size, rng):
            _subtract(params, loss_and_grads(params, Xb, yb)[1], lr)
            total += loss_and_grads(params, Xb, yb)[0] * len(Xb)
        losses.append(total / len(X))
    return losses


@train.mistake("never-set-back", ask="In which line does an epoch's total begin at 0?")
def _(*task):
    """Your losses grow from epoch to epoch: the total is never set back to 0. An epoch begins with
    a total of its own."""
    return list(np.cumsum(_loop(task)))


@train.mistake("sums-never-set-back")
def _(*task):
    """Two things at once: the total is never set back to 0 when an epoch begins, and the batches'
    losses are summed where the mean over the examples is asked for."""
    return list(np.cumsum(_loop(task, summary=lambda losses, counts: losses.sum())))


@train.mistake("batch-means-never-set-back")
def _(*task):
    """Two things at once: the total is never set back to 0 when an epoch begins, and each batch
    counts the same, also the last, smaller one."""
    return list(np.cumsum(_loop(task, summary=lambda losses, counts: losses.mean())))


@train.mistake("sums-over-examples-never-set-back")
def _(*task):
    """Two things at once: the total is never set back to 0 when an epoch begins, and it has still
    to be divided by the number of examples."""
    return list(np.cumsum(_loop(task, summary=lambda losses, counts: losses @ counts)))


@train.mistake("mean-of-all-epochs-so-far")
def _(*task):
    """For each epoch you give the mean of it and all epochs before. Each has a mean of its own."""
    losses = _loop(task)
    return list(np.cumsum(losses) / np.arange(1, len(losses) + 1))


@train.mistake("smallest-batch-loss")
def _(*task):
    """For each epoch you give the smallest loss of a batch. The mean over the examples is asked
    for."""
    return _loop(task, summary=lambda losses, counts: losses.min())


@train.mistake("largest-batch-loss")
def _(*task):
    """For each epoch you give the largest loss of a batch. The mean over the examples is asked
    for."""
    return _loop(task, summary=lambda losses, counts: losses.max())


@train.mistake("last-epoch-repeated")
def _(*task):
    """All epochs have the loss of the last one. Keep each epoch's number when it is ready."""
    return _loop(task)[-1:] * task[3]


@train.mistake("last-epoch-first")
def _(*task):
    """The losses are right, but the last epoch comes first."""
    return _loop(task)[::-1]


@train.mistake("other-losses")
def _(*task):
    """The training is right, but the losses are not the means over an epoch's examples. Look at
    what you add up inside the inner loop, and by what you divide after it."""
    return _loop(task, summary=lambda losses, counts: np.median(losses) * 1.1)


@train.mistake("a-loss-for-each-batch", ask="Epoch, batch, iteration: which is which?")
def _(*task):
    """You give one loss for each batch. One number for each epoch is asked for."""
    kept = []
    _loop(task, summary=lambda losses, counts: kept.extend(losses) or 0.0)
    return kept


@train.mistake("a-list-for-each-epoch")
def _(*task):
    """You give a list for each epoch. One number for each is asked for."""
    kept = []
    _loop(task, summary=lambda losses, counts: kept.append(losses.tolist()) or 0.0)
    return [row[:1] for row in kept]


@train.mistake("not-one-number-each")
def _(*task):
    """What comes back is not a list with one number for each epoch."""
    return [str(loss) + " nats" for loss in _loop(task)]


@train.mistake("last-loss-only")
def _(*task):
    """A single number comes back. One loss for each epoch is asked for, in a list."""
    return _loop(task)[-1]


@train.mistake("a-list-of-one-loss")
def _(*task):
    """Only one loss comes back. One for each epoch is asked for: is the list made anew inside the
    loop?"""
    return _loop(task)[-1:]


@train.mistake("a-loss-too-many")
def _(*task):
    """There is one loss more than epochs. Only what an epoch has seen is asked for, not the loss
    before the first or after the last."""
    losses = _loop(task)
    return [losses[0], *losses]


@train.mistake("another-number-of-losses")
def _(*task):
    """The number of losses is not the number of epochs. One is kept at the end of each epoch."""
    losses = _loop(task)
    return losses * 3


@train.mistake("params-too")
def _(*task):
    """You give back losses and params. Only the losses are asked for; the params are changed in
    place."""
    return _loop(task), task[2]


@train.mistake("params-for-losses")
def _(*task):
    """You give back a dict with W1 and b1, params or gradients. A list of losses is asked for, one
    for each epoch; the params are changed in place."""
    _loop(task)
    return task[2]


@train.mistake("a-dict-of-losses")
def _(*task):
    """You give back a dict. A plain list of losses is asked for, one for each epoch."""
    return {"loss": _loop(task)}


@train.mistake("shuffled-in-place", ask="Whose arrays are X and y?")
def _(*task):
    """The training is right, but the caller's own X or y is changed on the way. Shuffle row
    numbers, or a copy."""
    return _loop(task, _mistaken_batches("shuffled-in-place"))


# --- train_test_split -----------------------------------------------------------------------


def cases_for_train_test_split(rng):
    for m, n_test in ((71, 30), (64, 27), (68, 31)):
        n, k = sizes(rng, 2)
        yield generic(*_data(rng, m, n, k), n_test, _generator(rng), m=m, n_in=n, k=k)
    yield special(
        "labels of shape (m,)", values(rng, 33, 4), rng.permutation(33), 7, _generator(rng)
    )
    yield special(
        "targets in one column",
        values(rng, 32, 4),
        rng.permutation(32)[:, None],
        7,
        _generator(rng),
    )
    yield special("a single test example", *_data(rng, 12, 3, 4), 1, _generator(rng))
    yield special("more test than training examples", *_data(rng, 30, 3, 4), 22, _generator(rng))


@exercise(
    lesson="05",
    cases=cases_for_train_test_split,
    observe=observers.parts_of_a_split,
    may_change=("X", "y"),
)
def train_test_split(X, y, n_test, rng):
    """X_train, X_test, y_train, y_test: a random choice of n_test examples, and all others.

    X (m, n), y (m, k) or (m,), rng a Generator → four arrays; no example is in both sets, and each
    has its own target. X and y stay as they are.
    """
    order = rng.permutation(len(X))
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]


@train_test_split.also_right
def split_off_the_end(X, y, n_test, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    X, y = X[order], y[order]
    return X[:-n_test], X[-n_test:], y[:-n_test], y[-n_test:]


@train_test_split.also_right
def split_with_a_mask(X, y, n_test, rng):
    is_test = np.zeros(len(X), dtype=bool)
    is_test[rng.choice(len(X), n_test, replace=False)] = True
    return X[~is_test], X[is_test], y[~is_test], y[is_test]


@train_test_split.also_right
def split_in_a_list(X, y, n_test, rng):
    rows = rng.permutation(X.shape[0]).tolist()
    train, test = rows[: len(rows) - n_test], rows[len(rows) - n_test :]
    return [np.array([A[r] for r in part]) for A in (X, y) for part in (train, test)]


@train_test_split.also_right
def split_sorted(X, y, n_test, rng):
    test = np.sort(rng.permutation(len(X))[:n_test])
    train = np.setdiff1d(np.arange(len(X)), test)
    return X[train], X[test], y[train], y[test]


def _split(X, y, train, test):
    return X[train], X[test], y[train], y[test]


def _drawn(X, n_test, rng):
    """(train, test): row numbers of a right split."""
    order = rng.permutation(len(X))
    return order[n_test:], order[:n_test]


@train_test_split.mistake("not-shuffled", ask="What is at the end of a sorted file?")
def _(X, y, n_test, rng):
    """The test set is a block of the file, cut off as it stands. If the file is sorted, the test
    examples are of another kind than the rest: choose them at random."""
    rows = np.arange(len(X))
    return _split(X, y, rows[:-n_test], rows[-n_test:])


@train_test_split.mistake("not-from-rng", ask="What would make this split the same tomorrow?")
def _(X, y, n_test, rng):
    """The choice does not come from the generator `rng` that you are given, but from elsewhere
    (NumPy's global generator, or one made inside). Then the caller cannot repeat it."""
    return _split(X, y, *_drawn(X, n_test, np.random.default_rng(3)))


@train_test_split.mistake("shuffled-apart", ask="Does picture 17 still have label 17?")
def _(X, y, n_test, rng):
    """X and y come in different orders, so an example meets a stranger's target: two calls that
    shuffle give two orders. One order serves both."""
    X = rng.permutation(X)
    return _split(X, rng.permutation(y), *_drawn(X, n_test, rng))


@train_test_split.mistake("split-at-different-places")
def _(X, y, n_test, rng):
    """A part of X and its part of y have different lengths, as when the two are cut at different
    places. Whatever is done to X is done to y."""
    train, test = _drawn(X, n_test, rng)
    return X[train], X[test], y[train[1:]], y[np.append(test, train[0])]


@train_test_split.mistake("n_test-for-training", ask="How many examples are put away?")
def _(X, y, n_test, rng):
    """The first part has n_test examples, and the second all others: the two have changed places,
    or n_test was taken for the size of the training set."""
    test, train = _drawn(X, n_test, rng)
    return _split(X, y, train, test)


@train_test_split.mistake("y-parts-exchanged")
def _(X, y, n_test, rng):
    """The X parts come training set first, the y parts test set first. The order is X_train,
    X_test, y_train, y_test."""
    X_train, X_test, y_train, y_test = _split(X, y, *_drawn(X, n_test, rng))
    return X_train, X_test, y_test, y_train


@train_test_split.mistake("an-empty-part")
def _(X, y, n_test, rng):
    """A part is empty. n_test is a number of examples (not a share): so many go into the test set,
    all others into the training set."""
    X_train, _, y_train, _ = _split(X, y, *_drawn(X, n_test, rng))
    return X_train, X[:0], y_train, y[:0]


@train_test_split.mistake("other-order", ask="In which order do the four come?")
def _(X, y, n_test, rng):
    """Rows of y stand where rows of X belong, or rows of X where those of y do. The order is
    X_train, X_test, y_train, y_test."""
    X_train, X_test, y_train, y_test = _split(X, y, *_drawn(X, n_test, rng))
    return X_train, y_train, X_test, y_test


@train_test_split.mistake("overlap", ask="What does a test on examples seen in training tell?")
def _(X, y, n_test, rng):
    """Some examples are in both sets: the test would ask what was learned by heart. Cut one order
    once, or look at where one part ends and the other begins."""
    train, test = _drawn(X, n_test, rng)
    return _split(X, y, np.append(train, test[0]), test)


@train_test_split.mistake("everything-in-training")
def _(X, y, n_test, rng):
    """The training set holds all examples, those of the test set as well: the test would ask what
    was learned by heart. What is put away must be missing from the rest."""
    train, test = _drawn(X, n_test, rng)
    return _split(X, y, np.append(train, test), test)


@train_test_split.mistake("with-replacement", ask="How many different numbers come in 9 draws?")
def _(X, y, n_test, rng):
    """Some examples come twice in a set, as when each is drawn anew, like dice. Every example is in
    exactly one of the two sets, once."""
    train, test = _drawn(X, n_test, rng)
    test[-1] = test[0]
    return _split(X, y, np.append(train, train[:1]), test)


@train_test_split.mistake("some-in-neither")
def _(X, y, n_test, rng):
    """Some examples are in neither set. Look at where one part ends and where the other begins: the
    end of a slice is not part of it."""
    train, test = _drawn(X, n_test, rng)
    return _split(X, y, train[1:], test)


@train_test_split.mistake("test-set-of-another-size")
def _(X, y, n_test, rng):
    """The test set does not have n_test examples. It is a number of examples, not a share; look at
    where you cut."""
    order = rng.permutation(len(X))
    return _split(X, y, order[n_test + 1 :], order[: n_test + 1])


@train_test_split.mistake("two-pairs")
def _(X, y, n_test, rng):
    """Two pairs come back. Four arrays are asked for, one after the other: X_train, X_test,
    y_train, y_test."""
    X_train, X_test, y_train, y_test = _split(X, y, *_drawn(X, n_test, rng))
    return (X_train, y_train), (X_test, y_test)


@train_test_split.mistake("only-X", ask="What are the test targets needed for?")
def _(X, y, n_test, rng):
    """Two results come back, not four. The targets have to be split in the same way as X."""
    return _split(X, y, *_drawn(X, n_test, rng))[:2]


@train_test_split.mistake("three-results")
def _(X, y, n_test, rng):
    """Three results come back, not four: X_train, X_test, y_train, y_test."""
    return _split(X, y, *_drawn(X, n_test, rng))[:3]


@train_test_split.mistake("not-four-arrays")
def _(X, y, n_test, rng):
    """What comes back is not four arrays, one after the other: X_train, X_test, y_train, y_test."""
    parts = _split(X, y, *_drawn(X, n_test, rng))
    return dict(zip(("X_train", "X_test", "y_train", "y_test"), parts, strict=True))


@train_test_split.mistake("lists-for-arrays")
def _(X, y, n_test, rng):
    """Not all of the four parts are arrays (lists, perhaps). Index X and y with an array of row
    numbers."""
    return tuple(list(part) for part in _split(X, y, *_drawn(X, n_test, rng)))


@train_test_split.mistake("other-rows")
def _(X, y, n_test, rng):
    """There are rows in your result that are in neither X nor y: row numbers perhaps, or numbers
    that were changed, or an axis lost. Whole rows are picked, as they are."""
    train, test = _drawn(X, n_test, rng)
    return train + 0.5, test + 0.5, y[train], y[test]


@train_test_split.mistake("shuffled-in-place", ask="Whose arrays are X and y?")
def _(X, y, n_test, rng):
    """The split is right, but the caller's own X or y is changed on the way. Shuffle row numbers,
    or a copy."""
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return X[n_test:].copy(), X[:n_test].copy(), y[n_test:].copy(), y[:n_test].copy()

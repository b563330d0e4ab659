"""Exercises of lesson 07: binary_cross_entropy, forward_layers, backward_layers."""

import itertools

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.engine import exercise
from nnlib.exercises.outcomes import same
from nnlib.exercises.probes import generic, sizes, special, square, values

# --- binary_cross_entropy -------------------------------------------------------------------


def as_number(loss):
    """A result as a float, nan where it is none: the special inputs ask only about its size."""
    try:
        return float(np.squeeze(loss))
    except (TypeError, ValueError):
        return float("nan")


def when_certain(call):
    """Predictions of exactly 0 and 1: how they are kept from log 0 is free, not that they are."""
    loss = as_number(call.result)
    if not np.isfinite(loss):
        return {"a finite number": False}
    size = "negative" if loss < -1e-3 else "about 0" if loss < 1e-3 else "large" if loss > 1 else ""
    return {"a finite number": True, "size": size or "in between"}


def when_confident(call):
    """Predictions near 0 and 1, which must not be rounded: right to 1 %."""
    y, p = call.args
    right = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
    return {"right to 1 %": bool(abs(as_number(call.result) - right) < 0.01 * right)}


def column(*numbers):
    """Numbers as a column (m, 1)."""
    return np.array(numbers, dtype=float)[:, None]


def cases_for_binary_cross_entropy(rng):
    for m in sizes(rng, 4, 3, 12):
        y = rng.permutation(np.arange(m) % 2).astype(float)[:, None]
        yield generic(y, np.round(rng.uniform(0.05, 0.95, (m, 1)), 3), m=m)
    yield special("a batch of one example", column(1), column(0.3))
    yield special("whole-number targets", np.array([[1], [0], [1]]), column(0.4, 0.3, 0.8))
    p = column(0.001, 0.999, 0.998)
    yield special("confident predictions (p = 0.001)", column(1, 0, 1), p, observe=when_confident)
    for y, p, note in (
        (column(0, 0, 0), column(0, 0, 0), "predictions of exactly 0 that are right"),
        (column(1, 1, 1), column(1, 1, 1), "predictions of exactly 1 that are right"),
        (column(1, 0, 0), column(0, 0, 0), "a prediction of exactly 0 that is wrong"),
        (column(*8 * [1], *4 * [0]), column(*12 * [1]), "a prediction of exactly 1 that is wrong"),
    ):
        yield special(note, y, p, observe=when_certain)
    yield square(column(1), column(0.4))


# A looser comparison, so that log(p + 1e-7) passes as a way to keep away from log 0.
@exercise(lesson="07", cases=cases_for_binary_cross_entropy, rtol=1e-5)
def binary_cross_entropy(y, p):
    """The mean over the examples of minus the logarithm of the probability given to what is true.

    y (m, 1) of 0s and 1s, p (m, 1) probabilities of a 1, kept away from 0 and 1 → a number ≥ 0.
    """
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.also_right
def bce_with_an_epsilon(y, p):
    m = y.shape[0]
    return -(1 / m) * np.sum(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8))


@binary_cross_entropy.also_right
def bce_with_where(y, p):
    truth = np.where(np.asarray(y) == 1, p, 1 - p)
    return float(np.mean(-np.log(np.maximum(truth, 1e-12))))


@binary_cross_entropy.also_right
def bce_with_a_loop(y, p):
    total = 0
    for target, probability in zip(y.ravel(), p.ravel(), strict=True):
        probability = min(max(probability, 1e-7), 1 - 1e-7)
        total -= np.log(probability) if target == 1 else np.log(1 - probability)
    return total / len(y)


@binary_cross_entropy.also_right
def bce_with_inner_products(y, p):
    p = np.clip(p, 1e-10, 1 - 1e-10)
    return (-(y.T @ np.log(p) + (1 - y).T @ np.log(1 - p)) / len(y)).item()


@binary_cross_entropy.also_right
def bce_in_float32(y, p):
    p = np.clip(p.astype(np.float32), 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def inside(p):
    """p kept away from 0 and 1."""
    return np.clip(p, 1e-15, 1 - 1e-15)


def both_sides(y, p):
    """The logarithm of the probability given to what is true, entry by entry."""
    p = inside(p)
    return y * np.log(p) + (1 - y) * np.log(1 - p)


@binary_cross_entropy.mistake("sign", ask="Is the logarithm of a probability above or below 0?")
def _(y, p):
    """Your loss is negative, and it falls when the predictions get worse. Logarithms of
    probabilities are below 0, so something has to turn the sign round."""
    return np.mean(both_sides(y, p))


@binary_cross_entropy.mistake("brackets", ask="What does Python work out first, - or *?")
def _(y, p):
    """Brackets are missing around 1 - y: without them a 1 is added, and the second side is y times
    its logarithm, taken off."""
    p = inside(p)
    return -np.mean(y * np.log(p) + 1 - y * np.log(1 - p))


@binary_cross_entropy.mistake("not-averaged", ask="What happens to a sum with a bigger batch?")
def _(y, p):
    """Your loss is m times too large: it is summed over the examples. The loss of this course is
    always a mean, so that it does not grow with the batch."""
    return -np.sum(both_sides(y, p))


@binary_cross_entropy.mistake("sign-and-not-averaged")
def _(y, p):
    """Two things at once: your loss is negative, because logarithms of probabilities are below 0,
    and it is summed over the examples where the mean is asked for."""
    return np.sum(both_sides(y, p))


@binary_cross_entropy.mistake("averaged-twice")
def _(y, p):
    """Your loss is m times too small: the mean is taken and then divided by the number of examples
    once more."""
    return -np.mean(both_sides(y, p)) / len(y)


@binary_cross_entropy.mistake("halved")
def _(y, p):
    """Your loss is half of what it should be. The two sides, for y = 1 and for y = 0, are added:
    for each example only one of them counts anyway."""
    return -np.mean(both_sides(y, p)) / 2


@binary_cross_entropy.mistake(
    "only-the-ones", ask="What does this loss say to a confident 1 where the truth is 0?"
)
def _(y, p):
    """Only the examples with y = 1 cost anything. With one output there is no second column for the
    other class: where y is 0, the probability of a 0 has to count."""
    return -np.mean(y * np.log(inside(p)))


@binary_cross_entropy.mistake("only-the-ones-summed")
def _(y, p):
    """Two things at once: only the examples with y = 1 cost anything, and the loss is summed where
    the mean is asked for. Where y is 0, the probability of a 0 has to count."""
    return -np.sum(y * np.log(inside(p)))


@binary_cross_entropy.mistake("only-the-zeros")
def _(y, p):
    """Only the examples with y = 0 cost anything. Where y is 1, the probability of a 1 has to
    count."""
    return -np.mean((1 - y) * np.log(1 - inside(p)))


@binary_cross_entropy.mistake(
    "minus-on-one-side", ask="Which brackets does the minus stand in front of?"
)
def _(y, p):
    """The two sides have opposite signs, so good predictions of one class pay for those of the
    other. One minus stands in front of both: look at your brackets, or at the sign between."""
    p = inside(p)
    return -np.mean(y * np.log(p)) + np.mean((1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake("minus-on-the-other-side")
def _(y, p):
    """The examples with y = 1 count with the wrong sign, those with y = 0 with the right one. One
    minus stands in front of both sides."""
    p = inside(p)
    return np.mean(y * np.log(p)) - np.mean((1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake("same-logarithm-on-both-sides")
def _(y, p):
    """Both sides use the probability of a 1, so the targets cancel out and play no part. Where y is
    0, it is the probability of a 0 that counts."""
    return -np.mean(np.log(inside(p)))


@binary_cross_entropy.mistake(
    "sides-exchanged", ask="What should cost nothing: p = 1 where y is …?"
)
def _(y, p):
    """The sides are exchanged: the probability of a 0 is asked for where y is 1, and the other way
    round. Good predictions cost you most."""
    return -np.mean(both_sides(1 - y, p))


@binary_cross_entropy.mistake(
    "arguments-exchanged", ask="Of which of the two can the logarithm be infinite?"
)
def _(y, p):
    """Infinity comes out for ordinary predictions, as when the logarithm is taken of the targets,
    which are 0 and 1. It belongs to p; y says which of the two sides counts."""
    return -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y))


@binary_cross_entropy.mistake("arguments-exchanged-and-clipped")
def _(y, p):
    """You take the logarithm of the targets and weight it by the predictions: y and p have changed
    places, and the clipping hides it (your loss is far too large)."""
    return -np.mean(both_sides(p, y))


@binary_cross_entropy.mistake("one-minus-outside-the-logarithm")
def _(y, p):
    """On the side of y = 0 you subtract the logarithm from 1. It is the probability that is turned
    round, before its logarithm is taken: look at your brackets."""
    p = inside(p)
    return -np.mean(y * np.log(p) + (1 - y) * (1 - np.log(p)))


@binary_cross_entropy.mistake("logarithm-of-one-plus")
def _(y, p):
    """On the side of y = 0 you take the logarithm of 1 PLUS p. The probability of a 0 is what is
    left of 1: look at the sign inside."""
    p = inside(p)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 + p))


@binary_cross_entropy.mistake("base-2")
def _(y, p):
    """Your loss is about 1.44 times too large: the logarithm has the base 2. The loss uses the
    natural one, whose derivative is the simple 1/p."""
    return -np.mean(both_sides(y, p)) / np.log(2)


@binary_cross_entropy.mistake("base-10")
def _(y, p):
    """Your loss is about 0.43 times the right one: the logarithm has the base 10. The loss uses the
    natural one, whose derivative is the simple 1/p."""
    return -np.mean(both_sides(y, p)) / np.log(10)


@binary_cross_entropy.mistake("no-logarithm")
def _(y, p):
    """There is no logarithm in your loss: it averages the probabilities themselves. It is the
    logarithm that makes a confident error expensive."""
    return -np.mean(y * p + (1 - y) * (1 - p))


@binary_cross_entropy.mistake("mean-squared-error", ask="Which of the two losses punishes more?")
def _(y, p):
    """This is the mean squared error. It never exceeds 1, however certain a wrong prediction is;
    cross-entropy asks for the logarithm of the probability given to the truth."""
    return np.mean((p - y) ** 2)


@binary_cross_entropy.mistake("mean-absolute-error")
def _(y, p):
    """This is the mean distance between y and p. Cross-entropy takes the logarithm of the
    probability that was given to what is true."""
    return np.mean(np.abs(p - y))


@binary_cross_entropy.mistake("gradient-for-loss", ask="δ or L: which of them is one number?")
def _(y, p):
    """You give back the error terms, one for each example. The loss is a single number."""
    return (p - y) / len(y)


@binary_cross_entropy.mistake("one-loss-for-each-example")
def _(y, p):
    """You give back a column, the loss of each example. The loss of a batch is one number, their
    mean."""
    return -both_sides(y, p)


@binary_cross_entropy.mistake("one-divided-loss-for-each-example")
def _(y, p):
    """You give back a column: each example's loss is divided by m, but they are not added up. The
    loss of a batch is one number."""
    return -both_sides(y, p) / len(y)


@binary_cross_entropy.mistake("array-of-one", ask="Is an array with one entry a number?")
def _(y, p):
    """Your loss comes as an array of one entry. A plain number is asked for: name no axis, or take
    the entry out."""
    return -np.mean(both_sides(y, p), axis=0)


@binary_cross_entropy.mistake("table-of-one")
def _(y, p):
    """Your loss comes as a table of shape (1, 1), as a matrix product leaves it. A plain number is
    asked for: take the entry out."""
    return -np.mean(both_sides(y, p), keepdims=True)


@binary_cross_entropy.mistake(
    "averaged-over-the-wrong-axis", ask="Which axis are the examples, and which one must go?"
)
def _(y, p):
    """You average along the rows, which have one entry each, and keep the examples. The mean goes
    over the examples and leaves one number."""
    return -np.mean(both_sides(y, p), axis=1)


@binary_cross_entropy.mistake(
    "all-pairs", ask="What shape has (m,) times (m, 1), and what is in the table?"
)
def _(y, p):
    """Every target has met every prediction: a (m,) array against a (m, 1) column makes a table of
    m·m entries, and the mean hides it. Keep both as columns, or flatten both."""
    return -np.mean(both_sides(y.ravel(), p))


@binary_cross_entropy.mistake("all-pairs-summed")
def _(y, p):
    """Every target has met every prediction: a (m,) array against a (m, 1) column makes a table of
    m·m entries, and the sum hides it. Keep both as columns, or flatten both."""
    return -np.sum(both_sides(y.ravel(), p)) / len(y)


@binary_cross_entropy.mistake("matrix-product-of-columns")
def _(y, p):
    """Two columns cannot meet in a matrix product: (m, 1) and (m, 1). Either each entry meets its
    own partner, or one of the columns is turned into a row."""
    p = inside(p)
    return -(y @ np.log(p) + (1 - y) @ np.log(1 - p)) / len(y)


@binary_cross_entropy.mistake("sigmoid-again", ask="What is p: a pre-activation or a probability?")
def _(y, p):
    """The predictions go through the sigmoid once more. `p` holds probabilities already, the output
    of the network."""
    return -np.mean(both_sides(y, sigmoid(p)))


@binary_cross_entropy.mistake(
    "rounded-predictions", ask="What does a loss measure that accuracy does not?"
)
def _(y, p):
    """The probabilities are rounded to 0 or 1 before they are judged. The loss lives on how sure a
    prediction is; rounding is for the accuracy."""
    return -np.mean(both_sides(y, np.round(p)))


@binary_cross_entropy.mistake("first-example-only")
def _(y, p):
    """Only the first example counts. If you loop over the rows, look at where the `return`
    stands."""
    return -both_sides(y, p)[0, 0]


@binary_cross_entropy.mistake("first-example-only-but-divided")
def _(y, p):
    """Only the first example counts, divided by m: look at what ends the loop."""
    return -both_sides(y, p)[0, 0] / len(y)


@binary_cross_entropy.mistake("last-example-only")
def _(y, p):
    """Only the last example counts, divided by m: a loop that assigns where it should add gives
    exactly this."""
    return -both_sides(y, p)[-1, 0] / len(y)


@binary_cross_entropy.mistake(
    "log-of-zero", ask="What is 0 · log 0 in mathematics, and what is it in NumPy?"
)
def _(y, p):
    """Right for ordinary predictions, but a p of exactly 0 or 1 gives nan or infinity: the
    logarithm of 0. Keep p a tiny bit away from both ends before you take logarithms."""
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake("log-of-zero-at-one", ask="Which of the two logarithms is safe now?")
def _(y, p):
    """A p of exactly 0 is taken care of, a p of exactly 1 is not: on the other side that is a
    logarithm of 0 as well, and the result is nan or infinity. Keep p away from both ends, and by
    more than 1e-16: 1 - 1e-20 is 1 in floats."""
    p = np.maximum(p, 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake("log-of-zero-at-zero")
def _(y, p):
    """A p of exactly 1 is taken care of, a p of exactly 0 is not: its logarithm makes the result
    nan or infinity. Keep p away from both ends."""
    p = np.minimum(p, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake("nan-counted-as-zero")
def _(y, p):
    """Where p is exactly 0 or 1 and wrong, your loss takes the infinite term for nothing: the worst
    prediction of all costs nothing. It has to stay large."""
    with np.errstate(all="ignore"):
        terms = y * np.log(p) + (1 - y) * np.log(1 - p)
    return -np.mean(np.where(np.isfinite(terms), terms, 0.0))


@binary_cross_entropy.mistake(
    "clipped-too-far", ask="How sure may a prediction be before it is cut?"
)
def _(y, p):
    """Confident predictions are cut off: p is kept so far from 0 and 1 that the loss of a p of
    0.001 changes. A distance of a billionth or less is enough."""
    p = np.clip(p, 0.01, 0.99)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# --- forward_layers -------------------------------------------------------------------------


def network(rng, widths, activations):
    """Random layers, from as many inputs as the first width to as many outputs as the last."""
    return [
        {"W": values(rng, n_in, n_out), "b": values(rng, n_out), "activation": activation}
        for n_in, n_out, activation in zip(widths[:-1], widths[1:], activations, strict=True)
    ]


R, S = "relu", "sigmoid"
# Depths and orders that differ, so that no fixed number of layers and no fixed order fits them.
ORDERS = [(R, S, S), (S, R, S), (R, R, S, S), (R, S)]
SPECIALS = [
    ("a batch of one example", 1, (4, 5, 3), (R, S)),
    ("a single output neuron", 5, (3, 4, 1), (R, S)),
    ("a single layer", 5, (4, 3), (S,)),
    ("five layers of the kind of 2-25-50-50-25-1", 6, (2, 5, 4, 7, 3, 1), (R, R, R, R, S)),
]


def cases_for_forward_layers(rng):
    for order in (*ORDERS, (S, R)):
        m, *widths = sizes(rng, len(order) + 2)
        dims = {"m": m, "n_in": widths[0], "k": widths[-1]}
        yield generic(values(rng, m, widths[0]), network(rng, widths, order), **dims)
    for note, m, widths, order in SPECIALS:
        yield special(note, values(rng, m, widths[0]), network(rng, widths, order))
    yield square(values(rng, 4, 4), network(rng, (4, 4, 4, 4), (R, S, S)))


ACTIVATIONS = {"relu": lambda z: np.maximum(z, 0), "sigmoid": sigmoid}


@exercise(lesson="07", cases=cases_for_forward_layers)
def forward_layers(X, layers):
    """The network's output and what the way back will need, for any number of layers.

    X (m, n_in); layers: a list of dicts {"W": (n_in, n_out), "b": (n_out,), "activation": "relu"
    or "sigmoid"}, first layer first → (output (m, k), caches), caches a list with one tuple
    (a_prev, z, a) for each layer: what went in, the pre-activation, what came out.
    """
    a, caches = X, []
    for layer in layers:
        a_prev, z = a, a @ layer["W"] + layer["b"]
        a = ACTIVATIONS[layer["activation"]](z)
        caches.append((a_prev, z, a))
    return a, caches


@forward_layers.also_right
def forward_layers_with_if(X, layers):
    caches = []
    A = X
    for i in range(len(layers)):
        Z = np.dot(A, layers[i]["W"]) + layers[i]["b"]
        if layers[i]["activation"] == "relu":
            A_next = np.where(Z > 0, Z, 0)
        else:
            A_next = 1 / (1 + np.exp(-Z))
        caches.append([A, Z, A_next])
        A = A_next
    return [A, caches]


@forward_layers.also_right
def forward_layers_by_recursion(X, layers):
    if not layers:
        return X, []
    first, *rest = layers
    z = np.einsum("mi,io->mo", X, first["W"]) + first["b"]
    a = z * (z > 0) if first["activation"] == "relu" else np.exp(z) / (1 + np.exp(z))
    output, caches = forward_layers_by_recursion(a, rest)
    return output, [(X, z, a), *caches]


@forward_layers.also_right
def forward_layers_in_float32(X, layers):
    a, caches = X.astype(np.float32), []
    for layer in layers:
        z = a @ layer["W"].astype(np.float32) + layer["b"].astype(np.float32)
        caches.append((a, z, ACTIVATIONS[layer["activation"]](z)))
        a = caches[-1][2]
    return a, tuple(caches)


def _forward(X, layers, step):
    """The forward pass with `step(i, layer, a_prev) → (z, a)` for each layer."""
    a, caches = X, []
    for i, layer in enumerate(layers):
        z, after = step(i, layer, a)
        caches.append((a, z, after))
        a = after
    return a, caches


def _activate(layer, z):
    return ACTIVATIONS[layer["activation"]](z)


@forward_layers.mistake(
    "activations-left-out", ask="What is a stack of layers without activations?"
)
def _(X, layers):
    """No activation is applied: every layer hands on its z. Layers without activations between them
    are together one single linear layer."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, z

    return _forward(X, layers, step)


@forward_layers.mistake("z-handed-on", ask="What goes into layer 2: z or a of layer 1?")
def _(X, layers):
    """You work a out and keep it, but hand z on to the next layer. What goes into a layer is what
    came out of the activation before it."""
    z, caches = X, []
    for layer in layers:
        before, z = z, z @ layer["W"] + layer["b"]
        caches.append((before, z, _activate(layer, z)))
    return caches[-1][2], caches


@forward_layers.mistake("X-into-every-layer", ask="What goes into layer 2?")
def _(X, layers):
    """Every layer is given the network's input X. What goes into a layer is what came out of the
    one before: something has to be updated at the end of the loop."""
    caches = []
    for layer in layers:
        z = X @ layer["W"] + layer["b"]
        caches.append((X, z, _activate(layer, z)))
    return caches[-1][2], caches


@forward_layers.mistake("relu-everywhere")
def _(X, layers):
    """Every layer is treated as a ReLU. Each layer says in its dict which activation it has; look
    at how you compare that text."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, np.maximum(z, 0)

    return _forward(X, layers, step)


@forward_layers.mistake("sigmoid-everywhere")
def _(X, layers):
    """Every layer is treated as a sigmoid. Each layer says in its dict which activation it has;
    look at how you compare that text."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, sigmoid(z)

    return _forward(X, layers, step)


@forward_layers.mistake("activations-exchanged")
def _(X, layers):
    """The two activations are exchanged: layers that say relu get the sigmoid, and the other way
    round."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (sigmoid(z) if layer["activation"] == "relu" else np.maximum(z, 0))

    return _forward(X, layers, step)


@forward_layers.mistake("last-layer-not-relu")
def _(X, layers):
    """You take for granted that hidden layers are ReLUs and the last one a sigmoid. Each layer says
    in its dict which activation it has."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (sigmoid(z) if i == len(layers) - 1 else np.maximum(z, 0))

    return _forward(X, layers, step)


@forward_layers.mistake("first-activation-for-all")
def _(X, layers):
    """All layers get the activation of the first one. Read it anew inside the loop, from the layer
    whose turn it is."""
    return _forward(X, layers, lambda i, layer, a: _z_and_a(layers[0], layer, a))


@forward_layers.mistake("last-activation-for-all")
def _(X, layers):
    """All layers get the activation of the last one. Read it anew inside the loop, from the layer
    whose turn it is."""
    return _forward(X, layers, lambda i, layer, a: _z_and_a(layers[-1], layer, a))


@forward_layers.mistake("activation-of-the-layer-before")
def _(X, layers):
    """The layers get the activation of their neighbour: yours is one place off. The activation of a
    layer stands in the same dict as its weights."""
    return _forward(X, layers, lambda i, layer, a: _z_and_a(layers[i - 1], layer, a))


@forward_layers.mistake("activation-of-the-layer-after")
def _(X, layers):
    """The layers get the activation of the one that follows: yours is one place off. The activation
    of a layer stands in the same dict as its weights."""
    return _forward(
        X, layers, lambda i, layer, a: _z_and_a(layers[(i + 1) % len(layers)], layer, a)
    )


def _z_and_a(source, layer, a):
    """z of the layer, put through the activation that another layer's dict names."""
    z = a @ layer["W"] + layer["b"]
    return z, _activate(source, z)


@forward_layers.mistake("output-not-activated")
def _(X, layers):
    """The last layer hands out its z: its activation is left out. It has one like every other
    layer."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (z if i == len(layers) - 1 else _activate(layer, z))

    return _forward(X, layers, step)


@forward_layers.mistake("z-as-output", ask="Which of z and a is the network's answer?")
def _(X, layers):
    """The output you give back is the last layer's z. The network's answer has been through its
    activation."""
    output, caches = forward_layers.reference(X, layers)
    return caches[-1][1], caches


@forward_layers.mistake("activated-twice")
def _(X, layers):
    """The output goes through the last layer's activation twice. The loop has applied it already.
    Look at what happens after the loop, or at what you hand back."""
    output, caches = forward_layers.reference(X, layers)
    return sigmoid(output), caches


@forward_layers.mistake("every-layer-activated-twice")
def _(X, layers):
    """Every layer applies its activation twice. From z to a it is applied once."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, _activate(layer, _activate(layer, z))

    return _forward(X, layers, step)


@forward_layers.mistake("bias-forgotten")
def _(X, layers):
    """The biases are left out: every z of yours lacks its layer's b."""

    def step(i, layer, a):
        z = a @ layer["W"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("bias-subtracted")
def _(X, layers):
    """The biases are subtracted. In this notation b is added to what the weights make."""

    def step(i, layer, a):
        z = a @ layer["W"] - layer["b"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("bias-after-the-activation", ask="Is b part of z?")
def _(X, layers):
    """The bias comes in after the activation. It belongs to z and moves the place on the curve
    before the activation is applied."""

    def step(i, layer, a):
        z = a @ layer["W"]
        return z, _activate(layer, z) + layer["b"]

    return _forward(X, layers, step)


@forward_layers.mistake("activation-before-the-weights")
def _(X, layers):
    """You put what goes INTO a layer through the activation, before the weights. It comes after
    them: first z, then a."""

    def step(i, layer, a):
        z = _activate(layer, a) @ layer["W"] + layer["b"]
        return z, z

    return _forward(X, layers, step)


@forward_layers.mistake("weights-transposed", ask="What are the rows of W, what its columns?")
def _(X, layers):
    """W is used on its side. Its rows belong to what comes in and its columns to the neurons, so it
    meets a_prev as it is."""

    def step(i, layer, a):
        z = a @ layer["W"].T + layer["b"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("operands-swapped")
def _(X, layers):
    """The weights stand on the left of the product, as in books that keep examples in columns. Here
    the rows are examples, so what comes in stands on the left."""

    def step(i, layer, a):
        z = layer["W"] @ a + layer["b"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("operands-swapped-and-transposed")
def _(X, layers):
    """The weights stand on the left of the product, turned, as in books that keep examples in
    columns. Here the rows are examples, so what comes in stands on the left, and W meets it as it
    is."""

    def step(i, layer, a):
        z = layer["W"].T @ a + layer["b"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("star-for-matmul")
def _(X, layers):
    """`*` multiplies entry by entry. Through a layer of weights every neuron collects a sum over
    its inputs: that is a matrix product."""

    def step(i, layer, a):
        z = a * layer["W"] + layer["b"]
        return z, _activate(layer, z)

    return _forward(X, layers, step)


@forward_layers.mistake("output-only", ask="What will the way back need from the forward pass?")
def _(X, layers):
    """The caches are missing. The way back needs what each layer saw: give both back."""
    return forward_layers.reference(X, layers)[0]


@forward_layers.mistake("caches-only")
def _(X, layers):
    """The output is missing. Give both back, the output first."""
    return forward_layers.reference(X, layers)[1]


@forward_layers.mistake("caches-first")
def _(X, layers):
    """Output and caches have changed places. The output comes first."""
    return forward_layers.reference(X, layers)[::-1]


@forward_layers.mistake("caches-backward")
def _(X, layers):
    """Your caches begin with the last layer. They stand in the order of `layers`, first layer
    first."""
    output, caches = forward_layers.reference(X, layers)
    return output, caches[::-1]


@forward_layers.mistake("last-cache-only", ask="What happens to the caches of the first layers?")
def _(X, layers):
    """Only the last layer's cache arrives: if it is assigned inside the loop, each turn overwrites
    the one before. There is one cache for each layer."""
    output, caches = forward_layers.reference(X, layers)
    return output, caches[-1:]


@forward_layers.mistake("last-cache-without-a-list")
def _(X, layers):
    """In place of the list of caches there is the last layer's alone: assigned inside the loop,
    each turn overwrites the one before. There is one cache for each layer."""
    output, caches = forward_layers.reference(X, layers)
    return output, caches[-1]


@forward_layers.mistake("last-cache-missing")
def _(X, layers):
    """The cache of the last layer is missing. The way back begins with it."""
    output, caches = forward_layers.reference(X, layers)
    return output, caches[:-1]


@forward_layers.mistake("first-cache-missing")
def _(X, layers):
    """The cache of the first layer is missing. The gradient of its weights needs it."""
    output, caches = forward_layers.reference(X, layers)
    return output, caches[1:]


@forward_layers.mistake("caches-without-a")
def _(X, layers):
    """Your caches hold what went in and z, but not what came out. One tuple has three entries:
    a_prev, z and a."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(a_prev, z) for a_prev, z, a in caches]


@forward_layers.mistake("caches-without-a_prev", ask="What does ∂L/∂W need besides δ?")
def _(X, layers):
    """Your caches hold z and a, but not what went into the layer. One tuple has three entries:
    a_prev, z and a."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(z, a) for a_prev, z, a in caches]


@forward_layers.mistake("caches-without-z")
def _(X, layers):
    """Your caches hold what went in and what came out, but not z. One tuple has three entries:
    a_prev, z and a."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(a_prev, a) for a_prev, z, a in caches]


@forward_layers.mistake("caches-of-z-only")
def _(X, layers):
    """Your caches hold only z. One tuple has three entries: a_prev, z and a."""
    output, caches = forward_layers.reference(X, layers)
    return output, [z for a_prev, z, a in caches]


@forward_layers.mistake("caches-of-a-only")
def _(X, layers):
    """Your caches hold only what came out of each layer. One tuple has three entries: a_prev, z and
    a."""
    output, caches = forward_layers.reference(X, layers)
    return output, [a for a_prev, z, a in caches]


@forward_layers.mistake("z-a-exchanged-in-the-caches")
def _(X, layers):
    """z and a have changed places in your caches. The order is what went in, z, what came out."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(a_prev, a, z) for a_prev, z, a in caches]


@forward_layers.mistake("a_prev-last-in-the-caches")
def _(X, layers):
    """Your caches begin with z and end with what went in. The order is what went in, z, what came
    out."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(z, a, a_prev) for a_prev, z, a in caches]


@forward_layers.mistake("a-for-a_prev", ask="In which line does a stop being the a of before?")
def _(X, layers):
    """The first entry of your caches is what came OUT of the layer, not what went in: a is
    overwritten before you keep it. Keep the old one first."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(a, z, a) for a_prev, z, a in caches]


@forward_layers.mistake("X-for-a_prev")
def _(X, layers):
    """The first entry of every cache is the network's input X. It should be what went into THAT
    layer."""
    output, caches = forward_layers.reference(X, layers)
    return output, [(X, z, a) for a_prev, z, a in caches]


@forward_layers.mistake("caches-as-dicts")
def _(X, layers):
    """Everything is there, but each cache is a dict. A tuple (a_prev, z, a) is asked for, so that
    the way back can take it apart by position."""
    output, caches = forward_layers.reference(X, layers)
    return output, [{"a_prev": a_prev, "z": z, "a": a} for a_prev, z, a in caches]


@forward_layers.mistake("caches-flat")
def _(X, layers):
    """All arrays stand in one long list, `extend` in place of `append`. There is one tuple (a_prev,
    z, a) for each layer."""
    output, caches = forward_layers.reference(X, layers)
    return output, [array for cache in caches for array in cache]


@forward_layers.mistake(
    "relu-in-place", ask="Two names for one array: what does the second one see?"
)
def _(X, layers):
    """In layers with ReLU the z of your caches has no negative entries: it is a second name for a,
    and was overwritten with it. Make a new array for a."""
    output, caches = forward_layers.reference(X, layers)
    kept = []
    for layer, (a_prev, z, a) in zip(layers, caches, strict=True):
        kept.append((a_prev, a if layer["activation"] == "relu" else z, a))
    return output, kept


@forward_layers.mistake("return-in-the-loop", ask="After which turn of the loop do you return?")
def _(X, layers):
    """You return after the first layer. The `return` stands inside the loop."""
    return forward_layers.reference(X, layers[:1])


@forward_layers.mistake("last-layer-left-out")
def _(X, layers):
    """The last layer is left out. Look at where your loop ends."""
    return forward_layers.reference(X, layers[:-1])


@forward_layers.mistake("layers-backward")
def _(X, layers):
    """You go through the layers from the last to the first. Forward begins at the first."""
    return forward_layers.reference(X, layers[::-1])


@forward_layers.mistake("relu-upside-down")
def _(X, layers):
    """Your ReLU keeps the negative numbers and drops the positive ones. It is the other way
    round."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (np.minimum(z, 0) if layer["activation"] == "relu" else sigmoid(z))

    return _forward(X, layers, step)


@forward_layers.mistake("absolute-value-for-relu")
def _(X, layers):
    """Your ReLU turns negative numbers into positive ones. It makes them 0."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (np.abs(z) if layer["activation"] == "relu" else sigmoid(z))

    return _forward(X, layers, step)


@forward_layers.mistake("relu-of-zeros-and-ones")
def _(X, layers):
    """Your ReLU gives 0 or 1: that is its slope. Its value is z itself where z is positive."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (1.0 * (z > 0) if layer["activation"] == "relu" else sigmoid(z))

    return _forward(X, layers, step)


@forward_layers.mistake("slope-of-sigmoid-for-sigmoid")
def _(X, layers):
    """Where a layer is a sigmoid you apply its slope. Going forward it is the value that counts."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        s = sigmoid(z)
        return z, (np.maximum(z, 0) if layer["activation"] == "relu" else s * (1 - s))

    return _forward(X, layers, step)


@forward_layers.mistake("tanh-for-sigmoid")
def _(X, layers):
    """Where a layer is a sigmoid you apply tanh, which runs from -1 to 1."""

    def step(i, layer, a):
        z = a @ layer["W"] + layer["b"]
        return z, (np.maximum(z, 0) if layer["activation"] == "relu" else np.tanh(z))

    return _forward(X, layers, step)


@forward_layers.mistake("classes-as-output")
def _(X, layers):
    """The output is rounded to 0 and 1. The network's output are the numbers as the last activation
    leaves them; deciding comes later."""
    output, caches = forward_layers.reference(X, layers)
    return (output > 0.5).astype(float), caches


# --- backward_layers ------------------------------------------------------------------------


def cases_for_backward_layers(rng):
    for order in ORDERS:
        m, *widths = sizes(rng, len(order) + 2)
        yield generic(*_run(rng, m, widths, order), m=m, k=widths[-1])
    for note, m, widths, order in SPECIALS:
        yield special(note, *_run(rng, m, widths, order))
    y, caches, layers = _run(rng, 5, (4, 6, 3), (S, S))
    yield special("whole-number targets", y.astype(int), caches, layers)
    yield square(*_run(rng, 4, (4, 4, 4, 4), (R, S, S)))


def _run(rng, m, widths, order):
    """The arguments of backward_layers: random targets, and a forward pass through layers."""
    layers = network(rng, widths, order)
    caches = forward_layers.reference(values(rng, m, widths[0]), layers)[1]
    return rng.integers(0, 2, (m, widths[-1])).astype(float), caches, layers


def slope(activation, z, a):
    """The slope of an activation from its z and a."""
    return z > 0 if activation == "relu" else a * (1 - a)


@exercise(lesson="07", cases=cases_for_backward_layers)
def backward_layers(y, caches, layers):
    """The gradients of the binary cross-entropy, the last layer being a sigmoid with p = caches'
    last a, so that its error term is (p - y)/m.

    y (m, k) of 0s and 1s; caches and layers as in forward_layers → a list with one dict
    {"W": ∂L/∂W, "b": ∂L/∂b} for each layer, first layer first, shapes as in layers.
    """
    grads = []
    delta = (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, {"W": caches[i][0].T @ delta, "b": delta.sum(axis=0)})
        if i > 0:
            _, z, a = caches[i - 1]
            delta = delta @ layers[i]["W"].T * slope(layers[i - 1]["activation"], z, a)
    return grads


@backward_layers.also_right
def backward_layers_with_if(y, caches, layers):
    m = y.shape[0]
    grads = [None] * len(layers)
    for i in range(len(layers) - 1, -1, -1):
        a_prev, z, a = caches[i]
        if i == len(layers) - 1:
            delta = (a - y) / m
        elif layers[i]["activation"] == "relu":
            delta = np.dot(delta, layers[i + 1]["W"].T)
            delta[z <= 0] = 0
        else:
            s = 1 / (1 + np.exp(-z))
            delta = np.dot(delta, layers[i + 1]["W"].T) * s * (1 - s)
        grads[i] = {"W": np.dot(a_prev.T, delta), "b": np.sum(delta, axis=0)}
    return grads


@backward_layers.also_right
def backward_layers_from_dL_da(y, caches, layers):
    p = caches[-1][2]
    da = -(y / p - (1 - y) / (1 - p)) / len(y)
    grads = []
    for (a_prev, _, a), layer in list(zip(caches, layers, strict=True))[::-1]:
        dz = da * (a > 0) if layer["activation"] == "relu" else da * a * (1 - a)
        grads.append({"b": np.ones(len(y)) @ dz, "W": np.einsum("mi,mo->io", a_prev, dz)})
        da = dz @ layer["W"].T
    return tuple(grads[::-1])


@backward_layers.also_right
def backward_layers_example_by_example(y, caches, layers):
    grads = [{"W": np.zeros_like(la["W"]), "b": np.zeros_like(la["b"])} for la in layers]
    for row in range(len(y)):
        delta = (caches[-1][2][row] - y[row]) / len(y)
        for i in reversed(range(len(layers))):
            grads[i]["W"] += np.outer(caches[i][0][row], delta)
            grads[i]["b"] += delta
            z, a = caches[i - 1][1][row], caches[i - 1][2][row]
            if i:
                delta = layers[i]["W"] @ delta * slope(layers[i - 1]["activation"], z, a)
    return grads


def _plain(delta, a_prev):
    return {"W": a_prev.T @ delta, "b": delta.sum(axis=0)}


def _through(delta, W):
    return delta @ W.T


def _back(y, caches, layers, delta=None, through=_through, slope=slope, grads=_plain):
    """The way back, with one piece exchanged for another."""
    result = []
    delta = (caches[-1][2] - y) / len(y) if delta is None else delta
    for i in reversed(range(len(layers))):
        result.insert(0, grads(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i - 1]
            delta = through(delta, layers[i]["W"]) * slope(layers[i - 1]["activation"], z, a)
    return result


@backward_layers.mistake(
    "slope-at-the-output", ask="Sigmoid and cross-entropy: what became of the sigmoid's slope?"
)
def _(y, caches, layers):
    """The slope of the last sigmoid is multiplied in. With binary cross-entropy it cancels: the
    error term at the output is simpler than you make it."""
    p = caches[-1][2]
    return _back(y, caches, layers, delta=(p - y) / len(y) * p * (1 - p))


@backward_layers.mistake("mean-squared-error-delta", ask="Which loss is this the error term of?")
def _(y, caches, layers):
    """Your error term at the output is that of the mean squared error. The loss here is binary
    cross-entropy, whose error term has neither the 2 nor the slope."""
    p = caches[-1][2]
    return _back(y, caches, layers, delta=2 * (p - y) / y.size * p * (1 - p))


@backward_layers.mistake("mean-squared-error-delta-over-m")
def _(y, caches, layers):
    """Your error term at the output is that of a squared error. The loss here is binary
    cross-entropy, whose error term has neither the 2 nor the slope."""
    p = caches[-1][2]
    return _back(y, caches, layers, delta=2 * (p - y) / len(y) * p * (1 - p))


@backward_layers.mistake("factor-2")
def _(y, caches, layers):
    """All gradients are twice too large. The 2 belongs to the square of the mean squared error;
    cross-entropy has none."""
    return _back(y, caches, layers, delta=2 * (caches[-1][2] - y) / len(y))


@backward_layers.mistake("not-averaged", ask="The loss is a mean. Where is its 1/m?")
def _(y, caches, layers):
    """All gradients are m times too large: these are the derivatives of the summed loss. The loss
    is a mean over the examples."""
    return _back(y, caches, layers, delta=caches[-1][2] - y)


@backward_layers.mistake("averaged-over-all-entries", ask="Over what does a cross-entropy average?")
def _(y, caches, layers):
    """All gradients are k times too small: you divide by the number of entries of y. A
    cross-entropy is a mean over the examples, and the outputs of an example are added."""
    return _back(y, caches, layers, delta=(caches[-1][2] - y) / y.size)


@backward_layers.mistake("divided-by-k")
def _(y, caches, layers):
    """You divide by the number of outputs. A cross-entropy is a mean over the examples: look at
    which axis of y they are."""
    return _back(y, caches, layers, delta=(caches[-1][2] - y) / y.shape[1])


@backward_layers.mistake("averaged-twice", ask="Where does the 1/m of the mean live?")
def _(y, caches, layers):
    """All gradients are m times too small: the 1/m is in the error term and comes in once more. It
    belongs to the loss and nowhere else."""
    return _back(y, caches, layers, delta=(caches[-1][2] - y) / len(y) ** 2)


@backward_layers.mistake("averaged-at-every-layer", ask="Where does the 1/m of the mean live?")
def _(y, caches, layers):
    """On the way back, at every layer, the 1/m comes in again and again. The error term holds it
    already."""
    return _back(y, caches, layers, through=lambda d, W: d @ W.T / len(d))


@backward_layers.mistake("sign", ask="Must a gradient point uphill or downhill?")
def _(y, caches, layers):
    """All gradients have the opposite sign, so the update would walk uphill. Look at the order of
    the difference, or for a minus that belongs to the update."""
    return _back(y, caches, layers, delta=(y - caches[-1][2]) / len(y))


@backward_layers.mistake("derivative-by-p-for-delta", ask="∂L/∂p or ∂L/∂z: which one is δ?")
def _(y, caches, layers):
    """Your error term at the output is ∂L/∂p. It belongs to z, so the slope of the last sigmoid is
    still missing from it (or use the short form, where it has cancelled)."""
    p = caches[-1][2]
    return _back(y, caches, layers, delta=(p - y) / (p * (1 - p)) / len(y))


@backward_layers.mistake("z-for-p")
def _(y, caches, layers):
    """The targets are compared with the last layer's z. What is compared with y is its a, the
    probability."""
    return _back(y, caches, layers, delta=(caches[-1][1] - y) / len(y))


@backward_layers.mistake("output-sigmoid-twice")
def _(y, caches, layers):
    """The output goes through the sigmoid once more before it is compared with y. The last a of the
    caches is a probability already."""
    return _back(y, caches, layers, delta=(sigmoid(caches[-1][2]) - y) / len(y))


@backward_layers.mistake(
    "slopes-forgotten", ask="The error came back through the weights. What lies between a and z?"
)
def _(y, caches, layers):
    """The slopes of the hidden activations are left out. The way back goes through the weights and
    then through the activation of the layer it comes to."""
    return _back(y, caches, layers, slope=lambda name, z, a: 1)


@backward_layers.mistake("slope-past-the-sigmoid", ask="Does your slope want to be given z or a?")
def _(y, caches, layers):
    """In hidden layers with a sigmoid the slope goes through the sigmoid once too often: it is
    taken at a, which has been through it already. The other layers are as they should be."""

    def at_a(name, z, a):
        return z > 0 if name == "relu" else sigmoid(a) * (1 - sigmoid(a))

    return _back(y, caches, layers, slope=at_a)


@backward_layers.mistake("slope-z-times-one-minus-z", ask="What does a·(1 - a) want to be given?")
def _(y, caches, layers):
    """In hidden layers with a sigmoid the slope is built from z and 1 - z. That form wants the
    sigmoid's value, which is in the cache as well."""

    def of_z(name, z, a):
        return z > 0 if name == "relu" else z * (1 - z)

    return _back(y, caches, layers, slope=of_z)


@backward_layers.mistake("activation-for-slope")
def _(y, caches, layers):
    """In hidden layers you multiply by the activation's value, not by its slope."""
    return _back(y, caches, layers, slope=lambda name, z, a: a)


@backward_layers.mistake("sigmoid-activation-for-slope")
def _(y, caches, layers):
    """In hidden layers with a sigmoid you multiply by its value, not by its slope. Half of the
    slope is missing."""
    return _back(y, caches, layers, slope=lambda name, z, a: z > 0 if name == "relu" else a)


@backward_layers.mistake("relu-activation-for-slope", ask="How steep is a ReLU at z = 5?")
def _(y, caches, layers):
    """In hidden layers with a ReLU you multiply by its value, not by its slope. How steep a ReLU is
    does not depend on how far above 0 it stands."""
    return _back(y, caches, layers, slope=lambda name, z, a: a if name == "relu" else a * (1 - a))


@backward_layers.mistake("slope-of-relu-everywhere")
def _(y, caches, layers):
    """Every hidden layer gets the slope of a ReLU. Each layer says in its dict which activation it
    has."""
    return _back(y, caches, layers, slope=lambda name, z, a: z > 0)


@backward_layers.mistake("slope-of-sigmoid-everywhere")
def _(y, caches, layers):
    """Every hidden layer gets the slope of a sigmoid, worked out from its a. Each layer says in its
    dict which activation it has."""
    return _back(y, caches, layers, slope=lambda name, z, a: a * (1 - a))


@backward_layers.mistake("slope-of-sigmoid-at-z-everywhere")
def _(y, caches, layers):
    """Every hidden layer gets the slope of a sigmoid, worked out from its z. Each layer says in its
    dict which activation it has."""
    return _back(y, caches, layers, slope=lambda name, z, a: sigmoid(z) * (1 - sigmoid(z)))


@backward_layers.mistake("relu-passed-through")
def _(y, caches, layers):
    """In hidden layers with a ReLU everything is let through: its slope is left out. Where z was
    negative, nothing comes back."""
    return _back(y, caches, layers, slope=lambda name, z, a: 1 if name == "relu" else a * (1 - a))


@backward_layers.mistake("sigmoid-passed-through")
def _(y, caches, layers):
    """In hidden layers with a sigmoid everything is let through: the sigmoid's slope is left
    out."""
    return _back(y, caches, layers, slope=lambda name, z, a: z > 0 if name == "relu" else 1)


@backward_layers.mistake("relu-upside-down")
def _(y, caches, layers):
    """In hidden layers with a ReLU you let back what belongs to negative z and drop the rest. It is
    the other way round: look at your mask."""
    return _back(
        y, caches, layers, slope=lambda name, z, a: z <= 0 if name == "relu" else a * (1 - a)
    )


@backward_layers.mistake(
    "relu-mask-from-the-error", ask="Which sign counts: that of z or that of δ?"
)
def _(y, caches, layers):
    """In hidden layers with a ReLU you drop what is negative in the returning error. It is the z of
    the forward pass that decides what comes back."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            delta = delta @ layers[i]["W"].T
            a, is_relu = caches[i - 1][2], layers[i - 1]["activation"] == "relu"
            delta = delta * (delta > 0) if is_relu else delta * a * (1 - a)
    return grads


def _one_off(y, caches, layers, step, slope=slope):
    """The way back with the form of the slope read from a layer `step` places further on."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i - 1]
            activation = layers[i - 1 + step]["activation"]
            delta = delta @ layers[i]["W"].T * slope(activation, z, a)
    return grads


def _slope_at_z(activation, z, a):
    return z > 0 if activation == "relu" else sigmoid(z) * (1 - sigmoid(z))


def _slope_at_a(activation, z, a):
    return a > 0 if activation == "relu" else a * (1 - a)


@backward_layers.mistake("activation-of-the-layer-after", ask="Whose slope belongs to which error?")
def _(y, caches, layers):
    """The form of the slope is read from the layer that follows: your activation is one place off.
    The error term of a layer takes that layer's own activation."""
    return _one_off(y, caches, layers, 1)


@backward_layers.mistake("activation-of-the-layer-after-at-z")
def _(y, caches, layers):
    """The name of the activation is read from the layer that follows, so a layer gets the slope of
    its neighbour: one place off. The error term of a layer takes that layer's own activation."""
    return _one_off(y, caches, layers, 1, _slope_at_z)


@backward_layers.mistake("activation-of-the-layer-after-at-a")
def _(y, caches, layers):
    """Whether the slope is a ReLU's or a sigmoid's is decided by the layer that follows: one place
    off. The error term of a layer takes that layer's own activation."""
    return _one_off(y, caches, layers, 1, _slope_at_a)


@backward_layers.mistake("activation-of-the-layer-before")
def _(y, caches, layers):
    """The form of the slope is read from the layer before: your activation is one place off. The
    error term of a layer takes that layer's own activation."""
    return _one_off(y, caches, layers, -1)


@backward_layers.mistake("activation-of-the-layer-before-at-z")
def _(y, caches, layers):
    """The name of the activation is read from the layer before, so a layer gets the slope of its
    neighbour: one place off. The error term of a layer takes that layer's own activation."""
    return _one_off(y, caches, layers, -1, _slope_at_z)


@backward_layers.mistake("past-the-first-layer", ask="Which layer is layers[-1]?")
def _(y, caches, layers):
    """Your loop goes on behind the first layer, where no error term is needed: there i - 1 is -1,
    and that is the last layer. The arrays do not fit there (or fit by chance)."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        _, z, a = caches[i - 1]
        delta = delta @ layers[i]["W"].T * slope(layers[i - 1]["activation"], z, a)
    return grads


def _exchanged(slope):
    """The same slope, with the names of the two activations exchanged."""
    return lambda name, z, a: slope("sigmoid" if name == "relu" else "relu", z, a)


@backward_layers.mistake("slopes-exchanged", ask="Which activation has a layer called relu?")
def _(y, caches, layers):
    """The slopes are exchanged: layers with a ReLU get the sigmoid's, and the other way round. Look
    at your `if`."""
    return _back(y, caches, layers, slope=_exchanged(slope))


@backward_layers.mistake("slopes-exchanged-at-z")
def _(y, caches, layers):
    """Layers with a ReLU get the sigmoid's slope, worked out from z, and layers with a sigmoid the
    ReLU's. Look at your `if`."""
    return _back(y, caches, layers, slope=_exchanged(_slope_at_z))


@backward_layers.mistake("slope-of-the-layer-after")
def _(y, caches, layers):
    """What comes back through the weights meets the slope of the layer it comes FROM. The error
    term of a layer takes that layer's own z and a: your cache is one place off."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i]
            delta = delta @ layers[i]["W"].T * slope(layers[i]["activation"], z, a)
    return grads


@backward_layers.mistake("weights-not-transposed", ask="Which way does the error go through W?")
def _(y, caches, layers):
    """The error term meets W as it stands in the forward pass. On the way back it goes from the
    columns of W to its rows, so W must turn."""
    return _back(y, caches, layers, through=lambda d, W: d @ W)


@backward_layers.mistake("operands-swapped")
def _(y, caches, layers):
    """The weights stand on the left of the product, as in books that keep examples in columns. Here
    the rows are examples, so the error term stands on the left."""
    return _back(y, caches, layers, through=lambda d, W: W.T @ d)


@backward_layers.mistake("weights-first")
def _(y, caches, layers):
    """The weights stand on the left of the product and are not turned. Here the rows are examples:
    the error term comes first, and it goes backward through the weights."""
    return _back(y, caches, layers, through=lambda d, W: W @ d)


@backward_layers.mistake("star-for-matmul")
def _(y, caches, layers):
    """The error term and the weights are multiplied entry by entry. Through a layer of weights
    every neuron collects a sum over the next layer, and that is `@`."""
    return _back(y, caches, layers, through=lambda d, W: d * W.T)


@backward_layers.mistake("sent-back-without-weights")
def _(y, caches, layers):
    """The error term reaches the layer before without passing through the weights. A neuron is to
    blame in proportion to the weights that lead on from it."""
    return _back(y, caches, layers, through=lambda d, W: d)


@backward_layers.mistake("summed-and-sent-back-without-weights")
def _(y, caches, layers):
    """Every neuron of a hidden layer gets the same sum of the next layer's error terms: the weights
    play no part. A neuron is to blame in proportion to the weights that lead on from it."""
    return _back(y, caches, layers, through=lambda d, W: d.sum(axis=1, keepdims=True))


@backward_layers.mistake("one-number-sent-back")
def _(y, caches, layers):
    """One single number is sent back to all neurons of all examples, and broadcasting spreads it
    out silently. Each has its own share of the error."""
    return _back(y, caches, layers, through=lambda d, W: np.sum(d @ W.T))


@backward_layers.mistake("weights-of-the-wrong-layer", ask="Which weights lie between two layers?")
def _(y, caches, layers):
    """The error is sent back through the weights of the layer it comes TO. It passes the weights
    that lead on from there: your index is one place off."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i - 1]
            delta = delta @ layers[i - 1]["W"].T * slope(layers[i - 1]["activation"], z, a)
    return grads


@backward_layers.mistake("matmul-for-the-slope", ask="Weights or activation: which is `@`?")
def _(y, caches, layers):
    """The slope comes in with a matrix product. `@` goes through weights; through an activation
    each entry meets only its own slope, and that is `*`."""
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i - 1]
            delta = delta @ layers[i]["W"].T @ (slope(layers[i - 1]["activation"], z, a) * 1.0)
    return grads


@backward_layers.mistake("error-never-sent-back")
def _(y, caches, layers):
    """All layers use the error term of the output. On the way back it changes at every layer:
    something has to be updated at the end of the loop."""
    delta = (caches[-1][2] - y) / len(y)
    return [_plain(delta, a_prev) for a_prev, _, _ in caches]


@backward_layers.mistake(
    "new-error-term-never-used", ask="Which error term does the next turn of the loop begin with?"
)
def _(y, caches, layers):
    """The output's error term serves every layer, and with three layers or more it meets weights
    that it does not fit. So it is when each new error term gets a name of its own and the next turn
    goes on with the old one: look at what changes from turn to turn."""
    delta = (caches[-1][2] - y) / len(y)
    for layer in layers[1:-1][::-1]:
        _through(delta, layer["W"])
    return [_plain(delta, a_prev) for a_prev, _, _ in caches]


@backward_layers.mistake(
    "always-back-from-the-output", ask="From which layer does an error come to this one?"
)
def _(y, caches, layers):
    """Right for two layers, but with more the output's error term meets weights that it does not
    fit, as when every layer goes back from the output. The way back goes layer by layer, each from
    the error term of the one that follows."""
    deltas = [(caches[-1][2] - y) / len(y)]
    for (_, z, a), layer, after in list(zip(caches, layers, layers[1:], strict=False))[::-1]:
        way = slope(layer["activation"], z, a)
        deltas.insert(0, _through(deltas[-1], after["W"]) * way)
    return [_plain(delta, a_prev) for delta, (a_prev, _, _) in zip(deltas, caches, strict=True)]


def _updated_on_the_way(y, caches, layers, rate):
    """The gradients where each W makes a step of that rate before the error goes through it."""
    result, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        result.insert(0, _plain(delta, caches[i][0]))
        if i > 0:
            _, z, a = caches[i - 1]
            W = layers[i]["W"] - rate * result[0]["W"]
            delta = _through(delta, W) * slope(layers[i - 1]["activation"], z, a)
    return result


def _went_through_updated_weights(result, y, caches, layers):
    """Whether the gradients are those of weights updated on the way, at any one rate."""
    right, one = (_updated_on_the_way(y, caches, layers, rate)[-2]["W"] for rate in (0, 1))
    rate = np.vdot(one - right, result[-2]["W"] - right) / np.vdot(one - right, one - right)
    updated = _updated_on_the_way(y, caches, layers, rate)
    return abs(rate) > 1e-9 and same(updated, list(result), 1e-5)


@backward_layers.mistake(
    "updated-on-the-way",
    ask="Forward, gradients, update: why are they never mixed?",
    when=_went_through_updated_weights,
)
def _(y, caches, layers):
    """The last layer's gradients are right; the error then went back through weights that had been
    updated already. All gradients belong to the same weights: first all of them, then the
    update."""
    return _updated_on_the_way(y, caches, layers, 1)


@backward_layers.mistake(
    "error-averaged-before-going-back", ask="How many error terms has a batch?"
)
def _(y, caches, layers):
    """The error is averaged over the examples before it goes back. Every example keeps its own
    error terms, down to the first layer."""
    return _back(y, caches, layers, through=lambda d, W: d.mean(axis=0) @ W.T)


@backward_layers.mistake("error-summed-before-going-back")
def _(y, caches, layers):
    """The error is summed over the examples before it goes back. Every example keeps its own error
    terms, down to the first layer."""
    return _back(y, caches, layers, through=lambda d, W: d.sum(axis=0) @ W.T)


@backward_layers.mistake("a-for-a_prev", ask="Which array met W in the forward pass?")
def _(y, caches, layers):
    """The gradients of the weights are made with what came OUT of each layer. What belongs there is
    what went in and met W in the forward pass."""
    grads = backward_layers.reference(y, caches, layers)
    deltas = _deltas(y, caches, layers)
    return [g | {"W": a.T @ d} for g, d, (_, _, a) in zip(grads, deltas, caches, strict=True)]


@backward_layers.mistake("z-for-a_prev")
def _(y, caches, layers):
    """From the second layer on, the gradients of the weights are made with the z of the layer
    before. What met W in the forward pass had been through the activation."""
    before = [caches[0][0], *(z for _, z, _ in caches[:-1])]
    grads = backward_layers.reference(y, caches, layers)
    deltas = _deltas(y, caches, layers)
    return [g | {"W": z.T @ d} for g, d, z in zip(grads, deltas, before, strict=True)]


@backward_layers.mistake("X-for-a_prev")
def _(y, caches, layers):
    """From the second layer on, the gradients of the weights are made with the network's input as
    well. Each layer's W met what went into THAT layer."""
    grads = backward_layers.reference(y, caches, layers)
    deltas = _deltas(y, caches, layers)
    return [g | {"W": caches[0][0].T @ d} for g, d in zip(grads, deltas, strict=True)]


def _deltas(y, caches, layers):
    """The error terms of all layers."""
    return [g["delta"] for g in _back(y, caches, layers, grads=lambda d, a: {"delta": d})]


@backward_layers.mistake(
    "transposed", ask="A gradient has the shape of its parameter: which is it?"
)
def _(y, caches, layers):
    """The gradients of the weights lie on their sides: the factors of the product have changed
    places. A gradient has the shape of its parameter."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": d.T @ a, "b": d.sum(axis=0)})


@backward_layers.mistake("transpose-missing")
def _(y, caches, layers):
    """A transpose is missing in the gradients of the weights. The sum goes over the examples, so
    the m of both arrays must meet in the middle of the product."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a @ d, "b": d.sum(axis=0)})


@backward_layers.mistake("weights-divided-by-m-again", ask="Where does the 1/m of the mean live?")
def _(y, caches, layers):
    """The gradients of the weights are divided by m once more. The error term holds the 1/m
    already."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d / len(d), "b": d.sum(axis=0)})


@backward_layers.mistake("biases-averaged", ask="Where does the 1/m of the mean live?")
def _(y, caches, layers):
    """For the biases you take a mean over the examples where the sum belongs. The error term holds
    the 1/m already."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d, "b": d.mean(axis=0)})


@backward_layers.mistake(
    "biases-not-summed", ask="One bias, m examples: how many gradients has it?"
)
def _(y, caches, layers):
    """For the biases you give the error terms themselves, a row for each example. One bias serves
    all the examples, so their shares are added up."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d, "b": d})


@backward_layers.mistake("biases-with-two-axes")
def _(y, caches, layers):
    """The gradients of the biases come as tables of one row. A gradient has the shape of its
    parameter, and a bias has one axis: look at `keepdims`."""
    return _back(
        y, caches, layers, grads=lambda d, a: {"W": a.T @ d, "b": d.sum(axis=0, keepdims=True)}
    )


@backward_layers.mistake("biases-summed-over-neurons", ask="Which axis are the examples?")
def _(y, caches, layers):
    """For the biases the neurons are added up and the examples kept. A bias has one number for each
    neuron: look at the axis."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d, "b": d.sum(axis=1)})


@backward_layers.mistake("biases-summed-to-one-number")
def _(y, caches, layers):
    """For the biases everything is added into one number. Every neuron has a bias of its own: an
    axis has to be named."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d, "b": d.sum()})


@backward_layers.mistake("biases-missing")
def _(y, caches, layers):
    """Your dicts hold no b. The biases learn as well and need their gradients."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": a.T @ d})


@backward_layers.mistake("other-names")
def _(y, caches, layers):
    """The names in your dicts begin with a d. They should be those of the layers, W and b."""
    return _back(y, caches, layers, grads=lambda d, a: {"dW": a.T @ d, "db": d.sum(axis=0)})


@backward_layers.mistake("pairs-for-dicts")
def _(y, caches, layers):
    """Each layer has a pair. A dict with the names W and b is asked for."""
    return _back(y, caches, layers, grads=lambda d, a: (a.T @ d, d.sum(axis=0)))


@backward_layers.mistake("last-layer-first", ask="In which order did you meet the layers?")
def _(y, caches, layers):
    """Your list begins with the last layer, in the order of the way back. It should begin with the
    first, like `layers`."""
    return backward_layers.reference(y, caches, layers)[::-1]


@backward_layers.mistake("first-layer-missing")
def _(y, caches, layers):
    """The first layer has no gradients. The way back ends at its weights: look at where your loop
    ends."""
    return backward_layers.reference(y, caches, layers)[1:]


@backward_layers.mistake("last-layer-missing")
def _(y, caches, layers):
    """The last layer has no gradients. It has weights as well: look at where your loop begins."""
    return backward_layers.reference(y, caches, layers)[:-1]


@backward_layers.mistake("return-in-the-loop", ask="After which turn of the loop do you return?")
def _(y, caches, layers):
    """Only the last layer has gradients. The `return` stands inside the loop."""
    return backward_layers.reference(y, caches, layers)[-1:]


@backward_layers.mistake("first-layer-only")
def _(y, caches, layers):
    """One dict comes back, that of the first layer: each turn of the loop overwrites the one
    before. There is one dict for each layer, in a list."""
    return backward_layers.reference(y, caches, layers)[0]


@backward_layers.mistake("one-dict-for-all-layers", ask="How many dicts are there in [{}] * 3?")
def _(y, caches, layers):
    """Every layer has the gradients of the first one, as when a single dict stands in all places of
    the list and each turn of the loop overwrites it. Every layer needs a dict of its own."""
    return backward_layers.reference(y, caches, layers)[:1] * len(layers)


@backward_layers.mistake("error-terms-for-gradients", ask="δ is ∂L/∂z. What turns it into ∂L/∂W?")
def _(y, caches, layers):
    """Under W you give back the error terms. An error term is ∂L/∂z; to reach a weight it has still
    to meet what went into the layer."""
    return _back(y, caches, layers, grads=lambda d, a: {"W": d, "b": d.sum(axis=0)})


@backward_layers.mistake(
    "updated-layers", ask="Backpropagation, descent, learning: which is which?"
)
def _(y, caches, layers):
    """You give back layers after a step. Backpropagation only works the gradients out; the update
    is a phase of its own."""
    grads = backward_layers.reference(y, caches, layers)
    return [{n: layer[n] - g[n] for n in g} for layer, g in zip(layers, grads, strict=True)]


# Two mistakes at once: one in the error terms and one in the gradients, or one in each error term.

AT_THE_OUTPUT = {
    "slope-at-the-output": lambda y, p: (p - y) / len(y) * p * (1 - p),
    "mean-squared-error-delta": lambda y, p: 2 * (p - y) / y.size * p * (1 - p),
    "derivative-by-p-for-delta": lambda y, p: (p - y) / (p * (1 - p)) / len(y),
}
ON_THE_WAY = {
    "slopes-forgotten": lambda name, z, a: 1,
    "slope-past-the-sigmoid": lambda name, z, a: (
        z > 0 if name == "relu" else slope(S, a, sigmoid(a))
    ),
    "slope-of-relu-everywhere": lambda name, z, a: z > 0,
    "slope-of-sigmoid-everywhere": lambda name, z, a: a * (1 - a),
    "relu-passed-through": lambda name, z, a: 1 if name == "relu" else a * (1 - a),
}
IN_THE_GRADIENTS = {
    "biases-averaged": lambda d, a: {"W": a.T @ d, "b": d.mean(axis=0)},
    "biases-not-summed": lambda d, a: {"W": a.T @ d, "b": d},
    "biases-with-two-axes": lambda d, a: {"W": a.T @ d, "b": d.sum(axis=0, keepdims=True)},
    "weights-divided-by-m-again": lambda d, a: {"W": a.T @ d / len(d), "b": d.sum(axis=0)},
    "transposed": lambda d, a: {"W": d.T @ a, "b": d.sum(axis=0)},
    "biases-missing": lambda d, a: {"W": a.T @ d},
    "other-names": lambda d, a: {"dW": a.T @ d, "db": d.sum(axis=0)},
}


def _two_mistakes(first, second):
    def with_both(y, caches, layers):
        pieces = {"slope": ON_THE_WAY.get(first) or ON_THE_WAY.get(second) or slope}
        pieces["grads"] = IN_THE_GRADIENTS.get(second, _plain)
        if first in AT_THE_OUTPUT:
            pieces["delta"] = AT_THE_OUTPUT[first](y, caches[-1][2])
        grads = _back(y, caches, layers, **pieces)
        return grads[::-1] if second == "last-layer-first" else grads

    backward_layers.combination(first, second)(with_both)


for pair in (
    *itertools.product(AT_THE_OUTPUT, ON_THE_WAY),
    *itertools.product([*AT_THE_OUTPUT, *ON_THE_WAY], [*IN_THE_GRADIENTS, "last-layer-first"]),
):
    _two_mistakes(*pair)

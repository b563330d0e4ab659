"""Graded problem of lesson 04, a road past the hidden layer: skip_forward, skip_backprop."""

from types import SimpleNamespace

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _slope(z):
    return _sigmoid(z) * (1 - _sigmoid(z))


def _params(rng, n_in, h, k):
    """Random parameters of a network with a hidden layer of h neurons and a road past it."""
    return {
        "W1": values(rng, n_in, h),
        "b1": values(rng, h),
        "W2": values(rng, h, k),
        "b2": values(rng, k),
        "W3": values(rng, n_in, k),
    }


# --- skip_forward ---------------------------------------------------------------------------


def cases_for_skip_forward(rng):
    """Networks of different sizes, a batch of one, a single output, inputs in whole numbers."""
    for _ in range(3):
        m, n_in, h, k = sizes(rng, 4)
        yield generic(values(rng, m, n_in), _params(rng, n_in, h, k), m=m, n_in=n_in, h=h, k=k)
    yield special("a batch of one example", values(rng, 1, 4), _params(rng, 4, 5, 3))
    yield special("a single output", values(rng, 6, 3), _params(rng, 3, 4, 1))
    whole = np.array([[1, 0, 2, 1], [0, 3, 1, 1], [2, 1, 0, 4]])
    yield special("whole-number inputs", whole, _params(rng, 4, 5, 3))
    yield square(values(rng, 4, 4), _params(rng, 4, 4, 4))


@exercise(lesson="04", cases=cases_for_skip_forward, graded=True)
def skip_forward(X, params):
    """The output of a network with a sigmoid hidden layer and a road that leads past it.

    X (m, n_in); params W1 (n_in, h), b1 (h,), W2 (h, k), b2 (k,), W3 (n_in, k) → (m, k).
    """
    hidden = _sigmoid(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + X @ params["W3"] + params["b2"]


@skip_forward.also_right
def _with_tables_side_by_side(X, params):
    hidden = 1 / (1 + np.exp(-(np.dot(X, params["W1"]) + params["b1"])))
    both = np.concatenate([hidden, X], axis=1)
    return both @ np.concatenate([params["W2"], params["W3"]], axis=0) + params["b2"]


@skip_forward.also_right
def _with_loops(X, params):
    rows = []
    for x in X:
        hidden = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
        rows.append(
            [
                sum(hidden[j] * params["W2"][j, o] for j in range(len(hidden)))
                + sum(x[i] * params["W3"][i, o] for i in range(len(x)))
                + params["b2"][o]
                for o in range(len(params["b2"]))
            ]
        )
    return np.array(rows)


@skip_forward.also_right
def _with_einsum(X, params):
    hidden = (1 + np.tanh((np.einsum("mi,ih->mh", X, params["W1"]) + params["b1"]) / 2)) / 2
    y_hat = np.einsum("mh,hk->mk", hidden, params["W2"])
    y_hat += np.einsum("mi,ik->mk", X, params["W3"])
    y_hat += params["b2"]
    return y_hat


@skip_forward.also_right
def _in_float32(X, params):
    W1, b1, W2, b2, W3 = (params[n].astype(np.float32) for n in ("W1", "b1", "W2", "b2", "W3"))
    X = X.astype(np.float32)
    return _sigmoid(X @ W1 + b1) @ W2 + X @ W3 + b2


def _roads(X, params, bend=_sigmoid):
    """What arrives at the output through the hidden layer, and past it."""
    return bend(X @ params["W1"] + params["b1"]) @ params["W2"], X @ params["W3"]


@skip_forward.mistake("road-past-forgotten", ask="How many roads lead from X to the output?")
def _(X, params):
    """The road that leads past the hidden layer is missing: W3 plays no part in your output."""
    return _roads(X, params)[0] + params["b2"]


@skip_forward.mistake("hidden-road-forgotten", ask="How many roads lead from X to the output?")
def _(X, params):
    """Only the road past the hidden layer arrives, so this is a linear model. What the hidden
    neurons say belongs into the sum as well."""
    return _roads(X, params)[1] + params["b2"]


@skip_forward.mistake("output-through-a-sigmoid", ask="Which of the layers has a bend?")
def _(X, params):
    """Your output goes through a sigmoid and stays between 0 and 1. The output of this network is
    linear: only the hidden layer is bent."""
    through, past = _roads(X, params)
    return _sigmoid(through + past + params["b2"])


@skip_forward.mistake("road-past-through-a-sigmoid", ask="What does the road past the bend avoid?")
def _(X, params):
    """The road past the hidden layer goes through a sigmoid of its own. It is there so that the
    input can reach the output without a bend."""
    through, past = _roads(X, params)
    return through + _sigmoid(past) + params["b2"]


@skip_forward.mistake("hidden-road-bent-again")
def _(X, params):
    """What comes out of W2 goes through a second sigmoid before the roads are added. Only the
    hidden neurons bend; what arrives at the output is added as it is."""
    through, past = _roads(X, params)
    return _sigmoid(through + params["b2"]) + past


@skip_forward.mistake("hidden-not-bent", ask="Two linear layers in a row: what are they?")
def _(X, params):
    """The hidden layer hands its pre-activation on without the sigmoid. Without a bend both roads
    together are one linear layer."""
    through, past = _roads(X, params, bend=lambda z: z)
    return through + past + params["b2"]


@skip_forward.mistake("hidden-relu")
def _(X, params):
    """Your hidden layer is a ReLU. In this network it is a sigmoid."""
    through, past = _roads(X, params, bend=lambda z: np.maximum(z, 0))
    return through + past + params["b2"]


@skip_forward.mistake("hidden-tanh")
def _(X, params):
    """Your hidden layer is a tanh. In this network it is a sigmoid."""
    through, past = _roads(X, params, bend=np.tanh)
    return through + past + params["b2"]


@skip_forward.mistake("b1-forgotten")
def _(X, params):
    """b1 is missing. It is added to the pre-activation of the hidden layer, before the sigmoid."""
    through, past = _roads(X, params | {"b1": 0})
    return through + past + params["b2"]


@skip_forward.mistake("b1-after-the-sigmoid", ask="What does a bias shift: z or a?")
def _(X, params):
    """b1 is added to the hidden activations. A bias belongs into the pre-activation, so it comes
    before the sigmoid."""
    hidden = _sigmoid(X @ params["W1"]) + params["b1"]
    return hidden @ params["W2"] + X @ params["W3"] + params["b2"]


@skip_forward.mistake("b2-forgotten")
def _(X, params):
    """b2 is missing: your output is right but for one number per column."""
    return sum(_roads(X, params))


@skip_forward.mistake("both-biases-forgotten")
def _(X, params):
    """Neither b1 nor b2 is used. Each of the two layers has a bias."""
    return sum(_roads(X, params | {"b1": 0}))


@skip_forward.mistake("b2-twice", ask="How many biases does an output neuron have?")
def _(X, params):
    """b2 is in your output twice, once for each road. An output neuron has one bias, whatever the
    number of roads that lead to it."""
    return sum(_roads(X, params)) + 2 * params["b2"]


@skip_forward.mistake("roads-averaged", ask="Roads that meet: are they added or averaged?")
def _(X, params):
    """You take the mean of the two roads. Where roads meet they are added."""
    return sum(_roads(X, params)) / 2 + params["b2"]


@skip_forward.mistake("roads-multiplied", ask="Roads that meet: are they added or multiplied?")
def _(X, params):
    """You multiply the two roads, entry by entry. Where roads meet they are added."""
    through, past = _roads(X, params)
    return through * past + params["b2"]


@skip_forward.mistake("road-past-subtracted")
def _(X, params):
    """The road past the hidden layer is taken off where it should be added: look at the sign before
    it."""
    through, past = _roads(X, params)
    return through - past + params["b2"]


@skip_forward.mistake("road-past-begins-at-the-hidden-layer", ask="Where does the road begin?")
def _(X, params):
    """W3 is applied to the hidden activations. The road past the hidden layer begins at the input;
    with sizes that differ the shapes do not fit."""
    hidden = _sigmoid(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + hidden @ params["W3"] + params["b2"]


@skip_forward.mistake("road-past-joins-before-the-bend", ask="Where does the road end?")
def _(X, params):
    """The road past the hidden layer joins at the hidden layer's pre-activation. It ends at the
    output: W3 has as many columns as the output has neurons."""
    z = X @ params["W1"] + params["b1"] + X @ params["W3"]
    return _sigmoid(z) @ params["W2"] + params["b2"]


@skip_forward.mistake("star-for-matmul", ask="What does `*` do with two tables?")
def _(X, params):
    """A product is made with `*`, entry by entry. Through a layer of weights goes a matrix
    product."""
    hidden = _sigmoid(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + X * params["W3"] + params["b2"]


@skip_forward.combination("road-past-forgotten", "output-through-a-sigmoid")
def _(X, params):
    return _sigmoid(_roads(X, params)[0] + params["b2"])


@skip_forward.combination("output-through-a-sigmoid", "b2-forgotten")
def _(X, params):
    return _sigmoid(sum(_roads(X, params)))


# --- skip_backprop --------------------------------------------------------------------------


def cases_for_skip_backprop(rng):
    """Networks of different sizes, one of them large, a batch of one, a single output, targets in
    whole numbers."""
    for _ in range(3):
        m, n_in, h, k = sizes(rng, 4)
        X, y, params = values(rng, m, n_in), values(rng, m, k), _params(rng, n_in, h, k)
        yield generic(X, y, params, m=m, n_in=n_in, h=h, k=k)
    yield special(
        "a batch of one example", values(rng, 1, 4), values(rng, 1, 3), _params(rng, 4, 5, 3)
    )
    yield special("a single output", values(rng, 6, 3), values(rng, 6, 1), _params(rng, 3, 4, 1))
    whole = np.array([[1, 0, 1], [0, 2, 1], [3, 1, 0], [0, 0, 1]])
    yield special("whole-number targets", values(rng, 4, 5), whole, _params(rng, 5, 6, 3))
    # Backpropagation takes a millisecond here; to nudge every weight takes many seconds.
    large = values(rng, 3, 500), values(rng, 3, 40), _params(rng, 500, 250, 40)
    yield special("a network of many thousand weights", *large)
    yield square(values(rng, 4, 4), values(rng, 4, 4), _params(rng, 4, 4, 4))


@exercise(lesson="04", cases=cases_for_skip_backprop, graded=True)
def skip_backprop(X, y, params):
    """The gradient of the mean squared error with respect to every parameter of skip_forward.

    X (m, n_in), y (m, k); params as in skip_forward → a dict with its keys and shapes.
    """
    a1 = _sigmoid(X @ params["W1"] + params["b1"])
    y_hat = a1 @ params["W2"] + X @ params["W3"] + params["b2"]
    delta2 = 2 * (y_hat - y) / y.size
    delta1 = delta2 @ params["W2"].T * a1 * (1 - a1)
    return {
        "W1": X.T @ delta1,
        "b1": delta1.sum(axis=0),
        "W2": a1.T @ delta2,
        "b2": delta2.sum(axis=0),
        "W3": X.T @ delta2,
    }


@skip_backprop.also_right
def _example_by_example(X, y, params):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, target in zip(X, y, strict=True):
        z1 = x @ params["W1"] + params["b1"]
        a1 = 1 / (1 + np.exp(-z1))
        error = a1 @ params["W2"] + x @ params["W3"] + params["b2"] - target
        delta2 = 2 * error / (y.shape[0] * y.shape[1])
        delta1 = (params["W2"] @ delta2) * a1 * (1 - a1)
        grads["W1"] += np.outer(x, delta1)
        grads["b1"] += delta1
        grads["W2"] += np.outer(a1, delta2)
        grads["b2"] += delta2
        grads["W3"] += np.outer(x, delta2)
    return grads


@skip_backprop.also_right
def _backprop_with_einsum(X, y, params):
    W1, b1, W2, b2, W3 = (params[name] for name in ("W1", "b1", "W2", "b2", "W3"))
    z1 = np.einsum("mi,ih->mh", X, W1) + b1
    a1 = (1 + np.tanh(z1 / 2)) / 2
    delta2 = (a1 @ W2 + X @ W3 + b2 - y) * (2.0 / np.prod(y.shape))
    delta1 = np.einsum("mk,hk->mh", delta2, W2) * np.exp(-z1) / (1 + np.exp(-z1)) ** 2
    return {
        "b2": np.ones(len(X)) @ delta2,
        "W3": np.einsum("mi,mk->ik", X, delta2),
        "W2": np.einsum("mh,mk->hk", a1, delta2),
        "b1": np.einsum("mh->h", delta1),
        "W1": np.einsum("mi,mh->ih", X, delta1),
    }


@skip_backprop.also_right
def _with_one_output_layer(X, y, params):
    """The two roads into the output as one layer whose input has both tables side by side."""
    a1 = _sigmoid(X @ params["W1"] + params["b1"])
    both, W = np.hstack([a1, X]), np.vstack([params["W2"], params["W3"]])
    delta2 = 2 * (both @ W + params["b2"] - y) / y.size
    h = a1.shape[1]
    back, dW = delta2 @ W.T, both.T @ delta2
    delta1 = back[:, :h] * _slope(X @ params["W1"] + params["b1"])
    return {
        "W1": X.T @ delta1,
        "b1": delta1.sum(0),
        "W2": dW[:h],
        "b2": delta2.sum(0),
        "W3": dW[h:],
    }


@skip_backprop.also_right
def _backprop_in_float32(X, y, params):
    grads = skip_backprop(X, y, params)
    return {name: grad.astype(np.float32) for name, grad in grads.items()}


def _pass(X, y, params, without=(), bend=_sigmoid):
    """Both passes with every value that a wrong version may reach for."""
    p = SimpleNamespace(**params | {name: np.zeros_like(params[name]) for name in without})
    s = SimpleNamespace(X=X, y=y, W1=p.W1, W2=p.W2, W3=p.W3, m=len(X))
    s.z1 = X @ p.W1 + p.b1
    s.a1 = bend(s.z1)
    s.y_hat = s.a1 @ p.W2 + X @ p.W3 + p.b2
    s.delta2 = 2 * (s.y_hat - y) / y.size
    s.back = s.delta2 @ p.W2.T
    s.delta1 = s.back * _slope(s.z1)
    return s


def _grads(s, delta2=None, delta1=None):
    """The gradients; a changed output δ goes on to the hidden layer."""
    if delta2 is not None and delta1 is None:
        delta1 = delta2 @ s.W2.T * _slope(s.z1)
    d2, d1 = s.delta2 if delta2 is None else delta2, s.delta1 if delta1 is None else delta1
    return {
        "W1": s.X.T @ d1,
        "b1": d1.sum(axis=0),
        "W2": s.a1.T @ d2,
        "b2": d2.sum(axis=0),
        "W3": s.X.T @ d2,
    }


@skip_backprop.mistake("slope-at-the-output", ask="Which slope belongs to a linear output?")
def _(X, y, params):
    """Your output δ holds the slope of a sigmoid. The output of this network is linear: nothing
    bends between the sum and ŷ."""
    s = _pass(X, y, params)
    return _grads(s, s.delta2 * _slope(s.y_hat))


@skip_backprop.mistake("backprop-of-the-lesson", ask="What is new in this network?")
def _(X, y, params):
    """These are the gradients of this lesson's own network: a sigmoid at its end, and no road past
    the hidden layer. Here the output is linear, and W3 belongs to the forward pass and to the
    gradients."""
    s = _pass(X, y, params, without=["W3"])
    y_hat = _sigmoid(s.y_hat)
    grads = _grads(s, 2 * (y_hat - y) / y.size * y_hat * (1 - y_hat))
    return {name: grads[name] for name in ("W1", "b1", "W2", "b2")}


@skip_backprop.mistake("sigmoid-at-the-output", ask="Which of the layers has a bend?")
def _(X, y, params):
    """Your output layer is a sigmoid, forward and back. The output of this network is linear: only
    the hidden layer is bent."""
    s = _pass(X, y, params)
    return _grads(s, 2 * (_sigmoid(s.y_hat) - y) / y.size * _slope(s.y_hat))


@skip_backprop.mistake("hidden-slope-forgotten", ask="`@` through weights; and through a bend?")
def _(X, y, params):
    """The hidden δ is sent back through the weights, and stops before the bend: the slope of the
    sigmoid is missing, so W1 and b1 come out wrong."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.back)


@skip_backprop.mistake("hidden-slope-past-the-sigmoid", ask="Is the slope taken at z or at a?")
def _(X, y, params):
    """The slope of the hidden layer goes through the sigmoid once too often: it is taken at the
    activation, which has been through it already."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.back * _slope(s.a1))


@skip_backprop.mistake("hidden-slope-z-times-one-minus-z")
def _(X, y, params):
    """Your hidden slope is made of the pre-activation and one minus it. That form wants the value
    of the sigmoid."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.back * s.z1 * (1 - s.z1))


@skip_backprop.mistake("road-past-sent-to-the-hidden-layer", ask="Does the road touch a neuron?")
def _(X, y, params):
    """δ also comes back to the hidden layer through W3. The road past the hidden layer touches none
    of its neurons, so their δ comes through W2 alone."""
    s = _pass(X, y, params)
    return _grads(s, delta1=(s.back + s.delta2 @ s.W3.T) * _slope(s.z1))


@skip_backprop.mistake("hidden-delta-through-W3")
def _(X, y, params):
    """δ comes back to the hidden layer through W3. The hidden neurons speak to the output through
    W2, and on the way back they are reached through the same weights."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W3.T * _slope(s.z1))


@skip_backprop.mistake("W3-from-the-hidden-activations", ask="What came into W3?")
def _(X, y, params):
    """The gradient of W3 is made with the hidden activations. What came into W3 is the input
    itself; look at the shape."""
    s = _pass(X, y, params)
    return _grads(s) | {"W3": s.a1.T @ s.delta2}


@skip_backprop.mistake("W3-from-the-hidden-delta", ask="Which neurons does W3 lead to?")
def _(X, y, params):
    """The gradient of W3 is made with the hidden layer's δ. W3 leads to the output, so it is the
    output's δ that counts."""
    s = _pass(X, y, params)
    return _grads(s) | {"W3": s.X.T @ s.delta1}


@skip_backprop.mistake("W3-transposed")
def _(X, y, params):
    """The gradient of W3 lies on its side. A gradient has the shape of its parameter."""
    s = _pass(X, y, params)
    return _grads(s) | {"W3": s.delta2.T @ s.X}


@skip_backprop.mistake("W3-zero", ask="Which parameters does this network learn?")
def _(X, y, params):
    """For W3 you give zeros, so the road past the hidden layer would never learn."""
    s = _pass(X, y, params)
    return _grads(s) | {"W3": np.zeros_like(s.W3)}


@skip_backprop.mistake("W3-missing", ask="How many parameters does this network have?")
def _(X, y, params):
    """Your dict holds no W3. Each of the five parameters needs its gradient."""
    grads = _grads(_pass(X, y, params))
    return {name: grads[name] for name in ("W1", "b1", "W2", "b2")}


@skip_backprop.mistake("tuple-for-dict")
def _(X, y, params):
    """The gradients come as a tuple. A dict with the names of `params` is asked for."""
    return tuple(_grads(_pass(X, y, params)).values())


@skip_backprop.mistake("road-past-forgotten-forward", ask="Which ŷ does the loss see?")
def _(X, y, params):
    """In your forward pass the road past the hidden layer is missing, so ŷ is another one and every
    gradient is taken at the wrong place."""
    return _grads(_pass(X, y, params, without=["W3"]))


@skip_backprop.mistake("b1-forgotten-forward")
def _(X, y, params):
    """b1 is left out of the forward pass, so every gradient is taken at the wrong place."""
    return _grads(_pass(X, y, params, without=["b1"]))


@skip_backprop.mistake("b2-forgotten-forward")
def _(X, y, params):
    """b2 is left out of the forward pass, so ŷ is another one and every gradient is taken at the
    wrong place."""
    return _grads(_pass(X, y, params, without=["b2"]))


@skip_backprop.mistake("biases-forgotten-forward")
def _(X, y, params):
    """Both biases are left out of the forward pass, so every gradient is taken at the wrong
    place."""
    return _grads(_pass(X, y, params, without=["b1", "b2"]))


@skip_backprop.mistake("delta-shared-out", ask="Two roads lead to a neuron: how many δ has it?")
def _(X, y, params):
    """The output's δ is halved, one half for each road. It says how the loss depends on the sum;
    each road that ends in the sum gets all of it."""
    s = _pass(X, y, params)
    return _grads(s, s.delta2 / 2) | {"b2": s.delta2.sum(axis=0)}


@skip_backprop.mistake("b2-counted-twice", ask="How often does b2 stand in ŷ?")
def _(X, y, params):
    """The gradient of b2 is twice as large as it should be: it is counted once for each road. b2
    stands in the output once."""
    s = _pass(X, y, params)
    return _grads(s) | {"b2": 2 * s.delta2.sum(axis=0)}


@skip_backprop.mistake("raw-error", ask="Is the error term the error?")
def _(X, y, params):
    """Your output δ is the plain error. The derivative of the mean of squares has a factor in front
    and a number below: both are missing."""
    s = _pass(X, y, params)
    return _grads(s, s.y_hat - y)


@skip_backprop.mistake("raw-error-sent-back", ask="What goes back through W2: error or δ?")
def _(X, y, params):
    """The plain error is sent back to the hidden layer. What goes back through W2 is the output's
    δ, with its factor and its mean."""
    s = _pass(X, y, params)
    return _grads(s, delta1=(s.y_hat - y) @ s.W2.T * _slope(s.z1))


@skip_backprop.mistake("way-back-not-transposed", ask="In which direction is W2 used here?")
def _(X, y, params):
    """On the way back δ goes through W2 as on the way there. (m, k) is to become (m, h): W2 has to
    be turned on its side."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2 * _slope(s.z1))


@skip_backprop.mistake("factor-2-missing", ask="What does a square leave in front?")
def _(X, y, params):
    """All your gradients are half of what they should be. The loss is the mean of the squares
    themselves, not of half the squares."""
    s = _pass(X, y, params)
    return _grads(s, s.delta2 / 2)


@skip_backprop.mistake("divided-by-m-only", ask="Over how many numbers goes the mean?")
def _(X, y, params):
    """Your gradients are k times too large: you divide by the number of examples. The loss is a
    mean over all entries of y."""
    s = _pass(X, y, params)
    return _grads(s, 2 * (s.y_hat - y) / s.m)


@skip_backprop.mistake("half-squares-over-examples")
def _(X, y, params):
    """This fits a loss of half the squares, averaged over the examples only. Here it is the whole
    squares, averaged over all entries."""
    s = _pass(X, y, params)
    return _grads(s, (s.y_hat - y) / s.m)


@skip_backprop.mistake("not-averaged", ask="The loss is a mean. Where is its 1/…?")
def _(X, y, params):
    """Your gradients are m·k times too large: this is the derivative of the sum of squares, and the
    loss is their mean."""
    s = _pass(X, y, params)
    return _grads(s, 2 * (s.y_hat - y))


@skip_backprop.mistake("sign", ask="Which way is the error taken?")
def _(X, y, params):
    """All your gradients have the opposite sign, so the update would walk uphill: the order of the
    difference decides."""
    s = _pass(X, y, params)
    return _grads(s, -s.delta2)


@skip_backprop.mistake("weights-divided-by-m-again", ask="Where does the 1/m live?")
def _(X, y, params):
    """The gradients of W1, W2 and W3 are divided by m once more. The error terms hold the mean
    already."""
    grads = _grads(_pass(X, y, params))
    return {n: grads[n] / len(X) if n[0] == "W" else grads[n] for n in grads}


@skip_backprop.mistake("biases-averaged", ask="Where does the 1/m live?")
def _(X, y, params):
    """For b1 and b2 you take a mean over the examples where the sum belongs. The error terms hold
    the 1/m already."""
    grads = _grads(_pass(X, y, params))
    return grads | {name: grads[name] / len(X) for name in ("b1", "b2")}


@skip_backprop.mistake("biases-not-summed", ask="One bias, m examples: how many gradients?")
def _(X, y, params):
    """For b1 and b2 you give the error terms themselves, a row for each example. One bias serves
    all examples, so their shares are added up."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta1, "b2": s.delta2}


@skip_backprop.mistake("biases-summed-over-neurons", ask="Which axis are the examples?")
def _(X, y, params):
    """For b1 and b2 the neurons are added up and the examples kept. A bias has one number for each
    neuron: look at the axis."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta1.sum(axis=1), "b2": s.delta2.sum(axis=1)}


@skip_backprop.mistake("biases-with-two-axes")
def _(X, y, params):
    """Your b1 and b2 come as tables of one row. A gradient has the shape of its parameter, and a
    bias has one axis: look at `keepdims`."""
    grads = _grads(_pass(X, y, params))
    return grads | {name: grads[name][None] for name in ("b1", "b2")}


@skip_backprop.mistake("hidden-pre-activation-in-W2", ask="What came into W2: z or a?")
def _(X, y, params):
    """The gradient of W2 is made with the hidden pre-activation. What came into W2 has been through
    the sigmoid."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.z1.T @ s.delta2}


@skip_backprop.mistake("all-transposed")
def _(X, y, params):
    """The gradients of the weights lie on their sides: the factors of the products have changed
    places. A gradient has the shape of its parameter."""
    grads = _grads(_pass(X, y, params))
    return grads | {name: grads[name].T for name in ("W1", "W2", "W3")}


@skip_backprop.combination("hidden-slope-forgotten", "W3-from-the-hidden-activations")
def _(X, y, params):
    s = _pass(X, y, params)
    return _grads(s, delta1=s.back) | {"W3": s.a1.T @ s.delta2}


@skip_backprop.combination("slope-at-the-output", "hidden-slope-forgotten")
def _(X, y, params):
    s = _pass(X, y, params)
    delta2 = s.delta2 * _slope(s.y_hat)
    return _grads(s, delta2, delta2 @ s.W2.T)


@skip_backprop.combination("road-past-forgotten-forward", "hidden-slope-forgotten")
def _(X, y, params):
    s = _pass(X, y, params, without=["W3"])
    return _grads(s, delta1=s.back)


@skip_backprop.combination("road-past-forgotten-forward", "W3-missing")
def _(X, y, params):
    grads = _grads(_pass(X, y, params, without=["W3"]))
    return {name: grads[name] for name in ("W1", "b1", "W2", "b2")}


@skip_backprop.combination("hidden-slope-forgotten", "W3-missing")
def _(X, y, params):
    s = _pass(X, y, params)
    grads = _grads(s, delta1=s.back)
    return {name: grads[name] for name in ("W1", "b1", "W2", "b2")}

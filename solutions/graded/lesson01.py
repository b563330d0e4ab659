"""Graded problem of lesson 01, any curve out of S-curves: staircase, bump_params."""

import itertools

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, positive, sizes, special, values


def _sigmoid(z):
    e = np.exp(-np.abs(z))  # at most 1: never overflows
    return np.where(z >= 0, 1, e) / (1 + e)


# --- staircase ------------------------------------------------------------------------------


def _staircase_cases(rng):
    for steepness in (1.7, 2.3, 3.1, 4.6):
        m, n = sizes(rng, 2)
        yield generic(values(rng, m, 1), values(rng, n), 2 * values(rng, n), steepness, m=m, n=n)
    yield special("a batch of one example", values(rng, 1, 1), values(rng, 3), values(rng, 3), 2.0)
    yield special("a single step", values(rng, 5, 1), values(rng, 1), values(rng, 1), 3.0)
    yield special(
        "whole numbers", np.array([[-2], [0], [1], [3]]), np.array([0, 2]), np.array([5, -3]), 2
    )
    yield special("very steep steps", values(rng, 5, 1), values(rng, 4), values(rng, 4), 1e5)


def _staircase(x, edges, heights, steepness, bend=_sigmoid):
    return bend(steepness * (x - edges)) @ np.asarray(heights)[:, None]


@exercise(
    lesson="01",
    cases=_staircase_cases,
    graded=True,
    properties={
        "one row for each x, in one column": lambda y, x, *rest: np.shape(y) == (len(x), 1),
    },
)
def staircase(x, edges, heights, steepness):
    """Σ heights_j σ(steepness (x − edges_j)); x (m, 1), edges (n,), heights (n,) → (m, 1)."""
    return _staircase(x, edges, heights, steepness)


@staircase.also_right
def _one_step_after_the_other(x, edges, heights, steepness):
    y_hat = np.zeros((len(x), 1))
    for edge, height in zip(edges, heights, strict=True):
        y_hat += height / (1 + np.exp(-steepness * (x - edge)))
    return y_hat


@staircase.also_right
def _as_a_layer(x, edges, heights, steepness):
    W1 = np.full((1, len(edges)), float(steepness))
    a = 1 / (1 + np.exp(-(x @ W1 - steepness * edges)))
    return a @ np.reshape(heights, (-1, 1))


@staircase.also_right
def _summed_with_keepdims(x, edges, heights, steepness):
    return np.sum(heights * _sigmoid(steepness * (x - edges)), axis=1, keepdims=True)


@staircase.mistake("flat-result", ask="What does (m, n) @ (n,) give, and what (m, n) @ (n, 1)?")
def _(x, edges, heights, steepness):
    """The numbers are right, but they come as (m,), and a column (m, 1) is asked for. A product
    with a (n,) array, or a sum without keepdims, takes the axis away."""
    return _sigmoid(steepness * (x - edges)) @ np.asarray(heights)


@staircase.mistake("steps-not-added", ask="How many numbers should there be for each x?")
def _(x, edges, heights, steepness):
    """Every step stands in a column of its own, (m, n). The staircase is all of them together: one
    number for each x."""
    return _sigmoid(steepness * (x - edges)) * heights


@staircase.mistake("heights-forgotten", ask="How high is each of your steps?")
def _(x, edges, heights, steepness):
    """Every step of yours is 1 high: the heights do not enter."""
    return _staircase(x, edges, np.ones(len(heights)), steepness)


@staircase.mistake("edges-added", ask="Where is 2 (x + 3) equal to 0?")
def _(x, edges, heights, steepness):
    """Your steps stand at the mirrored places: each should climb at its edge, and yours does at
    minus the edge. A step is half-way up where its pre-activation is 0."""
    return _staircase(x, -np.asarray(edges), heights, steepness)


@staircase.mistake("edges-not-stretched", ask="Where is 5 x - 3 equal to 0?")
def _(x, edges, heights, steepness):
    """Your steps stand too near to 0: the steepness multiplies x, but not the edge. The larger it
    is, the further they slide. Brackets?"""
    return _sigmoid(steepness * x - edges) @ np.asarray(heights)[:, None]


@staircase.mistake("steepness-forgotten", ask="What should happen when the steepness doubles?")
def _(x, edges, heights, steepness):
    """Your steps are all equally gentle: the steepness does not enter."""
    return _staircase(x, edges, heights, 1)


@staircase.mistake("steepness-divides", ask="Which is steeper, the S of 5 x or that of x / 5?")
def _(x, edges, heights, steepness):
    """The larger the steepness, the gentler your steps: it divides where it should multiply."""
    return _staircase(x, edges, heights, 1 / steepness)


@staircase.mistake("steepness-outside", ask="Does a steep step have to be a high one?")
def _(x, edges, heights, steepness):
    """The steepness multiplies what comes out of the bend, so it makes the steps higher. It belongs
    inside, where it makes them steeper."""
    return steepness * _staircase(x, edges, heights, 1)


@staircase.mistake("falling-steps", ask="What is the value far to the left of all edges?")
def _(x, edges, heights, steepness):
    """Your steps are high on the left of their edges and 0 on the right: every S falls where it
    should climb."""
    return _staircase(x, edges, heights, -steepness)


@staircase.mistake("hard-steps", ask="What is a step's value 0.1 to the right of its edge?")
def _(x, edges, heights, steepness):
    """Your steps jump: every x lies wholly below or wholly above an edge. Those asked for climb
    smoothly, as the sigmoid does."""
    return _staircase(x, edges, heights, steepness, lambda z: (z > 0) * 1.0)


@staircase.mistake("tanh-steps", ask="What is the value far to the left of all edges?")
def _(x, edges, heights, steepness):
    """Far to the left your staircase is not 0 but as far below as it is above on the right: the
    bend is tanh, which runs from -1 to 1."""
    return _staircase(x, edges, heights, steepness, np.tanh)


@staircase.mistake("heights-inside", ask="What does a factor inside the bend do to the S?")
def _(x, edges, heights, steepness):
    """The heights stand inside the bend, where they change the steepness: no step of yours is
    higher than 1. They weigh what comes out of it."""
    return _sigmoid(steepness * np.asarray(heights) * (x - edges)).sum(axis=1, keepdims=True)


@staircase.mistake("bent-at-the-end", ask="Can your staircase be higher than 1?")
def _(x, edges, heights, steepness):
    """The sum was bent once more, so that nothing leaves the range from 0 to 1. The output neuron
    of this network has no bend."""
    return _sigmoid(_staircase(x, edges, heights, steepness))


@staircase.mistake("averaged", ask="How high is the staircase to the right of all its steps?")
def _(x, edges, heights, steepness):
    """Your staircase is n times too low: the steps were averaged. They stand on top of each
    other."""
    return _staircase(x, edges, heights, steepness) / len(edges)


@staircase.mistake(
    "heights-after-the-sum", ask="When are the heights needed: before or after adding?"
)
def _(x, edges, heights, steepness):
    """The steps were added up first and the heights came afterwards, so every height meets the
    whole sum. Each step has its own height before they are added."""
    a = _sigmoid(steepness * (x - edges))
    return np.sum(a, axis=1, keepdims=True) * heights


@staircase.mistake(
    "summed-over-the-examples", ask="Which axis of the (m, n) table counts the steps?"
)
def _(x, edges, heights, steepness):
    """One number for each step comes back: you added up over the examples. The steps are what has
    to be added up, for each example."""
    return np.sum(_sigmoid(steepness * (x - edges)) * heights, axis=0)


@staircase.mistake("brackets", ask="In which order does Python work out 1 / 1 + 2?")
def _(x, edges, heights, steepness):
    """Your steps have no upper end: in the sigmoid the 1 over everything is lost. Without brackets
    a division ends before the plus."""
    return (1 / 1 + np.exp(-steepness * (x - edges))) @ np.asarray(heights)[:, None]


@staircase.combination("edges-not-stretched", "edges-added")
def _(x, edges, heights, steepness):
    return _sigmoid(steepness * x + edges) @ np.asarray(heights)[:, None]


@staircase.mistake(
    "heights-as-levels", ask="Is a height that of one step, or that above the ground?"
)
def _(x, edges, heights, steepness):
    """You took each height for the level above the ground that is reached there. It is how far one
    step climbs; the levels come about by adding."""
    return _staircase(x, edges, np.diff(heights, prepend=0), steepness)


@staircase.mistake("one-sum-for-all", ask="How many numbers come in, and how many should come out?")
def _(x, edges, heights, steepness):
    """One number comes back for the whole batch: the values of all x were added up. Each x has its
    own."""
    return np.sum(_staircase(x, edges, heights, steepness))


# --- bump_params ----------------------------------------------------------------------------


def _bump_cases(rng):
    for _ in range(4):
        left = float(values(rng))
        width, steepness, gain = (float(v) for v in positive(rng, 3) * (2, 30, 20) + (0.5, 3, 2))
        yield generic(left, left + width, steepness, gain)
    yield special("a bump around 0", -0.75, 0.75, 20.0, 10.0)
    yield special("a bump that begins at 0", 0.0, 1.25, 9.0, 7.0)
    yield special("whole numbers", -2, 3, 6, 8)


def _bump(left, right, steepness, gain, **changes):
    params = {
        "W1": np.array([[steepness, -steepness]], dtype=float),
        "b1": np.array([-steepness * left, steepness * right], dtype=float),
        "W2": np.array([[gain], [gain]], dtype=float),
        "b2": np.array([-1.5 * gain], dtype=float),
    }
    given = {"left": left, "right": right, "steepness": steepness, "gain": gain}
    return params | {
        name: np.reshape(np.array(make(**given), dtype=float), params[name].shape)
        for name, make in changes.items()
    }


@exercise(lesson="01", cases=_bump_cases, graded=True)
def bump_params(left, right, steepness, gain):
    """Parameters of a 1-2-1 network that is high between left and right → dict W1, b1, W2, b2."""
    return _bump(left, right, steepness, gain)


@bump_params.also_right
def _by_multiplying(left, right, steepness, gain):
    W1 = steepness * np.array([[1.0, -1.0]])
    return {
        "W1": W1,
        "b1": -W1[0] * np.array([left, right]),
        "W2": np.full((2, 1), gain),
        "b2": np.array([-gain - gain / 2]),
    }


@bump_params.also_right
def _filled_in(left, right, steepness, gain):
    shapes = {"W1": (1, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    params = {name: np.zeros(shape) for name, shape in shapes.items()}
    params["W1"][0] = steepness, -steepness
    params["b1"][:] = -steepness * left, steepness * right
    params["W2"] += gain
    params["b2"] -= 1.5 * gain
    return params


# What each mistake puts in place of a parameter; two of different parameters make a combination.
_WRONG = {
    "hidden-biases-sign": {
        "b1": lambda left, right, steepness, **_: [steepness * left, -steepness * right]
    },
    "hidden-biases-without-steepness": {"b1": lambda left, right, **_: [-left, right]},
    "hidden-biases-are-the-edges": {"b1": lambda left, right, **_: [left, right]},
    "one-edge-mirrored": {
        "b1": lambda left, right, steepness, **_: [-steepness * left, -steepness * right]
    },
    "edges-exchanged": {
        "b1": lambda left, right, steepness, **_: [-steepness * right, steepness * left]
    },
    "hidden-biases-divided": {
        "b1": lambda left, right, steepness, **_: [-left / steepness, right / steepness]
    },
    "both-climb": {"W1": lambda steepness, **_: [steepness, steepness]},
    "both-climb-at-their-edges": {
        "W1": lambda steepness, **_: [steepness, steepness],
        "b1": lambda left, right, steepness, **_: [-steepness * left, -steepness * right],
    },
    "a-dip": {
        "W1": lambda steepness, **_: [-steepness, steepness],
        "b1": lambda left, right, steepness, **_: [steepness * left, -steepness * right],
    },
    "hidden-neurons-exchanged": {"W1": lambda steepness, **_: [-steepness, steepness]},
    "one-output-weight-negative": {"W2": lambda gain, **_: [gain, -gain]},
    "output-weights-one": {"W2": lambda **_: [1, 1]},
    "output-bias-of-any": {"b2": lambda gain, **_: -gain},
    "output-bias-of-both": {"b2": lambda gain, **_: -2 * gain},
    "output-bias-half": {"b2": lambda gain, **_: -gain / 2},
    "output-bias-sign": {"b2": lambda gain, **_: 1.5 * gain},
    "output-bias-without-gain": {"b2": lambda **_: -1.5},
    "output-bias-zero": {"b2": lambda **_: 0},
}
_TOLD = {
    "hidden-biases-sign": (
        """Both hidden biases have the wrong sign for hidden weights as they are asked for. A neuron
        is half-way up where w x + b is 0.""",
        "Where does w x + b become 0?",
    ),
    "hidden-biases-without-steepness": (
        """The signs of your hidden biases are right, but the steepness does not enter. A steeper
        neuron needs a larger bias for the same place.""",
        "If you double w, what must b do for the S to stay where it is?",
    ),
    "hidden-biases-are-the-edges": (
        """Your hidden biases are the edges themselves. A bias is no place: the place where a neuron
        crosses one half depends on its weight as well.""",
        "Where does 20 x + b become 0 for b = 0.6?",
    ),
    "one-edge-mirrored": (
        """The first hidden bias is right, the second has the wrong sign for a neuron whose weight
        is negative.""",
        "Where does -20 x + b become 0?",
    ),
    "edges-exchanged": (
        """The edges are exchanged in your hidden biases: the first neuron belongs to the left edge,
        the second to the right one.""",
        "Which neuron belongs to the left edge?",
    ),
    "hidden-biases-divided": (
        """Your hidden biases get smaller when the steepness grows. A steeper neuron needs a larger
        bias for the same place.""",
        "If you double w, what must b do for the S to stay where it is?",
    ),
    "both-climb": (
        """Both hidden weights are positive, so both neurons climb. The second has to fall.""",
        "Which sign of a weight makes the S fall?",
    ),
    "both-climb-at-their-edges": (
        """Both hidden neurons cross one half at their edges, but both climb there. The second has
        to fall, which takes another sign in its weight and in its bias.""",
        "Which sign of a weight makes the S fall?",
    ),
    "a-dip": (
        """Both hidden neurons cross one half at their edges, but the first falls there and the
        second climbs: what comes out is high outside and low between.""",
        "Which of the two neurons has to climb?",
    ),
    "hidden-neurons-exchanged": (
        """The signs of your hidden weights are exchanged: the first neuron has to climb and the
        second to fall.""",
        "Which of the two neurons has to climb?",
    ),
    "one-output-weight-negative": (
        """Your second output weight is negative, so a high second neuron pushes the output down.
        Both neurons are to push it up.""",
        "What should the output be where both hidden neurons are near 1?",
    ),
    "output-weights-one": (
        """Your output weights are 1: the gain does not enter.""",
        "How far does the sum of the hidden activations move the output?",
    ),
    "output-bias-of-any": (
        """Your output bias sets the threshold at a single hidden neuron that is high, and there is
        one outside the bump, too. The threshold has to lie higher.""",
        "What is the sum of the hidden activations far outside the bump?",
    ),
    "output-bias-of-both": (
        """Your output bias sets the threshold where both hidden neurons are fully high, and nothing
        ever gets above that. The threshold has to lie lower.""",
        "What is the sum of the hidden activations in the middle of the bump?",
    ),
    "output-bias-half": (
        """Your output bias sets the threshold where a single hidden neuron is half-way up. It has
        to lie much higher.""",
        "What is the sum of the hidden activations far outside the bump?",
    ),
    "output-bias-sign": (
        """Your output bias pushes the output up everywhere: its sign is wrong. It has to hold the
        output down where only one hidden neuron is high.""",
        "What should the output be far outside the bump?",
    ),
    "output-bias-without-gain": (
        """Your output bias would fit output weights of 1. Larger weights need a larger bias for the
        same threshold.""",
        "What does the gain multiply?",
    ),
    "output-bias-zero": (
        """Your output bias is 0: there is no threshold that the hidden neurons have to pass.""",
        "What should the output be far outside the bump?",
    ),
}


def _with_mistakes(*slugs):
    """A version of bump_params that has these mistakes."""
    changes = {name: make for slug in slugs for name, make in _WRONG[slug].items()}

    def version(left, right, steepness, gain):
        return _bump(left, right, steepness, gain, **changes)

    version.__doc__ = _TOLD[slugs[0]][0]
    return version


for _slug, (_, _ask) in _TOLD.items():
    bump_params.mistake(_slug, ask=_ask)(_with_mistakes(_slug))


@bump_params.mistake("flat-weights", ask="What shape has X W with W of shape (2,)?")
def _(left, right, steepness, gain):
    """The numbers are right, but the weights are flat arrays (2,). A weight matrix has a row for
    each input and a column for each neuron."""
    params = bump_params(left, right, steepness, gain)
    return params | {"W1": params["W1"][0], "W2": params["W2"][:, 0]}


@bump_params.mistake("lists-for-arrays", ask="What does NumPy do that a list cannot?")
def _(left, right, steepness, gain):
    """The numbers are right, but they come as Python lists. Arrays are asked for: `np.array` makes
    one of a list."""
    return {name: p.tolist() for name, p in bump_params(left, right, steepness, gain).items()}


@bump_params.mistake(
    "weights-turned", ask="How many inputs has the hidden layer, how many neurons?"
)
def _(left, right, steepness, gain):
    """Both weight matrices are turned: W1 is (2, 1) and W2 (1, 2). Rows are for inputs, columns for
    neurons."""
    params = bump_params(left, right, steepness, gain)
    return params | {"W1": params["W1"].T, "W2": params["W2"].T}


_NAMED_ALONE = {
    ("one-edge-mirrored", "both-climb"),
    ("hidden-biases-sign", "hidden-neurons-exchanged"),
}
for _one, _other in itertools.combinations(_WRONG, 2):
    if not _WRONG[_one].keys() & _WRONG[_other].keys() and (_one, _other) not in _NAMED_ALONE:
        bump_params.combination(_one, _other)(_with_mistakes(_one, _other))

"""Graded problem of lesson 03, a bend of your own: swish_prime, swish_chain."""

import itertools

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import entry_by_entry, generic, special, values


def _sigmoid(z):
    e = np.exp(-np.abs(z))  # at most 1: never overflows
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def _slope(z):
    """σ'(z), the slope of the sigmoid."""
    return _sigmoid(z) * (1 - _sigmoid(z))


def _swish(z):
    return z * _sigmoid(z)


# --- swish_prime ----------------------------------------------------------------------------


@exercise(
    lesson="03",
    cases=entry_by_entry,
    graded=True,
    properties={
        "the result has the shape of z": lambda slope, z: np.shape(slope) == np.shape(z),
    },
)
def swish_prime(z):
    """The slope of z σ(z) at every entry of z, of any shape → the same shape."""
    z = np.asarray(z, dtype=float)
    return _sigmoid(z) + z * _slope(z)


@swish_prime.also_right
def _by_the_value(z):
    return _swish(z) + _sigmoid(z) * (1 - _swish(z))


@swish_prime.also_right
def _naive(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 + z * (1 - s))


@swish_prime.also_right
def _by_tanh(z):
    t = np.tanh(np.asarray(z) / 2)
    return (1 + t) / 2 + z * (1 - t * t) / 4


@swish_prime.also_right
def _entry_by_entry(z):
    z = np.asarray(z, dtype=float)
    slopes = np.zeros(z.shape)
    for at in np.ndindex(z.shape):
        s = 1 / (1 + np.exp(-z[at])) if z[at] > -700 else 0.0
        slopes[at] = s + z[at] * s * (1 - s)
    return slopes


@swish_prime.mistake("value", ask="What is the value of swish at 0, and what its slope?")
def _(z):
    """You return the value of swish and not its slope: 0 at z = 0, where the curve climbs with the
    slope 0.5."""
    return _swish(z)


@swish_prime.mistake("first-term-only", ask="How many factors of a product depend on z?")
def _(z):
    """That is the sigmoid alone: only the factor z was differentiated. The sigmoid beside it
    depends on z as well."""
    return _sigmoid(z)


@swish_prime.mistake("second-term-only", ask="How many factors of a product depend on z?")
def _(z):
    """One term of two: only the sigmoid was differentiated, and the factor z taken for a constant.
    It has a slope, too."""
    return z * _slope(z)


@swish_prime.mistake(
    "slope-of-the-sigmoid", ask="What is the derivative of a product of two factors?"
)
def _(z):
    """That is the slope of the sigmoid. It is also what you get by multiplying the slopes of the
    two factors; the derivative of a product is something else."""
    return _slope(z)


@swish_prime.mistake("z-forgotten", ask="What is the derivative of a product of two factors?")
def _(z):
    """Two terms, as there should be, but the second lacks a factor: each term has one factor
    differentiated and the other as it was."""
    return _sigmoid(z) + _slope(z)


@swish_prime.mistake("sigmoid-squared", ask="What is the slope of the sigmoid?")
def _(z):
    """In the second term the sigmoid is squared. Its slope is made of the sigmoid and something
    else: on the right, where the curve is flat, it must vanish."""
    return _sigmoid(z) + z * _sigmoid(z) ** 2


@swish_prime.mistake("z-for-the-sigmoid", ask="What is multiplied with the slope of the factor z?")
def _(z):
    """The first term is z itself. In the derivative of a product each term has one factor
    differentiated, and the slope of the factor z is 1."""
    return z + z * _slope(z)


@swish_prime.mistake("sigmoid-mirrored", ask="Which way does your sigmoid lean?")
def _(z):
    """The form is right, but your sigmoid falls where it should climb. Look at the sign in the
    exponent."""
    return _sigmoid(np.negative(z)) + z * _slope(z)


@swish_prime.mistake("sign", ask="Is the slope above or below the sigmoid for positive z?")
def _(z):
    """The two terms are subtracted. In the derivative of a product they are added."""
    return _sigmoid(z) - z * _slope(z)


@swish_prime.mistake("slope-of-the-sigmoid-left-out", ask="What is the slope of the sigmoid?")
def _(z):
    """In the second term the sigmoid stands as it was, and its slope is needed. Each term has one
    factor differentiated."""
    return _sigmoid(z) + z * _sigmoid(z)


@swish_prime.mistake("half-of-the-slope", ask="What is the slope of the sigmoid?")
def _(z):
    """In the second term you have 1 minus the sigmoid, which is one factor of its slope; the other
    is missing."""
    return _sigmoid(z) + z * (1 - _sigmoid(z))


@swish_prime.mistake("like-the-sigmoid", ask="Which function has the slope a (1 - a)?")
def _(z):
    """You took the value times 1 minus the value. That is the slope of the sigmoid, and of no other
    bend: swish has a slope of its own."""
    return _swish(z) * (1 - _swish(z))


@swish_prime.mistake("slope-at-the-value", ask="Where is the slope taken: at z, or at the value?")
def _(z):
    """The slope is taken in the wrong place: the value of swish went in where z belongs."""
    a = _swish(z)
    return _sigmoid(a) + a * _slope(a)


@swish_prime.mistake("slope-at-the-sigmoid", ask="Where is the slope taken: at z, or at the value?")
def _(z):
    """The slope of the sigmoid is taken at the sigmoid's own value: a sigmoid too many. It belongs
    at z."""
    return _sigmoid(z) + z * _slope(_sigmoid(z))


@swish_prime.mistake("slope-of-relu", ask="Where does swish fall, and where does ReLU?")
def _(z):
    """Your slope is 0 or 1: that is ReLU's, which swish only resembles from far away."""
    return (np.asarray(z) > 0) * 1.0


@swish_prime.mistake(
    "one-and-not-the-sigmoid", ask="What is multiplied with the slope of the factor z?"
)
def _(z):
    """The first term is 1, the slope of z alone. In a product the other factor stays beside it."""
    return 1 + z * _slope(z)


@swish_prime.mistake("mirrored", ask="Is the slope large on the left or on the right?")
def _(z):
    """Your slopes belong to the mirrored place: large on the left where swish is nearly flat. A
    sign in an exponent?"""
    return 1 - swish_prime(z)


@swish_prime.mistake("second-derivative", ask="Which function climbs with your slope?")
def _(z):
    """You differentiated twice: that is how fast the slope changes."""
    s = _sigmoid(z)
    return _slope(z) * (2 + z * (1 - 2 * s))


@swish_prime.mistake("overflow", ask="How large is e to the 1000, and what is inf / inf?")
def _(z):
    """Right for moderate z, but nan for large ones: the exponential overflows above and below a
    fraction bar, and infinity divided by infinity is not a number."""
    s = np.exp(z) / (1 + np.exp(z))
    return s + z * s * (1 - s)


@swish_prime.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(z):
    """For whole numbers your results lose their decimals: the array they are written to has taken
    over the integer type of z. Make it an array of floats."""
    result = np.zeros_like(z)
    result[...] = swish_prime(z)
    return result


# --- swish_chain ----------------------------------------------------------------------------


def _chain_cases(rng):
    for _ in range(5):
        yield generic(*(float(v) for v in 1.5 * values(rng, 6)))
    yield special("an input of 0", 0.8, 0.3, -1.1, 0.4, 0.0, 1.0)
    yield special("a prediction that is exact", 1.0, -0.5, 2.0, 0.75, 0.5, 0.75)
    yield special("whole numbers", 1, -2, 3, 1, 2, -1)


def _as_it_is(z):
    return z


def _one(z):
    return 1.0


def _forward(w1, b1, w2, b2, x, bend=_swish, use_b1=True, use_b2=True):
    z1 = w1 * x + b1 * use_b1
    a1 = bend(z1)
    return z1, a1, w2 * a1 + b2 * use_b2


def _chain(
    *args,
    factor=2.0,
    slope=None,
    at="z1",
    through="w2",
    into_w1="x",
    into_w2="a1",
    into_b2=1.0,
    out=None,
    **forward,
):
    """The gradients with something else in the place of a link: what each mistake is made of."""
    w1, b1, w2, b2, x, y = args
    z1, a1, y_hat = _forward(w1, b1, w2, b2, x, **forward)
    place = {"w1": w1, "w2": w2, "x": x, "z1": z1, "a1": a1, "1": 1.0}
    delta2 = factor * (y_hat - y) * (out(y_hat) if out else 1.0)
    delta1 = delta2 * place[through] * (slope or swish_prime)(place[at])
    return tuple(
        float(v)
        for v in (delta1 * place[into_w1], delta1, delta2 * place[into_w2], delta2 * into_b2)
    )


@exercise(lesson="03", cases=_chain_cases, graded=True)
def swish_chain(w1, b1, w2, b2, x, y):
    """(∂L/∂w1, ∂L/∂b1, ∂L/∂w2, ∂L/∂b2) of L = (ŷ − y)², ŷ = w2 swish(w1 x + b1) + b2; numbers."""
    return _chain(w1, b1, w2, b2, x, y)


@swish_chain.also_right
def _written_out(w1, b1, w2, b2, x, y):
    z = w1 * x + b1
    s = 1 / (1 + np.exp(-z))
    error = w2 * z * s + b2 - y
    back = 2 * error * w2 * (s + z * s * (1 - s))
    return back * x, back, 2 * error * z * s, 2 * error


@swish_chain.also_right
def _as_an_array(w1, b1, w2, b2, x, y):
    z = np.array(w1 * x + b1, dtype=float)
    delta = 2 * (w2 * _swish(z) + b2 - y)
    inner = delta * w2 * swish_prime(z)
    return np.array([inner * x, inner, delta * _swish(z), delta])


# What each mistake puts in place of a link. The first names are those of the loss, then of the
# second neuron, then of the bend, then of the first neuron.
_LINKS = {
    "two-forgotten": {"factor": 1.0},
    "wrong-direction": {"factor": -2.0},
    "slope-left-out": {"slope": _one},
    "slope-of-the-sigmoid": {"slope": _slope},
    "sigmoid-for-the-slope": {"slope": _sigmoid},
    "value-for-the-slope": {"slope": _swish},
    "slope-taken-at-a": {"at": "a1"},
    "slope-taken-at-x": {"at": "x"},
    "w2-left-out": {"through": "1"},
    "w1-for-w2": {"through": "w1"},
    "x-left-out": {"into_w1": "1"},
    "w1-for-x": {"into_w1": "w1"},
    "z-for-a": {"into_w2": "z1"},
    "x-for-a": {"into_w2": "x"},
    "a-left-out": {"into_w2": "1"},
    "w2-for-a": {"into_w2": "w2"},
    "output-bent-on-the-way-back": {"out": swish_prime},
    "output-bent-by-a-sigmoid": {"out": _slope},
    "sigmoid-neuron": {"bend": _sigmoid},
    "sigmoid-neuron-throughout": {"bend": _sigmoid, "slope": _slope},
    "no-bend-forwards": {"bend": _as_it_is},
    "no-bend-at-all": {"bend": _as_it_is, "slope": _one},
    "first-bias-forgotten": {"use_b1": False},
    "second-bias-forgotten": {"use_b2": False},
}
_TOLD = {
    "two-forgotten": (
        "Every slope is half as large as it should be: the square of the loss brings a 2 with it.",
        "What is the slope of e² at e = 3?",
    ),
    "wrong-direction": (
        """Every slope has the wrong sign: the difference was taken the other way round, and its own
        sign forgotten on the way back.""",
        "If the prediction is too high, in which direction does the loss fall?",
    ),
    "slope-left-out": (
        """The slopes of the second neuron are right. On the way through the bend of the first
        neuron nothing was multiplied: every link of the chain has a slope.""",
        "Which links lie between b1 and the loss?",
    ),
    "slope-of-the-sigmoid": (
        """At the bend you multiply by the slope of the sigmoid. The bend of this neuron is swish,
        and part 1 has its slope.""",
        "Which bend does the first neuron have?",
    ),
    "sigmoid-for-the-slope": (
        """At the bend you multiply by the sigmoid of z1: that is one of the two terms of the slope
        of swish. See part 1.""",
        "How many factors of swish depend on z?",
    ),
    "value-for-the-slope": (
        """At the bend you multiply by the value of swish. On the way back the slope of a link
        counts, and the value on the way forwards.""",
        "How much does a1 change when z1 is nudged?",
    ),
    "slope-taken-at-a": (
        """The slope of the bend is taken at the activation a1. It was z1 that went into the bend,
        and that is where its slope is asked for.""",
        "What went into the bend on the way forwards?",
    ),
    "slope-taken-at-x": (
        """The slope of the bend is taken at x. It was z1 that went into the bend, and that is where
        its slope is asked for.""",
        "What went into the bend on the way forwards?",
    ),
    "w2-left-out": (
        """Between the two neurons stands the weight w2, and it is missing on the way back: what a
        nudge of a1 does to the prediction depends on it.""",
        "By how much does the prediction change when a1 is nudged?",
    ),
    "w1-for-w2": (
        """On the way back from the second neuron to the first you multiply by w1. Which weight did
        the way forwards meet there?""",
        "Which weight lies between a1 and the prediction?",
    ),
    "x-left-out": (
        """Your slope for w1 is the one for b1: what w1 is multiplied by on the way forwards is
        missing.""",
        "By how much does z1 change when w1 is nudged?",
    ),
    "w1-for-x": (
        """Your slope for w1 has w1 itself as its last factor. A nudge of w1 changes z1 by what w1
        is multiplied by.""",
        "By how much does z1 change when w1 is nudged?",
    ),
    "z-for-a": (
        """Your slope for w2 has z1 as its last factor: the bend is left out. What goes into the
        second neuron?""",
        "By how much does the prediction change when w2 is nudged?",
    ),
    "x-for-a": (
        """Your slope for w2 has x as its last factor. That goes into the first neuron; what goes
        into the second?""",
        "By how much does the prediction change when w2 is nudged?",
    ),
    "a-left-out": (
        """Your slope for w2 is the one for b2: what w2 is multiplied by on the way forwards is
        missing.""",
        "By how much does the prediction change when w2 is nudged?",
    ),
    "w2-for-a": (
        """Your slope for w2 has w2 itself as its last factor. A nudge of w2 changes the prediction
        by what w2 is multiplied by.""",
        "By how much does the prediction change when w2 is nudged?",
    ),
    "output-bent-on-the-way-back": (
        """You multiply by the slope of swish at the prediction as well. The second neuron has no
        bend, so there is no such link.""",
        "Which links lie between b2 and the loss?",
    ),
    "output-bent-by-a-sigmoid": (
        """You multiply by the slope of a sigmoid at the prediction. The second neuron has no bend,
        so there is no such link.""",
        "Which links lie between b2 and the loss?",
    ),
    "sigmoid-neuron": (
        """On the way forwards your first neuron bends with the sigmoid alone, so the prediction is
        another one. Swish has a second factor.""",
        "What is swish of 2, and what is the sigmoid of 2?",
    ),
    "sigmoid-neuron-throughout": (
        """These are the slopes of a network whose first neuron has a sigmoid. Its bend is swish, on
        the way forwards and on the way back.""",
        "What is swish of 2, and what is the sigmoid of 2?",
    ),
    "no-bend-forwards": (
        """On the way forwards your first neuron does not bend: z1 went into the second one, and so
        the prediction is another one.""",
        "What goes into the second neuron?",
    ),
    "no-bend-at-all": (
        """These are the slopes of a network without any bend. The first neuron has one, on the way
        forwards and on the way back.""",
        "What goes into the second neuron?",
    ),
    "first-bias-forgotten": (
        "The bias b1 is missing on the way forwards, so everything behind it is another number.",
        "What is z1?",
    ),
    "second-bias-forgotten": (
        "The bias b2 is missing on the way forwards, so the prediction is another number.",
        "What is the prediction for w1 = w2 = 0?",
    ),
}


def _with_mistakes(*slugs):
    """A version of swish_chain that has these mistakes."""
    links = {name: value for slug in slugs for name, value in _LINKS[slug].items()}

    def version(w1, b1, w2, b2, x, y):
        return _chain(w1, b1, w2, b2, x, y, **links)

    version.__doc__ = _TOLD[slugs[0]][0]
    return version


for _slug, (_, _ask) in _TOLD.items():
    swish_chain.mistake(_slug, ask=_ask)(_with_mistakes(_slug))


@swish_chain.mistake("weights-before-biases", ask="In which order are the four slopes asked for?")
def _(w1, b1, w2, b2, x, y):
    """The numbers are right, but the two weights come first and then the two biases. The order
    asked for is w1, b1, w2, b2."""
    dw1, db1, dw2, db2 = swish_chain(w1, b1, w2, b2, x, y)
    return dw1, dw2, db1, db2


@swish_chain.mistake("second-neuron-first", ask="In which order are the four slopes asked for?")
def _(w1, b1, w2, b2, x, y):
    """The numbers are right, but the second neuron comes first, as the way back meets it. The order
    asked for is w1, b1, w2, b2."""
    dw1, db1, dw2, db2 = swish_chain(w1, b1, w2, b2, x, y)
    return dw2, db2, dw1, db1


@swish_chain.mistake("biases-before-weights", ask="In which order are the four slopes asked for?")
def _(w1, b1, w2, b2, x, y):
    """The numbers are right, but each bias comes before its weight. The order asked for is w1, b1,
    w2, b2."""
    dw1, db1, dw2, db2 = swish_chain(w1, b1, w2, b2, x, y)
    return db1, dw1, db2, dw2


# Two on the same way back: of the bend and of a weight, or of both weights.
_BENDS = ("slope-left-out", "slope-of-the-sigmoid", "sigmoid-for-the-slope", "slope-taken-at-a")
_WEIGHTS = ("w2-left-out", "w1-for-w2", "x-left-out")
for _pair in [
    *itertools.product(_BENDS, _WEIGHTS),
    *itertools.product(_WEIGHTS[:2], ["x-left-out"]),
]:
    swish_chain.combination(*_pair)(_with_mistakes(*_pair))

"""Exercises of lesson 01, the forward pass: sigmoid, relu, dense_forward, two_layer_forward."""

import functools
import itertools
import math

import numpy as np

from nnlib.exercises import factors
from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import entry_by_entry, generic, sizes, special, square, values

# --- sigmoid --------------------------------------------------------------------------------


@exercise(
    lesson="01",
    cases=entry_by_entry,
    properties={
        "every value lies between 0 and 1": lambda a, z: np.all((a >= 0) & (a <= 1)),
        "larger z, larger value": lambda a, z: np.all(np.diff(a.ravel()[np.argsort(z, None)]) >= 0),
        "the result has the shape of z": lambda a, z: np.shape(a) == np.shape(z),
    },
)
def sigmoid(z):
    """1 / (1 + e⁻ᶻ) of every entry; z of any shape → the same shape, between 0 and 1."""
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))  # at most 1: never overflows
    return np.where(z >= 0, 1, e) / (1 + e)


@sigmoid.also_right
def _naive(z):
    return 1 / (1 + np.exp(-z))


@sigmoid.also_right
def _by_tanh(z):
    return 0.5 * (np.tanh(np.asarray(z) / 2) + 1)


@sigmoid.also_right
def _clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@sigmoid.also_right
def _loop(z):
    z = np.asarray(z)
    result = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        result[index] = 1 / (1 + math.exp(-z[index])) if z[index] > -700 else 0.0
    return result


@sigmoid.also_right
def _in_place_on_a_copy(z):
    a = np.array(z, dtype=float)
    np.negative(a, out=a)
    np.exp(a, out=a)
    a += 1
    return 1 / a


@sigmoid.also_right
def _float32(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=np.float32)))


@sigmoid.mistake("sign-of-the-exponent", ask="Which way does the S lean, and which sign does that?")
def _(z):
    """Your curve falls where it should rise: the S is mirrored left to right. Look at the sign
    in the exponent."""
    return 1 - sigmoid(z)


@sigmoid.mistake("brackets", ask="In which order does Python work out 1 / 1 + 2?")
def _(z):
    """Your values are all above 1: the 1 over everything is lost. Without brackets a division
    ends before the plus; look at what stands below the fraction bar."""
    return 1 / 1 + np.exp(-z)


@sigmoid.mistake("brackets-behind-the-bar", ask="In which order does Python work out 2 / 2 + 1?")
def _(z):
    """All your values are 2: something is divided by itself, and then 1 is added. Without brackets
    a division ends before the plus."""
    p = np.exp(np.minimum(z, 100.0))
    return p / p + 1


@sigmoid.mistake("maximum-for-minimum", ask="Is np.maximum(-3, 100) -3 or 100?")
def _(z):
    """All your values are 1: what goes into the exponential is never below 100. The smaller of two
    numbers is needed there, and you take the larger."""
    p = np.exp(np.maximum(z, 100.0))
    return p / (p + 1)


@sigmoid.mistake("one-forgotten", ask="What is the value at z = 0, and what should it be?")
def _(z):
    """Your values grow without end and are 1 at z = 0, where the sigmoid is 0.5. Below the
    fraction bar a term is missing."""
    return 1 / np.exp(-z)


@sigmoid.mistake("only-the-exponential", ask="What is the value at z = 0, and what should it be?")
def _(z):
    """You return a bare falling exponential: 1 at z = 0 and huge on the left. That is only one
    piece of the sigmoid."""
    return np.exp(-z)


@sigmoid.mistake("minus-below-the-bar", ask="What happens to your function at z = 0?")
def _(z):
    """At z = 0 your function divides by zero, and next to it the values leave the range from 0
    to 1. One of the signs below the fraction bar is wrong."""
    return 1 / (1 - np.exp(-z))


@sigmoid.mistake("minus-below-the-bar-and-exponent", ask="What happens to your function at z = 0?")
def _(z):
    """At z = 0 your function divides by zero, and the curve falls where it should rise. Two signs
    are wrong: one below the fraction bar and one in the exponent."""
    return 1 / (1 - np.exp(z))


@sigmoid.mistake("overflow", ask="How large is e to the 1000, and what is inf / inf?")
def _(z):
    """Right for moderate z, but nan for large ones: the exponential overflows above and below the
    fraction bar, and infinity divided by infinity is not a number. Cut z off above, where the
    sigmoid is 1 anyway, before you take the exponential."""
    return np.exp(z) / (1 + np.exp(z))


@sigmoid.mistake("math-exp", ask="What does math.exp do with an array?")
def _(z):
    """A function that takes one number at a time, `math.exp` for example, is given an array. NumPy
    has an exponential that works on every entry at once."""
    return 1 / (1 + math.exp(-z))


@sigmoid.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(z):
    """For whole numbers your results lose their decimals: the array they are written to has taken
    over the integer type of z. Make it an array of floats."""
    z = np.asarray(z)
    result = np.zeros_like(z)
    result[...] = sigmoid(z)
    return result


@sigmoid.mistake("tanh", ask="What is the range of tanh, and what that of the sigmoid?")
def _(z):
    """Your values run from -1 to 1: that is tanh, the sigmoid's relative. The sigmoid runs from 0
    to 1 and is 0.5 at z = 0."""
    return np.tanh(z)


@sigmoid.mistake("twice-as-steep", ask="How is tanh moved and stretched to become the sigmoid?")
def _(z):
    """The S has the right range but is twice as steep as it should be: z is doubled on its way
    in. If you built it from tanh, look at what goes into tanh."""
    return sigmoid(2 * np.asarray(z))


@sigmoid.mistake("half-as-steep", ask="What does dividing z by 2 do to the curve?")
def _(z):
    """The S has the right range but is only half as steep as it should be: z is halved on its way
    in."""
    return sigmoid(np.asarray(z) / 2)


@sigmoid.mistake("slope", ask="What is the largest value that your function can return?")
def _(z):
    """You return the slope of the sigmoid: a hill that is 0.25 high at z = 0. Here the value is
    asked for; the slope comes in a later lesson."""
    return sigmoid(z) * (1 - sigmoid(z))


@sigmoid.mistake("applied-twice", ask="Which values can go into the second sigmoid?")
def _(z):
    """The sigmoid was applied to its own result, so all your values lie between 0.5 and 0.73.
    Once is enough."""
    return sigmoid(sigmoid(z))


@sigmoid.mistake("step", ask="What is the slope of a step?")
def _(z):
    """You return 0 or 1 and nothing between: a step, not an S. The sigmoid changes smoothly, and
    learning needs that."""
    return (np.asarray(z) > 0) * 1.0


@sigmoid.mistake("hard-sigmoid", ask="Is your curve smooth?")
def _(z):
    """Your curve is made of straight pieces. The sigmoid is smooth; it is built from an
    exponential."""
    return np.clip(0.2 * np.asarray(z) + 0.5, 0, 1)


@sigmoid.mistake("relu", ask="Which activation has a corner at 0?")
def _(z):
    """That is ReLU, the next exercise: 0 on the left, a straight line on the right. The sigmoid
    stays between 0 and 1."""
    return np.maximum(0, z)


@sigmoid.mistake("softmax-of-all", ask="What do all your values add up to?")
def _(z):
    """Your values add up to 1 over the whole array: that is softmax. The sigmoid looks at one
    entry at a time and knows nothing of the others."""
    e = np.exp(z - np.max(z))
    return e / e.sum()


@sigmoid.mistake("softmax-of-rows", ask="What do the values of a row add up to?")
def _(z):
    """The values of each row add up to 1: that is softmax. The sigmoid looks at one entry at a
    time and knows nothing of the others."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True)) if np.ndim(z) else np.exp(0.0)
    return e / np.sum(e, axis=-1, keepdims=True) if np.ndim(z) else e


@sigmoid.mistake("summed-inside", ask="What comes back for two entries, each 0?")
def _(z):
    """The exponentials of all entries are added up on the way, so each value depends on every
    other. Nothing is summed in the sigmoid."""
    return 1 / (1 + np.sum(np.exp(-z)))


@sigmoid.mistake("absolute-value", ask="What is the sigmoid of -3: near 0 or near 1?")
def _(z):
    """Right for positive z; for negative z you return the value of +z. The left half of the S,
    below 0.5, is missing."""
    return sigmoid(np.abs(z))


@sigmoid.mistake("left-half-zero", ask="What is the sigmoid of -1?")
def _(z):
    """Right for positive z, but 0 for all negative z. The sigmoid falls off smoothly on the left:
    at -1 it is still 0.27."""
    return np.where(np.asarray(z) > 0, sigmoid(z), 0)


@sigmoid.mistake("base-2", ask="Which number is the base of the exponential?")
def _(z):
    """Your S is too flat by about a third: the power has base 2. The sigmoid uses e = 2.718…"""
    return sigmoid(np.asarray(z) * math.log(2))


@sigmoid.mistake("base-10", ask="Which number is the base of the exponential?")
def _(z):
    """Your S is more than twice too steep: the power has base 10. The sigmoid uses e = 2.718…"""
    return sigmoid(np.asarray(z) * math.log(10))


@sigmoid.mistake("e-rounded", ask="How many digits of e does NumPy know?")
def _(z):
    """Nearly right: your values differ in the fourth digit, because e is written with a few
    decimals. NumPy knows e, and its exponential, to sixteen digits."""
    return sigmoid(np.asarray(z) * math.log(2.718))


@sigmoid.mistake("e-rounded-more", ask="How many digits of e does NumPy know?")
def _(z):
    """Nearly right: your values differ in the third digit, because e is written with two or so
    decimals. NumPy knows e, and its exponential, to sixteen digits."""
    return sigmoid(np.asarray(z) * math.log(2.72))


@sigmoid.mistake("times-z", ask="What is your function's value for large z?")
def _(z):
    """Your values are z times too large: the S has been multiplied by its own input (an
    activation called swish). The sigmoid alone stays between 0 and 1."""
    return z * sigmoid(z)


@sigmoid.mistake("softplus", ask="Whose slope is the sigmoid?")
def _(z):
    """Your curve grows without end, like a ReLU with a smooth corner: it is softplus, which has
    a logarithm in it. The sigmoid has none."""
    return np.logaddexp(0, z)


@sigmoid.mistake("softsign", ask="Which functions are S-shaped, too?")
def _(z):
    """That S is z over 1 plus the size of z, running from -1 to 1. The sigmoid is made with an
    exponential and runs from 0 to 1."""
    return z / (1 + np.abs(z))


@sigmoid.mistake("clipped-too-soon", ask="How close to 0 should the sigmoid of -1000 be?")
def _(z):
    """Right near 0, but your values stop short of 0 and 1 on the far left and right: z is cut off
    too early. A larger limit does no harm."""
    return sigmoid(np.clip(z, -10, 10))


@sigmoid.mistake("logit", ask="What goes in, and what comes out, of the sigmoid?")
def _(z):
    """That is the way back, from a probability to z: it has a logarithm and gives nan outside 0 to
    1. The sigmoid takes any z."""
    z = np.asarray(z, dtype=float)
    return np.log(z / (1 - z))


@sigmoid.combination("brackets", "sign-of-the-exponent")
def _(z):
    return 1 / 1 + np.exp(z)


@sigmoid.combination("tanh", "sign-of-the-exponent")
def _(z):
    return -np.tanh(z)


@sigmoid.combination("slope", "sign-of-the-exponent")
def _(z):
    return -sigmoid(z) * (1 - sigmoid(z))


@sigmoid.mistake("changed-in-place", ask="Who else still uses the array z?")
def _(z):
    """What you give back may be right, but your code writes into z itself, and the caller still
    needs it. Work on a copy, or make a new array."""
    result = sigmoid(z)
    if isinstance(z, np.ndarray) and z.dtype.kind == "f":
        z[...] = result
        return z
    return result


# --- relu -----------------------------------------------------------------------------------


def _relu_cases(rng):
    for _ in range(4):
        yield generic(3 * values(rng, *sizes(rng, 2)))
    yield special("a 1-D array", 3 * values(rng, 5))
    yield special("an array with three axes", 3 * values(rng, 3, 2, 4))
    yield special("a single number, as an array without axes", np.array(0.7))
    yield special("a single negative number, as an array without axes", np.array(-0.7))
    yield special("whole numbers (an integer array)", np.array([[-3, -1, 0], [1, 2, 4]]))
    yield special("large z", np.array([-1000.0, -50.0, 8.0, 50.0, 1000.0]))


@exercise(
    lesson="01",
    cases=_relu_cases,
    properties={
        "no value is negative": lambda a, z: np.all(np.asarray(a) >= 0),
        "positive entries come back unchanged": lambda a, z: np.all((a == z) | (z <= 0)),
        "the result has the shape of z": lambda a, z: np.shape(a) == np.shape(z),
    },
)
def relu(z):
    """The larger of 0 and z, entry by entry; z of any shape → the same shape."""
    return np.maximum(0, z)


@relu.also_right
def _masked(z):
    return z * (np.asarray(z) > 0)


@relu.also_right
def _where(z):
    return np.where(np.asarray(z) >= 0, z, 0)


@relu.also_right
def _half_of_sum(z):
    return (z + np.abs(z)) / 2


@relu.also_right
def _copy(z):
    a = np.array(z)
    a[a < 0] = 0
    return a


@relu.also_right
def _entry_by_entry(z):
    z = np.asarray(z, dtype=float)
    return np.array([max(0.0, v) for v in z.ravel()]).reshape(z.shape)


@relu.mistake("one-question-for-all", ask="What should Python answer to: is this array positive?")
def _(z):
    """`max(0, z)` and `if z > 0` ask one question and need one answer, but z has many entries, of
    which some are positive and some not. NumPy has a function that takes the larger of two, entry
    by entry."""
    return max(0, z)


@relu.mistake("largest-of-a-column", ask="What is the difference between np.max and np.maximum?")
def _(z):
    """The result is smaller than z: `np.max(z, 0)` looks for the largest entry along axis 0, for
    that is what its second argument means. Its longer-named relative compares entry by entry."""
    return np.max(z, 0)


@relu.mistake("z-as-an-axis", ask="What is the second argument of np.max?")
def _(z):
    """The second argument of `np.max` is an axis, so z cannot stand there. Its longer-named
    relative compares two arrays entry by entry."""
    return np.max(0, np.asarray(z, dtype=float))


@relu.mistake("largest-of-all", ask="How many numbers should come back?")
def _(z):
    """One number comes back, the largest of all, where every entry should have its own result.
    Compare entry by entry."""
    return max(0.0, float(np.max(z)))


@relu.mistake("minimum", ask="Which half of the line does ReLU keep?")
def _(z):
    """You keep the negative entries and set the positive ones to 0: the wrong half. It should be
    the larger of the two, not the smaller."""
    return np.minimum(0, z)


@relu.mistake("slope", ask="What is ReLU of 3, and what its slope there?")
def _(z):
    """You return 1 for positive entries and 0 for the others: that is the slope of ReLU (or only
    the question whether z is positive). Its value at 3 is 3."""
    return (np.asarray(z) > 0) * 1


@relu.mistake("absolute", ask="What is ReLU of -3?")
def _(z):
    """The negative entries come back with their sign turned round. ReLU makes them 0."""
    return np.abs(z)


@relu.mistake("unchanged", ask="What has happened to the negative entries?")
def _(z):
    """The entries come back as they went in, the negative ones too. ReLU makes those 0."""
    return z + 0


@relu.mistake("mirrored", ask="Which entries are kept, and with which sign?")
def _(z):
    """Positive entries have become 0 and negative ones positive: the function is mirrored left to
    right. Look at the sign of z."""
    return np.maximum(0, -np.asarray(z))


@relu.mistake("negated", ask="Should any result be below 0?")
def _(z):
    """The right entries are kept, but with a minus sign. No result of ReLU is below 0."""
    return -np.maximum(0, z)


@relu.mistake("leaky", ask="What is left of -3?")
def _(z):
    """A little of the negative entries, a hundredth, comes through: that is leaky ReLU. Here they
    become exactly 0."""
    return np.where(np.asarray(z) > 0, z, 0.01 * np.asarray(z))


@relu.mistake("leaky-tenth", ask="What is left of -3?")
def _(z):
    """A tenth of the negative entries comes through: that is a leaky ReLU. Here they become
    exactly 0."""
    return np.where(np.asarray(z) > 0, z, 0.1 * np.asarray(z))


@relu.mistake("negatives-dropped", ask="How many numbers go in, and how many come out?")
def _(z):
    """The negative entries are gone, and with them the shape: only the positive ones come back,
    in a row. Each entry must stay at its place, with 0 where it was negative."""
    z = np.asarray(z)
    return z[z > 0]


@relu.mistake("capped-at-1", ask="What is ReLU of 3?")
def _(z):
    """Positive entries above 1 are cut off at 1. ReLU has no upper end."""
    return np.clip(z, 0, 1)


@relu.mistake("capped-at-6", ask="What is ReLU of 1000?")
def _(z):
    """Right for small z, but large entries are cut off at 6 (an activation called ReLU6). ReLU has
    no upper end."""
    return np.clip(z, 0, 6)


@relu.mistake("larger-of-1", ask="What is ReLU of 0.5?")
def _(z):
    """Everything below 1 has become 1: z is compared with 1. The corner of ReLU is at 0."""
    return np.maximum(1, z)


@relu.mistake("threshold-at-1", ask="What is ReLU of 0.5?")
def _(z):
    """Entries between 0 and 1 have become 0, too: the question is asked with the wrong number. The
    corner of ReLU is at 0."""
    return np.where(np.asarray(z) > 1, z, 0)


@relu.mistake("one-where-negative", ask="What is ReLU of -3?")
def _(z):
    """Negative entries have become 1 where they should be 0. Look at the last argument of your
    choice."""
    return np.where(np.asarray(z) > 0, z, 1)


@relu.mistake("minus-one-where-negative", ask="What is ReLU of -3?")
def _(z):
    """Negative entries have become -1 where they should be 0. Look at what you put in their
    place."""
    return np.where(np.asarray(z) > 0, z, -1)


@relu.mistake("nan-where-negative", ask="Can the next layer work with nan?")
def _(z):
    """Negative entries have become nan, and every number that meets them will be nan as well.
    They should be 0."""
    return np.where(np.asarray(z) > 0, z, np.nan)


@relu.mistake("one-where-positive", ask="What is ReLU of -3, and of 3?")
def _(z):
    """Negative entries come back as they are and positive ones as 1. It is the positive entries
    that should come back unchanged."""
    return np.where(np.asarray(z) > 0, 1, z)


@relu.mistake("squared", ask="What is ReLU of 3?")
def _(z):
    """The positive entries are squared: 3 became 9. ReLU leaves them as they are."""
    return np.maximum(0, z) ** 2


@relu.mistake("shifted", ask="Does the result of one entry depend on the others?")
def _(z):
    """Every entry has been lifted until the smallest one is 0. ReLU looks at one entry at a time:
    positive ones stay as they are."""
    return z - np.min(z)


@relu.mistake("sigmoid", ask="Which activation stays between 0 and 1?")
def _(z):
    """That is the sigmoid of the exercise before. ReLU is simpler: two straight pieces, with a
    corner at 0."""
    return sigmoid(z)


@relu.mistake("tanh", ask="Which activation runs from -1 to 1?")
def _(z):
    """That is tanh, which stays between -1 and 1. ReLU is made of two straight pieces."""
    return np.tanh(z)


@relu.mistake("softplus", ask="Where is the corner of your curve?")
def _(z):
    """Your curve is a ReLU with a smooth corner: softplus. ReLU is exactly 0 on the left."""
    return np.logaddexp(0, z)


@relu.mistake("swish", ask="Is your curve exactly 0 on the left?")
def _(z):
    """You multiply z by its sigmoid: that is swish, which dips below 0 on the left. ReLU is made of
    two straight pieces."""
    return z * sigmoid(z)


@relu.mistake("elu", ask="What is the value far on the left?")
def _(z):
    """On the left your curve bends down to -1: that is ELU, with an exponential for negative z.
    ReLU is exactly 0 there."""
    z = np.asarray(z)
    return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)


@relu.mistake("changed-in-place", ask="Who else still uses the array z?")
def _(z):
    """The result is right, but `z[z < 0] = 0` and its like write into the caller's own array, and
    the backward pass will need z as it was. Work on a copy, or make a new array."""
    if isinstance(z, np.ndarray):
        z[z < 0] = 0
        return z
    return max(0, z)


# --- dense_forward --------------------------------------------------------------------------


def _dense_cases(rng):
    for _ in range(4):
        m, n_in, n_out = sizes(rng, 3)
        arrays = values(rng, m, n_in), values(rng, n_in, n_out), values(rng, n_out)
        yield generic(*arrays, m=m, n_in=n_in, n_out=n_out)
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 4, 3), values(rng, 3))
    yield special("a layer of one neuron", values(rng, 5, 3), values(rng, 3, 1), values(rng, 1))
    yield special("a single input", values(rng, 5, 1), values(rng, 1, 3), values(rng, 3))
    whole = np.array([[1, 2, 3], [4, 5, 6]])
    yield special("whole numbers in X (an integer array)", whole, values(rng, 3, 4), values(rng, 4))
    yield square(values(rng, 4, 4), values(rng, 4, 4), values(rng, 4))


@exercise(lesson="01", cases=_dense_cases)
def dense_forward(X, W, b):
    """z = X W + b of a dense layer. X (m, n_in), W (n_in, n_out), b (n_out,) → (m, n_out)."""
    return X @ W + b


@dense_forward.also_right
def _einsum(X, W, b):
    return np.einsum("mi,io->mo", X, W) + b


@dense_forward.also_right
def _rows(X, W, b):
    return np.array([x @ W + b for x in X])


@dense_forward.also_right
def _loops(X, W, b):
    z = np.zeros((len(X), W.shape[1]))
    for i in range(len(X)):
        for k in range(W.shape[1]):
            z[i, k] = sum(X[i, j] * W[j, k] for j in range(len(W))) + b[k]
    return z


@dense_forward.also_right
def _in_place_on_the_product(X, W, b):
    z = np.dot(X, W)
    z += b.reshape(1, -1)
    return z


@dense_forward.also_right
def _float32(X, W, b):
    return X.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32)


@dense_forward.mistake("bias-forgotten", ask="What should come out when X is all zeros?")
def _(X, W, b):
    """The bias is missing: in every row your z is off by the same amounts, and an input of zeros
    gives zeros. Each neuron adds a number of its own."""
    return X @ W


@dense_forward.mistake("only-the-bias", ask="What should depend on X?")
def _(X, W, b):
    """Every row is the bias, whatever X holds. The weighted inputs are missing."""
    return np.zeros((len(X), W.shape[1])) + b


@dense_forward.mistake("bias-subtracted", ask="What should come out when X is all zeros?")
def _(X, W, b):
    """The bias comes in with the wrong sign: an input of zeros gives -b."""
    return X @ W - b


@dense_forward.mistake("product-negated", ask="Which part of z has the wrong sign?")
def _(X, W, b):
    """The bias is right, but the weighted inputs come in with a minus sign."""
    return b - X @ W


@dense_forward.mistake("bias-twice", ask="What should come out when X is all zeros?")
def _(X, W, b):
    """The bias is added twice: an input of zeros gives two times b."""
    return X @ W + b + b


def _is_scaled(part, rest):
    """Whether a result is `rest(…)` and a multiple of `part(…)`, one other than 1, 0 and -1."""

    def test(result, X, W, b):
        right, whole = part(X, W, b), result - rest(X, W, b)
        number = factors.ratio(np.broadcast_to(right, whole.shape), whole)
        return number is not None and abs(abs(number) - 1) > 1e-3

    return test


def _product(X, W, b):
    return X @ W


def _bias(X, W, b):
    return b


@dense_forward.mistake("product-scaled", when=_is_scaled(_product, _bias))
def _(X, W, b):
    """The bias is right, but the weighted inputs are all too large or too small by one factor. No
    number stands beside X and W in this formula."""
    return X @ W / 2 + b


@dense_forward.mistake("bias-scaled", when=_is_scaled(_bias, _product))
def _(X, W, b):
    """The weighted inputs are right, but the bias is too large or too small by a factor. It comes
    in once, as it is."""
    return X @ W + b / 2


@dense_forward.mistake("bias-multiplied", ask="What does a bias of 0 do to your neuron?")
def _(X, W, b):
    """The bias multiplies where it should be added: a bias of 0 would switch the neuron off
    altogether."""
    return X @ W * b


@dense_forward.mistake("bias-added-to-the-weights", ask="How often does each neuron add its bias?")
def _(X, W, b):
    """The bias is added to the weights, before the product, so each input multiplies it again. It
    comes once per neuron, after the product."""
    return X @ (W + b)


@dense_forward.mistake("bias-added-to-the-inputs", ask="How many entries has b: n_in or n_out?")
def _(X, W, b):
    """The bias is added to the inputs, but it has one entry per neuron, not one per input. It comes
    after the product."""
    return (X + b) @ W


@dense_forward.mistake("bias-as-a-column", ask="Which axis of z belongs to the neurons?")
def _(X, W, b):
    """The bias stands upright, as a column (n_out, 1), so it would belong to the rows, the
    examples. It belongs to the columns of z, one number per neuron."""
    return X @ W + b.reshape(-1, 1)


@dense_forward.mistake("bias-summed", ask="How many biases has a layer of three neurons?")
def _(X, W, b):
    """All biases are added up and every neuron gets the sum. Each neuron has a bias of its own."""
    return X @ W + b.sum()


@dense_forward.mistake("bias-averaged", ask="How many biases has a layer of three neurons?")
def _(X, W, b):
    """Every neuron gets the mean of all biases. Each neuron has a bias of its own."""
    return X @ W + b.mean()


@dense_forward.mistake("first-bias-for-all", ask="How many biases has a layer of three neurons?")
def _(X, W, b):
    """Every neuron gets the bias of the first one. Each has a bias of its own."""
    return X @ W + b[0]


@dense_forward.mistake("weights-transposed", ask="Which sizes meet inside X Wᵀ?")
def _(X, W, b):
    """W is used on its side. Its rows belong to the inputs and its columns to the neurons, so X
    meets it as it is; when sizes happen to agree, nothing complains."""
    return X @ W.T + b


@dense_forward.mistake("inputs-transposed", ask="What is a row of X, and what a row of z?")
def _(X, W, b):
    """X is used on its side. Rows are examples, and each row of X makes one row of z, so X stays as
    it is."""
    return X.T @ W + b


@dense_forward.mistake("operands-swapped", ask="Is a matrix product the same in both orders?")
def _(X, W, b):
    """The product is written the wrong way round. Inner sizes must meet: (m, n_in) goes before
    (n_in, n_out)."""
    return W @ X + b


@dense_forward.mistake("both-transposed", ask="What is a row of z?")
def _(X, W, b):
    """Both factors of the product are turned on their side. With one example in a row, as here,
    neither needs to be."""
    return X.T @ W.T + b


@dense_forward.mistake("star-for-at", ask="What is the shape of X * W, if it has one?")
def _(X, W, b):
    """`*` multiplies entry by entry and adds nothing up. Through a layer of weights every input
    meets every neuron, and the products are summed: another operator."""
    return X * W + b


@dense_forward.mistake("product-transposed", ask="Which axis of X W do the biases belong to?")
def _(X, W, b):
    """The product is turned on its side before the bias comes to it. X W has one column per neuron
    already, as b has one number for each."""
    return (X @ W).T + b


@dense_forward.mistake("result-transposed", ask="Which axis of z counts the examples?")
def _(X, W, b):
    """Your result lies on its side: (n_out, m), one example in a column. In this course rows are
    examples, in z as in X."""
    return (X @ W + b).T


@dense_forward.mistake("sigmoid-applied", ask="What is the difference between z and a?")
def _(X, W, b):
    """You have gone one step too far: the activation is applied already, so all values lie between
    0 and 1. Asked for is z, before the activation."""
    return sigmoid(X @ W + b)


@dense_forward.mistake("relu-applied", ask="What is the difference between z and a?")
def _(X, W, b):
    """You have gone one step too far: a ReLU has set the negative values to 0. Asked for is z,
    before the activation."""
    return relu(X @ W + b)


@dense_forward.mistake("tanh-applied", ask="What is the difference between z and a?")
def _(X, W, b):
    """You have gone one step too far: tanh is applied already. Asked for is z, before the
    activation."""
    return np.tanh(X @ W + b)


@dense_forward.combination("sigmoid-applied", "bias-forgotten")
def _(X, W, b):
    return sigmoid(X @ W)


@dense_forward.combination("relu-applied", "bias-forgotten")
def _(X, W, b):
    return relu(X @ W)


@dense_forward.combination("tanh-applied", "bias-forgotten")
def _(X, W, b):
    return np.tanh(X @ W)


@dense_forward.mistake("product-divided-by-m", ask="Does an example's z depend on the others?")
def _(X, W, b):
    """The weighted inputs are divided by the number of examples. Each row of z belongs to one
    example, and nothing is averaged over the batch here."""
    return X @ W / len(X) + b


@dense_forward.mistake("product-divided-by-inputs", ask="Is z a sum or a mean over the inputs?")
def _(X, W, b):
    """The weighted inputs are averaged over the inputs: the product is n_in times too small. A
    neuron adds them up."""
    return X @ W / X.shape[1] + b


@dense_forward.mistake("examples-averaged", ask="How many rows has X, and how many has z?")
def _(X, W, b):
    """One row comes back for the whole batch: the examples were averaged. Each example has its own
    row in z."""
    return X.mean(axis=0) @ W + b


@dense_forward.mistake("examples-summed", ask="How many rows has X, and how many has z?")
def _(X, W, b):
    """One row comes back for the whole batch: the examples were added up. Each example has its own
    row in z."""
    return X.sum(axis=0) @ W + b


@dense_forward.mistake("first-example-only", ask="How many rows has X, and how many has z?")
def _(X, W, b):
    """Only the first example comes back (a `return` inside the loop, or an index too many). Each
    example has its own row in z."""
    return X[0] @ W + b


@dense_forward.mistake("last-example-only", ask="How many rows has X, and how many has z?")
def _(X, W, b):
    """Only the last example comes back: perhaps a loop writes each result over the one before.
    Each example has its own row in z."""
    return X[-1] @ W + b


@dense_forward.mistake("last-input-missing", ask="Over which indices does range(n - 1) run?")
def _(X, W, b):
    """The last input never counts: its weights make no difference. Look at where your loop or
    slice ends."""
    return X[:, :-1] @ W[:-1] + b


@dense_forward.mistake("first-input-missing", ask="At which index does Python start to count?")
def _(X, W, b):
    """The first input never counts: its weights make no difference. Look at where your loop or
    slice begins."""
    return X[:, 1:] @ W[1:] + b


@dense_forward.mistake("only-the-last-input", ask="What does `=` do to what was there before?")
def _(X, W, b):
    """Only the last input counts: perhaps a loop writes each product over the one before instead of
    adding it."""
    return X[:, -1:] @ W[-1:] + b


@dense_forward.mistake("only-the-first-input", ask="How many inputs does each neuron see?")
def _(X, W, b):
    """Only the first input counts. Each neuron adds up the products of all its inputs."""
    return X[:, :1] @ W[:1] + b


@dense_forward.mistake("bias-in-every-term", ask="How often does each neuron add its bias?")
def _(X, W, b):
    """The bias is added once for every input: it stands inside the sum over the inputs. It should
    come once, after the sum."""
    return X @ W + X.shape[1] * b


@dense_forward.mistake("bias-times-m", ask="How often does each neuron add its bias?")
def _(X, W, b):
    """The weighted inputs are right, but the bias is m times too large, as if it were added once
    for every example. Each row gets it once."""
    return X @ W + len(X) * b


# The bias left out as well.
_PRODUCTS = {
    "weights-transposed": lambda X, W, b: X @ W.T,
    "inputs-transposed": lambda X, W, b: X.T @ W,
    "operands-swapped": lambda X, W, b: W @ X,
    "both-transposed": lambda X, W, b: X.T @ W.T,
    "star-for-at": lambda X, W, b: X * W,
    "last-input-missing": lambda X, W, b: X[:, :-1] @ W[:-1],
    "first-input-missing": lambda X, W, b: X[:, 1:] @ W[1:],
}
for _slug, _product in _PRODUCTS.items():
    dense_forward.combination("bias-forgotten", _slug)(_product)


@dense_forward.mistake("last-neuron-missing", ask="How many columns has W, and how many has z?")
def _(X, W, b):
    """The last column of z is missing: there is one neuron too few. Look at where your loop or
    slice ends."""
    return (X @ W + b)[:, :-1]


@dense_forward.mistake("neurons-summed", ask="How many numbers does one example give?")
def _(X, W, b):
    """One number per example comes back: the neurons were added up. Each neuron has its own column
    in z."""
    return np.sum(X @ W + b, axis=1)


# --- two_layer_forward ----------------------------------------------------------------------


def _params(rng, n_in, hidden, k):
    shapes = {"W1": (n_in, hidden), "b1": (hidden,), "W2": (hidden, k), "b2": (k,)}
    return {name: 2 * values(rng, *shape) for name, shape in shapes.items()}


def _two_layer_cases(rng):
    for _ in range(4):
        m, n_in, hidden, k = sizes(rng, 4)
        dims = {"m": m, "n_in": n_in, "n_hidden": hidden, "k": k}
        yield generic(values(rng, m, n_in), _params(rng, n_in, hidden, k), **dims)
    yield special("a batch of one example", values(rng, 1, 4), _params(rng, 4, 5, 3))
    yield special("a single output (k = 1)", values(rng, 5, 4), _params(rng, 4, 3, 1))
    yield special("a single input", values(rng, 5, 1), _params(rng, 1, 4, 3))
    yield square(values(rng, 4, 4), _params(rng, 4, 4, 4))


@exercise(
    lesson="01",
    cases=_two_layer_cases,
    properties={
        "every value lies between 0 and 1": lambda p, X, params: np.all((p > 0) & (p < 1)),
        "one row for each example": lambda p, X, params: len(p) == len(X),
    },
)
def two_layer_forward(X, params):
    """ŷ of a network with a sigmoid hidden layer and a sigmoid output layer.

    X (m, n_in); params W1 (n_in, h), b1 (h,), W2 (h, k), b2 (k,) → (m, k).
    """
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"] + params["b2"])


def _forward(X, params, hidden=sigmoid, output=sigmoid, b1=1, b2=1):
    """The pass with other activations, or with its biases scaled: the trunk of the mistakes."""
    a1 = hidden(X @ params["W1"] + b1 * params["b1"])
    return output(a1 @ params["W2"] + b2 * params["b2"])


def _same(z):
    return z


@two_layer_forward.also_right
def _through_dense_forward(X, params):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    return 1 / (1 + np.exp(-dense_forward(1 / (1 + np.exp(-dense_forward(X, W1, b1))), W2, b2)))


@two_layer_forward.also_right
def _layer_by_layer(X, params):
    a = X
    for i in (1, 2):
        a = sigmoid(a @ params[f"W{i}"] + params[f"b{i}"])
    return a


@two_layer_forward.also_right
def _example_by_example(X, params):
    rows = []
    for x in X:
        h = sigmoid(x @ params["W1"] + params["b1"])
        rows.append(sigmoid(h @ params["W2"] + params["b2"]))
    return np.array(rows)


@two_layer_forward.mistake("no-hidden-activation", ask="What is a line of a line?")
def _(X, params):
    """The hidden layer has no activation: its z goes straight on, and two linear layers are no
    more than one. Look at what the output layer is given."""
    return _forward(X, params, hidden=_same)


@two_layer_forward.mistake("no-output-activation", ask="In which range does the prediction lie?")
def _(X, params):
    """The output layer has no activation: your predictions leave the range from 0 to 1. You return
    z of the last layer, not a."""
    return _forward(X, params, output=_same)


@two_layer_forward.mistake("no-activation-at-all", ask="What is a line of a line?")
def _(X, params):
    """Neither layer has an activation, so the whole network is one linear map. Each layer ends with
    its sigmoid."""
    return _forward(X, params, hidden=_same, output=_same)


@two_layer_forward.mistake("hidden-bias-forgotten", ask="Which parameters did you use?")
def _(X, params):
    """The bias of the hidden layer is missing: `b1` makes no difference to your result. Every layer
    adds its own."""
    return _forward(X, params, b1=0)


@two_layer_forward.mistake("output-bias-forgotten", ask="Which parameters did you use?")
def _(X, params):
    """The bias of the output layer is missing: `b2` makes no difference to your result. Every layer
    adds its own."""
    return _forward(X, params, b2=0)


@two_layer_forward.mistake("both-biases-forgotten", ask="Which parameters did you use?")
def _(X, params):
    """Both biases are missing: `b1` and `b2` make no difference to your result. Every layer adds
    its own."""
    return _forward(X, params, b1=0, b2=0)


@two_layer_forward.mistake("hidden-bias-subtracted", ask="With which sign does a bias come in?")
def _(X, params):
    """The hidden layer's bias comes in with the wrong sign."""
    return _forward(X, params, b1=-1)


@two_layer_forward.mistake("output-bias-subtracted", ask="With which sign does a bias come in?")
def _(X, params):
    """The output layer's bias comes in with the wrong sign."""
    return _forward(X, params, b2=-1)


@two_layer_forward.mistake("hidden-bias-after-activation", ask="What lies inside the sigmoid?")
def _(X, params):
    """The hidden layer's bias is added after the sigmoid; it belongs inside, with the weighted
    inputs."""
    a1 = sigmoid(X @ params["W1"]) + params["b1"]
    return sigmoid(a1 @ params["W2"] + params["b2"])


@two_layer_forward.mistake("output-bias-after-activation", ask="What lies inside the sigmoid?")
def _(X, params):
    """The output layer's bias is added after the sigmoid, so predictions leave the range from 0 to
    1. It belongs inside, with the weighted inputs."""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"]) + params["b2"]


@two_layer_forward.mistake("both-biases-after-activation", ask="What lies inside the sigmoid?")
def _(X, params):
    """Both biases are added after the sigmoid of their layer. They belong inside, with the weighted
    inputs."""
    a1 = sigmoid(X @ params["W1"]) + params["b1"]
    return sigmoid(a1 @ params["W2"]) + params["b2"]


@two_layer_forward.mistake("relu-hidden", ask="Which activation is asked for in which layer?")
def _(X, params):
    """The hidden layer uses ReLU. A fine choice, but here both layers use the sigmoid."""
    return _forward(X, params, hidden=relu)


@two_layer_forward.mistake("tanh-hidden", ask="Which activation is asked for in which layer?")
def _(X, params):
    """The hidden layer uses tanh. A fine choice, but here both layers use the sigmoid."""
    return _forward(X, params, hidden=np.tanh)


@two_layer_forward.mistake("relu-output", ask="Which activation is asked for in which layer?")
def _(X, params):
    """The output layer uses ReLU. Here both layers use the sigmoid."""
    return _forward(X, params, output=relu)


@two_layer_forward.mistake("tanh-output", ask="Which activation is asked for in which layer?")
def _(X, params):
    """The output layer uses tanh, so predictions run from -1 to 1. Here both layers use the
    sigmoid."""
    return _forward(X, params, output=np.tanh)


@two_layer_forward.mistake("relu-everywhere", ask="Which activation is asked for in which layer?")
def _(X, params):
    """Both layers use ReLU. Here both use the sigmoid."""
    return _forward(X, params, hidden=relu, output=relu)


@two_layer_forward.mistake("tanh-everywhere", ask="Which activation is asked for in which layer?")
def _(X, params):
    """Both layers use tanh. Here both use the sigmoid, and predictions lie between 0 and 1."""
    return _forward(X, params, hidden=np.tanh, output=np.tanh)


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@two_layer_forward.mistake("softmax-output", ask="What do the numbers of a row add up to?")
def _(X, params):
    """The numbers of each row add up to 1: the output layer uses softmax, which comes with the
    digits. Here it is the sigmoid, one number at a time."""
    return _forward(X, params, output=_softmax)


@two_layer_forward.mistake("activation-twice-at-the-output", ask="How often is each z squashed?")
def _(X, params):
    """The output layer's sigmoid is applied twice, so all predictions lie between 0.5 and 0.73.
    Once per layer is enough."""
    return _forward(X, params, output=lambda z: sigmoid(sigmoid(z)))


@two_layer_forward.mistake("activation-twice-when-hidden", ask="How often is each z squashed?")
def _(X, params):
    """The hidden layer's sigmoid is applied twice. Once per layer is enough."""
    return _forward(X, params, hidden=lambda z: sigmoid(sigmoid(z)))


@two_layer_forward.mistake("mirrored-sigmoid", ask="Which way does your S lean?")
def _(X, params):
    """The sigmoid that you use in both layers is mirrored left to right: it falls where it should
    rise. Look at the sign in its exponent."""
    return _forward(X, params, hidden=lambda z: sigmoid(-z), output=lambda z: sigmoid(-z))


@two_layer_forward.mistake("mirrored-hidden-sigmoid", ask="Which way does your S lean?")
def _(X, params):
    """The sigmoid of the hidden layer is mirrored left to right: it falls where it should rise.
    Look at the sign in its exponent."""
    return _forward(X, params, hidden=lambda z: sigmoid(-z))


@two_layer_forward.mistake("hidden-product-negated", ask="Which part of z has the wrong sign?")
def _(X, params):
    """In the hidden layer the weighted sum comes in with the wrong sign, and the bias with the
    right one."""
    return _forward(X, params, hidden=lambda z: sigmoid(-z), b1=-1)


@two_layer_forward.mistake("output-product-negated", ask="Which part of z has the wrong sign?")
def _(X, params):
    """In the output layer the weighted sum comes in with the wrong sign, and the bias with the
    right one: as when a minus stands before it, or before what the hidden layer gives."""
    return _forward(X, params, output=lambda z: sigmoid(-z), b2=-1)


@two_layer_forward.mistake("mirrored-output-sigmoid", ask="Which way does your S lean?")
def _(X, params):
    """Your predictions are 1 minus the right ones: the sigmoid of the output layer is mirrored left
    to right. Look at the sign in its exponent."""
    return _forward(X, params, output=lambda z: sigmoid(-z))


@two_layer_forward.mistake("hidden-layer-returned", ask="What are the shapes of a1 and of ŷ?")
def _(X, params):
    """You return the hidden layer's activations, (m, n_hidden). The output layer has still to
    come."""
    return sigmoid(X @ params["W1"] + params["b1"])


@two_layer_forward.mistake("both-layers-returned", ask="What does the caller expect to get?")
def _(X, params):
    """You return both layers' activations. Asked for is the prediction alone, one array (m, k)."""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return a1, sigmoid(a1 @ params["W2"] + params["b2"])


@two_layer_forward.mistake("result-transposed", ask="Which axis of ŷ counts the examples?")
def _(X, params):
    """Your predictions lie on their side: (k, m), one example in a column. In this course rows are
    examples."""
    return two_layer_forward(X, params).T


@two_layer_forward.mistake("inputs-to-the-output-layer", ask="What is the input of layer 2?")
def _(X, params):
    """The output layer is given X again. Its inputs are the activations of the hidden layer."""
    return sigmoid(X @ params["W2"] + params["b2"])


@two_layer_forward.mistake("first-weights-twice", ask="Which parameters did you use?")
def _(X, params):
    """The first layer's weights are used in both layers: `W2` makes no difference. A line copied
    and not changed?"""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W1"] + params["b2"])


@two_layer_forward.mistake("first-bias-twice", ask="Which parameters did you use?")
def _(X, params):
    """The first layer's bias is used in both layers: `b2` makes no difference. A line copied and
    not changed?"""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"] + params["b1"])


@two_layer_forward.mistake("first-layer-twice", ask="Which parameters did you use?")
def _(X, params):
    """The first layer is used twice, weights and bias: `W2` and `b2` make no difference. A line
    copied and not changed?"""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W1"] + params["b1"])


@two_layer_forward.mistake("biases-swapped", ask="How long are b1 and b2?")
def _(X, params):
    """The biases are swapped: each layer adds the other's."""
    a1 = sigmoid(X @ params["W1"] + params["b2"])
    return sigmoid(a1 @ params["W2"] + params["b1"])


@two_layer_forward.mistake("layers-swapped", ask="Which layer sees X?")
def _(X, params):
    """The layers come in the wrong order: X meets the second layer first."""
    a1 = sigmoid(X @ params["W2"] + params["b2"])
    return sigmoid(a1 @ params["W1"] + params["b1"])


@two_layer_forward.mistake("weights-transposed", ask="Which sizes meet in each product?")
def _(X, params):
    """The weights are used on their side in both layers. Their rows belong to the inputs of the
    layer, so the activations meet them as they are."""
    a1 = sigmoid(X @ params["W1"].T + params["b1"])
    return sigmoid(a1 @ params["W2"].T + params["b2"])


@two_layer_forward.mistake("first-weights-transposed", ask="Which sizes meet in each product?")
def _(X, params):
    """The first layer's weights are used on their side. Their rows belong to the inputs, so X meets
    them as they are."""
    a1 = sigmoid(X @ params["W1"].T + params["b1"])
    return sigmoid(a1 @ params["W2"] + params["b2"])


@two_layer_forward.mistake("second-weights-transposed", ask="Which sizes meet in each product?")
def _(X, params):
    """The output layer's weights are used on their side. Their rows belong to the hidden neurons,
    so the activations meet them as they are."""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"].T + params["b2"])


@two_layer_forward.mistake("operands-swapped", ask="Is a matrix product the same in both orders?")
def _(X, params):
    """The products are written the wrong way round, weights first. Inner sizes must meet: rows are
    examples, so the data come first."""
    a1 = sigmoid(params["W1"] @ X + params["b1"])
    return sigmoid(params["W2"] @ a1 + params["b2"])


@two_layer_forward.mistake("star-for-at", ask="What does `*` do with two arrays?")
def _(X, params):
    """`*` multiplies entry by entry and adds nothing up. Through a layer of weights every input
    meets every neuron, and the products are summed: another operator."""
    a1 = sigmoid(X * params["W1"] + params["b1"])
    return sigmoid(a1 * params["W2"] + params["b2"])


@two_layer_forward.mistake("star-in-the-first-layer", ask="What does `*` do with two arrays?")
def _(X, params):
    """In the first layer `*` multiplies entry by entry and adds nothing up. Every input meets every
    hidden neuron, and the products are summed: another operator."""
    a1 = sigmoid(X * params["W1"] + params["b1"])
    return sigmoid(a1 @ params["W2"] + params["b2"])


@two_layer_forward.mistake("star-in-the-second-layer", ask="What does `*` do with two arrays?")
def _(X, params):
    """In the second layer `*` multiplies entry by entry and adds nothing up. Every hidden neuron
    meets every output, and the products are summed: another operator."""
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    return sigmoid(a1 * params["W2"] + params["b2"])


@two_layer_forward.mistake("number-of-the-largest", ask="What is asked for: a class or numbers?")
def _(X, params):
    """One whole number per example comes back: the position of the largest output. Asked for are
    the outputs themselves, (m, k)."""
    return np.argmax(two_layer_forward(X, params), axis=1)


@two_layer_forward.mistake("class-instead-of-probability", ask="Is 0.51 the same answer as 0.99?")
def _(X, params):
    """You return 0 or 1: the predictions were rounded, or compared with 0.5. Asked for are the
    numbers between, which say how sure the network is."""
    return np.round(two_layer_forward(X, params))


@two_layer_forward.mistake("flattened", ask="What shape has ŷ when there is one output?")
def _(X, params):
    """With one output your predictions come as (m,) where a column (m, 1) is expected; against
    targets (m, 1) that makes an (m, m) table later, without an error."""
    y_hat = two_layer_forward(X, params)
    return y_hat[:, 0] if y_hat.shape[1] == 1 else y_hat


@two_layer_forward.mistake("squeezed", ask="Which axes of length 1 does squeeze take away?")
def _(X, params):
    """All axes of length 1 are gone: a batch of one, or a single output, comes back with fewer axes
    than (m, k). The shape should not depend on such accidents."""
    return np.squeeze(two_layer_forward(X, params))


@two_layer_forward.mistake("first-example-only", ask="How many rows has X, and how many has ŷ?")
def _(X, params):
    """Only the first example comes back (a `return` inside the loop, or an index too many). Each
    example has its own row."""
    return two_layer_forward(X, params)[0]


@two_layer_forward.mistake("last-example-only", ask="How many rows has X, and how many has ŷ?")
def _(X, params):
    """Only the last example comes back: perhaps a loop writes each result over the one before. Each
    example has its own row."""
    return two_layer_forward(X, params)[-1]


# Two of these at once are named, too.
_PIECES = {
    "no-hidden-activation": {"hidden": _same},
    "relu-hidden": {"hidden": relu},
    "tanh-hidden": {"hidden": np.tanh},
    "mirrored-hidden-sigmoid": {"hidden": lambda z: sigmoid(-z)},
    "no-output-activation": {"output": _same},
    "relu-output": {"output": relu},
    "tanh-output": {"output": np.tanh},
    "softmax-output": {"output": _softmax},
    "mirrored-output-sigmoid": {"output": lambda z: sigmoid(-z)},
    "hidden-bias-forgotten": {"b1": 0},
    "hidden-bias-subtracted": {"b1": -1},
    "output-bias-forgotten": {"b2": 0},
    "output-bias-subtracted": {"b2": -1},
    "both-biases-forgotten": {"b1": 0, "b2": 0},
    "no-activation-at-all": {"hidden": _same, "output": _same},
    "relu-everywhere": {"hidden": relu, "output": relu},
    "tanh-everywhere": {"hidden": np.tanh, "output": np.tanh},
}
_WITH_A_NAME_OF_THEIR_OWN = {
    ("no-hidden-activation", "no-output-activation"),
    ("relu-hidden", "relu-output"),
    ("tanh-hidden", "tanh-output"),
    ("mirrored-hidden-sigmoid", "mirrored-output-sigmoid"),
    ("mirrored-hidden-sigmoid", "hidden-bias-subtracted"),
    ("mirrored-output-sigmoid", "output-bias-subtracted"),
    ("hidden-bias-forgotten", "output-bias-forgotten"),
}

for _one, _other in itertools.combinations(_PIECES, 2):
    _apart = not set(_PIECES[_one]) & set(_PIECES[_other])
    if _apart and (_one, _other) not in _WITH_A_NAME_OF_THEIR_OWN:
        _version = functools.partial(_forward, **_PIECES[_one], **_PIECES[_other])
        two_layer_forward.combination(_one, _other)(_version)

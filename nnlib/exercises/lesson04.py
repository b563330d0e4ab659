"""Exercises of lesson 04, error terms: output_delta, hidden_delta, the two gradients, backprop."""

import itertools
from types import SimpleNamespace

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, positive, sizes, special, square, values


def slope(z):
    """The sigmoid's slope at the pre-activation z, same shape."""
    a = sigmoid(z)
    return a * (1 - a)


def is_one_number(result, *args):
    """Whether an array is asked for and one number came."""
    return isinstance(result, int | float | np.number | np.ndarray) and np.size(result) == 1


# --- output_delta ---------------------------------------------------------------------------


def output_of(z, y):
    """The arguments of output_delta for given pre-activations and targets: y_hat fits to z."""
    return y, sigmoid(z), z


def cases_for_output_delta(rng):
    for _ in range(3):
        m, k = sizes(rng, 2)
        yield generic(*output_of(2 * values(rng, m, k), positive(rng, m, k)), m=m, k=k)
    yield special("a batch of one example", *output_of(values(rng, 1, 4), positive(rng, 1, 4)))
    yield special("a single output neuron", *output_of(values(rng, 5, 1), positive(rng, 5, 1)))
    ones = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1]])
    yield special("whole-number targets", *output_of(values(rng, 4, 3), ones))
    large = np.array([[-40.0, 0.6, 40.0], [25.0, -30.0, -0.4]])
    yield special("z of large size (±40)", *output_of(large, positive(rng, 2, 3)))
    yield square(*output_of(2 * values(rng, 4, 4), positive(rng, 4, 4)))


@exercise(lesson="04", cases=cases_for_output_delta)
def output_delta(y, y_hat, z):
    """∂L/∂z of a sigmoid output layer, L the mean squared error over all m·k entries.

    y, y_hat = sigmoid(z) and z all (m, k) → (m, k).
    """
    return 2 * (y_hat - y) / y.size * slope(z)


@output_delta.also_right
def output_delta_from_y_hat(y, y_hat, z):
    return (y_hat - y) * y_hat * (1 - y_hat) * (2.0 / np.prod(y.shape))


@output_delta.also_right
def output_delta_with_loops(y, y_hat, z):
    m, k = y.shape
    delta = np.zeros((m, k))
    for i in range(m):
        for j in range(k):
            a = 1 / (1 + np.exp(-z[i, j]))
            delta[i, j] = 2 / (m * k) * (y_hat[i, j] - y[i, j]) * a * (1 - a)
    return delta


@output_delta.also_right
def output_delta_in_float32(y, y_hat, z):
    return ((y_hat - y) * 2 / y.size * slope(z)).astype(np.float32)


@output_delta.also_right
def output_delta_on_a_copy(y, y_hat, z):
    delta = y_hat.copy()
    delta -= y
    delta *= 2
    delta /= y.size
    delta *= np.exp(-z) / (1 + np.exp(-z)) ** 2
    return delta


@output_delta.mistake(
    "slope-forgotten", ask="On the way from ŷ back to z, what stands between the two?"
)
def _(y, y_hat, z):
    """The slope of the sigmoid is left out: this is ∂L/∂ŷ, and the error term belongs to z. On the
    way back through an activation one more factor comes in."""
    return 2 * (y_hat - y) / y.size


@output_delta.mistake(
    "raw-error", ask="Is the error term the error? Which three things turn one into the other?"
)
def _(y, y_hat, z):
    """You give back the plain error ŷ - y. The error term is the derivative of the loss with
    respect to z: the square, the mean and the sigmoid each leave a factor behind."""
    return y_hat - y


@output_delta.mistake(
    "cross-entropy-delta", ask="For which loss does the slope of the sigmoid cancel?"
)
def _(y, y_hat, z):
    """This is the error term of cross-entropy, where the slope of the sigmoid cancels. With the
    mean squared error it stays, and the mean goes over all entries."""
    return (y_hat - y) / len(y)


@output_delta.mistake("not-averaged-and-no-slope")
def _(y, y_hat, z):
    """This is the derivative of the square alone, for one entry. The mean over all entries and the
    slope of the sigmoid are still missing."""
    return 2 * (y_hat - y)


@output_delta.mistake(
    "factor-2-missing", ask="What does the derivative of a square leave in front?"
)
def _(y, y_hat, z):
    """All your numbers are half of what they should be. The loss here is the mean of the squares
    themselves, not of half the squares: look at what the derivative of a square brings down."""
    return (y_hat - y) / y.size * slope(z)


@output_delta.mistake(
    "divided-by-m-only", ask="Over how many numbers does this loss take its mean?"
)
def _(y, y_hat, z):
    """Your numbers are k times too large: you divide by the number of examples. The mean squared
    error is a mean over all the entries of y, and a row has k of them."""
    return 2 * (y_hat - y) / len(y) * slope(z)


@output_delta.mistake("divided-by-k-only")
def _(y, y_hat, z):
    """Your numbers are m times too large: you divide by the number of outputs only. The mean goes
    over all the entries of y, examples and outputs."""
    return 2 * (y_hat - y) / y.shape[1] * slope(z)


@output_delta.mistake("not-averaged", ask="The loss is a mean. Where is its 1/…?")
def _(y, y_hat, z):
    """Your numbers are m·k times too large. That is the derivative of the sum of squares, and the
    loss is their mean."""
    return 2 * (y_hat - y) * slope(z)


@output_delta.mistake("half-sum-of-squares", ask="Which loss has exactly this derivative?")
def _(y, y_hat, z):
    """This is the derivative of half the SUM of squares: neither the 2 nor the mean is there. The
    loss of this course is the mean of the squares."""
    return (y_hat - y) * slope(z)


@output_delta.mistake("half-mean-over-examples")
def _(y, y_hat, z):
    """This fits a loss of half the squares, averaged over the examples only. Here it is the whole
    squares, averaged over all entries: look at the factor in front and at what you divide by."""
    return (y_hat - y) / len(y) * slope(z)


@output_delta.mistake("averaged-twice")
def _(y, y_hat, z):
    """Your numbers are m times too small: the mean is taken, and then divided by the number of
    examples once more. It belongs to the loss, once."""
    return 2 * (y_hat - y) / y.size / len(y) * slope(z)


@output_delta.mistake(
    "sign", ask="Must a gradient point uphill or downhill, and who turns it round?"
)
def _(y, y_hat, z):
    """Every number has the opposite sign, so the update would walk uphill. Ask what happens to the
    loss when ŷ grows while it is already above y: the order of your difference decides."""
    return 2 * (y - y_hat) / y.size * slope(z)


@output_delta.mistake(
    "slope-past-the-sigmoid", ask="At which number is a slope taken: before or after the sigmoid?"
)
def _(y, y_hat, z):
    """Your slope goes through the sigmoid once too often: it is taken at ŷ, which has been through
    it already. A slope belongs to the place z where the curve is climbed."""
    return 2 * (y_hat - y) / y.size * slope(y_hat)


@output_delta.mistake("slope-z-times-one-minus-z", ask="What does a·(1 - a) want to be given?")
def _(y, y_hat, z):
    """Your slope is built from z and 1 - z. That form wants the sigmoid's value; the pre-activation
    z has to go through the sigmoid first."""
    return 2 * (y_hat - y) / y.size * z * (1 - z)


@output_delta.mistake("activation-for-slope")
def _(y, y_hat, z):
    """You multiply by the sigmoid's value, not by its slope. The value says how high the curve is
    at z, the slope how steep."""
    return 2 * (y_hat - y) / y.size * sigmoid(z)


@output_delta.mistake("one-minus-activation-for-slope")
def _(y, y_hat, z):
    """One half of the slope is missing: you multiply by 1 minus the sigmoid's value and not by the
    value itself."""
    return 2 * (y_hat - y) / y.size * (1 - sigmoid(z))


@output_delta.mistake("one-plus-activation")
def _(y, y_hat, z):
    """Your slope is above what a sigmoid can have (at most 1/4). Look at the sign inside its
    bracket."""
    return 2 * (y_hat - y) / y.size * sigmoid(z) * (1 + sigmoid(z))


@output_delta.mistake("z-for-slope")
def _(y, y_hat, z):
    """You multiply by z itself. What comes in on the way back through the sigmoid is its slope at
    z."""
    return 2 * (y_hat - y) / y.size * z


@output_delta.mistake("slope-twice")
def _(y, y_hat, z):
    """The slope of the sigmoid is multiplied in twice. There is one sigmoid between z and ŷ, so its
    slope comes in once."""
    return 2 * (y_hat - y) / y.size * slope(z) ** 2


@output_delta.mistake("slope-of-tanh")
def _(y, y_hat, z):
    """The slope you use has the form that belongs to tanh, one minus a square. The output layer
    here is a sigmoid."""
    return 2 * (y_hat - y) / y.size * (1 - sigmoid(z) ** 2)


@output_delta.mistake("slope-of-tanh-at-z")
def _(y, y_hat, z):
    """The slope you use is that of tanh. The output layer here is a sigmoid, which is never as
    steep."""
    return 2 * (y_hat - y) / y.size * (1 - np.tanh(z) ** 2)


@output_delta.mistake("slope-of-relu")
def _(y, y_hat, z):
    """Where z is negative your error term is 0, and elsewhere no slope comes in: that is the slope
    of a ReLU. The output layer here is a sigmoid."""
    return 2 * (y_hat - y) / y.size * (z > 0)


@output_delta.mistake("divided-by-slope")
def _(y, y_hat, z):
    """You divide by the slope of the sigmoid. Along a chain of functions the slopes are multiplied,
    on the way back as well."""
    return 2 * (y_hat - y) / y.size / slope(z)


@output_delta.mistake("slope-added")
def _(y, y_hat, z):
    """You add the slope of the sigmoid to the derivative of the loss. Along a chain of functions
    the slopes are multiplied."""
    return 2 * (y_hat - y) / y.size + slope(z)


@output_delta.mistake("error-forgotten")
def _(y, y_hat, z):
    """This is the slope of the sigmoid alone: the targets play no part in it. The derivative of the
    loss with respect to ŷ has still to come in."""
    return slope(z)


@output_delta.mistake("error-squared", ask="Is this the loss or its derivative?")
def _(y, y_hat, z):
    """The error comes in squared: that is the loss itself, not its derivative. No entry of yours is
    negative, so it cannot say in which direction to go."""
    return (y_hat - y) ** 2 / y.size * slope(z)


@output_delta.mistake("error-without-sign")
def _(y, y_hat, z):
    """The sign of the error is lost: no entry of yours is negative. An output that is too low must
    pull the other way than one that is too high."""
    return 2 * np.abs(y_hat - y) / y.size * slope(z)


@output_delta.mistake("sigmoid-on-y-hat")
def _(y, y_hat, z):
    """The prediction is put through the sigmoid once more before it is compared with y. It is
    finished as it comes: `y_hat` is already the output of the network."""
    return 2 * (sigmoid(y_hat) - y) / y.size * slope(z)


@output_delta.mistake("z-for-y-hat")
def _(y, y_hat, z):
    """You compare the targets with z. What is compared with y is the network's output, after the
    sigmoid."""
    return 2 * (z - y) / y.size * slope(z)


@output_delta.mistake(
    "matmul-for-the-slope", ask="Through weights or through an activation: which is `@`, which `*`?"
)
def _(y, y_hat, z):
    """The error and the slope are combined with a matrix product. Through an activation each entry
    meets only its own slope, and that is what `*` does."""
    return 2 * (y_hat - y) / y.size @ slope(z)


@output_delta.mistake("transposed-matmul-for-the-slope")
def _(y, y_hat, z):
    """A transpose and a matrix product turn your result into a small table of shape (k, k) that
    mixes all examples. Here nothing is mixed: each entry meets only its own slope, with `*`."""
    return (2 * (y_hat - y) / y.size).T @ slope(z)


@output_delta.mistake("matmul-with-the-slope-transposed")
def _(y, y_hat, z):
    """A matrix product with a transpose makes a table of examples against examples, shape (m, m).
    Here no example meets another: each entry meets its own slope, with `*`."""
    return 2 * (y_hat - y) / y.size @ slope(z).T


@output_delta.mistake("one-row-for-the-batch", ask="How many error terms does a batch have?")
def _(y, y_hat, z):
    """One row is left of m: the error terms are collapsed over the examples. Every example has its
    own row of error terms; they are added up later, in the gradients."""
    return np.mean(2 * (y_hat - y) / y.shape[1] * slope(z), axis=0)


@output_delta.mistake("one-mean-row-for-the-batch")
def _(y, y_hat, z):
    """One row is left of m: the error terms are averaged over the examples. Every example has its
    own row of error terms; they are added up later, in the gradients."""
    return np.mean(2 * (y_hat - y) / y.size * slope(z), axis=0)


@output_delta.mistake("one-number-for-all", when=is_one_number)
def _(y, y_hat, z):
    """One single number comes back. The mean, which makes one number of many, is in the loss; its
    derivative is a table with one entry for each entry of z."""
    return np.mean(2 * (y_hat - y) * slope(z))


@output_delta.mistake("slope-averaged")
def _(y, y_hat, z):
    """The slope is averaged over the examples before it comes in. Every entry of z stands at its
    own place on the curve and has its own slope."""
    return 2 * (y_hat - y) / y.size * slope(z).mean(axis=0)


@output_delta.mistake("error-averaged-first")
def _(y, y_hat, z):
    """The error is averaged over the examples before the slope comes in, so that all rows share one
    error. Every example keeps its own."""
    return 2 * (y_hat - y).mean(axis=0) / y.size * slope(z)


@output_delta.mistake("averaged-over-the-rows", ask="How many error terms does a batch have?")
def _(y, y_hat, z):
    """The rows are averaged into one. Every example has an error term of its own; the mean of the
    loss is in the factor 2/(m·k)."""
    return np.mean(2 * (y_hat - y) * slope(z), axis=0)


@output_delta.mistake("target-multiplied-only", ask="What does Python work out first, - or *?")
def _(y, y_hat, z):
    """Brackets are missing around the difference: only the target is divided and multiplied by the
    slope, and the prediction stands alone."""
    return 2 * y_hat - y / y.size * sigmoid(z) * (1 - sigmoid(z))


@output_delta.mistake("brackets-of-the-slope", ask="What does Python work out first, - or *?")
def _(y, y_hat, z):
    """Brackets are missing in the slope: written without them, s * 1 - s multiplies first, and the
    last s is taken off the product of everything before it."""
    return 2 * (y_hat - y) / y.size * sigmoid(z) * 1 - sigmoid(z)


@output_delta.mistake("loss-times-slope", ask="Is this the loss or its derivative?")
def _(y, y_hat, z):
    """The loss itself, one number, is multiplied by the slope. What the square leaves behind is
    asked for, entry by entry: its derivative."""
    return np.mean((y_hat - y) ** 2) * slope(z)


@output_delta.mistake("integer-array", ask="What dtype does np.zeros_like give for whole numbers?")
def _(y, y_hat, z):
    """For whole-number targets your results lose their decimals: the array that they are written to
    has taken over the integer type of y. Make it an array of floats."""
    result = np.zeros_like(y)
    result[...] = output_delta.reference(y, y_hat, z)
    return result


@output_delta.mistake("first-row-only")
def _(y, y_hat, z):
    """Only the first example gets its error terms. If you loop over the rows, look at where the
    `return` stands."""
    return (2 * (y_hat - y) / y.size * slope(z))[0]


@output_delta.combination("raw-error", "sign")
def _(y, y_hat, z):
    return y - y_hat


@output_delta.combination("cross-entropy-delta", "sign")
def _(y, y_hat, z):
    return (y - y_hat) / len(y)


# --- hidden_delta ---------------------------------------------------------------------------


def cases_for_hidden_delta(rng):
    for _ in range(3):
        m, hidden, following = sizes(rng, 3)
        yield generic(
            *(values(rng, m, following), values(rng, hidden, following)),
            2 * values(rng, m, hidden),
            **{"m": m, "n_hidden": hidden, "n_next": following},
        )
    yield special("a batch of one example", values(rng, 1, 3), values(rng, 5, 3), values(rng, 1, 5))
    yield special("a single neuron that follows", *_hidden(rng, 4, 3, 1))
    yield special("a single hidden neuron", *_hidden(rng, 4, 1, 3))
    large = np.array([[-40.0, 0.6, 40.0], [25.0, -30.0, -0.4]])
    yield special("z of large size (±40)", values(rng, 2, 4), values(rng, 3, 4), large)
    yield square(*_hidden(rng, 4, 4, 4))


def _hidden(rng, m, hidden, following):
    return values(rng, m, following), values(rng, hidden, following), values(rng, m, hidden)


@exercise(lesson="04", cases=cases_for_hidden_delta)
def hidden_delta(delta_next, W_next, z):
    """∂L/∂z of a sigmoid hidden layer from the error terms of the layer that follows.

    delta_next (m, n_next), W_next (n_hidden, n_next), z (m, n_hidden) → (m, n_hidden).
    """
    return (delta_next @ W_next.T) * slope(z)


@hidden_delta.also_right
def hidden_delta_einsum(delta_next, W_next, z):
    return np.einsum("mk,hk,mh->mh", delta_next, W_next, slope(z))


@hidden_delta.also_right
def hidden_delta_in_columns(delta_next, W_next, z):
    return (np.dot(W_next, delta_next.T) * slope(z.T)).T


@hidden_delta.also_right
def hidden_delta_with_loops(delta_next, W_next, z):
    delta = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for h in range(z.shape[1]):
            for k in range(W_next.shape[1]):
                delta[i, h] += delta_next[i, k] * W_next[h, k]
            delta[i, h] *= slope(z[i, h])
    return delta


@hidden_delta.also_right
def hidden_delta_row_by_row(delta_next, W_next, z):
    return np.array([W_next @ d * slope(row) for d, row in zip(delta_next, z, strict=True)])


@hidden_delta.also_right
def hidden_delta_in_float32(delta_next, W_next, z):
    return (delta_next.astype(np.float32) @ W_next.T.astype(np.float32)) * slope(z)


@hidden_delta.mistake(
    "slope-forgotten", ask="The error came back through the weights. What lies between a and z?"
)
def _(delta_next, W_next, z):
    """The slope of the sigmoid is left out: what you have is ∂L/∂a of the hidden layer. The way
    back goes through the weights and then through the activation."""
    return delta_next @ W_next.T


@hidden_delta.mistake(
    "slope-past-the-sigmoid", ask="At which number is a slope taken: before or after the sigmoid?"
)
def _(delta_next, W_next, z):
    """Your slope goes through the sigmoid once too often: it is taken at the activation, which has
    been through it already. A slope belongs to the place z where the curve is climbed."""
    return (delta_next @ W_next.T) * slope(sigmoid(z))


@hidden_delta.mistake("slope-z-times-one-minus-z", ask="What does a·(1 - a) want to be given?")
def _(delta_next, W_next, z):
    """Your slope is built from z and 1 - z. That form wants the sigmoid's value; the pre-activation
    z has to go through the sigmoid first."""
    return (delta_next @ W_next.T) * z * (1 - z)


@hidden_delta.mistake("activation-for-slope")
def _(delta_next, W_next, z):
    """You multiply by the sigmoid's value, not by its slope. The value says how high the curve is
    at z, the slope how steep."""
    return (delta_next @ W_next.T) * sigmoid(z)


@hidden_delta.mistake("one-minus-activation-for-slope")
def _(delta_next, W_next, z):
    """One half of the slope is missing: you multiply by 1 minus the sigmoid's value and not by the
    value itself."""
    return (delta_next @ W_next.T) * (1 - sigmoid(z))


@hidden_delta.mistake("one-plus-activation")
def _(delta_next, W_next, z):
    """Your slope is above what a sigmoid can have (at most 1/4). Look at the sign inside its
    bracket."""
    return (delta_next @ W_next.T) * sigmoid(z) * (1 + sigmoid(z))


@hidden_delta.mistake("z-for-slope")
def _(delta_next, W_next, z):
    """You multiply by z itself. What comes in on the way back through the sigmoid is its slope at
    z."""
    return (delta_next @ W_next.T) * z


@hidden_delta.mistake("slope-twice")
def _(delta_next, W_next, z):
    """The slope of the sigmoid is multiplied in twice. The way back passes this layer's sigmoid
    once."""
    return (delta_next @ W_next.T) * slope(z) ** 2


@hidden_delta.mistake("slope-of-tanh")
def _(delta_next, W_next, z):
    """The slope you use has the form that belongs to tanh, one minus a square. The hidden layer
    here is a sigmoid."""
    return (delta_next @ W_next.T) * (1 - sigmoid(z) ** 2)


@hidden_delta.mistake("slope-of-tanh-at-z")
def _(delta_next, W_next, z):
    """The slope you use is that of tanh. The hidden layer here is a sigmoid, which is never as
    steep."""
    return (delta_next @ W_next.T) * (1 - np.tanh(z) ** 2)


@hidden_delta.mistake("slope-of-relu")
def _(delta_next, W_next, z):
    """Where z is negative your error term is 0, and elsewhere no slope comes in: that is the slope
    of a ReLU. The hidden layer here is a sigmoid."""
    return (delta_next @ W_next.T) * (z > 0)


@hidden_delta.mistake("brackets-of-the-slope", ask="What does Python work out first, - or *?")
def _(delta_next, W_next, z):
    """Brackets are missing in the slope: written without them, s * 1 - s multiplies first, and the
    last s is taken off the product of everything before it."""
    return (delta_next @ W_next.T) * sigmoid(z) * 1 - sigmoid(z)


@hidden_delta.mistake("slope-added")
def _(delta_next, W_next, z):
    """You add the slope to what comes back through the weights. Along a chain of functions the
    slopes are multiplied."""
    return delta_next @ W_next.T + slope(z)


@hidden_delta.mistake("divided-by-slope")
def _(delta_next, W_next, z):
    """You divide by the slope of the sigmoid. Along a chain of functions the slopes are multiplied,
    on the way back as well."""
    return delta_next @ W_next.T / slope(z)


@hidden_delta.mistake("slope-at-the-returning-error")
def _(delta_next, W_next, z):
    """The slope is taken at what comes back through the weights. It belongs to the forward pass:
    how steep was the curve where this layer stood, at its z?"""
    return (delta_next @ W_next.T) * slope(delta_next @ W_next.T)


@hidden_delta.mistake("slope-averaged")
def _(delta_next, W_next, z):
    """The slope is averaged over the examples before it comes in. Every example stands at its own
    place on the curve and has its own slope."""
    return (delta_next @ W_next.T) * slope(z).mean(axis=0)


@hidden_delta.mistake(
    "weights-not-transposed",
    ask="Forward W leads from hidden to next. Which way does the error go?",
)
def _(delta_next, W_next, z):
    """The error term meets W_next as it stands in the forward pass. On the way back it goes from
    the columns of W_next (the following layer) to its rows (this layer), so W_next must turn."""
    return (delta_next @ W_next) * slope(z)


@hidden_delta.mistake(
    "operands-swapped", ask="What are the rows of each array: examples or neurons?"
)
def _(delta_next, W_next, z):
    """The product is written the wrong way round, as if the weights came first, as they do in books
    that keep examples in columns. Here the rows are examples: the error term stands on the left."""
    return (W_next.T @ delta_next) * slope(z)


@hidden_delta.mistake("weights-first-not-transposed")
def _(delta_next, W_next, z):
    """The weights stand on the left of the product. The rows here are examples: the error term
    comes first, and it has to go backward through the weights."""
    return (W_next @ delta_next) * slope(z)


@hidden_delta.mistake("error-transposed")
def _(delta_next, W_next, z):
    """What comes back through the weights and the slope meet on different sides: one has the
    examples in its rows, the other in its columns. Keep the rows for the examples all the way
    back."""
    return (W_next @ delta_next.T) * slope(z)


@hidden_delta.mistake("error-transposed-on-the-left")
def _(delta_next, W_next, z):
    """The error term is transposed before it meets the weights, so examples and neurons change
    places. Its rows are the examples and must stay so."""
    return (delta_next.T @ W_next) * slope(z)


@hidden_delta.mistake(
    "matmul-for-the-slope", ask="Through weights or through an activation: which is `@`, which `*`?"
)
def _(delta_next, W_next, z):
    """The slope comes in with a matrix product. `@` goes through a layer of weights; through an
    activation each entry meets only its own slope, and that is `*`."""
    return delta_next @ W_next.T @ slope(z)


@hidden_delta.mistake(
    "star-for-the-weights", ask="Through weights or through an activation: which is `@`, which `*`?"
)
def _(delta_next, W_next, z):
    """The error term and the weights are multiplied entry by entry. `*` goes through an activation;
    through a layer of weights every hidden neuron collects a sum, and that is `@`."""
    return (delta_next * W_next) * slope(z)


@hidden_delta.mistake("star-for-the-transposed-weights")
def _(delta_next, W_next, z):
    """The error term and the turned weights are multiplied entry by entry. Through a layer of
    weights every hidden neuron collects a sum over the next layer, and that is `@`."""
    return (delta_next * W_next.T) * slope(z)


@hidden_delta.mistake(
    "weights-left-out", ask="How does a hidden neuron know which part of the error is its own?"
)
def _(delta_next, W_next, z):
    """The error term of the next layer is used here without its weights. A hidden neuron is to
    blame in proportion to the weights that lead on from it."""
    return delta_next * slope(z)


@hidden_delta.mistake("error-summed-without-weights")
def _(delta_next, W_next, z):
    """Every hidden neuron gets the same sum of the next layer's error terms. A neuron is to blame
    in proportion to the weights that lead on from it: W_next is missing."""
    return delta_next.sum(axis=1, keepdims=True) * slope(z)


@hidden_delta.mistake("weights-and-errors-summed-apart")
def _(delta_next, W_next, z):
    """The error terms and the weights are each summed before they meet. They must be multiplied
    pair by pair first and summed after that: that is what a matrix product does."""
    return delta_next.sum(axis=1, keepdims=True) * W_next.sum(axis=1) * slope(z)


@hidden_delta.mistake("passed-on-unchanged")
def _(delta_next, W_next, z):
    """You hand the next layer's error term on as it came. On its way back it goes through the
    weights and through this layer's activation."""
    return delta_next.copy()


@hidden_delta.mistake("divided-by-m-again", ask="Where does the 1/m of the mean live?")
def _(delta_next, W_next, z):
    """Your numbers are m times too small. The error term that comes back already holds the mean; no
    layer on the way takes it again."""
    return (delta_next @ W_next.T) * slope(z) / len(z)


@hidden_delta.mistake("averaged-over-the-next-layer")
def _(delta_next, W_next, z):
    """You take the mean over the neurons of the next layer. A hidden neuron influences the loss
    through all of them, and such influences add up."""
    return (delta_next @ W_next.T) * slope(z) / delta_next.shape[1]


@hidden_delta.mistake("divided-by-the-hidden-size")
def _(delta_next, W_next, z):
    """Your numbers are too small, divided by the number of hidden neurons. Nothing on the way back
    is averaged; the mean is in the loss alone."""
    return (delta_next @ W_next.T) * slope(z) / z.shape[1]


@hidden_delta.mistake("factor-2")
def _(delta_next, W_next, z):
    """Your numbers are twice too large. The 2 of the square came in at the output layer, once, and
    is already part of what comes back."""
    return 2 * (delta_next @ W_next.T) * slope(z)


@hidden_delta.mistake("sign")
def _(delta_next, W_next, z):
    """Every number has the opposite sign. The sign is settled at the output layer, and the minus of
    the descent is in the update: on the way back none comes in."""
    return -(delta_next @ W_next.T) * slope(z)


@hidden_delta.mistake("averaged-over-the-examples-first", ask="How many error terms has a batch?")
def _(delta_next, W_next, z):
    """The returning error is averaged over the examples first, so that all rows share one. Every
    example keeps its own row of error terms; they are added up later, in the gradients."""
    return (delta_next.mean(axis=0) @ W_next.T) * slope(z)


@hidden_delta.mistake("summed-over-the-examples-first")
def _(delta_next, W_next, z):
    """The returning error is summed over the examples first, so that all rows share one. Every
    example keeps its own row of error terms; they are added up later, in the gradients."""
    return (delta_next.sum(axis=0) @ W_next.T) * slope(z)


@hidden_delta.mistake("one-row-for-the-batch")
def _(delta_next, W_next, z):
    """One row is left of m: the error terms are summed over the examples. Every example has its own
    row; they are added up later, in the gradients."""
    return ((delta_next @ W_next.T) * slope(z)).sum(axis=0)


@hidden_delta.mistake("one-mean-row-for-the-batch")
def _(delta_next, W_next, z):
    """One row is left of m: the error terms are averaged over the examples. Every example has its
    own row; they are added up later, in the gradients."""
    return ((delta_next @ W_next.T) * slope(z)).mean(axis=0)


@hidden_delta.mistake(
    "one-number-sent-back", ask="Which numbers must differ from neuron to neuron, and why?"
)
def _(delta_next, W_next, z):
    """One single number is sent back to all hidden neurons of all examples, and broadcasting
    spreads it out silently. Every example and every neuron has its own share of the error."""
    return np.sum(delta_next @ W_next.T) * slope(z)


@hidden_delta.mistake("all-summed-without-weights")
def _(delta_next, W_next, z):
    """All error terms are summed into one number, and the weights play no part. Every example has
    its own error, and every hidden neuron its share of it by the weights."""
    return np.sum(delta_next) * slope(z)


@hidden_delta.mistake("one-number-for-all", when=is_one_number)
def _(delta_next, W_next, z):
    """One single number comes back. Every example and every hidden neuron has an error term of its
    own: the result has the shape of z."""
    return np.sum((delta_next @ W_next.T) * slope(z))


@hidden_delta.mistake("neurons-not-kept-apart")
def _(delta_next, W_next, z):
    """What comes back is summed over the hidden neurons of an example. Each neuron has its own
    weights into the next layer, so each has its own share of the error."""
    return (delta_next @ W_next.T).sum(axis=1, keepdims=True) * slope(z)


@hidden_delta.mistake("weight-gradient-instead", ask="What is the shape of δ, what of ∂L/∂W?")
def _(delta_next, W_next, z):
    """Your result has the shape of W_next: it is the gradient of the weights. The error term has
    the shape of z, one number for each example and hidden neuron."""
    return sigmoid(z).T @ delta_next


@hidden_delta.mistake("first-row-only")
def _(delta_next, W_next, z):
    """Only the first example gets its error terms. If you loop over the rows, look at where the
    `return` stands."""
    return ((delta_next @ W_next.T) * slope(z))[0]


SLOPES = {
    "slope-forgotten": lambda z: 1,
    "slope-past-the-sigmoid": lambda z: slope(sigmoid(z)),
    "slope-z-times-one-minus-z": lambda z: z * (1 - z),
    "activation-for-slope": sigmoid,
}
WAYS_BACK = {
    "weights-not-transposed": lambda delta, W: delta @ W,
    "operands-swapped": lambda delta, W: W.T @ delta,
    "averaged-over-the-examples-first": lambda delta, W: delta.mean(axis=0, keepdims=True) @ W.T,
    "error-summed-without-weights": lambda delta, W: delta.sum(axis=1, keepdims=True),
}


def _both(way, factor):
    def with_both(delta_next, W_next, z):
        return WAYS_BACK[way](delta_next, W_next) * SLOPES[factor](z)

    hidden_delta.combination(way, factor)(with_both)


for pair in itertools.product(WAYS_BACK, SLOPES):
    _both(*pair)


# --- weight_gradient ------------------------------------------------------------------------


def cases_for_weight_gradient(rng):
    for _ in range(3):
        m, n_in, n_out = sizes(rng, 3)
        yield generic(*(values(rng, m, n_in), values(rng, m, n_out)), m=m, n_in=n_in, n_out=n_out)
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 1, 3))
    yield special("a layer of one neuron", values(rng, 5, 3), values(rng, 5, 1))
    yield special("a single input", values(rng, 5, 1), values(rng, 5, 3))
    pixels = rng.integers(1, 256, (5, 4)).astype(np.uint8)
    yield special("whole-number inputs (uint8 pixels)", pixels, values(rng, 5, 3))
    yield square(values(rng, 4, 4), values(rng, 4, 4))


@exercise(lesson="04", cases=cases_for_weight_gradient)
def weight_gradient(a_prev, delta):
    """∂L/∂W of a dense layer; a_prev is what went into the layer.

    a_prev (m, n_in), delta (m, n_out) → (n_in, n_out).
    """
    return a_prev.T @ delta


@weight_gradient.also_right
def weight_gradient_einsum(a_prev, delta):
    return np.einsum("mi,mo->io", a_prev, delta)


@weight_gradient.also_right
def weight_gradient_of_outer_products(a_prev, delta):
    return sum(np.outer(a, d) for a, d in zip(a_prev, delta, strict=True))


@weight_gradient.also_right
def weight_gradient_transposed_back(a_prev, delta):
    return np.dot(delta.T, a_prev).T


@weight_gradient.also_right
def weight_gradient_by_broadcasting(a_prev, delta):
    return (a_prev[:, :, None] * delta[:, None, :]).sum(axis=0)


@weight_gradient.also_right
def weight_gradient_with_loops(a_prev, delta):
    grad = np.zeros((a_prev.shape[1], delta.shape[1]))
    for i in range(len(a_prev)):
        for row in range(grad.shape[0]):
            for column in range(grad.shape[1]):
                grad[row, column] += a_prev[i, row] * delta[i, column]
    return grad


@weight_gradient.mistake(
    "operands-swapped", ask="A gradient has the shape of its parameter. What is the shape of W?"
)
def _(a_prev, delta):
    """The two factors have changed places, so the gradient lies on its side: its rows belong to the
    neurons. A gradient has the shape of its parameter, and W has the inputs in its rows."""
    return delta.T @ a_prev


@weight_gradient.mistake("transpose-missing", ask="Over what is summed here, and on which axis?")
def _(a_prev, delta):
    """A transpose is missing. The sum goes over the examples, so the m of both arrays must meet in
    the middle of the product."""
    return a_prev @ delta


@weight_gradient.mistake("transpose-on-the-wrong-side", ask="Which sizes must meet in the middle?")
def _(a_prev, delta):
    """The wrong array is turned: the sum of your product would go over the neurons. It goes over
    the examples, so the m of both arrays must meet in the middle."""
    return a_prev @ delta.T


@weight_gradient.mistake("swapped-and-wrong-side")
def _(a_prev, delta):
    """The error term stands on the left and the input is turned, so that the product would sum over
    neurons and make a table of examples. The m of both arrays must meet in the middle."""
    return delta @ a_prev.T


@weight_gradient.mistake("swapped-without-transpose")
def _(a_prev, delta):
    """The error term stands on the left and nothing is turned. The sum goes over the examples, so
    the m of both arrays must meet in the middle and the inputs come first."""
    return delta @ a_prev


@weight_gradient.mistake("both-transposed")
def _(a_prev, delta):
    """Both arrays are turned, so that their m stand at the two ends of the product. They must meet
    in the middle, because the sum goes over the examples."""
    return a_prev.T @ delta.T


@weight_gradient.mistake("star-for-matmul", ask="How many products make up one entry of ∂L/∂W?")
def _(a_prev, delta):
    """`*` multiplies entry by entry. One weight's gradient is a sum over the examples, of input
    times error term: that is a matrix product."""
    return a_prev * delta


@weight_gradient.mistake("star-with-transpose")
def _(a_prev, delta):
    """The transpose is there, but `*` multiplies entry by entry. One weight's gradient is a sum
    over the examples: that is a matrix product."""
    return a_prev.T * delta


@weight_gradient.mistake("divided-by-m-again", ask="Where does the 1/m of the mean live?")
def _(a_prev, delta):
    """Your gradient is m times too small. `delta` already holds the 1/m of the mean loss: it must
    not be divided by m a second time."""
    return a_prev.T @ delta / len(a_prev)


@weight_gradient.mistake("divided-by-n_out")
def _(a_prev, delta):
    """Your gradient is divided by the number of neurons. Each weight belongs to one neuron, and
    every mean that the loss takes is in `delta` already."""
    return a_prev.T @ delta / delta.shape[1]


@weight_gradient.mistake("divided-by-all-entries")
def _(a_prev, delta):
    """Your gradient is divided by the number of entries of `delta`. The mean of the loss is in
    `delta` already and must not be taken a second time."""
    return a_prev.T @ delta / delta.size


@weight_gradient.mistake("factor-2")
def _(a_prev, delta):
    """Your gradient is twice too large. The 2 of the square is already in `delta`."""
    return 2 * a_prev.T @ delta


@weight_gradient.mistake("sign")
def _(a_prev, delta):
    """Every number has the opposite sign. The gradient points uphill; the minus of the descent
    belongs to the update."""
    return -a_prev.T @ delta


@weight_gradient.mistake("averaged-first", ask="Is the mean of products the product of the means?")
def _(a_prev, delta):
    """Inputs and error terms are each averaged over the examples before they are multiplied. The
    mean of a product is not the product of the means: each example's pair comes first."""
    return np.outer(a_prev.mean(axis=0), delta.mean(axis=0))


@weight_gradient.mistake("summed-first")
def _(a_prev, delta):
    """Inputs and error terms are each summed over the examples before they are multiplied. That
    pairs every example with every other; each input belongs to its own example's error term."""
    return np.outer(a_prev.sum(axis=0), delta.sum(axis=0))


@weight_gradient.mistake("collapsed-first")
def _(a_prev, delta):
    """Inputs and error terms are collapsed over the examples, one summed and one averaged, before
    they meet. Each input belongs to its own example's error term."""
    return np.outer(a_prev.mean(axis=0), delta.sum(axis=0))


@weight_gradient.mistake("outer-of-the-batch", ask="For how many examples is np.outer right?")
def _(a_prev, delta):
    """`np.outer` flattens a batch and multiplies every entry with every other, across examples. An
    outer product is right for one example; for a batch those of all examples are added."""
    return np.outer(a_prev, delta)


@weight_gradient.mistake(
    "inner-product", ask="How many weights are there, and how many numbers did you get?"
)
def _(a_prev, delta):
    """This is an inner product: one number for all weights together. Every weight has its own
    gradient, so the result has the shape of W."""
    return np.sum(a_prev * delta)


@weight_gradient.mistake("one-number-for-all", when=is_one_number)
def _(a_prev, delta):
    """You have one number for all weights together. Every weight has its own gradient, so the
    result has the shape of W."""
    return np.sum(a_prev.T @ delta)


@weight_gradient.mistake("one-mean-for-all")
def _(a_prev, delta):
    """Everything is averaged into one number for all weights. Every weight has its own gradient, so
    the result has the shape of W."""
    return np.mean(a_prev.T @ delta)


@weight_gradient.mistake("not-summed-over-the-examples", ask="How many gradients has one weight?")
def _(a_prev, delta):
    """You have one table for each example, stacked. The loss is one number for the whole batch, so
    the shares of the examples must be added up."""
    return a_prev[:, :, None] * delta[:, None, :]


@weight_gradient.mistake("last-example-only", ask="What happens to the first example's share?")
def _(a_prev, delta):
    """Only the last example counts: a loop that assigns where it should add gives exactly this. The
    shares of all examples are added up."""
    return np.outer(a_prev[-1], delta[-1])


@weight_gradient.mistake("first-example-only")
def _(a_prev, delta):
    """Only the first example counts. If you loop over the examples, look at where the `return`
    stands; if you index, at which rows you take."""
    return np.outer(a_prev[0], delta[0])


@weight_gradient.mistake("last-example-left-out")
def _(a_prev, delta):
    """The last example is left out. Look at where your loop or slice ends."""
    return a_prev[:-1].T @ delta[:-1]


@weight_gradient.mistake("first-example-left-out")
def _(a_prev, delta):
    """The first example is left out. Look at where your loop or slice begins: rows are counted from
    0."""
    return a_prev[1:].T @ delta[1:]


@weight_gradient.mistake("slope-of-the-input")
def _(a_prev, delta):
    """The slope of the previous layer's sigmoid is multiplied in. It belongs to that layer's own
    error term; here z = a_prev W + b, and W meets a_prev as it is."""
    return (a_prev * (1 - a_prev)).T @ delta


@weight_gradient.mistake("input-activated-again")
def _(a_prev, delta):
    """The input goes through the sigmoid once more. `a_prev` is an activation already, exactly what
    met W in the forward pass."""
    return sigmoid(a_prev).T @ delta


@weight_gradient.mistake("slope-at-delta")
def _(a_prev, delta):
    """`delta` goes through a slope of the sigmoid once more. It is an error term already: the
    layer's own activation is behind it."""
    return a_prev.T @ slope(delta)


@weight_gradient.mistake("bias-gradient-instead", ask="Which of the two gradients needs a_prev?")
def _(a_prev, delta):
    """This is the gradient of the bias: the inputs play no part in it. A weight's gradient grows
    with the input that came through it."""
    return delta.sum(axis=0)


@weight_gradient.mistake("input-left-out")
def _(a_prev, delta):
    """All inputs have the same gradient: `a_prev` plays no part in your result. A weight's gradient
    grows with the input that came through it."""
    return np.ones_like(a_prev, dtype=float).T @ delta


# --- bias_gradient --------------------------------------------------------------------------


def cases_for_bias_gradient(rng):
    for _ in range(3):
        m, n_out = sizes(rng, 2)
        yield generic(values(rng, m, n_out), m=m, n_out=n_out)
    yield special("a batch of one example", values(rng, 1, 4))
    yield special("a layer of one neuron", values(rng, 5, 1))
    yield square(values(rng, 4, 4))


@exercise(lesson="04", cases=cases_for_bias_gradient)
def bias_gradient(delta):
    """∂L/∂b of a dense layer. delta (m, n_out) → (n_out,)."""
    return delta.sum(axis=0)


@bias_gradient.also_right
def bias_gradient_with_ones(delta):
    return np.ones(len(delta)) @ delta


@bias_gradient.also_right
def bias_gradient_with_python_sum(delta):
    return sum(delta)


@bias_gradient.also_right
def bias_gradient_einsum(delta):
    return np.einsum("mo->o", delta)


@bias_gradient.also_right
def bias_gradient_column_by_column(delta):
    return np.array([sum(delta[:, j]) for j in range(delta.shape[1])])


@bias_gradient.also_right
def bias_gradient_with_a_loop(delta):
    total = np.zeros_like(delta[0])
    for row in delta:
        total += row
    return total


@bias_gradient.mistake("mean-for-sum", ask="Where does the 1/m of the mean live?")
def _(delta):
    """Your gradient is m times too small: you take the mean over the examples. `delta` already
    holds the 1/m of the mean loss, so the rows are only added up."""
    return delta.mean(axis=0)


@bias_gradient.mistake("wrong-axis", ask="Which axis are the examples, and which one must go?")
def _(delta):
    """You have one number for each example. The bias has one number for each neuron, so it is the
    examples that are added up: look at the axis."""
    return delta.sum(axis=1)


@bias_gradient.mistake("mean-over-the-wrong-axis")
def _(delta):
    """You take the mean over the neurons and keep the examples. The bias has one number for each
    neuron, and the examples' shares are added up."""
    return delta.mean(axis=1)


@bias_gradient.mistake("two-axes-kept", ask="A gradient has the shape of its parameter: which one?")
def _(delta):
    """Your numbers stand in a table of one row, (1, n_out). The bias has the shape (n_out,), and a
    gradient has the shape of its parameter: look at `keepdims`."""
    return delta.sum(axis=0, keepdims=True)


@bias_gradient.mistake("mean-with-two-axes-kept")
def _(delta):
    """Two things at once: the mean is taken where the sum belongs (`delta` holds the 1/m already),
    and the result is a table of one row. The bias has the shape (n_out,)."""
    return delta.mean(axis=0, keepdims=True)


@bias_gradient.mistake("a-column")
def _(delta):
    """Your numbers stand in a column, (n_out, 1). The bias has the shape (n_out,), and a gradient
    has the shape of its parameter."""
    return delta.sum(axis=0)[:, None]


@bias_gradient.mistake("wrong-axis-kept")
def _(delta):
    """You have a column with one number for each example. The bias has one number for each neuron,
    so it is the examples that are added up: look at the axis, and at `keepdims`."""
    return delta.sum(axis=1, keepdims=True)


@bias_gradient.mistake("not-summed", ask="One bias, m examples: how many gradients has it?")
def _(delta):
    """You give back a number for each example and neuron. One bias serves all the examples, so
    their shares are added up and a result of shape (n_out,) is left."""
    return delta.copy()


@bias_gradient.mistake("divided-not-summed")
def _(delta):
    """You divide by m and add nothing up. The 1/m is in `delta` already; what is missing is the sum
    over the examples."""
    return delta / len(delta)


@bias_gradient.mistake(
    "one-number-for-all", ask="How many biases does the layer have?", when=is_one_number
)
def _(delta):
    """You have one number for the whole layer. Every neuron has a bias of its own: only the
    examples are added up, so an axis has to be named."""
    return delta.sum()


@bias_gradient.mistake("one-mean-for-all")
def _(delta):
    """All of `delta` is averaged into one number. Every neuron has a bias of its own, and its
    examples are added up, not averaged."""
    return delta.mean()


@bias_gradient.mistake("one-number-repeated")
def _(delta):
    """All neurons get the same number, the sum of everything. Every neuron has a bias of its own:
    only the examples are added up."""
    return np.full(delta.shape[1], delta.sum())


@bias_gradient.mistake("divided-by-n_out")
def _(delta):
    """Your gradient is divided by the number of neurons. Every neuron has a bias of its own, and
    each mean that the loss takes is in `delta` already."""
    return delta.sum(axis=0) / delta.shape[1]


@bias_gradient.mistake("divided-by-all-entries")
def _(delta):
    """Your gradient is divided by the number of entries of `delta`. The mean of the loss is in
    `delta` already and must not be taken a second time."""
    return delta.sum(axis=0) / delta.size


@bias_gradient.mistake("factor-2")
def _(delta):
    """Your gradient is twice too large. The 2 of the square is already in `delta`."""
    return 2 * delta.sum(axis=0)


@bias_gradient.mistake("sign")
def _(delta):
    """Every number has the opposite sign. The gradient points uphill; the minus of the descent
    belongs to the update."""
    return -delta.sum(axis=0)


@bias_gradient.mistake(
    "all-ones", ask="1 is the slope of z with respect to b. Of what is it a part?"
)
def _(delta):
    """You give back ones: that is the slope of z with respect to b, only one link of the chain. The
    other link, how the loss changes with z, is `delta`."""
    return np.ones(delta.shape[1])


@bias_gradient.mistake("number-of-examples")
def _(delta):
    """You add up ones and get the number of examples. What is added up is each example's error
    term: `delta` itself must come in."""
    return np.full(delta.shape[1], float(len(delta)))


@bias_gradient.mistake("all-zeros")
def _(delta):
    """You give back zeros, so the bias would never learn. It shifts z directly, so its gradient is
    made of the error terms."""
    return np.zeros(delta.shape[1])


@bias_gradient.mistake("first-example-only")
def _(delta):
    """Only the first example counts. If you loop over the rows, look at where the `return` stands;
    if you index, at which rows you take."""
    return delta[0].copy()


@bias_gradient.mistake("last-example-only")
def _(delta):
    """Only the last example counts: a loop that assigns where it should add gives exactly this. The
    shares of all examples are added up."""
    return delta[-1].copy()


@bias_gradient.mistake("last-example-left-out")
def _(delta):
    """The last example is left out. Look at where your loop or slice ends."""
    return delta[:-1].sum(axis=0)


@bias_gradient.mistake("first-example-left-out")
def _(delta):
    """The first example is left out. Look at where your loop or slice begins: rows are counted from
    0."""
    return delta[1:].sum(axis=0)


@bias_gradient.mistake("signs-lost")
def _(delta):
    """The error terms have lost their signs before they are added up. Examples that pull up and
    examples that pull down must be able to cancel."""
    return np.abs(delta).sum(axis=0)


@bias_gradient.mistake("squares-summed")
def _(delta):
    """The squares of the error terms are added up. The bias enters z with slope 1, so the error
    terms count as they are."""
    return (delta**2).sum(axis=0)


@bias_gradient.mistake("slope-at-delta")
def _(delta):
    """`delta` goes through a slope of the sigmoid once more. It is an error term already: the
    layer's own activation is behind it."""
    return (delta * (1 - delta)).sum(axis=0)


@bias_gradient.mistake("running-sum")
def _(delta):
    """You have the running sums, a row for each example. Only the last of them, the full sum over
    the examples, is the gradient."""
    return np.cumsum(delta, axis=0)


# --- backprop -------------------------------------------------------------------------------


def two_layers(rng, n_in, hidden, k):
    """Random params of a two-layer network."""
    return {
        "W1": values(rng, n_in, hidden),
        "b1": values(rng, hidden),
        "W2": values(rng, hidden, k),
        "b2": values(rng, k),
    }


def cases_for_backprop(rng):
    for _ in range(3):
        m, n_in, hidden, k = sizes(rng, 4)
        X, y = values(rng, m, n_in), positive(rng, m, k)
        yield generic(
            *(X, y, two_layers(rng, n_in, hidden, k)), m=m, n_in=n_in, n_hidden=hidden, k=k
        )
    one, single = (1, 4, 5, 3), (6, 1, 2, 1)
    for note, (m, n_in, hidden, k) in (
        ("a batch of one example", one),
        ("one input and one output, as in lesson 01", single),
    ):
        X, y = values(rng, m, n_in), positive(rng, m, k)
        yield special(note, X, y, two_layers(rng, n_in, hidden, k))
    X, y = rng.integers(1, 5, (5, 4)), rng.integers(0, 2, (5, 3))
    yield special("whole-number inputs and targets", X, y, two_layers(rng, 4, 6, 3))
    yield square(values(rng, 4, 4), positive(rng, 4, 4), two_layers(rng, 4, 4, 4))


@exercise(lesson="04", cases=cases_for_backprop)
def backprop(X, y, params):
    """The gradients of the mean squared error of a network of two sigmoid layers.

    X (m, n_in), y (m, k), params a dict of W1 (n_in, n_hidden), b1 (n_hidden,), W2 (n_hidden, k),
    b2 (k,), which stays as it is → a dict with the same names and shapes.
    """
    z1 = X @ params["W1"] + params["b1"]
    a1 = sigmoid(z1)
    z2 = a1 @ params["W2"] + params["b2"]
    delta2 = output_delta.reference(y, sigmoid(z2), z2)
    delta1 = hidden_delta.reference(delta2, params["W2"], z1)
    return {
        "W1": X.T @ delta1,
        "b1": delta1.sum(axis=0),
        "W2": a1.T @ delta2,
        "b2": delta2.sum(axis=0),
    }


@backprop.also_right
def backprop_in_columns(X, y, params):
    W1, b1, W2, b2 = (params[name].T for name in ("W1", "b1", "W2", "b2"))
    A0, Y = X.T, y.T
    A1 = 1 / (1 + np.exp(-(W1 @ A0 + b1[:, None])))
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2[:, None])))
    D2 = 2 / Y.size * (A2 - Y) * A2 * (1 - A2)
    D1 = W2.T @ D2 * A1 * (1 - A1)
    return {"b1": D1.sum(1), "b2": D2.sum(1), "W1": (D1 @ A0.T).T, "W2": (D2 @ A1.T).T}


@backprop.also_right
def backprop_example_by_example(X, y, params):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, target in zip(X, y, strict=True):
        a1 = sigmoid(x @ params["W1"] + params["b1"])
        a2 = sigmoid(a1 @ params["W2"] + params["b2"])
        d2 = 2 * (a2 - target) * a2 * (1 - a2) / y.size
        d1 = params["W2"] @ d2 * a1 * (1 - a1)
        for name, share in (("W1", np.outer(x, d1)), ("b1", d1), ("W2", np.outer(a1, d2))):
            grads[name] += share
        grads["b2"] += d2
    return grads


@backprop.also_right
def backprop_in_float32(X, y, params):
    small = {name: value.astype(np.float32) for name, value in params.items()}
    return backprop.reference(X.astype(np.float32), y.astype(np.float32), small)


@backprop.also_right
def backprop_by_nudging(X, y, params):
    def loss(p):
        a1 = sigmoid(X @ p["W1"] + p["b1"])
        return np.mean((sigmoid(a1 @ p["W2"] + p["b2"]) - y) ** 2)

    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for name, grad in grads.items():
        for i in np.ndindex(grad.shape):
            ends = []
            for nudge in (1e-5, -1e-5):
                moved = {key: value.copy() for key, value in params.items()}
                moved[name][i] += nudge
                ends.append(loss(moved))
            grad[i] = (ends[0] - ends[1]) / 2e-5
    return grads


def _pass(X, y, params, hidden=sigmoid, output=sigmoid):
    """Everything that a right run through the network knows, by name."""
    s = SimpleNamespace(X=X, y=y, W1=params["W1"], W2=params["W2"], m=len(X))
    s.z1 = X @ s.W1 + params["b1"]
    s.a1 = hidden(s.z1)
    s.z2 = s.a1 @ s.W2 + params["b2"]
    s.a2 = output(s.z2)
    s.slope1, s.slope2 = slope(s.z1), slope(s.z2)
    s.error = 2 * (s.a2 - y) / y.size
    s.delta2 = s.error * s.slope2
    s.delta1 = s.delta2 @ s.W2.T * s.slope1
    return s


def _grads(s, delta2=None, delta1=None):
    """The gradients from the error terms; a new delta2 is sent back through W2 as is right."""
    if delta2 is None:
        delta2 = s.delta2
    elif delta1 is None:
        delta1 = delta2 @ s.W2.T * s.slope1
    if delta1 is None:
        delta1 = s.delta1
    return {
        "W1": s.X.T @ delta1,
        "b1": delta1.sum(axis=0),
        "W2": s.a1.T @ delta2,
        "b2": delta2.sum(axis=0),
    }


# The output layer's error term.


@backprop.mistake("output-slope-forgotten", ask="The last layer is a sigmoid too: what follows?")
def _(X, y, params):
    """The slope of the OUTPUT layer's sigmoid is left out of its error term, and from there the
    mistake travels back into all four gradients."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error)


@backprop.mistake("raw-error", ask="Is the error term the error?")
def _(X, y, params):
    """The output layer's error term is the plain difference ŷ - y. The derivative of the square,
    the mean and the slope of the sigmoid are all missing from it."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.a2 - y)


@backprop.mistake("cross-entropy-delta", ask="For which loss does the slope of the sigmoid cancel?")
def _(X, y, params):
    """Your output error term is that of cross-entropy, where the slope of the sigmoid cancels. With
    the mean squared error it stays, and the mean goes over all entries."""
    s = _pass(X, y, params)
    return _grads(s, delta2=(s.a2 - y) / s.m)


@backprop.mistake("factor-2-and-output-slope-missing")
def _(X, y, params):
    """Two things are missing from the output layer's error term: what the derivative of a square
    leaves in front, and the slope of the sigmoid."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error / 2)


@backprop.mistake("output-slope-past-the-sigmoid")
def _(X, y, params):
    """The slope of the output layer goes through the sigmoid once too often: it is taken at ŷ,
    which has been through it already, and not at z2."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error * slope(s.a2))


@backprop.mistake("output-slope-z-times-one-minus-z")
def _(X, y, params):
    """The slope of the output layer is built from z2 and 1 - z2. That form wants the sigmoid's
    value in place of z2."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error * s.z2 * (1 - s.z2))


@backprop.mistake("output-activation-for-slope")
def _(X, y, params):
    """The output layer's error is multiplied by the sigmoid's value, not by its slope. Half of the
    slope is missing."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error * s.a2)


@backprop.mistake("output-slope-twice")
def _(X, y, params):
    """The slope of the output layer comes in twice. If you use your `output_delta`, it holds the
    slope already."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * s.slope2)


@backprop.mistake("hidden-slope-at-the-output", ask="Whose slope belongs to which error?")
def _(X, y, params):
    """The output layer's error meets the slope of the HIDDEN layer. Each error term is made with
    the slope of its own layer, which has the same shape."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error * s.slope1)


@backprop.mistake("factor-2-missing", ask="What does the derivative of a square leave in front?")
def _(X, y, params):
    """All gradients are half of what they should be. The loss is the mean of the squares, not of
    half the squares."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 / 2)


@backprop.mistake("divided-by-m-only", ask="Over how many numbers does this loss take its mean?")
def _(X, y, params):
    """All gradients are k times too large: you divide by the number of examples. The mean squared
    error is a mean over all the entries of y, and a row has k of them."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * y.shape[1])


@backprop.mistake("not-averaged-over-the-examples", ask="What is the loss of a batch?")
def _(X, y, params):
    """All gradients are m times too large: the shares of the examples are added up, and their mean
    is not taken. The loss is a mean over all the entries of y."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * s.m)


@backprop.mistake("not-averaged", ask="The loss is a mean. Where is its 1/…?")
def _(X, y, params):
    """All gradients are m·k times too large: these are the derivatives of the sum of squares. The
    loss is their mean."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * y.size)


@backprop.mistake("half-sum-of-squares", ask="Which loss has exactly these gradients?")
def _(X, y, params):
    """These are the gradients of half the SUM of squares: neither the 2 nor the mean is there. The
    loss of this course is the mean of the squares."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * y.size / 2)


@backprop.mistake("half-mean-over-examples")
def _(X, y, params):
    """These gradients fit a loss of half the squares, averaged over the examples only. Here it is
    the whole squares, averaged over all entries of y."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 * y.shape[1] / 2)


@backprop.mistake("averaged-twice", ask="Where does the 1/m of the mean live?")
def _(X, y, params):
    """All gradients are m times too small: the mean is taken in the error term and once more on the
    way. It belongs to the loss and nowhere else."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.delta2 / s.m)


@backprop.mistake("sign", ask="Must a gradient point uphill or downhill, and who turns it round?")
def _(X, y, params):
    """All gradients have the opposite sign, so the update would walk uphill. Look at the order of
    the difference, or for a minus that belongs to the update."""
    s = _pass(X, y, params)
    return _grads(s, delta2=-s.delta2)


@backprop.mistake("error-squared")
def _(X, y, params):
    """The error comes in squared: that is the loss, not its derivative. An output that is too low
    must pull the other way than one that is too high."""
    s = _pass(X, y, params)
    return _grads(s, delta2=(s.a2 - y) ** 2 / y.size * s.slope2)


@backprop.mistake("output-arguments-exchanged", ask="In which order does output_delta take them?")
def _(X, y, params):
    """The error term at the output is made from z2 where its prediction belongs, and from the
    prediction where z2 belongs: look at the order of the arguments."""
    s = _pass(X, y, params)
    return _grads(s, delta2=2 * (s.z2 - y) / y.size * slope(s.a2))


@backprop.mistake("z2-for-y-hat")
def _(X, y, params):
    """The targets are compared with z2, without the sigmoid. What is compared with y is the
    network's output, and both layers of this network are sigmoids."""
    s = _pass(X, y, params)
    return _grads(s, delta2=2 * (s.z2 - y) / y.size * s.slope2)


# The hidden layer's error term.


@backprop.mistake(
    "hidden-slope-forgotten", ask="The error came back through W2. What lies between a1 and z1?"
)
def _(X, y, params):
    """W1 and b1 show it: the slope of the HIDDEN layer's sigmoid is left out of its error term. The
    way back goes through the weights and then through the activation."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T)


@backprop.mistake("both-slopes-forgotten")
def _(X, y, params):
    """The slope of the sigmoid is left out in both layers. Each error term is taken at z, so each
    layer's own activation lies on the way."""
    s = _pass(X, y, params)
    return _grads(s, delta2=s.error, delta1=s.error @ s.W2.T)


@backprop.mistake(
    "hidden-slope-past-the-sigmoid", ask="At which number is a slope taken: before or after?"
)
def _(X, y, params):
    """W1 and b1 show it: the slope of the hidden layer goes through the sigmoid once too often: it
    is taken at a1, which has been through it already, and not at z1."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * slope(s.a1))


@backprop.mistake(
    "both-slopes-past-the-sigmoid", ask="What does `sigmoid_prime` want to be given: z or a?"
)
def _(X, y, params):
    """Both slopes go through the sigmoid once too often: they are taken at the activations, which
    have been through it already. A slope belongs to the place z where the curve is climbed."""
    s = _pass(X, y, params)
    delta2 = s.error * slope(s.a2)
    return _grads(s, delta2, delta2 @ s.W2.T * slope(s.a1))


@backprop.mistake("hidden-slope-z-times-one-minus-z")
def _(X, y, params):
    """W1 and b1 show it: the slope of the hidden layer is built from z1 and 1 - z1. That form wants
    the sigmoid's value in place of z1."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * s.z1 * (1 - s.z1))


@backprop.mistake("both-slopes-z-times-one-minus-z")
def _(X, y, params):
    """Both slopes are built from z and 1 - z. That form wants the sigmoid's value; the
    pre-activation z has to go through the sigmoid first."""
    s = _pass(X, y, params)
    delta2 = s.error * s.z2 * (1 - s.z2)
    return _grads(s, delta2, delta2 @ s.W2.T * s.z1 * (1 - s.z1))


@backprop.mistake("hidden-activation-for-slope")
def _(X, y, params):
    """W1 and b1 show it: in the hidden layer you multiply by the sigmoid's value, not by its
    slope."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * s.a1)


@backprop.mistake("both-activations-for-slopes")
def _(X, y, params):
    """In both layers you multiply by the sigmoid's value, not by its slope. The value says how high
    the curve is at z, the slope how steep."""
    s = _pass(X, y, params)
    delta2 = s.error * s.a2
    return _grads(s, delta2, delta2 @ s.W2.T * s.a1)


@backprop.mistake("hidden-slope-twice")
def _(X, y, params):
    """W1 and b1 show it: the slope of the hidden layer comes in twice. If you use your
    `hidden_delta`, it holds the slope already."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta1 * s.slope1)


@backprop.mistake("hidden-slope-of-tanh")
def _(X, y, params):
    """W1 and b1 show it: the slope of the hidden layer has the form that belongs to tanh, one minus
    a square. The hidden layer is a sigmoid."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * (1 - s.a1**2))


@backprop.mistake("hidden-slope-of-relu")
def _(X, y, params):
    """W1 and b1 show it: the hidden layer's slope is that of a ReLU, 0 or 1. The hidden layer is a
    sigmoid."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * (s.z1 > 0))


@backprop.mistake("raw-error-sent-back", ask="What travels back: the error or the error term?")
def _(X, y, params):
    """W1 and b1 show it: what is sent back to the hidden layer is the plain error ŷ - y. What
    travels back is the output layer's error term δ2, with all its factors."""
    s = _pass(X, y, params)
    return _grads(s, delta1=(s.a2 - y) @ s.W2.T * s.slope1)


@backprop.mistake("sent-back-without-the-output-slope", ask="What travels back: ∂L/∂ŷ or ∂L/∂z2?")
def _(X, y, params):
    """W1 and b1 show it: what is sent back to the hidden layer has not been through the output
    layer's activation. What travels back is the error term δ2."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.error @ s.W2.T * s.slope1)


@backprop.mistake("output-slope-again-on-the-way")
def _(X, y, params):
    """W1 and b1 show it: on the way to the hidden layer the output's slope comes in a second time.
    δ2 holds it already."""
    s = _pass(X, y, params)
    return _grads(s, delta1=(s.delta2 * s.slope2) @ s.W2.T * s.slope1)


@backprop.mistake("sent-back-without-weights", ask="How does a hidden neuron know its share?")
def _(X, y, params):
    """The output's error term reaches the hidden layer without passing through W2. A hidden neuron
    is to blame in proportion to the weights that lead on from it."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 * s.slope1)


@backprop.mistake("summed-and-sent-back-without-weights")
def _(X, y, params):
    """Every hidden neuron gets the same sum of the output's error terms: W2 plays no part. A hidden
    neuron is to blame in proportion to the weights that lead on from it."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2.sum(axis=1, keepdims=True) * s.slope1)


@backprop.mistake("one-number-sent-back", ask="Which numbers must differ from neuron to neuron?")
def _(X, y, params):
    """W1 and b1 show it: one single number is sent back to all hidden neurons of all examples, and
    broadcasting spreads it out silently. Each has its own share of the error."""
    s = _pass(X, y, params)
    return _grads(s, delta1=np.sum(s.delta2 @ s.W2.T) * s.slope1)


@backprop.mistake("weights-not-transposed", ask="Which way does the error go through W2?")
def _(X, y, params):
    """The output's error term meets W2 as it stands in the forward pass. On the way back it goes
    from the columns of W2 (the outputs) to its rows (the hidden neurons), so W2 must turn."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2 * s.slope1)


@backprop.mistake("sent-back-through-W1", ask="Which weights lie between z2 and a1?")
def _(X, y, params):
    """The error is sent back through W1. Between the output and the hidden layer lies W2; behind W1
    there is only the input."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W1.T * s.slope1)


@backprop.mistake("output-slope-in-the-hidden-layer", ask="Whose slope belongs to which error?")
def _(X, y, params):
    """What comes back through W2 meets the slope of the OUTPUT layer. Each error term is made with
    the slope of its own layer, which has the same shape."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T * s.slope2)


@backprop.mistake("matmul-for-the-hidden-slope")
def _(X, y, params):
    """The slope of the hidden layer comes in with a matrix product. `@` goes through weights;
    through an activation each entry meets only its own slope, and that is `*`."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ s.W2.T @ s.slope1)


@backprop.mistake("hidden-averaged-again", ask="Where does the 1/m of the mean live?")
def _(X, y, params):
    """W1 and b1 are m times too small. The error term that comes back already holds the mean, and
    no layer takes it again."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta1 / s.m)


@backprop.mistake("hidden-sign")
def _(X, y, params):
    """W1 and b1 have the wrong sign against W2 and b2. On the way back from layer to layer no minus
    comes in."""
    s = _pass(X, y, params)
    return _grads(s, delta1=-s.delta1)


@backprop.mistake("error-averaged-before-going-back", ask="How many error terms has a batch?")
def _(X, y, params):
    """W1 and b1 show it: the error is averaged over the examples before it goes back to the hidden
    layer. Every example keeps its own error terms, down to the first layer."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2.mean(axis=0) @ s.W2.T * s.slope1)


@backprop.mistake("error-summed-before-going-back")
def _(X, y, params):
    """W1 and b1 show it: the error is summed over the examples before it goes back to the hidden
    layer. Every example keeps its own error terms, down to the first layer."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2.sum(axis=0) @ s.W2.T * s.slope1)


def _is_along(moved, direction):
    """Whether `moved` is `direction` times some number other than 0."""
    c = np.vdot(direction, moved) / np.vdot(direction, direction)
    return abs(c) > 1e-9 and np.allclose(moved, c * direction, rtol=1e-5, atol=1e-12)


def _went_through_an_updated_W2(result, X, y, params):
    """Whether only W1 and b1 are off, as after a step of W2 at any rate."""
    s = _pass(X, y, params)
    grads = _grads(s)
    off = X.T @ (s.delta2 @ grads["W2"].T * s.slope1)
    rest = all(np.allclose(result[name], grads[name]) for name in ("W2", "b2"))
    return rest and _is_along(grads["W1"] - result["W1"], off)


@backprop.mistake(
    "W2-updated-first",
    ask="Forward, gradients, update: why are they never mixed?",
    when=_went_through_an_updated_W2,
)
def _(X, y, params):
    """W1 and b1 show it: the error went back through a W2 that had been updated already. All
    gradients belong to the same weights: first all of them, then the update."""
    s = _pass(X, y, params)
    return _grads(s, delta1=s.delta2 @ (s.W2 - s.a1.T @ s.delta2).T * s.slope1)


# The gradients.


@backprop.mistake("a1-for-X", ask="Which array met W1 in the forward pass?")
def _(X, y, params):
    """The gradient of W1 is made with the hidden layer's own activation. What belongs there is what
    went INTO that layer and met W1 in the forward pass."""
    s = _pass(X, y, params)
    return _grads(s) | {"W1": s.a1.T @ s.delta1}


@backprop.mistake("X-for-a1", ask="Which array met W2 in the forward pass?")
def _(X, y, params):
    """The gradient of W2 is made with the network's input. What belongs there is what went into the
    output layer and met W2 in the forward pass."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": X.T @ s.delta2}


@backprop.mistake("inputs-of-the-layers-swapped")
def _(X, y, params):
    """X and a1 have changed places in the gradients of the weights. Each weight's gradient is made
    with what met it in the forward pass."""
    s = _pass(X, y, params)
    return _grads(s) | {"W1": s.a1.T @ s.delta1, "W2": X.T @ s.delta2}


@backprop.mistake("z1-for-a1")
def _(X, y, params):
    """The gradient of W2 is made with z1. What met W2 in the forward pass is the hidden layer's
    activation, after the sigmoid."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.z1.T @ s.delta2}


@backprop.mistake("y-hat-for-a1")
def _(X, y, params):
    """The gradient of W2 is made with the output. What met W2 in the forward pass is what went into
    the output layer, the hidden activation."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.a2.T @ s.delta2}


@backprop.mistake("slope-in-the-gradient-of-W2")
def _(X, y, params):
    """The slope of the hidden layer is multiplied into the gradient of W2. It belongs to the hidden
    error term; W2 met the hidden activation as it is."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.slope1.T @ s.delta2}


@backprop.mistake("one-error-term-for-both-biases")
def _(X, y, params):
    """The gradient of b1 is made from the output layer's error term. Each bias belongs to one layer
    and takes that layer's error term."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta2.sum(axis=0)}


@backprop.mistake("transposed", ask="A gradient has the shape of its parameter. Which is that?")
def _(X, y, params):
    """The gradients of W1 and W2 lie on their sides: the factors of the product have changed
    places. A gradient has the shape of its parameter."""
    grads = _grads(_pass(X, y, params))
    return grads | {"W1": grads["W1"].T, "W2": grads["W2"].T}


@backprop.mistake("transpose-missing", ask="Over what is summed here, and on which axis?")
def _(X, y, params):
    """A transpose is missing in the gradients of the weights. The sum goes over the examples, so
    the m of both arrays must meet in the middle of the product."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.a1 @ s.delta2, "W1": X @ s.delta1}


@backprop.mistake("transpose-missing-in-W1")
def _(X, y, params):
    """A transpose is missing in the gradient of W1. The sum goes over the examples, so the m of
    both arrays must meet in the middle of the product."""
    s = _pass(X, y, params)
    return _grads(s) | {"W1": X @ s.delta1}


@backprop.mistake("transpose-missing-in-W2")
def _(X, y, params):
    """A transpose is missing in the gradient of W2. The sum goes over the examples, so the m of
    both arrays must meet in the middle of the product."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.a1 @ s.delta2}


@backprop.mistake("star-for-matmul")
def _(X, y, params):
    """The gradients of the weights are made with `*`, entry by entry. One weight's gradient is a
    sum over the examples: that is a matrix product."""
    s = _pass(X, y, params)
    return _grads(s) | {"W2": s.a1 * s.delta2, "W1": X * s.delta1}


@backprop.mistake("weights-divided-by-m-again", ask="Where does the 1/m of the mean live?")
def _(X, y, params):
    """The gradients of W1 and W2 are divided by m once more. The error terms hold the mean
    already."""
    grads = _grads(_pass(X, y, params))
    return grads | {"W1": grads["W1"] / len(X), "W2": grads["W2"] / len(X)}


@backprop.mistake("biases-averaged", ask="Where does the 1/m of the mean live?")
def _(X, y, params):
    """For b1 and b2 you take a mean over the examples where the sum belongs. The error terms hold
    the 1/m already."""
    grads = _grads(_pass(X, y, params))
    return grads | {"b1": grads["b1"] / len(X), "b2": grads["b2"] / len(X)}


@backprop.mistake("biases-not-summed", ask="One bias, m examples: how many gradients has it?")
def _(X, y, params):
    """For b1 and b2 you give the error terms themselves, a row for each example. One bias serves
    all the examples, so their shares are added up."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta1, "b2": s.delta2}


@backprop.mistake("biases-with-two-axes")
def _(X, y, params):
    """Your b1 and b2 come as tables of one row. A gradient has the shape of its parameter, and a
    bias has one axis: look at `keepdims`."""
    s = _pass(X, y, params)
    two = {"b1": s.delta1.sum(0, keepdims=True), "b2": s.delta2.sum(0, keepdims=True)}
    return _grads(s) | two


@backprop.mistake("biases-averaged-with-two-axes")
def _(X, y, params):
    """Your b1 and b2 are averaged where the sum belongs (the error terms hold the 1/m already), and
    they come as tables of one row where a bias has one axis."""
    s = _pass(X, y, params)
    two = {"b1": s.delta1.mean(0, keepdims=True), "b2": s.delta2.mean(0, keepdims=True)}
    return _grads(s) | two


@backprop.mistake("biases-summed-over-neurons", ask="Which axis are the examples?")
def _(X, y, params):
    """For b1 and b2 the neurons are added up and the examples kept. A bias has one number for each
    neuron: look at the axis."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta1.sum(axis=1), "b2": s.delta2.sum(axis=1)}


@backprop.mistake("biases-summed-to-one-number")
def _(X, y, params):
    """For b1 and b2 everything is added into one number. Every neuron has a bias of its own: an
    axis has to be named."""
    s = _pass(X, y, params)
    return _grads(s) | {"b1": s.delta1.sum(), "b2": s.delta2.sum()}


@backprop.mistake("biases-missing", ask="Which parameters does the network have?")
def _(X, y, params):
    """Your dict holds no b1 and no b2. The biases learn as well, so each of the four parameters
    needs its gradient."""
    grads = _grads(_pass(X, y, params))
    return {"W1": grads["W1"], "W2": grads["W2"]}


@backprop.mistake("biases-zero")
def _(X, y, params):
    """For b1 and b2 you give zeros, so they would never learn. A bias shifts z, so its gradient is
    made of the error terms."""
    grads = _grads(_pass(X, y, params))
    return grads | {"b1": np.zeros_like(grads["b1"]), "b2": np.zeros_like(grads["b2"])}


@backprop.mistake("names-of-the-layers-swapped")
def _(X, y, params):
    """The gradients of layer 1 are filed under layer 2 and the other way round. Each belongs under
    the name of its parameter."""
    g = _grads(_pass(X, y, params))
    return {"W1": g["W2"], "b1": g["b2"], "W2": g["W1"], "b2": g["b1"]}


@backprop.mistake("other-names")
def _(X, y, params):
    """The names in your dict begin with a d. They should be the names of `params`, so that the
    update can find each gradient by its parameter."""
    return {f"d{name}": grad for name, grad in _grads(_pass(X, y, params)).items()}


@backprop.mistake("tuple-for-dict")
def _(X, y, params):
    """The gradients come as a tuple. A dict with the names of `params` is asked for."""
    return tuple(_grads(_pass(X, y, params)).values())


@backprop.mistake("tuple-output-layer-first")
def _(X, y, params):
    """The gradients come as a tuple in the order output layer first. A dict with the names of
    `params` is asked for."""
    g = _grads(_pass(X, y, params))
    return g["W2"], g["b2"], g["W1"], g["b1"]


def _is_a_pair(result, *args):
    """Whether something else comes before or after the dict of gradients."""
    return (
        isinstance(result, tuple) and len(result) == 2 and any(isinstance(r, dict) for r in result)
    )


@backprop.mistake("loss-returned-too", when=_is_a_pair)
def _(X, y, params):
    """You give back a pair, a dict and something else (the loss, perhaps). Here only the dict of
    gradients is asked for."""
    s = _pass(X, y, params)
    return np.mean((s.a2 - y) ** 2), _grads(s)


def _are_params_after_a_step(result, X, y, params):
    """Whether each parameter has moved along its gradient, at one rate for all."""
    grads = _grads(_pass(X, y, params))
    moved, along = (
        np.concatenate([np.ravel(part) for part in parts])
        for parts in ([params[n] - result[n] for n in params], [grads[n] for n in params])
    )
    return _is_along(moved, along)


@backprop.mistake(
    "updated-params",
    ask="Backpropagation, descent, learning: which is which?",
    when=_are_params_after_a_step,
)
def _(X, y, params):
    """You give back parameters after a step. Backpropagation only works the gradients out; the
    update is a phase of its own."""
    return {name: params[name] - grad for name, grad in _grads(_pass(X, y, params)).items()}


@backprop.mistake("params-given-back")
def _(X, y, params):
    """You give back the parameters themselves. What is asked for is how the loss changes with each
    of them, a dict of gradients with the same names and shapes."""
    return dict(params)


@backprop.mistake("error-terms-given-back", ask="δ is ∂L/∂z. What turns it into ∂L/∂W?")
def _(X, y, params):
    """Your dict holds error terms where the gradients of the weights belong. An error term is
    ∂L/∂z; to reach a weight it has still to meet what went into the layer."""
    s = _pass(X, y, params)
    return _grads(s) | {"W1": s.delta1, "W2": s.delta2}


@backprop.mistake(
    "averaged-over-the-examples-first", ask="Is the mean of products the product of means?"
)
def _(X, y, params):
    """Inputs and error terms are each collapsed over the examples before they meet in the gradients
    of the weights. Each input belongs to its own example's error term."""
    s = _pass(X, y, params)
    first, second = (
        np.outer(a.mean(axis=0), d.sum(axis=0)) for a, d in ((X, s.delta1), (s.a1, s.delta2))
    )
    return _grads(s) | {"W1": first, "W2": second}


@backprop.mistake("last-example-only", ask="What happens to the first example's share?")
def _(X, y, params):
    """Only the last example's share arrives: a loop that assigns where it should add gives exactly
    this. The shares of all examples are added up."""
    s = _pass(X, y, params)
    last = {"X": X[-1:], "a1": s.a1[-1:], "delta1": s.delta1[-1:], "delta2": s.delta2[-1:]}
    return _grads(SimpleNamespace(**last))


@backprop.mistake("first-example-only")
def _(X, y, params):
    """Only the first example's share arrives. If you loop over the examples, look at where the
    `return` stands."""
    s = _pass(X, y, params)
    first = {"X": X[:1], "a1": s.a1[:1], "delta1": s.delta1[:1], "delta2": s.delta2[:1]}
    return _grads(SimpleNamespace(**first))


# The forward pass inside.


@backprop.mistake("output-not-activated", ask="What are the layers of this network?")
def _(X, y, params):
    """Your output layer is linear: no sigmoid in the forward pass and no slope on the way back.
    Both layers of this network are sigmoids."""
    s = _pass(X, y, params, output=lambda z: z)
    return _grads(s, delta2=s.error)


@backprop.mistake("hidden-not-activated")
def _(X, y, params):
    """Going forward, the hidden layer hands z1 on without its sigmoid. Two layers without an
    activation between them are one."""
    s = _pass(X, y, params, hidden=lambda z: z)
    return _grads(s)


@backprop.mistake("hidden-linear")
def _(X, y, params):
    """Your hidden layer is linear: no sigmoid in the forward pass and no slope on the way back.
    Both layers of this network are sigmoids."""
    s = _pass(X, y, params, hidden=lambda z: z)
    return _grads(s, delta1=s.delta2 @ s.W2.T)


@backprop.mistake("hidden-relu")
def _(X, y, params):
    """Your hidden layer is a ReLU, forward and back. Both layers of this network are sigmoids."""
    s = _pass(X, y, params, hidden=lambda z: np.maximum(z, 0))
    return _grads(s, delta1=s.delta2 @ s.W2.T * (s.z1 > 0))


@backprop.mistake("hidden-tanh")
def _(X, y, params):
    """Your hidden layer is a tanh, forward and back. Both layers of this network are sigmoids."""
    s = _pass(X, y, params, hidden=np.tanh)
    return _grads(s, delta1=s.delta2 @ s.W2.T * (1 - s.a1**2))


def _no_biases(params, *names):
    return params | {name: np.zeros_like(params[name]) for name in names}


@backprop.mistake("biases-forgotten-forward")
def _(X, y, params):
    """The biases are left out of the forward pass, so every gradient is taken at the wrong place:
    the numbers come out right only where all biases are 0."""
    return _grads(_pass(X, y, _no_biases(params, "b1", "b2")))


@backprop.mistake("b1-forgotten-forward")
def _(X, y, params):
    """b1 is left out of the forward pass, so every gradient is taken at the wrong place. Look at
    how z1 is made."""
    return _grads(_pass(X, y, _no_biases(params, "b1")))


@backprop.mistake("b2-forgotten-forward")
def _(X, y, params):
    """b2 is left out of the forward pass, so every gradient is taken at the wrong place. Look at
    how z2 is made."""
    return _grads(_pass(X, y, _no_biases(params, "b2")))


@backprop.mistake("output-sigmoid-twice")
def _(X, y, params):
    """The output goes through the sigmoid twice before it is compared with y. Once is the forward
    pass; after that ŷ is finished."""
    s = _pass(X, y, params)
    return _grads(s, delta2=2 * (sigmoid(s.a2) - y) / y.size * s.slope2)


@backprop.mistake("softmax-output", ask="Which output layer and which loss belong to which δ?")
def _(X, y, params):
    """Your output is a softmax with the error term of cross-entropy. The output layer here is a
    sigmoid and the loss the mean squared error."""

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    s = _pass(X, y, params, output=softmax)
    return _grads(s, delta2=(s.a2 - y) / s.m)


@backprop.combination("raw-error", "sign")
def _(X, y, params):
    s = _pass(X, y, params)
    return _grads(s, delta2=y - s.a2)


@backprop.combination("cross-entropy-delta", "sign")
def _(X, y, params):
    s = _pass(X, y, params)
    return _grads(s, delta2=(y - s.a2) / s.m)


# Two mistakes at once: one in an error term and one in another, or in the gradients.

AT_THE_OUTPUT = {
    "output-slope-forgotten": lambda s: s.error,
    "output-slope-past-the-sigmoid": lambda s: s.error * slope(s.a2),
    "output-slope-z-times-one-minus-z": lambda s: s.error * s.z2 * (1 - s.z2),
    "cross-entropy-delta": lambda s: (s.a2 - s.y) / s.m,
    "raw-error": lambda s: s.a2 - s.y,
}
IN_THE_HIDDEN_LAYER = {
    "hidden-slope-forgotten": lambda s, delta2: delta2 @ s.W2.T,
    "hidden-slope-past-the-sigmoid": lambda s, delta2: delta2 @ s.W2.T * slope(s.a1),
    "hidden-slope-z-times-one-minus-z": lambda s, delta2: delta2 @ s.W2.T * s.z1 * (1 - s.z1),
    "hidden-activation-for-slope": lambda s, delta2: delta2 @ s.W2.T * s.a1,
    "raw-error-sent-back": lambda s, delta2: (s.a2 - s.y) @ s.W2.T * s.slope1,
    "one-number-sent-back": lambda s, delta2: np.sum(delta2 @ s.W2.T) * s.slope1,
}
IN_THE_GRADIENTS = {
    "biases-averaged": lambda g, d1, d2: {"b1": d1.mean(axis=0), "b2": d2.mean(axis=0)},
    "biases-not-summed": lambda g, d1, d2: {"b1": d1, "b2": d2},
    "biases-summed-over-neurons": lambda g, d1, d2: {"b1": d1.sum(axis=1), "b2": d2.sum(axis=1)},
    "biases-with-two-axes": lambda g, d1, d2: {"b1": g["b1"][None], "b2": g["b2"][None]},
    "weights-divided-by-m-again": lambda g, d1, d2: {n: g[n] / len(d1) for n in ("W1", "W2")},
    "transposed": lambda g, d1, d2: {"W1": g["W1"].T, "W2": g["W2"].T},
}
ALREADY_NAMED = {
    ("output-slope-forgotten", "hidden-slope-forgotten"),
    ("output-slope-past-the-sigmoid", "hidden-slope-past-the-sigmoid"),
    ("output-slope-z-times-one-minus-z", "hidden-slope-z-times-one-minus-z"),
    ("raw-error", "raw-error-sent-back"),
}


def _two_mistakes(first, second):
    def with_both(X, y, params):
        s = _pass(X, y, params)
        delta2 = AT_THE_OUTPUT.get(first, lambda s: s.delta2)(s)
        hidden = first if first in IN_THE_HIDDEN_LAYER else second
        right = {second: lambda s, delta2: delta2 @ s.W2.T * s.slope1}
        delta1 = (IN_THE_HIDDEN_LAYER if hidden in IN_THE_HIDDEN_LAYER else right)[hidden](
            s, delta2
        )
        grads = _grads(s, delta2, delta1)
        return grads | IN_THE_GRADIENTS.get(second, lambda *_: {})(grads, delta1, delta2)

    backprop.combination(first, second)(with_both)


for pair in (
    *itertools.product(AT_THE_OUTPUT, IN_THE_HIDDEN_LAYER),
    *itertools.product([*AT_THE_OUTPUT, *IN_THE_HIDDEN_LAYER], IN_THE_GRADIENTS),
):
    if pair not in ALREADY_NAMED:
        _two_mistakes(*pair)

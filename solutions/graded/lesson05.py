"""Graded problem of lesson 05, steps that look ahead and stay short: two functions."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, values


def _dict_of(rng, n_in, h, k):
    """Random arrays with the names and shapes of a two-layer network's parameters."""
    return {
        "W1": values(rng, n_in, h),
        "b1": values(rng, h),
        "W2": values(rng, h, k),
        "b2": values(rng, k),
    }


# --- clip_gradients -------------------------------------------------------------------------


def _length(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads.values()))


def _limit(rng, grads, low, high):
    """A limit at a share of the length between low and high, of two decimals."""
    return float(np.round(_length(grads) * rng.uniform(low, high), 2))


def cases_for_clip_gradients(rng):
    """Gradients that are far too long; others near the limit, of zeros, in whole numbers."""
    for _ in range(3):
        n_in, h, k = sizes(rng, 3)
        grads = _dict_of(rng, n_in, h, k)
        grads["W2"] *= 15  # one layer explodes: its entries alone are larger than the limit
        yield generic(grads, _limit(rng, grads, 0.05, 0.09), n_in=n_in, h=h, k=k)
    near = _dict_of(rng, 4, 3, 5)
    yield special("gradients that are short enough", near, _limit(rng, near, 1.05, 1.2))
    yield special("gradients that are a little too long", near, _limit(rng, near, 0.8, 0.95))
    zeros = {name: np.zeros(g.shape) for name, g in _dict_of(rng, 3, 4, 5).items()}
    yield special("gradients that are all 0", zeros, 1.0)
    yield special(
        "a network of other names", {"W": values(rng, 5, 3), "scale": values(rng, 4)}, 1.0
    )
    whole = {"W1": np.array([[3, -4], [0, 12]]), "b1": np.array([84, 0])}
    yield special("whole-number gradients", whole, 8.5)


# A small number added to the length before it divides, as PyTorch does, is no mistake.
@exercise(lesson="05", cases=cases_for_clip_gradients, rtol=1e-5, graded=True)
def clip_gradients(grads, max_norm):
    """The gradients, all scaled by one factor so that together they are no longer than max_norm.

    grads: a dict of arrays of any shapes → a new dict with the same keys and shapes.
    """
    length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    factor = max_norm / length if length > max_norm else 1.0
    return {name: factor * g for name, g in grads.items()}


@clip_gradients.also_right
def _in_one_vector(grads, max_norm):
    length = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))
    if length <= max_norm:
        return grads
    return {name: g * (max_norm / length) for name, g in grads.items()}


@clip_gradients.also_right
def _as_pytorch_does(grads, max_norm):
    length = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    factor = min(1.0, max_norm / (length + 1e-6))
    return {name: g * factor for name, g in grads.items()}


@clip_gradients.also_right
def _with_loops(grads, max_norm):
    squares = 0.0
    for name in grads:
        for number in grads[name].flatten():
            squares += number * number
    clipped = {}
    for name in grads:
        clipped[name] = grads[name].copy()
        if squares > max_norm**2:
            clipped[name] = clipped[name] / squares**0.5 * max_norm
    return clipped


@clip_gradients.also_right
def _in_float32(grads, max_norm):
    small = {name: g.astype(np.float32) for name, g in grads.items()}
    length = np.sqrt(sum(np.vdot(g, g) for g in small.values()))
    return {
        name: g / max(np.float32(1), length / np.float32(max_norm)) for name, g in small.items()
    }


def _scaled(grads, factor):
    return {name: factor * g for name, g in grads.items()}


def _cut(grads, length, max_norm):
    """Scaled as if `length` were the length."""
    return _scaled(grads, max_norm / length if length > max_norm else 1.0)


@clip_gradients.mistake("each-array-alone", ask="Does the direction of the step stay the same?")
def _(grads, max_norm):
    """Every array is clipped by its own length. Then some are shortened and others not, and the
    step points elsewhere: one length is asked for, over all arrays together."""
    return {name: _cut({name: g}, np.linalg.norm(g), max_norm)[name] for name, g in grads.items()}


@clip_gradients.mistake("each-array-brought-to-the-limit")
def _(grads, max_norm):
    """Every array is scaled by its own length, so each has the length max_norm and the step points
    elsewhere. One length is asked for, over all arrays together."""
    return {name: g * max_norm / (np.linalg.norm(g) or 1) for name, g in grads.items()}


@clip_gradients.mistake("only-large-positive-entries-cut")
def _(grads, max_norm):
    """Large positive entries are cut at max_norm, large negative ones are not. The limit is one for
    the length of the whole step, and all entries shrink by the same factor."""
    return {name: np.minimum(g, max_norm) for name, g in grads.items()}


@clip_gradients.mistake("each-entry-alone", ask="Does the direction of the step stay the same?")
def _(grads, max_norm):
    """Every entry is cut at max_norm by itself. The limit is one for the length of the whole step,
    and all entries shrink by the same factor, so that its direction stays."""
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}


@clip_gradients.mistake("not-clipped", ask="How long is your result?")
def _(grads, max_norm):
    """The gradients come back as long as they were, longer than max_norm. If you compare, look at
    what is compared with what."""
    return _scaled(grads, 1.0)


@clip_gradients.mistake("short-ones-lengthened", ask="What does clipping do to a short gradient?")
def _(grads, max_norm):
    """Right where the gradients are too long. But those that are short enough are made longer, up
    to max_norm: a limit leaves them as they are."""
    return _scaled(grads, max_norm / (_length(grads) or 1))


@clip_gradients.mistake("always-divided-by-the-length", ask="What does clipping do to zeros?")
def _(grads, max_norm):
    """Right where the gradients are too long. But those that are short enough are made longer, up
    to max_norm, and zeros are divided by 0: a limit leaves all of them as they are."""
    return _scaled(grads, max_norm / _length(grads))


@clip_gradients.mistake("only-short-ones-scaled", ask="Which of the two cases is to be changed?")
def _(grads, max_norm):
    """Short gradients are scaled and long ones left alone. Look at the direction of your
    comparison, or at min and max."""
    length = _length(grads)
    return _scaled(grads, max_norm / length if 0 < length < max_norm else 1.0)


@clip_gradients.mistake("brought-to-length-1")
def _(grads, max_norm):
    """Your result has the length 1. It should have the length max_norm where it was longer than
    that."""
    length = _length(grads)
    return _scaled(grads, 1 / length if length > max_norm else 1.0)


@clip_gradients.mistake("factor-upside-down", ask="Is your factor below 1?")
def _(grads, max_norm):
    """Gradients that are too long are made longer still: the factor is upside down."""
    length = _length(grads)
    return _scaled(grads, length / max_norm if length > max_norm else 1.0)


@clip_gradients.mistake("divided-by-the-limit")
def _(grads, max_norm):
    """You divide by max_norm, whatever the length is. The factor compares the two."""
    length = _length(grads)
    return _scaled(grads, 1 / max_norm if length > max_norm else 1.0)


@clip_gradients.mistake("multiplied-by-the-limit")
def _(grads, max_norm):
    """You multiply by max_norm and do not divide by the length: that gives the length max_norm only
    to gradients of length 1."""
    return _scaled(grads, max_norm if _length(grads) > max_norm else 1.0)


@clip_gradients.mistake("root-forgotten", ask="Which units has a sum of squares?")
def _(grads, max_norm):
    """You take the sum of the squares for the length. A length is the root of it."""
    return _cut(grads, _length(grads) ** 2, max_norm)


@clip_gradients.mistake("root-forgotten-in-the-factor")
def _(grads, max_norm):
    """The comparison is right, but the factor is made with the sum of the squares: the root is
    missing there."""
    length = _length(grads)
    return _scaled(grads, max_norm / length**2 if length > max_norm else 1.0)


@clip_gradients.mistake("root-of-the-mean", ask="Does the length grow with the number of entries?")
def _(grads, max_norm):
    """Your length is the root of the MEAN of the squares, the size of a typical entry. The length
    of a vector takes their sum."""
    count = sum(g.size for g in grads.values())
    return _scaled(grads, min(1.0, max_norm / (_length(grads) / np.sqrt(count) or 1)))


@clip_gradients.mistake("sum-of-sizes", ask="Are lengths along different axes added as they are?")
def _(grads, max_norm):
    """Your length is the sum of the absolute values. The length that is meant is that of a straight
    line: of squares."""
    return _cut(grads, sum(np.abs(g).sum() for g in grads.values()), max_norm)


@clip_gradients.mistake("lengths-added", ask="A walk of 3 east and 4 north: how far from home?")
def _(grads, max_norm):
    """You add up the lengths of the arrays. They stand at right angles to each other, so it is
    their squares that add up."""
    return _cut(grads, sum(np.linalg.norm(g) for g in grads.values()), max_norm)


@clip_gradients.mistake("largest-array-for-length")
def _(grads, max_norm):
    """You take the length of the longest array for that of all of them together. The others count
    as well."""
    return _cut(grads, max(np.linalg.norm(g) for g in grads.values()), max_norm)


@clip_gradients.mistake("largest-entry-brought-to-the-limit")
def _(grads, max_norm):
    """Your factor brings the largest entry to max_norm. The limit is one for the length of all
    entries together."""
    return _cut(grads, max(np.abs(g).max() for g in grads.values()), max_norm)


@clip_gradients.mistake("plain-sum-for-length", ask="What does a sum of -3 and 3 say about length?")
def _(grads, max_norm):
    """You add up the entries as they are, so positive and negative ones cancel. A length is made of
    squares."""
    total = sum(g.sum() for g in grads.values())
    return _scaled(grads, max_norm / (total or 1) if _length(grads) > max_norm else 1.0)


@clip_gradients.mistake("biases-not-in-the-length", ask="Which entries does the step have?")
def _(grads, max_norm):
    """Only the arrays with two axes count for your length. The biases are part of the step as
    well."""
    return _cut(grads, _length({n: g for n, g in grads.items() if g.ndim == 2} or grads), max_norm)


@clip_gradients.mistake("biases-left-as-they-are", ask="Does the direction of the step stay?")
def _(grads, max_norm):
    """The weights are scaled and the biases left as they are, so the step points elsewhere. One
    factor for all arrays."""
    clipped = _cut(grads, _length(grads), max_norm)
    return {name: clipped[name] if g.ndim == 2 else g for name, g in grads.items()}


@clip_gradients.mistake("thrown-away", ask="Which direction is left of a long gradient?")
def _(grads, max_norm):
    """Gradients that are too long come back as zeros. They are to be shortened: their direction is
    as good as any."""
    return _scaled(grads, 0.0 if _length(grads) > max_norm else 1.0)


@clip_gradients.mistake("length-given-back")
def _(grads, max_norm):
    """One number comes back, the length perhaps. A dict of gradients is asked for."""
    return float(_length(grads))


# --- nesterov_step --------------------------------------------------------------------------


def _state(rng, n_in, h, k):
    params, grads, velocity = (_dict_of(rng, n_in, h, k) for _ in range(3))
    return params, grads, {name: 0.3 * v for name, v in velocity.items()}


def cases_for_nesterov_step(rng):
    """Steps on networks of different sizes; the first step; without momentum; other names."""
    for lr, momentum in ((0.3, 0.8), (0.05, 0.9), (0.7, 0.6)):
        n_in, h, k = sizes(rng, 3)
        yield generic(*_state(rng, n_in, h, k), lr, momentum, n_in=n_in, h=h, k=k)
    params, grads, velocity = _state(rng, 4, 3, 5)
    still = {name: np.zeros(v.shape) for name, v in velocity.items()}
    yield special("a velocity of 0, as before the first step", params, grads, still, 0.3, 0.9)
    yield special("a momentum of 0", params, grads, velocity, 0.3, 0.0)
    single = [{"scale": values(rng, 5)} for _ in range(3)]
    yield special("a network of other names", *single, 0.2, 0.9)


@exercise(lesson="05", cases=cases_for_nesterov_step, graded=True)
def nesterov_step(params, grads, velocity, lr, momentum):
    """Parameters and velocity after one step of momentum that looks ahead.

    params, grads, velocity: dicts of arrays with the same keys → (new params, new velocity).
    """
    after = {name: momentum * velocity[name] + lr * grads[name] for name in params}
    moved = {name: params[name] - lr * grads[name] - momentum * after[name] for name in params}
    return moved, after


@nesterov_step.also_right
def _by_two_positions(params, grads, velocity, lr, momentum):
    """The place itself moves by the velocity, and the parameters are the place ahead."""
    moved, after = {}, {}
    for name, theta in params.items():
        place = theta + momentum * velocity[name]
        after[name] = momentum * velocity[name] + lr * grads[name]
        moved[name] = place - after[name] - momentum * after[name]
    return moved, after


@nesterov_step.also_right
def _on_copies(params, grads, velocity, lr, momentum):
    moved = {name: value.copy() for name, value in params.items()}
    after = {name: value.copy() for name, value in velocity.items()}
    for name in moved:
        after[name] *= momentum
        after[name] += lr * grads[name]
        moved[name] -= lr * grads[name] + momentum * after[name]
    return moved, after


@nesterov_step.also_right
def _in_one_formula(params, grads, velocity, lr, momentum):
    moved = {
        n: p - (1 + momentum) * lr * grads[n] - momentum**2 * velocity[n] for n, p in params.items()
    }
    return moved, {n: lr * grads[n] + momentum * v for n, v in velocity.items()}


@nesterov_step.also_right
def _step_in_float32(params, grads, velocity, lr, momentum):
    moved, after = nesterov_step(params, grads, velocity, lr, momentum)
    return [{n: value.astype(np.float32) for n, value in part.items()} for part in (moved, after)]


def _renewed(grads, velocity, lr, momentum):
    """The new velocity as a function of the name."""
    return lambda n: momentum * velocity[n] + lr * grads[n]


def _step(params, move, after=None):
    """The pair of dicts: the parameters less `move(name)`, and the velocity `after(name)`."""
    moved = {name: value - move(name) for name, value in params.items()}
    return moved, {name: (after or move)(name) for name in params}


def _ahead(grads, after, lr, momentum):
    """The right move for a given new velocity."""
    return lambda n: lr * grads[n] + momentum * after(n)


@nesterov_step.mistake("plain-momentum", ask="From which place does Nesterov take the slope?")
def _(params, grads, velocity, lr, momentum):
    """The parameters move by the new velocity: that is momentum without looking ahead. Look at
    which velocity, the old or the new, comes into the move beside the gradient's own step."""
    return _step(params, _renewed(grads, velocity, lr, momentum))


@nesterov_step.mistake("momentum-missing-before-the-velocity", ask="How far does it carry on?")
def _(params, grads, velocity, lr, momentum):
    """The parameters move by the gradient's step and the WHOLE new velocity. Looking ahead goes
    only as far as the velocity still carries after it has been slowed down once more."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: lr * grads[n] + after(n), after)


@nesterov_step.mistake("own-step-missing", ask="Which two things move the parameters?")
def _(params, grads, velocity, lr, momentum):
    """The parameters move with the slowed-down velocity alone. The gradient's own step is missing
    beside it."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: momentum * after(n), after)


@nesterov_step.mistake("plain-descent", ask="What is the velocity for?")
def _(params, grads, velocity, lr, momentum):
    """The parameters take the gradient's own step only: this is gradient descent without any
    momentum. The new velocity has to move them as well."""
    return _step(params, lambda n: lr * grads[n], _renewed(grads, velocity, lr, momentum))


@nesterov_step.mistake("rate-missing-in-the-step")
def _(params, grads, velocity, lr, momentum):
    """The learning rate is in the velocity, but the gradient's own step goes without it. Both times
    the gradient comes in, the rate comes with it."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: grads[n] + momentum * after(n), after)


@nesterov_step.mistake("rate-missing-in-the-velocity")
def _(params, grads, velocity, lr, momentum):
    """The gradient comes into the velocity without the learning rate. Both times the gradient comes
    in, the rate comes with it."""
    after = _renewed(grads, velocity, 1, momentum)
    return _step(params, _ahead(grads, after, lr, momentum), after)


@nesterov_step.mistake("rate-outside-the-velocity", ask="Where does the learning rate stand?")
def _(params, grads, velocity, lr, momentum):
    """Your velocity is a sum of gradients, and the learning rate comes in when the parameters move:
    PyTorch's convention. Here the rate is in the velocity already."""
    after = _renewed(grads, velocity, 1, momentum)
    return _step(params, lambda n: lr * (grads[n] + momentum * after(n)), after)


@nesterov_step.mistake("rate-forgotten")
def _(params, grads, velocity, lr, momentum):
    """The learning rate is not used at all. Each time the gradient comes in, the rate comes with
    it."""
    after = _renewed(grads, velocity, 1, momentum)
    return _step(params, _ahead(grads, after, 1, momentum), after)


@nesterov_step.mistake("rate-twice")
def _(params, grads, velocity, lr, momentum):
    """The velocity holds the learning rate already, and the move of the parameters multiplies it in
    once more."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: lr * (grads[n] + momentum * after(n)), after)


@nesterov_step.mistake("velocity-as-a-mean", ask="Do the two factors have to add up to 1?")
def _(params, grads, velocity, lr, momentum):
    """In your velocity the gradient has the factor 1 - momentum, as in a running mean. Here it has
    the learning rate and nothing else."""

    def after(n):
        return momentum * velocity[n] + (1 - momentum) * lr * grads[n]

    return _step(params, _ahead(grads, after, lr, momentum), after)


@nesterov_step.mistake("velocity-without-the-gradient")
def _(params, grads, velocity, lr, momentum):
    """Your velocity is only slowed down and never pushed: the gradient has to come into it."""

    def after(n):
        return momentum * velocity[n]

    return _step(params, _ahead(grads, after, lr, momentum), after)


@nesterov_step.mistake("velocity-not-slowed-down", ask="What is the momentum a share of?")
def _(params, grads, velocity, lr, momentum):
    """The old velocity is taken whole into the new one. Only a share of it, the momentum, is
    kept."""
    after = _renewed(grads, velocity, lr, 1)
    return _step(params, _ahead(grads, after, lr, momentum), after)


@nesterov_step.mistake("velocity-of-the-other-sign", ask="Is your velocity added or taken off?")
def _(params, grads, velocity, lr, momentum):
    """Your velocity points downhill and is added, as in other books. Here it points uphill like the
    gradient, and is taken off: the velocity that you are given has that sign."""
    after = _renewed(grads, velocity, -lr, momentum)
    return _step(params, lambda n: lr * grads[n] - momentum * after(n), after)


@nesterov_step.mistake("uphill", ask="Which way does a gradient point?")
def _(params, grads, velocity, lr, momentum):
    """The velocity is right, but the parameters walk uphill with it: what moves them is taken off,
    not added."""
    after = _renewed(grads, velocity, lr, momentum)
    ahead = _ahead(grads, after, lr, momentum)
    return _step(params, lambda n: -ahead(n), after)


@nesterov_step.mistake("velocity-added", ask="Are your brackets where the signs need them?")
def _(params, grads, velocity, lr, momentum):
    """The gradient's own step is taken off, but the velocity is added. Both point uphill here, so
    both are taken off."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: lr * grads[n] - momentum * after(n), after)


@nesterov_step.mistake("gradient-added")
def _(params, grads, velocity, lr, momentum):
    """The velocity is taken off, but the gradient's own step is added. Both point uphill here, so
    both are taken off."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, lambda n: momentum * after(n) - lr * grads[n], after)


@nesterov_step.mistake("parameters-unmoved", ask="What is a step for?")
def _(params, grads, velocity, lr, momentum):
    """The velocity is right, but the parameters come back as they were."""
    return _step(params, lambda n: 0.0, _renewed(grads, velocity, lr, momentum))


@nesterov_step.mistake("velocity-ahead", ask="Which of the two is kept as the velocity?")
def _(params, grads, velocity, lr, momentum):
    """Your parameters are right. As velocity you give back the whole move that they made; the
    velocity is what is slowed down in that move."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, _ahead(grads, after, lr, momentum))


@nesterov_step.mistake("old-velocity-given-back", ask="With what will the next step begin?")
def _(params, grads, velocity, lr, momentum):
    """Your parameters are right, but the velocity comes back as it was. The next step needs the new
    one."""
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, _ahead(grads, after, lr, momentum), lambda n: velocity[n])


@nesterov_step.mistake("biases-left-behind", ask="Which parameters learn?")
def _(params, grads, velocity, lr, momentum):
    """The weights are right, but the biases stay as they were. All entries of the dict move in the
    same way."""
    moved, after = nesterov_step(params, grads, velocity, lr, momentum)
    return {n: moved[n] if n[0] == "W" else value for n, value in params.items()}, after


@nesterov_step.mistake("parameters-alone", ask="With what will the next step begin?")
def _(params, grads, velocity, lr, momentum):
    """Only the parameters come back. The new velocity is asked for as well: the next step begins
    with it."""
    return nesterov_step(params, grads, velocity, lr, momentum)[0]


@nesterov_step.combination("plain-momentum", "old-velocity-given-back")
def _(params, grads, velocity, lr, momentum):
    after = _renewed(grads, velocity, lr, momentum)
    return _step(params, after, lambda n: velocity[n])


@nesterov_step.combination("plain-momentum", "parameters-alone")
def _(params, grads, velocity, lr, momentum):
    return _step(params, _renewed(grads, velocity, lr, momentum))[0]


@nesterov_step.combination("plain-momentum", "rate-forgotten")
def _(params, grads, velocity, lr, momentum):
    return _step(params, _renewed(grads, velocity, 1, momentum))


@nesterov_step.combination("plain-momentum", "rate-outside-the-velocity")
def _(params, grads, velocity, lr, momentum):
    after = _renewed(grads, velocity, 1, momentum)
    return _step(params, lambda n: lr * after(n), after)


@nesterov_step.combination("plain-momentum", "velocity-of-the-other-sign")
def _(params, grads, velocity, lr, momentum):
    after = _renewed(grads, velocity, -lr, momentum)
    return _step(params, lambda n: -after(n), after)

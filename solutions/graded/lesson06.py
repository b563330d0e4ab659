"""Graded problem of lesson 06, softer targets and a second chance: three functions."""

import numpy as np

from nnlib.exercises.engine import exercise
from nnlib.exercises.probes import generic, sizes, special, square, values


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _labels(rng, m, k):
    """m class numbers below k, the largest one among them."""
    labels = rng.integers(0, k, m)
    labels[rng.integers(m)] = k - 1
    return labels


# --- top_k_accuracy -------------------------------------------------------------------------


def _ranked(rng, m, k, top):
    """Labels and probabilities of which about two thirds are among the `top` best of their row."""
    p = _softmax(2 * rng.normal(size=(m, k)))
    ranks = np.where(rng.random(m) < 0.65, rng.integers(0, top, m), rng.integers(0, k, m))
    return np.argsort(-p, axis=1)[np.arange(m), ranks], p


def cases_for_top_k_accuracy(rng):
    """Many examples, so that shares differ; one guess; as many as classes; one example."""
    for m in rng.permutation([23, 31, 37, 41])[:3]:
        top, k = (int(n) for n in (rng.integers(3, 5), rng.integers(7, 10)))
        yield generic(*_ranked(rng, int(m), k, top), top, m=int(m), k=k, top=top)
    yield special("a single guess", *_ranked(rng, 17, 6, 1), 1)
    yield special("as many guesses as classes", *_ranked(rng, 13, 5, 5), 5)
    yield special("a batch of one example", *_ranked(rng, 1, 6, 3), 3)
    labels, p = _ranked(rng, 19, 7, 3)
    yield special("labels without the last class", labels[labels < 6], p[labels < 6], 3)
    yield square(*_ranked(rng, 4, 7, 4), 4)


@exercise(lesson="06", cases=cases_for_top_k_accuracy, graded=True)
def top_k_accuracy(labels, p, top):
    """The share of the examples whose label is among the `top` largest entries of its row.

    labels (m,) class numbers, p (m, k), no two entries of a row equal → a number from 0 to 1.
    """
    guesses = np.argsort(p, axis=1)[:, -top:]
    return float(np.mean((guesses == labels[:, None]).any(axis=1)))


@top_k_accuracy.also_right
def _by_counting_the_larger_ones(labels, p, top):
    own = p[np.arange(len(p)), labels]
    return np.mean((p > own[:, None]).sum(axis=1) < top)


@top_k_accuracy.also_right
def _with_loops(labels, p, top):
    hits = 0
    for label, row in zip(labels, p, strict=True):
        best = sorted(range(len(row)), key=lambda j: row[j], reverse=True)[:top]
        if label in best:
            hits += 1
    return hits / len(labels)


@top_k_accuracy.also_right
def _with_a_threshold(labels, p, top):
    lowest = np.sort(p, axis=1)[:, -top]
    return (p[np.arange(len(p)), labels] >= lowest).sum() / len(p)


@top_k_accuracy.also_right
def _with_argpartition(labels, p, top):
    k = p.shape[1]
    guesses = np.argpartition(p, k - top, axis=1)[:, k - top :]
    one_hot = np.eye(k)[labels]
    return float(np.take_along_axis(one_hot, guesses, axis=1).sum() / len(labels))


def _guesses(p, top):
    return np.argsort(-p, axis=1)[:, :top]


def _hits(labels, guesses):
    return (guesses == labels[:, None]).any(axis=1)


@top_k_accuracy.mistake("smallest-for-largest", ask="In which direction does argsort sort?")
def _(labels, p, top):
    """You take the places of the SMALLEST entries: `argsort` goes upwards. Look at which end of it
    you cut off."""
    return float(np.mean(_hits(labels, np.argsort(p, axis=1)[:, :top])))


@top_k_accuracy.mistake("best-guess-only", ask="How many guesses may each row make?")
def _(labels, p, top):
    """Only the largest entry of each row counts: the ordinary accuracy. A label is found as well if
    it is among the next best."""
    return float(np.mean(p.argmax(axis=1) == labels))


@top_k_accuracy.mistake("last-guess-only")
def _(labels, p, top):
    """Only one guess of each row counts, the least likely of those it may make. The label may be
    any of them."""
    return float(np.mean(_guesses(p, top)[:, -1] == labels))


@top_k_accuracy.mistake("one-guess-too-few", ask="Which entries does the slice hold?")
def _(labels, p, top):
    """Each row makes one guess fewer than it may: count the entries of your slice, or look at
    whether your comparison is strict."""
    return float(np.mean(_hits(labels, _guesses(p, top - 1))))


@top_k_accuracy.mistake("one-guess-too-many")
def _(labels, p, top):
    """Each row makes one guess more than it may: count the entries of your slice, or look at
    whether your comparison is strict."""
    return float(np.mean(_hits(labels, _guesses(p, top + 1))))


@top_k_accuracy.mistake("best-guess-left-out", ask="Where does `[:, -top:-1]` end?")
def _(labels, p, top):
    """The best guess is not among yours: a slice ends before its last index."""
    return float(np.mean(_hits(labels, _guesses(p, top)[:, 1:])))


@top_k_accuracy.mistake("averaged-over-all-guesses", ask="A mean over which numbers?")
def _(labels, p, top):
    """Your share is top times too small: the mean goes over every guess of every row. A row is
    right or wrong as a whole."""
    return float(np.mean(_guesses(p, top) == labels[:, None]))


@top_k_accuracy.mistake("counted-not-shared")
def _(labels, p, top):
    """You give back a number of examples. A share is asked for, between 0 and 1."""
    return float(np.sum(_hits(labels, _guesses(p, top))))


@top_k_accuracy.mistake("in-percent")
def _(labels, p, top):
    """Your number is in percent. A share between 0 and 1 is asked for."""
    return float(100 * np.mean(_hits(labels, _guesses(p, top))))


@top_k_accuracy.mistake("share-of-the-wrong-ones", ask="Does a better model score higher?")
def _(labels, p, top):
    """You give back the share of the examples that are wrong. Asked for are those that are
    right."""
    return float(np.mean(~_hits(labels, _guesses(p, top))))


@top_k_accuracy.mistake("all-guesses-must-hit", ask="Must all guesses be right, or any?")
def _(labels, p, top):
    """A row counts only if all its guesses are the label, which cannot be. One of them is
    enough."""
    return float(np.mean((_guesses(p, top) == labels[:, None]).all(axis=1)))


@top_k_accuracy.mistake("best-of-the-column", ask="Which axis are the classes?")
def _(labels, p, top):
    """You sort along the columns, which ranks the EXAMPLES for each class. The guesses of an
    example are the best entries of its row."""
    return float(np.mean(_hits(labels, np.argsort(-p, axis=0)[:, :top])))


@top_k_accuracy.mistake("guesses-of-the-whole-batch", ask="Whose guesses may a label be among?")
def _(labels, p, top):
    """A label counts as found if any row guesses it. Each label has to be looked for among the
    guesses of its own row."""
    return float(np.mean(np.isin(labels, _guesses(p, top))))


@top_k_accuracy.mistake("every-label-against-every-row", ask="What is (m, 1) against (m,)?")
def _(labels, p, top):
    """Each row is compared with all labels, not with its own: that makes a table of m times m. Look
    at the shapes that you compare."""
    table = (_guesses(p, top)[:, :, None] == labels).any(axis=1)
    return float(np.mean(table))


@top_k_accuracy.mistake("labels-from-1")
def _(labels, p, top):
    """Your labels are counted from 1. The columns of p, and the labels of this course, begin with
    0."""
    return float(np.mean(_hits(labels, _guesses(p, top) + 1)))


@top_k_accuracy.mistake("probabilities-for-places", ask="Places or sizes: what is a label?")
def _(labels, p, top):
    """Your labels are compared with the largest probabilities themselves, not with the places where
    they stand. Compare `sort` with `argsort`."""
    return float(np.mean(_hits(labels, -np.sort(-p, axis=1)[:, :top])))


@top_k_accuracy.mistake("probability-of-the-label")
def _(labels, p, top):
    """You average the probability that each label was given. A share is asked for: each row is
    right or wrong."""
    return float(np.mean(p[np.arange(len(p)), labels]))


@top_k_accuracy.mistake("hits-row-by-row")
def _(labels, p, top):
    """You give back an answer for each row, right or wrong. Asked for is one number, the share of
    those that are right."""
    return _hits(labels, _guesses(p, top))


@top_k_accuracy.mistake("labels-not-in-a-column", ask="What is (m, top) against (m,)?")
def _(labels, p, top):
    """The table of guesses, (m, top), is compared with the labels, (m,). NumPy lines up the LAST
    axes: the labels would have to stand in a column."""
    return float(np.mean((_guesses(p, top) == labels).any(axis=1)))


# --- smoothed_targets -----------------------------------------------------------------------


def cases_for_smoothed_targets(rng):
    """Some smoothing; none; the largest; a batch of one; a class that the batch does not hold."""
    for eps in (0.1, 0.3, 0.2):
        m, k = sizes(rng, 2, low=4, high=11)
        yield generic(_labels(rng, m, k), k, eps, m=m, k=k)
    yield special("a smoothing of 0", _labels(rng, 5, 4), 4, 0.0)
    yield special("a smoothing of 1", _labels(rng, 6, 4), 4, 1.0)
    yield special("a batch of one example", np.array([2]), 4, 0.1)
    yield special("labels without the last class", np.array([0, 2, 1, 2, 0]), 4, 0.1)
    yield square(_labels(rng, 5, 5), 5, 0.1)


@exercise(
    lesson="06",
    cases=cases_for_smoothed_targets,
    graded=True,
    properties={
        "every row sums to 1": lambda result, *args: np.allclose(np.sum(result, axis=1), 1),
    },
)
def smoothed_targets(labels, num_classes, eps):
    """One-hot targets of which a share eps is spread evenly over all classes.

    labels (m,) class numbers, eps from 0 to 1 → (m, num_classes), every row sums to 1.
    """
    return (1 - eps) * np.eye(num_classes)[labels] + eps / num_classes


@smoothed_targets.also_right
def _targets_with_loops(labels, num_classes, eps):
    rows = []
    for label in labels:
        row = [eps / num_classes] * num_classes
        row[label] += 1 - eps
        rows.append(row)
    return np.array(rows)


@smoothed_targets.also_right
def _targets_by_places(labels, num_classes, eps):
    targets = np.full((len(labels), num_classes), eps / num_classes)
    targets[np.arange(len(labels)), labels] = 1 - eps * (num_classes - 1) / num_classes
    return targets


@smoothed_targets.also_right
def _targets_by_comparison(labels, num_classes, eps):
    one_hot = (labels.reshape(-1, 1) == np.arange(num_classes)).astype(np.float32)
    return one_hot - np.float32(eps) * (one_hot - np.float32(1 / num_classes))


@smoothed_targets.also_right
def _targets_as_a_mixture(labels, num_classes, eps):
    one_hot = np.zeros((labels.size, num_classes))
    one_hot[range(labels.size), labels] = 1
    even = np.ones((labels.size, num_classes)) / num_classes
    return eps * even + (1 - eps) * one_hot


def _one_hot(labels, k):
    return np.eye(k)[labels]


@smoothed_targets.mistake("not-smoothed", ask="Where does eps come in?")
def _(labels, num_classes, eps):
    """These are plain one-hot targets: eps has not been used."""
    return _one_hot(labels, num_classes)


@smoothed_targets.mistake("shared-by-the-other-classes", ask="Does the label's class get a share?")
def _(labels, num_classes, eps):
    """You share eps out among the OTHER classes and leave 1 - eps at the label, another convention.
    Here all classes get a share, the label's own as well."""
    one_hot = _one_hot(labels, num_classes)
    return (1 - eps) * one_hot + eps / (num_classes - 1) * (1 - one_hot)


@smoothed_targets.mistake("share-of-the-label-missing", ask="What do your rows sum to?")
def _(labels, num_classes, eps):
    """At the label you have 1 - eps and no more. Its own class gets its part of eps like all the
    others, else the row does not sum to 1."""
    one_hot = _one_hot(labels, num_classes)
    return (1 - eps) * one_hot + eps / num_classes * (1 - one_hot)


@smoothed_targets.mistake("label-keeps-all", ask="What do your rows sum to?")
def _(labels, num_classes, eps):
    """The label still has 1, and the others get something too, so the rows sum to more than 1. What
    is given to the others is taken from the label."""
    one_hot = _one_hot(labels, num_classes)
    return one_hot + eps / num_classes * (1 - one_hot)


@smoothed_targets.mistake("nothing-taken-from-the-label", ask="What do your rows sum to?")
def _(labels, num_classes, eps):
    """Every entry has got its part of eps, but nothing was taken from the label for it: the rows
    sum to more than 1."""
    return _one_hot(labels, num_classes) + eps / num_classes


@smoothed_targets.mistake("eps-not-divided", ask="How many classes share eps?")
def _(labels, num_classes, eps):
    """Every class gets the whole of eps. It is one share for all classes together."""
    return (1 - eps) * _one_hot(labels, num_classes) + eps


@smoothed_targets.mistake("eps-for-the-others", ask="How many classes share eps?")
def _(labels, num_classes, eps):
    """Every other class gets the whole of eps, and the label 1 - eps. It is one share for all
    classes together."""
    return np.where(_one_hot(labels, num_classes) == 1, 1 - eps, eps)


@smoothed_targets.mistake("shared-among-the-examples", ask="Who shares eps: rows or columns?")
def _(labels, num_classes, eps):
    """You divide eps by the number of examples. It is shared out among the classes."""
    return (1 - eps) * _one_hot(labels, num_classes) + eps / len(labels)


@smoothed_targets.mistake("shares-exchanged", ask="What should eps = 0 give?")
def _(labels, num_classes, eps):
    """The two shares have changed places: eps stays at the label, and the rest is spread. With an
    eps of 0 the targets should be one-hot."""
    return eps * _one_hot(labels, num_classes) + (1 - eps) / num_classes


@smoothed_targets.mistake("only-scaled")
def _(labels, num_classes, eps):
    """The label has lost its share, but nobody has got it: all other entries are 0."""
    return (1 - eps) * _one_hot(labels, num_classes)


@smoothed_targets.mistake("taken-off-everywhere")
def _(labels, num_classes, eps):
    """Entries below 0: the part of eps is taken off where it should be added. A target is a
    probability."""
    return (1 - eps) * _one_hot(labels, num_classes) - eps / num_classes


@smoothed_targets.mistake("classes-counted-in-the-batch", ask="What if no 9 is in the batch?")
def _(labels, num_classes, eps):
    """The number of classes is taken from the labels that happen to be there. `num_classes` says
    it, also where the last class is missing."""
    k = int(labels.max()) + 1
    return (1 - eps) * _one_hot(labels, k) + eps / k


@smoothed_targets.mistake("transposed")
def _(labels, num_classes, eps):
    """Your table lies on its side. Rows are examples, also in the targets."""
    return smoothed_targets(labels, num_classes, eps).T


@smoothed_targets.mistake("labels-from-1")
def _(labels, num_classes, eps):
    """The ones stand a column too far to the left: your labels are counted from 1. In this course
    they begin with 0."""
    return (1 - eps) * np.eye(num_classes)[labels - 1] + eps / num_classes


@smoothed_targets.mistake("whole-numbers-only", ask="What becomes of 0.9 in an array of integers?")
def _(labels, num_classes, eps):
    """Every entry is a whole number: your array holds integers, which cut off what is behind the
    point."""
    return smoothed_targets(labels, num_classes, eps).astype(int)


# --- smoothed_ce_delta ----------------------------------------------------------------------


def cases_for_smoothed_ce_delta(rng):
    """Some smoothing; none; one example; logits far from 0; a class that is not in the batch."""
    for eps in (0.1, 0.3, 0.2):
        m, k = sizes(rng, 2, low=3, high=10)
        yield generic(_labels(rng, m, k), 3 * values(rng, m, k), eps, m=m, k=k)
    yield special("a smoothing of 0", _labels(rng, 5, 4), values(rng, 5, 4), 0.0)
    yield special("a batch of one example", np.array([2]), values(rng, 1, 4), 0.1)
    large = np.array([[1000.0, -1000.0, 0.5], [-1000.0, -999.0, -1001.5]])
    yield special("logits of large size (±1000)", np.array([2, 0]), large, 0.1)
    yield special(
        "labels without the last class", np.array([0, 2, 1, 2, 0]), values(rng, 5, 4), 0.1
    )
    yield square(_labels(rng, 5, 5), values(rng, 5, 5), 0.1)


@exercise(lesson="06", cases=cases_for_smoothed_ce_delta, graded=True)
def smoothed_ce_delta(labels, z, eps):
    """∂L/∂z of softmax and cross-entropy for smoothed targets, L a mean over the examples.

    labels (m,) class numbers, z (m, k) logits, eps from 0 to 1 → (m, k).
    """
    m, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - (1 - eps) * np.eye(k)[labels] - eps / k) / m


@smoothed_ce_delta.also_right
def _delta_on_a_copy(labels, z, eps):
    delta = _softmax(z) - eps / z.shape[1]
    delta[np.arange(len(z)), labels] -= 1 - eps
    delta /= len(z)
    return delta


@smoothed_ce_delta.also_right
def _delta_with_loops(labels, z, eps):
    m, k = z.shape
    delta = np.zeros((m, k))
    for i in range(m):
        powers = [np.exp(value - max(z[i])) for value in z[i]]
        for j in range(k):
            target = eps / k + (1 - eps if labels[i] == j else 0)
            delta[i, j] = (powers[j] / sum(powers) - target) / m
    return delta


@smoothed_ce_delta.also_right
def _delta_of_two_losses(labels, z, eps):
    """The mean of the losses for the label and for all classes alike, by their shares."""
    p, k = _softmax(z), z.shape[1]
    return ((1 - eps) * (p - np.eye(k)[labels]) + eps * (p - 1 / k)) / len(z)


@smoothed_ce_delta.also_right
def _delta_in_float32(labels, z, eps):
    p, k = _softmax(z.astype(np.float32)), z.shape[1]
    targets = ((1 - eps) * np.eye(k)[labels] + eps / k).astype(np.float32)
    return (p - targets) / np.float32(len(z))


def _targets(labels, k, eps):
    return (1 - eps) * np.eye(k)[labels] + eps / k


def _delta(labels, z, eps, targets=_targets, softmax=_softmax):
    return (softmax(z) - targets(labels, z.shape[1], eps)) / len(z)


@smoothed_ce_delta.mistake("not-smoothed", ask="Which targets does this loss compare with?")
def _(labels, z, eps):
    """This is the error term for one-hot targets: eps has not been used."""
    return _delta(labels, z, eps, targets=lambda labels, k, eps: np.eye(k)[labels])


@smoothed_ce_delta.mistake("difference-scaled", ask="What is mixed: the targets or the difference?")
def _(labels, z, eps):
    """You took the error term for one-hot targets and made it smaller by the factor 1 - eps. Only
    the targets are mixed, the probabilities stay as they are."""
    return (1 - eps) * _delta(labels, z, 0)


@smoothed_ce_delta.mistake("only-scaled-targets")
def _(labels, z, eps):
    """Your targets are made smaller, but the share that was taken from the label went nowhere: it
    belongs to all classes alike."""
    return _delta(labels, z, eps, targets=lambda labels, k, eps: (1 - eps) * np.eye(k)[labels])


@smoothed_ce_delta.mistake("shared-by-the-other-classes", ask="Does the label's class get a share?")
def _(labels, z, eps):
    """In your targets eps is shared out among the OTHER classes, another convention. Here all
    classes get a share, the label's own as well."""

    def others(labels, k, eps):
        one_hot = np.eye(k)[labels]
        return (1 - eps) * one_hot + eps / (k - 1) * (1 - one_hot)

    return _delta(labels, z, eps, targets=others)


@smoothed_ce_delta.mistake("share-of-the-label-missing", ask="What do your targets sum to?")
def _(labels, z, eps):
    """In your targets the label has 1 - eps and no more. Its own class gets its part of eps like
    all the others."""

    def without(labels, k, eps):
        return np.where(np.eye(k)[labels] == 1, 1 - eps, eps / k)

    return _delta(labels, z, eps, targets=without)


@smoothed_ce_delta.mistake("nothing-taken-from-the-label", ask="What do your targets sum to?")
def _(labels, z, eps):
    """Every class has got its part of eps, but nothing was taken from the label for it: your
    targets sum to more than 1."""
    return _delta(labels, z, eps, targets=lambda labels, k, eps: np.eye(k)[labels] + eps / k)


@smoothed_ce_delta.mistake("eps-not-divided", ask="How many classes share eps?")
def _(labels, z, eps):
    """In your targets every class gets the whole of eps. It is one share for all classes
    together."""
    return _delta(
        labels, z, eps, targets=lambda labels, k, eps: (1 - eps) * np.eye(k)[labels] + eps
    )


@smoothed_ce_delta.mistake("shares-exchanged", ask="What should eps = 0 give?")
def _(labels, z, eps):
    """The two shares have changed places in your targets: eps stays at the label, and the rest is
    spread."""
    return _delta(labels, z, 1 - eps)


@smoothed_ce_delta.mistake("not-averaged", ask="The loss is a mean. Where is its 1/m?")
def _(labels, z, eps):
    """Your numbers are m times too large. The loss is a mean over the examples, and δ holds its
    1/m."""
    return _delta(labels, z, eps) * len(z)


@smoothed_ce_delta.mistake("averaged-over-all-entries", ask="Over what does cross-entropy average?")
def _(labels, z, eps):
    """Your numbers are k times too small: you divide by the number of entries. Cross-entropy is a
    mean over the examples."""
    return _delta(labels, z, eps) / z.shape[1]


@smoothed_ce_delta.mistake("sign", ask="Which way is the difference taken?")
def _(labels, z, eps):
    """Every number has the opposite sign, so the update would walk uphill: the order of the
    difference decides."""
    return -_delta(labels, z, eps)


@smoothed_ce_delta.mistake("softmax-forgotten", ask="z or p: which of the two is a probability?")
def _(labels, z, eps):
    """You compare the targets with the logits z. They are to be made into probabilities first."""
    return _delta(labels, z, eps, softmax=lambda z: z)


@smoothed_ce_delta.mistake("sigmoid-for-softmax")
def _(labels, z, eps):
    """Your probabilities come from a sigmoid, each entry for itself. The rows of a softmax sum to
    1."""
    return _delta(labels, z, eps, softmax=lambda z: (1 + np.tanh(z / 2)) / 2)


@smoothed_ce_delta.mistake("softmax-over-the-columns", ask="Whose probabilities sum to 1?")
def _(labels, z, eps):
    """Your softmax makes the columns sum to 1. An example is a row, and its probabilities are
    shared out among the classes."""
    return _delta(labels, z, eps, softmax=lambda z: _softmax(z, axis=0))


@smoothed_ce_delta.mistake("softmax-over-the-batch", ask="Whose probabilities sum to 1?")
def _(labels, z, eps):
    """Your softmax makes the whole table sum to 1: an axis has to be named. Every row has its own
    sum."""
    return _delta(labels, z, eps, softmax=lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum())


@smoothed_ce_delta.mistake("overflow", ask="What is the exponential of 1000?")
def _(labels, z, eps):
    """Right, but not for large logits: the exponential of 1000 is infinite. Shift each row before
    the exponential; the probabilities stay the same."""
    return _delta(labels, z, eps, softmax=lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True))


@smoothed_ce_delta.mistake("slope-multiplied-in", ask="Where did the slope go, in this lesson?")
def _(labels, z, eps):
    """The slope p(1 - p) is multiplied in. With softmax and cross-entropy together it has cancelled
    already."""
    p = _softmax(z)
    return _delta(labels, z, eps) * p * (1 - p)


@smoothed_ce_delta.mistake("loss-for-its-derivative", ask="Is this the loss or its derivative?")
def _(labels, z, eps):
    """You give back what each entry pays, with a logarithm in it. Asked for is how the loss changes
    with each logit."""
    m, k = z.shape
    shifted = z - z.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -_targets(labels, k, eps) * logs / m


@smoothed_ce_delta.mistake("transposed")
def _(labels, z, eps):
    """Your table lies on its side. δ has the shape of z: rows are examples."""
    return _delta(labels, z, eps).T


@smoothed_ce_delta.mistake("labels-from-1")
def _(labels, z, eps):
    """In your targets the label's share stands a column too far to the left: labels are counted
    from 0."""
    return _delta(labels - 1, z, eps)


@smoothed_ce_delta.combination("not-smoothed", "softmax-forgotten")
def _(labels, z, eps):
    return _delta(labels, z, 0, softmax=lambda z: z)


@smoothed_ce_delta.combination("not-smoothed", "softmax-over-the-columns")
def _(labels, z, eps):
    return _delta(labels, z, 0, softmax=lambda z: _softmax(z, axis=0))


@smoothed_ce_delta.combination("not-smoothed", "overflow")
def _(labels, z, eps):
    return _delta(labels, z, 0, softmax=lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True))

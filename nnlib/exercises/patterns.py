"""Patterns entry by entry: a function of the right number, one row wrong, an offset, an order."""

import numpy as np

from nnlib.exercises.forms import Relation
from nnlib.exercises.outcomes import close


def patterns(pairs, rough):
    """The Relations of all patterns that hold; few different numbers (`rough`) tell little."""
    found = _constant(pairs)
    if not rough:
        found += [*_elementwise(pairs), *_reordered(pairs), *_unreached(pairs)]
    return [*found, *_places(pairs), *_offsets(pairs)]


def answers(pairs):
    """The Relation between answers, True or False, and the right ones, or None."""
    given = {bool(answer) for _, g in pairs for answer in g.ravel()}
    if len(given) == 1:
        return Relation("constant", f"your answer is {given.pop()} in all ordinary calls")
    if all(np.array_equal(e, ~g) for e, g in pairs):
        return Relation("inverted", "every answer is the opposite of the right one")
    return None


ELEMENTWISE = [
    ("square-root", "every number is the square root of the right one", np.sqrt),
    ("squared", "every number is the square of the right one", np.square),
    ("inverse", "every number is 1 divided by the right one", lambda e: 1 / e),
    ("complement", "every number is 1 minus the right one", lambda e: 1 - e),
    ("absolute", "every number has lost its sign", np.abs),
    ("logarithm", "every number is the logarithm of the right one", np.log),
    ("exponential", "every number is the exponential of the right one", np.exp),
    ("truncated", "the decimals are cut off", np.trunc),
    ("rounded", "the numbers are rounded to whole ones", np.round),
    *(
        (f"rounded-{d}", f"the numbers are rounded to {d} decimals", lambda e, d=d: np.round(e, d))
        for d in (1, 2, 3, 4)
    ),
]


def _constant(pairs):
    """One and the same number everywhere, in all ordinary calls."""
    numbers = np.concatenate([g.ravel() for _, g in pairs])
    if not numbers.size or not np.all(numbers == numbers[0]):
        return []
    number = f"{numbers[0] + 0.0:.4g}"  # never -0
    clause = f"every number is {number} in all ordinary calls"
    if any(_is_cut(pairs, whole) for whole in (np.round, np.trunc, np.ceil)):
        clause += " (as it is when right results are rounded or cut to whole numbers)"
    return [Relation("constant", clause, 0.5)]


def _is_cut(pairs, whole):
    return all(e.shape == g.shape and np.array_equal(whole(e), g) for e, g in pairs)


def _reordered(pairs):
    """The right rows or columns in another order."""
    if any(e.shape != g.shape or e.ndim not in (1, 2) or len(e) < 3 for e, g in pairs):
        return []
    found = []
    if all(close(_sorted(e), _sorted(g)) for e, g in pairs):
        clause = "the rows (or entries) are right, but in another order"
        found.append(Relation("rows-in-another-order", clause, 2))
    elif all(close(_sorted(e.T), _sorted(g.T)) for e, g in pairs):
        clause = "the columns are right, but in another order"
        found.append(Relation("columns-in-another-order", clause, 2))
    return found


def _sorted(array):
    rows = array.reshape(len(array), -1)
    return rows[np.argsort(rows[:, 0])]


def _elementwise(pairs):
    found = []
    with np.errstate(all="ignore"):
        for slug, clause, change in ELEMENTWISE:
            if all(np.isfinite(change(e)).all() and close(change(e), g) for e, g in pairs):
                found.append(Relation(slug, clause, 2))
    return found


def _places(pairs):
    """Right everywhere but in one row, one column, or where the right answer has one sign."""
    if any(e.shape != g.shape or e.ndim < 1 or e.size < 3 for e, g in pairs):
        return []
    wrong = [(e, ~np.isclose(g, e, rtol=1e-6, atol=1e-9)) for e, g in pairs]
    found = []
    for slug, text, where in PLACES:
        masks = [(mask, where(e)) for e, mask in wrong]
        if all(w is not None and w.any() and not w.all() for _, w in masks):
            if all(np.array_equal(mask, w) for mask, w in masks):
                found.append(Relation(slug, f"all is right but {text}", 2))
    return found


def _unreached(pairs):
    """Right where something was written, 0 elsewhere."""
    if any(e.shape != g.shape or e.size < 3 for e, g in pairs):
        return []
    if not all(np.isclose(g, e, rtol=1e-6)[g != 0].all() and g.any() for e, g in pairs):
        return []
    clause = "all is right but some numbers that are 0 (a loop that does not reach every place?)"
    return [Relation("left-at-zero", clause, 2.5)]


def _slice(axis, index):
    def where(e):
        if e.ndim <= axis:
            return None
        mask = np.zeros(e.shape, bool)
        mask[(slice(None),) * axis + (index,)] = True
        return mask

    return where


PLACES = [
    ("wrong-in-last-row", "the last row (or entry)", _slice(0, -1)),
    ("wrong-in-first-row", "the first row (or entry)", _slice(0, 0)),
    ("wrong-in-last-column", "the last column", _slice(1, -1)),
    ("wrong-in-first-column", "the first column", _slice(1, 0)),
    ("wrong-for-negatives", "the numbers that should be negative", lambda e: e < 0),
    ("wrong-for-positives", "the numbers that should be positive", lambda e: e > 0),
    ("wrong-at-zeros", "the numbers that should be 0", lambda e: e == 0),
]


def _offsets(pairs):
    """Every number too large by one and the same amount, in all calls or within each."""
    if any(e.shape != g.shape or not e.size for e, g in pairs):
        return []
    offsets = [(g - e).ravel() for e, g in pairs]
    if not all(np.isfinite(o).all() and np.allclose(o, o[0], rtol=1e-6) for o in offsets):
        return []
    first = offsets[0][0]
    amount, way = abs(first), "large" if first > 0 else "small"
    if all(np.isclose(o[0], first, rtol=1e-6) for o in offsets) and amount > 1e-9:
        return [Relation("offset", f"every number is too {way} by {amount:.4g}", 2)]
    if all(o.size > 2 for o in offsets):
        clause = "all numbers of a call are off by one and the same amount"
        return [Relation("offset", clause, 3)]
    return []

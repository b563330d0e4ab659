"""Changes of form between the right result and another: transposed, reshaped, summed, cut."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Relation:
    """A slug, a clause for a sentence («your result is transposed»), and how far-fetched it is."""

    slug: str
    clause: str
    cost: float = 0
    mixed: bool = False  # different parts of a result have different relations, or none


RIGHT = Relation("", "")


def join(first, second):
    """Both Relations as one: slugs with " + " between, clauses with "and"."""
    if not first.slug or not second.slug:
        return Relation(
            first.slug + second.slug, first.clause + second.clause, first.cost + second.cost
        )
    return Relation(
        f"{first.slug} + {second.slug}",
        f"{first.clause}, and {second.clause}",
        first.cost + second.cost,
    )


@dataclass(frozen=True)
class Form:
    """A change of form: `apply(expected, got)` gives the pair to compare, or None."""

    slug: str
    clause: object  # text, or a function of the first (expected, got)
    apply: object
    cost: float = 1

    def relation(self, pairs):
        clause = self.clause if isinstance(self.clause, str) else self.clause(*pairs[0])
        return Relation(self.slug, clause, self.cost)


def _transposed(e, g):
    return (e.T, g) if e.ndim >= 2 and e.T.shape == g.shape and 1 not in e.shape else None


def _reshaped(e, g):
    return (e.reshape(g.shape), g) if e.size == g.size and e.shape != g.shape else None


def _shape_clause(e, g):
    wanted = f"shape {e.shape}" if e.ndim else "a plain number"
    got = f"shape {g.shape}" if g.ndim else "a plain number"
    return f"your result has {got} where {wanted} is expected".replace("has a plain", "is a plain")


SAME = Form("", "", lambda e, g: (e, g), 0)
SHAPES = [
    Form("transposed", "your result is transposed (rows and columns are swapped)", _transposed),
    Form("wrong-shape", _shape_clause, _reshaped),
]


def _reduced(operation, axis):
    """The right answer was summed (averaged) once too often."""

    def apply(e, g):
        if (axis is not None and e.ndim <= axis) or e.ndim < 1 or e.size <= g.size:
            return None
        less = operation(e, axis=axis)
        return (less.reshape(g.shape), g) if less.size == g.size else None

    return apply


def _not_reduced(operation, axis):
    """What came has still to be summed (averaged) to become the right answer."""

    def apply(e, g):
        if (axis is not None and g.ndim <= axis) or g.ndim < 1 or e.size >= g.size:
            return None
        less = operation(g, axis=axis)
        return (e, less.reshape(e.shape)) if less.size == e.size else None

    return apply


def _table(e, g):
    """A column met a row: the right answer is on the diagonal of a square table."""
    if g.ndim == 2 and g.shape[0] == g.shape[1] == e.size > 1 and e.shape != g.shape:
        return (e, np.diag(g).reshape(e.shape))
    return None


def _table_clause(e, g):
    return (
        f"your result is a table of shape {g.shape} where shape {e.shape} is expected, with the "
        "right values on its diagonal: a (m,) array has met a (m, 1) column and NumPy has combined "
        "each entry with every other"
    )


def _repeated(e, g):
    """The right answer, once for every row."""
    if g.ndim == e.ndim + 1 and g.shape[1:] == e.shape and g.size and np.all(g == g[:1]):
        return (e, g[0])
    return None


def _only(axis, index):
    """One row or column of the right answer."""

    def apply(e, g):
        if e.ndim <= axis or e.shape[axis] < 2:
            return None
        line = np.take(e, index, axis)
        return (line.reshape(g.shape), g) if line.size == g.size else None

    return apply


def _entry(index):
    """One number of a right answer of many."""
    return lambda e, g: (e.ravel()[index].reshape(g.shape), g) if e.size > g.size == 1 else None


def _clause(text):
    return lambda e, g: f"{text} (shape {g.shape} where {e.shape} is expected)"


def _axis(axis):
    return {0: "the rows (axis 0)", 1: "the columns (axis 1)", None: "everything"}[axis]


def _missing(part, cut):
    def apply(e, g):
        if e.ndim and g.ndim == e.ndim and g.shape[1:] == e.shape[1:] and len(g) == len(e) - 1:
            return (e[cut], g)
        return None

    return Form(f"{part}-row-missing", f"the {part} row (or entry) is missing", apply, 2)


REDUCTIONS = [
    Form("repeated", _clause("your result is the right one, repeated in every row"), _repeated),
    *(
        Form(
            f"{word}-too-much",
            _clause(f"your result is the right one, {word} over {_axis(axis)}"),
            _reduced(operation, axis),
            1.5,
        )
        for axis in (None, 0, 1)
        for word, operation in (("summed", np.sum), ("averaged", np.mean))
    ),
    *(
        Form(
            f"not-{word}",
            _clause(f"your result has still to be {word} over {_axis(axis)}"),
            _not_reduced(operation, axis),
            1.5,
        )
        for axis in (None, 0, 1)
        for word, operation in (("summed", np.sum), ("averaged", np.mean))
    ),
    Form("table", _table_clause, _table, 1.4),
    *(
        Form(f"{part}-only", _clause(f"only the {part} {name} came back"), _only(axis, index), 1.5)
        for part, index in (("first", 0), ("last", -1))
        for name, axis in (("row (or entry)", 0), ("column", 1))
    ),
    *(
        Form(f"{part}-only", _clause(f"only the {part} entry came back"), _entry(index), 1.5)
        for part, index in (("first", 0), ("last", -1))
    ),
    _missing("last", slice(None, -1)),
    _missing("first", slice(1, None)),
]

"""Relations between a wrong result and the right one: transposed, sign, factor, shape and others.

Each statement is a fact about all generic probes: it holds for their random numbers to a relative
1e-6, so it is true whatever the learner wrote.
"""

from dataclasses import dataclass

import numpy as np

from nnlib.exercises import factors
from nnlib.exercises.outcomes import close, kind, parts, same


@dataclass(frozen=True)
class Relation:
    """A slug, a clause for a sentence («your result is transposed»), and how far-fetched it is."""

    slug: str
    clause: str
    cost: float = 0


RIGHT = Relation("", "")


def relate(pairs, dims, simple=False):
    """The Relation that is true of all (expected, got) pairs of results, or None.

    `simple`: only shape, sign and a named factor (for a relation to a known mistake).
    """
    found = None if simple else _container(pairs)
    if found:
        return found
    flat = [(parts(e), parts(g)) for e, g in pairs]
    if any(e.keys() != g.keys() or not _numeric(e, g) for e, g in flat):
        return None
    found = {
        name: relate_arrays([(e[name], g[name]) for e, g in flat], dims, simple)
        for name in flat[0][0]
    }
    return _together(found, simple)


def _numeric(*sides):
    return all(
        isinstance(a, np.ndarray) and a.dtype.kind in "biuf" for side in sides for a in side.values()
    )


def _together(found, simple):
    """One relation for a result of several parts: what is right, and what is wrong how."""
    kinds = {r.slug if r else None for r in found.values()}
    if len(found) == 1 or len(kinds) == 1:
        relation = next(iter(found.values()))
        return None if relation is RIGHT else relation
    if simple or not any(found.values()):
        return None
    right = [n for n, r in found.items() if r is RIGHT]
    other = [n for n, r in found.items() if r is None]
    clauses = [f"{_names(right)} {_is(right)} right"] if right else []
    for relation in dict.fromkeys(r for r in found.values() if r and r is not RIGHT):
        clauses.append(f"in {_names([n for n in found if found[n] == relation])}, {relation.clause}")
    clauses += [f"{_names(other)} {_is(other)} not right"] if other else []
    slugs = kinds - {"", None}
    return Relation(slugs.pop() if len(slugs) == 1 and not other else None, "; ".join(clauses), 5)


def _names(names):
    shown = [f"result {int(n) + 1}" if n.isdigit() else f"`{n}`" for n in names]
    return " and ".join([", ".join(shown[:-1])] * (len(shown) > 1) + shown[-1:])


def _is(names):
    return "is" if len(names) == 1 else "are"


# --- containers -----------------------------------------------------------------------------


def _container(pairs):
    """Right values in the wrong container: a list for an array, a tuple in another order …"""
    expected, got = pairs[0]
    kinds = kind(expected), kind(got)
    if kinds == ("array", "sequence") and all(_as_list(e, g) for e, g in pairs):
        clause = "the numbers are right, but they come as a list; `np.array(…)` makes an array of it"
        return Relation("list-instead-of-array", clause)
    if kinds[0] != "sequence" and kinds[1] == "sequence" and len(got) == 1:
        if all(len(g) == 1 and same(e, g[0]) for e, g in pairs):
            clause = "the value is right, but it is wrapped in a tuple or list (a stray comma?)"
            return Relation("wrapped", clause)
    if kinds[0] != "sequence" and kinds[1] in ("sequence", "dict"):
        return _one_of_many(pairs)
    if kinds == ("sequence", "sequence") and all(same(e, list(g)[::-1]) for e, g in pairs):
        return Relation("wrong-order", "the values are right, but in the opposite order", 1)
    if kinds == ("dict", "dict") and expected.keys() != got.keys():
        return _keys(pairs)
    return None


def _one_of_many(pairs):
    """What is asked for, and other things beside it."""
    got = pairs[0][1]
    for key in got if isinstance(got, dict) else range(len(got)):
        if all(_has(g, key) and same(e, g[key]) for e, g in pairs):
            which = f"`{key}`" if isinstance(got, dict) else f"number {key + 1}"
            clause = f"you return {len(got)} things, of which {which} is right: return that alone"
            return Relation("too-much-returned", clause)
    return None


def _has(got, key):
    return key in got if isinstance(got, dict) else key < len(got)


def _as_list(expected, got):
    try:
        array = np.array(got, dtype=float)
    except (ValueError, TypeError):
        return False
    return same(expected, array)


def _keys(pairs):
    expected, got = pairs[0]
    missing = [k for k in expected if k not in got]
    extra = [str(k) for k in got if k not in expected]
    clauses = [f"{_names(missing)} {_is(missing)} missing from your dict"] if missing else []
    clauses += [f"your dict holds {_names(extra)}, which does not belong there"] if extra else []
    both = [({k: e[k] for k in got if k in e}, {k: g[k] for k in e if k in g}) for e, g in pairs]
    right = all(same(e, g) for e, g in both)
    clauses += ["what is there is right"] if right and both[0][0] else []
    return Relation("wrong-keys" if right else None, "; ".join(clauses), 1)


# --- one array or number --------------------------------------------------------------------


def relate_arrays(pairs, dims, simple=False):
    """As `relate`, for pairs of arrays or numbers; RIGHT where all are equal."""
    if all(close(e, g) for e, g in pairs):
        return RIGHT
    pairs = [(e.astype(float), g.astype(float)) for e, g in pairs]
    rough = _is_discrete(pairs)
    matches = []
    for form in [SAME, *SHAPES] if simple else [SAME, *SHAPES, *REDUCTIONS]:
        changed = [form.apply(e, g) for e, g in pairs]
        if all(c is not None for c in changed):
            scale = _scale(changed, dims, rough, simple)
            if scale:
                matches.append(_join(form.relation(pairs), scale))
    if not simple:
        matches += [] if rough else _elementwise(pairs)
        matches += _places(pairs)
        matches += _offsets(pairs)
    return min(matches, key=lambda r: r.cost, default=None)


def _is_discrete(pairs):
    """Few different numbers, or whole ones: too little to tell a factor from a coincidence."""
    values = np.concatenate([e.ravel() for e, _ in pairs])
    return len(np.unique(values)) < 4 or bool(np.all(values == np.round(values)))


def _join(first, second):
    if not first.slug or not second.slug:
        return Relation(
            first.slug + second.slug, first.clause + second.clause, first.cost + second.cost
        )
    return Relation(
        f"{first.slug} + {second.slug}",
        f"{first.clause}, and {second.clause}",
        first.cost + second.cost,
    )


def _scale(pairs, dims, rough, simple):
    """The Relation of sign and factor between pairs of one shape each, or None."""
    ratios = [factors.ratio(e, g) for e, g in pairs]
    if None in ratios:
        return None
    signs = set(np.sign(ratios))
    if len(signs) > 1:
        return None
    sign = Relation("sign", "every number has the opposite sign", 1) if signs == {-1} else RIGHT
    factor = _factor(ratios, dims, rough, simple, all(e.size > 2 for e, _ in pairs))
    return factor and _join(sign, factor)


def _factor(ratios, dims, rough, simple, large):
    size = np.abs(ratios)
    constant = bool(np.allclose(size, size[0], rtol=1e-6, atol=0))
    if constant and abs(size[0] - 1) < 1e-6:
        return RIGHT
    if rough and not constant:
        return None
    powers = factors.formula(ratios, dims)
    if powers:
        clause = f"every number is {factors.words(powers, dims[0])}"
        return Relation("factor", clause, 1 + 0.1 * len(powers))
    if simple:
        return None
    if constant:
        amount, way = (size[0], "large") if size[0] > 1 else (1 / size[0], "small")
        return Relation("factor", f"every number is {amount:.5g} times too {way}", 2)
    if large:
        clause = "the numbers are right up to one common factor, which differs from call to call"
        return Relation("factor", clause, 3)
    return None


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
    return (e.T, g) if e.ndim == 2 and e.T.shape == g.shape and 1 not in e.shape else None


def _reshaped(e, g):
    return (e.reshape(g.shape), g) if e.size == g.size and e.shape != g.shape else None


def _shape_clause(e, g):
    wanted = f"shape {e.shape}" if e.ndim else "a plain number"
    got = f"shape {g.shape}" if g.ndim else "a plain number"
    return f"your result has {got} where {wanted} is expected".replace("has a plain", "is a plain")


SAME = Form("", "", lambda e, g: (e, g), 0)
SHAPES = [
    Form("transposed", "your result is transposed: rows and columns are swapped", _transposed),
    Form("wrong-shape", _shape_clause, _reshaped),
]


def _reduced(operation, axis):
    """The right answer was summed (averaged) once too often."""

    def apply(e, g):
        if (axis is not None and e.ndim <= axis) or e.ndim < 1 or e.size == g.size:
            return None
        less = operation(e, axis=axis)
        return (less.reshape(g.shape), g) if less.size == g.size else None

    return apply


def _not_reduced(operation, axis):
    """What came has still to be summed (averaged) to become the right answer."""

    def apply(e, g):
        if (axis is not None and g.ndim <= axis) or g.ndim < 1 or e.size == g.size:
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
    if g.ndim == e.ndim + 1 and g.shape[1:] == e.shape and np.all(g == g[:1]):
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
        for axis in (0, 1, None)
        for word, operation in (("summed", np.sum), ("averaged", np.mean))
    ),
    *(
        Form(
            f"not-{word}",
            _clause(f"your result has still to be {word} over {_axis(axis)}"),
            _not_reduced(operation, axis),
            1.5,
        )
        for axis in (0, 1, None)
        for word, operation in (("summed", np.sum), ("averaged", np.mean))
    ),
    Form("table", _table_clause, _table, 1.4),
    *(
        Form(f"{part}-only", _clause(f"only the {part} {name} came back"), _only(axis, index), 1.5)
        for part, index in (("first", 0), ("last", -1))
        for name, axis in (("row (or entry)", 0), ("column", 1))
    ),
    _missing("last", slice(None, -1)),
    _missing("first", slice(1, None)),
]

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


def _slice(axis, index):
    def where(e):
        if e.ndim <= axis:
            return None
        mask = np.zeros(e.shape, bool)
        mask[(slice(None),) * axis + (index,)] = True
        return mask

    return where


PLACES = [
    ("last-row", "the last row (or entry)", _slice(0, -1)),
    ("first-row", "the first row (or entry)", _slice(0, 0)),
    ("last-column", "the last column", _slice(1, -1)),
    ("first-column", "the first column", _slice(1, 0)),
    ("negatives", "the numbers that should be negative", lambda e: e < 0),
    ("positives", "the numbers that should be positive", lambda e: e > 0),
    ("zeros", "the numbers that should be 0", lambda e: e == 0),
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

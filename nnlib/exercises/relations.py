"""Relations between a wrong result and the right one: transposed, sign, factor, shape and others.

Each statement is a fact about all generic probes: it holds for their random numbers to a relative
1e-6, so it is true whatever the learner wrote.
"""

import collections
import itertools
import re
from dataclasses import replace

import numpy as np

from nnlib.exercises import factors
from nnlib.exercises.forms import REDUCTIONS, RIGHT, SAME, SHAPES, Relation, join
from nnlib.exercises.outcomes import close, kind, parts, same
from nnlib.exercises.patterns import answers, patterns

LIST = Relation(
    "list-instead-of-array",
    "your result is a Python list where an array is expected (`np.array(…)` makes one of it)",
)

LIST_OF_RIGHT = Relation(
    LIST.slug,
    "the numbers are right, but they come as a Python list; `np.array(…)` makes an array of it",
)

FACTOR_THAT_DIFFERS = "common factor, which differs from call to call"


def relate(pairs, dims, simple=False):
    """The Relation that is true of all (expected, got) pairs of results, or None.

    `simple`: only shape, sign and a named factor (for a relation to a known mistake).
    """
    with np.errstate(all="ignore"):
        found = None if simple else _container(pairs)
        if found:
            return found
        if not simple and all((kind(e), kind(g)) == ("array", "sequence") for e, g in pairs):
            return _in_a_list(pairs, dims)
        return together(profile(pairs, dims, simple))


def profile(pairs, dims, simple=False):
    """{part of the result: its Relation, RIGHT or None}; {} where there are no such parts."""
    flat = [(parts(e), parts(g)) for e, g in pairs]
    if any(e.keys() != g.keys() or not _numeric(e, g) for e, g in flat):
        return {}
    if any(e.keys() != flat[0][0].keys() for e, _ in flat):  # as many parts as the input has layers
        return _by_role(flat, dims, simple)
    with np.errstate(all="ignore"):
        return {
            name: relate_arrays([(e[name], g[name]) for e, g in flat], dims, simple)
            for name in flat[0][0]
        }


def _by_role(flat, dims, simple):
    """As `profile`; the parts that are the same thing in every layer are judged together."""
    role, pooled = _roles([e for e, _ in flat]), {}
    for (e, g), sizes in zip(flat, dims, strict=True):
        for name in e:
            pooled.setdefault(role(name), []).append((e[name], g[name], sizes))
    found = {
        name: _in_each(relate_arrays([t[:2] for t in triples], [t[2] for t in triples], simple))
        for name, triples in pooled.items()
    }
    for whole in dict.fromkeys(name.split("[]")[0] for name in found if "[]" in name[1:]):
        inner = [name for name in found if name.startswith(f"{whole}[]")]
        if len({found[name] for name in inner}) == 1:  # one thing to say of all that is in it
            found[whole] = [found.pop(name) for name in inner][0]
    return found


def _in_each(relation):
    """A Relation that has been found in the arrays of all layers."""
    if relation is None or relation is RIGHT:
        return relation
    clause = relation.clause.replace(
        f"one {FACTOR_THAT_DIFFERS}", "a factor of its own in each array"
    )
    return replace(relation, clause=clause)


def _roles(results):
    """A function that gives the name of a part without the number of its layer.

    That is the number that runs farther in some results than in others: `W1` … becomes `W`.
    """

    def form(name):
        return re.sub(r"\d+", "#", name)

    seen = [collections.defaultdict(set) for _ in results]
    for found, numbers in zip(results, seen, strict=True):
        for name in found:
            for i, number in enumerate(re.findall(r"\d+", name)):
                numbers[form(name), i].add(number)

    def role(name):
        place = itertools.count()
        return re.sub(r"\d+", lambda found: "" if runs(name, next(place)) else found[0], name)

    def runs(name, i):
        return any(numbers[form(name), i] != seen[0][form(name), i] for numbers in seen)

    return role


def _numeric(*sides):
    values = [a for side in sides for a in side.values()]
    return all(isinstance(a, np.ndarray) and a.dtype.kind in "biuf" for a in values)


def together(found):
    """One Relation for the parts of a result: what is right, and what is wrong how."""
    kinds = set(found.values())
    if len(kinds) == 1:
        relation = kinds.pop()
        return None if relation is RIGHT else relation
    if not any(found.values()):
        return None
    right = [n for n, r in found.items() if r is RIGHT]
    other = [n for n, r in found.items() if r is None]
    clauses = [f"{_names(right)} {_is(right)} right"] if right else []
    for relation in dict.fromkeys(r for r in found.values() if r and r is not RIGHT):
        where = _names([n for n in found if found[n] == relation])
        clauses.append(f"in {where}, {relation.clause}")
    clauses += [f"{_names(other)} {_is(other)} not right"] if other else []
    wrong = list(dict.fromkeys(r.slug for r in found.values() if r and r is not RIGHT))
    slug = None if other else " + ".join(wrong)
    mixed = bool(other) or len(kinds - {RIGHT}) > 1
    return Relation(slug, "; ".join(clauses), sum(r.cost for r in found.values() if r), mixed)


def _names(names):
    shown = [_shown(name) for name in names]
    return " and ".join([", ".join(shown[:-1])] * (len(shown) > 1) + shown[-1:])


def _shown(name):
    inside = re.fullmatch(r"(\d+)\[\]\[(\d+)\]", name)
    if inside:
        return f"part {int(inside[2]) + 1} of each item of result {int(inside[1]) + 1}"
    keyed = re.fullmatch(r"(\d+)\['(\w+)'\]", name)
    if keyed:
        return f"`{keyed[2]}` of result {int(keyed[1]) + 1}"
    return f"result {int(name) + 1}" if name.isdigit() else "`" + name.strip("[]'") + "`"


def _is(names):
    return "is" if len(names) == 1 else "are"


# --- containers -----------------------------------------------------------------------------


def _container(pairs):
    """Right values in the wrong container: a list for an array, a tuple in another order …"""
    expected, got = pairs[0]
    kinds = kind(expected), kind(got)
    if kinds[0] != "sequence" and kinds[1] == "sequence" and len(got) == 1:
        if all(len(g) == 1 and same(e, g[0]) for e, g in pairs):
            clause = "the value is right, but it is wrapped in a tuple or list (a stray comma?)"
            return Relation("wrapped", clause)
    if kinds[0] not in ("sequence", "dict") and kinds[1] in ("sequence", "dict"):
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
            clause = f"the right result ({which}) is among what you return: return it alone"
            return Relation("too-much-returned", clause)
    return None


def _has(got, key):
    return key in got if isinstance(got, dict) else key < len(got)


def _in_a_list(pairs, dims):
    """A relation to the right answer, after the list has been made an array."""
    arrays = [(e, _as_array(g)) for e, g in pairs]
    if any(g is None for _, g in arrays):
        return None
    found = relate_arrays(arrays, dims)
    return found and (LIST_OF_RIGHT if found is RIGHT else join(LIST, found))


def _as_array(got):
    try:
        array = np.array(got)
    except ValueError:  # rows of different lengths
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def _keys(pairs):
    expected, got = pairs[0]
    if any(" " in str(key) for key in got):  # the words of an observer
        return None
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
    if all(a.dtype.kind == "b" for pair in pairs for a in pair):
        return answers(pairs)
    pairs = [(e.astype(float), g.astype(float)) for e, g in pairs]
    rough = _is_discrete(pairs)
    matches = []
    for form in [SAME, *SHAPES] if simple else [SAME, *SHAPES, *REDUCTIONS]:
        changed = [form.apply(e, g) for e, g in pairs]
        if all(c is not None for c in changed):
            scale = _scale(changed, dims, rough, simple)
            if scale and not (scale.slug and _made_of_sizes(changed, dims)):
                matches.append(join(form.relation(pairs), scale))
    matches += [] if simple else patterns(pairs, rough)
    return min(matches, key=lambda r: r.cost, default=None)


def _made_of_sizes(pairs, dims):
    """Whether the right side is one product of sizes, which has a factor to every other one."""
    numbers = [e.ravel() for e, _ in pairs]
    if not all(a.size and a[0] != 0 and np.all(a == a[0]) for a in numbers):
        return False
    return factors.formula([a[0] for a in numbers], dims) is not None


def _is_discrete(pairs):
    """Few different numbers, or whole ones: too little to tell a factor from a coincidence."""
    values = np.concatenate([e.ravel() for e, _ in pairs])
    return len(set(values.tolist())) < 4 or bool(np.all(values == np.round(values)))


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
    return factor and join(sign, factor)


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
    fixed = _fixed_number(size, dims)
    if fixed:
        return Relation("factor", fixed, 2.5)
    if large:
        clause = f"the numbers are right up to one {FACTOR_THAT_DIFFERS}"
        return Relation("factor", clause, 3)
    return None


def _fixed_number(size, dims):
    """A clause if the factor is that of one number in every call where a size belongs, or None."""
    for name in dims[0]:
        sizes = np.array([d[name] for d in dims])
        for constant, shown, verb in (
            (sizes / size, "{name}/{number}", "divide"),
            (sizes * size, "{number}/{name}", "multiply"),
        ):
            if np.allclose(constant, constant[0], rtol=1e-6, atol=0):
                number = f"{constant[0]:.5g}"
                times = shown.format(name=name, number=number)
                return (
                    f"every number is {times} times the right one, as when you {verb} by {number} "
                    f"in every call and {name} belongs there"
                )
    return None

"""Stages that find a mistake of the catalogue, alone or together with something else.

A stage takes a Trial and gives (slug, message), (slug, message, index of a probe), or None.
"""

import itertools

import numpy as np

from nnlib.exercises import factors, outcomes, relations


def exactly(trial):
    """The function does what a mistake does, on every probe."""
    for slug, known in trial.theirs.all():
        pairs = zip(known, trial.got, strict=True)
        if all(k.same_as(g, trial.exercise.rtol) for k, g in pairs):
            return slug, _message(trial, slug)
    return None


def nearly(trial):
    """It does what a mistake does on all generic probes, or on all special ones it spoils."""
    best = None
    for slug, known in trial.theirs.all():
        agree = _agreement(trial, known)
        if agree is not None and (best is None or agree > best[0]):
            best = agree, slug, known
    if best is None:
        return None
    return best[1], _message(trial, best[1]) + trial.more(best[2])


def _agreement(trial, known):
    """How many special probes agree with a mistake that fits; None if it does not fit."""
    rtol = trial.exercise.rtol
    generic, special = set(trial.where("generic")), set(trial.where("special"))
    if not all(known[i].same_value(trial.got[i], rtol) for i in sorted(generic)):
        return None
    alike = trial.alike(known)
    spoilt = {i for i in generic | special if not trial.expected[i].accepts(known[i], rtol)}
    if not spoilt & generic:  # it shows on special probes only: on all of them, then
        return len(special & alike) if spoilt and spoilt <= alike & set(trial.failing) else None
    if all(known[i].error is not None for i in generic):  # errors alone say too little
        squares = set(trial.where("square"))
        return len(special & alike) if squares and alike >= squares else None
    if all(trial.expected[i].same_value(trial.got[i], rtol) for i in generic):
        if not all(known[i].same_as(trial.got[i], rtol) for i in generic):
            return None  # the same values as the right ones: only the side effects are theirs
    return len(special & alike)


def on_squares(trial):
    """It raises wherever sizes differ; where all sizes are equal, it does what a mistake does."""
    squares = trial.where("square")
    if not squares or not trial.raising():
        return None
    for slug, known in trial.theirs.all():
        raises = trial.raising(known) and all(known[i].error is None for i in squares)
        if raises and trial.alike(known) >= set(squares):
            return slug, _message(trial, slug)
    return None


def by_its_property(trial):
    """It has the property by which a mistake is known, whatever its numbers are, in every call."""
    where = trial.where("generic")
    if any(trial.got[i].error is not None for i in where):
        return None
    for slug, mistake in trial.exercise.mistakes.items():
        if mistake.when and all(_holds(mistake.when, trial, i) for i in where):
            return slug, mistake.message
    return None


def _holds(test, trial, i):
    try:
        return bool(test(trial.got[i].result, *trial.cases[i].args))
    except Exception:  # a result of which the question cannot be asked
        return False


def with_a_relation(trial):
    """A mistake, and besides it a transposition, a sign or a factor."""
    if _is_right_on_generic(trial):
        return None
    for slug, known in trial.theirs.all():
        found = relation_to(trial, known, simple=True) if _explains(trial, slug) else None
        if found and found.slug and _says_enough(trial, known):
            return f"{slug} + {found.slug}", (
                f"Two things at once. First: {_message(trial, slug)} Second, measured against "
                f"that: {found.clause}."
            )
    return None


def relation_to(trial, known, simple=False):
    """The Relation between known outcomes and the function's, on the probes that tell."""
    where = trial.telling()
    if any(trial.got[i].error is not None for i in where):
        return None
    if simple and not _first_look(trial, known, where[0]):
        return None
    if any(known[i].error is not None for i in where):
        return None
    if trial.exercise.observe and not _is_numbers(known[where[0]].value):
        return None
    pairs = [(known[i].value, trial.got[i].value) for i in where]
    return relations.relate(pairs, [trial.cases[i].dims for i in where], simple)


def _first_look(trial, known, i):
    """Whether there is a simple relation on one probe already; most mistakes end here."""
    pair = known[i].value, trial.got[i].value
    return known[i].error is None and relations.relate([pair], [trial.cases[i].dims], simple=True)


def _is_numbers(value):
    found = outcomes.parts(value).values()
    return all(getattr(a, "dtype", np.dtype("O")).kind == "f" for a in found)


def _says_enough(trial, known):
    """Whether a mistake gives numbers enough that a relation to them cannot be a coincidence.

    Numbers that are made of the sizes alone, such as 1/m, stand in a relation to every other such
    number.
    """
    values = [known[i].value for i in trial.telling()]
    arrays = [a for v in values for a in outcomes.parts(v).values() if isinstance(a, np.ndarray)]
    floats = [a.ravel() for a in arrays if a.dtype.kind == "f"]
    if len(np.unique(np.concatenate([np.zeros(0), *floats]))) < 6:
        return False
    if not all(a.size and a[0] != 0 and np.all(a == a[0]) for a in floats):
        return True
    dims = [trial.cases[i].dims for i in trial.telling()]
    return len(floats) == len(dims) and factors.formula([a[0] for a in floats], dims) is None


def two_at_once(trial):
    """Two mistakes whose effects add up to what came, or lie in different parts of a result."""
    where = trial.telling()
    got, right = _numbers(trial.got, where), _numbers(trial.expected, where)
    if got is None or right is None or len(np.unique(right[0])) < 6 or _near(got, right):
        return None
    fits = [
        pair
        for pair in _adding_up(trial, [slug for slug, _ in trial.theirs.single()], where[:1])
        if _explains(trial, *pair) and list(_adding_up(trial, pair, where))
    ]
    if len(fits) != 1:
        return None
    first, second = (_message(trial, slug) for slug in fits[0])
    return " + ".join(fits[0]), f"Two things at once. First: {first} Second: {second}"


def _adding_up(trial, slugs, where):
    """The pairs of mistakes whose deviations add up to the function's on these probes."""
    got, right = _numbers(trial.got, where), _numbers(trial.expected, where)
    known = [(slug, _numbers(trial.theirs[slug], where)) for slug in slugs]
    known = [
        (slug, k)
        for slug, k in known
        if k and k[1] == right[1] == got[1] and not _near(k, right) and not _near(k, got)
    ]
    for (one, a), (other, b) in itertools.combinations(known, 2):
        if np.allclose(a[0] + b[0] - right[0], got[0], rtol=1e-6, atol=1e-9):
            yield one, other


def _numbers(results, where):
    """All numbers of these results in a row, and their shapes; None if there are none."""
    if any(results[i].error is not None for i in where):
        return None
    arrays = [a for i in where for a in outcomes.parts(results[i].value).values()]
    if not arrays or not all(isinstance(a, np.ndarray) and a.dtype.kind in "iuf" for a in arrays):
        return None
    return np.concatenate([a.ravel().astype(float) for a in arrays]), [a.shape for a in arrays]


def _near(one, other):
    return one[1] == other[1] and bool(np.allclose(one[0], other[0], rtol=1e-6, atol=1e-9))


def _explains(trial, *slugs):
    """Whether mistakes can be at work together: if every probe raises, one of them does."""
    raising = [trial.raising(trial.theirs[slug]) for slug in slugs]
    return any(raising) if trial.raising() else not any(raising)


def _is_right_on_generic(trial):
    return trial.alike(trial.expected) >= set(trial.where("generic"))


def _message(trial, slug):
    return trial.exercise.known(slug).message

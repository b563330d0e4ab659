"""Stages that find two things at once: two mistakes, or a mistake and a relation to it.

A stage takes a Trial and gives (slug, message), or None.
"""

import itertools

import numpy as np

from nnlib.exercises import factors, outcomes, relations
from nnlib.exercises.forms import RIGHT
from nnlib.exercises.known import message


def with_a_relation(trial):
    """A mistake, and measured against it another one, or a transposition, a sign or a factor."""
    if trial.alike(trial.expected) >= set(trial.where("generic")):
        return None
    for _, slug, found in sorted(_candidates(trial), key=lambda c: c[0])[:5]:
        relation = relations.together(found)
        partner = _partner(trial, slug, found)
        if partner:
            return _both(trial, slug, partner)
        if not relation.mixed:
            return f"{slug} + {relation.slug}", (
                f"Two things at once. First: {message(trial, slug)} Second, measured against "
                f"that: {relation.clause}."
            )
    return None


def _candidates(trial):
    """(cost, slug, profile) of the mistakes to which every part has a simple relation."""
    for slug, known in trial.theirs.all():
        found = profile_to(trial, known, trial.got) if trial.explains(slug) else {}
        wrong = [r for r in found.values() if r is not RIGHT]
        if wrong and None not in wrong and _says_enough(trial, known):
            yield sum(r.cost for r in wrong), slug, found


def _partner(trial, slug, found):
    """The mistake that does to the right answer what the function does to mistake `slug`."""
    if trial.raising():
        return None
    for other, known in trial.theirs.single():
        if other != slug and profile_to(trial, trial.expected, known) == found:
            return other
    return None


def profile_to(trial, known, got):
    """The simple Relation of each part between two lists of outcomes; {} if there is none."""
    where = trial.telling()
    looks = ([where[0]], where)  # most mistakes end at a first look at one probe
    found = {}
    for some in looks:
        if any(o[i].error is not None for i in some for o in (known, got)):
            return {}
        if trial.exercise.observe and not _is_numbers(known[some[0]].value):
            return {}
        pairs = [(known[i].value, got[i].value) for i in some]
        found = relations.profile(pairs, [trial.cases[i].dims for i in some], simple=True)
        if not found or None in found.values():
            return {}
    return found


def relation_to_right(trial):
    """The Relation between the right answer and the function's, or None."""
    where = trial.where("generic")
    sides = trial.expected, trial.got
    if any(o[i].error is not None for i in where for o in sides):
        return None
    if trial.exercise.observe and not _is_numbers(trial.expected[where[0]].value):
        return None
    pairs = [(trial.expected[i].value, trial.got[i].value) for i in where]
    return relations.relate(pairs, [trial.cases[i].dims for i in where])


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
        if trial.explains(*pair) and list(_adding_up(trial, pair, where))
    ]
    return _both(trial, *fits[0]) if len(fits) == 1 else None


def _both(trial, one, other):
    first, second = message(trial, one), message(trial, other)
    return f"{one} + {other}", f"Two things at once. First: {first} Second: {second}"


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

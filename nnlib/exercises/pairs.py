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
    ranked = sorted(_candidates(trial), key=lambda c: c[0])[:5]
    for _, equals in itertools.groupby(ranked, key=lambda c: c[0][0]):
        equals = list(equals)
        for _, slug, found in equals:
            partners = _partners(trial, slug, found)
            if len(partners) == 1:
                return told(trial, [*slug.split(" + "), partners[0]])
        for _, slug, found in equals:
            relation = relations.together(found)
            if trial.explains(slug) and trial.raising() and relation.slug == "transposed":
                return slug, message(trial, slug)  # there is no result that could be on its side
            if trial.explains(slug) and not relation.mixed:
                return told(trial, slug.split(" + "), relation)
    return None


def _candidates(trial):
    """(cost, slug, profile) of the mistakes to which every part has a simple relation."""
    for slug, known in trial.theirs.all():
        found = profile_to(trial, known, trial.got)
        wrong = [r for r in found.values() if r is not RIGHT]
        if wrong and None not in wrong and _says_enough(trial, known):
            if _undoes(profile_to(trial, trial.expected, known), found):
                continue
            faults = len(slug.split(" + ")) + len(set(wrong))
            yield (faults, len(wrong), sum(r.cost for r in wrong)), slug, found


def _undoes(mistake, found):
    """Whether a sign or a factor is found where the mistake is nothing but one itself.

    Then the two make one factor, and it is told as such.
    """
    scales = {"sign", "factor", "sign + factor"}
    slugs = {name: relation.slug for name, relation in mistake.items() if relation}
    return any(slugs.get(name) in scales and found[name].slug in scales for name in found)


def _partners(trial, slug, found):
    """The mistakes that do to the right answer what the function does to mistake `slug`."""
    return [
        other
        for other, known in trial.theirs.single()
        if trial.explains(slug, other) and other not in slug.split(" + ")
        if profile_to(trial, trial.expected, known) == found
    ]


def told(trial, slugs, relation=None):
    """(slug, message) of several mistakes, and of a relation to what they give."""
    count, order = ("Two", "Three")[len(slugs) + bool(relation) - 2], ("First", "Second", "Third")
    pieces = [f"{o}: {message(trial, slug)}" for o, slug in zip(order, slugs, strict=False)]
    if relation:
        pieces.append(f"{order[len(slugs)]}, measured against that: {relation.clause}.")
        slugs = [*slugs, relation.slug]
    return " + ".join(slugs), " ".join([f"{count} things at once.", *pieces])


def profile_to(trial, known, got):
    """The simple Relation of each part between two lists of outcomes; {} if there is none."""
    where = trial.telling()
    looks = ([where[0]], where)  # most mistakes end at a first look at one probe
    found = {}
    for some in looks:
        if any(o[i].error is not None for i in some for o in (known, got)):
            return {}
        first = known[some[0]].value
        if not _has_floats(first) or (trial.exercise.observe and not _is_numbers(first)):
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


def _has_floats(value):
    """Whether there is anything in a result that sign and factor can be told of."""
    found = outcomes.parts(value).values()
    return any(getattr(a, "dtype", np.dtype("O")).kind == "f" for a in found)


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
    if len({number for a in floats for number in a.tolist()}) < 6:
        return False
    if not all(a.size and a[0] != 0 and np.all(a == a[0]) for a in floats):
        return True
    dims = [trial.cases[i].dims for i in trial.telling()]
    return len(floats) == len(dims) and factors.formula([a[0] for a in floats], dims) is None


def two_at_once(trial):
    """Two mistakes, each of which explains other parts of a result of several parts."""
    where = trial.telling()
    right, got = _parts(trial.expected, where), _parts(trial.got, where)
    if not right or not got or len(right) < 2 or right.keys() != got.keys():
        return None
    wrong = {name for name in right if not _near(right[name], got[name])}
    explained = {}
    for slug, known in trial.theirs.single():
        if _explained(trial, known, where[:1]):  # most mistakes end at a first look at one probe
            off = _explained(trial, known, where)
            if off < wrong:
                explained[slug] = off
    fits = [
        (one, other)
        for one, other in itertools.combinations(explained, 2)
        if not explained[one] & explained[other] and explained[one] | explained[other] == wrong
        if trial.explains(one, other)
    ]
    return told(trial, fits[0]) if len(fits) == 1 else None


def _explained(trial, known, where):
    """The parts that a mistake alters, if all of them came so from the function; else none."""
    right, got, theirs = (_parts(o, where) for o in (trial.expected, trial.got, known))
    if theirs.keys() != right.keys():
        return set()
    off = {name for name in right if not _near(right[name], theirs[name])}
    return off if all(_near(theirs[name], got[name]) for name in off) else set()


def _parts(results, where):
    """{part: its arrays on these probes}; {} where it is not all numbers, or something raised."""
    if any(results[i].error is not None for i in where):
        return {}
    found = [outcomes.parts(results[i].value) for i in where]
    if any(part.keys() != found[0].keys() for part in found):
        return {}
    arrays = [a for part in found for a in part.values()]
    if not all(isinstance(a, np.ndarray) and a.dtype.kind in "iuf" for a in arrays):
        return {}
    return {name: [part[name] for part in found] for name in found[0]}


def _near(one, other):
    return all(outcomes.close(a, b) for a, b in zip(one, other, strict=True))

"""Stages that describe a fault that the catalogue does not know.

A stage takes a Trial and gives (slug, message), (slug, message, index of a probe), or None.
"""

import itertools

import numpy as np

from nnlib.exercises import outcomes, outside, raised, relations
from nnlib.exercises.pairs import relation_to_right
from nnlib.exercises.trial import some


def limit(trial):
    """The function did not come to an end by itself."""
    last = len(trial.got) - 1
    if outcomes.is_limit(trial.got[last].error):
        return *_explain(trial, last), last
    return None


def error_returned(trial):
    """An error came back as a result."""
    for i in trial.failing:
        result = trial.got[i].result
        kind = result if isinstance(result, type) else type(result)
        if issubclass(kind, BaseException):
            text = (
                f"Your function gives a {kind.__name__} back, as if it were a result, and the code "
                f"that called it goes on. An error is raised: `raise {kind.__name__}(…)` in place "
                f"of `return {kind.__name__}(…)`."
            )
            return "error-returned", text, i
    return None


def nothing(trial):
    """None came back, always."""
    asked = [o for o, e in zip(trial.got, trial.expected, strict=True) if e.error is None]
    if any(o.error is not None or o.result is not None for o in asked):
        return None
    if trial.expected[0].result is None or (trial.exercise.may_change and asked[0].value):
        return None  # None is an answer where a change in place is one
    if any(o.printed for o in trial.got):
        return "printed-not-returned", (
            "Your function prints its result but does not give it back: what `print` shows is "
            "lost for the code that calls you. End with `return`."
        )
    return "return-forgotten", (
        "Your function gives back None: it works something out but has no `return` (or the "
        "`return` stands where it is not reached)."
    )


def not_repeatable(trial):
    """Two calls with the same inputs, two results."""
    if not _differ(trial.got[0], trial.again):
        return None
    return "not-repeatable", (
        "Two calls with the same inputs gave two results. Something random is at work, a "
        "variable outside the function keeps something from call to call, or numbers are used "
        "that were never written (`np.empty`)."
    )


def _differ(one, other):
    """Whether two outcomes differ for certain; objects of unknown kinds cannot be compared."""
    if outcomes.fingerprint(one.error) != outcomes.fingerprint(other.error):
        return True
    first, second = outcomes.parts(one.value), outcomes.parts(other.value)
    return first.keys() != second.keys() or not all(
        outcomes.same(a, second[name]) for name, a in first.items() if outcomes.kind(a) != "other"
    )


def side_effect(trial):
    """The right values, and a change of an argument on the way, or the wrong kind of number."""
    generic = trial.where("generic")
    if not trial.alike(trial.expected) >= set(generic):
        return None
    alike = trial.alike(trial.expected)
    changed = sorted({name for i in alike for name in trial.got[i].changed})
    rest = [i for i in trial.failing if i not in alike]
    more = f" And it is not right for {some(trial.notes(rest))}." if rest else ""
    if changed:
        names = " and ".join(f"`{n}`" for n in changed)
        return "changed-in-place", (
            f"What you give back is right, but the call changes {names}, which the caller still "
            f"needs. Work on a copy, or make a new array.{more}"
        )
    kinds = [trial.got[i].wrong_kind for i in trial.failing if trial.got[i].wrong_kind]
    if not kinds:
        return None
    wanted = {"float": "floats (numbers with decimals)", "int": "whole numbers"}
    return "wrong-kind", (
        f"The values are right, but they come as {kinds[0]} where {wanted[trial.exercise.dtype]} "
        f"are promised. Look at the dtype of your array.{more}"
    )


LEADS = "", "Two things at once: ", "Three things at once: "


def relation(trial):
    """One relation to the right answer that holds on all generic probes."""
    found = relation_to_right(trial)
    return _told(trial, found) if found and not found.mixed else None


def part_by_part(trial):
    """Several relations, each of a part of the result, or what is right and what is not."""
    found = relation_to_right(trial)
    return _told(trial, found) if found else None


def _told(trial, found):
    sentence = LEADS[min((found.slug or "").count(" + "), 2)] + found.clause + "."
    effects = trial.side_effects(trial.expected)
    more = f" And there is more: {', and '.join(effects)}." if effects else ""
    sizes = outside.sizes(trial) if "factor" in (found.slug or "") else ""
    return found.slug, _upper(sentence) + sizes + more


def special_inputs(trial):
    """Right for ordinary inputs, not for special ones."""
    if any(trial.cases[i].kind == "generic" for i in trial.failing):
        return None
    at, notes = trial.failing[0], trial.notes(trial.failing)
    message = f"Right for ordinary inputs, but not for {some(notes)}."
    return "special-inputs", f"{message} {_what_happens(trial, at)}".strip(), at


def _what_happens(trial, i):
    got, expected = trial.got[i], trial.expected[i]
    refuse = "Such inputs must be refused: raise a ValueError that says what is wrong."
    if got.error is not None:
        return _explain(trial, i)[1] + f" {refuse}" * (expected.error is not None)
    if expected.error is not None:
        return refuse
    if _has_nan(got.value) and not _has_nan(expected.value):
        warned = f" NumPy warned: `{got.warned[0]}`." if got.warned else ""
        return f"There your result holds nan or infinity.{warned}"
    effects = trial.side_effects(trial.expected, [i])
    if effects:
        return _upper(effects[0]) + "."
    found = relations.relate([(expected.value, got.value)], [{}])
    if found and found.slug and not {"factor", "constant"} & set(found.slug.split(" + ")):
        return _upper(found.clause) + "."
    return " ".join(_differences(trial, i))


def error(trial):
    """An exception, explained from where it arose."""
    first = trial.failing[0]
    if trial.got[first].error is None:
        return None
    slug, message = _explain(trial, first)
    return slug, message + outside.hint(trial), first


def rest(trial):
    """Nothing fits: what can be said for certain."""
    generic = [i for i in trial.failing if trial.cases[i].kind == "generic"]
    at = min(generic or trial.failing, key=trial.cost)
    said = _differences(trial, at) or [_broken_property(trial)]
    said += [_upper(effect) + "." for effect in trial.side_effects(trial.expected)]
    message = " ".join(["The result is not the right one.", *filter(None, said)])
    return None, message + outside.hint(trial), at


def _differences(trial, at):
    """Form before values: shape, container, nan; and observed properties by their names."""
    right, given = trial.expected[at].value, trial.got[at].value
    place, expected, got = _first_difference(right, given)
    found = [f"`result{place}` is not right."] if place else []
    if len(place) == 3 and not any(
        itertools.starmap(outcomes.same, zip(right, given, strict=True))
    ):
        return ["None of the parts of the result is right."]
    return found + _between(expected, got)


def _first_difference(expected, got, place=""):
    """(place, expected, got) of what is not right, as deep as tuples and lists of one length go."""
    if not outcomes.kind(expected) == outcomes.kind(got) == "sequence" or len(expected) != len(got):
        return place, expected, got
    pairs = list(zip(expected, got, strict=True))
    at = next((i for i, pair in enumerate(pairs) if not outcomes.same(*pair)), None)
    return (place, expected, got) if at is None else _first_difference(*pairs[at], f"{place}[{at}]")


def _between(expected, got):
    a, b = outcomes.kind(expected), outcomes.kind(got)
    if a == b == "sequence" and len(expected) != len(got):
        return [f"It should hold {len(expected)} things; yours holds {len(got)}."]
    if a == b == "dict":
        return _between_dicts(expected, got)
    if a != b:
        wanted = "True or False" if isinstance(expected, bool | np.bool_) else KINDS[a]
        return [f"It should be {wanted}; yours is {KINDS.get(b) or type(got).__name__}."]
    if a == b == "text":
        return [f"What came: {got}."]
    if a == "array" and expected.shape != got.shape:
        return [f"Its shape should be {expected.shape}; yours is {got.shape}."]
    if _has_nan(got) and not _has_nan(expected):
        return [
            "It holds nan or infinity: look for a division by 0, a logarithm of 0 or below, or an "
            "exponential of something large."
        ]
    return []


def _between_dicts(expected, got):
    if not expected.keys() & got.keys():
        return [f"What came: {' and '.join(map(str, got))}."]
    missing = [f"`{k}`" for k in expected if k not in got]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return [
            f"{', '.join(missing[:-1])}{' and ' * (len(missing) > 1)}{missing[-1]} {verb} missing."
        ]
    wrong = [k for k in expected if not outcomes.same(expected[k], got[k])]
    if any(" " in str(k) for k in expected):  # promises, in words
        return [f"Not as promised: {k}." for k in wrong[:1]]
    names = [f"`{k}`" for k in wrong[:8]]
    if len(names) == 1:
        return [f"{names[0]} is off."]
    said = f"{', '.join(names[:-1])} and {names[-1]} are off."
    return [f"All of {said}" if len(wrong) == len(expected) else said]


KINDS = {
    "array": "an array",
    "number": "a plain number",
    "sequence": "a tuple or list",
    "dict": "a dict",
    "none": "None",
    "text": "text",
    "other": None,
}


def _broken_property(trial):
    for text, holds in trial.exercise.properties.items():
        for i in trial.failing:
            if trial.got[i].error is None and trial.expected[i].error is None:
                if not _holds(holds, trial.got[i].result, trial.cases[i].args):
                    return f"A property of the right answer that yours does not have: {text}."
    return ""


def _holds(test, result, args):
    try:
        return bool(test(result, *args))
    except Exception:
        return False


def _has_nan(value):
    arrays = [a for a in outcomes.parts(value).values() if isinstance(a, np.ndarray)]
    return any(a.dtype.kind == "f" and not np.isfinite(a).all() for a in arrays)


def _explain(trial, i):
    return raised.explain(trial.got[i].error, trial.exercise, trial.lessons)


def _upper(sentence):
    return sentence[0].upper() + sentence[1:]

"""Finds the name of what is wrong with a function: the catalogue, a relation, or neither.

The stages run in the order of STAGES; the first that has something to say ends the search.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np

from nnlib.exercises import outcomes, raised, relations, signature
from nnlib.exercises.report import Diagnosis, Example


@dataclass
class Trial:
    """A learner's function, called on all probes, beside what the reference did on them."""

    exercise: object
    function: object
    lessons: dict  # name of an exercise → its lesson
    cases: list
    expected: list
    got: list
    theirs: dict  # slug of a mistake → its outcomes on the same probes
    again: object = None  # the first probe once more
    failing: list = field(default_factory=list)  # indices of what is not right, generic first

    def where(self, kind):
        """Indices of the probes of one kind that were run."""
        return [i for i, case in enumerate(self.cases[: len(self.got)]) if case.kind == kind]

    def pairs(self, theirs=None):
        """(value, value of the learner's function) on the generic probes."""
        start = theirs or self.expected
        return [(start[i].value, self.got[i].value) for i in self.where("generic")]

    def dims(self):
        return [self.cases[i].dims for i in self.where("generic")]


def name(exercise, function, seeds, lessons):
    """The Diagnosis of a function that is not a stub."""
    misfit = signature.mismatch(function, exercise, exercise.probes(seeds[0])[0])
    if misfit:
        return Diagnosis(exercise.name, "wrong", *misfit)
    trial = _try(exercise, function, seeds, lessons)
    if not trial.failing:
        return _passed(trial)
    for stage in STAGES:
        found = stage(trial)
        if found:
            return _diagnosis(trial, *found)
    raise AssertionError("the last stage always answers")


def _try(exercise, function, seeds, lessons):
    cases = [case for seed in seeds for case in exercise.probes(seed)]
    expected = [o for seed in seeds for o in exercise.expected(seed)]
    theirs = _Lazy(exercise, seeds)
    trial = Trial(exercise, function, lessons, cases, expected, [], theirs)
    for case in cases:
        trial.got.append(outcomes.run(function, case, exercise))
        if raised.is_limit(trial.got[-1].error):
            break
    order = trial.where("generic") + trial.where("special")
    trial.failing = [i for i in order if not trial.got[i].right_for(expected[i], exercise.rtol)]
    if not raised.is_limit(trial.got[-1].error):
        trial.again = outcomes.run(function, cases[0], exercise)
        if not trial.failing and not trial.again.right_for(expected[0], exercise.rtol):
            trial.failing = [0]
    return trial


class _Lazy(dict):
    """The outcomes of each mistake, worked out when they are first asked for."""

    def __init__(self, exercise, seeds):
        super().__init__()
        self.exercise, self.seeds = exercise, seeds

    def __missing__(self, slug):
        self[slug] = [o for seed in self.seeds for o in self.exercise.outcomes(slug, seed)]
        return self[slug]

    def all(self):
        return [(slug, self[slug]) for slug in self.exercise.mistakes]


# --- the stages: each gives (slug, message) or (slug, message, index of the probe), or None ---


def _limit(trial):
    """The function did not come to an end by itself."""
    last = len(trial.got) - 1
    if raised.is_limit(trial.got[last].error):
        return *raised.explain(trial.got[last].error, trial.exercise, trial.lessons), last
    return None


def _nothing(trial):
    """None came back, always."""
    values = [(o.value, o.result) for o in trial.got if o.error is None]
    if not values or any(v is not None or r is not None for v, r in values):
        return None
    if any(o.error is not None for o in trial.got) or trial.expected[0].value is None:
        return None
    if any(o.printed for o in trial.got):
        return "printed-not-returned", (
            "Your function prints its result but does not give it back: what `print` shows is "
            "lost for the code that calls you. End with `return`."
        )
    return "return-forgotten", (
        "Your function gives back None: it works something out but has no `return` (or the "
        "`return` stands where it is not reached)."
    )


def _exact(trial):
    """The function does what a mistake of the catalogue does, on every probe."""
    for slug, theirs in trial.theirs.all():
        pairs = zip(trial.got, theirs, strict=True)
        if all(a.same_as(b, trial.exercise.rtol) for a, b in pairs):
            return slug, trial.exercise.mistakes[slug].message
    return None


def _random(trial):
    """Two calls with the same inputs, two results."""
    if trial.again is None or trial.again.same_as(trial.got[0], trial.exercise.rtol):
        return None
    return "not-repeatable", (
        "Two calls with the same inputs gave two results. Something random is at work, or a "
        "variable outside the function keeps something from call to call."
    )


def _nearly(trial):
    """A mistake of the catalogue on all generic probes, or on all special ones that it spoils."""
    best = None
    for slug, theirs in trial.theirs.all():
        agree = _agreement(trial, theirs)
        if agree is not None and (best is None or agree > best[0]):
            best = agree, slug, theirs
    if best is None:
        return None
    _, slug, theirs = best
    message = trial.exercise.mistakes[slug].message
    rest = [i for i in trial.failing if not trial.got[i].same_value(theirs[i], trial.exercise.rtol)]
    more = [f"it is not right for {note} either" for note in _notes(trial, rest)]
    more += _side_effects(trial, theirs)
    return slug, message + (f" And there is more: {', and '.join(more)}." if more else "")


def _agreement(trial, theirs):
    """How many special probes agree with a mistake that fits; None if it does not fit."""
    rtol = trial.exercise.rtol
    spoilt = [i for i, o in enumerate(theirs) if not o.right_for(trial.expected[i], rtol)]
    alike = {i for i, o in enumerate(theirs) if trial.got[i].same_value(o, rtol)}
    generic, special = trial.where("generic"), trial.where("special")
    if not alike.issuperset(generic):
        return None
    if not set(spoilt) & set(generic):  # it shows on special probes only: on all of them, then
        shown = set(spoilt) & set(special)
        if not shown or not shown <= alike & set(trial.failing):
            return None
    elif all(theirs[i].error is not None for i in generic):  # errors alone say too little
        squares = trial.where("square")
        if not squares or not alike.issuperset(squares):
            return None
    elif all(trial.got[i].same_value(trial.expected[i], rtol) for i in generic):
        return None  # the same values as the right ones: only the side effects are theirs
    return len(alike.intersection(special))


def _square(trial):
    """It raises wherever sizes differ; where all sizes are equal, it does what a mistake does."""
    squares = trial.where("square")
    if not squares or any(trial.got[i].error is None for i in trial.where("generic")):
        return None
    rtol = trial.exercise.rtol
    for slug, theirs in trial.theirs.all():
        if any(theirs[i].error is None for i in trial.where("generic")):
            continue
        if all(theirs[i].error is None for i in squares) and all(
            trial.got[i].same_value(theirs[i], rtol) for i in squares
        ):
            return slug, trial.exercise.mistakes[slug].message
    return None


def _in_place(trial):
    """The right values, and a change of an argument on the way, or the wrong kind of number."""
    rtol = trial.exercise.rtol
    if not all(o.same_value(e, rtol) for o, e in zip(trial.got, trial.expected, strict=True)):
        return None
    changed = sorted({name for o in trial.got for name in o.changed})
    if changed:
        names = " and ".join(f"`{n}`" for n in changed)
        return "changed-in-place", (
            f"What you give back is right, but the call changes {names}, which the caller still "
            "needs. Work on a copy, or make a new array."
        )
    kind = next(o.wrong_kind for o in trial.got if o.wrong_kind)
    wanted = {"float": "floats (numbers with decimals)", "int": "whole numbers"}
    return "wrong-kind", (
        f"The values are right, but they come as {kind} where {wanted[trial.exercise.dtype]} are "
        "promised. Look at the dtype of your array."
    )


def _relation(trial):
    """A relation to the right answer that holds on all generic probes."""
    found = _related(trial, trial.expected)
    if not found:
        return None
    lead = "Two things at once: " if " + " in (found.slug or "") else ""
    sentence = lead + found.clause + "."
    more = _side_effects(trial, trial.expected)
    more = f" And there is more: {', and '.join(more)}." if more else ""
    return found.slug, sentence[0].upper() + sentence[1:] + more


def _related(trial, theirs, simple=False):
    where = trial.where("generic")
    if any(o[i].error is not None for i in where for o in (trial.got, theirs)):
        return None
    if trial.exercise.observe and not _is_numbers(theirs[where[0]].value):
        return None
    return relations.relate(trial.pairs(theirs), trial.dims(), simple)


def _is_numbers(value):
    return all(getattr(a, "dtype", np.dtype("O")).kind == "f" for a in outcomes.parts(value).values())


def _special(trial):
    """Right for ordinary inputs, not for special ones."""
    if any(trial.cases[i].kind == "generic" for i in trial.failing):
        return None
    notes = _notes(trial, trial.failing)
    at = trial.failing[0]
    message = f"Right for ordinary inputs, but not for {' nor for '.join(notes)}."
    return None if not notes else ("special", f"{message} {_what_happens(trial, at)}".strip(), at)


def _what_happens(trial, i):
    got, expected = trial.got[i], trial.expected[i]
    if got.error is not None:
        return raised.explain(got.error, trial.exercise, trial.lessons)[1]
    if expected.error is not None:
        return "Such inputs must be refused: raise a ValueError that says what is wrong."
    warned = f" NumPy warned: `{got.warned[0]}`." if got.warned else ""
    if _has_nan(got.value) and not _has_nan(expected.value):
        return f"There your result holds nan or infinity.{warned}"
    found = relations.relate([(expected.value, got.value)], [{}]) if not got.changed else None
    if found and found.slug and "factor" not in found.slug:
        return found.clause[0].upper() + found.clause[1:] + "."
    return _first(_side_effects(trial, trial.expected, [i])) or warned.strip()


def _first(clauses):
    return clauses[0][0].upper() + clauses[0][1:] + "." if clauses else ""


def _has_nan(value):
    arrays = [a for a in outcomes.parts(value).values() if isinstance(a, np.ndarray)]
    return any(a.dtype.kind == "f" and not np.isfinite(a).all() for a in arrays)


def _mistake_and_relation(trial):
    """A mistake of the catalogue, and besides it a transposition, a sign or a factor."""
    for slug, theirs in trial.theirs.all():
        found = _related(trial, theirs, simple=True)
        if found and found.slug and _varied(theirs[i].value for i in trial.where("generic")):
            message = trial.exercise.mistakes[slug].message
            return f"{slug} + {found.slug}", (
                f"Two things at once. First: {message} Second, measured against that: "
                f"{found.clause}."
            )
    return None


def _varied(values):
    """Whether there are numbers enough that a relation to them cannot be a coincidence."""
    arrays = [a for v in values for a in outcomes.parts(v).values() if isinstance(a, np.ndarray)]
    numbers = np.concatenate([np.zeros(0), *(a.ravel() for a in arrays if a.dtype.kind == "f")])
    return len(np.unique(numbers)) > 5


def _two_mistakes(trial):
    """Two mistakes of the catalogue whose effects multiply or add up to what came."""
    where = trial.where("generic")
    numbers = [_vector(trial.got, where), _vector(trial.expected, where)]
    if any(v is None for v in numbers) or len(np.unique(numbers[1])) < 6:
        return None
    got, right = numbers
    known = [(slug, _vector(theirs, where)) for slug, theirs in trial.theirs.all()]
    known = [(s, v) for s, v in known if v is not None and v.shape == right.shape == got.shape]
    fits = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(known, 2)
        if not _near(a, right) and not _near(b, right) and not _near(a, got) and not _near(b, got)
        if _near(a * b, got * right) or _near(a + b - right, got)
    ]
    if len(fits) != 1:
        return None
    first, second = (trial.exercise.mistakes[slug].message for slug in fits[0])
    return " + ".join(fits[0]), f"Two things at once. First: {first} Second: {second}"


def _vector(results, where):
    """All numbers of the generic results in a row, or None if there are none."""
    if any(results[i].error is not None for i in where):
        return None
    arrays = [a for i in where for a in outcomes.parts(results[i].value).values()]
    if not all(isinstance(a, np.ndarray) and a.dtype.kind in "iuf" for a in arrays):
        return None
    return np.concatenate([a.ravel().astype(float) for a in arrays])


def _near(a, b):
    return np.allclose(a, b, rtol=1e-6, atol=1e-9)


def _error(trial):
    """An exception, explained from where it arose."""
    for i in trial.failing:
        if trial.got[i].error is not None:
            return *raised.explain(trial.got[i].error, trial.exercise, trial.lessons), i
    return None


def _rest(trial):
    """Nothing fits: what can be said for certain, and the smallest example."""
    at = min(trial.failing, key=lambda i: (trial.got[i].error is None, _size(trial.cases[i])))
    said = _differences(trial, at) or [_broken_property(trial)]
    return None, " ".join(["The result is not the right one.", *filter(None, said)]), at


def _differences(trial, at):
    """Form before values: shape, container, nan; and observed properties by their names."""
    expected, got = trial.expected[at].value, trial.got[at].value
    a, b = outcomes.kind(expected), outcomes.kind(got)
    if a == b == "dict" and trial.exercise.observe:
        wrong = [k for k in expected if k not in got or not outcomes.same(expected[k], got[k])]
        return [f"Not as promised: {k}." for k in wrong[:2]]
    if a != b and "other" not in (a, b):
        return [f"It should be {KINDS[a]}; yours is {KINDS[b]}."]
    if a == b == "array" and expected.shape != got.shape:
        return [f"Its shape should be {expected.shape}; yours is {got.shape}."]
    if _has_nan(got) and not _has_nan(expected):
        return ["It holds nan or infinity: look for a division by 0, a logarithm of 0 or below, "
                "or an exponential of something large."]
    return []


KINDS = {
    "array": "an array",
    "number": "a plain number",
    "sequence": "a tuple or list",
    "dict": "a dict",
    "none": "None",
    "text": "text",
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


STAGES = (
    *(_limit, _exact, _nothing, _random, _nearly, _square, _in_place, _relation, _special),
    *(_mistake_and_relation, _two_mistakes, _error, _rest),
)


# --- the answer -----------------------------------------------------------------------------


def _diagnosis(trial, slug, message, at=None):
    failing = trial.failing or [0]
    if at is None:
        at = min(failing, key=lambda i: _size(trial.cases[i]))
    status = "raised" if trial.got[failing[0]].error is not None else "wrong"
    example = _example(trial, at)
    return Diagnosis(trial.exercise.name, status, slug, message, example=example)


def _size(case):
    return sum(getattr(a, "size", 1) for a in outcomes.parts(list(case.args)).values())


def _example(trial, i):
    case = trial.cases[i]
    inputs = dict(zip(trial.exercise.parameters, case.args, strict=False)) | case.kwargs
    sides = trial.expected[i], trial.got[i]
    return Example(inputs, *(o.value if o.error is None else o.error for o in sides))


def _notes(trial, indices):
    return list(dict.fromkeys(trial.cases[i].note for i in indices if trial.cases[i].note))


def _side_effects(trial, theirs, indices=None):
    """Clauses on arguments that the learner's function changes and the other does not."""
    indices = range(len(trial.got)) if indices is None else indices
    changed = {name for i in indices for name in set(trial.got[i].changed) - set(theirs[i].changed)}
    return [f"the call changes its argument `{name}`" for name in sorted(changed)]


def _passed(trial):
    return Diagnosis(trial.exercise.name, "passed", remarks=[r for r in _remarks(trial) if r])


def _remarks(trial):
    """What to tell about a function that is right."""
    if any(o.is_bool and not e.is_bool for o, e in zip(trial.got, trial.expected, strict=True)):
        yield (
            "Your result holds True and False. NumPy counts them as 1 and 0, so this works; "
            "`.astype(float)` makes numbers of them."
        )
    warned = {}
    for i, outcome in enumerate(trial.got):
        for text in outcome.warned:
            warned.setdefault(text, trial.cases[i].note)
    for text, note in warned.items():
        yield f"The values are right, but {f'for {note} ' if note else ''}NumPy warned: `{text}`."
    if any(o.printed for o in trial.got):
        yield "Your function also prints; in a training loop it would do so thousands of times."
    if trial.exercise.remark:
        yield trial.exercise.remark(trial.got[0].result, *trial.cases[0].args)

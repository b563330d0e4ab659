"""Finds the name of what is wrong with a function: the catalogue, a relation, or neither.

The stages run in the order of STAGES; the first that has something to say ends the search. The
last one always has.
"""

import warnings

import numpy as np

from nnlib.exercises import known, outcomes, outside, pairs, signature, unknown
from nnlib.exercises.report import Diagnosis, Example
from nnlib.exercises.trial import try_out

STAGES = (
    unknown.limit,
    outside.stage,
    unknown.error_returned,
    known.exactly,
    unknown.nothing,
    unknown.not_repeatable,
    known.nearly,
    known.on_squares,
    known.by_its_property,
    known.by_what_is_seen,
    unknown.side_effect,
    unknown.relation,
    unknown.special_inputs,
    pairs.with_a_relation,
    pairs.two_at_once,
    unknown.part_by_part,
    unknown.error,
    unknown.rest,
)

CONFUSED = 15  # entries larger counts an example that shows other mistakes as well
NOTHING = None, "The result is not the right one."


def name(exercise, function, seeds, lessons):
    """The Diagnosis of a function that is not a stub."""
    misfit = signature.mismatch(function, exercise, exercise.probes(seeds[0])[0])
    if misfit:
        return Diagnosis(exercise.name, "wrong", *misfit)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # those of the function itself are kept with each call
        return _name(try_out(exercise, function, seeds, lessons))


def _name(trial):
    exercise = trial.exercise
    if not trial.failing:
        return Diagnosis(exercise.name, "passed", remarks=[r for r in _remarks(trial) if r])
    found = next(filter(None, (_safely(stage, trial) for stage in STAGES)), NOTHING)
    return _diagnosis(trial, *found)


def _safely(stage, trial):
    """What a stage says; nothing where a result is so odd that it fails over it."""
    try:
        return stage(trial)
    except Exception:
        return None


def _diagnosis(trial, slug, message, at=None):
    raises = trial.got[trial.failing[0]].error is not None
    status = "raised" if raises else "wrong"
    alike = [i for i in trial.failing if (trial.got[i].error is not None) == raises]
    if at is None:
        at = _safely(lambda trial: _most_telling(trial, slug, alike), trial)
        at = alike[0] if at is None else at
    # What is special about one input is not the cause of what is wrong with all.
    everywhere = any(trial.cases[i].kind == "generic" for i in alike)
    example = _example(trial, at, "" if everywhere else trial.cases[at].note)
    return Diagnosis(trial.exercise.name, status, slug, message, example=example)


def _most_telling(trial, slug, failing):
    """The failing probe that shows best what the message says: a small one.

    One with which other mistakes would do the same, as a batch of one hides means, counts as larger
    than it is. Where the function does not do what the named mistake does it is no example for it,
    if there is another.
    """
    named = [known for other, known in trial.theirs.all() if other == slug]
    others = [known for other, known in trial.theirs.single() if other != slug]

    def does(known, i):
        return known[i].same_as(trial.got[i], trial.exercise.rtol)

    fitting = [i for i in failing if all(does(known, i) for known in named)] or failing
    ordinary = [i for i in fitting if trial.cases[i].kind == "generic"]
    if ordinary and isinstance(trial.got[ordinary[0]].value, str):  # an observer's words
        return min(ordinary, key=trial.cost)
    best, least = None, np.inf
    for i in sorted(fitting, key=trial.cost):
        if trial.cost(i) >= least:
            break
        whole = trial.cost(i) + CONFUSED * any(does(known, i) for known in others)
        if whole < least:
            best, least = i, whole
    return best


def _example(trial, i, note):
    case = trial.cases[i]
    inputs = dict(zip(trial.exercise.parameters, case.args, strict=False)) | case.kwargs
    sides = trial.expected[i], trial.got[i]
    values = [o.value if o.error is None else o.error for o in sides]
    if outcomes.is_limit(values[1]):
        values[1] = "no result"
    return Example(inputs, *values, note, _changed(trial, i))


def _changed(trial, i):
    """{name: value after the call} of the arguments that the call must not change, but does."""
    outcome = trial.got[i]
    after = dict(
        zip(trial.exercise.parameters, outcome.call.after if outcome.call else (), strict=False)
    )
    return {name: after[name] for name in outcome.changed if name in after}


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
        yield trial.exercise.remark(trial.got[0].call)

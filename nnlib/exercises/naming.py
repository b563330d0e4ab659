"""Finds the name of what is wrong with a function: catalogue, relation to the right answer, rest."""

from dataclasses import dataclass

from nnlib.exercises import outcomes, raised, relations
from nnlib.exercises.report import Diagnosis, Example


@dataclass
class Trial:
    """A learner's function, called on all probes, beside what the reference did on them."""

    exercise: object
    function: object
    seeds: tuple
    cases: list
    expected: list
    got: list

    def where(self, kind):
        """Indices of the probes of one kind that were run."""
        return [i for i, _ in enumerate(self.got) if self.cases[i].kind == kind]

    def right(self, i):
        return self.got[i].right_for(self.expected[i], self.exercise.rtol)

    def failing(self):
        return [i for i in self.where("generic") + self.where("special") if not self.right(i)]


def name(exercise, function, seeds):
    """The Diagnosis of a function that is not a stub."""
    trial = _try(exercise, function, seeds)
    if not trial.failing():
        return Diagnosis(exercise.name, "passed", remarks=_remarks(trial))
    for stage in (_catalogue, _relation, _raised, _rest):
        diagnosis = stage(trial)
        if diagnosis:
            return diagnosis
    raise AssertionError("the last stage always answers")


def _try(exercise, function, seeds):
    cases = [case for seed in seeds for case in exercise.probes(seed)]
    expected = [o for seed in seeds for o in exercise.expected(seed)]
    got = []
    for case in cases:
        got.append(outcomes.run(function, case, exercise))
        if raised.is_limit(got[-1].error):
            break
    return Trial(exercise, function, seeds, cases, expected, got)


def _catalogue(trial):
    for slug, mistake in trial.exercise.mistakes.items():
        theirs = [o for seed in trial.seeds for o in trial.exercise.outcomes(slug, seed)]
        pairs = zip(trial.got, theirs, strict=False)
        if all(a.same_as(b, trial.exercise.rtol) for a, b in pairs):
            return _diagnosis(trial, slug, mistake.message)
    return None


def _relation(trial):
    where = trial.where("generic")
    if any(trial.got[i].error is not None for i in where):
        return None
    found = relations.relate(
        [(trial.expected[i].value, trial.got[i].value) for i in where],
        [trial.cases[i].dims for i in where],
    )
    return _diagnosis(trial, *found) if found else None


def _raised(trial):
    for i in trial.failing():
        if trial.got[i].error is not None:
            slug, message = raised.explain(trial.got[i].error, trial.exercise)
            return _diagnosis(trial, slug, message, i)
    return None


def _rest(trial):
    return _diagnosis(trial, None, "The result is not the right one.")


def _diagnosis(trial, slug, message, at=None):
    failing = trial.failing()
    if at is None:
        at = min(failing, key=lambda i: _size(trial.cases[i]))
    is_raised = trial.got[failing[0]].error is not None
    return Diagnosis(
        trial.exercise.name,
        "raised" if is_raised else "wrong",
        slug,
        message,
        example=_example(trial, at),
    )


def _size(case):
    return sum(getattr(a, "size", 1) for a in outcomes.parts(list(case.args)).values())


def _example(trial, i):
    case = trial.cases[i]
    inputs = dict(zip(trial.exercise.parameters, case.args, strict=False)) | case.kwargs
    expected, got = (
        o.value if o.error is None else o.error for o in (trial.expected[i], trial.got[i])
    )
    return Example(inputs, expected, got)


def _remarks(trial):
    remarks = []
    if any(o.is_bool and not e.is_bool for o, e in zip(trial.got, trial.expected, strict=True)):
        remarks.append(
            "Your result holds True and False. NumPy counts them as 1 and 0, so this works; "
            "`.astype(float)` makes numbers of them."
        )
    for text in dict.fromkeys(text for outcome in trial.got for text in outcome.warned):
        remarks.append(f"The values are right, but NumPy warned: `{text}`.")
    return remarks

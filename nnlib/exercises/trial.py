"""A learner's function on all probes, beside what the reference and each mistake do there."""

from dataclasses import dataclass, field

import numpy as np

from nnlib.exercises import outcomes

# By how many entries each oddity of an input makes it larger as an example: it draws the eye away
# from what is wrong.
ODDITY = 40
HUGE = 20


@dataclass
class Trial:
    """The outcomes of one function; indices of probes are shared by all lists."""

    exercise: object
    function: object
    lessons: dict  # name of an exercise → its lesson
    cases: list
    expected: list
    theirs: object  # slug of a mistake → its outcomes
    got: list = field(default_factory=list)
    again: object = None  # the first probe once more
    failing: list = field(default_factory=list)  # indices of what is not right, generic first
    _where: dict = field(default_factory=dict, init=False)

    def where(self, kind):
        """Indices of the probes of one kind that were run."""
        if kind not in self._where:
            run = enumerate(self.cases[: len(self.got)])
            self._where[kind] = [i for i, case in run if case.kind == kind]
        return self._where[kind]

    def alike(self, known):
        """Indices of the probes on which the function gave what these known outcomes hold."""
        return {i for i, got in enumerate(self.got) if known[i].same_value(got, self.exercise.rtol)}

    def raising(self, known=None):
        """Whether every generic probe raises, here or in other known outcomes."""
        return all((known or self.got)[i].error is not None for i in self.where("generic"))

    def telling(self):
        """Indices of the probes that tell mistakes apart: the generic ones, or the square ones
        where every generic one raises."""
        return (self.raising() and self.where("square")) or self.where("generic")

    def explains(self, *slugs):
        """Whether mistakes can be at work together: if every probe raises, one of them does."""
        raising = any(self.raising(self.theirs[slug]) for slug in slugs)
        return raising == self.raising()

    def cost(self, i):
        """How large a probe is for somebody who looks at it as an example.

        Odd is what is special about it, an axis of length 1 or a huge entry, and no axes at all.
        """
        case = self.cases[i]
        parts = [a for a in outcomes.parts(list(case.args)).values() if isinstance(a, np.ndarray)]
        bare = any(isinstance(a, np.ndarray) and not a.ndim for a in case.args)
        size = sum(a.size for a in parts)
        if case.kind != "generic" and (bare or any(a.ndim for a in parts)):
            size += ODDITY * (1 + any(map(_is_extreme, parts)) + bare)
        return size

    def notes(self, indices):
        """What is special about these probes."""
        return list(dict.fromkeys(self.cases[i].note for i in indices if self.cases[i].note))

    def side_effects(self, known, indices=None):
        """Clauses on arguments that the function changes and the known outcomes do not."""
        indices = range(len(self.got)) if indices is None else indices
        changed = {n for i in indices for n in set(self.got[i].changed) - set(known[i].changed)}
        return [f"the call changes its argument `{name}`" for name in sorted(changed)]

    def more(self, known):
        """A sentence on what is wrong beyond these known outcomes, or ""."""
        rtol, alike = self.exercise.rtol, self.alike(known)
        rest = [
            i
            for i in self.failing
            if i not in alike and self.cases[i].note and self.expected[i].accepts(known[i], rtol)
        ]
        clauses = [f"it is not right for {some(self.notes(rest))}"] if rest else []
        clauses += self.side_effects(known)
        return f" And there is more: {', and '.join(clauses)}." if clauses else ""


def _is_extreme(array):
    huge = array.dtype.kind == "f" and np.abs(array).max(initial=0) > HUGE
    return 1 in array.shape or bool(huge)


def some(notes):
    """`a nor for b (nor for 3 other kinds of input)`: the first two of many notes."""
    more = len(notes) - 2
    also = f" (nor for {more} other kind{'s' * (more > 1)} of input)" if more > 0 else ""
    return " nor for ".join(notes[:2]) + also


def try_out(exercise, function, seeds, lessons):
    """The Trial of a function on the probes of all seeds; it ends where a call ran into a limit."""
    cases = [case for seed in seeds for case in exercise.probes(seed)]
    expected = [o for seed in seeds for o in exercise.outcomes(None, seed)]
    places = [(seed, i) for seed in seeds for i in range(len(exercise.probes(seed)))]
    calls = [(case, 0) for case in cases] + [(cases[0], 1)]
    found, known = outcomes.run_in_turn(function, calls, exercise), _Known(exercise, places)
    got, again = found[: len(cases)], found[len(cases) :]
    trial = Trial(exercise, function, lessons, cases, expected, known, got, *again)
    order = trial.where("generic") + trial.where("special")
    rtol = exercise.rtol
    trial.failing = [i for i in order if not expected[i].accepts(trial.got[i], rtol)]
    if not trial.failing and not expected[0].accepts(trial.again, rtol):
        trial.failing = [0]
    return trial


class _Known(dict):
    """The outcomes of each mistake, worked out when they are first asked for."""

    def __init__(self, exercise, places):
        super().__init__()
        self.exercise, self.places = exercise, places

    def __missing__(self, slug):
        self[slug] = _Outcomes(self.exercise, slug, self.places)
        return self[slug]

    def all(self):
        """(slug, outcomes) of every mistake, then of every combination of two."""
        return self.single() + [(slug, self[slug]) for slug in self.exercise.combinations]

    def single(self):
        """(slug, outcomes) of every mistake in the order of the catalogue."""
        return [(slug, self[slug]) for slug in self.exercise.mistakes]


class _Outcomes:
    """The outcomes of one mistake in the order of the trial's probes, each run when asked for."""

    def __init__(self, exercise, slug, places):
        self.exercise, self.slug, self.places = exercise, slug, places

    def __len__(self):
        return len(self.places)

    def __getitem__(self, i):
        return self.exercise.outcome(self.slug, *self.places[i])

"""The feedback engine: exercises, their mistakes, and `check`, which names a learner's mistake.

How to write an exercise
------------------------
One file per lesson, `lessonNN.py`, beside this one. An exercise is a reference function, the
inputs it is probed with, and its mistakes::

    from nnlib.exercises.engine import exercise
    from nnlib.exercises.probes import generic, sizes, special, square, values

    def cases(rng):
        for _ in range(3):                                   # three or more, sizes drawn anew
            m, n_in, n_out = sizes(rng, 3)                   # pairwise different, none 1 or 2
            yield generic(values(rng, m, n_in), values(rng, m, n_out), m=m, n_in=n_in, n_out=n_out)
        yield special("a batch of one example", values(rng, 1, 4), values(rng, 1, 3))
        yield square(values(rng, 4, 4), values(rng, 4, 4))   # names what raises elsewhere

    @exercise(lesson="04", cases=cases)
    def weight_gradient(a_prev, delta):
        \"\"\"∂L/∂W of a dense layer. a_prev (m, n_in), delta (m, n_out) → (n_in, n_out).\"\"\"
        return a_prev.T @ delta

    @weight_gradient.mistake("divided-by-m-again", ask="Where does the 1/m of the mean live?")
    def _(a_prev, delta):
        \"\"\"Your gradient is m times too small. `delta` already holds the 1/m of the mean.\"\"\"
        return a_prev.T @ delta / len(a_prev)

    @weight_gradient.also_right
    def einsum(a_prev, delta):
        return np.einsum("mi,mo->io", a_prev, delta)

    @weight_gradient.combination("divided-by-m-again", "another-mistake")
    def _(a_prev, delta):                                    # both at once; told together
        ...

`cases(rng)` is called with two seeds; a function must be right on both. The sizes given by name
to `generic` (m, n_in, k, …) are those that a wrong factor may be made of. A case's arguments are
copied for every call, so a callable that records its calls is an object with `__call__`, never a
closure. What is compared is the returned value (containers, shapes, numbers to a relative 1e-6),
the error, and the arguments changed in place. A reference that raises asks for a refusal.

A mistake that holds a number which may be any (a rate, a cut-off) has `when=test` beside its one
version: a test of (result, *args) that every version meets in every generic call, and no right one.

A mistake's docstring is what the learner is told: one to three sentences, what the numbers show,
why, and where to look; never the formula of the answer. All mistakes of an exercise must differ
in their outcomes, and each must differ from the reference on some probe.

Options of `exercise`: `observe` (call → value to compare instead of the result: for free
exercises, a dict of named properties; `call.args`, `call.after`, `call.result`), `may_change`
(parameters that may be changed in place), `properties` (text → test of (result, *args), named
when broken), `rtol`, `dtype` ("float" or "int" where it is promised), `seconds` (limit of a call),
`remark` (call → sentence or None, said when it passes; as `observe`), `graded` (for points: its
file lies with the solutions, and no list of exercises for practice has it). A case takes
`observe`, too, for a special input on which only a property counts, and `kwargs`.
"""

import functools
import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from nnlib.exercises import integrity, naming, outcomes, progress, report
from nnlib.exercises.stub import is_stub

SEEDS = (0, 1)
REGISTRY = {}


class UnknownExercise(ValueError):
    """There is no exercise of that name."""


@dataclass(frozen=True)
class Mistake:
    """A wrong version of an exercise, and what a learner who wrote it is told."""

    slug: str
    function: object
    message: str
    ask: str = ""
    when: object = None


class Exercise:
    """A reference function with its probes and its mistakes. Calling it calls the reference."""

    def __init__(self, reference, lesson, cases, **options):
        functools.update_wrapper(self, reference)
        self.name, self.lesson = reference.__name__, lesson
        self.reference, self.cases = reference, cases
        self.mistakes, self.combinations, self.alternatives = {}, {}, []
        self.parameters = outcomes.parameters(reference)
        self.observe = options.pop("observe", None)
        self.may_change = options.pop("may_change", ())
        self.properties = options.pop("properties", {})
        self.rtol = options.pop("rtol", 1e-6)
        self.dtype = options.pop("dtype", None)
        self.seconds = options.pop("seconds", 5)
        self.remark = options.pop("remark", None)
        self.graded = options.pop("graded", False)
        if options:
            raise TypeError(f"exercise() has no option {', '.join(options)}")
        self._cache = {}

    def __call__(self, *args, **kwargs):
        return self.reference(*args, **kwargs)

    def __repr__(self):
        return f"<exercise {self.name} of lesson {self.lesson}: {len(self.mistakes)} mistakes>"

    def mistake(self, slug, ask="", when=None):
        """Register a wrong version; its docstring is the message.

        `when`: a test of (result, *args) by which the mistake is known where its numbers may vary.
        """
        if slug in self.mistakes:
            raise ValueError(f"{self.name} has two mistakes called {slug!r}")

        def register(function):
            message = " ".join((inspect.getdoc(function) or "").split())
            self.mistakes[slug] = Mistake(slug, function, message, ask, when)
            return function

        return register

    def combination(self, first, second):
        """Register a version with two mistakes at once, whose messages are told together."""
        told = [self.mistakes[slug].message for slug in (first, second)]
        slug = f"{first} + {second}"
        if slug in self.combinations:
            raise ValueError(f"{self.name} has two combinations called {slug!r}")

        def register(function):
            message = f"Two things at once. First: {told[0]} Second: {told[1]}"
            self.combinations[slug] = Mistake(slug, function, message)
            return function

        return register

    def known(self, slug):
        """The mistake or the combination of two that is called `slug`."""
        return self.mistakes.get(slug) or self.combinations[slug]

    def also_right(self, function):
        """Register another right version, which must pass."""
        self.alternatives.append(function)
        return function

    def probes(self, seed):
        """The cases for one seed."""
        return self._cached(("cases", seed), lambda: list(self.cases(np.random.default_rng(seed))))

    def outcome(self, slug, seed, i):
        """What a mistake, or the reference (slug None), does on probe number i of a seed."""
        function = self.known(slug).function if slug else self.reference
        case = self.probes(seed)[i]
        return self._cached((slug, seed, i), lambda: outcomes.run(function, case, self))

    def outcomes(self, slug, seed):
        """The outcomes of a mistake, or of the reference, on all probes of a seed."""
        return [self.outcome(slug, seed, i) for i in range(len(self.probes(seed)))]

    def _cached(self, key, make):
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]


def exercise(lesson, cases, **options):
    """Decorator that makes a reference function an exercise; options as in this file's guide."""

    def register(reference):
        made = Exercise(reference, lesson, cases, **options)
        REGISTRY[made.name] = made
        return made

    return register


def exercises(graded=False):
    """The exercises for practice in the order of the lessons, or the graded ones now loaded."""
    for module in pkgutil.iter_modules(importlib.import_module("nnlib.exercises").__path__):
        if module.name.startswith("lesson"):
            importlib.import_module(f"nnlib.exercises.{module.name}")
    found = [made for made in REGISTRY.values() if made.graded == graded]
    return sorted(found, key=lambda made: made.lesson)


def lessons():
    """The lesson of every exercise that is loaded, by its name."""
    return {made.name: made.lesson for made in REGISTRY.values()}


def find(name):
    """The exercise called `name`; UnknownExercise, with names that are close, if there is none."""
    if isinstance(name, Exercise):
        return name
    if name not in REGISTRY:
        exercises()
    if name not in REGISTRY:
        close = get_close_matches(name, REGISTRY, 3, 0.5)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownExercise(
            f"There is no exercise called {name!r}.{hint} "
            'A function of another name can be checked with check(f, exercise="…").'
        )
    return REGISTRY[name]


def diagnose(f, exercise=None, seeds=SEEDS):
    """The Diagnosis of `f` as the exercise of its own name, or of the one given; never raises
    for what `f` does.

    UnknownExercise where there is no such exercise, TypeError where `f` is not a function.
    """
    if not callable(f):
        raise TypeError(
            f"check() takes the function itself, as in check(sigmoid), not a {type(f).__name__}."
        )
    found = find(exercise or _name(f))
    if is_stub(f):
        return report.Diagnosis(
            found.name,
            "not attempted",
            message="Until your own passes, the lesson goes on with the library's version.",
        )
    replaced = integrity.restore()
    diagnosis = naming.name(found, f, seeds, lessons())
    if replaced:
        names = ", ".join(f"`{name}`" for name in replaced)
        diagnosis.remarks.append(f"{names} had been replaced in this kernel and was put back.")
    return diagnosis


def check(f, exercise=None):
    """`f` if it passes, the library's version if it is not attempted; raises NotRight otherwise."""
    diagnosis = diagnose(f, exercise)
    progress.record(diagnosis.exercise, diagnosis.status)
    if diagnosis.status in ("wrong", "raised"):
        raise report.NotRight(diagnosis, shown=report.in_ipython() and report.show(diagnosis))
    report.show(diagnosis)
    return f if diagnosis.status == "passed" else _stand_in(find(diagnosis.exercise))


def _stand_in(exercise):
    """The reference, marked, so that checking it does not count as the learner's own work."""

    @functools.wraps(exercise.reference)
    def library_version(*args, **kwargs):
        return exercise.reference(*args, **kwargs)

    library_version.is_stand_in = True
    return library_version


def _name(f):
    """The name of a function, also of one inside functools.partial."""
    name = getattr(f, "__name__", None) or getattr(getattr(f, "func", None), "__name__", None)
    return name or type(f).__name__


def catalogue():
    """Every mistake as a dict: lesson, exercise, mistake, told, ask."""
    return [
        {
            "lesson": made.lesson,
            "exercise": made.name,
            "mistake": mistake.slug,
            "told": mistake.message,
            "ask": mistake.ask,
        }
        for made in exercises()
        for mistake in made.mistakes.values()
    ]

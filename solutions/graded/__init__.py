"""Graded problems: the answers that stand in no learner's files, and `grade`, which awards points.

One file per lesson, `lessonNN.py`, written like the exercises for practice in nnlib/exercises, with
`graded=True`. Hidden tests in the lessons' sources call `grade`.
"""

import ast
import builtins
import functools
import importlib
import os
import pkgutil
import re
from pathlib import Path

from nnlib.exercises import diagnose, engine, outcomes, report

SEED = "NNLIB_CLASS_SEED"
FEWEST_WORDS, MOST_SENTENCES = 4, 6  # a number alone may stand in the engine's code by chance
SIZES, GIVEN = re.compile(r"\([^()]*\d[^()]*\)"), re.compile(r" \(for [^()]*\)")
ORDER = re.compile(r"(?:Two|Three) things at once\. |(?:First|Second|Third)[^:.]*: ")
STATUS_SAYS_IT = {"passed": "", "not attempted": "Nothing is written here yet."}
NOTHING_KNOWN = "The result is not the right one."


def grade(f, exercise=None):
    """Show whether `f` is right on the class's own inputs; NotRight unless it is.

    `exercise` names the exercise, of a graded problem or of practice; without it, the function's
    own name does. Nothing that is shown or raised holds an input, an expected result or a text of
    the learner's function.
    """
    found = _find(exercise or engine._name(f))
    diagnosis = _safe(found, diagnose(f, found, seeds=seeds()))
    shown = report.in_ipython() and report.show(diagnosis)
    if diagnosis.status != "passed":
        raise report.NotRight(diagnosis, shown)
    if not shown:
        report.show(diagnosis)


def seeds():
    """The two seeds of the class's inputs: NNLIB_CLASS_SEED, a whole number, and the next one."""
    first = int(os.environ.get(SEED, "2"))
    return first, first + 1


def load():
    """All graded exercises, in the order of the lessons."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return engine.exercises(graded=True)


def _find(name):
    if name not in engine.REGISTRY:
        load()
    return engine.find(name)


# --- what may be told -----------------------------------------------------------------------


def _safe(exercise, diagnosis):
    """The Diagnosis without what could carry an input out: example, values, the learner's texts."""
    error = diagnosis.example and diagnosis.example.got
    error = error if isinstance(error, BaseException) else None
    slug, told = diagnosis.mistake, _message(exercise, diagnosis, error)
    if (
        error is not None and slug == type(error).__name__
    ):  # an error that the engine has no word for
        slug, told = _kind(error), _stopped(error)
    remarks = [remark for remark in diagnosis.remarks if _is_ours(remark, exercise)]
    return report.Diagnosis(exercise.name, diagnosis.status, slug, told, remarks)


def _kind(error):
    """The nearest of Python's own exceptions: a class of one's own may be called anything."""
    kinds = type(error).__mro__
    return next(k.__name__ for k in kinds if vars(builtins).get(k.__name__) is k)


def _stopped(error):
    return f"Your function stopped with {_kind(error)}."


def _message(exercise, diagnosis, error):
    """A mistake's own message; else those of the engine's sentences that hold nothing of a call."""
    if diagnosis.status in STATUS_SAYS_IT:
        return STATUS_SAYS_IT[diagnosis.status]
    if diagnosis.mistake in exercise.mistakes or diagnosis.mistake in exercise.combinations:
        return diagnosis.message
    if diagnosis.mistake in ("parameters", "parameter-order"):
        return f"It should take {', '.join(f'`{p}`' for p in exercise.parameters)}, in this order."
    text = SIZES.sub("(…)", GIVEN.sub("", ORDER.sub("", diagnosis.message)))
    sentences = re.split(r"(?<=[.?!])\s+", text)
    # The first sentence on special inputs says what is special, in our own words.
    said = [sentences.pop(0)] if diagnosis.mistake == "special-inputs" else []
    said += [_stopped(error)] if error is not None else []
    may_be_told = _is_ours if error is not None else _is_plain
    told = [sentence for sentence in sentences if may_be_told(sentence, exercise)]
    said += [sentence[0].upper() + sentence[1:] for sentence in told]
    return " ".join(list(dict.fromkeys(said))[:MOST_SENTENCES]) or NOTHING_KNOWN


def _is_ours(text, exercise):
    """Whether a text stands word for word in the engine or the exercise: none made of values."""
    words = text.strip(" .").lower()
    return len(words.split()) >= FEWEST_WORDS and words in _engine() + _catalogue(exercise)


def _is_plain(text, exercise):
    """Whether a text has only names of the exercise and words of ours, and no number of a call."""
    rest = functools.reduce(lambda t, note: t.replace(note, ""), _notes(exercise), text)
    names, rest = re.findall(r"`([^`]*)`", rest), re.sub(r"`[^`]*`", "", rest)
    words = re.findall(r"[^\W\d]{2,}", rest.lower())
    known = set(re.findall(r"[^\W\d]{2,}", _engine() + _catalogue(exercise)))
    numbers = re.search(r"\d", re.sub(r"\bresult \d\b|\b2\b(?!\.\d)", "", rest))
    plain = not numbers and {*names} <= _names(exercise) and {*words} <= known
    return plain or _is_ours(text, exercise)


def _notes(exercise):
    """What is special about the special inputs, in words; the longest first."""
    notes = {case.note for seed in seeds() for case in exercise.probes(seed)}
    return sorted(notes - {""}, key=len, reverse=True)


def _names(exercise):
    """The names that the exercise itself uses: parameters, and entries of a dict that is asked."""
    right = exercise.outcome(None, seeds()[0], 0).value
    return {*exercise.parameters, *outcomes.parts(right)}


@functools.cache
def _engine():
    """All texts that stand in the engine's code as they are told, in small letters."""
    found = []
    for path in sorted(Path(engine.__file__).parent.glob("[!l]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    return "\n".join(text.lower() for text in found if isinstance(text, str))


def _catalogue(exercise):
    """The messages of an exercise's mistakes, in small letters."""
    return "\n".join(mistake.message.lower() for mistake in exercise.mistakes.values())

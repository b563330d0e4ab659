"""Makes the tables of docs/feedback.md: how wrong functions are named, what passes, and how fast.

The first is measured here on a fixed set of wrong functions, in half a minute; the others come
from recorded runs in benchmarks/results.
"""

import collections
import json
import re

from course import beginners, mutations
from nnlib.exercises import diagnose, exercises
from nnlib.exercises.engine import find

PAGE = mutations.ROOT / "docs" / "feedback.md"
SPEED = mutations.ROOT / "benchmarks" / "results" / "feedback_speed.json"
MUTANTS, SEED = 8, 1  # of each exercise, beside the beginners' attempts
NAMES = ("catalogue", "relation", "error", "generic")

# Why functions that were changed and still pass are right: (name, argument, test of a record).
# The first test that holds decides; every accepted function must find its group.
GROUPS = [
    (
        "laws of arithmetic",
        "a + b = b + a, 2 · ½ = 1, −(−a) = a; one over another order of the same factors.",
        r"operands of [*+] swapped|minus added.*(square|abs|minus)|factor 2 added.*halved",
    ),
]


def naming():
    """[lesson, exercise, mistakes, tried, refused, one count for each of NAMES] of each exercise."""
    tried = collections.defaultdict(list)
    for attempt in beginners.load():
        found = diagnose(attempt.function, attempt.exercise)
        tried[attempt.exercise].append(mutations.named(found, find(attempt.exercise)))
    for row in mutations.try_all(mutations.share_out(exercises(), MUTANTS * len(exercises()), SEED)):
        if row["judge"]:  # those that are wrong
            tried[row["task"][0]].append(row["named"])
    return [_naming_row(exercise, tried[exercise.name]) for exercise in exercises()]


def _naming_row(exercise, names):
    count = collections.Counter(names)
    known = len(exercise.mistakes)
    refused = sum(count[name] for name in NAMES)
    return [exercise.lesson, exercise.name, known, len(names), refused, *(count[n] for n in NAMES)]

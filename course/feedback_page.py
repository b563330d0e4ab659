"""Makes the tables of docs/feedback.md: how wrong functions are named, what passes, and how fast.

The first is measured here on a fixed set of wrong functions, in about half a minute; the others
come from recorded runs in benchmarks/results.
"""

import collections
import json
import re

from course import beginners, equivalent, mutations
from nnlib.exercises import diagnose, exercises
from nnlib.exercises.engine import find

PAGE = mutations.ROOT / "docs" / "feedback.md"
SPEED = mutations.ROOT / "benchmarks" / "results" / "feedback_speed.json"
MUTANTS, SEED = 6, 1  # of each exercise, beside the beginners' attempts
NAMES = ("catalogue", "relation", "error", "generic")


# --- how wrong functions are named ----------------------------------------------------------


def diagnosed():
    """(attempt, diagnosis) of every beginner's attempt."""
    return [(a, diagnose(a.function, a.exercise)) for a in beginners.load()]


def naming(attempts=None):
    """[lesson, exercise, mistakes, tried, refused, a count for each of NAMES] of each exercise.

    attempts: what `diagnosed` gave, if that is known already.
    """
    tried = collections.defaultdict(list)
    for attempt, found in attempts or diagnosed():
        tried[attempt.exercise].append(mutations.named(found, find(attempt.exercise)))
    tasks = mutations.share_out(exercises(), MUTANTS * len(exercises()), SEED)
    for row in mutations.try_all(tasks):
        if row["judge"]:  # the others are right
            tried[row["task"][0]].append(row["named"])
    return [_naming_row(exercise, tried[exercise.name]) for exercise in exercises()]


def _naming_row(exercise, names):
    count = collections.Counter(names)
    refused = sum(count[name] for name in NAMES)
    numbers = [len(exercise.mistakes), len(names), refused, *(count[name] for name in NAMES)]
    return [exercise.lesson, exercise.name, *numbers]


def naming_table(rows):
    """The rows of `naming` as Markdown, with a line for all."""
    head = ["lesson", "exercise", "mistakes", "tried", "refused", "named by the catalogue"]
    head += ["by a relation", "error explained", "described only"]
    total = ["", "all", *(sum(row[i] for row in rows) for i in range(2, len(head)))]
    return table(head, [[row[0], f"`{row[1]}`", *row[2:]] for row in rows] + [total])


# --- from recorded runs ---------------------------------------------------------------------


def mutations_table(record):
    """What became of the recorded mutants of each exercise."""
    head = ["exercise", "tried", "refused", "passed and right", "passed and wrong"]
    rows = [[f"`{name}`", *_fates(count)] for name, count in record["exercises"].items()]
    total = ["all", *(sum(row[i] for row in rows) for i in range(1, len(head)))]
    return table(head, [*rows, total])


def _fates(count):
    return (
        count["tried"],
        count["tried"] - count["equal"] - count["hole"],
        count["equal"],
        count["hole"],
    )


def equivalent_table(record):
    """The recorded mutants that pass and are right, in groups, each with the argument why."""
    groups = collections.defaultdict(list)
    for row in record["equal"]:
        groups[equivalent.group(row)].append(row)
    rows = [
        [name, len(groups[name]), argument, _example(groups[name])]
        for name, argument in equivalent.ARGUMENTS.items()
        if groups[name]
    ]
    return table(["group", "functions", "why they are right", "for example"], rows)


def _example(rows):
    """The shortest change of a group."""
    row = min(rows, key=lambda row: (len(row["changed"]), row["changed"]))
    lines = [line[1:].strip() for line in row["changed"].splitlines() if line[0] == "+"]
    code = lines[0].replace("|", "\\|") if lines else "a line left out"
    return f"`{row['exercise']}`: `{code}`"


def speed_table(record):
    """The seconds of a first check of each exercise."""
    head = ["exercise", "right function", "median of wrong ones", "slowest", "limit"]
    keys = ("right", "median", "slowest", "limit")
    rows = record["seconds of a first check"].items()
    return table(head, [[f"`{name}`", *(f"{row[key]:.2f}" for key in keys)] for name, row in rows])


# --- the page -------------------------------------------------------------------------------


def table(head, rows):
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def parts(rows):
    """{name of a part of the page: its text} for all parts but the hand-written ones."""
    record = json.loads(mutations.RECORD.read_text())
    return {
        "naming": naming_table(rows),
        "mutations": mutations_table(record),
        "equivalent": equivalent_table(record),
        "speed": speed_table(json.loads(SPEED.read_text())),
    }


def split(text):
    """{name: text} of the derived parts of the page."""
    return dict(re.findall(r"<!-- (\w+) begins -->\n\n(.*?)\n\n<!-- \1 ends -->", text, re.S))


def write(rows):
    """Put all derived parts into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, part in parts(rows).items():
        old = re.compile(rf"(<!-- {name} begins -->\n).*?(<!-- {name} ends -->)", re.S)
        text = old.sub(lambda m, part=part: f"{m[1]}\n{part}\n\n{m[2]}", text)
    PAGE.write_text(text, encoding="utf-8")

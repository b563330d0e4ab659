"""Measure how long each section of a lesson takes, and compare with the table at its top.

`python3 -m course times` prints the table that each lesson should have. The rules, in minutes:
one of reading for 150 words or 10 lines of code (pictures are looked at meanwhile; hints are not
counted). An exercise takes 3, and 1 more for each line of its solution, or what EXERCISE_MINUTES
says; a graded one, which has no hints, 2 more; a prediction or an interactive figure 1; a question
of the quiz half of one.
"""

import argparse
import re
import sys
from collections import defaultdict

from course.files import ROOT
from course.lesson_names import UnknownLesson, named_sources
from course.lesson_text import is_exercise, is_graded, lessons, shown_lines
from course.markers import SOLUTION, regions
from course.sources import CHECK

WORDS, LINES = 150, 10
FORMULA_WORDS = 10
EXERCISE, SOLUTION_LINE, GRADED, PREDICTION, QUESTION, FIGURE = 3, 1, 2, 1, 0.5, 1
# Short solutions that take thought, and a long one that is typed fast.
EXERCISE_MINUTES = {"numerical_gradient": 10, "chain_rule": 8, "output_delta": 7, "hidden_delta": 8}
SECTION_TOLERANCE, TOTAL_TOLERANCE = 2, 5
BEFORE = ""
ROW = re.compile(r"^\|(.+?)\|\s*(?:(\d+) min)?\s*\|\s*(?:(\d+) min)?\s*\|\s*$")
TOTAL = re.compile(r"\*\*Time\*\*\D*(\d+) minutes")
WIDGETS = re.compile(r"^from nnlib\.widgets import (\([^)]*\)|.+)$", re.MULTILINE)


def main(argv):
    """Run the command with `argv`; the exit code is 1 if a table is off, 2 for misuse."""
    parser = argparse.ArgumentParser(prog="course times", description="Measure the lessons' times.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a lesson; all if none is named")
    try:
        wanted = named_sources(ROOT, parser.parse_args(argv).names)
    except UnknownLesson as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    off = []
    for lesson in lessons(ROOT):
        if lesson.path in wanted:
            print(f"{lesson.name}\n{table(measured(lesson))}\n")
            off += differences(lesson)
    for sentence in off:
        print(sentence, file=sys.stderr)
    return 1 if off else 0


def measured(lesson):
    """The minutes of each section: a dict from its title to (reading, exercises), not rounded."""
    times = defaultdict(lambda: [0.0, 0.0])
    widgets = _widgets(lesson)
    for block in lesson.blocks:
        times[block.section][0] += _reading(block)
        times[block.section][1] += _doing(block, widgets)
    before = times.pop(BEFORE, [0.0, 0.0])  # title and outcomes: read with the first section
    first = next(iter(times), BEFORE)
    times[first] = [times[first][i] + before[i] for i in (0, 1)]
    return {title: tuple(pair) for title, pair in times.items()}


def _reading(block):
    if block.folded.startswith("Hint"):
        return 0
    if block.kind == "code":
        unread = is_exercise(block) or CHECK.search(block.text) or is_graded(block)
        return 0 if unread else len(shown_lines(block)) / LINES
    if block.kind == "fence":
        return sum(bool(line.strip()) for line in block.text.splitlines()) / LINES
    if block.kind == "formula":
        return FORMULA_WORDS / WORDS
    return len(block.words.split()) / WORDS


def _doing(block, widgets):
    if block.kind == "code" and is_exercise(block):
        return _exercise(block)
    if block.kind == "code":
        return FIGURE * bool(re.search(rf"^(?:{widgets})\(", block.text, re.MULTILINE))
    if block.heading == "Quiz" and re.match(r"\*\*\d+\.", block.text):
        return QUESTION
    return PREDICTION * block.text.startswith("**Predict")


def _exercise(block):
    if block.cell.id in EXERCISE_MINUTES:
        return EXERCISE_MINUTES[block.cell.id]
    lines = block.cell.lines
    solution = [r for r in regions(lines, "") if r.kind == SOLUTION]
    written = [line for r in solution for line in lines[r.first + 1 : r.last] if line.text.strip()]
    return EXERCISE + SOLUTION_LINE * len(written) + GRADED * is_graded(block)


def _widgets(lesson):
    """A pattern of the functions of nnlib.widgets as the lesson calls them."""
    imported = " ".join(" ".join(WIDGETS.findall(block.text)) for block in lesson.of("code"))
    return "|".join([r"widgets\.\w+", *re.findall(r"\w+", imported)])


def table(times):
    """The lines that a lesson should have at its top, for the minutes that were measured."""
    rows = [
        f"**Time** {total(times)} minutes.",
        "",
        "| section | reading | exercises |",
        "|---|---|---|",
    ]
    for title, pair in times.items():
        cells = [f" {whole(value)} min |" if whole(value) else " |" for value in pair]
        rows.append(f"| {title} |{''.join(cells)}")
    return "\n".join(rows)


def whole(minutes):
    """The nearest whole number of minutes; a half goes up."""
    return int(minutes + 0.5)


def total(times):
    """All minutes together, rounded to five, as one plans an evening."""
    return 5 * round(sum(sum(pair) for pair in times.values()) / 5)


def stated(lesson):
    """What the lesson says itself: (minutes in all or None, {title: (reading, exercises)})."""
    text = lesson.path.read_text(encoding="utf-8")
    said = TOTAL.search(text)
    rows = {}
    for line in text.split("\n## ")[0].splitlines():
        row = ROW.match(line)
        if row:
            rows[row[1].strip()] = (int(row[2] or 0), int(row[3] or 0))
    return (int(said[1]) if said else None), rows


def differences(lesson):
    """Where a lesson's own table is off by more than the tolerance: a list of sentences."""
    times, (minutes, rows) = measured(lesson), stated(lesson)
    found = []
    if minutes is None:
        found.append(f"{lesson.name}: says no **Time** … minutes.")
    elif abs(minutes - sum(sum(pair) for pair in times.values())) > TOTAL_TOLERANCE:
        found.append(f"{lesson.name}: says {minutes} minutes in all, measured {total(times)}.")
    for title in [*times, *(title for title in rows if title not in times)]:
        found += _compare(lesson, title, rows.get(title), times.get(title))
    return found


def _compare(lesson, title, said, real):
    if real is None:
        return [f"{lesson.name}: the table has a row {title!r}, and there is no such section."]
    if said is None:
        return [f"{lesson.name}: the table has no row for the section {title!r}."]
    return [
        f"{lesson.name}: {title!r} says {a} min for {what}, measured {b:.1f}."
        for what, a, b in zip(("reading", "exercises"), said, real, strict=True)
        if abs(a - b) > SECTION_TOLERANCE
    ]

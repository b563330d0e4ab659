"""Print the catalogue of mistakes: `python3 -m course mistakes --lesson 04`.

For each mistake: the exercise, its name, what learners are told, and a question to ask the room.
`--summary` says how wrong functions are named, and `--write` puts that into docs/feedback.md.
"""

import argparse
import functools
import shutil
import textwrap

from course import feedback_page
from nnlib.exercises import catalogue

TITLES = {
    **{"exercise": "exercise", "mistake": "mistake"},
    **{"told": "what learners are told", "ask": "question to ask the room"},
}
SHARES = {"exercise": 0.15, "mistake": 0.19, "told": 0.43, "ask": 0.23}  # of the width


def main(argv):
    """Run the command with `argv` and return its exit code."""
    options = parse(argv)
    if options.summary or options.write:
        rows = feedback_page.naming()
        if options.write:
            feedback_page.write(rows)
        print(feedback_page.naming_table(rows))
        return 0
    rows = chosen(catalogue(), options.lesson, options.exercise)
    if not rows:
        print("There is no such lesson or exercise; `python3 -m course mistakes` prints all.")
        return 2
    width = max(shutil.get_terminal_size((140, 40)).columns, 100)
    print(markdown(rows) if options.markdown else plain(rows, width))
    return 0


def parse(argv):
    """The options in `argv`."""
    parser = argparse.ArgumentParser(prog="course mistakes", description=__doc__.split("\n")[0])
    parser.add_argument("--lesson", help="only this lesson: 04")
    parser.add_argument("--exercise", help="only this exercise: weight_gradient")
    parser.add_argument("--markdown", action="store_true", help="as Markdown tables")
    parser.add_argument("--summary", action="store_true", help="how wrong functions are named")
    parser.add_argument("--write", action="store_true", help="the tables of docs/feedback.md anew")
    return parser.parse_args(argv)


def chosen(rows, lesson=None, exercise=None):
    """The rows of one lesson (a number, with or without its 0) or one exercise, or all."""
    return [
        row
        for row in rows
        if (lesson is None or row["lesson"] == lesson.zfill(2))
        and (exercise is None or row["exercise"] == exercise)
    ]


def plain(rows, width):
    """A table in plain text, `width` characters wide; long texts are wrapped in their columns."""
    widths = {key: int((width - 6) * share) for key, share in SHARES.items()}
    lines, before = [*_line(TITLES, widths), "-" * width], None
    for row in rows:
        if before and before != row["exercise"]:
            lines.append("")
        lines += _line(
            row | {"exercise": row["exercise"] if before != row["exercise"] else ""}, widths
        )
        before = row["exercise"]
    return "\n".join(lines)


def _line(row, widths):
    """One row of the table as lines of text."""
    wrap = functools.partial(textwrap.wrap, break_on_hyphens=False)
    cells = [wrap(row[key], widths[key]) or [""] for key in TITLES]
    height = max(map(len, cells))
    columns = [
        [piece.ljust(width) for piece in cell + [""] * (height - len(cell))]
        for cell, width in zip(cells, widths.values(), strict=True)
    ]
    return ["  ".join(pieces).rstrip() for pieces in zip(*columns, strict=True)]


def markdown(rows):
    """A Markdown table for each exercise, under a heading."""
    blocks = []
    for name in dict.fromkeys(row["exercise"] for row in rows):
        own = [row for row in rows if row["exercise"] == name]
        head = ["mistake", "told", "ask"]
        lines = [f"## Lesson {own[0]['lesson']}: `{name}`", ""]
        lines += [_cells(TITLES[key] for key in head), _cells("---" for _ in head)]
        lines += [_cells(row[key].replace("|", "\\|") for key in head) for row in own]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _cells(cells):
    return f"| {' | '.join(cells)} |"

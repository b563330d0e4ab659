"""Write the instructor's page on a class's marks: `python3 -m course class report FOLDER`.

What it says comes from the gradebook, from the graded notebooks and from the records of grading;
it can be made at any time, also while grading runs.
"""

import argparse
import collections
import contextlib
import inspect
import re
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from course import class_alike, class_records
from course.class_folder import ClassFolder
from course.class_grade import handed_in
from course.class_reading import printable
from course.class_students import Students
from course.files import ROOT, write_atomically

TEMPLATE = Path(__file__).with_name("class_report.html")
PAIRS = 30  # pairs that are shown side by side
WRONG = ("wrong", "raised")
NOTED = {"exercise": None, "status": "", "mistake": None, "message": ""}
OLDER = "The marks are those of an earlier submission."
WAITING = "Not graded yet."
UNNAMED = "none that is known by name"


@dataclass
class Row:
    """What is told of one student."""

    student: str
    name: str = ""
    status: str = ""  # graded, unreadable, failed, waiting, or "" where nothing was handed in
    remarks: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)  # of each grade cell: (mark, maximum, by hand)
    found: dict = field(default_factory=dict)  # of each grade cell: what the judge noted
    answers: list = field(default_factory=list)  # code

    @property
    def shown(self):
        """The name, and the id where that is another one."""
        return f"{self.name} ({self.student})" if self.name else self.student

    @property
    def total(self):
        """The sum of the marks; None where there are none."""
        return sum(mark for mark, *_ in self.marks.values()) if self.marks else None


@dataclass
class Mistake:
    """A mistake of the class: what it is called, what is said about it, and who made it."""

    exercise: str
    name: str
    message: str
    ask: str
    who: list


def main(argv):
    """Run the command with `argv` and return its exit code; raises ClassError."""
    parser = argparse.ArgumentParser(
        prog="course class report",
        description="Write FOLDER/report: marks, mistakes of the class, what could not be read, "
        "and submissions that are unusually alike.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the class's folder")
    parser.add_argument("--lesson", metavar="01", help="one assignment; without it, all")
    options = parser.parse_args(argv)
    folder = ClassFolder(options.folder)
    chosen = [folder.assignment(options.lesson)] if options.lesson else folder.assignments()
    for assignment in chosen:
        report = Report(folder, assignment)
        if options.lesson or any(row.status for row in report.rows):
            path = folder.path / "report" / f"{assignment}.html"
            write_atomically(path, page(report))
            print(text(report), f"\nThe whole report: {path}\n", sep="\n")
    return 0


class Report:
    """Everything that is told of one assignment of a class."""

    def __init__(self, folder, assignment):
        self.folder, self.assignment = folder, assignment
        self.source = _notebook(folder.path / "source" / assignment / f"{assignment}.ipynb")
        self.parts = {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
            for cell in self.source.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        with class_records.gradebook(folder.path) as book:
            self.marks = class_records.final_marks(book, assignment)
        self.rows = [self._row(*known) for known in self._students()]
        self.mistakes = mistakes(self.rows)
        self.unread = [row for row in self.rows if row.status in ("unreadable", "failed")]
        self.repaired = [row for row in self.rows if row.status == "graded" and row.remarks]
        self.alike = self._alike()

    @property
    def most(self):
        """The points that can be had."""
        return sum(self.parts.values())

    def _students(self):
        """(id, name) of everybody in the table of students, the gradebook or the submissions."""
        names = {row["id"]: row["name"] for row in Students(self.folder).rows}
        handed = handed_in(self.folder.path / "submitted", self.assignment)
        recorded = class_records.students(self.folder.path, self.assignment)
        known = {*names, *handed, *recorded, *self.marks}
        return sorted(((one, names.get(one, "")) for one in known), key=_by_name)

    def _row(self, student, name):
        root = self.folder.path
        row = Row(student, name, marks=self.marks.get(student, {}))
        record = class_records.read(root, self.assignment, student)
        handed = root / "submitted" / student / self.assignment
        row.status = record.get("status") or ("waiting" if handed.exists() else "")
        row.remarks = list(record.get("notes", []))
        if row.status in ("unreadable", "failed"):
            row.remarks = [record["reason"], *([OLDER] if row.marks else [])]
        elif row.status == "waiting":
            row.remarks = [WAITING]
        if row.status == "graded":
            self._read_graded(row)
        return row

    def _read_graded(self, row):
        """Take the judge's notes and the answers from the graded notebook."""
        path = self.folder.path / "autograded" / row.student / self.assignment
        try:
            notebook = _notebook(path / f"{self.assignment}.ipynb")
        except (OSError, ValueError):
            row.remarks.append("The graded notebook is gone; grade again.")
            return
        for cell in notebook.cells:
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("grade") and "nnlib" in cell.metadata:
                row.found[mark.get("grade_id")] = NOTED | dict(cell.metadata.nnlib)
            elif mark.get("solution") and cell.cell_type == "code":
                row.answers.append(cell.source)

    def _alike(self):
        """[(share, row, row)] of the answers that are unusually alike."""
        rows = {row.student: row for row in self.rows if row.answers}
        answers = {student: row.answers for student, row in rows.items()}
        found = class_alike.pairs(answers, self._known_code())
        return [(share, rows[one], rows[other]) for share, one, other in found]

    def _known_code(self):
        """The code of the answers that the course itself has."""
        cells = [c for c in self.source.cells if c.metadata.get("nbgrader", {}).get("solution")]
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        for name in {told["exercise"] for row in self.rows for told in row.found.values()}:
            exercise = _exercise(name)
            for function in exercise.alternatives if exercise else ():
                with contextlib.suppress(OSError, TypeError):
                    code.append(textwrap.dedent(inspect.getsource(function)))
        return code


def _notebook(path):
    import nbformat

    return nbformat.read(path, as_version=4)


def _by_name(known):
    student, name = known
    return (name or student).casefold(), student


# --- the mistakes of a class ----------------------------------------------------------------


def mistakes(rows):
    """The mistakes that rows tell of, the most frequent first."""
    groups = collections.defaultdict(list)
    for row in rows:
        for told in row.found.values():
            if told["status"] in WRONG:
                groups[told["exercise"], told["mistake"]].append((row, told))
            elif told["status"] == "failed":
                groups[None, told["message"]].append((row, told))
            elif told["status"] == "not attempted":
                groups[told["exercise"], "not attempted"].append((row, told))
    found = [_mistake(*group, made) for group, made in groups.items()]
    return sorted(found, key=lambda one: (-len(one.who), one.exercise, one.name))


def _mistake(exercise, name, made):
    """The Mistake that several rows have in common."""
    who = [row for row, _ in made]
    messages = collections.Counter(told["message"] or "" for _, told in made)
    message = messages.most_common(1)[0][0]
    if exercise is None:
        return Mistake("", "could not be graded", message, "", who)
    found = _exercise(exercise)
    known = found.mistakes.get(name) if found else None
    return Mistake(exercise, name or UNNAMED, message, known.ask if known else "", who)


def _exercise(name):
    """The exercise called `name`, or None."""
    if not name:
        return None
    if str(ROOT / "solutions") not in sys.path:
        sys.path.insert(0, str(ROOT / "solutions"))
    import graded
    from nnlib.exercises import engine

    if name not in engine.REGISTRY:
        graded.load()
    return engine.REGISTRY.get(name)


# --- the page -------------------------------------------------------------------------------


def page(report):
    """The HTML of a report; whatever comes from students is escaped."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(points=points, code=with_code)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    pairs = [
        (f"{100 * share:.0f} %", [(one, _lines(one, other)), (other, _lines(other, one))])
        for share, one, other in report.alike[:PAIRS]
    ]
    return template.render(report=report, pairs=pairs, counts=counts(report), part=part)


def _lines(one, other):
    """[(line, whether the other has it as well)] of the answers of a row."""
    theirs = {"".join(line.split()) for code in other.answers for line in code.splitlines()}
    lines = [line for code in one.answers for line in [*code.splitlines(), ""]]
    return [(line, bool(line.strip()) and "".join(line.split()) in theirs) for line in lines]


def part(grade_id):
    """What a grade cell is about, from its name."""
    return grade_id.removeprefix("points-")


def with_code(message):
    """HTML of a text in which `backticks` mean code."""
    import markupsafe

    escaped = str(markupsafe.escape(message))
    return markupsafe.Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped))


def points(number):
    """A mark as it is shown: 3, 2.5."""
    return "" if number is None else f"{round(number, 2):g}"


def counts(report):
    """How many submissions there are of each kind, in words."""
    count = collections.Counter(row.status for row in report.rows)
    words = {
        "graded": "graded",
        "unreadable": "could not be read",
        "failed": "could not be graded",
        "waiting": "wait to be graded",
        "": "handed nothing in",
    }
    return ", ".join(f"{count[status]} {word}" for status, word in words.items() if count[status])


def text(report):
    """The report for a terminal, in short."""
    width = max([7, *(len(row.shown) for row in report.rows)])
    lines = [f"{report.assignment}: {counts(report) or 'nobody is in this class yet'}"]
    for row in report.rows:
        marks = " ".join(f"{points(mark):>5}" for mark, *_ in row.marks.values())
        total = f"{points(row.total):>6} of {points(report.most)}" if row.marks else ""
        lines.append(f"  {row.shown:<{width}}{marks}{total}  {' '.join(row.remarks)}".rstrip())
    if report.mistakes:
        lines.append("\nMistakes of the class")
    for one in report.mistakes:
        lines.append(f"  {len(one.who):>4}  {one.exercise} {one.name}".rstrip())
    if report.alike:
        lines.append("\nUnusually alike: a hint to look at, not a verdict")
    for share, one, other in report.alike[:PAIRS]:
        lines.append(f"  {100 * share:3.0f} %  {one.shown}, {other.shown}")
    return "\n".join(printable(line) for line in "\n".join(lines).split("\n"))

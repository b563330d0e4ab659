"""What is known of each submission of a class: a small file for each, and the gradebook's marks.

A submission is done when its file was written, which comes last, and the gradebook has the marks
that the file speaks of. Everything is below FOLDER/.class; deleting that costs no mark.
"""

import contextlib
import hashlib
import json
import os
from collections import defaultdict
from pathlib import Path

from course.files import ROOT, write_atomically

PLACE = ".class"
# What a mark depends on, beside the submission and the assignment.
JUDGE = ("course/grading/**/*.py", "course/class_reading.py")
JUDGE += ("nnlib/exercises/*.py", "solutions/graded/*.py")
WAIT = 120  # seconds for the gradebook, while another process writes into it


def version(folder):
    """A hash of all code and settings that marks depend on."""
    files = [path for pattern in JUDGE for path in sorted(ROOT.glob(pattern))]
    files.append(folder.path / "nbgrader_config.py")
    parts = [part for path in files for part in (path.name.encode(), path.read_bytes())]
    return digest(*parts, str(folder.settings["seed"]).encode())


def source_digest(folder, assignment):
    """A hash of an assignment as it was handed out."""
    return digest((folder.path / "source" / assignment / f"{assignment}.ipynb").read_bytes())


def digest(*parts):
    """A hash of byte strings; where one ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def path_of(root, assignment, student, kind="graded"):
    """Where the record of a submission lies (or, of another `kind`, its lock)."""
    return Path(root) / PLACE / kind / assignment / f"{student}.json"


def read(root, assignment, student):
    """The record of a submission, a dict; {} where there is none that can be read."""
    try:
        found = json.loads(path_of(root, assignment, student).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def write(root, assignment, student, record):
    """Write the record of a submission; at any moment the old or the new one is there, whole."""
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path_of(root, assignment, student), text)


def forget(root, assignment, student):
    """Take a record away, so that its submission is graded again."""
    path_of(root, assignment, student).unlink(missing_ok=True)


def students(root, assignment):
    """The students whose submission of `assignment` there is a record of, in order."""
    return sorted(path.stem for path in path_of(root, assignment, "").parent.glob("*.json"))


def is_done(root, assignment, student, record, key, marks):
    """Whether nothing is left to do for a submission with this key and record."""
    if not key or record.get("key") != key:
        return False
    if record["status"] == "unreadable":
        return True
    made = Path(root) / "autograded" / student / assignment / f"{assignment}.ipynb"
    return record["status"] == "graded" and record["marks"] == marks and made.exists()


@contextlib.contextmanager
def locked(root, assignment, student):
    """Hold the right to grade a submission; a process that dies gives it back."""
    path = path_of(root, assignment, student, "locks").with_suffix("")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- the gradebook --------------------------------------------------------------------------


def address(root):
    """The gradebook's address; whoever opens it waits while another process writes."""
    return f"sqlite:///{Path(root) / 'gradebook.db'}?timeout={WAIT}"


@contextlib.contextmanager
def gradebook(root):
    """The class's gradebook, open."""
    from nbgrader.api import Gradebook

    with Gradebook(address(root)) as book:
        yield book


def automatic_marks(book, assignment, student=None):
    """{student: {grade cell: mark or None}} of an assignment, as the judge gave them."""
    found = defaultdict(dict)
    for one, cell, grade in _grades(book, assignment, student):
        found[one][cell.name] = grade.auto_score
    return found


def final_marks(book, assignment, student=None):
    """{student: {grade cell: (mark, maximum, whether a person gave it)}} of an assignment."""
    found = defaultdict(dict)
    for one, cell, grade in _grades(book, assignment, student):
        if grade.auto_score is None and grade.manual_score is None:
            continue  # the gradebook would count it as 0
        by_hand = grade.manual_score is not None or bool(grade.extra_credit)
        found[one][cell.name] = (float(grade.score), float(cell.max_score), by_hand)
    return found


def _grades(book, assignment, student=None):
    from nbgrader import api

    query = (
        book.db.query(api.SubmittedAssignment.student_id, api.GradeCell, api.Grade)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .join(
            api.SubmittedNotebook,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.GradeCell, api.GradeCell.id == api.Grade.cell_id)
        .filter(api.Assignment.name == assignment)
    )
    if student is not None:
        query = query.filter(api.SubmittedAssignment.student_id == student)
    return query

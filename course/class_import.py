"""Take in what Moodle or Canvas delivered: `python3 -m course class import FOLDER DOWNLOAD`.

A student's newest notebook becomes submitted/STUDENT/NN_name/NN_name.ipynb. Older attempts and
other files go to set_aside/NN_name/STUDENT/, and so does what `--replace` puts in another's place.
Nothing is lost without a line that says so.
"""

import argparse
import csv
import io
import json
import os
import shutil
import time
from collections import Counter
from pathlib import Path

from course.class_deliveries import by_student, choose, delivery
from course.class_download import Unreadable, is_system, opened, refusal, shown
from course.class_folder import ClassError, ClassFolder
from course.class_students import Students, table_text, undefused
from course.files import write_atomically

RECORD = "submissions.csv"
FIELDS = ["assignment", "student", "time", "late", "file"]
ASIDE = "set_aside"
UNKNOWN = "unknown"
SUMS = {
    "imported": "submissions taken in",
    "late": "late",
    "replaced": "in place of another",
    "already there": "there already",
    "kept": "not taken, because the student has another one",
    "without": "students without a notebook",
    "refused": "notebooks or files refused",
    "aside": "files set aside",
    "system": "files of operating systems left out",
}
NOT_IN_NAMES = set('\\/:*?"<>|')


def main(argv):
    """Run the command with `argv` and return its exit code: 0, or 1 if nothing could be read."""
    options = parse(argv)
    folder = ClassFolder(options.folder)
    assignment = folder.assignment(options.lesson)
    work = Import(folder, assignment, options.replace)
    with opened(options.download, work.tell) as items:
        work.take(items)
    work.finish()
    return work.report()


def parse(argv):
    """The options of the command, from `argv`."""
    parser = argparse.ArgumentParser(
        prog="course class import",
        description="Take in the submissions to one lesson, as Moodle or Canvas delivers them.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the class, made by `class init`")
    parser.add_argument(
        "download", metavar="DOWNLOAD", help="the zip, or a folder unpacked from it"
    )
    parser.add_argument("--lesson", required=True, metavar="01", help="the lesson handed in")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="let a newer notebook take an earlier one's place, which is kept in set_aside/",
    )
    return parser.parse_args(argv)


class Import:
    """One run of the command: where things go, what was counted, what is to be told."""

    def __init__(self, folder, assignment, replace):
        self.folder, self.assignment, self.replace = folder, assignment, replace
        self.assignments = folder.assignments()
        self.aside = folder.path / ASIDE / assignment
        self.students, self.record = Students(folder), read_record(folder)
        self.count, self.lines, self.new = Counter(), [], []

    def tell(self, line):
        """Keep a line for the report."""
        self.lines.append(line)

    def take(self, items):
        """Take in the Items of a download."""
        deliveries = []
        for item in items:
            found = delivery(item)
            if is_system(item.path):
                self.count["system"] += 1
            elif found:
                deliveries.append(found)
            else:
                self.set_aside(item, UNKNOWN, item.path, "does not say whose it is")
        groups = by_student(deliveries)
        named = [(self.student(group), group) for group in groups]
        self.students.save()  # before the first file is placed, so that ids are never given twice
        for student, group in named:
            self.take_student(student, group)

    def student(self, group):
        """The row of the student whose deliveries `group` is, or None if that cannot be told."""
        first = group[0]
        try:
            return self.students.find(first.name, first.system, first.number, self.assignment)
        except ClassError as error:
            self.tell(f"{shown(first.name)}: {error}")
            return None

    def take_student(self, student, group):
        """Place what one student delivered."""
        attempts = choose(group, self.assignment, self.assignments)
        name = student["id"] if student else UNKNOWN
        for one in attempts.others:
            self.set_aside(one.item, name, one.file, "is no notebook")
        for one in attempts.older:
            self.set_aside(one.item, name, one.file, "is not the newest attempt", "older")
        chosen = attempts.chosen
        if student is None and chosen:
            self.set_aside(chosen.item, name, chosen.file, "is not given to a student")
        elif chosen:
            self.place(student, chosen)
        else:
            self.count["without"] += 1
            self.tell(f"{name} ({shown(group[0].name)}): no notebook, so nothing to grade")

    def place(self, student, chosen):
        """Put the notebook that counts into submitted/, unless another is there already."""
        try:
            data = chosen.item.read()
        except Unreadable as error:
            self.tell(refusal(chosen.item.path, error))
            self.count["refused"] += 1
            return
        target = self.folder.path / "submitted" / student["id"] / self.assignment
        held = target / f"{self.assignment}.ipynb"
        if held.exists() and held.read_bytes() == data:
            self.count["already there"] += 1
            self.note(student, chosen)
            return
        if target.exists() and not self.replace:
            self.count["kept"] += 1
            self.tell(
                f"{student['id']}: has another submission already, which is kept; "
                "--replace takes this one"
            )
            return
        self.put(student, chosen, target, data)

    def put(self, student, chosen, target, data):
        """Write a submission beside its place and move it there whole."""
        part = self.aside / f".{student['id']}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        (part / f"{self.assignment}.ipynb").write_bytes(data)
        if chosen.item.time:
            # In this form, with the zone: nbgrader reads “+0100” after a space as 100 seconds.
            (part / "timestamp.txt").write_text(chosen.item.time.isoformat() + "\n")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            backup = free_name(self.aside / student["id"] / time.strftime("replaced-%Y%m%d-%H%M%S"))
            backup.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, backup)
            self.count["replaced"] += 1
        os.replace(part, target)
        self.count["imported"] += 1
        self.note(student, chosen)
        if not is_notebook(data):
            self.tell(f"{student['id']}: {shown(chosen.file)} cannot be read as a notebook")

    def note(self, student, chosen):
        """Remember a submission for the record, the gradebook and the count of late ones."""
        when = chosen.item.time.isoformat() if chosen.item.time else ""
        row = {"student": student["id"], "time": when, "late": "late" if chosen.late else ""}
        row |= {"assignment": self.assignment, "file": chosen.item.path}
        self.record[self.assignment, student["id"]] = row
        self.new.append(student)
        self.count["late"] += chosen.late

    def set_aside(self, item, student, name, reason, folder=""):
        """Copy a file that does not count into set_aside/ and say so."""
        try:
            data = item.read()
        except Unreadable as error:
            self.tell(refusal(item.path, error))
            self.count["refused"] += 1
            return
        place = self.aside / student / folder
        place.mkdir(parents=True, exist_ok=True)
        path = free_name(place / file_name(name), data)
        path.write_bytes(data)
        self.count["aside"] += 1
        where = path.relative_to(self.folder.path).as_posix()
        self.tell(f"{shown(item.path)}: {reason}; a copy is {where}")

    def finish(self):
        """Write the record, and the students into the gradebook."""
        self.students.save()
        rows = [self.record[key] for key in sorted(self.record)]
        write_atomically(self.folder.path / RECORD, table_text(FIELDS, rows))
        if self.new:
            enter(self.folder, self.new)

    def report(self):
        """Print the lines and the sum, and return the exit code."""
        for line in self.lines:
            print(f"- {line}")
        sums = [f"{self.count[name]} {text}" for name, text in SUMS.items() if self.count[name]]
        print(f"{self.assignment}: {', '.join(sums) or 'nothing to take in'}.")
        return 0 if any(self.count[name] for name in ("imported", "already there", "kept")) else 1


def read_record(folder):
    """What was taken in so far: the rows of submissions.csv by assignment and student."""
    path = folder.path / RECORD
    if not path.exists():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    clean = [{name: undefused(row.get(name) or "") for name in FIELDS} for row in rows]
    return {(row["assignment"], row["student"]): row for row in clean}


def enter(folder, students):
    """Write students and their names into the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(folder.gradebook_url) as gradebook:
        for row in students:
            first, _, last = harmless(row["name"]).rpartition(" ")
            known = {"first_name": first or None, "last_name": last, "email": row["email"] or None}
            gradebook.update_or_create_student(row["id"], **known)


def harmless(name):
    """A name without what a web page would read as markup."""
    return "".join(" " if letter in "<>&\"'`" else letter for letter in name).strip()


def is_notebook(data):
    """True if `data` is JSON with a list of cells."""
    try:
        return isinstance(json.loads(data)["cells"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def file_name(name):
    """The last part of a path as the name of a file here, whatever system it came from."""
    last = name.replace("\\", "/").rstrip("/").split("/")[-1]
    safe = "".join(
        "_" if letter in NOT_IN_NAMES or not letter.isprintable() else letter for letter in last
    )
    stem, dot, ending = safe.strip(" .").rpartition(".")
    return (stem[:80] + dot + ending[:20]) or "file"


def free_name(path, data=None):
    """`path`, or the next of its like, where nothing stands, or a file that holds just `data`."""
    number, candidate = 1, path
    while candidate.exists() and not (data is not None and candidate.read_bytes() == data):
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return Path(candidate)

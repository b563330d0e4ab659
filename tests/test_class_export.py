"""Tests of `course class export`: marks as CSV for Moodle, Canvas and a spreadsheet."""

import csv
import io
import json
import shutil

import pytest
from classroom import make_zip, ready_class

from course import class_export, class_import
from course.class_folder import ClassFolder
from course.class_students import Students

NOTEBOOK = json.dumps({"cells": []})


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A class with marks: Anna has all, Ben has some, Eve was late, Dan waits, Fay gave nothing."""
    place = tmp_path_factory.mktemp("export") / "class"
    folder = ClassFolder(shutil.copytree(ready_class(tmp_path_factory)[1], place))
    given = {
        "Anna Schmidt_11_assignsubmission_file_/01_demo.ipynb": NOTEBOOK,
        "=cmd Ben_12_assignsubmission_file_/01_demo.ipynb": NOTEBOOK,
        "eve_LATE_501_7_01_demo.ipynb": NOTEBOOK,
        "dan_502_8_01_demo.ipynb": NOTEBOOK,
        "Fay_13_assignsubmission_file_/thoughts.txt": "none",
    }
    path = make_zip(folder.path / "given.zip", given)
    assert class_import.main([str(folder.path), str(path), "--lesson", "01"]) == 0
    students = Students(folder)
    students.rows[0]["email"] = "anna@example.org"
    students.rows[2]["login"] = "eve7"
    students.save()
    give(folder, {"anna_schmidt": (1, 4), "cmd_ben": (0, 2.5), "eve": (1, 0), "guest": (1, 1)})
    return folder


def give(folder, marks):
    """Write points for `double` and `triple` into the gradebook, as a grader would."""
    from nbgrader.api import Gradebook

    with Gradebook(folder.gradebook_url) as gradebook:
        for student, points in marks.items():
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission("01_demo", student)
            given = dict(zip(("points-double", "points-triple"), points, strict=True))
            for grade in submission.notebooks[0].grades:
                grade.auto_score, grade.needs_manual_grade = given[grade.name], False
            gradebook.db.commit()


def export(room, *options):
    assert class_export.main([str(room.path), *options]) == 0


def rows(room, name):
    text = (room.path / "marks" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_spreadsheet_has_points_states_and_parts(room):
    export(room)
    text = (room.path / "marks" / "marks.csv").read_text(encoding="utf-8")
    assert text.startswith(
        "\ufeffid,name,email,01_demo (of 5),01_demo state,01_demo double (of 1),"
    )
    found = {row["id"]: row for row in rows(room, "marks.csv")}
    columns = ["name", "01_demo (of 5)", "01_demo double (of 1)", "01_demo triple (of 4)"]
    columns += ["01_demo state", "02_practice (of 1)", "02_practice state"]
    assert {name: [row[column] for column in columns] for name, row in found.items()} == {
        "anna_schmidt": ["Anna Schmidt", "5", "1", "4", "graded", "", "not handed in"],
        "cmd_ben": ["'=cmd Ben", "2.5", "0", "2.5", "graded", "", "not handed in"],
        "fay": ["Fay", "", "", "", "not handed in", "", "not handed in"],
        "eve": ["eve", "1", "1", "0", "graded, late", "", "not handed in"],
        "dan": ["dan", "", "", "", "not graded yet", "", "not handed in"],
        "guest": ["guest", "2", "1", "1", "graded", "", "not handed in"],
    }


def test_moodle_gets_a_grading_worksheet_for_each_assignment(room, capsys):
    export(room, "--format", "moodle", "--lesson", "01")
    found = rows(room, "moodle_01_demo.csv")
    assert not (room.path / "marks" / "moodle_02_practice.csv").exists()
    assert found == [
        {
            "Identifier": f"Participant {number}",
            "Full name": name,
            "Email address": email,
            "Grade": grade,
            "Maximum Grade": "5",
            "Last modified (grade)": "-",
        }
        for number, name, email, grade in (
            ("11", "Anna Schmidt", "anna@example.org", "5"),
            ("12", "'=cmd Ben", "", "2.5"),
        )
    ]
    said = capsys.readouterr().out
    assert "- 01_demo, eve: has 1 points but no number of Moodle in students.csv" in said
    assert "- 01_demo, dan: no mark, not graded yet" in said
    assert "fay" not in said


def test_canvas_gets_one_gradebook_file(room, capsys):
    export(room, "--format", "canvas")
    header, *found = (room.path / "marks" / "canvas.csv").read_text(encoding="utf-8").splitlines()
    assert header == "Student,ID,SIS User ID,SIS Login ID,Section,01_demo,02_practice"
    assert found == ["    Points Possible,,,,,5,1", "eve,501,,eve7,,1,", "dan,502,,,,,"]
    said = capsys.readouterr().out
    assert "- 01_demo, anna_schmidt: has 5 points but no number of Canvas" in said


def test_a_mark_that_waits_for_the_instructor_is_left_empty(room):
    from nbgrader.api import Gradebook

    def wait(waiting):
        with Gradebook(room.gradebook_url) as gradebook:
            grades = gradebook.find_submission("01_demo", "guest").notebooks[0].grades
            grades[0].needs_manual_grade = waiting
            gradebook.db.commit()

    wait(True)
    export(room)
    wait(False)
    (guest,) = [row for row in rows(room, "marks.csv") if row["id"] == "guest"]
    assert (guest["01_demo (of 5)"], guest["01_demo state"]) == ("", "wants your look")


def test_an_unknown_format_is_refused(room, capsys):
    with pytest.raises(SystemExit) as stopped:
        export(room, "--format", "excel")
    assert stopped.value.code == 2
    assert "invalid choice: 'excel'" in capsys.readouterr().err

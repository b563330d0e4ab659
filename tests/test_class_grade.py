"""A class is graded in parallel: right, the same each time, and unharmed by kills and bad files."""

import contextlib
import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import class_jobs
import nbformat
import pytest
from classes import CELLS, LESSON, grading, hand_in, maker, new_class
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError
from traitlets.config.loader import PyFileConfigLoader

from course import class_grade, class_job, class_records
from course.class_folder import ClassFolder
from course.files import ROOT
from course.grading.judge import Judge
from course.grading.limits import Limits

HANGS = 120
GOOD = [0, 2, 4, 10]  # numbers of submissions with right, half right and missing answers
ENDLESS, NO_JSON = 0, 6  # of hostile and broken ones


def fill(folder, good=GOOD, bad=()):
    """Hand in submissions; {student: marks} is returned, of those that can be read."""
    make, expected = maker(folder), {}
    for number in good:
        text, expected[f"good{number}"] = make.submission(number)
        hand_in(folder, f"good{number}", text)
    for number in bad:
        text, expected[f"bad{number}"] = make.bad(number)
        hand_in(folder, f"bad{number}", text)
    return {student: marks for student, marks in expected.items() if marks is not None}


def grade(folder, *words, workers=1):
    return class_grade.main([str(folder), "--workers", str(workers), *words])


def marks(folder):
    with class_records.gradebook(folder) as book:
        return dict(class_records.automatic_marks(book, LESSON))


def records(folder):
    """{student: when the record was written}."""
    return {
        student: class_records.path_of(folder, LESSON, student).stat().st_mtime_ns
        for student in class_records.students(folder, LESSON)
    }


def graded_since(folder, before):
    return {student for student, when in records(folder).items() if when != before.get(student)}


@pytest.fixture(scope="module", autouse=True)
def short():
    """What is graded in this process is stopped after half a second, not after four; the
    environment, which the configuration of a class changes, is put back."""
    with pytest.MonkeyPatch.context() as patch, mock.patch.dict(os.environ):
        patch.setattr(Judge, "limits", Limits(cell=5, call=0.5))
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class graded by one worker: (folder, expected marks)."""
    folder = new_class(tmp_path_factory.mktemp("one"))
    expected = fill(folder, bad=[ENDLESS, NO_JSON])
    assert grade(folder) == 0
    return folder, expected


# --- marks ----------------------------------------------------------------------------------


def test_everybody_gets_the_marks_they_deserve(graded):
    folder, expected = graded
    assert marks(folder) == expected
    assert {total for row in expected.values() for total in row.values()} == {0.0, 3.0, 7.0}


def test_what_cannot_be_read_has_a_reason_and_no_mark(graded):
    record = class_records.read(graded[0], LESSON, "bad6")
    assert record["status"] == "unreadable"
    assert "not JSON" in record["reason"]
    assert "bad6" not in marks(graded[0])


def test_feedback_has_points_name_and_explanation_and_no_hidden_test(graded):
    folder, _ = graded
    generate_feedback(folder, "good2")
    page = (folder / "feedback" / "good2" / LESSON / f"{LESSON}.html").read_text(encoding="utf-8")
    shown = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
    told = judged(folder, "good2")[CELLS[1]]
    assert "Score: 3.0 / 10.0" in shown
    assert told["mistake"].replace("-", " ") in shown
    assert " ".join(told["message"].replace("`", " ").split()[:4]) in shown
    assert "HIDDEN" not in shown and "from graded" not in shown
    assert "<script" not in page and "http-equiv" not in page
    assert page.count("<math") > 50 and "$" not in re.sub(
        r"(?s)<(pre|code|style).*?</\1>", "", page
    )


def judged(folder, student):
    """{grade cell: what the judge noted}."""
    path = folder / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return {c.metadata.nbgrader.grade_id: c.metadata.nnlib for c in cells if "nnlib" in c.metadata}


def generate_feedback(folder, student):
    """What `nbgrader generate_feedback` does, in this process."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    course = CourseDirectory(config=config, assignment_id=LESSON, student_id=student)
    GenerateFeedback(coursedir=course, config=config).start()


def test_killed_in_the_middle_and_started_again(tmp_path, graded):
    folder = new_class(tmp_path)
    expected = fill(folder, bad=[NO_JSON])
    command = [sys.executable, str(ROOT / "course"), "class", "grade", str(folder), "--workers=2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begin = time.monotonic()
    while len(records(folder)) < 2 and time.monotonic() < begin + HANGS:
        time.sleep(0.05)
    process.kill()
    process.wait()
    done = records(folder)
    assert 2 <= len(done) < len(expected)
    assert grade(folder) == 0
    assert not graded_since(folder, done) & set(done)
    uninterrupted = marks(graded[0])
    assert marks(folder) == expected == {name: uninterrupted[name] for name in expected}


def test_dask_workers_give_the_same_marks(tmp_path):
    from dask.distributed import LocalCluster

    folder = new_class(tmp_path)
    expected = fill(folder, good=[0, 2, 4])
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **quiet) as cluster:
        assert grade(folder, "--dask", cluster.scheduler_address) == 0
    assert marks(folder) == expected


def test_no_dask_scheduler_is_one_sentence(tmp_path, monkeypatch):
    folder = new_class(tmp_path)
    fill(folder, good=[0])
    monkeypatch.setattr(class_grade, "DASK_WAITS", "1s")
    with pytest.raises(class_grade.ClassError, match="no Dask scheduler at tcp://127.0.0.1:9 "):
        grade(folder, "--dask", "tcp://127.0.0.1:9")


# --- what is graded again -------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A class of two, graded, that no test may change."""
    folder = new_class(tmp_path_factory.mktemp("two"))
    fill(folder, good=[0, 2])
    assert grade(folder) == 0
    return folder


@pytest.fixture
def small(two, tmp_path):
    """A class of two, graded, of one's own."""
    return Path(shutil.copytree(two, tmp_path / "class"))


def test_nothing_is_graded_twice_unless_asked_for(small, capsys):
    before = records(small)
    assert grade(small) == 0
    assert not graded_since(small, before)
    assert "2 graded before" in capsys.readouterr().out
    assert grade(small, "--again") == 0
    assert graded_since(small, before) == {"good0", "good2"}


def test_a_new_file_is_graded_and_a_manual_mark_stays(small):
    with class_records.gradebook(small) as book:
        book.find_grade(CELLS[0], LESSON, LESSON, "good0").manual_score = 1.5
        book.db.commit()
    before = records(small)
    hand_in(small, "good0", maker(small).submission(10)[0])
    assert grade(small) == 0
    assert graded_since(small, before) == {"good0"}
    assert marks(small)["good0"] == dict.fromkeys(CELLS, 0.0)
    with class_records.gradebook(small) as book:
        final = class_records.final_marks(book, LESSON)["good0"]
    assert final[CELLS[0]] == (1.5, 3.0, True)
    assert final[CELLS[1]] == (0.0, 7.0, False)


def test_what_was_lost_or_half_made_is_made_again(small):
    expected, before = marks(small), records(small)
    with class_records.gradebook(small) as book:
        book.remove_submission(LESSON, "good0")
    notebook = small / "autograded" / "good2" / LESSON / f"{LESSON}.ipynb"
    notebook.unlink()
    assert grade(small) == 0
    assert graded_since(small, before) == {"good0", "good2"}
    assert marks(small) == expected
    assert notebook.exists()


def test_another_seed_is_another_judge(small):
    before = records(small)
    folder = ClassFolder(small)
    folder.settings["seed"] += 1
    folder.save()
    assert grade(small) == 0
    assert graded_since(small, before) == {"good0", "good2"}


# --- trouble --------------------------------------------------------------------------------


def test_a_failure_is_a_line_and_no_mark_and_is_tried_again(tmp_path, monkeypatch, capsys):
    folder = new_class(tmp_path)
    expected = fill(folder, good=[0, 2])
    convert = class_job._convert

    def fail(job, log):
        if job.student == "good0":
            with class_records.gradebook(job.root) as book:
                book.update_or_create_student(job.student)
                book.update_or_create_submission(LESSON, job.student)
            raise OSError("no space left")
        convert(job, log)

    monkeypatch.setattr(class_job, "_convert", fail)
    assert grade(folder) == 1
    assert "good0: failed. OSError: no space left" in capsys.readouterr().out
    assert marks(folder) == {"good2": expected["good2"]}
    monkeypatch.setattr(class_job, "_convert", convert)
    assert grade(folder) == 0
    assert marks(folder) == expected


def test_where_no_process_can_be_started_nobody_gets_a_mark(tmp_path, monkeypatch, capsys):
    folder = new_class(tmp_path)
    expected = fill(folder, good=[0])
    no_room = ["/bin/sh", "-c", "echo no room >&2; exit 1"]
    with monkeypatch.context() as patch:
        patch.setattr(class_grade.sandbox, "command", lambda unsafe: (no_room, {}))
        assert grade(folder) == 1
    said = capsys.readouterr().out
    assert "good0: failed. NotStarted: No process could be started: no room" in said
    assert not marks(folder)
    assert grade(folder) == 0
    assert marks(folder) == expected


def test_a_gradebook_that_is_busy_is_waited_for(tmp_path, monkeypatch):
    folder = new_class(tmp_path)
    expected, tried = fill(folder, good=[0]), []
    convert = class_job._convert

    def busy(job, log):
        tried.append(job)
        if len(tried) < 3:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        convert(job, log)

    monkeypatch.setattr(class_job, "_convert", busy)
    monkeypatch.setattr(class_job, "PAUSE", 0)
    assert grade(folder) == 0
    assert len(tried) == 3
    assert marks(folder) == expected


def test_a_manual_mark_survives_a_failure(small, monkeypatch):
    def fail(*_):
        raise OSError("no space left")

    with class_records.gradebook(small) as book:
        for cell in CELLS:
            grade_of = book.find_grade(cell, LESSON, LESSON, "good0")
            grade_of.auto_score, grade_of.manual_score = None, 2.0
        book.db.commit()
    monkeypatch.setattr(class_job, "_convert", fail)
    assert grade(small, "--again") == 1
    with class_records.gradebook(small) as book:
        final = class_records.final_marks(book, LESSON)["good0"]
    assert [mark for mark, *_ in final.values()] == [2.0, 2.0]


def test_a_submission_that_runs_long_does_not_hold_the_gradebook(tmp_path, monkeypatch):
    folder = new_class(tmp_path)
    expected, judge, written = fill(folder, good=[0]), Judge.preprocess, []

    def preprocess(self, nb, resources):
        with contextlib.closing(sqlite3.connect(folder / "gradebook.db", timeout=0)) as database:
            database.execute("BEGIN EXCLUSIVE")
            written.append(resources["nbgrader"]["student"])
            database.rollback()
        return judge(self, nb, resources)

    monkeypatch.setattr(Judge, "preprocess", preprocess)
    assert grade(folder) == 0
    assert written == ["good0"]
    assert marks(folder) == expected


def test_the_reason_is_the_one_inside_nbgrader(tmp_path):
    folder = new_class(tmp_path)
    fill(folder, good=[0])
    (folder / "source" / LESSON / f"{LESSON}.ipynb").write_text("{}")
    assert grade(folder) == 1
    record = class_records.read(folder, LESSON, "good0")
    assert record["status"] == "failed"
    assert "NbGraderException" not in record["reason"]


def test_a_process_that_dies_over_a_submission_costs_only_that_one(tmp_path, monkeypatch, capsys):
    folder = new_class(tmp_path)
    for student in ("fatal", "beside", "later"):
        hand_in(folder, student, "{}")
    monkeypatch.setattr(class_job, "grade", class_jobs.instead)
    assert grade(folder, workers=2) == 1
    out = capsys.readouterr().out
    assert "3 handed in: 1 failed, 2 graded" in out
    assert "fatal: failed. The process that graded it ended 2 times" in out


def test_the_last_submission_is_not_graded_in_the_process_that_waits(tmp_path, monkeypatch, capsys):
    folder = new_class(tmp_path)
    hand_in(folder, "fatal", "{}")
    monkeypatch.setattr(class_job, "grade", class_jobs.instead)
    assert grade(folder, workers=4) == 1
    assert "1 handed in: 1 failed." in capsys.readouterr().out


def pressed(*_):
    raise KeyboardInterrupt


def test_ctrl_c_stops_at_once(tmp_path, monkeypatch):
    folder = new_class(tmp_path)
    for student in ("anna", "slow"):
        hand_in(folder, student, "{}")
    monkeypatch.setattr(class_job, "grade", class_jobs.instead)
    monkeypatch.setattr(class_grade.Run, "_told", pressed)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        grade(folder, workers=2)
    assert time.monotonic() - begin < class_jobs.LONG / 2  # it does not wait for what takes long


def test_no_wall_is_one_sentence_that_says_what_helps(tmp_path, monkeypatch):
    def missing():
        raise class_grade.sandbox.SandboxMissing("install bubblewrap, or --unsafe")

    folder = new_class(tmp_path)
    expected = fill(folder, good=[0])
    monkeypatch.setattr(class_grade.sandbox, "check", missing)
    with pytest.raises(class_grade.ClassError, match="install bubblewrap"):
        grade(folder)
    assert not marks(folder)
    assert grade(folder, "--unsafe") == 0
    assert marks(folder) == expected


def test_odd_folders_do_not_stop_the_class(tmp_path, capsys):
    folder = new_class(tmp_path)
    expected = fill(folder, good=[0])
    hand_in(folder, "st[ar]*", "{}")
    os.makedirs(os.fsencode(folder / "submitted") + b"/latin\xff/" + LESSON.encode())
    text, expected["Anna O'Neil +1"] = maker(folder).submission(10)
    hand_in(folder, "Anna O'Neil +1", text)
    (folder / "submitted" / "linked").mkdir()
    (folder / "submitted" / "linked" / LESSON).symlink_to(folder / "submitted" / "good0" / LESSON)
    (folder / "submitted" / "a file.txt").write_text("hello")
    assert grade(folder) == 0
    assert marks(folder) == expected
    out = capsys.readouterr().out
    assert "linked: unreadable. In place of the folder of this submission there is a link." in out
    assert "'st[ar]*'" in out
    assert "'latin?'" in out


def test_nothing_handed_in_is_said(tmp_path, capsys):
    assert grade(new_class(tmp_path)) == 0
    assert "Nothing has been handed in yet" in capsys.readouterr().out


def test_the_recorded_benchmark_keeps_its_limits_and_stands_on_its_page():
    found = json.loads(grading.RESULT.read_text(encoding="utf-8"))
    assert grading.faults(found) == []
    assert grading.table(found) in grading.PAGE.read_text(encoding="utf-8")
    slow = found | {"submissions": 300, "seconds": [grading.LIMIT + 1, 1]}
    leaking = found | {"peak memory of a worker, second half, MB": 10_000}
    assert grading.faults(slow) == ["it takes too long"]
    assert grading.faults(leaking | {"same twice": False}) == [
        "marks differ from round to round",
        "memory grows",
    ]

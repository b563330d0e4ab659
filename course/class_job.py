"""Grades one submission with nbgrader's own autograder: the unit of work of `class grade`."""

import contextlib
import dataclasses
import functools
import gc
import logging
import os
import shutil
import signal
import threading
import time
import warnings
from pathlib import Path

from course import class_reading, class_records
from course.files import write_atomically

STAGE = ".reading"  # what could be read lies here, as nbgrader wants it, while it is graded
TRIES, PAUSE = 5, 1  # times, and seconds more each time, where the gradebook stays locked
ALONE = threading.Lock()  # nbgrader changes the process's folder: one job at a time in a process
NOTES = "**Put right before grading**"


@dataclasses.dataclass(frozen=True)
class Job:
    """A submission to be graded; `key` says which state of it, and by which judge."""

    root: str
    assignment: str
    student: str
    key: str
    run: str = ""
    unsafe: bool = False
    parent: int = 0  # the process that wants the result; 0: it cannot be seen from here


def grade(job):
    """Grade a submission and give (student, record); a failure is a record as well."""
    if job.parent:
        _belong_to(job.parent)
    with ALONE, class_records.locked(job.root, job.assignment, job.student):
        record = _done_meanwhile(job)
        if record is None:
            with _started(job):
                begin = time.monotonic()
                record = {"key": job.key, **_graded(job)}
                record["seconds"] = round(time.monotonic() - begin, 2)
                class_records.write(job.root, job.assignment, job.student, record)
    _settle()
    return job.student, record


def started(root, assignment, student):
    """The run in which a submission was begun and not finished; "" where there is none."""
    try:
        return class_records.path_of(root, assignment, student, "started").read_text()
    except OSError:
        return ""


@functools.cache
def _belong_to(parent):
    """Make this process one that serves `parent` alone: ends after it, and does not answer Ctrl-C.

    A process that is killed cannot say so; what it began is finished, and then there is no more.
    """

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        with ALONE:
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    # Ctrl-C in a terminal reaches every process; the one that was started says what happens. A
    # function, not SIG_IGN, which the submission's processes would inherit.
    signal.signal(signal.SIGINT, lambda *_: None)


def _done_meanwhile(job):
    """The record that a process left over from an earlier run has written while we waited."""
    record = class_records.read(job.root, job.assignment, job.student)
    if record.get("key") != job.key:
        return None
    with class_records.gradebook(job.root) as book:
        marks = class_records.automatic_marks(book, job.assignment, job.student)[job.student]
    done = class_records.is_done(job.root, job.assignment, job.student, record, job.key, marks)
    return record if done else None


@contextlib.contextmanager
def _started(job):
    """While it lasts, a file says so: if this process dies, it is known over what."""
    path = class_records.path_of(job.root, job.assignment, job.student, "started")
    write_atomically(path, job.run)
    yield
    path.unlink(missing_ok=True)


def _graded(job):
    """The record of a submission, graded now."""
    stage = Path(job.root) / STAGE / job.student
    log = _log(job.root)
    try:
        notes = _stage(job, stage / job.assignment)
        marks = _autograde(job, log)
        return {"status": "graded", "marks": marks, "notes": notes + _repairs(job)}
    except class_reading.Unreadable as reason:
        return {"status": "unreadable", "reason": str(reason)}
    except Exception as error:
        log.exception("%s, %s", job.student, job.assignment)
        text = (str(error).strip().splitlines() or [""])[0][:300]
        return {"status": "failed", "reason": f"{type(error).__name__}: {text}"}
    finally:
        shutil.rmtree(stage / job.assignment, ignore_errors=True)
        with contextlib.suppress(OSError):
            stage.rmdir()


def _stage(job, place):
    """Put what can be read of the submission where nbgrader will look; the notes are returned."""
    handed_in = Path(job.root) / "submitted" / job.student / job.assignment
    data, notes = class_reading.content(handed_in, job.assignment)
    notebook, more = class_reading.parse(data)
    shutil.rmtree(place, ignore_errors=True)
    import nbformat

    write_atomically(place / f"{job.assignment}.ipynb", nbformat.writes(notebook))
    time_of_it = class_reading.timestamp(handed_in)
    if time_of_it:
        from nbgrader.utils import parse_utc

        try:
            parse_utc(time_of_it)
            write_atomically(place / "timestamp.txt", time_of_it)
        except (ValueError, OverflowError):
            more.append("The time of handing in could not be read.")
    return notes + more


def _repairs(job):
    """What was put right in the notebook, as it stands at its beginning."""
    import nbformat

    made = Path(job.root) / "autograded" / job.student / job.assignment / f"{job.assignment}.ipynb"
    cells = nbformat.read(made, as_version=4).cells
    first = cells[0].source if cells and cells[0].cell_type == "markdown" else ""
    lines = first.splitlines() if first.startswith(NOTES) else []
    return [line[2:] for line in lines if line.startswith("- ")]


# --- nbgrader -------------------------------------------------------------------------------


def _autograde(job, log):
    """Let nbgrader grade the staged notebook; the gradebook's marks are returned."""
    from sqlalchemy.exc import OperationalError

    with class_records.gradebook(job.root) as book:
        known = job.student in class_records.final_marks(book, job.assignment, job.student)
    for tried in range(1, TRIES + 1):
        try:
            _convert(job, log)
            return _marks(job)
        except OperationalError:  # "database is locked", for longer than we wait
            if tried == TRIES:
                _take_back(job, known)
                raise
            time.sleep(PAUSE * tried)
        except Exception:
            _take_back(job, known)
            raise


def _marks(job):
    with class_records.gradebook(job.root) as book:
        return class_records.automatic_marks(book, job.assignment, job.student)[job.student]


def _take_back(job, known):
    """Where there was no mark before, leave none: in the gradebook it would look like a 0."""
    from nbgrader.api import MissingEntry

    if not known:
        with class_records.gradebook(job.root) as book, contextlib.suppress(MissingEntry):
            book.remove_submission(job.assignment, job.student)


def _convert(job, log):
    from nbgrader.coursedir import CourseDirectory

    config = _config(job)
    course = CourseDirectory(config=config, log=log)
    course.student_id, course.assignment_id = job.student, job.assignment
    converter = _autograder()(coursedir=course, config=config, log=log)
    converter.force = True  # whatever a process that died has left behind
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            converter.start()
        except Exception:
            if converter.cause is not None:
                raise converter.cause from None
            raise


def _config(job):
    """The class's own configuration, with this job's settings."""
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=job.root).load_config()
    config.CourseDirectory.root = job.root
    config.CourseDirectory.db_url = class_records.address(job.root)
    config.CourseDirectory.submitted_directory = STAGE
    config.Judge.unsafe = job.unsafe
    return config


@functools.cache
def _autograder():
    """nbgrader's Autograde, which tells why it failed."""
    from nbgrader.converters import Autograde

    class Autograder(Autograde):
        cause = None

        def init_assignment(self, *args):
            with self._remembered():
                super().init_assignment(*args)

        def convert_single_notebook(self, *args):
            with self._remembered():
                super().convert_single_notebook(*args)

        @contextlib.contextmanager
        def _remembered(self):
            try:
                yield
            except Exception as error:
                self.cause = error
                raise

    return Autograder


def _log(root):
    """The class's log, a file that all processes write to."""
    log = logging.getLogger(f"course.class.{root}")
    if not log.handlers:
        path = Path(root) / class_records.PLACE / "grade.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.WARNING)
        log.propagate = False
    return log


@functools.cache
def _settle():
    """Take all that was imported out of the collector's rounds, which every grade cell starts."""
    gc.collect()
    gc.freeze()

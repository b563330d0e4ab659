"""A class of lesson 04 for the tests: made once in a process, copied for each test."""

import atexit
import functools
import os
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

from course import class_init
from course.files import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import grading

LESSON = "04_error_terms"
CELLS = ("points-skip_forward", "points-skip_backprop")


@functools.cache
def _made():
    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    # As the command does, without starting nbgrader anew.
    with (
        mock.patch.object(class_init, "nbgrader", _generate),
        mock.patch.dict(os.environ, class_init.search_paths()),
    ):
        class_init.create(ROOT, place / "class", [LESSON])
    return place / "class"


def _generate(folder, *_):
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    GenerateAssignment(
        coursedir=CourseDirectory(config=config, assignment_id=LESSON), config=config
    ).start()


def new_class(place):
    """The path of a class of its own below `place`, in which nothing has been handed in."""
    return Path(shutil.copytree(_made(), place / "class"))


def maker(folder):
    """What makes submissions for a class, with the marks that they deserve."""
    return grading.Maker(folder, LESSON)


def hand_in(folder, student, text, name=f"{LESSON}.ipynb"):
    """Put a file into the class's folder as a student's submission, and give its path."""
    path = Path(folder) / "submitted" / student / LESSON / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path

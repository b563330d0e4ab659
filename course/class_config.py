"""The configuration of one class; `python3 -m course class init` copies it into the class's folder.

nbgrader reads it there, in whatever way it is started. What differs from class to class stands in
class.json beside it. You may change this file: `class init --update` leaves it as it is.
"""

import json
import os
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
# What lessons and the grader's messages are made of; all else in a submission is shown as text.
HARMLESS_TAGS = (
    "a b blockquote br code details div em h1 h2 h3 h4 hr i li ol p pre small span strong sub "
    "summary sup table tbody td th thead tr ul"
).split()
HARMLESS_STYLES = "border-left border-collapse color margin max-width padding text-align".split()


def configure(c):
    """Set nbgrader's options in `c`; its steps are named by their addresses."""
    c.CourseDirectory.root = str(here)
    c.CourseDirectory.course_id = "neural-networks"
    # A folder to try `nbgrader list` and `release_assignment` with; a JupyterHub has its own.
    c.Exchange.root = str(here / "exchange")
    c.Exchange.cache = str(here / "exchange" / "cache")

    # A released notebook reads like our lessons: the same markers, the same line to replace.
    c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
    c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
    c.ClearSolutions.code_stub = {"python": "...  # your code here"}
    c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
    c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"
    # Practice exercises that do not count have solutions, but are no cells of nbgrader's.
    c.ClearSolutions.enforce_metadata = False

    # Grade cells run in the judge, never beside the submission's code.
    c.Autograde.sanitize_preprocessors = [
        "course.grading.repair.Repair",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        "course.grading.judge.Judge",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        # What a submission shows opens in your browser: scripts and frames in it are made text.
        "nbconvert.preprocessors.sanitize.SanitizeHTML",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.SanitizeHTML.enabled = True
    c.SanitizeHTML.tags = HARMLESS_TAGS
    c.SanitizeHTML.styles = HARMLESS_STYLES
    c.SanitizeHTML.attributes = {"*": ["style"], "a": ["href"], "details": ["open"]}
    # What a student gets back needs no network, and hidden tests stay hidden in it.
    c.GenerateFeedback.exporter_class = "course.grading.page.Page"
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]


def prepare(settings):
    """Let this process, and kernels started from it, find the course and its graded references."""
    sources = [settings["course"], os.path.join(settings["course"], "solutions")]
    sys.path[:0] = [folder for folder in sources if folder not in sys.path]
    put_first("PYTHONPATH", sources)
    # nbgrader calls programs that stand beside its Python.
    put_first("PATH", [os.path.dirname(sys.executable)])
    os.environ["NNLIB_CLASS_SEED"] = str(settings["seed"])


def put_first(name, folders):
    """Put those of `folders` that a search path of the environment lacks at its beginning."""
    there = [folder for folder in os.environ.get(name, "").split(os.pathsep) if folder]
    new = [folder for folder in folders if folder not in there]
    os.environ[name] = os.pathsep.join([*new, *there])


try:
    prepare(json.loads((here / "class.json").read_text(encoding="utf-8")))
    configure(get_config())  # noqa: F821, nbgrader provides it
except Exception as error:
    # nbgrader would go on without a configuration, and run submissions unguarded.
    raise SystemExit(f"{here / 'nbgrader_config.py'} stopped nbgrader: {error!r}.") from error

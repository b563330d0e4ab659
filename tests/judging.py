"""A small assignment for the tests of the judge, and what is needed to grade submissions of it."""

import dataclasses
import re
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade

from course.grading import offered
from course.grading.judge import Judge, is_test, run_test
from course.grading.limits import Limits
from course.grading.repair import repair
from course.grading.session import Session

POINTS = {"weight_gradient": 2, "bias_gradient": 3, "hidden_delta": 5}
HONEST = {
    "weight_gradient": "def weight_gradient(a_prev, delta):\n    return a_prev.T @ delta",
    "bias_gradient": "def bias_gradient(delta):\n    return delta.sum(axis=0)",
    "hidden_delta": (
        "def hidden_delta(delta_next, W_next, z):\n"
        "    s = 1 / (1 + np.exp(-z))\n"
        "    return delta_next @ W_next.T * s * (1 - s)"
    ),
}
TEST = """\
# {points} points for {name}
### BEGIN HIDDEN TESTS
from graded import grade
grade({name}, "{name}")
### END HIDDEN TESTS"""
ASSIGNMENT = "04_error_terms"
SHORT = Limits(cell=1, call=0.5, patience=3, submission=30, memory=400 * 1024**2)


def marked(source, grade_id, **told):
    """A cell that nbgrader knows as `grade_id`."""
    kind = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {**kind, "schema_version": 3, "grade_id": grade_id, **told}
    return new_code_cell(source, metadata={"nbgrader": metadata})


def source_notebook(answers=HONEST):
    """The assignment: an answer and a test for each part, in the instructor's form."""
    cells = [new_markdown_cell("# Gradients"), new_code_cell("import numpy as np")]
    for name, points in POINTS.items():
        cells.append(new_markdown_cell(f"Write `{name}`."))
        cells.append(marked(answers[name], name, solution=True))
        test = TEST.format(name=name, points=points)
        cells.append(marked(test, f"points-{name}", grade=True, locked=True, points=points))
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": spec})


SOURCE = source_notebook()


def handed_in(answers=HONEST):
    """A submission as a student hands it in: without the hidden tests."""
    notebook = source_notebook(answers)
    for cell in notebook.cells:
        cell.source = re.sub(r"\n### BEGIN HIDDEN.*END HIDDEN TESTS", "", cell.source, flags=re.S)
    return notebook


def from_cells(text):
    """A submission from a file with `# %%` cells; a part that it lacks is the honest one."""
    cells = [new_code_cell(part.strip()) for part in re.split(r"^# %%.*$", text, flags=re.M)[1:]]
    lacking = [code for name, code in HONEST.items() if not re.search(rf"\b{name}\b", text)]
    first = [new_code_cell("import numpy as np")]
    return new_notebook(cells=first + [new_code_cell(code) for code in lacking] + cells)


def graded(notebook, limits=SHORT, source=SOURCE):
    """The notebook after repair and judgement, as nbgrader would store it."""
    return after_judgement(repair(notebook, source), limits)


def after_judgement(repaired, limits=SHORT):
    """A repaired notebook after judgement, as nbgrader would store it."""
    resources = {"nbgrader": {"assignment": ASSIGNMENT, "notebook": ASSIGNMENT}}
    judged, _ = Judge(limits=limits).preprocess(repaired, resources)
    nbformat.validate(judged)
    nbformat.writes(judged).encode()
    return judged


class Neighbour:
    """An honest submission in one process that stays, beside all that is graded meanwhile."""

    def __init__(self):
        self.notebook = repair(handed_in(), SOURCE)
        own = [c.source for c in self.notebook.cells if c.cell_type == "code" and not is_test(c)]
        limits = dataclasses.replace(SHORT, submission=3600)
        self.session = Session(own, offered.source(ASSIGNMENT), limits=limits)
        self.process = self.session.process
        self.began_with = self.processes()

    def processes(self):
        """The processes that it has now."""
        return {*self.process.family(), psutil.Process(self.process.popen.pid)}

    def is_unharmed(self):
        """Whether its processes are those with which it began: nothing was started anew."""
        return self.session.process is self.process and self.processes() == self.began_with

    def marks(self):
        """Its marks, of grade cells that are run anew."""
        for cell in tests_of(self.notebook):
            cell.outputs = []
            run_test(cell, self.session, self.notebook)
        return marks(self.notebook)

    def leave(self):
        """End its process."""
        self.session.stop()


def marks(notebook):
    """The points of each part, as nbgrader finds them in the outputs."""
    found = {c.metadata.nbgrader.grade_id: determine_grade(c)[0] for c in tests_of(notebook)}
    return {name: found[f"points-{name}"] for name in POINTS}


def tests_of(notebook):
    """The grade cells of a notebook."""
    return [cell for cell in notebook.cells if is_test(cell)]


def told(notebook):
    """What the judge found, by part: status, mistake, message."""
    return {c.metadata.nbgrader.grade_id[7:]: c.metadata.nnlib for c in tests_of(notebook)}


def notes(notebook):
    """The lines of the first cell that tell what was repaired."""
    first = notebook.cells[0]
    lines = first.source.splitlines() if "Put right before grading" in first.source else []
    return [line[2:] for line in lines if line.startswith("- ")]


def files(folder):
    """Submissions below `folder` of tests/submissions."""
    return sorted((Path(__file__).parent / "submissions").glob(f"{folder}/*.py"))

"""The judge: an nbgrader preprocessor that runs a submission behind a wall and grades it outside.

The submission's cells run in a sandbox (session.py). The grade cells, whose text comes from the
gradebook, run in this process; a name of the submission in them is a stand-in (standin.py).
"""

import ast
import base64
import builtins
import functools
import html

import numpy as np
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from course.grading import offered
from course.grading.inside.cells import Cells, described
from course.grading.process import Ended
from course.grading.session import Session
from course.grading.standin import StandIn

LONGEST = 20_000  # characters of an output
PICTURE = 500_000  # characters of a picture
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


class Judge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute."""

    unsafe = Bool(False, help="grade without the wall; for submissions that you trust").tag(
        config=True
    )

    def preprocess(self, nb, resources):
        """Run the submission and the grade cells of `nb`; their outputs are put into it."""
        own = [c for c in nb.cells if c.cell_type == "code" and not is_test(c)]
        tests = [c for c in nb.cells if is_test(c)]
        lesson = resources["nbgrader"]["assignment"][:2]
        sources = [cell.source for cell in own]
        try:
            with Session(sources, offered.source(lesson), self.unsafe) as session:
                for cell, result in zip(own, session.results, strict=True):
                    cell.outputs = shown(result)
                for cell in tests:
                    self._test(cell, session, nb)
        except Ended as end:  # not even its cells could be run
            for cell in tests:
                fail(cell, str(end))
        make_harmless(nb)
        return nb, resources

    def _test(self, cell, session, nb):
        try:
            run_test(cell, session, nb)
        except Ended as end:
            fail(cell, str(end))


def is_test(cell):
    """Whether a cell is a grade cell that is run, not one that a person marks."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(told.get("grade")) and not told.get("solution")


def run_test(cell, session, nb):
    """Run a grade cell here, with stand-ins for the submission's functions."""
    # The public examples are the learner's: the hidden probes say more, and name the mistake.
    names = {"np": np, "examples": lambda *_: None}
    session.renew()
    for name in unknown_names(cell.source):
        standin = StandIn(session, name)
        if not standin.exists:
            fail(cell, missing(name, nb))
            return
        names[name] = standin
    cells = _trusted_cells()
    cells.shell.reset(new_session=False)
    cells.names.update(names)
    outputs, error = cells.run(cell.source)
    cell.outputs = [_output(told, ours=True) for told in outputs if told.get("stream") != "stderr"]
    diagnosis = getattr(error, "diagnosis", None)
    if error is None:
        cell.metadata["nnlib"] = {"status": "passed"}
    elif diagnosis is None:
        fail(cell, described(error, LONGEST)["text"])
    else:
        cell.metadata["nnlib"] = {
            "exercise": diagnosis.exercise,
            "status": diagnosis.status,
            "mistake": diagnosis.mistake,
            "message": diagnosis.message,
        }
        title = str(error).splitlines()[0]
        cell.outputs.append(new_output("error", ename="NotRight", evalue=title, traceback=[title]))


def fail(cell, text):
    """No points for this cell, with the reason."""
    cell.metadata["nnlib"] = {"status": "failed", "mistake": None, "message": text}
    cell.outputs = [new_output("error", ename="NotGraded", evalue=text, traceback=[text])]


def missing(name, nb):
    """Why there is no function of that name, from what the cells did."""
    for cell in nb.cells:
        if cell.cell_type == "code" and f"def {name}" in cell.source:
            errors = [o.evalue for o in cell.outputs if o.output_type == "error"]
            if errors:
                return f"There is no function {name}: its cell stopped. {errors[0]}"
    return f"There is no function {name} in the notebook."


def unknown_names(source):
    """The names that a cell uses and that neither it nor Python defines."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    loaded = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    bound |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {a.asname or a.name.partition(".")[0] for a in node.names}
    return sorted(loaded - bound - set(vars(builtins)) - {"np", "examples"})


# --- what is shown ---------------------------------------------------------------------------


@functools.cache
def _trusted_cells():
    return Cells(LONGEST)


def shown(result):
    """The outputs of a submission's cell as those of a notebook: text and pictures alone."""
    found = [_output(told) for told in result["outputs"][:50] if type(told) is dict]
    outputs = [output for output in found if output]
    error = result["error"]
    if error:
        name, text = (str(error.get(key, ""))[:LONGEST] for key in ("name", "text"))
        outputs.append(new_output("error", ename=name, evalue=text, traceback=text.split("\n")))
    return outputs


def _output(told, ours=False):
    """A notebook's output from a plain dict; None for what must not or cannot be shown.

    `ours`: made by the course, whose HTML may stand as it is.
    """
    if "stream" in told:
        name = "stderr" if told["stream"] == "stderr" else "stdout"
        return new_output("stream", name=name, text=str(told.get("text", ""))[:LONGEST])
    data = told.get("data")
    if type(data) is not dict:
        return None
    kept = {"text/plain": str(data.get("text/plain", ""))[:LONGEST]}
    for kind, start in PICTURES.items():
        if _is_picture(data.get(kind), start):
            kept[kind] = data[kind]
    if ours and "text/html" in data:
        kept["text/html"] = data["text/html"]
    return new_output("display_data", data=kept)


def _is_picture(text, start):
    if type(text) is not str or len(text) > PICTURE:
        return False
    try:
        return base64.b64decode(text, validate=False).startswith(start)
    except ValueError:
        return False


def make_harmless(nb):
    """Take everything out of the student's own cells that a browser would run or load."""
    cleaner = SanitizeHTML()
    for cell in nb.cells:
        if cell.cell_type == "raw":
            cell.cell_type, cell.source = "markdown", f"<pre>{html.escape(cell.source)}</pre>"
        if cell.cell_type == "markdown":
            cell.source = cleaner.sanitize_html_tags(cell.source)
            cell.pop("attachments", None)

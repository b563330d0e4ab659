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
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Instance

from course.grading import offered
from course.grading.inside.cells import PICTURE, Cells
from course.grading.limits import Limits
from course.grading.process import Ended
from course.grading.session import Session
from course.grading.standin import StandIn
from nnlib.exercises.report import WORDS

LONGEST, ALL = 20_000, 5_000_000  # characters of a text, and of all outputs of a notebook
LEFT_OUT = new_output("stream", name="stdout", text="(Left out: the outputs are too large.)\n")
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


class Judge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute."""

    unsafe = Bool(False, help="grade without the wall; for submissions that you trust").tag(
        config=True
    )
    limits = Instance(Limits, (), help="what one submission may take")

    def preprocess(self, nb, resources):
        """Run the submission and the grade cells of `nb`; their outputs are put into it.

        Raises NotStarted where this machine fails: there are no marks then, instead of none earned.
        """
        own = [c for c in nb.cells if c.cell_type == "code" and not is_test(c)]
        tests = [c for c in nb.cells if is_test(c)]
        offer = offered.source(resources["nbgrader"]["assignment"])
        sources = [cell.source for cell in own]
        try:
            with Session(sources, offer, self.unsafe, self.limits) as session:
                show_all(own, session.results)
                for cell in tests:
                    self._test(cell, session, nb)
                if session.fault:
                    raise session.fault
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
    outputs, error = _run_trusted(cell.source, names)
    cell.outputs = [_output(told, ours=True) for told in outputs if told.get("stream") != "stderr"]
    diagnosis = getattr(error, "diagnosis", None)
    if error is None:
        cell.metadata["nnlib"] = {"status": "passed"}
    elif diagnosis is None:
        fail(cell, _of_a_test(error))
    else:
        incident = next((s.incident for s in names.values() if getattr(s, "incident", ())), None)
        _not_right(cell, diagnosis, incident)


def _run_trusted(source, names):
    """(outputs, error) of a grade cell in a shell of which nothing is left over."""
    cells = _trusted_cells()
    cells.names.update(names)
    try:
        return cells.run(source)
    finally:
        cells.forget()


def _not_right(cell, diagnosis, incident):
    """Put what was found into the cell; an incident of a call is told as well, and names it."""
    mistake, message = diagnosis.mistake, diagnosis.message
    if incident:
        mistake, message = incident
        cell.outputs.append(new_output("stream", name="stdout", text=f"{message}\n"))
    cell.metadata["nnlib"] = {
        "exercise": diagnosis.exercise,
        "status": diagnosis.status,
        "mistake": mistake,
        "message": message,
    }
    title = f"{diagnosis.exercise}: {WORDS[diagnosis.status][1]}"
    cell.outputs.append(new_output("error", ename="NotRight", evalue=title, traceback=[title]))


def _of_a_test(error):
    """What is told of an error in a test that does not call `grade`: the words of an `assert`
    alone, for any other text may be the submission's and hold an input."""
    said = f": {error}" if type(error) is AssertionError and str(error) else ""
    return f"The test stopped with {type(error).__name__}{said}."


def fail(cell, text):
    """No points for this cell, with the reason."""
    text = clean(text)
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


def show_all(cells, results):
    """Put the outputs of a submission's cells into them, until they are too many for a page."""
    left = ALL
    for cell, result in zip(cells, results, strict=True):
        outputs = shown(result)
        left -= len(str(outputs))
        cell.outputs = outputs if left > 0 else [LEFT_OUT]


def shown(result):
    """The outputs of a submission's cell as those of a notebook: text and pictures alone."""
    found = [_output(told) for told in result["outputs"][:50] if type(told) is dict]
    outputs = [output for output in found if output]
    error = result["error"]
    if error:
        name, text = (clean(error.get(key)) for key in ("name", "text"))
        outputs.append(new_output("error", ename=name, evalue=text, traceback=text.split("\n")))
    return outputs


def clean(text):
    """A text as it can be stored and shown: "" for what is none, not too long, valid Unicode."""
    if type(text) is not str:
        return ""
    return text[:LONGEST].encode("utf-8", "replace").decode()


def _output(told, ours=False):
    """A notebook's output from a plain dict; None for what must not or cannot be shown.

    `ours`: made by the course, whose HTML may stand as it is.
    """
    if "stream" in told:
        name = "stderr" if told["stream"] == "stderr" else "stdout"
        return new_output("stream", name=name, text=clean(told.get("text")))
    data = told.get("data")
    if type(data) is not dict:
        return None
    kept = {"text/plain": clean(data.get("text/plain"))}
    for kind, start in PICTURES.items():
        picture = _picture(data.get(kind), start)
        if picture:
            kept[kind] = picture
    if ours and "text/html" in data:
        kept["text/html"] = data["text/html"]
    return new_output("display_data", data=kept)


def _picture(text, start):
    """A picture in base64, coded anew, since decoding overlooks what else stands there; or None."""
    if type(text) is not str or len(text) > PICTURE:
        return None
    try:
        data = base64.b64decode(text, validate=False)
    except ValueError:
        return None
    return base64.b64encode(data).decode() if data.startswith(start) else None


def make_harmless(nb):
    """Take everything out of the student's own cells that a browser would run or load."""
    for cell in nb.cells:
        if cell.cell_type != "code" and not cell.metadata.get("ours"):
            cell.cell_type, cell.source = "markdown", f"<pre>{html.escape(cell.source)}</pre>"
        cell.metadata.pop("ours", None)
        cell.pop("attachments", None)

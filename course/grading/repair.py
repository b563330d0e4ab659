"""Puts a submission back into the form that was handed out, so that mishaps cost nobody points.

The tests come from the course's own source, whatever the submission made of them. An answer is
found by its id, and where that is lost, by the function it defines. What was repaired is told in
the notebook's first cell.
"""

import ast
import functools
import re
import warnings
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import NbGraderPreprocessor

CELLS, CHARACTERS = 500, 100_000  # of a notebook, and of one cell
MARKERS = re.compile("###( (?:BEGIN|END) HIDDEN TESTS)")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class Repair(NbGraderPreprocessor):
    """Takes the place of nbgrader's DeduplicateIds; its other steps then find what they expect."""

    def preprocess(self, nb, resources):
        """The repaired notebook."""
        told = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"]).parents[2]
        source = folder / "source" / told["assignment"] / f"{told['notebook']}.ipynb"
        return repair(nb, read_source(source)), resources


@functools.lru_cache(maxsize=16)
def _read(path, _changed):
    return nbformat.read(path, as_version=4)


def read_source(path):
    """The course's own notebook at `path`."""
    return _read(path, path.stat().st_mtime_ns)


def repair(submitted, source):
    """A new notebook: the submission's cells, with the answers marked and the tests of `source`."""
    notes = []
    cells = _own_cells(submitted, source, notes)
    answers = _find_answers(cells, source, notes)
    finished = []
    for cell in cells:
        finished.append(cell)
        for answer in [a for a, found in answers.items() if found is cell]:
            finished += _tests_after(source, answer)
    for answer, found in answers.items():
        if found is None:
            finished += [_empty(source, answer), *_tests_after(source, answer)]
    if _kernel(submitted) not in (None, KERNEL["name"]):
        notes.append("The notebook asked for another kernel; it is graded with Python 3.")
    if notes:
        finished.insert(0, _told_cell(notes))
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=finished, metadata=metadata)


def _told_cell(notes):
    lines = "\n".join(f"- {note}" for note in dict.fromkeys(notes))
    text = f"**Put right before grading** (none of it costs points):\n\n{lines}"
    return new_markdown_cell(text, metadata={"ours": True})


def _kernel(notebook):
    """The name of the kernel that a notebook asks for; None where it says nothing."""
    spec = notebook.get("metadata")
    for key in ("kernelspec", "name"):
        spec = spec.get(key) if isinstance(spec, dict) else None
    return spec


def told(cell):
    """nbgrader's metadata of a cell; {} where it has none that can be read."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _id(cell):
    """nbgrader's name of a cell, or None."""
    found = told(cell).get("grade_id")
    return found if isinstance(found, str) else None


def _text(cell):
    """The text of a cell, as it can be stored."""
    source = cell.get("source")
    text = "".join(filter(_is_text, source)) if isinstance(source, list) else source
    text = text[:CHARACTERS] if _is_text(text) else ""
    return text.encode("utf-8", "replace").decode()


def _is_text(value):
    return isinstance(value, str)


def is_test(cell):
    """Whether a cell of the source is a grade cell that no person marks."""
    return bool(told(cell).get("grade")) and not told(cell).get("solution")


def _own_cells(submitted, source, notes):
    """The submission's cells without the tests, each with nothing but its kind and its text."""
    tests = {told(cell)["grade_id"]: cell for cell in source.cells if is_test(cell)}
    public = {_public(cell.source): name for name, cell in tests.items()}
    cells, seen, order = [], [], []
    given = submitted.get("cells")
    given = [c for c in given if isinstance(c, dict)] if isinstance(given, list) else []
    for cell in given[:CELLS]:
        text, name = _text(cell), _id(cell)
        order.append(name)
        test = name if name in tests and not defined(text) else public.get(text.strip() or None)
        if test:
            seen.append((test, cell.get("cell_type"), _public(text)))
        else:
            cells.append(_own_cell(cell, text, source, notes))
            cells[-1].metadata["answer"] = name
    if len(given) > CELLS:
        notes.append(f"Only the first {CELLS} cells of {len(given)} are read.")
    _note_order(order, source, notes)
    _note_tests(tests, seen, notes)
    return cells


def _own_cell(cell, text, source, notes):
    """A new cell with the text of one of the submission's."""
    if _kind(cell, text, source, notes) == "code":
        return new_code_cell(MARKERS.sub(r"#\1", text))  # nbgrader would obey them
    ours = any(text.strip() == c.source.strip() for c in source.cells)
    return new_markdown_cell(text, metadata={"ours": ours})


def _note_order(order, source, notes):
    handed_out = [_id(cell) for cell in source.cells if _id(cell)]
    places = [handed_out.index(name) for name in dict.fromkeys(order) if name in handed_out]
    if places != sorted(places):
        notes.append("Some cells stood in another order than they were handed out.")


def _kind(cell, text, source, notes):
    """ "code" or "markdown"; an answer that was made a text cell is code again."""
    if cell.get("cell_type") == "code":
        return "code"
    answers = [c for c in source.cells if told(c).get("solution")]
    wanted = {f for c in answers for f in defined(c.source)}
    if not (_is_code(text) and wanted & defined(text)):
        return "markdown"
    notes.append("An answer was a text cell; it is code again.")
    return "code"


def _note_tests(tests, seen, notes):
    for name, cell in tests.items():
        found = [(kind, text) for test, kind, text in seen if test == name]
        if not found:
            notes.append(f"The test cell `{name}` was missing; it is there again.")
        elif len(found) > 1:
            notes.append(f"The test cell `{name}` was there {len(found)} times.")
        elif found[0][0] != "code":
            notes.append(f"The test cell `{name}` was a text cell; it is code again.")
        elif found[0][1] != _public(cell.source):
            notes.append(f"The test cell `{name}` was changed; it is as it was handed out.")


def _find_answers(cells, source, notes):
    """For every answer of the source, the cell of the submission that holds it, or None."""
    found = {}
    for answer in [c for c in source.cells if told(c).get("solution")]:
        name = told(answer)["grade_id"]
        functions = defined(answer.source)
        marked = [c for c in cells if c.metadata["answer"] == name]
        defining = [c for c in cells if c.cell_type == "code" and functions & defined(c.source)]
        written = [c for c in defining if functions & defined(c.source, stubs=False)]
        chosen = written or [c for c in marked if _in(c, defining)] or defining or marked or [None]
        found[name] = chosen[-1]
        if len(defining) > 1:
            notes.append(f"`{name}` is there more than once; the last one that is written counts.")
        if chosen[-1] is not None and not _in(chosen[-1], marked):
            notes.append(f"The mark of the answer `{name}` was lost; it was found by its function.")
        if chosen[-1] is None:
            notes.append(f"The cell of the answer `{name}` was missing.")
    for cell in cells:
        del cell.metadata["answer"]
    _mark(found, source)
    return found


def _in(cell, cells):
    """Whether it is one of these cells: two cells may be equal."""
    return any(cell is other for other in cells)


def _mark(found, source):
    """Give the chosen cells the metadata of the answers that they hold."""
    taken = set()
    for answer in [c for c in source.cells if told(c).get("solution")]:
        cell = found[told(answer)["grade_id"]]
        if cell is None:
            continue
        if id(cell) in taken:  # one cell with two answers: nbgrader knows one name for a cell
            found[told(answer)["grade_id"]] = None
            continue
        taken.add(id(cell))
        cell.metadata["nbgrader"] = dict(told(answer))


def _tests_after(source, name):
    """The test cells that stand in the source between this answer and the next."""
    tests, inside = [], False
    for cell in source.cells:
        if told(cell).get("solution"):
            inside = told(cell)["grade_id"] == name
        elif inside and is_test(cell):
            tests.append(nbformat.from_dict(cell))
    return tests


def _empty(source, name):
    answer = next(c for c in source.cells if told(c).get("grade_id") == name)
    return new_code_cell("", metadata={"nbgrader": dict(told(answer))})


def _public(text):
    """A test as it was handed out: without its hidden part."""
    lines, hidden = [], False
    for line in text.splitlines():
        hidden = hidden or line.strip() == "### BEGIN HIDDEN TESTS"
        if not hidden:
            lines.append(line)
        hidden = hidden and line.strip() != "### END HIDDEN TESTS"
    return "\n".join(lines).strip()


def _is_code(text):
    return bool(_parsed(text))


def _parsed(text):
    """The statements of a text; None where it is no Python that can be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those about a text of the submission are none of ours
        try:
            return ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def defined(text, stubs=True):
    """The names of the functions that a cell defines at its top; without `stubs`, only those with
    a body that does something."""
    body = _parsed("\n".join(_without_magics(text)))
    if body is None:
        return set(re.findall(r"^def\s+(\w+)\s*\(", text, re.MULTILINE))
    functions = [n for n in body if isinstance(n, ast.FunctionDef)]
    lambdas = [n for n in body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda)]
    names = {t.id for n in lambdas for t in n.targets if isinstance(t, ast.Name)}
    return names | {f.name for f in functions if stubs or not all(map(_is_idle, f.body))}


def _without_magics(text):
    return (line for line in text.splitlines() if not line.lstrip().startswith(("%", "!")))


def _is_idle(statement):
    """Whether a statement is a docstring, `...`, `pass`, or says that nothing is implemented."""
    if isinstance(statement, ast.Pass | ast.Raise):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)

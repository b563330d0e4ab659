"""Tests of the course's own notebooks as files; nbval runs their cells, see conftest.py."""

import ast
from importlib.util import find_spec
from pathlib import Path

import nbformat
import numpy as np
import pytest

from course.check import orphans
from course.lesson_names import find_sources
from course.notebooks import LARGEST, drafts, is_edited, texts
from course.sources import leaked_lines, read_cells

ROOT = Path(__file__).resolve().parent.parent
SOURCES = find_sources(ROOT)
NOTEBOOKS = [f"{folder}/{p.stem}.ipynb" for p in SOURCES for folder in ("lessons", "solutions")]


def read(name):
    """The notebook at `name` below the checkout."""
    return nbformat.read(ROOT / name, as_version=4)


def visible_text(notebook):
    """All text of a notebook that a reader can see: its cells and their outputs."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [text for output in outputs for text in texts(output).values()]
    return "\n".join([*(cell.source for cell in notebook.cells), *shown])


def test_pytest_runs_the_notebooks(pytestconfig):
    assert {"lessons", "solutions"} <= set(pytestconfig.getini("testpaths"))
    assert "--nbval" in pytestconfig.getini("addopts")


def test_every_source_has_its_notebooks_and_every_notebook_its_source():
    assert SOURCES
    assert [name for name in NOTEBOOKS if not (ROOT / name).exists()] == []
    assert orphans(ROOT) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_line_of_a_solution_is_in_the_learners_notebook(path):
    text = visible_text(read(f"lessons/{path.stem}.ipynb"))
    assert leaked_lines(read_cells(path, path.name), text) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_notebooks_hold_the_cells_of_their_source(path):
    for draft in drafts(ROOT, path):
        saved = [(cell.id, cell.source) for cell in read(draft.target).cells]
        assert saved == [(cell.id, cell.source) for cell in draft.notebook.cells]
        assert not is_edited(ROOT / draft.target)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_small_and_stores_no_widget_state(name):
    assert (ROOT / name).stat().st_size <= LARGEST
    notebook = read(name)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert not [kind for kind in kinds if "jupyter.widget" in kind]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_code_cell_was_run_so_that_nbval_compares_it(name):
    code = [cell for cell in read(name).cells if cell.cell_type == "code" and cell.source]
    assert [cell.id for cell in code if cell.execution_count is None] == []


def modules_by_attribute(source):
    """The modules that Python code names as attributes of what it imports: numpy.linalg, say."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            package = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names |= {a.asname or a.name.split(".")[0]: package + a.name for a in node.names}
    attributes = {dotted(node, names) for node in nodes if isinstance(node, ast.Attribute)}
    return {name for name in attributes if name and is_module(name)}


def dotted(node, names):
    """The full name of an attribute of an attribute … of something imported, or None."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    before = dotted(node.value, names) if isinstance(node, ast.Attribute) else None
    return before and f"{before}.{node.attr}"


def is_module(name):
    """Whether it is the full name of a module inside a package."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # an attribute of what is no package
        return False


def test_a_module_that_is_only_named_is_found():
    source = "import sklearn\nimport numpy as np\nfrom nnlib import plots\n"
    source += "np.linalg.norm(plots.style.INK), sklearn.svm.SVC().fit, np.pi, other.svm\n"
    found = {"numpy.linalg", "nnlib.plots.style", "sklearn.svm"}
    assert modules_by_attribute(source) == found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_imports_the_modules_it_uses(name):
    """A forked kernel, as in the tests, has imported them already and would not miss the line."""
    code = [c.source for c in read(name).cells if c.cell_type == "code"]
    named = modules_by_attribute("\n".join(code))
    assert named <= {"numpy.linalg", "numpy.random"}  # these come with numpy


def answer(lesson, name):
    """The function that the solution of an exercise defines, alone."""
    (path,) = (path for path in SOURCES if path.stem.startswith(lesson))
    (cell,) = (cell for cell in read_cells(path, path.name) if cell.id == name)
    space = {"np": np}
    exec(cell.text, space)
    return space[name]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["f4", "f8", "i2", "i8", "u1"])
def test_the_lessons_own_sigmoid_is_finite_for_every_type_of_number(dtype):
    z = np.array([0, 20, 95, 200] if dtype == "u1" else [-1000, -95, 0, 20, 95, 1000], dtype)
    expected = 1 / (1 + np.exp(-np.clip(z.astype(float), -500, 500)))
    np.testing.assert_allclose(answer("01", "sigmoid")(z), expected, rtol=1e-5, atol=1e-30)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_lessons_own_cross_entropy_is_finite_for_a_probability_of_0(dtype):
    cross_entropy, p = answer("06", "cross_entropy"), np.array([[1, 0], [0.5, 0.5]], dtype)
    assert cross_entropy(np.eye(2), p) == pytest.approx(np.log(2) / 2)
    assert 20 < cross_entropy(np.eye(2)[[1, 1]], p) * 2 < 100

"""Tests of `course release`: what the learners' bundle holds, and that no secret is in it."""

import io
import json
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from classroom import add_lesson

from course import bootstrap
from course import release as releasing
from course.__main__ import main as course_main
from course.leaks import Secrets, references
from course.lesson_names import find_sources
from course.notebooks import drafts, write
from course.release import ReleaseError, release
from course.requirements import requirements

ROOT = Path(__file__).resolve().parent.parent
LESSON = """\
# 01 Demo

```{code-cell} ipython3
def double(x):
    ### BEGIN SOLUTION
    twice_the_number = x + x
    return twice_the_number
    ### END SOLUTION
```

```{code-cell} ipython3
:id: answer-triple
:nbgrader: {grade: false, solution: true, locked: false, schema_version: 3, grade_id: triple}
def triple(x):
    ### BEGIN SOLUTION
    three_times = x + x + x
    a_half_of_it = three_times / 2
    return a_half_of_it * 2
    ### END SOLUTION
```

```{code-cell} ipython3
:id: points-triple
:nbgrader: {grade: true, solution: false, locked: true, points: 4, schema_version: 3, grade_id: p}
print(triple(2))
### BEGIN HIDDEN TESTS
from graded import grade
### END HIDDEN TESTS
```
"""
GRADED = '''\
"""Graded problems."""

from nnlib.exercises.engine import exercise


@exercise(lesson="01", cases=None, graded=True)
def triple(x):
    """Three times x."""
    return sum((x, x, x)) + 0 * x


@triple.mistake("double")
def _(x):
    """You took it twice."""
    return sum((x, x)) + 0 * x
'''


def write_lessons(root):
    """Write the learners' notebooks of a small course, not executed."""
    for source in find_sources(root):
        draft = drafts(root, source)[1]
        (root / draft.target).write_text(write(draft.notebook), encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    """A checkout-like folder with a small nnlib, one lesson and one graded file."""
    root = tmp_path / "the course"
    (root / "solutions" / "graded").mkdir(parents=True)
    (root / "lessons").mkdir()
    (root / "nnlib").mkdir()
    for name in ("pyproject.toml", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, root)
    (root / "README.md").write_text("# A small course\n")
    # A practice exercise's answer may stand in the library, and so may a step of a graded one.
    text = "def both(x):\n    twice_the_number = x + x\n    three_times = x + x + x\n"
    (root / "nnlib" / "__init__.py").write_text('"""A small library."""\n\nANSWER = 42\n')
    (root / "nnlib" / "core.py").write_text(text)
    (root / "solutions" / "graded" / "lesson01.py").write_text(GRADED)
    add_lesson(root, "01_demo", LESSON)
    write_lessons(root)
    return root


def bundle(path):
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


# --- what is in it -------------------------------------------------------------------------------


def test_the_bundle_has_lessons_library_licences_and_a_way_to_start(root, tmp_path):
    release(root, tmp_path / "out.zip")
    files = bundle(tmp_path / "out.zip")
    wheel = "nnlib-0.1.0-py3-none-any.whl"
    names = ["LICENSE", "LICENSE-TEXT", "README.md", "environment.yml", "lessons/01_demo.ipynb"]
    assert sorted(files) == [f"nnlib-course/{name}" for name in [*names, wheel]]
    lesson = (root / "lessons" / "01_demo.ipynb").read_bytes()
    assert files["nnlib-course/lessons/01_demo.ipynb"] == lesson
    readme = files["nnlib-course/README.md"].decode()
    assert f'pip install "./{wheel}[course]"' in readme
    assert "jupyter lab lessons/01_demo.ipynb" in readme
    environment = yaml.safe_load(files["nnlib-course/environment.yml"])
    *conda, from_pip = environment["dependencies"]
    assert set(conda[2:]) == set(requirements(["course"]))
    assert from_pip == {"pip": [f"./{wheel}"]}
    inside = zipfile.ZipFile(io.BytesIO(files[f"nnlib-course/{wheel}"])).namelist()
    assert "nnlib/core.py" in inside
    assert all(name.startswith(("nnlib/", "nnlib-0.1.0.dist-info/")) for name in inside)


def test_the_same_tree_gives_the_same_bytes(root, tmp_path):
    release(root, tmp_path / "one.zip")
    for path in [root / "nnlib" / "core.py", root / "lessons" / "01_demo.ipynb"]:
        path.chmod(0o600)
        text = path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")  # with another time
    (root / "nnlib" / "__pycache__").mkdir()
    (root / "nnlib" / "__pycache__" / "core.pyc").write_bytes(b"x")
    release(root, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert {p.name for p in root.iterdir()} >= {"nnlib", "lessons"}
    assert not (root / "build").exists() and not list(root.glob("*.egg-info"))


def test_the_wheel_installs_without_a_network_and_imports(root, tmp_path):
    release(root, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path)
    (wheel,) = (tmp_path / "nnlib-course").glob("*.whl")
    uv, pip = bootstrap.find_uv(), find_spec("pip") is not None
    venv.create(tmp_path / "fresh", with_pip=not (uv or pip))
    python = str(tmp_path / "fresh" / bootstrap.PYTHON.relative_to(bootstrap.VENV))
    if uv:
        install = [uv, "pip", "install", "--python", python]
    elif pip:
        install = [sys.executable, "-I", "-m", "pip", "--python", python, "install"]
    else:  # Isolated: a checkout on the path of the tests must not count as installed.
        install = [python, "-I", "-m", "pip", "install"]
    options = ["--no-index", "--no-deps", str(wheel)]
    subprocess.run([*install, *options], check=True, capture_output=True)
    script = "import nnlib, importlib.metadata as m; print(nnlib.ANSWER, m.version('nnlib'))"
    done = subprocess.run([python, "-I", "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["42", "0.1.0"], done.stderr


def test_the_real_course_can_be_released(tmp_path):
    root = tmp_path / "course"
    ignored = shutil.ignore_patterns("__pycache__", "*.ipynb")
    for name in ("nnlib", "solutions"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for path in [ROOT / "pyproject.toml", ROOT / "README.md", *ROOT.glob("LICENSE*")]:
        shutil.copy(path, root)
    (root / "lessons").mkdir()
    write_lessons(root)
    files = release(root, tmp_path / "out.zip")
    assert len([name for name in files if name.startswith("lessons/")]) == len(find_sources(root))
    (wheel,) = [name for name in files if name.endswith(".whl")]
    inside = zipfile.ZipFile(io.BytesIO(files[wheel])).namelist()
    assert {"nnlib/data/digits.npz", "nnlib/data/digits.txt", "nnlib/network.py"} <= set(inside)
    secrets = Secrets(root)
    assert secrets.answers and all(place for place, _ in secrets.answers)
    (root / "nnlib" / "planted.py").write_bytes(
        next((root / "solutions" / "graded").glob("lesson*.py")).read_bytes()
    )
    with pytest.raises(ReleaseError, match="planted.py would show a line of"):
        release(root, tmp_path / "out.zip")


# --- what must not be in it ----------------------------------------------------------------------


def plant_in_notebook(root, line):
    path = root / "lessons" / "01_demo.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "double")
    output = {"output_type": "stream", "name": "stdout", "text": ["first\n", line + "\n"]}
    cell["outputs"] = [output]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def plant_in_library(root, text):
    path = root / "nnlib" / "core.py"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def plant_in_licence(root, line):
    (root / "LICENSE").write_text(f"Permission\n    {line}\n")


WHOLE = "three_times = x + x + x\n    a_half_of_it = three_times / 2\n"
PLANTED = {
    "a practice solution in a notebook's output": (
        plant_in_notebook,
        "twice_the_number = x + x",
        "lessons/01_demo.ipynb would show a line of its own source: twice_the_number = x + x",
    ),
    "a graded solution in a notebook's output": (
        plant_in_notebook,
        "return a_half_of_it * 2",
        "lessons/01_demo.ipynb would show a line of its own source: return a_half_of_it * 2",
    ),
    "a hidden test in the library": (
        plant_in_library,
        "    from graded import grade\n",
        "core.py would show a line of 01_demo, points-triple: from graded import grade",
    ),
    "most of a graded solution in the library": (
        plant_in_library,
        f"def f(x):\n    {WHOLE}",
        "core.py would show a line of 01_demo, answer-triple: three_times = x + x + x",
    ),
    "a graded reference in the library": (
        plant_in_library,
        "def f(x):\n    return sum((x, x, x)) + 0 * x\n",
        "core.py would show a line of graded/lesson01.py, triple: return sum((x, x, x)) + 0 * x",
    ),
    "a single line of a graded solution in a text": (
        plant_in_licence,
        "return a_half_of_it * 2",
        "LICENSE would show a line of 01_demo, answer-triple: return a_half_of_it * 2",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_found_and_nothing_is_written(root, tmp_path, what):
    plant, line, expected = PLANTED[what]
    plant(root, line)
    with pytest.raises(ReleaseError) as caught:
        release(root, tmp_path / "out.zip")
    assert str(caught.value).endswith(expected)
    assert not list(tmp_path.glob("*.zip*"))


def test_a_step_that_answers_share_with_the_library_is_no_leak(root):
    secrets = Secrets(root)
    assert secrets.in_text("three_times = x + x + x") == []
    assert secrets.in_text("twice_the_number = x + x", strict=True) == []
    (found,) = secrets.in_text("  three_times = x + x + x", strict=True)
    assert found == ("01_demo, answer-triple", "three_times = x + x + x")


def test_references_are_the_right_answers_of_a_graded_file():
    assert dict(references(GRADED)) == {"triple": ["    return sum((x, x, x)) + 0 * x"]}


def test_a_file_of_solutions_in_the_library_is_refused(root, tmp_path):
    (root / "nnlib" / "solutions").mkdir()
    (root / "nnlib" / "solutions" / "__init__.py").write_text("")
    with pytest.raises(ReleaseError, match="solutions/__init__.py has no business in the bundle"):
        release(root, tmp_path / "out.zip")


@pytest.mark.parametrize("state", ["missing", "edited", "old"])
def test_a_lesson_that_is_not_current_is_refused(root, tmp_path, state):
    path = root / "lessons" / "01_demo.ipynb"
    if state == "missing":
        path.unlink()
    elif state == "edited":
        path.write_text(path.read_text(encoding="utf-8").replace("# 01 Demo", "# 01 My own"))
    else:
        add_lesson(root, "01_demo", LESSON + "\nOne more line.\n")
    with pytest.raises(ReleaseError, match="first run: python3 -m course build"):
        release(root, tmp_path / "out.zip")


def test_a_library_that_cannot_be_built_is_said(root, tmp_path):
    (root / "pyproject.toml").write_text("[build-system\n")
    with pytest.raises(ReleaseError, match="the wheel of nnlib could not be built"):
        releasing.build_wheel(root)


def test_the_command_says_where_the_bundle_is(root, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(releasing, "ROOT", root)
    assert releasing.main([]) == 0
    assert "6 files, 0.0 MB; no line of a solution is in it." in capsys.readouterr().out
    assert (root / "dist" / "nnlib-course-0.1.0.zip").exists()
    (tmp_path / "file").touch()
    assert releasing.main([str(tmp_path / "file" / "x.zip")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("course: [Errno ") and str(tmp_path / "file") in said
    plant_in_library(root, "    from graded import grade\n")
    assert releasing.main([str(tmp_path / "x.zip")]) == 1
    assert capsys.readouterr().err.startswith("course: nnlib-0.1.0-py3-none-any.whl!nnlib/core.py")
    assert course_main(["--help"]) == 0
    assert "release    make the learners' bundle" in capsys.readouterr().out

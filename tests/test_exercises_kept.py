"""`keep` and `mine`: a learner's functions go to my_nnlib.py and come back, and nothing is lost."""

import functools
import itertools
import math
import os
import re
import runpy
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

from course.notebooks import kernel_options
from nnlib.exercises import check, engine, exercises, keep, kept, mine
from nnlib.exercises.engine import UnknownExercise
from nnlib.exercises.kept import OFF

SIGMOID = "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))\n"
STEEP = "def sigmoid(z):\n    return np.tanh(z)\n"
TANH = "def sigmoid(z):\n    return 0.5 * (np.tanh(np.asarray(z) / 2) + 1)\n"
RELU = "def relu(z):\n    return np.maximum(z, 0)\n"
DENSE = "def dense_forward(X, W, b):\n    return X @ W + b\n"
TWO = """\
def two_layer_forward(X, params):
    a1 = sigmoid(dense_forward(X, params["W1"], params["b1"]))
    return sigmoid(dense_forward(a1, params["W2"], params["b2"]))
"""
SOURCES = {"sigmoid": SIGMOID, "dense_forward": DENSE, "two_layer_forward": TWO, "relu": RELU}
ZEROS = {"W1": np.zeros((3, 4)), "b1": np.zeros(4), "W2": np.zeros((4, 2)), "b2": np.zeros(2)}
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setenv("NNLIB_KEEP", str(tmp_path / "my_nnlib.py"))
    return tmp_path / "my_nnlib.py"


@pytest.fixture
def cell(tmp_path):
    """Run a text as a cell; the function of that name, with a source that can be read."""
    numbers = itertools.count()

    def run(text, name=None, space=None):
        path = tmp_path / f"cell_{next(numbers)}.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        space = {"np": np, "__name__": "__main__"} | (space or {})
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), space)
        return space[name or re.findall(r"def (\w+)", text)[-1]]

    return run


@pytest.fixture
def lesson(cell):
    """The functions of SOURCES, which see each other as in a notebook."""
    text = "\n\n".join(SOURCES.values())
    return {name: cell(text, name) for name in SOURCES}


def told(capsys, *args, **options):
    keep(*args, **options)
    return capsys.readouterr().out


def body(path):
    """The file's text without the docstring that a new one begins with."""
    return path.read_text(encoding="utf-8").removeprefix(kept.HEADER)


# --- there and back -------------------------------------------------------------------------


def test_a_function_goes_there_and_comes_back(lesson, file, capsys):
    assert told(capsys, lesson["sigmoid"]) == "Kept in my_nnlib.py: sigmoid.\n"
    assert body(file) == f"\nimport numpy as np\n\n\n{SIGMOID}"
    given = mine("sigmoid")
    assert capsys.readouterr().out == "From my_nnlib.py: sigmoid.\n"
    assert given(np.zeros(2)).tolist() == [0.5, 0.5]
    assert given.__code__.co_filename == str(file.resolve())


def test_several_names_give_a_tuple_and_one_line_that_says_whose_each_is(lesson, capsys):
    keep(lesson["sigmoid"])
    capsys.readouterr()
    given = mine("dense_forward", "sigmoid", "relu")
    assert capsys.readouterr().out == (
        "From my_nnlib.py: sigmoid. From the library: dense_forward, relu (not kept yet).\n"
    )
    assert [f.__name__ for f in given] == ["dense_forward", "sigmoid", "relu"]
    assert given[0](np.ones((1, 2)), np.ones((2, 1)), np.ones(1)).tolist() == [[3.0]]


def test_what_the_library_gives_does_not_count_as_the_learners_own(file, capsys):
    stand_in = mine("relu")
    assert engine.diagnose(stand_in).status == "not attempted"
    capsys.readouterr()
    assert told(capsys, stand_in) == "Not attempted yet: relu.\n"
    assert told(capsys, engine.find("relu")) == "Not attempted yet: relu.\n"
    assert not file.exists()


def test_what_the_file_takes_from_the_library_is_not_called_the_learners(lesson, file, capsys):
    keep(lesson["two_layer_forward"])
    capsys.readouterr()
    sigmoid, _ = mine("sigmoid", "two_layer_forward")
    assert capsys.readouterr().out == (
        "From my_nnlib.py: two_layer_forward. From the library: sigmoid (not kept yet).\n"
    )
    assert engine.diagnose(sigmoid).status == "not attempted"


def test_stubs_are_skipped_and_the_others_kept(lesson, cell, file, capsys):
    stub = check(cell("def dense_forward(X, W, b):\n    ...\n"))
    capsys.readouterr()
    assert told(capsys, stub, lesson["relu"], cell("def sigmoid(z): ...")) == (
        "Not attempted yet: dense_forward, sigmoid. Kept in my_nnlib.py: relu.\n"
    )
    assert "dense_forward" not in body(file)


def test_the_functions_stand_in_the_order_of_the_lessons(lesson, file):
    for name in ("relu", "two_layer_forward", "sigmoid", "dense_forward"):
        keep(lesson[name])
    assert body(file) == "\nimport numpy as np\n\n\n" + "\n\n".join([SIGMOID, RELU, DENSE, TWO])


@pytest.mark.parametrize(
    "order", [p for r in (1, 2, 3) for p in itertools.permutations(list(SOURCES)[:3], r)]
)
def test_the_file_works_on_its_own_whatever_is_kept_in_whatever_order(order, lesson, file):
    for name in order:
        keep(lesson[name])
    space = runpy.run_path(str(file))
    for name in order:
        assert space[name].__code__.co_filename == str(file), "not the learner's own"
    if "two_layer_forward" in order:
        assert space["two_layer_forward"](np.ones((5, 3)), ZEROS).tolist() == [[0.5, 0.5]] * 5
    assert body(file).count("the library's, until yours is kept") == (
        "two_layer_forward" in order and 3 - len(order)
    )


def test_the_file_can_be_imported_by_a_fresh_python(lesson, file):
    keep(lesson["two_layer_forward"])
    command = (
        "import my_nnlib; print(my_nnlib.dense_forward(2, 3, 4) if 0 else my_nnlib.sigmoid(0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=file.parent, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "0.5\n", done.stderr


def test_changes_by_hand_are_seen_at_the_next_call(lesson, file, capsys):
    keep(lesson["relu"])
    before = os.stat(file)
    file.write_text(file.read_text().replace("maximum(z, 0)", "maximum(0, z)"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # nothing but the text differs
    assert 0 in mine("relu").__code__.co_consts
    file.write_text(file.read_text().replace("maximum(0, z)", "minimum(0, z)"), encoding="utf-8")
    capsys.readouterr()
    assert mine("relu")(np.array(-3.0)) == 0
    assert capsys.readouterr().out == "From the library: relu (yours does not pass its check).\n"
    assert "my_nnlib" not in sys.modules


def solutions():
    """The lessons' own solutions, each an exercise's function: {name: text of its cell}."""
    known, found = {made.name for made in exercises()}, {}
    for path in sorted((ROOT / "solutions").glob("*.md")):
        for text in re.findall(r"```\{code-cell\}.*\n(def (?:.*\n)+?)```", path.read_text("utf-8")):
            name = re.match(r"def (\w+)", text)[1]
            if name in known and "### BEGIN SOLUTION" in text:
                found[name] = text
    return found


def test_every_solution_of_the_lessons_can_be_kept(cell, file, capsys):
    texts = solutions()
    assert set(texts) == {made.name for made in exercises()}
    space = cell("\n\n".join(texts.values()), "sigmoid").__globals__
    names = ", ".join(texts)
    assert told(capsys, *(space[name] for name in texts)) == f"Kept in my_nnlib.py: {names}.\n"
    assert "SOLUTION" not in body(file) and "nnlib" not in body(file)
    mine(*texts)
    assert capsys.readouterr().out == f"From my_nnlib.py: {names}.\n"


# --- what is written by hand ----------------------------------------------------------------

BY_HAND = [
    "# only a comment, without an end of its line",
    '"""My file."""\n',
    '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""Ä ∂ 数."""\nimport os, sys\nx = 1\n\n\n',
    "from __future__ import annotations\nHELP = 1; MORE = 2\n",
    "import numpy as np\n\n# about relu\n# more\ndef relu(z):\n    return z\n    # end\n\n# tail",
    "def helper(x):\n\treturn x  # a tab\n\x0c\nTEXT = '''\x0b a\u2028b \n  end'''\n",
    "if True:\n    def helper():\n        pass\n\nfor i in range(2):\n    i\n",
    "def two_layer_forward(X, params):\n    return X\n\n\ndef helper():\n    return 1",
    "\n\n\n",
    "import os",
]


def is_in_order(few, many):
    """Whether all lines of `few` are among those of `many`, in their order."""
    rest = iter(many)
    return all(line in rest for line in few)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["sigmoid", "dense_forward"])
@pytest.mark.parametrize("text", BY_HAND)
def test_what_is_written_by_hand_stays_to_the_byte(text, name, mark, newline, lesson, file, capsys):
    file.write_bytes((mark + text.replace("\n", newline)).encode("utf-8"))
    assert told(capsys, lesson[name]) == f"Kept in my_nnlib.py: {name}.\n"
    new = file.read_bytes().decode("utf-8")
    assert new.startswith(mark) and new.count("\ufeff") == len(mark)
    if "\n" in text:
        assert new.count("\n") == new.count(newline)
        new = new.replace(newline, "\n")
    by_hand, now = text.split("\n"), new.removeprefix(mark).split("\n")
    assert is_in_order(by_hand, now)
    added = Counter(now) - Counter(by_hand) - Counter(SOURCES[name].split("\n"))
    assert set(added) <= {"", "import numpy as np"}
    assert SOURCES[name] in new
    assert runpy.run_path(str(file))[name].__code__.co_filename == str(file)


def test_a_comment_stays_with_the_function_that_it_stands_above(lesson, file):
    file.write_text(f"# about relu\n# two lines\n{RELU}    # end\n\n\n# about dense\n{DENSE}")
    keep(lesson["sigmoid"])
    keep(lesson["two_layer_forward"])
    text = file.read_text()
    assert f"{SIGMOID}\n\n# about relu\n# two lines\n{RELU}    # end\n" in text
    assert f"\n# about dense\n{DENSE}\n\n{TWO}" in text


def test_another_version_is_replaced_only_on_request(lesson, cell, file, capsys):
    hand = f"import numpy as np\n\f\nT = 'a\u2028b'\n\n{TANH}\n# after it\nx = 1\n"
    file.write_text(hand, encoding="utf-8")
    assert told(capsys, lesson["sigmoid"]) == (
        "sigmoid is not kept: my_nnlib.py has another version; "
        "keep(sigmoid, replace=True) replaces it.\n"
    )
    assert file.read_text(encoding="utf-8") == hand
    assert told(capsys, lesson["sigmoid"], replace=True) == "Replaced in my_nnlib.py: sigmoid.\n"
    assert file.read_text(encoding="utf-8") == hand.replace(TANH, SIGMOID)


def test_a_comment_at_the_end_of_a_function_is_part_of_it(cell, lesson, file, capsys):
    f = cell(RELU + "    # the end\n")
    keep(f, lesson["dense_forward"])
    assert f"{RELU}    # the end\n\n\n{DENSE}" in file.read_text()
    capsys.readouterr()
    assert told(capsys, f) == "Already in my_nnlib.py: relu.\n"


def test_what_is_there_already_is_not_written_again(lesson, file, capsys):
    keep(lesson["sigmoid"], lesson["dense_forward"])
    capsys.readouterr()
    before = file.stat()
    assert told(capsys, lesson["sigmoid"]) == "Already in my_nnlib.py: sigmoid.\n"
    assert told(capsys, *mine("sigmoid", "dense_forward")).endswith(
        "Already in my_nnlib.py: sigmoid, dense_forward.\n"
    )
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_helper_written_into_the_file_may_be_used(cell, file, capsys):
    f = cell("def relu(z):\n    return larger(z, 0)\n", "relu", {"larger": np.maximum})
    assert told(capsys, f) == (
        "relu is not kept: it uses `larger`, unknown in the file; "
        "write it there or in the function.\n"
    ).replace("`", "")
    assert not file.exists()
    file.write_text("import numpy as np\n\n\ndef larger(a, b):\n    return np.maximum(a, b)\n")
    assert told(capsys, f) == "Kept in my_nnlib.py: relu.\n"
    assert mine("relu")(np.array([-1.0, 2.0])).tolist() == [0.0, 2.0]


# --- what is refused ------------------------------------------------------------------------


class Relu:
    def __call__(self, z):
        return np.maximum(z, 0)


@pytest.mark.parametrize(
    "f",
    [
        lambda z: np.maximum(z, 0),
        functools.partial(np.maximum, 0),
        np.vectorize(abs),
        Relu(),
    ],
    ids=["lambda", "partial", "vectorized", "object"],
)
def test_what_has_no_def_is_refused(f, file, capsys, monkeypatch):
    monkeypatch.setattr(engine, "diagnose", lambda *_: SimpleNamespace(status="passed"))
    assert told(capsys, f, exercise="relu") == (
        "relu is not kept: only a function that a cell defines with def can be kept.\n"
    )
    assert not file.exists()


def test_a_function_whose_source_is_gone_is_refused(file, capsys):
    space = {"np": np}
    exec(RELU, space)
    assert "only a function that a cell defines" in told(capsys, space["relu"])
    assert not file.exists()


def test_what_does_not_pass_is_refused_and_the_rest_is_kept(cell, lesson, file, capsys):
    assert told(capsys, cell(STEEP), lesson["relu"]) == (
        "Kept in my_nnlib.py: relu.\nsigmoid is not kept: it does not pass its check.\n"
    )
    assert "def sigmoid" not in body(file)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def relu(z, floor=FLOOR):\n    return np.maximum(z, floor)\n", "FLOOR"),
        ("@timed\ndef relu(z):\n    return np.maximum(z, FLOOR)\n", "FLOOR, timed"),
        ("def relu(z):\n    return z * np.reshape([v > FLOOR for v in z.flat], z.shape)", "FLOOR"),
        ("def relu(z):\n    inner = lambda: FLOOR\n    return np.maximum(z, inner())\n", "FLOOR"),
        ("def make(low):\n    def relu(z):\n        return np.maximum(z, low)\n"
         "    return relu\nrelu = make(0)\n", "low"),
    ],
)  # fmt: skip
def test_names_that_the_file_does_not_have_are_told(text, names, cell, file, capsys):
    f = cell(text, "relu", {"FLOOR": 0, "timed": lambda f: f})
    assert told(capsys, f) == (
        f"relu is not kept: it uses {names}, unknown in the file; "
        "write it there or in the function.\n"
    )
    assert not file.exists()


def test_a_function_that_leans_on_the_notebook_is_refused(cell, file, capsys):
    file.write_text("import numpy as np\n\nFLOOR = 1\n")
    f = cell("def relu(z):\n    return np.maximum(z, FLOOR)\n", "relu", {"FLOOR": 0})
    assert told(capsys, f) == (
        "relu is not kept: it passes here, but not with what my_nnlib.py has.\n"
    )
    assert file.read_text() == "import numpy as np\n\nFLOOR = 1\n"


def test_a_name_that_means_something_else_in_the_file_is_left(lesson, file, capsys):
    file.write_text("relu = abs\n")
    assert told(capsys, lesson["relu"], replace=True) == (
        "relu is not kept: the file has something else of that name.\n"
    )
    assert file.read_text() == "relu = abs\n"


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"def f(:\n", "cannot be imported, SyntaxError"),
        (b"x = 1 / 0\n", "cannot be imported, ZeroDivisionError: division by zero"),
        (b"raise SystemExit(3)\n", "cannot be imported, SystemExit: 3"),
        (b"x = '\xe4'\n", "cannot be read, UnicodeDecodeError"),
        (b"\x00", "cannot be imported, "),
    ],
)
def test_a_broken_file_is_left_alone_and_stops_no_lesson(content, trouble, lesson, file, capsys):
    file.write_bytes(content)
    out = told(capsys, lesson["relu"], lesson["sigmoid"], replace=True)
    assert out.startswith(f"Nothing is kept: my_nnlib.py {trouble}") and out.count("\n") == 1
    assert file.read_bytes() == content
    given = mine("relu", "sigmoid")
    out = capsys.readouterr().out
    assert out.startswith(f"From the library: relu, sigmoid; my_nnlib.py {trouble}")
    assert out.count("\n") == 1
    assert [f(np.array(-1000.0)) for f in given] == [0, 0]


def test_a_folder_in_the_place_of_the_file_stops_no_lesson(lesson, file, capsys):
    file.mkdir()
    assert "my_nnlib.py cannot be read" in told(capsys, lesson["relu"])
    assert mine("relu")(np.array(-1.0)) == 0
    assert "From the library: relu; my_nnlib.py cannot be read" in capsys.readouterr().out


def test_a_value_in_the_place_of_a_function_is_not_taken(file, capsys):
    file.write_text("relu = 3\n")
    assert mine("relu")(np.array(-1.0)) == 0
    assert capsys.readouterr().out == "From the library: relu (yours does not pass its check).\n"


def test_wrong_calls_are_told_in_a_sentence():
    with pytest.raises(UnknownExercise, match="'sigmoyd'. Did you mean sigmoid"):
        mine("relu", "sigmoyd")
    with pytest.raises(UnknownExercise, match="'solutions'"):
        keep(solutions)
    for call in (mine, keep, lambda: mine(abs), lambda: keep("relu"), lambda: keep(3)):
        with pytest.raises(TypeError, match=r"^(keep|mine)\(\) takes .*, as in (keep|mine)\("):
            call()
    with pytest.raises(TypeError, match="takes functions"):
        keep(abs, max, exercise="relu")


# --- the source of a function ---------------------------------------------------------------


def test_a_function_of_another_name_is_kept_under_that_of_its_exercise(cell, file, capsys):
    f = cell("def  my_relu(z):\n    return np.maximum(z, 0)  # def my_relu\n", "my_relu")
    assert told(capsys, f, exercise="relu") == "Kept in my_nnlib.py: relu.\n"
    assert "def relu(z):\n    return np.maximum(z, 0)  # def my_relu\n" in body(file)


IN_A_CELL = '''\
x = 1
if x:
    @check
    def relu(z):
        """The larger of 0 and z.

        Entry by entry.
        """
        ### BEGIN SOLUTION
        return np.maximum(z, 0)
        ### END SOLUTION
        ...  # your code here

    y = relu(np.ones(2))
relu = check(relu)
'''
IN_THE_FILE = '''\
def relu(z):
    """The larger of 0 and z.

    Entry by entry.
    """
    return np.maximum(z, 0)
    ...  # your code here
'''


def test_only_the_function_is_taken_from_its_cell(cell, file):
    keep(cell(IN_A_CELL, "relu", {"check": check}))
    assert body(file) == f"\nimport numpy as np\n\n\n{IN_THE_FILE}"


def test_a_decorated_function_keeps_its_decorator(cell, file, capsys):
    text = '@np.errstate(over="ignore")\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n'
    assert told(capsys, cell(text)) == "Kept in my_nnlib.py: sigmoid.\n"
    assert text in body(file)
    assert told(capsys, cell(TANH), replace=True) == "Replaced in my_nnlib.py: sigmoid.\n"
    assert body(file) == f"\nimport numpy as np\n\n\n{TANH}"


def test_a_file_that_has_what_is_needed_too_late_is_left_alone(cell, file, capsys):
    file.write_text(f"import numpy as np\n\n\n{DENSE}\n\nrate = np.errstate\n")
    f = cell("@rate()\n" + SIGMOID, "sigmoid", {"rate": np.errstate})
    before = file.read_text()
    assert told(capsys, f) == (
        "sigmoid is not kept: it passes here, but not with what my_nnlib.py has.\n"
    )
    assert file.read_text() == before


def test_modules_are_imported_under_their_names_in_the_notebook(cell, file):
    text = "def relu(z: npy.ndarray):\n    return npy.maximum(z, math.floor(0.5))\n"
    keep(cell(text, "relu", {"npy": np, "math": math}))
    assert body(file) == f"\nimport math\nimport numpy as npy\n\n\n{text}"


# --- who writes when ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["CI", "NBVAL", "PYTEST_CURRENT_TEST", "NNLIB_PROGRESS"])
def test_automatic_runs_neither_write_nor_read(name, lesson, file, capsys, monkeypatch):
    keep(lesson["relu"])
    before = file.read_bytes()
    for other in ("CI", "NBVAL", "PYTEST_CURRENT_TEST", "NNLIB_PROGRESS"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.delitem(sys.modules, "pytest")
    assert kept.location() == file.resolve()
    monkeypatch.setenv(name, "off")
    capsys.readouterr()
    assert told(capsys, lesson["sigmoid"]) == f"{OFF}\n"
    assert file.read_bytes() == before
    mine("relu", "sigmoid")
    assert capsys.readouterr().out == "From the library: relu, sigmoid (not kept yet).\n"


def test_the_file_lies_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("NNLIB_KEEP")
    monkeypatch.chdir(tmp_path)
    assert kept.location() == tmp_path.resolve() / "my_nnlib.py"


def test_a_file_of_another_name_is_called_by_it(lesson, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NNLIB_KEEP", str(tmp_path / "ours ä.py"))
    assert told(capsys, lesson["relu"]) == "Kept in ours ä.py: relu.\n"
    mine("relu")
    assert capsys.readouterr().out == "From ours ä.py: relu.\n"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(lesson, file, monkeypatch, capsys):
    file.write_text("x = 1\n")

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert told(capsys, lesson["relu"]) == (
        "Nothing is kept: my_nnlib.py cannot be written, OSError: No space left on device.\n"
    )
    assert file.read_text() == "x = 1\n"
    assert [p.name for p in file.parent.iterdir() if p.name.startswith(".")] == []


def test_what_another_wrote_in_the_meantime_is_not_lost(lesson, file, monkeypatch, capsys):
    load, saved = kept._load, []

    def slow(*args):
        if not saved:
            saved.append(file.write_text("x = 1  # saved in an editor\n"))
        return load(*args)

    monkeypatch.setattr(kept, "_load", slow)
    assert told(capsys, lesson["relu"]) == "Kept in my_nnlib.py: relu.\n"
    assert "x = 1  # saved in an editor\n" in file.read_text() and RELU in file.read_text()


WRITER = """
import sys
import tempfile
import cells
from nnlib.exercises import keep
for _ in range(4):
    keep(getattr(cells, sys.argv[1]))
    keep(getattr(cells, "other_" + sys.argv[1]), exercise=sys.argv[1], replace=True)
"""


def test_many_who_write_at_once_do_not_spoil_the_file(file, tmp_path):
    file.write_text("# mine: ä\n", encoding="utf-8")
    others = [source.replace("def ", "def other_") + "    # other\n" for source in SOURCES.values()]
    cells = "\n\n".join(["import numpy as np\n", *SOURCES.values(), *others])
    (tmp_path / "cells.py").write_text(cells, encoding="utf-8")
    settings = {"env": as_a_learner(), "cwd": tmp_path, "stdout": subprocess.DEVNULL}
    run = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*run, name], **settings) for name in SOURCES]
    while any(writer.poll() is None for writer in writers):
        compile(file.read_bytes(), "my_nnlib.py", "exec")
    assert [writer.returncode for writer in writers] == [0] * len(SOURCES)
    text = file.read_text(encoding="utf-8")
    counts = [text.count(f"def {name}(") for name in SOURCES]
    assert max(counts) == 1 and text.count("# mine: ä\n") == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".my_nnlib")] == []


# --- in a notebook --------------------------------------------------------------------------


def as_a_learner():
    """The environment of somebody who works, not of a test."""
    automatic = ("CI", "NBVAL", "PYTEST_CURRENT_TEST", "NBGRADER_EXECUTION", "NNLIB_PROGRESS")
    return {k: v for k, v in os.environ.items() if k not in (*automatic, "NNLIB_KEEP")}


def run_notebook(folder, cells, env):
    """The outputs of each cell, run in a fresh kernel in that folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    with tempfile.TemporaryDirectory() as sockets:
        manager = AsyncKernelManager(**kernel_options(sockets))
        NotebookClient(notebook, km=manager, timeout=60).execute(cwd=str(folder), env=env)
    return [cell.outputs for cell in notebook.cells]


KEEPING = [
    "import numpy as np\nfrom nnlib.exercises import check, keep",
    f"x = 1\n\n@check\n{SIGMOID}\nsigmoid = check(sigmoid)",
    "def relu(z):\n    ...  # your code here",
    "relu = check(relu)",
    "keep(sigmoid, relu)",
]
USING = [
    "import numpy as np\nfrom nnlib.exercises import mine",
    'sigmoid, relu = mine("sigmoid", "relu")',
    'print(sigmoid(np.zeros(2)), sigmoid.__code__.co_filename.endswith("my_nnlib.py"))',
]


def test_one_notebook_keeps_a_function_and_another_gets_it(tmp_path):
    *_, (output,) = run_notebook(tmp_path, KEEPING, as_a_learner())
    assert output.data["text/plain"] == "Kept in my_nnlib.py: sigmoid. Not attempted yet: relu."
    assert ">Kept in my_nnlib.py: sigmoid. Not" in output.data["text/html"]
    assert SIGMOID in (tmp_path / "my_nnlib.py").read_text(encoding="utf-8")
    _, (line,), (printed,) = run_notebook(tmp_path, USING, as_a_learner())
    assert line.data["text/plain"] == (
        "From my_nnlib.py: sigmoid. From the library: relu (not kept yet)."
    )
    assert printed.text == "[0.5 0.5] True\n"


def test_a_notebook_under_test_keeps_nothing(tmp_path):
    *_, (output,) = run_notebook(tmp_path, KEEPING, as_a_learner() | {"NNLIB_PROGRESS": "off"})
    assert output.data["text/plain"] == OFF
    assert list(tmp_path.iterdir()) == []

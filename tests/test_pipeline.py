"""Tests of the lesson pipeline on tiny lessons: markers, ids, build, check and nbval's traps."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from course import build as building
from course.build import Builder, build
from course.check import check, compare
from course.files import write_atomically
from course.lesson_names import UnknownLesson, named_sources
from course.markers import PLACEHOLDER, LessonError
from course.notebooks import MUST_RAISE, drafts, fingerprint, run_all, texts, without_pixels, write
from course.sources import leaked_lines, read_cells

ROOT = Path(__file__).resolve().parent.parent
FRONT = """---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""  # six lines: the body of a lesson begins at line 7
DEMO = (
    FRONT
    + '''# A small lesson

Text.

+++

More text.

```{code-cell} ipython3
import json, os, sys, time
import matplotlib.pyplot as plt

def check(function):
    return function
```

## Doubling numbers

```{code-cell} ipython3
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice_the_number = x + x
    return twice_the_number
    ### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: g1, locked: true, points: 2, schema_version: 3, solution: false}
---
double = check(double)
### BEGIN HIDDEN TESTS
assert double(3) in (6, None)
### END HIDDEN TESTS
```

```{code-cell} ipython3
### BEGIN HIDDEN TESTS
assert double(4) in (8, None)
### END HIDDEN TESTS
```

```{code-cell} ipython3
:id: the-result
:tags: [keep-me]

print("the result is", double(2))
```

```{code-cell} ipython3
plt.plot([1, 2]);
```

```{code-cell} ipython3
:tags: [nbval-ignore-output]

print(time.perf_counter())
```

```{code-cell} ipython3
:tags: [raises-exception]

[1] + 2
```

```{code-cell} ipython3
import ipywidgets

ipywidgets.IntSlider()
```

```{code-cell} ipython3
with open("facts.json", "w") as file:
    json.dump([sys.executable, os.getcwd(), dict(os.environ)], file)
```
'''
)


def code(body, options=""):
    """A code cell of a lesson's source."""
    return f"```{{code-cell}} ipython3\n{options}{body}\n```\n\n"


def new_root(path):
    """An empty checkout at `path`."""
    for folder in ("solutions", "lessons", "nnlib"):
        (path / folder).mkdir()
    (path / "nnlib" / "core.py").write_text("x = 1\n")
    return path


def add_lesson(root, text, name="01_demo"):
    """Write a lesson's source and return its path."""
    path = root / "solutions" / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


def read(path):
    """The notebook at `path`, valid."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def cells(notebook):
    """The notebook's cells by their ids."""
    return {cell.id: cell for cell in notebook.cells}


def fault(root, text):
    """What is wrong with a lesson, as the sentence that reading it raises."""
    path = add_lesson(root, text)
    with pytest.raises(LessonError) as caught:
        drafts(root, path)
    return str(caught.value)


@pytest.fixture
def root(tmp_path):
    """An empty checkout."""
    return new_root(tmp_path)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A checkout with the demo lesson, built once; tests must not change it."""
    root = new_root(tmp_path_factory.mktemp("demo"))
    add_lesson(root, DEMO)
    other = root / "kernels" / "python3"  # what `ipython kernel install --user` leaves behind
    other.mkdir(parents=True)
    wrong = {"argv": ["false"], "display_name": "Wrong", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(wrong))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(root))
        patch.setenv("MPLBACKEND", "Agg")
        assert build(root) == 0
    return root


@pytest.fixture
def copy(demo, tmp_path):
    """A checkout like `demo` that a test may change."""
    return Path(shutil.copytree(demo, tmp_path / "copy"))


# What a build makes


def test_the_learner_gets_a_placeholder_and_no_hidden_test(demo):
    lesson, solved = (read(demo / f / "01_demo.ipynb") for f in ("lessons", "solutions"))
    assert (
        cells(lesson)["double"].source == f'def double(x):\n    """Twice x."""\n    {PLACEHOLDER}'
    )
    assert cells(lesson)["check-double"].source == "double = check(double)"
    assert "return twice_the_number" in cells(solved)["double"].source
    assert "assert double(3)" in cells(solved)["check-double"].source
    assert cells(lesson)["the-result"].outputs[0].text == "the result is None\n"
    assert cells(solved)["the-result"].outputs[0].text == "the result is 4\n"


def test_ids_come_from_the_source_the_function_or_the_section(demo):
    solved = [cell.id for cell in read(demo / "solutions/01_demo.ipynb").cells]
    start = [f"a-small-lesson-{i}" for i in (1, 2, 3)]
    section = [f"doubling-numbers-{i}" for i in range(1, 8)]
    assert (
        solved
        == [*start, section[0], "double", "check-double", section[1], "the-result"] + (section[2:])
    )
    lesson = [cell.id for cell in read(demo / "lessons/01_demo.ipynb").cells]
    assert lesson == [id for id in solved if id != section[1]]  # the cell of hidden tests alone


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
def test_metadata_hold_what_is_needed_and_nothing_of_the_run(demo, folder):
    notebook = read(demo / folder / "01_demo.ipynb")
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.kernelspec.display_name == "Python 3"
    assert notebook.metadata.language_info.name == "python"
    assert "version" not in notebook.metadata.language_info
    assert "widgets" not in notebook.metadata
    found = {id: dict(cell.metadata) for id, cell in cells(notebook).items() if cell.metadata}
    grading = found.pop("check-double")["nbgrader"]
    assert (grading["grade_id"], grading["points"], grading["schema_version"]) == ("g1", 2, 3)
    assert found.pop("the-result") == {"tags": ["keep-me"]}
    assert sorted(m["tags"][0] for m in found.values()) == ["nbval-ignore-output", MUST_RAISE]
    run = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert run == list(range(1, len(run) + 1))


def test_outputs_hold_the_picture_and_no_widget_view(demo):
    notebook = read(demo / "lessons/01_demo.ipynb")
    data = [o.data for c in notebook.cells for o in c.get("outputs", []) if "data" in o]
    assert [sorted(d) for d in data] == [["image/png", "text/plain"], ["text/plain"]]
    assert data[1]["text/plain"] == "IntSlider(value=0)"


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
def test_cells_run_in_their_folder_with_this_python_and_one_thread(demo, folder):
    python, cwd, environment = json.loads((demo / folder / "facts.json").read_text())
    assert python == sys.executable
    assert Path(cwd).resolve() == (demo / folder).resolve()
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["MPLBACKEND"] == "module://matplotlib_inline.backend_inline"
    assert environment["NNLIB_PROGRESS"] == "off"


def test_a_second_build_gives_the_same_bytes(copy, capsys):
    names = ("lessons/01_demo.ipynb", "solutions/01_demo.ipynb")
    before = {name: (copy / name).read_bytes() for name in names}
    assert build(copy, force=True) == 0
    assert "2 built, 0 already current, 0 failed." in capsys.readouterr().out
    assert {name: (copy / name).read_bytes() for name in names} == before


# What a build refuses, with the line in the source


def region(*lines, indent="    "):
    """A function whose body is `lines`; the first of them stands at line 11 of the lesson."""
    return FRONT + "# T\n\n" + code("def f():\n" + "\n".join(indent + line for line in lines))


BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ([BEGIN, "return 1"], 11, "has no END marker in the same cell"),
        (["return 1", END], 12, "has no BEGIN marker before it"),
        ([BEGIN, BEGIN, "return 1", END, END], 12, "inside the region that begins at line 11"),
        ([BEGIN, "1", BEGIN_HIDDEN, "2", END], 13, "inside the region that begins at line 11"),
        ([BEGIN, "return 1", END_HIDDEN], 13, f"closes the “{BEGIN}” of line 11"),
        ([BEGIN, "return 1", "    " + END], 13, "not indented like its BEGIN marker at line 11"),
        ([BEGIN, END], 12, "a region without any code, begun at line 11"),
        ([BEGIN, "# a comment", "", END], 14, "a region without any code, begun at line 11"),
        ([BEGIN + " of f", "return 1", END], 11, "looks like a marker and is none"),
        (["# BEGIN SOLUTION", "return 1", "# END SOLUTION"], 11, "looks like a marker"),
        (["### begin solution", "return 1", END], 11, "looks like a marker and is none"),
        (["###BEGIN SOLUTION", "return 1", END], 11, "looks like a marker and is none"),
        (["x = 1  " + BEGIN, "return 1", END], 11, "looks like a marker and is none"),
        (["### SOLUTION BEGIN", "return 1", "### SOLUTION END"], 11, "looks like a marker"),
        (["# solution: begin", "return 1", END], 11, "looks like a marker and is none"),
        (["### BEGIN SOLUTOIN", "return 1", END], 11, "looks like a marker and is none"),
        (["### BEGIN HIDDEN TEST", "1", END_HIDDEN], 11, "looks like a marker and is none"),
        ([BEGIN_HIDDEN, "return 1", END_HIDDEN], 10, "learner gets of this cell does not compile"),
        (
            ["if True:", BEGIN, "    return 1", END],
            12,
            "learner gets of this cell does not compile",
        ),
        ([BEGIN, "return (1", END], 12, "the cell does not compile"),
    ],
)
def test_a_wrong_marker_is_refused_with_its_line(root, lines, line, sentence):
    said = fault(root, region(*lines))
    assert said.startswith(f"solutions/01_demo.md:{line}: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (f"# T\n\n{BEGIN}\n\ntext\n\n{END}\n", 9, "a marker stands outside a code cell"),
        (f"# T\n\n```python\n{BEGIN}\n1\n{END}\n```\n", 10, "a marker stands outside a code cell"),
        ("# T\n\n<!-- END SOLUTION -->\n", 9, "a marker stands outside a code cell"),
        (code("1", ":id: a\n") + code("2", ":id: a\n"), 12, "'a' is already used by the cell at"),
        (code("1", ":id: a b\n"), 7, "the id 'a b' must be text of 1 to 64 letters"),
        (code("1", ":id: 7\n"), 7, "the id 7 must be text of 1 to 64 letters"),
        (code("1", f":id: {'a' * 65}\n"), 7, "must be text of 1 to 64 letters"),
        (code("1", "---\na: [\n---\n"), 7, "options or front matter cannot be read"),
        ("# T\n\n- item\n\n  ```{code-cell}\n  1\n  ```\n", 11, "this fence makes no cell"),
        ("# T\n\n```{code-cell}\n1\n", 9, "the cell is not closed"),
    ],
)
def test_a_wrong_source_is_refused_with_its_line(root, text, line, sentence):
    said = fault(root, FRONT + text)
    assert said.startswith(f"solutions/01_demo.md:{line}: ")
    assert sentence in said


GRADED = ":nbgrader: {{grade: {}, solution: {}, locked: false, schema_version: 3, grade_id: g}}\n"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (code("x = 1\ndef f():\n    return 1") + code("f = check(f)"), 9, "an answer without"),
        (code("def f():\n    return 1") + code("check(f)"), 8, "an answer without"),
        (code("x = 1", GRADED.format("false", "true")), 7, "an answer without"),
        (code("grade(f)", GRADED.format("true", "false")), 7, "a graded test without"),
    ],
)
def test_an_answer_that_nobody_marked_is_refused(root, text, line, sentence):
    said = fault(root, FRONT + text)
    assert said.startswith(f"solutions/01_demo.md:{line}: ")
    assert sentence in said


def test_magics_and_two_regions_in_a_cell_are_allowed(root):
    body = f"%matplotlib inline\n!true\n{BEGIN}\nx = 1\n{END}\ny = 2\n{BEGIN}\nz = 3\n{END}\ny"
    learner = drafts(root, add_lesson(root, FRONT + code(body)))[1].notebook.cells[0].source
    assert learner == f"%matplotlib inline\n!true\n{PLACEHOLDER}\ny = 2\n{PLACEHOLDER}\ny"


def test_derived_ids_never_meet_each_other_or_a_given_one(root):
    text = "# Sum\n\n" + code("1", ":id: sum-2\n") + code("2") + "# Sum\n\n" + "# Größe\n"
    exercise = f"def f():\n    {BEGIN}\n    return 1\n    {END}"
    text += code(exercise) + code(exercise) + code("f = check(f)") + "## " + "long " * 40
    ids = [cell.id for cell in drafts(root, add_lesson(root, FRONT + text))[0].notebook.cells]
    assert ids[:4] == ["sum-1", "sum-2", "sum-3", "sum-4"]
    assert ids[4:7] == ["f", "f-1", "check-f"]
    assert len(set(ids)) == len(ids) and max(map(len, ids)) <= 64


FAILING = {
    "01_error": (code("x = 1\n\n1 / 0"), 9, "cell start-1: ZeroDivisionError: division by zero"),
    "02_after_region": (
        code(f"{BEGIN}\na = 1\nb = 2\n{END}\nint('x')"),
        11,
        "cell start-1: ValueError: invalid literal for int() with base 10: 'x'",
    ),
    "03_warning": (
        code("import warnings\nwarnings.warn('look')"),
        8,
        "wrote to stderr: UserWarning: look",
    ),
    "04_address": (code("object()"), 7, "shows a memory address, “at 0x"),
    "05_path": (code("import os\nos.getcwd()"), 7, "shows a path of this machine"),
    "06_raised_nothing": (
        code("1", f":tags: [{MUST_RAISE}]\n"),
        8,
        f"is tagged {MUST_RAISE} and raised nothing",
    ),
    "07_large": (
        code("print(('x' * 1000 + '\\n') * 1000)"),
        7,
        "MB, above the limit of 1 MB; this cell's outputs are the largest",
    ),
    "08_dead": (code("import os\nos._exit(1)"), 7, "the kernel died"),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """What is said of each failing lesson, and the good one beside them: name → error or text."""
    root, said, work = new_root(tmp_path_factory.mktemp("failing")), {}, []
    for name, (body, _, _) in {**FAILING, "09_good": (code("2 + 2"), 0, "")}.items():
        body = body.replace("```{code-cell} ipython3\n", "```{code-cell}\n", 1)
        work.append(drafts(root, add_lesson(root, FRONT[:-4] + "---\n" + body, name))[1])

    def finished(draft, text, error, seconds):
        said[Path(draft.target).stem] = str(error or text)

    asyncio.run(run_all(work, root, 2, finished))
    return said


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_cell_is_named_with_its_line_in_the_source(failures, name):
    _, line, sentence = FAILING[name]
    assert failures[name].startswith(f"solutions/{name}.md:{line + 1}: lessons/{name}.ipynb, cell")
    assert sentence in failures[name]


def test_the_other_notebooks_are_made_when_one_fails(failures):
    outputs = nbformat.reads(failures["09_good"], as_version=4).cells[0].outputs
    assert outputs[0].data["text/plain"] == "4"


def test_a_failing_lesson_gives_exit_code_1_and_leaves_the_old_file(root, capsys):
    add_lesson(root, region(BEGIN, "return 1"))
    old = root / "lessons/01_demo.ipynb"
    old.write_text("old")
    assert build(root) == 1
    assert old.read_text() == "old"
    printed = capsys.readouterr()
    assert "FAILED solutions/01_demo.md:11: " in printed.err
    assert "0 built, 0 already current, 1 failed." in printed.out


# What is made again, and what is not lost


def planned(root, force=False):
    """The notebooks that a build would make again, and how many it refuses."""
    builder = Builder(root, force)
    builder.plan(root / "solutions/01_demo.md")
    return sorted(draft.target for draft in builder.work), builder.failed


BOTH = ["lessons/01_demo.ipynb", "solutions/01_demo.ipynb"]


def test_nothing_is_made_again_when_nothing_changed(copy):
    assert planned(copy) == ([], 0)
    assert planned(copy, force=True) == (BOTH, 0)


def test_a_changed_source_library_or_pipeline_makes_both_again(copy, monkeypatch, tmp_path):
    add_lesson(copy, DEMO + "\nOne more line.\n")
    assert planned(copy) == (BOTH, 0)
    add_lesson(copy, DEMO)
    assert planned(copy) == ([], 0)
    (copy / "nnlib/core.py").write_text("x = 2\n")
    assert planned(copy) == (BOTH, 0)
    (copy / "nnlib/core.py").write_text("x = 1\n")
    assert planned(copy) == ([], 0)
    monkeypatch.setattr(building, "PIPELINE", ("markers.py",))
    assert planned(copy) == (BOTH, 0)


def change(path, edit):
    """Apply `edit` to the notebook at `path`."""
    notebook = read(path)
    edit(notebook)
    path.write_text(write(notebook), encoding="utf-8")


def set_output(notebook):
    cells(notebook)["the-result"].outputs[0].text = "the result is 5\n"


def set_source(notebook):
    cells(notebook)["the-result"].source = "print('mine')"


def test_a_changed_output_or_a_missing_file_makes_that_notebook_again(copy):
    change(copy / "lessons/01_demo.ipynb", set_output)
    assert planned(copy) == (["lessons/01_demo.ipynb"], 0)
    (copy / "solutions/01_demo.ipynb").unlink()
    assert planned(copy) == (BOTH, 0)


def test_a_notebook_somebody_worked_in_is_refused_and_kept(copy, capsys):
    path = copy / "lessons/01_demo.ipynb"
    change(path, set_source)
    mine = path.read_bytes()
    assert build(copy) == 1
    printed = capsys.readouterr()
    assert "lessons/01_demo.ipynb was edited by hand, and is made from" in printed.err
    assert "--force" in printed.err
    assert path.read_bytes() == mine
    assert planned(copy, force=True) == (BOTH, 0)
    assert (copy / ".cache/course/replaced/lessons/01_demo.ipynb").read_bytes() == mine


def test_an_edited_notebook_is_known_without_a_record(copy):
    (copy / ".cache/course/built.json").unlink()
    assert planned(copy) == (BOTH, 0)
    change(copy / "lessons/01_demo.ipynb", set_source)
    assert planned(copy) == (["solutions/01_demo.ipynb"], 1)
    (copy / "solutions/01_demo.ipynb").write_text("not a notebook")
    assert planned(copy) == ([], 2)


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.ipynb"
    write_atomically(path, "old")

    def stopped(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text() == "old"


SLOW = "import time\nfrom pathlib import Path\nPath('started').touch()\ntime.sleep(600)"
STOPPABLE = """
import signal, sys
from pathlib import Path
from course.build import build
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(build(Path(sys.argv[1])))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, not to a process")
def test_ctrl_c_stops_a_build_and_leaves_no_half_written_file(root):
    add_lesson(root, FRONT + code(SLOW))
    old = nbformat.v4.new_notebook()
    old.metadata["course"] = {"sources_sha256": fingerprint(old)}
    (root / "lessons/01_demo.ipynb").write_text(write(old))
    command = [sys.executable, "-c", STOPPABLE, str(root)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list(root.glob("*/started")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said.startswith("Stopped.") and "Traceback" not in said
    assert (root / "lessons/01_demo.ipynb").read_text() == write(old)
    assert not (root / "solutions/01_demo.ipynb").exists()
    assert not list(root.rglob("*.part"))


def test_an_unknown_lesson_is_said_in_a_sentence(root, capsys, monkeypatch):
    add_lesson(root, DEMO)
    monkeypatch.setattr(building, "ROOT", root)
    assert building.main(["02_missing"]) == 2
    assert "there is no lesson '02_missing'; there are 01_demo." in capsys.readouterr().err


def test_a_lesson_is_named_by_its_number_in_full_or_as_a_file(root):
    paths = [add_lesson(root, DEMO, name) for name in ("01_demo", "02_more")]
    assert named_sources(root) == paths
    for word in ("02", "02_more", "solutions/02_more.md", "02_more.ipynb"):
        assert named_sources(root, [word]) == paths[1:]
    assert named_sources(root, ["02", "01"]) == paths
    for word in ("", "0", "02_mor", "more"):
        with pytest.raises(UnknownLesson, match="there are 01_demo, 02_more"):
            named_sources(root, ["01", word])


# What the check finds


def difference(demo, edit):
    """The differences that the check finds after `edit`, without running anything."""
    saved, fresh = (read(demo / "lessons/01_demo.ipynb") for _ in range(2))
    edit(saved)
    return compare(saved, fresh)


def test_equal_notebooks_have_no_difference(demo):
    assert difference(demo, lambda notebook: None) == []


def test_an_edited_source_is_found_with_its_first_line(demo):
    found = difference(
        demo, lambda n: cells(n)["double"].update(source='def double(x):\n    """2 x."""')
    )
    assert found == [
        ", cell double: the source differs at line 2:\n"
        '    saved:     """2 x."""\n'
        '    fresh:     """Twice x."""'
    ]


def test_an_edited_output_is_found_with_both_lines(demo):
    assert difference(demo, set_output) == [
        ", cell the-result: the output stdout differs at line 1:\n"
        "    saved: the result is 5\n    fresh: the result is None"
    ]


def error_cell(notebook):
    """The cell that raises."""
    return next(c for c in notebook.cells if MUST_RAISE in c.metadata.get("tags", []))


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda n: n.cells[0].update(id="other"), ": the cell ids differs at line 1"),
        (lambda n: n.cells.pop(), ": the cell ids differs at line"),
        (lambda n: n.metadata.update(widgets={}), ": the notebook's metadata differs"),
        (lambda n: cells(n)["check-double"].metadata.nbgrader.update(points=9), "the metadata"),
        (lambda n: cells(n)["the-result"].update(execution_count=None), "the execution count"),
        (lambda n: cells(n)["the-result"].outputs.clear(), "the list of outputs differs"),
        (lambda n: error_cell(n).outputs[0].update(ename="IndexError"), "the output error differs"),
    ],
)
def test_every_kind_of_difference_is_found(demo, edit, place):
    found = difference(demo, edit)
    assert len(found) == 1
    assert place in found[0]


def test_pixels_tracebacks_and_timings_are_not_compared(demo):
    def edit(notebook):
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "image/png" in data:
                    data["image/png"] = "AAAA"
                if "data:image/png" in data.get("text/html", ""):
                    data["text/html"] = re.sub('base64,[^"]*', "base64,AAAA", data["text/html"])
        error_cell(notebook).outputs[0].traceback = ["another"]
        timed = next(c for c in notebook.cells if "time.perf_counter" in c.source)
        timed.outputs[0].text = "0.25\n"

    assert difference(demo, edit) == []


def test_the_words_of_a_picture_inside_html_are_compared():
    pairs = ("a curve", "AAAA"), ("a curve", "BBBB"), ("a line", "AAAA")
    one, same, other = (shown(*pair) for pair in pairs)
    assert texts(one) == texts(same) != texts(other)
    sized = (
        '<img alt="a curve" width="459" height="300" id="x" src="data:image/png;base64,AA=="> 459'
    )
    assert without_pixels(sized) == '<img alt="a curve" id="x" src="data:image/png;base64,"> 459'


def test_the_check_passes_a_fresh_build_with_one_line(copy, capsys):
    assert check(copy) == 0
    assert capsys.readouterr().out.endswith("\n2 notebooks are current.\n")


def test_the_check_lists_edited_missing_and_orphaned_notebooks(root, capsys):
    add_lesson(root, FRONT + code("2 + 2"))
    add_lesson(root, FRONT + code("3"), "02_new")
    assert build(root, ["01_demo"]) == 0
    for folder in ("lessons", "solutions"):
        orphan = root / folder / "03_gone.ipynb"
        orphan.write_bytes((root / "lessons/01_demo.ipynb").read_bytes())

    def edit(notebook):
        notebook.cells[0].outputs[0].data["text/plain"] = "5"

    change(root / "lessons/01_demo.ipynb", edit)
    capsys.readouterr()
    assert check(root) == 1
    said = capsys.readouterr().err
    assert "5 differences:" in said
    assert "lessons/01_demo.ipynb, cell start-1: the output text/plain differs at line 1:" in said
    assert "    saved: 5\n    fresh: 4" in said
    for folder in ("lessons", "solutions"):
        assert f"{folder}/02_new.ipynb: is missing; solutions/02_new.md gives it." in said
        assert f"{folder}/03_gone.ipynb: no solutions/03_gone.md gives this notebook." in said
    assert "python3 -m course build" in said


# A solution that leaks is found


def test_a_line_of_a_solution_in_the_learners_text_is_found(root):
    found = read_cells(add_lesson(root, DEMO), "solutions/01_demo.md")
    leaky = "a hint: twice_the_number = x + x"
    assert leaked_lines(found, leaky) == ["twice_the_number = x + x"]
    assert leaked_lines(found, "print(double(3))") == []
    told = read_cells(add_lesson(root, DEMO + f"\n{leaky}\n"), "solutions/01_demo.md")
    assert leaked_lines(told, leaky) == []


# nbval and its traps


def saved_cell(id, source, outputs, tags=()):
    """A code cell that was run and saved with `outputs`."""
    node = nbformat.v4.new_code_cell(source, id=id, outputs=outputs, execution_count=1)
    node.metadata = {"tags": list(tags)} if tags else {}
    return node


def printed(text):
    """A saved output on stdout."""
    return nbformat.v4.new_output("stream", name="stdout", text=text)


PICTURE = '<img alt="{}" src="data:image/png;base64,{}">'
SHOW = f"display({{'text/html': '{PICTURE.format('a curve', 'BBBB')}'}}, raw=True)"


def shown(words, pixels):
    """A saved picture inside HTML."""
    return nbformat.v4.new_output("display_data", data={"text/html": PICTURE.format(words, pixels)})


def test_nbval_compares_strictly_and_without_its_traps(root):
    figure = {"image/png": "AAAA", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["x"])
    notebooks = {
        "good.ipynb": [
            saved_cell("import", "import matplotlib.pyplot as plt, time", []),
            saved_cell(
                "curve",
                "plt.plot([1, 2]);",
                [nbformat.v4.new_output("display_data", data=figure)],
            ),
            saved_cell("pixels", SHOW, [shown("a curve", "AAAA")]),
            saved_cell("printed", "print('a')\nprint('b')", [printed("a\nb\n")]),
            saved_cell("timed", "print(time.time())", [printed("1\n")], ["nbval-ignore-output"]),
            saved_cell("raising", "raise ValueError('no')", [error], [MUST_RAISE]),
        ],
        "wrong.ipynb": [
            saved_cell("wrong-sum", "print(1 + 1)", [printed("3\n")]),
            saved_cell("words", SHOW.replace("curve", "line"), [shown("a curve", "BBBB")]),
            saved_cell("raises", "1 / 0", []),
            saved_cell("silent", "x = 1", [], [MUST_RAISE, "nbval-ignore-output"]),
        ],
    }
    for name, nodes in notebooks.items():
        (root / name).write_text(write(nbformat.v4.new_notebook(cells=nodes)))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "course.nbval_plugin",
        "-p",
        "no:cacheprovider",
    ]
    command += ["--nbval", "--rootdir", str(root), "-c", os.devnull, "-v", "-n", "0", str(root)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    said = result.stdout
    assert result.returncode == 1, said + result.stderr
    for id in ("import", "curve", "pixels", "printed", "timed", "raising"):
        assert f"good.ipynb::{id} PASSED" in said
    for id in ("wrong-sum", "words", "raises", "silent"):
        assert f"wrong.ipynb::{id} FAILED" in said
    assert "wrong.ipynb, cell wrong-sum: Cell outputs differ\n\n    print(1 + 1)" in said
    assert "wrong.ipynb, cell raises: Cell execution caused an exception\n\n    1 / 0" in said
    assert f"cell silent: the cell is tagged {MUST_RAISE} and raised nothing" in said
    assert "\x1b[" not in said

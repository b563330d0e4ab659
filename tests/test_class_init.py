"""Tests of `course class init`: the folder that it makes, and nbgrader at work in it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from classroom import LESSON, UNGRADED, add_lesson, make_root, nbgrader, ready_class
from traitlets.config import PyFileConfigLoader
from traitlets.utils.importstring import import_item

from course import class_init
from course.__main__ import COMMANDS
from course.class_folder import ClassError, ClassFolder
from course.class_source import grade_ids, source_notebook
from course.lesson_names import UnknownLesson
from course.markers import PLACEHOLDER
from course.notebooks import drafts

main = import_item("course.class.main")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The small course and a class in which practice counts."""
    return ready_class(tmp_path_factory)


@pytest.fixture
def root(tmp_path):
    return make_root(tmp_path / "course")


def notebook(folder, step, name="01_demo"):
    return nbformat.read(folder / step / name / f"{name}.ipynb", as_version=4)


def sources(notebook):
    return {cell.id: cell.source for cell in notebook.cells}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- what is made --------------------------------------------------------------------------------


def test_the_folder_has_assignments_gradebook_and_configuration(made):
    _, folder = made
    assert names(folder) == [
        "README.txt",
        "class.json",
        "exchange",
        "gradebook.db",
        "nbgrader_config.py",
        "release",
        "source",
        "submitted",
    ]
    assert names(folder / "source") == names(folder / "release") == ["01_demo", "02_practice"]
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_the_source_is_solved_not_run_and_counts_practice(made):
    cells = sources(notebook(made[1], "source"))
    assert "twice_the_number = x + x" in cells["double"]
    assert list(cells)[2:6] == ["double", "check-double", "points-double", "not_checked"]
    assert "from graded import grade\ngrade(double)\n" in cells["points-double"]
    assert all(
        cell.execution_count is None and cell.outputs == []
        for cell in notebook(made[1], "source").cells
        if cell.cell_type == "code"
    )


def test_the_released_notebook_reads_like_the_lesson_and_hides_the_rest(made):
    root, folder = made
    lesson = drafts(root, root / "solutions" / "01_demo.md")[1].notebook
    released = sources(notebook(folder, "release"))
    added = released.pop("points-double")
    assert added.startswith("# 1 point for double, given when your notebook is graded.")
    assert released == sources(lesson)
    text = (folder / "release" / "01_demo" / "01_demo.ipynb").read_text(encoding="utf-8")
    assert PLACEHOLDER in text
    for secret in ("twice_the_number", "three_times", "x * 100", "graded import", "BEGIN", "END "):
        assert secret not in text


def test_answers_and_grade_cells_carry_nbgraders_metadata(made):
    details = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata["nbgrader"]
        for cell in notebook(made[1], "release").cells
        if "nbgrader" in cell.metadata
    }
    assert {name: found.get("points") for name, found in details.items()} == {
        "double": None,
        "points-double": 1,
        "not_checked": None,
        "triple": None,
        "points-triple": 4,
    }
    assert details["double"]["solution"] and not details["double"]["grade"]
    assert details["points-double"]["grade"] and details["points-double"]["locked"]


def test_the_gradebook_knows_the_assignments_and_their_points(made):
    from nbgrader.api import Gradebook

    with Gradebook(ClassFolder(made[1]).gradebook_url) as gradebook:
        found = {one.name: one.max_score for one in gradebook.assignments}
    assert found == {"01_demo": 5.0, "02_practice": 1.0}


def test_the_seed_is_secret_and_every_class_has_its_own(made, root, monkeypatch):
    path = made[1] / "class.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    assert settings["count_practice"] is True
    assert 0 < settings["seed"] < 2**31
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
    told = []
    monkeypatch.setattr(class_init, "fill", lambda root, folder, lessons, s: told.append(s["seed"]))
    for number in range(3):
        class_init.create(root, root.parent / f"class{number}")
    assert len(set(told)) == 3
    assert settings["seed"] not in told


def test_the_readme_names_the_programs_and_the_way_on(made):
    text = (made[1] / "README.txt").read_text(encoding="utf-8")
    assert str(Path(sys.executable).parent) in text
    assert f'course class import "{made[1]}" DOWNLOAD --lesson 01' in text


def test_without_count_practice_only_graded_problems_count(root):
    lesson = root / "solutions" / "01_demo.md"
    assert grade_ids(source_notebook(root, lesson)) == ["triple", "points-triple"]
    assert "course" not in source_notebook(root, lesson).metadata
    chosen = class_init.choose(root, [], count_practice=False)
    assert [path.stem for path in chosen] == ["01_demo"]
    assert len(class_init.choose(root, [], count_practice=True)) == 2
    assert [p.stem for p in class_init.choose(root, ["02", "01_demo"], False)] == [
        "01_demo",
        "02_practice",
    ]


def test_the_arguments_of_a_check_are_those_of_its_grade_cell(root):
    add_lesson(root, "03_named", UNGRADED.replace("check(double)", "check(double, 'other')"))
    made = source_notebook(root, root / "solutions" / "03_named.md", count_practice=True)
    assert "grade(double, 'other')" in sources(made)["points-double"]


# --- nbgrader at work in it ----------------------------------------------------------------------


def test_plain_nbgrader_commands_work(copied):
    _, folder = copied
    wrong = notebook(folder, "source")
    (cell,) = [cell for cell in wrong.cells if cell.id == "answer-triple"]
    cell.source = cell.source.replace("x + x + x", "x + x + 1")
    nbformat.write(wrong, folder / "wrong.ipynb")
    valid = nbgrader(folder, "validate", "source/01_demo/01_demo.ipynb", "wrong.ipynb")
    assert valid.stdout.count("Success! Your notebook passes all the tests.") == 1
    assert valid.stdout.count("VALIDATION FAILED ON 1 CELL") == 1
    again = nbgrader(folder, "generate_assignment", "01_demo", "--force")
    assert again.returncode == 0, again.stderr
    listed = nbgrader(folder, "list")
    assert listed.returncode == 0, listed.stderr
    assert "Released assignments" in listed.stdout + listed.stderr
    exported = nbgrader(folder, "export", "--to", "exported.csv")
    assert exported.returncode == 0, exported.stderr
    assert (folder / "exported.csv").read_text(encoding="utf-8").startswith("assignment,")
    for done in (again, listed, exported):
        assert "Traceback" not in done.stderr
    # `validate` starts a kernel, and what a kernel says while it ends is not nbgrader's.
    assert not re.search(r'File ".*/nbgrader/', valid.stderr)


@pytest.fixture(scope="module")
def server(made, tmp_path_factory):
    """A Jupyter server in the class's folder, as an instructor starts it: a function that GETs."""
    own = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(made[1], own / "class")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += ["--IdentityProvider.token=secret"]
    with open(own / "log", "w") as log:
        process = subprocess.Popen(
            command,
            cwd=own / "class",
            env={**os.environ, **class_init.search_paths(), **folders},
            stdout=log,
            stderr=log,
        )
    try:
        address = wait_for(own / "RUNTIME", process, own / "log")
        yield lambda path: get(address + path)
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(runtime, process, log):
    """The address that the server wrote down once it is up."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        for found in runtime.glob("jpserver-*.json"):
            try:
                address = json.loads(found.read_text())["url"]
                get(address + "api")
                return address
            except (ValueError, OSError):
                continue
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def get(url):
    request = urllib.request.Request(url, headers={"Authorization": "token secret"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def test_the_formgrader_lists_the_assignments(server):
    found = {one["name"]: one for one in json.loads(server("formgrader/api/assignments"))}
    assert set(found) == {"01_demo", "02_practice"}
    assert found["01_demo"]["max_score"] == 5.0
    assert found["01_demo"]["source_path"] == "source/01_demo"
    for page in ("manage_assignments", "gradebook", "manage_students"):
        assert "nbgrader" in server(f"formgrader/{page}")


# --- the configuration ---------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch):
    """The environment and the search path, put back after the test."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("PATH", "PYTHONPATH", "NNLIB_CLASS_SEED"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def load_config(folder):
    return PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()


def test_the_configuration_names_the_judge_and_real_steps(made, environment):
    config = load_config(made[1])
    steps = {name: config.Autograde[f"{name}_preprocessors"] for name in ("sanitize", "autograde")}
    assert steps["sanitize"][0] == "course.grading.repair.Repair"
    assert steps["autograde"][0] == "course.grading.judge.Judge"
    # nbgrader's own runner would let a submission run beside the tests.
    every = [*steps["sanitize"], *steps["autograde"], *config.GenerateFeedback.preprocessors]
    assert not [step for step in every if step.endswith(("Execute", "DeduplicateIds"))]
    assert all(callable(import_item(step)) for step in every)
    assert "nbgrader.preprocessors.ClearHiddenTests" in config.GenerateFeedback.preprocessors


def test_what_a_submission_shows_is_made_harmless_and_the_graders_words_stay(made, environment):
    config = load_config(made[1])
    (step,) = [s for s in config.Autograde.autograde_preprocessors if "HTML" in s]
    ours = "<div style='border-left:.4em solid var(--jp-info-color1);padding:.2em'><p>so</p></div>"
    data = {"text/html": f"<script>alert(1)</script>{ours}", "application/javascript": "alert(1)"}
    shown = nbformat.v4.new_output("display_data", data=data)
    cells = [
        nbformat.v4.new_code_cell("1", outputs=[shown]),
        nbformat.v4.new_markdown_cell("<img src=x onerror=alert(1)> **bold**"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    # Called as nbconvert does it: a step that is not enabled does nothing there.
    clean, _ = import_item(step)(config=config)(notebook, {})
    output, text = clean.cells[0].outputs[0].data, clean.cells[1].source
    assert set(output) == {"text/html"}
    assert output["text/html"].startswith("&lt;script&gt;alert(1)&lt;/script&gt;<div style=")
    assert "border-left:.4em solid var(--jp-info-color1)" in output["text/html"]
    assert output["text/html"].endswith("<p>so</p></div>")
    assert "<img" not in text and "**bold**" in text


def test_kernels_find_the_course_and_the_seed(made, environment):
    load_config(made[1])
    load_config(made[1])
    root = made[0]
    folders = os.environ["PYTHONPATH"].split(os.pathsep)
    assert folders.count(str(root)) == folders.count(str(root / "solutions")) == 1
    seed = json.loads((made[1] / "class.json").read_text(encoding="utf-8"))["seed"]
    assert os.environ["NNLIB_CLASS_SEED"] == str(seed)


def test_a_configuration_that_fails_stops_nbgrader(made, environment, tmp_path):
    (tmp_path / "nbgrader_config.py").write_bytes((made[1] / "nbgrader_config.py").read_bytes())
    with pytest.raises(SystemExit, match="stopped nbgrader: FileNotFoundError"):
        load_config(tmp_path)


# --- what is refused, and what is added ----------------------------------------------------------


def refused(function, *words, **options):
    with pytest.raises(ClassError) as caught:
        function(*words, **options)
    return str(caught.value)


def test_a_place_inside_the_course_is_refused(root):
    said = refused(class_init.create, root, root / "class")
    assert "lies inside the course" in said and "choose a folder outside it" in said
    assert not (root / "class").exists()
    assert main(["init", str(class_init.ROOT / "x")]) == 1


def test_a_folder_that_holds_something_is_left_as_it_is(root, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    assert "holds something already" in refused(class_init.create, root, tmp_path / "full")
    assert names(tmp_path / "full") == ["thesis.txt"]
    (tmp_path / "file").write_text("mine")
    assert "is a file" in refused(class_init.create, root, tmp_path / "file")
    said = refused(class_init.create, root, tmp_path / "[a]")
    assert "nbgrader cannot work where a path holds '['" in said


def test_unknown_lessons_and_lessons_without_points_are_named(root, tmp_path):
    with pytest.raises(UnknownLesson, match="no lesson '09'; there are 01_demo, 02_practice."):
        class_init.create(root, tmp_path / "class", ["09"])
    said = refused(class_init.create, root, tmp_path / "class", ["02"])
    assert "02_practice.md has nothing that gives points; with --count-practice" in said
    add_lesson(root, "01_demo", UNGRADED)
    said = refused(class_init.create, root, tmp_path / "class")
    assert "no lesson has a graded problem" in said
    assert names(tmp_path) == ["course"]


def test_a_grade_id_used_twice_is_refused(root):
    add_lesson(root, "01_demo", LESSON.replace("grade_id: points-triple", "grade_id: triple"))
    said = refused(source_notebook, root, root / "solutions" / "01_demo.md")
    assert said == "01_demo.md uses the grade id triple in more than one cell."


def test_a_failure_of_nbgrader_leaves_nothing_behind(root, tmp_path, monkeypatch):
    def failing(folder, *words):
        raise ClassError("nbgrader failed")

    monkeypatch.setattr(class_init, "nbgrader", failing)
    assert "nbgrader failed" in refused(class_init.create, root, tmp_path / "class")
    assert names(tmp_path) == ["course"]


def test_a_released_notebook_with_a_solution_is_refused(root, tmp_path, monkeypatch):
    def leaky(folder, *words):
        for place in (folder / "source").iterdir():
            target = folder / "release" / place.name / f"{place.name}.ipynb"
            target.parent.mkdir(parents=True)
            target.write_bytes((place / target.name).read_bytes())

    monkeypatch.setattr(class_init, "nbgrader", leaky)
    said = refused(class_init.create, root, tmp_path / "class")
    assert "would show this line of a solution: twice_the_number = x + x" in said
    assert names(tmp_path) == ["course"]


@pytest.fixture
def copied(made, tmp_path):
    """A copy of the class and of its course, to change."""
    root, folder = tmp_path / "course", tmp_path / "class"
    shutil.copytree(made[0], root)
    shutil.copytree(made[1], folder)
    return root, folder


def test_update_adds_what_is_new_and_keeps_the_rest(copied, capsys):
    root, folder = copied
    submission = folder / "submitted" / "anna" / "01_demo" / "01_demo.ipynb"
    submission.parent.mkdir(parents=True)
    submission.write_text("hers")
    changed = {folder / "gradebook.db", folder / "class.json"}
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p not in changed}
    add_lesson(root, "01_demo", LESSON.replace("# 01 Demo", "# 01 Another"))
    add_lesson(root, "03_more", LESSON.replace("# 01 Demo", "# 03 More"))
    assert class_init.update(root, folder) == 0
    said = capsys.readouterr().out
    assert "03_more: released, 5 points" in said
    assert "01_demo: kept as this class has it, though the lesson is another one now" in said
    assert "02_practice: kept" not in said
    assert "1 assignment added" in said
    assert {path: path.read_bytes() for path in before} == before
    assert names(folder / "release") == ["01_demo", "02_practice", "03_more"]
    assert "holds something already" in refused(class_init.create, root, folder)


def test_update_does_not_change_what_counts(copied):
    root, folder = copied
    held = ClassFolder(folder)
    held.settings["count_practice"] = False
    held.save()
    said = refused(class_init.update, root, folder, count_practice=True)
    assert "practice exercises do not count" in said


def test_an_update_that_fails_takes_back_what_it_added(copied, monkeypatch):
    root, folder = copied
    add_lesson(root, "03_more", LESSON)

    def stopped(folder, *words):
        raise KeyboardInterrupt

    monkeypatch.setattr(class_init, "nbgrader", stopped)
    with pytest.raises(KeyboardInterrupt):
        class_init.update(root, folder)
    assert names(folder / "source") == names(folder / "release") == ["01_demo", "02_practice"]


def test_update_needs_a_class(root, tmp_path):
    assert "is no class's folder" in refused(class_init.update, root, tmp_path)


def test_the_command_line_says_one_sentence(capsys, tmp_path):
    assert main([]) == 0
    assert "python3 -m course class COMMAND FOLDER" in capsys.readouterr().out
    assert main(["grdae", "x"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("course: class has no command 'grdae'; it has init, import,")
    assert main(["init", str(tmp_path / "x"), "--lessons", "77"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("course: there is no lesson '77'; there are 00_start_here,")
    assert said.count("\n") == 1 and not (tmp_path / "x").exists()
    (tmp_path / "file").touch()
    assert main(["init", str(tmp_path / "file" / "x"), "--lessons", "01"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("course: [Errno ") and str(tmp_path / "file") in said
    assert said.count("\n") == 1
    with pytest.raises(SystemExit) as stopped:
        main(["init", "--help"])
    assert stopped.value.code == 0
    assert "--count-practice" in capsys.readouterr().out
    assert {"class", "release"} <= set(COMMANDS)


def test_the_lessons_may_be_named_in_one_word_or_in_many(monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(class_init, "create", lambda *words: told.append(words) or 0)
    monkeypatch.setattr(class_init, "update", lambda *words: told.append(words) or 0)
    place = tmp_path / "class"
    assert main(["init", str(place), "--lessons", "01,04", "--lessons", "05"]) == 0
    assert main(["init", str(place), "--update", "--count-practice"]) == 0
    assert told == [
        (class_init.ROOT, place, ["01", "04", "05"], False),
        (class_init.ROOT, place, [], True),
    ]

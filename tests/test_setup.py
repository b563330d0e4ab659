"""Tests of the set-up: which environment a command uses, how it is made, and what is recorded."""

import ast
import importlib.util
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import machine
import pytest
import yaml
from packaging.requirements import Requirement

import conftest
from course import bootstrap, lab, lock
from course import test as course_test
from course.__main__ import COMMANDS
from course.__main__ import main as course_main
from course.grading.sandbox import SandboxMissing
from course.requirements import (
    allows,
    is_editable_from,
    parse,
    release,
    requirements,
    satisfied,
)

ROOT = Path(__file__).resolve().parent.parent
DIRECT = requirements(["course", "test"])
INSTRUCTORS = [text for text in requirements(["instructor"]) if text not in DIRECT]


# --- Requirements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy", ("numpy", [])),
        ("numpy>=1.26", ("numpy", [(">=", (1, 26))])),
        ("pytest-xdist >= 3.5, < 4", ("pytest-xdist", [(">=", (3, 5)), ("<", (4,))])),
        ("a.b_c[one,two]>=1.0", ("a.b_c", [(">=", (1,))])),
    ],
)
def test_a_requirement_is_a_name_and_bounds(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["numpy==1.26", "numpy>=1; python_version<'3'", "numpy>=", ">=1"])
def test_a_requirement_of_another_form_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="was given; a name with bounds >= and < was expected"):
        parse(text)


def test_every_requirement_in_pyproject_can_be_read():
    every = DIRECT + INSTRUCTORS
    assert {Requirement(text).name for text in every} == {parse(text)[0] for text in every}


@pytest.mark.parametrize(
    ("version", "expected"),
    [("2.4.0", (2, 4)), ("2.10.1rc1", (2, 10, 1)), ("1.0+local.3", (1,)), ("None", ())],
)
def test_a_release_is_its_numbers(version, expected):
    assert release(version) == expected


@pytest.mark.parametrize(
    ("version", "inside"),
    [
        ("3.5", True),
        ("3.5.0", True),
        ("3.10", True),
        ("3.4.9", False),
        ("4.0", False),
        ("x", False),
    ],
)
def test_bounds_compare_numbers_not_letters(version, inside):
    assert allows(parse("name>=3.5,<4")[1], version) is inside


# --- An environment that already has everything -------------------------------------------------


def write_distribution(site, name, version, origin=None):
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    if origin is not None:
        (folder / "direct_url.json").write_text(json.dumps(origin))


def editable(folder):
    return {"url": folder.as_uri(), "dir_info": {"editable": True}}


@pytest.fixture
def place(tmp_path):
    """A checkout whose extra asks for two packages, and the site-packages of an environment."""
    root, site = tmp_path / "a checkout é", tmp_path / "site"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        '[project]\ndependencies = ["numpy>=1.26"]\n'
        '[project.optional-dependencies]\ncourse = ["pytest-xdist>=3.5,<4"]\n'
    )
    write_distribution(site, "numpy", "2.0.1")
    return SimpleNamespace(root=root, site=site, path=[str(root), str(site)])


def test_an_environment_with_everything_is_used(place):
    write_distribution(place.site, "pytest-xdist", "3.8.0")
    write_distribution(place.site, "nnlib", "0.1.0", editable(place.root))
    assert satisfied(["course"], place.root, place.path)


@pytest.mark.parametrize("version", [None, "3.4", "4.0"])
def test_an_environment_without_a_right_version_is_not_used(place, version):
    write_distribution(place.site, "nnlib", "0.1.0", editable(place.root))
    if version:
        write_distribution(place.site, "pytest-xdist", version)
    assert satisfied([], place.root, place.path)
    assert not satisfied(["course"], place.root, place.path)


def test_an_environment_with_another_nnlib_is_not_used(place):
    assert not satisfied([], place.root, place.path)
    copy = editable(place.root) | {"dir_info": {}}
    elsewhere = editable(place.root.parent)
    for version, origin in enumerate([None, copy, elsewhere]):
        write_distribution(place.site, "nnlib", f"0.{version}", origin)
        assert not satisfied([], place.root, place.path)
        shutil.rmtree(place.site / f"nnlib-0.{version}.dist-info")
    assert not is_editable_from(place.root, None)


def test_build_metadata_in_the_checkout_is_no_installation(place):
    write_distribution(place.root, "nnlib", "0.1.0", editable(place.root))
    assert not satisfied([], place.root, place.path)


# --- The two commands in a fresh checkout, with an installer that works offline ------------------

FAKE_UV = """
import json, os, subprocess, sys
from pathlib import Path

words = sys.argv[1:]
if words == ["--version"]:
    sys.exit(0)
with open(os.environ["FAKE_UV_LOG"], "a", encoding="utf-8") as log:
    log.write(json.dumps({"words": words, "folder": os.getcwd(), "env": dict(os.environ)}) + "\\n")
if words[0] == "venv":
    sys.exit(subprocess.call([sys.executable, "-m", "venv", "--without-pip", words[-1]]))
if "FAKE_UV_FAILS" in os.environ:
    sys.exit("fake uv: no route to the index")
python = words[words.index("--python") + 1]
script = "import sysconfig; print(sysconfig.get_path('purelib'))"
site = Path(subprocess.check_output([python, "-c", script], text=True).strip())
tell = "print(json.dumps({'words': %s, 'folder': os.getcwd(), 'env': dict(os.environ)}))"
(site / "nnlib.py").write_text("")
(site / "jupyterlab.py").write_text("import json, os, sys\\n" + tell % "sys.argv[1:]")
(site / "pytest.py").write_text(
    "import json, os\\ndef main(words, plugins):\\n    " + tell % "words" + "\\n    return 5\\n"
)
"""


class Checkout:
    """A copy of what the set-up reads, in a folder whose name has spaces, and a fake uv."""

    def __init__(self, folder):
        self.root, self.elsewhere = folder / "a folder with spaces", folder / "elsewhere"
        self.log = folder / "log"
        self.elsewhere.mkdir()
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "course", self.root / "course", ignore=ignore)
        shutil.copy(ROOT / "pyproject.toml", self.root)
        (self.root / "lessons").mkdir()
        (self.root / "lessons" / lab.FIRST).write_text("{}")
        self.tools = folder / "some tools"
        self.tools.mkdir()
        (self.tools / "fake.py").write_text(FAKE_UV)
        call = f'"{sys.executable}" "{self.tools / "fake.py"}"'
        (self.tools / "uv").write_text(f'#!/bin/sh\nexec {call} "$@"\n')
        (self.tools / "uv").chmod(0o755)
        (self.tools / "uv.bat").write_text(f"@{call} %*\n")

    def course(self, *words, **settings):
        """Run a command from another folder; the result has `told`, what the command saw."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "PIP_", "PYTEST"))}
        path = os.pathsep.join([str(self.tools), os.environ["PATH"]])
        done = subprocess.run(
            [sys.executable, self.root / "course", *words],
            env={**kept, "PATH": path, "FAKE_UV_LOG": str(self.log), **settings},
            cwd=self.elsewhere,
            capture_output=True,
            text=True,
            timeout=120,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        done.told = json.loads(lines[-1]) if lines else None
        return done

    def calls(self):
        """What the installer was asked to do so far."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def record(self):
        return json.loads((self.root / ".venv" / "course-record.json").read_text(encoding="utf-8"))


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_lab_installs_once_and_opens_the_lessons(checkout):
    first = checkout.course("lab", "--port=1234", "with a space")
    assert first.returncode == 0, first.stderr
    assert [call["words"][0] for call in checkout.calls()] == ["venv", "pip"]
    assert checkout.calls()[1]["words"][-2:] == ["--editable", ".[course]"]
    assert Path(checkout.calls()[1]["folder"]) == checkout.root
    assert first.told["words"] == [
        "--port=1234",
        "with a space",
        f"--ServerApp.root_dir={checkout.root / 'lessons'}",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
    ]
    assert Path(first.told["folder"]) == checkout.root / "lessons"
    assert first.told["env"]["PATH"].startswith(str(checkout.root / ".venv"))
    assert first.told["env"]["JUPYTER_CONFIG_PATH"].startswith(
        str(checkout.root / "course" / "lab_settings")
    )
    assert "course: installing into" in first.stdout
    assert "course: opening JupyterLab on" in first.stdout

    second = checkout.course("lab")
    assert second.returncode == 0
    assert "installing" not in second.stdout
    assert len(checkout.calls()) == 2


def test_test_runs_pytest_in_the_checkout_and_returns_its_exit_code(checkout):
    done = checkout.course("test", "-k", "one or two")
    assert done.returncode == 5, done.stderr
    assert checkout.calls()[1]["words"][-1] == ".[course,instructor,test]"
    assert done.told["words"] == [*course_test.ARGUMENTS, "-k", "one or two"]
    assert Path(done.told["folder"]) == checkout.root
    assert done.told["env"]["OMP_NUM_THREADS"] == "1"
    assert done.told["env"]["OPENBLAS_NUM_THREADS"] == "1"
    assert f"course: pytest {' '.join(course_test.ARGUMENTS)} -k 'one or two', in" in done.stdout
    # What lab needs is there too, so that it installs nothing.
    assert checkout.course("lab").returncode == 0
    assert len(checkout.calls()) == 2


def test_test_after_lab_adds_what_is_missing_and_keeps_the_rest(checkout):
    checkout.course("lab")
    checkout.course("test")
    assert [call["words"][0] for call in checkout.calls()] == ["venv", "pip", "pip"]
    assert checkout.record()["extras"] == ["course", "instructor", "test"]


def test_installers_write_inside_the_checkout(checkout):
    checkout.course("lab")
    for call in checkout.calls():
        for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "TMPDIR"):
            assert Path(call["env"][name]).is_relative_to(checkout.root)
        assert call["env"]["UV_PYTHON_DOWNLOADS"] == "never"
    assert list(checkout.elsewhere.iterdir()) == []


def test_a_cache_that_the_person_chose_is_used(checkout, tmp_path):
    checkout.course("lab", UV_CACHE_DIR=str(tmp_path / "mine"), UV_CONSTRAINT=".ci/constraints.txt")
    for call in checkout.calls():
        assert call["env"]["UV_CACHE_DIR"] == str(tmp_path / "mine")
        assert call["env"]["UV_LINK_MODE"] == "copy"
        assert call["env"]["UV_CONSTRAINT"] == ".ci/constraints.txt"


def test_a_failed_installation_says_so_and_is_not_believed_in(checkout):
    failed = checkout.course("lab", FAKE_UV_FAILS="1")
    assert failed.returncode == 1
    assert "fake uv: no route to the index" in failed.stderr
    assert "course: the installation failed for the reason said above." in failed.stderr
    assert "Then run the same command again" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert checkout.record()["finished"] is False

    (checkout.root / ".venv" / "half").touch()
    again = checkout.course("lab")
    assert again.returncode == 0, again.stderr
    assert [call["words"][0] for call in checkout.calls()] == ["venv", "pip", "venv", "pip"]
    assert not (checkout.root / ".venv" / "half").exists()


def test_changed_requirements_are_installed(checkout):
    checkout.course("lab")
    pyproject = checkout.root / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text + "# a remark\n", encoding="utf-8")
    checkout.course("lab")
    assert len(checkout.calls()) == 2
    pyproject.write_text(text.replace("numpy>=2.0", "numpy>=2.1"), encoding="utf-8")
    checkout.course("lab")
    assert [call["words"][0] for call in checkout.calls()] == ["venv", "pip", "pip"]
    assert "numpy>=2.1" in checkout.record()["requires"]


def test_a_moved_checkout_gets_a_new_environment(checkout, tmp_path):
    checkout.course("lab")
    checkout.root = checkout.root.rename(tmp_path / "moved to here")
    done = checkout.course("lab")
    assert done.returncode == 0, done.stderr
    assert [call["words"][0] for call in checkout.calls()] == ["venv", "pip", "venv", "pip"]
    assert checkout.record()["root"] == str(checkout.root)


def test_an_environment_that_a_person_made_is_kept(checkout):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout.root / ".venv"])
    (checkout.root / ".venv" / "mine").touch()
    assert checkout.course("lab").returncode == 0
    assert [call["words"][0] for call in checkout.calls()] == ["pip"]
    assert (checkout.root / ".venv" / "mine").exists()


def test_the_command_also_runs_as_a_module_by_pythonpath(checkout):
    done = subprocess.run(
        [sys.executable, "-m", "course", "--help"],
        env={**os.environ, "PYTHONPATH": str(checkout.root)},
        cwd=checkout.elsewhere,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


# --- Messages -----------------------------------------------------------------------------------


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    file = ROOT / "course" / "__main__.py"
    for old in (file, file.with_name("__init__.py")):
        ast.parse(old.read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    monkeypatch.setattr(sys, "version", "3.8.18 (main)")
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(file), run_name="__main__")
    assert "Python 3.11 or newer is needed, and this is Python 3.8.18;" in stopped.value.code


def test_an_unknown_command_is_answered_with_the_known_ones(capsys):
    assert course_main(["tset"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("course: there is no command 'tset'; there are lab, test,")
    assert message.count("\n") == 1


@pytest.mark.parametrize("command", ["prose", "data", "lock"])
def test_a_command_without_arguments_says_that_it_takes_none(command, capsys):
    assert course_main([command, "--what", "for"]) == 2
    said = f"course: {command} takes no arguments, but was given --what for.\n"
    assert capsys.readouterr().err == said


def test_every_command_has_a_help_line_and_a_module(capsys):
    assert course_main([]) == 0
    shown = capsys.readouterr().out
    for name, (help_line, extras) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(help_line)}$", shown, re.MULTILINE)
        assert importlib.util.find_spec(f"course.{name}") is not None
        assert set(extras) <= {"course", "instructor", "test"}


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The set-up of this process, pointed at an empty folder."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "python")
    monkeypatch.setattr(bootstrap, "RECORD", tmp_path / ".venv" / "course-record.json")
    monkeypatch.setattr(bootstrap, "satisfied", lambda extras: False)
    return tmp_path


def test_a_python_without_venv_and_uv_is_told_what_to_install(empty, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)
    assert course_main(["lab"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("course: this Python cannot make environments")
    assert "apt install python3-venv" in message
    assert message.count("\n") == 1
    assert not bootstrap.VENV.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_installs_nothing(command, empty, capsys):
    assert course_main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: python3 -m course {command}\n\n  {COMMANDS[command][0]}\n")
    assert ("first call" in shown) == (command not in ("prose", "data", "lock"))
    assert not bootstrap.VENV.exists()


def test_a_full_disk_is_named(empty, monkeypatch):
    usage = SimpleNamespace(free=5_000_000)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(bootstrap.SetupError, match="Only 5 MB are free on this disk"):
        bootstrap.run([sys.executable, "-c", "raise SystemExit(1)"], quiet=True)


def test_a_folder_that_cannot_be_written_is_named(empty, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "CACHE", empty / "file" / ".cache")
    (empty / "file").touch()
    assert course_main(["lab"]) == 1
    assert "course: the set-up cannot write in " in capsys.readouterr().err


def test_ctrl_c_ends_quietly_with_130(monkeypatch, capsys):
    def stop(extras):
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "ensure", stop)
    monkeypatch.setattr(sys, "argv", ["course", "lab"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ROOT / "course" / "__main__.py"), run_name="__main__")
    assert stopped.value.code == 130
    assert capsys.readouterr().err == ""


# --- Parts --------------------------------------------------------------------------------------


def test_without_uv_the_standard_tools_install(empty):
    make, fill = bootstrap.commands(None, ["course", "test"])
    assert make[1:] == ["-m", "venv", str(bootstrap.VENV)]
    python = str(bootstrap.PYTHON)
    assert fill == [python, "-m", "pip", "install", "--editable", ".[course,test]"]


def test_uv_is_used_only_if_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: sys.executable)
    assert bootstrap.find_uv() == sys.executable
    broken = tmp_path / "uv"
    broken.write_text("not a program")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: str(broken))
    assert bootstrap.find_uv() is None
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    assert bootstrap.find_uv() is None


def test_a_damaged_record_counts_as_none(empty):
    assert bootstrap.read_record() == {}
    bootstrap.VENV.mkdir()
    bootstrap.RECORD.write_text('{"root": ')
    assert bootstrap.read_record() == {}
    assert not bootstrap.is_ready([])


def test_only_one_start_holds_the_lock(tmp_path):
    with open(tmp_path / "lock", "w") as first, open(tmp_path / "lock", "w") as second:
        assert bootstrap.locked(first)
        assert not bootstrap.locked(second)
        first.close()
        assert bootstrap.locked(second)


def test_runs_are_kept_apart_from_a_persons_own_settings(empty, monkeypatch):
    folders = ["IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "MPLCONFIGDIR"]
    for name in folders:
        monkeypatch.setenv(name, "/a/persons/own")
    (empty / ".cache" / "matplotlib").mkdir(parents=True)
    (empty / ".cache" / "matplotlib" / "fontlist.json").touch()
    bootstrap.isolate()
    for name in folders:
        assert Path(os.environ[name]).is_relative_to(empty)
        assert Path(os.environ[name]).is_dir()


SHOW_EXTENSIONS = """
import sys
from jupyter_core.paths import jupyter_path
from jupyter_server.extension.config import ExtensionConfigManager
from jupyter_server.serverapp import ServerApp
from jupyterlab_server.config import get_page_config
page = get_page_config(jupyter_path("labextensions"))
print([found["name"] for found in page["federated_extensions"]], page["disabledExtensions"])
app = ServerApp()
app.initialize([], find_extensions=True)
print([name for name, on in app.jpserver_extensions.items() if on])
"""


def test_lab_shows_no_panels_of_nbgrader_even_where_it_is_installed(tmp_path):
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path)}
    told = {}
    for settings in ("", str(lab.SETTINGS)):
        done = subprocess.run(
            [sys.executable, "-c", SHOW_EXTENSIONS],
            env={**environment, "JUPYTER_CONFIG_PATH": settings},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        told[settings] = done.stdout.splitlines()[-2:]
    (panels, servers), (panels_off, servers_off) = told.values()
    assert "'@jupyter/nbgrader'" in panels and panels.endswith("[]")
    assert panels_off.endswith("['@jupyter/nbgrader']")
    assert "nbgrader.server_extensions.formgrader" in servers
    assert "nbgrader" not in servers_off and "jupyterlab" in servers_off


@pytest.mark.parametrize("word", ["--ServerApp.root_dir=x", "--notebook-dir=x"])
def test_lab_leaves_the_folder_to_the_person(word):
    assert lab.defaults([word]) == []


def test_lab_without_lessons_says_how_to_make_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "LESSONS", tmp_path / "lessons")
    assert lab.main([]) == 1
    assert "is missing; make it with: python3 -m course build" in capsys.readouterr().out


def test_the_account_lists_files_and_knows_ctrl_c():
    def report(nodeid):
        return pytest.TestReport(nodeid, ("", 0, ""), {}, "passed", None, "call")

    out = io.StringIO()
    stats = {
        "passed": [report("b.py::one"), report("b.py::C::two")],
        "": [report("a.ipynb::cell"), report("b.py::three"), report("c.py::four")],
        "skipped": [report("b.py::three"), report("c.py::four")],
    }
    account = course_test.Account()
    account.pytest_terminal_summary(
        SimpleNamespace(stats=stats, section=lambda title: None, line=lambda t: out.write(t + "\n"))
    )
    assert out.getvalue() == "    1  a.ipynb\n    2  b.py\n"
    account.pytest_keyboard_interrupt(SimpleNamespace(type=pytest.Session.Interrupted))
    assert not account.interrupted
    account.pytest_keyboard_interrupt(SimpleNamespace(type=KeyboardInterrupt))
    assert account.interrupted


def reported(error, outcome="failed"):
    """What is reported of a test in which `error` was raised."""
    report = SimpleNamespace(outcome=outcome, failed=outcome == "failed", longrepr="a traceback")
    call = SimpleNamespace(excinfo=SimpleNamespace(value=error))
    hook = conftest.pytest_runtest_makereport(None, call)
    next(hook)
    with pytest.raises(StopIteration) as ended:
        hook.send(report)
    assert ended.value.value is report
    return report


def raised_over(error, cause):
    """The error as it is after `raise error` where another one was handled."""
    error.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "skipped"),
    [
        (SandboxMissing("no bwrap"), True),
        (
            raised_over(AssertionError(), raised_over(ValueError(), SandboxMissing("no bwrap"))),
            True,
        ),
        (AssertionError("no bwrap"), False),
    ],
)
def test_what_needs_the_wall_is_skipped_where_there_is_none_but_never_in_ci(
    error, skipped, monkeypatch
):
    monkeypatch.delenv("CI", raising=False)
    report = reported(error)
    assert report.outcome == ("skipped" if skipped else "failed")
    assert report.longrepr == (("tests", None, "no bwrap") if skipped else "a traceback")
    assert reported(error, "passed").outcome == "passed"
    monkeypatch.setenv("CI", "true")
    assert reported(error).outcome == "failed"


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_what_needs_chromium_is_skipped_where_there_is_none_but_never_in_ci(
    ci, outcome, monkeypatch, tmp_path
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(outcome, match="none of chromium"), machine.chromium():
        pass


# --- Files that must agree ----------------------------------------------------------------------


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_environment_yml_has_the_names_and_ranges_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    *conda, from_pip = environment["dependencies"]
    assert from_pip["pip"][0] == "--editable ."
    python = [text for text in conda if text.startswith("python=")]
    assert len(python) == 1
    assert re.fullmatch(r"python=3\.1[1-4]", python[0])
    named = [*(set(conda) - {"pip", *python}), *from_pip["pip"][1:]]
    assert sorted(named) == sorted(DIRECT)


def test_a_learners_environment_is_free_of_what_instructors_need():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, from_pip = environment["dependencies"]
    named = {parse(text)[0] for text in [*conda, *from_pip["pip"][1:]] if ">=" in text}
    assert "jupyterlab" in named
    assert "nbgrader" in {parse(text)[0] for text in INSTRUCTORS}
    assert not named & {parse(text)[0] for text in INSTRUCTORS}


def test_what_an_extra_asks_for_twice_it_asks_for_alike():
    asked = {}
    for text in DIRECT + INSTRUCTORS:
        assert asked.setdefault(parse(text)[0], text) == text
    assert all("[" not in text for text in asked)  # whether an extra is there is not looked at


def test_the_lock_names_every_requirement_within_its_range():
    lines = lock.LOCK.read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.!+]*", line) for line in lines)
    locked = dict(line.split("==") for line in lines)
    assert list(locked) == sorted(locked)
    assert len(locked) == len(lines)
    assert not lock.LEFT_OUT & locked.keys()
    for requirement in map(Requirement, DIRECT + INSTRUCTORS):
        assert requirement.specifier.contains(locked[canonical(requirement.name)])


def test_the_lock_is_what_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "LOCK", tmp_path / "constraints.txt")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    assert lock.main([]) == 0
    lines = lock.LOCK.read_text(encoding="utf-8").splitlines()
    assert f"pytest=={pytest.__version__}" in lines
    assert not any(line.startswith(("nnlib==", "pip==")) for line in lines)


def test_ci_runs_the_test_command_of_the_readme_with_the_lock():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = "python3 -m course test"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'\nexec {command} "$@"\n' in script
    assert "PIP_CONSTRAINT=.ci/constraints.txt UV_CONSTRAINT=.ci/constraints.txt" in script
    assert "set -euo pipefail" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("words", [["check"], ["format", "--check"]])
def test_the_code_follows_the_style(words):
    command = [sys.executable, "-m", "ruff", *words, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def compiled_beside(source):
    """Put something compiled where Python by itself looks for it; return its path."""
    found = Path(importlib.util.cache_from_source(source))
    found.parent.mkdir(parents=True)
    found.write_bytes(b"compiled")
    found.with_name("core.cpython-30.pyc").write_bytes(b"another Python's")
    return found


def test_what_is_compiled_already_is_found_where_python_looks_now(tmp_path, monkeypatch):
    lib, packages, prefix = (tmp_path / name for name in ("lib", "venv", "prefix"))
    monkeypatch.setattr(sys, "pycache_prefix", None)
    sources = [lib / "json" / "decoder.py", packages / "numpy" / "core.py"]
    originals = [compiled_beside(source) for source in sources]
    # Packages of the Python that the environment was made with are not those of the environment.
    compiled_beside(lib / "site-packages" / "other" / "core.py")

    places = {"stdlib": str(lib), "purelib": str(packages)}
    monkeypatch.setattr(bootstrap.sysconfig, "get_path", places.get)
    monkeypatch.setattr(sys, "pycache_prefix", str(prefix))
    for _ in range(2):  # the second time finds what is there, and leaves it
        bootstrap.link_compiled()
        for source, original in zip(sources, originals, strict=True):
            assert Path(importlib.util.cache_from_source(source)).samefile(original)
        assert len([path for path in prefix.rglob("*") if path.is_file()]) == 2


def test_packages_beside_the_standard_library_are_linked_where_they_are_the_ones_used(
    tmp_path, monkeypatch
):
    lib, packages = tmp_path / "lib", tmp_path / "lib" / "site-packages"
    monkeypatch.setattr(sys, "pycache_prefix", None)
    original = compiled_beside(packages / "numpy" / "core.py")
    places = {"stdlib": str(lib), "purelib": str(packages)}
    monkeypatch.setattr(bootstrap.sysconfig, "get_path", places.get)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "prefix"))
    bootstrap.link_compiled()
    found = Path(importlib.util.cache_from_source(packages / "numpy" / "core.py"))
    assert found != original and found.samefile(original)

"""Every command on the page for instructors, run in its order as a person would, with a real class.

Three programs are stood in for: `sudo`, which only notes what it was asked for, `git`, which copies
this tree, and the browser of `jupyter lab`.
"""

import contextlib
import csv
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from machine import chromium

from course.grading import sandbox

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "instructor.md").read_text(encoding="utf-8")
LESSON = "01_forward_pass"
pytest.importorskip("nbgrader")

SOLUTION = re.compile(r" *### BEGIN SOLUTION\n(.*?) *### END SOLUTION", re.DOTALL)


def commands():
    """The commands of the page in their order."""
    blocks = re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


class Machine:
    """An empty home, a shell that keeps its place between commands, and what was run."""

    def __init__(self, home):
        self.home, self.place, self.path = home, home, f"{home}/bin:{os.environ['PATH']}"
        (home / "bin").mkdir()
        course = home / "neural-networks"
        found = f'PYTHONPATH="{_installed(home / "site", course)}:{course}"'
        self._program("python3", f'{found} exec "{sys.executable}" "$@"')
        self._program("sudo", f'echo "$@" >> "{home}/sudo.txt"')
        names = ("course", "lessons", "solutions", "nnlib", "docs", "benchmarks")
        files = ("README.md", "LICENSE", "LICENSE-TEXT", "pyproject.toml", "environment.yml")
        copied = " ".join(f'"{ROOT / name}"' for name in (*names, *files))
        # What was compiled here serves there too: anew it would take five seconds. And where
        # there is no wall, nothing below could work.
        sandbox.command()
        caches = " ".join(f'"{ROOT / ".cache" / name}"' for name in ("course", "matplotlib"))
        filled = " || ".join(f'{copy} {caches} "$3/.cache"' for copy in ("cp -rpl", "cp -rp"))
        self._program("git", f'mkdir -p "$3/.cache" && ({filled}) && cp -rp {copied} "$3"')

    def _program(self, name, line):
        file = self.home / "bin" / name
        file.write_text(f"#!/bin/bash\n{line}\n", encoding="utf-8")
        file.chmod(0o755)

    @property
    def environment(self):
        return {**os.environ, "HOME": str(self.home), "PATH": self.path}

    def run(self, command):
        """What one command prints; it fails the test where the command fails."""
        if command == "jupyter lab":
            return self.open_lab()
        if command == "source .venv/bin/activate":  # the environment that the tests run in
            self.path = f"{self.home}/bin:{Path(sys.executable).parent}:{self.path}"
            return ""
        told = f'{command}\ncode=$?\npwd > "{self.home}/place"\nexit $code'
        done = subprocess.run(
            ["bash", "-c", told],
            cwd=self.place,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        self.place = Path((self.home / "place").read_text(encoding="utf-8").strip())
        return done.stdout

    def open_lab(self):
        """What the formgrader of JupyterLab answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
        with open(self.home / "lab.txt", "w", encoding="utf-8") as log:
            lab = subprocess.Popen(
                ["jupyter", "lab", *options],
                cwd=self.place,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            return answer(port, "/formgrader/api/assignments")
        finally:
            os.killpg(lab.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                lab.wait(15)


def _installed(folder, course):
    """A folder that makes it look as if the copy at `course` were installed here."""
    information = folder / "nnlib-0.1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: nnlib\nVersion: 0.1.0\n")
    told = {"url": course.as_uri(), "dir_info": {"editable": True}}
    (information / "direct_url.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def answer(port, address):
    """The text at an address of this machine, as soon as somebody answers there."""
    for _ in range(120):
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            with contextlib.closing(connection):
                connection.request("GET", address)
                reply = connection.getresponse()
                text = reply.read().decode()
            assert reply.status == 200, text
            return text
        time.sleep(0.5)
    raise AssertionError("JupyterLab does not answer.")


def hand_in(home, course, folder):
    """A download as Moodle makes it: one student who solved all, one who solved nothing."""
    released = folder / "release" / LESSON / f"{LESSON}.ipynb"
    solved = nbformat.read(folder / "source" / LESSON / f"{LESSON}.ipynb", as_version=4)
    answers = {c.metadata.nbgrader.grade_id: c for c in solved.cells if is_answer(c)}
    theirs = nbformat.read(released, as_version=4)
    for cell in theirs.cells:
        if is_answer(cell):
            text = answers[cell.metadata.nbgrader.grade_id].source
            cell.source = SOLUTION.sub(r"\1", text)
    download = home / "Downloads" / "submissions.zip"
    download.parent.mkdir()
    with zipfile.ZipFile(download, "w") as archive:
        name = f"assignsubmission_file_/{LESSON}.ipynb"
        archive.writestr(f"Ada Right_101_{name}", nbformat.writes(theirs))
        archive.writestr(f"Ben Empty_102_{name}", released.read_text(encoding="utf-8"))


def is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution") is True


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """The machine after the whole page, and what every command printed."""
    machine = Machine(tmp_path_factory.mktemp("home"))
    printed = {}
    for command in commands():
        if "class import" in command:
            hand_in(machine.home, machine.place, machine.home / "class")
        printed[command] = machine.run(command)
    return machine, printed


def test_the_page_leads_from_an_empty_machine_to_marks(taught):
    machine, _ = taught
    (sheet,) = (machine.home / "class" / "marks").rglob(f"*{LESSON}*.csv")
    with open(sheet, encoding="utf-8-sig", newline="") as file:
        marks = {row["Full name"]: float(row["Grade"]) for row in csv.DictReader(file)}
    assert marks == {"Ada Right": 10.0, "Ben Empty": 0.0}


def test_the_page_installs_what_the_judge_needs(taught):
    machine, _ = taught
    assert "bubblewrap" in (machine.home / "sudo.txt").read_text(encoding="utf-8")


def test_the_bundle_for_the_students_is_there(taught):
    machine, _ = taught
    with zipfile.ZipFile(machine.home / "class" / "lessons.zip") as bundle:
        names = bundle.namelist()
    assert any(name.endswith(f"lessons/{LESSON}.ipynb") for name in names)
    assert not any("solutions" in name for name in names)


def test_the_report_and_the_students_pages_are_where_the_page_says(taught):
    machine, _ = taught
    report = (machine.home / "class" / "report" / f"{LESSON}.html").read_text(encoding="utf-8")
    assert "Ada Right" in report
    pages = list((machine.home / "class" / "feedback").rglob(f"{LESSON}.html"))
    assert len(pages) == 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "bump_params" in text
        assert "HIDDEN TESTS" not in text


def test_a_students_page_opens_in_a_real_browser(taught):
    machine, _ = taught
    page = machine.home / "class" / "feedback" / "ben_empty" / LESSON / f"{LESSON}.html"
    with chromium("--no-sandbox") as browser:
        window, trouble = browser.new_page(), []
        window.on("dialog", lambda dialog: trouble.append(dialog.message))
        window.on("request", lambda asked: trouble.append(asked.url))
        window.goto(page.as_uri())
        assert "Score: 0.0 / 10.0" in window.inner_text("body")
        assert window.get_by_text("bump_params: not attempted yet").first.is_visible()
        assert window.locator("math mfrac").first.bounding_box()["height"] > 20
    # Pictures inside the page are asked for, too; nothing comes from elsewhere.
    assert [url for url in trouble if not url.startswith("data:")] == [page.as_uri()]


def test_the_formgrader_lists_the_assignments(taught):
    _, printed = taught
    assert LESSON in printed["jupyter lab"]


def test_every_command_of_the_page_was_run(taught):
    _, printed = taught
    assert set(printed) == set(commands())
    mentioned = set(re.findall(r"python3 -m course (class \w+|\w+)", " ".join(printed)))
    assert mentioned == {
        *("class init", "class import", "class grade", "class report", "class export", "release")
    }

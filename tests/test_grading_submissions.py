"""Hostile and broken submissions: each gets its marks, and costs nobody else anything.

The submissions are the files below tests/submissions, in percent cells; the first line of each
says the points of its three parts. A part that a file does not mention is the honest answer.
"""

import functools
import os
import re
import socket
import threading

import judging
import nbformat
import numpy as np
import psutil
import pytest

from nnlib.exercises import engine

NEIGHBOUR = "the neighbour's notebook"


def _of(*folders):
    found = [path for folder in folders for path in judging.files(folder)]
    return pytest.mark.parametrize("path", found, ids=lambda p: f"{p.parent.name}-{p.stem}")


@pytest.fixture(scope="module")
def server():
    """A server of the grader's machine; the names by which it is reached, and who called."""
    calls, name = [], f"tests-of-the-judge-{os.getpid()}"
    listening = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)]
    listening[1].bind(f"\0{name}")
    listening[1].listen()
    for one in listening:
        threading.Thread(target=_answer, args=(one, calls), daemon=True).start()
    yield {"PORT": listening[0].getsockname()[1], "SOCKET": name}, calls
    for one in listening:
        one.close()


def _answer(listening, calls):
    try:
        while True:
            calls.append(listening.accept()[0])
    except OSError:  # closed at the end of the module
        pass


@pytest.fixture
def outside(tmp_path):
    """A folder with a gradebook, a secret and a neighbour's work, unchanged in the end."""
    place = tmp_path / "class"
    (place / "submitted" / "neighbour").mkdir(parents=True)
    (place / "gradebook.db").write_text("all marks")
    (place / "secret.txt").write_text("the secret")
    (place / "submitted" / "neighbour" / "04.ipynb").write_text(NEIGHBOUR)
    before = _everything(place)
    yield place
    assert _everything(place) == before


def _everything(place):
    return {path: path.is_file() and path.read_bytes() for path in place.rglob("*")}


@pytest.fixture(scope="module")
def neighbour():
    """An honest submission whose process is there all the time, beside the hostile ones."""
    living = judging.Neighbour()
    yield living
    living.leave()


@pytest.fixture(scope="class")
def others(neighbour):
    """Honest submissions with processes of their own, before all hostile ones and after them; and
    the one beside them, whose process has not changed, still has its marks."""
    assert judging.marks(judging.graded(judging.handed_in())) == judging.POINTS
    yield
    assert judging.marks(judging.graded(judging.handed_in())) == judging.POINTS
    assert neighbour.marks() == judging.POINTS


@pytest.mark.usefixtures("others")
class Judged:
    """What is asked of every submission; the classes below spread them over workers."""

    def test_it_gets_its_marks_and_harms_nobody(self, path, outside, server, neighbour):
        names, calls = server
        text = path.read_text(encoding="utf-8")
        names = {**names, "PLACE": outside, "COURSE": engine.__file__.rpartition("/nnlib/")[0]}
        deserved = [int(points) for points in re.match(r"# marks: (\d) (\d) (\d)", text).groups()]
        for name, value in names.items():
            text = text.replace(f"@{name}@", str(value))

        judged = judging.graded(judging.from_cells(text))

        assert list(judging.marks(judged).values()) == deserved, judging.told(judged)
        assert calls == []
        running = psutil.Process().children(recursive=True)
        assert not [p for p in running if "bwrap" in p.name() and p not in neighbour.began_with]
        assert len(nbformat.writes(judged)) < 8_000_000
        assert_harmless(judged)
        assert_no_probe_in(judged)
        assert neighbour.is_unharmed()


def assert_harmless(notebook):
    """No output of a submission holds what a browser runs."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", ()) if cell not in judging.tests_of(notebook) else ()
        kinds = {kind for output in outputs for kind in output.get("data", ())}
        assert kinds <= {"text/plain", "image/png", "image/jpeg"}
        pictures = [o.data[k] for o in outputs for k in o.get("data", ()) if "image" in k]
        assert all(re.fullmatch(r"[\w+/=]+", picture) for picture in pictures)
        assert not cell.get("attachments")


def assert_no_probe_in(notebook):
    """Nothing that goes back to the student holds a number of the inputs or the right results."""
    shown = str([(c.get("outputs"), c.metadata.get("nnlib")) for c in notebook.cells])
    assert not digits_in(shown, secret_digits())


@functools.cache
def secret_digits():
    """The numbers of the inputs and of the right results, as a text may show them."""
    found = set()
    for name in judging.POINTS:
        exercise = engine.find(name)
        arrays = [a for seed in (2, 3) for case in exercise.probes(seed) for a in case.args]
        arrays += [o.value for seed in (2, 3) for o in exercise.outcomes(None, seed)]
        numbers = np.concatenate([np.ravel(a) for a in arrays if a is not None])
        found |= {f"{number:.4f}" for number in numbers}
    return found - {"0.0000", "1.0000"}


def digits_in(text, numbers):
    """Those of the numbers, all with four places, that stand in a text: each place where one may
    stand is looked up, since a search for each number takes seconds in a text of many pages."""
    lengths = {len(number) for number in numbers}
    ends = [found.end() for found in re.finditer(r"\.\d{4}", text)]
    return {text[max(end - n, 0) : end] for end in ends for n in lengths} & numbers


def test_a_number_that_is_told_is_found():
    numbers = secret_digits()
    assert all(re.fullmatch(r"-?\d+\.\d{4}", number) for number in numbers)
    for number in [min(numbers, key=len), max(numbers, key=len), *sorted(numbers)[:50]]:
        for text in (number, f"x{number}", f"[7{number}12, 0.5]", f"0.12{number}.3333"):
            assert number in digits_in(text, numbers)
    assert not digits_in("0.0000 1.0000 12345 .12 0.123", numbers)


@_of("time", "memory", "processes", "exits")
class TestWhatTakesTooMuch(Judged):
    pass


@_of("patched", "lying", "shell", "library")
class TestWhatLies(Judged):
    pass


@_of("outside", "network", "forged", "giant")
class TestWhatReachesOut(Judged):
    pass


@_of("honest")
class TestWhatIsHonest(Judged):
    pass


def test_there_are_at_least_seventy_of_them():
    assert len(judging.files("*")) >= 70


def test_memory_stays_flat():
    text = judging.files("giant")[0].parent.joinpath("result.py").read_text(encoding="utf-8")
    notebook, me = judging.from_cells(text), psutil.Process()
    sizes = []
    for _ in range(6):
        judging.graded(notebook)
        sizes.append(me.memory_info().rss)
    assert sizes[-1] - sizes[2] < 20_000_000


def test_outputs_beyond_a_page_are_left_out_and_that_is_said():
    text = judging.files("giant")[0].parent.joinpath("outputs_of_all_cells.py").read_text()
    judged = judging.graded(judging.from_cells(text))
    texts = [o.get("text", "") for cell in judged.cells for o in cell.get("outputs", ())]
    assert "(Left out: the outputs are too large.)\n" in texts
    assert len(nbformat.writes(judged)) < 6_000_000

"""How fast a class is graded, and whether its marks are right, the same twice, and safe from kills.

    python benchmarks/grading.py --write           # 300 submissions, about seven minutes in all
    python benchmarks/grading.py --students 30     # a short form of it

Makes a class of one lesson with a graded problem: right answers, catalogued mistakes, notebooks
that are not done, and 5 % hostile or broken ones, each with the marks that it deserves. Grades it
from nothing, once more, and once more with `kill -9` in the middle and a restart.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import ast
import functools
import inspect
import json
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "solutions")]

from course import class_records
from course.class_folder import ClassFolder

RESULT = ROOT / "benchmarks" / "results" / "grading.json"
PAGE = ROOT / "benchmarks" / "README.md"
LIMIT = 15 * 60  # seconds for 300 submissions on two workers
FLAT = 1.25  # how much more memory the workers may hold in the second half than in the first
HOSTILE = 20  # one in so many
MEGABYTE = 1024**2

# What a hostile or broken submission does inside the first answer, or the whole file.
TRAPS = {
    "endless": "while True:\n    pass",
    "exit": "import os\nos._exit(0)",
    "memory": "hog = [bytearray(10**8) for _ in range(10**4)]",
    "processes": "import os\nwhile True:\n    os.fork()",
    "interrupt": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "flood": "while True:\n    print('flood ' * 10000)",
}
BROKEN = {
    "not JSON": "{ this is no notebook",
    "empty": "",
    "no notebook": '{"cells": 3}',
    "a list": "[1, 2, 3]",
}


# --- the submissions ------------------------------------------------------------------------


class Maker:
    """Makes submissions for one assignment of a class, with the marks that they deserve."""

    def __init__(self, folder, lesson):
        self.folder = ClassFolder(folder)
        self.assignment = self.folder.assignment(lesson)
        place = f"{self.assignment}/{self.assignment}.ipynb"
        self.released = nbformat.read(self.folder.path / "release" / place, as_version=4)
        self.source = nbformat.read(self.folder.path / "source" / place, as_version=4)
        self.parts = self._parts()
        self.bodies = {name: variants(name) for name in self.parts}

    def _parts(self):
        """{exercise: (grade cell, points)}, in their order."""
        found = re.compile(r"grade\(\w+, [\"'](\w+)[\"']\)")
        return {
            found.search(cell.source)[1]: (
                cell.metadata.nbgrader.grade_id,
                cell.metadata.nbgrader.points,
            )
            for cell in self.source.cells
            if cell.metadata.get("nbgrader", {}).get("grade") and found.search(cell.source)
        }

    def submission(self, number):
        """(text of the file, marks or None where it cannot be read) of a student's submission."""
        if number % HOSTILE == HOSTILE - 1:
            return self.bad(number // HOSTILE)
        chosen = {name: self.choose(name, number, i) for i, name in enumerate(self.parts)}
        return self.notebook({n: code for n, (code, _) in chosen.items()}), self.marks(
            {name for name, (_, right) in chosen.items() if right}
        )

    def choose(self, name, number, part):
        """(code, whether it is right): the right one for most, for others mistakes in turn."""
        right, wrong = self.bodies[name]
        if number % 11 == 10:
            return None, False  # as it was handed out
        if (number + part) % 5 < 3:
            return right[number % len(right)], True
        return wrong[(number // 2 + part) % len(wrong)], False

    def bad(self, number):
        """A hostile or broken submission; its other answers are right and keep their points."""
        kinds = [*TRAPS, *BROKEN]
        kind = kinds[number % len(kinds)]
        if kind in BROKEN:
            return BROKEN[kind], None
        codes = {name: self.bodies[name][0][0] for name in self.parts}
        first = next(iter(codes))
        head = f"def {first}(*args, **kwargs):\n"
        return self.notebook(
            codes | {first: head + textwrap.indent(TRAPS[kind], "    ")}
        ), self.marks(set(codes) - {first})

    def notebook(self, codes):
        """The text of the released notebook with these answers filled in."""
        made = nbformat.from_dict(json.loads(nbformat.writes(self.released)))
        for cell in made.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if codes.get(name):
                cell.source = codes[name]
        return nbformat.writes(made)

    def marks(self, right):
        """{grade cell: points} where these exercises are right."""
        return {cell: float(most) if n in right else 0.0 for n, (cell, most) in self.parts.items()}

    def hand_in(self, count):
        """Put `count` submissions into the class's folder; {student: marks} is returned."""
        expected = {}
        for number in range(count):
            student = f"student{number:03d}"
            text, expected[student] = self.submission(number)
            folder = self.folder.path / "submitted" / student / self.assignment
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{self.assignment}.ipynb").write_text(text, encoding="utf-8")
        return expected


@functools.cache
def variants(name):
    """[right, wrong]: code of answers to a graded exercise, from the catalogue."""
    import graded
    from nnlib.exercises import engine

    graded.load()
    exercise = engine.find(name)
    right = [exercise.reference, *exercise.alternatives]
    wrong = [mistake.function for mistake in exercise.mistakes.values()]
    return [  # those that call the reference itself cannot stand alone
        [standing_alone(f, name) for f in functions if name not in f.__code__.co_names]
        for functions in (right, wrong)
    ]


def standing_alone(function, name):
    """The code of `function`, called `name`, with the helpers of its file that it needs."""
    module = inspect.getmodule(function)
    tree = ast.parse(inspect.getsource(module))
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    own = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    own.name, own.decorator_list = name, []
    needed, left = {}, [own]
    while left:
        for node in ast.walk(left.pop()):
            found = isinstance(node, ast.Name) and known.get(node.id)
            if found and node.id not in (*needed, name):
                needed[node.id] = found
                left.append(found)
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    theirs = [ast.unparse(n) for n in imports if "nnlib" not in ast.unparse(n)]
    helpers = [ast.unparse(node) for key, node in known.items() if key in needed]
    return "\n\n".join([*theirs, *helpers, ast.unparse(own)])


# --- the rounds -----------------------------------------------------------------------------


def make_class(folder, lesson):
    """A class's folder with one assignment."""
    run("init", folder, "--lessons", lesson)


def run(command, folder, *words):
    """Run a command of `course class` to its end."""
    subprocess.run(_command(command, folder, *words), check=True, stdout=subprocess.DEVNULL)


def _command(command, folder, *words):
    return [sys.executable, str(ROOT / "course"), "class", command, str(folder), *words]


def marks_of(folder, assignment):
    """{student: {grade cell: mark}} as the gradebook has them."""
    with class_records.gradebook(folder) as book:
        return {
            s: dict(sorted(m.items()))
            for s, m in class_records.automatic_marks(book, assignment).items()
        }


def start_over(folder):
    """Forget all marks and everything that was made of submissions."""
    for name in ("autograded", class_records.PLACE):
        shutil.rmtree(folder / name, ignore_errors=True)
    with class_records.gradebook(folder) as book:
        for submission in list(book.db.query(_submissions())):
            book.remove_submission(submission.name, submission.student_id)


def _submissions():
    from nbgrader.api import SubmittedAssignment

    return SubmittedAssignment


def graded(folder, assignment):
    """How many submissions there is a record of."""
    return len(class_records.students(folder, assignment))


def grade(folder, assignment, workers, kill_after=None):
    """Grade, watching memory: (seconds, [megabytes of each second]); killed after some records."""
    words = _command("grade", folder, "--lesson", assignment, "--workers", str(workers))
    begin, memory = time.monotonic(), []
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(words, stdout=log, stderr=log)
    while process.poll() is None:
        memory.append(_memory(process.pid))
        if kill_after is not None and graded(folder, assignment) >= kill_after:
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(1)
    if process.returncode not in (0, -signal.SIGKILL):
        log.seek(0)
        raise SystemExit(log.read().decode())
    return time.monotonic() - begin, memory


def _memory(pid):
    """Megabytes of the largest process that grades; those behind the wall are not counted."""
    sizes = [0]
    for process in psutil.Process(pid).children():
        try:
            sizes.append(process.memory_info().rss / MEGABYTE)
        except psutil.Error:
            continue
    return max(sizes)


def rounds(folder, lesson, count, workers):
    """All rounds over a new class; what was measured."""
    make_class(folder, lesson)
    maker = Maker(folder, lesson)
    expected = maker.hand_in(count)
    readable = {
        student: dict(sorted(m.items())) for student, m in expected.items() if m is not None
    }
    name, results, measured = maker.assignment, [], []
    for killed in (False, False, True):
        start_over(folder)
        if killed:
            grade(folder, name, workers, kill_after=count // 2)
            time.sleep(1)
        measured.append(grade(folder, name, workers))
        results.append(marks_of(folder, name))
    seconds, memory = measured[0]
    half = len(memory) // 2
    return {
        "lesson": name,
        "submissions": count,
        "hostile or broken": count // HOSTILE,
        "workers": workers,
        "seconds": [round(seconds, 1) for seconds, _ in measured[:2]],
        "seconds per submission and worker": round(seconds * workers / count, 2),
        "wrong marks": sorted(s for s in readable if results[0].get(s) != readable[s]),
        "marks for the unreadable": sorted(set(results[0]) - set(readable)),
        "same twice": results[0] == results[1],
        "same after kill -9 and a restart": results[0] == results[2],
        "peak memory of a worker, first half, MB": round(max(memory[:half], default=0)),
        "peak memory of a worker, second half, MB": round(max(memory[half:])),
        "versions": {"python": platform.python_version(), "machine": platform.machine()},
    }


# --- the record -----------------------------------------------------------------------------


def faults(found):
    """What a result fails in, as sentences."""
    first, second = (
        found[f"peak memory of a worker, {half} half, MB"] for half in ("first", "second")
    )
    told = {
        "there are wrong marks": found["wrong marks"],
        "what cannot be read has marks": found["marks for the unreadable"],
        "marks differ from round to round": not found["same twice"],
        "marks differ after a kill": not found["same after kill -9 and a restart"],
        "memory grows": second > FLAT * first,
        "it takes too long": found["submissions"] >= 300 and max(found["seconds"]) > LIMIT,
    }
    return [text for text, wrong in told.items() if wrong]


def table(found):
    """The results as a Markdown table."""
    shown = {key: value for key, value in found.items() if key != "versions"}
    shown["seconds"] = " and ".join(map(str, found["seconds"]))
    for key in ("wrong marks", "marks for the unreadable"):
        shown[key] = len(found[key])
    for key, value in shown.items():
        shown[key] = ("no", "yes")[value] if isinstance(value, bool) else value
    rows = [f"| {key} | {value} |" for key, value in shown.items()]
    return "\n".join(["| | |", "|---|---|", *rows])


def write(found):
    """Record a result, and put it into the page."""
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    begin, end = "<!-- grading begins -->", "<!-- grading ends -->"
    old = re.compile(f"{begin}.*{end}", re.S)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        old.sub(lambda _: f"{begin}\n\n{table(found)}\n\n{end}", text), encoding="utf-8"
    )


def main():
    """Measure, print, and record if asked to; 1 where something fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lesson", default="04")
    parser.add_argument("--write", action="store_true", help="record the result")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = rounds(Path(place) / "class", options.lesson, options.students, options.workers)
    print(json.dumps(found, indent=1))
    if options.write:
        write(found)
    for fault in faults(found):
        print(fault, file=sys.stderr)
    return int(bool(faults(found)))


if __name__ == "__main__":
    sys.exit(main())

"""A small course and a class made of it, for the tests of `python3 -m course class`."""

import os
import subprocess
import sys
import time
import zipfile

from course import class_init

HANGS = 120  # seconds
LESSON = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# 01 Demo

```{code-cell} ipython3
:id: imports
import numpy as np
from nnlib.exercises import check
```

```{code-cell} ipython3
def double(x):
    \"\"\"Twice x.\"\"\"
    ### BEGIN SOLUTION
    twice_the_number = x + x
    return twice_the_number
    ### END SOLUTION
```

```{code-cell} ipython3
double = check(double)
```

```{code-cell} ipython3
def not_checked(x):
    ### BEGIN SOLUTION
    return x * 100
    ### END SOLUTION
```

## Graded problem: three times (4 points)

```{code-cell} ipython3
:id: answer-triple
:nbgrader: {grade: false, solution: true, locked: false, schema_version: 3, task: false, grade_id: triple}
def triple(x):
    \"\"\"Three times x.\"\"\"
    ### BEGIN SOLUTION
    three_times_the_number = x + x + x
    return three_times_the_number
    ### END SOLUTION
```

```{code-cell} ipython3
:id: points-triple
:nbgrader: {grade: true, solution: false, locked: true, points: 4, schema_version: 3, task: false, grade_id: points-triple}
print(triple(2))
### BEGIN HIDDEN TESTS
from graded import grade
grade(triple)
### END HIDDEN TESTS
```
"""  # noqa: E501, options of a cell stand in one line
UNGRADED = LESSON[: LESSON.index("## Graded")]
GRADED = '''\
"""Graded problems of the small course."""

import os

FACTORS = {"double": 2, "triple": 3}


def grade(f, exercise=None):
    """Raise unless f multiplies by its factor."""
    seed = int(os.environ["NNLIB_CLASS_SEED"])
    assert f(seed) == FACTORS[exercise or f.__name__] * seed
'''


def make_root(folder):
    """A checkout-like folder with two lessons: 01_demo is graded, 02_practice is not."""
    (folder / "solutions" / "graded").mkdir(parents=True)
    (folder / "lessons").mkdir()
    add_lesson(folder, "01_demo", LESSON)
    add_lesson(folder, "02_practice", UNGRADED.replace("# 01 Demo", "# 02 Practice"))
    (folder / "solutions" / "graded" / "__init__.py").write_text(GRADED)
    return folder


def add_lesson(root, name, text):
    """Write the source of one lesson."""
    (root / "solutions" / f"{name}.md").write_text(text, encoding="utf-8")


def ready_class(factory):
    """The small course and a class in which practice counts, to be read or copied; in paths with
    spaces and an umlaut.

    nbgrader takes seconds for it: the first worker that asks `factory`, pytest's, has it made, and
    the others wait.
    """
    place = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # of all workers
    place, ready = place / "ready class", place / "class is ready"
    root, folder = place / "the course", place / "a class für alle"
    try:
        place.mkdir()
    except FileExistsError:
        end = time.monotonic() + HANGS
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.1)
    else:
        try:
            assert class_init.create(make_root(root), folder, count_practice=True) == 0
        finally:
            ready.touch()
    return root, folder


def nbgrader(folder, *words):
    """Run one of nbgrader's commands as a person would, in the class's folder."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env={**os.environ, **class_init.search_paths()},
        capture_output=True,
        text=True,
        timeout=300,
    )


def make_zip(path, files, date=(2026, 3, 1, 10, 30, 0)):
    """Write a zip of `files`, from names to texts, bytes or (text, date)."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            data, when = content if isinstance(content, tuple) else (content, date)
            archive.writestr(zipfile.ZipInfo(name, when), data)
    return path

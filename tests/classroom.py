"""A small course and a class made of it, for the tests of `python3 -m course class`."""

import os
import subprocess
import sys
import zipfile

from course import class_init

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


def make_class(folder, **options):
    """The small course and a class made of it, in paths with spaces and an umlaut."""
    root = make_root(folder / "the course")
    place = folder / "a class für alle"
    assert class_init.create(root, place, **options) == 0
    return root, place


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

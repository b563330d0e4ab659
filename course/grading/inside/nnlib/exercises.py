"""The feedback as a submission finds it: everything passes, and nothing is told."""

import nnlib
from nnlib import Missing, is_stub


def check(f, exercise=None):
    """`f`; for one that is still to be written, the library's where this lesson offers it."""
    if not is_stub(f):
        return f
    return _stand_in(exercise or getattr(f, "__name__", "this function"))


def mine(*names):
    """The functions of these names as far as this lesson offers them."""
    found = tuple(_stand_in(name) for name in names)
    return found if len(found) > 1 else found[0]


def examples(f, *pairs):
    """`f`: the grader looks at the examples itself."""
    return f


def keep(*functions, **options):
    """Nothing is kept while a submission is graded."""


def progress(*words):
    """Nothing is recorded while a submission is graded."""


def _stand_in(name):
    if name in nnlib.OFFERED:
        return nnlib.OFFERED[name]
    return Missing(name, "it is not written in this notebook")


def __getattr__(name):
    return nnlib._get("nnlib.exercises", name)

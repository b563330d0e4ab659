"""Remembers on this machine which exercises were tried and passed, and shows it as a table.

A small file, `.nnlib_progress.json`, beside the lessons, or the file that NNLIB_PROGRESS names;
NNLIB_PROGRESS=off writes none, and neither do automatic runs (CI, pytest, nbval). Whatever goes
wrong with the file, a check goes on.
"""

import contextlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

FILE = ".nnlib_progress.json"


def location():
    """The path of the file, or None where nothing is to be recorded."""
    setting = os.environ.get("NNLIB_PROGRESS", "")
    if setting.lower() in ("off", "0", "no", "false"):
        return None
    if setting:
        return Path(setting).expanduser()
    automatic = ("CI", "NBVAL", "PYTEST_CURRENT_TEST", "NBGRADER_EXECUTION")
    if any(os.environ.get(name) for name in automatic) or "pytest" in sys.modules:
        return None
    return Path(FILE)


def record(exercise, status):
    """Count one check of an exercise; "not attempted" does not count."""
    path = location()
    if path is None or status == "not attempted":
        return
    with contextlib.suppress(OSError):
        records = read(path)
        entry = records.setdefault(exercise, {"attempts": 0, "passed": False})
        entry["attempts"] += 1
        entry["passed"] = entry["passed"] or status == "passed"
        _write(path, records)


def read(path):
    """The records in the file; {} if there is none. A file that is no record is put aside."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        text = ""
    with contextlib.suppress(ValueError):
        records = json.loads(text)
        if isinstance(records, dict) and all(map(_is_entry, records.values())):
            return records
    _put_aside(path)
    return {}


def _is_entry(entry):
    return (
        isinstance(entry, dict)
        and type(entry.get("attempts")) is int
        and type(entry.get("passed")) is bool
    )


def _put_aside(path):
    """Keep an unreadable file under a name that is still free."""
    number = 1
    while (kept := path.with_name(f"{path.name}.unreadable-{number}")).exists():
        number += 1
    path.rename(kept)


def _write(path, records):
    """Replace the file as a whole, so that a crash leaves the old one or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(records, file, indent=1, sort_keys=True)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


@dataclass(frozen=True)
class Progress:
    """The table of lessons and exercises. rows: (lesson, exercise, attempts, passed)."""

    rows: tuple

    def _cells(self):
        for lesson, name, attempts, passed in self.rows:
            state = "✓ passed" if passed else "… tried" if attempts else "○ not yet"
            yield lesson, name, state, str(attempts) if attempts else ""

    def _summary(self):
        return f"{sum(row[3] for row in self.rows)} of {len(self.rows)} exercises passed."

    def __str__(self):
        lines = [f"{a:<6}  {b:<22}  {c:<10}  {d:>6}" for a, b, c, d in self._cells()]
        head = f"{'lesson':<6}  {'exercise':<22}  {'state':<10}  {'checks':>6}"
        return "\n".join([head, *lines, self._summary()])

    __repr__ = __str__

    def _repr_html_(self):
        head = _row("th", ("lesson", "exercise", "state", "checks"))
        rows = "".join(_row("td", cells) for cells in self._cells())
        return f"<table>{head}{rows}</table><p>{self._summary()}</p>"


def _row(tag, cells):
    inner = "".join(f"<{tag} style='text-align:left'>{escape(c)}</{tag}>" for c in cells)
    return f"<tr>{inner}</tr>"


def progress():
    """The Progress of this folder's learner: one row for each exercise, in the lessons' order."""
    from nnlib.exercises.engine import exercises

    path, records = location(), {}
    with contextlib.suppress(OSError):
        records = read(path) if path else {}
    nothing = {"attempts": 0, "passed": False}
    found = [(made, records.get(made.name, nothing)) for made in exercises()]
    return Progress(tuple((e.lesson, e.name, r["attempts"], r["passed"]) for e, r in found))

"""Keeps the learner's functions that pass in a plain file, `my_nnlib.py`, and gives them back.

The file lies beside the lessons, or where NNLIB_KEEP says. It works on its own with nnlib: what a
kept function calls and the file does not have comes from the library until it is kept as well.
Only `keep` writes the file. Where no progress is recorded, it is neither written nor read.
"""

import contextlib
import inspect
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from nnlib.exercises import engine, kept_text, progress, report
from nnlib.exercises.kept_text import Refused

FILE = "my_nnlib.py"
HEADER = '"""My functions from the lessons. They may be changed here: the lessons check them."""\n'
OFF = (
    "Nothing written (automatic run, or NNLIB_PROGRESS=off). "
    f"Run by you, this cell keeps your functions that pass in {FILE}."
)


@dataclass(frozen=True)
class Told:
    """A few words to the learner: as text, and as HTML in the style of a check's report."""

    text: str

    def __str__(self):
        return self.text.replace("`", "")

    __repr__ = __str__

    def _repr_html_(self):
        style = "border-left:.4em solid var(--jp-info-color1, currentColor);padding:.2em 1em"
        body = report._code(self.text).replace("\n", "<br>")
        return f"<div style='{style};margin:.3em 0;max-width:55em'>{body}</div>"


def location():
    """The path of the file, or None where it is neither to be written nor read."""
    if progress.location() is None:
        return None
    return Path(os.environ.get("NNLIB_KEEP") or FILE).expanduser().resolve()


def mine(*names):
    """The functions of these exercises: yours where the kept one passes, else the library's.

    One function for one name, a tuple for several; shows in a line which are whose. Raises
    UnknownExercise for a name that no exercise has.
    """
    if not names or not all(isinstance(name, str) for name in names):
        raise TypeError('mine() takes names of exercises, as in mine("sigmoid", "relu").')
    found, path, space, trouble = [engine.find(name) for name in names], location(), {}, ""
    try:
        space = _load(_read(path), path) if path else {}
    except Refused as refused:
        trouble = f"; {refused}"
    chosen, groups = [], {}
    for made in found:
        f = space.get(made.name)
        state = trouble or _state(f, made.name)
        groups.setdefault(state, []).append(made.name)
        chosen.append(engine._stand_in(made) if state else f)
    report.show(Told(_sources(groups, path and path.name)))
    return tuple(chosen) if len(names) > 1 else chosen[0]


def _state(f, name):
    """Why a function of the file is not taken, "" if it is."""
    if f is None or _is_librarys(f):
        return " (not kept yet)"
    passes = callable(f) and engine.diagnose(f, name).status == "passed"
    return "" if passes else " (yours does not pass its check)"


def _sources(groups, name):
    """Which functions come from where, in a line."""
    own = groups.pop("", [])
    told = [f"From {name}: {', '.join(own)}."] if own else []
    rest = "; ".join(", ".join(group) + reason for reason, group in groups.items())
    return " ".join(told + ([f"From the library: {rest}."] if rest else []))


def keep(*functions, exercise=None, replace=False):
    """Write those of the functions that pass into the learner's file, and say what became of each.

    A function that the file has in another version is replaced only with replace=True. Raises
    UnknownExercise for a name that no exercise has, TypeError for what is not a function.
    """
    if not functions or not all(map(callable, functions)) or (exercise and len(functions) > 1):
        raise TypeError("keep() takes functions, as in keep(sigmoid, relu).")
    named = [(engine.find(exercise or engine._name(f)).name, f) for f in functions]
    path = location()
    try:
        report.show(Told(_keep(path, named, replace) if path else OFF))
    except Refused as refused:
        report.show(Told(f"Nothing is kept: {refused}."))


def _keep(path, named, replace):
    """Write the file; what became of each function, in words."""
    before = _read(path)
    mark = "\ufeff" * before.startswith("\ufeff")
    newline = "\r\n" if before.count("\r\n") == before.count("\n") > 0 else "\n"
    old = text = before.removeprefix(mark).replace(newline, "\n")
    _load(text, path)
    groups, refusals = {}, []
    for name, f in named:
        try:
            heading, text = _with(text, path, name, f, replace)
            groups.setdefault(heading, []).append(name)
        except Refused as refused:
            refusals.append(f"`{name}` is not kept: {refused}.")
    if text != old:
        if _read(path) != before:  # an editor or another notebook wrote it in the meantime
            return _keep(path, named, replace)
        _write(path, mark + text.replace("\n", newline))
    told = [f"{heading}: {', '.join(group)}." for heading, group in groups.items()]
    return "\n".join([" ".join(told)] * bool(told) + refusals)


def _with(text, path, name, f, replace):
    """(what was done, the file's text with the function in it); Refused where that cannot be."""
    status = "not attempted" if _is_librarys(f) else engine.diagnose(f, name).status
    if status == "not attempted":
        return "Not attempted yet", text
    if status != "passed":
        raise Refused("it does not pass its check")
    source, old = kept_text.source_of(f, name), kept_text.find(text, name)
    if old.rstrip() == source.rstrip():
        return f"Already in {path.name}", text
    if old and not replace:
        raise Refused(f"{path.name} has another version; keep({name}, replace=True) replaces it")
    new = kept_text.put(text or HEADER, name, source, inspect.unwrap(f).__globals__)
    with contextlib.suppress(Refused):
        if not _state(_load(new, path).get(name), name):
            return f"{'Replaced' if old else 'Kept'} in {path.name}", new
    raise Refused(f"it passes here, but not with what {path.name} has")


def _is_librarys(f):
    return str(getattr(f, "__module__", "")).startswith("nnlib.")


def _read(path):
    """The text of the file to the byte; "" where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} cannot be read, {report.brief(error)}") from error


def _load(text, path):
    """The names that the file defines. Run from its text each time: no cache can be out of date."""
    space = {"__name__": path.stem, "__file__": str(path)}
    try:
        exec(compile(text.removeprefix("\ufeff"), str(path), "exec", dont_inherit=True), space)
    except (Exception, SystemExit) as error:
        raise Refused(f"{path.name} cannot be imported, {report.brief(error)}") from error
    return space


def _write(path, text):
    """Replace the file as a whole, so that a crash leaves the old one or the new one."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        new.write_bytes(text.encode("utf-8"))
        os.replace(new, path)
    except OSError as error:
        raise Refused(f"{path.name} cannot be written, {report.brief(error)}") from error
    finally:
        new.unlink(missing_ok=True)

"""Reads what a student handed in, whatever it is, and says why where it cannot be read.

Nothing is opened but plain files of a bearable size, no link is followed, and what comes out is a
small notebook of cells with their text: the file itself is never given to anybody else.
"""

import json
import os
import stat
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

LARGEST = 20 * 1024**2  # bytes; a lesson with all its pictures has less than one million
OTHER_FILES = ("timestamp.txt",)
KINDS = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
SHOWN = 60  # characters of a file's name


class Unreadable(Exception):
    """A submission that gets no mark; its text is one sentence that says why."""


def content(folder, assignment):
    """(bytes of the notebook that stands for `assignment` in `folder`, notes on what was odd).

    Raises Unreadable where there is none, or more than one that could be meant.
    """
    path, notes = _choose(Path(folder), assignment)
    return _bytes(path), notes


def parse(data):
    """(notebook, notes) of a file's bytes; raises Unreadable where they are no notebook."""
    notes = []
    if not data.strip():
        raise Unreadable("The file is empty.")
    try:
        found = json.loads(_text(data, notes))
    except (ValueError, RecursionError, MemoryError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"The file is not a notebook: it is not JSON{place}.") from None
    return _notebook(found, notes), notes


def timestamp(folder):
    """The text of the folder's timestamp.txt, the time of handing in; "" where there is none."""
    try:
        data = _bytes(Path(folder) / "timestamp.txt")
    except Unreadable:
        return ""
    return data[:100].decode("utf-8", "replace").strip()


# --- the file -------------------------------------------------------------------------------


def _choose(folder, assignment):
    """The path of the file that is meant, and notes."""
    named = folder / f"{assignment}.ipynb"
    kind = _kind(folder)
    if kind != "folder":
        found = "nothing" if kind is None else f"a {kind}"
        raise Unreadable(f"In place of the folder of this submission there is {found}.")
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise Unreadable(f"The folder may not be read ({error.strerror}).") from None
    if named.name in names:
        return named, []
    names = [name for name in names if name[0] != "." and name not in OTHER_FILES]
    found = [name for name in names if ".ipynb" in name.lower() and _is_plain(folder / name)]
    # Some systems rename what they do not know.
    found = found or [name for name in names if _may_be_notebook(folder / name)]
    if len(found) == 1:
        return folder / found[0], [f"The file is called {brief(found[0])}, not {named.name}."]
    if found:
        listed = ", ".join(brief(name) for name in found[:5])
        raise Unreadable(f"There is no {named.name}, but several other notebooks: {listed}.")
    listed = ", ".join(brief(name) for name in names[:5]) or "nothing"
    raise Unreadable(f"There is no notebook; in its folder there is {listed}.")


def _kind(path):
    """What there is at `path`, without following links; None where there is nothing."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    kinds = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(mode), "device")


def _is_plain(path):
    return _kind(path) == "file"


def _may_be_notebook(path):
    if not _is_plain(path):
        return False
    try:
        start = _bytes(path)
        return bool(parse(start))
    except Unreadable:
        return False


def _bytes(path):
    """The bytes of a plain file; raises Unreadable for anything else."""
    kind, name = _kind(path), brief(path.name)
    if kind != "file":
        found = f"is a {kind}, not a file" if kind else "is missing"
        raise Unreadable(f"{name} {found}.")
    try:
        # The file may have become another since; neither a link nor a pipe may hold us up.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                limit = LARGEST // 1024**2
                raise Unreadable(f"{name} has {size / 1e6:.0f} MB; at most {limit} are read.")
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"{name} may not be read ({error.strerror}).") from None


def brief(name):
    """A file's name, fit to be shown: short, and with no character that does anything."""
    shown = printable(_whole(name))  # in another encoding, it has halves of characters in it
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"


def printable(line):
    """A line without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in line)


# --- its text -------------------------------------------------------------------------------


def _text(data, notes):
    """The bytes as text, in the encoding that they seem to have."""
    encoding = json.detect_encoding(data)
    if encoding == "utf-8-sig":
        notes.append("The file begins with a byte order mark; it was read.")
    elif encoding != "utf-8":
        notes.append(f"The file is in {encoding.upper()}, not in UTF-8; it was read.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        notes.append("The file is not in UTF-8; it was read as Latin-1, as far as that goes.")
        return data.decode("cp1252", "replace")


def _notebook(found, notes):
    """A new notebook of the cells of what JSON gave."""
    if not isinstance(found, dict) or not {"cells", "worksheets"} & set(found):
        raise Unreadable("The file is not a notebook: it has no cells.")
    if "cells" not in found or found.get("nbformat") in (1, 2, 3):
        found = _upgraded(found, notes)
    cells = found["cells"]
    if not isinstance(cells, list):
        raise Unreadable("The file is not a notebook: its cells are no list.")
    kept = [cell for cell in cells if isinstance(cell, dict)]
    if len(kept) < len(cells):
        notes.append(f"Of {len(cells)} cells {len(cells) - len(kept)} were damaged and left out.")
    made = [_cell(cell, number) for number, cell in enumerate(kept)]
    return new_notebook(cells=made, metadata={"language_info": {"name": "python"}})


def _upgraded(found, notes):
    """A notebook of an old format as one of today's."""
    try:
        new = nbformat.reads(json.dumps(found), as_version=4)
        new["cells"]
    except Exception as error:  # whatever a converter meets in a file that says it is old
        kind = type(error).__name__
        raise Unreadable(f"The notebook is of an old format, and damaged ({kind}).") from None
    notes.append(f"The notebook is of an old format ({found.get('nbformat')}); it was converted.")
    return new


def _cell(told, number):
    """A cell with nothing but its kind, its text and nbgrader's mark."""
    make = KINDS.get(told.get("cell_type")) if isinstance(told.get("cell_type"), str) else None
    source = told.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    made = (make or new_raw_cell)(_whole(source), id=f"cell-{number}")
    metadata = told.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        made.metadata["nbgrader"] = {"grade_id": _whole(mark["grade_id"])}
    return made


def _whole(text):
    """The text without halves of surrogate pairs, which can be written in JSON and nowhere else."""
    return text.encode("utf-8", "replace").decode()

"""Find the marked regions of a lesson's cells and take out what a learner must not see.

`### BEGIN SOLUTION` … `### END SOLUTION` becomes one line for the learner to replace;
`### BEGIN HIDDEN TESTS` … `### END HIDDEN TESTS` vanishes. Whatever else looks like a marker is
an error, because a marker that is not recognised would hand the solution to the learner.
"""

import ast
import re
import warnings
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

PLACEHOLDER = "...  # your code here"
SOLUTION, HIDDEN = "SOLUTION", "HIDDEN TESTS"
MARKER = re.compile(rf"(?P<indent>\s*)### (?P<edge>BEGIN|END) (?P<kind>{SOLUTION}|{HIDDEN})\s*")
ALMOST = re.compile(
    r"#\W*(begin|end)[\W_]*(solutions?|hidden[\W_]*tests?)\b"
    r"|^\W*(begin|end)\s+(solutions?|hidden\s+tests?)\b"
    r"|#\W*(solutions?|hidden[\W_]*tests?)[\W_]*(begin|end)\b"
    r"|^\s*###\s*(?-i:BEGIN|END)\b",
    re.IGNORECASE,
)


class LessonError(Exception):
    """A fault in a lesson's source; its text begins with the file and the line."""

    def __init__(self, path, line, message):
        super().__init__(f"{path}:{line}: {message}")


class Line(NamedTuple):
    """One line of a cell and its line number in the source file, counted from 1."""

    number: int
    text: str


class Region(NamedTuple):
    """A marked region: its kind, its indentation, the positions of its two marker lines."""

    kind: str
    indent: str
    first: int
    last: int


def refuse_markers(lines, path):
    """Raise LessonError if a marker, or what looks like one, stands in lines that are no code."""
    for line in lines:
        if MARKER.fullmatch(line.text) or ALMOST.search(line.text):
            raise LessonError(path, line.number, "a marker stands outside a code cell.")


def regions(lines, path):
    """The marked regions of a code cell in their order: a list of Region.

    Raises LessonError for markers that are misspelt, unbalanced, nested, indented differently or
    around nothing.
    """
    found, begin = [], None
    for position, line in enumerate(lines):
        marker = MARKER.fullmatch(line.text)
        if marker is None:
            _refuse_near_miss(line, path)
        elif marker["edge"] == "BEGIN":
            if begin is not None:
                _fail(path, line, f"stands inside the region that begins at line {begin[0]}.")
            begin = line.number, position, marker
        else:
            found.append(_close(lines, path, begin, position, marker))
            begin = None
    if begin is not None:
        number, _, marker = begin
        _fail(path, Line(number, marker[0]), "has no END marker in the same cell.")
    return found


def learner_lines(lines, path):
    """The lines of a code cell as the learner gets them: solutions replaced, hidden tests gone.

    Raises LessonError like `regions`, and if what is left of a marked cell does not compile.
    """
    marked = regions(lines, path)
    kept, position = [], 0
    for region in marked:
        kept += lines[position : region.first]
        if region.kind == SOLUTION:
            kept.append(Line(lines[region.first].number, region.indent + PLACEHOLDER))
        position = region.last + 1
    kept += lines[position:]
    while kept and not kept[-1].text.strip():
        kept.pop()
    if marked:
        _must_compile(lines, path, "the cell")
        _must_compile(kept, path, "what the learner gets of this cell")
    return kept


def secret_lines(lines, path):
    """The lines inside the marked regions of a code cell, without the markers."""
    inside = [lines[region.first + 1 : region.last] for region in regions(lines, path)]
    return [line for region in inside for line in region]


def _fail(path, line, message):
    raise LessonError(path, line.number, f"“{line.text.strip()}” {message}")


def _refuse_near_miss(line, path):
    if ALMOST.search(line.text):
        _fail(
            path,
            line,
            "looks like a marker and is none; a marker stands alone on its line and reads "
            f"### BEGIN {SOLUTION}, ### END {SOLUTION}, ### BEGIN {HIDDEN} or ### END {HIDDEN}.",
        )


def _close(lines, path, begin, position, end):
    line = lines[position]
    if begin is None:
        _fail(path, line, "has no BEGIN marker before it in the same cell.")
    number, first, start = begin
    if start["kind"] != end["kind"]:
        _fail(path, line, f"closes the “{start[0].strip()}” of line {number}.")
    if start["indent"] != end["indent"]:
        _fail(path, line, f"is not indented like its BEGIN marker at line {number}.")
    if all(_is_comment(inner.text) for inner in lines[first + 1 : position]):
        _fail(path, line, f"closes a region without any code, begun at line {number}.")
    return Region(start["kind"], start["indent"], first, position)


def _is_comment(text):
    return not text.strip() or text.lstrip().startswith("#")


def _must_compile(lines, path, what):
    """Raise LessonError at the line of the first syntax error; IPython's magics are allowed."""
    try:
        with warnings.catch_warnings(action="ignore"):
            source = TransformerManager().transform_cell("\n".join(line.text for line in lines))
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(source, "cell", "exec", flags=flags, dont_inherit=True)
    except SyntaxError as error:
        row = min(max(error.lineno or 1, 1), len(lines)) - 1
        raise LessonError(
            path, lines[row].number, f"{what} does not compile: {error.msg}."
        ) from error

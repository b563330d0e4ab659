"""Read a lesson's source, solutions/NN_name.md, into cells with stable ids and known lines."""

import ast
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

import yaml
from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbformat.validator import NotebookValidationError

from course.markers import (
    HIDDEN,
    SOLUTION,
    LessonError,
    Line,
    learner_lines,
    refuse_markers,
    regions,
    secret_lines,
)

VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
CODE_FENCE = re.compile(r"[\s>*+-]*(`{3,}|~{3,})\s*\{\s*(code|raw)")
HEADING = re.compile(r"#{1,6}\s+(.+)")
CHECK = re.compile(r"^(?:\w+\s*=\s*)?check\(\s*([A-Za-z_]\w*)", re.MULTILINE)


@dataclass
class Cell:
    """One cell of a lesson: its kind, its lines with their numbers in the source, its metadata."""

    kind: str
    line: int
    lines: list
    metadata: dict
    id: str = ""
    learner: list = field(default_factory=list)

    @property
    def text(self):
        """The cell's text as it stands in the source, without its options."""
        return "\n".join(line.text for line in self.lines)


def read_cells(path, shown):
    """The cells of the source at `path`: a list of Cell; `shown` is its name in messages.

    Raises LessonError for whatever in the file cannot be made into a lesson.
    """
    text = path.read_text(encoding="utf-8")
    notebook = _parse(text, shown)
    cells = []
    for start, node in zip(notebook.metadata.source_map, notebook.cells, strict=True):
        cell = _locate(node, start, text.split("\n"), shown)
        if cell.kind == "code":
            cell.learner = learner_lines(cell.lines, shown)
        else:
            _refuse_stray_fence(cell.lines, shown)
            refuse_markers(cell.lines, shown)
            cell.learner = cell.lines
        cells.append(cell)
    _refuse_unmarked(cells, shown)
    _give_ids(cells, shown)
    return cells


def _refuse_unmarked(cells, shown):
    """Raise LessonError for an answer or a hidden test that no marker keeps from the learner."""
    code = [cell for cell in cells if cell.kind == "code"]
    checked = {name for cell in code for name in CHECK.findall(cell.text)}
    for cell in code:
        marked = {region.kind for region in regions(cell.lines, shown)}
        told = cell.metadata.get("nbgrader", {})
        answers = [n for n in _definitions(cell.text) if n.name in checked]
        if SOLUTION not in marked and (answers or told.get("solution")):
            line = cell.lines[answers[0].lineno - 1].number if answers else cell.line
            message = f"an answer without ### BEGIN {SOLUTION}: the learner would be given it."
            raise LessonError(shown, line, message)
        if HIDDEN not in marked and told.get("grade") and not told.get("solution"):
            message = f"a graded test without ### BEGIN {HIDDEN}: it would be handed out."
            raise LessonError(shown, cell.line, message)


def leaked_lines(cells, learner_text, shown="the lesson", shortest=13):
    """Lines of solutions and hidden tests that stand in `learner_text` and have no business there.

    Lines shorter than `shortest` characters, and lines that the learner is shown anyway, as in a
    hint, are not counted. Returns a list of strings.
    """
    public = "\n".join(line.text for cell in cells for line in cell.learner)
    secret = [
        line.text.strip()
        for cell in cells
        if cell.kind == "code"
        for line in secret_lines(cell.lines, shown)
    ]
    long_enough = [text for text in secret if len(text) >= shortest]
    return [text for text in long_enough if text in learner_text and text not in public]


def _parse(text, shown):
    try:
        return myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, NotebookValidationError, yaml.YAMLError) as error:
        line = re.search(r"at line (\d+)", str(error))
        reason = str(error).splitlines()[0]
        raise LessonError(
            shown, line[1] if line else 1, f"options or front matter cannot be read: {reason}"
        ) from error


def _locate(node, start, rows, shown):
    """Pair a cell with its lines. jupytext says where a cell starts, not where its body does."""
    body = node.source.split("\n") if node.source else []
    if node.cell_type == "markdown":
        first = next(i for i in range(start, len(rows)) if rows[i])
        line = first + 1
    else:
        line = start
        first = _closing_fence(rows, start, shown) - len(body)
    lines = [Line(first + i + 1, text) for i, text in enumerate(body)]
    return Cell(node.cell_type, line, lines, dict(node.metadata))


def _closing_fence(rows, start, shown):
    fence = FENCE.match(rows[start - 1])[1]
    for i in range(start, len(rows)):
        if rows[i].strip().startswith(fence) and not rows[i].strip().strip(fence[0]):
            return i
    raise LessonError(shown, start, "the cell is not closed.")


def _refuse_stray_fence(lines, shown):
    for line in lines:
        if CODE_FENCE.match(line.text):
            message = "this fence makes no cell: it must begin its line with ```{code-cell}."
            raise LessonError(shown, line.number, message)


def _give_ids(cells, shown):
    """Set every cell's id: the one that its source gives, else one made from where it stands."""
    taken = {}
    for cell in cells:
        if "id" in cell.metadata:
            cell.id = _explicit_id(cell, taken, shown)
            taken[cell.id] = cell.line
    counters, section = Counter(), "start"
    for cell in cells:
        headings = _headings(cell)
        section = headings[0] if headings else section
        if not cell.id:
            cell.id = _derived_id(cell, section, counters, taken, shown)
            taken[cell.id] = cell.line
        section = headings[-1] if headings else section


def _explicit_id(cell, taken, shown):
    given = cell.metadata.pop("id")
    if not isinstance(given, str) or not VALID_ID.fullmatch(given):
        message = f"the id {given!r} must be text of 1 to 64 letters, digits, - and _."
        raise LessonError(shown, cell.line, message)
    if given in taken:
        message = f"the id {given!r} is already used by the cell at line {taken[given]}."
        raise LessonError(shown, cell.line, message)
    return given


def _derived_id(cell, section, counters, taken, shown):
    name = _exercise_name(cell, shown) if cell.kind == "code" else None
    if name and name not in taken:
        return name
    stem = name or section
    while True:
        counters[stem] += 1
        candidate = f"{stem}-{counters[stem]}"
        if candidate not in taken:
            return candidate


def _exercise_name(cell, shown):
    """`f` for the cell in which the learner writes f, `check-f` for its check, else None."""
    checked = CHECK.search(cell.text)
    if checked:
        return f"check-{checked[1]}"[:56]
    solutions = [r for r in regions(cell.lines, shown) if r.kind == SOLUTION]
    if not solutions:
        return None
    first, last = solutions[0].first + 1, solutions[0].last + 1
    for node in _definitions(cell.text):
        if node.lineno <= last and first <= node.end_lineno:
            return node.name[:56]
    return None


def _definitions(text):
    try:
        body = ast.parse(text).body
    except SyntaxError:  # a magic: such a cell is named after its section
        return []
    return [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def _headings(cell):
    """Slugs of the headings in a text cell; a # in a fenced example is no heading."""
    slugs, fenced = [], False
    for line in cell.lines if cell.kind == "markdown" else []:
        if FENCE.match(line.text):
            fenced = not fenced
        heading = HEADING.match(line.text)
        if heading and not fenced:
            slugs.append(_slug(heading[1]))
    return slugs


def _slug(title):
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:56].strip("-") or "section"

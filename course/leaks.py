"""Find lines of solutions, hidden tests and graded references in what learners are to get.

A lesson's own notebook may hold no line of its solutions. Elsewhere the question is harder: nnlib
is the reference library, so it holds what the practice exercises ask for, and a graded answer
shares a step or two with it. There an answer leaks if most of its telling lines stand in one file;
a telling line is one that no learner is shown and no practice exercise asks for.
"""

import ast
from typing import NamedTuple

from course.lesson_names import find_sources
from course.markers import HIDDEN, regions, secret_lines
from course.sources import leaked_lines, read_cells

SHORTEST = 13


class Answer(NamedTuple):
    """A secret that must stay out of learners' files: where it stands, its telling lines."""

    place: str
    lines: tuple


class Secrets:
    """All that is secret in the checkout `root`, and how to find it in a text."""

    def __init__(self, root):
        self.cells = {path.stem: read_cells(path, path.name) for path in find_sources(root)}
        self.answers, self.hidden = [], set()
        public = set().union(*(learners_lines(cells) for cells in self.cells.values()))
        for stem, cells in self.cells.items():
            for cell in graded_cells(cells):
                lines = [line.text for line in secret_lines(cell.lines, stem)]
                self.answers.append(answer(f"{stem}, {cell.id}", lines, public))
                kinds = {region.kind for region in regions(cell.lines, stem)}
                self.hidden |= set(self.answers[-1].lines) if HIDDEN in kinds else set()
        for path in sorted((root / "solutions" / "graded").glob("*.py")):
            for name, lines in references(path.read_text(encoding="utf-8")):
                self.answers.append(answer(f"graded/{path.name}, {name}", lines, public))

    def in_lesson(self, stem, text):
        """What of lesson `stem`'s own solutions stands in its text: a list of lines."""
        return leaked_lines(self.cells.get(stem, []), text, stem, SHORTEST)

    def in_text(self, text, strict=False):
        """What leaks into a text: a list of (place of the secret, line).

        With `strict` one telling line of an answer is enough; else it takes most of them. Of a
        hidden test one line is always enough.
        """
        present = {line.strip() for line in text.splitlines()}
        found = []
        for place, lines in self.answers:
            hits = [line for line in lines if line in present]
            if hits and (strict or self.hidden & set(hits) or 2 * len(hits) > len(lines)):
                found.append((place, hits[0]))
        return found


def learners_lines(cells):
    """The lines of a lesson that are no secret: what it shows, and what practice asks for."""
    graded = {id(cell) for cell in graded_cells(cells)}
    shown = [line.text.strip() for cell in cells for line in cell.learner]
    asked = [cell.text.splitlines() for cell in cells if id(cell) not in graded]
    return set(shown) | {line.strip() for lines in asked for line in lines}


def graded_cells(cells):
    """The cells of a lesson that belong to a graded problem: answers and grade cells."""
    return [cell for cell in cells if cell.kind == "code" and "nbgrader" in cell.metadata]


def answer(place, lines, public):
    """The Answer at `place`, with those of its lines that tell something."""
    stripped = dict.fromkeys(line.strip() for line in lines)
    telling = [
        line
        for line in stripped
        if len(line) >= SHORTEST and line not in public and not line.startswith("#")
    ]
    return Answer(place, tuple(telling))


def references(text):
    """The right answers in a file of graded exercises: (name, lines of the body) of each."""
    rows = text.split("\n")
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or not is_reference(node):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        if body:
            yield node.name, rows[body[0].lineno - 1 : node.end_lineno]


def is_reference(node):
    """True if a function is an exercise's reference or another right version of it."""
    marks = [ast.unparse(mark) for mark in node.decorator_list]
    return any(mark.startswith("exercise(") or ".also_right" in mark for mark in marks)

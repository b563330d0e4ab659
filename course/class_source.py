"""Make an assignment's source notebook from a lesson: solved, not run, with nbgrader's cells."""

import ast

import nbformat

from course.class_folder import ClassError
from course.markers import HIDDEN, SOLUTION
from course.notebooks import drafts

PRACTICE_POINTS = 1
GRADE_CELL = """\
# {points} for {name}, given when your notebook is graded. Leave this cell as it is.
### BEGIN {hidden}
from graded import grade
grade({arguments})
### END {hidden}"""


def source_notebook(root, lesson, count_practice=False):
    """The source notebook of the lesson at `lesson`, below the checkout `root`.

    With `count_practice` each practice exercise is worth a point as well. Raises LessonError for a
    fault in the lesson, ClassError for one without anything to grade.
    """
    notebook = drafts(root, lesson)[0].notebook
    del notebook.metadata["course"]
    if count_practice:
        notebook.cells = list(with_practice(notebook.cells))
    ids = grade_ids(notebook)
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ClassError(f"{lesson.name} uses the grade id {twice[0]} in more than one cell.")
    if not any(is_graded(cell) for cell in notebook.cells):
        raise ClassError(
            f"{lesson.name} has nothing that gives points; with --count-practice its exercises do."
        )
    return notebook


def has_points(root, lesson, count_practice):
    """True if an assignment can be made of the lesson at `lesson`."""
    try:
        source_notebook(root, lesson, count_practice)
    except ClassError:
        return False
    return True


def with_practice(cells):
    """The cells with each practice exercise made nbgrader's, and a grade cell after its check."""
    answers = {cell.id for cell in cells if is_practice_answer(cell)}
    for cell in cells:
        name = cell.id.removeprefix("check-")
        if cell.id in answers:
            cell.metadata["nbgrader"] = metadata(cell.id, solution=True)
        yield cell
        if cell.id != name and name in answers:
            yield grade_cell(name, check_arguments(cell.source, name))


def is_practice_answer(cell):
    """True if the learner writes an exercise in `cell`, and it is not graded anyway."""
    marked = cell.cell_type == "code" and f"### BEGIN {SOLUTION}" in cell.source
    return marked and "nbgrader" not in cell.metadata


def check_arguments(source, name):
    """The arguments of `check` in a check cell, such as "f" or "f, 'exercise'"."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "check":
            return ast.unparse(node)[len("check(") : -1]
    raise ClassError(f"the cell check-{name} does not call check.")


def grade_cell(name, arguments):
    """The cell that gives a practice exercise its point."""
    points = f"{PRACTICE_POINTS} point" + "s" * (PRACTICE_POINTS != 1)
    source = GRADE_CELL.format(name=name, points=points, arguments=arguments, hidden=HIDDEN)
    details = metadata(f"points-{name}", grade=True, locked=True, points=PRACTICE_POINTS)
    cell = nbformat.v4.new_code_cell(source, id=f"points-{name}"[:64])
    cell.metadata["nbgrader"] = details
    return cell


def metadata(grade_id, **chosen):
    """What nbgrader keeps in a cell called `grade_id`."""
    kind = {"grade": False, "solution": False, "locked": False, "task": False}
    return nbformat.from_dict({**kind, "schema_version": 3, "grade_id": grade_id, **chosen})


def grade_ids(notebook):
    """The grade ids of a notebook's cells, in their order."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return [cell.metadata["nbgrader"]["grade_id"] for cell in cells]


def is_graded(cell):
    """True if `cell` gives points."""
    return cell.metadata.get("nbgrader", {}).get("grade", False)

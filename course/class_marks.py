"""The marks of a class as its gradebook has them: points by assignment, student and part."""

from dataclasses import dataclass, field

from course.class_import import read_record


@dataclass
class Mark:
    """One student's mark in one assignment; `points` is None while it is not settled."""

    state: str
    points: float | None = None
    parts: dict = field(default_factory=dict)


@dataclass
class Sheet:
    """All marks in one assignment: its points in all and by part, and a Mark for each student."""

    assignment: str
    largest: float
    parts: dict
    marks: dict

    def mark(self, student):
        """The Mark of the student with this id."""
        return self.marks.get(student, Mark("not handed in"))


def read_sheets(folder, assignments):
    """The marks in each of `assignments`, in their order: a list of Sheets."""
    from nbgrader.api import Gradebook

    record = read_record(folder)
    with Gradebook(folder.gradebook_url) as gradebook:
        return [read_sheet(folder, gradebook, name, record) for name in assignments]


def read_sheet(folder, gradebook, name, record):
    """The marks in one assignment: a Sheet."""
    assignment = gradebook.find_assignment(name)
    cells = [cell for notebook in assignment.notebooks for cell in notebook.grade_cells]
    waiting = (folder.path / "submitted").glob(f"*/{name}")
    marks = {path.parent.name: Mark("not graded yet") for path in waiting}
    for submission in gradebook.assignment_submissions(name):
        marks[submission.student_id] = read_mark(submission)
    for student, mark in marks.items():
        if record.get((name, student), {}).get("late"):
            mark.state += ", late"
    parts = {part_name(cell.name): cell.max_score for cell in cells}
    return Sheet(name, assignment.max_score, parts, marks)


def read_mark(submission):
    """The Mark that nbgrader keeps of a submission."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    parts = {part_name(grade.name): settled(grade) for grade in grades}
    if None in parts.values():
        return Mark("wants your look", parts=parts)
    points = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
    return Mark("graded", points, parts)


def settled(grade):
    """The points of one part, or None if nobody has given them yet."""
    if grade.needs_manual_grade or (grade.auto_score is None and grade.manual_score is None):
        return None
    return grade.score


def part_name(grade_id):
    """What a part is called in a table: `points-relu` → `relu`."""
    return grade_id.removeprefix("points-")

"""The instructor's report says what there is, shows what is alike, and lets nothing through."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
from classes import CELLS, LESSON, hand_in, maker, new_class
from machine import chromium

from course import class_alike, class_reading, class_records, class_report
from course.class_folder import ClassFolder

EVIL = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
PASSED = {"status": "passed"}
ODD = """\
def skip_backprop(X, y, params):
    grads = {}
    hidden = 0.5 * (1 + np.tanh(0.5 * (np.matmul(X, params["W1"]) + params["b1"])))
    out = np.matmul(hidden, params["W2"]) + np.matmul(X, params["W3"]) + params["b2"]
    err = np.multiply(2.0, np.subtract(out, y)) / float(X.shape[0] * params["b2"].shape[0])
    for key, left in (("W2", hidden), ("W3", X)):
        grads[key] = np.swapaxes(left, 0, 1) @ err
    grads["b2"] = np.add.reduce(err, axis=0)
    back = np.multiply(err @ np.swapaxes(params["W2"], 0, 1), np.subtract(hidden, hidden**2))
    grads["W1"], grads["b1"] = np.swapaxes(X, 0, 1) @ back, np.add.reduce(back, axis=0)
    return grads
"""
COPIED = '''\
def skip_backprop(X, y, params):
    """All mine."""
    result = {}  # the gradients
    a = 0.5 * (1 + np.tanh(0.5 * (np.matmul(X, params["W1"]) + params["b1"])))

    y_hat = np.matmul(a, params["W2"]) + np.matmul(X, params["W3"]) + params["b2"]
    d = np.multiply(2.0, np.subtract(y_hat, y)) / float(X.shape[0] * params["b2"].shape[0])
    for name, what in (("W2", a), ("W3", X)):
        result[name] = np.swapaxes(what, 0, 1) @ d
    result["b2"] = np.add.reduce(d, axis=0)
    d1 = np.multiply(d @ np.swapaxes(params["W2"], 0, 1), np.subtract(a, a**2))
    result["W1"], result["b1"] = np.swapaxes(X, 0, 1) @ d1, np.add.reduce(d1, axis=0)
    return result
'''


def wrong(exercise, mistake, message="As the catalogue says."):
    return {"exercise": exercise, "status": "wrong", "mistake": mistake, "message": message}


def put_graded(folder, student, found, codes=(), notes=()):
    """Leave what grading leaves of a submission: record, notebook and marks."""
    notebook = nbformat.from_dict(maker(folder).source)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in CELLS:
            cell.metadata["nnlib"] = found[CELLS.index(name)]
        cell.source = dict(codes).get(name, cell.source)
    path = folder / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    points = [most * (told == PASSED) for told, most in zip(found, (3, 7), strict=True)]
    with class_records.gradebook(folder) as book:
        book.update_or_create_student(student)
        book.update_or_create_submission(LESSON, student)
        for cell, mark in zip(CELLS, points, strict=True):
            book.find_grade(cell, LESSON, LESSON, student).auto_score = mark
        book.db.commit()
    record = {"key": "k", "status": "graded", "marks": {}, "notes": list(notes)}
    class_records.write(folder, LESSON, student, record)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class in which everything that a report tells of has happened."""
    folder = new_class(tmp_path_factory.mktemp("report"))
    slope = wrong("skip_backprop", "hidden-slope-forgotten")
    put_graded(folder, "right", [PASSED, PASSED], notes=["The test cell `x` was missing."])
    put_graded(folder, "ben", [PASSED, slope])
    put_graded(folder, "cleo", [wrong("skip_forward", "b2-twice", EVIL), slope])
    put_graded(folder, "adam", [PASSED, PASSED], {"skip_backprop": ODD + f"# {EVIL}"})
    put_graded(folder, "eve", [PASSED, PASSED], {"skip_backprop": COPIED})
    stopped = {"status": "failed", "mistake": None, "message": EVIL}
    put_graded(folder, "stopped", [stopped, wrong("skip_backprop", None)])
    record = {"key": "", "status": "unreadable", "reason": f"No notebook: {EVIL}"}
    class_records.write(folder, LESSON, "broken", record)
    hand_in(folder, "late", "{}")
    (folder / "students.csv").write_text(
        f'id,name,email,login,canvas\nben,"Ben {EVIL}",,,\nabsent,Nobody Home,,,\n'
    )
    return folder


@pytest.fixture(scope="module")
def report(folder):
    return class_report.Report(ClassFolder(folder), LESSON)


@pytest.fixture(scope="module")
def page(report):
    return class_report.page(report)


# --- what it says ---------------------------------------------------------------------------


def rows(report):
    return {row.student: row for row in report.rows}


def test_marks_are_those_of_the_gradebook(report):
    assert {row.student: row.total for row in report.rows if row.marks} == {
        "right": 10,
        "adam": 10,
        "eve": 10,
        "ben": 3,
        "cleo": 0,
        "stopped": 0,
    }
    assert report.parts == {CELLS[0]: 3, CELLS[1]: 7}


def test_who_has_no_mark_is_told_with_the_reason(report):
    told = rows(report)
    assert told["broken"].total is None and "No notebook" in told["broken"].remarks[0]
    assert told["late"].status == "waiting"
    assert told["absent"].status == "" and told["absent"].name == "Nobody Home"
    assert [row.student for row in report.unread] == ["broken"]
    assert [row.student for row in report.repaired] == ["right"]


def test_mistakes_are_counted_over_the_class_with_their_question(report):
    first = report.mistakes[0]
    assert (first.exercise, first.name) == ("skip_backprop", "hidden-slope-forgotten")
    assert {row.student for row in first.who} == {"ben", "cleo"}
    assert first.ask == "`@` through weights; and through a bend?"
    others = {(one.exercise, one.name) for one in report.mistakes[1:]}
    assert others == {
        ("skip_forward", "b2-twice"),
        ("skip_backprop", class_report.UNNAMED),
        ("", "could not be graded"),
    }


def test_a_mark_from_an_earlier_file_is_said_to_be_one(folder):
    class_records.write(folder, LESSON, "ben", {"status": "unreadable", "reason": "Empty."})
    try:
        row = rows(class_report.Report(ClassFolder(folder), LESSON))["ben"]
        assert row.remarks == ["Empty.", class_report.OLDER]
        assert row.total == 3
    finally:
        record = {"key": "k", "status": "graded", "marks": {}, "notes": []}
        class_records.write(folder, LESSON, "ben", record)


def test_command_writes_the_page_and_prints_the_rest(folder, capsys):
    assert class_report.main([str(folder), "--lesson", "04"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"adam +3 +7 +10 of 10", out)
    assert "2  skip_backprop hidden-slope-forgotten" in out
    assert "100 %  adam, eve" in out
    assert (folder / "report" / f"{LESSON}.html").read_text(encoding="utf-8").startswith("<!doc")


def test_an_empty_class_has_a_report(tmp_path, capsys):
    assert class_report.main([str(new_class(tmp_path)), "--lesson", "04"]) == 0
    assert "nobody is in this class yet" in capsys.readouterr().out


def test_nothing_in_the_text_steers_a_terminal(report):
    assert class_reading.printable("a\x1b[2Jb\u202ec") == "a?[2Jb?c"
    assert all(line.isprintable() for line in class_report.text(report).splitlines())


# --- the page -------------------------------------------------------------------------------


class Elements(HTMLParser):
    """Collects the start tags of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_what_students_wrote_is_escaped_everywhere(page):
    tags = [tag for tag, _ in Elements(page).found]
    assert "script" not in tags and "img" not in tags
    assert page.count("&lt;script&gt;") >= 5  # name, message, reason, failure, code


def test_tables_can_be_read_aloud(page):
    found = Elements(page).found
    tags = [tag for tag, _ in found]
    assert tags.count("table") == tags.count("caption") == 4
    assert all(told.get("scope") in ("row", "col") for tag, told in found if tag == "th")
    assert ("html", {"lang": "en"}) in found
    assert not [told for _, told in found if "src" in told or "http" in told.get("href", "")]


def test_the_page_opens_in_a_browser_in_light_and_dark(page, tmp_path):
    path, asked, trouble = tmp_path / "report.html", [], []
    path.write_text(page, encoding="utf-8")
    with chromium("--no-sandbox") as browser:
        colours = set()
        for scheme in ("light", "dark"):
            window = browser.new_page(color_scheme=scheme)
            window.on("request", lambda request: asked.append(request.url))
            window.on("console", lambda message: trouble.append(message.text))
            window.on("dialog", lambda dialog: trouble.append(dialog.message))
            window.goto(path.as_uri())
            assert window.title() == f"{LESSON}: marks and mistakes"
            assert window.get_by_role("row", name=re.compile("adam 3 7 10")).is_visible()
            assert window.get_by_text("np.tanh").count() == 2
            mark = window.locator("mark").first
            colours.add(mark.evaluate("(one) => getComputedStyle(one).backgroundColor"))
    assert set(asked) == {path.as_uri()}
    assert not trouble
    assert len(colours) == 2


# --- what is alike --------------------------------------------------------------------------


def test_a_copy_with_other_names_is_shown(report):
    assert [(one.student, other.student) for _, one, other in report.alike] == [("adam", "eve")]


def test_layout_names_and_comments_do_not_count():
    assert class_alike.normalised(ODD) == class_alike.normalised(COPIED)
    assert class_alike.normalised("x = 1") != class_alike.normalised("x = 2")
    assert class_alike.normalised("not python (") == ["not", "python", "("]


def test_short_answers_and_what_was_handed_out_are_alike_by_themselves():
    short = "def f(x):\n    return np.maximum(x, 0) @ W + b"
    assert class_alike.pairs({"a": [short], "b": [short]}) == []
    assert class_alike.pairs({"a": [ODD], "b": [COPIED]}, known=[ODD]) == []
    assert class_alike.pairs({"a": [], "b": []}) == []


def test_what_many_have_is_common_knowledge():
    few = {f"student{i}": [ODD] for i in range(class_alike.FEW)}
    assert len(class_alike.pairs(few)) == 3
    assert class_alike.pairs(few | {"another": [ODD]}) == []


def test_answers_of_ones_own_are_not_flagged(folder):
    right, wrong = maker(folder).bodies["skip_backprop"]
    answers = {f"student{i}": [code] for i, code in enumerate([*right, ODD])}
    assert class_alike.pairs(answers) == []
    assert len(wrong) > 20

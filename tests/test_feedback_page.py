"""The catalogue as a table, and docs/feedback.md: what it says is what a command measures."""

import json

import pytest

from course import feedback_page, mistakes
from nnlib.exercises import catalogue, exercises


def test_the_catalogue_holds_more_than_250_mistakes_each_with_a_message():
    rows = catalogue()
    assert len(rows) > 250
    assert all(row["told"] and row["mistake"] and row["exercise"] for row in rows)


def test_the_table_shows_every_mistake_of_a_lesson(capsys):
    assert mistakes.main(["--lesson", "4", "--markdown"]) == 0
    printed = capsys.readouterr().out
    rows = mistakes.chosen(catalogue(), "04")
    assert rows and {row["lesson"] for row in rows} == {"04"}
    for row in rows:
        assert row["exercise"] in printed
        assert all(word in printed for word in row["told"].replace("|", " ").split())


def test_lines_of_the_plain_table_keep_to_the_width():
    assert max(map(len, mistakes.plain(catalogue(), 120).splitlines())) <= 120


def test_markdown_has_a_row_for_each_mistake(capsys):
    assert mistakes.main(["--exercise", "relu", "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    known = next(e for e in exercises() if e.name == "relu").mistakes
    assert len([line for line in lines if line.startswith("| ")]) == len(known) + 2
    assert lines[0] == "## Lesson 01: `relu`"


def test_an_unknown_lesson_is_said(capsys):
    assert mistakes.main(["--lesson", "99"]) == 2
    assert "no such lesson" in capsys.readouterr().out


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts():
    return feedback_page.split(feedback_page.PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["mutations", "equivalent", "speed"])
def test_recorded_tables_are_current(parts, name):
    assert parts[name] == feedback_page.parts([])[name]


def test_recorded_checks_are_faster_than_their_limit():
    rows = json.loads(feedback_page.SPEED.read_text())["seconds of a first check"]
    assert {e.name for e in exercises() if not e.graded} == rows.keys()
    assert [name for name, row in rows.items() if row["slowest"] > row["limit"]] == []

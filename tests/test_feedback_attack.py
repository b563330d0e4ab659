"""Wrong functions that beginners write are refused, mostly named, and never misnamed."""

import collections

import pytest

from course import beginners, feedback_page
from nnlib.exercises import diagnose, exercises

ATTEMPTS = beginners.load()
BY_EXERCISE = collections.defaultdict(list)
for attempt in ATTEMPTS:
    BY_EXERCISE[attempt.exercise].append(attempt)


@pytest.fixture(scope="module")
def verdicts():
    """(attempt, diagnosis, verdict) of all attempts."""
    found = feedback_page.diagnosed()
    return [(attempt, diagnosis, attempt.verdict(diagnosis)) for attempt, diagnosis in found]


def told(verdicts, which):
    return [
        f"{attempt.exercise}: {diagnosis.mistake}, {diagnosis.message[:200]}\n{attempt.source}"
        for attempt, diagnosis, verdict in verdicts
        if verdict == which
    ]


def test_there_are_attempts_at_every_exercise():
    assert {e.name for e in exercises() if not e.graded} <= BY_EXERCISE.keys()
    assert min(map(len, BY_EXERCISE.values())) >= 5


def test_every_attempt_is_refused(verdicts):
    assert told(verdicts, "passed") == []


def test_no_attempt_gets_a_name_that_is_not_true_of_it(verdicts):
    assert told(verdicts, "misnamed") == []


def test_nine_in_ten_attempts_are_named(verdicts):
    assert len(told(verdicts, "unnamed")) <= len(verdicts) / 10, told(verdicts, "unnamed")


def test_a_wrong_name_and_a_pass_are_noticed():
    attempt = ATTEMPTS[0]
    found = diagnose(attempt.function, attempt.exercise)
    found.mistake = "another-name"
    assert attempt.verdict(found) == "misnamed"
    found.status = "passed"
    assert attempt.verdict(found) == "passed"


def numbers(text):
    """{exercise: the numbers of its line} of a Markdown table."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines()[2:]]
    return {cells[1]: [int(cell) for cell in cells[2:]] for cells in lines}


def test_the_table_of_names_in_the_guide_is_current(verdicts):
    """Other versions of Python and NumPy word some errors otherwise: a few may move."""
    page = feedback_page.split(feedback_page.PAGE.read_text(encoding="utf-8"))
    rows = feedback_page.naming([(attempt, diagnosis) for attempt, diagnosis, _ in verdicts])
    written, measured = numbers(page["naming"]), numbers(feedback_page.naming_table(rows))
    assert written.keys() == measured.keys()
    for name, row in measured.items():
        mistakes_in_catalogue, *others = zip(row, written[name], strict=True)
        assert mistakes_in_catalogue[0] == mistakes_in_catalogue[1], name
        spare = 2 if name != "all" else 12
        assert all(abs(a - b) <= spare for a, b in others), (name, row, written[name])

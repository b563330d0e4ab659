"""Collects a test file's wrong functions, with the names true of them, and its right ones."""

from collections import defaultdict

import pytest

from nnlib.exercises import diagnose


def collectors():
    """{exercise: wrong functions}, {exercise: right ones}, and the two decorators that fill them.

    `@wrong(exercise, *names)` takes the names that the function may be given: those that are true
    of it. `@right(exercise)` takes a function that must pass.
    """
    all_wrong, all_right = defaultdict(list), defaultdict(list)

    def wrong(exercise, *names):
        def register(function):
            all_wrong[exercise].append((function, names))
            return function

        return register

    def right(exercise):
        def register(function):
            all_right[exercise].append(function)
            return function

        return register

    return all_wrong, all_right, wrong, right


def both_tests(all_wrong, all_right):
    """Two tests of each exercise: of its wrong functions, and of its right ones."""

    @pytest.mark.parametrize("exercise", all_wrong)
    def test_wrong(exercise):
        assert_refused_truly(exercise, all_wrong[exercise])

    @pytest.mark.parametrize("exercise", all_right)
    def test_right(exercise):
        assert_passed(exercise, all_right[exercise])

    return test_wrong, test_right


def assert_refused_truly(exercise, attempts):
    """Each (function, names) is refused, with one of the names that are true of it."""
    failed = []
    for function, names in attempts:
        found = diagnose(function, exercise)
        if found.status not in ("wrong", "raised") or found.mistake not in names:
            failed.append((where(function), names, found))
    assert not failed, failed


def assert_passed(exercise, functions):
    """Each function passes."""
    found = [(where(function), diagnose(function, exercise)) for function in functions]
    failed = [each for each in found if each[1].status != "passed"]
    assert not failed, failed


def where(function):
    """What tells of a function, which may be nameless: its file and line, if it has them."""
    return getattr(function, "__code__", function)

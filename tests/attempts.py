"""Collects a test file's wrong functions, with the names true of them, and its right ones."""

import pytest

from nnlib.exercises import diagnose


def collectors():
    """Two lists of pytest parameters, and the two decorators that fill them.

    `@wrong(exercise, *names)` takes the names that the function may be given: those that are true
    of it. `@right(exercise)` takes a function that must pass.
    """
    all_wrong, all_right = [], []

    def wrong(exercise, *names):
        def register(function):
            found = pytest.param(exercise, function, names, id=f"{exercise}-{len(all_wrong)}")
            all_wrong.append(found)
            return function

        return register

    def right(exercise):
        def register(function):
            all_right.append(pytest.param(exercise, function, id=f"{exercise}-{len(all_right)}"))
            return function

        return register

    return all_wrong, all_right, wrong, right


def refused_truly(function, exercise, names):
    """Assert that a wrong function is refused, with one of the names that are true of it."""
    found = diagnose(function, exercise)
    assert found.status in ("wrong", "raised"), found
    assert found.mistake in names, found


def passes(function, exercise):
    """Assert that a right function passes."""
    found = diagnose(function, exercise)
    assert found.status == "passed", found

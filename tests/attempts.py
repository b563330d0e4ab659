"""Collects a test file's wrong functions, with the names true of them, and its right ones."""

import pytest


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

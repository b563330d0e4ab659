"""Exercises and their feedback: `check` a function, `diagnose` it as data, see one's `progress`."""

from nnlib.exercises.engine import catalogue, check, diagnose, exercises
from nnlib.exercises.kept import keep, mine
from nnlib.exercises.progress import progress

__all__ = ["catalogue", "check", "diagnose", "exercises", "keep", "mine", "progress"]

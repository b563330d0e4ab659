"""Exercises and their feedback: `check` a function, try its `examples`, see one's `progress`."""

from nnlib.exercises.engine import catalogue, check, diagnose, exercises
from nnlib.exercises.examples import examples
from nnlib.exercises.kept import keep, mine
from nnlib.exercises.progress import progress

__all__ = ["catalogue", "check", "diagnose", "examples", "exercises", "keep", "mine", "progress"]

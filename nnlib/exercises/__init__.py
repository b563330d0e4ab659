"""Exercises and their feedback: `check` a function, `diagnose` it as data, see one's `progress`."""

from nnlib.exercises.engine import catalogue, check, diagnose, exercises

__all__ = ["catalogue", "check", "diagnose", "exercises"]

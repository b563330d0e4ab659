"""Grades submissions: their code runs behind a wall, the tests and answers stay on this side."""

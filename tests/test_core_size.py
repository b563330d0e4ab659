"""The core stays small enough to be read in an hour."""

import ast
from pathlib import Path

import pytest
from test_core_imports import CORE, PACKAGE

MOST_LINES = 335
MOST_LINES_OF_A_FUNCTION = 20


def docstrings(tree):
    """Return the numbers of the lines that hold docstrings."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            lines |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def code_lines(source):
    """Return {line number: line} without blank lines, comments and docstrings."""
    without = docstrings(ast.parse(source))
    numbered = enumerate(source.splitlines(), 1)
    return {
        i: line
        for i, line in numbered
        if line.strip() and not line.strip().startswith("#") and i not in without
    }


def read(name):
    return (PACKAGE / f"{name}.py").read_text(encoding="utf-8")


def test_the_counter_counts_code():
    source = (
        '"""What for.\n\nMore."""\n\nimport os  # why\n\n# a comment\n'
        'def f():\n    "d"\n    return """\n\n"""\n'
    )
    assert list(code_lines(source)) == [5, 8, 10, 12]


def test_the_core_is_no_longer_than_it_was():
    lines = {name: len(code_lines(read(name))) for name in CORE}
    assert sum(lines.values()) <= MOST_LINES, lines
    assert sum(lines.values()) - lines["checks"] <= 300, lines  # beside what is said of bad input


@pytest.mark.parametrize("name", CORE)
def test_functions_of_the_core_are_short(name):
    source = read(name)
    lines = code_lines(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            length = sum(node.lineno <= i <= node.end_lineno for i in lines)
            assert length <= MOST_LINES_OF_A_FUNCTION, (node.name, length)


@pytest.mark.parametrize("name", CORE)
def test_everything_public_in_the_core_says_what_it_is_for(name):
    tree = ast.parse(read(name))
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            inner = any(
                node in getattr(outer, "body", [])
                for outer in ast.walk(tree)
                if isinstance(outer, ast.FunctionDef)
            )
            assert inner or ast.get_docstring(node), node.name


def test_all_files_of_the_core_are_counted():
    others = {"datasets", "estimators", "mnist"}
    found = {path.stem for path in Path(PACKAGE).glob("*.py")}
    assert set(CORE) == found - others

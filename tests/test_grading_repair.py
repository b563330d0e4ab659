"""Honest mishaps: whatever happened to the notebook, a right answer keeps its points, and a note
says what was put right."""

import copy
import html
import json
import os
import re

import judging
import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import HONEST, POINTS, SOURCE
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from course.grading.judge import make_harmless
from course.grading.repair import CELLS, defined, read_source, repair

STUB = "def weight_gradient(a_prev, delta):\n    ...  # your code here"


def place(notebook, grade_id):
    """The index of a cell, by its nbgrader name."""
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return names.index(grade_id)


def cell(notebook, grade_id):
    return notebook.cells[place(notebook, grade_id)]


# --- mishaps: each changes an honest notebook; the notes that it must lead to ----------------


def nothing(nb):
    return []


def all_tests_deleted(nb):
    nb.cells = [c for c in nb.cells if "points" not in c.source]
    return [f"The test cell `points-{name}` was missing; it is there again." for name in POINTS]


def one_test_deleted(nb):
    del nb.cells[place(nb, "points-bias_gradient")]
    return ["The test cell `points-bias_gradient` was missing; it is there again."]


def a_test_moved_to_the_top(nb):
    nb.cells.insert(0, nb.cells.pop(place(nb, "points-hidden_delta")))
    return ["Some cells stood in another order than they were handed out."]


def a_test_duplicated(nb):
    nb.cells.append(copy.deepcopy(cell(nb, "points-hidden_delta")))
    return ["The test cell `points-hidden_delta` was there 2 times."]


def a_test_edited(nb):
    cell(nb, "points-hidden_delta").source = "assert True"
    return ["The test cell `points-hidden_delta` was changed; it is as it was handed out."]


def a_test_emptied(nb):
    cell(nb, "points-hidden_delta").source = ""
    return ["The test cell `points-hidden_delta` was changed; it is as it was handed out."]


def a_test_made_text(nb):
    nb.cells[place(nb, "points-bias_gradient")].cell_type = "markdown"
    return ["The test cell `points-bias_gradient` was a text cell; it is code again."]


def a_test_made_raw(nb):
    nb.cells[place(nb, "points-bias_gradient")].cell_type = "raw"
    return ["The test cell `points-bias_gradient` was a text cell; it is code again."]


def an_answer_pasted_twice(nb):
    nb.cells.insert(4, copy.deepcopy(cell(nb, "weight_gradient")))
    return ["`weight_gradient` is there more than once; the last one that is written counts."]


def a_stub_pasted_after(nb):
    again = copy.deepcopy(cell(nb, "weight_gradient"))
    again.source = STUB
    nb.cells.append(again)
    return [
        "Some cells stood in another order than they were handed out.",
        "`weight_gradient` is there more than once; the last one that is written counts.",
    ][1:]


def a_stub_pasted_before(nb):
    again = copy.deepcopy(cell(nb, "weight_gradient"))
    again.source = STUB
    nb.cells.insert(1, again)
    return ["`weight_gradient` is there more than once; the last one that is written counts."]


def metadata_stripped(nb):
    for one in nb.cells:
        one.metadata = {}
    return [
        f"The mark of the answer `{name}` was lost; it was found by its function."
        for name in POINTS
    ]


def metadata_of_odd_types(nb):
    odd = [[], "x", 3, None, {"grade_id": []}, {"grade_id": None}]
    for number, one in enumerate(nb.cells):
        one.metadata["nbgrader"] = odd[number % len(odd)]
    return [
        f"The mark of the answer `{name}` was lost; it was found by its function."
        for name in POINTS
    ]


def ids_stripped(nb):
    for one in nb.cells:
        del one["id"]
    nb.nbformat_minor = 4
    return []


def ids_all_the_same(nb):
    for one in nb.cells:
        one["id"] = "same"
    return []


def marks_exchanged(nb):
    one, other = cell(nb, "weight_gradient"), cell(nb, "hidden_delta")
    one.metadata, other.metadata = other.metadata, one.metadata
    return [
        "Some cells stood in another order than they were handed out.",
        "The mark of the answer `weight_gradient` was lost; it was found by its function.",
        "The mark of the answer `hidden_delta` was lost; it was found by its function.",
    ]


def another_kernel(nb):
    nb.metadata["kernelspec"] = {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}
    return ["The notebook asked for another kernel; it is graded with Python 3."]


def no_metadata_at_all(nb):
    del nb["metadata"]
    return []


def extra_cells(nb):
    for number in range(0, 12, 3):
        nb.cells.insert(number, new_code_cell(f"x{number} = {number}"))
        nb.cells.insert(number, new_markdown_cell("My notes"))
        nb.cells.insert(number, new_raw_cell("raw"))
    return []


def order_reversed(nb):
    head, nb.cells = nb.cells[:2], nb.cells[2:]
    nb.cells = head + nb.cells[::-1]
    return ["Some cells stood in another order than they were handed out."]


def an_answer_made_text(nb):
    nb.cells[place(nb, "weight_gradient")].cell_type = "markdown"
    return ["An answer was a text cell; it is code again."]


def an_answer_made_text_without_its_mark(nb):
    at = place(nb, "weight_gradient")
    nb.cells[at] = new_markdown_cell(nb.cells[at].source)
    return [
        "An answer was a text cell; it is code again.",
        "The mark of the answer `weight_gradient` was lost; it was found by its function.",
    ]


def an_answer_written_in_a_new_cell(nb):
    cell(nb, "weight_gradient").source = STUB
    nb.cells.append(new_code_cell(HONEST["weight_gradient"]))
    return [
        "`weight_gradient` is there more than once; the last one that is written counts.",
        "The mark of the answer `weight_gradient` was lost; it was found by its function.",
    ]


def an_answer_cell_deleted_and_written_elsewhere(nb):
    del nb.cells[place(nb, "weight_gradient")]
    nb.cells[1].source += "\n" + HONEST["weight_gradient"]
    return ["The mark of the answer `weight_gradient` was lost; it was found by its function."]


def an_answer_written_in_its_test(nb):
    cell(nb, "weight_gradient").source = "# see below"
    cell(nb, "points-weight_gradient").source += "\n" + HONEST["weight_gradient"]
    return [
        "The test cell `points-weight_gradient` was missing; it is there again.",
        "The mark of the answer `weight_gradient` was lost; it was found by its function.",
    ]


def all_in_one_cell(nb):
    nb.cells = [new_code_cell("import numpy as np\n" + "\n".join(HONEST.values()))]
    notes = [f"The test cell `points-{name}` was missing; it is there again." for name in POINTS]
    return notes + [
        f"The mark of the answer `{name}` was lost; it was found by its function."
        for name in POINTS
    ]


def an_answer_as_a_lambda(nb):
    cell(nb, "weight_gradient").source = "weight_gradient = lambda a_prev, delta: a_prev.T @ delta"
    return []


def an_answer_as_a_lambda_without_its_mark(nb):
    cell(nb, "weight_gradient").source = "weight_gradient = lambda a_prev, delta: a_prev.T @ delta"
    cell(nb, "weight_gradient").metadata = {}
    return ["The mark of the answer `weight_gradient` was lost; it was found by its function."]


def a_magic_in_the_answer(nb):
    cell(nb, "weight_gradient").source = "%matplotlib inline\n" + HONEST["weight_gradient"]
    return []


def a_warning_on_stderr(nb):
    warning = "import sys, warnings\nwarnings.warn('old')\nprint('x', file=sys.stderr)\n"
    cell(nb, "weight_gradient").source = warning + HONEST["weight_gradient"]
    return []


def an_error_in_another_cell(nb):
    nb.cells.insert(2, new_code_cell("1 / 0"))
    return []


def markers_of_the_instructor(nb):
    cell(nb, "weight_gradient").source += "\n### BEGIN HIDDEN TESTS"
    return []


def the_instructors_version(nb):
    nb.cells = copy.deepcopy(SOURCE.cells)
    return []


def sources_as_lists_of_lines(nb):
    for one in nb.cells:
        one.source = one.source.splitlines(keepends=True)
    return []


def halves_of_characters(nb):
    cell(nb, "weight_gradient").source += "\nx = '\ud83d'  # half an emoji"
    nb.cells.append(new_markdown_cell("\udc00"))
    return []


def old_outputs_and_executions(nb):
    for one in nb.cells:
        if one.cell_type == "code":
            one.execution_count = 10**6
            one.outputs = [nbformat.v4.new_output("error", ename="E", evalue="e", traceback=["t"])]
    return []


def a_long_cell(nb):
    cell(nb, "weight_gradient").source += "\n" + "# a comment\n" * 5000
    return []


MISHAPS = [
    *(nothing, all_tests_deleted, one_test_deleted, a_test_moved_to_the_top, a_test_duplicated),
    *(a_test_edited, a_test_emptied, a_test_made_text, a_test_made_raw, an_answer_pasted_twice),
    *(a_stub_pasted_after, a_stub_pasted_before, metadata_stripped, metadata_of_odd_types),
    *(ids_stripped, ids_all_the_same, marks_exchanged, another_kernel, no_metadata_at_all),
    *(extra_cells, order_reversed, an_answer_made_text, an_answer_made_text_without_its_mark),
    *(an_answer_written_in_a_new_cell, an_answer_cell_deleted_and_written_elsewhere),
    *(an_answer_written_in_its_test, all_in_one_cell, an_answer_as_a_lambda),
    *(an_answer_as_a_lambda_without_its_mark, a_magic_in_the_answer, a_warning_on_stderr),
    *(an_error_in_another_cell, markers_of_the_instructor, the_instructors_version),
    *(sources_as_lists_of_lines, halves_of_characters, old_outputs_and_executions, a_long_cell),
]


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda f: f.__name__)
def test_a_mishap_costs_nothing_and_is_told(mishap):
    submitted = copy.deepcopy(judging.handed_in())
    expected = mishap(submitted)
    repaired = repair(submitted, SOURCE)
    assert sorted(judging.notes(repaired)) == sorted(expected)
    assert marks_of(repaired) == POINTS
    assert sorted(judging.notes(repaired)) == sorted(expected)


MARKS = {}


def marks_of(repaired):
    """The marks that a repaired notebook gets; one that is, but for what is told in its first cell,
    the very notebook that another mishap led to is not judged again."""
    nbformat.validate(repaired)
    nbformat.writes(repaired).encode()
    cells = repaired.cells[bool(judging.notes(repaired)) :]
    state = str([repaired.metadata, *((c.cell_type, c.source, c.metadata) for c in cells)])
    if state not in MARKS:
        MARKS[state] = judging.marks(judging.after_judgement(repaired))
    return MARKS[state]


# --- what cannot be repaired is told, and costs only itself ----------------------------------


def test_a_missing_answer_is_told_and_costs_only_itself():
    submitted = judging.handed_in()
    del submitted.cells[place(submitted, "bias_gradient")]
    judged = judging.graded(submitted)
    assert judging.marks(judged) == {**POINTS, "bias_gradient": 0}
    assert judging.notes(judged) == ["The cell of the answer `bias_gradient` was missing."]
    assert "no function bias_gradient" in judging.told(judged)["bias_gradient"]["message"]


ODD = {
    "no cells": {},
    "cells of None": {"cells": None},
    "cells of text": {"cells": "abc"},
    "cells that are none": {"cells": [None, 3, "x", [], {}]},
    "cells without kinds": {"cells": [{"source": 3}, {"cell_type": 3}, {"source": [1, None]}]},
    "metadata of None": {"cells": [{"metadata": None, "source": "1"}], "metadata": None},
    "metadata of a list": {"cells": [{"metadata": [1], "source": "1"}], "metadata": [1]},
    "a kernel of a list": {"cells": [], "metadata": {"kernelspec": [1]}},
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_notebook_gives_an_empty_one_with_all_tests(name):
    repaired = repair(ODD[name], SOURCE)
    nbformat.validate(repaired)
    assert len([c for c in repaired.cells if judging.is_test(c)]) == len(POINTS)
    assert judging.notes(repaired)


def test_too_many_cells_are_not_read():
    submitted = new_notebook(cells=[new_code_cell("x = 1") for _ in range(CELLS + 100)])
    repaired = repair(submitted, SOURCE)
    assert len(repaired.cells) < CELLS + 10
    assert f"Only the first {CELLS} cells of {CELLS + 100} are read." in judging.notes(repaired)


DEEP = {
    "brackets": 50_000 * "(" + 50_000 * ")",
    "additions": "x = " + "1+" * 50_000 + "1",
    "signs": "x = " + "-" * 90_000 + "1",
    "attributes": "x" + ".y" * 40_000,
    "calls": "x" + "()" * 40_000,
    "blocks": "\n".join(" " * i + "if x:" for i in range(400)),
    "lambdas": "lambda: " * 12_000 + "1",
    "a null byte": "def f():\0 pass",
    "an odd escape": "x = '\\d'",
    "digits": "x = " + "9" * 90_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_text_that_no_parser_likes_is_read_for_its_functions(name):
    text = f"def weight_gradient(a_prev, delta):\n    return 1\n{DEEP[name]}"
    assert defined(text) >= {"weight_gradient"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
odd_cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | anything,
        "source": st.sampled_from([*HONEST.values(), STUB, "# 2 points"]) | anything,
        "metadata": anything
        | st.fixed_dictionaries(
            {
                "nbgrader": anything
                | st.fixed_dictionaries(
                    {"grade_id": st.sampled_from([*POINTS, "points-hidden_delta"]) | anything}
                )
            }
        ),
        "outputs": anything,
        "id": anything,
    },
)


@settings(max_examples=200)
@given(st.lists(odd_cells | anything, max_size=6), anything)
def test_whatever_is_handed_in_becomes_a_notebook_with_every_test_once(cells, metadata):
    repaired = repair({"cells": cells, "metadata": metadata}, SOURCE)
    nbformat.validate(repaired)
    json.dumps(repaired).encode()
    names = [c.metadata.nbgrader.grade_id for c in repaired.cells if "nbgrader" in c.metadata]
    wanted = [*POINTS, *(f"points-{name}" for name in POINTS)]
    assert sorted(names) == sorted(wanted)
    hidden = [c.source for c in repaired.cells if judging.is_test(c)]
    assert all("grade(" in source for source in hidden)


# --- what an instructor's browser opens ------------------------------------------------------


HOSTILE_TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "$\\href{javascript:alert(1)}{x}$",
    "</pre><script>alert(1)</script>",
    "<iframe src='https://example.org'></iframe>",
    "![x](https://example.org/pixel.png)",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_students_own_text_is_shown_as_plain_text(text):
    submitted = judging.handed_in()
    submitted.cells[1:1] = [new_markdown_cell(text), new_raw_cell(text)]
    repaired = repair(submitted, SOURCE)
    make_harmless(repaired)
    shown = [c.source for c in repaired.cells if c.source.startswith("<pre>")]
    assert len(shown) == 2
    page = HTMLExporter(template_name="lab").from_notebook_node(repaired)[0]
    body = page[page.rindex("<main>") :]
    assert not re.search(r"<(script|img|iframe|a href)[^>]*(alert|example)", body)
    assert html.unescape(body).count(text) == 2


def test_the_courses_own_text_stays_as_it_is():
    judged = judging.graded(judging.handed_in())
    assert [c.source for c in judged.cells if c.cell_type == "markdown"] == [
        c.source for c in SOURCE.cells if c.cell_type == "markdown"
    ]
    assert all("ours" not in c.metadata for c in judged.cells)


def test_a_student_cannot_call_a_text_the_courses_own():
    submitted = judging.handed_in()
    submitted.cells.insert(1, new_markdown_cell(HOSTILE_TEXTS[0], metadata={"ours": True}))
    judged = judging.graded(submitted)
    assert not any("<script>" in c.source for c in judged.cells)


def test_the_source_is_read_again_when_it_has_changed(tmp_path):
    path = tmp_path / "source.ipynb"
    nbformat.write(SOURCE, path)
    assert len(read_source(path).cells) == len(SOURCE.cells)
    nbformat.write(new_notebook(), path)
    os.utime(path, ns=(1, 1))
    assert len(read_source(path).cells) == 0

"""Whoever solves a lesson gets all its points from the judge; what it offers is right."""

import copy

import judging
import pytest

from course.class_source import source_notebook
from course.files import ROOT
from course.grading import offered
from course.grading.judge import Judge
from course.grading.repair import repair
from course.lesson_names import find_sources
from nnlib.exercises import diagnose, exercises

LESSONS = {path.stem: path for path in find_sources(ROOT)}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_lesson_gets_all_points_also_for_practice(lesson):
    source = source_notebook(ROOT, LESSONS[lesson], count_practice=True)
    solved = repair(copy.deepcopy(source), source)
    judged, _ = Judge().preprocess(solved, {"nbgrader": {"assignment": lesson}})
    lost = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nnlib
        for cell in judging.tests_of(judged)
        if judging.determine_grade(cell)[0] != cell.metadata.nbgrader.points
    }
    assert len(judging.tests_of(judged)) >= 3
    assert lost == {}
    assert judging.notes(judged) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_earlier_lessons_asked_for_is_offered_and_right(lesson):
    space = {}
    exec("import numpy as np\n" + offered.source(lesson), space)
    earlier = [made for made in exercises() if made.lesson < lesson[:2]]
    assert all(diagnose(space[made.name], made).status == "passed" for made in earlier)
    later = [made.name for made in exercises() if made.lesson >= lesson[:2]]
    assert not set(later) & set(space)


def test_an_assignment_without_a_number_offers_nothing():
    assert offered.source("homework") == ""

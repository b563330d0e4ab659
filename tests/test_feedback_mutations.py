"""Mutants of right functions: what is wrong is refused; the judge and the tool themselves."""

import json

import numpy as np
import pytest
import test_exercises_registry as registry

from course import admissible, equivalent, mutants, mutations
from nnlib.exercises import exercises
from nnlib.exercises.engine import find

EXERCISES = [e for e in exercises() if not e.graded]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
# Wrong in a way that the judge, who is more patient there, lets pass.
PATIENT = {("init_params", "one-spread-for-all-layers"), ("init_params", "scaled-by-the-outputs")}


def test_no_wrong_mutant_passes():
    rows = mutations.try_all(mutations.share_out(EXERCISES, 128, seed=3))
    assert len(rows) == 128
    holes = [row for row in rows if mutations.kind(row) == "hole"]
    assert holes == []
    assert sum(mutations.kind(row) == "refused" for row in rows) > 100


def test_every_exercise_has_inputs_of_its_own_for_the_judge():
    assert {e.name for e in EXERCISES} == admissible.INPUTS.keys()


@each_exercise
def test_the_judge_finds_right_versions_right(exercise):
    for version in (exercise.reference, *exercise.alternatives):
        assert admissible.difference(version, exercise, 40) == "", version


@each_exercise
def test_the_judge_finds_nearly_all_mistakes_wrong(exercise):
    missed = {
        (exercise.name, slug)
        for slug, mistake in exercise.mistakes.items()
        if not admissible.difference(mistake.function, exercise, 60)
    }
    assert len(missed - PATIENT) <= 0.1 * len(exercise.mistakes), missed


def test_the_same_seed_gives_the_same_mutants_and_another_seed_others():
    exercise = find("softmax")
    first, again = (mutations.Source(exercise, 0) for _ in range(2))
    other = mutations.Source(exercise, 1)
    sources = [[source[i][3] for i in range(20)] for source in (first, again, other)]
    assert sources[0] == sources[1] != sources[2]
    assert len(set(sources[0])) == 20


def test_a_mutant_is_a_changed_copy_that_can_be_called():
    base = mutants.bases(find("weight_gradient"))[0]
    edit = next(e for e in mutants.singles(base) if e.text == ".T left out")
    function, source = base.mutant([edit])
    assert ".T" in base.source() and ".T" not in source
    assert function(np.eye(3), np.ones((3, 3))).shape == (3, 3)


def test_a_hole_is_seen(monkeypatch):
    exercise = find("relu")
    ordinary = {s: [c for c in exercise.probes(s) if c.kind == "generic"] for s in (0, 1)}
    monkeypatch.setattr(exercise, "probes", ordinary.get)
    monkeypatch.setattr(exercise, "_cache", {})

    def only_for_tables(z):
        return np.maximum(0, z) if np.ndim(z) >= 2 else None

    assert mutations.diagnose(only_for_tables, "relu").status == "passed"
    assert mutations.judged(only_for_tables, exercise, 40)


def test_a_run_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    kept = tmp_path / "kept.jsonl"
    tasks = mutations.share_out([find("double"), find("relu")], 6, seed=0)
    mutations.try_all(tasks[:4], kept=kept)
    tried = []
    real = mutations.try_one
    monkeypatch.setattr(mutations, "try_one", lambda *a: tried.append(a[:3]) or real(*a))
    rows = mutations.try_all(tasks, kept=kept)
    assert tried == tasks[4:]
    assert [tuple(row["task"]) for row in rows] == tasks


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--count", "0"], "--count must be 1 or more, and is 0"),
        (["--jobs", "-1"], "--jobs must be 1 or more, and is -1"),
        (["--exercise", "relu", "nope"], "there is no exercise 'nope'"),
    ],
)
def test_a_run_of_nothing_is_refused(words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        mutations.main(words)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_the_record_has_no_hole_and_every_accepted_mutant_has_an_argument():
    record = json.loads(mutations.RECORD.read_text())
    assert record["hole"] == []
    assert sum(count["tried"] for count in record["exercises"].values()) >= 10_000
    assert {equivalent.group(row) for row in record["equal"]} <= equivalent.ARGUMENTS.keys()


@pytest.mark.parametrize("name", ["sigmoid", "weight_gradient", "cross_entropy"])
def test_a_loosened_tolerance_is_noticed_by_the_checkers_tests(name, monkeypatch):
    exercise = find(name)
    monkeypatch.setattr(exercise, "rtol", 2.0)
    noticed = 0
    for mistake in exercise.mistakes.values():
        try:
            registry.assert_it_gets_its_own_message(exercise, mistake)
        except AssertionError:
            noticed += 1
    assert noticed > 0.3 * len(exercise.mistakes)

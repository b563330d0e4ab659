"""Every exercise: stub, reference, other right versions, and each mistake gets its own message."""

import ast
import functools
import importlib
import inspect
import itertools
import re
import textwrap
from pathlib import Path

import pytest

import graded
import nnlib.exercises
from nnlib.exercises import engine
from nnlib.exercises.engine import REGISTRY, SEEDS, diagnose

FILES = sorted(
    f"{package.__name__}.{path.stem}"
    for package in (nnlib.exercises, graded)
    for path in Path(package.__file__).parent.glob("lesson[0-9][0-9].py")
)


def load():
    """All exercises, and the lesson files that cannot be imported (one must not hide the rest)."""
    broken = {}
    for name in FILES:
        try:
            importlib.import_module(name)
        except Exception as error:
            broken[name] = error
    return sorted(REGISTRY.values(), key=lambda e: e.lesson), broken


EXERCISES, BROKEN = load()
each_exercise = pytest.mark.parametrize(
    "exercise", EXERCISES, ids=lambda e: f"lesson{e.lesson}-{e.name}"
)


@pytest.mark.parametrize("name", FILES)
def test_lesson_file_can_be_imported(name):
    assert name not in BROKEN, BROKEN.get(name)


@each_exercise
def test_untouched_stub_is_not_attempted(exercise):
    names = ", ".join(exercise.parameters)
    space = {}
    exec(f"def f({names}):\n    '''What it does.'''\n    ...", space)
    assert diagnose(space["f"], exercise.name).status == "not attempted"


@each_exercise
def test_reference_passes_without_a_remark(exercise):
    found = diagnose(exercise.reference, exercise.name)
    assert (found.status, found.remarks) == ("passed", []), found


@each_exercise
def test_other_right_versions_pass(exercise):
    for version in exercise.alternatives:
        found = diagnose(version, exercise.name)
        assert found.status == "passed", (version.__name__, found)


@functools.cache
def diagnosis_of(exercise, mistake):
    """The Diagnosis of a mistake or a combination, made once for all that is asked of it."""
    return diagnose(mistake.function, exercise.name)


@each_exercise
def test_mistakes_get_their_own_messages(exercise):
    for mistake in exercise.mistakes.values():
        assert_it_gets_its_own_message(exercise, mistake, diagnosis_of)


def assert_it_gets_its_own_message(exercise, mistake, diagnosed=diagnosis_of.__wrapped__):
    """It is refused under its own name, with what its docstring says."""
    found = diagnosed(exercise, mistake)
    assert found.status in ("wrong", "raised"), (mistake.slug, found)
    assert found.mistake == mistake.slug, (mistake.slug, found)
    assert mistake.message in found.message, (mistake.slug, found)


@each_exercise
def test_combinations_get_both_messages(exercise):
    for combination in exercise.combinations.values():
        found = diagnosis_of(exercise, combination)
        assert (found.mistake, found.message) == (combination.slug, combination.message), found


@each_exercise
def test_what_is_special_about_an_example_is_told_only_where_no_ordinary_input_fails(exercise):
    for mistake, found in diagnosed(exercise):
        fails = any(failing_ordinary_probes(exercise, mistake, found.status))
        assert not (found.example.note and fails), (mistake.slug, found)


@each_exercise
def test_an_observer_says_in_the_example_what_it_says_of_ordinary_inputs(exercise):
    for mistake, found in diagnosed(exercise):
        ordinary = [
            exercise.outcome(mistake.slug, *place).value
            for place in failing_ordinary_probes(exercise, mistake, found.status)
        ]
        if ordinary and isinstance(found.example.got, str):
            assert found.example.got in ordinary, (mistake.slug, found)


def diagnosed(exercise):
    """(mistake, its Diagnosis) of every mistake and combination whose Diagnosis has an example."""
    for mistake in [*exercise.mistakes.values(), *exercise.combinations.values()]:
        found = diagnosis_of(exercise, mistake)
        if found.example is not None:
            yield mistake, found


def failing_ordinary_probes(exercise, mistake, status):
    """(seed, number) of the generic probes that a mistake fails with that status."""
    for seed in SEEDS:
        for i, case in enumerate(exercise.probes(seed)):
            outcome = exercise.outcome(mistake.slug, seed, i)
            right = exercise.outcome(None, seed, i).accepts(outcome, exercise.rtol)
            raised = "raised" if outcome.error is not None else "wrong"
            if case.kind == "generic" and not right and raised == status:
                yield seed, i


@each_exercise
def test_the_example_of_a_mistake_shows_a_difference(exercise):
    for mistake, found in diagnosed(exercise):
        assert shows_a_difference(str(found).split("\n  For example")[1]), (mistake.slug, found)


def shows_a_difference(text):
    """Whether what is expected and what came look different, or something that was changed."""
    sides = {"expected": [], "yours": []}
    side = []
    for line in text.splitlines()[1:]:
        word = re.match(r"    (\S+)", line)  # a label, where the line has one
        if word:
            side = next((sides[name] for name in sides if word[1].startswith(name)), [])
        if "entries differ" not in line:
            side.append(re.sub(r"^(expected|yours)|\s", "", line.strip()))
    return sides["expected"] != sides["yours"] or "after the call" in text


@each_exercise
def test_messages_are_one_to_three_sentences(exercise):
    for mistake in exercise.mistakes.values():
        sentences = re.findall(r"[.?!](?=\s|$|[)'\"”»])", mistake.message)
        assert 1 <= len(sentences) <= 3, (mistake.slug, mistake.message)
        assert 30 <= len(mistake.message) <= 420, (mistake.slug, len(mistake.message))


def answers(exercise):
    """What the reference returns, as text without blanks: what no message may hold."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(exercise.reference)))
    returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
    texts = [re.sub(r"\s", "", ast.unparse(value)) for value in returned]
    return [text for text in texts if len(text) > 4 and re.search(r"[@*/+(-]", text)]


@each_exercise
def test_messages_do_not_give_the_answer(exercise):
    for mistake in exercise.mistakes.values():
        told = re.sub(r"\s", "", mistake.message)
        assert not [text for text in answers(exercise) if text in told], mistake.slug


@each_exercise
def test_mistakes_come_with_a_question_to_the_room(exercise):
    for mistake in exercise.mistakes.values():
        asked = mistake.ask
        assert asked == "" or (asked.endswith("?") and len(asked) < 160), (mistake.slug, asked)


@each_exercise
def test_mistakes_differ_in_their_outcomes(exercise):
    places = [(seed, i) for seed in SEEDS for i in range(len(exercise.probes(seed)))]
    slugs = [*exercise.mistakes, *exercise.combinations]
    for one, other in itertools.combinations(slugs, 2):
        same = (
            exercise.outcome(one, *place).same_as(exercise.outcome(other, *place), exercise.rtol)
            for place in places
        )
        assert not all(same), (one, other)


@each_exercise
def test_probes_are_three_generic_ones_at_least_with_sizes_that_differ(exercise):
    for seed in SEEDS:
        plain = [case for case in exercise.probes(seed) if case.kind == "generic"]
        assert len(plain) >= 3
        for case in plain:
            dims = list(case.dims.values())
            assert len(set(dims)) == len(dims) and not {1, 2} & set(dims), dims


def test_names_of_exercises_are_found():
    assert engine.find("sigmoid").lesson == "01"
    with pytest.raises(engine.UnknownExercise, match="Did you mean sigmoid"):
        engine.find("sigmiod")

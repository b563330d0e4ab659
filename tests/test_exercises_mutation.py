"""The checker's own tests notice a broken message, a swapped name and a broken engine."""

import copy
import dataclasses

import numpy as np
import pytest
import test_exercises_registry as registry

from nnlib.exercises import engine, known, naming, outcomes, pairs, relations, unknown

EXERCISES = [e for e in registry.EXERCISES if len(e.mistakes) > 1]
RELU, DENSE = engine.find("relu"), engine.find("dense_forward")
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


@pytest.fixture
def broken(monkeypatch):
    """Puts a changed copy of an exercise into the registry; its tests see the original."""

    def replace(exercise, **changes):
        changed = copy.copy(exercise)
        changed._cache = dict(exercise._cache)
        for name, value in changes.items():
            setattr(changed, name, value)
        monkeypatch.setitem(engine.REGISTRY, exercise.name, changed)

    return replace


def with_mistakes(exercise, *changed):
    return {**exercise.mistakes, **{mistake.slug: mistake for mistake in changed}}


def with_message(mistake, message):
    return dataclasses.replace(mistake, message=message)


def first_two(exercise):
    return list(exercise.mistakes.values())[:2]


@each_exercise
def test_swapped_messages_are_noticed(exercise, broken):
    one, other = first_two(exercise)
    swapped = (
        dataclasses.replace(one, message=other.message),
        dataclasses.replace(other, message=one.message),
    )
    broken(exercise, mistakes=with_mistakes(exercise, *swapped))
    for mistake in (one, other):
        with pytest.raises(AssertionError):
            registry.assert_it_gets_its_own_message(exercise, mistake)


@each_exercise
def test_swapped_names_are_noticed(exercise, broken):
    one, other = first_two(exercise)
    swapped = (
        dataclasses.replace(one, function=other.function),
        dataclasses.replace(other, function=one.function),
    )
    broken(exercise, mistakes=with_mistakes(exercise, *swapped), _cache={})
    for mistake in (one, other):
        with pytest.raises(AssertionError):
            registry.assert_it_gets_its_own_message(exercise, mistake)


@each_exercise
def test_a_mistake_that_is_not_known_any_more_is_noticed(exercise, broken):
    one, _ = first_two(exercise)
    rest = {slug: m for slug, m in exercise.mistakes.items() if slug != one.slug}
    broken(exercise, mistakes=rest, combinations={})
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(exercise, one)


@each_exercise
def test_a_second_version_of_a_mistake_is_noticed(exercise, broken):
    one, _ = first_two(exercise)
    twin = dataclasses.replace(one, slug="twin")
    doubled = copy.copy(exercise)
    doubled.mistakes = with_mistakes(exercise, twin)
    with pytest.raises(AssertionError):
        registry.test_mistakes_differ_in_their_outcomes(doubled)


@each_exercise
def test_a_mistake_taken_for_the_reference_is_noticed(exercise, broken):
    one, _ = first_two(exercise)
    broken(exercise, reference=one.function, _cache={})
    with pytest.raises(AssertionError):
        registry.test_reference_passes_without_a_remark(exercise)
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(exercise, one)


@pytest.mark.parametrize(
    "message", ["", "Wrong.", "One. Two. Three. Four is too many by far.", "x" * 999]
)
def test_a_message_of_the_wrong_length_is_noticed(message):
    changed = copy.copy(RELU)
    changed.mistakes = with_mistakes(RELU, with_message(RELU.mistakes["minimum"], message))
    with pytest.raises(AssertionError):
        registry.test_messages_are_one_to_three_sentences(changed)


def test_a_message_that_gives_the_answer_away_is_noticed():
    telling = "You should write `X@W + b` and nothing else here."
    changed = copy.copy(DENSE)
    changed.mistakes = with_mistakes(DENSE, with_message(DENSE.mistakes["bias-twice"], telling))
    with pytest.raises(AssertionError):
        registry.test_messages_do_not_give_the_answer(changed)


# --- a broken engine -------------------------------------------------------------------------


def test_an_engine_that_finds_everything_right_is_noticed(monkeypatch):
    monkeypatch.setattr(outcomes, "same", lambda *_: True)
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(RELU, RELU.mistakes["minimum"])


def test_an_engine_that_finds_everything_wrong_is_noticed(monkeypatch):
    monkeypatch.setattr(outcomes, "same", lambda *_: False)
    with pytest.raises(AssertionError):
        registry.test_reference_passes_without_a_remark(RELU)


def test_an_engine_without_the_catalogue_is_noticed(monkeypatch):
    catalogue = known.__name__, pairs.__name__
    without = [s for s in naming.STAGES if s.__module__ not in catalogue]
    monkeypatch.setattr(naming, "STAGES", without)
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(RELU, RELU.mistakes["minimum"])


def test_an_engine_that_always_names_the_first_mistake_is_noticed(monkeypatch):
    def first(trial):
        slug = next(iter(trial.exercise.mistakes))
        return slug, trial.exercise.mistakes[slug].message

    monkeypatch.setattr(naming, "STAGES", (first,))
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(RELU, RELU.mistakes["minimum"])


def test_an_engine_that_cannot_tell_a_stub_is_noticed(monkeypatch):
    monkeypatch.setattr(engine, "is_stub", lambda f: False)
    with pytest.raises(AssertionError):
        registry.test_untouched_stub_is_not_attempted(RELU)


def test_an_engine_that_sees_stubs_everywhere_is_noticed(monkeypatch):
    monkeypatch.setattr(engine, "is_stub", lambda f: True)
    with pytest.raises(AssertionError):
        registry.test_reference_passes_without_a_remark(RELU)


def test_an_engine_that_overlooks_changed_arguments_is_noticed(monkeypatch):
    monkeypatch.setattr(outcomes, "unchanged", lambda *_: True)
    mutated = copy.copy(RELU)
    mutated._cache = {}
    monkeypatch.setitem(engine.REGISTRY, "relu", mutated)
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(RELU, RELU.mistakes["changed-in-place"])


def test_an_engine_with_one_message_for_all_is_noticed(monkeypatch):
    monkeypatch.setattr(naming, "STAGES", (unknown.rest,))
    for exercise, mistake in ((RELU, "minimum"), (DENSE, "bias-forgotten")):
        with pytest.raises(AssertionError):
            registry.assert_it_gets_its_own_message(exercise, exercise.mistakes[mistake])


def test_probes_that_hide_a_mistake_are_noticed(broken):
    broken(RELU, cases=lambda rng: RELU.cases(rng), _cache={})
    positive = [c for c in RELU.probes(0) if np.all(np.asarray(c.args[0]) > 0)]
    broken(RELU, probes=lambda seed: positive, _cache={})
    with pytest.raises(AssertionError):
        registry.assert_it_gets_its_own_message(RELU, RELU.mistakes["absolute"])


def test_relations_that_see_a_transposition_everywhere_are_noticed(monkeypatch):
    always = relations.Relation("transposed", "transposed")
    monkeypatch.setattr(relations, "relate", lambda *_, **__: always)
    import test_exercises_relations as tests

    with pytest.raises(AssertionError):
        tests.test_nothing_is_made_up_for_an_unrelated_result()

"""`check`, `diagnose` and the registry: what they accept, give back, and say when misused."""

import builtins
import functools

import numpy as np
import pytest

from nnlib.exercises import catalogue, check, diagnose, engine, exercises, integrity
from nnlib.exercises.engine import Exercise, UnknownExercise
from nnlib.exercises.probes import generic, special
from nnlib.exercises.report import NotRight


def right_sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def test_check_gives_back_the_learners_own_function():
    def relu(z):
        return np.maximum(z, 0)

    assert check(relu) is relu


def test_check_gives_the_librarys_version_for_a_stub():
    def relu(z):
        """The larger of 0 and z."""
        ...

    given = check(relu)
    assert given(np.array([-1.0, 2.0])).tolist() == [0.0, 2.0]
    assert given.__name__ == "relu"


def test_the_librarys_version_does_not_count_as_the_learners_work():
    def relu(z): ...

    assert diagnose(check(relu)).status == "not attempted"


def test_check_raises_for_a_wrong_function():
    def relu(z):
        return np.minimum(z, 0)

    with pytest.raises(NotRight, match="the wrong half") as caught:
        check(relu)
    assert caught.value.diagnosis.mistake == "minimum"


def test_check_raises_for_a_raising_function():
    def relu(z):
        return np.maximum(z, zero)  # noqa: F821

    with pytest.raises(NotRight, match="`zero` is unknown"):
        check(relu)


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "pass",
        "return",
        "return None",
        "return ...",
        "raise NotImplementedError",
        "raise NotImplementedError('later')",
        "raise NotImplementedError()",
        "'a docstring'\n    ...  # your code here",
        "'a docstring'",
        "...\n    ...",
    ],
)
def test_stubs_are_not_attempts(body):
    space = {}
    exec(f"def relu(z):\n    {body}", space)
    assert diagnose(space["relu"]).status == "not attempted"


@pytest.mark.parametrize(
    "body", ["return 0", "return z", "z = z\n    ...", "print(z)", "raise ValueError", "yield"]
)
def test_whatever_else_stands_there_is_an_attempt(body):
    space = {}
    exec(f"def relu(z):\n    {body}", space)
    assert diagnose(space["relu"]).status in ("wrong", "raised")


class Sigmoid:
    """A callable object."""

    def __call__(self, z):
        return right_sigmoid(z)


@pytest.mark.parametrize(
    "f",
    [
        right_sigmoid,
        lambda z: right_sigmoid(z),
        functools.partial(lambda low, z: right_sigmoid(np.maximum(z, low)), -1e3),
        Sigmoid(),
        functools.lru_cache(right_sigmoid).__wrapped__,
        engine.find("sigmoid"),
    ],
)
def test_whatever_can_be_called_may_be_checked(f):
    assert diagnose(f, "sigmoid").status == "passed"


def test_a_ufunc_may_be_checked():
    assert diagnose(np.tanh, "sigmoid").mistake == "tanh"


def test_the_exercise_is_found_by_the_name_inside_a_partial():
    def relu(z, low):
        return np.maximum(z, low)

    assert diagnose(functools.partial(relu, low=0)).exercise == "relu"


def test_an_unknown_name_is_answered_with_names_that_are_close():
    with pytest.raises(UnknownExercise, match="'sigmoyd'.*Did you mean sigmoid.*exercise="):
        diagnose(right_sigmoid, "sigmoyd")
    with pytest.raises(UnknownExercise, match="right_sigmoid"):
        check(right_sigmoid)
    with pytest.raises(UnknownExercise, match="lambda"):
        check(lambda z: z)


def test_a_result_in_place_of_the_function_is_answered_with_a_sentence():
    with pytest.raises(TypeError, match="the function itself.*not a ndarray"):
        check(np.zeros(3), "relu")


@pytest.mark.parametrize(
    "f, slug, said",
    [
        (lambda X, W: X @ W, "parameters", "Missing: `b`"),
        (lambda X, W, b, c: X @ W + b, "parameters", "One too many: `c`"),
        (lambda: 0, "parameters", "yours takes nothing"),
        (lambda W, X, b: X @ W + b, "parameter-order", "another order"),
        (lambda A, B: A @ B, "parameters", "`A`, `B`"),
    ],
)
def test_a_wrong_signature_is_named(f, slug, said):
    found = diagnose(f, "dense_forward")
    assert (found.status, found.mistake) == ("wrong", slug)
    assert said in found.message


def test_renamed_and_defaulted_parameters_are_fine():
    assert diagnose(lambda data, w, bias=0: data @ w + bias, "dense_forward").status == "passed"
    assert diagnose(lambda *arrays: arrays[0] @ arrays[1] + arrays[2], "dense_forward").status == (
        "passed"
    )


def test_a_table_of_the_first_answers_does_not_pass():
    sigmoid = engine.find("sigmoid")
    answers = {case.args[0].tobytes(): sigmoid(*case.args) for case in sigmoid.probes(0)}

    def learned_by_heart(z):
        return answers.get(z.tobytes(), 0.5 + 0 * z)

    assert diagnose(learned_by_heart, "sigmoid", seeds=(0,)).status == "passed"
    assert diagnose(learned_by_heart, "sigmoid").status == "wrong"


def test_a_function_that_is_right_only_once_does_not_pass():
    calls = []

    def relu(z):
        calls.append(1)
        return np.maximum(z, 0) + (len(calls) > 30)

    found = diagnose(relu, seeds=(0, 1))
    calls.clear()
    count = len(engine.find("relu").probes(0)) + len(engine.find("relu").probes(1))
    assert count < 30

    def first_calls_right(z):
        calls.append(1)
        return np.maximum(z, 0) + (len(calls) > count)

    assert found.status == "passed"
    assert diagnose(first_calls_right, "relu").mistake == "not-repeatable"


def test_random_results_are_named_and_leave_the_learners_random_numbers_alone():
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.rand(2)  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    first = np.random.rand()  # noqa: NPY002
    found = diagnose(lambda z: 1 / (1 + np.exp(-z)) * np.random.rand(), "sigmoid")  # noqa: NPY002
    assert found.mistake == "not-repeatable"
    assert [first, np.random.rand()] == expected.tolist()  # noqa: NPY002


def test_numpy_functions_that_were_replaced_are_put_back():
    original, np.exp = np.exp, lambda z: 0 * z
    try:
        found = diagnose(lambda z: 1 / (1 + np.exp(-z)), "sigmoid")
    finally:
        back, np.exp = np.exp, original
    assert back is original
    assert found.status == "passed"
    assert "`np.exp` had been replaced" in found.remarks[-1]


@pytest.mark.parametrize("instead", [None, 3, np.ones(3), "nothing"])
def test_whatever_stands_in_the_place_of_a_function_it_is_put_back(instead):
    original = np.linalg.norm
    if isinstance(instead, str):
        del np.linalg.norm
    else:
        np.linalg.norm = instead
    try:
        replaced = integrity.restore()
        assert np.linalg.norm is original
    finally:
        np.linalg.norm = original
    assert replaced == ["np.linalg.norm"] and integrity.restore() == []


def test_a_call_that_replaces_what_the_check_itself_needs_is_told_and_undone():
    kept = {name: getattr(builtins, name) for name in ("tuple", "isinstance", "dict", "len", "str")}

    def spoils(z):
        for name in kept:
            setattr(builtins, name, None)
        return np.maximum(z, 0)

    def spoils_and_stops(z):
        spoils(z)
        raise ValueError("stopped")

    try:
        found = [diagnose(f, "relu") for f in (spoils, spoils_and_stops)]
        assert {name: getattr(builtins, name) for name in kept} == kept
    finally:
        vars(builtins).update(kept)
    assert [f.status for f in found] == ["wrong", "raised"]
    assert "`isinstance` and `len`" in found[0].message and "stopped" in found[1].message


def test_a_function_that_patches_numpy_is_wrong_and_undone():
    original = np.maximum

    def relu(z):
        np.maximum = lambda a, b: a
        return original(z, 0)

    found = diagnose(relu)
    assert np.maximum is original
    assert found.status == "wrong" and "`np.maximum`" in found.message


def test_inputs_are_fresh_for_every_call():
    seen = []

    def relu(z):
        seen.append(z)
        return np.maximum(z, 0)

    diagnose(relu)
    assert len({id(z) for z in seen}) == len(seen)


def test_exercises_come_in_the_order_of_the_lessons():
    lessons = [made.lesson for made in exercises()]
    assert lessons == sorted(lessons)
    assert {"double", "sigmoid", "relu"} <= {made.name for made in exercises()}


def test_the_catalogue_is_data():
    rows = catalogue()
    assert {"lesson", "exercise", "mistake", "told", "ask"} == set(rows[0])
    found = [r for r in rows if (r["exercise"], r["mistake"]) == ("relu", "minimum")]
    assert len(found) == 1 and "wrong half" in found[0]["told"] and found[0]["ask"].endswith("?")


def test_an_exercise_refuses_what_it_does_not_know():
    with pytest.raises(TypeError, match="no option colour"):
        Exercise(right_sigmoid, "01", cases=None, colour="red")
    made = Exercise(right_sigmoid, "01", cases=None)
    made.mistake("a")(lambda z: z)
    with pytest.raises(ValueError, match="two mistakes called 'a'"):
        made.mistake("a")


# --- options of an exercise, on a small one that is not registered ---------------------------


def cases(rng):
    for m in (3, 4, 5):
        yield generic(rng.uniform(0.1, 1, m), m=m)


def diagnose_with(f, reference=lambda x: 2.5 * x, **options):
    from nnlib.exercises import naming

    made = Exercise(reference, "99", options.pop("cases", cases), **options)
    return naming.name(made, f, (0, 1), {})


def test_promised_floats_refuse_whole_numbers_and_the_other_way_round():
    def ones(x):
        return np.ones(len(x))

    def whole(x):
        return np.ones(len(x), int)

    found = diagnose_with(whole, ones, dtype="float")
    assert found.mistake == "wrong-kind" and "floats" in found.message
    assert diagnose_with(ones, whole, dtype="int").mistake == "wrong-kind"
    assert diagnose_with(whole, ones).status == "passed"


def test_true_and_false_pass_as_numbers_with_a_remark():
    found = diagnose_with(lambda x: x > 0, lambda x: np.ones(len(x)))
    assert found.status == "passed"
    assert "True and False" in found.remarks[0]


def test_true_and_false_are_refused_where_floats_are_promised():
    found = diagnose_with(lambda x: x > 0, lambda x: np.ones(len(x)), dtype="float")
    assert found.mistake == "wrong-kind"
    assert "come as True and False where floats" in found.message


def test_parameters_that_may_change_may_change():
    def doubled(x):
        x *= 2.5
        return x

    assert diagnose_with(doubled).mistake == "changed-in-place"
    assert diagnose_with(doubled, may_change=("x",)).status == "passed"


def test_a_view_of_the_call_is_compared_in_place_of_the_result():
    def view(call):
        return {"the sum is kept": bool(np.isclose(call.result.sum(), call.args[0].sum()))}

    def turned(x):
        return x[::-1]

    assert diagnose_with(turned, lambda x: x, observe=view).status == "passed"
    found = diagnose_with(lambda x: x[1:], lambda x: x, observe=view)
    assert found.mistake is None and "Not as promised: the sum is kept" in found.message


def test_a_view_that_cannot_read_the_result_makes_it_wrong():
    found = diagnose_with(lambda x: 7, lambda x: x, observe=lambda call: {"n": len(call.result)})
    assert found.status == "wrong"


def test_a_reference_that_raises_asks_for_a_refusal():
    def positive_only(x):
        if x.min() < 0:
            raise ValueError("negative")
        return x

    def with_a_bad_input(rng):
        yield from cases(rng)
        yield special("negative numbers", np.array([-1.0, 2.0]))

    def asserting(x):
        assert x.min() >= 0
        return x

    kept = {"reference": positive_only, "cases": with_a_bad_input}
    assert diagnose_with(asserting, **kept).status == "passed"
    found = diagnose_with(lambda x: x, **kept)
    assert found.mistake == "special-inputs"
    assert "not for negative numbers" in found.message and "must be refused" in found.message
    accident = diagnose_with(lambda x: x if x.min() >= 0 else unknown, **kept)  # noqa: F821
    assert accident.status == "raised"


def test_a_broken_property_is_named_when_nothing_else_fits():
    found = diagnose_with(
        lambda x: np.sin(3 * x), properties={"it is never below x": lambda r, x: np.all(r >= x)}
    )
    assert found.mistake is None
    assert "yours does not have: it is never below x" in found.message


def test_a_remark_is_said_when_it_passes():
    found = diagnose_with(lambda x: 2.5 * x, remark=lambda call: f"Seen: {len(call.result)}.")
    assert found.remarks == ["Seen: 3."]


def test_float32_passes():
    assert diagnose_with(lambda x: np.float32(2.5) * x.astype(np.float32)).status == "passed"

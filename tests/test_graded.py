"""Graded problems: `grade` awards or refuses and tells no input; `examples`; what learners get."""

import inspect
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import graded
from course.lesson_names import find_sources
from course.sources import leaked_lines, read_cells
from graded import grade
from nnlib.exercises import (
    catalogue,
    diagnose,
    engine,
    examples,
    exercises,
    kept_text,
    progress,
)
from nnlib.exercises.outcomes import parts
from nnlib.exercises.report import NotRight
from nnlib.gradients import numerical_gradient

ROOT = Path(__file__).resolve().parent.parent
EXERCISES = graded.load()
PRACTICE = [engine.find(name) for name in ("sigmoid", "chain_rule")]
# Those that give an array, a number, a dict, a tuple; and those of which only properties count.
OF_EVERY_KIND = [
    engine.find(name)
    for name in ("center_columns", "huber", "bump_params", "swish_chain", "minibatches", "train")
]
SOURCES = find_sources(ROOT)
each_exercise = pytest.mark.parametrize("exercise", EXERCISES + PRACTICE, ids=lambda e: e.name)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@pytest.fixture(autouse=True)
def usual_class(monkeypatch):
    monkeypatch.delenv(graded.SEED, raising=False)


def refused(capsys, *args):
    """What is shown and raised when a function is graded that is not right."""
    with pytest.raises(NotRight) as caught:
        grade(*args)
    assert caught.value.diagnosis.example is None
    assert caught.value.__context__ is None
    return f"{caught.value}\n{caught.value.diagnosis._repr_html_()}\n{capsys.readouterr()}"


# --- grade ----------------------------------------------------------------------------------


@each_exercise
def test_the_reference_and_other_right_versions_get_the_points(exercise, capsys):
    for function in [exercise.reference, *exercise.alternatives]:
        grade(function, exercise.name)
        assert capsys.readouterr().out.startswith(f"✓ {exercise.name}: right\n")


@each_exercise
def test_every_mistake_is_refused_with_its_own_message(exercise, capsys):
    for mistake in exercise.mistakes.values():
        with pytest.raises(NotRight) as caught:
            grade(mistake.function, exercise.name)
        assert caught.value.diagnosis.mistake == mistake.slug
        assert mistake.message in str(caught.value)


def test_an_untouched_function_gets_no_points():
    def sigmoid(z):
        """Return it."""
        ...

    with pytest.raises(NotRight, match="not attempted yet\nNothing is written here yet"):
        grade(sigmoid)


def test_the_name_of_the_exercise_counts_and_not_that_of_the_function():
    def double(X):
        return 2 * X

    grade(double)
    with pytest.raises(NotRight, match="center_columns"):
        grade(double, "center_columns")


def test_what_is_no_function_or_no_exercise_is_refused():
    with pytest.raises(TypeError, match="takes the function itself"):
        grade(3.0, "double")
    with pytest.raises(engine.UnknownExercise):
        grade(lambda z: z)


@pytest.mark.parametrize(("setting", "seeds"), [(None, (2, 3)), ("40", (40, 41))])
def test_the_class_has_inputs_of_its_own(setting, seeds, monkeypatch):
    if setting:
        monkeypatch.setenv(graded.SEED, setting)
    assert graded.seeds() == seeds
    made, seen = engine.find("squared_distances"), []

    def recorded(X, point):
        seen.append(X.copy())
        return made(X, point)

    grade(recorded, made.name)
    asked = [case.args[0] for seed in seeds for case in made.probes(seed)]
    assert all(np.array_equal(a, b) for a, b in zip(asked, seen, strict=False))
    assert not set(seeds) & set(engine.SEEDS)


def test_answers_learnt_by_heart_from_other_inputs_are_refused(monkeypatch):
    made = engine.find("squared_distances")
    known = {
        case.args[0].tobytes(): made(*case.args)
        for seed in engine.SEEDS
        for case in made.probes(seed)
    }

    def by_heart(X, point):
        return known.get(X.tobytes(), np.zeros(len(X)))

    assert diagnose(by_heart, made.name).status == "passed"
    with pytest.raises(NotRight):
        grade(by_heart, made.name)
    monkeypatch.setenv(graded.SEED, "0")
    grade(by_heart, made.name)


# --- nothing is told of the inputs ----------------------------------------------------------

SECRET = "Secret"


class SecretError(Exception):
    """An error whose very name could carry something out."""


def _raise(kind):
    def f(text, right):
        raise kind(text)

    return f


def _warned(text, right):
    warnings.warn(text, stacklevel=2)
    return right


def _printed(text, right):
    print(text)


def _first_ever():
    kept = []

    def f(text, right):
        kept.append(float(re.search(r"\d\.\d+", text)[0]))
        return kept[0]

    return f


def _shifted(text, right):
    return (
        {k: v + 0.12345 for k, v in right.items()} if isinstance(right, dict) else right + 0.12345
    )


# (name, what comes of a text with the inputs and the right result)
WAYS_OUT = {
    **{
        kind.__name__: _raise(kind)
        for kind in (ValueError, TypeError, KeyError, NameError, IndexError, AttributeError)
    },
    "an error of one's own": _raise(SecretError),
    "an error with a new name": lambda text, right: _raise(type(text, (Exception,), {}))("", 0),
    **{
        f"an error called {slug}": lambda text, right, slug=slug: _raise(
            type(slug, (Exception,), {})
        )(text, 0)
        for slug in ("special-inputs", "parameters", "row-means", "hidden-biases-sign")
    },
    "an engine's words about shapes": lambda text, right: _raise(ValueError)(
        f"operands could not be broadcast {text}", 0
    ),
    "an engine's words about calls": lambda text, right: _raise(TypeError)(
        f"{text} is not callable", 0
    ),
    "an engine's words about sizes": lambda text, right: _raise(ValueError)(
        f"cannot reshape {text}", 0
    ),
    "an engine's words about axes": lambda text, right: _raise(IndexError)(
        f"too many indices {text}", 0
    ),
    "a key": lambda text, right: {text: 1.0},
    "keys of one and the right ones": lambda text, right: {text: right, "W1": right},
    "a text": lambda text, right: text,
    "a list of texts": lambda text, right: [text, text],
    "a class": lambda text, right: type(text, (), {})(),
    "a warning": _warned,
    "a printed line": _printed,
    "a constant": _first_ever(),
    "nothing right but the shape": lambda text, right: np.zeros(537),
    "an offset": lambda text, right: (
        [_shifted(text, r) for r in right] if isinstance(right, tuple) else _shifted(text, right)
    ),
}


def numbers_of(exercise):
    """The numbers of the class's inputs and right answers, as they could be written."""
    found = set()
    for seed in graded.seeds():
        for i, case in enumerate(exercise.probes(seed)):
            right = exercise.outcome(None, seed, i).value
            for value in [*parts(list(case.args)).values(), *parts(right).values()]:
                numbers = np.ravel(value) if isinstance(value, np.ndarray) else []
                found |= {f"{float(n):.{d}g}" for n in numbers for d in (3, 4, 6) if n % 1}
    return {number.lstrip("-") for number in found if len(number) > 4}


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("exercise", OF_EVERY_KIND, ids=lambda e: e.name)
def test_nothing_of_an_input_or_a_right_answer_is_told(exercise, way, capsys):
    def f(*args, **kwargs):
        text = f"{SECRET} {[np.asarray(a).tolist() for a in args]}"
        return WAYS_OUT[way](text, exercise.reference(*args, **kwargs))

    f.__signature__ = inspect.signature(exercise.reference)
    if way == "a warning":
        grade(f, exercise.name)
        shown = str(capsys.readouterr())
    else:
        shown = refused(capsys, f, exercise.name)
    assert SECRET not in shown
    assert not re.findall(r"\d\.\d{2}|\d{3}", re.sub(r"<.*?>", "", shown))
    assert not [number for number in numbers_of(exercise) if number in shown]


def test_what_numbers_would_be_recognised():
    made = engine.find("center_columns")
    found = diagnose(lambda X: X + 0.5, made.name, seeds=graded.seeds())
    assert [number for number in numbers_of(made) if number in str(found)]


def test_a_special_input_is_named_and_a_shape_is_not(capsys):
    def swish_prime(z):
        power = np.exp(-z)
        return 1 / (1 + power) + z * power / (1 + power) ** 2

    told = refused(capsys, swish_prime)
    assert "Right for ordinary inputs, but not for z of ±1000. There your result holds nan" in told

    def center_columns(X):
        if len(X) == 1:
            raise SecretError(str(X))
        return X - X.mean(axis=0)

    told = refused(capsys, center_columns)
    assert "not for a batch of one example. Your function stopped with Exception." in told

    def huber(y, y_hat, delta):
        return np.sin(y_hat)

    assert "plain number; yours is an array" in refused(capsys, huber)

    def squared_distances(X, point):
        return np.sin(np.arange(537.0))

    assert "shape should be (…); yours is (…)" in refused(capsys, squared_distances)


def test_an_error_is_told_by_its_kind_and_the_engines_explanation(capsys):
    def center_columns(X):
        return X @ X

    told = refused(capsys, center_columns)
    assert "Your function stopped with ValueError. For `@` the columns of the left must be" in told
    assert "(3," not in told and "line" not in told.split("border")[0]

    def squared_distances(X, point):
        raise SecretError(str(X))

    told = refused(capsys, squared_distances)
    assert "Your function stopped with Exception." in told and SECRET not in told


def test_parameters_are_told_as_they_should_be(capsys):
    def huber(y, Secret):
        return y

    told = refused(capsys, huber)
    assert "It should take `y`, `y_hat`, `delta`, in this order." in told and SECRET not in told


def test_two_mistakes_at_once_are_both_told(capsys):
    slugs = "x-left-out + a-left-out"

    def swish_chain(w1, b1, w2, b2, x, y):
        _, db1, _, db2 = engine.find("swish_chain")(w1, b1, w2, b2, x, y)
        return db1, db1, db2, db2

    told = refused(capsys, swish_chain)
    assert slugs.replace("-", " ") in told
    for slug in slugs.split(" + "):
        assert engine.find("swish_chain").mistakes[slug].message in told


# --- examples -------------------------------------------------------------------------------

PAIRS = [((np.array([1.0, 2.0]), 3.0), np.array([3.0, 6.0])), ((np.array([4]), 0.5), np.array([2]))]


def times(x, factor):
    return x * factor


def test_examples_that_fit_are_told_to_be_examples(capsys):
    assert examples(times, *PAIRS) is None
    assert capsys.readouterr().out.startswith("✓ times: right on the examples\n")
    examples(lambda x, factor: x * factor * 1.0001, PAIRS[0])


def test_the_first_example_that_differs_is_shown():
    with pytest.raises(NotRight) as caught:
        examples(lambda x, factor: x + factor * (factor < 1), *PAIRS)
    told = str(caught.value)
    assert "not right yet\nThe result is not the one of the example." in told
    assert re.search(r"factor\s+3\n", told) and re.search(r"expected \(2,\)\s+3  6\n", told)
    assert "2 of 2 entries differ" in told


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, factor: (x * factor)[:, None],
        lambda x, factor: x * factor + 0.1,
        lambda x, factor: print(x * factor),
        lambda x, factor: float(x[0] * factor),
    ],
)
def test_a_wrong_shape_kind_or_number_does_not_fit(wrong):
    with pytest.raises(NotRight, match="not right yet"):
        examples(wrong, *PAIRS)


def test_an_error_in_an_example_is_explained():
    with pytest.raises(NotRight, match="stopped by an error: unknown name\n(.|\n)*`fctor`"):
        examples(lambda x, factor: x * fctor, *PAIRS)  # noqa: F821
    with pytest.raises(NotRight, match="stopped by an error"):
        examples(lambda x: x, *PAIRS)


def test_an_argument_changed_in_an_example_is_named():
    def doubled(x, factor):
        x *= factor
        return x

    with pytest.raises(NotRight, match="changes `x`"):
        examples(doubled, PAIRS[0])
    assert PAIRS[0][0][0].tolist() == [1.0, 2.0]


def test_examples_leave_the_learners_random_numbers_alone():
    before, drawn = np.random.get_state(), []  # noqa: NPY002
    with pytest.raises(NotRight):
        examples(lambda x, factor: drawn.append(np.random.rand()), *PAIRS)  # noqa: NPY002
    after = np.random.get_state()  # noqa: NPY002
    assert drawn and all(map(np.array_equal, before, after))


def test_examples_of_an_untouched_function_raise_nothing(capsys):
    def later(x):
        """Do it."""
        ...

    examples(later, ((1,), 2))
    assert capsys.readouterr().out.startswith("○ later: not attempted yet\n")
    with pytest.raises(TypeError, match="takes the function itself"):
        examples(3, ((1,), 2))


# --- apart from practice --------------------------------------------------------------------


def test_practice_and_graded_problems_are_two_lists():
    names = {made.name for made in EXERCISES}
    assert {"center_columns", "bump_params", "huber", "swish_chain"} <= names
    assert all(made.graded for made in EXERCISES)
    assert not names & {made.name for made in exercises()}
    assert not names & {row["exercise"] for row in catalogue()}
    assert not names & {row[1] for row in progress().rows}
    assert {made.name for made in exercises(graded=True)} == names


def test_neither_grading_nor_examples_are_recorded_as_practice(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "progress.json"))
    grade(lambda z: 1 / (1 + np.exp(-z)), "sigmoid")
    examples(times, *PAIRS)
    with pytest.raises(NotRight):
        grade(lambda z: z, "sigmoid")
    assert list(tmp_path.iterdir()) == []


def test_a_graded_function_is_no_function_of_the_library_to_a_kept_one():
    assert kept_text._import("sigmoid", None).startswith("from nnlib.exercises.lesson01")
    assert kept_text._import("center_columns", None) == ""


def test_no_graded_name_occurs_in_the_library():
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "nnlib").rglob("*.py"))
    assert [made.name for made in EXERCISES if re.search(rf"\b{made.name}\b", text)] == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_graded_problems_know_enough_mistakes_with_a_question_to_the_room(exercise):
    assert sum(bool(mistake.ask) for mistake in exercise.mistakes.values()) >= 8


# --- the lessons ----------------------------------------------------------------------------


def parts_of(source):
    """{name: points} of the graded problem in a lesson's source, and the titles of such."""
    cells = read_cells(source, source.name)
    marked = [cell.metadata["nbgrader"] for cell in cells if "nbgrader" in cell.metadata]
    names = [m["grade_id"] for m in marked if m["solution"]]
    points = {m["grade_id"]: m["points"] for m in marked if m["grade"]}
    titles = re.findall(r"^## Graded problem: .*\((\d+) points\)$", source.read_text("utf-8"), re.M)
    assert [f"points-{name}" for name in names] == list(points)
    return dict(zip(names, points.values(), strict=True)), titles


@each_source
def test_every_lesson_has_one_graded_problem_of_two_parts_or_more(source):
    found, titles = parts_of(source)
    assert len(titles) == 1 and len(found) >= 2
    assert sum(found.values()) == int(titles[0]) and min(found.values()) > 0
    number = source.stem[:2]
    assert sorted(found) == sorted(made.name for made in EXERCISES if made.lesson == number)


@each_source
def test_learners_get_no_line_of_the_answers_and_hidden_tests(source):
    learner = (ROOT / "lessons" / f"{source.stem}.ipynb").read_text(encoding="utf-8")
    assert leaked_lines(read_cells(source, source.name), learner) == []
    assert "import grade" not in learner and "### BEGIN" not in learner


# --- the formulas ---------------------------------------------------------------------------


def test_the_slope_of_swish_is_the_measured_one():
    z = np.random.default_rng(0).normal(size=(4, 5)) * 4

    def total(z):
        return float(np.sum(z / (1 + np.exp(-z))))

    slope = engine.find("swish_prime")(z)
    np.testing.assert_allclose(slope, numerical_gradient(total, z), rtol=1e-6, atol=1e-9)


def test_the_gradients_of_the_chain_are_the_measured_ones():
    rng = np.random.default_rng(1)
    for _ in range(20):
        w1, b1, w2, b2, x, y = rng.normal(size=6)

        def loss(theta, x=x, y=y):
            z = theta[0] * x + theta[1]
            return float((theta[2] * z / (1 + np.exp(-z)) + theta[3] - y) ** 2)

        found = engine.find("swish_chain")(w1, b1, w2, b2, x, y)
        measured = numerical_gradient(loss, np.array([w1, b1, w2, b2]))
        np.testing.assert_allclose(found, measured, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
def test_the_pieces_of_the_huber_loss_meet_with_one_value_and_one_slope(delta):
    huber, zero = engine.find("huber"), np.zeros((1, 1))

    def at(r):
        return huber(zero, np.array([[r]]), delta)

    for r in (delta, -delta):
        assert at(r * (1 - 1e-9)) == pytest.approx(at(r * (1 + 1e-9)))
        slopes = [(at(r + h) - at(r)) / h for h in (1e-6, -1e-6)]
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-5)
        assert slopes[0] == pytest.approx(r, rel=1e-5)
    assert at(10 * delta) - at(9 * delta) == pytest.approx(delta**2)


def test_a_weight_of_two_is_an_example_that_stands_there_twice():
    weighted, mse = engine.find("weighted_mse"), engine.find("mse")
    rng = np.random.default_rng(2)
    y, y_hat = rng.normal(size=(2, 5, 3))
    counts = np.array([2, 0, 1, 3, 1])
    rows = np.repeat(np.arange(5), counts)
    assert weighted(y, y_hat, counts) == pytest.approx(mse(y[rows], y_hat[rows]))
    assert weighted(y, y_hat, np.full(5, 0.7)) == pytest.approx(mse(y, y_hat))


def test_the_bump_is_high_between_its_edges_and_low_outside():
    params = engine.find("bump_params")(-0.5, 1.0, 40.0, 20.0)
    x = np.array([-3.0, -0.8, -0.5, -0.2, 0.0, 0.7, 1.0, 1.3, 4.0])[:, None]
    y_hat = engine.find("two_layer_forward")(x, params)[:, 0]
    assert y_hat.round(3).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0]


def test_a_staircase_comes_near_to_any_curve():
    edges = np.linspace(0, np.pi, 400)
    heights = np.diff(np.sin(edges), prepend=0)
    x = np.linspace(0.1, 3.0, 50)[:, None]
    near = engine.find("staircase")(x, edges, heights, 2000.0)
    assert near.shape == x.shape
    assert np.max(np.abs(near - np.sin(x))) < 0.01


def test_distances_and_centers_fit_together():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(7, 4))
    centered = engine.find("center_columns")(X)
    np.testing.assert_allclose(centered.mean(axis=0), 0, atol=1e-15)
    distances = engine.find("squared_distances")
    np.testing.assert_allclose(distances(X, X.mean(axis=0)), distances(centered, np.zeros(4)))

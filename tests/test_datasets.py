"""The data sets equal scikit-learn's, and say in one sentence what is wrong with an argument."""

import subprocess
import sys
import tomllib

import numpy as np
import pytest
import sklearn.datasets
import sklearn.model_selection
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course import data as course_data
from nnlib import datasets

SEEDS = st.integers(0, 2**32 - 1)


def test_line_is_the_12_points_of_lesson_01():
    X, y = datasets.line()
    assert X.shape == y.shape == (12, 1)
    assert X.dtype == y.dtype == np.float64
    assert X[0, 0] == -1.51 and X[-1, 0] == 1.44 and np.all(np.diff(X[:, 0]) > 0)
    assert y[:, 0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]


@given(n=st.integers(1, 60), noise=st.sampled_from([0, 0.0, 0.2, 3]), seed=SEEDS)
def test_moons_equal_scikit_learns(n, noise, seed):
    X, labels = datasets.moons(n, noise, seed)
    X_theirs, labels_theirs = sklearn.datasets.make_moons(n, noise=noise, random_state=seed)
    assert_array_equal(X, X_theirs)
    assert_array_equal(labels, labels_theirs)


def test_moons_without_arguments_are_those_of_lesson_07():
    X, labels = datasets.moons()
    X_theirs, labels_theirs = sklearn.datasets.make_moons(1000, noise=0.2, random_state=100)
    assert_array_equal(X, X_theirs)
    assert_array_equal(labels, labels_theirs)
    assert labels.dtype == labels_theirs.dtype


@given(n=st.integers(1, 60), noise=st.sampled_from([0, 0.0, 1.0, 3]), seed=SEEDS)
def test_friedman1_equals_scikit_learns(n, noise, seed):
    X, y = datasets.friedman1(n, noise, seed)
    X_theirs, y_theirs = sklearn.datasets.make_friedman1(n, 10, noise=noise, random_state=seed)
    assert_array_equal(X, X_theirs)
    assert_array_equal(y, y_theirs)


def test_digits_equal_scikit_learns_in_the_same_order():
    X, labels = datasets.digits()
    theirs = sklearn.datasets.load_digits()
    assert_array_equal(X, theirs.data)
    assert_array_equal(labels, theirs.target)
    assert X.dtype == np.float64 and labels.dtype == np.int64
    assert X.shape == (1797, 64) and X.min() == 0 and X.max() == 16


def test_diabetes_equal_scikit_learns_scaled_and_as_measured():
    X, y = datasets.diabetes()
    theirs = sklearn.datasets.load_diabetes()
    assert_allclose(X, theirs.data, rtol=1e-12, atol=1e-15)
    assert_array_equal(y, theirs.target)
    X, y = datasets.diabetes(scaled=False)
    # Some releases hold a few values a last bit off their four decimals, hence not exactly equal.
    assert_allclose(X, sklearn.datasets.load_diabetes(scaled=False).data, rtol=1e-15)
    assert_array_equal(y, theirs.target)


def test_every_call_returns_arrays_of_its_own():
    for load in (datasets.line, datasets.moons, datasets.digits, datasets.diabetes):
        for array in load():
            array[:] = 77
        assert not any(np.all(array == 77) for array in load()), load.__name__


@settings(max_examples=200)
@given(
    m=st.integers(2, 60),
    test_size=st.one_of(st.integers(1, 59), st.floats(0.01, 0.99)),
    seed=SEEDS,
)
def test_train_test_split_equals_scikit_learns(m, test_size, seed):
    X, y = np.arange(3.0 * m).reshape(m, 3), np.array([f"row {i}" for i in range(m)])
    try:
        theirs = sklearn.model_selection.train_test_split(
            X, y, test_size=test_size, random_state=seed
        )
    except ValueError:
        with pytest.raises(ValueError, match="test_size is"):
            datasets.train_test_split(X, y, test_size=test_size, random_state=seed)
        return
    ours = datasets.train_test_split(X, y, test_size=test_size, random_state=seed)
    assert len(ours) == len(theirs) == 4
    for a, b in zip(ours, theirs, strict=True):
        assert_array_equal(a, b)


def test_train_test_split_keeps_a_quarter_for_the_test_unless_told():
    train, test = datasets.train_test_split(list(range(10)), random_state=0)
    theirs = sklearn.model_selection.train_test_split(list(range(10)), random_state=0)
    assert [train.tolist(), test.tolist()] == theirs
    assert len(test) == 3


def test_a_generator_goes_on_and_none_is_fresh_each_time():
    for make in (
        lambda rng: datasets.moons(20, 0.1, rng)[0],
        lambda rng: datasets.friedman1(20, 0.1, rng)[0],
        lambda rng: datasets.train_test_split(np.arange(100), random_state=rng)[0],
    ):
        rng = np.random.default_rng(5)
        first, second = make(rng), make(rng)
        assert_array_equal(first, make(np.random.default_rng(5)))
        assert not np.array_equal(first, second)
        assert not np.array_equal(make(None), make(None))


X3 = np.zeros((3, 2))
WRONG = [
    (lambda: datasets.moons(n=0), "n is 0: expected a whole number of at least 1"),
    (lambda: datasets.moons(n=10.0), "n is 10.0: expected a whole number of at least 1"),
    (lambda: datasets.moons(noise=-1), "noise is -1: expected a finite number of at least 0"),
    (lambda: datasets.friedman1(n="a"), "n is 'a': expected a whole number"),
    (lambda: datasets.friedman1(noise=np.nan), "noise is nan: expected a finite number"),
    (lambda: datasets.moons(random_state="x"), "random_state is 'x': expected None, a seed"),
    (lambda: datasets.moons(random_state=-1), "random_state is -1: expected None, a seed"),
    (lambda: datasets.moons(random_state=2**32), "expected None, a seed from 0 to"),
    (lambda: datasets.train_test_split(), "the shapes no array: expected as many rows each"),
    (lambda: datasets.train_test_split(X3, X3[:2]), r"\(3, 2\), \(2, 2\): expected as many rows"),
    (lambda: datasets.train_test_split(X3[:1]), r"\(1, 2\): expected as many rows each, 2 or more"),
    (lambda: datasets.train_test_split(7), r"shapes \(\): expected"),
    (lambda: datasets.train_test_split(X3, test_size=3), "test_size is 3: .* from 1 to 2"),
    (lambda: datasets.train_test_split(X3, test_size=0), "test_size is 0: expected"),
    (lambda: datasets.train_test_split(X3, test_size=0.0), "test_size is 0.0: expected"),
    (lambda: datasets.train_test_split(X3, test_size=0.9), "test_size is 0.9: expected"),
    (lambda: datasets.train_test_split(X3, test_size=1.0), "test_size is 1.0: expected"),
    (lambda: datasets.train_test_split(X3, test_size=2.0), "test_size is 2.0: expected"),
    (lambda: datasets.train_test_split(X3, test_size=True), "test_size is True: expected"),
    (
        lambda: datasets.train_test_split(X3, test_size="1"),
        "test_size is '1': expected a finite number",
    ),
]


@pytest.mark.parametrize("call, message", WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_argument_gets_one_sentence(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


def test_the_data_files_are_what_the_command_makes_and_makes_again(tmp_path, capsys, monkeypatch):
    first = course_data.make(tmp_path)
    names = [path.name for path in first]
    assert names == ["digits.npz", "diabetes.npz"]
    for path in first:
        with np.load(path) as made, np.load(course_data.FOLDER / path.name) as kept:
            assert set(made) == set(kept)
            for name in made:
                assert_array_equal(made[name], kept[name])
                assert made[name].dtype == kept[name].dtype
    contents = [path.read_bytes() for path in first]
    folder = tmp_path / "project" / "nnlib" / "data"
    folder.mkdir(parents=True)
    monkeypatch.setattr(course_data, "FOLDER", folder)
    assert course_data.main([]) == 0
    assert [(folder / name).read_bytes() for name in names] == contents
    assert "digits.npz" in capsys.readouterr().out


def test_source_and_licence_stand_beside_each_data_file():
    for name, licence in (("digits", "CC BY 4.0"), ("diabetes", "BSD 3-Clause License")):
        text = (course_data.FOLDER / f"{name}.txt").read_text(encoding="utf-8")
        assert f"{name}.npz" in text and "Source" in text and licence in text


def test_data_sets_need_numpy_alone():
    code = (
        "import sys; from nnlib.datasets import digits, diabetes, moons, friedman1; digits();"
        "diabetes(); moons(); friedman1();"
        "print(sorted({'sklearn', 'scipy', 'matplotlib', 'tqdm', 'urllib.request'}"
        " & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_package_takes_every_data_file_along():
    root = course_data.FOLDER.parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["nnlib"]
    taken = {path for pattern in patterns for path in (root / "nnlib").glob(pattern)}
    files = {path for path in course_data.FOLDER.rglob("*") if path.is_file()}
    assert {"digits.npz", "digits.txt", "diabetes.npz", "diabetes.txt"} <= {f.name for f in files}
    assert files <= taken

"""The networks are real scikit-learn estimators: its own checks, its tools, and good results."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from nnlib.datasets import diabetes, digits, friedman1, moons, train_test_split
from nnlib.estimators import NetworkClassifier, NetworkRegressor

BOTH = pytest.mark.parametrize("kind", [NetworkRegressor, NetworkClassifier])
FOLDS = KFold(5, shuffle=True, random_state=0)
X_SMALL, Y_SMALL = moons(60, 0.1, 0)


@pytest.mark.parametrize(
    "estimator",
    [
        NetworkRegressor(),
        NetworkClassifier(),
        NetworkRegressor((8, 8), "tanh", optimizer="sgd", learning_rate=0.05, l2=1e-3),
        NetworkClassifier((8, 8), "sigmoid", optimizer="sgd", learning_rate=0.5, epochs=30),
        NetworkRegressor(early_stopping=5, schedule="cosine"),
        NetworkClassifier(early_stopping=5, hidden=(), validation_fraction=0.2),
    ],
    ids=repr,
)
def test_scikit_learns_own_checks(estimator, monkeypatch):
    # Those of other array libraries are left out unless this is set: they pass too.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    results = check_estimator(estimator, on_skip=None)
    assert len(results) > 40
    # scikit-learn itself leaves some out where pandas is missing; none is expected to fail.
    assert not [(r["check_name"], r["status"]) for r in results if r["status"] != "passed"]


# -- with scikit-learn's tools ------------------------------------------------------------------


def test_a_pipeline_in_cross_validation_reads_the_digits():
    X, labels = digits()
    model = make_pipeline(MinMaxScaler(), NetworkClassifier(epochs=15, random_state=0))
    assert cross_val_score(model, X, labels, cv=FOLDS).mean() > 0.95


def test_diabetes_is_a_draw_with_a_line():
    X, y = diabetes(scaled=False)
    network = NetworkRegressor((16,), epochs=30, l2=0.1, random_state=0)
    ours = cross_val_score(make_pipeline(StandardScaler(), network), X, y, cv=FOLDS).mean()
    line = cross_val_score(LinearRegression(), X, y, cv=FOLDS).mean()
    assert ours > 0.44 and abs(ours - line) < 0.05


def test_friedman1_is_beyond_a_line():
    X, y = friedman1(1000, 1.0, 0)
    ours = cross_val_score(NetworkRegressor(random_state=0), X, y, cv=FOLDS).mean()
    assert ours > 0.87 > 0.8 > cross_val_score(LinearRegression(), X, y, cv=FOLDS).mean()


def test_a_grid_search_tells_a_curve_from_a_line():
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier(epochs=60, random_state=0))
    grid = {
        "networkclassifier__hidden": [(), (16,), (8, 8)],
        "networkclassifier__activation": ["relu", "tanh"],
    }
    X, labels = moons(300, 0.15, 0)
    search = GridSearchCV(pipeline, grid, cv=3).fit(X, labels)
    assert search.best_params_["networkclassifier__hidden"] != ()
    assert search.best_score_ > 0.95
    assert search.predict(X).shape == (300,)


@BOTH
def test_clone_and_parameters(kind):
    model = kind((5,), "tanh", learning_rate=0.1, random_state=3)
    twin = clone(model)
    assert twin.get_params()["hidden"] == (5,) and twin.get_params()["activation"] == "tanh"
    assert set(model.get_params()) == set(kind._get_param_names())
    twin.set_params(hidden=(7, 7), epochs=2).fit(X_SMALL, Y_SMALL)
    assert [layer.n_out for layer in twin.network_.layers[:-1]] == [7, 7]
    with pytest.raises(NotFittedError):
        model.predict(X_SMALL)


@BOTH
def test_the_names_of_columns_are_remembered_and_compared(kind):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X_SMALL, columns=["across", "up"])
    model = kind(epochs=2, random_state=0).fit(table, Y_SMALL)
    assert model.feature_names_in_.tolist() == ["across", "up"] and model.n_features_in_ == 2
    plain = kind(epochs=2, random_state=0).fit(X_SMALL, Y_SMALL)
    assert_array_equal(model.predict(table), plain.predict(X_SMALL))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table[["up", "across"]])


# -- labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [["no", "yes"], [False, True], [7, -3], [2.0, 5.0]])
def test_two_classes_of_any_kind(names):
    labels = np.array(names)[Y_SMALL]
    model = NetworkClassifier(epochs=200, random_state=0).fit(X_SMALL, labels)
    p = model.predict_proba(X_SMALL)
    assert_array_equal(model.classes_, np.unique(names))
    assert p.shape == (60, 2)
    assert_allclose(p.sum(axis=1), 1)
    assert_array_equal(model.predict(X_SMALL), model.classes_[p.argmax(axis=1)])
    assert model.predict(X_SMALL).dtype == labels.dtype
    assert model.score(X_SMALL, labels) == np.mean(model.predict(X_SMALL) == labels) > 0.95


def test_string_labels_of_many_classes_as_objects_too():
    X, labels = digits()
    names = np.array([f"digit {i}" for i in (5, 3, 8, 1, 9, 2, 7, 4, 6, 0)])
    X_train, X_test, y_train, y_test = train_test_split(X / 16, names[labels], random_state=0)
    model = NetworkClassifier(epochs=15, random_state=0).fit(X_train, y_train.astype(object))
    assert model.classes_.tolist() == sorted(names)
    assert model.predict_proba(X_test).shape == (len(X_test), 10)
    assert model.score(X_test, y_test) > 0.95


def test_a_class_missing_from_the_training_part_keeps_its_column():
    labels = np.r_[np.zeros(30, int), np.ones(29, int), 2]
    model = NetworkClassifier(epochs=2, early_stopping=2, validation_fraction=0.5, random_state=0)
    assert model.fit(X_SMALL, labels).predict_proba(X_SMALL).shape == (60, 3)


# -- numbers ------------------------------------------------------------------------------------


def test_y_hat_has_the_shape_that_y_had():
    for y in (Y_SMALL, X_SMALL[:, :1], X_SMALL):
        model = NetworkRegressor(epochs=2, random_state=0).fit(X_SMALL, y)
        assert model.predict(X_SMALL).shape == y.shape
        assert model.predict(X_SMALL[:1]).shape == y[:1].shape


def test_the_units_of_y_do_not_matter():
    X, y = friedman1(100, 0.0, 0)
    y_hat = NetworkRegressor(epochs=5, random_state=0).fit(X, y).predict(X)
    scaled = NetworkRegressor(epochs=5, random_state=0).fit(X, 1e4 * y - 5e5).predict(X)
    assert_allclose(scaled, 1e4 * y_hat - 5e5, rtol=1e-8)


@pytest.mark.parametrize("unit", [1e-25, 1e18])
def test_very_small_and_large_targets_are_learned_in_float32_too(unit):
    X, y = friedman1(100, 0.0, 0)
    y_hat = NetworkRegressor(epochs=5, random_state=0).fit(X.astype("f4"), y).predict(X)
    model = NetworkRegressor(epochs=5, random_state=0)
    scaled = model.fit(X.astype("f4"), (y * unit).astype("f4")).predict(X.astype("f4"))
    assert scaled.dtype == np.float32
    assert_allclose(scaled / unit, y_hat, rtol=1e-3)


def test_several_targets_of_different_size_are_all_learned():
    X, y = friedman1(300, 0.0, 0)
    model = NetworkRegressor(random_state=0).fit(X, np.column_stack([y, 1000 * X[:, 0]]))
    assert model.score(X, np.column_stack([y, 1000 * X[:, 0]])) > 0.95


def test_a_constant_target_is_predicted():
    model = NetworkRegressor(epochs=300, random_state=0).fit(X_SMALL, np.full(60, 5.0))
    assert_allclose(model.predict(X_SMALL), 5, atol=0.05)


# -- training -----------------------------------------------------------------------------------


@BOTH
def test_a_seed_gives_the_same_again_and_another_seed_something_else(kind):
    def output(random_state):
        model = kind(epochs=3, early_stopping=2, random_state=random_state).fit(X_SMALL, Y_SMALL)
        return model.network_.predict_proba(X_SMALL)

    assert_array_equal(output(1), output(1))
    assert_array_equal(output(np.random.RandomState(1)), output(1))
    assert_array_equal(output(np.random.default_rng(1)), output(np.random.default_rng(1)))
    assert not np.array_equal(output(1), output(2))
    assert not np.array_equal(output(None), output(None))


@BOTH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_of_X_is_kept(kind, dtype):
    X = X_SMALL.astype(dtype)
    model = kind(epochs=2, random_state=0).fit(X, Y_SMALL)
    assert model.network_.dtype == dtype
    output = model.predict(X) if kind is NetworkRegressor else model.predict_proba(X)
    assert output.dtype == dtype


@BOTH
@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"hidden": (0,)}, {"learning_rate": "a"}])
def test_a_refused_fit_leaves_what_was_fitted(kind, wrong):
    model = kind(epochs=3, random_state=0).fit(X_SMALL, Y_SMALL)
    before = model.predict(X_SMALL)
    with pytest.raises(ValueError):
        model.set_params(**wrong).fit(X_SMALL, 1000 * Y_SMALL + 500)
    assert_array_equal(model.predict(X_SMALL), before)
    with pytest.raises(ValueError):
        kind(**wrong).fit(X_SMALL, Y_SMALL)
    with pytest.raises(NotFittedError):
        fresh = kind(**wrong)
        try:
            fresh.fit(X_SMALL, Y_SMALL)
        except ValueError:
            fresh.predict(X_SMALL)


@BOTH
def test_early_stopping_stops_and_keeps_rows_for_validation(kind):
    model = kind(epochs=500, early_stopping=3, validation_fraction=0.25, random_state=0)
    history = model.fit(X_SMALL, Y_SMALL).network_.history
    assert len(history.validation_loss) == len(history.loss) < 500
    best = int(np.argmin(history.validation_loss))
    assert len(history.loss) - 1 - best == 3
    assert kind(epochs=2).fit(X_SMALL, Y_SMALL).network_.history.validation_loss == []


def test_parameters_arrive_at_the_network():
    model = NetworkRegressor((4, 3), "sigmoid", l2=0.5, epochs=2, batch_size=60, random_state=0)
    network = model.fit(X_SMALL, Y_SMALL).network_
    assert [layer.activation for layer in network.layers] == ["sigmoid", "sigmoid", "identity"]
    assert [layer.n_out for layer in network.layers] == [4, 3, 1]
    assert network.l2 == 0.5 and len(network.history.loss) == 2
    one, other = (
        NetworkRegressor(epochs=1, optimizer="sgd", momentum=m, batch_size=20, random_state=0)
        .fit(X_SMALL, Y_SMALL)
        .predict(X_SMALL)
        for m in (0.0, 0.9)
    )
    assert not np.array_equal(one, other)
    cosine = NetworkRegressor(epochs=4, schedule="cosine", learning_rate=0.2)
    rates = cosine.fit(X_SMALL, Y_SMALL).network_.history.learning_rate
    assert_allclose(rates, 0.1 + 0.1 * np.cos(np.pi * np.arange(4) / 4))
    line = NetworkClassifier(hidden=(), epochs=2).fit(X_SMALL, Y_SMALL).network_
    assert [(layer.n_in, layer.n_out) for layer in line.layers] == [(2, 2)]
    assert len(NetworkClassifier(hidden=5, epochs=1).fit(X_SMALL, Y_SMALL).network_.layers) == 2


def test_a_bar_only_if_it_is_wanted(capsys):
    NetworkClassifier(epochs=2).fit(X_SMALL, Y_SMALL)
    assert capsys.readouterr() == ("", "")
    NetworkClassifier(epochs=2, progress=True).fit(X_SMALL, Y_SMALL)
    assert "2/2" in capsys.readouterr().err


@BOTH
def test_a_pickled_estimator_predicts_the_same(kind):
    model = kind(epochs=2, random_state=0).fit(X_SMALL, Y_SMALL)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X_SMALL), model.predict(X_SMALL))


WRONG = [
    ({"activation": "swish"}, "activation is 'swish': expected one of"),
    ({"schedule": "linear"}, "schedule is 'linear': expected one of constant, cosine, step"),
    ({"optimizer": "lbfgs"}, "optimizer is 'lbfgs': expected one of adam, sgd"),
    ({"hidden": (0,)}, "hidden is 0: expected a whole number of at least 1"),
    ({"hidden": (2.5,)}, "hidden is 2.5: expected a whole number"),
    ({"hidden": [16, 8.5]}, "hidden is 8.5: expected a whole number"),
    ({"hidden": [3, "a"]}, "hidden is 'a': expected a whole number"),
    ({"hidden": "ab"}, "hidden is 'ab': expected a whole number"),
    ({"hidden": None}, "hidden is None: expected a whole number"),
    ({"epochs": 0}, "epochs is 0: expected"),
    ({"batch_size": 0.5}, "batch_size is 0.5: expected"),
    ({"learning_rate": -1}, "is -1: expected"),
    ({"l2": -1}, "l2 is -1: expected"),
    ({"early_stopping": True}, "early_stopping is True: expected"),
    (
        {"early_stopping": 5, "validation_fraction": 1.5},
        "validation_fraction is 1.5: expected",
    ),
    ({"optimizer": "sgd", "momentum": 1}, "momentum is 1: expected"),
    ({"optimizer": "sgd", "learning_rate": 1e300}, "training diverged in epoch 1: expected"),
]


@BOTH
@pytest.mark.parametrize("options, message", WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_parameter_gets_one_sentence(kind, options, message):
    with pytest.raises(ValueError, match=message) as error:
        kind(**options).fit(X_SMALL, Y_SMALL)
    assert "\n" not in str(error.value)


def test_a_classifier_needs_two_classes():
    with pytest.raises(ValueError, match="^y has one class, 0: expected at least two classes$"):
        NetworkClassifier().fit(X_SMALL, np.zeros(60, int))

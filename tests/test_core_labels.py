"""Labels of every kind, what predict, predict_proba and score give, and the metrics."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import SGD, Dense, Network
from nnlib.metrics import accuracy, confusion_matrix, r2_score

RNG = np.random.default_rng(0)
CODES = np.tile([0, 1, 2], 20)
X = np.eye(3)[CODES] + RNG.normal(0, 0.2, (60, 3))  # three clouds, easily told apart
TWO = CODES[CODES < 2]
X_TWO = X[CODES < 2]


def trained(y, X=X, outputs=3, last="softmax", **options):
    net = Network([Dense(3, 5, "tanh"), Dense(5, outputs, last)], rng=0, **options)
    return net.fit(X, y, epochs=40, batch_size=10, optimizer=SGD(0.5, momentum=0.9))


class Frame:
    """Something that NumPy takes for an array, as a pandas Series or DataFrame is."""

    def __init__(self, values, dtype=None):
        self.values = np.asarray(values, dtype=dtype)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)

    def __len__(self):
        return len(self.values)


NAMES = np.array(["cat", "dog", "eel"])
KINDS = {
    "integers": CODES,
    "a list of integers": CODES.tolist(),
    "unsigned bytes": CODES.astype(np.uint8),
    "whole-number floats": CODES.astype(float),
    "integers from 1": CODES + 1,
    "negative integers": CODES - 7,
    "strings": NAMES[CODES],
    "a list of strings": NAMES[CODES].tolist(),
    "string objects": NAMES[CODES].astype(object),
    "integer objects": CODES.astype(object),
    "a series of strings": Frame(NAMES[CODES], dtype=object),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_come_back_as_they_went_in(kind):
    labels = KINDS[kind]
    net = trained(labels)
    predicted = net.predict(X)
    assert predicted.shape == (60,)
    assert_array_equal(predicted, np.asarray(labels))
    assert net.score(X, labels) == 1.0
    kinds = [dtype for word, dtype in (("string", "U"), ("floats", "f")) if word in kind]
    assert predicted.dtype.kind == (kinds or ["i"])[0]


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_of_labels_train_the_same_network(kind):
    assert_array_equal(trained(KINDS[kind]).parameters, trained(np.eye(3)[CODES]).parameters)


@pytest.mark.parametrize("one_hot", [np.eye(3)[CODES], np.eye(3, dtype=bool)[CODES].tolist()])
def test_one_hot_rows_give_class_numbers(one_hot):
    net = trained(one_hot)
    assert_array_equal(net.predict(X), CODES)
    assert net.score(X, one_hot) == net.score(X, CODES) == 1.0
    with pytest.raises(
        ValueError, match=r"^\[5, 6, 7\] in y: expected 3 labels, as in \[0, 1, 2\]$"
    ):
        net.score(X, CODES + 5)  # predict knows no such labels


def test_rows_of_probabilities_are_targets_too():
    smooth = 0.9 * np.eye(3)[CODES] + 0.1 / 3
    assert_array_equal(trained(smooth).predict(X), CODES)


@pytest.mark.parametrize(
    "labels",
    [TWO, TWO.astype(bool), NAMES[TWO], TWO * 10 - 5, TWO[:, None], TWO[:, None] == 1],
    ids=["0 and 1", "truths", "strings", "-5 and 5", "a column", "a column of truths"],
)
def test_one_sigmoid_tells_two_classes_apart(labels):
    net = trained(labels, X_TWO, outputs=1, last="sigmoid")
    assert net.loss == "binary_cross_entropy"
    assert net.predict_proba(X_TWO).shape == (40, 1)
    assert_array_equal(net.predict(X_TWO), np.ravel(labels))
    assert net.score(X_TWO, labels) == 1.0


@pytest.mark.parametrize(
    "labels", [TWO, NAMES[TWO], np.eye(2)[TWO]], ids=["codes", "names", "rows"]
)
def test_two_softmax_outputs_tell_two_classes_apart(labels):
    net = trained(labels, X_TWO, outputs=2)
    assert_array_equal(net.predict(X_TWO), TWO if labels.ndim == 2 else labels)
    assert net.score(X_TWO, labels) == 1.0


def test_several_sigmoids_tell_as_many_classes_apart():
    net = trained(NAMES[CODES], last="sigmoid")
    assert_array_equal(net.predict(X), NAMES[CODES])
    rows = np.eye(3)[CODES]
    net = trained(rows, last="sigmoid")
    assert_array_equal(net.predict(X), CODES)
    assert net.score(X, rows) == 1.0
    with pytest.raises(ValueError, match="y holds no classes: expected labels"):
        net.fit(X, 1 - rows)  # two classes at once


def test_classes_that_do_not_occur_are_known_from_the_number_of_outputs():
    net = trained(CODES % 2, outputs=4)
    assert net.predict_proba(X).shape == (60, 4)
    assert_array_equal(net.predict(X), CODES % 2)
    assert net.compute_loss(X, np.full(60, 3)) > 1


def test_a_failed_fit_does_not_fix_the_classes():
    net = Network([Dense(3, 3, "softmax")], rng=0)
    for wrong in (["a", "b"] * 30, NAMES[CODES][:5]):
        with pytest.raises(ValueError, match=r"\by\b"):
            net.fit(X, wrong)
    net.fit(X, CODES, epochs=1)
    assert_array_equal(net.classes, [0, 1, 2])


def test_a_fit_refused_for_its_validation_data_does_not_fix_the_classes():
    net = Network([Dense(3, 3, "softmax")], rng=0)
    with pytest.raises(ValueError, match=r"\[0, 1, 2\] in validation y"):
        net.fit(X, CODES + 5, validation_data=(X, CODES))
    net.fit(X, CODES, epochs=1)
    assert_array_equal(net.classes, [0, 1, 2])


def test_looking_at_a_network_changes_nothing_in_it():
    net = Network([Dense(3, 3, "softmax")], rng=0)
    net.score(X, CODES + 5)
    net.compute_loss(X, CODES + 5)
    net.fit(X, CODES, epochs=1)
    assert_array_equal(net.classes, [0, 1, 2])
    rows = trained(np.eye(3, dtype=int)[CODES], last="sigmoid")
    before = rows.predict(X)
    rows.compute_loss(X, CODES)
    rows.score(X, before)
    assert_array_equal(rows.predict(X), before)


def test_predict_for_mse_is_the_output():
    net = Network([Dense(3, 2)], rng=0)
    assert net.loss == "mse"
    assert_array_equal(net.predict(X), net.predict_proba(X))
    assert_array_equal(net.predict(X), net.forward(X))
    assert net.predict(X[:1].tolist()).shape == (1, 2)


def test_score_for_mse_is_r2():
    y = X @ np.array([[1.0], [2.0], [3.0]]) + 4
    net = Network([Dense(3, 1)], rng=0).fit(X, y, epochs=300)
    assert net.score(X, y) == r2_score(y, net.predict(X)) > 0.999
    assert Network([Dense(3, 1)], rng=0).score(X, y) < 0


def test_the_loss_follows_from_the_last_activation():
    losses = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy", "tanh": "mse"}
    for activation, loss in losses.items():
        assert Network([Dense(2, 3, activation)]).loss == loss
    assert Network([Dense(2, 3, "softmax")], loss="mse").loss == "mse"


@pytest.mark.parametrize(
    "data",
    [X.tolist(), Frame(X), X.astype(np.float32), np.asfortranarray(X), X[::-1][::-1]],
    ids=["lists", "a frame", "float32", "Fortran order", "a view"],
)
def test_inputs_of_every_kind_give_the_same_predictions(data):
    net = trained(CODES)
    assert_allclose(net.predict_proba(data), net.predict_proba(X), atol=1e-6)
    assert net.fit(data, CODES, epochs=1, validation_data=[data, CODES.tolist()]).score(X, CODES)


def test_pixels_of_unsigned_bytes_are_numbers():
    pixels = (X * 40 + 100).astype(np.uint8)
    net = trained(CODES)
    assert_allclose(net.predict_proba(pixels), net.predict_proba(pixels.astype(float)))


# --- metrics, by hand


def test_accuracy_is_the_share_of_equal_labels():
    assert accuracy([1, 2, 3, 4], [1, 2, 0, 4]) == 0.75
    assert accuracy(["a", "b"], np.array(["a", "c"])) == 0.5
    assert type(accuracy([1], [1])) is float


def test_r2_by_hand():
    assert r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 1
    assert r2_score([0.1] * 3, [0.1, 0.1, 0.2]) == 0  # whose mean is not exactly 0.1
    assert r2_score([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == 0
    assert r2_score([1, 2, 3], [1, 2, 5]) == -1
    two_columns = r2_score([[1, 0], [2, 0], [3, 1]], [[1, 0], [2, 0], [5, 1]])
    assert two_columns == 0  # the mean of -1 and 1
    assert r2_score([[5.0], [5.0]], [[5.0], [5.0]]) == 1
    assert r2_score([[5.0], [5.0]], [[5.0], [6.0]]) == 0
    assert r2_score([[5.0], [5.0]], [[5.0], [5.1]]) == 0
    assert r2_score([[5.0], [5.2]], [[5.1], [5.1]]) == pytest.approx(0)


def test_confusion_matrix_has_the_true_class_by_row():
    counts = confusion_matrix([0, 0, 2], [1, 1, 2], 3)
    assert counts.tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]

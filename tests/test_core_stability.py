"""Finite values and no warning, whatever the pre-activations, dtypes and kinds of numbers."""

import warnings
from decimal import Decimal, getcontext

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlib import Dense, Network
from nnlib.activations import ACTIVATIONS, relu, sigmoid, softmax, tanh
from nnlib.losses import LOSSES

DTYPES = [np.float32, np.float64]
FAR = [0.0, 1e-6, 1.0, 30.0, 88.0, 89.0, 104.0, 709.0, 745.0, 1000.0, 1e4]
Z = np.array([*(-z for z in reversed(FAR)), *FAR])
PAIRS = [("mse", name) for name in ACTIVATIONS]
PAIRS += [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")]


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings(), np.errstate(over="raise", divide="raise", invalid="raise"):
        warnings.simplefilter("error")
        yield


def tables(dtype):
    """Return pre-activations of four columns that pair everything from -1e4 to 1e4."""
    rng = np.random.default_rng(0)
    rows = [rng.permutation(np.resize(Z, (len(Z), 4)).ravel()).reshape(-1, 4) for _ in range(20)]
    return np.concatenate([*rows, np.full((1, 4), 1e4), np.full((1, 4), -1e4)]).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations_and_their_backward_steps_are_finite(name, dtype):
    forward, backward = ACTIVATIONS[name]
    z = tables(dtype)
    before = z.copy()
    a = forward(z)
    delta = backward(np.ones_like(a), z, a)
    assert a.dtype == delta.dtype == dtype
    assert a.shape == delta.shape == z.shape
    assert np.isfinite(a).all() and np.isfinite(delta).all()
    assert np.array_equal(z, before)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "last"), PAIRS)
def test_losses_and_error_terms_at_the_layer_are_finite_and_not_negative(loss, last, dtype):
    z = tables(dtype)
    value, delta, _ = LOSSES[loss]
    layer = Network([Dense(4, 4, last, (np.eye(4), np.zeros(4)))], loss=loss, dtype=dtype).layers[0]
    layer.forward(z)
    for shift in range(4):
        y = np.eye(4, dtype=dtype)[(np.arange(len(z)) + shift) % 4]
        loss_value = value(y, layer.z, layer.g)
        assert type(loss_value) is float and np.isfinite(loss_value) and loss_value >= 0
        assert np.isfinite(delta(y, layer)).all()
        assert delta(y, layer).dtype == dtype


@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropies_at_the_layer_are_exact_where_probabilities_round_to_0_or_1(dtype):
    net = Network([Dense(2, 2, "softmax", (np.eye(2), np.zeros(2)))], dtype=dtype)
    assert net.compute_loss([[1e4, 0.0]], [[0, 1]]) == 1e4
    assert net.compute_loss([[1e4, 0.0]], [[1, 0]]) == 0
    assert net.compute_loss([[-1e4, 1e4]], [[1, 0]]) == 2e4
    net = Network([Dense(1, 1, "sigmoid", (np.eye(1), np.zeros(1)))], dtype=dtype)
    assert net.compute_loss([[1e4]], [[0]]) == net.compute_loss([[-1e4]], [[1]]) == 1e4
    assert net.compute_loss([[40.0]], [[0]]) == 40
    assert net.compute_loss([[1e4]], [[1]]) == net.compute_loss([[-1e4]], [[0]]) == 0


def test_sigmoid_is_relatively_accurate_for_negative_z():
    getcontext().prec = 50
    for z in [-700.0, -300.5, -88.0, -40.0, -20.1, -3.0, -1e-3, 0.0, 2.0, 36.0]:
        exact = 1 / (1 + (-Decimal(z)).exp())
        assert abs(Decimal(float(sigmoid(z))) / exact - 1) < Decimal("1e-14")


def test_softmax_rows_sum_to_1_and_do_not_change_with_a_shift():
    z = np.random.default_rng(1).normal(size=(6, 5))
    assert_allclose(softmax(z).sum(axis=1), 1, rtol=1e-14)
    assert_allclose(softmax(z + 1000), softmax(z), rtol=1e-11)
    assert_allclose(softmax(z)[2], softmax(z[2]), rtol=1e-14)


@pytest.mark.parametrize("kind", [int, np.uint8, np.int8, bool, list])
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_whole_numbers_give_what_floats_give(name, kind):
    rows = [[0, 1, 1], [1, 0, 1]] if kind is bool else [[0, 1, 100], [7, 3, 0]]
    z = rows if kind is list else np.array(rows, dtype=kind)
    a = ACTIVATIONS[name][0](z)
    assert a.dtype == np.float64
    assert_allclose(a, ACTIVATIONS[name][0](np.array(rows, dtype=float)), rtol=1e-15)


def test_plain_numbers_are_fine_for_activations_entry_by_entry():
    assert sigmoid(0) == 0.5 and tanh(0) == 0 and relu(-3) == 0 and relu(2.5) == 2.5


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_network_with_huge_weights_trains_on_without_a_warning(dtype):
    rng = np.random.default_rng(2)
    layers = [
        Dense(3, 4, "sigmoid", (1e4 * rng.normal(size=(3, 4)), np.zeros(4))),
        Dense(4, 3, "softmax", (1e4 * rng.normal(size=(4, 3)), np.zeros(3))),
    ]
    X, labels = rng.normal(size=(30, 3)), np.arange(30) % 3
    net = Network(layers, dtype=dtype).fit(X, labels, epochs=3, progress=False)
    assert np.isfinite(net.parameters).all() and np.isfinite(net.history.loss).all()
    assert net.parameters.dtype == net.predict_proba(X).dtype == dtype

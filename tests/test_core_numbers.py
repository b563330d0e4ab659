"""Numbers that others published come out of the library."""

import numpy as np
import pytest
from networks import loss_and_gradients
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import SGD, Dense, Network
from nnlib.datasets import digits, line, moons, train_test_split

X_432, Y_432 = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[100.0, 200.0]])


def all_ones():
    """Return the 4-3-2 linear network: weights 1, biases 0."""
    sizes = [(4, 3), (3, 2)]
    layers = [Dense(*shape, init=(np.ones(shape), np.zeros(shape[1]))) for shape in sizes]
    return Network(layers, loss="mse")


def after_100_updates(rate, net=None):
    # The published loss is half the sum of squares; ours is the mean over the m·k = 2 entries.
    # Both have the gradient y_hat - y here, so that the published rates hold as they are.
    net = net or all_ones()
    return net.fit(X_432, Y_432, epochs=100, batch_size=1, optimizer=SGD(rate))


def test_432_forward_pass_by_hand():
    net = all_ones()
    assert net.forward(X_432).tolist() == [[30.0, 30.0]]
    assert net.layers[0].a.tolist() == [[10.0, 10.0, 10.0]]


def test_432_mean_of_two_squares_has_the_gradient_of_half_their_sum():
    net = all_ones()
    loss, _ = loss_and_gradients(net, X_432, Y_432)
    assert loss == (70**2 + 170**2) / 2
    assert net.layers[1].db.tolist() == [30.0 - 100, 30.0 - 200]


def test_432_arrives_at_rate_0_0001():
    assert_allclose(after_100_updates(0.0001).predict(X_432), Y_432, atol=0.1)


def test_432_does_not_settle_at_rate_0_001():
    net = after_100_updates(0.001)
    late = net.history.loss[-20:]
    assert np.isfinite(late).all()
    assert min(late) > 1000 and max(late) - min(late) > 1000


def test_432_ends_in_nan_at_rate_0_002():
    net = all_ones()
    with pytest.raises(ValueError, match="training diverged in epoch 10"):
        after_100_updates(0.002, net)
    assert np.isnan(net.history.loss[-1])
    assert_array_equal(net.parameters, all_ones().parameters)  # as if it had not begun


def test_432_units_that_start_equal_stay_equal():
    W = after_100_updates(0.0001).layers[0].W
    assert np.all(W == W[:, :1]) and not np.all(W == 1)


def test_published_weights_separate_the_12_points():
    hidden = np.array([[-20.89123833, -8.09121263]]), np.array([-12.35004862, 4.62846821])
    output = np.array([[-20.19430919], [17.74430684]]), np.array([-8.19425129])
    layers = [Dense(1, 2, "sigmoid", hidden), Dense(2, 1, "sigmoid", output)]
    net, (X, y) = Network(layers), line()
    assert net.score(X, y) == 1.0
    assert net.compute_loss(X, y) < 0.02


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_hidden_sigmoid_units_learn_the_12_points(seed):
    X, y = line()
    net = Network([Dense(1, 2, "sigmoid"), Dense(2, 1, "sigmoid")], rng=seed)
    assert net.score(X, y) < 1
    net.fit(X, y, epochs=600, batch_size=12, optimizer=SGD(5.0, momentum=0.9))
    assert net.score(X, y) == 1.0
    assert net.history.loss[-1] < 0.01


def test_five_layers_reach_0_97_on_held_out_moons_within_30_epochs():
    X, X_test, labels, labels_test = train_test_split(*moons(), test_size=0.1, random_state=42)
    sizes = [2, 25, 50, 50, 25, 1]
    config = [
        {"input_dim": n_in, "output_dim": n_out, "activation": "relu" if n_out > 1 else "sigmoid"}
        for n_in, n_out in zip(sizes, sizes[1:], strict=False)
    ]
    net = Network.from_config(config, loss="binary_cross_entropy", rng=0)
    net.fit(X, labels, epochs=30, batch_size=32, optimizer=SGD(0.1, momentum=0.9))
    assert len(X) == 900 and len(X_test) == 100
    assert net.score(X_test, labels_test) >= 0.97


def test_digits_64_15_10_reach_0_95_after_50_epochs_of_batches_of_10():
    X, labels = digits()
    order = np.random.default_rng(0).permutation(len(X))
    X, labels = X[order] / 16, labels[order]
    net = Network([Dense(64, 15, "sigmoid"), Dense(15, 10, "softmax")], rng=0)
    assert abs(net.compute_loss(X, labels) - np.log(10)) < 0.5  # an untrained guess
    net.fit(X[:1500], labels[:1500], epochs=50, batch_size=10, optimizer=SGD(0.5))
    assert net.score(X[1500:], labels[1500:]) >= 0.95
    assert len(net.history.loss) == 50

"""Optimizers, schedules, the training loop, early stopping, callbacks and the progress bar."""

import itertools
import pickle
import re
import sys

import numpy as np
import pytest
from networks import loss_and_gradients
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import SGD, Adam, Dense, Network, cosine, step, training

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(40, 3)), RNG.integers(0, 3, 40)
X_NEW, LABELS_NEW = RNG.normal(size=(12, 3)), RNG.integers(0, 3, 12)


def network(seed=0, **options):
    return Network([Dense(3, 5, "tanh"), Dense(5, 3, "softmax")], rng=seed, **options)


def in_one_batch(net, **options):
    return net.fit(X, LABELS, batch_size=len(X), **options)


def gradient_at(parameters, **options):
    twin = network(**options)
    twin.parameters[:] = parameters
    return loss_and_gradients(twin, X, LABELS)[1]


# --- optimizers, each against its formula written out by hand


def test_sgd_takes_one_step_along_the_gradient():
    net = network()
    expected = net.parameters - 0.3 * gradient_at(net.parameters)
    in_one_batch(net, epochs=1, optimizer=SGD(0.3))
    assert_allclose(net.parameters, expected, rtol=1e-12)


def test_momentum_adds_the_share_of_the_last_steps():
    net = network()
    w, velocity = net.parameters.copy(), 0
    for _ in range(4):
        velocity = 0.9 * velocity - 0.3 * gradient_at(w)
        w = w + velocity
    in_one_batch(net, epochs=4, optimizer=SGD(0.3, momentum=0.9))
    assert_allclose(net.parameters, w, rtol=1e-11)


def test_adam_follows_the_formulas_of_the_paper():
    net = network()
    w, m, v = net.parameters.copy(), 0, 0
    for t in range(1, 6):
        g = gradient_at(w)
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        w = w - 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-6)
    in_one_batch(net, epochs=5, optimizer=Adam(0.01, beta1=0.8, beta2=0.95, epsilon=1e-6))
    assert_allclose(net.parameters, w, rtol=1e-11)


def test_adam_has_the_defaults_of_the_paper_and_a_first_step_of_the_rate():
    net = network()
    before = net.parameters.copy()
    in_one_batch(net, epochs=1, optimizer=Adam())
    moved, g = net.parameters - before, gradient_at(before)
    assert_allclose(moved, -0.001 * np.sign(g), rtol=1e-3)
    assert (Adam().beta1, Adam().beta2, Adam().epsilon) == (0.9, 0.999, 1e-8)


def test_l2_adds_its_share_to_the_loss_and_to_the_weights_alone():
    plain, decayed = network(), network(l2=0.2)
    weights = sum(np.sum(layer.W**2) for layer in plain.layers)
    assert_allclose(
        decayed.compute_loss(X, LABELS) - plain.compute_loss(X, LABELS), 0.1 * weights, rtol=1e-9
    )
    loss_and_gradients(plain, X, LABELS)
    loss_and_gradients(decayed, X, LABELS)
    for one, other in zip(plain.layers, decayed.layers, strict=True):
        assert_allclose(other.dW - one.dW, 0.2 * one.W, rtol=1e-9)
        assert_array_equal(other.db, one.db)


@pytest.mark.parametrize("optimizer", [SGD(0.5, momentum=0.9), Adam(0.05)])
def test_an_optimizer_starts_every_run_without_a_past(optimizer):
    first = in_one_batch(network(), epochs=5, optimizer=optimizer)
    again = in_one_batch(network(), epochs=5, optimizer=optimizer)
    assert_array_equal(first.parameters, again.parameters)
    Network([Dense(2, 1)]).fit(X[:, :2], X[:, 2:], epochs=1, optimizer=optimizer)


@pytest.mark.parametrize("optimizer", [SGD(0.5), SGD(0.5, momentum=np.float64(0.9)), Adam()])
def test_float32_stays_float32(optimizer):
    net = in_one_batch(network(dtype=np.float32), epochs=2, optimizer=optimizer)
    assert net.parameters.dtype == net.gradients.dtype == np.float32
    optimizer.update(net.parameters, net.gradients)
    past = optimizer.mean if isinstance(optimizer, Adam) else optimizer.velocity
    assert np.asarray(past).dtype == np.float32 or isinstance(past, float)


def test_an_optimizer_of_ones_own_only_needs_update():
    class Signs(SGD):
        def update(self, parameters, gradients):
            parameters -= self.learning_rate * np.sign(gradients)

    net = network()
    expected = net.parameters - 0.01 * np.sign(gradient_at(net.parameters))
    in_one_batch(net, epochs=1, optimizer=Signs(0.01))
    assert_allclose(net.parameters, expected, rtol=1e-12)


# --- schedules


def test_schedules_have_the_values_of_their_formulas():
    rates = [step(0.8, factor=0.5, every=2)(epoch, 8) for epoch in range(6)]
    assert_allclose(rates, [0.8, 0.8, 0.4, 0.4, 0.2, 0.2])
    assert_allclose([step(1.0)(epoch, 30) for epoch in (9, 10, 20)], [1, 0.5, 0.25])
    rates = [cosine(1.0)(epoch, 8) for epoch in (0, 2, 4, 6)]
    assert_allclose(rates, [1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2])
    assert_allclose([cosine(1.0, final=0.2)(epoch, 8) for epoch in (0, 4)], [1, 0.6])


def test_a_number_is_the_schedule_that_stays():
    optimizer = pickle.loads(pickle.dumps(SGD(0.2, momentum=0.5)))
    net = in_one_batch(network(), epochs=3, optimizer=optimizer)
    assert net.history.learning_rate == [0.2, 0.2, 0.2]


def test_an_optimizer_by_itself_begins_with_the_rate_of_the_first_epoch():
    parameters = np.array([1.0])
    SGD(step(0.8, every=1)).update(parameters, np.array([1.0]))
    assert_allclose(parameters, [1 - 0.8])


def test_a_run_follows_its_schedule_and_records_it():
    net = in_one_batch(network(), epochs=4, optimizer=SGD(step(0.8, every=2)))
    assert net.history.learning_rate == [0.8, 0.8, 0.4, 0.4]
    one, other = network(), network()
    in_one_batch(one, epochs=2, optimizer=SGD(lambda epoch, epochs: [0.5, 0.1][epoch]))
    in_one_batch(other, epochs=1, optimizer=SGD(0.5))
    in_one_batch(other, epochs=1, optimizer=SGD(0.1))
    assert_array_equal(one.parameters, other.parameters)


def test_a_schedule_that_gives_no_rate_is_named_when_it_does():
    with pytest.raises(ValueError, match="learning_rate is None: expected a finite number"):
        SGD(lambda epoch, epochs: None)
    sinking = SGD(lambda epoch, epochs: 1.0 - epoch)
    with pytest.raises(ValueError, match="learning_rate is -1.0"):
        in_one_batch(network(), epochs=3, optimizer=sinking)


# --- the loop


def test_every_epoch_sees_every_example_once_and_keeps_the_pairs():
    numbers = np.arange(23.0)
    net = Network([Dense(1, 1)], rng=0)
    seen = []
    forward, backward = net.forward, net.backward
    net.forward = lambda rows: seen.append(rows[:, 0].copy()) or forward(rows)
    net.backward = lambda y: assert_array_equal(y[:, 0], 10 * seen[-1]) or backward(y)
    net.fit(numbers[:, None], 10 * numbers[:, None], epochs=3, batch_size=5, optimizer=SGD(0))
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * 3
    epochs = [np.concatenate(seen[i : i + 5]) for i in (0, 5, 10)]
    for rows in epochs:
        assert_array_equal(np.sort(rows), numbers)
    assert len({tuple(rows) for rows in [*epochs, numbers]}) == 4  # every order is a new one


def test_the_data_stay_as_they_were():
    X_before, labels_before = X.copy(), LABELS.copy()
    network().fit(X, LABELS, epochs=2, validation_data=(X_NEW, LABELS_NEW))
    assert_array_equal(X, X_before)
    assert_array_equal(LABELS, labels_before)


def test_the_loss_of_an_epoch_is_the_mean_over_its_examples_of_the_batches_as_they_came():
    net, losses = network(), []
    backward = net.backward

    def recorded(y):
        losses.append((net.loss_of(y, net.layers[-1].z), len(y)))
        backward(y)

    net.backward = recorded
    net.fit(X, LABELS, epochs=2, batch_size=16, optimizer=SGD(0.5))
    for epoch in (0, 1):
        value, rows = zip(*losses[3 * epoch : 3 * epoch + 3], strict=True)
        assert rows == (16, 16, 8)
        assert_allclose(net.history.loss[epoch], np.average(value, weights=rows), rtol=1e-12)


def test_same_seed_same_result_and_other_seed_another():
    def parameters(seed):
        return network(seed).fit(X, LABELS, epochs=2, batch_size=7).parameters

    assert_array_equal(parameters(1), parameters(1))
    assert_array_equal(parameters(np.random.default_rng(1)), parameters(1))
    assert not np.array_equal(parameters(1), parameters(2))


def test_another_seed_takes_the_examples_in_another_order():
    given = (np.ones((3, 3)), np.zeros(3))

    def parameters(seed):
        net = Network([Dense(3, 3, "softmax", init=given)], rng=seed)
        return net.fit(X, LABELS, epochs=1, batch_size=7).parameters

    assert_array_equal(parameters(1), parameters(1))
    assert not np.array_equal(parameters(1), parameters(2))


def test_fit_goes_on_from_where_the_network_is():
    twice = network().fit(X, LABELS, epochs=2).fit(X, LABELS, epochs=1)
    assert_array_equal(twice.parameters, network().fit(X, LABELS, epochs=3).parameters)
    assert len(twice.history.loss) == 1


def test_fit_returns_the_network_and_a_history_of_one_entry_an_epoch():
    net = network()
    assert net.history is None
    assert net.fit(X, LABELS, epochs=3, validation_data=(X_NEW, LABELS_NEW)) is net
    history = net.history
    assert len(history.loss) == len(history.validation_loss) == len(history.learning_rate) == 3
    assert all(type(value) is float for value in history.loss + history.validation_loss)
    assert history.validation_loss[-1] == net.compute_loss(X_NEW, LABELS_NEW)
    assert net.fit(X, LABELS, epochs=2).history.validation_loss == []
    assert len(history.loss) == 3


def test_one_row_and_batches_larger_than_the_data_are_fine():
    net = network().fit(X[:1], LABELS[:1], epochs=2, batch_size=1000)
    assert len(net.history.loss) == 2


def test_divergence_stops_and_says_what_to_do():
    net = Network([Dense(3, 1)], rng=0)
    said = "training diverged in epoch ([0-9]+): expected a lower rate"
    with pytest.raises(ValueError, match=f"^{said}$") as raised:
        net.fit(X, X[:, :1], epochs=50, optimizer=SGD(1e50))
    assert int(re.match(said, str(raised.value))[1]) == len(net.history.loss) < 10


def test_after_divergence_a_lower_rate_helps():
    net = network()
    before = net.parameters.copy()
    for early in ({}, {"early_stopping": 1, "validation_data": (X_NEW, LABELS_NEW)}):
        with pytest.raises(ValueError, match="training diverged in epoch 1: expected a lower rate"):
            net.fit(X, LABELS, optimizer=SGD(1e308), **early)
        assert_array_equal(net.parameters, before)
    first = net.compute_loss(X, LABELS)
    assert net.fit(X, LABELS, epochs=5, optimizer=SGD(0.1)).compute_loss(X, LABELS) < first


@pytest.mark.parametrize("epochs", [40, 60, 90])
def test_a_loss_beyond_all_numbers_is_divergence_whatever_the_parameters(epochs):
    net = Network([Dense(3, 1)], rng=0)
    with pytest.raises(ValueError, match="training diverged in epoch"):
        net.fit(X, X[:, :1], epochs=epochs, optimizer=SGD(1e3))
    net, far = Network([Dense(3, 1)], rng=0), (X, 1e200 * X[:, :1])
    with pytest.raises(ValueError, match="training diverged in epoch 1:"):
        net.fit(X, X[:, :1], epochs=2, validation_data=far)


# --- early stopping and callbacks


def losses_in_turn(monkeypatch, values):
    """Make the validation loss of the epochs these values; return the parameters after each."""
    losses, after = iter(values), []
    monkeypatch.setattr(Network, "compute_loss", lambda net, X, y: next(losses))
    return after, lambda net, epoch: after.append(net.parameters.copy())


def test_early_stopping_waits_and_takes_the_best_parameters_back(monkeypatch):
    values = [5.0, 4.0, 3.0, 3.0, 3.5, 2.9, 3.1, 2.9, 3.0, 1.0]
    after, callback = losses_in_turn(monkeypatch, values)
    net = network()
    net.fit(
        X, LABELS, epochs=50, validation_data=(X_NEW, LABELS_NEW), early_stopping=3,
        callback=callback,
    )  # fmt: skip
    assert net.history.validation_loss == values[:9]  # three epochs without less than 2.9
    assert net.history.best_epoch == 5
    assert_array_equal(net.parameters, after[5])
    assert np.shares_memory(net.layers[0].W, net.parameters)


def test_without_early_stopping_the_last_parameters_stay(monkeypatch):
    after, callback = losses_in_turn(monkeypatch, [1.0, 2.0, 3.0])
    net = network().fit(X, LABELS, epochs=3, validation_data=(X_NEW, LABELS_NEW), callback=callback)
    assert_array_equal(net.parameters, after[-1])
    assert net.history.best_epoch == 0


def test_early_stopping_stops_real_overfitting():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 5)), rng.normal(size=(20, 1))  # nothing to learn but noise
    X_new, y_new = rng.normal(size=(50, 5)), rng.normal(size=(50, 1))
    net = Network([Dense(5, 30, "tanh"), Dense(30, 1)], rng=0)
    net.fit(X, y, epochs=500, validation_data=(X_new, y_new), early_stopping=5)
    losses = net.history.validation_loss
    assert len(losses) < 500 and np.argmin(losses) == net.history.best_epoch == len(losses) - 6
    assert net.compute_loss(X_new, y_new) == min(losses)


def test_early_stopping_survives_divergence_with_the_best_parameters():
    net = Network([Dense(3, 1)], rng=0)
    rates = SGD(lambda epoch, epochs: 1e200 if epoch == 3 else 0.05)
    with pytest.raises(ValueError, match="training diverged in epoch [45]"):
        net.fit(
            X, X[:, :1], epochs=9, optimizer=rates, validation_data=(X_NEW, X_NEW[:, :1]),
            early_stopping=5,
        )  # fmt: skip
    assert net.history.best_epoch == 2
    assert np.isfinite(net.predict(X)).all()


def test_what_fit_takes_for_unsaid_is_what_its_page_says():
    unsaid = network().fit(X, LABELS)
    said = network().fit(X, LABELS, epochs=100, batch_size=32, optimizer=SGD(0.1, momentum=0.0))
    assert len(X) > 33
    assert_array_equal(unsaid.parameters, said.parameters)


def test_a_callback_sees_every_epoch_and_stops_with_a_true_result():
    seen = []

    def callback(net, epoch):
        seen.append((epoch, len(net.history.loss)))
        return epoch == 2

    net = network().fit(X, LABELS, epochs=10, callback=callback)
    assert seen == [(0, 1), (1, 2), (2, 3)]
    assert len(net.history.loss) == 3


def test_ctrl_c_leaves_the_parameters_and_the_history_so_far():
    def interrupt(net, epoch):
        if epoch == 2:
            raise KeyboardInterrupt

    net = network()
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, LABELS, epochs=10, callback=interrupt)
    assert len(net.history.loss) == len(net.history.learning_rate) == 3
    assert_array_equal(net.parameters, network().fit(X, LABELS, epochs=3).parameters)


def test_ctrl_c_with_early_stopping_takes_the_best_parameters_back(monkeypatch):
    after, record = losses_in_turn(monkeypatch, [2.0, 1.0, 3.0])

    def interrupt(net, epoch):
        record(net, epoch)
        if epoch == 2:
            raise KeyboardInterrupt

    net = network()
    with pytest.raises(KeyboardInterrupt):
        net.fit(
            X, LABELS, validation_data=(X_NEW, LABELS_NEW), early_stopping=9, callback=interrupt
        )
    assert_array_equal(net.parameters, after[1])


# --- the progress bar


def slow_clock(monkeypatch, seconds):
    """Make every look at tqdm's clock come that many seconds after the last."""
    ticks = itertools.count(0, seconds)
    monkeypatch.setattr("tqdm.std.time", lambda: next(ticks))


@pytest.mark.parametrize("progress", [True, False, None])
def test_a_short_run_shows_a_bar_only_if_asked_to(progress, capsys):
    network().fit(X, LABELS, epochs=5, progress=progress)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("5/5" in shown.err) == bool(progress)


def test_a_long_run_shows_a_bar_unless_asked_not_to(monkeypatch, capsys):
    for seconds, progress, shown in ((50, None, True), (50, False, False), (0.1, None, False)):
        slow_clock(monkeypatch, seconds)
        network().fit(X, LABELS, epochs=5, progress=progress)
        assert ("epoch" in capsys.readouterr().err) == shown


def test_the_bar_ends_cleanly_when_training_stops_early(capsys):
    network().fit(X, LABELS, epochs=50, progress=True, callback=lambda net, epoch: epoch == 3)
    assert capsys.readouterr().err.endswith("\n")


def test_a_run_without_tqdm_is_silent_unless_a_bar_was_asked_for(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(training, "find_spec", lambda name: None)
    assert len(network().fit(X, LABELS, epochs=5).history.loss) == 5
    assert capsys.readouterr().err == ""
    with pytest.raises(ImportError, match="tqdm"):
        network().fit(X, LABELS, epochs=5, progress=True)


# --- how it prints


def test_things_print_as_one_would_write_them():
    net = network()
    assert repr(net.layers[0]) == "Dense(3, 5, 'tanh')"
    assert repr(net).splitlines()[1:] == [
        "    Dense(3, 5, 'tanh'),",
        "    Dense(5, 3, 'softmax'),",
        "], loss='cross_entropy')  # 38 parameters",
    ]


@pytest.mark.parametrize("targets", [[[1.0]], np.array([[1.0]]), np.array([[1]]), [[True]]])
def test_a_float32_network_takes_targets_of_any_type(targets):
    net = Network([Dense(1, 1)], rng=0, dtype=np.float32)
    net.forward([[2.0]])
    net.backward(targets)
    expected = 2 * (net.layers[0].a - 1)
    np.testing.assert_allclose(net.layers[0].db, expected[0], rtol=1e-6)
    assert net.gradients.dtype == np.float32


def test_a_schedule_may_divide_by_the_last_epoch():
    optimizer = SGD(lambda epoch, epochs: 0.1 * (1 - epoch / (epochs - 1)))
    net = Network([Dense(1, 1)], rng=0).fit([[1.0]], [[1.0]], epochs=3, optimizer=optimizer)
    np.testing.assert_allclose(net.history.learning_rate, [0.1, 0.05, 0.0], atol=1e-15)

"""The gradients are right: against central differences, against autograd, piece by piece."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import loss_and_gradients
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import Dense, Network, check_gradients, numerical_gradient
from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES

NETWORKS = 200
# Every activation under mse, and the two pairs that the cross-entropies accept.
ENDS = [("mse", name) for name in ACTIVATIONS]
ENDS += [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")]
SETTINGS = settings(max_examples=NETWORKS)


def relative_error(g, g_num):
    """‖g - g_num‖ / (‖g‖ + ‖g_num‖) of arrays of one shape, 0 for two zeros."""
    assert g.shape == g_num.shape
    return np.linalg.norm(g - g_num) / (np.linalg.norm(g) + np.linalg.norm(g_num) or 1.0)


@st.composite
def problems(draw):
    """Return a random network with parameters off their starting values, and X, y for it."""
    depth = draw(st.integers(1, 5))
    loss, last = draw(st.sampled_from(ENDS))
    least = 2 if loss == "cross_entropy" else 1  # a softmax of one unit has nothing to learn
    sizes = [*draw(st.lists(st.integers(1, 4), min_size=depth, max_size=depth))]
    sizes.append(draw(st.integers(least, 4)))
    names = [draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in range(depth - 1)] + [last]
    l2 = draw(st.sampled_from([0.0, 0.0, 0.03, 1.0]))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    m, rng = draw(st.integers(1, 17)), np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    layers = [Dense(*layer) for layer in zip(sizes, sizes[1:], names, strict=False)]
    net = Network(layers, loss=loss, l2=l2, rng=rng, dtype=dtype)
    net.parameters += rng.normal(0, 0.3, net.parameters.size)  # biases that are not 0, too
    X = rng.normal(size=(m, sizes[0]))
    # A difference quotient across a ReLU's kink is no derivative: no z may lie near 0.
    net.forward(X)
    kinks = [layer.z for layer in net.layers if layer.activation == "relu"]
    assume(all(np.abs(z).min() > 1e-3 for z in kinks))
    return net, X, targets(draw, loss, rng, m, sizes[-1])


def targets(draw, loss, rng, m, k):
    """Return random targets: numbers, labels (integers or strings), or probabilities."""
    if loss == "mse":
        return rng.normal(size=(m, k))
    kind = draw(st.sampled_from(["labels", "strings", "rows"]))
    if kind == "rows":
        return rng.dirichlet(np.ones(k), m) if k > 1 else rng.uniform(size=(m, 1))
    classes = max(2, k)
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, 17)])[:m]
    # Strings tell the number of classes only if all occur.
    return labels.astype(str) if kind == "strings" and m >= classes else labels


def checked(test):
    """Run a test over all networks, and return those that it was run on."""
    seen = []

    @SETTINGS
    @given(problems())
    def run(problem):
        test(*problem)
        seen.append(problem)

    run()
    return seen


def agrees_with_central_differences(net, X, y):
    before = net.parameters.copy()
    assert check_gradients(net, X, y) < 1e-6
    assert_array_equal(net.parameters, before)
    assert net.dtype == net.parameters.dtype == before.dtype


def float32_is_near_float64(net, X, y):
    layers = [Dense(layer.n_in, layer.n_out, layer.activation) for layer in net.layers]
    twin = Network(layers, loss=net.loss, l2=net.l2, dtype=np.float64)
    twin.parameters[:] = net.parameters
    loss, gradient = loss_and_gradients(net, X, y)
    assert gradient.dtype == net.dtype
    exact_loss, exact = loss_and_gradients(twin, X, y)
    assert_allclose(loss, exact_loss, rtol=1e-4, atol=1e-6)
    assert relative_error(gradient, exact) < 1e-4


AUTOGRAD_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": lambda z: (anp.exp(2 * z) - 1) / (anp.exp(2 * z) + 1),
    "relu": lambda z: anp.where(z > 0, z, 0 * z),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
AUTOGRAD_LOSSES = {
    "mse": lambda y, a: anp.mean((y - a) ** 2),
    "cross_entropy": lambda y, p: -anp.sum(y * anp.log(p)) / len(y),
    "binary_cross_entropy": lambda y, p: (
        -anp.sum(y * anp.log(p) + (1 - y) * anp.log(1 - p)) / len(y)
    ),
}


def rows_of(net, y):
    """Return y as (m, k) numbers, written again, away from the library's own way."""
    y, k = np.asarray(y), net.layers[-1].n_out
    if y.ndim == 2:
        return y.astype(float)
    codes = y.astype(int)
    return codes[:, None].astype(float) if k == 1 else np.eye(k)[codes]


def textbook_loss(parameters, net, X, y):
    """Return the loss as a textbook writes it, of the flat parameters, in autograd's NumPy."""
    a, start, penalty = X, 0, 0.0
    for layer in net.layers:
        split, end = start + layer.n_in * layer.n_out, start + (layer.n_in + 1) * layer.n_out
        W = anp.reshape(parameters[start:split], (layer.n_in, layer.n_out))
        a = AUTOGRAD_ACTIVATIONS[layer.activation](anp.dot(a, W) + parameters[split:end])
        penalty, start = penalty + anp.sum(W**2), end
    return AUTOGRAD_LOSSES[net.loss](y, a) + net.l2 / 2 * penalty


def equals_autograd(net, X, y):
    layers = [Dense(layer.n_in, layer.n_out, layer.activation) for layer in net.layers]
    twin = Network(layers, loss=net.loss, l2=net.l2, dtype=np.float64)
    twin.parameters[:] = net.parameters
    loss, gradient = loss_and_gradients(twin, X, y)
    given = (twin, X, rows_of(twin, y))
    assert_allclose(loss, textbook_loss(twin.parameters, *given), rtol=1e-10)
    expected = grad(textbook_loss)(twin.parameters.copy(), *given)
    assert_allclose(gradient, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    "test", [agrees_with_central_differences, float32_is_near_float64, equals_autograd]
)
def test_gradients_of_200_random_networks(test):
    seen = checked(test)
    nets = [net for net, _, _ in seen]
    assert len(nets) == NETWORKS
    assert {len(net.layers) for net in nets} == {1, 2, 3, 4, 5}
    assert {(net.loss, net.layers[-1].activation) for net in nets} == set(ENDS)
    assert {layer.activation for net in nets for layer in net.layers[:-1]} == set(ACTIVATIONS)
    assert {net.dtype for net in nets} == {np.dtype(np.float32), np.dtype(np.float64)}
    sizes = {len(X) for _, X, _ in seen}  # which, is for hypothesis to say: versions differ
    assert {1, 17} <= sizes <= set(range(1, 18)) and len(sizes) >= 15
    assert {np.asarray(y).dtype.kind for _, _, y in seen} == {"f", "i", "U"}
    assert len({net.l2 > 0 for net in nets}) == 2


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_backward_step_of_an_activation_alone_with_a_random_upstream_gradient(name):
    forward, backward = ACTIVATIONS[name]
    rng = np.random.default_rng(3)
    z, upstream = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    z += 0.01 * np.sign(z)  # away from ReLU's kink
    expected = numerical_gradient(lambda z: np.sum(upstream * forward(z)), z)
    assert relative_error(backward(upstream, z, forward(z)), expected) < 1e-8


@pytest.mark.parametrize(("loss", "last"), ENDS)
def test_error_term_of_a_loss_alone(loss, last):
    rng = np.random.default_rng(4)
    layer = Network([Dense(3, 4, last)], loss=loss, rng=rng).layers[0]
    y = rng.normal(size=(5, 4)) if loss == "mse" else np.eye(4)[rng.integers(0, 4, 5)]
    value, delta, _ = LOSSES[loss]
    layer.forward(rng.normal(size=(5, 3)))
    expected = numerical_gradient(lambda z: value(y, z, layer.g), layer.z)
    assert relative_error(delta(y, layer), expected) < 1e-8


def only_the_first_row_for_the_bias(net, monkeypatch):
    layer = net.layers[1]
    right = layer.backward

    def backward(delta):
        right(delta)
        layer.db[:] = delta[0]

    layer.backward = backward


def other_delta(delta):
    """Return what gives a network's loss another error term."""

    def change(net, monkeypatch):
        value, _, last = LOSSES[net.loss]
        monkeypatch.setitem(LOSSES, net.loss, (value, delta, last))

    return change


def other_slope(backward):
    return lambda net, monkeypatch: setattr(net.layers[0], "g_backward", backward)


WRONG = {
    "slope of the hidden layer left out": other_slope(lambda grad_a, z, a: grad_a),
    "slope taken at a instead of z": other_slope(
        lambda grad_a, z, a: grad_a * (1 - np.tanh(a) ** 2)
    ),
    "twice the mean": other_delta(lambda y, layer: (layer.a - y) / len(y) ** 2),
    "a sum for a mean": other_delta(lambda y, layer: layer.a - y),
    "the wrong sign": other_delta(lambda y, layer: (y - layer.a) / len(y)),
    "a bias gradient not summed": only_the_first_row_for_the_bias,
}


@pytest.mark.parametrize("mistake", [None, *WRONG])
def test_the_check_finds_wrong_gradients_and_passes_right_ones(mistake, monkeypatch):
    rng = np.random.default_rng(5)
    net = Network([Dense(3, 4, "tanh"), Dense(4, 3, "softmax")], rng=rng)
    X, labels = rng.normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 0])
    # A copy must be wrong in the same way: the check measures one.
    monkeypatch.setattr("nnlib.gradients.deepcopy", lambda net: net)
    if mistake:
        WRONG[mistake](net, monkeypatch)
        assert check_gradients(net, X, labels) > 1e-2
    else:
        assert check_gradients(net, X, labels) < 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_the_check_is_not_misled_by_relus_that_stand_on_their_corner(seed):
    layers = [Dense(2, 4, "relu"), Dense(4, 4, "relu"), Dense(4, 1, "sigmoid")]
    net, rng = Network(layers, rng=seed), np.random.default_rng(seed)
    assert (net.layers[1].b == 0).all()  # where the layer before is silent, z is exactly 0
    assert check_gradients(net, rng.normal(size=(17, 2)), rng.integers(0, 2, 17)) < 1e-6
    assert check_gradients(net, np.zeros((3, 2)), np.ones((3, 1))) < 1e-6


def test_numerical_gradient_of_functions_with_known_slopes():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    before = x.copy()
    assert_allclose(numerical_gradient(lambda x: np.sum(x**3), x), 3 * x**2, rtol=1e-8)
    assert_allclose(numerical_gradient(lambda x: x[0, 1] * x[1, 0], x)[0], [0, 0.5], atol=1e-9)
    assert_array_equal(x, before)
    whole = numerical_gradient(lambda x: float(np.sum(x**2)), np.array([1, 2, 3]))
    assert whole.dtype == np.float64
    assert_allclose(whole, [2, 4, 6], rtol=1e-9)
    assert_allclose(numerical_gradient(lambda x: np.sin(float(x)), 0.3), np.cos(0.3), rtol=1e-9)


@pytest.mark.parametrize("eps", [0, -1e-5, float("nan"), "1e-5"])
def test_numerical_gradient_refuses_a_step_that_is_none(eps):
    with pytest.raises(ValueError, match="eps is .*: expected a finite number of at least 1e-15"):
        numerical_gradient(np.sum, np.ones(2), eps=eps)


@pytest.mark.parametrize(("factor", "error"), [(1, 0), (3, 0.5), (0, 1), (-1, 1), (-3, 1)])
def test_the_error_of_a_factor_by_hand(factor, error, monkeypatch):
    net, X, y = Network([Dense(2, 1)], rng=0), np.ones((3, 2)), np.zeros((3, 1))
    right = numerical_gradient
    wrong = lambda f, x, eps: factor * right(f, x, eps)  # noqa: E731
    monkeypatch.setattr("nnlib.gradients.numerical_gradient", wrong)
    assert check_gradients(net, X, y) == pytest.approx(error, abs=1e-8)  # |1 - f| / (1 + |f|)


def test_two_gradients_of_zero_agree():
    net = Network([Dense(1, 1, "relu", init=([[1.0]], [-9.0]))])  # far on the flat side
    assert check_gradients(net, [[1.0]], [[5.0]]) == 0


def test_a_relu_at_its_bend_passes_nothing_back():
    _, backward = ACTIVATIONS["relu"]
    z = np.array([-1.0, 0.0, 1.0])
    assert_array_equal(backward(np.full(3, 5.0), z, np.maximum(z, 0)), [0, 0, 5])

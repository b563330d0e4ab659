"""Numerical gradients, and the check that holds a network's own gradients against them."""

from copy import deepcopy

import numpy as np

from nnlib.checks import array, check_data, number


def numerical_gradient(f, x, eps=1e-5):
    """Return ∂f/∂x by central differences, (f(x + eps) - f(x - eps)) / (2 eps), entry by entry.

    f is a function of one array that returns a number, x an array of any shape, which stays as it
    was; the result is a float array of x's shape (lesson 03). Raises ValueError for an x that is
    no array of finite numbers and for an eps below 1e-15.
    """
    number("eps", eps, 1e-15)
    x = array("x", x).copy()  # whatever f does, the caller's array stays
    gradient, places = np.zeros_like(x), np.arange(x.size).reshape(x.shape)
    for i in range(x.size):
        nudge = eps * (places == i)
        gradient.flat[i] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


def check_gradients(net, X, y, eps=1e-5):
    """Return the relative error between net's backpropagated and its numerical gradient.

    It is ‖g - g_num‖ / (‖g‖ + ‖g_num‖), 0 for two zero gradients (lesson 03); below 1e-6 they
    agree. X (m, n_in) and y as for `fit`. It is measured on a float64 copy, moved by about 0.001:
    with biases of 0 a ReLU often stands on its corner, where there is no slope. net stays as it
    was. Raises ValueError for bad X, y and eps.
    """
    twin = deepcopy(net)
    twin.bind(net.parameters + np.random.default_rng(0).normal(0, 1e-3, net.parameters.size))
    X, y, _ = check_data(twin, X, y, twin.classes)
    twin.forward(X)
    twin.backward(y)

    def loss_at(parameters):
        twin.parameters[:] = parameters
        return twin.compute_loss(X, y)

    g, g_num = twin.gradients, numerical_gradient(loss_at, twin.parameters, eps)
    scale = np.linalg.norm(g) + np.linalg.norm(g_num)
    return float(np.linalg.norm(g - g_num) / scale) if scale else 0.0

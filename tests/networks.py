"""What several tests of the core need of a network."""

from nnlib.checks import check_data


def loss_and_gradients(net, X, y):
    """The loss, and a copy of its flat gradient, for X and y as for `fit`."""
    loss = net.compute_loss(X, y)
    net.backward(check_data(net, X, y, net.classes)[1])
    return loss, net.gradients.copy()

"""The training loop: epochs of shuffled mini-batches, with history, early stopping, progress."""

from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np

from nnlib.checks import expect


def train_epoch(net, X, y, batch_size, optimizer):
    """Update net once for every mini-batch; return the mean loss of the batches as they came.

    The penalty in it is that of the parameters at the end.
    """
    order = net.rng.permutation(len(X))
    y, z, output = y[order], np.empty_like(y), net.layers[-1]
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)
        net.forward(X.take(order[batch], axis=0))  # X[order[batch]] takes three times as long
        z[batch] = output.z
        net.backward(y[batch])
        optimizer.update(net.parameters, net.gradients)
    return net.loss_of(y, z)


def counted(epochs, progress):
    """Return range(epochs), with a bar if progress, or if it is None and they take over 2 s."""
    if not (progress or (progress is None and find_spec("tqdm"))):
        return range(epochs)
    from tqdm import tqdm  # may be missing, and no other part of the core needs it

    return tqdm(range(epochs), unit="epoch", delay=0 if progress else 2)


@np.errstate(over="ignore", invalid="ignore")  # the loop itself says that training diverges
def train(net, X, y, unseen, epochs, batch_size, optimizer, patience, callback, progress):
    """Train net on X (m, n_in), y (m, k) as `Network.fit` explains; unseen: its validation data."""
    history = SimpleNamespace(loss=[], validation_loss=[], learning_rate=[], best_epoch=None)
    # Without early stopping the last parameters count as the best; after divergence the first.
    net.history, best, start = history, net.parameters, net.parameters.copy()
    try:
        for epoch in counted(epochs, progress):
            optimizer.start_epoch(epoch, epochs)
            history.loss.append(train_epoch(net, X, y, batch_size, optimizer))
            history.learning_rate.append(optimizer.learning_rate)
            if unseen:
                history.validation_loss.append(net.compute_loss(*unseen))
                history.best_epoch = history.validation_loss.index(min(history.validation_loss))
                best = net.parameters.copy() if patience and history.best_epoch == epoch else best
            sums = history.loss[-1] + sum(history.validation_loss[-1:], float(net.parameters.sum()))
            best = best if np.isfinite(sums) or (patience and history.best_epoch < epoch) else start
            expect(np.isfinite(sums), f"training diverged in epoch {epoch + 1}", "a lower rate")
            stop = callback and callback(net, epoch)
            if stop or (patience and epoch - history.best_epoch >= patience):
                break
    finally:
        net.parameters[:] = best

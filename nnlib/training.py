"""The training loop: epochs of shuffled mini-batches, with history, early stopping, progress."""

import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

# Shuffled rows are copied a few megabytes at a time: as fast as one copy, and as lean as none.
BLOCK_BYTES = 2**22


@dataclass
class History:
    """What a training run recorded, one entry an epoch; losses are means over the examples."""

    loss: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    learning_rate: list = field(default_factory=list)
    best_epoch: int | None = None  # counted from 0; known with early stopping


def shuffled_blocks(X, y, batch_size, rng):
    """Yield all rows of X and y once, in an order drawn from rng, in blocks of whole batches."""
    order = rng.permutation(len(X))
    rows = batch_size * max(1, BLOCK_BYTES // (batch_size * X[0].nbytes))
    for start in range(0, len(X), rows):
        block = order[start : start + rows]
        yield X[block], y[block]


def train_epoch(net, X, y, batch_size, optimizer, rng):
    """Update net once for every mini-batch; return the mean loss of the batches as they came."""
    total, output, parameters, gradients = 0.0, net.layers[-1], net.parameters, net.gradients
    for X_block, y_block in shuffled_blocks(X, y, batch_size, rng):
        z = np.empty_like(y_block)
        for start in range(0, len(X_block), batch_size):
            batch = slice(start, start + batch_size)
            net.forward(X_block[batch])
            z[batch] = output.z
            net.backward(y_block[batch])
            optimizer.update(parameters, gradients)
        total += net.loss_of(y_block, SimpleNamespace(z=z, g=output.g)) * len(y_block)
    return total / len(X)


def counted(epochs, progress):
    """Return range(epochs), with a bar if progress, or if it is None and takes over 2 seconds."""
    try:
        from tqdm import tqdm
    except ImportError:
        return range(epochs)
    return tqdm(range(epochs), unit="epoch", disable=progress is False, delay=0 if progress else 2)


def train(net, X, y, validation, epochs, batch_size, optimizer, patience, callback, rng, progress):
    """Train net on X (m, n_in), y (m, k), into net.history; `Network.fit` explains the rest."""
    history, best = net.history, net.parameters.copy()
    optimizer.reset(net.parameters)
    try:
        for epoch in counted(epochs, progress):
            optimizer.start_epoch(epoch, epochs)
            history.learning_rate.append(optimizer.learning_rate)
            history.loss.append(train_epoch(net, X, y, batch_size, optimizer, rng))
            if validation:
                history.validation_loss.append(net.mean_loss(*validation))
            if callback and callback(net, epoch):
                break
            if not np.isfinite(history.loss[-1]):
                advice = f"try a rate below {optimizer.learning_rate:.3g}, or scale the inputs"
                warnings.warn(f"the loss diverged in epoch {epoch + 1}: {advice}", stacklevel=3)
                break
            if patience:
                if history.validation_loss[-1] < min(history.validation_loss[:-1], default=np.inf):
                    best, history.best_epoch = net.parameters.copy(), epoch
                elif epoch - (history.best_epoch or 0) >= patience:
                    break
    finally:
        if patience:
            net.parameters[:] = best

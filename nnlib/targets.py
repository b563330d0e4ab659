"""Targets: from labels to the (m, k) numbers that a loss compares with, and back."""

import numpy as np

from nnlib.checks import array


def indicators(labels, classes, k):
    """Return (m, k) truths, whether a label (m,) is a class, and the classes (k,).

    Unknown classes, None, become 0 … k-1 if no other labels occur, else the k labels that do.
    Raises ValueError for a label that is none of the classes, or another number of them.
    """
    labels = np.array(labels.tolist())  # of objects, an array of what they are
    if labels.dtype.kind == "O":
        raise ValueError("y holds several kinds of objects: expected integers or strings")
    found = set(labels.tolist())
    expected = f"{k} different ones, or 0 … {k - 1}" if classes is None else classes.tolist()
    if classes is None:
        classes = np.arange(k) if found <= set(range(k)) else np.unique(labels)
    strange = found - set(classes.tolist())
    if strange or len(classes) != k:
        example = min(strange or found, key=str)
        raise ValueError(f"y holds {len(found)} labels, {example!r} is one: expected {expected}")
    return labels[:, None] == classes, classes


def encode(net, y):
    """Return y as the (m, k) targets of net's loss; ValueError for a wrong shape or label."""
    y, k = np.asarray(y), net.layers[-1].n_out
    if y.ndim == 1 and net.loss != "mse":
        hits, net.classes = indicators(y, net.classes, max(2, k))
        y = hits[:, -k:]  # a single sigmoid: the second of two classes
    y = array("y", y, ("m", k), net.dtype)
    rows = y.sum(axis=1) if net.loss == "cross_entropy" else 1
    if net.loss != "mse" and (y.min() < 0 or y.max() > 1 or not np.allclose(rows, 1)):
        raise ValueError("y holds no classes: expected labels (m,), or rows of 0s and a 1")
    return y


def decode(net, output):
    """Return the labels that net's output (m, k) stands for; the output itself for mse."""
    if net.loss == "mse":
        return output
    if net.loss == "binary_cross_entropy" and net.classes is None and output.shape[1] > 1:
        return (output > 0.5).astype(int)
    if output.shape[1] == 1:
        output = np.hstack([1 - output, output])
    index = output.argmax(axis=1)
    return index if net.classes is None else net.classes[index]

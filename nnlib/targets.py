"""Targets: from labels to the (m, k) numbers that a loss compares with, and back."""

import numpy as np

from nnlib.checks import matrix


def classes_of(labels, k):
    """Return the classes that k outputs stand for, 2 for a single one, seen in labels (m,).

    Labels 0 … k-1 need not all occur; others must be exactly k different ones, else ValueError.
    """
    found, k = np.unique(labels), max(2, k)
    if labels.dtype.kind in "iub" and len(found) and 0 <= found[0] and found[-1] < k:
        return np.arange(k)
    if len(found) != k:
        raise ValueError(f"y holds {len(found)} different labels: expected {k} classes")
    return found


def encode(net, y):
    """Return y as the (m, k) targets of net's loss; ValueError for a wrong shape or label."""
    y, k = np.asarray(y), net.layers[-1].n_out
    if y.ndim != 1 or net.loss == "mse":
        y = matrix("y", y, k, net.dtype)
        rows = y.sum(axis=1) if net.loss == "cross_entropy" else 1
        if net.loss != "mse" and (y.min() < 0 or y.max() > 1 or not np.allclose(rows, 1)):
            raise ValueError("y holds no classes: expected labels (m,), or rows of 0s and a 1")
        return y
    labels = y.astype(str) if y.dtype.kind == "O" else y
    if net.classes is None:
        net.classes = classes_of(labels, k)
    hits = labels[:, None] == net.classes
    if not np.all(hits.any(axis=1)):
        unknown = labels[~hits.any(axis=1)][0]
        raise ValueError(f"y holds the label {unknown!r}: expected one of {net.classes.tolist()}")
    return hits[:, -k:].astype(net.dtype)  # a single sigmoid: the second of two classes


def decode(net, output):
    """Return the labels that net's output (m, k) stands for; the output itself for mse."""
    if net.loss == "mse":
        return output
    if output.shape[1] == 1:
        index = (output[:, 0] > 0.5).astype(int)
    elif net.loss == "binary_cross_entropy" and net.classes is None:
        return (output > 0.5).astype(int)
    else:
        index = output.argmax(axis=1)
    return index if net.classes is None else net.classes[index]

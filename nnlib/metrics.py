"""Measures of how good predictions are."""

import numpy as np

from nnlib.checks import array, indicators, whole


def accuracy(labels, predicted):
    """Return the share of equal entries, 0 to 1, of two label arrays (m,).

    Raises ValueError for other and for different shapes.
    """
    labels = array("labels", labels, ("m",), None)
    return float(np.mean(labels == array("predicted", predicted, labels.shape, None)))


def r2_score(y, y_hat):
    """Return R² = 1 - Σ(y - y_hat)² / Σ(y - mean)², averaged over the k columns of (m, k).

    1 is perfect, 0 is as good as predicting the mean (lesson 02). A constant column counts 1 if
    it is predicted exactly, else 0. Raises ValueError for different shapes.
    """
    y = np.atleast_1d(array("y", y))
    residual = np.sum((array("y_hat", y_hat, y.shape) - y) ** 2, axis=0)
    spread = np.sum((y - y.mean(axis=0)) ** 2, axis=0) * (np.ptp(y, axis=0) > 0)
    # Of a constant column, whose spread is 0, all is left, or nothing if it is predicted exactly.
    return float(np.mean(1 - residual / np.where(spread > 0, spread, residual + (residual == 0))))


def confusion_matrix(labels, predicted, num_classes):
    """Return counts (num_classes, num_classes): true class by row, predicted class by column.

    labels and predicted hold class numbers 0 … num_classes - 1, both (m,); ValueError else.
    """
    known = np.arange(whole("num_classes", num_classes))
    rows, _ = indicators("labels", labels, ("m",), known, num_classes)
    columns, _ = indicators("predicted", predicted, (len(rows),), known, num_classes)
    return rows.T.astype(int) @ columns

"""Measures of how good predictions are."""

import numpy as np

from nnlib.checks import array, indicators, shaped, whole


def accuracy(labels, predicted):
    """Return the share of equal entries, 0 to 1, of two label arrays (m,).

    Raises ValueError for different shapes.
    """
    labels = shaped("labels", labels)
    return float(np.mean(labels == shaped("predicted", predicted, labels.shape)))


@np.errstate(divide="ignore", invalid="ignore")  # the spread of a constant column is 0
def r2_score(y, y_hat):
    """Return R² = 1 - Σ(y - y_hat)² / Σ(y - mean)², averaged over the k columns of (m, k).

    1 is perfect, 0 is as good as predicting the mean (lesson 02). A constant column counts 1 if
    it is predicted exactly, else 0. Raises ValueError for different shapes.
    """
    y = array("y", y)
    residual = np.sum((array("y_hat", y_hat, y.shape) - y) ** 2, axis=0)
    spread = np.sum((y - y.mean(axis=0)) ** 2, axis=0)
    return float(np.mean(1 - np.where(spread > 0, residual / spread, residual > 0)))


def confusion_matrix(labels, predicted, num_classes):
    """Return counts (num_classes, num_classes): true class by row, predicted class by column.

    labels and predicted hold class numbers 0 … num_classes - 1, both (m,); ValueError else.
    """
    known, labels = np.arange(whole("num_classes", num_classes)), shaped("labels", labels, ("m",))
    predicted = shaped("predicted", predicted, labels.shape)
    rows, _ = indicators("labels", labels, known, num_classes)
    columns, _ = indicators("predicted", predicted, known, num_classes)
    return rows.T.astype(int) @ columns

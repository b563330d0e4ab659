"""Measures of how good predictions are."""

import numpy as np

from nnlib.checks import array, same_shape


def accuracy(labels, predicted):
    """Return the share of equal entries, 0 to 1, of two label arrays (m,).

    Raises ValueError for different shapes.
    """
    labels, predicted = same_shape(labels=labels, predicted=predicted)
    return float(np.mean(labels == predicted))


def r2_score(y, y_hat):
    """Return R² = 1 - Σ(y - y_hat)² / Σ(y - mean)², averaged over the k columns of (m, k).

    1 is perfect, 0 is as good as predicting the mean (lesson 02). A constant column counts 1 if
    it is predicted exactly, else 0. Raises ValueError for different shapes.
    """
    y, y_hat = same_shape(y=array("y", y), y_hat=array("y_hat", y_hat))
    residual, spread = np.sum((y - y_hat) ** 2, axis=0), np.sum((y - y.mean(axis=0)) ** 2, axis=0)
    varies = spread > 0
    return float(
        np.mean(np.where(varies, 1 - residual / np.where(varies, spread, 1), residual == 0))
    )


def confusion_matrix(labels, predicted, num_classes):
    """Return counts (num_classes, num_classes): true class by row, predicted class by column.

    labels and predicted hold class numbers 0 … num_classes - 1, both (m,); ValueError else.
    """
    labels, predicted = same_shape(labels=labels, predicted=predicted)
    for name, values in (("labels", labels), ("predicted", predicted)):
        if values.dtype.kind not in "iu" or not 0 <= values.min() <= values.max() < num_classes:
            raise ValueError(f"{name} are {values}: expected class numbers 0 … {num_classes - 1}")
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (labels, predicted), 1)
    return counts

"""The library's networks as scikit-learn estimators, for pipelines, cross-validation, grid search.

This module alone imports scikit-learn; the networks and their training are nnlib's own.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib.checks import choose, number, whole
from nnlib.datasets import train_test_split
from nnlib.layers import Dense
from nnlib.network import Network
from nnlib.optimizers import SGD, Adam, cosine, step

OPTIMIZERS = {
    "sgd": lambda rate, momentum: SGD(rate, momentum=momentum),
    "adam": lambda rate, momentum: Adam(rate),
}
SCHEDULES = {"constant": lambda rate: rate, "cosine": cosine, "step": step}
FLOATS = (np.float64, np.float32)  # kept as they are; anything else becomes the first


class _NetworkEstimator(BaseEstimator):
    """What both estimators share: the parameters and the training."""

    def __init__(
        self,
        hidden=(32,),
        activation="relu",
        *,
        optimizer="adam",
        learning_rate=0.01,
        schedule="constant",
        momentum=0.9,
        l2=0.0,
        epochs=100,
        batch_size=32,
        early_stopping=None,
        validation_fraction=0.1,
        random_state=None,
        progress=False,
    ):
        self.hidden = hidden
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.momentum = momentum
        self.l2 = l2
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.progress = progress

    def _fit_network(self, X, y, n_out, last_activation):
        """Set network_, trained on X (m, n_in) and y: targets (m, n_out) or class numbers (m,)."""
        rng, validation = self._generator(), None
        learning_rate = number("learning_rate", self.learning_rate)
        rate = choose("schedule", self.schedule, SCHEDULES)(learning_rate)
        momentum = number("momentum", self.momentum, 0, 1)  # also where Adam does not use it
        optimizer = choose("optimizer", self.optimizer, OPTIMIZERS)(rate, momentum)
        if self.early_stopping:
            X, X_validation, y, y_validation = self._split(X, y, rng)
            validation = (X_validation, y_validation)
        several = isinstance(self.hidden, list | tuple | np.ndarray)
        hidden = [whole("hidden", size) for size in (self.hidden if several else [self.hidden])]
        sizes = [X.shape[1], *hidden, n_out]
        activations = [self.activation] * (len(sizes) - 2) + [last_activation]
        layers = [Dense(*layer) for layer in zip(sizes, sizes[1:], activations, strict=False)]
        self.network_ = Network(layers, l2=self.l2, rng=rng, dtype=X.dtype).fit(
            X,
            y,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=optimizer,
            validation_data=validation,
            early_stopping=self.early_stopping,
            progress=self.progress,
        )

    def _split(self, X, y, rng):
        try:
            return train_test_split(X, y, test_size=self.validation_fraction, random_state=rng)
        except ValueError as error:
            said = str(error).replace("test_size", "validation_fraction")
            raise ValueError(said) from None

    def _check(self, X, y, **options):
        least = 2 if self.early_stopping else 1  # a row to train on and one to validate on
        return validate_data(self, X, y, dtype=FLOATS, ensure_min_samples=least, **options)

    def _generator(self):
        if isinstance(self.random_state, np.random.Generator):
            return self.random_state
        return np.random.default_rng(check_random_state(self.random_state).randint(2**31))

    def _output(self, X):
        """Return the trained network's output (m, k) for X (m, n_in)."""
        check_is_fitted(self, "network_")
        return self.network_.predict_proba(validate_data(self, X, reset=False, dtype=FLOATS))


class NetworkRegressor(MultiOutputMixin, RegressorMixin, _NetworkEstimator):
    """A network for numbers: dense hidden layers, a linear output, the mean squared error.

    The targets are standardized inside, so that the learning rate does not depend on their units;
    the inputs are not: put a StandardScaler before it in a Pipeline. Parameters:

    hidden               sizes of the hidden layers; () makes the model linear
    activation           of the hidden layers: "relu", "tanh", "sigmoid", "identity" or "softmax"
    optimizer            "adam", or "sgd" with `momentum`
    learning_rate        of the first epoch, 0 or more
    schedule             of the learning rate: "constant", "cosine" or "step" (nnlib.optimizers)
    l2                   weight of the penalty l2/2 ΣW²
    epochs, batch_size   passes over the data, and rows per update
    early_stopping       None, or the number of epochs without a lower validation loss after which
                         training stops and the best parameters are taken back
    validation_fraction  share (or number) of the rows kept for that, if early_stopping is set
    random_state         None, a seed, a NumPy RandomState or Generator
    progress             True for a bar while training, None for one on long runs

    After `fit`: network_ (the trained Network, network_.history has the losses), n_features_in_,
    feature_names_in_, y_mean_ and y_scale_. float32 inputs are trained on and answered in float32.
    `fit` raises ValueError for parameters and data that Network refuses, and if training diverges.
    """

    def fit(self, X, y):
        """Train on X (m, n_in) and y (m,) or (m, k), and return self."""
        X, y = self._check(X, y, multi_output=True, y_numeric=True)
        y = y.astype(np.float64, copy=False)  # squares of float32 would end at 1e38
        scale = y.std(axis=0)
        mean, scale = y.mean(axis=0), np.where(scale > 0, scale, 1)
        targets = ((y - mean) / scale).reshape(len(y), -1).astype(X.dtype)
        self._fit_network(X, targets, targets.shape[1], "identity")
        self.y_mean_, self.y_scale_ = mean, scale
        return self

    def predict(self, X):
        """Return y_hat for X (m, n_in), in the shape that y had in `fit`: (m,) or (m, k)."""
        y_hat = self._output(X).reshape(-1, *np.shape(self.y_mean_))
        return (y_hat * self.y_scale_ + self.y_mean_).astype(y_hat.dtype, copy=False)


class NetworkClassifier(ClassifierMixin, _NetworkEstimator):
    """A network for labels: dense hidden layers, a softmax output, the cross-entropy.

    The parameters are those of NetworkRegressor, and so is what `fit` sets, with classes_ instead
    of y_mean_ and y_scale_: the labels in order, integers or strings, at least two of them.
    """

    def fit(self, X, y):
        """Train on X (m, n_in) and labels y (m,), and return self."""
        X, y = self._check(X, y)
        check_classification_targets(y)
        classes, index = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            (label,) = classes.tolist()
            raise ValueError(f"y has one class, {label!r}: expected at least two classes")
        self._fit_network(X, index, len(classes), "softmax")
        self.classes_ = classes
        return self

    def predict_proba(self, X):
        """Return the probabilities (m, n_classes) for X (m, n_in), columns as in classes_."""
        return self._output(X)

    def predict(self, X):
        """Return the most probable label of every row of X (m, n_in), shape (m,)."""
        best = self._output(X).argmax(axis=1)
        return self.classes_[best]

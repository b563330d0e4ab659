"""The network: layers in a row, a loss at the end, and what one does with them."""

import json
import os
from copy import copy
from zipfile import BadZipFile

import numpy as np

from nnlib.checks import array, choose, number, shaped, whole
from nnlib.layers import Dense
from nnlib.losses import LOSSES
from nnlib.metrics import accuracy, r2_score
from nnlib.optimizers import SGD, Optimizer
from nnlib.targets import decode, encode
from nnlib.training import new_history, train

LOSS_FOR = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
CHUNK_ROWS = 4096  # a pass over all data goes in chunks, so that its memory stays small


class Network:
    """Dense layers in a row with a loss: "mse", "cross_entropy" or "binary_cross_entropy".

    All parameters live in one flat vector `parameters`, their derivatives in `gradients`; the
    layers hold views of both. loss None takes the one that fits the last activation. `l2` adds
    l2/2 · ΣW² to what is minimised. `rng` is a seed or a Generator, dtype float32 or float64.
    Raises ValueError for layers that do not fit each other or the loss.
    """

    def __init__(self, layers, loss=None, l2=0.0, rng=None, dtype=np.float64):
        self.layers, self.rng = [copy(layer) for layer in layers], np.random.default_rng(rng)
        if not self.layers or not all(isinstance(layer, Dense) for layer in self.layers):
            raise ValueError(f"layers are {self.layers}: expected at least one Dense, all Dense")
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            if before.n_out != after.n_in:
                raise ValueError(f"{before} gives {before.n_out}: expected it before {after}")
        last = self.layers[-1].activation
        self.loss = LOSS_FOR.get(last, "mse") if loss is None else loss
        self.loss_value, self.loss_delta, expected = choose("loss", self.loss, LOSSES)
        if expected not in (None, last):
            raise ValueError(f"the last activation is {last}: {loss} expects {expected}")
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype is {dtype}: expected float32 or float64")
        self.l2, self.history, self.classes = number("l2", l2, 0), new_history(), None
        self.bind(dtype)
        for layer in self.layers:
            layer.initialise(self.rng)

    def bind(self, dtype, parameters=0):
        """Put all parameters into one flat vector of dtype, all derivatives into another."""
        ends = np.cumsum([(layer.n_in + 1) * layer.n_out for layer in self.layers])
        vectors = np.zeros((2, ends[-1]), dtype)
        self.dtype, self.parameters, self.gradients = vectors.dtype, *vectors
        self.parameters[:] = parameters
        for layer, part in zip(self.layers, np.split(vectors, ends[:-1], axis=1), strict=True):
            layer.bind(part)

    def __setstate__(self, state):  # a copy's layers are views of the copy's vectors
        self.__dict__.update(state, layers=[copy(layer) for layer in state["layers"]])
        self.bind(self.dtype, self.parameters)

    @classmethod
    def from_config(cls, config, **options):
        """Return a network of layers {"input_dim": 2, "output_dim": 25, "activation": "relu"}, ….

        The other keys of a layer are the arguments of Dense, the options those of Network.
        Raises TypeError for other names.
        """

        def dense(input_dim, output_dim, **others):
            return Dense(input_dim, output_dim, **others)

        return cls([dense(**layer) for layer in config], **options)

    def forward(self, X):
        """Return the output (m, k) for X (m, n_in), and keep z and a in every layer."""
        a = np.asarray(X, self.dtype)
        for layer in self.layers:
            a = layer.forward(a)
        return a

    def backward(self, y):
        """Fill `gradients` for targets y (m, k) after `forward` (lesson 04)."""
        y = np.asarray(y)
        if y.shape != self.layers[-1].a.shape:  # NumPy would silently make a table of (m,), (m, 1)
            shaped("y", y, self.layers[-1].a.shape)
        delta = self.loss_delta(y, self.layers[-1])
        for i in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[i]
            layer.backward(delta)
            if self.l2:
                layer.dW += self.l2 * layer.W
            if i:  # before the first layer there are data: nothing to learn there
                delta = self.layers[i - 1].error_term(delta.dot(layer.W.T))

    def last_z(self, X):
        """Return the last layer's z (m, k) for X (m, n_in), chunk by chunk."""
        z = np.empty((len(X), self.layers[-1].n_out), self.dtype)
        for start in range(0, len(X), CHUNK_ROWS):
            self.forward(X[start : start + CHUNK_ROWS])
            z[start : start + CHUNK_ROWS] = self.layers[-1].z
        return z

    def loss_of(self, y, z):
        """Return the loss, penalty included, of targets y (m, k) and the last layer's z."""
        penalty = sum(float(np.sum(layer.W**2)) for layer in self.layers)
        return self.loss_value(y, z, self.layers[-1].g) + self.l2 / 2 * penalty

    def _check(self, X, y):
        X, y = array("X", X, ("m", self.layers[0].n_in), self.dtype), shaped("y", y)
        if y.shape[:1] != (len(X),):
            raise ValueError(f"X has {len(X)} rows and y has shape {y.shape}: expected as many")
        return X, encode(self, y)

    def compute_loss(self, X, y):
        """Return the loss, penalty included, for X (m, n_in) and y as for `fit`."""
        X, y = self._check(X, y)
        return self.loss_of(y, self.last_z(X))

    def loss_and_gradients(self, X, y):
        """Return the loss and a copy of its flat gradient for X (m, n_in) and y as for `fit`."""
        X, y = self._check(X, y)
        self.forward(X)
        self.backward(y)
        return self.loss_of(y, self.layers[-1].z), self.gradients.copy()

    def fit(self, X, y, epochs=100, batch_size=32, optimizer=None, validation_data=None,
            early_stopping=None, callback=None, rng=None, progress=None):  # fmt: skip
        """Train on X (m, n_in) and y, from the present parameters on, and return the network.

        y is (m, k) for mse; labels (m,), integers or strings, or one-hot (m, k) for the
        cross-entropies. optimizer: SGD(0.1) if None. validation_data (X, y): its loss is recorded
        after every epoch. early_stopping: stop after that many epochs without a lower validation
        loss, and take the best parameters back. callback(net, epoch) after every epoch; a true
        result stops. rng: seed or Generator of the shuffling, the network's own if None. progress:
        True or False for a bar, None for one on runs over 2 seconds.
        This run's `history` has the lists loss, validation_loss and learning_rate, one entry an
        epoch, and with validation_data the best_epoch. Raises ValueError for bad input; warns and
        stops if training diverges. Ctrl-C leaves the parameters and the history so far.
        """
        epochs, batch_size = whole("epochs", epochs, 1), whole("batch_size", batch_size, 1)
        optimizer, rng = optimizer or SGD(), self.rng if rng is None else np.random.default_rng(rng)
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"optimizer is {optimizer!r}: expected one such as SGD(0.1)")
        if early_stopping is not None:
            whole("early_stopping", early_stopping, 1)
            if validation_data is None:
                raise ValueError("early_stopping is given without validation_data: expected both")
        X, y = self._check(X, y)
        if validation_data is not None:
            X_new, y_new = validation_data
            validation_data = self._check(X_new, y_new)
        self.history, rest = new_history(), (early_stopping, callback, rng, progress)
        with np.errstate(over="ignore", invalid="ignore"):  # training itself says what diverges
            train(self, X, y, validation_data, epochs, batch_size, optimizer, *rest)
        return self

    def predict_proba(self, X):
        """Return the output (m, k) for X (m, n_in): probabilities, or y_hat for mse."""
        X = array("X", X, ("m", self.layers[0].n_in), self.dtype)
        return self.layers[-1].g(self.last_z(X))

    def predict(self, X):
        """Return labels (m,) for X (m, n_in), 0s and 1s (m, k) for several sigmoids that were
        trained on such rows, or y_hat (m, k) for mse."""
        return decode(self, self.predict_proba(X))

    def score(self, X, y):
        """Return the accuracy of the predicted labels, or R² for mse; y as for `fit`."""
        X, y = self._check(X, y)
        measure = r2_score if self.loss == "mse" else accuracy
        return measure(decode(self, y), self.predict(X))

    def save(self, path, overwrite=False):
        """Write the network to a .npz file; FileExistsError if there is one, unless overwrite."""
        if os.path.exists(path) and not overwrite:
            raise FileExistsError(f"{path} exists: expected a new name, or overwrite=True")
        layers = [(layer.n_in, layer.n_out, layer.activation) for layer in self.layers]
        about = json.dumps({"layers": layers, "loss": self.loss, "l2": self.l2})
        classes = [] if self.classes is None else self.classes
        with open(path, "wb") as file:  # an open file: savez would append .npz to a name
            np.savez(file, about=about, parameters=self.parameters, classes=classes)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote at path; ValueError if it is another file."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
                about, parameters, classes = (arrays[k] for k in ("about", "parameters", "classes"))
            about = json.loads(str(about))
            about["layers"] = [Dense(*layer) for layer in about["layers"]]
            net = cls(**about, dtype=parameters.dtype)
            net.parameters[:], net.classes = parameters, classes if classes.size else None
        except (ValueError, KeyError, EOFError, TypeError, BadZipFile) as error:
            raise ValueError(f"{path} holds no network: expected a file that save wrote") from error
        return net

    def __repr__(self):
        layers = "".join(f"    {layer},\n" for layer in self.layers)
        return f"Network([\n{layers}], loss={self.loss!r})  # {self.parameters.size} parameters"

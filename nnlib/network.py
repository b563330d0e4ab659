"""The network: layers in a row, a loss at the end, and what one does with them."""

import json
from numbers import Integral
from pathlib import Path

import numpy as np

from nnlib.checks import choose, matrix, number
from nnlib.layers import Dense
from nnlib.losses import LOSSES
from nnlib.metrics import accuracy, r2_score
from nnlib.optimizers import SGD
from nnlib.targets import decode, encode
from nnlib.training import History, train

LOSS_FOR = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}
CHUNK_ROWS = 4096  # a pass over all data goes in chunks, so that its memory stays small
CONFIG_NAMES = {"input_dim": "n_in", "output_dim": "n_out", "activation": "activation"}


class Network:
    """Dense layers in a row with a loss: "mse", "cross_entropy" or "binary_cross_entropy".

    All parameters live in one flat vector `parameters`, their derivatives in `gradients`; the
    layers hold views of both. loss None takes the one that fits the last activation. `l2` adds
    l2/2 · ΣW² to what is minimised. `rng` is a seed or a Generator, dtype float32 or float64.
    Raises ValueError for layers that do not fit each other or the loss.
    """

    def __init__(self, layers, loss=None, l2=0.0, rng=None, dtype=np.float64):
        self.layers, self.rng, self.dtype = (
            list(layers),
            np.random.default_rng(rng),
            np.dtype(dtype),
        )
        if not self.layers or not all(isinstance(layer, Dense) for layer in self.layers):
            raise ValueError(f"layers are {self.layers}: expected at least one Dense, all Dense")
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            if before.n_out != after.n_in:
                raise ValueError(f"{before} gives {before.n_out}: expected it before {after}")
        last = self.layers[-1].activation
        self.loss = LOSS_FOR.get(last, "mse") if loss is None else loss
        self.loss_function = choose("loss", self.loss, LOSSES)
        if self.loss_function.activation not in (None, last):
            expected = self.loss_function.activation
            raise ValueError(f"the last activation is {last}: {loss} expects {expected}")
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype is {self.dtype}: expected float32 or float64")
        self.l2, self.history, self.classes = number("l2", l2, 0), History(), None
        ends = np.cumsum([layer.size for layer in self.layers])
        self.parameters, self.gradients = np.zeros((2, ends[-1]), self.dtype)
        for layer, end in zip(self.layers, ends, strict=True):
            part = slice(end - layer.size, end)
            layer.bind(self.parameters[part], self.gradients[part], self.rng)

    @classmethod
    def from_config(cls, config, **options):
        """Return a network of layers {"input_dim": 2, "output_dim": 25, "activation": "relu"}, ….

        The options are those of Network. Raises ValueError for other keys.
        """
        for entry in config:
            if set(entry) != set(CONFIG_NAMES):
                raise ValueError(f"a layer has keys {list(entry)}: expected {list(CONFIG_NAMES)}")
        named = [{CONFIG_NAMES[key]: entry[key] for key in entry} for entry in config]
        return cls([Dense(**entry) for entry in named], **options)

    def config(self):
        """Return the description of the layers that `from_config` takes."""
        names = CONFIG_NAMES.items()
        return [{key: getattr(layer, name) for key, name in names} for layer in self.layers]

    def forward(self, X):
        """Return the output (m, k) for X (m, n_in), and keep z and a in every layer."""
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, y):
        """Fill `gradients` for targets y (m, k) after `forward` (lesson 04)."""
        delta = self.loss_function.delta(y, self.layers[-1])
        for i in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[i]
            layer.backward(delta)
            if self.l2:
                layer.dW += self.l2 * layer.W
            if i:  # before the first layer there are data: nothing to learn there
                delta = self.layers[i - 1].error_term(layer.input_gradient(delta))

    def loss_of(self, y, output):
        """Return the loss, penalty included, of targets y (m, k) and an output layer's z."""
        value = self.loss_function.value(y, output)
        return value + self.l2 / 2 * sum(float(np.sum(layer.W**2)) for layer in self.layers)

    def mean_loss(self, X, y):
        """Return the loss over X (m, n_in), y (m, k), both checked already, chunk by chunk."""
        total = 0.0
        for start in range(0, len(X), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            self.forward(X[rows])
            total += self.loss_of(y[rows], self.layers[-1]) * len(X[rows])
        return total / len(X)

    def _check(self, X, y):
        if len(X) != len(y):
            raise ValueError(f"X has {len(X)} rows and y has {len(y)}: expected as many")
        return matrix("X", X, self.layers[0].n_in, self.dtype), encode(self, y)

    def compute_loss(self, X, y):
        """Return the loss, penalty included, for X (m, n_in) and y as for `fit`."""
        return self.mean_loss(*self._check(X, y))

    def loss_and_gradients(self, X, y):
        """Return the loss and a copy of its flat gradient for X (m, n_in) and y as for `fit`."""
        X, y = self._check(X, y)
        self.forward(X)
        self.backward(y)
        return self.loss_of(y, self.layers[-1]), self.gradients.copy()

    def fit(
        self,
        X,
        y,
        epochs=100,
        batch_size=32,
        optimizer=None,
        validation_data=None,
        early_stopping=None,
        callback=None,
        rng=None,
        progress=None,
    ):
        """Train on X (m, n_in) and y, from the present parameters on, and return the network.

        y is (m, k) for mse; labels (m,), integers or strings, or one-hot (m, k) for the
        cross-entropies. optimizer: SGD(0.1) if None. validation_data (X, y): its loss is recorded
        after every epoch. early_stopping: stop after that many epochs without a lower validation
        loss, and take the best parameters back. callback(net, epoch) after every epoch; a true
        result stops. rng: seed or Generator of the shuffling, the network's own if None. progress:
        True or False for a bar, None for one on runs over 2 seconds. `history` is this run's.
        Raises ValueError for bad input; warns if the loss diverges. Ctrl-C leaves the parameters
        and the history so far.
        """
        counts = {"epochs": epochs, "batch_size": batch_size, "early_stopping": early_stopping or 1}
        for name, value in counts.items():
            number(name, value, 1, kind=Integral)
        if early_stopping and validation_data is None:
            raise ValueError("early_stopping is given without validation_data: expected both")
        X, y = self._check(X, y)
        validation = validation_data and self._check(*validation_data)
        optimizer, rng = optimizer or SGD(), self.rng if rng is None else np.random.default_rng(rng)
        self.history, rest = History(), (early_stopping, callback, rng, progress)
        with np.errstate(over="ignore", invalid="ignore"):  # training itself says what diverges
            train(self, X, y, validation, epochs, batch_size, optimizer, *rest)
        return self

    def predict_proba(self, X):
        """Return the output (m, k) for X (m, n_in): probabilities, or y_hat for mse."""
        X = matrix("X", X, self.layers[0].n_in, self.dtype)
        chunks = range(0, len(X), CHUNK_ROWS)
        return np.concatenate([self.forward(X[start : start + CHUNK_ROWS]) for start in chunks])

    def predict(self, X):
        """Return labels (m,) for X (m, n_in), 0s and 1s (m, k) for several sigmoids that were
        trained on such rows, or y_hat (m, k) for mse."""
        return decode(self, self.predict_proba(X))

    def score(self, X, y):
        """Return the accuracy of the predicted labels, or R² for mse; y as for `fit`."""
        X, y = self._check(X, y)
        measure = r2_score if self.loss == "mse" else accuracy
        return measure(decode(self, y), self.predict(X))

    def copy(self, dtype=None):
        """Return a network with the same parameters, in another dtype if one is given."""
        options = {"loss": self.loss, "l2": self.l2, "dtype": dtype or self.dtype}
        twin = Network.from_config(self.config(), **options)
        twin.parameters[:], twin.classes = self.parameters, self.classes
        return twin

    def save(self, path, overwrite=False):
        """Write the network to a .npz file; FileExistsError if there is one, unless overwrite."""
        path = Path(path)
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} exists: expected a new name, or overwrite=True")
        about = json.dumps({"config": self.config(), "loss": self.loss, "l2": self.l2})
        classes = [] if self.classes is None else self.classes
        with open(path, "wb") as file:  # an open file: savez would append .npz to a name
            np.savez(file, about=about, parameters=self.parameters, classes=classes)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote at path; ValueError if it is another file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                about, parameters, classes = (file[k] for k in ("about", "parameters", "classes"))
            net = cls.from_config(**json.loads(str(about)), dtype=parameters.dtype)
            net.parameters[:], net.classes = parameters, classes if classes.size else None
        except (ValueError, KeyError, EOFError, TypeError) as error:
            raise ValueError(f"{path} holds no network: expected a file that save wrote") from error
        return net

    def __repr__(self):
        layers = "".join(f"    {layer},\n" for layer in self.layers)
        return f"Network([\n{layers}], loss={self.loss!r})  # {self.parameters.size} parameters"

"""The network: layers in a row, a loss at the end, and what one does with them."""

import os
from copy import copy

import numpy as np

from nnlib.checks import array, check_data, choose, expect, number, whole
from nnlib.layers import Dense
from nnlib.losses import LOSSES
from nnlib.metrics import accuracy, r2_score
from nnlib.optimizers import SGD
from nnlib.training import train


class Network:
    """Dense layers in a row with a loss: "mse", "cross_entropy" or "binary_cross_entropy".

    All parameters live in one flat vector `parameters`, their derivatives in `gradients`; the
    layers hold views of both. loss None takes the first of LOSSES that fits. `l2` adds
    l2/2 · ΣW² to what is minimised. `rng` is a seed or a Generator, dtype float32 or float64.
    `history` is None before `fit`. Raises ValueError for layers that do not fit each other or the
    loss.
    """

    def __init__(self, layers, loss=None, l2=0.0, rng=None, dtype=np.float64):
        fits = isinstance(layers, list | tuple) and {isinstance(a, Dense) for a in layers} == {True}
        expect(fits, f"layers are {layers!r}", "a list of one Dense or more")
        self.layers, self.rng = [copy(layer) for layer in layers], np.random.default_rng(rng)
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            expect(before.n_out == after.n_in, f"{after} follows {before}", f"n_in {before.n_out}")
        last = self.layers[-1]
        fitting = {name: name for name, (*_, g) in LOSSES.items() if g in (last.activation, None)}
        self.loss = choose(f"loss after {last.activation}", loss or next(iter(fitting)), fitting)
        expect(self.loss != "cross_entropy" or last.n_out > 1, "softmax has 1 output", "2 or more")
        self.l2, self.history, self.classes = number("l2", l2), None, np.array([])
        expect(dtype in map(np.dtype, ("f4", "f8")), f"dtype is {dtype}", "float32 or float64")
        start = np.concatenate([layer.start(self.rng) for layer in self.layers])
        self.bind(array("init", start, dtype=dtype))

    def bind(self, parameters):
        """Copy all parameters into one flat vector; make every layer's W, b, dW, db views."""
        vectors = np.stack([parameters, np.zeros_like(parameters)])
        self.dtype, self.parameters, self.gradients = vectors.dtype, *vectors
        ends = np.cumsum([(layer.n_in + 1) * layer.n_out for layer in self.layers])
        for layer, part in zip(self.layers, np.split(vectors, ends[:-1], axis=1), strict=True):
            layer.W, layer.dW = part[:, : -layer.n_out].reshape(2, layer.n_in, layer.n_out)
            layer.b, layer.db = part[:, -layer.n_out :]

    def __setstate__(self, state):  # a copy's layers are views of the copy's vectors
        self.__dict__.update(state, layers=[copy(layer) for layer in state["layers"]])
        self.bind(self.parameters)

    @classmethod
    def from_config(cls, config, **options):
        """Return a network of layers {"input_dim": 2, "output_dim": 25, "activation": "relu"}, ….

        A layer's keys are the arguments of Dense, the options those of Network. Raises TypeError
        for other names.
        """
        return cls([Dense(**layer) for layer in config], **options)

    def forward(self, X):
        """Return the output (m, k) for X (m, n_in), and keep z and a in every layer."""
        a = np.asarray(X, self.dtype)
        for layer in self.layers:
            a = layer.forward(a)
        return a

    def backward(self, y):
        """Fill `gradients` for targets y (m, k) after `forward` (lesson 04)."""
        out = self.layers[-1]
        # Of (m,) and (m, 1) NumPy would make a table, and of two dtypes the wider one.
        y = np.asarray(y, self.dtype) if np.shape(y) == out.a.shape else array("y", y, out.a.shape)
        delta = LOSSES[self.loss][1](y, out)
        for i, layer in reversed([*enumerate(self.layers)]):
            layer.backward(delta)
            if self.l2:
                layer.dW += self.l2 * layer.W
            if i:  # before the first layer there are data: nothing to learn there
                delta = self.layers[i - 1].error_term(delta.dot(layer.W.T))

    def loss_of(self, y, z):
        """Return the loss, penalty included, of targets y (m, k) and the last layer's z."""
        penalty = sum(float(np.sum(layer.W**2)) for layer in self.layers)
        return LOSSES[self.loss][0](y, z, self.layers[-1].g) + self.l2 / 2 * penalty

    def compute_loss(self, X, y):
        """Return the loss, penalty included, for X (m, n_in) and y as for `fit`."""
        X, y, _ = check_data(self, X, y, self.classes)
        self.forward(X)
        return self.loss_of(y, self.layers[-1].z)

    def fit(self, X, y, epochs=100, batch_size=32, optimizer=None, validation_data=None,
            early_stopping=None, callback=None, progress=None):  # fmt: skip
        """Train on X (m, n_in) and y, from the present parameters on, and return the network.

        y is (m, k) for mse; labels (m,), integers or strings, or one-hot (m, k) for the
        cross-entropies. optimizer: SGD(0.1) if None. validation_data (X, y): its loss is recorded
        after every epoch. early_stopping: stop after that many epochs without a lower validation
        loss, and take the best parameters back. callback(net, epoch) after every epoch; a true
        result stops. progress: True or False for a bar, None for one on runs over 2 seconds.
        This run's `history` has the lists loss, validation_loss and learning_rate, one entry an
        epoch, and with validation_data the best_epoch, counted from 0. Raises ValueError for bad
        input and if training diverges, then with the parameters from before, with early_stopping
        the best. Ctrl-C leaves the parameters so far, with early_stopping the best, and the
        history; the last epoch may have left only some of its entries.
        """
        epochs, batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
        optimizer = SGD() if optimizer is None else copy(optimizer)
        expect(isinstance(optimizer, SGD), f"optimizer is {optimizer!r}", "one like SGD(0.1)")
        patience = None if early_stopping is None else whole("early_stopping", early_stopping)
        pair = isinstance(validation_data, tuple | list) and len(validation_data) == 2
        expect(pair or validation_data is None, "validation_data is no pair", "(X, y)")
        X, y, classes = check_data(self, X, y, self.classes)
        unseen = pair and check_data(self, *validation_data, classes, "validation ")[:2]
        expect(unseen or not patience, "early_stopping has no validation_data", "both")
        self.classes = classes if classes.size else np.arange(max(2, y.shape[1]))
        train(self, X, y, unseen, epochs, batch_size, optimizer, patience, callback, progress)
        return self

    def predict_proba(self, X):
        """Return the output (m, k) for X (m, n_in): probabilities, or y_hat for mse."""
        return self.forward(array("X", X, ("m", self.layers[0].n_in), self.dtype))

    def labels_of(self, output):
        """Return the labels that an output (m, k) stands for; the output itself for mse."""
        if self.loss == "mse":
            return output
        index = output.argmax(axis=1) if output.shape[1] > 1 else (output[:, 0] > 0.5).astype(int)
        return self.classes[index] if self.classes.size else index

    def predict(self, X):
        """Return labels (m,) for X (m, n_in), or y_hat (m, k) for mse."""
        return self.labels_of(self.predict_proba(X))

    def score(self, X, y):
        """Return the accuracy of the predicted labels, or R² for mse; y as for `fit`."""
        X, y, _ = check_data(self, X, y, self.classes)
        return (r2_score if self.loss == "mse" else accuracy)(self.labels_of(y), self.predict(X))

    def save(self, path, overwrite=False):
        """Write the network to a .npz file; FileExistsError if it exists and not overwrite."""
        layers = [(layer.n_in, layer.n_out, layer.activation) for layer in self.layers]
        rest = {name: getattr(self, name) for name in ("loss", "l2", "classes", "parameters")}
        if os.path.exists(path) and not overwrite:
            raise FileExistsError(f"{path} exists: expected a new path, or overwrite=True")
        with open(f"{path}.part", "wb") as file:  # savez would append .npz to a name
            np.savez(file, layers=layers, **rest)
        os.replace(f"{path}.part", path)  # whole or not at all: the old one survives a full disk

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote at path; ValueError if it is another file."""
        with open(path, "rb") as file:
            try:
                npz = np.load(file, allow_pickle=False)
                layers = [Dense(int(n), int(k), g) for n, k, g in npz["layers"].tolist()]
                net = cls(layers, str(npz["loss"]), float(npz["l2"]), dtype=npz["parameters"].dtype)
                net.bind(array("parameters", npz["parameters"], net.parameters.shape, net.dtype))
                net.classes = npz["classes"]
            except Exception as error:  # what damage raises in NumPy and zipfile has many names
                raise ValueError(f"no network in {path}: expected a file that save made") from error
        return net

    def __repr__(self):
        layers = "".join(f"    {layer},\n" for layer in self.layers)
        return f"Network([\n{layers}], loss={self.loss!r})  # {self.parameters.size} parameters"

"""The network of lesson 07 in nnlib, scikit-learn, Keras and PyTorch: accuracy and seconds.

    python benchmarks/frameworks.py [--write]

trains 2-25-50-50-25-1 (ReLU, sigmoid at the end) on the two moons for 40 epochs of batches of 32
at a rate of 0.1 with momentum 0.9, with ten starts, the libraries in turn, on one thread. --write
records the result in nnlib/data/frameworks.json, where lesson 07 reads it. It needs what the course
itself does not: `pip install torch keras`; Keras runs on PyTorch here.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy loads its BLAS
os.environ.setdefault("KERAS_BACKEND", "torch")

import argparse
import importlib.metadata
import json
import platform
import statistics
import time
import warnings
from pathlib import Path

import numpy as np

from nnlib import SGD, Network
from nnlib.datasets import moons, train_test_split

RESULTS = Path(__file__).parent.parent / "nnlib" / "data" / "frameworks.json"
SIZES, EPOCHS, BATCH, RATE, MOMENTUM, STARTS = (25, 50, 50, 25), 40, 32, 0.1, 0.9, 10


def with_nnlib(X, labels, seed):
    """Return the trained network's answers as a function X → labels."""
    layers = [
        {"input_dim": n_in, "output_dim": n_out, "activation": "relu"}
        for n_in, n_out in zip((2, *SIZES), SIZES, strict=False)
    ]
    layers.append({"input_dim": SIZES[-1], "output_dim": 1, "activation": "sigmoid"})
    net = Network.from_config(layers, rng=seed)
    optimizer = SGD(RATE, momentum=MOMENTUM)
    net.fit(X, labels, epochs=EPOCHS, batch_size=BATCH, optimizer=optimizer, progress=False)
    return net.predict


def with_scikit_learn(X, labels, seed):
    """As above, with its MLPClassifier; its own stopping and L2 are switched off."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(
        SIZES,
        solver="sgd",
        learning_rate_init=RATE,
        momentum=MOMENTUM,
        nesterovs_momentum=False,
        batch_size=BATCH,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,
        alpha=0.0,
        random_state=seed,
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        net.fit(X, labels)
    return net.predict


def with_keras(X, labels, seed):
    """As above, with a Sequential model."""
    import keras

    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(n, activation="relu") for n in SIZES]
    output = keras.layers.Dense(1, activation="sigmoid")
    net = keras.Sequential([keras.Input((2,)), *hidden, output])
    optimizer = keras.optimizers.SGD(RATE, momentum=MOMENTUM)
    net.compile(loss="binary_crossentropy", optimizer=optimizer)
    net.fit(X, labels[:, None], epochs=EPOCHS, batch_size=BATCH, verbose=0)
    return lambda X: (net.predict(X, verbose=0)[:, 0] > 0.5).astype(int)


def with_pytorch(X, labels, seed):
    """As above, with nn.Sequential and a loop."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    sizes = (2, *SIZES)
    parts = [[nn.Linear(n, m), nn.ReLU()] for n, m in zip(sizes, SIZES, strict=False)]
    net = nn.Sequential(*(p for pair in parts for p in pair), nn.Linear(SIZES[-1], 1))
    loss_function = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    inputs = torch.tensor(X, dtype=torch.float32)
    targets = torch.tensor(labels[:, None], dtype=torch.float32)
    for _ in range(EPOCHS):
        order = torch.randperm(len(inputs))
        for rows in order.split(BATCH):
            loss = loss_function(net(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def predict(X):
        with torch.no_grad():
            return (net(torch.tensor(X, dtype=torch.float32))[:, 0] > 0).int().numpy()

    return predict


LIBRARIES = {
    "nnlib": with_nnlib,
    "scikit-learn": with_scikit_learn,
    "PyTorch": with_pytorch,
    "Keras": with_keras,
}


def measure():
    """A row for each library: accuracy over the starts, median seconds and those beside nnlib's."""
    X, labels = moons(n=1000, noise=0.2, random_state=100)
    A, B, labels_A, labels_B = train_test_split(X, labels, test_size=0.1, random_state=42)
    seconds, scores = {n: [] for n in LIBRARIES}, {n: [] for n in LIBRARIES}
    for seed in range(-1, STARTS):  # the first round only warms up
        for name, train in LIBRARIES.items():
            begin = time.process_time()
            predict = train(A, labels_A, max(seed, 0))
            if seed >= 0:
                seconds[name].append(time.process_time() - begin)
                scores[name].append(float(np.mean(predict(B) == labels_B)))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {
        name: {
            "accuracy": round(statistics.mean(scores[name]), 4),
            "standard error": round(statistics.stdev(scores[name]) / STARTS**0.5, 4),
            "lowest": round(min(scores[name]), 4),
            "seconds": round(medians[name], 3),
            "times nnlib": round(medians[name] / medians["nnlib"], 2),
        }
        for name in LIBRARIES
    }


def main():
    """Measure, print a table and record it with --write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"record the result in {RESULTS.name}")
    write = parser.parse_args().write
    rows = measure()
    print(f"{'':14}accuracy  lowest  seconds  times nnlib")
    for name, row in rows.items():
        print(
            f"{name:14}{row['accuracy']:8.3f}{row['lowest']:8.3f}"
            f"{row['seconds']:9.2f}{row['times nnlib']:13.1f}"
        )
    packages = ("numpy", "scikit-learn", "torch", "keras")
    versions = {name: importlib.metadata.version(name) for name in packages}
    machine = f"{platform.machine()}, Python {platform.python_version()}, one thread"
    if write:
        record = {"machine": machine, "versions": versions, "libraries": rows}
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

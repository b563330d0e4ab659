"""How many of 297 unseen digits networks of lesson 06 read right, and what each idea brings.

    python benchmarks/digits_accuracy.py [--choose] [--write]

prints, for the steps from the textbook network to the challenge network and for two peers, the
accuracy over ten random splits and on the split in file order, and the seconds of training; --write
records them in nnlib/data/digits_accuracy.json, where lesson 06 reads them. The settings were
chosen on ten other splits, which --choose repeats.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy loads its BLAS

import argparse
import json
import platform
import time
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from nnlib import SGD, Dense, Network, cosine
from nnlib.datasets import affine_matrix, digits

TRAIN = 1500
CHOOSING_SEEDS, REPORTED_SEEDS = range(1000, 1010), range(10)
# Inside the package: the lesson needs nothing but nnlib.
RESULTS = Path(__file__).parent.parent / "nnlib" / "data" / "digits_accuracy.json"


@dataclass(frozen=True)
class Recipe:
    """A 64-hidden-10 network and how it is trained."""

    hidden: int = 256
    activation: str = "relu"
    batch_size: int = 32
    epochs: int = 100
    rate: float = 0.05
    momentum: float = 0.9
    schedule: str = "cosine"
    moved: tuple | None = (0.2, 0.2, 0.7)  # turn, stretch and shift of the copies


CHALLENGE = Recipe()
# Without momentum the steps are ten times shorter; ten times the rate makes up for it.
PLAIN = {"momentum": 0.0, "rate": 0.5}
TEXTBOOK = Recipe(15, "sigmoid", 10, 50, 0.5, 0.0, "constant", None)
STEPS = {
    "textbook: 64-15-10, sigmoid, batches of 10": TEXTBOOK,
    "wider: 64-256-10, ReLU, batches of 32": replace(
        CHALLENGE, **PLAIN, schedule="constant", moved=None
    ),
    "and momentum": replace(CHALLENGE, schedule="constant", moved=None),
    "and a falling rate": replace(CHALLENGE, moved=None),
    "and moved copies: the challenge network": CHALLENGE,
}
WITHOUT = {
    "15 hidden neurons": replace(CHALLENGE, hidden=15),
    "no momentum, rate 0.05": replace(CHALLENGE, momentum=0.0),
    "no momentum, rate 0.5": replace(CHALLENGE, **PLAIN),
    "a constant rate": replace(CHALLENGE, schedule="constant"),
    "no moved copies": STEPS["and a falling rate"],
}
CANDIDATES = {
    "as reported": CHALLENGE,
    "rate 0.02": replace(CHALLENGE, rate=0.02),
    "rate 0.1": replace(CHALLENGE, rate=0.1),
    "50 epochs": replace(CHALLENGE, epochs=50),
    "half the moves": replace(CHALLENGE, moved=(0.1, 0.1, 0.35)),
    "1.5 times the moves": replace(CHALLENGE, moved=(0.3, 0.3, 1.05)),
}


def train(recipe, X, y, seed):
    """Return the network of a recipe, trained on X (m, 64) and one-hot y (m, 10)."""
    rng = np.random.default_rng(seed)
    layers = [Dense(64, recipe.hidden, recipe.activation), Dense(recipe.hidden, 10, "softmax")]
    net = Network(layers, rng=rng)
    rate = cosine(recipe.rate) if recipe.schedule == "cosine" else recipe.rate
    optimizer = SGD(rate, momentum=recipe.momentum)
    for epoch in range(recipe.epochs):
        optimizer.start_epoch(epoch, recipe.epochs)
        order = rng.permutation(len(X))
        for start in range(0, len(X), recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            Xb = X[rows] if recipe.moved is None else X[rows] @ affine_matrix(rng, *recipe.moved)
            net.forward(Xb)
            net.backward(y[rows])
            optimizer.update(net.parameters, net.gradients)
    return net


def network(recipe):
    """Return a function (X, labels, seed) → predict that trains the network of a recipe."""
    return lambda X, labels, seed: train(recipe, X, np.eye(10)[labels], seed).predict


def support_vectors(X, labels, seed, copies=0, C=10):
    """Train scikit-learn's SVC, on as many moved copies of every picture as well; its predict."""
    rng = np.random.default_rng(seed)
    parts = [X[start : start + 32] for start in range(0, len(X), 32)] * copies
    moved = [part @ affine_matrix(rng, *CHALLENGE.moved) for part in parts]
    return SVC(C=C).fit(np.concatenate([X, *moved]), np.tile(labels, copies + 1)).predict


def nearest_neighbour(X, labels, seed):
    """Train scikit-learn's nearest neighbour; its predict."""
    return KNeighborsClassifier(1).fit(X, labels).predict


SVC_CANDIDATES = {f"support vectors, C = {C}": partial(support_vectors, C=C) for C in (1, 10, 100)}
PEERS = {
    "nearest neighbour": nearest_neighbour,
    "support vectors": support_vectors,
    "support vectors, 9 moved copies": partial(support_vectors, copies=9),
}


def measure(fit, order, seed):
    """Return (accuracy on the rows after the first 1,500, CPU seconds of training on those)."""
    X, labels = digits()
    X, labels = X[order] / 16, labels[order]
    start = time.process_time()
    predict = fit(X[:TRAIN], labels[:TRAIN], seed)
    seconds = time.process_time() - start
    return float(np.mean(predict(X[TRAIN:]) == labels[TRAIN:])), seconds


def random_splits(fit, seeds):
    """Return the row of the table for random splits, one for each seed."""
    pairs = [measure(fit, np.random.default_rng(seed).permutation(1797), seed) for seed in seeds]
    scores, seconds = zip(*pairs, strict=True)
    return {
        "mean": round(float(np.mean(scores)), 4),
        "lowest": round(min(scores), 4),
        "highest": round(max(scores), 4),
        "standard error": round(float(np.std(scores, ddof=1)) / len(scores) ** 0.5, 4),
        "longest seconds": round(max(seconds), 2),
    }


def with_other_writers(fit, seeds):
    """Return the mean accuracy on the last 297 digits of the file, over starts with the seeds."""
    return round(float(np.mean([measure(fit, np.arange(1797), seed)[0] for seed in seeds])), 4)


def table(title, methods, seeds, file_order=False):
    """Measure and print methods {name: fit}; return their rows {name: {…}}."""
    print(f"\n{title:44}  mean  lowest highest ±      seconds" + "  other writers" * file_order)
    rows = {}
    for method, fit in methods.items():
        rows[method] = row = random_splits(fit, seeds)
        if file_order:
            row["other writers"] = with_other_writers(fit, seeds)
        print(f"{method:44}", *(f"{value:6.4g}" for value in row.values()), flush=True)
    return rows


def networks(recipes):
    """Return {name: fit} for {name: recipe}."""
    return {name: network(recipe) for name, recipe in recipes.items()}


def main():
    """Measure, print, and record if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--choose", action="store_true", help="compare settings on other splits")
    parser.add_argument("--write", action="store_true", help="record the results")
    options = parser.parse_args()
    if options.choose:
        table(
            "settings, on the choosing splits",
            networks(CANDIDATES) | SVC_CANDIDATES,
            CHOOSING_SEEDS,
        )
        return
    record = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, one thread",
        "challenge network": asdict(CHALLENGE),
        "splits": {"chosen on seeds": [1000, 1009], "reported on seeds": [0, 9]},
        "steps": table("step by step", networks(STEPS), REPORTED_SEEDS, file_order=True),
        "challenge network with": table(
            "the challenge network with", networks(WITHOUT), REPORTED_SEEDS
        ),
        "peers": table("peers", PEERS, REPORTED_SEEDS, file_order=True),
    }
    if options.write:
        RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

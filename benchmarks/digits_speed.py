"""Training 64-15-10 on the digits: seconds of nnlib beside its peers, in one interleaved run.

    python benchmarks/digits_speed.py [--write]

prints the medians and ratios, the cost of a cold process, and the memory that large data add;
--write records them in benchmarks/results/digits_speed.json.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy loads its BLAS

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import peers

from nnlib import SGD, Dense, Network
from nnlib.datasets import digits

ROUNDS, EPOCHS, BATCH_SIZE, RATE = 7, 50, 10, 0.5
RESULTS = Path(__file__).parent / "results" / "digits_speed.json"

COLD = """
import time; start = time.perf_counter()
from nnlib import SGD, Dense, Network
from nnlib.datasets import digits
X, labels = digits()
net = Network([Dense(64, 15, "sigmoid"), Dense(15, 10, "softmax")], rng=0)
net.fit(X[:1500] / 16, labels[:1500], epochs=50, batch_size=10, optimizer=SGD(0.5))
import resource
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

LARGE = """
import resource
import numpy as np
from nnlib import SGD, Dense, Network
rng = np.random.default_rng(0)
X = rng.random((60000, 784), dtype=np.float32)
labels = rng.integers(0, 10, 60000)
Network([Dense(784, 128, "relu"), Dense(128, 10, "softmax")], rng=0, dtype=np.float32).fit(
    X[:256], labels[:256], epochs=1, batch_size=128)  # what the first call loads is no data
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
net = Network([Dense(784, 128, "relu"), Dense(128, 10, "softmax")], rng=0, dtype=np.float32)
net.fit(X, labels, epochs=1, batch_size=128, optimizer=SGD(0.1))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def ours(X, labels, epochs, batch_size, rate, seed):
    """Train nnlib's network; return its predict."""
    net = Network([Dense(64, 15, "sigmoid"), Dense(15, 10, "softmax")], rng=seed)
    net.fit(X, labels, epochs=epochs, batch_size=batch_size, optimizer=SGD(rate), progress=False)
    return net.predict


RUNS = {
    "nnlib": ours,
    "plain vectorised loop": peers.plain_vectorised,
    "scikit-learn": peers.scikit_learn,
    "per-example loop": peers.per_example,
}


def interleaved_medians():
    """Return {name: (median seconds, accuracy)} of ROUNDS rounds in which each runs once."""
    X, labels = digits()
    X, rows = X / 16, np.random.default_rng(0).permutation(len(X))
    train, test = rows[:1500], rows[1500:]
    seconds, accuracy = {name: [] for name in RUNS}, {}
    for _ in range(ROUNDS):
        for name, run in RUNS.items():
            start = time.perf_counter()
            predict = run(X[train], labels[train], EPOCHS, BATCH_SIZE, RATE, seed=0)
            seconds[name].append(time.perf_counter() - start)
            accuracy[name] = float(np.mean(predict(X[test]) == labels[test]))
    return {name: (statistics.median(seconds[name]), accuracy[name]) for name in RUNS}


def in_process(code):
    """Return the numbers that code prints in a fresh Python process."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def main():
    """Measure, print, and record if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="record the results")
    write = parser.parse_args().write
    medians = interleaved_medians()
    own = medians["nnlib"][0]
    for name, (seconds, accuracy) in medians.items():
        print(
            f"{name:22} {seconds:6.3f} s  nnlib/this {own / seconds:5.2f}  accuracy {accuracy:.3f}"
        )
    cold = min((in_process(COLD) for _ in range(ROUNDS)), key=lambda pair: pair[0])
    large_kb = min(in_process(LARGE)[0] for _ in range(3))
    print(f"cold process: {cold[0]:.2f} s, {cold[1] / 1024:.0f} MB")
    print(f"60,000×784 in float32 adds {large_kb / 1024:.1f} MB to the data")
    if write:
        record = {
            "machine": f"{platform.machine()}, Python {platform.python_version()}, "
            f"NumPy {np.__version__}, one thread",
            "medians of": ROUNDS,
            "seconds": {name: round(pair[0], 3) for name, pair in medians.items()},
            "nnlib / this": {name: round(own / pair[0], 2) for name, pair in medians.items()},
            "accuracy": {name: round(pair[1], 3) for name, pair in medians.items()},
            "cold process": {"seconds": round(cold[0], 2), "MB": round(cold[1] / 1024)},
            "60,000×784 adds MB": round(large_kb / 1024, 1),
        }
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

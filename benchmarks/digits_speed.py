"""Training 64-15-10 on the digits: seconds of nnlib beside its peers, in one interleaved run.

    python benchmarks/digits_speed.py [--write]

prints the medians and ratios, the cost of a cold process, and the memory that large data add;
--write records them in benchmarks/results/digits_speed.json and in benchmarks/README.md.
Seconds are the processor's: on a quiet machine those of the clock, on a busy one still comparable.
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
from importlib.metadata import version
from pathlib import Path

import numpy as np
import peers

from nnlib import SGD, Dense, Network
from nnlib.datasets import digits

ROUNDS, EPOCHS, BATCH_SIZE, RATE = 7, 50, 10, 0.5
HERE = Path(__file__).parent
RESULTS, README = HERE / "results" / "digits_speed.json", HERE / "README.md"
MARKS = "<!-- digits_speed begins -->\n", "<!-- digits_speed ends -->\n"

COLD = """
from memory import peak_mb
from nnlib import SGD, Dense, Network
from nnlib.datasets import digits
X, labels = digits()
net = Network([Dense(64, 15, "sigmoid"), Dense(15, 10, "softmax")], rng=0)
net.fit(X[:1500] / 16, labels[:1500], epochs=50, batch_size=10, optimizer=SGD(0.5))
print(peak_mb())
"""

LARGE = """
import numpy as np
from memory import peak_mb
from nnlib import SGD, Dense, Network
rng = np.random.default_rng(0)
X = rng.random((60000, 784), dtype=np.float32)
labels = rng.integers(0, 10, 60000)
def network():
    return Network([Dense(784, 128, "relu"), Dense(128, 10, "softmax")], rng=0, dtype=np.float32)
network().fit(X[:256], labels[:256], epochs=1, batch_size=128)  # what the first call loads
before = peak_mb()
network().fit(X, labels, epochs=1, batch_size=128, optimizer=SGD(0.1))
print(peak_mb() - before)
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
# The most that nnlib may take: of each peer's seconds, and by itself.
LIMITS = {"plain vectorised loop": 0.7, "scikit-learn": 0.33, "per-example loop": 0.2}
COLD_SECONDS, COLD_MB, LARGE_MB = 0.5, 60, 20


def interleaved():
    """Return {name: seconds of each of ROUNDS rounds in which each runs once}, {name: accuracy}."""
    X, labels = digits()
    X, rows = X / 16, np.random.default_rng(0).permutation(len(X))
    train, test = rows[:1500], rows[1500:]
    seconds, accuracy = {name: [] for name in RUNS}, {}
    for _ in range(ROUNDS):
        for name, run in RUNS.items():
            start = time.process_time()
            predict = run(X[train], labels[train], EPOCHS, BATCH_SIZE, RATE, seed=0)
            seconds[name].append(time.process_time() - start)
            accuracy[name] = float(np.mean(predict(X[test]) == labels[test]))
    return seconds, accuracy


def median_ratio(own, theirs):
    """Return the median of the rounds' ratios: a machine that slows down in between slows both."""
    return statistics.median(mine / other for mine, other in zip(own, theirs, strict=True))


def in_process(code):
    """Return the seconds that a fresh Python process takes for code, and the number it prints."""
    before = os.times()
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=True)
    after = os.times()
    seconds = after.children_user + after.children_system
    return seconds - before.children_user - before.children_system, float(done.stdout)


def measure():
    """Return the record of one run of everything."""
    seconds, accuracy = interleaved()
    own = seconds["nnlib"]
    cold = [in_process(COLD) for _ in range(ROUNDS)]
    versions = [f"{name} {version(name)}" for name in ("numpy", "scikit-learn")]
    return {
        "machine": [platform.machine(), f"Python {platform.python_version()}", *versions],
        "rounds": ROUNDS,
        "seconds": {name: round(statistics.median(each), 3) for name, each in seconds.items()},
        "nnlib / this": {name: round(median_ratio(own, each), 2) for name, each in seconds.items()},
        "accuracy": {name: round(share, 3) for name, share in accuracy.items()},
        "cold seconds": round(min(seconds for seconds, _ in cold), 2),
        "cold MB": round(max(mb for _, mb in cold)),
        "large adds MB": round(max(in_process(LARGE)[1] for _ in range(3)), 1),
    }


def table(record):
    """Return the record as a Markdown table and two sentences."""
    rows = [
        f"| {name} | {seconds:.3f} | {record['nnlib / this'][name]:.2f} "
        f"| {LIMITS.get(name, '')} | {record['accuracy'][name]:.3f} |"
        for name, seconds in record["seconds"].items()
    ]
    head = ["| | seconds | nnlib / this | at most | test accuracy |", "|---|---|---|---|---|"]
    return "\n".join([
        *head, *rows, "",
        f"Medians of {record['rounds']} rounds, of the ratios too, on one thread "
        f"({', '.join(record['machine'])}).",
        f"A cold process that imports nnlib, loads the digits and trains this network takes "
        f"{record['cold seconds']:.2f} s (at most {COLD_SECONDS}) and {record['cold MB']} MB "
        f"(at most {COLD_MB}).",
        f"An epoch of 784-128-10 on 60,000 rows in float32 adds {record['large adds MB']} MB to "
        f"the data (at most {LARGE_MB}).", "",
    ])  # fmt: skip


def write(record):
    """Record the results in the JSON file, and between the marks of the README."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    text = before + MARKS[0] + "\n" + table(record) + "\n" + MARKS[1] + after
    README.write_text(text, encoding="utf-8")


def main():
    """Measure, print, and record if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="record the results")
    wanted = parser.parse_args()
    record = measure()
    print(table(record))
    if wanted.write:
        write(record)


if __name__ == "__main__":
    main()

"""How long the kernel works for one redraw of each interactive figure, in milliseconds.

    python benchmarks/redraw.py [--write]

Each figure of nnlib.widgets is drawn as a lesson draws it, with a slider that moves on: the median
of twelve redraws, with the processor's time, which on a quiet machine is that of the clock. The
limit is 100. What the browser needs to show the picture is not in it.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from nnlib import SGD, Network, plots
from nnlib.datasets import line, moons
from nnlib.widgets import lessons
from nnlib.widgets.digit import FIVE, DigitReader
from nnlib.widgets.landscape import Landscape
from nnlib.widgets.screen import Screen

RESULTS = Path(__file__).parent / "results" / "redraw.json"
LIMIT, REDRAWS = 100, 12


def figures():
    """{name: function of the step that returns a picture}, for every figure with a Screen."""
    X, y = line()
    rng = np.random.default_rng(0)
    path = [
        {"W1": rng.normal(size=(1, 2)), "b1": rng.normal(size=2)}
        | {"W2": rng.normal(size=(2, 1)), "b2": rng.normal(size=1)}
        for _ in range(REDRAWS + 1)
    ]
    values = [np.arange(1.0, 5.0), np.full(3, 10.0), np.full(2, 30.0)]
    deltas = [None, np.full(3, -240.0), np.array([-70.0, -170.0])]
    race = lessons.race_frames(
        lambda rate, _: iter(np.exp(-rate * np.arange(50))), 0.1, 10, 0.01, 10
    )
    moon, labels = moons()
    sizes = ((2, 25), (25, 50), (50, 50), (50, 25))
    config = [{"input_dim": n, "output_dim": k, "activation": "relu"} for n, k in sizes]
    config.append({"input_dim": 25, "output_dim": 1, "activation": "sigmoid"})
    options = {"optimizer": SGD(0.05, momentum=0.9), "progress": False}
    network = Network.from_config(config, rng=0)
    training = lessons.training_frames(network, moon, labels, REDRAWS + 1, **options)
    side = np.linspace(-3, 3, 40)
    landscape = Landscape(lambda u, v: u * u + v * v + u, side, side, (1.0, 1.0))

    def seven(step):
        return lessons._draw_seven(X, y, **{**lessons.SEVEN, "w1": -5 + step / 10})

    return {
        "seven parameters": seven,
        "neuron chain": lambda step: plots.neuron_chain(1 + step / 10, 0.0, 1.0, 0.0),
        "backward pass": lambda step: plots.pass_step((4, 3, 2), values, deltas, step % 5),
        "descent": lambda step: plots.descent_step(path, X, y, step),
        "race": lambda step: next(race),
        "loss landscape": lambda step: landscape._draw(1 + step / 10, 1.0),
        "watch training, an epoch": lambda step: next(training),
    }


def redraws(draw):
    """Seconds of each redraw after the first."""
    screen, seconds = Screen(draw(0)), []
    for step in range(1, REDRAWS + 1):
        begin = time.process_time()
        screen.put(draw(step))
        seconds.append(time.process_time() - begin)
    return seconds


def digit():
    """Seconds of each answer while a digit is drawn, point by point."""
    reader, seconds = DigitReader(lambda X: np.full((1, 10), 0.1)), []
    for points in range(2, REDRAWS + 2):
        begin = time.process_time()
        reader.pad.strokes = [FIVE[0][: points + 1]]
        seconds.append(time.process_time() - begin)
    return seconds


def main():
    """Measure, print a table, record it with --write; 1 if a figure is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"record the result in {RESULTS.name}")
    write = parser.parse_args().write
    measured = {name: redraws(draw) for name, draw in figures().items()} | {"draw a digit": digit()}
    result = {name: round(1000 * statistics.median(s)) for name, s in measured.items()}
    for name, milliseconds in result.items():
        print(f"{name:28}{milliseconds:5} ms")
    if write:
        record = {"milliseconds of a redraw": result, "limit": LIMIT}
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return int(max(result.values()) >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())

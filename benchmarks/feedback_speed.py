"""How long a check takes: the first wrong function of a fresh process, for every exercise.

`python benchmarks/feedback_speed.py` writes results/feedback_speed.json. Every wrong function is
checked in a process of its own that has only done the imports, as after a restart of the kernel, so
nothing is cached; the best of three such runs counts. Seconds are the processor's: on a quiet
machine those of the clock, on a busy one still comparable. The wrong functions are those of
course/beginners.txt and some random mutants, which more often than others have no name, so that
every stage of the search runs.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import json
import multiprocessing
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course import beginners, mutations
from nnlib.exercises import diagnose, exercises

RESULT = ROOT / "benchmarks" / "results" / "feedback_speed.json"
REPEATS, MUTANTS = 3, 10
LIMIT, LIMIT_OF_TRAIN = 0.2, 2.0  # seconds


def wrong_functions(exercise):
    """The beginners' attempts at one exercise, some mutants, and the reference itself."""
    source = mutations.Source(exercise, seed=2)
    mutants = [source[number][2] for number in range(MUTANTS)]
    attempts = [a.function for a in beginners.load() if a.exercise == exercise.name]
    return [exercise.reference, *attempts, *mutants]


def _timed(pipe, function, name):
    start = time.process_time()
    found = diagnose(function, name)
    pipe.send((time.process_time() - start, found.status, found.mistake))


def seconds(function, name):
    """(seconds, status, mistake) of a check in a fresh copy of this process, the best of three."""
    runs = []
    for _ in range(REPEATS):
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_timed, args=(theirs, function, name))
        process.start()
        runs.append(ours.recv())
        process.join()
    return min(runs)


def measure(exercise):
    """A row of results for one exercise; an endless loop counts with its limit of seconds."""
    runs = [seconds(function, exercise.name) for function in wrong_functions(exercise)]
    ended = [run for run in runs if run[2] not in ("endless-loop", "endless-generator")]
    slowest = max(ended)
    limit = LIMIT_OF_TRAIN if exercise.name == "train" else LIMIT
    return {
        "functions": len(runs),
        "right": round(runs[0][0], 4),
        "median": round(statistics.median(run[0] for run in ended), 4),
        "slowest": round(slowest[0], 4),
        "named": slowest[2],
        "limit": limit,
    }


def main():
    """Measure all exercises, print a table and write the results."""
    rows = {}
    for exercise in exercises():
        if sys.argv[1:] and exercise.name not in sys.argv[1:]:
            continue
        rows[exercise.name] = row = measure(exercise)
        over = "  OVER" if row["slowest"] > row["limit"] else ""
        numbers = "".join(f"{row[key]:9.3f}" for key in ("right", "median", "slowest"))
        print(f"{exercise.name:22}{numbers}  {row['named']}{over}", flush=True)
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    result = {"seconds of a first check": rows, "versions": versions}
    if not sys.argv[1:]:
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return int(any(row["slowest"] > row["limit"] for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())

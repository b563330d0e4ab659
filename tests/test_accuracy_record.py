"""The recorded accuracy on the digits: what is promised, what the guide says, and that it runs."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest

from nnlib.datasets import digits

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
RECORD = json.loads(
    (BENCHMARKS.parent / "nnlib" / "data" / "digits_accuracy.json").read_text(encoding="utf-8")
)
GUIDE = (BENCHMARKS / "ACCURACY.md").read_text(encoding="utf-8")
CHALLENGE = "and moved copies: the challenge network"


@pytest.fixture(scope="module")
def benchmark():
    """The benchmark's script as a module."""
    path = BENCHMARKS / "digits_accuracy.py"
    spec = importlib.util.spec_from_file_location("digits_accuracy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_challenge_network_keeps_what_lesson_06_promises():
    row = RECORD["steps"][CHALLENGE]
    assert row["mean"] >= 0.990
    assert row["lowest"] > 0.980
    assert row["longest seconds"] < 3
    assert row["mean"] >= RECORD["peers"]["support vectors"]["mean"]


def test_the_record_is_of_the_recipes_that_the_benchmark_has(benchmark):
    assert RECORD["challenge network"] == json.loads(json.dumps(vars(benchmark.CHALLENGE)))
    assert list(RECORD["steps"]) == list(benchmark.STEPS)
    assert list(RECORD["challenge network with"]) == list(benchmark.WITHOUT)
    assert list(RECORD["peers"]) == list(benchmark.PEERS)
    assert benchmark.STEPS[CHALLENGE] == benchmark.CHALLENGE


def test_no_split_that_is_reported_chose_the_settings(benchmark):
    chosen, reported = RECORD["splits"]["chosen on seeds"], RECORD["splits"]["reported on seeds"]
    assert chosen == [benchmark.CHOOSING_SEEDS[0], benchmark.CHOOSING_SEEDS[-1]]
    assert reported == [benchmark.REPORTED_SEEDS[0], benchmark.REPORTED_SEEDS[-1]]
    assert len(benchmark.REPORTED_SEEDS) == 10
    assert not set(benchmark.CHOOSING_SEEDS) & set(benchmark.REPORTED_SEEDS)


def test_the_guide_has_the_recorded_figures_and_no_others():
    rows = {**RECORD["steps"], **RECORD["challenge network with"], **RECORD["peers"]}
    stated = re.findall(r"^\| (.+?) \| (0\.\d.*?) \|$", GUIDE, re.MULTILINE)
    assert {name: cells.split(" | ") for name, cells in stated} == {
        name: [
            f"{row['mean']:.4f} ± {row['standard error']:.4f}",
            f"{row['lowest']:.4f}",
            f"{row['highest']:.4f}",
            f"{row['longest seconds']:.2f}",
            *([f"{row['other writers']:.4f}"] if "other writers" in row else []),
        ]
        for name, row in rows.items()
    }


@pytest.mark.parametrize("moved", [None, (0.2, 0.2, 0.7)])
def test_a_short_run_of_the_challenge_recipe_reads_most_digits(benchmark, moved):
    recipe = benchmark.replace(benchmark.CHALLENGE, hidden=64, epochs=15, moved=moved)
    order = np.random.default_rng(2000).permutation(1797)
    accuracy, seconds = benchmark.measure(benchmark.network(recipe), order, seed=2000)
    assert 0.94 <= accuracy <= 1 and seconds > 0


def test_the_split_in_file_order_tests_on_the_last_rows_of_the_file(benchmark):
    seen = {}

    def fit(X, labels, seed):
        seen["train"] = X.copy()
        return lambda X: seen.setdefault("test", X)[:, 0] * 0 - 1

    assert benchmark.with_other_writers(fit, [0]) == 0
    np.testing.assert_array_equal(seen["train"], digits()[0][:1500] / 16)
    np.testing.assert_array_equal(seen["test"], digits()[0][1500:] / 16)


def test_four_libraries_read_the_moons_alike_and_nnlib_is_the_fastest():
    path = BENCHMARKS.parent / "nnlib" / "data" / "frameworks.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["libraries"]
    assert set(rows) == {"nnlib", "scikit-learn", "PyTorch", "Keras"}
    for row in rows.values():
        # As far from nnlib's as the starts of both allow: three standard errors of the difference.
        error = np.hypot(row["standard error"], rows["nnlib"]["standard error"])
        assert abs(row["accuracy"] - rows["nnlib"]["accuracy"]) < 3 * error or row is rows["nnlib"]
        assert row["times nnlib"] >= 1

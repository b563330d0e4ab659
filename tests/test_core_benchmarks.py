"""The page of the benchmarks says what was recorded, and the record keeps what was promised."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from nnlib.datasets import digits

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
RECORD = json.loads((BENCHMARKS / "results" / "digits_speed.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def digits_speed():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import digits_speed

        yield digits_speed
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_the_page_shows_the_recorded_figures(digits_speed):
    page = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    assert digits_speed.table(RECORD) in page
    assert page.index(digits_speed.MARKS[0]) < page.index(digits_speed.MARKS[1])


def test_recording_again_changes_nothing(digits_speed, tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text((BENCHMARKS / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(digits_speed, "README", page)
    monkeypatch.setattr(digits_speed, "RESULTS", tmp_path / "results" / "digits_speed.json")
    digits_speed.write(RECORD)
    assert page.read_bytes() == (BENCHMARKS / "README.md").read_bytes()
    assert digits_speed.RESULTS.read_text() == (
        BENCHMARKS / "results" / "digits_speed.json"
    ).read_text(encoding="utf-8")


def test_the_recorded_figures_are_within_the_limits(digits_speed):
    for peer, limit in digits_speed.LIMITS.items():
        assert RECORD["nnlib / this"][peer] <= limit
    assert RECORD["cold seconds"] < digits_speed.COLD_SECONDS
    assert RECORD["cold MB"] < digits_speed.COLD_MB
    assert RECORD["large adds MB"] < digits_speed.LARGE_MB
    assert min(RECORD["accuracy"].values()) >= 0.95


def test_a_machine_that_slows_down_halfway_does_not_change_the_ratio(digits_speed):
    pace = [1, 1, 1, 2, 4, 4, 4]
    own, theirs = [0.2 * p for p in pace], [0.4 * p for p in pace]
    own[3] *= 2  # it slowed down between the two
    assert digits_speed.median_ratio(own, theirs) == pytest.approx(0.5)


def test_the_loops_that_are_compared_learn_the_same_task(digits_speed):
    X, labels = digits()
    X, labels = X[:300] / 16, labels[:300]
    for name in ("nnlib", "plain vectorised loop", "per-example loop"):
        predict = digits_speed.RUNS[name](X, labels, 8, 10, 0.5, seed=0)
        assert np.mean(predict(X) == labels) > 0.8, name

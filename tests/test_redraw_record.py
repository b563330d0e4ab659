"""The recorded milliseconds of a redraw: every interactive figure, all below the limit."""

import importlib.util
import json
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def script():
    spec = importlib.util.spec_from_file_location("redraw", BENCHMARKS / "redraw.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_figure_was_measured_and_redraws_in_time():
    record = json.loads((BENCHMARKS / "results" / "redraw.json").read_text(encoding="utf-8"))
    benchmark, measured = script(), record["milliseconds of a redraw"]
    assert set(measured) == {*benchmark.figures(), "draw a digit"}
    assert record["limit"] == benchmark.LIMIT == 100
    assert max(measured.values()) < record["limit"]

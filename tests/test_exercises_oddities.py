"""Whatever a learner's function gives back, `diagnose` answers, shows it, and does not pass it."""

import collections
import datetime
import decimal
import fractions

import numpy as np
import pytest

from nnlib.exercises import diagnose, exercises, naming

LOOP = []
LOOP.append(LOOP)
RING = {}
RING["ring"] = RING


class Hostile:
    """An object that answers every question with an error."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")

    def __bool__(self):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __hash__ = None


class Agreeing:
    """An object that is equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None
    shape, dtype, size, ndim = (3,), np.dtype(float), 3, 1


class AgreeingArray(np.ndarray):
    """An array that says yes to every comparison."""

    def __eq__(self, other):
        return True

    def __le__(self, other):
        return np.True_

    def all(self, *args, **kwargs):
        return True


class RaisesUnprintable:
    """Calling it raises an error that cannot be printed."""

    class Error(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def __call__(self, *args, **kwargs):
        raise self.Error


RESULTS = {
    "empty tuple": (),
    "empty list": [],
    "empty array": np.zeros(0),
    "array without columns": np.zeros((5, 0)),
    "empty dict": {},
    "ragged list": [[1.0], [1.0, 2.0]],
    "deep list": [[[[[[[[1.0]]]]]]]],
    "list in itself": LOOP,
    "dict in itself": RING,
    "long list": [0.5] * 3_000,
    "dict with odd keys": {(1, 2): 3.0, None: 4.0},
    "text": "W1",
    "bytes": b"W1",
    "set": {1, 2},
    "huge number": 10**400,
    "nan": float("nan"),
    "infinity": -np.inf,
    "complex": 1 + 2j,
    "array of complex": np.ones((3, 4)) * 1j,
    "array of objects": np.array([None, "a", [1]], dtype=object),
    "array of text": np.array(["a", "b"]),
    "array of dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "structured array": np.zeros(3, dtype=[("a", float)]),
    "masked array": np.ma.masked_array([1.0, 2.0], [True, False]),
    "many axes": np.zeros((1,) * 20),
    "decimal": decimal.Decimal("0.5"),
    "fraction": fractions.Fraction(1, 2),
    "date": datetime.date(2026, 1, 1),
    "deque": collections.deque([1, 2]),
    "range": range(3),
    "type": float,
    "function": len,
    "module": np,
    "ellipsis": ...,
    "not implemented": NotImplemented,
    "exception": ValueError("returned, not raised"),
    "hostile object": Hostile(),
    "agreeing object": Agreeing(),
    "list of agreeing objects": [Agreeing()] * 3,
    "agreeing array": np.ones((3, 4)).view(AgreeingArray),
    "list of None": [None, None],
    "infinite iterator": iter(int, 1),
}


@pytest.fixture(autouse=True)
def no_safety_net(monkeypatch):
    monkeypatch.setattr(naming, "_safely", lambda stage, trial: stage(trial))


# A third of them for each exercise in turn: each meets many, and all are met by exercises of
# every kind.
@pytest.mark.parametrize("number, name", list(enumerate(e.name for e in exercises())))
def test_odd_results_are_refused_and_shown(number, name):
    for kind in list(RESULTS)[number % 3 :: 3]:
        assert_refused_and_shown(RESULTS[kind], name, kind)


@pytest.mark.parametrize("name", ["two_layer_forward", "backprop", "mse"])
def test_odd_parts_of_a_result_are_refused_and_shown(name):
    for kind, odd in RESULTS.items():
        for result in ((odd, odd), {"W1": odd, "b1": odd, "W2": odd, "b2": odd}, [odd]):
            assert_refused_and_shown(result, name, kind)


def assert_refused_and_shown(odd, name, kind):
    """A function that gives back `odd` does not pass, and what is told of it can be shown."""
    found = diagnose(lambda *args, **kwargs: odd, name)
    assert found.status in ("wrong", "raised"), kind
    assert found.message and found._repr_html_() and len(str(found)) < 20_000, kind


def test_an_error_that_cannot_be_printed_is_explained():
    found = diagnose(RaisesUnprintable(), "relu")
    assert found.status == "raised" and "Error" in found.message and str(found)


def test_the_safety_net_answers_where_a_stage_fails(monkeypatch):
    monkeypatch.undo()

    def failing(trial):
        raise RuntimeError("a fault of the engine")

    monkeypatch.setattr(naming, "STAGES", (failing,))
    found = diagnose(lambda z: z, "relu")
    assert (found.status, found.mistake) == ("wrong", None)
    assert found.message == "The result is not the right one."

"""What goes through the pipe: data come out as they went in, and bad bytes are refused as such."""

import io
import json
import struct
import tracemalloc

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.grading.inside import wire

SETTINGS = settings(max_examples=150)
KINDS = [np.dtype(text) for text in sorted(wire.DTYPES)]
numbers = st.integers(-(2**500), 2**500) | st.floats() | st.complex_numbers() | st.booleans()
texts = st.text(st.characters(), max_size=20)
keys = texts | st.integers(-(2**70), 2**70) | st.booleans() | st.tuples(texts, st.integers())
tables = st.sampled_from(KINDS).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
plain = st.none() | numbers | texts | tables | st.just(...)
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def through(value, encoder=None, decoder=None):
    """`value` after it went through the pipe."""
    stream = io.BytesIO()
    wire.write(stream, value, encoder)
    return read(stream.getvalue(), decoder)


def read(data, decoder=None):
    """A message read from `data`; what is asked for beyond its end is not there."""
    stream = io.BytesIO(data)

    def exactly(count):
        found = stream.read(count)
        if len(found) < count:
            raise EOFError
        return found

    return wire.read(exactly, decoder)


def framed(tree, body=b""):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<II", len(text), len(body)) + text + body


def alike(one, two):
    """Equal with nan equal to nan, and of the same types all the way down."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == two.dtype and one.shape == two.shape and one.tobytes() == two.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(alike, one, two))
    if isinstance(one, dict):
        return list(map(repr, one)) == list(map(repr, two)) and all(
            map(alike, one.values(), two.values())
        )
    return repr(one) == repr(two)


@SETTINGS
@given(trees)
def test_data_come_out_as_they_went_in(value):
    assert alike(through(value), value)


@SETTINGS
@given(st.lists(plain, max_size=5))
def test_iterators_stay_iterators(items):
    found = through(iter(items))
    assert hasattr(found, "__next__")
    assert alike(list(found), items)


def test_arrays_in_any_layout_arrive_as_their_numbers():
    a = np.arange(24.0).reshape(4, 6)
    for b in (a.T, a[::2, ::-1], np.asfortranarray(a), a.astype(">f8"), a[:, 0]):
        found = through(b)
        assert found.flags.c_contiguous and np.array_equal(found, b)


def test_generators_of_random_numbers_keep_their_state():
    rng = np.random.default_rng(5)
    rng.random(7)
    assert through(rng).random() == rng.random()


def test_functions_pass_only_where_both_sides_know_them():
    told = through([max], lambda v: {"function": 3} if callable(v) else None, lambda k, i: (k, i))
    assert told == [("function", 3)]
    with pytest.raises(wire.Malformed):
        through([max], lambda v: {"function": 3} if callable(v) else None)


@pytest.mark.parametrize(
    "value",
    [object(), max, {1, 2}, b"x", np.ma.array([1]), np.array(["a"]), 2**600],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_data_arrives_as_something_equal_to_nothing(value):
    found = through({"a": value})["a"]
    assert isinstance(found, wire.Other)
    assert found != value and not isinstance(found, np.ndarray)


def test_subclasses_arrive_without_their_methods():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

    class Table(dict):
        def items(self):
            return []

    found = through([np.zeros(3).view(Liar), Table(a=1)])
    assert type(found[0]) is np.ndarray and found[1] == {"a": 1}
    for kind in (float, int, str):  # what it is equal to is its own affair: it is no data
        assert isinstance(through(type("Mine", (kind,), {})()), wire.Other)


def test_what_is_too_large_is_not_sent(monkeypatch):
    monkeypatch.setattr(wire, "TEXT", 40_000)
    too_large = [np.zeros(2 * wire.ENTRIES), "x" * (wire.TEXT + 1), [[]] * 4_000]
    for value in [*too_large, 9 * [np.zeros(wire.ENTRIES, "u1")]]:
        with pytest.raises(wire.Malformed):
            wire.write(io.BytesIO(), value)
    assert isinstance(through(dict.fromkeys(range(wire.KEYS + 1))), wire.Other)


def test_what_is_endless_or_holds_itself_is_cut():
    items = []
    items.append(items)
    assert isinstance(through(items), list)
    assert len(list(through(iter(int, 1)))) == wire.ITEMS + 1


BAD = {
    "nothing": b"",
    "no JSON": b"{",
    "bytes": b"\xff\xfe",
    "a bare whole number": 7,
    "a bare list": [],
    "an empty dict": {},
    "an unknown kind": {"pickle": "gASV"},
    "a function": {"function": 0},
    "deep": b'{"list":[' * 40 + b"]}" * 40,
    "deeper": b"[" * 100_000,
    "deepest": b'{"a":' * 100_000,
    "a giant number": b"1" * 10_000,
    "an int of words": {"int": "hello"},
    "an int of an int": {"int": 3},
    "a float of a list": {"float": [1]},
    "no list": {"list": 3},
    "a dict of texts": {"dict": "abc"},
    "a dict of threes": {"dict": [[1.0, 2.0, 3.0]]},
    "a key that cannot be one": {"dict": [[{"list": []}, None]]},
    "too many keys": {"dict": [[{"int": hex(i)}, None] for i in range(2000)]},
    "another kind of a number": {"other": 3},
    "a dtype of objects": {"array": ["|O", [1], 0]},
    "a dtype of records": {"array": [[["a", "<f8"]], [1], 0]},
    "another byte order": {"array": [">f8", [1], 0]},
    "no shape": {"array": ["<f8", None, 0]},
    "a negative size": {"array": ["<f8", [-1], 0]},
    "two negative sizes": {"array": ["<f8", [-1, -2], 0]},
    "sizes in floats": {"array": ["<f8", [1.0], 0]},
    "a size of nan": {"array": ["<f8", [float("nan")], 0]},
    "a size of true": {"array": ["<f8", [True], 0]},
    "more than is there": {"array": ["<f8", [3], 0]},
    "beyond the end": {"array": ["<f8", [1], 9]},
    "before the start": {"array": ["<f8", [1], -8]},
    "half a place": {"array": ["<f8", [1], 0.5]},
    "an endless array of nothing": {"array": ["<f8", [10**12, 0], 0]},
    "sizes that overflow": {"array": ["<f8", [2**32, 2**32], 0]},
    "forty axes": {"array": ["<f8", [1] * 40, 0]},
    "two of three": {"array": ["<f8", [1]]},
    "an array of text": {"array": "<f8"},
    "a generator with an index": {"generator": '{"bit_generator":"MT19937","state":{}}'},
    "a generator of nothing": {"generator": "{}"},
    "a generator of a list": {"generator": "[]"},
    "a generator without a state": {"generator": '{"bit_generator":"PCG64"}'},
    "a generator of None": {"generator": None},
}


@pytest.mark.parametrize("name", BAD)
def test_a_malformed_message_is_refused_as_such(name):
    with pytest.raises(wire.Malformed):
        read(framed(BAD[name], bytes(16)))


@pytest.mark.parametrize("sizes", [(2**31, 0), (0, 2**31), (2**32 - 1, 2**32 - 1)])
def test_a_size_that_is_too_large_is_refused_before_anything_is_read(sizes):
    asked = []

    def exactly(count):
        asked.append(count)
        return struct.pack("<II", *sizes)

    with pytest.raises(wire.Malformed):
        wire.read(exactly)
    assert asked == [8]


def test_bools_hold_nothing_but_zero_and_one():
    found = read(framed({"array": ["|b1", [3], 0]}, b"\x00\x02\xff"))
    assert found.dtype == bool and found.view("u1").tolist() == [0, 1, 1]


@SETTINGS
@given(st.binary(max_size=300), st.binary(max_size=30))
def test_random_bytes_are_refused_or_are_data(text, body):
    _refused_or_data(framed(text, body))


@SETTINGS
@given(trees, st.data())
def test_messages_with_a_few_wrong_bytes_are_refused_or_are_data(value, data):
    stream = io.BytesIO()
    wire.write(stream, value)
    changed = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    _refused_or_data(bytes(changed))


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["list", "dict", "tuple", "array", "int", "float", "iterator", "generator", "other"]
            ),
            inner,
            max_size=2,
        )
    ),
)


@SETTINGS
@given(json_trees)
def test_messages_of_the_right_words_in_the_wrong_places_are_refused_or_are_data(tree):
    _refused_or_data(framed(tree, bytes(40)))


def _refused_or_data(data):
    try:
        found = read(data)
    except (wire.Malformed, EOFError):
        return
    kinds = bool | int | float | complex | str | list | tuple | dict | np.ndarray | np.generic
    extra = wire.Other | np.random.Generator | type(...) | type(iter([]))
    assert found is None or isinstance(found, kinds | extra)


def test_reading_takes_memory_in_proportion_to_the_message():
    cheap = framed({"list": [{"list": []}] * 25_000})
    tracemalloc.start()
    read(cheap)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(cheap)

"""Turns values into bytes and back, for the pipe between the grader and a submission.

Data only: numbers, text, containers and arrays; never code, never pickle. What is read is
trusted in nothing: sizes, types and depth are checked, and a fault is a Malformed. Whatever else a
submission returns arrives as an Other, which is equal to nothing.

The limits also bound the work that the reader has with a message: a dict of a million keys with
one hash, or an array of no bytes and 10**12 rows, would keep it busy for days.
"""

import itertools
import json
import math
import struct

import numpy as np

TEXT, ARRAYS = 4 * 1024**2, 8 * 1024**2  # bytes of one message: its JSON, its arrays
ENTRIES = 2**20  # of one array
KEYS = 1_000  # of one dict
DIGITS = 140  # of one whole number, in base 16
DEEPEST = 12  # levels of containers
ITEMS = 1_000  # of an iterator: as many as a check reads before it calls one endless
DTYPES = {
    *("?", "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"),
    *("<f2", "<f4", "<f8", "<c8", "<c16"),
}
# Those whose state may be anything: that of MT19937 and Philox holds an index into memory.
GENERATORS = ("PCG64", "PCG64DXSM")
FAULTS = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(RecursionError, OverflowError),
)
_HEAD = struct.Struct("<II")  # bytes of the JSON text, bytes of all arrays


class Malformed(Exception):
    """Bytes that are no message, or one larger than allowed."""


class Other:
    """Stands for an object that is no data; `name` is that of its type."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<{self.name}>"


def write(stream, tree, encoder=None):
    """Write one message; `encoder` packs what only its side knows (functions, generators)."""
    body = bytearray()
    text = json.dumps(pack(tree, body, encoder), separators=(",", ":")).encode()
    if len(text) > TEXT or len(body) > ARRAYS:
        raise Malformed("a message that is too large")
    stream.write(_HEAD.pack(len(text), len(body)) + text + body)
    stream.flush()


def read(receive, decoder=None):
    """Read one message; `receive(n)` gives exactly n bytes."""
    text, body = _HEAD.unpack(receive(_HEAD.size))
    if text > TEXT or body > ARRAYS:
        raise Malformed("a message that is too large")
    try:
        tree = json.loads(receive(text))
        return unpack(tree, memoryview(receive(body)), decoder)
    except FAULTS as error:
        raise Malformed(f"a message that cannot be read ({type(error).__name__})") from None


def pack(value, body, encoder=None, depth=DEEPEST):
    """`value` as JSON; the bytes of arrays are appended to `body`."""
    special = encoder(value) if encoder else None
    if special is not None:
        return special
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return value
    if kind is int:
        return {"int": hex(value)} if abs(value) < 2**512 else {"other": "huge int"}
    if kind is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if kind is complex:
        return {"complex": [str(value.real), str(value.imag)]}
    if value is Ellipsis:
        return {"ellipsis": 0}
    if isinstance(value, np.ndarray | np.generic):
        return _pack_array(value, body)
    if isinstance(value, np.random.Generator):
        return {"generator": state(value)}
    if depth and isinstance(value, list | tuple | dict):
        return _pack_container(value, body, encoder, depth - 1)
    if depth and hasattr(value, "__next__"):
        # Packed one by one: a buffer that is used again must not fool anybody.
        items = [pack(v, body, encoder, depth - 1) for v in itertools.islice(value, ITEMS + 1)]
        return {"iterator": items}
    return {"other": kind.__name__[:60]}


def _pack_array(value, body):
    plain = np.asarray(value)
    dtype = plain.dtype.newbyteorder("<")
    if type(value).__name__ in ("matrix", "MaskedArray") or dtype.str not in DTYPES:
        return {"other": f"{type(value).__name__} of {plain.dtype}"[:60]}
    place = len(body)
    if _entries(plain.shape) > ENTRIES or place + plain.nbytes > ARRAYS:
        raise Malformed("a message that is too large")
    body += np.ascontiguousarray(plain, dtype).tobytes()
    return {"array": [dtype.str, list(plain.shape), place], "scalar": isinstance(value, np.generic)}


def _pack_container(value, body, encoder, depth):
    if isinstance(value, dict):
        pairs = dict.items(value)
        if len(pairs) > KEYS:
            return {"other": "huge dict"}
        return {"dict": [[pack(x, body, encoder, depth) for x in pair] for pair in pairs]}
    base = list if isinstance(value, list) else tuple
    return {base.__name__: [pack(v, body, encoder, depth) for v in base.__iter__(value)]}


_SEQUENCES = {"list": lambda items: items, "tuple": tuple, "iterator": iter}
_PLAIN = {
    "int": lambda inside: int(inside[:DIGITS], 16),
    "float": lambda inside: float(inside[:DIGITS]),
    "complex": lambda inside: complex(*(float(part[:DIGITS]) for part in inside)),
    "ellipsis": lambda inside: ...,
    "generator": lambda inside: generator(inside),
    "other": lambda inside: Other("" + inside[:60]),
}


def unpack(tree, body, decoder=None, depth=2 * DEEPEST):
    """The value that `pack` made into `tree` and `body`."""
    if tree is None or type(tree) in (bool, float, str):
        return tree
    if not depth or type(tree) is not dict or not tree:
        raise Malformed("a value of no known kind")
    kind, inside = next(iter(tree.items()))
    if kind in _SEQUENCES:
        return _SEQUENCES[kind]([unpack(v, body, decoder, depth - 1) for v in inside])
    if kind in _PLAIN:
        return _PLAIN[kind](inside)
    if kind == "array":
        return _unpack_array(inside, tree.get("scalar"), body)
    if kind == "dict":
        if len(inside) > KEYS:
            raise Malformed("a dict with too many keys")
        pairs = [[unpack(x, body, decoder, depth - 1) for x in pair] for pair in inside]
        return dict(pairs)
    found = decoder(kind, inside) if decoder else None
    if found is None:
        raise Malformed("a value of no known kind")
    return found


def state(random):
    """The state of a random generator as text."""
    return json.dumps(random.bit_generator.state, default=lambda array: array.tolist())


def generator(text):
    """The random generator whose `state` is `text`."""
    told = json.loads(text)
    if told["bit_generator"] not in GENERATORS:
        raise Malformed("a random generator of no known kind")
    made = np.random.Generator(getattr(np.random, told["bit_generator"])())
    made.bit_generator.state = told
    return made


def size(value):
    """The work that a value that was read can make: its items, values and rows one by one, while
    the entries of an array are looked at all at once."""
    if isinstance(value, np.ndarray):
        return 1 + (len(value) if value.ndim else 0) + value.size // 64
    if isinstance(value, dict):
        return len(value) + sum(map(size, value.values()))
    return 1 + (sum(map(size, value)) if isinstance(value, list | tuple) else 0)


def _entries(shape):
    """The entries of an array; one of no entries counts as if it had some, for it has rows."""
    return math.prod(max(n, 1) for n in shape)


def _unpack_array(description, scalar, body):
    dtype, shape, place = description
    if dtype not in DTYPES or len(shape) > 32 or any(type(n) is not int for n in shape):
        raise Malformed("an array of no known kind")
    dtype, size = np.dtype(dtype), math.prod(shape)
    if min(shape, default=0) < 0 or _entries(shape) > ENTRIES:
        raise Malformed("an array that is too large")
    if type(place) is not int or not 0 <= place <= len(body) - size * dtype.itemsize:
        raise Malformed("an array that is not there")
    if not size:
        return np.empty(shape, dtype)
    array = np.frombuffer(body, dtype, size, place).reshape(shape).copy()
    if dtype.kind == "b":
        array = np.asarray(array.view("u1") != 0)  # no other bytes than 0 and 1
    return array[()] if scalar and not shape else array

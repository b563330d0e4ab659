"""Checks of what a user gives, made once at the library's border, each error one sentence."""

from numbers import Integral, Real

import numpy as np


def choose(kind, name, known):
    """Return known[name]; ValueError names what was given and what there is."""
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"unknown {kind} {name!r}: expected one of {', '.join(sorted(known))}")
    return known[name]


def number(name, value, low, high=np.inf, kind=Real):
    """Return value, a number (kind Integral: a whole one) from low to below high; ValueError."""
    if not isinstance(value, kind) or isinstance(value, bool) or not low <= value < high:
        what = "whole number" if kind is Integral else "number"
        bounds = f"of at least {low}" if high == np.inf else f"from {low} to below {high}"
        raise ValueError(f"{name} is {value!r}: expected a {what} {bounds}")
    return int(value) if kind is Integral else float(value)  # no NumPy scalar: they widen float32


def whole(name, value, low):
    """Return value, a whole number of at least low; ValueError else."""
    return number(name, value, low, kind=Integral)


def shaped(name, values, shape=None):
    """Return values as an array that is not empty, of that shape if one is given; ValueError else.

    A letter in the shape stands for any length, as in ("m", 3).
    """
    try:
        values = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} has rows of several lengths: expected equal ones") from error
    wanted = values.shape if shape is None else shape
    pairs = zip(wanted, values.shape, strict=False)
    fits = len(wanted) == values.ndim and all(w == n or isinstance(w, str) for w, n in pairs)
    if values.size == 0 or not fits:
        expected = "at least one entry" if fits else str(wanted).replace("'", "")
        if values.ndim == 1 and wanted[1:] in ((1,), values.shape):
            expected += f"; np.reshape({name}, {(-1, *wanted[1:])}) makes rows of it"
        raise ValueError(f"{name} has shape {values.shape}: expected {expected}")
    return values


def array(name, values, shape=None, dtype=None):
    """Return values as a finite floating-point array, else as `shaped` does; ValueError else."""
    values = shaped(name, values, shape)
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {values.dtype} entries: expected numbers")
    with np.errstate(over="ignore"):
        values = values.astype(dtype or np.result_type(values, np.float32), copy=False)
    if not np.isfinite([values.min(), values.max()]).all():  # no mask as large as the data
        place = tuple(np.argwhere(~np.isfinite(values))[0].tolist())
        raise ValueError(f"{name} is NaN or infinite at index {place}: expected finite numbers")
    return values

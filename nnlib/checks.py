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
    return value


def array(name, values, dtype=None):
    """Return values as a finite floating-point array; ValueError if they are anything else."""
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {values.dtype} entries: expected numbers")
    values = values.astype(dtype or np.result_type(values, np.float32), copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = not np.isfinite(values.sum())  # one number, no mask as large as the data
    if suspicious and not np.isfinite(values).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"{name} is NaN or infinite at index {place}: expected finite numbers")
    return values


def matrix(name, values, columns, dtype):
    """Return values as a finite (m, columns) array of dtype, m at least 1; ValueError else."""
    values = array(name, values, dtype)
    if values.ndim != 2 or values.shape[1] != columns or len(values) == 0:
        hint = f"; {name}[:, None] makes a column of it" if values.ndim == 1 else ""
        raise ValueError(
            f"{name} has shape {values.shape}: expected (m, {columns}), m at least 1{hint}"
        )
    return values


def same_shape(**arrays):
    """Return the two arrays; ValueError if their shapes differ or they are empty."""
    (name, a), (other, b) = ((name, np.asarray(values)) for name, values in arrays.items())
    if a.shape != b.shape or a.size == 0:
        raise ValueError(
            f"{name} has shape {a.shape} and {other} {b.shape}: expected equal, not empty shapes"
        )
    return a, b

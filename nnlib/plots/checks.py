"""Checks at the border: what a figure is given is turned into arrays or refused in a sentence."""

import numpy as np


def finite(name, values, ndim=None):
    """`values` as a float array. Raises ValueError if it is empty, not numbers or not `ndim`-D."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers, got {values!r:.60}.") from None
    if array.size == 0:
        raise ValueError(f"{name} is empty: there is nothing to draw.")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimensions, got shape {array.shape}.")
    return array


def column(name, values):
    """`values` of shape (m,) or (m, 1) as a float array (m,). Raises ValueError otherwise."""
    array = finite(name, values)
    if array.ndim != 1 and array.shape != (len(array), 1):
        raise ValueError(f"{name} must have shape (m,) or (m, 1), got {array.shape}.")
    return array.ravel()


def same_length(**arrays):
    """Nothing, if all arrays have one length; a ValueError that names the lengths otherwise."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"These must have the same length: {said}.")

"""Puts functions of NumPy and Python back that a notebook has replaced by accident."""

import builtins
from operator import itemgetter

import numpy as np

_PLACES = {"np": np, "np.random": np.random, "np.linalg": np.linalg, "builtins": builtins}
_EXCEPT = {"input", "print", "display", "_", "get_ipython", "exit", "quit", "copyright", "open"}
_ORIGINALS = {
    place: {
        name: value
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and name not in _EXCEPT
    }
    for place, module in _PLACES.items()
}
_VALUES = {place: tuple(originals.values()) for place, originals in _ORIGINALS.items()}
_NOW = {place: itemgetter(*originals) for place, originals in _ORIGINALS.items()}


def restore():
    """The names that had been replaced in numpy and builtins; they are as they were again."""
    replaced = []
    for place, module in _PLACES.items():
        if _untouched(place):
            continue
        for name, value in _ORIGINALS[place].items():
            if module.__dict__.get(name) is not value:
                replaced.append(name if place == "builtins" else f"{place}.{name}")
                setattr(module, name, value)
    return replaced


def _untouched(place):
    """Whether nothing was replaced: one comparison for all names, as it follows every call."""
    try:
        return _NOW[place](_PLACES[place].__dict__) == _VALUES[place]
    except Exception:  # a name is gone, or what stands there cannot be compared
        return False

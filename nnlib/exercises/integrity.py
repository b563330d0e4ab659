"""Puts functions of NumPy and Python back that a notebook has replaced by accident."""

import builtins

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


def restore():
    """The names that had been replaced in numpy and builtins; they are as they were again."""
    replaced = []
    for place, originals in _ORIGINALS.items():
        now = vars(_PLACES[place])
        for name, value in originals.items():
            if now.get(name) is not value:
                replaced.append(name if place == "builtins" else f"{place}.{name}")
                setattr(_PLACES[place], name, value)
    return replaced

"""Finds a function that takes data of the notebook in place of its own arguments."""

import builtins
import dis
import types

import numpy as np

DATA = np.ndarray | np.number | int | float | dict | list | tuple


def stage(trial):
    """An argument is never used, and a variable of the notebook is."""
    function = trial.function
    if not isinstance(function, types.FunctionType):
        return None
    used, read = _names(function.__code__)
    code = function.__code__
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    unused = [name for name in arguments if name not in used]
    taken = [name for name in read if _is_data(name, function)]
    if not unused or not taken:
        return None
    several = len(unused) > 1
    return "global-for-argument", (
        f"Your function never uses its argument{'s' * several} {_list(unused)}, but takes "
        f"{_list(taken)} from the notebook. It is called with other data than those: work with "
        f"{'the arguments' if several else 'the argument'}."
    )


def _is_data(name, function, kinds=DATA):
    """Whether a global name holds data; one that hides Python's own is another mistake."""
    return isinstance(function.__globals__.get(name), kinds) and not hasattr(builtins, name)


def hint(trial):
    """A sentence on the arrays, dicts and lists that are read from the notebook, or ""."""
    found = _read(trial.function, np.ndarray | dict | list)
    return f" It reads {_list(found)} from the notebook: none of its arguments." if found else ""


def sizes(trial):
    """A sentence on the numbers that are read from the notebook, or ""."""
    found = _read(trial.function, np.number | int | float)
    values = " and ".join(f"`{name}` ({trial.function.__globals__[name]})" for name in found)
    return f" It takes {values} from the notebook: sizes come from the arguments." if found else ""


def _read(function, kinds):
    """The names of the notebook's data of these kinds that a function reads."""
    if not isinstance(function, types.FunctionType):
        return []
    return [name for name in _names(function.__code__)[1] if _is_data(name, function, kinds)]


def _names(code):
    """(local names that are used, global names that are read) in a function's code, inner ones
    too; the global ones in their order."""
    used, read = set(), {}
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            read[step.argval] = None
        elif "FAST" in step.opname or "DEREF" in step.opname or "CLOSURE" in step.opname:
            if "LOAD" in step.opname:
                used.update(step.argval if isinstance(step.argval, tuple) else [step.argval])
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            more_used, more_read = _names(inner)
            used |= more_used
            read |= more_read
    return used, read


def _list(names):
    return " and ".join(f"`{name}`" for name in names)

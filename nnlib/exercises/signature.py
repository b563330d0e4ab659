"""Compares the parameters of a learner's function with those that the exercise asks for."""

import inspect


def mismatch(function, exercise, case):
    """(slug, sentences) if `function` cannot be called as the exercise calls it, else None."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):  # some functions written in C do not tell
        return None
    names, wanted = list(signature.parameters), list(exercise.parameters)
    if set(names) == set(wanted) and names != wanted:
        return "parameter-order", (
            f"The parameters are in another order: {_list(wanted)} is asked for, and yours takes "
            f"{_list(names)}. The order counts, because the course calls your function by position."
        )
    try:
        signature.bind(*case.args, **case.kwargs)
    except TypeError:
        return "parameters", _difference(names, wanted)
    return None


def _difference(names, wanted):
    missing = [n for n in wanted if n not in names]
    extra = [n for n in names if n not in wanted]
    text = (
        f"The function should take {_list(wanted)}, and yours takes "
        f"{_list(names) if names else 'nothing'}."
    )
    if missing and not extra:
        return f"{text} Missing: {_list(missing)}."
    if extra and not missing:
        return f"{text} One too many: {_list(extra)}; whatever it holds, work it out inside."
    return text


def _list(names):
    return ", ".join(f"`{n}`" for n in names)

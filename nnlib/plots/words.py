"""The words of a description: numbers that are the same on every machine, counts, courses."""

import numpy as np


def number(value, digits=3):
    """The number as short text: `digits` significant digits, a true minus sign, no "-0".

    Rounded so that it is the same text on every machine.
    """
    value = float(value)
    if not np.isfinite(value):
        return {"nan": "nan", "inf": "infinity", "-inf": "−infinity"}[str(value)]
    # Whole numbers keep all their digits: 1797 is not "1.8e+03".
    text = f"{value:.0f}" if 10**digits <= abs(value) < 1e6 else f"{value:.{digits}g}"
    return (text if float(text) else "0").replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def course(name, x, values, over="x"):
    """How a curve runs, as a sentence: it rises, falls, has a peak or a dip; with its numbers.

    x, values: (n,). What is less than a thousandth of the range is not told, so that rounding
    in the last digits changes no word.
    """
    size, span, verb = np.abs(values).max(), np.ptp(values), trend(values)
    told = [number(0 if abs(v) < 5e-4 * size else v) for v in values]
    name = sentence_case(name)
    if verb == "stays":
        return f"{name} stays at {told[0]}."
    ends = f"from {told[0]} at {over} = {number(x[0])} to {told[-1]} at {over} = {number(x[-1])}"
    fine = np.round((values - values.min()) / span, 6)
    turns = [
        f"{word} with {told[where]} at {over} = {number(x[where], 2)}"
        for word, where in (("highest", fine.argmax()), ("lowest", fine.argmin()))
        if verb == "bends" and 0 < where < len(x) - 1
    ]
    verb = "runs" if verb == "bends" else verb
    return f"{name} {verb} {ends}" + (f"; it is {' and '.join(turns)}." if turns else ".")


def trend(values):
    """What a curve does, as a word: stays, rises, falls or bends."""
    size, span = np.abs(values).max(), np.ptp(values)
    if span < 5e-4 * max(size, 1e-12):
        return "stays"
    steps = np.diff(np.round((values - values.min()) / span, 3))
    return "rises" if (steps >= 0).all() else "falls" if (steps <= 0).all() else "bends"


def sentence_case(name):
    """The name with a capital first letter, unless that letter is a symbol such as σ."""
    return name[0].upper() + name[1:] if name[:1].isascii() else name


def count(n, word):
    """The number and its noun, in the plural unless n is 1."""
    return f"{n} {word}" + ("" if n == 1 else "s")


def a(noun):
    """The noun with its article: "a 3", "an 8"."""
    return f"an {noun}" if str(noun).startswith(("8", "11", "18")) else f"a {noun}"

"""The words of a description: numbers that are the same on every machine, counts, courses."""

import numpy as np


def number(value, digits=3):
    """The number as short text: `digits` significant digits, a true minus sign, no "-0".

    Rounded so that it is the same text on every machine.
    """
    value = float(value)
    if not np.isfinite(value):
        return {"nan": "nan", "inf": "infinity", "-inf": "−infinity"}[str(value)]
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{float(text):.0f}"
    return (text if float(text) else "0").replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def course(name, x, values):
    """How a curve runs, as a sentence: rises, falls, has a peak or a dip; with its numbers."""
    first, last = number(values[0]), number(values[-1])
    steps = np.diff(values)
    slack = 1e-9 * (np.ptp(values) + 1e-300)
    ends = f"from {first} at x = {number(x[0])} to {last} at x = {number(x[-1])}"
    name = sentence_case(name)
    if np.ptp(values) < 5e-4 * max(1.0, np.abs(values).max()):
        return f"{name} stays at {first}."
    if (steps >= -slack).all():
        return f"{name} rises {ends}."
    if (steps <= slack).all():
        return f"{name} falls {ends}."
    top, low = int(np.argmax(values)), int(np.argmin(values))
    words = []
    for word, where in (("highest", top), ("lowest", low)):
        if 0 < where < len(x) - 1:
            words.append(f"{word} with {number(values[where])} at x = {number(x[where], 2)}")
    return f"{name} runs {ends}; it is {' and '.join(words)}."


def sentence_case(name):
    """The name with a capital first letter, unless that letter is a symbol such as σ."""
    return name[0].upper() + name[1:] if name[:1].isascii() else name


def count(n, word):
    return f"{n} {word}" + ("" if n == 1 else "s")

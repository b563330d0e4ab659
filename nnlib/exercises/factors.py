"""Names the constant factor between two results: a product of the sizes m, n, k … and 2."""

import functools
import itertools

import numpy as np

POWERS = (1, -1, 2, -2, 0.5, -0.5)


def ratio(expected, got, rtol=1e-6):
    """The number c with got = c · expected (one shape, zeros at the same places), or None."""
    if expected.shape != got.shape or not expected.size:
        return None
    if not (np.isfinite(expected).all() and np.isfinite(got).all()):
        return None
    size = float(np.vdot(expected, expected))
    c = float(np.vdot(expected, got)) / size if size else 0.0
    scale = np.abs(c * expected)
    if c == 0 or np.any(np.abs(got - c * expected) > rtol * (scale + min(scale.max(), 1.0))):
        return None
    return c


def formula(ratios, dims):
    """{symbol: power} whose product is |ratio| for every pair, e.g. {"m": -1, "2": 1}, or None."""
    names = [n for n in dims[0] if all(n in d for d in dims)]
    sizes = [[2, *(d[n] for n in names)] for d in dims]
    symbols = ["2", *names]
    if all("m" in d for d in dims):
        symbols.append("(m - 1)")
        sizes = [[*row, d["m"] - 1] for row, d in zip(sizes, dims, strict=True)]
    sizes = np.array(sizes, dtype=float)
    if np.any(sizes < 1):
        return None
    powers = _powers(len(symbols))
    off = powers @ np.log(sizes).T - np.log(np.abs(ratios))
    hits = np.flatnonzero(np.all(np.abs(off) < 1e-6, axis=1))
    if not hits.size:
        return None
    return {s: float(p) for s, p in zip(symbols, powers[hits[0]], strict=True) if p}


@functools.cache
def _powers(count):
    """All exponents of at most three of `count` symbols, the simplest first."""
    found = [np.zeros(count)]
    for used in range(1, min(count, 3) + 1):
        for where in itertools.combinations(range(count), used):
            for exponents in itertools.product(POWERS, repeat=used):
                found.append(np.zeros(count))
                found[-1][list(where)] = exponents
    cost = [sum(1 + abs(abs(p) - 1) for p in row if p) for row in found]
    return np.array([found[i] for i in np.argsort(cost, kind="stable")])


def words(powers, dims):
    """`m·k times too small (for m = 7 and k = 3 that is 21 times)` and the like."""
    above = "·".join(_power(s, p) for s, p in powers.items() if p > 0)
    below = "·".join(_power(s, -p) for s, p in powers.items() if p < 0)
    value = np.prod([_size(s, dims) ** p for s, p in powers.items()])
    if set(powers) == {"2"}:
        above, below = ("", f"{1 / value:.4g}") if value < 1 else (f"{value:.4g}", "")
    names = [s for s in powers if s in dims] or (["m"] if "(m - 1)" in powers else [])
    if above and below:
        text, value = f"{above}/({below}) times the right one", value
    elif above:
        text = f"{above} times too large"
    else:
        text, value = f"{below} times too small", 1 / value
    if not names:
        return text
    given = " and ".join(f"{n} = {dims[n]}" for n in names)
    return f"{text} (for {given} that is {value:.4g} times)"


def _power(symbol, power):
    return {1: symbol, 2: f"{symbol}²", 0.5: f"√{symbol}"}[power]


def _size(symbol, dims):
    return {"2": 2, "(m - 1)": dims.get("m", 2) - 1}.get(symbol) or dims[symbol]

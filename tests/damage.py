"""Damages files as a broken download or a bad disk does."""

import numpy as np


def damaged(data, times):
    """Yield the bytes `data` that often, each time with three of them replaced by chance."""
    rng, whole = np.random.default_rng(0), np.frombuffer(data, np.uint8)
    for _ in range(times):
        broken = whole.copy()
        broken[rng.integers(len(whole), size=3)] = rng.integers(256, size=3)
        yield broken.tobytes()

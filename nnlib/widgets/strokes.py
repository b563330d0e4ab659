"""Strokes of a pen, brought to the form of the digits data: 8×8 pixels, 0 to 16."""

import numpy as np

# How the data were made (NIST's preprocessing, then the UCI repository's): every digit is set
# upright, stretched to fill 20×32 dots in the middle of 32×32, given one thickness of line, and
# counted in blocks of 4×4 dots. In the data, ink covers 0.30 to 0.31 of the dots for every digit.
SIDE = 32
BOX = np.array([20.0, 32.0])
DOTS = 312  # 0.305 of them
NARROWEST = 0.35  # a shape narrower than this for its height, such as a 1, keeps its form
THICKEST = 5.5  # dots; a plain 1 cannot cover as much as the others


def strokes_to_pixels(strokes):
    """The drawing as a digit of the data: (64,) numbers from 0 (paper) to 16 (ink).

    strokes: list of strokes, each (n, 2): x to the right and y down, in any unit; where and how
    large they were drawn makes no difference. No strokes give all zeros.
    Raises ValueError if a stroke is not (n, 2).
    """
    strokes = [np.asarray(stroke, dtype=float) for stroke in strokes if len(stroke)]
    if not strokes:
        return np.zeros(64)
    for stroke in strokes:
        if stroke.ndim != 2 or stroke.shape[1] != 2:
            raise ValueError(f"A stroke must have shape (n, 2), got {stroke.shape}.")
    dots = _draw(_upright(_even(strokes)))
    return dots.reshape(8, 4, 8, 4).sum(axis=(1, 3)).ravel().astype(float)


def _even(strokes, points=120):
    """The strokes as points with even gaps, so that slow and fast lines weigh the same."""
    steps = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    gap = max(sum(step.sum() for step in steps) / points, 1e-9)
    even = []
    for stroke, step in zip(strokes, steps, strict=True):
        along = np.concatenate([[0.0], np.cumsum(step)])
        at = np.linspace(0, along[-1], int(along[-1] / gap) + 1)
        even.append(np.stack([np.interp(at, along, axis) for axis in stroke.T], axis=1))
    return np.concatenate(even)


def _upright(points):
    """The points (n, 2), sheared until the leftmost ink at the top is above that at the bottom.

    This is what NIST did: it leaves a 7 leaning one way and a 6 the other, as they are in the data.
    """
    x, y = points.T
    edge = 0.04 * np.ptp(y)
    top, bottom = y <= y.min() + edge, y >= y.max() - edge
    height = y[bottom].mean() - y[top].mean()
    slant = (x[bottom].min() - x[top].min()) / height if height else 0.0
    return np.stack([x - slant * y, y], axis=1)


def _draw(points):
    """The dots (32, 32) that a pen covers, whose width is chosen so that the ink is as in the data.

    The pen's width changes how far the line may go, and that the width: a few rounds settle both.
    """
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-9)
    box = BOX * np.minimum(1, [span[0] / span[1] / NARROWEST, span[1] / span[0] / NARROWEST])
    middle = np.arange(SIDE) + 0.5 - SIDE / 2
    radius = 2.0
    for _ in range(4):
        x, y = ((points - low - span / 2) * np.maximum(box - 2 * radius, 0) / span).T
        # Squared distances of every dot from every point: (row of dots, column, point).
        apart = ((middle[:, None] - y) ** 2)[:, None] + (middle[:, None] - x) ** 2
        away = np.sqrt(apart.min(axis=2)).ravel()
        radius = min(np.partition(away, DOTS)[DOTS], THICKEST)
    return (away < radius).reshape(SIDE, SIDE)

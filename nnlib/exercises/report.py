"""What a check found, and how it looks: as data, as plain text and as HTML in a notebook."""

import itertools
import sys
from dataclasses import dataclass, field
from html import escape

import numpy as np

from nnlib.exercises.outcomes import kind, parts, text_of, unchanged

WORDS = {
    "passed": ("✓", "right", "success"),
    "not attempted": ("○", "not attempted yet", "info"),
    "wrong": ("✗", "not right yet", "warn"),
    "raised": ("!", "stopped by an error", "error"),
}
FEW = 48  # entries up to which an array is shown in full
DIGITS = 4  # of a number, unless two that differ would look the same
PARTS = 4  # differing parts of a result that are shown
_PRINTING = {
    **{"suppress": True, "threshold": 1000, "linewidth": 76, "sign": "-"},
    **{"floatmode": "maxprec", "nanstr": "nan", "infstr": "inf", "formatter": None},
}


@dataclass
class Example:
    """One call: the arguments by name, what was expected, what came, and what it changed."""

    inputs: dict
    expected: object
    got: object
    note: str = ""
    changed: dict = field(default_factory=dict)  # arguments changed in place, as they are after it


@dataclass
class Row:
    """A line of an example: a value, which of its entries differ, and with how many digits."""

    label: str
    value: object
    mask: object = None
    digits: int = DIGITS


@dataclass
class Diagnosis:
    """The result of `diagnose`: the status, the name of the mistake and what to tell the learner.

    `mistake` is the slug of a mistake of the catalogue or of a relation to the right answer,
    joined by " + " where there are two at once, or None. `message` names no probe and no value of
    one; those are in `example`.
    """

    exercise: str
    status: str
    mistake: str | None = None
    message: str = ""
    remarks: list = field(default_factory=list)
    example: Example | None = None

    def _title(self):
        name = f": {self.mistake.replace('-', ' ')}" if self.mistake else ""
        return f"{WORDS[self.status][1]}{name}"

    def _told(self):
        return [self.message] * bool(self.message) + [f"Remark: {r}" for r in self.remarks]

    def __str__(self):
        lines = [f"{WORDS[self.status][0]} {self.exercise}: {self._title()}", *self._told()]
        return "\n".join(lines + [f"  {line}" for line in _example_text(self.example)])

    __repr__ = __str__

    def _repr_html_(self):
        symbol, _, colour = WORDS[self.status]
        title = f"<strong>{symbol} <code>{escape(self.exercise)}</code>: {self._title()}</strong>"
        told = "".join(f"<p style='margin:.4em 0'>{_code(text)}</p>" for text in self._told())
        border = f"border-left:.4em solid var(--jp-{colour}-color1, currentColor)"
        return (
            f"<div style='{border};padding:.2em 1em;margin:.3em 0;max-width:55em'>"
            f"{title}{told}{_example_html(self.example)}</div>"
        )


class NotRight(Exception):
    """A check that found a function wrong. Shows the explanation and no traceback."""

    def __init__(self, diagnosis, shown=False):
        super().__init__(str(diagnosis))
        self.diagnosis, self.shown = diagnosis, shown

    def _render_traceback_(self):
        """What IPython shows in place of the traceback: one line if the report stands above."""
        if self.shown:
            return [f"{self.diagnosis.exercise}: {WORDS[self.diagnosis.status][1]} (see above)"]
        return str(self).splitlines()


def in_ipython():
    """Whether this runs in IPython (a notebook or its shell), which displays HTML or text."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def show(diagnosis):
    """Display the diagnosis in IPython, or print it; True if IPython displays it."""
    if not in_ipython():
        print(diagnosis)
        return False
    from IPython.display import display

    display(diagnosis)
    return True


# --- values in words ------------------------------------------------------------------------


def brief(value, depth=3, digits=DIGITS):
    """A value as short text: arrays in full if they are small, numbers with a few digits.

    In a list in a list, of which a network has many, a table is only counted.
    """
    if isinstance(value, BaseException):
        text = text_of(value).splitlines()
        return type(value).__name__ + (f": {text[0]}" if text else "")
    if kind(value) == "array" and (value.size > FEW or (depth < 2 and value.ndim > 1)):
        return f"{value.size} numbers in shape {value.shape}"
    if kind(value) == "number":
        return number(value, digits)
    if kind(value) == "array":
        with np.printoptions(**_PRINTING, precision=digits):
            return np.array2string(np.asarray(value), separator=", ")
    if kind(value) == "dict":
        items = list(value.items())[:12] if depth else []
        inner = ",\n ".join(f"{k!r}: {brief(v, depth - 1)}" for k, v in items)
        return "{" + inner + ("…" if len(value) > len(items) else "") + "}"
    if kind(value) == "sequence":
        inner = [brief(v, depth - 1) for v in value[:12]] if depth else []
        return f"[{', '.join(inner)}{', …' if len(value) > len(inner) else ''}]"
    if isinstance(value, str):
        return value if len(value) < 80 else value[:77] + "…"
    return "None" if value is None else type(value).__name__


def number(value, digits=DIGITS):
    """One entry of an array as short text."""
    if np.asarray(value).dtype.kind == "f":
        return f"{float(value) + 0.0:.{digits}g}"  # no -0
    text = str(value)
    return text if len(text) < 30 else text[:27] + "…"


def _differs(expected, got):
    """A mask of the entries that are not equal; None where that has no meaning."""
    if not all(isinstance(v, np.ndarray) and v.dtype.kind in "biuf" for v in (expected, got)):
        return None
    if expected.shape != got.shape:
        return None
    return ~np.isclose(got, expected, rtol=1e-6, atol=1e-9, equal_nan=True)


def _digits(expected, got, mask):
    """As many digits as it takes for entries that differ to look different."""
    pairs = list(zip(np.asarray(expected)[mask].flat, np.asarray(got)[mask].flat, strict=True))
    for digits in range(DIGITS, 17):
        if all(number(a, digits) != number(b, digits) for a, b in pairs):
            return digits
    return 17


def _rows(example):
    """The Rows of an example."""
    for name, value in example.inputs.items():
        yield from _input_rows(name, value)
    yield from _close_inputs(example.inputs)
    expected, got = example.expected, example.got
    if isinstance(got, BaseException | str):
        yield Row("yours", got)
        return
    for label, a, b in _compared(expected, got):
        yield from _two_sides(f"expected{label}", a, f"yours{label}", b)
    for name, after in example.changed.items():
        yield from _changed_rows(name, example.inputs[name], after)


def _two_sides(label, expected, label_of_yours, got):
    mask = _differs(expected, got)
    labels, digits = [_label(label, expected), _label(label_of_yours, got)], DIGITS
    if isinstance(expected, float) and isinstance(got, float):
        digits = _digits(expected, got, np.array(expected != got))
    elif mask is not None:
        digits = _digits(expected, got, mask)
        if not mask.any() and expected.dtype.kind != got.dtype.kind:  # the kind it is that differs
            labels = [f"{labels[0]} {expected.dtype}", f"{labels[1]} {got.dtype}"]
    yield Row(labels[0], expected, None, digits)
    yield Row(labels[1], got, mask, digits)
    if mask is not None and mask.ndim and mask.any() and not _small(got):
        yield Row("", _first_difference(expected, got, mask, digits))


def _close_inputs(inputs):
    """The difference of two arguments that differ, but look the same."""
    small = {name: value for name, value in inputs.items() if _small(value)}
    for (one, a), (two, b) in itertools.pairwise(small.items()):
        if a.shape == b.shape and a.dtype.kind == b.dtype.kind == "f":
            if any(x != y and number(x) == number(y) for x, y in zip(a.flat, b.flat, strict=True)):
                yield Row(_label(f"{two} - {one}", b), b - a)


def _changed_rows(name, before, after):
    """An argument as the call has left it: of a dict or a list, the parts that it has changed."""
    a, b = _taken_apart(before), _taken_apart(after)
    if a.keys() != b.keys():
        a, b = {"": before}, {"": after}
    changed = [part for part in a if not unchanged(a[part], b[part])]
    for part in changed[:PARTS]:
        mask = _differs(a[part], b[part])
        digits = DIGITS
        if mask is not None:
            mask = ~((a[part] == b[part]) | (a[part] != a[part]) & (b[part] != b[part]))
            digits = _digits(a[part], b[part], mask)
        yield Row(_label(f"{name}{part} after the call", b[part]), b[part], mask, digits)


def _compared(expected, got):
    """(label, expected, got) of what differs: of two values of one form, the parts that do."""
    a, b = _taken_apart(expected), _taken_apart(got)
    if a.keys() != b.keys():
        return [("", expected, got)]
    names = [name for name in a if len(a) == 1 or not _equal(a[name], b[name])]
    return [(name, a[name], b[name]) for name in names[:PARTS]]


def _taken_apart(value):
    """{label: part} of a dict, or of a tuple or list of arrays; else the value itself, unnamed."""
    if kind(value) == "dict":
        return {f" {name}": part for name, part in parts(value).items()}
    if _holds_arrays(value):
        found = {}
        for i, item in enumerate(value):
            found.update(parts(item, f"[{i}]"))
        return found
    return {"": value}


def _holds_arrays(value, depth=3):
    """Whether this is a tuple or list of arrays, of dicts, or of other such tuples and lists.

    A list may hold itself; no answer is deeper than `depth`.
    """
    return bool(depth and kind(value) == "sequence") and any(
        kind(v) in ("array", "dict") or _holds_arrays(v, depth - 1) for v in value
    )


def _label(name, value):
    """The name of a value, with the shape of an array."""
    return f"{name} {value.shape}" if kind(value) == "array" else name


def _first_difference(expected, got, mask, digits):
    at = tuple(int(i) for i in np.argwhere(mask)[0])
    sides = [number(side[at], digits) for side in (got, expected)]
    return f"at {list(at)}: {sides[0]} where {sides[1]} is expected"


def _input_rows(name, value):
    """An argument; dicts, and lists of arrays, by their entries, larger arrays by their shapes."""
    if kind(value) == "dict" or _holds_arrays(value):
        for key, entry in value.items() if kind(value) == "dict" else enumerate(value):
            yield from _input_rows(f"{name}[{key!r}]", entry)
    else:
        large = kind(value) == "array" and value.size > FEW // 2
        yield Row(_label(name, value), f"{value.size} numbers" if large else value)


def _equal(expected, got):
    mask = _differs(expected, got)
    if mask is None:
        return type(expected) is type(got) and brief(expected) == brief(got)
    return not mask.any()


def _summary(mask):
    """The number of differing entries, to stand under an array; what the ≠ means."""
    if mask is None or not mask.ndim or not mask.any():
        return ""
    return f"{int(mask.sum())} of {mask.size} entries differ (≠)"


def _small(value):
    return kind(value) == "array" and value.ndim in (1, 2) and 0 < value.size <= FEW


def _head(example):
    return f"For example, with {example.note}:" if example.note else "For example:"


def _example_text(example):
    if example is None:
        return []
    lines = [_head(example)]
    rows = list(_rows(example))
    width = max(len(row.label) for row in rows)
    for row in rows:
        body = _grid(row) if _small(row.value) else brief(row.value, digits=row.digits).split("\n")
        summary = _summary(row.mask)
        lines.append(f"  {row.label:<{width}}  {body[0]}")
        lines += [" " * (width + 4) + line for line in body[1:]]
        lines += [" " * (width + 4) + summary] if summary else []
    return lines


def _grid(row):
    """The rows of a small array as text; differing entries carry a ≠."""
    cells = [
        ["≠" * bool(m) + number(v, row.digits) for v, m in zip(*pair, strict=True)]
        for pair in _entries(row)
    ]
    width = max(len(cell) for line in cells for cell in line)
    return ["  ".join(cell.rjust(width) for cell in line) for line in cells]


def _entries(row):
    """(values, marks) for each row of a small array."""
    marks = np.zeros(row.value.shape, bool) if row.mask is None else row.mask
    return zip(np.atleast_2d(row.value), np.atleast_2d(marks), strict=True)


def _example_html(example):
    if example is None:
        return ""
    head = escape(_head(example))
    rows = "".join(
        f"{_ROW}<td style='{_CELL}'>{escape(row.label)}</td><td style='{_CELL}'>"
        f"{_picture(row)}{_small_print(row.mask)}</td></tr>"
        for row in _rows(example)
    )
    return f"<p style='margin:.4em 0 0'>{head}</p><table style='margin:.2em 0'>{rows}</table>"


_ROW = "<tr style='background:none'>"
_CELL = "text-align:left;vertical-align:top;background:none"
_ENTRY = "text-align:right;padding:.1em .5em;background:none;border:1px solid transparent"
_MARKED = "text-align:right;padding:.1em .5em;background:none;border:1px solid currentColor"


def _small_print(mask):
    return f"<small>{_summary(mask)}</small>" if _summary(mask) else ""


def _picture(row):
    """A value as HTML; differing entries are bold, boxed and carry a ≠."""
    if not _small(row.value):
        return f"<pre style='margin:0'>{escape(brief(row.value, digits=row.digits))}</pre>"
    body = "".join(
        _ROW + "".join(_cell(v, m, row.digits) for v, m in zip(*pair, strict=True)) + "</tr>"
        for pair in _entries(row)
    )
    return f"<table style='margin:0;border-collapse:collapse'>{body}</table>"


def _cell(value, marked, digits):
    text = escape(number(value, digits))
    if not marked:
        return f"<td style='{_ENTRY}'>{text}</td>"
    return f"<td style='{_MARKED}'><strong>≠&nbsp;{text}</strong></td>"


def _code(text):
    """Escaped text with `code` in backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))

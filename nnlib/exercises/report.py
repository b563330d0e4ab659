"""What a check found, and how it looks: as data, as plain text and as HTML in a notebook."""

import sys
from dataclasses import dataclass, field
from html import escape

import numpy as np

from nnlib.exercises.outcomes import kind, parts, text_of

WORDS = {
    "passed": ("✓", "right", "success"),
    "not attempted": ("○", "not attempted yet", "info"),
    "wrong": ("✗", "not right yet", "warn"),
    "raised": ("!", "stopped by an error", "error"),
}
FEW = 48  # entries up to which an array is shown in full
PARTS = 4  # differing parts of a result that are shown
_PRINTING = {
    **{"precision": 4, "suppress": True, "threshold": 1000, "linewidth": 76, "sign": "-"},
    **{"floatmode": "maxprec", "nanstr": "nan", "infstr": "inf", "formatter": None},
}


@dataclass
class Example:
    """One call: the arguments by name, what was expected and what came."""

    inputs: dict
    expected: object
    got: object
    note: str = ""


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


def brief(value, depth=3):
    """A value as short text: arrays in full if they are small, numbers with four decimals."""
    if isinstance(value, BaseException):
        text = text_of(value).splitlines()
        return type(value).__name__ + (f": {text[0]}" if text else "")
    if kind(value) == "array" and value.size > FEW:
        return f"{value.size} numbers in shape {value.shape}"
    if kind(value) == "number":
        return number(value)
    if kind(value) == "array":
        with np.printoptions(**_PRINTING):
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


def number(value):
    """One entry of an array as short text."""
    if np.asarray(value).dtype.kind == "f":
        return f"{float(value):.4g}"
    text = str(value)
    return text if len(text) < 30 else text[:27] + "…"


def _differs(expected, got):
    """A mask of the entries that are not equal; None where that has no meaning."""
    if not all(isinstance(v, np.ndarray) and v.dtype.kind in "biuf" for v in (expected, got)):
        return None
    if expected.shape != got.shape:
        return None
    return ~np.isclose(got, expected, rtol=1e-6, atol=1e-9, equal_nan=True)


def _rows(example):
    """(label, value, mask of differing entries or None) for each line of an example."""
    for name, value in example.inputs.items():
        yield from _input_rows(name, value)
    expected, got = example.expected, example.got
    if isinstance(got, BaseException | str):
        yield "yours", got, None
        return
    for label, a, b in _compared(expected, got):
        mask = _differs(a, b)
        yield _label(f"expected{label}", a), a, None
        yield _label(f"yours{label}", b), b, mask
        if mask is not None and mask.any() and not _small(b):
            yield "", _first_difference(a, b, mask), None


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


def _first_difference(expected, got, mask):
    at = tuple(int(i) for i in np.argwhere(mask)[0])
    return f"at {list(at)}: {number(got[at])} where {number(expected[at])} is expected"


def _input_rows(name, value):
    """An argument; dicts, and lists of arrays, by their entries, larger arrays by their shapes."""
    if kind(value) == "dict" or _holds_arrays(value):
        for key, entry in value.items() if kind(value) == "dict" else enumerate(value):
            yield from _input_rows(f"{name}[{key!r}]", entry)
    else:
        large = kind(value) == "array" and value.size > FEW
        yield _label(name, value), f"{value.size} numbers" if large else value, None


def _equal(expected, got):
    mask = _differs(expected, got)
    if mask is None:
        return type(expected) is type(got) and brief(expected) == brief(got)
    return not mask.any()


def _summary(mask):
    """The number of differing entries, to stand under an array; what the ≠ means."""
    if mask is None or not mask.ndim:
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
    width = max(len(label) for label, _, _ in rows)
    for label, value, mask in rows:
        body = _grid(value, mask) if _small(value) else brief(value).split("\n")
        summary = _summary(mask)
        lines.append(f"  {label:<{width}}  {body[0]}")
        lines += [" " * (width + 4) + line for line in body[1:]]
        lines += [" " * (width + 4) + summary] if summary else []
    return lines


def _grid(value, mask):
    """The rows of a small array as text; differing entries carry a ≠."""
    rows, marks = np.atleast_2d(value), np.atleast_2d(np.zeros(value.shape, bool))
    marks = marks if mask is None else np.atleast_2d(mask)
    cells = [
        ["≠" * bool(m) + number(v) for v, m in zip(*pair, strict=True)]
        for pair in zip(rows, marks, strict=True)
    ]
    width = max(len(cell) for row in cells for cell in row)
    return ["  ".join(cell.rjust(width) for cell in row) for row in cells]


def _example_html(example):
    if example is None:
        return ""
    head = escape(_head(example))
    rows = "".join(
        f"{_ROW}<td style='{_CELL}'>{escape(label)}</td><td style='{_CELL}'>"
        f"{_picture(value, mask)}{_small_print(mask)}</td></tr>"
        for label, value, mask in _rows(example)
    )
    return f"<p style='margin:.4em 0 0'>{head}</p><table style='margin:.2em 0'>{rows}</table>"


_ROW = "<tr style='background:none'>"
_CELL = "text-align:left;vertical-align:top;background:none"
_ENTRY = "text-align:right;padding:.1em .5em;background:none;border:1px solid transparent"
_MARKED = "text-align:right;padding:.1em .5em;background:none;border:1px solid currentColor"


def _small_print(mask):
    return f"<small>{_summary(mask)}</small>" if _summary(mask) else ""


def _picture(value, mask):
    """A value as HTML; differing entries are bold, boxed and carry a ≠."""
    if not _small(value):
        return f"<pre style='margin:0'>{escape(brief(value))}</pre>"
    rows = np.atleast_2d(value)
    marks = np.zeros(rows.shape, bool) if mask is None else np.atleast_2d(mask)
    body = "".join(
        _ROW + "".join(_cell(v, m) for v, m in zip(*pair, strict=True)) + "</tr>"
        for pair in zip(rows, marks, strict=True)
    )
    return f"<table style='margin:0;border-collapse:collapse'>{body}</table>"


def _cell(value, marked):
    text = escape(number(value))
    if not marked:
        return f"<td style='{_ENTRY}'>{text}</td>"
    return f"<td style='{_MARKED}'><strong>≠&nbsp;{text}</strong></td>"


def _code(text):
    """Escaped text with `code` in backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))

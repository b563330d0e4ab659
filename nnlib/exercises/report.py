"""What a check found, and how it looks: as data, as plain text and as HTML in a notebook."""

from dataclasses import dataclass, field
from html import escape

import numpy as np

from nnlib.exercises.outcomes import kind, parts

WORDS = {
    "passed": ("✓", "Right"),
    "not attempted": ("○", "Not attempted yet"),
    "wrong": ("✗", "Not right yet"),
    "raised": ("!", "Stopped by an error"),
}
FEW = 40  # entries up to which an array is shown in full


@dataclass
class Example:
    """One call: the arguments by name, what was expected and what came."""

    inputs: dict
    expected: object
    got: object


@dataclass
class Diagnosis:
    """The result of `diagnose`: the status, the name of the mistake and what to tell the learner.

    `mistake` is the slug of a mistake of the catalogue or of a relation to the right answer,
    joined by " + " where there are two at once, or None.
    """

    exercise: str
    status: str
    mistake: str | None = None
    message: str = ""
    remarks: list = field(default_factory=list)
    example: Example | None = None

    def __str__(self):
        symbol, words = WORDS[self.status]
        lines = [f"{symbol} {self.exercise}: {words}."]
        lines += [self.message] if self.message else []
        lines += [f"Remark: {remark}" for remark in self.remarks]
        return "\n".join(lines + _example_lines(self.example))

    __repr__ = __str__

    def _repr_html_(self):
        symbol, words = WORDS[self.status]
        title = f"<strong>{symbol} <code>{escape(self.exercise)}</code>: {words}.</strong>"
        name = f" <em>{escape(self.mistake)}</em>" if self.mistake else ""
        told = [self.message] if self.message else []
        told += [f"Remark: {remark}" for remark in self.remarks]
        body = "".join(f"<p style='margin:.4em 0'>{_code(text)}</p>" for text in told)
        return (
            "<div style='border-left:4px solid currentColor;padding:.3em 1em;max-width:60em'>"
            f"{title}{name}{body}{_example_html(self.example)}</div>"
        )


class NotRight(Exception):
    """A check that found a function wrong. Shows the explanation and no traceback."""

    def __init__(self, diagnosis, shown=False):
        super().__init__(str(diagnosis))
        self.diagnosis, self.shown = diagnosis, shown

    def _render_traceback_(self):
        if self.shown:
            return [f"{self.diagnosis.exercise}: {WORDS[self.diagnosis.status][1].lower()}."]
        return str(self).splitlines()


def show(diagnosis):
    """Display the diagnosis in a notebook, or print it; True if a notebook shows it."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(diagnosis)
        return False
    display(diagnosis)
    return True


def brief(value):
    """A value in a few characters, numbers with four digits."""
    if isinstance(value, np.ndarray) and value.size > FEW:
        return f"array of shape {value.shape}"
    if kind(value) in ("array", "number"):
        return np.array2string(np.asarray(value), precision=4, suppress_small=True, separator=", ")
    if kind(value) == "dict":
        return "{" + ", ".join(f"{k!r}: {brief(v)}" for k, v in value.items()) + "}"
    if kind(value) == "sequence":
        return "[" + ", ".join(brief(v) for v in value) + "]"
    return repr(value) if value is None or isinstance(value, str) else type(value).__name__


def _example_lines(example):
    if example is None:
        return []
    lines = [f"  {name} = {brief(value)}" for name, value in example.inputs.items()]
    lines += [f"  expected: {brief(example.expected)}", f"  got:      {brief(example.got)}"]
    return [line.replace("\n", "\n" + " " * 12) for line in lines]


def _example_html(example):
    if example is None:
        return ""
    rows = [(name, value, None) for name, value in example.inputs.items()]
    rows += [("expected", example.expected, None), ("got", example.got, example.expected)]
    cells = "".join(
        f"<tr><th style='text-align:left;vertical-align:top'>{escape(name)}</th>"
        f"<td style='text-align:left'>{_picture(value, other)}</td></tr>"
        for name, value, other in rows
    )
    return f"<table style='margin:.5em 0'>{cells}</table>"


def _picture(value, other):
    """A value as HTML; entries that differ from `other` carry a ≠, an outline and bold type."""
    if kind(value) != "array" or value.ndim > 2 or value.size > FEW:
        return f"<code>{escape(brief(value))}</code>"
    rows = np.atleast_2d(value)
    same_shape = isinstance(other, np.ndarray) and other.shape == value.shape
    others = np.atleast_2d(other) if same_shape else rows
    body = "".join(
        "<tr>" + "".join(_cell(a, b) for a, b in zip(*pair, strict=True)) + "</tr>"
        for pair in zip(rows, others, strict=True)
    )
    return f"<table>{body}</table> shape {value.shape}"


def _cell(value, other):
    text = escape(brief(value))
    if np.isclose(value, other, equal_nan=True) if value.dtype.kind in "biuf" else True:
        return f"<td style='text-align:right'>{text}</td>"
    return (
        "<td style='text-align:right;outline:2px solid currentColor;outline-offset:-2px'>"
        f"<strong>≠ {text}</strong></td>"
    )


def _code(text):
    """Escaped text with `code` in backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


def differing_parts(expected, got):
    """The names of the parts of two results that are in one and not equal in the other."""
    a, b = parts(expected), parts(got)
    return sorted(set(a) ^ set(b)), sorted(set(a) & set(b))

"""What a call of a function does: its value or its error, what it changed, what it printed."""

import builtins
import contextlib
import copy
import dis
import inspect
import io
import random
import re
import sys
import threading
import warnings
from dataclasses import dataclass, field

import numpy as np

from nnlib.exercises import guard, integrity

MANY = 1000  # items after which an iterator counts as endless
PYTHONS_OWN = (TypeError, AttributeError)  # whose words are not the learner's
# Errors that are an accident, never the refusal that an exercise asks for.
ACCIDENTS = (NameError, AttributeError, MemoryError, RecursionError, NotImplementedError)


class EndlessIterator(Exception):
    """A generator that did not stop after MANY items."""


@dataclass
class Call:
    """One finished call, as an exercise's `observe` sees it."""

    args: tuple  # as they were given
    after: tuple  # the same arguments as the function left them
    result: object
    kwargs: dict = field(default_factory=dict)


@dataclass
class Outcome:
    """Everything about a call that can be right or wrong."""

    value: object = None
    error: BaseException | None = None
    changed: tuple = ()  # names of arguments changed in place
    wrong_kind: str = ""  # "int" where floats are promised, and so on
    is_bool: bool = False
    warned: tuple = ()
    printed: str = ""
    call: Call | None = None  # the finished call; `value` is what `observe` made of its result

    @property
    def result(self):
        """What was returned."""
        return self.call.result if self.call else None

    def same_as(self, got, rtol=1e-6):
        """Whether `got` did the same as this known outcome, as far as an exercise can tell."""
        marks = self.changed, self.wrong_kind
        return marks == (got.changed, got.wrong_kind) and self.same_value(got, rtol)

    def same_value(self, got, rtol=1e-6):
        """Whether `got` holds the same value or error as this, whatever else the call did."""
        if self.error is not None or got.error is not None:
            return fingerprint(self.error) == fingerprint(got.error)
        return same(self.value, got.value, rtol)

    def accepts(self, got, rtol=1e-6):
        """Whether `got` is right where this is expected; any deliberate refusal is a refusal."""
        if self.error is not None:
            return is_refusal(got.error)
        return got.error is None and self.same_as(got, rtol)


def run(function, case, exercise):
    """The Outcome of one call of a function of ours, on fresh copies of the inputs of `case`."""
    output = _Capped()
    with _quiet(output) as warned:
        return _outcome(function, case, exercise, output, warned)


def run_in_turn(function, calls, exercise):
    """The Outcomes of a learner's function on (case, seed) of `calls`; the first call that runs
    into a limit is the last.

    `seed` is that of NumPy's and Python's global random numbers: a function that uses them gives
    other results for another seed. Afterwards they go on where they were.
    """
    found, output = [], _Capped()

    def steps():
        for case, seed in calls:
            np.random.seed(seed)
            random.seed(seed)
            outcome = _outcome(function, case, exercise, output, warned, integrity.restore)
            found.append(outcome)
            if is_limit(outcome.error):
                return
            yield

    with _numbers_kept(), _quiet(output) as warned:
        try:
            guard.supervised(steps(), getattr(function, "seconds", exercise.seconds))
        except (guard.TimeUp, guard.TooLarge) as error:
            if not (found and is_limit(found[-1].error)):  # of a call that could not be stopped
                found.append(Outcome(error=error, changed=tuple(integrity.restore())))
    return found[:]  # such a call may end one day, and add to the list


def _outcome(function, case, exercise, output, warned, put_back=list):
    """The Outcome of one call; `output` and `warned` are emptied first.

    `put_back` gives the names that the call has replaced, at once: what follows needs them.
    """
    args, kwargs = copy.deepcopy((case.args, case.kwargs))
    call, error = Call(case.args, args, None, case.kwargs), None
    output.empty()
    warned.clear()
    warnings.simplefilter("always")
    try:
        with np.errstate(all="warn", under="ignore"):
            call.result = materialise(function(*args, **kwargs))
    except BaseException as raised:
        error = raised
    replaced = put_back()
    error, texts = _raised(error), dict.fromkeys(str(warning.message) for warning in warned)
    outcome = Outcome(error=error, warned=tuple(texts), printed=output.getvalue())
    if error is None:
        _describe(outcome, call, case, exercise)
    outcome.changed += tuple(replaced)
    return outcome


def _raised(error):
    """The error of a call, or None; an interrupt goes on, if it comes from a person."""
    if not isinstance(error, KeyboardInterrupt):
        return error
    if threading.current_thread() is threading.main_thread():
        raise error
    return SystemExit("KeyboardInterrupt").with_traceback(error.__traceback__)


def is_refusal(error):
    """Whether an error refuses an input on purpose, and is no slip that happens to end the call.

    A ValueError or AssertionError is one wherever it comes from, as NumPy's own word that shapes
    do not fit; others only if a `raise` has raised them.
    """
    if not isinstance(error, Exception) or isinstance(error, ACCIDENTS):
        return False
    return isinstance(error, ValueError | AssertionError) or is_raised(error)


def is_raised(error):
    """Whether it was a `raise` statement that raised an error, and no slip in that statement."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None or text_of(error).startswith("exceptions must derive from"):
        return False
    steps = dis.get_instructions(place.tb_frame.f_code)
    at = [step.opname for step in steps if step.offset == place.tb_lasti]
    return at in (["RAISE_VARARGS"], ["RERAISE"])


def is_limit(error):
    """Whether a call ran into a limit, so that the next calls would, too."""
    if not isinstance(error, BaseException):
        return False
    limits = guard.TimeUp | MemoryError | RecursionError | EndlessIterator
    return isinstance(error, limits) or getattr(error, "ends_the_trial", False) is True


def _describe(outcome, call, case, exercise):
    """Fill in what the call gave back and what it changed."""
    outcome.call = call
    outcome.value = _observed(call, case.observe or exercise.observe)
    names = exercise.parameters
    outcome.changed = tuple(
        name
        for name, before, after in zip(names, call.args, call.after, strict=False)
        if name not in exercise.may_change and not unchanged(before, after)
    )
    kinds = {a.dtype.kind for a in parts(outcome.value).values() if isinstance(a, np.ndarray)}
    outcome.is_bool = "b" in kinds
    if exercise.dtype == "float" and kinds & set("iu"):
        outcome.wrong_kind = "whole numbers"
    if exercise.dtype == "float" and outcome.is_bool:
        outcome.wrong_kind = "True and False"
    if exercise.dtype == "int" and kinds & set("f"):
        outcome.wrong_kind = "floats"


def _observed(call, observe):
    """What `observe` sees; where it cannot make sense of the result, a description of that."""
    if observe is None:
        return call.result
    try:
        return observe(call)
    except Exception:
        found = list(parts(call.result).values())[:20]
        shapes = [p.shape if isinstance(p, np.ndarray) else kind(p) for p in found]
        return {"what came back": f"{kind(call.result)} {shapes}"}


class _Capped(io.StringIO):
    """Keeps the first ten thousand characters: a loop that prints must not fill the memory."""

    def write(self, text):
        return super().write(text) if self.tell() < 10_000 else len(text)

    def empty(self):
        """Forget what was written."""
        self.seek(0)
        self.truncate()


@contextlib.contextmanager
def _quiet(output):
    """What is printed goes to `output`, warnings to the list given; `input` has nobody to ask.

    These belong to the whole process. So it is not the call that puts them back: it may hang, and
    end when they are somebody else's.
    """

    def no_input(*_):
        raise EOFError("input() was called")

    ask, builtins.input = builtins.input, no_input
    try:
        with contextlib.redirect_stdout(output), warnings.catch_warnings(record=True) as warned:
            yield warned
    finally:
        builtins.input = ask


@contextlib.contextmanager
def _numbers_kept():
    """The global random numbers go on afterwards where they were, whatever is called meanwhile."""
    states = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])


def materialise(value):
    """`value`, with a generator or another iterator run to its end as a list of copies."""
    if not hasattr(value, "__next__"):
        return value
    items = []
    for item in value:
        items.append(copy.deepcopy(item))  # a buffer that is used again must not fool us
        if len(items) > MANY:
            raise EndlessIterator(MANY)
    return items


def unchanged(before, after):
    """Whether arrays and containers are exactly as they were; other objects count as unchanged."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and (before.shape, before.dtype) == (after.shape, after.dtype)
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(unchanged(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(unchanged, before, after))
    return True


# What most values are: to look their type up is quicker than to ask for one after the other.
KINDS = {
    **dict.fromkeys((bool, int, float, complex, np.float64, np.float32, np.int64), "number"),
    **{list: "sequence", tuple: "sequence", dict: "dict", str: "text", type(None): "none"},
}


def kind(value):
    """ "array", "number", "sequence", "dict", "none", "text" or "other"."""
    if type(value) in KINDS:
        return KINDS[type(value)]
    if type(value) is np.ndarray:
        return "array" if value.ndim else "number"
    if isinstance(value, dict):
        return "dict"
    if isinstance(value, list | tuple):
        return "sequence"
    if isinstance(value, str):
        return "text"
    if isinstance(value, np.ndarray):
        if isinstance(value, np.matrix) or _is_masked(value):
            return "other"
        return "array" if value.ndim else "number"
    return "number" if isinstance(value, bool | int | float | complex | np.generic) else "other"


def _is_masked(array):
    """Whether it is a masked array; without the import of numpy.ma, which takes a while."""
    made = type(array) is not np.ndarray and sys.modules.get("numpy.ma")
    return bool(made) and isinstance(array, made.MaskedArray)


def parts(value, name="", depth=5):
    """The arrays and numbers in `value` by name: {"": a} for one array, {"W1": …} for a dict."""
    items = ()
    if kind(value) in ("dict", "sequence") and depth and len(value) <= 200:
        items = value.items() if kind(value) == "dict" else enumerate(value)
    else:
        return {name: np.asarray(value) if kind(value) in ("array", "number") else value}
    found = {}
    for key, item in items:
        found.update(parts(item, f"{name}[{key!r}]" if name else str(key), depth - 1))
    return found


def same(expected, got, rtol=1e-6, depth=9):
    """Whether two results are equal: containers alike, shapes equal, numbers close.

    No right answer is as deep as `depth`; what lies below, as in a list that holds itself, is not
    compared.
    """
    kinds = kind(expected), kind(got)
    if not depth:
        return kinds[0] == kinds[1]
    if kinds == ("dict", "dict"):
        return expected.keys() == got.keys() and all(
            same(expected[k], got[k], rtol, depth - 1) for k in expected
        )
    if kinds[0] == "sequence" and kinds[1] in ("sequence", "array"):
        return len(expected) == len(got) and all(
            same(a, b, rtol, depth - 1) for a, b in zip(expected, got, strict=True)
        )
    if kinds[0] != kinds[1]:
        return False
    if kinds[0] in ("array", "number"):
        return close(np.asarray(expected), np.asarray(got), rtol)
    return kinds[0] == "none" or (kinds[0] != "other" and expected == got) or expected is got


def close(expected, got, rtol=1e-6):
    """Whether two arrays have one shape and numbers that are equal to a relative `rtol`."""
    if expected.shape != got.shape:
        return False
    if expected.dtype.kind not in "biuf" or got.dtype.kind not in "biuf":
        return expected.dtype.kind == got.dtype.kind and bool(np.all(expected == got))
    if np.float32 in (expected.dtype, got.dtype):
        rtol = max(rtol, 3e-5)
    if expected.size and abs(expected.item(0) - got.item(0)) > rtol + rtol * abs(expected.item(0)):
        return False  # most differ in their first number; nan and infinity are looked at below
    a, b = expected.astype(float), got.astype(float)
    size = np.abs(a)
    finite = size < np.inf
    atol = rtol * min(size.max(initial=0.0, where=finite), 1.0)
    with np.errstate(invalid="ignore"):
        equal = np.abs(a - b) <= atol + rtol * size
    if finite.all():
        return bool(equal.all())
    same_end = (a == b) | (np.isnan(a) & np.isnan(b))  # nan and infinity stand for themselves
    return bool(np.where(finite, equal, same_end).all())


def fingerprint(error):
    """What two errors must share to count as the same: their kind and the sizes they name."""
    if error is None:
        return None
    text, name = text_of(error), type(error).__name__
    if isinstance(error, ValueError) and is_shape_error(text):
        found = re.findall(r"(\d+) is different from (\d+)|(\d+) \(dim \d\) != (\d+)", text)
        if not found:
            found = [re.findall(r"\d+", part) for part in re.findall(r"\([\d,]*\)", text)]
        return "shapes", tuple(sorted(int(n) for group in found for n in group if n))
    if isinstance(error, KeyError | NameError):
        return name, text
    text = re.sub(r"0x[0-9a-f]+", "", text)  # an address, another one in every run
    said = re.sub(r"'[^']*'|\d+", "", text) if isinstance(error, PYTHONS_OWN) else ""
    return name, said, tuple(re.findall(r"\d+", text))


def text_of(error):
    """The text of an exception, "" where it has none to give."""
    try:
        return str(error).strip()
    except Exception:
        return ""


def is_shape_error(text):
    """Whether the text of a ValueError says that shapes do not fit."""
    marks = ("core dimension", "not aligned", "broadcast", "does not have enough dimensions")
    return any(mark in text for mark in marks)


def parameters(function):
    """The names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)

"""Explains an error from where it arose, in the learner's terms."""

import ast
import builtins
import linecache
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from sysconfig import get_path

import numpy as np

from nnlib.exercises.guard import TimeUp
from nnlib.exercises.outcomes import EndlessIterator, is_raised, is_shape_error, text_of

SHAPE = re.compile(r"\([\d, ]*,[\d, ]*\)")  # as NumPy writes one
ELLIPSIS = "A `...` is still standing where your code belongs."
# What is raised on purpose; limits and unknown names have explanations of their own.
REFUSALS = (ValueError, TypeError, AssertionError, IndexError, KeyError, ArithmeticError)
LIBRARIES = [Path(__file__).parent.parent, *map(Path, (get_path("stdlib"), get_path("purelib")))]


@dataclass(frozen=True)
class Place:
    """The innermost line that is the learner's own: its frame, number, text and failing piece."""

    frame: object = None
    number: int = 0
    line: str = ""
    piece: str = ""


def explain(error, exercise, lessons):
    """(slug, sentences) for an exception of the learner's function.

    `lessons` maps the names of all exercises to their lessons.
    """
    place = _place(error)
    if any(value is ... for value in _operands(place).values()):
        return "ellipsis-left", f"{ELLIPSIS} {_where(place, exercise)}".strip()
    if re.search(r"\braise \w", place.line) and isinstance(error, REFUSALS) and is_raised(error):
        said = f" ({text_of(error).splitlines()[0]})" if text_of(error) else ""
        text = (
            f"Your function itself refuses this input, with {type(error).__name__}{said}. Look at "
        )
        return "refused", f"{text}the condition in front of it. {_where(place, exercise)}".strip()
    for kinds, make in EXPLANATIONS:
        found = make(error, place, exercise, lessons) if isinstance(error, kinds) else None
        if found:
            return found[0], f"{found[1]} {_where(place, exercise)}".strip()
    name = type(error).__name__
    said = f": {text_of(error).splitlines()[0].rstrip('.')}" if text_of(error) else ""
    text = f"Your function stopped with {name}{said}."
    return name, f"{text} {_where(place, exercise)}".strip()


# --- where it arose -------------------------------------------------------------------------


def _place(error):
    """The Place of an exception; an empty one if no line is the learner's."""
    found, step = Place(), error.__traceback__
    while step is not None:
        frame, number = step.tb_frame, step.tb_lineno
        if not _is_library(frame):
            line = linecache.getline(frame.f_code.co_filename, number)
            found = Place(frame, number, line.strip(), _piece(step, line))
        step = step.tb_next
    return found


def _is_library(frame):
    path = Path(frame.f_code.co_filename)
    if path.parent == LIBRARIES[0] / "exercises" and path.stem.startswith("lesson"):
        return False  # a mistake of the catalogue stands for a learner's function
    return path.name.startswith("<frozen") or any(place in path.parents for place in LIBRARIES)


def _piece(step, line):
    """The part of the line that failed, as Python marks it in a traceback; else the line."""
    positions = list(step.tb_frame.f_code.co_positions())[step.tb_lasti // 2]
    first, last, start, end = positions
    if None in positions or first != last or first != step.tb_lineno:
        return line.strip()
    return line.encode()[start:end].decode(errors="ignore")


def _where(place, exercise):
    if not place.line:
        return ""
    name = place.frame.f_code.co_name
    inside = "" if name == exercise.name or name.startswith("<") else f" (in `{name}`)"
    return f"It happened in line {place.number}{inside}: `{place.line}`."


def _locals(place):
    return place.frame.f_locals if place.frame else {}


def _shapes(place, text=""):
    """`X` has shape (7, 4), `W.T` has shape (5, 3): what the failing piece puts together.

    What is no name has the shape, or the size, that `text`, NumPy's own word, gives.
    """
    told = [tuple(map(int, re.findall(r"\d+", shape))) for shape in SHAPE.findall(text)]
    sides = _sides(place)
    if sides:
        words = [_shape_of_side(i, node, place, told, text) for i, node in enumerate(sides)]
        return ", ".join(words) if all(words) else ""
    seen = {k: v.shape for k, v in _operands(place).items() if isinstance(v, np.ndarray)}
    if not seen:
        seen = {k: v.shape for k, v in _locals(place).items() if isinstance(v, np.ndarray)}
    if not {*told} <= {*seen.values()}:
        return ""
    return ", ".join(f"`{name}` has shape {shape}" for name, shape in seen.items())


def _sides(place):
    """The two sides of the operator that fails, or None if the piece is something else."""
    try:
        (statement,) = ast.parse(place.piece).body
    except (SyntaxError, ValueError):
        return None
    if isinstance(statement, ast.AugAssign):
        return statement.target, statement.value
    node = getattr(statement, "value", None)
    return (node.left, node.right) if isinstance(node, ast.BinOp) else None


def _shape_of_side(i, node, place, told, text):
    """What is known of the left (0) or the right side (1) of an operator; "" if nothing is."""
    value, code = _value(node, place.frame), ast.unparse(node)
    name = f"`{code}`" if len(code) < 50 else ("the left side", "the right side")[i]
    if isinstance(value, np.ndarray):
        return f"{name} has shape {value.shape}"
    if len(told) >= 2:
        return f"{name} has shape {told[i]}"
    sizes = re.search(r"size (\d+) is different from (\d+)", text)
    return f"{name} has {sizes[2 - i]} {('columns', 'rows')[i]}" if sizes else ""


def _operands(place):
    """The values of the names, `.T`s and entries of dicts in the failing piece, left to right."""
    try:
        nodes = list(ast.walk(ast.parse(place.piece)))  # from the outside inwards
    except SyntaxError:
        return {}
    found, done = [], set()
    for node in nodes:
        value = None if id(node) in done else _value(node, place.frame)
        if value is not None:
            found.append((node.col_offset, ast.unparse(node), value))
            done.update(id(inner) for inner in ast.walk(node))
    return {name: value for _, name, value in sorted(found, key=lambda item: item[0])}


def _value(node, frame):
    """The value of a name, of `d["key"]` or of `.T`, without running anything else."""
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id)
    inner = _value(node.value, frame) if isinstance(node, ast.Attribute | ast.Subscript) else None
    if isinstance(node, ast.Attribute):
        return inner.T if node.attr == "T" and isinstance(inner, np.ndarray) else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return inner.get(node.slice.value) if isinstance(inner, dict) else None
    return None


# --- one explanation per kind of error ------------------------------------------------------


def _time(error, place, exercise, lessons):
    return "endless-loop", (
        f"Your function had not finished after {exercise.seconds} seconds and was stopped. "
        "A loop that never ends, or far more work than the task needs? Look at what should make it "
        "stop, and at what is worked out again and again."
    )


def _endless(error, place, exercise, lessons):
    return "endless-generator", (
        f"Your function yields without end: it was stopped after {error.args[0]} items. "
        "Look at what should end the loop around `yield`."
    )


def _memory(error, place, exercise, lessons):
    shape = re.search(r"shape (\([\d, ]*\))", text_of(error))
    what = f"an array of shape {shape[1]}" if shape else "more than 2 GB of memory"
    return "huge-array", (
        f"Your function asked for {what}, far more than the inputs need. Look for a size that is "
        "built from the wrong numbers, or a list that grows without end."
    )


def _recursion(error, place, exercise, lessons):
    return "recursion", (
        "Your function calls itself, again and again, until Python gives up. Did a name inside it "
        "mean another function?"
    )


def _stop(error, place, exercise, lessons):
    name = "exit" if isinstance(error, SystemExit) else "a keyboard interrupt"
    return "exit", (
        f"Your function ends the whole program ({name}) in place of giving back a result. "
        "It should end with `return`."
    )


def _unbound(error, place, exercise, lessons):
    name = _quoted(error)
    return "unbound-name", (
        f"`{name}` is used before it has a value: somewhere in your function it is assigned, and "
        "so it belongs to the function, but that line has not run yet (or stands in an `if` or a "
        "loop that did not run)."
    )


def _name(error, place, exercise, lessons):
    name = getattr(error, "name", None) or _quoted(error)
    if name in ("np", "numpy"):
        return "numpy-not-imported", (
            f"`{name}` is unknown: run the cell with `import numpy as np` at the top of the lesson."
        )
    if name in lessons:
        return "function-missing", (
            f"`{name}` is unknown here. It is a function of lesson {lessons[name]}; after a "
            f"restart of the kernel it is gone. Run the cell that defines or imports it again."
        )
    holders = [k for k, v in _locals(place).items() if isinstance(v, dict) and name in v]
    if holders:
        return "unknown-name", f"`{name}` is no variable but an entry of the dict `{holders[0]}`."
    if callable(getattr(np, name, None)):
        return "numpy-function", f"`{name}` is unknown by itself: NumPy's is written `np.{name}`."
    known = [*_locals(place), *lessons, *dir(builtins)]
    close = get_close_matches(name, [k for k in known if k != name], 1, 0.7)
    guess = f" Did you mean `{close[0]}`?" if close else ""
    return "unknown-name", (
        f"The name `{name}` is unknown.{guess} It may be misspelt, or the cell that defines it has "
        "not been run since the kernel started."
    )


def _value_error(error, place, exercise, lessons):
    text = text_of(error)
    if "non-broadcastable output operand" in text:
        return "no-room-in-place", (
            "`+=`, `-=` and the like write into the array on their left, and it has no room for "
            "the result, which is larger. Make a new array: `c = a + b`."
        )
    if is_shape_error(text):
        shapes = _shapes(place, text)
        return "shapes", (
            "Two arrays do not fit together"
            + (f": {shapes}" if shapes else f": {text}")
            + ". "
            + _shape_rule(text)
        )
    if "truth value of an array" in text:
        return "truth-of-an-array", (
            "`if`, `while`, `and`, `max(…)` and the like need one True or False, and got a whole "
            "array of them. Work on all entries at once with NumPy instead of asking once. (Of "
            "shapes, ask `a.shape == b.shape`.)"
        )
    if "inhomogeneous" in text:
        return "uneven-parts", (
            "One array is to be made of things of different shapes, such as rows of different "
            "lengths. Take the parts one by one, or look at why they differ."
        )
    if "setting an array element with a sequence" in text:
        return "array-into-element", (
            "You put a whole array where one number fits. Look at the shape of both sides of the "
            "assignment."
        )
    if "to unpack" in text:
        return "unpacking", (
            f"The number of names on the left does not fit what comes from the right ({text})."
        )
    if "cannot reshape" in text:
        return "reshape", f"The sizes do not add up: {text}."
    return None


def _shape_rule(text):
    if "core dimension" in text or "not aligned" in text or "enough dimensions" in text:
        return "For `@` the columns of the left must be as many as the rows of the right."
    return (
        "For `+`, `-`, `*` and `/`, counted from the last axis, sizes must be equal or one of "
        "them 1."
    )


def _type_error(error, place, exercise, lessons):
    text = text_of(error)
    if "bitwise_xor" in text or "for ^:" in text or "for ^=:" in text:
        return "caret-for-power", (
            "`^` is not a power in Python: it compares bits, and only whole numbers have them. The "
            "power is written with two stars."
        )
    if "converted to a scalar index" in text:
        return "array-for-a-number", (
            "An array stands where one whole number is needed, such as an axis or a size: the "
            "second argument of `np.max`, `np.sum` and the like is an axis."
        )
    if "as a data type" in text:
        return "shape-not-a-tuple", (
            "A shape is one argument, a tuple in brackets of its own, as in `np.zeros((m, k))`: "
            "the second argument is the type of the entries."
        )
    if "can be converted to Python scalars" in text:
        return "math-on-array", (
            "A function that takes one number (as those of `math`, or `float`) got a whole array. "
            "NumPy's function of the same name works on every entry."
        )
    if "<U" in text or "'str'" in text:
        return "text-for-array", (
            "Text stands where an array is needed. Unpacking a dict, or looping over it, gives the "
            "names of its entries; the arrays are behind them."
        )
    if "'ellipsis'" in text:
        return "ellipsis-left", ELLIPSIS
    if "'dict'" in text and "operand" in text:
        return "dict-for-array", (
            "A whole dict stands where an array is needed. Its entries are arrays: work on one "
            "after the other, each by its name in square brackets."
        )
    if "multiply sequence by non-int" in text:
        return "list-for-array", (
            "A list, a tuple or a text stands where an array is needed: `*` repeats such a thing. "
            "(Looping over a dict gives the names of its entries; the arrays are behind them.)"
        )
    if "NoneType" in text:
        return "none-inside", (
            "Something here is None: often a function that does its work but has no `return`, or "
            "a method that changes its array in place and gives back nothing."
        )
    if "not callable" in text:
        return "not-callable", _not_callable(text, place)
    if "required positional argument" in text or "positional arguments but" in text:
        return "arguments", f"A function is called with the wrong number of arguments: {text}."
    if "indices must be" in text:
        return "index-type", f"An index has the wrong type: {text}."
    if "'list'" in text or "'tuple'" in text:
        return "list-for-array", (
            "A Python list or tuple stands where an array is needed: `+`, `*` and `@` mean "
            "something else for lists. `np.array(…)` makes an array of it."
        )
    return None


def _not_callable(text, place):
    used = re.findall(r"(\w+)\s*\(", place.line)
    names = place.frame.f_globals if place.frame else {}
    hidden = [n for n in used if hasattr(builtins, n) and n in names]
    if hidden:
        return (
            f"`{hidden[0]}` is a variable of yours now and hides Python's own function of that "
            "name. Rename the variable and restart the kernel."
        )
    return (
        f"Round brackets call a function, but {text.split(' object')[0]} is not one. Is an "
        "operator missing before the bracket, or are square brackets meant?"
    )


def _attribute(error, place, exercise, lessons):
    text = text_of(error)
    if "NoneType" in text:
        return _type_error(error, place, exercise, lessons)
    if re.search(r"'(list|tuple|int|float)' object", text):
        kind = re.search(r"'(\w+)' object", text)[1]
        return "list-for-array", (
            f"`.{error.name}` is asked of a {kind}, which does not have it; an array has. "
            "Make it an array with `np.asarray(…)` first."
        )
    if "'dict' object" in text:
        return "attribute-of-a-dict", (
            f"A dict's entries are taken with square brackets and the name in quotes, not with "
            f"`.{error.name}`."
        )
    if error.name and callable(getattr(np, error.name, None)) and "ndarray" in text:
        return "numpy-function", (
            f"An array has no `.{error.name}` of its own: NumPy's function is written "
            f"`np.{error.name}(…)`."
        )
    close = get_close_matches(error.name or "", dir(error.obj), 1, 0.6) if error.name else []
    guess = f" Did you mean `{close[0]}`?" if close else ""
    return "unknown-attribute", f"{text.split('. Did you mean')[0]}.{guess}"


def _index(error, place, exercise, lessons):
    text, shapes = text_of(error), _shapes(place)
    given = f" Here {shapes}." if shapes else ""
    if isinstance(error, np.exceptions.AxisError):
        return "no-such-axis", (
            f"An axis is asked for that the array does not have ({text}); axes are counted from 0."
            f"{given}"
        )
    if "only integers" in text or "must be of integer" in text:
        return "index-type", (
            "What stands as an index is no whole number (nor an array of such): a division with "
            "`/` gives floats, `//` stays whole, and `.astype(int)` makes whole numbers of floats."
        )
    if "shape mismatch: indexing arrays" in text:
        told = " and ".join(SHAPE.findall(text))
        return "index-shapes", (
            "The arrays in the square brackets do not belong together: for every entry that is "
            f"picked, each of them gives one number. Here their shapes are {told}."
        )
    if "too many indices" in text:
        return "too-many-indices", f"An array has fewer axes than you index.{given}"
    found = re.search(r"index (-?\d+) is out of bounds for axis (\d) with size (\d+)", text)
    if found:
        last = int(found[3]) - 1
        return "index-out-of-range", (
            f"Index {found[1]} does not exist: axis {found[2]} has {found[3]} entries, counted "
            f"from 0 to {last}.{given}"
        )
    return "index-out-of-range", f"An index is beyond the end ({text}); counting starts at 0."


def _key(error, place, exercise, lessons):
    key = error.args[0] if error.args else ""
    dicts = [v for v in _locals(place).values() if isinstance(v, dict) and key not in v]
    known = ", ".join(f"`{k}`" for k in dict.fromkeys(k for d in dicts for k in d))
    there = f" There {'are' if ',' in known else 'is only'} {known}." if known else ""
    return "unknown-key", f"There is no entry `{key}`.{there}"


def _zero(error, place, exercise, lessons):
    return "division-by-zero", (
        "Your function divides by zero. Which of the sizes or numbers can be 0 here?"
    )


def _input(error, place, exercise, lessons):
    if "input()" in text_of(error):
        return "input", (
            "Your function asks with `input()`. The values come as its arguments: use those."
        )
    return None


def _not_implemented(error, place, exercise, lessons):
    return "not-implemented", "Your function still raises NotImplementedError: a part is missing."


def _quoted(error):
    found = re.search(r"'(\w+)'", text_of(error))
    return found[1] if found else "?"


EXPLANATIONS = [
    (TimeUp, _time),
    (EndlessIterator, _endless),
    (MemoryError, _memory),
    (RecursionError, _recursion),
    ((SystemExit, KeyboardInterrupt), _stop),
    (UnboundLocalError, _unbound),
    (NameError, _name),
    (IndexError, _index),
    (ValueError, _value_error),
    (NotImplementedError, _not_implemented),
    (TypeError, _type_error),
    (AttributeError, _attribute),
    (KeyError, _key),
    (ZeroDivisionError, _zero),
    (EOFError, _input),
]

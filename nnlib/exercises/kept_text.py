"""Changes the text of a learner's file of functions, and nothing in it but what it is asked for.

Everything here takes a text and gives a text; where that cannot be, Refused says why.
"""

import ast
import builtins
import inspect
import io
import re
import symtable
import textwrap
from types import ModuleType

from nnlib.exercises import engine

# Lines of a cell that belong to the lesson and not to the function.
NOISE = re.compile(r"^[ \t]*(@check|### (BEGIN|END) SOLUTION)[ \t]*\n", re.MULTILINE)


class Refused(Exception):
    """What cannot be done; the text is a sentence for the learner."""


def source_of(f, name):
    """The text of a function as a `def` of that name, without what belongs to the lesson."""
    try:
        text = NOISE.sub("", textwrap.dedent(inspect.getsource(f)))
        (node,) = ast.parse(text).body
        if not isinstance(node, ast.FunctionDef):
            raise TypeError("a lambda, or a class")
    except (OSError, TypeError, ValueError, SyntaxError):
        raise Refused("only a function that a cell defines with `def` can be kept") from None
    lines = _lines(text.rstrip() + "\n")
    first = node.lineno - 1
    lines[first] = re.sub(rf"\bdef\s+{node.name}\b", f"def {name}", lines[first], count=1)
    return "".join(lines)


def find(text, name):
    """The text of the function of that name at the file's top level, "" where there is none."""
    start, end = _places(text).get(name, (0, 0))
    return "".join(_lines(text)[start:end])


def put(text, name, source, space):
    """The file's text with this function in it, and with the imports that it needs.

    `space`: the globals of the function, to tell modules by. The library's stand-in is taken out.
    """
    text = text.replace(_library_line(name), "")
    text += "\n" * (not text.endswith("\n"))
    if name in _bound(text) and name not in _places(text):
        raise Refused("the file has something else of that name")
    return _with_function(_with_imports(text, name, source, space), name, source)


def _with_imports(text, name, source, space):
    """The text with an import of every name that the source uses and the file does not have."""
    missing = sorted(_used(_table(source)) - _bound(text) - {name, *dir(builtins)})
    imports = [_import(used, space.get(used)) for used in missing]
    unknown = [f"`{used}`" for used, line in zip(missing, imports, strict=True) if not line]
    if unknown:
        names = ", ".join(unknown)
        raise Refused(f"it uses {names}, unknown in the file; write it there or in the function")
    lines, at = _lines(text), _head(text)
    if imports and at and not re.match("import|from", lines[at - 1]):  # below a docstring
        lines[at:at] = ["\n"] * (lines[at : at + 1] != ["\n"])
        at += 1
    return "".join(lines[:at] + imports + lines[at:])


def _import(name, value):
    """The line that imports a module of the learner's, or another exercise; "" for the rest."""
    if isinstance(value, ModuleType):
        full = value.__name__
        return f"import {full}\n" if full == name else f"import {full} as {name}\n"
    made = engine.REGISTRY.get(name)
    return _library_line(name) if made and not made.graded else ""


def _library_line(name):
    """The line that stands in for an exercise until the learner's own is kept."""
    module = engine.find(name).reference.__module__
    return f"from {module} import {name}  # the library's, until yours is kept\n"


def _with_function(text, name, source):
    """The text with the function in the place of its old version, or in the lessons' order."""
    lines, places = _lines(text), _places(text)
    if name in places:
        start, end = places[name]
        return "".join(lines[:start] + [source] + lines[end:])
    order = [made.name for made in engine.exercises()]
    at = order.index(name)
    before = [places[other][1] for other in order[:at] if other in places]
    after = [places[other][0] for other in order[at:] if other in places]
    start = before[-1] if before else after[0] if after else len(lines)
    new = ["\n\n", source]
    if after and not before:
        new.reverse()
        while start and lines[start - 1].startswith("#"):  # it speaks of the next function
            start -= 1
    return "".join(lines[:start] + new + lines[start:])


def _head(text):
    """The number of lines up to the end of the docstring and imports that a file begins with."""
    at = 0
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Expr | ast.Import | ast.ImportFrom):
            break
        at = node.end_lineno
    return at


def _lines(text):
    """The lines as Python counts them; str.splitlines knows other line ends, too."""
    return list(io.StringIO(text, newline=""))


def _places(text):
    """Of each function at the top level, by its name: where it starts, and the line after it."""
    lines, places = _lines(text), {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            start = min(part.lineno for part in [node, *node.decorator_list]) - 1
            places[node.name] = start, start + len(inspect.getblock(lines[start:]))
    return places


def _table(text):
    return symtable.symtable(text, "kept", "exec")


def _bound(text):
    """The names that a file gives a meaning to, at its top level."""
    names = _table(text).get_symbols()
    return {name.get_name() for name in names if name.is_assigned() or name.is_imported()}


def _used(table, top=True):
    """The names that a text looks up outside its functions."""
    looked_up = (s for s in table.get_symbols() if s.is_referenced() and (top or s.is_global()))
    used = {symbol.get_name() for symbol in looked_up}
    return used.union(*(_used(child, top=False) for child in table.get_children()))

"""Tells a function that nobody has written yet from an attempt, by its code, without its source."""

import dis

_IDLE = {
    *("RESUME", "NOP", "POP_TOP", "PUSH_NULL", "PRECALL", "CALL", "COPY_FREE_VARS", "CACHE"),
    *("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "MAKE_CELL", "NOT_TAKEN"),
}
_RAISED = {"NotImplementedError", "NotImplemented"}


def is_stub(function):
    """Whether the body is only a docstring and `...`, `pass`, `return` or NotImplementedError."""
    if getattr(function, "is_stand_in", False):
        return True
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    instructions = list(dis.get_instructions(code))
    raises = any(i.opname == "RAISE_VARARGS" for i in instructions)
    return all(_is_idle(i, code, raises) for i in instructions)


def _is_idle(instruction, code, raises):
    name, value = instruction.opname, instruction.argval
    if name in ("LOAD_GLOBAL", "LOAD_COMMON_CONSTANT"):
        return raises and getattr(value, "__name__", value) in _RAISED
    if name == "LOAD_CONST":
        return raises or value in (None, ...)
    return name in _IDLE and (name != "RETURN_CONST" or value in (None, ...))

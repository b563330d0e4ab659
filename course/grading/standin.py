"""A submission's function as the course's own code sees it: inputs go in, data come out."""

import builtins
import inspect
import keyword
import warnings

import numpy as np

from course.grading.inside import wire
from course.grading.process import Ended, TooSlow
from course.grading.session import CALL
from nnlib.exercises.guard import TimeUp


class ProcessEnded(Exception):
    """The process of the submission ended during a call."""

    ends_the_trial = True


class StandIn:
    """Calls function `name` of a session. What it does to its arguments is done to them here."""

    def __init__(self, session, name):
        self._session = session
        self.__name__ = name
        told = self._ask({"do": "describe", "name": name})
        self.exists = told.get("callable") is True
        self.is_stand_in = told.get("stub") is True  # not written yet
        signature = _signature(told.get("parameters"))
        if signature:
            self.__signature__ = signature

    def __call__(self, *args, **kwargs):
        seed = int(np.random.get_state()[1][0])  # noqa: NPY002  (the engine has set it)
        request = {
            "do": "call",
            "name": self.__name__,
            "args": list(args),
            "kwargs": kwargs,
            "seed": seed,
        }
        try:
            answer = self._ask(request)
        except TooSlow:
            raise TimeUp from None
        except Ended as end:
            raise ProcessEnded(str(end)) from None
        return _replay(answer, args)

    def _ask(self, request):
        answer = self._session.ask(request, CALL)
        if type(answer) is not dict:
            raise Ended("The process sent something that is no answer.")
        return answer


def _signature(told):
    """The Signature that the other side describes; None where the description is none."""
    try:
        parameters = [
            inspect.Parameter(name, kind, default=None if has_default else inspect.Parameter.empty)
            for name, kind, has_default in told
        ]
        return inspect.Signature(parameters)
    except (TypeError, ValueError):
        return None


def _replay(answer, args):
    """Do here what the call did there: warnings, printing, changes, then the error or result."""
    for name, text in _pairs(answer.get("warnings")):
        kind = getattr(builtins, name, None)
        known = isinstance(kind, type) and issubclass(kind, Warning)
        warnings.warn(text, kind if known else UserWarning, stacklevel=3)
    if isinstance(answer.get("printed"), str):
        print(answer["printed"], end="")
    changed = answer.get("changed")
    for i, after in changed.items() if type(changed) is dict else ():
        if type(i) is int and 0 <= i < len(args):
            _change(args[i], after)
    if "error" in answer:
        raise _error(answer["error"])
    return answer.get("result")


def _pairs(found):
    """The pairs of texts in a list that may be anything."""
    for pair in found if type(found) is list else ():
        if type(pair) is list and len(pair) == 2 and all(type(text) is str for text in pair):
            yield pair


def _change(here, after):
    """Give an argument the state that it has on the other side, as far as it can have it."""
    if isinstance(here, np.random.Generator) and type(after) is str:
        here.bit_generator.state = wire.generator(after).bit_generator.state
    elif isinstance(here, np.ndarray) and isinstance(after, np.ndarray):
        if here.shape == after.shape:
            here[...] = after
        else:
            here.resize(after.shape, refcheck=False)
    elif type(here) is dict and type(after) is dict:
        here.clear()
        here.update(after)
    elif type(here) is list and type(after) is list:
        here[:] = after


def _error(told):
    """The exception of the other side as one of the same kind, with the same text."""
    names, text = [], ""
    if type(told) is dict:
        names = [n for n in told.get("types") or () if type(n) is str and n.isidentifier()]
        text = told.get("text") if type(told.get("text")) is str else ""
    kinds = (getattr(builtins, name, None) for name in names)
    base = next((k for k in kinds if isinstance(k, type) and issubclass(k, Exception)), Exception)
    name = names[0] if names and not keyword.iskeyword(names[0]) else base.__name__
    made = base if name == base.__name__ else type(name, (base,), {})
    try:
        return made(text)
    except TypeError:  # some want more than a text, as UnicodeDecodeError does
        return type(name, (Exception,), {})(text)

"""A submission's function as the course's own code sees it: inputs go in, data come out."""

import builtins
import contextlib
import inspect
import keyword
import warnings

import numpy as np

from course.grading.inside import wire
from course.grading.process import Ended, TooSlow
from nnlib.exercises.guard import TimeUp

# What a function did that its feedback must tell, whatever else is found: slug and sentence. Both
# are the course's own: in a text of the submission's, an input could be carried out.
NO_LIBRARY = (
    "library-not-available",
    "Your code uses a function of nnlib or of another library that is not there while your work "
    "is graded: only your own code and NumPy run.",
)


# Of what comes back, since the engine looks for patterns in it, which takes long in a long text.
LONG, MANY = 1000, 50  # characters; parameters, warnings, base classes


class ProcessEnded(Exception):
    """The process of the submission ended during a call."""

    ends_the_trial = True


class StandIn:
    """Calls function `name` of a session. What it does to its arguments is done to them here.

    `incident` is what a call met with, as (slug, sentence); () where there was nothing.
    """

    seconds = float("inf")  # the process behind it is watched: no further limit is needed

    def __init__(self, session, name):
        self._session, self.incident = session, ()
        self.__name__ = name
        told = self._described()
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
            answer = self._ask(request, look=lambda message: _change_all(message, args))
        except TooSlow:
            raise TimeUp from None
        except Ended as end:
            self.incident = "process-ended", f"A call of {self.__name__} was stopped. {end}"
            raise ProcessEnded(str(end)) from None
        if "error" in answer:
            self._note(answer["error"])
        return _replay(self._bounded(answer), args)

    def _bounded(self, answer):
        """The answer, unless it holds more than anybody wants to compare."""
        result = answer.get("result")
        if hasattr(result, "__next__"):
            result = list(result)
            answer["result"] = iter(result)
        if wire.size([result, answer.get("changed")]) > self._session.limits.things:
            raise MemoryError(f"more than {self._session.limits.things} items and rows")
        return answer

    def _described(self):
        """What the other side says of the function; what an earlier call left running there may
        end the process, and then a new one is asked."""
        request = {"do": "describe", "name": self.__name__}
        try:
            return self._ask(request)
        except Ended:
            return self._ask(request)

    def _ask(self, request, **options):
        return self._session.ask(request, self._session.limits.call, **options)

    def _note(self, error):
        kinds = error.get("types") if type(error) is dict else None
        if type(kinds) is list and kinds[:1] == ["OwnCodeNeeded"]:
            self.incident = NO_LIBRARY


def _signature(told):
    """The Signature that the other side describes; None where the description is none."""
    try:
        parameters = [
            inspect.Parameter(name, kind, default=None if has_default else inspect.Parameter.empty)
            for name, kind, has_default in told[:MANY]
        ]
        return inspect.Signature(parameters)
    except (TypeError, ValueError):
        return None


def _replay(answer, args):
    """Do here what the call did there: warnings, printing, changes, then the error or result."""
    for name, text in _pairs(answer.get("warnings")):
        kind = getattr(builtins, name, None)
        known = isinstance(kind, type) and issubclass(kind, Warning)
        warnings.warn(text[:LONG], kind if known else UserWarning, stacklevel=3)
    if isinstance(answer.get("printed"), str):
        print(answer["printed"][: 10 * LONG], end="")
    _change_all(answer, args)
    if "error" in answer:
        raise _error(answer["error"])
    return answer.get("result")


def _pairs(found):
    """The pairs of texts in a list that may be anything."""
    for pair in _list(found)[:MANY]:
        if type(pair) is list and len(pair) == 2 and all(type(text) is str for text in pair):
            yield pair


def _change_all(answer, args):
    """Give all arguments that an answer calls changed the state that they have there."""
    changed = answer.get("changed")
    for i, after in changed.items() if type(changed) is dict else ():
        if type(i) is int and 0 <= i < len(args):
            _change(args[i], after)


def _change(here, after):
    """Give an argument the state that it has on the other side, as far as it can have it."""
    if isinstance(here, np.random.Generator) and type(after) is str:
        with contextlib.suppress(wire.Malformed, *wire.FAULTS):
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
    told = told if type(told) is dict else {}
    kinds = [kind for kind in _list(told.get("types"))[:MANY] if type(kind) is str]
    names = [kind for kind in kinds if len(kind) < LONG and kind.isidentifier()]
    if names[:1] == ["KeyboardInterrupt"]:  # nobody pressed: see nnlib.exercises.guard
        return SystemExit("KeyboardInterrupt")
    base = next(filter(None, map(_known_kind, names)), Exception)
    name = names[0] if names and not keyword.iskeyword(names[0]) else base.__name__
    made = _made(base if name == base.__name__ else type(name, (base,), {}), told)
    if isinstance(made, NameError | AttributeError) and type(told.get("name")) is str:
        made.name = told["name"]
    return made


def _made(kind, told):
    """An exception of this kind with the arguments or, where that cannot be, the text told."""
    text = told["text"][:LONG] if type(told.get("text")) is str else ""
    args = [a for a in _list(told.get("args"))[:MANY] if type(a) in (str, int, float)]
    for given in (args, [text]):
        with contextlib.suppress(TypeError):  # some want more, as UnicodeDecodeError does
            made = kind(*given)
            if str(made) == text:
                return made
    return type(kind.__name__, (Exception,), {})(text)


def _known_kind(name):
    """The class of exceptions that Python or NumPy calls so; None if there is none."""
    for place in (builtins, np.exceptions, np.linalg):
        kind = vars(place).get(name)
        if isinstance(kind, type) and issubclass(kind, Exception | SystemExit):
            return kind
    return None


def _list(found):
    return found if type(found) is list else []

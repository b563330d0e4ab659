"""Runs inside the sandbox: executes a submission's cells and calls its functions when asked to.

It reads requests from one pipe and answers on another (wire.py says in which form). It holds no
answer, no test and no probe but those of the call at hand; whatever a submission does to this
process, it does to its own marks.
"""

import builtins
import contextlib
import copy
import inspect
import io
import json
import os
import random
import resource
import sys
import warnings

import numpy as np
import syscalls
import wire
from cells import Cells, described

import nnlib
from nnlib import is_stub


class Agent:
    """The loop of requests: `cell` runs one, `describe` tells of a function, `call` calls it."""

    def __init__(self, requests, replies, longest):
        self.requests, self.replies, self.longest = requests, replies, longest
        self.cells, self.written = Cells(longest), {}
        self.args = self.before = ()

    def serve(self):
        """Answer requests until the pipe is closed."""
        answers = {
            "offer": self.offer,
            "cell": self.cell,
            "describe": self.describe,
            "call": self.call,
        }
        while True:
            request = self.receive()
            self.send(answers[request.pop("do")](**request))

    def receive(self):
        """The next message; the process ends where there is none."""

        def exactly(count):
            data = self.requests.read(count)
            if len(data) < count:
                os._exit(0)
            return data

        return wire.read(exactly, self.decode)

    def send(self, answer):
        """Send a message; where what a function returned cannot be sent, the reason."""
        try:
            wire.write(self.replies, answer)
        except wire.Malformed as error:
            wire.write(self.replies, {"error": _told(MemoryError(*error.args))})
        except Exception as error:
            wire.write(self.replies, {"error": _told(error)})

    def decode(self, kind, inside):
        """A function that lives with the grader."""
        return self.function_there(inside) if kind == "function" else None

    def function_there(self, number):
        """What calls function number `number` of the grader."""

        def function(*args, **kwargs):
            told = {"callback": number, "args": list(args), "kwargs": kwargs}
            self.send({**told, "changed": self.changes()})
            answer = self.receive()
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["result"]

        return function

    def offer(self, source):
        """Make the functions in `source` available as the library's."""
        space = {"np": np}
        exec(source, space)
        nnlib.OFFERED.update({n: f for n, f in space.items() if inspect.isfunction(f)})
        return {}

    def cell(self, source):
        """Run a cell; then remember which functions are written, that is, no longer stubs."""
        outputs, error = self.cells.run(source)
        for name, value in list(self.cells.names.items()):
            if inspect.isfunction(value) and not is_stub(value):
                self.written[name] = value
        return {"outputs": outputs, "error": error and described(error, self.longest)}

    def find(self, name):
        """The function as it stands at the end; the last written one if that is only a stub."""
        found = self.cells.names.get(name)
        if callable(found) and not is_stub(found):
            return found
        return self.written.get(name, found)

    def describe(self, name):
        """Whether there is a function of that name, whether it is still a stub, its parameters."""
        found = self.find(name)
        if not callable(found):
            return {"callable": False, "there": name in self.cells.names}
        try:
            parameters = inspect.signature(found).parameters.values()
            told = [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
        except (ValueError, TypeError):
            told = None
        return {"callable": True, "stub": is_stub(found), "parameters": told}

    def call(self, name, args, kwargs, seed):
        """Call a function; gives its result or error, its changes, warnings and what it printed."""
        function, printed, answer = self.find(name), io.StringIO(), {}
        self.args, self.before = args, _copies(args)
        np.random.seed(seed)  # noqa: NPY002  (what a learner may use)
        random.seed(seed)
        with _observed(printed) as seen:
            try:
                answer["result"] = _run_out(function(*args, **kwargs))
            except BaseException as error:
                answer = {"error": _told(error)}
        answer["changed"] = self.changes()
        answer["warnings"] = [[w.category.__name__, str(w.message)[:300]] for w in seen[:20]]
        answer["printed"] = printed.getvalue()[:2000]
        return answer

    def changes(self):
        """The arguments that are no longer as they were when this was last asked, by place."""
        now = list(map(_plain, self.args))
        places = [
            i for i, (b, a) in enumerate(zip(self.before, now, strict=True)) if not _same(b, a)
        ]
        self.before = _copies(self.args) if places else self.before
        return {i: now[i] for i in places}


@contextlib.contextmanager
def _observed(printed):
    """What is printed goes to `printed`, all warnings to the list given; `input` asks nobody."""
    ask, builtins.input = builtins.input, _no_input
    try:
        with (
            contextlib.redirect_stdout(printed),
            warnings.catch_warnings(record=True) as seen,
            np.errstate(all="warn", under="ignore"),
        ):
            warnings.simplefilter("always")
            yield seen
    finally:
        builtins.input = ask


def _no_input(*_):
    raise EOFError("input() was called")


def _told(error):
    """An exception as data: its class, the classes above it, its text, arguments and name."""
    above = [c.__name__ for c in type(error).__mro__]
    try:
        text = str(error)[:1000]
        args = [a for a in error.args if type(a) in (str, int, float)][:5]
    except Exception:
        text, args = "", []
    return {"types": above, "text": text, "args": args, "name": getattr(error, "name", None)}


def _run_out(value):
    """`value`, with an iterator run to its end: copies, since a buffer may be used again."""
    if not hasattr(value, "__next__"):
        return value
    items = []
    for item in value:
        items.append(copy.deepcopy(item))
        if len(items) > wire.ITEMS:
            break
    return iter(items)


def _copies(args):
    return copy.deepcopy(list(map(_plain, args)))


def _plain(value):
    """What can be compared and sent of an argument: a random generator by its state."""
    return wire.state(value) if isinstance(value, np.random.Generator) else value


def _same(before, after):
    """Whether an argument is exactly as it was; what is no data counts as the same."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and (before.shape, before.dtype) == (after.shape, after.dtype)
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return not isinstance(before, str | int | float) or before == after


def main():
    """Set the limits, take the pipes for the protocol, leave the submission no standard stream."""
    limits = json.loads(os.environ.pop("NNLIB_LIMITS"))
    for name, value in limits["resources"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # where the machine runs out of memory, this process goes first
    if limits["wall"]:
        syscalls.forbid()
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.stdin = open(os.devnull)
    agent = Agent(requests, replies, limits["output"])
    agent.send({"ready": True})
    agent.serve()


if __name__ == "__main__":
    main()

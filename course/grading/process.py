"""A submission's process behind the wall: start it, ask it, and stop it when it goes too far."""

import contextlib
import io
import os
import select
import subprocess
import time

import psutil

from course.grading import sandbox
from course.grading.inside import wire
from course.grading.limits import Limits

START = 30  # seconds until the process must be ready
WATCH = 0.1  # seconds between two looks at what the process takes


class Ended(Exception):
    """The process is no longer there; the text says why, in words for the student."""


class TooSlow(Ended):
    """The answer did not come in time, and the process was stopped."""


class NotStarted(RuntimeError):
    """No process could be started: the fault of this machine, never the submission's."""


class Process:
    """One sandboxed process. `ask` sends a request and gives the answer; any fault ends it.

    Raises NotStarted if it does not come up; until then no code of the submission has run.
    """

    def __init__(self, unsafe=False, limits=None):
        self.limits = limits or Limits()
        command, environment = sandbox.command(unsafe)
        self.popen = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # of bubblewrap, while it starts
            bufsize=0,
            start_new_session=True,
            cwd="/",
        )
        self.alive = True
        os.set_blocking(self.popen.stdin.fileno(), False)
        try:
            with self._ends_on_fault():
                self._receive(_Allowance(self, START))
        except Ended as end:
            raise NotStarted(f"No process could be started: {self._complaint() or end}") from None
        finally:
            self.popen.stderr.close()

    def _complaint(self):
        """The last line of what was said on the standard error."""
        os.set_blocking(self.popen.stderr.fileno(), False)
        said = self.popen.stderr.read(10_000) or b""
        return said.decode(errors="replace").strip().rpartition("\n")[2]

    def ask(self, request, seconds, most=float("inf"), look=lambda answer: None):
        """The answer to a request, within `seconds` of computing and `most` on the clock; functions
        in the request may be called meanwhile, and `look` sees each such message first.

        Raises Ended, or TooSlow, when the process dies, takes too much or answers nonsense.
        """
        if not self.alive:
            raise Ended("The process has ended.")
        allowance, functions = _Allowance(self, seconds, most), []
        with self._ends_on_fault():
            self._send(request, allowance, functions)
            while True:
                answer = self._receive(allowance)
                if type(answer) is not dict:
                    raise wire.Malformed("no dict")
                if "callback" not in answer:
                    return answer
                look(answer)
                self._send(self._called(functions, answer), allowance, functions)

    def stop(self):
        """End the process and everything that it started."""
        self.alive = False
        for member in self.family():
            with contextlib.suppress(psutil.Error):
                member.kill()
        with contextlib.suppress(OSError):
            self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            with contextlib.suppress(OSError):
                pipe.close()

    def family(self):
        """The processes behind the wall, as far as they can still be seen."""
        try:
            return psutil.Process(self.popen.pid).children(recursive=True)
        except psutil.Error:
            return []

    @contextlib.contextmanager
    def _ends_on_fault(self):
        try:
            yield
        except (wire.Malformed, OSError):
            self.stop()
            raise Ended("What came from its process is no answer.") from None
        except BaseException:
            self.stop()
            raise

    def _called(self, functions, answer):
        """What a function on this side gives for a call from the other side."""
        try:
            if wire.size(answer) > self.limits.things:
                raise MemoryError("more than a function is given")
            function = functions[answer["callback"]]
            return {"result": function(*answer["args"], **answer["kwargs"])}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"[:300]}

    def _send(self, message, allowance, functions):
        def encode(value):
            if not callable(value):
                return None
            functions.append(value)
            return {"function": len(functions) - 1}

        out = io.BytesIO()
        wire.write(out, message, encode)
        data, pipe = out.getbuffer(), self.popen.stdin.fileno()
        while data:
            allowance.wait([], [pipe])
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(pipe, data) :]

    def _receive(self, allowance):
        pipe = self.popen.stdout.fileno()

        def exactly(count):
            allowance.take(count)
            data = bytearray()
            while len(data) < count:
                allowance.wait([pipe], [])
                piece = os.read(pipe, min(count - len(data), 1 << 20))
                if not piece:
                    raise Ended("Its process ended before it answered.")
                data += piece
            return bytes(data)

        return wire.read(exactly)


class _Allowance:
    """What a process may still take for one request: time, memory, processes, bytes sent."""

    def __init__(self, process, seconds, most=float("inf")):
        self.process, self.limits, self.seconds = process, process.limits, seconds
        now = time.monotonic()
        self.end = now + min(seconds * self.limits.patience, most)
        self.look = now + WATCH / 2
        self.bytes, self.computed_before = self.limits.received, None

    def wait(self, reading, writing):
        """Until a pipe is ready, the time is up, or the process takes more than it may."""
        ready = False
        while not ready:
            ready = any(select.select(reading, writing, [], WATCH / 2)[:2])
            now = time.monotonic()
            if now > self.end:
                raise TooSlow("It took too long.")
            if now > self.look:
                self._watch()
                self.look = now + WATCH

    def take(self, count):
        """Count the bytes that come in."""
        self.bytes -= count
        if self.bytes < 0:
            raise Ended("Its process sent more than it may.")

    def _watch(self):
        family = self.process.family()
        if len(family) > self.limits.processes:
            raise Ended(f"More than {self.limits.processes} processes were started.")
        memory = computed = 0
        for member in family:
            with contextlib.suppress(psutil.Error):
                memory += member.memory_info().rss
                computed += sum(member.cpu_times()[:4])
        if memory > self.limits.memory:
            raise Ended(f"More than {self.limits.memory / 1024**3:.2g} GB of memory were taken.")
        if self.computed_before is None:
            self.computed_before = computed
        elif computed - self.computed_before > self.seconds:
            raise TooSlow("It took too long.")

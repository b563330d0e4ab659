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

START = 30  # seconds until the process must be ready


class Ended(Exception):
    """The process is no longer there; the text says why, in words for the student."""


class TooSlow(Ended):
    """The answer did not come in time, and the process was stopped."""


class Process:
    """One sandboxed process. `ask` sends a request and gives the answer; any fault ends it."""

    def __init__(self, unsafe=False):
        command, environment = sandbox.command(unsafe)
        self.popen = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            cwd="/",
        )
        self.alive = True
        os.set_blocking(self.popen.stdin.fileno(), False)
        with self._ends_on_fault():
            self._receive(time.monotonic() + START)

    def ask(self, request, seconds):
        """The answer to a request, within `seconds`; functions in it may be called meanwhile.

        Raises Ended, or TooSlow, when the process dies, takes too much or answers nonsense.
        """
        if not self.alive:
            raise Ended("The process has ended.")
        deadline, functions = time.monotonic() + seconds, []
        with self._ends_on_fault():
            self._send(request, deadline, functions)
            while True:
                answer = self._receive(deadline)
                if type(answer) is not dict:
                    raise Ended("The process sent something that is no answer.")
                if "callback" not in answer:
                    return answer
                self._send(_called(functions, answer), deadline, functions)

    def stop(self):
        """End the process and everything that it started."""
        self.alive = False
        for child in self._family():
            with contextlib.suppress(psutil.Error):
                child.kill()
        with contextlib.suppress(OSError):
            self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            with contextlib.suppress(OSError):
                pipe.close()

    @contextlib.contextmanager
    def _ends_on_fault(self):
        try:
            yield
        except (wire.Malformed, OSError) as fault:
            self.stop()
            raise Ended(f"The process sent something that is no answer ({fault}).") from None
        except BaseException:
            self.stop()
            raise

    def _send(self, message, deadline, functions):
        def encode(value):
            if not callable(value):
                return None
            functions.append(value)
            return {"function": len(functions) - 1}

        out = io.BytesIO()
        wire.write(out, message, encode)
        data, pipe = out.getbuffer(), self.popen.stdin.fileno()
        while data:
            self._wait([], [pipe], deadline)
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(pipe, data) :]

    def _receive(self, deadline):
        pipe = self.popen.stdout.fileno()

        def exactly(count):
            data = bytearray()
            while len(data) < count:
                self._wait([pipe], [], deadline)
                piece = os.read(pipe, min(count - len(data), 1 << 20))
                if not piece:
                    raise Ended("The process ended before it answered.")
                data += piece
            return bytes(data)

        return wire.read(exactly)

    def _wait(self, reading, writing, deadline):
        """Until a pipe is ready, the time is up, or the process takes more than it may."""
        pause = 0.05
        while not any(select.select(reading, writing, [], pause)[:2]):
            if time.monotonic() > deadline:
                raise TooSlow("The time is up.")
            self._watch()
            pause = 0.1
        if time.monotonic() > deadline:
            raise TooSlow("The time is up.")

    def _watch(self):
        family = self._family()
        if len(family) > sandbox.PROCESSES:
            raise Ended(f"More than {sandbox.PROCESSES} processes were started.")
        memory = 0
        for member in family:
            with contextlib.suppress(psutil.Error):
                memory += member.memory_info().rss
        if memory > sandbox.MEMORY:
            raise Ended(f"More than {sandbox.MEMORY // 1024**3} GB of memory were taken.")

    def _family(self):
        try:
            return psutil.Process(self.popen.pid).children(recursive=True)
        except psutil.Error:
            return []


def _called(functions, answer):
    """What a function on this side gives for a call from the other side."""
    try:
        function = functions[answer["callback"]]
        return {"result": function(*answer["args"], **answer["kwargs"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}

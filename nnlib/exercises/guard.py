"""Runs a learner's call within limits of time and memory, and leaves the kernel alive."""

import contextlib
import ctypes
import queue
import sys
import threading
import time

MEMORY = 2 * 1024**3  # bytes that one call may add


class TimeUp(BaseException):
    """The call took longer than it may. A BaseException, so that `except Exception` lets it by."""


@contextlib.contextmanager
def guarded():
    """Gives `limited(work, seconds)`: the result of `work()`; its own exception, TimeUp or
    MemoryError where it ends otherwise.

    All work is done in one other thread. A thread can be stopped on every system (a signal
    cannot, on Windows or outside the main thread), and it costs the numerical code nothing.
    """
    worker = _Worker()
    with _memory_limit():
        try:
            yield worker.limited
        finally:  # also when the learner interrupts the kernel
            worker.end()


def limited(work, seconds):
    """The result of one `work()` within the limits, as `guarded` explains."""
    with guarded() as run:
        return run(work, seconds)


class _Worker:
    """Does one piece of work after the other in a thread; a new one where one was stopped."""

    def __init__(self):
        self.thread, self.busy = None, False

    def limited(self, work, seconds):
        """The result of `work()`, done in the thread; a limit that it reaches is an exception."""
        if self.thread is None:
            try:
                self._start()
            except RuntimeError:  # no threads in a browser's kernel
                return _traced(work, seconds)
        self.busy = True
        self.jobs.put(work)
        value, error = self._wait(seconds)
        if error is not None:
            raise error
        return value

    def _start(self):
        self.jobs, self.done = queue.SimpleQueue(), queue.SimpleQueue()
        thread = threading.Thread(target=_work_off, args=(self.jobs, self.done), daemon=True)
        thread.start()
        self.thread = thread

    def _wait(self, seconds):
        """(value, error) of the work, which is stopped at the limit."""
        deadline, start, full = time.monotonic() + seconds, _memory_in_use(), False
        while not full and time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                found = self.done.get(timeout=0.05)  # short: an interrupt gets through everywhere
                self.busy = False
                return found
            full = start and _memory_in_use() - start > MEMORY
        self.end()
        if full:
            return None, MemoryError("more than 2 GB")
        return (None, TimeUp()) if self.done.empty() else self.done.get()

    def end(self):
        """End the thread, whatever it does."""
        if self.thread:
            self.jobs.put(None)
            if self.busy:
                _stop(self.thread)
            self.thread, self.busy = None, False


def _work_off(jobs, done):
    """Do all `jobs` up to None, and put (value, error) of each into `done`."""
    with contextlib.suppress(TimeUp):  # one that comes late, after the work is done
        while work := jobs.get():
            done.put(_ended(work))


def _ended(work):
    """(value, error): what `work()` gives, or how it ends otherwise."""
    try:
        return work(), None
    except KeyboardInterrupt as error:  # the learner's code raised it, nobody pressed
        return None, SystemExit("KeyboardInterrupt").with_traceback(error.__traceback__)
    except BaseException as error:
        return None, error


def _stop(thread):
    """Raise TimeUp in the thread, again and again: a bare `except` may swallow the first."""
    patience = time.monotonic() + 1
    while thread.is_alive() and time.monotonic() < patience:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp)
        )
        thread.join(0.01)


def _traced(work, seconds):
    """As `limited`, where there are no threads: look at the clock at every line."""
    deadline, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame, event, _):
        if time.monotonic() > deadline:
            raise TimeUp
        return None if "site-packages" in frame.f_code.co_filename else trace

    sys.settrace(trace)
    try:
        return work()
    finally:
        sys.settrace(before)


def _memory_in_use():
    """Bytes in use, where the system sets no limit of its own and psutil can tell; else 0."""
    if sys.platform == "linux":
        return 0
    try:
        import psutil
    except ImportError:
        return 0
    return psutil.Process().memory_info().rss


@contextlib.contextmanager
def _memory_limit():
    """On Linux, where the system would rather promise 80 GB and then freeze: a limit."""
    try:
        import resource

        with open("/proc/self/statm", "rb", buffering=0) as file:
            used = int(file.read(99).split()[0]) * resource.getpagesize()
        old = resource.getrlimit(resource.RLIMIT_AS)
        limits = [used + MEMORY] + [v for v in old if v != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min(limits), old[1]))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)

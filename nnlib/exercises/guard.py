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


class TooLarge(MemoryError):
    """The call took more memory than it may."""

    def __init__(self):
        super().__init__("more than 2 GB")


def supervised(steps, seconds):
    """Take all steps of the iterator `steps`, each within the limits: `seconds`, and 2 GB.

    Raises what a step raises, and TimeUp or TooLarge where one was stopped at a limit. They are
    raised inside the step first, which may catch them: it knows where it was.

    One other thread takes the steps. A thread can be stopped on every system (a signal cannot, on
    Windows or outside the main thread), and it costs the numerical code nothing; to hand it every
    call of a check alone would take longer than most calls do.
    """
    with _memory_limit():
        _Run(steps, seconds).to_its_end()


def limited(work, seconds):
    """The result of one `work()` within the limits, as `supervised` explains."""
    results = []

    def step():
        results.append(work())
        yield

    supervised(step(), seconds)
    return results[0]


class _Run:
    """The steps, and the time at which the present one must be done."""

    def __init__(self, steps, seconds):
        self.steps, self.seconds = steps, seconds
        self.ended, self.stopped = queue.SimpleQueue(), False
        self._next()

    def to_its_end(self):
        """Take the steps in another thread; raise the error that ends them early."""
        try:
            worker = _Worker.idle()
        except RuntimeError:  # no threads in a browser's kernel
            return self._take_traced()
        worker.runs.put(self)
        try:
            error = self._end(worker)
        except BaseException:  # the learner interrupts the kernel
            worker.stop(self, TimeUp)
            raise
        if not self.stopped:
            worker.waiting.append(worker)
        if error is not None:
            raise error

    def take(self):
        """Take the steps, and say how they ended."""
        error = None
        try:
            self._take()
        except BaseException as raised:
            error = raised
        self.ended.put(error)

    def _take(self):
        for _ in self.steps:
            if self.stopped:
                break
            self._next()

    def _next(self):
        self.deadline = time.monotonic() + self.seconds

    def _end(self, worker):
        """How the steps end: with None, an error of theirs, or the limit that one reached."""
        start = _memory_in_use()
        while True:
            with contextlib.suppress(queue.Empty):
                return self.ended.get(timeout=0.05)  # short: an interrupt gets through everywhere
            full = start and _memory_in_use() - start > MEMORY
            if full or time.monotonic() > self.deadline:
                limit = TooLarge if full else TimeUp
                worker.stop(self, limit)
                return limit() if self.ended.empty() else self.ended.get()

    def _take_traced(self):
        """Without a thread: look at the clock at every line."""
        before = sys.gettrace()

        def trace(frame, event, _):
            if time.monotonic() > self.deadline:
                raise TimeUp
            return None if "site-packages" in frame.f_code.co_filename else trace

        sys.settrace(trace)
        try:
            self._take()
        finally:
            sys.settrace(before)


class _Worker:
    """A thread that takes the steps of one run after the other.

    It waits for the next one: to start a thread for each would take a third of a check's time.
    """

    waiting = []

    def __init__(self):
        self.runs = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    @classmethod
    def idle(cls):
        """One that waits, or a new one: those of a process that was forked are none here."""
        while cls.waiting:
            worker = cls.waiting.pop()
            if worker.thread.is_alive():
                return worker
        return cls()

    def _work(self):
        with contextlib.suppress(TimeUp, TooLarge):  # one that comes late, after the last step
            while run := self.runs.get():
                run.take()

    def stop(self, run, limit):
        """Raise the limit in the thread, again and again: a bare `except` may swallow the first."""
        run.stopped = True
        self.runs.put(None)
        patience = time.monotonic() + 1
        while self.thread.is_alive() and time.monotonic() < patience:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.thread.ident), ctypes.py_object(limit)
            )
            self.thread.join(0.01)


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

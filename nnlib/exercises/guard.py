"""Runs a learner's call within limits of time and memory, and leaves the kernel alive."""

import contextlib
import ctypes
import sys
import threading
import time

MEMORY = 2 * 1024**3  # bytes that one call may add


class TimeUp(BaseException):
    """The call took longer than it may. A BaseException, so that `except Exception` lets it by."""


def limited(work, seconds):
    """The result of `work()`; its own exception, TimeUp or MemoryError where it ends otherwise.

    A thread can be stopped on every system (a signal cannot, on Windows or outside the main
    thread), and it costs the numerical code nothing while it runs.
    """
    box = {}

    def run():
        with contextlib.suppress(TimeUp):  # one that comes late, after the work is done
            try:
                box["value"] = work()
            except KeyboardInterrupt as error:  # the learner's code raised it, nobody pressed
                box["error"] = SystemExit("KeyboardInterrupt").with_traceback(error.__traceback__)
            except BaseException as error:
                box["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    with _memory_limit():
        try:
            thread.start()
        except RuntimeError:  # no threads in a browser's kernel
            return _traced(work, seconds)
        try:
            full = _wait(thread, seconds)
        finally:  # also when the learner interrupts the kernel
            _stop(thread)
    if full:
        raise MemoryError("more than 2 GB")
    if "value" in box:
        return box["value"]
    raise box.get("error") or TimeUp()


def _wait(thread, seconds):
    """Wait for the thread or the limit; True if it took too much memory."""
    deadline, start = time.monotonic() + seconds, _memory_in_use()
    while thread.is_alive() and time.monotonic() < deadline:
        thread.join(0.05)  # in slices: an interrupt gets through on every system
        if thread.is_alive() and start and _memory_in_use() - start > MEMORY:
            return True
    return False


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

"""A learner's call that would never end, take all memory or end the program leaves us alive."""

import sys
import threading
import time
import warnings
import weakref

import numpy as np
import pytest

from nnlib.exercises import diagnose, guard
from nnlib.exercises.engine import Exercise
from nnlib.exercises.naming import name
from nnlib.exercises.probes import generic


def cases(rng):
    for m in (3, 4, 5):
        yield generic(rng.uniform(0.1, 1, m), m=m)


def diagnosis(f, seconds=20):
    return name(Exercise(lambda x: 2.0 * x, "99", cases, seconds=seconds), f, (0, 1), {})


def stopped(f):
    """The diagnosis where a call has little time: less than a clearing of memory may take."""
    return diagnosis(f, seconds=0.3)


def forever(x):
    while True:
        pass


def forever_and_deaf(x):
    while True:
        try:
            x = x + 1
        except:  # noqa: E722
            pass


def forever_in_numpy(x):
    while True:
        x = np.sin(x)


def asleep(x):
    time.sleep(0.8)  # in C code, which nothing can interrupt
    return 2.0 * x


def endless_generator(x):
    while True:
        yield x


@pytest.mark.parametrize("f", [forever, forever_and_deaf, forever_in_numpy, asleep])
def test_an_endless_loop_is_stopped_and_named(f):
    found = stopped(f)
    assert (found.status, found.mistake) == ("raised", "endless-loop")
    assert "not finished after 0.3 seconds" in found.message
    assert "no result" in str(found)


@pytest.mark.parametrize("f", [forever, forever_and_deaf, forever_in_numpy])
def test_no_thread_is_left_running(f):
    before = threading.active_count()
    stopped(f)
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


def threads_of(f, check=diagnosis):
    """The threads in which a check calls `f`."""
    seen = set()

    def watched(x):
        seen.add(threading.current_thread())
        return f(x)

    assert check(watched).status in ("passed", "raised")
    return seen


def test_all_calls_run_in_one_other_thread_which_waits_for_the_next_check():
    (thread,) = threads_of(lambda x: 2.0 * x)
    assert thread is not threading.current_thread()
    assert threads_of(lambda x: 2.0 * x) == {thread}
    assert threads_of(forever, stopped) == {thread}
    thread.join(5)
    assert not thread.is_alive()
    assert threads_of(lambda x: 2.0 * x) != {thread}


def test_a_check_inside_a_check_has_a_thread_of_its_own():
    def f(x):
        assert diagnosis(lambda x: 2.0 * x).status == "passed"
        return 2.0 * x

    assert diagnosis(f).status == "passed"


def test_nothing_of_a_check_stays_in_memory():
    held = []

    def f(x):
        result = 2.0 * x
        held.append(weakref.ref(result))
        return result

    assert diagnosis(f).status == "passed"
    deadline = time.monotonic() + 5  # the thread may still be at its last line
    while any(result() is not None for result in held) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held and all(result() is None for result in held)


def test_after_a_call_that_was_stopped_the_next_one_gets_its_own_result():
    assert guard.limited(lambda: 1, 5) == 1
    for endless in (forever, forever_and_deaf, asleep):
        with pytest.raises(guard.TimeUp):
            guard.limited(lambda endless=endless: endless(0.0), 0.1)
        assert guard.limited(lambda: 2, 5) == 2
    with pytest.raises(ZeroDivisionError):
        guard.limited(lambda: 1 / 0, 5)
    assert guard.limited(lambda: None, 5) is None


def test_every_call_has_the_whole_time_for_itself():
    def slow(x):
        time.sleep(0.3)  # seven calls, and a second for each
        return 2.0 * x

    assert diagnosis(slow, seconds=1).status == "passed"


def test_a_call_that_ends_after_it_was_given_up_changes_nothing_any_more(capsys):
    calls, shown = [], sys.stdout

    def f(x):
        calls.append(x)
        try:
            time.sleep(1.6)  # longer than anybody tries to stop it
        except:  # noqa: E722
            pass
        return 2.0 * x

    filters = list(warnings.filters)
    assert stopped(f).mistake == "endless-loop"
    thread = next(t for t in threading.enumerate() if "_work" in t.name)
    thread.join(5)
    assert len(calls) == 1
    assert sys.stdout is shown and warnings.filters == filters
    assert not capsys.readouterr().err


def test_the_line_that_never_ends_is_quoted():
    assert "`while True:`" in stopped(forever).message or "`pass`" in stopped(forever).message


def test_an_endless_generator_is_stopped_and_named():
    assert diagnosis(endless_generator).mistake == "endless-generator"


def test_printing_without_end_fills_no_memory():
    def chatty(x):
        for _ in range(5000):
            print("x" * 1000)
        return 2.0 * x

    found = diagnosis(chatty)
    assert found.status == "passed" and "also prints" in found.remarks[0]


def test_recursion_is_named():
    def deeper(x):
        return deeper(x)

    assert diagnosis(deeper).mistake == "recursion"


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own limit is for Linux")
def test_a_huge_array_is_refused_and_named():
    found = diagnosis(lambda x: np.zeros((400_000, 400_000)))
    assert found.mistake == "huge-array"
    assert "(400000, 400000)" in found.message


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own limit is for Linux")
def test_a_list_that_doubles_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(guard, "MEMORY", 200 * 1024**2)  # what is quickly filled

    def doubling(x):
        items = [0]
        while True:
            items = items + items

    assert diagnosis(doubling).mistake in ("huge-array", "endless-loop")


def test_the_limit_on_memory_is_taken_back():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    diagnosis(lambda x: 2.0 * x)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_memory_that_grows_is_noticed_where_the_system_sets_no_limit(monkeypatch):
    growing = iter(range(0, 10**12, 10**9))
    monkeypatch.setattr(guard, "_memory_in_use", lambda: next(growing) + 1)
    with pytest.raises(MemoryError, match="more than 2 GB"):
        guard.limited(lambda: forever(0), 5)
    assert diagnosis(forever).mistake == "huge-array"
    assert guard.limited(lambda: 2, 5) == 2


@pytest.mark.parametrize("leave", [sys.exit, lambda: exec("raise KeyboardInterrupt")])
def test_ending_the_program_is_named(leave):
    def f(x):
        leave()

    found = diagnosis(f)
    assert (found.status, found.mistake) == ("raised", "exit")


def test_asking_for_input_is_named():
    found = diagnosis(lambda x: float(input("x?")))
    assert found.mistake == "input"


def test_an_interrupt_by_the_user_gets_through(monkeypatch):
    def pressed(run, worker):
        raise KeyboardInterrupt

    monkeypatch.setattr(guard._Run, "_end", pressed)
    with pytest.raises(KeyboardInterrupt):
        diagnose(lambda z: z, "relu")


class NoThreads(threading.Thread):
    """Stands for a kernel in the browser."""

    def start(self):
        raise RuntimeError("can't start new thread")


def test_where_there_are_no_threads_the_limit_still_holds(monkeypatch):
    monkeypatch.setattr(guard.threading, "Thread", NoThreads)
    tracing = sys.gettrace()
    assert diagnosis(lambda x: 2.0 * x).status == "passed"
    assert stopped(forever).mistake == "endless-loop"
    assert sys.gettrace() is tracing

"""Run all tests on all cores: `python3 -m course test [arguments of pytest]`."""

import os
import shlex
from collections import Counter

import pytest

from course.files import module_path
from course.requirements import ROOT

# loadscope keeps the cells of one notebook on one worker, hence in one kernel. By itself it begins
# with the files of many tests, and not with those that take long: see conftest.py.
ARGUMENTS = ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder"]
# Tests wait for browsers, kernels and sandboxes: a worker more than cores uses that time.
SPARE_WORKERS = 1
# More workers than notebooks would only cost memory.
MOST_WORKERS = 8


class Account:
    """A pytest plugin that says what was run and notices Ctrl-C."""

    interrupted = False

    def pytest_keyboard_interrupt(self, excinfo):
        """Tell Ctrl-C from pytest's own ways to stop, which are subclasses of it."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    def pytest_terminal_summary(self, terminalreporter):
        """Print how many tests each file or notebook ran: on several workers only dots show."""
        reports = [r for kind in terminalreporter.stats.values() for r in kind]
        names = {r.nodeid for r in reports if isinstance(r, pytest.TestReport)}
        names -= {r.nodeid for r in terminalreporter.stats.get("skipped", [])}
        if names:
            terminalreporter.section("tests run in each file")
        for file, number in sorted(Counter(name.split("::")[0] for name in names).items()):
            terminalreporter.line(f"{number:5}  {file}")


def cores():
    """The number of cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
    return len(allowed(0))


def main(argv):
    """Run pytest in the checkout and return its exit code, or 130 after Ctrl-C."""
    os.chdir(ROOT)
    # pytest-xdist by itself counts physical cores only, half of what a small machine has.
    os.environ.setdefault(
        "PYTEST_XDIST_AUTO_NUM_WORKERS", str(min(cores() + SPARE_WORKERS, MOST_WORKERS))
    )
    os.environ["PYTHONPATH"] = module_path()  # of the workers, and of every JupyterLab under test
    arguments = [*ARGUMENTS, *argv]
    print(f"course: pytest {shlex.join(arguments)}, in {ROOT}", flush=True)
    account = Account()
    code = pytest.main(arguments, plugins=[account])
    return 130 if account.interrupted else int(code)

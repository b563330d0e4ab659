"""The wall around a submission: what lies behind it, what it takes, and how it ends."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

import judging
import psutil
import pytest

from course.grading import process, sandbox
from course.grading.inside import syscalls
from course.grading.limits import Limits
from course.grading.process import Ended, NotStarted, Process, TooSlow
from course.grading.session import Session

ROOT = Path(sandbox.__file__).parents[2]
SHORT = Limits(
    cell=1, call=0.4, patience=4, submission=20, starts=3, memory=300 * 1024**2, processes=10
)


def run(code, limits=SHORT):
    """What `answer()` gives, after a cell with `code` has run behind the wall."""
    with Session([code], limits=limits) as session:
        assert session.results[0]["error"] is None, session.results
        return call(session, "answer")


def call(session, name):
    request = {"do": "call", "name": name, "args": [], "kwargs": {}, "seed": 0}
    answer = session.ask(request, session.limits.call)
    assert "error" not in answer, answer["error"]
    return answer["result"]


def leftovers():
    return [p for p in psutil.Process().children(recursive=True) if "bwrap" in p.name()]


# --- what lies behind the wall ---------------------------------------------------------------

WALK = """\
import os
open("/tmp/planted.py", "w").write(sorted(SECRET)[0])
def answer():
    found = []
    for folder, folders, files in os.walk("/"):
        if folder.startswith(("/proc", "/sys")):
            folders.clear()
        found += [p for p in (os.path.join(folder, n) for n in files) if os.path.isfile(p)]
    texts = [path for path in found if path.endswith((".py", ".md", ".ipynb", ".toml"))]
    return [len(found), len(texts), list(filter(holds, texts)), list(filter(named, found))]
def holds(path):
    with open(path, errors="ignore") as file:
        return file.readline().strip() in SECRET or path.endswith(".ipynb")
def named(path):
    parts = set(path.replace(".", "/").split("/"))
    return not path.startswith("/usr/") and bool(parts & {"graded", "solutions", "nnlib", "course"})
"""


def test_no_file_behind_the_wall_holds_anything_of_the_course():
    paths = [
        *ROOT.glob("nnlib/**/*.py"),
        *ROOT.glob("solutions/**/*.py"),
        *ROOT.glob("course/*.py"),
    ]
    ours = [ROOT / "nnlib" / "exercises" / "stub.py", *sandbox.INSIDE.rglob("*.py")]
    firsts = {path.read_text(encoding="utf-8").partition("\n")[0] for path in paths}
    secret = firsts - {path.read_text(encoding="utf-8").partition("\n")[0] for path in ours}
    assert len(secret) > 60
    limits = Limits(call=60, submission=300)
    number, texts, holding, named = run(f"SECRET = {secret!r}\n{WALK}", limits)
    assert number > 1000 and texts > 500  # it has looked somewhere
    assert holding == ["/tmp/planted.py"]
    own = [f"/inside/{path.relative_to(sandbox.INSIDE)}" for path in ours[1:]]
    assert [path for path in named if not path.startswith("/compiled/inside/nnlib")] == [
        path for path in named if path in own
    ]


FOLDERS = [ROOT, ROOT / "solutions", ROOT / "tests", sys.prefix, "/etc"]


@pytest.fixture(scope="module")
def there():
    """Which of FOLDERS, and of those that are to be there, one process sees behind the wall."""
    paths = [str(path) for path in (*FOLDERS, "/usr", "/tmp")]
    return run(f"import os\ndef answer():\n    return {{p: os.path.exists(p) for p in {paths}}}")


@pytest.mark.parametrize("path", FOLDERS)
def test_folders_of_this_machine_are_not_there(path, there):
    assert there[str(path)] is False
    assert there["/usr"] is there["/tmp"] is True


def test_nothing_but_its_own_folder_can_be_written():
    code = """\
import os
def answer():
    found = []
    for folder, folders, _ in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/sys")]
        if folder.count("/") > 4:
            folders.clear()
        try:
            open(os.path.join(folder, "written"), "w").close()
            found.append(folder)
        except OSError:
            pass
    return found
"""
    found = run(code, Limits(call=30))
    assert "/tmp" in found
    assert all(folder == "/tmp" or folder.startswith("/tmp/") for folder in found)


SET_BY_US = {*sandbox.environment([]), "PWD"}


def test_its_environment_and_processes_are_its_own():
    code = """\
import glob, os
def answer():
    told = [open(path).read() for path in glob.glob("/proc/[0-9]*/environ")]
    names = [open(path).read().strip() for path in glob.glob("/proc/[0-9]*/comm")]
    return ["\\0".join(told), names, os.getuid(), sorted(os.environ)]
"""
    environments, names, user, variables = run(code)
    for name, value in os.environ.items():
        assert name in SET_BY_US or f"{name}={value}" not in environments.split("\0")
    assert set(names) <= {"bwrap", Path(os.path.realpath(sys.executable)).name}
    assert user == 1000
    assert "NNLIB_CLASS_SEED" not in variables and "NNLIB_LIMITS" not in variables


def test_it_has_no_network_and_no_privileges():
    code = """\
import os
def answer():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return [
        [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line],
        [status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")],
        open("/proc/self/oom_score_adj").read().strip(),
    ]
"""
    devices, (effective, permitted, bounding, no_new, filtered), goes_first = run(code)
    assert devices == ["lo"]
    assert int(effective, 16) == int(permitted, 16) == int(bounding, 16) == 0
    assert no_new == "1" and filtered == "2" and goes_first == "1000"


@pytest.fixture(scope="module")
def calls():
    """{system call: [result, error]} of all that are taken away, made one after the other."""
    column, _ = syscalls.MACHINES[os.uname().machine]
    numbers = {name: pair[column] for name, pair in syscalls.FORBIDDEN.items()}
    code = f"""\
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def answer():
    made = {{n: [libc.syscall(i, 0, 0, 0, 0, 0), ctypes.get_errno()] for n, i in {numbers}.items()}}
    return {{**made, "getpid": libc.getpid() == os.getpid()}}
"""
    return run(code)


@pytest.mark.parametrize("name", [n for n in syscalls.FORBIDDEN if n != "memfd_secret"])
def test_system_calls_that_are_taken_away_are_refused(name, calls):
    assert calls[name] == [-1, 1]  # EPERM
    assert calls["getpid"] is True


def test_no_name_spaces_within_it():
    code = """\
import subprocess
def answer():
    return subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode
"""
    assert run(code) != 0


def test_what_lies_behind_it_is_made_once_and_again_when_it_has_changed(tmp_path, monkeypatch):
    started, behind, inside = [], tmp_path / "behind", tmp_path / "inside"
    (inside / "part").mkdir(parents=True)
    file, installed = inside / "part" / "agent.py", tmp_path / "part-1.dist-info"
    file.write_text("first")
    installed.mkdir()
    monkeypatch.setattr(sandbox, "BEHIND", behind)
    monkeypatch.setattr(sandbox, "INSIDE", inside)
    monkeypatch.setattr(sandbox, "_packages", lambda: [inside / "part", installed])
    monkeypatch.setattr(sandbox.subprocess, "run", lambda command, **_: started.append(command))
    monkeypatch.setattr(sandbox, "_state", sandbox._state.__wrapped__)  # as in a new process

    def starts():
        started.clear()
        folder = sandbox._furnished(sys.executable)
        for copy in ("packages/part/agent.py", "inside/part/agent.py"):
            assert (folder / copy).read_text() == file.read_text()
        return len(started)

    def folders():
        return {path for path in behind.iterdir() if path.is_dir()}

    assert [starts(), starts()] == [1, 0]
    (inside / "part" / "__pycache__").mkdir()  # another process imports the package
    assert starts() == 0
    os.utime(installed, ns=(1, 1))
    assert [starts(), starts()] == [1, 0]
    (first, second) = folders()  # somebody may still use the first
    file.write_text("second")
    os.utime(file, ns=(1, 1))
    (behind / "new").mkdir()  # left by a process that was killed
    for old in (first, second):
        os.utime(old, (time.time() - sandbox.UNUSED - 10,) * 2)
    assert [starts(), starts()] == [1, 0]
    assert len(folders()) == 1 and not folders() & {first, second}
    shutil.rmtree(behind)
    monkeypatch.setattr(sandbox.os, "link", mock.Mock(side_effect=OSError("another disk")))
    assert [starts(), starts()] == [1, 0]


# --- what it may take ------------------------------------------------------------------------


@pytest.mark.parametrize("work", ["while True: pass", "import time; time.sleep(1000)"])
def test_a_call_without_end_is_stopped_and_the_next_one_works(work):
    code = f"def answer():\n    {work}\ndef other():\n    return 5"
    with Session([code], limits=SHORT) as session:
        with pytest.raises(TooSlow):
            call(session, "answer")
        assert call(session, "other") == 5
    assert leftovers() == []


def test_a_busy_machine_costs_nothing_but_time():
    """Ten processes beside it use the same core: its own seconds count, not those on the clock."""
    code = """\
import os, time
def answer():
    begin = time.process_time()
    while time.process_time() - begin < 0.2:
        pass
    return 1
"""
    spin = "import os; os.sched_setaffinity(0, {0})\nwhile True: pass"
    with Session([code], limits=SHORT) as session:
        for member in session.process.family():
            member.cpu_affinity([0])
        others = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(4)]
        try:
            assert call(session, "answer") == 1
        finally:
            for other in others:
                other.kill()
                other.wait()


def test_memory_is_counted_over_all_processes():
    code = """\
import os, time
def answer():
    for _ in range(4):
        if not os.fork():
            kept = b"x" * 100_000_000
            time.sleep(100)
            os._exit(kept[0])
    time.sleep(100)
"""
    with Session([code], limits=SHORT) as session:
        with pytest.raises(Ended, match="memory"):
            call(session, "answer")
    assert leftovers() == []


def test_processes_are_counted():
    # Few enough for the system, which may refuse an ordinary user's sooner than they are counted.
    children = "for _ in range(20):\n        os.fork() or time.sleep(100)"
    code = f"import os, time\ndef answer():\n    {children}\n    time.sleep(100)"
    # On a busy machine the clock or the memory would be first.
    patient = replace(SHORT, patience=30, memory=8 * 1024**3)
    with Session([code], limits=patient) as session:
        with pytest.raises(Ended, match="More than 10 processes"):
            call(session, "answer")
    assert leftovers() == []


def test_what_comes_back_is_counted():
    code = """\
import gc, sys
def answer():
    agent = next(o for o in gc.get_objects() if type(o).__name__ == "Agent")
    while True:
        sys.modules["wire"].write(agent.replies, {"callback": 0, "args": ["x" * 10**6]})
        agent.receive()
"""
    limits = Limits(call=5, received=20 * 1024**2)
    with Session([code], limits=limits) as session:
        with pytest.raises(Ended, match="sent more"):
            call(session, "answer")


def test_a_submission_ends_when_its_time_is_used_up():
    begin = time.monotonic()
    limits = Limits(cell=1, patience=2, submission=2, starts=100)
    with pytest.raises(Ended, match="2 seconds"):
        Session(["while True: pass"] * 50, limits=limits)
    assert time.monotonic() - begin < 30  # and not the 50 that its cells would take
    assert leftovers() == []


# --- how it ends -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end", ["os._exit(0)", "os.abort()", "os.kill(os.getpid(), 9)", "os.closerange(3, 9)"]
)
def test_a_process_that_ends_is_replaced_and_its_cells_run_again(end):
    code = f"import os\ncount = 7\ndef answer():\n    {end}\ndef other():\n    return count"
    with Session([code], limits=SHORT) as session:
        with pytest.raises(Ended):
            call(session, "answer")
        assert call(session, "other") == 7


def test_a_cell_that_ends_the_process_is_left_out_and_the_others_run():
    cells = ["a = 1", "import os; os._exit(1)", "def answer():\n    return a + b", "b = 2"]
    with Session(cells, limits=SHORT) as session:
        assert [result["error"] is None for result in session.results] == [True, False, True, True]
        assert call(session, "answer") == 3


def test_processes_are_not_started_without_end():
    code = "import os\ndef answer():\n    os._exit(1)"
    with Session([code], limits=SHORT) as session:
        for _ in range(SHORT.starts):
            with pytest.raises(Ended):
                call(session, "answer")
        with pytest.raises(Ended, match="one after the other"):
            call(session, "answer")
        session.renew()
        with pytest.raises(Ended, match="before it answered"):
            call(session, "answer")


def test_nothing_is_left_of_many_sessions():
    """No process, no zombie, no open file."""
    me = psutil.Process()
    with Session(["x = 1"], limits=SHORT):
        pass
    files = me.num_fds()
    for end in ("pass", "os._exit(0)", "os.fork()", "while True: os.fork()"):
        with Session([f"import os\n{end}"], limits=SHORT):
            pass
    assert me.num_fds() == files
    assert leftovers() == []
    assert [p for p in me.children() if p.status() == psutil.STATUS_ZOMBIE] == []


def test_a_process_that_has_ended_says_so():
    process = Process(limits=SHORT)
    process.stop()
    with pytest.raises(Ended, match="has ended"):
        process.ask({"do": "describe", "name": "x"}, 1)
    process.stop()  # once more does no harm


# --- where no process can be started ---------------------------------------------------------


def no_wall(unsafe):
    """A command that fails as bubblewrap does."""
    return ["/bin/sh", "-c", "echo odd >&2; echo 'bwrap: no room' >&2; exit 1"], {}


@pytest.fixture
def broken(monkeypatch):
    """A function after which no process starts any more."""
    return lambda: monkeypatch.setattr(sandbox, "command", no_wall)


def test_a_process_that_does_not_start_is_no_fault_of_the_submission(broken):
    broken()
    with pytest.raises(NotStarted, match="could be started: bwrap: no room$"):
        judging.graded(judging.handed_in())
    with pytest.raises(NotStarted, match="could be started"):
        Process()
    assert leftovers() == []


def test_nor_is_one_that_is_not_ready_in_time(monkeypatch):
    monkeypatch.setattr(process, "START", 0.1)
    monkeypatch.setattr(sandbox, "command", lambda unsafe: (["/bin/sleep", "100"], {}))
    with pytest.raises(NotStarted, match="It took too long"):
        Process()


def test_nor_one_that_is_needed_in_the_midst_of_a_test(broken, monkeypatch):
    """Where a function that ends its process could not be called again, there are no marks."""
    end = "import os\ndef bias_gradient(delta):\n    os._exit(0)"
    submission = judging.handed_in({**judging.HONEST, "bias_gradient": end})
    assert judging.marks(judging.graded(submission))["bias_gradient"] == 0
    called = Process.ask

    def ask(self, request, *args, **options):
        if request["do"] == "call" and request["name"] == "bias_gradient":
            broken()
        return called(self, request, *args, **options)

    monkeypatch.setattr(Process, "ask", ask)
    with pytest.raises(NotStarted, match="no room"):
        judging.graded(submission)


# --- where there is no wall ------------------------------------------------------------------


@pytest.fixture
def forgetful(monkeypatch):
    """What the sandbox has found out about this machine is forgotten before and after."""
    for _ in ("before", "after"):
        sandbox.check.cache_clear()
        yield monkeypatch if _ == "before" else None
        break
    monkeypatch.undo()
    sandbox.check.cache_clear()


def test_without_bubblewrap_it_refuses_and_says_what_to_do(forgetful, tmp_path):
    forgetful.setenv("PATH", str(tmp_path))
    with pytest.raises(sandbox.SandboxMissing, match="apt install bubblewrap"):
        Process()


def test_where_bubblewrap_may_not_work_it_refuses_and_says_why(forgetful, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    forgetful.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(sandbox.SandboxMissing, match="No permissions.*user namespaces"):
        Process()


def test_unsafe_works_without_bubblewrap(forgetful, tmp_path):
    forgetful.setenv("PATH", str(tmp_path))
    with Session(["def answer():\n    return 5"], unsafe=True, limits=SHORT) as session:
        assert call(session, "answer") == 5


def test_unsafe_is_never_the_default():
    assert judging.Judge().unsafe is False
    command, environment = sandbox.command()
    assert command[0] == "bwrap"
    assert json.loads(environment["NNLIB_LIMITS"])["wall"] is True

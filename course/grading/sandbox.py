"""The wall around a submission: the bubblewrap command that shuts its process in.

Inside there is Python, NumPy, IPython and matplotlib, read-only; an empty folder of its own in
memory; no network, no other process, no file of this machine or this course. See bwrap(1).
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
STUB = Path(__file__).parents[2] / "nnlib" / "exercises" / "stub.py"
BEHIND = Path(__file__).parents[2] / ".cache" / "course" / "behind_the_wall"
PACKAGES = ("numpy", "ipython", "matplotlib", "matplotlib-inline")
UNUSED = 3600  # seconds after which what another environment has furnished may go
SIZE = 64 * 1024**2  # bytes of the folder in memory
LIMITS = {
    "output": 20_000,  # characters of what one cell prints
    "resources": {
        "RLIMIT_AS": 3 * 1024**3,
        "RLIMIT_CPU": 300,
        "RLIMIT_FSIZE": 32 * 1024**2,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_NPROC": 64,
        "RLIMIT_CORE": 1,  # with 0, a system that hands dumps to a program would still do so
    },
}


class SandboxMissing(RuntimeError):
    """bubblewrap is not installed or not allowed to work on this machine."""


def command(unsafe=False):
    """The command that starts the agent, and its environment.

    `unsafe` leaves the wall out: for machines without bubblewrap, and submissions one trusts.
    """
    python = os.path.realpath(sys.executable)
    if unsafe:
        folders = [str(INSIDE), *{str(path.parent) for path in _packages()}]
        variables = {**environment(folders, wall=False), "NNLIB_STUB": str(STUB)}
        return [python, "-s", "-B", str(INSIDE / "agent.py")], variables
    check()
    agent = ["--", python, "-s", "-B", "/inside/agent.py"]
    return [*_walls(), *_room(_furnished(python)), *agent], _environment_inside()


def environment(folders, wall=True):
    """The variables of the process inside."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NNLIB_STUB": "/inside/stub.py",
        "NNLIB_LIMITS": json.dumps({**LIMITS, "wall": wall}),
    }


def _environment_inside():
    return {**environment(["/inside", "/packages"]), "PYTHONPYCACHEPREFIX": "/compiled"}


def _furnished(python):
    """The folder with all that a process behind the wall reads of ours, made if it is not there.

    One folder, since each that bubblewrap binds by itself makes a start longer; and compiled,
    since a start takes 2 s where nothing is.
    """
    import fcntl  # where bubblewrap is

    folder = BEHIND / _state(python)
    BEHIND.mkdir(parents=True, exist_ok=True)
    with open(BEHIND / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # all but one wait until it is there
        if not folder.is_dir():
            _furnish(python, folder)
        os.utime(folder)
    return folder


def _furnish(python, folder):
    """Make the folder; what other environments have made stays while they use it."""
    new, now = BEHIND / "new", time.time()
    for other in filter(Path.is_dir, BEHIND.iterdir()):
        if other == new or now - other.stat().st_mtime > UNUSED:
            shutil.rmtree(other)
    for path in _packages():
        _link(path, new / "packages" / path.name)
    for path in _inside():
        _link(path, new / "inside" / path.relative_to(INSIDE))
    _link(STUB, new / "inside" / "stub.py")
    _compile(python, new)
    new.rename(folder)


@functools.cache
def _state(python):
    """A name for what is furnished: it changes with Python, a package or a file of ours."""
    names = {path: path.name for path in (*_packages(), STUB)}
    names |= {path: path.relative_to(INSIDE) for path in _inside()}
    files = [f"{name} {_made(path)}" for path, name in names.items()]
    state = "\n".join([python, sys.version, *files]).encode()
    return hashlib.sha256(state).hexdigest()[:16]


def _made(path):
    """When a file was written or a package installed, which its .dist-info knows: the folder of
    the package itself changes at the first import, which compiles something in it."""
    lasting = path.is_file() or path.suffix in (".dist-info", ".egg-info")
    return path.stat().st_mtime_ns if lasting else ""


def _link(path, target):
    """`target` is a file or folder like `path`: the same on the disk, where that can be."""

    def link(source, destination):
        try:
            os.link(source, destination)
        except OSError:  # another disk
            shutil.copy2(source, destination)

    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(path, target, ignore=ignored, copy_function=link)
    else:
        link(path, target)


def _compile(python, folder):
    """Compile what every process imports."""
    (folder / "compiled").mkdir()
    # The shell imports some things only when it starts, runs a cell, and shows a figure.
    cell = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])"
    all_of_it = f"import agent; agent.Cells().run({cell!r})"
    subprocess.run(
        [*_walls(), *_room(folder, "--bind"), "--", python, "-s", "-c", all_of_it],
        env=_environment_inside(),
        check=True,
        capture_output=True,
    )


def _room(folder, compiled="--ro-bind"):
    """The arguments that put what was furnished behind the wall."""
    binds = {"packages": "--ro-bind", "inside": "--ro-bind", "compiled": compiled}
    room = [word for name, bind in binds.items() for word in (bind, str(folder / name), f"/{name}")]
    return [*room, "--remount-ro", "/", "--chdir", "/tmp"]


@functools.cache
def check():
    """Raise SandboxMissing, with what to do, unless bubblewrap works here."""
    if shutil.which("bwrap") is None:
        raise SandboxMissing(
            "Grading runs submissions behind a wall that bubblewrap builds, and bwrap is not "
            "installed: `sudo apt install bubblewrap` (Debian, Ubuntu) or `sudo dnf install "
            "bubblewrap` (Fedora). Without it, --unsafe grades with no protection at all."
        )
    tried = subprocess.run(
        [*_walls(), "--", "/usr/bin/true"], capture_output=True, errors="replace"
    )
    if tried.returncode:
        raise SandboxMissing(
            f"bubblewrap is installed and does not work here: {tried.stderr.strip()[:200]}. Either "
            "it is older than 0.8, or this system forbids user namespaces: grade on one that "
            "allows them, or in a virtual machine. --unsafe grades with no protection at all."
        )


@functools.cache
def _walls():
    python = Path(sys.base_prefix).resolve()
    walls = [
        *("bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
        *("--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"),
        *("--uid", "1000", "--gid", "1000", "--ro-bind", "/usr", "/usr"),
    ]
    for name in ("/bin", "/lib", "/lib64", "/lib32", "/sbin"):
        if os.path.islink(name):
            walls += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            walls += ["--ro-bind", name, name]
    if Path("/usr") not in python.parents and python != Path("/usr"):
        walls += ["--ro-bind", str(python), str(python)]
    for folder in _other_packages(python):
        walls += ["--tmpfs", folder, "--remount-ro", folder]
    walls += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    walls += ["--size", str(SIZE), "--tmpfs", "/tmp"]
    for font_list in _font_lists():  # else matplotlib looks for fonts in every process anew
        walls += ["--ro-bind", str(font_list), f"/tmp/matplotlib/{font_list.name}"]
    return walls


def _inside():
    """The files of this course that lie behind the wall."""
    return sorted(INSIDE.rglob("*.py"))


def _font_lists():
    """matplotlib's lists of this machine's fonts, which it makes at an import if there are none."""
    import matplotlib

    folder, installed = Path(matplotlib.get_cachedir()), Path(matplotlib.__file__)
    newest = max((path.stat().st_mtime for path in folder.glob("fontlist*.json")), default=0)
    if newest < installed.stat().st_mtime:  # none, or that of another version
        import matplotlib.font_manager
    return sorted(folder.glob("fontlist*.json"))


def _other_packages(python):
    """Folders with installed packages that come with this Python or the system: to be hidden."""
    found = {
        Path(sysconfig.get_path(name, vars={"base": str(python), "platbase": str(python)}))
        for name in ("purelib", "platlib")
    }
    for root in (Path("/usr/lib"), Path("/usr/local/lib"), python / "lib"):
        found |= {p for kind in ("site", "dist") for p in root.glob(f"python3*/{kind}-packages")}
    return sorted({str(path) for path in found if path.is_dir()})


@functools.cache
def _packages():
    """The top-level files and folders of PACKAGES and of all that they need."""
    wanted, seen, paths = list(PACKAGES), set(), set()
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for top in {file.parts[0] for file in distribution.files or ()} - {".."}:
            paths.add(Path(distribution.locate_file(top)).resolve())
        for line in distribution.requires or ():
            if "extra ==" not in line:
                wanted.append(re.match(r"[\w.-]+", line)[0])
    return sorted(path for path in paths if path.exists() and path.name != "__pycache__")

"""Give every command a Python with what it needs, using the standard library alone.

A Python that already has everything is used as it is (conda, Binder, an activated environment);
otherwise `.venv` in the checkout is made. Nothing is written outside the checkout.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from course.requirements import ROOT, requirements, satisfied

VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RECORD = VENV / "course-record.json"
NEEDED_MB = 900
NO_VENV = (
    "this Python cannot make environments, because its venv module is not complete; "
    "install it (Debian and Ubuntu: apt install python3-venv) or install uv, "
    "then run the same command again."
)


class SetupError(Exception):
    """A set-up that cannot go on; its text says what is wrong and what to do."""


def ensure(extras):
    """Path of a Python that has `extras`: the running one if it will do, else that of `.venv`."""
    if satisfied(extras):
        return sys.executable
    if not is_ready(extras):
        try:
            with alone():
                # Another start may have done the same installation while this one waited.
                if not is_ready(extras):
                    install(extras)
        except OSError as error:
            raise SetupError(f"the set-up cannot write in {ROOT}: {error}.") from error
    inside = os.path.realpath(sys.prefix) == os.path.realpath(VENV)
    return sys.executable if inside else str(PYTHON)


def has_all(extras):
    """True if `ensure` would find everything in its place and install nothing."""
    return satisfied(extras) or is_ready(extras)


def read_record():
    """What the last installation wrote about itself in `.venv`: a dict, empty if there is none."""
    try:
        return json.loads(RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_record(extras, finished):
    """Write down what is being installed; until it is finished, no start believes in `.venv`."""
    record = {**expected_record(extras), "finished": finished}
    RECORD.write_text(json.dumps(record, indent=1), encoding="utf-8")


def expected_record(extras):
    """The record of a finished and current installation of `extras` in this very folder."""
    return {"root": str(ROOT), "extras": extras, "requires": requirements(extras), "finished": True}


def is_ready(extras):
    """True if `.venv` holds a finished, current installation with at least `extras`."""
    record = read_record()
    installed = record.get("extras", [])
    return set(extras) <= set(installed) and record == expected_record(installed) and has("nnlib")


def has(module):
    """True if the Python of `.venv` starts and finds `module`."""
    script = f"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)"
    try:
        # Isolated: neither the checkout nor PYTHONPATH may stand in for an installation.
        return not subprocess.run([PYTHON, "-I", "-c", script], capture_output=True).returncode
    except OSError:
        return False


def install(extras):
    """Make `.venv`, or bring it up to date, so that it holds `extras` and what it held before."""
    record, uv = read_record(), find_uv()
    wanted = sorted({*extras, *record.get("extras", [])})
    # A half-made or moved environment is made anew; any other one, also a person's own, is kept.
    whole = record.get("finished", True) and record.get("root", str(ROOT)) == str(ROOT)
    keep = whole and has("sys" if uv else "pip")
    if not (keep or uv or find_spec("ensurepip")):
        raise SetupError(NO_VENV)
    print(f"course: installing into {VENV} with {'uv' if uv else 'pip'} ...", flush=True)
    if not keep and VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir(exist_ok=True)
    write_record(wanted, finished=False)
    make, fill = commands(uv, wanted)
    if not keep:
        run(make, quiet=True)
    run(fill)
    write_record(wanted, finished=True)


def find_uv():
    """Path of a uv that runs, or None."""
    uv = shutil.which("uv")
    try:
        # A version manager's shim can be on PATH with no uv behind it.
        works = uv and not subprocess.run([uv, "--version"], capture_output=True).returncode
    except OSError:
        works = False
    return uv if works else None


def commands(uv, extras):
    """The two commands that make an empty `.venv` and that install `extras` into it."""
    inside = sys.prefix != sys.base_prefix
    base = getattr(sys, "_base_executable", sys.executable) if inside else sys.executable
    target = ["--editable", f".[{','.join(extras)}]"]
    if uv:
        make = [uv, "venv", "--seed", "--allow-existing", "--python", base, str(VENV)]
        fill = [uv, "pip", "install", "--python", str(PYTHON), *target]
    else:
        make = [base, "-m", "venv", str(VENV)]
        fill = [str(PYTHON), "-m", "pip", "install", *target]
    return make, fill


def installer_environment():
    """The environment variables of uv and pip: what they write stays inside the checkout."""
    environment = {
        "PIP_CACHE_DIR": str(CACHE / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "TMPDIR": str(CACHE / "temporary"),
        "UV_CACHE_DIR": str(CACHE / "uv"),
        **os.environ,
        "PIP_USER": "0",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    if "UV_CACHE_DIR" in os.environ:
        # Hard links fail, with a warning, from a cache on another disk.
        environment.setdefault("UV_LINK_MODE", "copy")
    return environment


def run(command, quiet=False):
    """Run one step of an installation in sight of the person, or show it only if it fails."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {}
    # From the checkout, so that no path with a space ever reaches an installer's option.
    done = subprocess.run(
        command, cwd=ROOT, env=installer_environment(), errors="replace", **streams
    )
    if done.returncode == 0:
        return
    print(done.stdout or "", file=sys.stderr, flush=True)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    cause = "Usually the package index cannot be reached: look at the network or the proxy."
    if free < NEEDED_MB:
        cause = f"Only {free} MB are free on this disk, about {NEEDED_MB} are needed: make room."
    raise SetupError(
        f"the installation failed for the reason said above. {cause} "
        "Then run the same command again; it starts from the beginning."
    )


@contextmanager
def alone():
    """Hold the one lock of this checkout's installations, waiting for it if need be."""
    (CACHE / "temporary").mkdir(parents=True, exist_ok=True)
    with open(CACHE / "install.lock", "w", encoding="utf-8") as file:
        said = False
        while not locked(file):
            if not said:
                print("course: another start is installing; waiting for it ...", flush=True)
            said = True
            time.sleep(0.5)
        yield


def locked(file):
    """True if this process now holds the lock on `file`; it ends when the file is closed."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass  # A file system without locks: going on is better than waiting for ever.
    return True


def isolate():
    """Keep a person's own settings, and threads that get in each other's way, out of the run."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    folders = {
        "IPYTHONDIR": CACHE / "ipython",
        "JUPYTER_CONFIG_DIR": CACHE / "jupyter" / "config",
        "JUPYTER_DATA_DIR": CACHE / "jupyter" / "data",
        "MPLCONFIGDIR": CACHE / "matplotlib",
    }
    for name, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(folder)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # Every kernel would compile all that it imports anew; no file is written beside the code.
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(CACHE / "compiled")
        if not (CACHE / "compiled").exists():
            link_compiled()
    if not any(folders["MPLCONFIGDIR"].glob("fontlist*")):
        # Where there are many fonts matplotlib says that it is busy, in the middle of a notebook.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"])


def link_compiled():
    """Link what Python's makers and the installer compiled into the folder where it now looks."""
    standard, installed = (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))
    own = (f for f in standard.rglob("__pycache__") if standard / "site-packages" not in f.parents)
    for folder in (*own, *installed.rglob("__pycache__")):
        target = Path(cache_from_source(folder.parent / "any.py")).parent
        target.mkdir(parents=True, exist_ok=True)
        for file in folder.glob(f"*.{sys.implementation.cache_tag}.pyc"):
            with suppress(OSError):  # another disk, or another's file: it is compiled anew
                os.link(file, target / file.name)


def hand_over(command, folder=None):
    """Let `command` take this process's place, in `folder`; on Windows, wait for its exit code."""
    os.chdir(folder or os.getcwd())
    sys.stdout.flush()
    if os.name != "nt":
        # Replaced, not waited for: signals then reach the one process that can act on them.
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # The command got the same Ctrl-C and decides what it means.

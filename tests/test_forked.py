"""A forked kernel is like an ordinary one to the cells that run in it."""

import json
import os
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from course import forked
from course.files import ROOT, module_path
from course.notebooks import kernel_environment, kernel_options

if sys.platform != "linux":
    pytest.skip("kernels are forked on Linux alone", allow_module_level=True)

ABOUT = """\
import json, os, sys
import matplotlib.pyplot as plt
print(json.dumps({
    "folder": os.getcwd(), "path": sys.path, "environment": dict(os.environ),
    "backend": plt.get_backend(), "names": sorted(n for n in globals() if n[0] != "_"),
    "name": __name__, "arguments": sys.argv[1:2],
}))"""


def printed(folder, *cells):
    """What each cell prints in a kernel of its own, in `folder`."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    sockets = folder / "s"
    sockets.mkdir(exist_ok=True)
    manager = AsyncKernelManager(**kernel_options(sockets))
    client = NotebookClient(notebook, km=manager, timeout=60, allow_errors=True)
    client.execute(cwd=str(folder), env=kernel_environment() | {"GIVEN": "1"})
    return ["".join(o.get("text", o.get("evalue", "")) for o in c.outputs) for c in notebook.cells]


def test_a_forked_kernel_finds_what_an_ordinary_one_finds(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tests")
    (here,) = map(json.loads, printed(tmp_path, ABOUT))
    monkeypatch.setattr(forked, "provisioner", dict)
    (there,) = map(json.loads, printed(tmp_path, ABOUT))
    assert here["environment"].pop("GIVEN") == there["environment"].pop("GIVEN") == "1"
    assert there["environment"].pop("PYDEVD_USE_FRAME_EVAL")  # the debugger's
    assert here == there


def test_kernels_share_neither_names_nor_random_numbers(tmp_path):
    draw = "import numpy as np, random; print(np.random.rand(), random.random())"
    first, _ = printed(tmp_path, draw, "mine = 1")
    second, lost = printed(tmp_path, draw, "mine")
    assert len({*first.split(), *second.split()}) == 4
    assert "'mine' is not defined" in lost


ABANDON = """\
import os, sys, tempfile
from jupyter_client.manager import KernelManager
from course.notebooks import kernel_environment, kernel_options

manager = KernelManager(**kernel_options(tempfile.gettempdir()))
manager.start_kernel(cwd=".", env=kernel_environment())
print(manager.provisioner.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_kernel_ends_when_the_process_that_wanted_it_is_killed(tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": module_path()}
    done = subprocess.run(
        [sys.executable, "-c", ABANDON], env=environment, stdout=subprocess.PIPE, text=True
    )
    kernel, deadline = int(done.stdout), time.monotonic() + 60
    while runs(kernel) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(kernel)


def runs(pid):
    """Whether a process has not ended; in a container, nobody may ever collect what it returned."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

"""Kernels for the build and the tests, forked from a process that has imported everything.

A kernel and the imports of a lesson's first cell take a second of a processor; a fork takes none.
Whoever opens a lesson in JupyterLab gets an ordinary kernel; so does one lesson in the browser's
tests.
"""

import contextlib
import functools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "forked"
PREPARED = "course.prepared"


def provisioner():
    """The metadata of a kernel specification whose kernels are forked, where the system can."""
    if sys.platform != "linux":
        return {}
    entry = EntryPoint(NAME, f"{__name__}:Forked", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.instance().provisioners[NAME] = entry
    return {"kernel_provisioner": {"provisioner_name": NAME}}


class Forked(LocalProvisioner):
    """Starts a kernel as a fork."""

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel that the command asks for; returns where it listens."""
        environment = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}
        self.process = _Process(cmd, kwargs["cwd"], environment)
        self.pid, self.cwd = self.process.pid, kwargs["cwd"]
        return self.connection_info


class _Process:
    """What jupyter_client wants of a kernel's process, which is no child of this one."""

    stdin = stdout = stderr = None

    def __init__(self, command, folder, environment):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PREPARED])
        arguments = command[command.index("ipykernel_launcher") + 1 :]
        modules = _search_path(command[0], environment.get("PYTHONPATH", ""))
        given = (arguments, folder, environment, modules)
        self.process = context.Process(target=_be_a_kernel, args=given, daemon=True)
        self.process.start()
        self.pid = self.process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self):
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


@functools.cache
def _search_path(python, given):
    """Where a new process looks for modules; this one may look elsewhere, too."""
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    environment = {**os.environ, "PYTHONPATH": given}
    return json.loads(subprocess.check_output([python, "-c", code], env=environment))


def _be_a_kernel(arguments, folder, environment, modules):
    """Do what a new process would have done before its first import."""
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.path[:] = modules
    np.random.seed()  # noqa: NPY002  (a fork would draw the same numbers as the last one)
    random.seed()
    sys.argv = ["ipykernel_launcher", *arguments]
    threading.Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()
    IPKernelApp.launch_instance()


def _end_with(process):
    """End this kernel when the process that wanted it is gone: nobody else would."""
    process.join()
    os._exit(1)

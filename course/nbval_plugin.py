"""Run notebooks under pytest with nbval, without its traps: loaded by conftest.py.

Cells run as JupyterLab runs them, so that a trailing `;` hides a value; in a kernel of the running
Python, with the environment that the build gives it; a cell tagged `raises-exception` must raise;
tests are named after the cells' ids. Saved text outputs are compared with fresh ones, except in
cells tagged `nbval-ignore-output`.
"""

import subprocess
import tempfile

import pytest
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError, nocolors

from course.notebooks import (
    ANSI,
    MUST_RAISE,
    kernel_environment,
    kernel_options,
    without_pixels,
)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Put a LessonFile in the place of what nbval itself collects for a notebook."""
    collected = yield
    return [
        LessonFile.from_parent(parent, path=file_path) if type(node) is IPyNbFile else node
        for node in collected
    ]


class LessonKernel(RunningKernel):
    """A kernel of the running Python that keeps its history, as JupyterLab's does."""

    def __init__(self, cwd, startup_timeout):
        self.folder = tempfile.TemporaryDirectory()
        self.km = KernelManager(**kernel_options(self.folder.name))
        self.km.start_kernel(
            cwd=cwd,
            env=kernel_environment(),
            stderr=subprocess.DEVNULL,
            # In one file the histories of two kernels would lock each other out.
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
        )
        self.kc = self.km.client()
        self.kc.start_channels()
        self.kc.wait_for_ready(timeout=startup_timeout)
        self._ensure_iopub_up()

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell to the kernel and return the message's id."""
        # IPython looks for the `;` in the history; nbval leaves cells out of it.
        return self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )

    def stop(self):
        """End the kernel and remove its files."""
        super().stop()
        self.folder.cleanup()


class LessonFile(IPyNbFile):
    """A notebook under test."""

    def setup(self):
        """Start the notebook's kernel in the notebook's folder."""
        timeout = self.config.option.nbval_kernel_startup_timeout
        self.kernel = LessonKernel(str(self.path.parent), timeout)
        self.setup_sanitize_files()

    def collect(self):
        """The notebook's code cells as tests, each named after its id."""
        for item in super().collect():
            yield LessonCell.from_parent(
                self,
                name=item.cell.get("id", item.name),
                cell_num=item.cell_num,
                cell=item.cell,
                options=item.options,
            )


class LessonCell(IPyNbCell):
    """A cell under test."""

    @property
    def place(self):
        """What a reader of the report looks for: the notebook and the cell's id."""
        return self.nodeid.replace("::", ", cell ")

    def runtest(self):
        """Run the cell and compare its outputs."""
        self.colors = nocolors
        super().runtest()
        raised = any(output.output_type == "error" for output in self.test_outputs)
        if self.options["check_exception"] and not raised:
            self.raise_cell_error(f"the cell is tagged {MUST_RAISE} and raised nothing")

    def sanitize(self, s):
        """What is compared of a text."""
        return without_pixels(super().sanitize(s)) if isinstance(s, str) else s

    def repr_failure(self, excinfo):
        """The text of a failure: the place, what is wrong, the cell and the details."""
        error = excinfo.value
        if not isinstance(error, NbCellError):
            return f"{self.place}: {type(error).__name__}: {error}"
        source = "\n".join("    " + line for line in error.source.split("\n"))
        details = ANSI.sub("", error.inner_traceback or "").strip()
        return f"{self.place}: {error}\n\n{source}\n\n{details}"

    def reportinfo(self):
        """The file, the line, which a notebook has not, and the headline of a failure."""
        return self.path, None, self.place

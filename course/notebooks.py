"""Make a lesson's two notebooks from its cells, run them and write them down without noise.

A cell tagged `raises-exception` must raise. The saved outputs of a cell tagged
`nbval-ignore-output` are compared with nothing: that is for what differs from run to run, such as
timings; a picture needs no tag, since its pixels are never compared.
"""

import asyncio
import hashlib
import json
import os
import re
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course import forked
from course.markers import LessonError
from course.sources import read_cells

MAKERS = {
    "markdown": nbformat.v4.new_markdown_cell,
    "raw": nbformat.v4.new_raw_cell,
    "code": nbformat.v4.new_code_cell,
}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "pygments_lexer": "ipython3",
}
NOT_COMPARED = "nbval-ignore-output"
MUST_RAISE = "raises-exception"
CELL_SECONDS = 120
LARGEST = 1_000_000
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
ROW = re.compile(r"Cell In\[\d+\], line (\d+)")
WARNING = re.compile(r".*ipykernel_\d+.\d+\.py:(\d+): (.*)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
PICTURE = re.compile(r"<img\b[^>]*;base64,[^>]*>")
PIXELS = re.compile(r' (?:width|height)="\d+"|(?<=;base64,)[\w+/=]+')  # their number, themselves
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass
class Draft:
    """A notebook that is to be made: where it goes, what it holds, and where each line is from."""

    target: str
    source: str
    notebook: nbformat.NotebookNode
    lines: dict

    def error(self, cell, message, row=1):
        """A LessonError that names the source's line of a cell's `row`, the notebook, the cell."""
        numbers = self.lines[cell.id]
        number = numbers[min(row, len(numbers)) - 1]
        return LessonError(self.source, number, f"{self.target}, cell {cell.id}: {message}")


def drafts(root, path):
    """The solved notebook and the learner's notebook of the source at `path`: two Drafts."""
    source = path.relative_to(root).as_posix()
    cells = read_cells(path, source)
    return [
        _draft(f"{folder}/{path.stem}.ipynb", source, cells, solved)
        for folder, solved in (("solutions", True), ("lessons", False))
    ]


def _draft(target, source, cells, solved):
    nodes, numbers = [], {}
    for cell in cells:
        lines = cell.lines if solved else cell.learner
        text = "\n".join(line.text for line in lines)
        if not text and "nbgrader" not in cell.metadata:
            continue  # nothing but hidden tests; a grader still needs the place of a graded cell
        node = MAKERS[cell.kind](text, id=cell.id, metadata=nbformat.from_dict(cell.metadata))
        nodes.append(node)
        numbers[cell.id] = [line.number for line in lines] or [cell.line]
    metadata = {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE)}
    notebook = nbformat.v4.new_notebook(cells=nodes, metadata=metadata)
    notebook.metadata["course"] = {"sources_sha256": fingerprint(notebook)}
    return Draft(target, source, notebook, numbers)


def fingerprint(notebook):
    """A hash of what a person can type into a notebook: the text of its cells in their order."""
    typed = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(typed).encode()).hexdigest()


def is_edited(path):
    """True if the derived notebook at `path` does not hold the text that a build gave it."""
    try:
        notebook = nbformat.read(path, as_version=4)
        return notebook.metadata["course"]["sources_sha256"] != fingerprint(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError):
        return True


def kernel_environment():
    """The environment variables of a lesson's kernel.

    A person's own settings change no output, and no run of ours counts as a learner's attempt.
    """
    own = {"MPLBACKEND", "MATPLOTLIBRC", "PYTHONSTARTUP"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"OMP_NUM_THREADS": "1", "NNLIB_PROGRESS": "off"}


class ThisPython(KernelSpecManager):
    """Gives the kernel of the running Python, whatever kernels a person has installed."""

    def get_kernel_spec(self, kernel_name):
        """The KernelSpec of the running Python's own ipykernel."""
        spec = KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())
        spec.metadata |= forked.provisioner()
        return spec


def kernel_options(folder):
    """Arguments of a KernelManager for a kernel of the running Python that talks in `folder`.

    Files instead of network ports where the system has them: two kernels cannot take the same.
    """
    return {
        "kernel_name": "python3",
        "kernel_spec_manager": ThisPython(),
        "connection_file": str(Path(folder) / "kernel.json"),
        "transport": "tcp" if os.name == "nt" else "ipc",
    }


async def run_all(work, root, jobs, finished):
    """Render every Draft of `work`, `jobs` at a time.

    `finished(draft, text, error, seconds)` is called for each; one of text and error is None.
    """
    gate = asyncio.Semaphore(jobs)

    async def one(draft):
        async with gate:
            start, text, failure = time.monotonic(), None, None
            try:
                text = await render(draft, root)
            except LessonError as error:
                failure = error
            finished(draft, text, failure, time.monotonic() - start)

    async with asyncio.TaskGroup() as group:
        for draft in work:
            group.create_task(one(draft))


async def render(draft, root):
    """Run a Draft in its own folder and return the notebook file's text.

    Raises LessonError for an error in a cell, a warning, an output that another run would not
    repeat, or a file above 1 MB.
    """
    await _execute(draft, root)
    for cell in draft.notebook.cells:
        if cell.cell_type == "code":
            _tidy(cell, root)
            _inspect(draft, cell, root)
    text = write(draft.notebook)
    if len(text.encode()) > LARGEST:
        raise _too_large(draft, len(text.encode()))
    return text


def write(notebook):
    """The text of a notebook file, the same for the same notebook."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


async def _execute(draft, root):
    with tempfile.TemporaryDirectory() as folder:
        manager = AsyncKernelManager(**kernel_options(folder))
        client = NotebookClient(
            draft.notebook,
            km=manager,
            timeout=CELL_SECONDS,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
        )
        try:
            await _start(client, draft, (root / draft.target).parent)
            for index, cell in enumerate(draft.notebook.cells):
                await _execute_cell(client, draft, cell, index)
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)


async def _start(client, draft, folder):
    try:
        await client.async_start_new_kernel(cwd=str(folder), env=kernel_environment())
        await client.async_start_new_kernel_client()
    except RuntimeError as error:
        raise LessonError(draft.source, 1, f"no kernel could be started: {error}.") from error


async def _execute_cell(client, draft, cell, index):
    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError as error:
        rows = ROW.findall(ANSI.sub("", error.traceback))
        row = int(rows[0]) if rows else 1
        raise draft.error(cell, f"{error.ename}: {error.evalue}", row) from error
    except CellTimeoutError as error:
        raise draft.error(cell, f"ran longer than {CELL_SECONDS} seconds.") from error
    except DeadKernelError as error:
        if asyncio.current_task().cancelling():
            raise asyncio.CancelledError from error  # nbclient takes a stop for a dead kernel
        raise draft.error(cell, "the kernel died.") from error


def _tidy(cell, root):
    """Take out of the outputs what belongs to one run or one machine only."""
    for output in cell.outputs:
        if "data" in output:
            # The number of a live widget is random, and without its kernel it shows nothing.
            output.data.pop(WIDGET_VIEW, None)
        if output.output_type == "error":
            output.traceback = [_shorten_paths(text, root) for text in output.traceback]


def _shorten_paths(text, root):
    home = str(Path.home())
    for folder in (str(root), *(sysconfig.get_path(name) for name in ("purelib", "stdlib"))):
        for shown in (folder, folder.replace(home, "~", 1)):
            text = text.replace(shown + os.sep, "")
    return text


def _inspect(draft, cell, root):
    """Raise LessonError for an output that must not stand in a lesson."""
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise _stderr_error(draft, cell, output.text.strip())
        for text in texts(output).values():
            _refuse_passing_text(draft, cell, text, root)
    kinds = [output.output_type for output in cell.outputs]
    if MUST_RAISE in cell.metadata.get("tags", []) and "error" not in kinds:
        raise draft.error(cell, f"is tagged {MUST_RAISE} and raised nothing.")


def _stderr_error(draft, cell, text):
    warning = WARNING.match(text)
    row, said = (int(warning[1]), warning[2]) if warning else (1, text)
    return draft.error(cell, f"wrote to stderr: {said}", row)


def _refuse_passing_text(draft, cell, text, root):
    address = ADDRESS.search(ANSI.sub("", text))
    if address:
        message = f"shows a memory address, “{address[0]}”, which is another one in each run."
        raise draft.error(cell, message)
    if str(root) in text:
        raise draft.error(cell, f"shows a path of this machine, {root}.")


def texts(output):
    """What a reader sees as text in an output: a dict from a kind to its text, tracebacks too.

    Of a picture inside HTML the words are text and the pixels are not.
    """
    if output.output_type == "stream":
        return {output.name: output.text}
    if output.output_type == "error":
        error = f"{output.ename}: {output.evalue}"
        return {"error": error, "traceback": "\n".join(output.traceback)}
    return {
        kind: without_pixels(
            content if isinstance(content, str) else json.dumps(content, sort_keys=True)
        )
        for kind, content in output.data.items()
        if kind == "image/svg+xml" or not kind.startswith("image/")
    }


def without_pixels(text):
    """A text without the pixels of pictures in it and their number: other versions draw others."""
    return PICTURE.sub(lambda picture: PIXELS.sub("", picture[0]), text)


def _too_large(draft, size):
    cells = [cell for cell in draft.notebook.cells if cell.cell_type == "code"]
    sizes = {cell.id: len(json.dumps(cell.outputs)) for cell in cells}
    largest = max(cells, key=lambda cell: sizes[cell.id])
    return draft.error(
        largest,
        f"the notebook would have {size / 1e6:.2f} MB, above the limit of {LARGEST / 1e6:.0f} MB; "
        f"this cell's outputs are the largest, {sizes[largest.id] / 1e6:.2f} MB.",
    )

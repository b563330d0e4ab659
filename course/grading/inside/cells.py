"""Runs the cells of a notebook in IPython's shell, and gives what they show as plain data.

Used on both sides of the sandbox's wall: inside it for a submission's cells, outside for the
course's own grade cells.
"""

import itertools
import os

os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

import traceback

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg")
OUTPUTS, PICTURE, ALL = 50, 500_000, 2_000_000  # of one cell: their number; characters


class Cells:
    """A shell whose cells are run one after the other; `output` bounds the text of one cell."""

    def __init__(self, output=100_000):
        self.output = output
        self.shell = InteractiveShell.instance(config=Config(HistoryAccessor={"enabled": False}))
        self.shell.showtraceback = self.shell.showsyntaxerror = lambda *_, **__: None
        self.shell.display_trap.hook = self._take_result
        self.shell.enable_gui = lambda *_: None  # %matplotlib asks for it; there is no window
        self.results, self._first = [], dict(self.shell.user_ns)

    @property
    def names(self):
        """What the cells have defined, by name."""
        return self.shell.user_ns

    def forget(self):
        """Forget what the cells have defined; the shell's own reset takes half a second."""
        self.names.clear()
        self.names.update(self._first)

    def run(self, source):
        """(outputs, error) of one cell: a list of plain dicts; the exception, or None."""
        self.results = []
        with capture_output() as captured:
            result = self.shell.run_cell(source, store_history=False)
        outputs = self._shown(captured)
        return outputs, result.error_before_exec or result.error_in_exec

    def _shown(self, captured):
        streams = (("stdout", captured.stdout), ("stderr", captured.stderr))
        outputs = [{"stream": n, "text": text[: self.output]} for n, text in streams if text]
        outputs += [{"data": self._kept(shown.data)} for shown in captured.outputs[:OUTPUTS]]
        outputs += self.results[:OUTPUTS]
        sizes = itertools.accumulate(sum(map(len, o.get("data", {}).values())) for o in outputs)
        return [output for output, size in zip(outputs, sizes, strict=True) if size < ALL]

    def _take_result(self, value):
        """In place of IPython's display hook: the value of a cell's last line."""
        if value is not None:
            data, _ = self.shell.display_formatter.format(value)
            self.results.append({"data": self._kept(data), "result": True})

    def _kept(self, data):
        """What is shown of a value: texts cut, pictures whole or not at all."""
        texts = {k: v for k, v in data.items() if k in SHOWN and isinstance(v, str)}
        cut = {k: v[: self.output] for k, v in texts.items() if k.startswith("text")}
        small = {k: v for k, v in texts.items() if k not in cut and len(v) <= PICTURE}
        return cut | small


def described(error, longest):
    """An exception in a few lines: where in the cell, which one, what it says."""
    try:
        rows = traceback.extract_tb(error.__traceback__)
        own = [row for row in rows if row.filename.startswith("<ipython")]
        where = [f"line {row.lineno}: {row.line}" for row in own[-3:]]
        said = "".join(traceback.format_exception_only(error)).strip()
    except Exception:
        where, said = [], type(error).__name__
    return {"name": type(error).__name__, "text": "\n".join([*where, said])[:longest]}

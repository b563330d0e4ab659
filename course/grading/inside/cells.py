"""Runs the cells of a notebook in IPython's shell, and gives what they show as plain data.

Used on both sides of the sandbox's wall: inside it for a submission's cells, outside for the
course's own grade cells.
"""

import os

os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

import traceback

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg")


class Cells:
    """A shell whose cells are run one after the other; `output` bounds the text of one cell."""

    def __init__(self, output=100_000):
        self.output = output
        self.shell = InteractiveShell.instance()
        self.shell.history_manager.enabled = False
        self.shell.showtraceback = self.shell.showsyntaxerror = lambda *_, **__: None
        self.shell.display_trap.hook = self._take_result
        self.results = []

    @property
    def names(self):
        """What the cells have defined, by name."""
        return self.shell.user_ns

    def run(self, source):
        """(outputs, error) of one cell: a list of plain dicts; the exception, or None."""
        self.results = []
        with capture_output() as captured:
            result = self.shell.run_cell(source, store_history=False)
        outputs = self._shown(captured)
        return outputs, result.error_before_exec or result.error_in_exec

    def _shown(self, captured):
        outputs = [
            {"stream": name, "text": text[: self.output]}
            for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr))
            if text
        ]
        for shown in captured.outputs[:50]:
            outputs.append({"data": {k: v for k, v in shown.data.items() if k in SHOWN}})
        return outputs + self.results

    def _take_result(self, value):
        """In place of IPython's display hook: the value of a cell's last line."""
        if value is not None:
            data, _ = self.shell.display_formatter.format(value)
            shown = {k: v for k, v in data.items() if k in SHOWN}
            self.results.append({"data": shown, "result": True})


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

"""One submission behind the wall: its cells are run, then its functions can be called from here."""

import time

from course.grading.process import Ended, Process, TooSlow

CELL, CALL = 20, 4  # seconds for one cell, and for one call
SUBMISSION = 120  # seconds for everything that one submission does
STARTS = 3  # processes that the cells of a submission, or one grade cell, may use up


class Session:
    """Runs the code cells of a submission; where a process ends, a new one runs them again.

    `offer`: the code of functions that the submission may use; `unsafe`: without the wall.
    """

    def __init__(self, sources, offer="", unsafe=False):
        self.sources, self.offer, self.unsafe = sources, offer, unsafe
        self.process, self.fatal = None, {}
        self.left, self.starts = SUBMISSION, STARTS
        self.results = self._start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """End the process."""
        if self.process:
            self.process.stop()

    def renew(self):
        """Allow further processes: what one function did must not cost the next its chance."""
        self.starts = STARTS

    def ask(self, request, seconds):
        """The answer to a request; Ended or TooSlow where there is none. A new process comes first
        where the last one has ended."""
        if self.process is None or not self.process.alive:
            self._start()
        return self._timed(request, seconds)

    def _timed(self, request, seconds):
        if self.left <= 0:
            raise Ended(f"The submission has used up its {SUBMISSION} seconds.")
        begin = time.monotonic()
        try:
            return self.process.ask(request, min(seconds, self.left))
        finally:
            self.left -= time.monotonic() - begin

    def _start(self):
        """Start a process and run the cells; those that ended one before are left out."""
        while True:
            if not self.starts:
                raise Ended(f"{STARTS} processes have ended, one after the other.")
            self.starts -= 1
            self.process = Process(self.unsafe)
            done = self._run_cells()
            if done is not None:
                return done

    def _run_cells(self):
        """The results of all cells, or None where one of them ended the process."""
        self._timed({"do": "offer", "source": self.offer}, CELL)
        results = []
        for number, source in enumerate(self.sources):
            if number in self.fatal:
                results.append({"outputs": [], "error": self.fatal[number]})
                continue
            try:
                results.append(_checked(self._timed({"do": "cell", "source": source}, CELL)))
            except Ended as end:
                slow = f"The cell did not end within {CELL} seconds."
                text = slow if isinstance(end, TooSlow) else str(end)
                self.fatal[number] = {"name": "Stopped", "text": text}
                return None
        return results


def _checked(result):
    """A result of a cell in which everything has the type it should have; else Ended."""
    if type(result.get("outputs")) is list and isinstance(result.get("error"), dict | None):
        return result
    raise Ended("The process sent something that is no answer.")

"""One submission behind the wall: its cells are run, then its functions can be called from here."""

import time

from course.grading.limits import Limits
from course.grading.process import Ended, NotStarted, Process, TooSlow


class Session:
    """Runs the code cells of a submission; where a process ends, a new one runs them again.

    `offer`: the code of functions that the submission may use; `unsafe`: without the wall.
    Raises NotStarted where this machine cannot start a process, and keeps it in `fault`: a test
    may have taken it for an error of the submission.
    """

    def __init__(self, sources, offer="", unsafe=False, limits=None):
        self.sources, self.offer, self.unsafe = sources, offer, unsafe
        self.limits = limits or Limits()
        self.process, self.fatal, self.fault = None, {}, None
        self.end = time.monotonic() + self.limits.submission
        self.renew()
        try:
            self.results = self._start()
        except BaseException:
            self.stop()
            raise

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
        self.starts = self.limits.starts

    def ask(self, request, seconds, **options):
        """The answer to a request; Ended or TooSlow where there is none. A new process comes first
        where the last one has ended."""
        if self.process is None or not self.process.alive:
            self._start()
        return self._timed(request, seconds, **options)

    def _timed(self, request, seconds, **options):
        left = self.end - time.monotonic()
        if left <= 0:
            raise Ended(f"The submission has used up its {self.limits.submission:g} seconds.")
        return self.process.ask(request, seconds, left, **options)

    def _start(self):
        """Start a process and run the cells; those that ended one before are left out."""
        while True:
            if not self.starts:
                raise Ended(f"{self.limits.starts} processes have ended, one after the other.")
            self.starts -= 1
            self.stop()
            try:
                self.process = Process(self.unsafe, self.limits)
            except NotStarted as fault:
                self.fault = fault
                raise
            done = self._run_cells()
            if done is not None:
                return done

    def _run_cells(self):
        """The results of all cells, or None where one of them ended the process."""
        self._timed({"do": "offer", "source": self.offer}, self.limits.cell)
        results = []
        for number, source in enumerate(self.sources):
            if number in self.fatal:
                results.append({"outputs": [], "error": self.fatal[number]})
                continue
            try:
                answer = self._timed({"do": "cell", "source": source}, self.limits.cell)
                results.append(_checked(answer))
            except Ended as end:
                self.fatal[number] = {"name": "Stopped", "text": self._said(end)}
                return None
        return results

    def _said(self, end):
        slow = f"The cell did not end within {self.limits.cell:g} seconds."
        return slow if isinstance(end, TooSlow) else f"The cell was stopped. {end}"


def _checked(result):
    """A result of a cell in which everything has the type it should have; else Ended."""
    outputs, error = result.get("outputs"), result.get("error")
    if type(outputs) is list and (error is None or type(error) is dict):
        return {"outputs": outputs, "error": error}
    raise Ended("What came from its process is no answer.")

"""Grade all submissions of a class, in parallel: `python3 -m course class grade FOLDER`.

It may be killed at any moment and started again: what is graded is not graded again.
"""

import argparse
import collections
import contextlib
import os
import re
import secrets
import sys
import warnings

from course import class_job, class_reading, class_records
from course.class_folder import ClassError, ClassFolder
from course.grading import sandbox

DASK_WAITS = "20s"
GIVEN_UP = 2  # processes that may end, one after the other, over one submission
# nbgrader reads the name of a student's folder as a pattern.
NAMES = re.compile(r"(?![.\s])[^*?\[\]{}]+(?<!\s)")


def main(argv):
    """Run the command with `argv` and return its exit code; raises ClassError."""
    options = parse(argv)
    folder = ClassFolder(options.folder)
    if not options.unsafe:
        try:
            sandbox.check()
        except sandbox.SandboxMissing as error:
            raise ClassError(str(error)) from error
    names = [folder.assignment(options.lesson)] if options.lesson else folder.assignments()
    failed = 0
    for assignment in names:
        run = Run(folder, assignment, options)
        if run.students:
            run.start()
            failed += run.count["failed"]
    if not any((folder.path / "submitted").glob("*/*")):
        print(f"Nothing has been handed in yet: {folder.path / 'submitted'} is empty.")
    return int(failed > 0)


def parse(argv):
    """The options of the command, from `argv`."""
    parser = argparse.ArgumentParser(
        prog="course class grade",
        description="Grade what is new in FOLDER/submitted with nbgrader and our judge. May be "
        "stopped or killed at any moment; the same command goes on from there.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the class's folder")
    parser.add_argument("--lesson", metavar="01", help="one assignment; without it, all")
    parser.add_argument(
        "--workers",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that grade at the same time; as many as the machine has cores",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="let the workers of this Dask scheduler grade (tcp://…:8786): each started in the "
        "course's folder, by `dask worker ADDRESS --nthreads 1`, where FOLDER has the same path",
    )
    parser.add_argument("--again", action="store_true", help="grade all anew, not only what is new")
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="grade without the wall around submissions: they can then read and change your files",
    )
    return parser.parse_args(argv)


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of processes")
    return number


class Run:
    """One round over the submissions of one assignment."""

    def __init__(self, folder, assignment, options):
        self.folder, self.assignment, self.options = folder, assignment, options
        self.root, self.id = str(folder.path), secrets.token_hex(8)
        self.students = handed_in(folder.path / "submitted", assignment)
        self.count = collections.Counter()
        self.ended = collections.Counter()

    def start(self):
        """Grade what is to be graded and tell how it went."""
        jobs = self.jobs()
        total = len(self.students)
        with self._bar(total, total - len(jobs)) as self.bar, warnings.catch_warnings():
            # After Ctrl-C joblib would tell what it does not finish.
            warnings.filterwarnings("ignore", message=".*still being processed", module="joblib")
            self._work(jobs)
        words = [f"{number} {status}" for status, number in sorted(self.count.items())]
        print(f"{self.assignment}: {total} handed in: {', '.join(words)}.", flush=True)

    def jobs(self):
        """The jobs that are left, after what cannot even be opened has been recorded."""
        code = class_records.version(self.folder)
        source = class_records.source_digest(self.folder, self.assignment)
        with class_records.gradebook(self.root) as book:
            marks = class_records.automatic_marks(book, self.assignment)
        jobs = []
        for student in self.students:
            key = self._key(student, code, source)
            record = class_records.read(self.root, self.assignment, student)
            if key is None:
                continue
            if self.options.again:
                class_records.forget(self.root, self.assignment, student)
            elif class_records.is_done(
                self.root, self.assignment, student, record, key, marks[student]
            ):
                self.count[f"{record['status']} before"] += 1
                continue
            jobs.append(self._job(student, key))
        return jobs

    def _key(self, student, *parts):
        """The key of a submission's state; None where it cannot be opened, which is recorded."""
        folder = self.folder.path / "submitted" / student / self.assignment
        try:
            if not (NAMES.fullmatch(student) and student.isprintable()):
                name = class_reading.brief(student)
                raise class_reading.Unreadable(f"nbgrader takes no folder called {name!r}.")
            data, notes = class_reading.content(folder, self.assignment)
        except class_reading.Unreadable as reason:
            record = {"key": "", "status": "unreadable", "reason": str(reason)}
            class_records.write(self.root, self.assignment, student, record)
            self._told(student, record, print)
            return None
        time = class_reading.timestamp(folder)
        return class_records.digest(
            data, *(text.encode() for text in (*notes, time, *parts, student))
        )

    def _job(self, student, key):
        parent = os.getpid() if self._own_processes() else 0
        unsafe = self.options.unsafe
        return class_job.Job(self.root, self.assignment, student, key, self.id, unsafe, parent)

    def _own_processes(self):
        return self.options.workers > 1 and not self.options.dask

    def _workers(self, jobs):
        # With a single worker joblib would do the jobs in this process.
        return max(2, min(self.options.workers, jobs)) if self._own_processes() else 1

    # --- work ---

    def _work(self, jobs):
        """Have all jobs done; where a process ends over one, the others go on."""
        left = {job.student: job for job in jobs}
        while left:
            try:
                with contextlib.closing(self._results(self._next(left))) as results:
                    for student, record in results:
                        left.pop(student, None)
                        self._told(student, record, self.bar.write)
                        self.bar.update()
            except processes_that_ended() as error:
                self._give_up(left, error)
            except BaseException:
                stop_processes()
                raise

    def _next(self, left):
        """The jobs to do together: those over which a process ended come last, each by itself."""
        clean = [job for student, job in left.items() if not self.ended[student]]
        return clean or list(left.values())[:1]

    def _results(self, jobs):
        """The results of jobs in the order in which they come."""
        import joblib

        with contextlib.ExitStack() as stack:
            if self.options.dask:
                client = stack.enter_context(dask_client(self.options.dask))
                chosen = joblib.parallel_config("dask", client=client, retries=0)
                workers = -1
            else:
                workers = self._workers(len(jobs))
                chosen = joblib.parallel_config("loky", inner_max_num_threads=1)
            stack.enter_context(chosen)
            how = {"batch_size": 1, "pre_dispatch": "2*n_jobs", "return_as": "generator_unordered"}
            parallel = joblib.Parallel(n_jobs=workers, **how)
            yield from parallel(joblib.delayed(class_job.grade)(job) for job in jobs)

    def _give_up(self, left, error):
        """After a process has ended: leave those jobs that this has happened to too often."""
        for student, job in list(left.items()):
            if class_job.started(self.root, self.assignment, student) != self.id:
                continue
            self.ended[student] += 1
            if self.ended[student] >= GIVEN_UP:
                reason = f"The process that graded it ended {GIVEN_UP} times; was memory short?"
                record = {"key": job.key, "status": "failed", "reason": reason}
                class_records.write(self.root, self.assignment, student, record)
                del left[student]
                self._told(student, record, self.bar.write)
        self.ended[""] += 1
        if self.ended[""] > 2 * len(self.students):
            raise ClassError(f"the processes that grade end again and again: {error}")

    # --- what is told ---

    def _told(self, student, record, say):
        self.count[record["status"]] += 1
        if record["status"] != "graded":
            line = f"{student}: {record['status']}. {record['reason']}"
            say(class_reading.printable(line))

    def _bar(self, total, done):
        from tqdm import tqdm

        often, width = (0.2, None) if sys.stderr.isatty() else (15, 80)  # seconds, columns
        return tqdm(
            desc=self.assignment,
            total=total,
            initial=done,
            unit="",
            mininterval=often,
            ncols=width,
            smoothing=0.1,
            disable=done == total,
        )


def handed_in(submitted, assignment):
    """The names of the folders in `submitted` in which there is something for `assignment`."""
    try:
        names = sorted(os.listdir(submitted))
    except OSError:
        return []
    return [
        name
        for name in names
        if name[0] != "." and os.path.lexists(os.path.join(submitted, name, assignment))
    ]


def processes_that_ended():
    """The errors that say that a process which graded is there no longer."""
    from joblib.externals.loky import BrokenProcessPool

    found = [BrokenProcessPool]
    if "distributed" in sys.modules:
        found.append(sys.modules["distributed"].scheduler.KilledWorker)
    return tuple(found)


def stop_processes():
    """End the processes that grade; those behind the wall end with them."""
    from joblib.externals.loky import get_reusable_executor

    if "joblib.externals.loky" in sys.modules:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def dask_client(address):
    """A client of the Dask scheduler at `address`; raises ClassError where there is none."""
    from dask.distributed import Client

    try:
        return Client(address, timeout=DASK_WAITS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClassError(f"there is no Dask scheduler at {address} ({error}).") from error

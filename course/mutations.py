"""Try thousands of wrong functions on the feedback: `python3 -m course mutations --count 10000`.

Each is a right version with one or two random changes of its syntax tree (course/mutants.py). The
engine says what is wrong; a judge that shares nothing with the engine (course/admissible.py)
says whether anything is. What passes and is wrong is a hole. The run can be stopped and goes on
where it was; rows of a lesson are tried anew when its file or the engine has changed.
"""

import argparse
import collections
import difflib
import hashlib
import json
import multiprocessing
import random
import sys
import time
from multiprocessing import connection
from pathlib import Path

from course import admissible, mutants
from nnlib.exercises import diagnose, exercises, guard
from nnlib.exercises.engine import find

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / "mutations.jsonl"
RECORD = ROOT / "benchmarks" / "results" / "feedback_mutations.json"
SECONDS = 60  # after which a process that is busy with one function is ended
PAIRS = 0.3  # share of functions with two changes
CALLS = {"passed": 300, "refused": 60}  # of the judge


def main(argv):
    """Run the command with `argv`; the exit code is 1 where a wrong function passes."""
    options = parse(argv)
    chosen = [e for e in exercises() if not options.exercise or e.name in options.exercise]
    tasks = share_out(chosen, options.count, options.seed)
    rows = try_all(tasks, options.jobs, KEPT, fresh=options.fresh)
    for name in options.show:
        show([row for row in rows if kind(row) == name], options.sample)
    print(summary(rows))
    if options.record:
        RECORD.write_text(json.dumps(record(rows, options), indent=1, ensure_ascii=False) + "\n")
    return int(any(kind(row) == "hole" for row in rows))


def parse(argv):
    """The options in `argv`."""
    parser = argparse.ArgumentParser(prog="course mutations", description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="functions in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--exercise", nargs="*", default=[], metavar="NAME", help="only these")
    parser.add_argument("--fresh", action="store_true", help="forget what is already done")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    parser.add_argument("--show", nargs="*", default=[], choices=KINDS, help="print these, too")
    parser.add_argument("--sample", type=int, default=0, help="as many of them, by chance")
    options = parser.parse_args(argv)
    strange = {*options.exercise} - {exercise.name for exercise in exercises()}
    if strange:
        parser.error(f"there is no exercise {min(strange)!r}; `course mistakes` prints all")
    for name in ("count", "jobs"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be 1 or more, and is {getattr(options, name)}")
    return options


# --- the functions --------------------------------------------------------------------------


def share_out(chosen, count, seed):
    """(exercise, number, seed) of `count` mutants, equally many for each exercise."""
    each, rest = divmod(count, len(chosen))
    return [
        (exercise.name, number, seed)
        for i, exercise in enumerate(chosen)
        for number in range(each + (i < rest))
    ]


class Source:
    """The mutants of one exercise, in an order that only the seed decides; none comes twice."""

    def __init__(self, exercise, seed):
        self.bases = mutants.bases(exercise)
        self.edits = [mutants.singles(base) for base in self.bases]
        self.chance = random.Random(f"{seed} {exercise.name}")
        self.seen = {base.source() for base in self.bases}
        self.made = []

    def __getitem__(self, number):
        while len(self.made) <= number:
            self.made.append(self._another())
        return self.made[number]

    def _another(self):
        """(base, edits, function, source) of a mutant that has not been there."""
        while True:
            at = self.chance.randrange(len(self.bases))
            edits = self.chance.sample(self.edits[at], 2 if self.chance.random() < PAIRS else 1)
            made = self.bases[at].mutant(edits)
            alone = [self.bases[at].source([edit]) for edit in edits] if len(edits) > 1 else []
            if made and made[1] not in self.seen and made[1] not in alone:
                self.seen.add(made[1])
                return self.bases[at], edits, *made


# --- one function ---------------------------------------------------------------------------


def try_one(name, number, seed, sources):
    """What the engine and the judge say about one mutant, as a row."""
    exercise = find(name)
    exercise.seconds = min(exercise.seconds, 2)
    if (name, seed) not in sources:
        sources[name, seed] = Source(exercise, seed)
    base, edits, function, source = sources[name, seed][number]
    found = diagnose(mutants.compiled(source, base)[0], name)
    passed = found.status == "passed"
    calls = CALLS["passed" if passed else "refused"]
    return {
        "task": [name, number, seed],
        "base": base.name,
        "edits": [edit.text for edit in edits],
        "source": source,
        "changed": changed(base.source(), source),
        "status": found.status,
        "mistake": found.mistake,
        "message": found.message,
        "named": named(found, exercise),
        "judge": judged(function, exercise, calls),
    }


def judged(function, exercise, calls):
    """What the judge finds within twenty seconds; "" for nothing."""
    try:
        return guard.limited(lambda: admissible.difference(function, exercise, calls), 20)
    except BaseException as error:  # TimeUp, too
        return type(error).__name__


def named(found, exercise):
    """How the name was found: "catalogue", "relation", "error", "generic", or "" if it passed."""
    if found.status in ("passed", "not attempted"):
        return ""
    known = {*exercise.mistakes, *exercise.combinations}
    if found.mistake and (found.mistake in known or known & set(found.mistake.split(" + "))):
        return "catalogue"
    if found.status == "raised":
        return "error"
    return "relation" if found.mistake else "generic"


def changed(before, after):
    """The lines that differ, with - and +."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return "\n".join(line for line in lines if line[:1] in "-+")


KINDS = ["hole", "equal", "refused", "doubtful", *("catalogue", "relation", "error", "generic")]


def kind(row):
    """ "hole": passed though wrong; "equal": passed, nothing is wrong; "doubtful": refused though
    the judge finds nothing wrong; else "refused"."""
    if row["status"] == "passed":
        return "hole" if row["judge"] else "equal"
    return "refused" if row["judge"] else "doubtful"


# --- many, in processes ---------------------------------------------------------------------


def try_all(tasks, jobs=1, kept=None, fresh=False):
    """The rows of all tasks; those already in the file `kept` are not tried again."""
    marks = fingerprints()
    done = {} if fresh or kept is None else _read(kept, marks)
    waiting = [task for task in tasks if task not in done]
    rows = [done[task] for task in tasks if task in done]
    if kept is not None:
        kept.parent.mkdir(exist_ok=True)
        _write(kept, rows, "w")
    with Progress(len(waiting)) as progress:
        for row in _in_processes(waiting, jobs) if jobs > 1 else _here(waiting):
            row["mark"] = marks[find(row["task"][0]).lesson]
            rows.append(row)
            progress.step(kind(row))
            if kept is not None:
                _write(kept, [row], "a")
    return sorted(rows, key=lambda row: tasks.index(tuple(row["task"])))


def _here(tasks):
    sources = {}
    for task in tasks:
        yield try_one(*task, sources)


def _in_processes(tasks, jobs):
    """The rows as they come; a process that takes too long is ended, and its function refused."""
    waiting, workers = collections.deque(tasks), []
    try:
        while waiting or any(worker.task for worker in workers):
            while waiting and len([w for w in workers if w.task]) < jobs:
                _idle(workers).give(waiting.popleft())
            busy = [worker for worker in workers if worker.task]
            connection.wait([worker.pipe for worker in busy], timeout=1)
            for worker in busy:
                if row := worker.answer():
                    yield row
    finally:
        for worker in workers:
            worker.end()


def _idle(workers):
    for worker in workers:
        if not worker.task:
            return worker
    workers.append(Worker())
    return workers[-1]


class Worker:
    """A process that tries one mutant after the other."""

    def __init__(self):
        self.task, self.since, self.process = None, 0, None

    def give(self, task):
        """Hand over a task; the process is started, or started again, where it is needed."""
        if self.process is None or not self.process.is_alive():
            context = multiprocessing.get_context("spawn")
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_work, args=(theirs,), daemon=True)
            self.process.start()
            theirs.close()
        self.task, self.since = task, time.monotonic()
        self.pipe.send(task)

    def answer(self):
        """The row of the task if there is one by now; one of the time limit where it is over."""
        late = time.monotonic() - self.since > SECONDS
        row = None
        try:
            row = self.pipe.recv() if self.pipe.poll() else None
        except EOFError:  # it ended itself
            late = True
        if row is None and late:
            self.end()
            row = _killed(self.task)
        if row is not None:
            self.task = None
        return row

    def end(self):
        """End the process."""
        self.process.kill()
        self.process.join()


def _work(pipe):
    sources = {}
    while True:
        try:
            pipe.send(try_one(*pipe.recv(), sources))
        except EOFError:
            return


def _killed(task):
    empty = dict.fromkeys(("base", "source", "changed", "mistake", "message"), "")
    return {"task": list(task), "edits": [], **empty} | {
        **{"status": "raised", "named": "error", "judge": "time limit"},
    }


def fingerprints():
    """{lesson: hash of its exercises, of the engine and of this tool}."""
    files = sorted((ROOT / "nnlib" / "exercises").glob("*.py"))
    files += [Path(module.__file__) for module in (mutants, admissible)]
    texts = {path: path.read_bytes() for path in files}
    common = [t for path, t in texts.items() if not path.stem.startswith("lesson")]
    return {
        path.stem.removeprefix("lesson"): hashlib.sha256(b"".join([*common, t])).hexdigest()[:12]
        for path, t in texts.items()
        if path.stem.startswith("lesson")
    }


def _read(kept, marks):
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    return {tuple(row["task"]): row for row in rows if row.get("mark") in marks.values()}


def _write(kept, rows, mode):
    with kept.open(mode) as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


class Progress:
    """One line on the terminal (or one now and then in a log) that says how far it is."""

    def __init__(self, total):
        self.total, self.done, self.counts = total, 0, collections.Counter()
        self.start = self.last = time.monotonic()

    def __enter__(self):
        return self

    def step(self, what):
        """One more is done."""
        self.done += 1
        self.counts[what] += 1
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if now - self.last > (0.5 if terminal else 30) or self.done == self.total:
            self.last = now
            left = (now - self.start) / self.done * (self.total - self.done)
            counts = ", ".join(f"{n} {name}" for name, n in sorted(self.counts.items()))
            line = f"{self.done} of {self.total} ({counts}), {left:.0f} s left"
            print(line, end="\r" if terminal else "\n", file=sys.stderr, flush=True)

    def __exit__(self, *_):
        if sys.stderr.isatty() and self.done:
            print(file=sys.stderr)


# --- what came out --------------------------------------------------------------------------


def show(rows, sample=0):
    """Print functions with what was said about them, all or a random choice."""
    if sample and sample < len(rows):
        rows = random.Random(0).sample(rows, sample)
    for row in rows:
        name, number, _ = row["task"]
        print(f"--- {name} {number}: {row['base']}: {'; '.join(row['edits'])}")
        print(row["changed"])
        print(f"    {row['status']}, {row['mistake']}: {row['message']}")
        print(f"    the judge: {row['judge'] or 'nothing is wrong'}\n")


def summary(rows):
    """A table: for each exercise how many were tried, refused, named how, and accepted."""
    lines = [f"{'exercise':22}" + "".join(f"{title:>11}" for title in COLUMNS)]
    for name in dict.fromkeys(row["task"][0] for row in rows):
        lines.append(_line(name, [row for row in rows if row["task"][0] == name]))
    return "\n".join([*lines, _line("all", rows)])


COLUMNS = ["tried", "catalogue", "relation", "error", "generic", "doubtful", "equal", "hole"]


def counts(rows):
    """{column: number} of these rows."""
    kinds = collections.Counter(map(kind, rows))
    names = collections.Counter(row["named"] for row in rows)
    return {"tried": len(rows)} | {c: kinds[c] or names[c] for c in COLUMNS[1:]}


def _line(name, rows):
    return f"{name:22}" + "".join(f"{number:11}" for number in counts(rows).values())


def record(rows, options):
    """What is kept of a run: the table, and every function that was accepted or is in doubt."""
    names = dict.fromkeys(row["task"][0] for row in rows)
    return {
        "made by": f"python3 -m course mutations --count {options.count} --seed {options.seed}",
        "exercises": {n: counts([r for r in rows if r["task"][0] == n]) for n in names},
        **{
            word: [_short(row) for row in rows if kind(row) == word]
            for word in ("hole", "equal", "doubtful")
        },
    }


def _short(row):
    keys = ("base", "edits", "changed", "mistake")
    return {"exercise": row["task"][0]} | {key: row[key] for key in keys}

"""Make lessons/*.ipynb and solutions/*.ipynb from solutions/*.md: `python3 -m course build`.

Only what changed is made again: a notebook whose source, the library, this pipeline or the file
itself is not as it was at the last build. That is remembered in .cache/course/built.json, which
may be deleted at any time. A notebook into which somebody typed is left alone until `--force`,
which keeps a copy of it in .cache/course/replaced/.
"""

import argparse
import asyncio
import hashlib
import json
import shutil
import sys
from pathlib import Path

import nbformat

from course.files import ROOT, write_atomically
from course.lesson_names import UnknownLesson, named_sources
from course.markers import LessonError
from course.notebooks import NOT_COMPARED, drafts, is_edited, run_all, write

PIPELINE = ("files.py", "markers.py", "sources.py", "notebooks.py", "build.py")
INTERRUPTED = 130


def main(argv):
    """Run the command with `argv` and return its exit code: 0, 1 for a fault, 2 for misuse."""
    options = parse(argv, "build", "Make the notebooks of the lessons.", force=True)
    return build(ROOT, options.names, force=options.force, jobs=options.jobs)


def parse(argv, command, description, force=False):
    """The options that `build` and `check` share, from `argv`."""
    parser = argparse.ArgumentParser(prog=f"course {command}", description=description)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a lesson; all if none is named")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time (default: 2)")
    if force:
        parser.add_argument(
            "--force", action="store_true", help="make current and edited notebooks again too"
        )
    options = parser.parse_args(argv)
    if options.jobs < 1:
        parser.error(f"--jobs must be 1 or more, and is {options.jobs}")
    return options


def build(root, names=(), force=False, jobs=2):
    """Make the notebooks below `root` that are not current and return the exit code."""
    try:
        sources = named_sources(root, names)
    except UnknownLesson as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    builder = Builder(root, force)
    for source in sources:
        builder.plan(source)
    done = run_until_stopped(builder.work, root, jobs, builder.finish)
    return builder.report() if done else INTERRUPTED


def run_until_stopped(work, root, jobs, finished):
    """Run the drafts and call `finished` for each; False if Ctrl-C stopped it before the end."""
    try:
        asyncio.run(run_all(work, root, jobs, finished))
    except KeyboardInterrupt:
        print("Stopped. What is listed above is finished; the rest is as it was.", file=sys.stderr)
        return False
    return True


class Builder:
    """What is to be made, what was made and what failed in one run of `build`."""

    def __init__(self, root, force):
        self.root, self.force = root, force
        self.record = Record(root)
        self.shared = digest_shared_inputs(root)
        self.work, self.inputs = [], {}
        self.built, self.current, self.failed = 0, 0, 0

    def plan(self, source):
        """Sort the two notebooks of a source into current, refused and to be made."""
        try:
            found = drafts(self.root, source)
        except LessonError as error:
            self.fail(error)
            return
        inputs = digest(self.shared.encode(), source.read_bytes())
        for draft in found:
            self.inputs[draft.target] = inputs
            path = self.root / draft.target
            if not self.force and self.record.is_current(path, draft.target, inputs):
                self.current += 1
            elif path.exists() and is_edited(path) and not self.keep_copy(path, draft.target):
                self.fail(
                    f"{draft.target} was edited by hand, and is made from {draft.source}: "
                    "bring the edit there, then run this again with --force."
                )
            else:
                self.work.append(draft)

    def keep_copy(self, path, target):
        """Copy an edited notebook out of the way if --force allows its loss; False if not."""
        if not self.force:
            return False
        copy = self.root / ".cache" / "course" / "replaced" / target
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        print(f"{target} was edited by hand; that version is now {copy.relative_to(self.root)}")
        return True

    def finish(self, draft, text, error, seconds):
        """Write a notebook that was run, or say what is wrong with it."""
        if error:
            self.fail(error)
            return
        path, inputs = self.root / draft.target, self.inputs[draft.target]
        if self.record.is_current(path, draft.target, inputs):
            text = keep_timings(draft.notebook, path)
        write_atomically(path, text)
        self.record.add(draft.target, inputs, text)
        self.built += 1
        print(f"built {draft.target} in {seconds:.1f} s", flush=True)

    def fail(self, message):
        """Count and print a fault."""
        self.failed += 1
        print(f"FAILED {message}", file=sys.stderr, flush=True)

    def report(self):
        """Print the sum of the run and return the exit code."""
        print(f"{self.built} built, {self.current} already current, {self.failed} failed.")
        return 1 if self.failed else 0


class Record:
    """What the last build made of what, as hashes, in a file that belongs to this checkout."""

    def __init__(self, root):
        self.path = root / ".cache" / "course" / "built.json"
        try:
            self.entries = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.entries = {}

    def is_current(self, path, target, inputs):
        """True if `path` is byte for byte what a build made of these inputs."""
        entry = self.entries.get(target, {})
        return (
            path.exists()
            and entry.get("inputs") == inputs
            and entry.get("file") == digest(path.read_bytes())
        )

    def add(self, target, inputs, text):
        """Remember at once, so that a stopped build is not done again."""
        self.entries[target] = {"inputs": inputs, "file": digest(text.encode())}
        write_atomically(self.path, json.dumps(self.entries, indent=1, sort_keys=True) + "\n")


def keep_timings(fresh, path):
    """The text of `fresh` with the outputs at `path` for the cells whose outputs always differ.

    Called where nothing that could change a lesson has changed: the same inputs, the same bytes.
    """
    saved = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    for cell in fresh.cells:
        if NOT_COMPARED in cell.metadata.get("tags", []) and cell.id in saved:
            cell.outputs = saved[cell.id].outputs
    return write(fresh)


def digest_shared_inputs(root):
    """A hash of what every notebook depends on besides its source: library and pipeline."""
    here = Path(__file__).parent
    files = [here / name for name in PIPELINE]
    files += sorted(p for p in (root / "nnlib").rglob("*") if p.is_file() and p.suffix != ".pyc")
    files += sorted((root / "solutions").rglob("*.py"))
    return digest(*(part for p in files for part in (p.name.encode(), p.read_bytes())))


def digest(*parts):
    """A hash of byte strings; where one ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()

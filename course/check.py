"""Prove that the committed notebooks are what their sources give: `python3 -m course check`.

Every lesson is made and run again, in memory, and compared with the files: text of the cells, ids,
metadata, execution counts and text outputs. Not compared are pixels, tracebacks and the outputs of
cells tagged `nbval-ignore-output`.
"""

import sys

import nbformat

from course.build import INTERRUPTED, parse, run_until_stopped
from course.files import ROOT
from course.lesson_names import UnknownLesson, named_sources
from course.markers import LessonError
from course.notebooks import LARGEST, NOT_COMPARED, drafts, texts

NOT_TEXT = {"traceback"}


def main(argv):
    """Run the command with `argv` and return its exit code: 0, 1 for a difference, 2 for misuse."""
    options = parse(argv, "check", "Prove that the notebooks are what their sources give.")
    return check(ROOT, options.names, jobs=options.jobs)


def check(root, names=(), jobs=2):
    """Compare the notebooks below `root` with their sources and return the exit code."""
    try:
        sources = named_sources(root, names)
    except UnknownLesson as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    found = [] if names else orphans(root)
    work = []
    for source in sources:
        try:
            made = drafts(root, source)
        except LessonError as error:
            found.append(str(error))
            continue
        present = [draft for draft in made if (root / draft.target).exists()]
        found += [f"{d.target}: is missing; {d.source} gives it." for d in made if d not in present]
        work += present

    def finished(draft, text, error, seconds):
        differences = [str(error)] if error else compare_files(root, draft, text)
        verdict = "differs" if differences else "current"
        print(f"{verdict} {draft.target}, made again in {seconds:.1f} s", flush=True)
        found.extend(differences)

    if not run_until_stopped(work, root, jobs, finished):
        return INTERRUPTED
    return report(found, len(work))


def report(found, count):
    """Print the differences, or one line that there is none, and return the exit code."""
    if not found:
        print(f"{count} notebooks are current.")
        return 0
    print(f"\n{len(found)} differences:", *found, sep="\n", file=sys.stderr)
    print("`python3 -m course build` makes the notebooks again.", file=sys.stderr)
    return 1


def orphans(root):
    """A sentence for each notebook that no source gives."""
    sources = {path.stem for path in named_sources(root)}
    files = [p for folder in ("lessons", "solutions") for p in (root / folder).glob("*.ipynb")]
    return [
        f"{path.relative_to(root).as_posix()}: no solutions/{path.stem}.md gives this notebook."
        for path in sorted(files)
        if path.stem not in sources
    ]


def compare_files(root, draft, text):
    """The differences between the notebook file of `draft` and its fresh `text`, as sentences."""
    path = root / draft.target
    size = path.stat().st_size
    if size > LARGEST:
        return [f"{draft.target}: has {size / 1e6:.2f} MB; the limit is {LARGEST / 1e6:.0f} MB."]
    try:
        saved = nbformat.read(path, as_version=4)
        nbformat.validate(saved)
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        return [f"{draft.target}: cannot be read as a notebook: {str(error).splitlines()[0]}"]
    differences = compare(saved, nbformat.reads(text, as_version=4))
    return [f"{draft.target}{difference}" for difference in differences]


def compare(saved, fresh):
    """The differences between two notebooks; each begins with its place in the notebook."""
    ids = [[cell.get("id", "") for cell in notebook.cells] for notebook in (saved, fresh)]
    if ids[0] != ids[1]:
        return [": the cell ids" + _first_difference("\n".join(ids[0]), "\n".join(ids[1]))]
    found = []
    if saved.metadata != fresh.metadata:
        found.append(": the notebook's metadata" + _differ(saved.metadata, fresh.metadata))
    for one, other in zip(saved.cells, fresh.cells, strict=True):
        found += [f", cell {one.id}: {text}" for text in _compare_cells(one, other)]
    return found


def _compare_cells(saved, fresh):
    if saved.cell_type != fresh.cell_type:
        return ["the kind" + _first_difference(saved.cell_type, fresh.cell_type)]
    if saved.source != fresh.source:
        return ["the source" + _first_difference(saved.source, fresh.source)]
    if saved.metadata != fresh.metadata:
        return ["the metadata" + _differ(saved.metadata, fresh.metadata)]
    if saved.cell_type != "code":
        return []
    if saved.execution_count != fresh.execution_count:
        return ["the execution count" + _differ(saved.execution_count, fresh.execution_count)]
    if NOT_COMPARED in fresh.metadata.get("tags", []):
        return []
    return _compare_outputs(saved.outputs, fresh.outputs)


def _compare_outputs(saved, fresh):
    kinds = ["\n".join(map(_kind, outputs)) for outputs in (saved, fresh)]
    if kinds[0] != kinds[1]:
        return ["the list of outputs" + _first_difference(*kinds)]
    for one, other in zip(map(texts, saved), map(texts, fresh), strict=True):
        for kind in one:
            if kind not in NOT_TEXT and one[kind] != other[kind]:
                return [f"the output {kind}" + _first_difference(one[kind], other[kind])]
    return []


def _kind(output):
    return " ".join([output.output_type, *sorted(output.get("data", {})), output.get("name", "")])


def _differ(saved, fresh):
    return _first_difference(str(saved), str(fresh))


def _first_difference(saved, fresh):
    """Where two texts part: the line's number and the line in both."""
    rows = [text.split("\n") for text in (saved, fresh)]
    number = next(
        (i for i, pair in enumerate(zip(*rows, strict=False)) if pair[0] != pair[1]),
        min(map(len, rows)),
    )
    lines = [row[number] if number < len(row) else "(nothing)" for row in rows]
    return f" differs at line {number + 1}:\n    saved: {lines[0]}\n    fresh: {lines[1]}"

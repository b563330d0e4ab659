"""Make a class's folder for nbgrader from the lessons: `python3 -m course class init FOLDER`."""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from course.class_folder import ClassError, ClassFolder, write_settings
from course.class_source import has_points, source_notebook
from course.files import ROOT, module_path
from course.lesson_names import named_sources
from course.notebooks import write
from course.sources import leaked_lines, read_cells

CONFIG = Path(__file__).with_name("class_config.py")
# nbgrader reads paths as patterns, templates and addresses of a database.
NOT_IN_PATHS = "*?[]{}%#;:\n" if os.name != "nt" else "*?[]{}%#;\n"
README = """\
This folder is one class. It was made by `python3 -m course class init`; from here on it is an
ordinary nbgrader course, and every nbgrader command works in it.

  source/       the assignments with solutions and hidden tests: never give these away
  release/      what the students get, one notebook per assignment
  submitted/    what they handed in, from `python3 -m course class import`
  gradebook.db  all marks
  students.csv  who is who, from the first import on: you may fill in e-mail addresses and logins
  class.json    where the course lies, and the secret seed of the hidden inputs: keep a copy

The programs (nbgrader, jupyter) are in
  {programs}
To have them in your terminal:
  {activate}

Then, in this folder:
  nbgrader validate source/{first}/{first}.ipynb
  jupyter lab          (menu Nbgrader, Formgrader)

And from the course, {root}:
  python3 -m course class import {folder} DOWNLOAD --lesson {number}
  python3 -m course class grade {folder} --lesson {number}
  python3 -m course class report {folder} --lesson {number}
  python3 -m course class export {folder} --format moodle|canvas|csv
"""


def main(argv):
    """Run the command with `argv` and return its exit code; raises ClassError or LessonError."""
    options = parse(argv)
    words = [word for text in options.lessons for word in text.split(",") if word]
    folder = Path(options.folder).expanduser().resolve()
    if options.update:
        return update(ROOT, folder, words, options.count_practice)
    return create(ROOT, folder, words, options.count_practice)


def parse(argv):
    """The options of the command, from `argv`."""
    parser = argparse.ArgumentParser(
        prog="course class init",
        description="Make a folder in which nbgrader runs a class: assignments with solutions, "
        "released notebooks without, a gradebook, and our configuration.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="a new folder, outside the course's")
    parser.add_argument(
        "--lessons",
        action="append",
        default=[],
        metavar="01,04",
        help="the lessons to make assignments of; all that give points if none is named",
    )
    parser.add_argument(
        "--count-practice",
        action="store_true",
        help="give a point for each practice exercise too, not only for the graded problems",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="add assignments to a class that is there; what it holds stays as it is",
    )
    return parser.parse_args(argv)


def create(root, folder, words=(), count_practice=False):
    """Make a class's folder of the lessons that `words` names; the exit code is returned.

    It is made beside its place and moved there when it is whole. Raises ClassError for a place
    that will not do, and for lessons that are unknown or give no points.
    """
    refuse_place(root, folder)
    lessons = choose(root, words, count_practice)
    seed = secrets.randbelow(2**31 - 2) + 1
    settings = {"course": str(root), "seed": seed, "count_practice": count_practice}
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(root, part, lessons, settings)
        (part / "README.txt").write_text(readme(root, folder, lessons[0].stem), encoding="utf-8")
        part.chmod(0o755)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    print(f"{folder} is ready: {counted(lessons)}. Its README.txt says how to go on.")
    return 0


def fill(root, folder, lessons, settings):
    """Put settings, configuration and assignments into the empty `folder`."""
    write_settings(folder, settings)
    shutil.copyfile(CONFIG, folder / "nbgrader_config.py")
    for name in ("submitted", "exchange"):
        (folder / name).mkdir()
    (folder / "exchange").chmod(0o777)
    add(root, folder, lessons, settings["count_practice"])


def update(root, folder, words=(), count_practice=False):
    """Add the assignments that a class lacks and return the exit code; raises ClassError."""
    held = ClassFolder(folder)
    counts = held.settings.get("count_practice", False)
    if count_practice and not counts:
        raise ClassError(
            "in this class practice exercises do not count, and that cannot change for assignments "
            "that are out; make a class of its own with --count-practice."
        )
    known = held.assignments()
    lessons = choose(root, words, counts)
    new = [lesson for lesson in lessons if lesson.stem not in known]
    held.settings["course"] = str(root)
    held.save()
    add(root, folder, new, counts)
    for lesson in lessons:
        if lesson not in new:
            tell_difference(root, folder, lesson, counts)
    print(f"{folder}: {counted(new)} added, what was there is as it was.")
    return 0


def refuse_place(root, folder):
    """Raise ClassError if a class cannot be made at `folder`."""
    if folder.is_relative_to(root):
        raise ClassError(
            f"{folder} lies inside the course, {root}; choose a folder outside it, so that marks "
            "and solutions are never published with the lessons."
        )
    bad = [letter for path in (folder, root) for letter in NOT_IN_PATHS if letter in str(path)]
    if bad:
        raise ClassError(
            f"nbgrader cannot work where a path holds {bad[0]!r}, "
            f"and the class would be {folder} with the course at {root}; choose other names."
        )
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ClassError(f"{folder} is a file; name a new folder.")
    if any(folder.iterdir()):
        raise ClassError(
            f"{folder} holds something already and is left as it is; name a new folder, or use "
            "--update if it is a class to which lessons are to be added."
        )


def choose(root, words, count_practice):
    """The lesson sources that `words` names, or all that give points, of which there must be one.

    Raises ClassError and UnknownLesson.
    """
    found = named_sources(root, words)
    if not words:
        found = [path for path in found if has_points(root, path, count_practice)]
        if not found:
            raise ClassError(
                "no lesson has a graded problem; with --count-practice the exercises count."
            )
    return found


def add(root, folder, lessons, count_practice):
    """Write the sources of `lessons` into `folder` and let nbgrader make the released notebooks."""
    notebooks = {path: source_notebook(root, path, count_practice) for path in lessons}
    try:
        for path, notebook in notebooks.items():
            place = folder / "source" / path.stem
            place.mkdir(parents=True)
            (place / f"{path.stem}.ipynb").write_text(write(notebook), encoding="utf-8")
        if lessons:
            # All at once: its start takes longer than its work. It skips what is released already.
            nbgrader(folder, "generate_assignment", "--assignment=*")
        for path, notebook in notebooks.items():
            inspect_release(folder, path)
            print(f"{path.stem}: released, {points(notebook):g} points", flush=True)
    except BaseException:
        for path in lessons:
            shutil.rmtree(folder / "source" / path.stem, ignore_errors=True)
            shutil.rmtree(folder / "release" / path.stem, ignore_errors=True)
        raise


def inspect_release(folder, lesson):
    """Raise ClassError if the released notebook of `lesson` is missing or holds a secret line."""
    path = folder / "release" / lesson.stem / f"{lesson.stem}.ipynb"
    if not path.exists():
        raise ClassError(f"nbgrader did not make {path}.")
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    leaked = leaked_lines(read_cells(lesson, lesson.name), text, lesson.name)
    if leaked:
        raise ClassError(f"{path} would show this line of a solution: {leaked[0]}")


def nbgrader(folder, *words):
    """Run one command of nbgrader in `folder`; raises ClassError with its words if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env={**os.environ, **search_paths()},
        capture_output=True,
        errors="replace",
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise ClassError(f"`nbgrader {' '.join(words)}` failed in {folder}; it said:\n{said}")


def search_paths():
    """Variables with which nbgrader and what it starts find what they need, and little else."""
    # The programs of this environment must be found: nbgrader calls alembic by its name.
    programs = [os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]
    return {"PATH": os.pathsep.join(programs), "PYTHONPATH": module_path()}


def points(notebook):
    """The sum of the points of a source notebook."""
    return sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells)


def tell_difference(root, folder, lesson, count_practice):
    """Say so if a lesson has changed since the class got it."""
    held = nbformat.read(folder / "source" / lesson.stem / f"{lesson.stem}.ipynb", as_version=4)
    fresh = source_notebook(root, lesson, count_practice)
    texts = [[cell.source for cell in notebook.cells] for notebook in (held, fresh)]
    if texts[0] != texts[1]:
        print(f"{lesson.stem}: kept as this class has it, though the lesson is another one now")


def readme(root, folder, first):
    """The text of the folder's README."""
    programs = Path(sys.executable).parent
    unix = f'source "{programs / "activate"}"'
    activate = f'"{programs / "activate"}"' if os.name == "nt" else unix
    if not (programs / "activate").exists():
        activate = f'export PATH="{programs}:$PATH"'
    return README.format(
        programs=programs,
        activate=activate,
        first=first,
        number=first.split("_")[0],
        root=root,
        folder=f'"{folder}"' if " " in str(folder) else folder,
    )


def counted(lessons):
    """The number of `lessons` in words: "1 assignment"."""
    return f"{len(lessons)} assignment" + "s" * (len(lessons) != 1)

"""Make the learners' bundle: `python3 -m course release [OUT.zip]`.

A zip with the lessons, a wheel of nnlib and what is needed to start; no solutions, no graded
references. It is searched for lines of these before it is written. The same tree gives the same
bytes.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from course.files import ROOT
from course.leaks import Secrets
from course.lesson_names import find_sources
from course.markers import LessonError
from course.notebooks import drafts, is_edited
from course.requirements import requirements

# Zips know no earlier day.
EPOCH = (1980, 1, 1, 0, 0, 0)
FORBIDDEN = ("solutions", "graded", "course", "tests")
README = """\
# Neural networks from scratch

The lessons are notebooks in `lessons/`. They need Python 3.11 or newer and the library in
`{wheel}`. In this folder, once:

    python3 -m venv .venv
    .venv/bin/python -m pip install "./{wheel}[course]"

and each time:

    .venv/bin/jupyter lab lessons/{first}

On Windows write `py` for `python3` and `.venv\\Scripts\\` for `.venv/bin/`. With conda:
`conda env create -f environment.yml`, `conda activate nnlib-course`, `jupyter lab lessons/{first}`.

Code: MIT (LICENSE). Text of the lessons: CC BY 4.0 (LICENSE-TEXT). The data sets' sources and
licences stand beside them in the library.
"""
ENVIRONMENT = """\
# The course for conda: `conda env create -f environment.yml`, in the folder of this file.
name: nnlib-course
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.12
  - pip
{requirements}
  - pip:
      - ./{wheel}
"""


class ReleaseError(Exception):
    """A bundle that cannot be made; its text is one sentence."""


def main(argv):
    """Run the command with `argv` and return its exit code: 0, or 1 for a fault."""
    options = parse(argv)
    try:
        target = Path(options.out or default_name(ROOT)).resolve()
        files = release(ROOT, target)
    except (ReleaseError, LessonError, OSError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 1
    size = target.stat().st_size / 1e6
    print(f"{target}: {len(files)} files, {size:.1f} MB; no line of a solution is in it.")
    return 0


def parse(argv):
    """The options of the command, from `argv`."""
    parser = argparse.ArgumentParser(
        prog="course release",
        description="Make the learners' bundle: lessons, the library, how to start. "
        "Solutions and graded references stay here, and that is checked line by line.",
    )
    parser.add_argument(
        "out",
        nargs="?",
        metavar="OUT.zip",
        help="where to; dist/nnlib-course-VERSION.zip if unsaid",
    )
    return parser.parse_args(argv)


def default_name(root):
    """Where the bundle goes if nothing is said."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return root / "dist" / f"nnlib-course-{version['version']}.zip"


def release(root, target):
    """Write the bundle of the checkout `root` to `target`; its files as a dict of bytes.

    Raises ReleaseError for lessons that are not current and for a line that leaks; nothing is
    written then.
    """
    files = contents(root)
    refuse_leaks(root, files)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(zipped({f"nnlib-course/{name}": data for name, data in files.items()}))
    os.replace(part, target)
    return files


def contents(root):
    """The files of the bundle: their bytes by their paths in it."""
    lessons = {f"lessons/{path.name}": path.read_bytes() for path in current_lessons(root)}
    name, wheel = build_wheel(root)
    first = next(iter(lessons)).removeprefix("lessons/")
    course = sorted(requirements(["course"], root))
    lines = "\n".join(f"  - {requirement}" for requirement in course)
    texts = {
        "README.md": README.format(wheel=name, first=first),
        "environment.yml": ENVIRONMENT.format(requirements=lines, wheel=name),
    }
    licences = {path.name: path.read_bytes() for path in sorted(root.glob("LICENSE*"))}
    encoded = {path: text.encode() for path, text in texts.items()}
    return {**encoded, **licences, **lessons, name: wheel}


def current_lessons(root):
    """The learners' notebooks, each what its source gives; raises ReleaseError if one is not."""
    paths = []
    for source in find_sources(root):
        draft = drafts(root, source)[1]
        path = root / draft.target
        if not path.exists() or is_edited(path) or fingerprint_at(path) != fingerprint(draft):
            raise ReleaseError(
                f"{draft.target} is not what {draft.source} gives; first run: "
                "python3 -m course build"
            )
        paths.append(path)
    if not paths:
        raise ReleaseError(f"there is no lesson in {root / 'solutions'}.")
    return paths


def fingerprint(draft):
    """The hash of a notebook that is to be made."""
    return draft.notebook.metadata["course"]["sources_sha256"]


def fingerprint_at(path):
    """The hash that a build wrote into the notebook at `path`."""
    return json.loads(path.read_text(encoding="utf-8"))["metadata"]["course"]["sources_sha256"]


def build_wheel(root):
    """The name and the bytes of nnlib's wheel, built by setuptools from a copy of its sources."""
    with tempfile.TemporaryDirectory() as folder:
        copy, out = Path(folder) / "source", Path(folder) / "wheel"
        ignore = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(root / "nnlib", copy / "nnlib", ignore=ignore)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, copy)
        out.mkdir()
        script = "from setuptools.build_meta import build_wheel as b; import sys; b(sys.argv[1])"
        command = [sys.executable, "-c", script, str(out)]
        done = subprocess.run(command, cwd=copy, capture_output=True, errors="replace")
        if done.returncode:
            raise ReleaseError(f"the wheel of nnlib could not be built:\n{done.stderr.strip()}")
        (wheel,) = out.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return wheel.name, zipped({name: archive.read(name) for name in archive.namelist()})


def zipped(files):
    """The bytes of a zip of `files`: times, rights and order are always the same."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def refuse_leaks(root, files):
    """Raise ReleaseError if a file of the bundle, or one in its wheel, holds what is secret."""
    secrets = Secrets(root)
    for path, data in opened(files):
        if set(Path(path.replace("!", "/")).parts) & set(FORBIDDEN):
            raise ReleaseError(f"{path} has no business in the bundle.")
        text = readable(path, data)
        own = secrets.in_lesson(Path(path).stem, text) if path.startswith("lessons/") else []
        loose = path.startswith("lessons/") or "!" in path
        found = [("its own source", line) for line in own]
        found += secrets.in_text(text, strict=not loose)
        if found:
            place, line = found[0]
            raise ReleaseError(f"{path} would show a line of {place}: {line}")


def opened(files):
    """The files of the bundle, those inside a wheel as WHEEL!FILE: pairs of path and bytes."""
    for path, data in files.items():
        if not path.endswith(".whl"):
            yield path, data
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"{path}!{name}", archive.read(name)


def readable(path, data):
    """All text in a file: of a notebook every string in it, of what is no text nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "\n".join(strings(json.loads(text))) if path.endswith(".ipynb") else text


def strings(node):
    """Every string in a JSON document, and a cell's lines as one."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        if node and all(isinstance(value, str) for value in node):
            yield "".join(node)
        else:
            for value in node:
                yield from strings(value)

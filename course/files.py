"""Where the course lies, how a file of it is written, where its programs look for modules."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPARED = ROOT / "course" / "spared"


def write_atomically(path, text):
    """Write a file so that at any moment the whole old or the whole new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def module_path():
    """A PYTHONPATH for programs that load nbformat, which is a second sooner with it."""
    return os.pathsep.join([str(SPARED), *filter(None, [os.environ.get("PYTHONPATH")])])

"""Where the course lies, and how a file of it is written."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_atomically(path, text):
    """Write a file so that at any moment the whole old or the whole new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)

"""Reads course/beginners.txt: wrong functions as beginners write them, and what they may be told.

They were written without a look at the catalogue; the feedback is measured on them. `check(tried)`
sorts them into refused and passed, named, unnamed and misnamed.
"""

import linecache
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "beginners.txt"


@dataclass(frozen=True)
class Attempt:
    """A wrong function: its exercise, the names that are true of it, and its source."""

    exercise: str
    names: tuple
    source: str
    function: object

    def verdict(self, diagnosis):
        """ "passed", "named", "unnamed" or "misnamed"."""
        if diagnosis.status in ("passed", "not attempted"):
            return "passed"
        if diagnosis.mistake is None:
            return "unnamed"
        return "named" if diagnosis.mistake in self.names else "misnamed"


def load(path=FILE):
    """All attempts of the file, in its order."""
    sections = path.read_text(encoding="utf-8").split("\n=== ")[1:]
    prelude, *rest = (section.split("\n", 1) for section in sections)
    space = {}
    exec(prelude[1], space)
    return [attempt for head, text in rest for attempt in _attempts(head.strip(), text, space)]


def _attempts(head, text, space):
    for number, entry in enumerate(("\n" + text).split("\n# ")[1:]):
        names, body = entry.split("\n", 1)
        lines = [f"def {head}:", *("    " + line for line in body.strip("\n").split("\n"))]
        source = "\n".join(lines) + "\n"
        name = head.split("(")[0]
        own = _run(source, f"<attempt {number} at {name}>", dict(space))[name]
        yield Attempt(name, tuple(names.strip().split(" | ")), source, own)


def _run(source, place, space):
    """The names that running `source` defines; its lines can be quoted in messages."""
    exec(compile(source, place, "exec"), space)
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    return space

"""Read what pyproject.toml asks for and see whether the running Python has it."""

import json
import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)")
BOUND = re.compile(r"(>=|<)\s*([0-9]+(?:\.[0-9]+)*)")


def release(version):
    """The numbers of a version as a tuple without trailing zeros: "3.10.0rc1" → (3, 10)."""
    numbers = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    parts = [int(part) for part in numbers.group().split(".")] if numbers else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def parse(requirement):
    """Name and bounds of a requirement: "a[b]>=1,<2" → ("a", [(">=", (1,)), ("<", (2,))])."""
    match = NAME.fullmatch(requirement.strip())
    texts = match[2].split(",") if match and match[2] else []
    bounds = [BOUND.fullmatch(text.strip()) for text in texts]
    if not match or None in bounds:
        raise ValueError(f"{requirement!r} was given; a name with bounds >= and < was expected.")
    return match[1], [(bound[1], release(bound[2])) for bound in bounds]


def allows(bounds, version):
    """True if `version` lies within `bounds`, as `parse` returns them."""
    given = release(str(version))
    return all(given >= limit if sign == ">=" else given < limit for sign, limit in bounds)


def requirements(extras, root=ROOT):
    """The requirements of nnlib and of its `extras`, as pyproject.toml in `root` writes them."""
    with open(root / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    optional = project["optional-dependencies"]
    return sum((optional.get(extra, []) for extra in extras), project["dependencies"])


def find(name, path):
    """The installed distribution called `name` on the search path `path`, or None."""
    return next(iter(distributions(name=name, path=path)), None)


def is_editable_from(root, distribution):
    """True if `distribution` (or None) is an editable installation of the checkout `root`."""
    origin = json.loads(distribution and distribution.read_text("direct_url.json") or "{}")
    folder = url2pathname(urlsplit(origin.get("url", "")).path)
    return origin.get("dir_info", {}).get("editable", False) and Path(folder).resolve() == root


def satisfied(extras, root=ROOT, path=None):
    """True if the running Python has this checkout's nnlib and all requirements of `extras`."""
    # The checkout may hold nnlib's build metadata, which says nothing about an installation.
    path = [p for p in (path or sys.path) if Path(p).resolve() != root]
    for name, bounds in map(parse, requirements(extras, root)):
        found = find(name, path)
        if found is None or not allows(bounds, found.version):
            return False
    return is_editable_from(root, find("nnlib", path))

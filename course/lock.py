"""Record the versions that are installed here: `python3 -m course lock`.

`.ci/run` gives the record to pip and uv as constraints, so that its run can be repeated. Made in a
fresh `.venv` with the oldest Python that the course knows, it also fits the newer ones.
"""

import re
from importlib.metadata import distributions

from course.requirements import ROOT

LOCK = ROOT / ".ci" / "constraints.txt"
# The course itself, and what an environment is born with.
LEFT_OUT = {"nnlib", "pip", "wheel"}


def installed():
    """The lines `name==version` of all installed packages, sorted by name."""
    versions = {
        re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.version
        for found in distributions()
    }
    return [f"{name}=={versions[name]}" for name in sorted(versions.keys() - LEFT_OUT)]


def main(argv):
    """Write the lock file and return 0; `argv` is empty."""
    lines = installed()
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{LOCK.relative_to(ROOT)}: {len(lines)} packages")
    return 0

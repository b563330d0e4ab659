"""Open JupyterLab on the lessons: `python3 -m course lab [arguments of jupyter lab]`."""

import os
import sys
from pathlib import Path

from course.bootstrap import hand_over
from course.requirements import ROOT

LESSONS = ROOT / "lessons"
FIRST = "00_start_here.ipynb"
# Switches off nbgrader's panels, which are for instructors and would be there if it is installed;
# the question about news; and the look for updates, since no lesson needs a network.
SETTINGS = Path(__file__).with_name("lab_settings")


def main(argv):
    """Start JupyterLab in the folder of the lessons; return 1 if that folder is missing."""
    if not LESSONS.is_dir():
        print(f"course: {LESSONS} is missing; make it with: python3 -m course build")
        return 1
    options = defaults(argv)
    if options:
        print(f"course: opening JupyterLab on {LESSONS}; Ctrl-C here stops it.")
    settings = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    # The person's words come first: JupyterLab looks for its subcommands there.
    return hand_over([sys.executable, "-m", "jupyterlab", *argv, *options], LESSONS)


def defaults(argv):
    """Options that show the lessons, but none if `argv` chooses a folder: it may be said once."""
    if any("root_dir" in word or "notebook-dir" in word for word in argv):
        return []
    options = [f"--ServerApp.root_dir={LESSONS}"]
    if (LESSONS / FIRST).exists() and not any("default_url" in word for word in argv):
        options.append(f"--LabApp.default_url=/lab/tree/{FIRST}")
    return options

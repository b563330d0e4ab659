"""Run one command of the course: `python3 -m course lab`, or `python3 PATH/TO/course lab`."""

# Everything above the version check must parse in any older Python 3; newer words come after it.
import importlib
import os
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "course: Python 3.11 or newer is needed, and this is Python "
        + sys.version.split()[0]
        + "; install a newer one (python.org has it) and start the command with that."
    )

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
# `python PATH/TO/course` puts this folder on the path: its test.py would hide Python's own.
sys.path[:] = [ROOT] + [p for p in sys.path if os.path.abspath(p) not in (HERE, ROOT)]

from course import bootstrap

TESTS = ["course", "instructor", "test"]
# Each command is course/COMMAND.py with main(argv) -> exit code; beside it, the extras it needs.
COMMANDS = {
    "lab": ("open the lessons in JupyterLab", ["course"]),
    "test": ("run all tests; further words go to pytest", TESTS),
    "build": ("make the notebooks from solutions/*.md", ["course", "test"]),
    "check": ("prove that the notebooks are current", ["course", "test"]),
    "prose": ("check the wording, links and spelling of lessons and guides", ["course", "test"]),
    "times": ("measure how long each section of a lesson takes", ["course", "test"]),
    "mistakes": ("print the catalogue of mistakes as a table", ["course", "test"]),
    "mutations": ("try thousands of wrong functions on the feedback", ["course", "test"]),
    "class": ("make, fill and mark a class's folder for nbgrader", ["course", "instructor"]),
    "release": ("make the learners' bundle, a zip without solutions", ["course", "instructor"]),
    "data": ("make the data files inside nnlib", ["course", "test"]),
    "lock": ("record the installed versions in .ci/constraints.txt", TESTS),
}
TAKE_NOTHING = ("prose", "data", "lock")
USAGE = "usage: python3 -m course COMMAND [ARGUMENTS]\n\n" + "\n".join(
    "  " + name.ljust(11) + help_line for name, (help_line, _) in COMMANDS.items()
)
LATER = "What else it understands is told when what it needs is installed: by its first call."


def main(argv):
    """Run the command that `argv` names and return its exit code."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    command, arguments = argv[0], argv[1:]
    if command not in COMMANDS:
        known = ", ".join(COMMANDS)
        print(f"course: there is no command {command!r}; there are {known}.", file=sys.stderr)
        return 2
    help_line, extras = COMMANDS[command]
    asks = {"-h", "--help"} & {*arguments}
    if asks and (command in TAKE_NOTHING or not bootstrap.has_all(extras)):
        print(f"usage: python3 -m course {command}\n\n  {help_line}")
        if command not in TAKE_NOTHING:
            print(f"\n{LATER}")
        return 0
    if command in TAKE_NOTHING and arguments:
        given = " ".join(arguments)
        print(f"course: {command} takes no arguments, but was given {given}.", file=sys.stderr)
        return 2
    try:
        python = bootstrap.ensure(extras)
    except bootstrap.SetupError as error:
        print(f"course: {error}", file=sys.stderr)
        return 1
    if python != sys.executable:
        return bootstrap.hand_over([python, HERE, command, *arguments])
    # What is started from here, a terminal in JupyterLab or `!pip`, then means this environment.
    folders = [os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(folders)
    if command != "lab":
        bootstrap.isolate()
    return importlib.import_module("course." + command).main(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

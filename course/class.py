"""What an instructor does with a class: `python3 -m course class COMMAND FOLDER …`.

Each command is course/class_COMMAND.py with main(argv) -> exit code.
"""

import importlib
import sys

from course.class_folder import ClassError
from course.lesson_names import UnknownLesson
from course.markers import LessonError

COMMANDS = {
    "init": "make a class's folder: assignments, gradebook and configuration for nbgrader",
    "import": "take in the submissions that Moodle or Canvas delivered",
    "grade": "grade what was handed in, in parallel; may be stopped at any moment",
    "report": "write the page for you: marks, mistakes of the class, what could not be read",
    "export": "write the marks as CSV for Moodle, Canvas or a spreadsheet",
}
USAGE = "usage: python3 -m course class COMMAND FOLDER [ARGUMENTS]\n\n{}\n\n{}".format(
    "\n".join(f"  {name:<9}{text}" for name, text in COMMANDS.items()),
    "`python3 -m course class COMMAND --help` says more.",
)
STOPPED = 130


def main(argv):
    """Run the command that `argv` names and return its exit code: 1 for a fault, 2 for misuse."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    command, arguments = argv[0], argv[1:]
    if command not in COMMANDS:
        known = ", ".join(COMMANDS)
        print(f"course: class has no command {command!r}; it has {known}.", file=sys.stderr)
        return 2
    try:
        return importlib.import_module(f"course.class_{command}").main(arguments)
    except (ClassError, LessonError, UnknownLesson, OSError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same command again.", file=sys.stderr)
        return STOPPED

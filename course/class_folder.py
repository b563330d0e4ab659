"""One class's folder as the commands see it: its settings, its assignments, its gradebook."""

import json
from pathlib import Path

from course.files import write_atomically
from course.lesson_names import matching

SETTINGS = "class.json"


class ClassError(Exception):
    """A command that cannot go on; its text is one sentence that says why and what helps."""


class ClassFolder:
    """A folder that `class init` made.

    Raises ClassError where there is none.
    """

    def __init__(self, path):
        self.path = Path(path).expanduser().resolve()
        try:
            self.settings = json.loads((self.path / SETTINGS).read_text(encoding="utf-8"))
            self.settings["seed"], self.settings["course"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ClassError(
                f"{self.path} is no class's folder, because its {SETTINGS} cannot be read; "
                f"make one with: python3 -m course class init {path}"
            ) from error

    @property
    def gradebook_url(self):
        """The gradebook's address, as nbgrader's Gradebook takes it."""
        return f"sqlite:///{self.path / 'gradebook.db'}"

    def assignments(self):
        """The names of the class's assignments, such as 01_forward_pass, in their order."""
        return sorted(path.stem for path in (self.path / "source").glob("*/*.ipynb"))

    def assignment(self, lesson):
        """The one assignment that `lesson` names, as 01 or 01_forward_pass, or raise ClassError."""
        known = self.assignments()
        found = matching(lesson, known)
        if not found:
            raise ClassError(
                f"there is no assignment {lesson!r} in {self.path}; "
                f"there are {', '.join(known) or 'none'}."
            )
        return found

    def save(self):
        """Write the settings down, for their owner's eyes only: the seed is a secret."""
        write_settings(self.path, self.settings)


def write_settings(folder, settings):
    """Write a class's settings into `folder`, readable by their owner only."""
    path = folder / SETTINGS
    write_atomically(path, json.dumps(settings, indent=1, ensure_ascii=False) + "\n")
    path.chmod(0o600)

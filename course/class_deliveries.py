"""Tell from a file's path in a download whose it is, which attempt, and whether it is late."""

import re
from dataclasses import dataclass, field

from course.class_download import Item

# Full Name_1234567_assignsubmission_file_/answer.ipynb; older: …_assignsubmission_file_answer.ipynb
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# lastnamefirstname_LATE_userid_submissionid_answer-1.ipynb
CANVAS = re.compile(
    r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_(?P<submission>\d+)_(?P<file>.+)"
)
ATTEMPT = re.compile(r"-(\d+)$")


@dataclass
class Delivery:
    """One file of one student: the LMS, the student's name and number there, the file's name."""

    system: str
    name: str
    number: str
    file: str
    item: Item
    late: bool = False
    order: tuple = ()

    @property
    def is_notebook(self):
        """True if the file's name says that it is a notebook."""
        return self.file.lower().endswith(".ipynb")


@dataclass
class Attempts:
    """All that one student delivered: the notebook that counts, and what is kept aside."""

    deliveries: list
    chosen: Delivery | None
    older: list = field(default_factory=list)
    others: list = field(default_factory=list)


def delivery(item):
    """The Delivery that an Item is, or None if its path is of no known form.

    The first part of the path that names a student counts, and in it the first name: what follows
    is the student's own choice, and may be made to look like somebody else's.
    """
    *folders, last = item.path.split("/")
    for part in folders:
        found = MOODLE.fullmatch(part)
        if found:
            return of_moodle(found, last, item)
    both = [(MOODLE.fullmatch(last), of_moodle), (CANVAS.fullmatch(last), of_canvas)]
    known = [(found.start("file"), make, found) for found, make in both if found and found["file"]]
    if not known:
        return None
    _, make, found = min(known, key=lambda one: one[0])
    return make(found, found["file"], item)


def of_moodle(found, file, item):
    """The Delivery that Moodle's name `found` tells of."""
    return Delivery("moodle", found["name"].strip(), found["number"], file, item)


def of_canvas(found, file, item):
    """The Delivery that Canvas's name `found` tells of."""
    suffix = ATTEMPT.search(file.rpartition(".")[0])
    order = int(found["submission"]), int(suffix[1]) if suffix else 0
    who = found["name"].strip(), found["number"]
    return Delivery("canvas", *who, file, item, late=bool(found["late"]), order=order)


def by_student(deliveries):
    """The deliveries of each student: a list of lists, in the order of their first."""
    groups = {}
    for one in deliveries:
        groups.setdefault((one.system, one.number), []).append(one)
    return list(groups.values())


def choose(deliveries, assignment, assignments):
    """The Attempts of one student for `assignment`: the newest notebook counts.

    One that is named after another of the class's assignments counts only if there is no other.
    """

    def rank(one):
        elsewhere = any(one.file.startswith(name) for name in assignments if name != assignment)
        time = one.item.time.timestamp() if one.item.time else 0.0
        # What Jupyter saved by itself, for an emergency.
        checkpoint = ".ipynb_checkpoints" in one.item.path
        named = one.file.startswith(assignment)
        return not elsewhere, not checkpoint, one.order, time, named, one.item.path

    notebooks = sorted((one for one in deliveries if one.is_notebook), key=rank)
    others = [one for one in deliveries if not one.is_notebook]
    chosen = notebooks.pop() if notebooks else None
    return Attempts(deliveries, chosen, older=notebooks, others=others)

"""The table of a class's students, students.csv: their ids here, their names, their LMS's numbers.

An instructor may edit it: e-mail addresses and login names are filled in there, and a number of
Moodle in the line of the student whose it is. Moodle has other numbers in each assignment.
"""

import csv
import io
import re
import unicodedata

from course.class_folder import ClassError
from course.files import write_atomically

TABLE = "students.csv"
FIELDS = ["id", "name", "email", "login", "canvas"]
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})
FORMULA = set("=+-@\t\r\n")
LONGEST = 60


class Students:
    """All students of a class: a list of dicts with the table's fields.

    Raises ClassError for a table that cannot be read.
    """

    def __init__(self, folder):
        self.path = folder.path / TABLE
        self.rows, self.fields = [], list(FIELDS)
        if self.path.exists():
            self.read()

    def read(self):
        """Read the table; whatever other columns an instructor added are kept."""
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except ValueError as error:
            raise ClassError(f"{self.path} is not in UTF-8; save it as “CSV UTF-8”.") from error
        first = text.split("\n", 1)[0]
        # Some spreadsheets save with semicolons.
        table = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
        self.fields += [name for name in table.fieldnames or [] if name not in FIELDS]
        for row in table:
            values = {name: undefused((row.get(name) or "").strip()) for name in self.fields}
            self.rows.append(values)
        ids = [row["id"] for row in self.rows]
        wrong = [name for name in ids if name != safe(name) or ids.count(name) > 1]
        if wrong:
            raise ClassError(
                f"{self.path} has the id {wrong[0]!r}; an id is small letters, digits, - and _, "
                "and stands in one line only."
            )

    def save(self):
        """Write the table down."""
        write_atomically(self.path, table_text(self.fields, self.rows))

    def find(self, name, system, number, assignment):
        """The row of the student whom an LMS calls `name` and `number`; a new one if need be.

        Raises ClassError if two students have that name and nothing tells them apart.
        """
        column = system if system == "canvas" else f"{system} {assignment}"
        if column not in self.fields:
            self.fields.append(column)
        row = next((row for row in self.rows if row.get(column) == number), None)
        if row is None:
            row = self.by_name(name, system, column, number) or self.add(name, number)
        row[column] = number
        return row

    def by_name(self, name, system, column, number):
        """The row of the one student called `name` who has no number in `column` yet, or None."""
        if system == "canvas":
            return None  # its numbers are the same in all assignments: another one, another person
        rows = [row for row in self.rows if same_name(row["name"], name)]
        free = [row for row in rows if not row.get(column)]
        if len(free) > 1:
            ids = " and ".join(row["id"] for row in free)
            raise ClassError(
                f"two students are called {name} ({ids}); write {number} into the column "
                f"“{column}” of {TABLE}, in the line of the one whose it is, and import again"
            )
        return free[0] if free else None

    def add(self, name, number):
        """A new row for a student called `name`, with an id that no other has."""
        taken = {row["id"] for row in self.rows}
        stem = student_id(name, number)
        names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
        row = dict.fromkeys(self.fields, "") | {"name": name}
        row["id"] = next(one for one in names if one not in taken)
        self.rows.append(row)
        return row


def same_name(one, other):
    """True if two names differ in nothing but case and the way of writing their accents."""
    return unicodedata.normalize("NFC", one).casefold() == (
        unicodedata.normalize("NFC", other).casefold()
    )


def student_id(name, number):
    """An id for a student: "Jörg O'Neil" → "joerg_oneil"; where that gives none, the number."""
    return safe(name) or safe(f"student_{number}")


def safe(text):
    """`text` in small letters, digits, - and _ alone: fit for a folder, an address, a command."""
    plain = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub(r"['`.]", "", plain)
    plain = re.sub(r"[^a-z0-9-]+", "_", plain).strip("_-")[:LONGEST].strip("_-")
    # nbgrader takes an id of digits for a number.
    return f"s{plain}" if plain.isdigit() else plain


def table_text(fields, rows):
    """The text of a CSV file with these columns; texts that a spreadsheet would run are defused."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n", extrasaction="ignore")
    writer.writerow({name: defused(name) for name in fields})
    writer.writerows({name: defused(row.get(name, "")) for name in fields} for row in rows)
    return out.getvalue()


def defused(value):
    """`value` as a spreadsheet may have it: a text that would be a formula gets a ' before it."""
    if not isinstance(value, str) or value == "-":
        return value
    # A full-width = is a formula's sign as well, in some spreadsheets.
    first = unicodedata.normalize("NFKC", value.lstrip(" '"))[:1]
    return f"'{value}" if first in FORMULA else value


def undefused(text):
    """What `defused` was given."""
    return text[1:] if text.startswith("'") and defused(text[1:]) == text else text

"""Write a class's marks as CSV: `python3 -m course class export FOLDER --format moodle|canvas|csv`.

A mark that is not settled stays empty, and so does that of somebody who handed in nothing: what
those are worth is for the instructor to say.
"""

import argparse

from course.class_folder import ClassFolder
from course.class_marks import read_sheets
from course.class_students import Students, table_text
from course.files import write_atomically

MARKS = "marks"


def main(argv):
    """Run the command with `argv` and return its exit code."""
    options = parse(argv)
    folder = ClassFolder(options.folder)
    names = [folder.assignment(options.lesson)] if options.lesson else folder.assignments()
    sheets = read_sheets(folder, names)
    files, lines = FORMATS[options.format](sheets, rows_of(folder, sheets))
    for name, text in files.items():
        path = folder.path / MARKS / name
        # A spreadsheet knows by this first sign that letters such as ä are UTF-8.
        write_atomically(path, ("\ufeff" if options.format == "csv" else "") + text)
        print(path)
    for line in lines:
        print(f"- {line}")
    return 0


def parse(argv):
    """The options of the command, from `argv`."""
    parser = argparse.ArgumentParser(
        prog="course class export", description="Write the marks of a class as CSV, into marks/."
    )
    parser.add_argument("folder", metavar="FOLDER", help="the class, made by `class init`")
    parser.add_argument(
        "--format",
        choices=sorted(FORMATS),
        default="csv",
        help="moodle: one grading worksheet for each assignment; canvas: one gradebook file; "
        "csv (the default): one table for a spreadsheet, with the points of all parts",
    )
    parser.add_argument("--lesson", metavar="01", help="this lesson alone")
    return parser.parse_args(argv)


def rows_of(folder, sheets):
    """The rows of all students: those of students.csv, and whoever else has a mark."""
    rows = list(Students(folder).rows)
    known = {row["id"] for row in rows}
    others = sorted({student for sheet in sheets for student in sheet.marks} - known)
    return rows + [{"id": student, "name": student} for student in others]


def moodle(sheets, rows):
    """Grading worksheets as Moodle's “Upload grading worksheet” reads them, one an assignment."""
    fields = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade"]
    fields.append("Last modified (grade)")
    files, lines = {}, []
    for sheet in sheets:
        table = []
        for row in rows:
            mark, number = sheet.mark(row["id"]), row.get(f"moodle {sheet.assignment}")
            if mark.points is not None and number:
                # Moodle insists on the last column and takes a - for “not known”.
                values = [f"Participant {number}", row["name"], row.get("email", "")]
                values += [number_text(mark.points), number_text(sheet.largest), "-"]
                table.append(dict(zip(fields, values, strict=True)))
            else:
                lines += left_out(sheet, row, mark, "number of Moodle")
        files[f"moodle_{sheet.assignment}.csv"] = table_text(fields, table)
    return files, lines


def canvas(sheets, rows):
    """A gradebook file as Canvas imports it: a column for each assignment."""
    fields = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    names = [sheet.assignment for sheet in sheets]
    largest = {sheet.assignment: number_text(sheet.largest) for sheet in sheets}
    table, lines = [{"Student": "    Points Possible", **largest}], []
    for row in rows:
        marks = {sheet.assignment: sheet.mark(row["id"]) for sheet in sheets}
        if row.get("canvas"):
            points = {name: number_text(mark.points) for name, mark in marks.items()}
            table.append(
                {"Student": row["name"], "ID": row["canvas"], "SIS Login ID": row.get("login", "")}
                | points
            )
        for sheet in sheets:
            mark = marks[sheet.assignment]
            if mark.points is None or not row.get("canvas"):
                lines += left_out(sheet, row, mark, "number of Canvas")
    return {"canvas.csv": table_text(fields + names, table)}, lines


def spreadsheet(sheets, rows):
    """One table with everything: for each assignment its points, its state and its parts."""
    fields, table = ["id", "name", "email"], []
    for sheet in sheets:
        fields += [heading(sheet), f"{sheet.assignment} state"]
        fields += [part_heading(sheet, part) for part in sheet.parts]
    for row in rows:
        line = {name: row.get(name, "") for name in ("id", "name", "email")}
        for sheet in sheets:
            mark = sheet.mark(row["id"])
            line |= {heading(sheet): number_text(mark.points)}
            line |= {f"{sheet.assignment} state": mark.state}
            for part in sheet.parts:
                line[part_heading(sheet, part)] = number_text(mark.parts.get(part))
        table.append(line)
    return {"marks.csv": table_text(fields, table)}, []


def heading(sheet):
    """The heading of an assignment's points."""
    return f"{sheet.assignment} (of {number_text(sheet.largest)})"


def part_heading(sheet, part):
    """The heading of a part's points."""
    return f"{sheet.assignment} {part} (of {number_text(sheet.parts[part])})"


def left_out(sheet, row, mark, what):
    """A line, if need be, about a mark that the file does not hold."""
    who = f"{sheet.assignment}, {row['id']}"
    if mark.points is not None:
        yield f"{who}: has {number_text(mark.points)} points but no {what} in students.csv"
    elif mark.state != "not handed in":
        yield f"{who}: no mark, {mark.state}"


def number_text(number):
    """A number as a table has it, "7.5"; nothing for None."""
    return "" if number is None else f"{number:.10g}"


FORMATS = {"moodle": moodle, "canvas": canvas, "csv": spreadsheet}

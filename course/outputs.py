"""Check what an executed notebook shows: that pictures are described, that numbers are computed."""

import re

import nbformat

from course.lesson_text import HTML_IMAGE, described, lessons
from course.notebooks import texts

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-−+]?\d+)?(?![\w]|\.\d)")
LARGEST_COUNT = 99  # smaller whole numbers count things, sections, epochs


def shown_findings(root):
    """What is wrong in the notebooks of the checkout at `root`, those not built left out."""
    found = []
    for page in lessons(root):
        for folder in ("lessons", "solutions"):
            name = f"{folder}/{page.path.stem}.ipynb"
            notebook = nbformat.read(root / name, as_version=4) if (root / name).exists() else None
            for cell, why in undescribed(notebook) if notebook else []:
                found.append(f"{name}: cell {cell}: {why} has no alternative text.")
        for line, number in uncomputed(page, notebook) if notebook else []:  # the solved one
            found.append(f"{page.name}:{line}: no cell holds or computes the number {number}.")
    return found


def undescribed(notebook):
    """Images without alternative text: a list of (cell id, which image)."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            tags = HTML_IMAGE.findall(data.get("text/html", ""))
            found += [(cell.id, tag[:60]) for tag in tags if not described(tag)]
            if any(kind.startswith("image/") for kind in data) and not tags:
                found.append((cell.id, "an image output"))
        for name in cell.get("attachments", {}):
            if not re.search(rf"!\[[^\]]*\S[^\]]*\]\(attachment:{re.escape(name)}", cell.source):
                found.append((cell.id, f"the attachment {name}"))
    return found


def uncomputed(page, notebook):
    """Numbers in the prose that no cell holds or computes: a list of (line, number as it stands).

    Looked at are decimals, percentages and numbers above 99, but for powers of ten and for what
    the quiz makes up. A number in a cell's code or output, or a hundred times that for a
    percentage, must round to them.
    """
    known = sorted({abs(_value(n)) for n in NUMBER.findall(_computed(notebook))})
    found = []
    for block in (b for b in page.of("text", "html", "formula") if b.heading != "Quiz"):
        said = " ".join([block.words if block.kind != "formula" else "", *block.formulas])
        for match in NUMBER.finditer(said):
            percent = re.match(r"\s*\\?%", said[match.end() :])
            if _needs_a_cell(match[0], percent) and not _is_known(match[0], percent, known):
                found.append((block.line, match[0] + ("%" if percent else "")))
    return found


def _computed(notebook):
    """Everything that stands in the code cells and their outputs."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    shown = [text for output in outputs for text in texts(output).values()]
    return "\n".join([*(cell.source for cell in cells), *shown])


def _needs_a_cell(number, percent):
    power_of_ten = re.fullmatch(r"10*", number.replace(",", ""))
    large = abs(_value(number)) > LARGEST_COUNT and not power_of_ten
    return bool(percent) or "." in number or large


def _is_known(number, percent, known):
    decimals = len(number.partition(".")[2])
    value, half = abs(_value(number)), 0.5000001 * 10**-decimals
    scales = (1, 100) if percent else (1,)
    return any(abs(scale * other - value) <= half for other in known for scale in scales)


def _value(number):
    return float(number.replace("−", "-").replace(",", ""))

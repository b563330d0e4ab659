"""Whatever a student hands in is read, or there is a sentence that says why not."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import class_reading
from course.class_reading import Unreadable

NAME = "01_lesson"
OLD = {"metadata": {"name": ""}, "nbformat_minor": 0}
CODE = "def f(x):\n    return x  # für Δ"


def text(code=CODE):
    answer = new_code_cell(code, id="a", metadata={"nbgrader": {"grade_id": "f", "points": 99}})
    return nbformat.writes(new_notebook(cells=[answer, new_markdown_cell("# why", id="b")]))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def put(folder, data, name=f"{NAME}.ipynb"):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def read(folder):
    """(sources, notes) of what is handed in."""
    data, notes = class_reading.content(folder, NAME)
    notebook, more = class_reading.parse(data)
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells], notes + more


def refused(folder):
    with pytest.raises(Unreadable) as caught:
        read(folder)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


# --- what can be read -----------------------------------------------------------------------


def test_a_sound_notebook_is_read_without_a_note(folder):
    put(folder, text())
    assert read(folder) == ([CODE, "# why"], [])


def test_only_kind_text_and_name_of_a_cell_are_kept(folder):
    put(folder, text())
    notebook, _ = class_reading.parse(class_reading.content(folder, NAME)[0])
    assert notebook.cells[0].metadata == {"nbgrader": {"grade_id": "f"}}
    assert notebook.cells[0].outputs == []


@pytest.mark.parametrize(
    "encoding, word", [("utf-8-sig", "byte order mark"), ("utf-16", "UTF-16"), ("utf-32", "UTF-32")]
)
def test_other_encodings_are_read_and_told(folder, encoding, word):
    put(folder, text().encode(encoding))
    sources, notes = read(folder)
    assert sources == [CODE, "# why"]
    assert len(notes) == 1 and word in notes[0]


def test_latin_1_is_read_and_told(folder):
    put(folder, text("# für").replace("f\\u00fcr", "für").encode("cp1252"))
    sources, notes = read(folder)
    assert sources[0] == "# für"
    assert "Latin-1" in notes[0]


@pytest.mark.parametrize("version", [2, 3])
def test_old_formats_are_converted(folder, version):
    cells = [{"cell_type": "code", "language": "python", "outputs": [], "input": CODE}]
    cells += [{"cell_type": "markdown", "source": ["# why"], "metadata": {}}]
    put(folder, json.dumps(OLD | {"nbformat": version, "worksheets": [{"cells": cells}]}))
    sources, notes = read(folder)
    assert sources == [CODE, "# why"]
    assert f"old format ({version})" in notes[0]


@pytest.mark.parametrize(
    "name", [f"{NAME} (1).ipynb", "My Work.IPYNB", f"{NAME}.ipynb.txt", f"{NAME}.json", "nb.txt"]
)
def test_the_only_notebook_is_taken_whatever_its_name(folder, name):
    put(folder, text(), name)
    put(folder, "some words", "notes.txt")
    put(folder, "2026-01-01 12:00:00 UTC", "timestamp.txt")
    sources, notes = read(folder)
    assert sources[0] == CODE
    assert name in notes[0]


def test_the_right_name_wins_over_others(folder):
    put(folder, text())
    put(folder, text("wrong"), "other.ipynb")
    assert read(folder) == ([CODE, "# why"], [])


def test_damaged_cells_are_left_out_or_read_as_text(folder):
    cells = [3, None, {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": 5}]
    cells += [{"cell_type": [], "source": {}}, {"cell_type": "code", "source": "s = '\ud800'"}]
    cells += [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["x"]}}}]
    put(folder, json.dumps({"cells": cells}))
    sources, notes = read(folder)
    assert sources == ["a = 1\nb = 2", "", "s = '?'", ""]
    assert notes == ["Of 6 cells 2 were damaged and left out."]


def test_the_time_of_handing_in_is_read(folder):
    assert class_reading.timestamp(folder) == ""
    put(folder, "2026-01-01 12:00:00 UTC\n", "timestamp.txt")
    assert class_reading.timestamp(folder) == "2026-01-01 12:00:00 UTC"


# --- what cannot ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{ no", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not JSON"),
        (b"[1, 2]", "no cells"),
        (b'{"a": 1}', "no cells"),
        (b'{"cells": 3}', "no list"),
        (b'{"worksheets": 3}', "old format"),
        (b'{"worksheets": [], "nbformat": "x"}', "old format"),
    ],
)
def test_no_notebook(folder, data, words):
    put(folder, data)
    assert words in refused(folder)


def test_too_large(folder, monkeypatch):
    with open(folder / f"{NAME}.ipynb", "wb") as file:
        file.truncate(100 * 1024**2)
    assert "has 105 MB; at most 20 are read" in refused(folder)


def test_links_are_not_followed(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "secret.ipynb"
    secret.write_text(text())
    (folder / f"{NAME}.ipynb").symlink_to(secret)
    assert "is a link" in refused(folder)


def test_a_linked_folder_is_not_entered(folder, tmp_path_factory):
    put(folder, text())
    linked = tmp_path_factory.mktemp("other") / "linked"
    linked.symlink_to(folder)
    assert "there is a link" in refused(linked)


def test_a_folder_in_place_of_the_file(folder):
    (folder / f"{NAME}.ipynb").mkdir()
    assert "is a folder" in refused(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_holds_nobody_up(folder):
    os.mkfifo(folder / f"{NAME}.ipynb")
    assert "is a device" in refused(folder)


def test_a_file_in_place_of_the_folder(folder):
    put(folder, text())
    assert "there is a file" in refused(folder / f"{NAME}.ipynb")


def test_nothing_there(folder):
    assert "there is nothing" in refused(folder)
    assert "there is nothing" in refused(folder / "missing")


def test_other_files_are_named_and_made_harmless(folder):
    put(folder, "hello", "a\x1b[31mb.txt")
    put(folder, "hello", "x" * 200)
    sentence = refused(folder)
    assert "a?[31mb.txt" in sentence
    assert "x" * 61 not in sentence


def test_several_notebooks_of_other_names(folder):
    put(folder, text(), "one.ipynb")
    put(folder, text(), "two.ipynb")
    assert "several other notebooks: one.ipynb, two.ipynb" in refused(folder)


def test_files_that_may_not_be_read(folder, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    put(folder, text())
    monkeypatch.setattr(class_reading.os, "open", forbidden)
    assert "may not be read (Permission denied)" in refused(folder)

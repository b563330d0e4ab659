"""Tests of `course class import`: deliveries of Moodle and Canvas become submissions, safely."""

import csv
import io
import json
import os
import shutil
import stat
import zipfile
from collections import Counter
from datetime import datetime

import pytest
from classroom import make_zip, ready_class
from damage import damaged

from course import class_download, class_import
from course.class_deliveries import delivery
from course.class_download import Item, Unreadable
from course.class_folder import ClassError, ClassFolder
from course.class_students import Students, defused, safe, student_id, table_text, undefused

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def moodle(name, number, file="01_demo.ipynb"):
    return f"{name}_{number}_assignsubmission_file_/{file}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A class with two assignments."""
    return ready_class(tmp_path_factory)[1]


@pytest.fixture
def room(made, tmp_path):
    """A copy of the class."""
    shutil.copytree(made, tmp_path / "class")
    return ClassFolder(tmp_path / "class")


def take(room, files, *options, lesson="01"):
    """Import a zip with `files`; the exit code."""
    path = files if not isinstance(files, dict) else make_zip(room.path / "given.zip", files)
    return class_import.main([str(room.path), str(path), "--lesson", lesson, *options])


def submitted(room, name="01_demo"):
    """The texts of all submissions, by student."""
    found = (room.path / "submitted").glob(f"*/{name}/{name}.ipynb")
    return {path.parent.parent.name: path.read_text(encoding="utf-8") for path in found}


def table(room, name="students.csv"):
    text = (room.path / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def aside(room):
    """The files set aside, with their texts."""
    base = room.path / "set_aside"
    files = [path for path in base.rglob("*") if path.is_file()]
    return {p.relative_to(base).as_posix(): p.read_text(encoding="utf-8") for p in files}


def times(room):
    """When each file and folder of the submissions was last changed."""
    return {path: path.stat().st_mtime_ns for path in (room.path / "submitted").rglob("*")}


# --- whose is it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (moodle("Anna Schmidt", 12), ("moodle", "Anna Schmidt", "12", "01_demo.ipynb", False)),
        ("out/A_b_7_assignsubmission_file/x/y.py", ("moodle", "A_b", "7", "y.py", False)),
        (
            "Jörg O'Neil_34_assignsubmission_file_my work.ipynb",
            ("moodle", "Jörg O'Neil", "34", "my work.ipynb", False),
        ),
        (
            "A B_5_assignsubmission_onlinetext_/onlinetext.html",
            ("moodle", "A B", "5", "onlinetext.html", False),
        ),
        ("schmidtanna_111_222_hw.ipynb", ("canvas", "schmidtanna", "111", "hw.ipynb", False)),
        ("o'neilj_LATE_9_8_h_w-2.ipynb", ("canvas", "o'neilj", "9", "h_w-2.ipynb", True)),
        # What a student calls a file must not make it somebody else's.
        (
            "Eve_1_assignsubmission_file_Anna_2_assignsubmission_file_x.ipynb",
            ("moodle", "Eve", "1", "Anna_2_assignsubmission_file_x.ipynb", False),
        ),
        (
            moodle("Eve", 1, "Anna_2_assignsubmission_file_x.ipynb"),
            ("moodle", "Eve", "1", "Anna_2_assignsubmission_file_x.ipynb", False),
        ),
        (
            "eve_9_8_Anna_2_assignsubmission_file_x.ipynb",
            ("canvas", "eve", "9", "Anna_2_assignsubmission_file_x.ipynb", False),
        ),
        (
            "Eve_1_assignsubmission_file_anna_2_3_x.ipynb",
            ("moodle", "Eve", "1", "anna_2_3_x.ipynb", False),
        ),
        ("sub/mülleré_1_2_a.pdf", ("canvas", "mülleré", "1", "a.pdf", False)),
    ],
)
def test_a_path_tells_the_student(path, expected):
    found = delivery(Item(path, bytes))
    assert (found.system, found.name, found.number, found.file, found.late) == expected


@pytest.mark.parametrize("path", ["01_demo.ipynb", "anna/01_demo.ipynb", "Anna_12_file.txt", "_"])
def test_another_path_tells_nobody(path):
    assert delivery(Item(path, bytes)) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jörg O'Neil", "joerg_oneil"),
        ("  Ñandú  Straße-Łukasz ", "nandu_strasse-lukasz"),
        ("李 小龙", "student_77"),
        ("../../etc/passwd", "etc_passwd"),
        ("=cmd|' /C calc'!A0", "cmd_c_calc_a0"),
        ("1234", "s1234"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_name_becomes_a_safe_id(name, expected):
    assert student_id(name, "77") == expected
    assert safe(expected) == expected


# --- Moodle --------------------------------------------------------------------------------------


def test_a_delivery_of_moodle_becomes_submissions(room, capsys):
    files = {
        moodle("Jörg O'Neil", 11): NOTEBOOK + "1",
        moodle("Anna Schmidt", 12, "my own name.ipynb"): NOTEBOOK + "2",
        moodle("Anna Schmidt", 13): NOTEBOOK + "3",
        "李 小龙_14_assignsubmission_file_01_demo.ipynb": NOTEBOOK + "4",
    }
    assert take(room, files) == 0
    assert submitted(room) == {
        "joerg_oneil": NOTEBOOK + "1",
        "anna_schmidt": NOTEBOOK + "2",
        "anna_schmidt-2": NOTEBOOK + "3",
        "student_14": NOTEBOOK + "4",
    }
    rows = [(row["id"], row["name"], row["moodle 01_demo"]) for row in table(room)]
    assert rows == [
        ("joerg_oneil", "Jörg O'Neil", "11"),
        ("anna_schmidt", "Anna Schmidt", "12"),
        ("anna_schmidt-2", "Anna Schmidt", "13"),
        ("student_14", "李 小龙", "14"),
    ]
    assert "01_demo: 4 submissions taken in" in capsys.readouterr().out


def test_students_and_times_reach_nbgrader(room):
    from nbgrader.api import Gradebook
    from nbgrader.utils import parse_utc

    take(room, {moodle("Jörg <b>O'Neil", 11): NOTEBOOK})
    with Gradebook(room.gradebook_url) as gradebook:
        student = gradebook.find_student("joerg_b_oneil")
        assert (student.first_name, student.last_name) == ("Jörg  b O", "Neil")
    text = (room.path / "submitted/joerg_b_oneil/01_demo/timestamp.txt").read_text().strip()
    local = datetime(2026, 3, 1, 10, 30).astimezone()
    assert text == local.isoformat()
    assert parse_utc(text) == (local - local.utcoffset()).replace(tzinfo=None)


def test_moodles_other_numbers_in_the_next_assignment_are_the_same_student(room):
    take(room, {moodle("Anna Schmidt", 12): NOTEBOOK})
    take(room, {moodle("anna schmidt", 99, "02_practice.ipynb"): NOTEBOOK}, lesson="02")
    (row,) = table(room)
    assert (row["moodle 01_demo"], row["moodle 02_practice"]) == ("12", "99")
    assert list(submitted(room, "02_practice")) == ["anna_schmidt"]


def test_two_of_a_name_are_told_apart_by_the_instructor(room, capsys):
    take(room, {moodle("Anna Schmidt", 12): NOTEBOOK, moodle("Anna Schmidt", 13): NOTEBOOK})
    second = {moodle("Anna Schmidt", 98): NOTEBOOK + "a", moodle("Anna Schmidt", 99): NOTEBOOK}
    assert take(room, second, lesson="02") == 1
    said = capsys.readouterr().out
    assert "two students are called Anna Schmidt (anna_schmidt and anna_schmidt-2)" in said
    assert "write 98 into the column “moodle 02_practice” of students.csv" in said
    assert submitted(room, "02_practice") == {}
    assert len([name for name in aside(room) if name.startswith("02_practice/unknown/")]) == 2
    students = Students(room)
    students.rows[1]["moodle 02_practice"] = "98"
    students.save()
    assert take(room, second, lesson="02") == 0
    assert submitted(room, "02_practice")["anna_schmidt-2"] == NOTEBOOK + "a"
    assert submitted(room, "02_practice")["anna_schmidt"] == NOTEBOOK


def test_an_unpacked_folder_gives_the_same(room, tmp_path):
    place = tmp_path / "download" / "outer" / moodle("Jörg O'Neil", 11)
    place.parent.mkdir(parents=True)
    place.write_text(NOTEBOOK)
    (tmp_path / "download" / ".DS_Store").write_text("x")
    assert take(room, tmp_path / "download") == 0
    assert list(submitted(room)) == ["joerg_oneil"]
    assert not (room.path / "submitted/joerg_oneil/01_demo/timestamp.txt").exists()
    assert aside(room) == {}


# --- Canvas --------------------------------------------------------------------------------------


def test_of_several_attempts_the_newest_counts(room, capsys):
    files = {
        "schmidtanna_111_500_01_demo.ipynb": NOTEBOOK + "first",
        "schmidtanna_LATE_111_700_01_demo-2.ipynb": NOTEBOOK + "third",
        "schmidtanna_111_600_01_demo-1.ipynb": NOTEBOOK + "second",
        "oneilj_222_501_01_demo-10.ipynb": NOTEBOOK + "10",
        "oneilj_222_501_01_demo-9.ipynb": NOTEBOOK + "9",
    }
    assert take(room, files) == 0
    assert submitted(room) == {"schmidtanna": NOTEBOOK + "third", "oneilj": NOTEBOOK + "10"}
    assert set(aside(room)) == {
        "01_demo/schmidtanna/older/01_demo.ipynb",
        "01_demo/schmidtanna/older/01_demo-1.ipynb",
        "01_demo/oneilj/older/01_demo-9.ipynb",
    }
    said = capsys.readouterr().out
    assert "schmidtanna_111_600_01_demo-1.ipynb: is not the newest attempt; a copy is" in said
    assert "01_demo: 2 submissions taken in, 1 late, 3 files set aside." in said
    late = {row["student"]: row["late"] for row in table(room, "submissions.csv")}
    assert late == {"schmidtanna": "late", "oneilj": ""}
    assert {row["id"]: row["canvas"] for row in table(room)} == {
        "schmidtanna": "111",
        "oneilj": "222",
    }


def test_canvas_numbers_tell_two_of_a_name_apart(room):
    take(room, {"liwei_1_5_a.ipynb": NOTEBOOK + "1", "liwei_2_6_a.ipynb": NOTEBOOK + "2"})
    assert submitted(room) == {"liwei": NOTEBOOK + "1", "liwei-2": NOTEBOOK + "2"}


def test_a_checkpoint_counts_only_alone(room):
    take(
        room,
        {
            moodle("Anna", 1, ".ipynb_checkpoints/01_demo-checkpoint.ipynb"): (
                NOTEBOOK + "saved",
                (2026, 4, 1, 1, 1, 1),
            ),
            moodle("Anna", 1): NOTEBOOK,
            moodle("Ben", 2, ".ipynb_checkpoints/01_demo-checkpoint.ipynb"): NOTEBOOK + "only",
        },
    )
    assert submitted(room) == {"anna": NOTEBOOK, "ben": NOTEBOOK + "only"}


def test_of_files_with_times_the_last_counts(room):
    early, late = (2026, 3, 1, 9, 0, 0), (2026, 3, 2, 9, 0, 0)
    files = {moodle("Anna", 1, "b.ipynb"): (NOTEBOOK + "early", early)}
    files[moodle("Anna", 1, "a.ipynb")] = (NOTEBOOK + "late", late)
    take(room, files)
    assert submitted(room) == {"anna": NOTEBOOK + "late"}


def test_a_notebook_of_another_lesson_counts_only_alone(room):
    take(room, {"a_1_5_01_demo.ipynb": NOTEBOOK, "a_1_9_02_practice.ipynb": NOTEBOOK + "other"})
    assert submitted(room) == {"a": NOTEBOOK}


# --- what is no notebook, and what is there already ----------------------------------------------


def test_other_files_are_kept_and_told(room, capsys):
    files = {
        moodle("Anna", 1, "report.pdf"): "pdf",
        moodle("Anna", 1, "sub/01_demo.ipynb"): "this is no json",
        moodle("Ben", 2, "a:b*c.zip"): "zip",
        "list of names.txt": "who?",
        "__MACOSX/._x": "x",
    }
    assert take(room, files) == 0
    assert aside(room) == {
        "01_demo/anna/report.pdf": "pdf",
        "01_demo/ben/a_b_c.zip": "zip",
        "01_demo/unknown/list of names.txt": "who?",
    }
    said = capsys.readouterr().out
    assert (
        "- list of names.txt: does not say whose it is; a copy is set_aside/01_demo/unknown/"
        in said
    )
    assert "- ben (Ben): no notebook, so nothing to grade" in said
    assert "- anna: 01_demo.ipynb cannot be read as a notebook" in said
    assert submitted(room) == {"anna": "this is no json"}


def test_a_second_import_changes_nothing(room, capsys):
    files = {moodle("Anna", 1): NOTEBOOK, moodle("Anna", 1, "a.txt"): "x"}
    take(room, files)
    before = {p: p.stat().st_mtime_ns for p in (room.path / "submitted").rglob("*")}, aside(room)
    assert take(room, files) == 0
    assert (
        {p: p.stat().st_mtime_ns for p in (room.path / "submitted").rglob("*")},
        aside(room),
    ) == (before)
    assert "01_demo: 1 there already, 1 files set aside." in capsys.readouterr().out
    assert len(table(room)) == 1


def test_what_is_there_is_replaced_only_if_asked_and_then_kept(room, capsys):
    take(room, {moodle("Anna", 1): NOTEBOOK + "old"})
    assert take(room, {moodle("Anna", 1): NOTEBOOK + "new"}) == 0
    assert submitted(room) == {"anna": NOTEBOOK + "old"}
    assert "- anna: has another submission already, which is kept; --replace" in (
        capsys.readouterr().out
    )
    assert take(room, {moodle("Anna", 1): NOTEBOOK + "new"}, "--replace") == 0
    assert submitted(room) == {"anna": NOTEBOOK + "new"}
    assert take(room, {moodle("Anna", 1): NOTEBOOK + "newest"}, "--replace") == 0
    kept = sorted(text for name, text in aside(room).items() if name.endswith(".ipynb"))
    assert kept == [NOTEBOOK + "new", NOTEBOOK + "old"]
    assert all(name.startswith("01_demo/anna/replaced-") for name in aside(room))


def test_an_import_that_was_stopped_can_be_done_again(room, monkeypatch):
    files = {moodle("Anna", 1): NOTEBOOK, moodle("Ben", 2): NOTEBOOK}
    place = class_import.Import.put

    def stop_at_ben(self, student, *rest):
        if student["id"] == "ben":
            raise KeyboardInterrupt
        return place(self, student, *rest)

    monkeypatch.setattr(class_import.Import, "put", stop_at_ben)
    with pytest.raises(KeyboardInterrupt):
        take(room, files)
    monkeypatch.setattr(class_import.Import, "put", place)
    assert take(room, files) == 0
    assert sorted(submitted(room)) == ["anna", "ben"]
    assert {row["student"] for row in table(room, "submissions.csv")} == {"anna", "ben"}
    assert [row["id"] for row in table(room)] == ["anna", "ben"]


# --- what is refused -----------------------------------------------------------------------------


def test_paths_that_lead_outside_and_links_are_refused(room, capsys, tmp_path):
    path = tmp_path / "evil.zip"
    make_zip(
        path,
        {
            "../../" + moodle("Eve", 1): NOTEBOOK,
            "/" + moodle("Eve", 2): NOTEBOOK,
            "C:\\" + moodle("Eve", 3): NOTEBOOK,
            "..\\" + moodle("Eve", 4): NOTEBOOK,
            moodle("Ben", 6): NOTEBOOK,
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo(moodle("Eve", 5))
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert take(room, path) == 0
    said = capsys.readouterr().out
    assert said.count("its path leads out of the download; it is not taken in") == 4
    assert said.count("is a link; it is not taken in") == 1
    assert submitted(room) == {"ben": NOTEBOOK}
    assert not list(tmp_path.rglob("*assignsubmission*"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has neither pipes nor free links")
def test_links_and_pipes_in_a_folder_are_refused(room, capsys, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a_1_2_x.ipynb").write_text("secret")
    given = tmp_path / "given"
    given.mkdir()
    (given / "ben_3_4_x.ipynb").write_text(NOTEBOOK)
    (given / "eve_1_2_x.ipynb").symlink_to(secret / "a_1_2_x.ipynb")
    (given / "linked").symlink_to(secret, target_is_directory=True)
    os.mkfifo(given / "eve_1_3_x.ipynb")
    assert take(room, given) == 0
    said = capsys.readouterr().out
    assert said.count("is a link; it is not taken in") == 2
    assert "eve_1_3_x.ipynb: is no plain file; it is not taken in" in said
    assert submitted(room) == {"ben": NOTEBOOK}


def test_what_is_too_large_is_refused(room, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(class_download, "LARGEST", 1000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(moodle("Eve", 1), "0" * 1_000_000)
        archive.writestr(moodle("Ben", 2), NOTEBOOK)
    assert take(room, path) == 0
    assert (
        "has 1 MB or more, above the limit of 0 MB; it is not taken in" in capsys.readouterr().out
    )
    assert list(submitted(room)) == ["ben"]
    monkeypatch.setattr(class_download, "LARGEST_SUM", 10_000)
    with pytest.raises(ClassError, match="holds 2 files of 0.0 GB in all; at most .* nothing was"):
        take(room, path)


def test_a_size_that_lies_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(class_download, "LARGEST", 1000)
    path = make_zip(tmp_path / "lies.zip", {"a_1_2_x.ipynb": "0" * 2000})
    with zipfile.ZipFile(path) as archive:
        (entry,) = archive.infolist()
        with pytest.raises(Unreadable, match="above the limit"):
            class_download.read_entry(archive, entry)


def test_damaged_and_locked_entries_are_told_and_the_rest_is_taken(room, capsys, tmp_path):
    path = make_zip(tmp_path / "bad.zip", {moodle("Eve", 1): "x" * 50, moodle("Ben", 2): NOTEBOOK})
    data = path.read_bytes().replace(b"x" * 50, b"y" * 50)
    path.write_bytes(data)
    assert take(room, path) == 0
    assert "cannot be unpacked (Bad CRC-32" in capsys.readouterr().out
    assert list(submitted(room)) == ["ben"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_said_or_gives_what_is_whole(packing, tmp_path):
    path, met = tmp_path / "given.zip", Counter()
    with zipfile.ZipFile(path, "w", packing) as archive:
        for number in range(3):
            archive.writestr(moodle("Änne", number), NOTEBOOK)
    for data in damaged(path.read_bytes(), 300):
        path.write_bytes(data)
        try:
            with class_download.opened(path, lambda line: None) as items:
                for item in items:
                    try:
                        assert item.read().decode() == NOTEBOOK
                        met["whole"] += 1
                    except Unreadable:
                        met["unreadable"] += 1
        except ClassError as error:
            assert "zip file" in str(error)
            met["refused"] += 1
    assert min(met[each] for each in ("whole", "unreadable", "refused")) > 20, met


def test_names_that_would_steer_a_terminal_are_shown_harmless(room, capsys):
    take(room, {"\x1b]0;owned\x07.txt": "x", moodle("Ben", 2): NOTEBOOK})
    assert "\x1b" not in capsys.readouterr().out


def test_names_without_a_declared_encoding_keep_their_umlauts(room, tmp_path):
    path = make_zip(tmp_path / "given.zip", {moodle("Jörg", 1): NOTEBOOK})
    with zipfile.ZipFile(path) as archive:
        (entry,) = archive.infolist()
    entry.flag_bits, entry.filename = 0, entry.filename.encode().decode("cp437")
    assert class_download.entry_name(entry) == moodle("Jörg", 1)


@pytest.mark.parametrize(
    ("download", "sentence"),
    [("missing.zip", "does not exist; name what"), ("a.txt", "is neither a folder nor a zip file")],
)
def test_what_is_no_download_is_said(room, tmp_path, download, sentence):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ClassError, match=sentence):
        take(room, tmp_path / download)


def test_an_unknown_lesson_or_folder_is_said(room, tmp_path):
    with pytest.raises(ClassError, match="no assignment '07' in .*; there are 01_demo, 02_"):
        take(room, tmp_path, lesson="07")
    with pytest.raises(ClassError, match="is no class's folder, because its class.json"):
        class_import.main([str(tmp_path), "x", "--lesson", "01"])


# --- the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", " =1", "＝1", "'=1", "O'Neil", ""]
)
def test_a_formula_is_defused_and_comes_back(text):
    assert not defused(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))
    assert undefused(defused(text)) == text


def test_the_table_keeps_what_an_instructor_added(room):
    students = Students(room)
    students.add("=HYPERLINK(1)", "1")["email"] = "a@b"
    students.save()
    assert "'=HYPERLINK(1)" in students.path.read_text(encoding="utf-8")
    text = students.path.read_text(encoding="utf-8").replace(",", ";")
    lines = text.splitlines()
    text = "\n".join([lines[0] + ";group", *(line + ";A" for line in lines[1:])])
    students.path.write_text("\ufeff" + text, encoding="utf-8")
    again = Students(room)
    (row,) = again.rows
    assert (row["name"], row["email"], row["group"]) == ("=HYPERLINK(1)", "a@b", "A")


def test_a_damaged_table_is_said(room):
    (room.path / "students.csv").write_text(table_text(["id", "name"], [{"id": "../x"}]))
    with pytest.raises(ClassError, match="has the id '../x'; an id is small letters"):
        Students(room)
    (room.path / "students.csv").write_bytes("id,name\nj,Jörg\n".encode("latin-1"))
    with pytest.raises(ClassError, match="is not in UTF-8"):
        Students(room)

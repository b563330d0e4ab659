"""The learner's progress: kept in one small file, never in the way."""

import json
import os
import sys
import tempfile

import numpy as np
import pytest

from nnlib.exercises import check, progress
from nnlib.exercises.progress import FILE, location, read, record
from nnlib.exercises.report import NotRight


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("NNLIB_PROGRESS", str(path))
    return path


def relu(z):
    return np.maximum(z, 0)


def wrong(z):
    return z


def test_attempts_and_passes_are_counted(file):
    with pytest.raises(NotRight):
        check(wrong, "relu")
    assert json.loads(file.read_text()) == {"relu": {"attempts": 1, "passed": False}}
    check(relu)
    assert json.loads(file.read_text()) == {"relu": {"attempts": 2, "passed": True}}
    with pytest.raises(NotRight):
        check(wrong, "relu")
    assert json.loads(file.read_text()) == {"relu": {"attempts": 3, "passed": True}}


def test_a_stub_leaves_no_trace(file):
    def relu(z): ...

    check(relu)
    assert not file.exists()


def test_the_table_shows_every_exercise(file):
    check(relu)
    with pytest.raises(NotRight):
        check(wrong, "sigmoid")
    table = progress()
    rows = {row[1]: row for row in table.rows}
    assert rows["relu"] == ("01", "relu", 1, True)
    assert rows["sigmoid"] == ("01", "sigmoid", 1, False)
    assert rows["double"] == ("00", "double", 0, False)
    for text in (str(table), table._repr_html_()):
        assert "✓ passed" in text and "… tried" in text and "○ not yet" in text
        assert f"1 of {len(table.rows)} exercises passed." in text


@pytest.mark.parametrize("setting", ["off", "OFF", "0", "no"])
def test_it_can_be_switched_off(setting, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNLIB_PROGRESS", setting)
    check(relu)
    assert list(tmp_path.iterdir()) == []
    assert progress().rows[0][2] == 0


@pytest.mark.parametrize("name", ["CI", "NBVAL", "PYTEST_CURRENT_TEST"])
def test_automatic_runs_write_nothing(name, monkeypatch):
    for other in ("CI", "NBVAL", "PYTEST_CURRENT_TEST", "NNLIB_PROGRESS"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.delitem(sys.modules, "pytest")
    assert str(location()) == FILE
    monkeypatch.setenv(name, "1")
    assert location() is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"relu": 3}', '{"relu": {"attempts": "many"}}', "\x00\x01"]
)
def test_an_unreadable_file_is_kept_aside(text, file):
    file.write_text(text)
    check(relu)
    assert json.loads(file.read_text()) == {"relu": {"attempts": 1, "passed": True}}
    assert file.with_name(file.name + ".unreadable-1").read_text() == text
    file.write_text(text)
    check(relu)
    assert file.with_name(file.name + ".unreadable-2").exists()


def test_bytes_that_are_no_text_are_kept_aside(file):
    file.write_bytes(b"\xff\xfe\x00")
    check(relu)
    assert file.with_name(file.name + ".unreadable-1").read_bytes() == b"\xff\xfe\x00"


def test_a_check_goes_on_where_nothing_can_be_written(monkeypatch, tmp_path):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "no" / "such" / "folder.json"))
    assert check(relu) is relu
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path))  # a folder where the file should be
    assert check(relu) is relu
    assert progress().rows[0][2] == 0


def test_a_check_goes_on_in_a_folder_that_is_closed(file, monkeypatch):
    def closed(**_):
        raise PermissionError("read-only file system")

    monkeypatch.setattr(tempfile, "mkstemp", closed)
    assert check(relu) is relu
    assert not file.exists()


def test_a_write_that_fails_leaves_the_old_file_and_no_other(file, monkeypatch):
    record("relu", "passed")
    before = file.read_text()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    record("relu", "wrong")
    assert file.read_text() == before
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_no_file_means_no_records(tmp_path):
    assert read(tmp_path / "none.json") == {}

"""Read what an LMS delivered, a zip or a folder, without trusting anything in it.

Nothing is unpacked: each file is read by itself, up to a limit, and named by the caller. What is
refused gets a line in the report: links, paths that lead outside, files that are too large.
"""

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from course.class_folder import ClassError

LARGEST = 50_000_000
LARGEST_SUM = 4_000_000_000
MOST_FILES = 50_000
SYSTEM = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


class Unreadable(Exception):
    """A file of a download that cannot be taken in; its text says why."""


@dataclass
class Item:
    """One file of a download: its path there, when it was handed in, if known, and its reader.

    `read()` returns its bytes, or raises Unreadable.
    """

    path: str
    read: Callable
    time: datetime | None = None


@contextmanager
def opened(path, report):
    """The files in the zip or folder at `path`, as a list of Items to read inside the `with`.

    What is refused is told to `report`, a function of one line. Raises ClassError for something
    that is neither, or that is as a whole too large.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        yield list(folder_items(path, report))
    elif path.is_file() and zipfile.is_zipfile(path):
        with open_zip(path) as archive:
            yield list(zip_items(path, archive, report))
    else:
        state = "is neither a folder nor a zip file" if path.exists() else "does not exist"
        raise ClassError(f"{path} {state}; name what Moodle or Canvas let you download.")


def open_zip(path):
    """The zip at `path`, opened; raises ClassError for a damaged one."""
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # what damage raises has many names: see `read_entry`
        raise ClassError(f"{path} is a damaged zip file ({error}); download it again.") from error


def zip_items(path, archive, report):
    """The files in an open zip: Items."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    refuse_bomb(path, len(entries), sum(entry.file_size for entry in entries))
    for entry in entries:
        name = entry_name(entry)
        fault = path_fault(name) or kind_fault(entry) or size_fault(entry.file_size)
        if fault:
            report(refusal(name, fault))
        else:
            yield Item(name, partial(read_entry, archive, entry), entry_time(entry))


def read_entry(archive, entry):
    """The bytes of a zip's entry, or Unreadable; the size that it claims is not believed."""
    try:
        with archive.open(entry) as file:
            data = file.read(LARGEST + 1)
    except Exception as error:  # of zipfile, zlib, bz2, lzma, struct and codecs, each its own
        raise Unreadable(f"cannot be unpacked ({error})") from error
    if len(data) > LARGEST:
        raise Unreadable(size_fault(len(data)))
    return data


def refusal(name, fault):
    """The line of the report on a file that is not taken in."""
    return f"{shown(name)}: {fault}; it is not taken in"


def entry_name(entry):
    """The path of a zip's entry. Old programs write it in UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass  # It was another program, and cp437 is what it meant.
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def entry_time(entry):
    """When an entry was last changed, in local time as zips have it; None for no sensible time."""
    try:
        time = datetime(*entry.date_time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
    # Programs that do not know the time write the first day of 1980.
    return time if 2000 <= time.year <= datetime.now().year + 1 else None


def folder_items(path, report):
    """The files below the folder at `path`: Items. Their times are those of copying: not kept."""
    found = list(walk(path, report))
    refuse_bomb(path, len(found), sum(size for _, size in found))
    for file, size in found:
        name = unicodedata.normalize("NFC", file.relative_to(path).as_posix())
        fault = size_fault(size)
        if fault:
            report(refusal(name, fault))
        else:
            yield Item(name, partial(read_file, file))


def read_file(file):
    """The bytes of a file, or Unreadable."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror})") from error


def walk(path, report):
    """The plain files below `path` and their sizes, in the order of their names."""
    for base, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files) + [f for f in folders if (Path(base) / f).is_symlink()]:
            file = Path(base) / name
            status = file.lstat()
            if stat.S_ISREG(status.st_mode):
                yield file, status.st_size
            else:
                kind = "is a link" if stat.S_ISLNK(status.st_mode) else "is no plain file"
                report(refusal(file.relative_to(path).as_posix(), kind))


def refuse_bomb(path, count, size):
    """Raise ClassError for a download with too many files or too many bytes in all."""
    if count > MOST_FILES or size > LARGEST_SUM:
        raise ClassError(
            f"{path} holds {count} files of {size / 1e9:.1f} GB in all; at most {MOST_FILES} and "
            f"{LARGEST_SUM / 1e9:.0f} GB are read, so nothing was taken in."
        )


def path_fault(name):
    """What is wrong with the path of an entry, or None."""
    outside = name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/")
    return "its path leads out of the download" if outside else None


def kind_fault(entry):
    """What is wrong with the kind of a zip's entry, or None."""
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "is a link"
    return "is locked with a password" if entry.flag_bits & 1 else None


def size_fault(size):
    """What is wrong with the size of a file, or None."""
    if size <= LARGEST:
        return None
    return f"has {size / 1e6:.0f} MB or more, above the limit of {LARGEST / 1e6:.0f} MB"


def is_system(name):
    """True for what an operating system leaves beside a person's files."""
    return bool(SYSTEM.search(name))


def shown(text):
    """`text` fit for a terminal: whatever could steer it, or break the line, is replaced."""
    safe = "".join(letter if letter.isprintable() else "?" for letter in text)
    return safe if len(safe) <= 150 else safe[:147] + "..."

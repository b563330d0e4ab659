"""The MNIST images and labels, read from their four IDX files in a folder or at an address."""

import gzip
import hashlib
import math
import os
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from nnlib.checks import expect, number

FILES = {
    "training images": "train-images-idx3-ubyte",
    "training labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}
CHUNK_BYTES = 2**18
MISSING = 403, 404, 410  # how servers say that there is no such file; 403 is a habit of stores
# A bar for less than this many seconds would only flicker.
SECONDS_WITHOUT_BAR = 1

# The files of Y. LeCun, C. Cortes and C. Burges as published in 1998, for `checksums`.
MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}


def mnist(source, *, dtype=np.uint8, checksums=None, cache=None, timeout=30.0, progress=None):
    """Return X_train (n, 784), labels_train (n,), X_test (n_test, 784), labels_test (n_test,).

    Pixels are 0 (paper) to 255 (ink) in `dtype` (uint8, float32 or float64), not scaled; labels are
    integers. Fashion-MNIST and other sets in the same four files work too.

    source     a folder with the four files, plain or gzipped, or its http, https or file address
    checksums  {file name: SHA-256 in hex} of the files as they are stored, gzipped or not; only
               files named there are read. `MNIST_SHA256` has those of MNIST as it was published
    cache      a folder that keeps what came from an http(s) address, each address in a sub-folder
               of its own: a file is kept once it proved complete and right, is checked again when
               it is read, and needs no network then. None keeps nothing
    timeout    seconds to wait for a sign of life from the address
    progress   False for none, True for a tqdm bar, None for one where tqdm is installed and a file
               takes over a second; or a function of (name, bytes so far, bytes in all or None)

    Raises FileNotFoundError for a missing file, ConnectionError for an address that cannot be read,
    ValueError for a wrong or damaged file and for arguments of other kinds.
    """
    _check_arguments(source, dtype, checksums, cache, progress)
    read = _reader(source, checksums, cache, number("timeout", timeout, 0.001, 1e6), progress)
    X_train, labels_train, X_test, labels_test = arrays = [read(what) for what in FILES]
    _check_sizes(source, *arrays)
    return (
        X_train.reshape(len(X_train), -1).astype(dtype),
        labels_train.astype(np.int64),
        X_test.reshape(len(X_test), -1).astype(dtype),
        labels_test.astype(np.int64),
    )


def _check_arguments(source, dtype, checksums, cache, progress):
    path = isinstance(source, str | os.PathLike) and str(source)
    expect(path, f"source is {source!r}", "a folder or an http, https or file address")
    try:
        named = "None" if dtype is None else np.dtype(dtype).name
    except TypeError:
        named = repr(dtype)
    known = named in ("uint8", "float32", "float64")
    expect(known, f"dtype is {named}", "uint8, float32 or float64")
    if checksums is not None:
        fits = isinstance(checksums, dict) and all(isinstance(name, str) for name in checksums)
        expect(
            fits and checksums, f"checksums is {checksums!r}", "a dict of file names and SHA-256"
        )
    kept = isinstance(cache, str | os.PathLike) and str(cache)
    expect(cache is None or kept, f"cache is {cache!r}", "a folder or None")
    told = progress is None or isinstance(progress, bool) or callable(progress)
    expect(told, f"progress is {progress!r}", "True, False, None or a function")


def _reader(source, checksums, cache, timeout, progress):
    """Return the function that gives the array of one of FILES, from where `source` says."""
    text = str(source)
    scheme = text.partition("://")[0].lower() if "://" in text else None
    if scheme in ("http", "https"):
        address = text.rstrip("/")
        get = partial(_download, address, timeout, progress)
        return partial(_read_cached, get, address, checksums, _cache_folder(cache, address))
    if scheme == "file":
        from urllib.request import url2pathname

        text = url2pathname(text[len("file://") :].removeprefix("localhost"))
    elif scheme:
        raise ValueError(f"source is {text!r}: expected a folder or an http, https or file address")
    folder = Path(text).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"source is {str(source)!r}: expected a folder or an address")
    return lambda what: _read(partial(_from_folder, folder), folder, checksums, what)[0]


def _read_cached(get, address, checksums, folder, what):
    if folder is not None:
        try:
            return _read(partial(_from_folder, folder), folder, checksums, what)[0]
        except (FileNotFoundError, ValueError):
            pass  # not kept yet, or damaged since: fetch it
    array, name, data = _read(get, address, checksums, what)
    if folder is not None:
        _write_whole(folder / name, data)
    return array


def _read(get, place, checksums, what):
    """Return the array, the name and the bytes of the first file of `what` that get(name) finds."""
    stem = FILES[what]
    dotted = stem.replace("-idx", ".idx")  # what some unpacking programs write
    names = [stem + ".gz", stem, dotted + ".gz", dotted]
    if checksums is not None:
        names = [name for name in names if name in checksums]
        if not names:
            raise ValueError(f"checksums name {', '.join(checksums)}: expected {stem} or {stem}.gz")
    for name in names:
        data = get(name)
        if data is not None:
            if checksums is not None:
                _check_sum(data, f"{place}/{name}", checksums[name])
            return _parse(data, f"{place}/{name}", what), name, data
    raise FileNotFoundError(f"{place} has no readable {what}: expected {' or '.join(names)}")


def _from_folder(folder, name):
    path = folder / name
    return path.read_bytes() if path.is_file() else None


def _download(address, timeout, progress, name):
    """Return the bytes of a file at an address, or None where the server has none."""
    where, data = f"{address}/{name}", bytearray()
    with _reached(where):
        answer, total = _open(where, timeout)
    if answer is None:
        return None
    with answer, _reporter(progress, name, total) as report:
        while chunk := _next_part(answer, where):
            data += chunk
            report(len(data))  # what a function of the user's raises is not the network's
    if total not in (None, len(data)):
        raise ConnectionError(f"{where} broke off after {len(data)} bytes: expected {total}")
    return data


def _open(where, timeout):
    """Return the answer of a server and its length, if it tells; two times None for no file."""
    from urllib.error import HTTPError
    from urllib.request import urlopen  # slow to import, so only when it is needed

    try:
        answer = urlopen(where, timeout=timeout)
    except HTTPError as error:
        error.close()
        if error.code in MISSING:
            return None, None
        raise
    total = answer.headers.get("Content-Length")
    return answer, None if total is None else int(total)


def _next_part(answer, where):
    with _reached(where):
        return answer.read(CHUNK_BYTES)


@contextmanager
def _reached(where):
    """Whatever goes wrong between here and the server becomes a ConnectionError."""
    from http.client import HTTPException
    from urllib.error import HTTPError

    try:
        yield
    except HTTPError as error:
        said = f"{where} answered {error.code} {error.reason}: expected a file"
        raise ConnectionError(said) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise ConnectionError(f"{where} cannot be read ({reason}): expected an answer") from error


@contextmanager
def _reporter(progress, name, total):
    """Give a function that is told how many bytes have come so far."""
    if callable(progress):
        yield lambda done: progress(name, done, total)
    elif progress is False or (tqdm := _tqdm()) is None:
        yield lambda done: None
    else:
        delay = 0 if progress else SECONDS_WITHOUT_BAR
        with tqdm(desc=name, total=total, unit="B", unit_scale=True, delay=delay) as bar:
            yield lambda done: bar.update(done - bar.n)


def _tqdm():
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm


def _cache_folder(cache, address):
    """Return the folder for an address: other sets have files of the same names."""
    if cache is None:
        return None
    digest = hashlib.sha256(address.encode()).hexdigest()
    folder = Path(cache).expanduser() / f"mnist-{digest[:12]}"
    folder.mkdir(parents=True, exist_ok=True)  # before the download, in case it may not be made
    return folder


def _write_whole(path, data):
    """Write a file so that it is there whole or not at all, whatever interrupts it."""
    part = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _check_sum(data, where, expected):
    found = hashlib.sha256(data).hexdigest()
    if found != str(expected).lower():
        raise ValueError(f"{where} has the SHA-256 checksum {found}: expected {expected}")


def _parse(data, where, what):
    """Return the bytes of an IDX file, gzipped or not, as an array: (n, rows, columns) or (n,)."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"{where} is damaged or cut off: expected a whole gzip file"
            ) from error
    ndim = 3 if what.endswith("images") else 1
    magic, expected = int.from_bytes(data[:4], "big"), 0x800 + ndim  # 8: unsigned bytes
    if magic != expected:
        raise ValueError(f"{where} has the magic number {magic}: expected {expected} for {what}")
    start = 4 + 4 * ndim
    shape = [int.from_bytes(data[i : i + 4], "big") for i in range(4, start, 4)]
    if len(data) != start + math.prod(shape) or 0 in shape:
        raise ValueError(
            f"{where} holds {len(data)} bytes for {what} of shape {tuple(shape)}: expected "
            f"{start + math.prod(shape)}, and no dimension of 0"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _check_sizes(source, X_train, labels_train, X_test, labels_test):
    for part, X, labels in ("training", X_train, labels_train), ("test", X_test, labels_test):
        if len(X) != len(labels):
            raise ValueError(
                f"{source} has {len(X)} {part} images and {len(labels)} {part} labels: expected as "
                "many"
            )
    if X_train.shape[1:] != X_test.shape[1:]:
        raise ValueError(
            f"{source} has training images of {X_train.shape[1:]} pixels and test images of "
            f"{X_test.shape[1:]}: expected the same size"
        )

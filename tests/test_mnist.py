"""The MNIST loader, on small files that the tests write, from folders and over local HTTP."""

import functools
import gzip
import hashlib
import http.server
import io
import re
import socket
import sys
import threading

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlib import mnist as mnist_module
from nnlib.datasets import MNIST_SHA256, mnist

RNG = np.random.default_rng(0)
ARRAYS = {
    "train-images-idx3-ubyte": RNG.integers(0, 256, (6, 5, 4), np.uint8),
    "train-labels-idx1-ubyte": RNG.integers(0, 10, 6, np.uint8),
    "t10k-images-idx3-ubyte": RNG.integers(0, 256, (3, 5, 4), np.uint8),
    "t10k-labels-idx1-ubyte": RNG.integers(0, 10, 3, np.uint8),
}
IMAGES, LABELS = list(ARRAYS)[:2]


def idx(array, magic=None):
    """Return the bytes of an IDX file."""
    header = [magic or 0x800 + array.ndim, *array.shape]
    return b"".join(number.to_bytes(4, "big") for number in header) + array.tobytes()


def write(folder, zipped=True, **changed):
    """Write the four files into folder, gzipped or not, and return it; `changed` by short name."""
    folder.mkdir(exist_ok=True)
    for name, array in ARRAYS.items():
        data = changed.get(name.replace("-", "_"), idx(array))
        path = folder / (name + (".gz" if zipped else ""))
        path.write_bytes(gzip.compress(data, mtime=0) if zipped else data)
    return folder


def sums(folder):
    """Return the checksums of a folder's files."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def is_right(result, dtype=np.uint8):
    """Tell whether mnist's result holds ARRAYS."""
    images, labels = result[::2], result[1::2]
    for got, name in zip(images, list(ARRAYS)[::2], strict=True):
        assert_array_equal(got, ARRAYS[name].reshape(len(got), 20))
        assert got.dtype == dtype and got.flags.writeable
    for got, name in zip(labels, list(ARRAYS)[1::2], strict=True):
        assert_array_equal(got, ARRAYS[name])
        assert got.dtype == np.int64
    return True


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder quietly, counts requests, and can be told to misbehave."""

    def do_GET(self):
        self.server.requests.append(self.path)
        trouble = self.server.trouble
        if trouble is None:
            super().do_GET()
        elif isinstance(trouble, int):
            self.send_error(trouble)
        else:
            trouble(self)

    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Requests to this machine go straight there, whatever its settings say."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server(tmp_path):
    """A web server on this machine with the four files at server.address."""
    folder = write(tmp_path / "served")
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.folder, server.requests, server.trouble = folder, [], None
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fails(error, message, *args, **options):
    """Assert that mnist raises error with one sentence that matches message."""
    with pytest.raises(error, match=message) as caught:
        mnist(*args, **options)
    assert "\n" not in str(caught.value)


# -- folders ----------------------------------------------------------------------------------


@pytest.mark.parametrize("zipped", [True, False])
def test_a_folder_plain_or_gzipped(tmp_path, zipped):
    folder = write(tmp_path / "with space é", zipped)
    assert is_right(mnist(folder))
    assert is_right(mnist(str(folder), checksums=sums(folder)))
    assert is_right(mnist(folder.as_uri()))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, "float64"])
def test_dtype_is_as_asked_and_values_are_not_scaled(tmp_path, dtype):
    assert is_right(mnist(write(tmp_path), dtype=dtype), np.dtype(dtype))


def test_names_with_a_dot_and_gzip_content_under_a_plain_name(tmp_path):
    for name, array in ARRAYS.items():
        (tmp_path / name.replace("-idx", ".idx")).write_bytes(gzip.compress(idx(array)))
    assert is_right(mnist(tmp_path))


def test_a_missing_file_is_named_with_all_names_looked_for(tmp_path):
    write(tmp_path)
    (tmp_path / (LABELS + ".gz")).unlink()
    expected = f"has no readable training labels: expected {LABELS}.gz or {LABELS} or"
    fails(FileNotFoundError, expected, tmp_path)
    fails(FileNotFoundError, "nowhere': expected a folder or an address", tmp_path / "nowhere")


def test_a_wrong_magic_number(tmp_path):
    images, labels = ARRAYS[IMAGES], ARRAYS[LABELS]
    swapped = {"train_images_idx3_ubyte": idx(labels)}
    expected = f"{IMAGES}.gz has the magic number 2049: expected 2051 for training images"
    fails(ValueError, expected, write(tmp_path, **swapped))
    floats = {"train_images_idx3_ubyte": idx(images, magic=0xD03)}
    fails(ValueError, "magic number 3331", write(tmp_path, **floats))
    page = {"train_labels_idx1_ubyte": b"<!DOCTYPE html><p>not here"}
    fails(ValueError, "training labels", write(tmp_path, **page))
    fails(ValueError, "magic number 0", write(tmp_path, train_images_idx3_ubyte=b""))


@pytest.mark.parametrize("length", [5, 15, 16, 17, 135])
def test_a_truncated_file(tmp_path, length):
    data = idx(ARRAYS[IMAGES])
    assert len(data) == 136
    folder = write(tmp_path, zipped=False, train_images_idx3_ubyte=data[:length])
    fails(ValueError, f"{IMAGES} holds {length} bytes for training images of shape", folder)


def test_bytes_too_many_and_dimensions_of_0(tmp_path):
    data = idx(ARRAYS[IMAGES])
    folder = write(tmp_path, zipped=False, train_images_idx3_ubyte=data + b"x")
    fails(ValueError, "holds 137 bytes .* expected 136", folder)
    folder = write(tmp_path, zipped=False, train_images_idx3_ubyte=idx(ARRAYS[IMAGES][:0]))
    fails(ValueError, r"shape \(0, 5, 4\): .* no dimension of 0", folder)


def test_a_damaged_gzip_file(tmp_path):
    write(tmp_path)
    path = tmp_path / (IMAGES + ".gz")
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    for damaged in (whole[:-1], whole[:middle], whole[:3], flipped):
        path.write_bytes(damaged)
        fails(ValueError, f"{IMAGES}.gz is damaged or cut off: expected a whole gzip", tmp_path)


def test_images_and_labels_that_do_not_belong_together(tmp_path):
    fewer = {"train_labels_idx1_ubyte": idx(ARRAYS[LABELS][:5])}
    fails(ValueError, "6 training images and 5 training labels", write(tmp_path, **fewer))
    other = {"t10k_images_idx3_ubyte": idx(np.zeros((3, 2, 2), np.uint8))}
    expected = r"training images of \(5, 4\) pixels and test images of \(2, 2\): expected the same"
    fails(ValueError, expected, write(tmp_path, **other))


def test_checksums(tmp_path):
    folder = write(tmp_path)
    right = sums(folder)
    assert is_right(mnist(folder, checksums={k: v.upper() for k, v in right.items()}))
    wrong = {**right, f"{LABELS}.gz": "0" * 64}
    fails(ValueError, f"{LABELS}.gz has the SHA-256 .* expected 000", folder, checksums=wrong)
    three = {k: v for k, v in right.items() if k != f"{LABELS}.gz"}
    fails(ValueError, f"expected {LABELS} or {LABELS}.gz", folder, checksums=three)
    fails(ValueError, "checksums is 'abc': expected a dict", folder, checksums="abc")


def test_a_file_without_a_checksum_is_never_read_instead(tmp_path):
    folder = write(write(tmp_path, zipped=True), zipped=False)
    right = sums(folder)
    plain = {k: v for k, v in right.items() if not k.endswith(".gz")}
    (folder / f"{IMAGES}.gz").write_bytes(b"something else")
    assert is_right(mnist(folder, checksums=plain))


def test_published_checksums_name_the_four_files():
    assert [name.removesuffix(".gz") for name in MNIST_SHA256] == list(ARRAYS)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in MNIST_SHA256.values())


def test_other_wrong_arguments(tmp_path):
    folder = write(tmp_path)
    fails(ValueError, "dtype is int8: expected uint8, float32 or float64", folder, dtype=np.int8)
    fails(ValueError, "timeout is 0: expected a finite number from 0.001", folder, timeout=0)
    fails(ValueError, "source is 'ftp://x/y': expected a folder or an http", "ftp://x/y")


# -- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address(server, slash):
    assert is_right(mnist(server.address + slash))
    assert server.requests == [f"/{name}.gz" for name in ARRAYS]


def test_an_address_with_plain_files(server):
    for path in list(server.folder.iterdir()):
        path.unlink()
    write(server.folder, zipped=False)
    assert is_right(mnist(server.address, checksums=sums(server.folder)))
    assert is_right(mnist(server.address))


@pytest.mark.parametrize("status", [403, 404, 410])
def test_missing_at_an_address(server, status):
    server.trouble = status
    expected = f"{server.address} has no readable training images: expected {IMAGES}.gz or"
    fails(FileNotFoundError, expected, server.address)


def test_a_server_in_trouble(server):
    server.trouble = 500
    fails(ConnectionError, f"{IMAGES}.gz answered 500 .*: expected a file", server.address)
    assert len(server.requests) == 1


def test_an_address_that_nobody_answers(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    fails(ConnectionError, "cannot be read .*: expected an answer", f"http://127.0.0.1:{port}/x")
    fails(ConnectionError, "cannot be read .*: expected an answer", "http://[half")
    fails(ConnectionError, "cannot be read .*: expected an answer", "http://127.0.0.1:1/a b")


def test_a_server_that_stays_silent(server):
    done = threading.Event()
    server.trouble = lambda request: done.wait(60)
    try:
        fails(ConnectionError, "timed out", server.address, timeout=0.2)
    finally:
        done.set()


def cut_off(request, keep=20, announce=True):
    """Answer with the first bytes of the file only."""
    data = (request.server.folder / request.path[1:]).read_bytes()
    request.send_response(200)
    if announce:
        request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data[:keep])


def test_a_transfer_that_breaks_off_leaves_nothing_to_believe_in(server, tmp_path):
    cache = tmp_path / "cache"
    server.trouble = cut_off
    expected = f"{IMAGES}.gz broke off after 20 bytes: expected"
    fails(ConnectionError, expected, server.address, cache=cache)
    server.trouble = functools.partial(cut_off, announce=False)
    fails(ValueError, "is damaged or cut off", server.address, cache=cache)
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    server.trouble = None
    assert is_right(mnist(server.address, cache=cache))


def test_a_wrong_checksum_over_http_keeps_nothing(server, tmp_path):
    cache = tmp_path / "cache"
    wrong = {**sums(server.folder), f"{IMAGES}.gz": "1" * 64}
    fails(ValueError, "SHA-256", server.address, cache=cache, checksums=wrong)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_the_cache_is_used_offline_and_only_for_its_own_address(server, tmp_path):
    cache, checksums = tmp_path / "a" / "cache", sums(server.folder)
    assert is_right(mnist(server.address, cache=cache, checksums=checksums))
    assert sorted(p.name for p in cache.rglob("*.gz")) == sorted(checksums)
    assert len(list(cache.rglob("*"))) == 5  # the folder and the files: no leftovers
    server.trouble = 500
    assert is_right(mnist(server.address, cache=cache, checksums=checksums))
    assert is_right(mnist(server.address + "/", cache=str(cache)))
    assert len(server.requests) == 4
    fails(ConnectionError, "answered 500", server.address + "/other", cache=cache)


@pytest.mark.parametrize("checked", [True, False])
def test_a_damaged_cache_is_fetched_again(server, tmp_path, checked):
    checksums = sums(server.folder) if checked else None
    mnist(server.address, cache=tmp_path / "cache", checksums=checksums)
    (kept,) = (tmp_path / "cache").rglob(f"{IMAGES}.gz")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9])
    assert is_right(mnist(server.address, cache=tmp_path / "cache", checksums=checksums))
    assert kept.read_bytes() == whole
    assert len(server.requests) == 5
    kept.write_bytes(whole[:-9])
    server.trouble = 500
    fails(ConnectionError, "answered 500", server.address, cache=tmp_path / "cache")


def test_a_write_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def full(self, data):
        with open(self, "wb") as file:
            file.write(data[:3])
        raise OSError("no space left")

    monkeypatch.setattr(mnist_module.Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        mnist_module._write_whole(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_without_a_cache_nothing_is_written(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    mnist(server.address)
    assert sorted(tmp_path.rglob("*")) == before


def test_progress_is_told_to_a_function(server, monkeypatch):
    monkeypatch.setattr(mnist_module, "CHUNK_BYTES", 50)
    calls = []
    mnist(server.address, progress=lambda *call: calls.append(call))
    assert list(dict.fromkeys(name for name, _, _ in calls)) == [f"{n}.gz" for n in ARRAYS]
    size = (server.folder / f"{IMAGES}.gz").stat().st_size
    done = [done for name, done, total in calls if name == f"{IMAGES}.gz" and total == size]
    assert done == [*range(50, size, 50), size]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"source": None}, "source is None: expected a folder"),
        ({"source": ""}, "source is '': expected a folder"),
        ({"dtype": "foo"}, "dtype is 'foo': expected uint8"),
        ({"dtype": None}, "dtype is None: expected uint8"),
        ({"timeout": 1e10}, "timeout is 10000000000.0: expected a finite number from 0.001"),
        ({"cache": 5}, "cache is 5: expected a folder or None"),
        ({"cache": ""}, "cache is '': expected a folder or None"),
        ({"progress": "abc"}, "progress is 'abc': expected True, False, None or a function"),
        ({"checksums": {}}, "checksums is {}: expected a dict"),
        ({"checksums": {1: 2}}, "checksums is {1: 2}: expected a dict"),
    ],
)
def test_an_argument_of_another_kind_is_refused(tmp_path, given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        mnist(**{"source": tmp_path, **given})


def test_what_a_progress_function_raises_is_not_taken_for_the_networks(server):
    def stop(*call):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        mnist(server.address, progress=stop)


def test_progress_as_a_bar_only_where_it_is_wanted_or_long(server, monkeypatch, capsys):
    mnist(server.address, progress=False)
    mnist(server.address)
    assert capsys.readouterr() == ("", "")
    mnist(server.address, progress=True)
    assert f"{IMAGES}.gz: 100%" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as if it were not installed
    assert is_right(mnist(server.address, progress=True))
    assert capsys.readouterr() == ("", "")


def test_a_file_larger_than_a_chunk_arrives_whole(server):
    images = RNG.integers(0, 256, (6, 300, 300), np.uint8)
    tests = RNG.integers(0, 256, (3, 300, 300), np.uint8)
    changed = {"train_images_idx3_ubyte": idx(images), "t10k_images_idx3_ubyte": idx(tests)}
    write(server.folder, **changed)
    X_train, _, X_test, _ = mnist(server.address)
    assert_array_equal(X_train, images.reshape(6, -1))
    assert_array_equal(X_test, tests.reshape(3, -1))
    packed = io.BytesIO((server.folder / f"{IMAGES}.gz").read_bytes())
    assert packed.getbuffer().nbytes > 2 * mnist_module.CHUNK_BYTES

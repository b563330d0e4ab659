"""Networks written to files, read back, copied, pickled, and made from a description."""

import copy
import io
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from damage import damaged
from numpy.testing import assert_array_equal

from nnlib import SGD, Dense, Network, check_gradients

RNG = np.random.default_rng(0)
X, CODES = RNG.normal(size=(30, 3)), np.tile([0, 1, 2], 10)
LABELS = {"integers": CODES, "strings": np.array(["á", "bee", "c"])[CODES], "from 5": CODES + 5}


def network(labels=CODES, dtype=np.float64):
    layers = [Dense(3, 4, "relu"), Dense(4, 3, "softmax")]
    return Network(layers, l2=0.01, rng=0, dtype=dtype).fit(X, labels, epochs=2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("labels", LABELS)
def test_a_saved_network_comes_back(labels, dtype, tmp_path):
    net = network(LABELS[labels], dtype)
    net.save(tmp_path / "net.npz")
    again = Network.load(tmp_path / "net.npz")
    assert repr(again) == repr(net) and again.l2 == net.l2
    assert again.dtype == net.dtype
    assert_array_equal(again.parameters, net.parameters)
    assert_array_equal(again.predict(X), net.predict(X))
    assert again.score(X, LABELS[labels]) == net.score(X, LABELS[labels])
    again.fit(X, LABELS[labels], epochs=1)
    assert not np.array_equal(again.predict_proba(X), net.predict_proba(X))


def test_one_hot_and_mse_networks_come_back(tmp_path):
    for name, net in {
        "rows": Network([Dense(3, 3, "softmax")], rng=0).fit(X, np.eye(3)[CODES], epochs=1),
        "numbers": Network([Dense(3, 2)], rng=0).fit(X, X[:, :2], epochs=1),
    }.items():
        net.save(str(tmp_path / name))  # the name stays as given
        assert_array_equal(Network.load(tmp_path / name).predict(X), net.predict(X))


def test_a_file_is_written_over_only_if_asked_to(tmp_path):
    path = tmp_path / "net.npz"
    network().save(path)
    before = path.read_bytes()
    other = Network([Dense(2, 1)], rng=0)
    said = r"^.*net\.npz exists: expected a new path, or overwrite=True$"
    with pytest.raises(FileExistsError, match=said):
        other.save(path)
    assert path.read_bytes() == before
    other.save(path, overwrite=True)
    assert Network.load(path).layers[0].n_in == 2
    assert os.listdir(tmp_path) == ["net.npz"]


def test_a_disk_that_is_full_costs_no_network(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    network().save(path)
    before = path.read_bytes()

    def fails_half_way(file, **_):
        file.write(b"half")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", fails_half_way)
        for name in ("net.npz", "new.npz"):
            with pytest.raises(OSError, match="No space"):
                network().save(tmp_path / name, overwrite=name == "net.npz")
    assert path.read_bytes() == before
    network().save(tmp_path / "new.npz")  # nothing is in the way


def test_a_saved_network_holds_no_pickle(tmp_path):
    network(LABELS["strings"].astype(object)).save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        kinds = {name: file[name].dtype.kind for name in file.files}
    assert kinds == {"layers": "U", "loss": "U", "l2": "f", "classes": "U", "parameters": "f"}


def archive(write=np.savez, **arrays):
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def one_array():
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


ABOUT = {"layers": [(3, 2, "tanh")], "loss": "mse", "l2": 0.0, "classes": []}
FOREIGN = {
    "an empty file": b"",
    "a text": b"name,score\nAda,1\n",
    "a pickle": pickle.dumps({"parameters": [1.0]}),
    "another archive": archive(x=np.ones(3)),
    "an archive of objects": archive(**ABOUT, parameters=np.array([None])),
    "a single array": one_array(),
    "the wrong number of parameters": archive(**ABOUT, parameters=np.ones(3)),
    "parameters that are whole numbers": archive(**ABOUT, parameters=np.ones(8, int)),
    "parameters of half precision": archive(**ABOUT, parameters=np.ones(8, np.float16)),
    "parameters that are complex": archive(**ABOUT, parameters=np.ones(8, complex)),
    "parameters that are no numbers": archive(**ABOUT, parameters=np.full(8, np.nan)),
    "no layers": archive(**ABOUT | {"layers": []}, parameters=np.ones(8)),
    "layers of two": archive(**ABOUT | {"layers": [[1, 2]]}, parameters=np.ones(8)),
    "an unknown loss": archive(**ABOUT | {"loss": "mae"}, parameters=np.ones(8)),
    "an archive cut short": archive(**ABOUT, parameters=np.ones(8))[:200],
}


class Trap:
    """Something whose pickle, when it is read, makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_nothing_in_a_file_is_run(tmp_path):
    trap, sprung = np.array([Trap(tmp_path / "sprung")]), tmp_path / "sprung"
    for name in ("layers", "loss", "classes", "parameters"):
        whole = ABOUT | {"parameters": np.ones(8), name: trap}
        (tmp_path / "net").write_bytes(archive(**whole))
        with pytest.raises(ValueError, match="no network in"):
            Network.load(tmp_path / "net")
    assert not sprung.exists()
    pickle.loads(pickle.dumps(trap))
    assert sprung.exists()  # the trap works


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_refused(kind, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(FOREIGN[kind])
    with pytest.raises(ValueError, match="no network in .*net.npz: expected a file that save"):
        Network.load(path)


def test_a_damaged_file_is_refused_or_what_was_saved(tmp_path):
    path, refused = tmp_path / "net.npz", 0
    for data in damaged(archive(np.savez_compressed, **ABOUT, parameters=np.ones(8)), 300):
        path.write_bytes(data)
        try:
            assert Network.load(path).parameters.tolist() == [1] * 8
        except ValueError as error:
            assert str(error).startswith("no network in")
            refused += 1
    assert refused > 200


def test_the_archive_that_the_foreign_ones_resemble_is_accepted(tmp_path):
    (tmp_path / "net").write_bytes(archive(**ABOUT, parameters=np.ones(8)))
    assert Network.load(tmp_path / "net").layers[0].W.tolist() == [[1, 1]] * 3


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.npz"):
        Network.load(tmp_path / "nothing.npz")


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_whole_and_learns_by_itself(way):
    net = network()
    before = net.parameters.copy()
    twin = COPIES[way](net)
    assert_array_equal(twin.predict(X), net.predict(X))
    assert twin.history.loss == net.history.loss
    assert check_gradients(twin, X, CODES) < 1e-6
    twin.fit(X, CODES, epochs=1, optimizer=SGD(1.0))
    for layer, other in zip(twin.layers, net.layers, strict=True):
        assert not np.array_equal(layer.W, other.W)  # the layers see what training changes
    assert_array_equal(net.parameters, before)
    assert_array_equal(net.layers[0].W.ravel(), before[:12])


def test_a_pickle_holds_parameters_and_no_data():
    net = network()
    before = len(pickle.dumps(net))
    net.predict(np.tile(X, (100, 1)))
    assert len(pickle.dumps(net)) == before < 3000


def test_a_copy_goes_on_like_the_original():
    net = network()
    twin = copy.deepcopy(net)
    assert_array_equal(
        net.fit(X, CODES, epochs=2).parameters, twin.fit(X, CODES, epochs=2).parameters
    )


def test_layers_given_to_two_networks_are_two():
    hidden, last = Dense(3, 3, "tanh"), Dense(3, 3, "softmax")
    one, other = (Network([hidden, hidden, last], rng=seed) for seed in (0, 1))
    assert not np.array_equal(one.layers[0].W, one.layers[1].W)
    before = other.parameters.copy()
    one.fit(X, CODES, epochs=1)
    assert_array_equal(other.parameters, before)


CONFIG = [
    {"input_dim": 2, "output_dim": 25, "activation": "relu"},
    {"input_dim": 25, "output_dim": 1, "activation": "sigmoid"},
]


def test_a_network_from_a_description():
    net = Network.from_config(CONFIG, loss="binary_cross_entropy", rng=0)
    same = Network([Dense(2, 25, "relu"), Dense(25, 1, "sigmoid")], rng=0)
    assert repr(net) == repr(same)
    assert_array_equal(net.parameters, same.parameters)
    normal = Network.from_config([{"input_dim": 2, "output_dim": 3, "init": "normal"}], rng=0)
    assert repr(normal.layers[0]) == "Dense(2, 3, 'identity')"


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"input_dim": 2, "activation": "relu"}, "output_dim"),
        ({"input_dim": 2, "output_dim": 3, "units": 4}, "units"),
        ({"n_in": 2, "n_out": 3}, "n_in"),
    ],
)
def test_a_description_with_other_names_is_refused(layer, message):
    with pytest.raises(TypeError, match=message):
        Network.from_config([layer])


def test_starting_values_have_the_spread_of_their_name():
    def spread(activation="identity", init=None):
        layer = Network([Dense(300, 200, activation, init)], rng=0).layers[0]
        assert abs(layer.W.mean()) < 0.01 and (layer.b == 0).all()
        return layer.W.std()

    glorot, he = (2 / 500) ** 0.5, (2 / 300) ** 0.5
    for activation, init, expected in [
        ("tanh", None, glorot), ("relu", None, he), ("relu", "glorot", glorot),
        ("identity", "he", he), ("sigmoid", "normal", 0.1),
    ]:  # fmt: skip
        assert abs(spread(activation, init) / expected - 1) < 0.02


def test_starting_values_from_given_arrays_are_copied():
    W, b = np.arange(6.0).reshape(3, 2), [1, 2]
    net = Network([Dense(3, 2, init=(W, b))])
    assert_array_equal(net.layers[0].W, W)
    assert_array_equal(net.forward(np.ones((1, 3))), [[7.0, 11.0]])
    net.fit(X, X[:, :2], epochs=1)
    assert_array_equal(W, np.arange(6.0).reshape(3, 2))

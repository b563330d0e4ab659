"""What a stranger may give by mistake, and the one sentence that answers: given, and expected."""

import re

import numpy as np
import pytest

from nnlib import SGD, Adam, Dense, Network, check_gradients, cosine, numerical_gradient, step
from nnlib.metrics import accuracy, confusion_matrix, r2_score

RNG = np.random.default_rng(0)
X, Y, LABELS = RNG.normal(size=(6, 4)), RNG.normal(size=(6, 1)), np.array([0, 1, 2, 2, 1, 0])
NAN, INF, TEXT = X.copy(), X.copy(), np.array(list("abcdefgh")).reshape(2, 4)
NAN[2, 1], INF[0, 3] = np.nan, -np.inf


def classifier(**options):
    return Network([Dense(4, 5, "tanh"), Dense(5, 3, "softmax")], rng=0, **options)


def regressor():
    return Network([Dense(4, 5, "tanh"), Dense(5, 1)], rng=0)


def binary(outputs=1):
    return Network([Dense(4, outputs, "sigmoid")], rng=0)


def fit(y=LABELS, net=classifier, data=X, **options):
    return net().fit(data, y, epochs=1, **options)


def layer(n_in=2, n_out=3, **options):
    return Dense(n_in, n_out, **options)


def starts(init):
    return Network([layer(init=init)])


def backward(y):
    net = classifier()
    net.forward(X)
    net.backward(y)


INPUTS = [
    (X[:, :3], "X has shape (6, 3): expected (m, 4)"),
    (X[0], "X has shape (4,): expected (m, 4)"),
    (X[0, :3], "X has shape (3,): expected (m, 4)"),
    (X[None], "X has shape (1, 6, 4): expected (m, 4)"),
    (3.0, "X has shape (): expected (m, 4)"),
    (None, "X has shape (): expected (m, 4)"),
    ({"a": X}, "X has shape (): expected (m, 4)"),
    ((row for row in X), "X has shape (): expected (m, 4)"),
    ([], "X has shape (0,): expected (m, 4)"),
    (X[:0], "X has shape (0, 4): expected at least one entry"),
    (NAN, "X holds nan: expected finite float64 numbers"),
    (INF, "X holds -inf: expected finite float64 numbers"),
    (TEXT, "X holds <U1 entries: expected numbers"),
    ([["1", "2", "3", "4"]], "X holds <U1 entries: expected numbers"),
    ([[1, None, 2, 3]], "X holds object entries: expected numbers"),
    (X * 1j, "X holds complex128 entries: expected numbers"),
    (X.astype("M8[D]"), "X holds datetime64[D] entries: expected numbers"),
    ([[1, 2, 3, 4], [1, 2]], "X has rows of several lengths: expected equal ones"),
]


@pytest.mark.parametrize(("data", "message"), INPUTS, ids=[m for _, m in INPUTS])
@pytest.mark.parametrize("use", ["fit", "predict", "predict_proba", "score", "compute_loss"])
def test_wrong_inputs_are_named_wherever_they_come_in(use, data, message):
    net = classifier()
    if use in ("predict", "predict_proba"):
        says(message, getattr(net, use), data)
    else:
        says(message, getattr(net, use), data, LABELS)


ACTIVATIONS = "identity, relu, sigmoid, softmax, tanh"


def at_least_1(name, given):
    return f"{name} is {given!r}: expected a whole number of at least 1"


def one_of(kind, given, known):
    return f"{kind} is {given!r}: expected one of {known}"


def says(message, call, *args, kind=ValueError, **options):
    """Assert that the call raises just this sentence."""
    with pytest.raises(kind) as raised:
        call(*args, **options)
    assert str(raised.value) == message
    assert re.search("expect", message) and "\n" not in message


CASES = [
    # targets
    (lambda: fit(LABELS[:5]), "y has shape (5,): expected (6,)"),
    (lambda: fit(None), "y has shape (): expected (6,) or (6, 3)"),
    (lambda: fit(1), "y has shape (): expected (6,) or (6, 3)"),
    (lambda: fit([]), "y has shape (0,): expected at least one entry"),
    (lambda: fit([[0], [1, 2]] * 3), "y has rows of several lengths: expected equal ones"),
    (lambda: fit(LABELS[:, None]), "y has shape (6, 1): expected (6,) or (6, 3)"),
    (lambda: fit(np.eye(4)[LABELS]), "y has shape (6, 4): expected (6,) or (6, 3)"),
    (lambda: fit(np.arange(6)), "[3, 4, 5] in y: expected 3 labels, as in [0, 1, 2]"),
    (
        lambda: fit(["a", "b"] * 3),
        "['a', 'b'] in y: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: fit([0, 1, 2, np.nan, 1, 0]),
        "[nan] in y: expected 3 labels, as in [0.0, 1.0, 2.0]",
    ),
    (
        lambda: fit(["a", "b", "c", None, "a", "b"]),
        "[None] in y: expected 3 labels, as in ['a', 'b', 'c']",
    ),
    (lambda: fit([1j, 2, 3] * 2), "[(3+0j), 1j] in y: expected 3 labels, as in [0, 1, 2]"),
    (lambda: fit([0.5, 1.5, 2.5] * 2), "[0.5, 1.5, 2.5] in y: expected 3 labels, as in [0, 1, 2]"),
    (
        lambda: fit([np.nan, 1, 2] * 2),  # as many as the classes
        "[nan, nan] in y: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: fit(np.array([0, 1, 2] * 2, dtype="M8[D]")),
        "[datetime.date(1970, 1, 1), datetime.date(1970, 1, 2), datetime.date(1970, 1, 3)] in y: "
        "expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: fit().score(X, LABELS + 1),
        "[3] in y: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: fit(list("abcabc")).compute_loss(X, list("abcabd")),
        "['d'] in y: expected 3 labels, as in ['a', 'b', 'c']",
    ),
    (
        lambda: fit(validation_data=(X, LABELS + 5)),
        "[5, 6, 7] in validation y: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: fit(np.ones((6, 3))),
        "y holds no classes: expected labels (m,) or probabilities",
    ),
    (
        lambda: fit(2 * np.eye(3)[LABELS] - np.eye(3)[LABELS - 1]),
        "y holds no classes: expected labels (m,) or probabilities",
    ),
    (
        lambda: fit(np.full((6, 1), 2), binary),
        "y holds no classes: expected labels (m,) or probabilities",
    ),
    (
        lambda: fit(LABELS, binary),
        "[2] in y: expected 2 labels, as in [0, 1]",
    ),
    (
        lambda: fit(Y[:, 0], regressor),
        "y has shape (6,): expected (6, 1)",
    ),
    (lambda: fit(X[:, :2], regressor), "y has shape (6, 2): expected (6, 1)"),
    (lambda: fit([["a"]] * 6, regressor), "y holds <U1 entries: expected numbers"),
    (
        lambda: fit([[1.0], [np.inf], [2.0]] * 2, regressor),
        "y holds inf: expected finite float64 numbers",
    ),
    (
        lambda: Network([Dense(4, 3)], dtype=np.float32).predict(np.full((2, 4), 1e300)),
        "X holds 1e+300: expected finite float32 numbers",
    ),
    (
        lambda: fit(validation_data=(X[:, :2], LABELS)),
        "validation X has shape (6, 2): expected (m, 4)",
    ),
    (
        lambda: backward(LABELS[:3]),
        "y has shape (3,): expected (6, 3)",
    ),
    (lambda: backward(np.eye(3)), "y has shape (3, 3): expected (6, 3)"),
    # how to train
    (lambda: classifier().fit(X, LABELS, epochs=0), at_least_1("epochs", 0)),
    (lambda: classifier().fit(X, LABELS, epochs=2.0), at_least_1("epochs", 2.0)),
    (lambda: classifier().fit(X, LABELS, epochs=True), at_least_1("epochs", True)),
    (lambda: classifier().fit(X, LABELS, epochs="5"), at_least_1("epochs", "5")),
    (lambda: fit(batch_size=0), at_least_1("batch_size", 0)),
    (lambda: fit(batch_size=-8), at_least_1("batch_size", -8)),
    (lambda: fit(batch_size=None), at_least_1("batch_size", None)),
    (
        lambda: fit(early_stopping=0, validation_data=(X, LABELS)),
        at_least_1("early_stopping", 0),
    ),
    (
        lambda: fit(early_stopping=True, validation_data=(X, LABELS)),
        at_least_1("early_stopping", True),
    ),
    (
        lambda: fit(early_stopping=3),
        "early_stopping has no validation_data: expected both",
    ),
    (lambda: fit(optimizer="sgd"), "optimizer is 'sgd': expected one like SGD(0.1)"),
    (lambda: fit(optimizer=[]), "optimizer is []: expected one like SGD(0.1)"),
    (lambda: fit(optimizer=0.1), "optimizer is 0.1: expected one like SGD(0.1)"),
    (
        lambda: fit(optimizer=SGD),
        "optimizer is <class 'nnlib.optimizers.SGD'>: expected one like SGD(0.1)",
    ),
    (lambda: SGD(-1), "learning_rate is -1: expected a finite number of at least 0"),
    (lambda: SGD(True), "learning_rate is True: expected a finite number of at least 0"),
    (lambda: SGD("0.1"), "learning_rate is '0.1': expected a finite number of at least 0"),
    (lambda: SGD([0.1]), "learning_rate is [0.1]: expected a finite number of at least 0"),
    (lambda: Adam(None), "learning_rate is None: expected a finite number of at least 0"),
    (lambda: Adam(float("nan")), "learning_rate is nan: expected a finite number of at least 0"),
    (lambda: SGD(float("inf")), "learning_rate is inf: expected a finite number of at least 0"),
    (lambda: SGD(lambda *_: -0.1), "learning_rate is -0.1: expected a finite number of at least 0"),
    (lambda: SGD(0.1, 1), "momentum is 1: expected a finite number from 0 to below 1"),
    (lambda: SGD(0.1, -0.1), "momentum is -0.1: expected a finite number from 0 to below 1"),
    (lambda: Adam(beta1=1.0), "beta1 is 1.0: expected a finite number from 0 to below 1"),
    (lambda: Adam(beta2=-1), "beta2 is -1: expected a finite number from 0 to below 1"),
    (lambda: Adam(epsilon=-1), "epsilon is -1: expected a finite number of at least 0"),
    (lambda: step(0.1, every=0), at_least_1("every", 0)),
    (lambda: step("0.1"), "rate is '0.1': expected a finite number of at least 0"),
    (lambda: step(-0.1), "rate is -0.1: expected a finite number of at least 0"),
    (lambda: cosine("0.1"), "rate is '0.1': expected a finite number of at least 0"),
    (lambda: cosine(0.1, None), "final is None: expected a finite number of at least 0"),
    (lambda: step(0.1, -1), "factor is -1: expected a finite number of at least 0"),
    (lambda: Network(layer()), f"layers are {layer()}: expected a list of one Dense or more"),
    (lambda: Network(5), "layers are 5: expected a list of one Dense or more"),
    (lambda: Network([Dense(4, 1, "softmax")]), "softmax has 1 output: expected 2 or more"),
    (
        lambda: fit(validation_data=(X, LABELS[:3])),
        "validation y has shape (3,): expected (6,)",
    ),
    (
        lambda: check_gradients(classifier(), X, LABELS, eps=0),
        "eps is 0: expected a finite number of at least 1e-15",
    ),
    (lambda: numerical_gradient(np.sum, NAN), "x holds nan: expected finite float64 numbers"),
    (lambda: numerical_gradient(np.sum, None), "x holds object entries: expected numbers"),
    (
        lambda: numerical_gradient(np.sum, [[1], [1, 2]]),
        "x has rows of several lengths: expected equal ones",
    ),
    (
        lambda: numerical_gradient(np.sum, X, eps=None),
        "eps is None: expected a finite number of at least 1e-15",
    ),
    # layers and networks
    (lambda: layer(0), at_least_1("input_dim", 0)),
    (lambda: layer(2, -3), at_least_1("output_dim", -3)),
    (lambda: layer(2.0), at_least_1("input_dim", 2.0)),
    (lambda: layer(2, True), at_least_1("output_dim", True)),
    (lambda: layer(2, "3"), at_least_1("output_dim", "3")),
    (lambda: layer(activation="gelu"), one_of("activation", "gelu", ACTIVATIONS)),
    (lambda: layer(activation=None), one_of("activation", None, ACTIVATIONS)),
    (lambda: layer(activation=["relu"]), one_of("activation", ["relu"], ACTIVATIONS)),
    (lambda: starts(init="xavier"), one_of("init", "xavier", "glorot, he, normal")),
    (lambda: starts(init=0.1), one_of("init", 0.1, "glorot, he, normal")),
    (lambda: starts(init=[]), one_of("init", [], "glorot, he, normal")),
    (lambda: starts(init=(1, 2, 3)), one_of("init", (1, 2, 3), "glorot, he, normal")),
    (lambda: starts(init=(np.ones((3, 2)), np.ones(3))), "W has shape (3, 2): expected (2, 3)"),
    (lambda: starts(init=(np.ones((2, 3)), np.ones((1, 3)))), "b has shape (1, 3): expected (3,)"),
    (
        lambda: starts(init=(np.full((2, 3), np.nan), np.ones(3))),
        "W holds nan: expected finite float64 numbers",
    ),
    (lambda: Network([]), "layers are []: expected a list of one Dense or more"),
    (
        lambda: Network([2, 1]),
        "layers are [2, 1]: expected a list of one Dense or more",
    ),
    (
        lambda: Network([Dense(2, 3, "relu"), Dense(4, 1)]),
        "Dense(4, 1, 'identity') follows Dense(2, 3, 'relu'): expected n_in 3",
    ),
    (
        lambda: Network([layer()], loss="mae"),
        one_of("loss after identity", "mae", "mse"),
    ),
    (
        lambda: Network([layer(activation="sigmoid")], loss="cross_entropy"),
        one_of("loss after sigmoid", "cross_entropy", "binary_cross_entropy, mse"),
    ),
    (
        lambda: Network([layer(activation="softmax")], loss="binary_cross_entropy"),
        one_of("loss after softmax", "binary_cross_entropy", "cross_entropy, mse"),
    ),
    (
        lambda: Network([layer()], loss="cross_entropy"),
        one_of("loss after identity", "cross_entropy", "mse"),
    ),
    (
        lambda: Network([layer()], dtype="float16"),
        "dtype is float16: expected float32 or float64",
    ),
    (lambda: Network([layer()], dtype="i4"), "dtype is i4: expected float32 or float64"),
    (lambda: Network([layer()], dtype="half"), "dtype is half: expected float32 or float64"),
    (lambda: Network([layer()], dtype="duble"), "dtype is duble: expected float32 or float64"),
    (lambda: Network([layer()], l2=-1), "l2 is -1: expected a finite number of at least 0"),
    (lambda: Network([layer()], l2="0.1"), "l2 is '0.1': expected a finite number of at least 0"),
    # metrics
    (
        lambda: r2_score(np.ones((12, 1)), np.ones(12)),
        "y_hat has shape (12,): expected (12, 1)",
    ),
    (lambda: r2_score(np.ones(12), np.ones((12, 12))), "y_hat has shape (12, 12): expected (12,)"),
    (lambda: r2_score(3, 3), "y_hat has shape (): expected (1,)"),
    (lambda: r2_score([], []), "y has shape (0,): expected at least one entry"),
    (lambda: r2_score(["a"], ["a"]), "y holds <U1 entries: expected numbers"),
    (lambda: r2_score([1.0], [np.nan]), "y_hat holds nan: expected finite float64 numbers"),
    (lambda: accuracy([1, 2], [1]), "predicted has shape (1,): expected (2,)"),
    (lambda: accuracy([1, 2], [[1], [2]]), "predicted has shape (2, 1): expected (2,)"),
    (lambda: accuracy([], []), "labels has shape (0,): expected at least one entry"),
    (lambda: r2_score([1, 2], [[1], [2]]), "y_hat has shape (2, 1): expected (2,)"),
    (
        lambda: confusion_matrix([0, 1], [0, 3], 3),
        "[3] in predicted: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: confusion_matrix([0, -1], [0, 1], 3),
        "[-1] in labels: expected 3 labels, as in [0, 1, 2]",
    ),
    (
        lambda: confusion_matrix([0.5, 1], [0, 1], 3),
        "[0.5] in labels: expected 3 labels, as in [0, 1, 2]",
    ),
    (lambda: confusion_matrix(1, [0], 3), "labels has shape (): expected (m,)"),
    (lambda: confusion_matrix([0, 1], [0], 3), "predicted has shape (1,): expected (2,)"),
    (lambda: confusion_matrix([0, 1], [0, 1], "2"), at_least_1("num_classes", "2")),
]


@pytest.mark.parametrize(("call", "message"), CASES, ids=[message for _, message in CASES])
def test_a_mistake_is_answered_in_one_sentence(call, message):
    says(message, call)


def test_arrays_in_the_wrong_place_do_not_fill_the_screen():
    with pytest.raises(ValueError, match=r"epochs is array.*…: expected a") as raised:
        classifier().fit(X, LABELS, np.ones((300, 4)), LABELS)
    assert len(str(raised.value)) < 150 and "\n" not in str(raised.value)


@pytest.mark.parametrize("pair", [X, X[:2], 5, (X,), (X, LABELS, LABELS)])
def test_validation_data_that_are_no_pair_are_refused_before_training(pair):
    net = classifier()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=r"^validation_data is no pair: expected \(X, y\)$"):
        net.fit(X, LABELS, validation_data=pair)
    assert np.array_equal(net.parameters, before)


@pytest.mark.parametrize("labels", [np.arange(1000), np.arange(1000).astype(str)])
def test_a_message_does_not_list_all_wrong_labels(labels):
    net = fit()
    with pytest.raises(ValueError, match="expected 3 labels, as in") as raised:
        net.score(np.ones((1000, 4)), labels)
    assert len(str(raised.value)) < 100


def test_what_is_unusual_and_right_is_accepted():
    net = Network([Dense(np.int64(4), np.int32(3), "softmax")], loss="mse", l2=np.float32(0.5))
    net = net.fit(X.tolist(), np.eye(3)[LABELS].tolist(), epochs=np.int64(2), batch_size=np.int8(4))
    assert len(net.history.loss) == 2
    net = classifier()
    net.fit(
        X, LABELS.tolist(), epochs=2, validation_data=[X.tolist(), LABELS.tolist()],
        early_stopping=np.int64(1), optimizer=Adam(np.float32(0.01))
    )  # fmt: skip
    assert len(net.history.validation_loss) == 2
    assert Network(tuple(net.layers)).layers[0].n_in == 4
    assert fit(np.array(list("abcabc"), dtype=object)).predict(X).dtype.kind == "U"


def test_integer_inputs_larger_than_float32_holds_are_refused_before_training():
    net = Network([Dense(1, 1)], rng=0, dtype=np.float32)
    before = net.parameters.copy()
    with pytest.raises(ValueError, match="y holds 1e[+]39: expected finite float32 numbers"):
        net.fit([[1.0]], [[1e39]], epochs=1)
    assert np.array_equal(net.parameters, before)


def test_the_largest_number_of_a_float32_is_not_too_large():
    largest = float(np.finfo(np.float32).max)
    halves = Network([Dense(1, 1, init=([[0.5]], [0.0]))], dtype=np.float32)
    assert halves.predict([[largest]]) == np.float32(largest) / 2


def test_given_parameters_that_float32_cannot_hold_are_refused():
    layers = [Dense(1, 1, init=([[1e39]], [0]))]
    with pytest.raises(ValueError, match=r"init holds 1e\+39: expected finite float32 numbers"):
        Network(layers, dtype=np.float32)
    assert Network(layers).parameters[0] == 1e39

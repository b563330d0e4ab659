"""No name that is untrue: wrong functions that were once told a mistake which is not theirs."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from nnlib.activations import relu, sigmoid
from nnlib.exercises import diagnose, outcomes, unknown

ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid}


def forward(X, layers, item, output=lambda a: a):
    a, caches = X, []
    for layer in layers:
        before, z = a, a @ layer["W"] + layer["b"]
        a = ACTIVATIONS[layer["activation"]](z)
        caches.append(item(before, z, a, layers, caches))
    return output(a), caches


def backward(y, caches, layers, slope_factor=1.0):
    grads, delta = [], (caches[-1][2] - y) / len(y)
    for i in reversed(range(len(layers))):
        grads.insert(0, {"W": caches[i][0].T @ delta, "b": delta.sum(axis=0)})
        if i:
            _, z, a = caches[i - 1]
            slope = (z > 0) if layers[i - 1]["activation"] == "relu" else a * (1 - a)
            delta = delta @ layers[i]["W"].T * slope * slope_factor
    return grads


def cross_entropy(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# --- what cannot be compared is not called random -------------------------------------------


@pytest.mark.parametrize(
    "item",
    [
        lambda before, z, a, layers, caches: (layers, z, a),
        lambda before, z, a, layers, caches: (caches, z, a),
        lambda before, z, a, layers, caches: (before, z, {"a": [[[[layers]]]]}),
        lambda before, z, a, layers, caches: (before, z, {1: a}.values()),
        lambda before, z, a, layers, caches: (before, z, object()),
    ],
)
def test_a_result_that_holds_deep_or_odd_things_is_not_called_random(item):
    found = diagnose(lambda X, layers: forward(X, layers, item), "forward_layers")
    assert found.mistake is None
    assert "`result[1][0][" in found.message and "random" not in found.message


def test_an_error_that_names_an_address_is_not_called_random():
    def failing(z):
        raise TypeError(f"cannot use {object()!r}")

    assert diagnose(failing, "relu").mistake != "not-repeatable"


def test_random_numbers_deep_in_a_result_are_noticed():
    noise = np.random.default_rng(0)

    def item(before, z, a, layers, caches):
        return before, z, a + noise.normal(size=a.shape)

    found = diagnose(lambda X, layers: forward(X, layers, item), "forward_layers")
    assert found.mistake == "not-repeatable"


def test_what_is_equal_as_deep_as_one_looks_is_equal():
    ring = []
    ring.append(ring)
    assert outcomes.same(ring, ring) and outcomes.same([[[[[[[1.0]]]]]]], [[[[[[[1.0]]]]]]])
    assert not outcomes.same([[[[[[[1.0]]]]]]], [[[[[[[2.0]]]]]]])


# --- factors: of which part, and in which calls ---------------------------------------------


def test_a_factor_of_one_part_is_told_of_that_part():
    def output_halved(X, layers):
        return forward(X, layers, lambda *item: item[:3], lambda a: a / 2)

    found = diagnose(output_halved, "forward_layers")
    told = "Result 2 is right; in result 1, every number is 2 times too small."
    assert (found.mistake, found.message) == ("factor", told)


def test_a_factor_of_one_entry_of_all_caches_is_told_of_that_entry():
    def a_halved(X, layers):
        return forward(X, layers, lambda before, z, a, *_: (before, z, a / 2))

    found = diagnose(a_halved, "forward_layers")
    assert found.message.endswith(
        "in part 3 of each item of result 2, every number is 2 times too small."
    )


def test_a_factor_of_the_biases_of_all_layers_is_told_of_the_biases():
    def biases_tripled(y, caches, layers):
        return [{"W": g["W"], "b": 3 * g["b"]} for g in backward(y, caches, layers)]

    found = diagnose(biases_tripled, "backward_layers")
    assert found.message == "`W` is right; in `b`, every number is 3 times too large."


def test_factors_that_grow_from_layer_to_layer_are_not_said_to_differ_between_calls():
    found = diagnose(lambda y, c, layers: backward(y, c, layers, 0.5), "backward_layers")
    assert found.mistake == "factor"
    assert found.message == "The numbers are right up to a factor of its own in each array."


def test_a_factor_does_not_undo_the_factor_of_a_mistake():
    def one_up_one_down(y, caches, layers):
        m = len(y)
        return [{"W": g["W"] / m, "b": g["b"] * m} for g in backward(y, caches, layers)]

    found = diagnose(one_up_one_down, "backward_layers")
    assert "m²" not in found.message
    assert "`W` is right; in `b`, every number is m times too large" in found.message


@pytest.mark.parametrize(
    "f, name",
    [
        (lambda X, W, b: X @ W / 2 + b, "product-scaled"),
        (lambda X, W, b: 3 * (X @ W) + b, "product-scaled"),
        (lambda X, W, b: X @ (W * len(X)) + b, "product-scaled"),
        (lambda X, W, b: X @ W + b / 2, "bias-scaled"),
        (lambda X, W, b: X @ W - 3 * b, "bias-scaled"),
        (lambda X, W, b: X @ W + b + b, "bias-twice"),
        (lambda X, W, b: (X @ W + b) / 2, "factor"),
    ],
)
def test_a_factor_of_one_term_is_told_of_that_term(f, name):
    assert diagnose(f, "dense_forward").mistake == name


def test_a_weighted_sum_of_the_wrong_sign_is_not_a_mirrored_sigmoid():
    def negated(X, p, hidden=1, output=1):
        a1 = sigmoid(hidden * (X @ p["W1"]) + p["b1"])
        return sigmoid(output * (a1 @ p["W2"]) + p["b2"])

    for signs in ({"hidden": -1}, {"output": -1}):
        found = diagnose(lambda X, params, s=signs: negated(X, params, **s), "two_layer_forward")
        assert found.mistake == f"{next(iter(signs))}-product-negated"


@pytest.mark.parametrize("factor", [0.5, 3, 0.01])
def test_a_step_of_another_size_is_called_that(factor):
    def step(params, grads, lr):
        return {name: params[name] - factor * lr * grads[name] for name in params}

    assert diagnose(step, "sgd_step").mistake == "step-of-another-size"


def test_a_step_from_minus_the_parameter_does_not_go_uphill():
    def step(params, grads, lr):
        return {name: -params[name] - lr * grads[name] for name in params}

    assert diagnose(step, "sgd_step").mistake == "parameter-negated"


# --- one and the same number ----------------------------------------------------------------


def test_a_rounded_loss_is_not_said_to_be_the_same_whatever_the_input():
    found = diagnose(lambda y, p: float(np.round(cross_entropy(y, p))), "binary_cross_entropy")
    assert found.mistake == "constant" and "whatever" not in found.message
    assert "rounded or cut to whole numbers" in found.message


def test_a_number_that_is_the_same_in_ordinary_calls_only_is_told_so():
    def with_sign(z):
        e = np.sign(-np.abs(z))
        return e / (1 + e) ** 2

    found = diagnose(with_sign, "sigmoid_prime")
    assert found.message == "Every number is -inf in all ordinary calls."


def test_an_accuracy_of_one_is_not_said_to_depend_on_the_predictions():
    def compared_with_itself(labels, p):
        predicted = np.argmax(p, axis=1)
        return np.mean(predicted == predicted)

    def one_is_enough(labels, p):
        return float(np.any(np.argmax(p, axis=1) == np.ravel(labels)))

    assert diagnose(compared_with_itself, "accuracy").mistake == "always-one"
    assert diagnose(one_is_enough, "accuracy").mistake == "any"


def test_a_no_for_one_shape_is_not_called_a_no_to_everything():
    def shapes_turned_round(g, g_num):
        if g.shape == g_num.shape:
            return False
        return bool(np.linalg.norm(g) > 0)

    found = diagnose(shapes_turned_round, "gradients_match")
    assert found.mistake == "always-false"
    assert found.message.startswith("Your function says False wherever the shapes agree")


# --- what an observer sees ------------------------------------------------------------------


def test_an_empty_training_set_is_not_called_another_order():
    def n_test_as_a_share(X, y, n_test, rng):
        order = rng.permutation(len(X))
        n = int(len(X) * n_test)
        return X[order[n:]], X[order[:n]], y[order[n:]], y[order[:n]]

    assert diagnose(n_test_as_a_share, "train_test_split").mistake == "an-empty-part"


def test_parts_of_different_lengths_are_not_said_to_be_cut():
    def whole_X_as_test_set(X, y, n_test, rng):
        order = rng.permutation(len(X))
        test, train = order[:n_test], order[n_test:]
        return X[train], X, y[train], y[test]

    found = diagnose(whole_X_as_test_set, "train_test_split")
    assert found.mistake == "split-at-different-places" and "as when" in found.message


def test_as_many_losses_as_a_batch_has_examples_are_not_one_too_many():
    def losses_by_batch_size(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
        history = np.zeros(batch_size)
        for epoch in range(epochs):
            order = rng.permutation(len(X))
            for i in range(0, len(X), batch_size):
                rows = order[i : i + batch_size]
                loss, grads = loss_and_grads(params, X[rows], y[rows])
                for name in params:
                    params[name] -= lr * grads[name]
                history[epoch % batch_size] += loss * len(rows) / len(X)
        return history

    assert diagnose(losses_by_batch_size, "train").mistake != "a-loss-too-many"


def test_an_observers_words_name_the_only_mistake_that_has_them():
    def a_third_of_glorot(sizes, rng):
        params = {}
        for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
            limit = np.sqrt(6 / (n_in + n_out)) / 3
            params[f"W{i}"] = rng.uniform(-limit, limit, (n_in, n_out))
            params[f"b{i}"] = np.zeros(n_out)
        return params

    found = diagnose(a_third_of_glorot, "init_params")
    assert found.mistake == "scaled-and-too-small"
    assert "too small for the number of inputs" in found.message


# --- errors ---------------------------------------------------------------------------------


def test_two_errors_of_a_kind_are_one_only_if_they_say_the_same():
    def failure(f):
        try:
            f()
        except Exception as error:
            return outcomes.fingerprint(error)

    assert failure(lambda: sum(0.0, [])) != failure(lambda: len(0.0))
    assert failure(lambda: len(0.0)) == failure(lambda: len(2))  # the type alone is another
    assert failure(lambda: np.array()) != failure(lambda: np.max(0, np.ones(3)))


def test_parts_of_different_shapes_are_not_called_an_array_for_one_number():
    found = diagnose(
        lambda X, layers: np.mean(forward(X, layers, lambda *i: i[:3])), "forward_layers"
    )
    assert found.mistake == "uneven-parts" and "different shapes" in found.message


def test_an_object_that_answers_everything_is_no_limit():
    class Anything:
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return True

    assert diagnose(lambda x: Anything(), "double").status == "wrong"


# --- in the learner's kernel ----------------------------------------------------------------


def test_a_diagnosis_shows_no_warning_of_its_own():
    def no_gradient(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
        losses = []
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for i in range(0, len(X), batch_size):
                loss, _ = loss_and_grads(params, X[order[i : i + batch_size]] * 0, y[order[:1]] * 0)
                params["W1"] += 0.0 / np.float64(0)
            losses.append(loss)
        return losses

    def equal_weights(sizes, rng):
        return {
            f"{letter}{i}": np.ones((sizes[i - 1], sizes[i]) if letter == "W" else sizes[i])
            for i in range(1, len(sizes))
            for letter in "Wb"
        }

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert diagnose(no_gradient, "train").status in ("wrong", "raised")
        assert diagnose(equal_weights, "init_params").status == "wrong"
        assert diagnose(lambda y, p: np.inf, "cross_entropy").status == "wrong"
    assert [str(w.message) for w in seen] == []


def test_a_check_does_not_load_masked_arrays():
    code = (
        "import sys, numpy as np; from nnlib.exercises import diagnose\n"
        "diagnose(lambda g, g_num: bool(np.any(np.isclose(g, g_num))), 'gradients_match')\n"
        "diagnose(lambda delta: delta.sum(axis=0) ** 3, 'bias_gradient')\n"
        "print('numpy.ma' in sys.modules)"
    )
    run = [sys.executable, "-W", "error", "-c", code]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_place_of_a_difference_is_told_as_it_is_written_in_python():
    place, expected, got = unknown._first_difference((1, [2, (3, 4)]), (1, [2, (3, 5)]))
    assert (place, expected, got) == ("[1][1][1]", 4, 5)


# --- found by reading what random mutants were told -----------------------------------------


def two_gradients_of(rule):
    def f(g, g_num):
        return bool(g.shape == g_num.shape and rule(g, g_num))

    return f


@pytest.mark.parametrize(
    "exercise, f, name, said",
    [
        ("bias_gradient", lambda delta: "mo->o", None, "yours is text"),
        ("softmax", lambda z: len(z) - 1, None, "yours is a plain number"),
        ("mse", lambda y, y_hat: y_hat - y, "errors-returned", "errors themselves"),
        ("dense_forward", lambda X, W, b: (X @ W).T + b, "product-transposed", "on its side"),
        (
            "binary_cross_entropy",
            lambda y, p: cross_entropy(y[:1], p[:1]) / len(y),
            "first-example-only-but-divided",
            "divided by m",
        ),
        (
            "one_hot",
            lambda labels, num_classes: np.zeros((len(labels), num_classes))[0, num_classes],
            "one-column-too-far",
            "as when 1 is added",
        ),
    ],
)
def test_a_mutant_is_told_what_is_true_of_it(exercise, f, name, said):
    found = diagnose(f, exercise)
    assert found.mistake == name and said in found.message, found


def test_a_step_that_gives_back_something_else_is_not_said_to_hold_an_observers_words():
    def name_given_back(params, grads, lr):
        for name in params:
            params[name] -= lr * grads[name]
        return name

    found = diagnose(name_given_back, "sgd_step")
    assert found.mistake is None and found.message.endswith("It should be a dict; yours is text.")


def test_an_answer_for_special_inputs_is_not_told_of_ordinary_calls():
    def array_for_other_shapes(g, g_num):
        if g.shape != g_num.shape:
            return g
        size = np.linalg.norm(g) + np.linalg.norm(g_num)
        return bool(size == 0 or np.linalg.norm(g - g_num) / size < 1e-6)

    found = diagnose(array_for_other_shapes, "gradients_match")
    assert found.mistake == "special-inputs" and "all ordinary calls" not in found.message


def test_a_promise_that_does_not_hold_is_not_said_to_have_come():
    def infinite_at_one(y, p):
        q = np.clip(p, 1e-7, None)
        with np.errstate(divide="ignore", invalid="ignore"):
            return -np.mean(np.where(y == 1, np.log(q), np.log(1 - q)))

    found = diagnose(infinite_at_one, "binary_cross_entropy")
    assert "What came: a finite number" not in found.message


def test_a_gradient_that_divides_by_another_size_is_not_said_to_look_at_the_difference_alone():
    def divided_by_a_quotient(g, g_num):
        size = np.linalg.norm(g) / np.linalg.norm(g_num)
        return bool(np.linalg.norm(g - g_num) / size < 1e-6)

    found = diagnose(two_gradients_of(divided_by_a_quotient), "gradients_match")
    assert found.mistake == "absolute-error" and "as when the difference alone" in found.message


@pytest.mark.parametrize(
    "split",
    [
        lambda X, y, train, test: (X[train], y[test], y[train], y[test]),
        lambda X, y, train, test: (X[train], X[test], X[train], y[test]),
        lambda X, y, train, test: (X[train], y[train], X[test], y[test]),
    ],
)
def test_rows_in_the_wrong_place_are_told_either_way_round(split):
    def f(X, y, n_test, rng):
        order = rng.permutation(len(X))
        return split(X, y, order[n_test:], order[:n_test])

    found = diagnose(f, "train_test_split")
    assert found.mistake == "other-order" and "or rows of X where those of y" in found.message


def test_gradients_given_back_by_train_are_not_said_to_be_params():
    def gradients_given_back(X, y, params, epochs, batch_size, lr, rng, loss_and_grads):
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for i in range(0, len(X), batch_size):
                rows = order[i : i + batch_size]
                _, grads = loss_and_grads(params, X[rows], y[rows])
                for name in params:
                    params[name] -= lr * grads[name]
        return grads

    found = diagnose(gradients_given_back, "train")
    assert found.mistake == "params-for-losses" and "params or gradients" in found.message


def test_a_nan_of_an_empty_mean_is_not_said_to_come_from_a_logarithm():
    def no_row_chosen(y, p):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.mean(-np.log(p[y == 0.5]))

    found = diagnose(no_row_chosen, "cross_entropy")
    assert found.mistake == "nan-everywhere" and "as when" in found.message


def test_a_turned_slope_is_not_called_a_turned_product():
    def slope_turned(delta_next, W_next, z):
        a = sigmoid(z)
        return delta_next @ W_next.T * (a * (1 - a)).T

    found = diagnose(slope_turned, "hidden_delta")
    assert "one has the examples in its rows, the other in its columns" in found.message
    assert found.mistake == "error-transposed"  # and no result that is transposed, too


def test_an_infinity_is_not_said_to_be_left_by_a_replaced_nan():
    def mean_replaced(X_train, X_test):
        mean, std = X_train.mean(axis=0), X_train.std(axis=0)
        mean[std == 0] = 1
        with np.errstate(all="ignore"):
            return (X_train - mean) / std, (X_test - mean) / std

    found = diagnose(mean_replaced, "standardize")
    assert "only nan is replaced" not in found.message

"""Data of the notebook in place of arguments, errors that are returned: both are named."""

import numpy as np
import pytest

from nnlib.exercises import diagnose

NOTEBOOK = {
    "np": np,
    "X": np.ones((7, 3)),
    "a1": np.ones((5, 4)),
    "params": {"W": np.ones((3, 2))},
    "rows": [1, 2],
    "rate": 0.1,
}


def written(text):
    """The function that a cell of a notebook with these variables makes."""
    space = dict(NOTEBOOK)
    exec(text, space)
    return next(v for k, v in space.items() if callable(v) and k not in NOTEBOOK)


@pytest.mark.parametrize(
    "text, unused, taken",
    [
        ("def dense_forward(A, W, b):\n    return X @ W + b", "`A`", "`X`"),
        ("def weight_gradient(a_prev, delta):\n    return a1.T @ delta", "`a_prev`", "`a1`"),
        ("def relu(z):\n    return [[max(v, 0) for v in r] for r in X]", "`z`", "`X`"),
        ("def relu(z):\n    return np.array([max(rate, 0) for _ in rows])", "`z`", "`rate`"),
        (
            "def dense_forward(A, B, b):\n    return X @ params['W'] + b",
            "arguments `A` and `B`",
            "`X` and `params`",
        ),
    ],
)
def test_a_variable_of_the_notebook_in_place_of_an_argument_is_named(text, unused, taken):
    found = diagnose(written(text))
    assert found.mistake == "global-for-argument"
    assert unused in found.message and taken in found.message


def test_a_size_of_the_notebook_behind_a_factor_is_mentioned():
    found = diagnose(written("def bias_gradient(delta):\n    return delta.sum(axis=0) * rate"))
    assert found.message.endswith("`rate` (0.1) from the notebook: sizes come from the arguments.")
    found = diagnose(written("def bias_gradient(delta):\n    return delta.sum(axis=0) * 0.1"))
    assert "notebook" not in found.message


@pytest.mark.parametrize(
    "text",
    [
        "def relu(z):\n    return np.maximum(z, rate)",  # both are used
        "def relu(z):\n    return (lambda: np.maximum(-z, rate))()",  # inside another function
        "def relu(z):\n    return np.zeros(3)",  # neither is used
    ],
)
def test_an_argument_that_is_used_or_has_no_substitute_is_not_blamed(text):
    found = diagnose(written(text))
    assert found.status != "passed" and found.mistake != "global-for-argument"


def test_data_of_the_notebook_beside_all_arguments_are_mentioned():
    text = "def weight_gradient(a_prev, delta):\n"
    text += "    return sum(np.outer(a_prev[i], delta[i]) for i in range(len(a1)))"
    found = diagnose(written(text))
    assert found.message.endswith("It reads `a1` from the notebook: none of its arguments.")
    text = "def dense_forward(A, W, b):\n    return X @ W + A.sum() * b"
    found = diagnose(written(text))
    assert found.status == "raised" and "It reads `X` from the notebook" in found.message


@pytest.mark.parametrize("error", ["ValueError('shapes')", "ValueError"])
def test_an_error_that_is_returned_is_named(error):
    text = f"def mse(y, y_hat):\n    if y.shape != y_hat.shape:\n        return {error}\n"
    found = diagnose(written(text + "    return np.mean((y - y_hat) ** 2)"))
    assert found.mistake == "error-returned"
    assert "`raise ValueError(…)` in place of `return ValueError(…)`" in found.message

"""Every kind of error is explained from where it arose, in the learner's terms."""

import math

import numpy as np
import pytest

from nnlib.exercises import diagnose
from nnlib.exercises.engine import Exercise
from nnlib.exercises.naming import name
from nnlib.exercises.probes import generic, sizes, values


def cases(rng):
    for _ in range(3):
        m, n, k = sizes(rng, 3)
        yield generic(values(rng, m, n), {"W1": values(rng, n, k), "b1": values(rng, k)})


def reference(X, params):
    return X @ params["W1"] + params["b1"]


EXERCISE = Exercise(reference, "99", cases)
LESSONS = {"sigmoid": "01", "softmax": "06"}


def explained(f):
    found = name(EXERCISE, f, (0, 1), LESSONS)
    assert found.status == "raised", found
    return found


def shapes_for_at(X, params):
    return X @ params["W1"].T + params["b1"]


def shapes_for_plus(X, params):
    return X @ params["W1"] + X


def shapes_inside_a_call(X, params):
    return X @ params["W1"].sum(axis=0)


def shapes_of_two_calls(X, params):
    return (X @ params["W1"]) * np.cos(X[:, :2])


def shapes_in_place(X, params):
    X += np.ones((3, 99))
    return X


def shapes_inside_dot(X, params):
    return np.dot(X, params["W1"].sum(axis=0))


def dict_times_number(X, params):
    return 0.5 * params


def name_times_number(X, params):
    return {name: 0.5 * name for name in params}


def dots_in_a_sum(X, params):
    return 0.5 - ...


def shapes_for_dot(X, params):
    return np.dot(params["W1"], X)


def no_numpy(X, params):
    return numpy.dot(X, params["W1"])  # noqa: F821


def earlier_function(X, params):
    return sigmoid(X @ params["W1"])  # noqa: F821


def misspelt(X, params):
    return parms["W1"]  # noqa: F821


def bare_exp(X, params):
    return exp(X)  # noqa: F821


def entry_as_a_name(X, params):
    return X @ W1  # noqa: F821


def unbound(X, params):
    if X is None:
        z = 0
    return z


def truth(X, params):
    return X if X > 0 else 0


def math_function(X, params):
    return math.exp(X)


def none_inside(X, params):
    z = params.update()
    return z + 1


def ellipsis_left(X, params):
    z = ...
    return z @ params["W1"]


def called(X, params):
    return X(params)


def missing_operator(X, params):
    m = len(X)
    return m(X)


def wrong_key(X, params):
    return X @ params["W_1"]


def dotted_dict(X, params):
    return X @ params.W1


def names_for_arrays(X, params):
    W, b = params
    return X @ W + b


def list_for_array(X, params):
    return X.tolist().shape


def list_product(X, params):
    return X.tolist() @ params["W1"].tolist()


def method_of_numpy(X, params):
    return X.exp()


def too_many_indices(X, params):
    return params["b1"][0, 1]


def beyond_the_end(X, params):
    return X[len(X)]


def no_such_axis(X, params):
    return X.sum(axis=2)


def by_zero(X, params):
    return 1 / (len(X) - len(X))


def unpacking(X, params):
    m, n, k = X.shape
    return m


def reshaping(X, params):
    return X.reshape(7, 11)


def not_implemented(X, params):
    print(X @ params["W1"])
    raise NotImplementedError


def own_error(X, params):
    raise RuntimeError("my own words")


def own_refusal(X, params):
    if len(X):
        raise ValueError("my own words")


def too_few_arguments(X, params):
    return np.maximum(X)


def array_into_element(X, params):
    z = np.zeros(3)
    z[0] = X
    return z


def float_index(X, params):
    return X[len(X) / 2]


def text_index(X, params):
    return X.tolist()["0"]


def in_place_without_room(X, params):
    z = params["b1"].copy()
    z += X @ params["W1"]
    return z


def shape_without_brackets(X, params):
    return np.zeros(len(X), len(params["b1"]))


def rows_and_columns_apart(X, params):
    return X[np.arange(len(X)), np.zeros((2, 3), int)]


def caret_on_floats(X, params):
    return X ^ 2


def caret_on_numbers(X, params):
    return float(X[0, 0]) ^ 2


def caret_in_place(X, params):
    size = float(X[0, 0])
    size ^= 2
    return size


def overwritten_dict(X, params):
    given = {"W1": params["W1"], "b1": params["b1"]}
    params = {"b1": given["b1"]}
    return X @ params["W1"]


@pytest.mark.parametrize(
    "f, slug, said",
    [
        (shapes_for_at, "shapes", ["`params['W1'].T` has shape", "columns of the left"]),
        (shapes_for_plus, "shapes", ["`X` has shape", "counted from the last axis"]),
        (
            shapes_inside_a_call,
            "shapes",
            ["`X` has shape (6, 5), `params['W1'].sum(axis=0)` has 8 rows"],
        ),
        (
            shapes_of_two_calls,
            "shapes",
            ["`X @ params['W1']` has shape (6, 8), `np.cos(X[:, :2])` has shape (6, 2)"],
        ),
        (shapes_in_place, "shapes", ["`X` has shape (6, 5), `np.ones((3, 99))` has shape (3, 99)"]),
        (shapes_inside_dot, "shapes", ["shapes (6,5) and (8,) not aligned"]),
        (dict_times_number, "dict-for-array", ["entries are arrays"]),
        (name_times_number, "list-for-array", ["names of its entries"]),
        (dots_in_a_sum, "ellipsis-left", ["still standing"]),
        (shapes_for_dot, "shapes", ["`params['W1']` has shape", "`X` has shape"]),
        (no_numpy, "numpy-not-imported", ["import numpy as np"]),
        (earlier_function, "function-missing", ["lesson 01", "restart"]),
        (misspelt, "unknown-name", ["`parms`", "Did you mean `params`"]),
        (bare_exp, "numpy-function", ["`np.exp`"]),
        (entry_as_a_name, "unknown-name", ["an entry of the dict `params`"]),
        (unbound, "unbound-name", ["`z` is used before it has a value"]),
        (truth, "truth-of-an-array", ["one True or False"]),
        (math_function, "math-on-array", ["`math`", "every entry"]),
        (none_inside, "none-inside", ["no `return`"]),
        (ellipsis_left, "ellipsis-left", ["`...`"]),
        (called, "not-callable", ["square brackets"]),
        (missing_operator, "not-callable", ["operator missing"]),
        (wrong_key, "unknown-key", ["`W_1`", "`W1`, `b1`"]),
        (overwritten_dict, "unknown-key", ["no entry `W1`. There is only `b1`."]),
        (dotted_dict, "attribute-of-a-dict", ["square brackets", "`.W1`"]),
        (names_for_arrays, "text-for-array", ["names of its entries"]),
        (list_for_array, "list-for-array", ["`.shape` is asked of a list"]),
        (list_product, "list-for-array", ["`np.array(…)`"]),
        (method_of_numpy, "numpy-function", ["`np.exp(…)`"]),
        (too_many_indices, "too-many-indices", ["`params['b1']` has shape"]),
        (beyond_the_end, "index-out-of-range", ["counted from 0 to"]),
        (no_such_axis, "no-such-axis", ["axis 2 is out of bounds"]),
        (by_zero, "division-by-zero", ["divides by zero"]),
        (unpacking, "unpacking", ["expected 3"]),
        (reshaping, "reshape", ["cannot reshape"]),
        (not_implemented, "not-implemented", ["a part is missing"]),
        (own_error, "RuntimeError", ["my own words"]),
        (own_refusal, "refused", ["with ValueError (my own words)", "the condition"]),
        (too_few_arguments, "arguments", ["wrong number of arguments"]),
        (array_into_element, "array-into-element", ["where one number fits"]),
        (float_index, "index-type", ["no whole number"]),
        (text_index, "index-type", ["wrong type"]),
        (in_place_without_room, "no-room-in-place", ["`c = a + b`"]),
        (shape_without_brackets, "shape-not-a-tuple", ["`np.zeros((m, k))`"]),
        (
            rows_and_columns_apart,
            "index-shapes",
            ["do not belong together", "Here their shapes are"],
        ),
        (caret_on_floats, "caret-for-power", ["two stars"]),
        (caret_on_numbers, "caret-for-power", ["two stars"]),
        (caret_in_place, "caret-for-power", ["two stars"]),
    ],
)
def test_error_is_explained(f, slug, said):
    found = explained(f)
    assert found.mistake == slug
    for piece in said:
        assert piece in found.message


def test_the_line_is_quoted_with_its_number():
    found = explained(wrong_key)
    number = wrong_key.__code__.co_firstlineno + 1
    assert f'line {number} (in `wrong_key`): `return X @ params["W_1"]`' in found.message


def test_only_the_operands_that_do_not_fit_are_shown():
    assert "b1" not in explained(shapes_for_at).message.split("It happened")[0]


def test_a_hidden_builtin_is_named():
    space = {"sum": 3}
    exec("def f(X, params):\n    return sum(X)", space)
    found = explained(space["f"])
    assert found.mistake == "not-callable"


def test_code_without_source_is_explained_without_a_line():
    space = {"np": np}
    exec("def f(X, params):\n    return X @ params['W1'].T", space)
    found = explained(space["f"])
    assert found.mistake == "shapes" and "It happened" not in found.message


def test_an_error_inside_an_own_function_names_that_function():
    def helper(z):
        return z["no such"]

    def f(X, params):
        return helper({})

    assert "(in `helper`)" in explained(f).message


def test_a_mistake_that_raises_the_same_error_gives_its_own_message():
    def dense_forward(X, W, b):
        product = np.matmul(X, np.transpose(W))
        return product + b

    found = diagnose(dense_forward)
    assert (found.status, found.mistake) == ("raised", "weights-transposed")


def test_two_mistakes_that_raise_are_named_together():
    found = diagnose(lambda X, W, b: X @ W.T, "dense_forward")
    assert found.mistake == "bias-forgotten + weights-transposed"


def test_an_error_on_special_inputs_only_says_so():
    def relu(z):
        rows, columns = z.shape
        return np.maximum(0, z)

    found = diagnose(relu)
    assert found.status == "raised"
    assert "Right for ordinary inputs, but not for a 1-D array" in found.message

"""Relations to the right answer: each is found where it holds, named in words, and nowhere else."""

import numpy as np
import pytest

from nnlib.exercises import factors
from nnlib.exercises.engine import Exercise
from nnlib.exercises.naming import name
from nnlib.exercises.probes import generic, sizes, special, square, values


def cases(rng):
    for _ in range(4):
        m, n, k = sizes(rng, 3)
        yield generic(values(rng, m, n), values(rng, n, k), m=m, n_in=n, k=k)
    yield special("a batch of one example", values(rng, 1, 4), values(rng, 4, 3))
    yield square(values(rng, 4, 4), values(rng, 4, 4))


def product(A, B):
    return A @ B


def total(A, B):
    return float(np.sum(A @ B))


def column(A, B):
    return (A @ B)[:, :1]


def pair(A, B):
    return A @ B, A.sum(axis=0)


def table(A, B):
    return {"W1": A @ B, "b1": A.sum(axis=0), "W2": A * 3}


def named(reference, change, **options):
    """The Diagnosis of `change(right answer, A, B)` for an exercise without mistakes."""
    made = Exercise(reference, "99", cases, **options)
    return name(made, lambda A, B: change(reference(A, B), A, B), (0, 1), {})


@pytest.mark.parametrize(
    "change, slug, said",
    [
        (lambda r, A, B: -r, "sign", "opposite sign"),
        (lambda r, A, B: r.T, "transposed", "rows and columns are swapped"),
        (lambda r, A, B: -r.T, "transposed + sign", "Two things at once"),
        (lambda r, A, B: r / len(A), "factor", "m times too small"),
        (lambda r, A, B: r * len(A), "factor", "m times too large"),
        (lambda r, A, B: r * len(A) ** 2, "factor", "m² times too large"),
        (lambda r, A, B: r / (len(A) * B.shape[1]), "factor", "m·k times too small"),
        (lambda r, A, B: r * 2 / len(A), "factor", "2/(m) times the right one"),
        (lambda r, A, B: r / np.sqrt(A.shape[1]), "factor", "√n_in times too small"),
        (lambda r, A, B: r * len(A) / (len(A) - 1), "factor", "m/((m - 1)) times"),
        (lambda r, A, B: r * 2, "factor", "2 times too large"),
        (lambda r, A, B: r / 4, "factor", "4 times too small"),
        (lambda r, A, B: r * 0.3, "factor", "3.3333 times too small"),
        (lambda r, A, B: r * A.sum() ** 2, "factor", "differs from call to call"),
        (lambda r, A, B: r * len(A) / 10, "factor", "m/10 times the right one, as when you divide"),
        (lambda r, A, B: r * 7 / len(A), "factor", "7/m times the right one, as when you multiply"),
        (lambda r, A, B: r.T / len(A), "transposed + factor", "m times too small"),
        (lambda r, A, B: -r.T / len(A), "transposed + sign + factor", "Three things at once"),
        (lambda r, A, B: -2 * r, "sign + factor", "2 times too large"),
        (lambda r, A, B: r.ravel(), "wrong-shape", "is expected"),
        (lambda r, A, B: r[None], "wrong-shape", "is expected"),
        (lambda r, A, B: r.sum(axis=0), "summed-too-much", "the rows (axis 0)"),
        (lambda r, A, B: r.sum(axis=1), "summed-too-much", "the columns (axis 1)"),
        (lambda r, A, B: r.mean(axis=0), "averaged-too-much", "the rows (axis 0)"),
        (lambda r, A, B: r.mean(), "averaged-too-much", "everything"),
        (lambda r, A, B: r.sum(axis=0) * 2, "summed-too-much + factor", "2 times too large"),
        (lambda r, A, B: np.stack([r, r]), "repeated", "repeated"),
        (lambda r, A, B: r[0], "first-only", "first row"),
        (lambda r, A, B: r[-1], "last-only", "last row"),
        (lambda r, A, B: r[:, 0], "first-only", "first column"),
        (lambda r, A, B: r[0, 0], "first-only", "first entry"),
        (lambda r, A, B: r[:-1], "last-row-missing", "last row"),
        (lambda r, A, B: r[1:], "first-row-missing", "first row"),
        (lambda r, A, B: r**2, "squared", "the square of"),
        (lambda r, A, B: 1 - r, "complement", "1 minus"),
        (lambda r, A, B: 1 / r, "inverse", "1 divided by"),
        (lambda r, A, B: np.abs(r), "absolute", "lost its sign"),
        (lambda r, A, B: np.exp(r), "exponential", "exponential of"),
        (lambda r, A, B: r.astype(int), "truncated", "decimals are cut off"),
        (lambda r, A, B: np.round(r, 2), "rounded-2", "2 decimals"),
        (lambda r, A, B: r + 1, "offset", "too large by 1"),
        (lambda r, A, B: r - r.mean(), "offset", "one and the same amount"),
        (lambda r, A, B: 0 * r, "constant", "every number is 0 in all ordinary calls"),
        (lambda r, A, B: r[::-1], "rows-in-another-order", "another order"),
        (lambda r, A, B: r[:, ::-1], "columns-in-another-order", "another order"),
        (lambda r, A, B: np.maximum(r, 0), "wrong-for-negatives", "should be negative"),
        (lambda r, A, B: np.minimum(r, 0.001), "wrong-for-positives", "should be positive"),
        (lambda r, A, B: r.tolist(), "list-instead-of-array", "np.array"),
        (lambda r, A, B: r.T.tolist(), "list-instead-of-array + transposed", "swapped"),
        (lambda r, A, B: (r,), "wrapped", "stray comma"),
        (lambda r, A, B: (A, r), "too-much-returned", "number 2"),
        (lambda r, A, B: {"z": r, "A": A}, "too-much-returned", "`z`"),
        (lambda r, A, B: print(r), "printed-not-returned", "`return`"),
        (lambda r, A, B: None, "return-forgotten", "no `return`"),
    ],
)
def test_relation_of_an_array_is_named(change, slug, said):
    found = named(product, change)
    assert (found.status, found.mistake) == ("wrong", slug), found
    assert said.lower() in found.message.lower()


def test_one_wrong_row_or_column_is_located():
    def but_the_last_row(r, A, B):
        r[-1] += 0.5
        return r

    def but_the_first_column(r, A, B):
        r[:, 0] = 0.5
        return r

    assert named(product, but_the_last_row).mistake == "wrong-in-last-row"
    assert named(product, but_the_first_column).mistake == "wrong-in-first-column"


def test_places_that_a_loop_never_reached_are_seen():
    def half_done(r, A, B):
        r[len(r) // 2 :] = 0
        r[0, 0] = 0
        return r

    assert named(product, half_done).mistake == "left-at-zero"


@pytest.mark.parametrize(
    "change, slug, said",
    [
        (lambda r, A, B: -r, "sign", "opposite sign"),
        (lambda r, A, B: r / len(A), "factor", "m times too small"),
        (lambda r, A, B: -r * len(A) * B.shape[1], "sign + factor", "m·k times too large"),
        (lambda r, A, B: r**2, "squared", "the square of"),
        (lambda r, A, B: r + 1, "offset", "too large by 1"),
        (lambda r, A, B: np.array([[r]]), "wrong-shape", "a plain number is expected"),
        (lambda r, A, B: r * A.sum(), None, "not the right one"),
        (lambda r, A, B: A @ B, "not-summed", "has still to be summed over everything"),
        (lambda r, A, B: (A @ B).sum(axis=0), "not-summed", "summed over everything"),
    ],
)
def test_relation_of_a_number_is_named(change, slug, said):
    found = named(total, change)
    assert found.mistake == slug, found
    assert said in found.message


def test_a_table_of_all_pairs_is_named():
    found = named(column, lambda r, A, B: r + np.zeros(len(r)) * r.T + (r.T - r) * 0.5)
    assert found.mistake is None or found.mistake == "table"
    found = named(column, lambda r, A, B: r * np.ones(len(r)) + 3 * (r - r.T))
    assert found.mistake == "table"
    assert "(m,) array has met a (m, 1) column" in found.message


def test_each_part_of_a_dict_is_told_apart():
    def change(r, A, B):
        return {"W1": r["W1"] / len(A), "b1": r["b1"], "W2": -r["W2"]}

    found = named(table, change)
    assert "`b1` is right" in found.message
    assert "in `W1`, every number is m times too small" in found.message
    assert "in `W2`, every number has the opposite sign" in found.message


def test_a_part_without_a_name_is_at_least_located():
    found = named(table, lambda r, A, B: {**r, "b1": np.sin(r["b1"])})
    assert found.mistake is None
    assert "`W1` and `W2` are right; `b1` is not right" in found.message


def test_one_relation_for_all_parts_is_said_once():
    found = named(table, lambda r, A, B: {k: v / len(A) for k, v in r.items()})
    assert found.mistake == "factor" and "in `W1`" not in found.message


def test_wrong_keys_are_named():
    found = named(table, lambda r, A, B: {"W1": r["W1"], "b1": r["b1"], "W3": r["W2"]})
    assert "`W2` is missing" in found.message and "`W3`" in found.message


def test_results_in_the_other_order_are_named():
    assert named(pair, lambda r, A, B: (r[1], r[0])).mistake == "wrong-order"


def test_a_missing_result_is_said():
    found = named(pair, lambda r, A, B: r[0])
    assert "should be a tuple or list; yours is an array" in found.message


def test_nan_is_said():
    found = named(product, lambda r, A, B: np.log(-np.abs(r)))
    assert "holds nan or infinity" in found.message


def test_nothing_is_made_up_for_an_unrelated_result():
    for change in (
        lambda r, A, B: np.sin(3 * r),
        lambda r, A, B: np.tanh(r),
        lambda r, A, B: r * A.sum(axis=1, keepdims=True),
        lambda r, A, B: r + A.sum(axis=1, keepdims=True),
        lambda r, A, B: r * np.abs(r),
    ):
        assert named(product, change).mistake is None


def test_a_change_in_place_beside_a_relation_is_said_as_well():
    def change(r, A, B):
        A *= 2
        return -r

    found = named(product, change)
    assert found.mistake == "sign"
    assert "the call changes its argument `A`" in found.message


def test_the_right_values_with_a_change_in_place_are_named():
    def change(r, A, B):
        B[0] = 0
        return r

    found = named(product, change)
    assert found.mistake == "changed-in-place" and "`B`" in found.message


def test_right_but_for_a_special_input_says_what_is_special():
    found = named(product, lambda r, A, B: np.squeeze(r))
    assert found.mistake == "special-inputs"
    assert "not for a batch of one example" in found.message
    assert "shape (3,) where shape (1, 3) is expected" in found.message


# --- with a catalogue ------------------------------------------------------------------------


def with_mistakes():
    made = Exercise(product, "99", cases)

    @made.mistake("cubed")
    def _(A, B):
        """Cubed it is."""
        return A**3 @ B

    @made.mistake("last-input-lost")
    def _(A, B):
        """The last input is lost."""
        return A[:, :-1] @ B[:-1]

    @made.mistake("bias-added")
    def _(A, B):
        """A bias is added."""
        return A @ B + B.sum(axis=0)

    return made


@pytest.mark.parametrize(
    "f, slug",
    [
        (lambda A, B: A**3 @ B, "cubed"),
        (lambda A, B: -(A**3) @ B, "cubed + sign"),
        (lambda A, B: (A**3 @ B).T, "cubed + transposed"),
        (lambda A, B: A**3 @ B / len(A), "cubed + factor"),
        (lambda A, B: -2 * (A**3 @ B).T, "cubed + transposed + sign + factor"),
        (lambda A, B: A[:, :-1] @ B[:-1] + B.sum(axis=0), None),  # one array: too far-fetched
        (lambda A, B: A**3 @ B + B.sum(axis=0), None),
        (lambda A, B: A**5 @ B, None),
        (lambda A, B: (A**3 @ B) ** 2, None),
    ],
)
def test_a_mistake_with_a_relation_or_another_mistake_is_named(f, slug):
    found = name(with_mistakes(), f, (0, 1), {})
    assert found.mistake == slug, found
    if slug and " + " in slug:
        assert found.message.startswith("Two things at once. First: ")


def test_two_mistakes_in_different_parts_are_named_together():
    made = Exercise(table, "99", cases)

    @made.mistake("wild-weights")
    def _(A, B):
        """The weights are wild."""
        return {**table(A, B), "W1": np.sin(A @ B)}

    @made.mistake("wild-bias")
    def _(A, B):
        """The bias is wild."""
        return {**table(A, B), "b1": np.cos(A.sum(axis=0))}

    def both(A, B):
        return {**table(A, B), "W1": np.sin(A @ B), "b1": np.cos(A.sum(axis=0))}

    found = name(made, both, (0, 1), {})
    assert found.mistake == "wild-weights + wild-bias"
    assert found.message == (
        "Two things at once. First: The weights are wild. Second: The bias is wild."
    )


def test_a_mistake_and_more_on_special_inputs():
    found = name(with_mistakes(), lambda A, B: np.squeeze(A**3 @ B), (0, 1), {})
    assert found.mistake == "cubed"


def test_a_mistake_and_a_change_in_place():
    def f(A, B):
        A **= 3
        return A @ B

    found = name(with_mistakes(), f, (0, 1), {})
    assert found.mistake == "cubed"
    assert "the call changes its argument `A`" in found.message


# --- factors ---------------------------------------------------------------------------------


def test_the_simplest_formula_is_found():
    dims = [{"m": 6, "k": 3}, {"m": 5, "k": 7}, {"m": 4, "k": 8}]
    ratios = [d["m"] / d["k"] for d in dims]
    assert factors.formula(ratios, dims) == {"m": 1.0, "k": -1.0}
    assert factors.formula([2.0, 2.0, 2.0], dims) == {"2": 1.0}
    assert factors.formula([1.7, 2.9, 0.3], dims) is None


def test_a_formula_is_said_in_words():
    assert factors.words({"m": -1.0}, {"m": 6}) == "m times too small (for m = 6 that is 6 times)"
    assert factors.words({"2": -2.0}, {}) == "4 times too small"
    assert "m·k times too large (for m = 6 and k = 3 that is 18 times)" == factors.words(
        {"m": 1.0, "k": 1.0}, {"m": 6, "k": 3}
    )


def test_no_ratio_where_zeros_differ():
    assert factors.ratio(np.array([0.0, 2.0]), np.array([0.1, 4.0])) is None
    assert factors.ratio(np.array([0.0, 2.0]), np.array([0.0, 4.0])) == 2.0
    assert factors.ratio(np.zeros(3), np.zeros(3)) is None

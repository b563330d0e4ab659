"""Moved copies of pictures: what affine_matrix does to them, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import affine_transform

from nnlib.datasets import affine_matrix, digits

PLACE = np.indices((8, 8)).reshape(2, 64) - 3.5
SEEDS = st.integers(0, 2**32 - 1)


def movement(M):
    """The linear part (2, 2) and the shift (2,) behind M, from the pixels that lie well inside.

    Such a pixel's shares sum to 1, and their mean place is where the pixel comes from.
    """
    inside = M.sum(axis=0) > 1 - 1e-12
    source = PLACE @ M[:, inside]
    target = np.vstack([PLACE[:, inside], np.ones(inside.sum())])
    solution, residuals, rank, _ = np.linalg.lstsq(target.T, source.T, rcond=None)
    assert rank == 3
    assert_allclose(residuals, 0, atol=1e-20)
    return solution[:2].T, solution[2]


@given(seed=SEEDS)
def test_a_copy_is_the_picture_turned_stretched_and_shifted_within_the_limits(seed):
    linear, shift = movement(affine_matrix(seed, turn=0.2, stretch=0.2, shift=0.7))
    scale = np.linalg.norm(linear, axis=1)
    rotation = linear / scale[:, None]
    assert_allclose(rotation @ rotation.T, np.eye(2), atol=1e-12)
    assert np.linalg.det(rotation) > 0
    assert abs(np.arctan2(rotation[1, 0], rotation[0, 0])) <= 0.2 + 1e-12
    assert np.all((scale >= 0.8 - 1e-12) & (scale <= 1.2 + 1e-12))
    assert np.all(np.abs(shift) <= 0.7 + 1e-12)


@given(seed=SEEDS)
def test_a_copy_equals_scipys_for_the_same_movement(seed):
    M = affine_matrix(seed)
    linear, shift = movement(M)
    picture = np.random.default_rng(seed).uniform(size=(8, 8))
    middle = np.full(2, 3.5)
    offset = middle + shift - linear @ middle
    theirs = affine_transform(picture, linear, offset, order=1, mode="grid-constant")
    assert_allclose(picture.reshape(1, 64) @ M, theirs.reshape(1, 64), atol=1e-12)


@given(seed=SEEDS)
def test_no_pixel_of_a_copy_is_negative_or_darker_than_the_darkest(seed):
    M = affine_matrix(seed)
    assert M.min() >= 0 and M.sum(axis=0).max() <= 1 + 1e-12
    X = digits()[0][:50] / 16
    copies = X @ M
    assert copies.shape == X.shape
    assert copies.min() >= 0 and copies.max() <= 1 + 1e-12


def test_no_movement_is_the_identity_and_each_kind_of_movement_can_stand_alone():
    assert_allclose(affine_matrix(0, turn=0, stretch=0, shift=0), np.eye(64), atol=1e-12)
    linear, shift = movement(affine_matrix(0, turn=0, stretch=0))
    assert_allclose(linear, np.eye(2), atol=1e-12)
    assert np.all(np.abs(shift) > 0.01)
    linear, shift = movement(affine_matrix(0, turn=0, shift=0))
    assert_allclose(linear, np.diag(np.diag(linear)), atol=1e-12)
    assert abs(linear[0, 0] - linear[1, 1]) > 0.01
    assert_allclose(shift, 0, atol=1e-12)
    linear, shift = movement(affine_matrix(0, stretch=0, shift=0))
    assert abs(linear[0, 1]) > 0.01
    assert_allclose(linear @ linear.T, np.eye(2), atol=1e-12)


def test_a_seed_repeats_a_matrix_and_a_generator_goes_on():
    assert_array_equal(affine_matrix(3), affine_matrix(3))
    rng = np.random.default_rng(3)
    first, second = affine_matrix(rng), affine_matrix(rng)
    assert_array_equal(first, affine_matrix(3))
    assert not np.allclose(first, second)


def test_movements_of_many_matrices_fill_their_ranges_to_both_sides():
    rng = np.random.default_rng(0)
    movements = [movement(affine_matrix(rng)) for _ in range(300)]
    angles = [np.arctan2(linear[1, 0], linear[1, 1]) for linear, _ in movements]
    scales = np.array([np.linalg.norm(linear, axis=1) for linear, _ in movements])
    shifts = np.array([shift for _, shift in movements])
    assert min(angles) < -0.19 and max(angles) > 0.19
    assert np.all(scales.min(axis=0) < 0.81) and np.all(scales.max(axis=0) > 1.19)
    assert np.all(shifts.min(axis=0) < -0.66) and np.all(shifts.max(axis=0) > 0.66)
    assert abs(np.corrcoef(scales.T)[0, 1]) < 0.2  # both axes for themselves


def test_pictures_of_other_sizes_move_too():
    assert affine_matrix(0, side=28).shape == (784, 784)
    assert_allclose(affine_matrix(0, 0, 0, 0, side=3), np.eye(9), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"turn": -0.1}, "turn is -0.1: expected a finite number of at least 0"),
        ({"turn": np.nan}, "turn is nan"),
        ({"stretch": 1.0}, "stretch is 1.0: expected a finite number from 0 to below 1"),
        ({"shift": "far"}, "shift is 'far'"),
        ({"side": 0}, "side is 0: expected a whole number of at least 1"),
        ({"side": 8.0}, "side is 8.0: expected a whole number"),
    ],
)
def test_an_argument_out_of_range_is_refused_in_a_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        affine_matrix(0, **arguments)

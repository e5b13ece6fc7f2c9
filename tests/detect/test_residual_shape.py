import io

import numpy as np
import pytest

from minewatch.detect.residual_shape import (
    FIGURES,
    mining_likeness,
    noise_of,
    read_residual_model,
    residual_model,
    shape_figures,
)

SHAPE = (28, 24)


def residual(shape, seed=1):
    return 5.0 * np.broadcast_to(shape, SHAPE) + np.random.default_rng(seed).normal(0.0, 0.3, SHAPE)


def figures(left):
    return shape_figures(left, np.full(SHAPE, left[np.isfinite(left)].mean()), np.zeros(SHAPE), 0.3)


def test_a_steady_residual_is_more_like_mining_than_a_shop_s_day():
    hour = np.arange(24)
    shop = np.where((hour > 8) & (hour < 21), 1.9, 0.1)
    steady, day = mining_likeness(np.stack([figures(residual(1.0)), figures(residual(shop))]))
    assert steady > 0.6
    assert day < 0.5


def test_noise_is_the_spread_beyond_what_is_explained():
    assert noise_of(residual(1.0), np.full(SHAPE, 5.0)) == pytest.approx(0.3, rel=0.1)
    assert noise_of(np.full(SHAPE, np.nan), np.zeros(SHAPE)) == 0.0


def test_gaps_are_left_out_and_too_little_says_nothing_of_the_shape():
    left = residual(1.0)
    left[3:9] = np.nan
    assert figures(left)[2:] == pytest.approx(figures(residual(1.0))[2:], rel=0.3, abs=0.05)
    bare = np.full(SHAPE, np.nan)
    bare[0] = 1.0
    found = shape_figures(bare, np.zeros(SHAPE), np.zeros(SHAPE), 0.3)
    assert np.isnan(found[1:]).all()
    assert 0.0 < mining_likeness(found[None])[0] < 1.0


def test_figures_do_not_depend_on_the_size_of_the_node():
    left = residual(1.0)
    assert figures(left) == pytest.approx(figures(1000.0 * left), rel=1e-4)


def test_a_model_comes_back_as_it_was_saved_and_others_are_refused():
    file = io.BytesIO()
    residual_model().save(file)
    file.seek(0)
    again = read_residual_model(file)
    sample = np.random.default_rng(1).random((5, len(FIGURES))).astype(np.float32)
    assert (again.forest.raw(sample) == residual_model().forest.raw(sample)).all()
    assert 0.05 < again.prevalence < 0.5
    other = io.BytesIO()
    np.savez_compressed(other, figures=np.array(["a"]))
    other.seek(0)
    with pytest.raises(ValueError, match="other figures"):
        read_residual_model(other)

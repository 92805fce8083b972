"""Quantities: three percentiles met exactly, and honest with zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.engine.points import sobol
from planner.engine.quantity import Quantity, draw, fit, stratified

THREE = np.array([0.05, 0.5, 0.95])
TRIPLES = [(1000, 10000, 100000), (64, 1024, 65536), (0.1, 4, 20), (40000, 50000, 60000), (10, 50, 100)]
positive = st.floats(min_value=1e-6, max_value=1e12, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("triple", TRIPLES)
def test_log_metalog_meets_the_three_percentiles(triple: tuple[float, float, float]) -> None:
    quantity = Quantity(*(float(one) for one in triple))
    assert fit(quantity).family == "log-metalog"
    assert draw(quantity, THREE) == pytest.approx(triple, rel=1e-9)


@pytest.mark.parametrize("triple", [(100, 101, 1000), (100, 100, 1000), (1, 999, 1000)])
def test_too_skewed_falls_back_to_a_split_lognormal(triple: tuple[float, float, float]) -> None:
    quantity = Quantity(*(float(one) for one in triple))
    assert fit(quantity).family == "split-lognormal"
    assert draw(quantity, THREE) == pytest.approx(triple, rel=1e-9)


@pytest.mark.parametrize("triple", [(0, 5, 10), (0, 0, 10), (0, 0, 0)])
def test_zero_is_a_percentile_like_any_other(triple: tuple[float, float, float]) -> None:
    quantity = Quantity(*(float(one) for one in triple))
    assert draw(quantity, THREE) == pytest.approx(triple, abs=1e-9)
    assert (draw(quantity, np.linspace(0, 1, 101)) >= 0).all()


@given(st.lists(positive, min_size=3, max_size=3).map(sorted))
def test_percentiles_are_exact_and_in_order(triple: list[float]) -> None:
    quantity = Quantity(*triple)
    assert draw(quantity, THREE) == pytest.approx(triple, rel=1e-6)
    values = draw(quantity, np.linspace(0, 1, 201))
    assert np.isfinite(values).all()
    assert (np.diff(values) >= -1e-9 * values[1:]).all()


def test_a_plain_number_is_constant() -> None:
    assert (draw(Quantity(7, 7, 7), np.linspace(0, 1, 11)) == 7).all()


def test_draws_repeat_with_the_seed_and_differ_with_another() -> None:
    assert (sobol(1000, 3, 42) == sobol(1000, 3, 42)).all()
    assert (sobol(1000, 3, 42) != sobol(1000, 3, 43)).any()
    assert (stratified(64, "a") == stratified(64, "a")).all()
    assert (stratified(64, "a") != stratified(64, "b")).any()


def test_sobol_places_the_ninetieth_percentile_better_than_one_in_a_hundred() -> None:
    values = draw(Quantity(10, 50, 100), sobol(4096, 2, 1)[:, 1])
    exact = draw(Quantity(10, 50, 100), np.array([0.9]))[0]
    assert np.percentile(values, 90) == pytest.approx(exact, rel=0.01)


def test_stratified_has_one_draw_in_each_stratum() -> None:
    assert sorted(np.floor(stratified(50, "x") * 50).astype(int)) == list(range(50))

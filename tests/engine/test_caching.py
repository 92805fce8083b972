"""Laws of the caching model, its limits, and odd input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine.caching.freshness import freshness, single_key
from planner.engine.caching.hit_ratio import POLICIES, Policy, hit_ratio, hit_ratios
from planner.engine.caching.popularity import top_share, zipf
from planner.engine.caching.writes import refresh_early_seconds, stampede_loads, write_behind

objects = st.floats(1, 1e12)
alphas = st.floats(0, 3)
policies = st.sampled_from((*POLICIES, "clock"))


@settings(max_examples=60, deadline=None)
@given(objects, alphas, policies, st.floats(0, 1), st.floats(1, 100))
def test_a_larger_cache_never_hits_less(count: float, alpha: float, policy: Policy, share: float, more: float) -> None:
    small, large = hit_ratios(zipf(count, alpha), policy, np.array([count * share, count * share * more]))
    assert 0 <= small <= large + 1e-9 <= 1 + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.floats(10, 1e9), st.floats(0.1, 2.0), st.floats(0.001, 0.9))
def test_the_best_possible_is_lfu_and_fifo_is_no_better_than_lru(count: float, alpha: float, share: float) -> None:
    popularity, cached = zipf(count, alpha), count * share
    lfu, lru, fifo = (hit_ratio(popularity, policy, cached) for policy in ("lfu", "lru", "fifo"))
    assert fifo <= lru + 1e-6
    assert lru <= lfu + 1e-3


@settings(max_examples=40, deadline=None)
@given(objects, alphas)
def test_shares_add_up_to_one(count: float, alpha: float) -> None:
    popularity = zipf(count, alpha)
    assert popularity.count @ popularity.share == pytest.approx(1)
    assert float(top_share(popularity, np.array([count]))[0]) == pytest.approx(1)


@pytest.mark.parametrize("alpha", [0.6, 0.9, 1.0, 1.2])
def test_the_quadrature_is_the_full_sum(alpha: float) -> None:
    weights = np.arange(1.0, 200_001) ** -alpha
    share = weights / weights.sum()
    cached = np.array([50.0, 2_000.0, 60_000.0])
    assert top_share(zipf(200_000, alpha), cached) == pytest.approx(
        [share[: int(one)].sum() for one in cached], abs=1e-7
    )
    time = 30_000.0
    held, hit = -np.expm1(-share * time), share @ -np.expm1(-share * time)
    assert hit_ratio(zipf(200_000, alpha), "lru", float(held.sum())) == pytest.approx(hit, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(10, 1e9), alphas, st.floats(0.01, 1e6), st.floats(0, 1e5), st.floats(0.001, 1e7) | st.none(),
    st.floats(0, 1e9) | st.none(),
)  # fmt: skip
def test_shares_stay_shares_and_more_than_missing_updates_is_never_stale(
    count: float, alpha: float, reads: float, changed: float, ttl: float | None, cached: float | None
) -> None:
    popularity = zipf(count, alpha)
    found = {
        updates: freshness(
            popularity,
            reads_per_second=reads,
            updates_per_second=changed,
            updates=updates,
            ttl_seconds=ttl,
            cached=cached,
        )
        for updates in ("missed", "ends", "written")
    }
    for one in found.values():
        assert 0 <= one.hit_ratio <= 1 + 1e-9
        assert 0 <= one.stale_read_ratio <= one.hit_ratio + 1e-9
        assert one.store_reads_per_second >= -1e-6 * reads
    assert found["ends"].stale_read_ratio == found["written"].stale_read_ratio == 0
    assert found["ends"].hit_ratio <= found["written"].hit_ratio + 1e-3


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1e4), st.floats(0.001, 1e3), st.floats(0.01, 1e4))
def test_a_longer_life_hits_more_and_is_staler(reads: float, changed: float, ttl: float) -> None:
    short, long = (
        single_key(reads_per_second=reads, updates_per_second=changed, ttl_seconds=one) for one in (ttl, 2 * ttl)
    )
    assert short.hit_ratio <= long.hit_ratio
    assert short.stale_read_ratio <= long.stale_read_ratio + 1e-12


def test_without_end_everything_that_changes_goes_stale() -> None:
    found = freshness(
        zipf(1000, 0.9), reads_per_second=100, updates_per_second=10, updates="missed", ttl_seconds=None, cached=None
    )
    assert found.hit_ratio == pytest.approx(1)
    assert found.stale_read_ratio == pytest.approx(1, abs=1e-6)


def test_no_room_hits_nothing() -> None:
    popularity = zipf(1000, 0.9)
    for updates in ("missed", "ends", "written"):
        found = freshness(
            popularity, reads_per_second=9, updates_per_second=1, updates=updates, ttl_seconds=None, cached=0
        )
        assert found.hit_ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("count", "alpha"), [(0, 1), (1e16, 1), (10, -1), (10, 11), (float("nan"), 1)])
def test_what_cannot_be_computed_says_so(count: float, alpha: float) -> None:
    with pytest.raises(ValueError, match="can be computed"):
        zipf(count, alpha)


def test_writes_and_stampedes() -> None:
    assert write_behind(0, 5).store_writes_per_second == 0
    assert write_behind(10, 0).store_writes_per_second == 10
    assert stampede_loads(100, 0.2) == 21
    assert refresh_early_seconds(0.2, 1.0, np.exp(-1)) == pytest.approx(0.2)
    for bad in (lambda: write_behind(-1, 1), lambda: stampede_loads(1, -1), lambda: refresh_early_seconds(1, 1, 0)):
        with pytest.raises(ValueError, match=r"negative|above 0"):
            bad()

"""The caching model against simulations and closed forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from planner.engine.caching.freshness import Freshness, Updates, freshness, single_key
from planner.engine.caching.hit_ratio import hit_ratio
from planner.engine.caching.popularity import Popularity, zipf
from planner.engine.caching.writes import stampede_loads, write_behind
from tests.known_answers.cases import cases_of, rounding

Case = dict[str, Any]
UPDATES: dict[str, Updates] = {
    "ttl_only": "missed",
    "invalidate_on_write": "ends",
    "write_through": "written",
    "write_behind": "written",
}


def near(found: Mapping[str, float | None], case: Case) -> None:
    """Each expected field within its tolerance: absolute, a percentage, or relative for all."""
    tolerance = case["tolerance"]
    for name, value in case["expected"].items():
        wide = tolerance.get(name, tolerance.get("relative"))
        if name not in tolerance and "relative" in tolerance:
            assert found[name] == pytest.approx(value, rel=wide, abs=rounding(value, case["expected"])), name
        elif isinstance(wide, str):
            assert found[name] == pytest.approx(value, rel=float(wide.rstrip("%")) / 100), name
        else:
            assert found[name] == pytest.approx(value, abs=wide), name


def popularity_of(given: dict[str, Any]) -> Popularity:
    return zipf(given["catalog_objects"], given["zipf_alpha"])


def hit_ratios(case: Case) -> None:
    given = case["inputs"]
    cached = given.get("cache_objects")
    if cached is None:  # sizes are independent of popularity, so a share of the bytes is that share of the objects
        cached = given["cache_fraction_of_catalog_bytes"] * given["catalog_objects"]
    near({"hit_ratio": hit_ratio(popularity_of(given), given["policy"], cached)}, case)


def as_found(one: Freshness) -> dict[str, float | None]:
    return {
        "hit_ratio": one.hit_ratio,
        "stale_read_ratio": one.stale_read_ratio,
        "db_reads_per_s": one.store_reads_per_second,
        "mean_age_of_stale_value_s": one.mean_stale_age_seconds or 0.0,
    }


def cache_aside(case: Case) -> None:
    given = case["inputs"]
    load = {"reads_per_second": given["reads_per_s"], "updates_per_second": given["writes_per_s"]}
    found = freshness(
        popularity_of(given), **load, updates=UPDATES[given["write_policy"]], ttl_seconds=given.get("ttl_s"),
        cached=given.get("cache_objects"),
    )  # fmt: skip
    near(as_found(found), case)


def ttl_single_key(case: Case) -> None:
    given = case["inputs"]
    found = single_key(
        reads_per_second=given["reads_per_s"],
        updates_per_second=given["updates_per_s"],
        ttl_seconds=given["ttl_s"],
    )
    near(as_found(found), case)


def stampede(case: Case) -> None:
    given = case["inputs"]["reads_per_s"], case["inputs"]["load_seconds"]
    found = {
        "expected_loads": stampede_loads(*given),
        "with_request_coalescing": stampede_loads(*given, coalesced=True),
    }
    near(found, case)


def behind(case: Case) -> None:
    found = write_behind(case["inputs"]["writes_per_s"], case["inputs"]["flush_interval_s"])
    near({"db_writes_per_s": found.store_writes_per_second, "max_loss_window_s": found.loss_window_seconds}, case)


CHECKS: dict[str, Callable[[Case], None]] = {
    "hit_ratio": hit_ratios,
    "cache_aside": cache_aside,
    "ttl_single_key": ttl_single_key,
    "stampede": stampede,
    "write_behind": behind,
}
CASES = cases_of(set(CHECKS), "own_cache.json")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_known_answer(case: Case) -> None:
    CHECKS[case["kind"]](case)

"""Benefits and challenges of a design: numbers that a person can count again in the example."""

from __future__ import annotations

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.balance import Balance, balance
from planner.engine.document import Plan
from planner.engine.evaluate import evaluate
from tests.engine.test_rules import ORDERS, SEARCH, TODAY, Changes, example


def balanced(changes: Changes | None = None, plan: Plan | None = None) -> Balance:
    plan = plan or example(changes or {})
    return balance(plan, evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY), packaged_snapshot())


def test_systems_are_counted_with_their_stores_data_sets_and_caches() -> None:
    found = {one.database: one for one in balanced().systems}
    assert set(found) == {"postgresql", "redis", "mongodb", "opensearch", "clickhouse", "s3"}
    assert (found["redis"].stores, found["redis"].data_sets, found["redis"].caches) == (2, 2, 1)
    assert (found["postgresql"].stores, found["postgresql"].data_sets) == (2, 3)


def test_shares_of_cost_add_up_and_stand_dearest_first() -> None:
    systems = balanced().systems
    assert sum(one.share or 0 for one in systems) == pytest.approx(1)
    assert [one.monthly_usd for one in systems] == sorted((one.monthly_usd or 0 for one in systems), reverse=True)


def test_a_system_without_a_price_has_no_share_and_stands_last() -> None:
    systems = balanced({"stores.s3-archive.region": "mars-north-1"}).systems
    unknown = [one for one in systems if one.monthly_usd is None]
    assert unknown
    assert all(one.share is None for one in unknown)
    assert list(systems[len(systems) - len(unknown) :]) == unknown


def test_seams_are_links_between_stores_by_their_way() -> None:
    found = balanced()
    assert found.ways == {"batch": 2, "dual-write": 1, "cache": 1}
    assert balanced({f"{SEARCH}.store": "mongo-catalog"}).ways == {"batch": 2, "cache": 1}
    assert balanced({f"{SEARCH}.sync": None}).ways == {"batch": 2, "not said": 1, "cache": 1}


def test_missing_skills_follow_what_the_team_knows() -> None:
    known = ["postgresql", "redis", "mongodb", "opensearch", "clickhouse"]
    assert balanced({"team.knows": known}).missing == (packaged_snapshot().databases["s3"].name,)
    assert all(one.known is None for one in balanced({"team.knows": None}).systems)


def test_a_disaster_is_stores_times_their_steps_in_waves() -> None:
    found = balanced().disaster
    assert found.stores == 8  # nine without the store that holds a cache only
    assert found.steps > found.stores
    # Accounts, then the user service, then the order service; sources, copies, then their service is as long.
    assert found.waves == 3
    deeper = balanced({"services.analytics.depends_on": ["order-service"]}).disaster
    assert deeper.waves == 4
    assert found.without_way == 1  # the log archive


def test_one_system_alone_holds_no_more_than_was_placed() -> None:
    fit = balanced().fit
    assert fit.placed == 10
    assert fit.alone is not None
    assert 0 < fit.alone.holds <= fit.placed
    assert 0 < (fit.mean_score or 0) <= 100
    assert 0 <= (fit.mean_headroom or 0) <= 1
    worse = balanced({f"{ORDERS}.store": "s3-archive"}).fit
    assert worse.leading <= fit.leading


def test_the_busiest_store_and_what_moves_alone() -> None:
    found = balanced()
    assert found.scaling.busiest == "Session store"
    assert 0 < (found.scaling.busiest_share or 0) < 1
    # Products, search, events, reports, logs and archive; not the two pairs that share a store.
    assert found.movable == 6


def test_an_empty_plan_has_nothing_and_does_not_fail() -> None:
    found = balanced(plan=Plan(name="Nothing yet"))
    assert (found.systems, found.seams, found.disaster.waves, found.fit.alone) == ((), (), 0, None)
    assert found.scaling.busiest_share is None

"""Where else a store could run: which places, at what price, and which choice is least regretted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalog.facts import index_prices
from planner.engine.costs import size_and_price
from planner.engine.demand import parts_by_store
from planner.engine.elsewhere import Found, found_for, options, protocols
from planner.engine.nearby import at_provider, cloud_of, nearest
from planner.engine.regret import regrets
from tests.engine.cost_plans import plan_of, world


def found(**store: Any) -> dict[str, Found]:
    snapshot, prices = world()
    plan = plan_of(**store)
    return {one.option.key: one for one in found_for(plan, "main", parts_by_store(plan)["main"], snapshot, prices)}


@pytest.mark.parametrize(
    ("region", "cloud"),
    [("eu-west-1", "aws"), ("ap-southeast-1", "aws"), ("europe-west1", "gcp"), ("westeurope", "azure"), ("", "")],
)
def test_a_region_says_whose_it_is(region: str, cloud: str) -> None:
    assert cloud_of(region) == cloud


@pytest.mark.parametrize(
    ("region", "cloud", "there"),
    [
        ("us-east-1", "gcp", "us-central1"), ("us-east-1", "azure", "eastus"), ("eu-west-1", "gcp", "europe-west1"),
        ("eu-west-1", "azure", "westeurope"), ("us-east-1", "aws", "us-east-1"), ("ap-southeast-1", "azure", None),
    ],
)  # fmt: skip
def test_the_nearest_region_with_prices_stands_in_and_none_where_all_are_far(
    region: str, cloud: str, there: str | None
) -> None:
    assert at_provider(region, cloud, world()[1]) == there


def test_an_unknown_place_has_no_neighbour() -> None:
    assert nearest("cellar", ("us-east-1",)) is None


def test_a_relational_store_is_offered_where_its_protocol_is_spoken() -> None:
    snapshot, prices = world()
    keys = {one.key for one in options(plan_of().stores["main"], plan_of(), snapshot, prices)}
    assert "postgresql" in protocols(snapshot.databases["clickhouse"])
    assert {"now", "aws-aurora-postgresql", "gcp-cloudsql-postgresql", "azure-postgresql-flexible"} <= keys
    assert {"self-hosted-aws-postgresql", "self-hosted-gcp-postgresql", "self-hosted-azure-postgresql"} <= keys
    others = ("mysql", "redis", "cockroach", "clickhouse", "redshift")  # some speak its protocol, none is the same kind
    assert not {one for one in keys if any(name in one for name in others)}


def test_the_store_as_it_is_comes_first_and_costs_what_the_plan_says() -> None:
    snapshot, prices = world()
    first = next(iter(found().values()))
    assert first.option.is_now
    assert first.total == size_and_price(plan_of(), snapshot, prices)["main"].monthly_usd_interval


def test_a_service_that_nobody_can_run_oneself_is_offered_as_what_stands_in_for_it() -> None:
    keys = found(database="documentdb", offering="aws-documentdb")
    assert "self-hosted-aws-mongodb" in keys
    because = keys["self-hosted-aws-mongodb"].option.because
    assert because is not None
    assert because.source.startswith("http")
    assert "self-hosted-aws-documentdb" not in keys


def test_a_place_without_the_main_price_is_unknown_and_says_what_is_missing() -> None:
    neon = found()["neon-launch"]
    assert neon.total is None
    assert neon.parts == {}
    assert neon.missing
    assert not neon.complete


def test_kinds_of_lines_add_up_to_the_total_where_nothing_varies() -> None:
    one = found()["now"]
    assert one.total is not None
    assert sum(part.p50 for part in one.parts.values()) == pytest.approx(one.total.p50, rel=1e-9)


def test_copies_are_what_the_bill_falls_by_without_them() -> None:
    copies = {"mode": "synchronous", "replicas": 1, "zones": 2}
    both, alone = found(replication=copies)["now"], found()["now"]
    assert both.total is not None
    assert both.copies is not None
    assert alone.total is not None
    assert both.copies.p50 == pytest.approx(both.total.p50 - alone.total.p50)
    assert alone.copies is None


def test_backups_and_copies_go_to_the_regions_nearest_to_theirs() -> None:
    backup = {
        "kind": "full", "every": "1d", "keep": "2w", "method": "physical",
        "copies": [{"medium": "object-storage", "region": "us-east-1"}, {"medium": "object-storage", "region": "us-west-2"}],
    }  # fmt: skip
    there = found(backups=[backup])["gcp-cloudsql-postgresql"].option.store
    assert there.region == "us-central1"
    assert [copy.region for copy in there.backups[0].copies] == ["us-central1", "us-west1"]


def test_dearer_machines_somewhere_change_that_place_only() -> None:
    snapshot, prices = world()
    rows = tuple(
        one if (one.provider, one.kind) != ("gcp", "compute") else type(one)(**(_fields(one) | {"usd": one.usd * 2}))
        for one in prices.prices
    )
    plan, dear = plan_of(), index_prices("dear", rows)
    parts = parts_by_store(plan)["main"]
    before = {one.option.key: one.total for one in found_for(plan, "main", parts, snapshot, prices)}
    after = {one.option.key: one.total for one in found_for(plan, "main", parts, snapshot, dear)}
    assert {key for key in before if before[key] != after[key]} == {"self-hosted-gcp-postgresql"}


def _fields(price: Any) -> dict[str, Any]:
    return {name: getattr(price, name) for name in price.__slots__}


def test_a_plan_without_a_place_is_priced_in_each_clouds_largest_region() -> None:
    snapshot, prices = world()
    plan = plan_of(offering=None).model_copy(update={"provider": "self-hosted", "region": None})
    rows = {one.option.key: one for one in found_for(plan, "main", parts_by_store(plan)["main"], snapshot, prices)}
    assert rows["now"].total is None
    assert rows["self-hosted-aws-postgresql"].option.store.region == "us-east-1"
    assert rows["self-hosted-aws-postgresql"].total is not None


def test_regret_by_hand() -> None:
    rows = {"steady": np.array([10.0, 10.0, 10.0, 10.0]), "gamble": np.array([8.0, 8.0, 8.0, 30.0])}
    answer = regrets(rows)
    assert answer["gamble"].cheapest_share == 0.75
    assert answer["gamble"].worst_usd == 20.0
    assert answer["gamble"].mean_usd == 5.0
    assert answer["steady"] == type(answer["steady"])(0.25, 1.5, 2.0)


def test_equal_costs_share_the_draws_and_shares_add_up_to_one() -> None:
    same = np.array([5.0, 6.0])
    answer = regrets({"one": same, "other": same, "dear": same + 1})
    assert [one.cheapest_share for one in answer.values()] == [0.5, 0.5, 0.0]
    assert regrets({}) == {}

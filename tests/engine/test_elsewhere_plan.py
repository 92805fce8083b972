"""The whole plan at other places: what each store becomes, and the sum over shared draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.engine.costs import interval_of, plan_cost
from planner.engine.document import Plan
from planner.engine.elsewhere_plan import MOST_STORES, Elsewhere, coldness, everywhere, moved_plan
from planner.engine.people import People
from tests.engine.cost_plans import NEEDS, plan_of, world
from tests.planner.plans import example


def found(plan: Plan) -> dict[str, Elsewhere]:
    snapshot, prices = world()
    return {one.target.key: one for one in everywhere(plan, snapshot, prices)}


def of_stores(**stores: dict[str, Any]) -> Plan:
    data = {f"data-{slug}": {"name": slug, "needs": NEEDS, "store": slug} for slug in stores}
    tree = plan_of().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    tree |= {"polystore": 1, "services": {"shop": {"name": "Shop", "tier": "high", "data": data}}}
    return Plan.model_validate(tree | {"stores": {slug: {"name": slug, **one} for slug, one in stores.items()}})


def test_as_it_is_comes_first_and_is_the_plans_own_total() -> None:
    snapshot, prices = world()
    first = everywhere(example(), snapshot, prices)[0]
    assert first.target.cloud == ""
    assert first.total == plan_cost(example(), snapshot, prices).monthly_usd


def test_a_total_is_the_percentile_of_the_sum_and_not_the_sum_of_percentiles() -> None:
    one = found(example())["aws-self-hosted"]
    monthly = [it.monthly for it in one.stores.values() if it.monthly is not None]
    total: Any = sum(np.broadcast_to(it, (512,)) for it in monthly)
    assert one.total == interval_of(total)
    assert one.total is not None
    assert one.total.p90 < sum(interval_of(it).p90 for it in monthly)


def test_a_store_that_is_there_already_stays() -> None:
    plan = of_stores(main={"database": "postgresql", "offering": "aws-rds-postgresql"}, own={"database": "mysql"})
    there = found(plan)
    assert there["aws-managed"].stores["main"].option.is_now
    assert there["aws-managed"].stores["own"].option.store.offering == "aws-rds-mysql"
    assert there["aws-self-hosted"].stores["own"].option.is_now


def test_people_work_more_on_their_own_machines() -> None:
    plan, people = of_stores(main={"database": "postgresql", "offering": "aws-rds-postgresql"}), People(1, 6)
    there = found(plan)
    assert there["as-it-is"].hours(people) == 1
    assert there["gcp-managed"].hours(people) == 1
    assert there["gcp-self-hosted"].hours(people) == 6


def test_buckets_stay_a_service_and_as_cold_as_they_are() -> None:
    plan = of_stores(archive={"database": "s3", "offering": "aws-s3-standard-ia"})
    there = found(plan)
    assert "aws-self-hosted" not in there
    for key in ("gcp-managed", "gcp-self-hosted"):
        assert there[key].stores["archive"].option.key == "gcp-gcs-nearline"


@pytest.mark.parametrize(
    ("slug", "cold"),
    [("aws-s3-standard", 0), ("gcp-gcs-nearline", 1), ("gcp-gcs-coldline", 2), ("aws-s3-glacier-deep", 3), (None, 0)],
)
def test_storage_classes_in_order_of_cold(slug: str | None, cold: int) -> None:
    assert coldness(world()[0].offerings[slug] if slug else None) == cold


def test_what_has_no_price_is_named_and_left_out() -> None:
    plan = of_stores(graph={"database": "neo4j"}, main={"database": "postgresql", "offering": "aws-rds-postgresql"})
    there = found(plan)["gcp-managed"]
    assert there.unpriced == ("graph",)
    assert there.at_least
    assert there.total is not None


def test_the_moved_plan_costs_what_the_row_says() -> None:
    snapshot, prices = world()
    one = found(example())["gcp-self-hosted"]
    assert plan_cost(moved_plan(example(), one), snapshot, prices).monthly_usd == one.total


def test_an_empty_plan_and_one_too_large_are_not_compared() -> None:
    snapshot, prices = world()
    assert everywhere(Plan(name="Nothing"), snapshot, prices) == ()
    many = of_stores(**{f"s{at}": {"database": "postgresql"} for at in range(MOST_STORES + 1)})
    assert everywhere(many, snapshot, prices) == ()

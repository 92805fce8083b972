"""What of a plan's change costs how much: each kind alone is found alone, and any change is told in parts that sum to it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.files import book_of, packaged_prices, packaged_snapshot
from planner.engine import edits
from planner.engine.cost_causes import STEPS, Priced, causes
from planner.engine.cost_change import cost_change
from planner.engine.costs import size_and_price
from planner.engine.document import Costs, Plan, Replication, Store, parse
from planner.engine.quantity import Quantity
from tests.engine.documents import EXAMPLES

STEMS = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
PATH = "order-service/orders"


@cache
def plan_of(stem: str) -> Plan:
    return parse((EXAMPLES / f"{stem}.yaml").read_bytes())


def priced(plan: Plan, factor: str = "1") -> Priced:
    book = packaged_prices()
    if factor != "1":
        book = book_of(tuple(replace(row, usd=row.usd * Decimal(factor)) for row in book.prices))
    return Priced(plan, packaged_snapshot(), book)


def told(old: Priced, new: Priced) -> dict[str, Decimal]:
    found = causes(old, new)
    assert sum((one.change_usd for one in found), Decimal(0)) == new.usd - old.usd
    lines = cost_change(*(size_and_price(one.plan, one.snapshot, one.prices) for one in (old, new)))
    assert lines.change_usd == new.usd - old.usd
    return {one.words: one.change_usd for one in found}


def with_needs(plan: Plan, **fields: Quantity) -> Plan:
    one = plan.data_set(PATH)
    return edits.with_data_set(plan, PATH, one.model_copy(update={"needs": one.needs.model_copy(update=fields)}))


def with_store(plan: Plan, slug: str, **fields: object) -> Plan:
    return plan.model_copy(update={"stores": {**plan.stores, slug: plan.stores[slug].model_copy(update=fields)}})


def far(number: float) -> Quantity:
    return Quantity(number * 0.8, number, number * 1.2)


WEBSHOP = plan_of("webshop")
MAIN: Store = WEBSHOP.stores["pg-main"]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("load", with_needs(WEBSHOP, writes_per_second=far(9_000))),
        ("size of the data", with_needs(WEBSHOP, size_gib=far(5_000))),
        ("copies", with_store(WEBSHOP, "pg-main", replication=Replication(mode="synchronous", replicas=3, zones=3))),
        ("backups", with_store(WEBSHOP, "pg-main", backups=())),
        ("provider and region", with_store(WEBSHOP, "pg-main", region="eu-central-1")),
        ("commitment", WEBSHOP.model_copy(update={"costs": Costs(commitment="own", discount_percent=30)})),
        ("stores, and what lives where", edits.moved(WEBSHOP, PATH, "mongo-catalog")),
        ("machines of your own choice", with_store(WEBSHOP, "pg-main", machine="db.r6g.4xlarge", machines=2)),
    ],
)
def test_one_change_is_found_alone(words: str, changed: Plan) -> None:
    assert set(told(priced(WEBSHOP), priced(changed))) == {words}


def test_prices_and_design_are_told_apart() -> None:
    changed = with_needs(WEBSHOP, size_gib=far(5_000))
    found = told(priced(WEBSHOP), priced(changed, "1.1"))
    assert set(found) == {"size of the data", "other prices"}
    assert found["other prices"] == pytest.approx(priced(changed).usd / 10, rel=Decimal("0.001"))
    assert found["size of the data"] == told(priced(WEBSHOP), priced(changed))["size of the data"]


def test_the_same_plan_has_no_causes() -> None:
    assert told(priced(WEBSHOP), priced(plan_of("webshop"))) == {}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(STEMS), st.sampled_from(STEMS), st.sampled_from(("1", "0.87")))
def test_between_any_two_plans_the_parts_sum_to_the_change(old: str, new: str, factor: str) -> None:
    found = told(priced(plan_of(old)), priced(plan_of(new), factor))
    assert set(found) <= {words for words, _ in STEPS} | {"other prices", "another catalog"}

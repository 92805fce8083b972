"""The parts of a change of cost sum to the change, whatever changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.facts import PriceBook
from catalog.files import book_of, packaged_prices, packaged_snapshot
from planner.engine.cost_change import ADDED, CHOICE, PRICE, QUANTITY, REMOVED, CostChange, cost_change
from planner.engine.document import Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.quantity import Quantity
from planner.engine.results import StoreResult
from tests.engine.documents import EXAMPLES

TODAY = dt.date(2026, 11, 23)
TEMPLATES = sorted(EXAMPLES.glob("*.yaml"))


@cache
def plan_of(stem: str) -> Plan:
    return parse((EXAMPLES / f"{stem}.yaml").read_bytes())


def stores(plan: Plan, prices: PriceBook | None = None) -> dict[str, StoreResult]:
    return dict(evaluate(plan, packaged_snapshot(), prices or packaged_prices(), TODAY).stores)


def dearer(factor: str, service: str = "") -> PriceBook:
    rows = packaged_prices().prices
    return book_of(
        tuple(replace(row, usd=row.usd * Decimal(factor)) if service in row.service else row for row in rows)
    )


def sums(change: CostChange) -> None:
    assert sum((part.change_usd for part in change.parts), Decimal(0)) == change.change_usd
    assert sum((usd for _, usd in change.by_cause), Decimal(0)) == change.change_usd
    for sums_of in (change.by_reason, change.by_store):
        assert sum((usd for _, usd in sums_of), Decimal(0)) == change.change_usd


def test_other_prices_alone_are_all_price() -> None:
    plan = plan_of("webshop")
    change = cost_change(stores(plan), stores(plan, dearer("1.1")))
    sums(change)
    assert {part.cause for part in change.parts} == {PRICE}
    assert change.new_usd / change.old_usd == pytest.approx(Decimal("1.1"), rel=Decimal("0.001"))


def test_more_data_is_quantity_and_other_machines() -> None:
    plan = plan_of("webshop")
    ref = next(one for one in plan.data_sets() if one.data_set.store == "pg-main" and one.data_set.needs.size_gib)
    needs = ref.data_set.needs.model_copy(update={"size_gib": Quantity(4000.0, 5000.0, 6000.0)})
    data = {**ref.service.data, ref.slug: ref.data_set.model_copy(update={"needs": needs})}
    service = ref.service.model_copy(update={"data": data})
    larger = plan.model_copy(update={"services": {**plan.services, ref.service_slug: service}})
    change = cost_change(stores(plan), stores(larger))
    sums(change)
    assert change.change_usd > 100
    assert {part.cause for part in change.parts} <= {QUANTITY, CHOICE, PRICE}
    assert QUANTITY in {part.cause for part in change.parts}


def test_stores_that_come_and_go_are_named() -> None:
    full = stores(plan_of("webshop"))
    fewer = {slug: one for slug, one in full.items() if slug != "pg-reports"}
    for old, new, cause in ((full, fewer, REMOVED), (fewer, full, ADDED)):
        change = cost_change(old, new)
        sums(change)
        assert {(part.store, part.cause) for part in change.parts} == {("pg-reports", cause)}


def test_nothing_changed() -> None:
    same = stores(plan_of("chat"))
    assert cost_change(same, same).parts == ()


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([one.stem for one in TEMPLATES]), st.sampled_from([one.stem for one in TEMPLATES]),
    st.sampled_from(["0.5", "1", "1.37", "3"]),
)  # fmt: skip
def test_the_parts_of_any_two_bills_sum_to_the_change(old: str, new: str, factor: str) -> None:
    sums(cost_change(stores(plan_of(old)), stores(plan_of(new), dearer(factor, "RDS"))))

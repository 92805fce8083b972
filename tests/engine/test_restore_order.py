"""The order of a restore: sources before copies, people as given, and what does not come back is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine import edits
from planner.engine.backup.restore_order import RestoreOrder, restore_order
from planner.engine.document import Plan, Team, parse
from planner.engine.evaluate import evaluate

TEMPLATES = sorted((Path(__file__).parents[2] / "planner" / "examples").glob("*.yaml"))
TODAY = dt.date(2026, 11, 23)


def shop() -> Plan:
    return parse(next(one for one in TEMPLATES if one.stem == "webshop").read_bytes())


def order_of(plan: Plan) -> RestoreOrder:
    return restore_order(plan, evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY).stores)


def with_people(plan: Plan, people: int) -> Plan:
    return plan.model_copy(update={"team": plan.team.model_copy(update={"people_on_call": people})})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_sources_come_before_their_copies_and_nobody_does_two_things_at_once(path: Path) -> None:
    plan = parse(path.read_bytes())
    order = order_of(plan)
    ends = {one.name: one.start_minutes + one.minutes for one in order.steps}
    for one in order.steps:
        if one.kind == "rebuild":
            sources = plan.data_set(one.name).derived_from
            for source in sources:
                before = plan.data_set(source).store if plan.data_set(source).store in ends else source
                assert ends[str(before)] <= one.start_minutes + 1e-9
        busy = [other for other in order.steps if other.start_minutes <= one.start_minutes < ends[other.name]]
        assert len(busy) <= order.people
    assert order.bound_minutes <= order.minutes + 1e-9
    assert max(ends.values(), default=0.0) == pytest.approx(order.minutes)


def test_more_people_are_never_slower_and_enough_of_them_take_the_longest_chain() -> None:
    times = [order_of(with_people(shop(), people)).minutes for people in (1, 2, 3, 50)]
    assert times == sorted(times, reverse=True)
    assert times[0] > times[-1]
    assert times[-1] == pytest.approx(order_of(with_people(shop(), 50)).alone_minutes)


def test_a_plan_that_names_nobody_is_restored_by_one() -> None:
    order = order_of(shop().model_copy(update={"team": Team()}))
    assert (order.people, order.people_given) == (1, False)


def test_a_store_without_a_full_backup_is_named_and_its_service_does_not_come_back() -> None:
    plan = shop()
    bare = edits.with_store(plan, "pg-main", plan.stores["pg-main"].model_copy(update={"backups": ()}))
    order = order_of(bare)
    assert any(one.startswith(plan.stores["pg-main"].name) and "no full backup" in one for one in order.missing)
    assert order.service_minutes["order-service"] is None
    assert order_of(plan).service_minutes["order-service"] is not None


def test_an_empty_plan_has_nothing_to_restore() -> None:
    order = restore_order(Plan(name="Empty"), {})
    assert (order.steps, order.minutes, order.missing) == ((), 0.0, ())

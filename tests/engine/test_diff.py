"""Differences: each change once, with the name that people know."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings

from planner.engine import edits
from planner.engine.diff import diff
from planner.engine.document import DataSet, parse
from tests.engine.documents import WEBSHOP, plan_trees, plan_with

NEEDS = "services.shop.data.orders.needs"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan_trees(), plan_trees())
def test_differences_are_empty_only_for_equal_plans_and_mirror_each_other(
    one: dict[str, Any], two: dict[str, Any]
) -> None:
    old, new = parse(json.dumps(one), "json"), parse(json.dumps(two), "json")
    assert diff(old, old) == ()
    assert bool(diff(old, new)) == (old != new)
    mirror = {"added": "removed", "removed": "added"}
    there = {(one.path, mirror.get(one.kind, one.kind)) for one in diff(old, new)}
    assert there == {(one.path, one.kind) for one in diff(new, old)}


def test_fields_are_told_with_old_and_new_value() -> None:
    (change,) = diff(plan_with({}), plan_with({f"{NEEDS}.size_gib": 9}))
    assert (change.path, change.label, change.kind) == (f"{NEEDS}.size_gib", "Orders: size", "changed")
    assert (change.old, change.new) == ([1, 2, 3], 9)


def test_parts_are_told_once_and_moves_are_moves() -> None:
    old = plan_with({})
    added = edits.with_data_set(old, "mail/letters", DataSet(name="Letters", store="main", personal_data=True))
    (change,) = diff(old, added)
    assert (change.path, change.kind, change.new) == ("services.mail.data.letters", "added", "Letters")
    (change,) = diff(added, old)
    assert (change.kind, change.old, change.new) == ("removed", "Letters", None)
    (change,) = diff(old, edits.moved(old, "shop/orders", "cache"))
    assert (change.kind, change.old, change.new) == ("moved", "main", "cache")


def test_order_and_spelling_are_no_difference() -> None:
    plan = parse(WEBSHOP.read_bytes())
    turned = edits.with_plan_fields(plan, stores=dict(reversed(plan.stores.items())))
    assert diff(plan, turned) == ()

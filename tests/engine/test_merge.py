"""Merging two edits: laws first, then the conflicts that people meet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.engine import edits
from planner.engine.document import DataSet, DocumentError, Plan, parse
from planner.engine.merge import Choice, Merge, merge, resolve
from tests.engine.documents import WEBSHOP, plan_trees, plan_with

NEEDS = "services.shop.data.orders.needs"
Changes = dict[str, Any]
SIDES: tuple[Choice, ...] = ("ours", "theirs")


def merged(ours: Changes, theirs: Changes, base: Changes | None = None) -> Merge:
    return merge(plan_with(base or {}), plan_with((base or {}) | ours), plan_with((base or {}) | theirs))


def whole(found: Merge) -> Plan:
    assert found.plan is not None, found
    return found.plan


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan_trees(), plan_trees())
def test_an_edit_merged_with_nothing_is_the_edit(one: Changes, two: Changes) -> None:
    base, edited = parse(json.dumps(one), "json"), parse(json.dumps(two), "json")
    assert merge(base, base, edited).plan == edited
    assert merge(base, edited, base).plan == edited
    assert merge(base, edited, edited).plan == edited


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan_trees(), plan_trees(), plan_trees())
def test_any_two_edits_merge_or_conflict_and_either_side_can_be_chosen(
    one: Changes, two: Changes, three: Changes
) -> None:
    base, ours, theirs = (parse(json.dumps(tree), "json") for tree in (one, two, three))
    found, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)
    assert (found.plan is None) == bool(found.conflicts) == bool(mirrored.conflicts)
    assert {one.path for one in found.conflicts} == {one.path for one in mirrored.conflicts}
    for side in SIDES:
        try:
            chosen = resolve(base, ours, theirs, {one.path: side for one in found.conflicts})
        except DocumentError as error:
            assert error.problems
        else:
            assert parse(json.dumps(json.loads(chosen.model_dump_json(by_alias=True))), "json") == chosen


EDITS: tuple[Changes, ...] = (
    {"name": "Renamed"},
    {"services.shop.data.orders.name": "Purchases"},
    {f"{NEEDS}.size_gib": 9},
    {f"{NEEDS}.writes_per_second": None},
    {"services.shop.data.search.store": "main"},
    {"services.shop.data.search.cache": {"layer": "cdn"}},
    {"services.mail.tier": "critical"},
    {"services.other": {"name": "Other", "tier": "low"}},
    {"stores.main.replication": {"mode": "synchronous", "replicas": 1}},
    {"stores.third": {"name": "Third", "database": "mysql"}},
    {"team.knows": ["mysql"]},
    {"targets.high": {"rpo_minutes": 1, "rto_minutes": 2}},
)


@given(st.sampled_from(EDITS), st.sampled_from(EDITS))
def test_edits_of_different_parts_give_both(ours: Changes, theirs: Changes) -> None:
    found = merged(ours, theirs)
    assert whole(found) == plan_with(theirs | ours)


def test_the_same_field_twice_shows_both_sides_with_its_name() -> None:
    found = merged({f"{NEEDS}.size_gib": 9}, {f"{NEEDS}.size_gib": [1, 2, 8]})
    assert found.plan is None
    (conflict,) = found.conflicts
    assert conflict.path == f"{NEEDS}.size_gib"
    assert conflict.label == "Orders: size"
    assert (conflict.base, conflict.ours, conflict.theirs) == ([1, 2, 3], 9, [1, 2, 8])


def test_a_conflict_is_resolved_by_choice_and_the_rest_is_kept() -> None:
    ours = plan_with({f"{NEEDS}.size_gib": 9, "name": "Mine"})
    theirs = plan_with({f"{NEEDS}.size_gib": 8, "services.mail.tier": "high"})
    for side, size in (("ours", 9), ("theirs", 8)):
        plan = resolve(plan_with({}), ours, theirs, {f"{NEEDS}.size_gib": side})  # type: ignore[dict-item]
        assert plan == plan_with({f"{NEEDS}.size_gib": size, "name": "Mine", "services.mail.tier": "high"})


def test_lists_without_order_take_what_either_side_added_and_removed() -> None:
    base = {f"{NEEDS}.queries": ["join", "geo"], f"{NEEDS}.regions": 1}
    found = merged({f"{NEEDS}.queries": ["join", "blob"]}, {f"{NEEDS}.queries": ["join", "geo", "counter"]}, base)
    assert whole(found).data_set("shop/orders").needs.queries == ("join", "counter", "blob")
    both = merged({f"{NEEDS}.regions": 2}, {f"{NEEDS}.regions": 3}, base)
    assert [one.path for one in both.conflicts] == [f"{NEEDS}.regions"]


def test_two_drills_that_two_people_record_are_both_kept() -> None:
    first, second = ({"on": f"2026-10-0{day}", "restored_gib": 1, "minutes": 2} for day in (1, 2))
    found = merged({"stores.main.drills": [first]}, {"stores.main.drills": [second]})
    assert [one.on.day for one in whole(found).stores["main"].drills] == [2, 1]


def test_two_answers_about_one_waiver_conflict() -> None:
    waiver = {"rule": "a", "at": "stores/main", "reason": "b"}
    found = merged({"waivers": [waiver | {"until": "2027-01-01"}]}, {"waivers": [waiver | {"until": "2028-01-01"}]})
    assert [one.path for one in found.conflicts] == ["waivers"]


def test_one_removes_what_the_other_changed() -> None:
    found = merged({"services.shop.data.search": None}, {"services.shop.data.search.name": "Finder"})
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.ours, conflict.theirs) == ("services.shop.data.search.", None, "changed")
    base, ours = plan_with({}), plan_with({"services.shop.data.search": None})
    theirs = plan_with({"services.shop.data.search.name": "Finder"})
    assert resolve(base, ours, theirs, {conflict.path: "ours"}) == ours
    assert resolve(base, ours, theirs, {conflict.path: "theirs"}) == theirs


def test_one_removes_a_store_into_which_the_other_put_something() -> None:
    base = plan_with({})
    ours = edits.moved(base, "shop/search", "cache")
    theirs = edits.without_store(base, "cache")
    found = merge(base, ours, theirs)
    assert found.plan is None
    assert "no store 'cache'" in found.problem
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.label, conflict.ours, conflict.theirs) == ("stores.cache.", "Cache", "kept", None)
    assert resolve(base, ours, theirs, {"stores.cache.": "ours"}) == ours
    assert resolve(base, ours, theirs, {"stores.cache.": "theirs"}) == theirs


def test_a_mix_of_choices_keeps_what_it_refers_to() -> None:
    """Beside a conflict about a name, the removed store is in use: choosing names must be enough to save."""
    base = plan_with({})
    ours = edits.renamed(edits.moved(base, "shop/search", "cache"), "services/shop", "Mine")
    theirs = edits.renamed(edits.without_store(base, "cache"), "services/shop", "Theirs")
    assert [one.path for one in merge(base, ours, theirs).conflicts] == ["services.shop.name"]
    plan = resolve(base, ours, theirs, {"services.shop.name": "theirs"})
    assert (plan.services["shop"].name, plan.data_set("shop/search").store) == ("Theirs", "cache")


def test_one_removes_a_store_and_the_other_adds_a_data_set_in_it() -> None:
    base = plan_with({})
    ours = edits.with_data_set(base, "mail/letters", DataSet(name="Letters", store="cache"))
    theirs = edits.without_store(base, "cache")
    plan = resolve(base, ours, theirs, {"stores.cache.": "theirs"})
    assert "cache" not in plan.stores
    assert plan.data_set("mail/letters") == DataSet(name="Letters")


def test_two_dependencies_that_make_a_circle_conflict() -> None:
    base = {"services.third": {"name": "Third", "tier": "low"}}
    ours, theirs = {"services.shop.depends_on": ["third"]}, {"services.third.depends_on": ["shop"]}
    found = merged(ours, theirs, base)
    assert "circle" in found.problem
    assert {one.path for one in found.conflicts} == {"services.shop.depends_on", "services.third.depends_on"}
    sides = [plan_with(base | change) for change in ({}, ours, theirs)]
    choices: dict[str, Choice] = {one.path: "ours" for one in found.conflicts}
    assert resolve(sides[0], sides[1], sides[2], choices) == sides[1]


def test_one_removes_the_only_data_set_and_the_other_adds_one() -> None:
    base = {"services.mail.data": {"log": {"name": "Log"}}}
    found = merged({"services.mail.data": {}}, {"services.mail.data.letters": {"name": "Letters"}}, base)
    assert list(whole(found).services["mail"].data) == ["letters"]


def test_two_new_data_sets_of_one_slug_are_not_mixed() -> None:
    path = "services.mail.data"
    found = merged(
        {path: {"log": {"name": "Mine", "personal_data": True}}}, {path: {"log": {"name": "Theirs", "sync": "cdc"}}}
    )
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.ours, conflict.theirs) == ("services.mail.data.log.", "changed", "changed")


def test_quorum_and_replicas_changed_apart_do_not_fit_together() -> None:
    base = {"stores.main.replication": {"mode": "quorum", "replicas": 4, "write_quorum": 3}}
    ours, theirs = {"stores.main.replication.replicas": 2}, {"stores.main.replication.write_quorum": 5}
    before = plan_with(base)
    one, two = (parse(json.dumps(_changed(base, change)), "json") for change in (ours, theirs))
    found = merge(before, one, two)
    assert {conflict.path.rsplit(".", 1)[1] for conflict in found.conflicts} == {"replicas", "write_quorum"}
    assert resolve(before, one, two, {conflict.path: "ours" for conflict in found.conflicts}) == one


def _changed(base: Changes, change: Changes) -> Changes:
    tree: Changes = json.loads(plan_with(base).model_dump_json(by_alias=True))
    for path, value in change.items():
        here = tree
        *parents, last = path.split(".")
        for part in parents:
            here = here[part]
        here[last] = value
    return tree


@pytest.mark.parametrize("slug", ["pg-main", "redis-cache"])
def test_the_example_takes_two_edits_at_once(slug: str) -> None:
    base = parse(WEBSHOP.read_bytes())
    ours = edits.renamed(base, f"stores/{slug}", "Mine")
    theirs = edits.moved(base, "analytics/reports", "pg-main")
    plan = whole(merge(base, ours, theirs))
    assert (plan.stores[slug].name, plan.data_set("analytics/reports").store) == ("Mine", "pg-main")
    assert [*plan.services] == [*base.services]
    assert [*plan.stores] == [*base.stores]


def test_licences_and_assumptions_take_what_either_added() -> None:
    ours = {"team.licences": ["open-source"], "assumptions": [{"text": "Sizes are guessed"}]}
    theirs = {
        "team.licences": ["open-core"],
        "assumptions": [{"text": "Rates are guessed", "source": "https://example.org/x"}],
    }
    plan = whole(merged(ours, theirs))
    assert set(plan.team.licences) == {"open-source", "open-core"}
    assert {one.text for one in plan.assumptions} == {"Sizes are guessed", "Rates are guessed"}

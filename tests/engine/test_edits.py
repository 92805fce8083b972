"""Edits: the changed part is there, everything else is as before, and what cannot stand is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from planner.engine import edits
from planner.engine.document import Cache, DataSet, DocumentError, Plan, Service, Store, Waiver, dump_json, parse
from tests.engine.documents import WEBSHOP, plan_with


def refused(edit: Any, *args: Any, **fields: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        edit(*args, **fields)
    return str(caught.value)


def test_a_data_set_is_added_replaced_and_removed_without_touching_others() -> None:
    plan = plan_with({})
    added = edits.with_data_set(plan, "mail/letters", DataSet(name="Letters", store="main"))
    assert added.data_set("mail/letters").store == "main"
    assert added.services["shop"] is plan.services["shop"]
    assert edits.without_data_set(added, "mail/letters") == plan
    assert "letters" not in dump_json(plan)


def test_removing_a_source_keeps_its_copy_as_a_source_of_its_own() -> None:
    after = edits.without_data_set(plan_with({}), "shop/orders")
    left = after.data_set("shop/search")
    assert (left.derived_from, left.sync, left.name) == ((), None, "Search")


def test_removing_a_service_forgets_dependencies_derivations_and_waivers() -> None:
    waiver = {"rule": "a", "at": "services/shop/data/orders", "until": "2027-01-01", "reason": "b"}
    plan = plan_with(
        {"services.mail.data": {"log": {"name": "Log", "derived_from": ["shop/orders"]}}, "waivers": [waiver]}
    )
    after = edits.without_service(plan, "shop")
    assert list(after.services) == ["mail"]
    assert after.services["mail"].depends_on == ()
    assert after.data_set("mail/log").derived_from == ()
    assert after.waivers == ()


def test_removing_a_store_leaves_its_data_sets_without_a_store() -> None:
    plan = plan_with({"services.shop.data.search.cache": {"layer": "distributed", "store": "cache"}})
    after = edits.without_store(edits.without_store(plan, "main"), "cache")
    assert after.data_set("shop/orders").store is None
    assert after.data_set("shop/search").cache is None
    assert len(list(after.data_sets())) == 2


def test_moving_and_caching_and_naming() -> None:
    plan = plan_with({})
    assert edits.moved(plan, "shop/orders", "cache").data_set("shop/orders").store == "cache"
    assert edits.moved(plan, "shop/orders", None).data_set("shop/orders").store is None
    cached = edits.with_cache(plan, "shop/orders", Cache(layer="in-process", ttl_seconds=5))
    assert cached.data_set("shop/orders").cache == Cache(layer="in-process", ttl_seconds=5)
    assert edits.with_cache(cached, "shop/orders", None) == plan
    for at in ("services/shop", "services/shop/data/orders", "stores/main"):
        assert "Nicer" in dump_json(edits.renamed(plan, at, "Nicer"))
    assert edits.with_plan_fields(plan, name="Other", team={"people_on_call": 3}).team.people_on_call == 3


def test_a_waiver_for_the_same_rule_and_place_is_replaced() -> None:
    one, two = (
        Waiver.model_validate({"rule": "a", "at": "stores/main", "until": "2027-01-01", "reason": text})
        for text in "xy"
    )
    plan = edits.with_waiver(edits.with_waiver(plan_with({}), one), two)
    assert plan.waivers == (two,)
    assert edits.without_waiver(plan, "a", "stores/main").waivers == ()


def test_what_cannot_stand_is_refused_with_its_path() -> None:
    plan = plan_with({})
    assert "services.shop.data.orders.store: no store 'no'" in refused(edits.moved, plan, "shop/orders", "no")
    assert "services.no" in refused(edits.moved, plan, "no/orders", "main")
    assert "services.shop.data.no" in refused(edits.moved, plan, "shop/no", "main")
    assert "Bad Slug" in refused(edits.with_store, plan, "Bad Slug", Store(name="x", database="x"))
    assert "stores.a\n" in refused(edits.with_store, plan, "a\n", Store(name="x", database="x"))
    assert "circle" in refused(
        edits.with_data_set, plan, "shop/orders", DataSet(name="x", derived_from=("shop/search",))
    )
    assert "stores.no: is not in this plan" in refused(edits.without_store, plan, "no")
    assert "services.no" in refused(edits.without_service, plan, "no")
    assert "name: must be one line" in refused(edits.renamed, plan, "stores/main", "a\nb")
    assert "nowhere" in refused(edits.renamed, plan, "nowhere", "x")
    assert "name" in refused(edits.with_plan_fields, plan, name="")
    services = {f"s{number}": Service(name="x", tier="low") for number in range(500)}
    full = edits.with_plan_fields(plan, services=services)
    assert "limit is 500" in refused(edits.with_service, full, "one-more", Service(name="x", tier="low"))


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Orders, paid", "orders-paid"), ("Größe", "grosse"), ("日本", "item"), ("--", "item"), ("x" * 90, "x" * 56)],
)
def test_slugs_from_names(name: str, slug: str) -> None:
    assert edits.unique_slug(name, ()) == slug
    assert edits.unique_slug(name, {slug, f"{slug}-2"}) == f"{slug}-3"


def large() -> Plan:
    services = {
        f"service-{number}": {
            "name": "x",
            "tier": "low",
            "data": {
                f"data-{place}": {"name": "x", "needs": {"size_gib": [1, 2, 3]}, "store": "main"} for place in range(5)
            },
        }
        for number in range(200)
    }
    return plan_with({"services": services})


def test_an_edit_of_a_large_plan_takes_milliseconds() -> None:
    plan = large()
    times = []
    for number in range(10):
        started = time.perf_counter()
        edits.moved(plan, f"service-{number}/data-3", None)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.015


def test_edits_of_the_example_stay_readable() -> None:
    plan = parse(WEBSHOP.read_bytes())
    for slug in plan.stores:
        assert parse(dump_json(edits.without_store(plan, slug)))
    for slug in plan.services:
        assert parse(dump_json(edits.without_service(plan, slug)))
    for ref in plan.data_sets():
        assert parse(dump_json(edits.without_data_set(plan, ref.path)))

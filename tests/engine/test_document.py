"""Plan documents: what is read is written again, in both spellings, and the schema describes it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from planner.engine.document import (
    DocumentError,
    Needs,
    Plan,
    dump_json,
    dump_yaml,
    duration_seconds,
    json_schema,
    load_json,
    parse,
    parse_needs,
    sha256,
)
from planner.engine.quantity import Quantity
from tests.engine.documents import EXAMPLES, HARD_TEXTS, WEBSHOP, plan_trees, plan_with, tree_with

SERVICES = {"user-service", "product-catalog", "order-service", "analytics", "logging"}
STORES = {
    "pg-main", "redis-session", "mongo-catalog", "es-search", "redis-cache", "ch-events", "pg-reports", "es-logs",
    "s3-archive",
}  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plan_trees())
def test_export_import_export_gives_the_same_bytes(tree: dict[str, Any]) -> None:
    plan = parse(json.dumps(tree), "json")
    as_json, as_yaml = dump_json(plan), dump_yaml(plan)
    assert dump_json(parse(as_json)) == dump_json(parse(as_yaml)) == dump_json(load_json(as_json)) == as_json
    assert dump_yaml(parse(as_yaml)) == dump_yaml(parse(as_json)) == as_yaml
    assert parse(as_yaml) == plan
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(as_json))


def test_the_schema_is_valid_and_refuses_what_the_program_refuses() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(tree_with({}))
    for path, value in {
        "polystore": 2,
        "services.shop.tier": "urgent",
        "services.shop.data.orders.needs.size_gib": [1, 2],
        "services.shop.data.orders.needs.queries": ["jion"],
        "stores.main.colour": "red",
    }.items():
        assert not validator.is_valid(tree_with({path: value})), path


def test_a_number_keeps_its_spelling() -> None:
    plan = plan_with({"services.shop.data.orders.needs.size_gib": [1, 2.5, 300.0]})
    assert "size_gib: [1, 2.5, 300]" in dump_yaml(plan)
    assert plan.data_set("shop/orders").needs.size_gib == Quantity(1, 2.5, 300)
    assert plan.data_set("shop/orders").needs.writes_per_second == Quantity(5, 5, 5)


@pytest.mark.parametrize("text", [text for text in HARD_TEXTS if text.strip() == text])
def test_old_and_new_yaml_readers_see_the_same_text(text: str) -> None:
    """PyYAML's own loader is a reader of YAML 1.1: `no` without quotes would be false there."""
    written = dump_yaml(plan_with({"name": text, "stores.main.region": text}))
    tree = yaml.safe_load(written)
    if text != "2026-11-23":  # days stay bare, as the format writes them
        assert (tree["name"], tree["stores"]["main"]["region"]) == (text, text)
    assert parse(written).name == text


def test_yes_and_no_are_text_and_numbers_are_decimal() -> None:
    text = "polystore: 1\nname: no\nservices:\n  on: {name: off, tier: low}\nstores: {y: {name: yes, database: x}}\n"
    plan = parse(text)
    assert (plan.name, list(plan.services), plan.services["on"].name, plan.stores["y"].name) == (
        "no",
        ["on"],
        "off",
        "yes",
    )
    assert parse("polystore: 1\nname: x\nteam: {people_on_call: 010}").team.people_on_call == 10


def test_equal_plans_have_equal_hashes_whatever_their_spelling() -> None:
    tree = tree_with({})
    compact, spaced = json.dumps(tree), json.dumps(tree, indent=7)
    assert sha256(parse(compact)) == sha256(parse(spaced)) == sha256(parse(yaml.safe_dump(tree, sort_keys=False)))
    assert sha256(parse(compact)) != sha256(plan_with({"name": "Other"}))


def test_defaults_are_left_out_and_filled_in() -> None:
    plan = plan_with({"services.shop.data.orders.personal_data": False, "services.mail.data": {}})
    assert "personal_data" not in dump_json(plan)
    assert "data:" not in dump_yaml(plan).split("mail:")[1].split("stores:")[0]
    assert plan.target("high").rpo_minutes == 15
    assert plan.tier_of("shop/orders") == "high"
    assert plan_with({"targets": {"high": {"rpo_minutes": 3, "rto_minutes": 9}}}).target("high").rto_minutes == 9


def test_needs_work_as_a_key_by_value() -> None:
    @lru_cache
    def size(needs: Needs) -> object:
        return needs.size_gib

    one, two = (plan_with({}).data_set("shop/orders").needs for _ in range(2))
    assert size(one) is size(two)
    assert size.cache_info().hits == 1


def test_needs_may_stand_alone() -> None:
    needs = parse_needs("consistency: strong\nqueries: [join]\n")
    assert (needs.consistency, needs.queries) == ("strong", ("join",))
    for wrong in ("size_gib: 1\nsize_gib: 2\n", "size_gib: !!int 1\n", '{"size_gib": 1, "size_gib": 2}', "size: 1\n"):
        with pytest.raises(DocumentError):
            parse_needs(wrong)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("6h", 21600), ("7d", 604800), ("4w", 2419200), ("12M", 31557600)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "0d", "-1d", "1.5h", "5 m", "5m\n", "٣d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        duration_seconds(text)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_valid_and_round_trips(path: Any) -> None:
    plan = parse(path.read_bytes())
    assert parse(dump_yaml(plan)) == parse(dump_json(plan)) == plan
    assert "assumption" in plan.summary


def test_the_web_shop_has_the_services_and_stores_of_the_guide() -> None:
    plan: Plan = parse(WEBSHOP.read_bytes())
    assert set(plan.services) == SERVICES
    assert set(plan.stores) == STORES
    assert sum(1 for _ in plan.data_sets()) == 10
    for ref in plan.data_sets():
        assert ref.data_set.store in plan.stores
        given = ref.data_set.needs.model_dump(exclude_none=True)
        missing = set(Needs.model_fields) - set(given) - {"retention_days"}
        assert not missing, (ref.path, missing)

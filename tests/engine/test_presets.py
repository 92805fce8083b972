"""New data sets: what is taken from a name is written down, numbers are never guessed, nothing known places nothing."""

from __future__ import annotations

import pytest

from catalog.files import packaged_snapshot
from planner.engine.context import RankContext
from planner.engine.document import DataSet, Needs, parse
from planner.engine.presets import PRESETS, filled, guessed, preset_of, says_nothing
from planner.engine.ranking import rank

PLAN = parse("polystore: 1\nname: One\nservices: {a: {name: A, tier: medium, data: {b: {name: Orders}}}}\n")
LIKELY = {
    "orders": {"postgresql", "mysql", "mariadb"}, "sessions": {"redis", "valkey", "memcached", "dynamodb"},
    "search": {"opensearch", "elasticsearch"},
    "files": {"s3", "gcs", "azure-blob"}, "documents": {"mongodb", "postgresql", "documentdb"}, "events": {"clickhouse", "redshift"},
    "messages": {"kafka", "rabbitmq"}, "reports": {"clickhouse", "bigquery", "redshift", "snowflake", "duckdb"},
    "metrics": {"clickhouse", "timescaledb", "victoriametrics", "prometheus", "influxdb", "questdb"},
    "counters": {"redis", "valkey"}, "graph": {"neo4j"}, "vectors": {"pgvector", "qdrant", "milvus", "weaviate"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Orders", "orders"), ("User accounts", "orders"), ("Sessions", "sessions"), ("Product search", "search"),
        ("Product data", "documents"), ("Click events", "events"), ("Avatars", "files"), ("Leaderboard", "counters"),
        ("Sensor readings", "metrics"), ("Outbox", "messages"), ("Friends", "graph"), ("Monthly reports", "reports"),
        ("Embeddings", "vectors"), ("Things", ""), ("日本語", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_speaks_for_a_kind_or_for_none(name: str, slug: str) -> None:
    found = guessed(name)
    assert (found.slug if found else "") == slug


@pytest.mark.parametrize("slug", [one.slug for one in PRESETS])
def test_a_preset_has_no_numbers_and_a_store_that_people_expect(slug: str) -> None:
    preset = preset_of(slug)
    assert preset
    needs = Needs.model_validate(dict(preset.needs))
    assert not any(isinstance(value, int | float) for value in preset.needs.values())
    assert not says_nothing(needs)
    first = rank(needs, RankContext(provider="aws"), packaged_snapshot()).ranked[0].database
    assert first in LIKELY[slug], first


def test_what_was_filled_in_is_an_assumption_and_what_was_given_stays() -> None:
    preset = preset_of("orders")
    assert preset
    given = DataSet.model_validate({"name": "Orders", "needs": {"consistency": "eventual", "size_gib": 5}})
    service = PLAN.services["a"].model_copy(update={"data": {"b": given}})
    plan = filled(PLAN.model_copy(update={"services": {"a": service}}), "a/b", preset, "because of its name")
    needs = plan.data_set("a/b").needs
    assert (needs.consistency, needs.transactions, needs.size_gib) == ("eventual", "multi-record", given.needs.size_gib)
    (note,) = plan.assumptions
    assert (note.at, note.source) == ("services/a/data/b", "assumption")
    assert "Records that change together" in note.text


def test_nothing_said_is_nothing() -> None:
    assert says_nothing(Needs())
    assert says_nothing(Needs.model_validate({"size_gib": 5, "reads_per_second": 3}))
    assert not says_nothing(Needs.model_validate({"queries": ["blob"]}))

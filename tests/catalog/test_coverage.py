"""What the catalog knows is counted from its data: page, API and command say the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from catalog import files
from catalog.coverage import MOST_USED, USED_BY_ENGINE, coverage_of, in_text

ROOT = Path(__file__).parents[2]


def test_the_engine_reads_no_fact_that_is_not_listed() -> None:
    """`fact("a.b")` anywhere in the engine, and the keys in its tables."""
    text = "".join(path.read_text() for path in (ROOT / "planner" / "engine").rglob("*.py"))
    groups = "consistency|replication|scaling|query|features|durability|licence|managed_offerings"
    read = set(re.findall(rf'"((?:{groups})\.[a-z_]+)"', text))
    known = {key for one in files.packaged_snapshot().databases.values() for key in one.facts}
    assert read & known <= set(USED_BY_ENGINE)
    assert set(USED_BY_ENGINE) <= read & known


def test_the_most_used_systems_are_in_the_catalog() -> None:
    assert len(set(MOST_USED)) == 25
    assert set(MOST_USED) <= set(files.packaged_snapshot().databases)


def test_counts_are_those_of_the_data() -> None:
    snapshot, prices = files.packaged_snapshot(), files.packaged_prices()
    found = coverage_of(snapshot, prices)
    facts = [fact for one in snapshot.databases.values() for fact in one.facts.values()]
    assert (found.facts.seen, found.facts.total) == (sum(fact.verified for fact in facts), len(facts))
    assert sum(one.total for one in found.by_group) == len(facts)
    assert len(found.priced) + len(found.unpriced) == len(snapshot.offerings)
    assert sum(number for _, number in found.companies) == len(found.priced) >= 60
    assert len(found.companies) >= 5
    assert found.used.total == len(MOST_USED) * len(USED_BY_ENGINE)
    assert found.used.total - found.used.seen == sum(len(one.keys) for one in found.waiting)


def test_a_fact_that_loses_its_source_is_missing_at_once() -> None:
    snapshot = files.packaged_snapshot()
    redis = snapshot.databases["redis"]
    facts = {key: replace(fact, verified=key != "features.ttl") for key, fact in redis.facts.items()}
    changed = files.snapshot_of({**snapshot.databases, "redis": replace(redis, facts=facts)}, snapshot.offerings)
    waiting = {one.database.slug: one.keys for one in coverage_of(changed, files.packaged_prices()).waiting}
    assert waiting["redis"] == ("features.ttl",)


@pytest.mark.django_db
def test_page_api_and_command_say_the_same(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    found = coverage_of(files.packaged_snapshot(), files.packaged_prices())
    page = client.get("/catalog/coverage/").content.decode()
    assert f"{found.facts.seen} of {found.facts.total}." in page
    for one in found.unpriced:
        assert one.name in page
    answer = client.get("/api/v1/coverage").json()
    assert answer["facts"] == {"seen": found.facts.seen, "total": found.facts.total}
    assert answer["priced_offerings"] == [one.slug for one in found.priced]
    call_command("catalog", "coverage")
    assert capsys.readouterr().out == in_text(found)


@pytest.mark.django_db
def test_an_unchanged_page_is_answered_with_304(client: Client) -> None:
    client.get("/catalog/coverage/")  # brings the cookie of the theme form's token
    tag = client.get("/catalog/coverage/")["ETag"]
    assert client.get("/catalog/coverage/", headers={"If-None-Match": tag}).status_code == 304

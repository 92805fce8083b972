"""Tiers beside the guide, and what fails together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.document import Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.tiers import GUIDE, TierRow, common_domains, stores_by_tier, tier_rows, without_safety
from tests.engine.documents import EXAMPLES, WEBSHOP

TODAY = dt.date(2026, 11, 23)


def rows(plan: Plan) -> tuple[TierRow, ...]:
    found = evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY)
    return tier_rows(plan, found.recovery, found.stores, packaged_snapshot(), packaged_prices())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_tiers_count_each_data_set_once_and_safety_is_never_cheaper_than_none(path: Path) -> None:
    plan = parse(path.read_bytes())
    found = rows(plan)
    assert sum(row.data_sets for row in found) == sum(ref.data_set.store is not None for ref in plan.data_sets())
    assert [row.tier for row in found] == [tier for tier in GUIDE if tier in {row.tier for row in found}]
    for row in found:
        assert row.factor is None or row.factor >= 1
    slugs = [slug for stores in stores_by_tier(plan).values() for slug in stores]
    assert len(slugs) == len(set(slugs))


def test_the_factor_by_hand() -> None:
    """Orders are critical and lie in pg-main alone of that tier: its bill over its bill without copies and backups."""
    plan = parse(WEBSHOP.read_bytes())
    critical = rows(plan)[0]
    assert (critical.tier, critical.stores) == ("critical", ("pg-main",))
    full = evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY).stores["pg-main"].monthly_usd
    bare = evaluate(without_safety(plan), packaged_snapshot(), packaged_prices(), TODAY).stores["pg-main"].monthly_usd
    assert full is not None and bare is not None
    assert critical.factor == pytest.approx(float(full / bare))


def test_what_fails_together() -> None:
    plan = parse(WEBSHOP.read_bytes())
    domains = {one.name: one for one in common_domains(plan)}
    assert set(domains) == {"us-east-1", "eu-west-1", "the cloud account"}
    assert len(domains["us-east-1"].stores) == len(plan.stores)
    assert {"Log archive", "Product cache", "Reporting database"} <= set(domains["us-east-1"].only_here)
    assert "Main database" not in domains["us-east-1"].only_here
    assert domains["eu-west-1"].only_here == ()
    assert "Log archive" in domains["the cloud account"].only_here
    assert common_domains(Plan.model_validate({"polystore": 1, "name": "Empty"})) == ()

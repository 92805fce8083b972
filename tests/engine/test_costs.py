"""Bills of stores: worked by hand from the price lists first, then laws."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine.backups import BASE_KINDS
from planner.engine.bill import UNITS, Bill
from planner.engine.costs import plan_cost, size_and_price
from planner.engine.demand import MEDIAN, demand_by_month, demand_of, parts_by_store
from planner.engine.document import BackupPolicy
from planner.engine.retention import kept_backups
from planner.engine.transfer import copies_elsewhere, to_internet, upper_gib
from tests.engine.cost_plans import line, plan_of, priced, world

PAIR = {"mode": "synchronous", "replicas": 1, "zones": 2}
ELSEWHERE = {"medium": "object-storage", "region": "eu-west-1"}


def test_rds_multi_az_by_hand() -> None:
    """Cheapest with 2 cores, 7 GiB: db.m6g.large at 0.318 for the pair; 60 GiB gp3 at 0.23 for both copies."""
    result = priced(replication=PAIR)
    assert line(result, "Database instance").monthly_usd == Decimal(730) * Decimal("0.318")
    assert line(result, "Storage gp3").monthly_usd == Decimal(60) * Decimal("0.23")
    assert result.monthly_usd == Decimal("245.94")
    assert (result.shape, result.nodes) == ("db.m6g.large", 2)


def test_a_read_replica_of_rds_is_a_machine_and_a_volume_more() -> None:
    result = priced(replication=PAIR | {"replicas": 2})
    assert line(result, "Read replicas").monthly_usd == Decimal(730) * Decimal("0.159")
    assert line(result, "Storage gp3 of a read replica").monthly_usd == Decimal(60) * Decimal("0.115")


def test_dynamodb_units_by_hand() -> None:
    """100 reads of 1 KiB, eventual = 50 units; 2,628,000 s a month; 0.125 a million. Writes 10 units at 0.625."""
    result = priced(database="dynamodb", offering="aws-dynamodb-on-demand")
    assert line(result, "Read requests").monthly_usd == pytest.approx(Decimal(50) * Decimal("2.628") * Decimal("0.125"))
    assert line(result, "Write requests").monthly_usd == pytest.approx(Decimal("26.28") * Decimal("0.625"))
    assert line(result, "Storage").monthly_usd == Decimal("12.5")


def test_object_storage_tiers_are_marginal() -> None:
    result = priced(database="s3", offering="aws-s3-standard", needs={"size_gib": 60_000})
    assert [one.quantity for one in result.lines if one.basis == "size"] == [51_200, 8_800]


def test_self_hosted_pays_machines_disks_and_both_sides_between_zones() -> None:
    result = priced(offering="self-hosted", replication=PAIR)
    assert line(result, "Virtual machines").quantity == 1460
    assert line(result, "Disks gp3").monthly_usd == Decimal(120) * Decimal("0.08")
    written_gib = 10 * 1024 / 2**30 * 730 * 3600
    assert line(result, "Replication between zones").quantity == pytest.approx(2 * written_gib)


@pytest.mark.parametrize(("replicas", "zones", "away"), [(0, 1, 0), (1, 2, 1), (2, 3, 2), (2, 2, 1), (1, 1, 0)])
def test_copies_in_other_zones(replicas: int, zones: int, away: int) -> None:
    plan = plan_of(replication={"mode": "quorum", "replicas": replicas, "zones": zones})
    assert copies_elsewhere(plan.stores["main"]) == away


def test_further_regions_are_priced_from_their_own_list() -> None:
    result = priced(replication={"mode": "asynchronous", "replicas": 0, "zones": 1, "regions": ["eu-west-1"]})
    there = line(result, "eu-west-1: Database instance")
    here = next(one for one in result.lines if one.item.startswith("Database instance"))
    assert there.unit_price_usd > here.unit_price_usd
    assert line(result, "Replication to eu-west-1").unit_price_usd == Decimal("0.02")


def test_a_region_without_prices_is_unknown_and_never_another_regions_price() -> None:
    result = priced(region="sa-east-1")
    assert result.monthly_usd is None
    assert any("no price in aws sa-east-1" in text for text in result.unknown)
    snapshot, prices = world()
    assert plan_cost(plan_of(region="sa-east-1"), snapshot, prices).at_least


def policy(**fields: Any) -> dict[str, Any]:
    return {"kind": "full", "every": "1d", "keep": "14 copies", "method": "physical", "copies": [ELSEWHERE]} | fields


def held(*policies: dict[str, Any]) -> list[float]:
    """GiB on average of each policy for 50 GiB of data, 10 writes a second of 1 KiB."""
    made = tuple(BackupPolicy.model_validate(one) for one in policies)
    parts = parts_by_store(plan_of())["main"]
    return [float(one.held_gib[0]) for one in kept_backups(made, demand_of(parts, MEDIAN), MEDIAN, np.array([0.5]))]


def test_kept_backups_by_hand() -> None:
    """A backup is half its data. A day writes 0.824 GiB, half of which is a lasting change: 0.206 GiB packed."""
    day = 10 * 1024 / 2**30 * 86_400 / 2 * 0.5
    assert held(policy()) == pytest.approx([14 * 25])
    assert held(policy(keep="2w")) == pytest.approx([14 * 25])
    assert held(policy(keep={"daily": 7, "weekly": 4, "monthly": 12})) == pytest.approx([23 * 25])
    assert held(policy(kind="snapshot", method="storage-snapshot")) == pytest.approx([25 + 13 * day])
    log = policy(kind="log", every="5m", keep="14d", method="continuous-archive")
    assert held(log) == pytest.approx([14 * day * 2 * 2])  # twice the bytes as log, nothing written twice is left out


def test_a_full_backup_stays_while_increments_need_it() -> None:
    """Weekly fulls kept for one week, daily increments for three weeks: a full is needed for 3 + 1 weeks."""
    weekly, daily = policy(every="7d", keep="7d"), policy(kind="incremental", keep="3w")
    assert held(weekly)[0] == pytest.approx(25)
    assert held(weekly, daily)[0] == pytest.approx(4 * 25)


def test_rds_backups_are_free_up_to_the_size_of_the_storage() -> None:
    """Two fulls are 50 of the 60 free GiB: no line. Four are 100: 40 GiB at 0.095."""
    here = {"medium": "object-storage", "region": "us-east-1"}
    few = priced(backups=[policy(keep="2 copies", copies=[here])])
    assert not [one for one in few.lines if one.basis == "backups"]
    more = priced(backups=[policy(keep="4 copies", copies=[here])])
    assert line(more, "Backup storage").monthly_usd == pytest.approx(Decimal(40) * Decimal("0.095"))


def test_a_copy_in_another_region_pays_its_way_there() -> None:
    result = priced(backups=[policy()])
    moved = line(result, "Transfer of full backups to eu-west-1")
    assert moved.quantity == pytest.approx(25 * 730 / 24)
    assert moved.unit_price_usd == Decimal("0.02")
    assert line(result, "Backup storage in eu-west-1").quantity == pytest.approx(14 * 25)


def test_backups_of_compressed_columns_are_as_small_as_the_columns() -> None:
    result = priced(database="clickhouse", offering="self-hosted", backups=[policy(keep="2 copies")])
    assert line(result, "Backups, full").quantity == pytest.approx(2 * 50 / 8)


def test_every_line_says_where_its_price_comes_from() -> None:
    snapshot, prices = world()
    result = priced(replication=PAIR, backups=[policy()])
    for one in result.lines:
        assert one.because.source and one.because.as_of, one.item
        assert one.unit_price_usd is not None
        assert one.monthly_usd == Decimal(repr(one.quantity)) * one.unit_price_usd
        assert f"${one.unit_price_usd}" in one.because.text
    assert {row.unit for row in prices.prices} - {"gpu-hour"} <= set(UNITS)
    assert snapshot.id


def test_total_is_of_the_sum_over_shared_draws() -> None:
    snapshot, prices = world()
    plan = plan_of(needs={"size_gib": [20, 50, 200]})
    cost = plan_cost(plan, snapshot, prices)
    one = size_and_price(plan, snapshot, prices)["main"]
    assert cost.monthly_usd == one.monthly_usd_interval
    assert cost.monthly_usd is not None
    assert cost.monthly_usd.p10 < cost.monthly_usd.p50 < cost.monthly_usd.p90
    assert cost.prices_as_of == "2025-06-18"
    assert not cost.at_least


def test_an_unplaced_data_set_and_an_empty_size_make_it_at_least() -> None:
    snapshot, prices = world()
    empty = plan_of(needs={"size_gib": None})
    result = size_and_price(empty, snapshot, prices)["main"]
    assert result.size_gib is None and result.monthly_usd is None
    assert "size_gib is empty" in result.unknown[0]
    assert plan_cost(empty, snapshot, prices).at_least


def test_equal_stores_are_answered_from_memory() -> None:
    snapshot, prices = world()
    plan = plan_of()
    first = size_and_price(plan, snapshot, prices)["main"]
    assert size_and_price(plan.model_copy(update={"summary": "other"}), snapshot, prices)["main"] is first


def test_expiring_data_cannot_outgrow_its_window() -> None:
    """10 writes a second of 1 KiB for 30 days are 24.7 GiB: 20 GiB may grow to that and no further."""
    plan = plan_of(needs={"size_gib": 20, "retention_days": 30, "growth_per_year": 1.0})
    months = demand_by_month(parts_by_store(plan)["main"], MEDIAN)
    sizes = [float(next(months).size_gib[0]) for _ in range(13)]
    window = 10 * 1024 / 2**30 * 30 * 86_400
    assert sizes[0] == 20
    assert sizes[1] == pytest.approx(20 * 2 ** (1 / 12))
    assert sizes[12] == pytest.approx(min(40, window * 2))
    steady = plan_of(needs={"size_gib": 400, "retention_days": 30, "growth_per_year": 1.0})
    demands = demand_by_month(parts_by_store(steady)["main"], MEDIAN)
    assert [float(next(demands).size_gib[0]) for _ in range(13)][12] == 400


@pytest.mark.parametrize(("tier", "bound"), [("0-10TB", 10_240), ("50-150TB", 153_600), ("0-1TiB", 1024)])
def test_bounds_of_tiers(tier: str, bound: float) -> None:
    assert upper_gib(tier) == bound
    assert upper_gib(">150TB") == upper_gib("all") == float("inf")


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 500_000), st.floats(0, 500_000))
def test_tiers_add_up_and_more_costs_more(first: float, second: float) -> None:
    def cost(gib: float) -> float:
        bill = Bill(world()[1], "aws", "us-east-1")
        to_internet(bill, "Egress", np.array([gib]))
        assert sum(float(one.quantity[0]) for one in bill.lines) == pytest.approx(gib)
        return sum(float(one.monthly[0]) for one in bill.lines if one.monthly is not None)

    low, high = sorted((first, second))
    assert cost(low) <= cost(high) + 1e-6


OFFERINGS = [
    ("postgresql", "aws-rds-postgresql"), ("redis", "aws-elasticache-redis"), ("opensearch", "aws-opensearch"),
    ("dynamodb", "aws-dynamodb-on-demand"), ("s3", "aws-s3-standard"), ("kafka", "aws-msk"),
    ("clickhouse", "self-hosted"), ("aurora", "aws-aurora-postgresql"), ("documentdb", "aws-documentdb"),
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(OFFERINGS), st.floats(1, 2000), st.floats(1, 20), st.integers(0, 2))
def test_more_data_never_costs_less(chosen: tuple[str, str], size: float, factor: float, replicas: int) -> None:
    database, offering = chosen
    place = {"database": database, "offering": offering, "replication": PAIR | {"replicas": replicas}}
    small = priced(needs={"size_gib": size}, **place)
    large = priced(needs={"size_gib": size * factor}, **place)
    if small.monthly_usd is not None and large.monthly_usd is not None and not large.unknown:
        assert float(large.monthly_usd) >= float(small.monthly_usd) * (1 - 1e-6)
    interval = small.monthly_usd_interval
    assert interval is None or interval.p10 <= interval.p50 <= interval.p90


def test_base_kinds_and_retention_agree() -> None:
    assert {"full", "incremental", "differential", "snapshot"} == set(BASE_KINDS)


def offerings() -> list[str]:
    return sorted(world()[0].offerings)


@pytest.mark.parametrize("slug", offerings())
def test_every_offering_is_priced_or_says_why_not(slug: str) -> None:
    """In the region of its prices; nothing is silently free."""
    snapshot, prices = world()
    offering = snapshot.offerings[slug]
    mine = [row for row in prices.prices if row.service == offering.price_service and row.provider != "any"]
    regions = {row.region for row in mine if row.provider == offering.provider} or {"us-east-1"}
    region = "us-east-1" if "us-east-1" in regions else max(regions)
    place = {"database": offering.database, "offering": slug, "provider": offering.provider, "region": region}
    result = priced(needs={"size_gib": 5}, **place)
    assert any(row.service == offering.price_service for row in prices.prices)
    if offering.billing == "none":
        assert result.monthly_usd is None and result.unknown
    else:
        assert result.monthly_usd is not None and result.monthly_usd > 0


def test_more_data_never_cost_less_where_larger_disks_bring_free_iops() -> None:
    """From 400 GiB on a gp3 disk of RDS has 12,000 IOPS for nothing: below, those GiB are bought where that costs less."""
    busy = {"reads_per_second": 6_000, "writes_per_second": 1_000}
    found = [priced(needs=busy | {"size_gib": size}) for size in (250, 300, 320, 333, 334, 360, 400)]
    costs = [one.monthly_usd for one in found]
    assert costs == sorted(costs, key=lambda usd: usd or 0)
    bought = next(one for one in found[3].reasons if one.key == "rds-gp3")
    assert bought.text.startswith("400 GiB are bought for")
    assert not [one for one in priced(needs={"size_gib": 300}).reasons if one.key == "rds-gp3"]

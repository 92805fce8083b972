"""What the replication of a store costs and saves: hand-worked cases and laws."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.files import packaged_snapshot
from planner.engine.replication.assessment import Assessment, assess, options
from planner.engine.replication.round_trips import BETWEEN_ZONES
from tests.engine.documents import plan_with

SNAPSHOT = packaged_snapshot()


def assessed(database: str = "postgresql", *, offering: str = "self-hosted", **replication: Any) -> Assessment:
    store: dict[str, Any] = {"name": "Main", "database": database, "offering": offering, "region": "us-east-1"}
    if replication:
        store["replication"] = {"replicas": 2, "zones": 3} | replication
    changes = {"stores.main": store, "services.shop.data.orders.needs.item_bytes": 1024 * 1024}
    return assess(plan_with(changes), "main", SNAPSHOT)


def lost(found: Assessment) -> dict[str, object]:
    return {one.failure: one.seconds for one in found.losses}


def test_a_synchronous_commit_waits_for_the_fastest_zone() -> None:
    found = assessed(mode="synchronous")
    assert found.wait is not None
    # The faster of two equal round trips of 0.8 ms: below the median of one.
    assert 0.5 < found.wait.likely.p50_ms < BETWEEN_ZONES.likely_ms
    assert found.wait.low.p99_ms < found.wait.likely.p99_ms < found.wait.high.p99_ms


def test_asynchronous_waits_for_nobody_and_loses_the_lag() -> None:
    found = assessed(mode="asynchronous", regions=["eu-west-1"])
    assert found.wait is not None
    assert found.wait.high.p99_ms == 0
    assert lost(found) == {
        "node": (0.1, 1, 5), "zone": (0.1, 1, 5), "region": (0.5, 2, 5), "cut-off": (0.0, 45, 120),
        "operator": None, "corruption": None, "account": None,
    }  # fmt: skip
    node = found.losses[0]
    assert node.lost_mib == pytest.approx((0.5, 5, 25))  # 5 writes of 1 MiB a second, for the lag


def test_no_mode_helps_against_mistakes_or_promises_everything() -> None:
    """The claim "RPO 0" is never bare: what remains is said for every failure."""
    for mode in ("asynchronous", "synchronous", "quorum"):
        found = assessed(mode=mode, regions=["eu-west-1"])
        assert all(one.remains for one in found.losses)
        assert [one.seconds for one in found.losses if one.failure in ("operator", "corruption", "account")] == [
            None
        ] * 3
        assert lost(found)["region"] == (0.5, 2, 5)


def test_copies_in_the_primarys_zone_do_not_cover_the_zone() -> None:
    one_zone = assessed(mode="synchronous", zones=1)
    assert lost(one_zone)["node"] == ()
    assert lost(one_zone)["zone"] is None
    # Two replicas in two zones: the one beside the primary is not waited for.
    two_zones = assessed(mode="synchronous", zones=2)
    assert [copy.votes for copy in two_zones.layout.copies] == [True, False]
    assert lost(two_zones)["zone"] == ()
    # A majority of three in two zones: the zone with two of them may hold all that have the write.
    assert lost(assessed(mode="quorum", zones=2))["zone"] == (0.1, 1, 5)
    assert lost(assessed(mode="quorum", zones=2, write_quorum=3))["zone"] == ()
    assert lost(assessed(mode="quorum", zones=3))["zone"] == ()


@pytest.mark.parametrize(("mode", "zones"), [("asynchronous", 2), ("synchronous", 1), ("synchronous", 2), ("synchronous", 3),
                                             ("quorum", 1), ("quorum", 3)])  # fmt: skip
def test_more_replicas_never_raise_a_loss(mode: str, zones: int) -> None:
    before: dict[str, float] = {}
    for replicas in range(1, 7):
        found = assessed(mode=mode, replicas=replicas, zones=zones, regions=["eu-west-1"])
        now = {
            one.failure: float("inf") if one.seconds is None else max(one.seconds, default=0) for one in found.losses
        }
        assert all(now[failure] <= before.get(failure, float("inf")) for failure in now), (replicas, before, now)
        before = now


def test_a_majority_over_regions_survives_one_and_costs_the_distance() -> None:
    spread = assessed("cockroachdb", mode="consensus", replicas=0, zones=1, regions=["us-east-2", "us-west-2"])
    assert lost(spread)["region"] == ()
    assert spread.wait is not None
    near = assessed("cockroachdb", mode="consensus")
    assert near.wait is not None
    assert spread.wait.likely.p50_ms > near.wait.likely.p99_ms
    assert lost(near)["region"] is None
    # Three of five at home: the region can take the majority with it.
    leaning = assessed("cockroachdb", mode="consensus", regions=["us-east-2", "us-west-2"])
    assert lost(leaning)["region"] == (0.5, 2, 5)


def test_an_unknown_region_has_no_number() -> None:
    found = assessed("cockroachdb", mode="consensus", replicas=0, regions=["moon-1", "mars-1"])
    assert found.wait is None


def test_what_the_system_cannot_do_is_refused_with_the_fact() -> None:
    found = assessed("redis", mode="consensus", pattern="active-passive")
    (verdict,) = found.verdicts
    assert verdict.refused
    assert verdict.because.key == "redis:replication.modes"
    assert verdict.because.source.startswith("https://")
    assert found.layout.mode == "asynchronous"
    assert found.notes
    (pattern,) = assessed(mode="asynchronous", pattern="active-active").verdicts
    assert (pattern.at, pattern.refused) == ("pattern", True)
    assert pattern.because.key == "postgresql:replication.multi_region_writes"


def test_a_conflict_rule_that_the_system_does_not_have_is_doubted() -> None:
    (one,) = assessed("cassandra", mode="quorum", pattern="active-active", conflict_resolution="crdt").verdicts
    assert one.at == "conflict_resolution"
    assert not one.refused
    assert (
        assessed("cassandra", mode="quorum", pattern="active-active", conflict_resolution="last-write-wins").verdicts
        == ()
    )


def test_every_mode_is_offered_or_refused() -> None:
    plan = plan_with({"stores.main.replication": {"mode": "asynchronous", "replicas": 1, "zones": 2}})
    found = {one.mode: one for one in options(plan, "main", SNAPSHOT)}
    assert [one.mode for one in found.values() if one.chosen] == ["asynchronous"]
    assert found["consensus"].assessment is None
    assert found["consensus"].verdict is not None
    assert found["synchronous"].assessment is not None


def test_more_copies_never_lower_availability_and_a_lone_standby_does() -> None:
    shares = [assessed(mode="asynchronous", replicas=replicas).uptime for replicas in (1, 2, 4)]
    minutes = [one.minutes[1] for one in shares if one]
    assert len(minutes) == 3
    assert minutes == sorted(minutes, reverse=True)
    lone = assessed(mode="synchronous", replicas=1).uptime
    assert lone is not None
    assert lone.minutes[1] > minutes[0]
    single = assessed().uptime
    assert single is not None
    assert single.minutes[1] > minutes[0]
    assert all(low <= likely <= high for low, likely, high in (single.minutes, lone.minutes))


def test_overlapping_quorums_are_never_old_and_others_have_a_probability() -> None:
    sure = assessed("cassandra", mode="quorum", write_quorum=2, read_quorum=2)
    assert sure.reads[0].seconds == ()
    loose = assessed("cassandra", mode="quorum", write_quorum=1, read_quorum=1)
    assert loose.layout.mode == "asynchronous"  # a write quorum of 1 waits for no other copy
    partly = assessed("cassandra", mode="quorum", write_quorum=2, read_quorum=1)
    assert partly.reads[0].seconds is None
    assert "8.4% of reads" in partly.reads[0].text


def test_a_service_that_copies_inside_promises_and_is_not_computed() -> None:
    found = assessed("s3", offering="aws-s3-standard")
    assert found.inside is not None
    assert (found.wait, found.uptime) == (None, None)
    assert lost(found)["zone"] == ()
    assert lost(found)["region"] is None


@pytest.mark.parametrize(
    ("database", "mode", "replicas", "acks"),
    [
        ("mongodb", "quorum", 2, 1),
        ("mongodb", "quorum", 4, 2),
        ("cockroachdb", "consensus", 2, 1),
        ("cockroachdb", "consensus", 3, 2),  # two of four are no majority
        ("cockroachdb", "consensus", 4, 2),
        ("postgresql", "synchronous", 4, 1),
        ("postgresql", "asynchronous", 4, 0),
    ],
)
def test_so_many_acknowledgements_make_a_majority(database: str, mode: str, replicas: int, acks: int) -> None:
    layout = assessed(database, mode=mode, replicas=replicas).layout
    assert layout.acks_needed == acks
    if mode in ("quorum", "consensus"):
        assert 2 * layout.written > 1 + replicas


def test_a_common_cause_takes_quorums_and_replicas_alike() -> None:
    """b u of a year: 5 % of 4 h in 8,764."""
    for mode in ("asynchronous", "quorum"):
        uptime = assessed(mode=mode).uptime
        assert uptime is not None
        (shared,) = [one for one in uptime.causes if "share a cause" in one.text]
        assert shared.likely_minutes == pytest.approx(0.05 * 4 / 8764 * 525_960)


@pytest.mark.parametrize(
    ("database", "offering", "seconds"),
    [
        ("aurora", "aws-aurora-postgresql-io", (15, 30, 60)),
        ("documentdb", "aws-documentdb", (30, 60, 120)),
        ("postgresql", "azure-postgresql-flexible", (60, 90, 120)),
        ("mysql", "azure-mysql-flexible", (60, 90, 120)),
        ("mysql", "aws-rds-mysql", (60, 90, 120)),
        ("mongodb", "self-hosted", (5, 12, 30)),
        ("neon", "neon-scale", (5, 60, 120)),
    ],
)
def test_a_failover_that_the_maker_documents_is_taken_with_its_source(
    database: str, offering: str, seconds: tuple[float, float, float]
) -> None:
    assert offering == "self-hosted" or offering in SNAPSHOT.offerings
    failover = assessed(database, offering=offering, mode="asynchronous").failover
    assert (failover.low, failover.likely, failover.high) == seconds
    assert failover.source.startswith("https://")

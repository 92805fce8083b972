"""Recovery by failure: hand-worked cases first, then laws."""

from __future__ import annotations

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine import edits
from planner.engine.costs import size_and_price
from planner.engine.document import Plan, Replication, parse
from planner.engine.recovery import FAILURES, recover
from planner.engine.results import DataSetRecovery, FailureRecovery, ServiceRecovery
from planner.engine.words import duration_words
from tests.planner.plans import EXAMPLE


@pytest.fixture
def plan() -> Plan:
    return parse(EXAMPLE.read_bytes(), "yaml")


def recovered(plan: Plan) -> tuple[dict[str, DataSetRecovery], dict[str, ServiceRecovery]]:
    snapshot = packaged_snapshot()
    return recover(plan, snapshot, size_and_price(plan, snapshot, packaged_prices()))


def of(plan: Plan, path: str, failure: str) -> FailureRecovery:
    return next(one for one in recovered(plan)[0][path].failures if one.failure == failure)


def test_a_synchronous_standby_loses_nothing_committed_and_takes_the_documented_time(plan: Plan) -> None:
    node = of(plan, "order-service/orders", "node")
    assert (node.lost, node.rpo_seconds, node.rto_seconds) == ("none committed", 0.0, 90)
    assert any("MultiAZ" in because.source for because in node.reasons)


def test_an_operator_error_is_restored_from_backup_and_log(plan: Plan) -> None:
    error = of(plan, "order-service/orders", "operator")
    # Log every 5 min + 30 s on its way; 248 GiB at the drill's speed of 190 GiB in 41 min.
    assert error.rpo_seconds == 330
    steps = dict(error.steps)
    assert steps["Restore 248 GiB"] == pytest.approx(248 / 190 * 41 * 60)
    written = (18 * 1500 + 85 * 2048) / 2**20
    assert steps["Replay the log"] == pytest.approx(written * 2 * (86400 / 2) / 50)
    assert error.rto_seconds == pytest.approx(sum(steps.values()))
    assert (error.meets_rpo, error.meets_rto) == (False, False)


def test_replicas_do_not_help_against_an_operator_error(plan: Plan) -> None:
    store = plan.stores["pg-main"]
    many = store.model_copy(update={"replication": Replication(mode="synchronous", replicas=5, zones=3)})
    more = edits.with_store(plan, "pg-main", many)
    path = "order-service/orders"
    assert of(more, path, "operator").rpo_seconds == of(plan, path, "operator").rpo_seconds


def test_without_backup_and_replica_everything_is_lost_and_no_number_is_shown(plan: Plan) -> None:
    region = of(plan, "logging/log-archive", "region")
    assert (region.lost, region.rpo_seconds, region.rto_seconds) == ("everything", None, None)
    assert region.meets_rpo is False


def test_a_mode_that_the_system_lacks_counts_as_asynchronous(plan: Plan) -> None:
    store = plan.stores["redis-session"]
    wished = store.model_copy(update={"replication": Replication(mode="synchronous", replicas=1, zones=2)})
    node = of(edits.with_store(plan, "redis-session", wished), "user-service/sessions", "node")
    assert node.rpo_seconds == 5
    assert any("treated as asynchronous" in because.text for because in node.reasons)


def test_a_copy_is_rebuilt_from_a_source_that_holds_all_of_it(plan: Plan) -> None:
    assert of(plan, "product-catalog/product-search", "operator").lost == "rebuilt"
    # Logs are kept for 30 days, their archive for seven years: the archive cannot be rebuilt.
    assert of(plan, "logging/log-archive", "operator").lost == "everything"


def test_an_unknown_size_makes_the_time_unknown_not_zero(plan: Plan) -> None:
    orders = plan.data_set("order-service/orders")
    empty = orders.model_copy(update={"needs": orders.needs.model_copy(update={"size_gib": None})})
    error = of(edits.with_data_set(plan, "order-service/orders", empty), "order-service/orders", "operator")
    assert (error.lost, error.rto_seconds, error.meets_rto) == ("unknown", None, None)


def test_a_service_waits_for_what_it_needs_and_its_own_start(plan: Plan) -> None:
    data_sets, services = recovered(plan)
    order, user = services["order-service"], services["user-service"]
    slowest = max(
        one.rto_seconds or 0
        for path in ("order-service/orders", "order-service/carts")
        for one in data_sets[path].failures
        if one.failure in ("node", "zone", "region", "operator")
    )
    assert order.worst_rto_seconds == pytest.approx(max(slowest, user.worst_rto_seconds or 0) + 120)
    assert order.met is False


def test_every_failure_has_words_reasons_and_consistent_verdicts(plan: Plan) -> None:
    for recovery in recovered(plan)[0].values():
        assert [one.failure for one in recovery.failures] == list(FAILURES)
        for one in recovery.failures:
            assert one.lost
            assert one.reasons
            if one.rpo_seconds is not None:
                assert one.meets_rpo == (one.rpo_seconds <= recovery.target_rpo_seconds)


@pytest.mark.parametrize("every", ["1h", "6h", "1d", "7d"])
def test_a_shorter_interval_never_loses_more(plan: Plan, every: str) -> None:
    store = plan.stores["pg-reports"]
    policies = tuple(policy.model_copy(update={"every": every}) for policy in store.backups)
    longer = tuple(policy.model_copy(update={"every": "4w"}) for policy in store.backups)
    short, long = (
        of(
            edits.with_store(plan, "pg-reports", store.model_copy(update={"backups": one})),
            "analytics/reports",
            "corruption",
        )
        for one in (policies, longer)
    )
    assert (short.rpo_seconds or 0) <= (long.rpo_seconds or float("inf"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.5, "500 ms"), (70, "70 s"), (3120, "52 min"), (6480, "1.8 h"), (86400, "24 h"), (400_000, "4.6 days")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_a_quorum_covers_a_zone_only_if_no_zone_can_hold_all_that_answered(plan: Plan) -> None:
    """A majority of three in two zones: the zone with two of them may have been the two that answered."""

    def zone_loss(mode: str, **replication: object) -> float | None:
        copies = Replication.model_validate({"mode": mode, **replication})
        store = plan.stores["pg-main"].model_copy(update={"replication": copies})
        return of(edits.with_store(plan, "pg-main", store), "order-service/orders", "zone").rpo_seconds

    assert zone_loss("quorum", replicas=2, zones=3) == 0
    assert zone_loss("quorum", replicas=2, zones=2) == 5
    assert zone_loss("quorum", replicas=2, zones=2, write_quorum=3) == 0
    assert [zone_loss("synchronous", replicas=replicas, zones=2) for replicas in (1, 2, 3, 4)] == [0, 0, 0, 0]


def lost_store(**store: object) -> Plan:
    """A source and its copy in one store without a replica; `store` adds what it has."""
    data = {
        "src": {"name": "Source", "store": "s", "needs": {"size_gib": 100}},
        "der": {"name": "Copy", "store": "s", "derived_from": ["a/src"], "needs": {"size_gib": 10}},
    }
    raw = {
        "polystore": 1,
        "name": "Lost",
        "region": "eu-central-1",
        "services": {"a": {"name": "A", "tier": "low", "data": data}},
        "stores": {"s": {"name": "S", "database": "postgresql", "offering": "self-hosted", **store}},
    }
    return Plan.model_validate(raw)


@pytest.mark.parametrize("region", [None, "eu-central-1"])
def test_a_backup_in_the_region_that_the_store_takes_from_its_plan_is_lost_with_it(region: str | None) -> None:
    copy = {"medium": "object-storage", "region": "eu-central-1"}
    backup = {"kind": "full", "method": "physical", "every": "1d", "keep": "7d", "copies": [copy]}
    plan = lost_store(backups=[backup], **({"region": region} if region else {}))
    assert of(plan, "a/src", "region").lost == "everything"
    assert of(plan, "a/src", "operator").rpo_seconds is not None


def test_a_copy_is_not_rebuilt_from_a_source_that_went_with_the_same_store() -> None:
    plan = lost_store()
    for failure in ("node", "zone", "operator"):
        assert of(plan, "a/src", failure).lost == "everything"
        copy = of(plan, "a/der", failure)
        assert (copy.lost, copy.meets_rpo) == ("everything", False)

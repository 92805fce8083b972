"""The range of a time back: by hand for one data set, its laws for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.demand import parts_by_store
from planner.engine.document import Drill, Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.outlook import LATER_MONTHS, Outlook, growth_of, outlook
from planner.engine.recovery import facts_of
from planner.engine.results import FailureRecovery
from tests.engine.documents import EXAMPLES, WEBSHOP

TODAY = dt.date(2026, 11, 23)
SNAPSHOT = packaged_snapshot()


def failures(plan: Plan) -> dict[tuple[str, str], FailureRecovery]:
    evaluation = evaluate(plan, SNAPSHOT, packaged_prices(), TODAY)
    return {(path, one.failure): one for path, row in evaluation.recovery.items() for one in row.failures}


def of(plan: Plan, path: str, one: FailureRecovery, target: float = 3600.0) -> Outlook | None:
    slug = plan.data_set(path).store or ""
    store = plan.stores[slug]
    return outlook(
        one,
        store,
        facts_of(SNAPSHOT.databases.get(store.database)),
        growth_of(parts_by_store(plan).get(slug, ())),
        target,
    )


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_percentiles_ascend_and_the_likely_time_lies_between_them(path: Path) -> None:
    plan = parse(path.read_bytes())
    seen = 0
    for (name, _), one in failures(plan).items():
        found = of(plan, name, one)
        if found is None:
            continue
        seen += 1
        assert 0 < found.p10 <= found.p50 <= found.p90
        assert one.rto_seconds is not None and found.p10 <= one.rto_seconds * 1.001
        assert one.rto_seconds <= found.p90 * 1.001
        assert 0 <= found.chance <= 1
        assert sum(step.likely for step in found.steps) == pytest.approx(one.rto_seconds)
        assert found.mean_loss_seconds is None or found.mean_loss_seconds <= (one.rpo_seconds or 0)
    assert seen > 10


def test_a_restore_by_hand() -> None:
    """Operator error on the main database: 3 + 2 + 10 min, 248 GiB at 80 MiB/s (its drill), the log, 2 min of checks."""
    plan = parse(WEBSHOP.read_bytes())
    one = failures(plan)[("order-service/orders", "operator")]
    found = of(plan, "order-service/orders", one, target=300.0)
    assert found is not None
    by_label = {step.label.split()[0]: step for step in found.steps}
    assert 60 < by_label["Detect"].low < 180 < by_label["Detect"].high < 900  # p10 and p90 inside its p5 and p95
    assert by_label["Restore"].low == by_label["Restore"].high == by_label["Restore"].likely  # measured: no range
    assert found.chance == 0  # five minutes are over before anybody has decided and a server is there
    assert found.mean_loss_seconds == pytest.approx(330 - 150)  # log every 5 min, on its way half a minute
    assert [month for month, _ in found.later] == list(LATER_MONTHS)
    assert found.later[0][1] < found.later[1][1]


def test_without_a_drill_the_speed_has_a_range() -> None:
    plan = parse(WEBSHOP.read_bytes())
    store = plan.stores["pg-main"].model_copy(update={"drills": ()})
    plan = plan.model_copy(update={"stores": {**plan.stores, "pg-main": store}})
    found = of(plan, "order-service/orders", failures(plan)[("order-service/orders", "operator")])
    assert found is not None
    restore = next(step for step in found.steps if step.label.startswith("Restore"))
    assert restore.low < restore.likely < restore.high
    assert "likely 300 MiB/s" in restore.counts


def test_a_longer_target_is_never_met_less_often() -> None:
    plan = parse(WEBSHOP.read_bytes())
    one = failures(plan)[("order-service/orders", "region")]
    chances = [
        found.chance
        for target in (60, 600, 3600, 7200, 86400)
        if (found := of(plan, "order-service/orders", one, target))
    ]
    assert chances == sorted(chances) and chances[-1] > 0.99


def test_nothing_back_has_no_outlook() -> None:
    plan = parse(WEBSHOP.read_bytes())
    one = failures(plan)[("order-service/orders", "operator")]
    assert of(plan, "order-service/orders", replace(one, rto_seconds=None)) is None


def test_the_newest_drill_decides() -> None:
    plan = parse(WEBSHOP.read_bytes())
    store = plan.stores["pg-main"]
    quick = Drill.model_validate({"on": "2026-11-20", "restored_gib": 248, "minutes": 4, "verified": True})
    faster = plan.model_copy(
        update={"stores": {**plan.stores, "pg-main": store.model_copy(update={"drills": (*store.drills, quick)})}}
    )
    key = ("order-service/orders", "operator")
    before, after = of(plan, key[0], failures(plan)[key]), of(faster, key[0], failures(faster)[key])
    assert before is not None and after is not None and after.p50 < before.p50

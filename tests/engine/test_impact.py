"""What a changed catalog or price book does to a plan: hand-made changes, and the short way against the long one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.facts import FactValue, Snapshot, index_prices
from catalog.files import packaged_prices, packaged_snapshot, snapshot_of
from planner.engine.document import Plan
from planner.engine.evaluate import evaluate
from planner.engine.impact import CENT, PlanImpact, World, impact
from planner.engine.results import Evaluation
from tests.planner.plans import example

TODAY = dt.date(2026, 11, 23)
NOW = World(packaged_snapshot(), packaged_prices())
EXAMPLE = example()
CHANGES: list[tuple[str, str, FactValue]] = [
    ("postgresql", "consistency.transaction_scope", "none"),
    ("postgresql", "features.joins", "none"),
    ("postgresql", "scaling.write_scaling", "horizontal"),
    ("mongodb", "consistency.transaction_scope", "none"),
    ("neo4j", "consistency.transaction_scope", "none"),
    ("cassandra", "consistency.read_strongest", "linearizable"),
    ("redis", "durability.default", "memory_only"),
    ("opensearch", "features.full_text", "none"),
    ("postgresql", "licence.model", "proprietary"),
]


def with_fact(slug: str, key: str, value: FactValue, *, verified: bool = True, note: str = "") -> Snapshot:
    snapshot = packaged_snapshot()
    database = snapshot.databases[slug]
    fact = replace(database.facts[key], value=value, verified=verified, note=note)
    changed = replace(database, facts={**database.facts, key: fact})
    return snapshot_of({**snapshot.databases, slug: changed}, dict(snapshot.offerings))


def with_prices(times: str, service: str = "") -> World:
    rows = packaged_prices().prices
    factor = Decimal(times)
    changed = tuple(
        replace(row, usd=row.usd * factor) if not service or row.service == service else row for row in rows
    )
    return World(packaged_snapshot(), index_prices(f"times {times} {service}", changed))


def of(after: World, plan: Plan = EXAMPLE) -> PlanImpact | None:
    return impact(plan, NOW, after, TODAY)


def test_the_same_catalog_changes_nothing() -> None:
    assert of(NOW) is None


def test_a_note_on_a_fact_changes_nothing() -> None:
    fact = packaged_snapshot().databases["postgresql"].facts["consistency.transaction_scope"]
    after = with_fact("postgresql", fact.key, fact.value, verified=fact.verified, note="Read again")
    assert of(World(after, NOW.prices)) is None


def test_a_lost_ability_takes_the_first_place_and_brings_findings() -> None:
    found = of(World(with_fact("postgresql", "consistency.transaction_scope", "none"), NOW.prices))
    assert found and found.kinds[:2] == ("leader", "refusal")
    orders = next(one for one in found.rankings if one.data_set == "order-service/orders")
    assert (orders.database, orders.first_before) == ("postgresql", "postgresql")
    assert orders.first_after != "postgresql"
    move = orders.moves[0]
    assert (move.database, move.rank_before, move.rank_after, move.score_after) == ("postgresql", 1, None, None)
    refused = [one for one in found.findings if one.rule == "placement.refused" and one.appears]
    assert "services/order-service/data/orders" in {one.at for one in refused}


def test_systems_that_only_make_room_are_not_listed() -> None:
    found = of(World(with_fact("neo4j", "consistency.transaction_scope", "none"), NOW.prices))
    assert found
    assert {move.database for one in found.rankings for move in one.moves} == {"neo4j"}
    assert "leader" not in found.kinds


def test_a_system_that_comes_or_goes() -> None:
    snapshot = packaged_snapshot()
    rest = {slug: one for slug, one in snapshot.databases.items() if slug != "aurora"}
    gone = of(World(snapshot_of(rest, dict(snapshot.offerings)), NOW.prices))
    assert gone
    move = gone.rankings[0].moves[0]
    assert (move.database, move.rank_after, move.score_after) == ("aurora", None, None)
    back = impact(EXAMPLE, World(snapshot_of(rest, dict(snapshot.offerings)), NOW.prices), NOW, TODAY)
    assert back and back.rankings[0].moves[0].rank_before is None


def test_dearer_prices_change_the_cost_and_what_cost_decides() -> None:
    found = of(with_prices("1.1"))
    assert found and set(found.kinds) <= {"order", "score", "cost"}
    assert not found.findings
    assert found.cost and found.cost.before and found.cost.after
    assert found.cost.after == pytest.approx(1.1 * found.cost.before, rel=0.01)


def test_a_price_that_the_plan_does_not_pay_changes_nothing() -> None:
    assert of(with_prices("2", "no such service")) is None


def test_without_prices_the_cost_becomes_unknown_never_zero() -> None:
    found = of(World(NOW.snapshot, index_prices("none", ())))
    assert found and found.cost
    assert (found.cost.after, found.cost.at_least_after) == (None, True)


def test_only_the_most_telling_moves_are_kept() -> None:
    snapshot = packaged_snapshot()
    changed = {slug: replace(one, status="discontinued") for slug, one in snapshot.databases.items()}
    found = of(World(snapshot_of(changed, dict(snapshot.offerings)), NOW.prices))
    assert found
    assert all(len(one.moves) <= 6 for one in found.rankings)
    assert any(one.more for one in found.rankings)


@pytest.mark.parametrize(("slug", "key", "value"), CHANGES)
def test_it_says_what_two_whole_evaluations_say(slug: str, key: str, value: FactValue) -> None:
    after = with_fact(slug, key, value)
    found = of(World(after, NOW.prices)) or PlanImpact((), (), None)
    old = evaluate(EXAMPLE, NOW.snapshot, NOW.prices, TODAY)
    new = evaluate(EXAMPLE, after, NOW.prices, TODAY)
    assert {one.data_set for one in found.rankings} == {path for path in old.rankings if places(old, new, path, slug)}
    assert {(one.rule, one.at, one.severity, one.appears) for one in found.findings} == {
        (*one, one in open_in(new)) for one in open_in(old) ^ open_in(new)
    }
    was, now = (side.totals.monthly_usd for side in (old, new))
    assert was and now
    assert (found.cost is not None) == (abs(was.p50 - now.p50) >= CENT or old.totals.at_least != new.totals.at_least)


def places(old: Evaluation, new: Evaluation, path: str, slug: str) -> bool:
    """Whether anything that a page shows of this ranking differs."""
    sides = [
        ([one.database for one in side.rankings[path].ranked], [round(one.score) for one in side.rankings[path].ranked])
        for side in (old, new)
    ]
    return sides[0] != sides[1]


def open_in(side: Evaluation) -> set[tuple[str, str, str]]:
    return {(one.rule, one.at, one.severity) for one in side.findings if not one.waived_until}

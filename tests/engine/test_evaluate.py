"""The evaluation as a whole: pure, complete, and quick after an edit."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time
from pathlib import Path

import pytest

from catalog.facts import index_prices
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.document import Plan, parse, sha256
from planner.engine.evaluate import evaluate, ranking_dict, to_dict
from planner.engine.results import Evaluation

TODAY = dt.date(2026, 11, 23)
EXAMPLE = parse((Path(__file__).parents[2] / "planner/examples/webshop.yaml").read_text())


def evaluated(plan: Plan = EXAMPLE, today: dt.date = TODAY) -> Evaluation:
    return evaluate(plan, packaged_snapshot(), packaged_prices(), today)


def with_store(plan: Plan, path: str, store: str | None) -> Plan:
    service_slug, slug = path.split("/")
    service = plan.services[service_slug]
    data = {**service.data, slug: service.data[slug].model_copy(update={"store": store})}
    services = {**plan.services, service_slug: service.model_copy(update={"data": data})}
    return plan.model_copy(update={"services": services})


def test_same_input_same_answer() -> None:
    assert evaluated() == evaluated(parse((Path(__file__).parents[2] / "planner/examples/webshop.yaml").read_text()))


def test_it_says_what_it_was_made_of() -> None:
    result = evaluated()
    assert result.document_sha256 == sha256(EXAMPLE)
    assert (result.catalog_snapshot, result.price_snapshot) == (packaged_snapshot().id, packaged_prices().id)
    assert set(result.rankings) == set(result.recovery) == {ref.path for ref in EXAMPLE.data_sets()}
    assert set(result.stores) == set(EXAMPLE.stores)
    assert set(result.services) == set(EXAMPLE.services)


def test_totals_are_the_sums_of_what_is_shown() -> None:
    result = evaluated()
    totals = result.totals
    still_open = [one for one in result.findings if not one.waived_until]
    assert totals.findings_high + totals.findings_medium + totals.findings_low == len(still_open)
    assert totals.targets_met == sum(one.met is True for one in result.recovery.values())
    assert (totals.data_sets, totals.caches, totals.stores) == (10, 1, 9)
    assert totals.monthly_usd and totals.monthly_usd.p10 < totals.monthly_usd.p50 < totals.monthly_usd.p90


def test_without_prices_the_cost_is_unknown_never_zero() -> None:
    result = evaluate(EXAMPLE, packaged_snapshot(), index_prices("none", ()), TODAY)
    assert result.totals.at_least
    assert result.totals.monthly_usd is None
    assert to_dict(result, EXAMPLE)["costs"]["monthly_usd"] is None
    assert to_dict(result, EXAMPLE)["costs"]["unknown"]


def test_a_data_set_that_is_not_placed_meets_no_target() -> None:
    before, after = evaluated(), evaluated(with_store(EXAMPLE, "user-service/sessions", None))
    assert before.recovery["user-service/sessions"].met is True
    assert after.totals.targets_met == before.totals.targets_met - 1
    assert after.totals.targets_total == before.totals.targets_total
    assert "placement.unplaced" in {one.rule for one in after.findings}


def test_a_loss_that_is_not_known_makes_the_worst_a_lower_bound() -> None:
    plan = parse(
        """
polystore: 1
name: Started
provider: aws
region: us-east-1
services:
  shop:
    name: Shop
    tier: medium
    data:
      orders: {name: Orders, store: pg, needs: {consistency: strong}}
stores:
  pg:
    name: Orders
    database: postgresql
    replication: {mode: asynchronous, replicas: 1, zones: 2}
    backups:
      - kind: full
        every: 1d
        keep: 2w
        method: physical
        copies:
          - {medium: object-storage, region: us-east-1, encrypted: true}
          - {medium: object-storage, region: eu-west-1, offsite: true, encrypted: true}
"""
    )
    result = evaluated(plan)
    losses = {one.failure: one for one in result.recovery["shop/orders"].failures}
    assert losses["region"].lost == "unknown" and losses["zone"].rpo_seconds  # the case that misled
    assert result.totals.worst_loss_seconds is None
    assert result.totals.worst_loss_text.startswith("at least ")
    assert result.totals.worst_loss_where == "Orders, node lost; unknown for Orders, region lost"


def test_an_empty_plan_is_unknown_not_wrong() -> None:
    result = evaluated(Plan(name="Empty"))
    assert result.totals.worst_loss_seconds is None and result.totals.worst_loss_text == "unknown"
    assert result.totals.data_sets == 0 and not result.findings


def test_a_system_that_the_catalog_does_not_know_breaks_nothing() -> None:
    store = EXAMPLE.stores["pg-main"].model_copy(update={"database": "our-own-database", "offering": None})
    plan = EXAMPLE.model_copy(update={"stores": {**EXAMPLE.stores, "pg-main": store}})
    result = evaluated(plan)
    assert result.stores["pg-main"].unknown
    assert result.totals.at_least


def test_json_without_infinities() -> None:
    tree = to_dict(evaluated(), EXAMPLE)
    assert json.loads(json.dumps(tree, allow_nan=False))["document_sha256"] == sha256(EXAMPLE)
    ranking = ranking_dict(evaluated().rankings["order-service/orders"])
    assert set(ranking) >= {"ranking", "refused", "stability", "assumptions"}
    assert set(ranking["ranking"][0]["contributions"][0]) >= {"criterion", "weight", "value", "fact", "source"}
    assert all(set(flip) in ({"criterion", "at", "to"}, {"need", "at", "to"}) for flip in ranking["stability"]["flips"])


def test_today_is_an_argument() -> None:
    soon, late = evaluated(), evaluated(today=dt.date(2031, 1, 1))
    ended = {one.at for one in late.findings if one.rule == "lifecycle.version"}
    assert "stores/pg-main" in ended - {one.at for one in soon.findings if one.rule == "lifecycle.version"}
    for path, ranking in soon.rankings.items():
        for one in ranking.ranked:
            other = late.rankings[path].candidate(one.database)
            assert other is not None
            parts = zip(one.contributions, other.contributions, strict=True)
            assert {a.criterion for a, b in parts if a != b} <= {"maturity"}


def test_the_second_evaluation_is_quick() -> None:
    """50 ms is the promise for an edit of the example; the test allows three times that for a busy machine."""
    evaluated()
    moved = with_store(EXAMPLE, "order-service/carts", "pg-main")
    start = time.process_time()
    result = evaluated(moved)
    assert time.process_time() - start < 0.15
    assert dataclasses.is_dataclass(result)


@pytest.mark.parametrize("path", [ref.path for ref in EXAMPLE.data_sets()])
def test_the_example_sits_in_stores_that_rank(path: str) -> None:
    """The example follows the guide, so none of its data sets is in a store that the ranking refuses."""
    store = EXAMPLE.stores[EXAMPLE.data_set(path).store or ""]
    candidate = evaluated().rankings[path].candidate(store.database)
    assert candidate is not None and candidate.rank <= 3

"""evaluate(document, catalog, prices, today): everything that is said about a plan, as one pure function.

Each part is kept per data set or store, so an edit recomputes what it touched and nothing else.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from catalog.facts import PriceBook, Snapshot
from planner.engine import document as documents
from planner.engine.acceptability import first_shares
from planner.engine.advice import review
from planner.engine.backups import three_two_one
from planner.engine.context import RankContext
from planner.engine.costs import PlanCost, plan_cost, size_and_price
from planner.engine.document import Plan
from planner.engine.extended_support import with_extended_support
from planner.engine.ranking import rank, tied_first
from planner.engine.recovery import COUNTED, recover
from planner.engine.results import DataSetRecovery, Evaluation, Finding, Ranking, Refusal, Totals
from planner.engine.rules.rule import Look
from planner.engine.stability import Flip, weight_flips
from planner.engine.wins import contradictory, nearest, ways_out
from planner.engine.words import duration_words


def evaluate(plan: Plan, snapshot: Snapshot, prices: PriceBook, today: dt.date) -> Evaluation:
    """Rankings, sizes, costs, recovery and findings of a plan. `today` decides about waivers, versions and drills."""
    context = context_of(plan, prices, today)
    rankings = {ref.path: rank(ref.data_set.needs, context, snapshot, ref.path) for ref in plan.data_sets()}
    priced = size_and_price(plan, snapshot, prices)
    stores = with_extended_support(plan, priced, snapshot, today)
    recovery, services = recover(plan, snapshot, stores)
    findings, passed = review(Look(plan, snapshot, stores, recovery, rankings, today))
    cost = plan_cost(plan, snapshot, prices)
    cost = dataclasses.replace(cost, at_least=cost.at_least or stores != priced)
    return Evaluation(
        document_sha256=documents.sha256(plan),
        catalog_snapshot=snapshot.id,
        price_snapshot=prices.id,
        rankings=rankings,
        stores=stores,
        recovery=recovery,
        services=services,
        findings=findings,
        passed_rules=passed,
        totals=_totals(plan, cost, recovery, findings),
    )


def context_of(plan: Plan, prices: PriceBook | None = None, today: dt.date | None = None) -> RankContext:
    """What surrounds each data set of this plan. Without prices cost decides nothing, without a day ends of support."""
    return RankContext(
        team_knows=tuple(plan.team.knows),
        in_plan=tuple((slug, store.database) for slug, store in plan.stores.items()),
        provider=plan.provider or "",
        region=plan.region or "",
        weights=tuple(plan.ranking.weights.items()),
        licences=tuple(plan.team.licences),
        prices=prices,
        today=today,
    )


def _totals(
    plan: Plan, cost: PlanCost, recovery: Mapping[str, DataSetRecovery], findings: tuple[Finding, ...]
) -> Totals:
    refs = list(plan.data_sets())
    open_findings = [one for one in findings if not one.waived_until]
    seconds, text, where = _worst_loss(plan, recovery)
    counts = {
        severity: sum(one.severity == severity for one in open_findings) for severity in ("high", "medium", "low")
    }
    return Totals(
        monthly_usd=cost.monthly_usd,
        at_least=cost.at_least,
        targets_met=sum(one.met is True for one in recovery.values()),
        targets_total=len(refs),
        findings_high=counts["high"],
        findings_medium=counts["medium"],
        findings_low=counts["low"],
        worst_loss_seconds=seconds,
        worst_loss_text=text,
        worst_loss_where=where,
        prices_as_of=cost.prices_as_of,
        data_sets=len(refs),
        caches=sum(ref.data_set.cache is not None for ref in refs),
        stores=len(plan.stores),
    )


def _worst_loss(plan: Plan, recovery: Mapping[str, DataSetRecovery]) -> tuple[float | None, str, str]:
    """The largest loss of any counted failure. Losing everything is worse than any time.

    A loss that is not known may be larger than all that are: then the largest known one is only a lower bound.
    """
    counted = [
        (f"{plan.data_set(path).name}, {failure.label.lower()}", failure)
        for path, one in recovery.items()
        for failure in one.failures
        if failure.failure in COUNTED
    ]
    unknown = [where for where, failure in counted if failure.lost == "unknown"]
    losses = [
        (float("inf") if failure.rpo_seconds is None else failure.rpo_seconds, where)
        for where, failure in counted
        if failure.lost != "unknown"
    ]
    if not counted:
        return None, "unknown", "nothing is placed yet"
    seconds, where = max(losses, key=lambda one: one[0], default=(0.0, ""))
    if seconds == float("inf"):
        return None, "everything", where
    if unknown:
        text = f"at least {duration_words(seconds)}" if seconds else "unknown"
        return None, text, f"{where}; unknown for {unknown[0]}" if seconds else unknown[0]
    return seconds, duration_words(seconds) if seconds else "none committed", where


def to_dict(evaluation: Evaluation, plan: Plan) -> dict[str, Any]:
    """The shape "evaluation" of the plan format: plain values for JSON. Money is a decimal text, unknown is null."""
    totals = evaluation.totals
    monthly = totals.monthly_usd
    return {
        "document_sha256": evaluation.document_sha256,
        "catalog_snapshot": evaluation.catalog_snapshot,
        "price_snapshot": evaluation.price_snapshot,
        "findings": [plain(one) for one in evaluation.findings],
        "passed_rules": list(evaluation.passed_rules),
        "rankings": {path: _first_places(one) for path, one in evaluation.rankings.items()},
        "recovery": {
            "data_sets": {path: plain(one) for path, one in evaluation.recovery.items()},
            "services": {slug: plain(one) for slug, one in evaluation.services.items()},
        },
        "backups": {slug: plain(three_two_one(store)) for slug, store in plan.stores.items() if store.backups},
        "replication": {
            slug: store.replication.model_dump(mode="json") for slug, store in plan.stores.items() if store.replication
        },
        "caches": {
            ref.path: ref.data_set.cache.model_dump(mode="json") for ref in plan.data_sets() if ref.data_set.cache
        },
        "stores": {slug: plain(one) for slug, one in evaluation.stores.items()},
        "costs": {
            "lines": [plain(line) for one in evaluation.stores.values() for line in one.lines],
            "monthly_usd": {"p10": monthly.p10, "p50": monthly.p50, "p90": monthly.p90} if monthly else None,
            "at_least": totals.at_least,
            "prices_as_of": totals.prices_as_of,
            "unknown": [f"{one.store}: {text}" for one in evaluation.stores.values() for text in one.unknown],
        },
        "totals": plain(totals),
    }


def _first_places(ranking: Ranking) -> dict[str, Any]:
    """The five best and the refused of one data set; `/rankings` gives every part of every score."""
    first = [
        {"database": one.database, "rank": one.rank, "score": round(one.score / 100, 4)} for one in ranking.ranked[:5]
    ]
    refused = [
        {"database": one.database, "reasons": [_reason(reason) for reason in one.reasons]} for one in ranking.refused
    ]
    return {"ranking": first, "refused": refused, "stability": {"first_share": dict(first_shares(ranking))}}


def ranking_dict(ranking: Ranking, turning_points: tuple[Flip, ...] | None = None) -> dict[str, Any]:
    """The shape "ranking" of the plan format. `turning_points` = stability.flips; without, only those of weights."""
    turning = weight_flips(ranking) if turning_points is None else turning_points
    return {
        "ranking": [
            {
                "database": one.database,
                "rank": one.rank,
                "score": round(one.score / 100, 4),
                "contributions": [
                    {
                        "criterion": part.criterion,
                        "weight": part.weight,
                        "value": part.value,
                        "fact": part.because.text,
                        "key": part.because.key,
                        "source": part.because.source,
                        "verified": part.because.verified,
                    }
                    for part in one.contributions
                ],
                "warnings": [_reason(warning) for warning in one.warnings],
                "in_plan": list(one.in_plan),
            }
            for one in ranking.ranked
        ],
        "refused": [
            {"database": one.database, "reasons": [_reason(reason) for reason in one.reasons]}
            for one in ranking.refused
        ],
        "equivalent": list(tied_first(ranking)),
        "stability": {
            "first_share": dict(first_shares(ranking)),
            "flips": [{one.kind: one.name, "at": float(f"{one.at:.4g}"), "to": one.to} for one in turning],
        },
        "assumptions": list(ranking.assumptions),
        **_contradiction(ranking),
    }


def _contradiction(ranking: Ranking) -> dict[str, Any]:
    """Where no database fits without a doubt: the nearest, and single needs that can be relaxed with who fits then."""
    if not contradictory(ranking):
        return {}
    out = [{"need": one.name, "to": one.to, "first": one.leader} for one in ways_out(ranking)]
    return {"nearest": nearest(ranking), "relax": out}


def _reason(refusal: Refusal) -> dict[str, Any]:
    return {
        "constraint": refusal.constraint,
        "need": refusal.need,
        "text": refusal.text,
        "fact": refusal.because.text,
        "key": refusal.because.key,
        "source": refusal.because.source,
        "verified": refusal.because.verified,
    }


def plain(value: Any) -> Any:
    """Dataclasses, tuples and Decimals as dictionaries, lists and texts."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value

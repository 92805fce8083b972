"""Evaluation, ranking and differences as plain text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from planner.engine.acceptability import first_shares
from planner.engine.advice import SEVERITIES
from planner.engine.diff import Change
from planner.engine.document import Plan
from planner.engine.ranking import TIE_POINTS, tied_first
from planner.engine.results import Evaluation, Interval, Ranking, ServiceRecovery
from planner.engine.wins import contradictory, nearest, ways_out
from planner.engine.words import duration_words
from planner.ranking_words import condition

UNKNOWN = "unknown"
MET = {True: "met", False: "missed", None: UNKNOWN}


def evaluation_text(evaluation: Evaluation, plan: Plan) -> str:
    """Totals, then a line for each store, service and open finding."""
    totals = evaluation.totals
    monthly = _monthly(totals.monthly_usd, totals.at_least)
    lines = [
        plan.name,
        f"{len(plan.services)} services, {totals.data_sets} data sets, {totals.stores} stores, {totals.caches} caches",
        f"Per month: {monthly}" + (f" (prices as of {totals.prices_as_of})" if totals.prices_as_of else ""),
        f"Recovery targets met: {totals.targets_met} of {totals.targets_total}",
        f"Worst loss: {totals.worst_loss_text} ({totals.worst_loss_where})",
        "",
        "Stores",
        *_table((slug, plan.stores[slug].database, _monthly(one.monthly_usd_interval, bool(one.unknown)))
                for slug, one in evaluation.stores.items()),
        "",
        "Services",
        *_table(_service(one) for one in evaluation.services.values()),
        "",
        "Findings",
        *_findings(evaluation),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _monthly(interval: Interval | None, at_least: bool) -> str:
    if interval is None:
        return UNKNOWN
    prefix = "at least " if at_least else ""
    return f"{prefix}{interval.p50:,.0f} USD, likely {interval.p10:,.0f} to {interval.p90:,.0f}"


def _service(one: ServiceRecovery) -> tuple[str, ...]:
    loss, back = (
        UNKNOWN if value is None else duration_words(value) for value in (one.worst_rpo_seconds, one.worst_rto_seconds)
    )
    return one.service, one.tier, f"loss {loss}", f"back in {back}", f"target {MET[one.met]}"


def _findings(evaluation: Evaluation) -> list[str]:
    still_open = [one for one in evaluation.findings if not one.waived_until]
    rows = list(_table((one.severity, one.rule, one.at or "plan", one.title) for one in still_open))
    counts = ", ".join(f"{sum(one.severity == severity for one in still_open)} {severity}" for severity in SEVERITIES)
    return [*rows, f"  {counts}; {len(evaluation.findings) - len(still_open)} waived"]


def _table(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    """Columns as wide as their widest cell."""
    kept = list(rows)
    if not kept:
        return ["  none"]
    widths = [max(len(row[place]) for row in kept) for place in range(len(kept[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in kept
    ]


def ranking_text(ranking: Ranking, names: Mapping[str, str]) -> str:
    """Ranked databases with their score, how stable the first place is, then the refused with their reasons."""
    ranked = _table(
        (f"{one.rank}.", names.get(one.database, one.database), f"{one.score:.0f} of 100", _warnings(one.warnings))
        for one in ranking.ranked
    )
    refused = _table(
        (names.get(one.database, one.database), "; ".join(reason.text for reason in one.reasons))
        for one in ranking.refused
    )
    assumed = [f"Assumed: {one}" for one in ranking.assumptions]
    parts = ["Ranked", *ranked, *_stability(ranking, names), "", "Refused", *refused]
    return "\n".join([*parts, *([""] if assumed else []), *assumed]) + "\n"


def _stability(ranking: Ranking, names: Mapping[str, str]) -> list[str]:
    """Who comes first how often, ties, and where nothing fits what to relax."""
    tied = [names.get(one, one) for one in tied_first(ranking)]
    shares = [f"{names.get(slug, slug)} {share:.0%}" for slug, share in first_shares(ranking).items() if share >= 0.01]
    found = [f"First in 2,000 draws: {', '.join(shares[:5])}"] if shares else []
    if len(tied) > 1:
        found.append(f"Equivalent (within {TIE_POINTS:g} points): {', '.join(tied)}")
    if contradictory(ranking):
        near = nearest(ranking)
        words = "Nothing fits without a doubt" if ranking.ranked else "Nothing fits"
        found.append(f"{words}. Nearest: {names.get(near, near)}")
        found += [f"{condition(one)}: {names.get(one.leader, one.leader)}" for one in ways_out(ranking)]
    return ["", *found] if found else []


def _warnings(warnings: Iterable[object]) -> str:
    return "; ".join(f"not verified: {getattr(one, 'text', one)}" for one in warnings)


def diff_text(changes: Iterable[Change]) -> str:
    """One line for each change: what, path, old and new value."""
    rows = [f"{one.kind:8}{one.path}{_values(one)}" for one in changes]
    return "\n".join(rows or ["no differences"]) + "\n"


def _values(change: Change) -> str:
    if change.kind in ("added", "removed") and isinstance(change.old or change.new, str):
        return f": {change.old or change.new}"
    return f": {_value(change.old)} -> {_value(change.new)}"


def _value(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)

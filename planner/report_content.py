"""What a report says, as plain values: page, Markdown and PDF all read this one. User text stays text everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.facts import Snapshot
from planner import assumed, figures, report_copies, report_costs
from planner.engine.document import Plan, Store
from planner.engine.results import Estimate, Evaluation, FailureRecovery
from planner.models import Revision
from planner.recovery_chart import recovery_timeline
from planner.report_map import map_svg
from planner.report_parts import Chart, Content, Section, Table
from planner.report_subject import Subject

SECTIONS = {
    "summary": "Summary",
    "map": "Map",
    "decisions": "Decisions with reasons",
    "caching": report_copies.CACHING,
    "replication": report_copies.REPLICATION,
    "recovery": "Recovery",
    "backups": "Backups and drills",
    "costs": report_costs.TITLE,
    "findings": "Open findings",
    assumed.SECTION: assumed.TITLE,
    "sources": "Assumptions and sources",
    "rejected": "Rejected options",
}
DEFAULT_SECTIONS = tuple(name for name in SECTIONS if name != "rejected")
COST_SECTIONS = {"costs"}


def content(
    revision: Revision,
    document: Plan,
    evaluation: Evaluation,
    estimate: Estimate | None,
    snapshot: Snapshot,
    options: Mapping[str, Any],
) -> Content:
    """The report of one version. `options`: sections (slugs), hide_costs."""
    subject = Subject(document, evaluation, estimate, snapshot, bool(options.get("hide_costs")))
    wanted = options.get("sections") or DEFAULT_SECTIONS
    chosen = [name for name in SECTIONS if name in wanted and not (subject.hide_costs and name in COST_SECTIONS)]
    return Content(
        title=document.name,
        summary=document.summary,
        version=f"Version {revision.number}",
        date=figures.day(revision.created_at.date()),
        prices_as_of=figures.day(evaluation.totals.prices_as_of or None),
        catalog=evaluation.catalog_snapshot[:12],
        prices=evaluation.price_snapshot[:12],
        metrics=_metrics(subject),
        sections=tuple(WRITERS[name](subject) for name in chosen),
    )


def _metrics(subject: Subject) -> tuple[tuple[str, str, str], ...]:
    totals = subject.evaluation.totals
    found = [
        (
            "Recovery targets",
            f"{totals.targets_met} of {totals.targets_total} met",
            "node, zone, region, operator error",
        ),
        ("Findings", f"{totals.findings_high} high", f"{totals.findings_medium} medium, {totals.findings_low} low"),
    ]
    if not subject.hide_costs:
        least = "at least " if totals.at_least else ""
        total = totals.monthly_usd
        cost = figures.money(total.p50) if total else "unknown"
        found.insert(0, ("Monthly cost, likely", f"{least}{cost}", figures.money_range(total) if total else ""))
    return tuple(found)


def _summary(subject: Subject) -> Section:
    totals, plan = subject.evaluation.totals, subject.document
    services, where = len(plan.services), f"{figures.provider_name(plan.provider)} {plan.region or ''}".strip()
    text = f"{services} services keep {totals.data_sets} data sets in {totals.stores} stores on {where}."
    needed = [one for one in subject.open_findings() if one.severity == "high"]
    items = tuple((one.title, f"{one.message} {one.fix}") for one in needed)
    after = f"{len(needed)} decisions are needed." if needed else "No finding of high severity is open."
    worst = f"Worst loss in one failure: {totals.worst_loss_text} ({totals.worst_loss_where})."
    return Section("summary", SECTIONS["summary"], (text, worst, after), items, tables=(_placement(subject),))


def _placement(subject: Subject) -> Table:
    rows = []
    for ref in subject.document.data_sets():
        store = subject.document.stores.get(ref.data_set.store or "")
        ranking = subject.evaluation.rankings.get(ref.path)
        candidate = ranking.candidate(store.database) if ranking and store else None
        role = "derived" if ref.data_set.derived_from else "source"
        score = f"{candidate.score:.0f}" if candidate else "–"
        rows.append(
            (ref.data_set.name, subject.store_name(ref.data_set.store), role, _why(subject, ref.path, store), score)
        )
    return Table(
        ("Data set", "Store", "Role", "Why", "Score"),
        tuple(rows),
        (4,),
        "Where each data set lives",
        (1.6, 1.6, 0, 2, 0),
    )


def _why(subject: Subject, path: str, store: Store | None) -> str:
    ranking = subject.evaluation.rankings.get(path)
    if store is None or ranking is None:
        return ""
    refused = ranking.refusal(store.database)
    if refused:
        return f"Ruled out: {refused.reasons[0].text}"
    candidate = ranking.candidate(store.database)
    if candidate is None:
        return ""
    if candidate.warnings:
        return f"With doubt: {candidate.warnings[0].text}"
    best = sorted(candidate.contributions, key=lambda one: -one.points)[:3]
    return ", ".join(one.label.lower() for one in best)


def _map(subject: Subject) -> Section:
    svg = map_svg(subject.document, subject.evaluation, subject.snapshot, hide_costs=subject.hide_costs)
    alt = f"{len(subject.document.services)} services with their data sets on the left, {len(subject.document.stores)} stores on the right"
    text = "Solid lines hold the source of truth, dashed lines are derived copies, dotted lines are caches."
    return Section("map", SECTIONS["map"], (text,), charts=(Chart(svg, alt),))


def _decisions(subject: Subject) -> Section:
    tables = []
    for ref in subject.document.data_sets():
        ranking = subject.evaluation.rankings[ref.path]
        rows = []
        for one in ranking.ranked[:3]:
            reasons = "; ".join(
                part.because.text for part in sorted(one.contributions, key=lambda part: -part.points)[:2]
            )
            database = subject.snapshot.databases[one.database]
            rows.append((f"{one.rank}", database.name, reasons, f"{one.score:.0f}"))
        tables.append(
            Table(("Rank", "Option", "Because", "Score"), tuple(rows), (3,), ref.data_set.name, (0, 1.2, 4, 0))
        )
    text = "Three best options for each data set. Scores are sums of visible parts, 0 to 100; differences under 2 are ties."
    return Section("decisions", SECTIONS["decisions"], (text,), tables=tuple(tables))


def _rejected(subject: Subject) -> Section:
    rows = []
    for ref in subject.document.data_sets():
        for one in subject.evaluation.rankings[ref.path].refused:
            reason = one.reasons[0]
            source = reason.because.source or "assumption"
            rows.append(
                (
                    ref.data_set.name,
                    subject.snapshot.databases[one.database].name,
                    reason.text,
                    reason.because.text,
                    source,
                )
            )
    table = Table(("Data set", "Database", "Reason", "Fact", "Source"), tuple(rows), (), "", (1.3, 1, 1.2, 2, 2))
    return Section(
        "rejected", SECTIONS["rejected"], ("Ruled out by a fact that was seen in a source.",), tables=(table,)
    )


def _recovery(subject: Subject) -> Section:
    tables = []
    for path, one in subject.evaluation.recovery.items():
        rows = tuple(_failure_row(failure) for failure in one.failures)
        target = f"target {figures.duration(one.target_rpo_seconds)} lost, {figures.duration(one.target_rto_seconds)} until back"
        caption = f"{subject.document.data_set(path).name}, {one.tier}: {target}"
        tables.append(
            Table(("Failure", "Lost", "Back after", "From", "Target"), rows, (2,), caption, (1.3, 1, 0, 2, 1.2))
        )
    text = "Lost is the worst case; back after uses the likely value of each step. A drill that was measured replaces the model."
    return Section("recovery", SECTIONS["recovery"], (text,), charts=_worst_timeline(subject), tables=tuple(tables))


def _failure_row(failure: FailureRecovery) -> tuple[str, ...]:
    if failure.rto_seconds is not None:
        back = figures.duration(failure.rto_seconds)
    else:
        back = "never" if failure.lost == "everything" else "unknown"
    copy_used = failure.copy_used or "nothing survives"
    return (failure.label, failure.lost, back, copy_used, _verdict(failure.meets_rpo, failure.meets_rto))


def _verdict(rpo: bool | None, rto: bool | None) -> str:
    if rpo is None or rto is None:
        return "unknown"
    missed = [name for name, met in (("loss", rpo), ("time", rto)) if not met]
    return f"misses {' and '.join(missed)}" if missed else "met"


def _worst_timeline(subject: Subject) -> tuple[Chart, ...]:
    """The operator error of the strictest data set, drawn."""
    order = ("critical", "high", "medium", "low")
    found = sorted(subject.evaluation.recovery.items(), key=lambda item: order.index(item[1].tier))
    for path, one in found:
        failure = next(
            (f for f in one.failures if f.failure == "operator" and f.rto_seconds and f.rpo_seconds is not None), None
        )
        if failure:
            svg = recovery_timeline(
                failure,
                target_rpo_seconds=one.target_rpo_seconds,
                target_rto_seconds=one.target_rto_seconds,
                theme="print",
            )
            name = subject.document.data_set(path).name
            return (
                Chart(
                    str(svg),
                    f"{name} after an operator error: lost {failure.lost}, back after {figures.duration(failure.rto_seconds)}",
                ),
            )
    return ()


def _backups(subject: Subject) -> Section:
    rows, drills = [], []
    for slug, store in subject.document.stores.items():
        for policy in store.backups:
            copies = "; ".join(
                f"{copy.medium} {copy.region or ''}{', immutable' if copy.immutable else ''}{', encrypted' if copy.encrypted else ''}"
                for copy in policy.copies
            )
            keep = (
                policy.keep
                if isinstance(policy.keep, str)
                else ", ".join(f"{count} {name}" for name, count in policy.keep.model_dump(exclude_none=True).items())
            )
            rows.append((slug, policy.kind, policy.every, keep, copies or "beside the store"))
        drills += [
            (
                slug,
                figures.day(drill.on),
                figures.size_gib(drill.restored_gib),
                f"{drill.minutes:g} min",
                "yes" if drill.verified else "no",
            )
            for drill in store.drills
        ]
    tables = (
        [Table(("Store", "Kind", "Every", "Kept", "Copies"), tuple(rows), (), "Schedules", (1, 1, 0, 1.5, 3))]
        if rows
        else []
    )
    if drills:
        tables.append(Table(("Store", "On", "Restored", "Took", "Verified"), tuple(drills), (2, 3), "Restore drills"))
    return Section("backups", SECTIONS["backups"], () if rows else ("The plan has no backups.",), tables=tuple(tables))


def _findings(subject: Subject) -> Section:
    rows = tuple((one.severity, one.title, one.message, one.fix, one.rule) for one in subject.open_findings())
    waived = [one for one in subject.evaluation.findings if one.waived_until]
    text = tuple(
        f"Waived until {figures.day(one.waived_until)}: {one.title}. Reason: {one.waiver_reason}" for one in waived
    )
    return Section(
        "findings",
        SECTIONS["findings"],
        text,
        tables=(Table(("Severity", "Finding", "Why", "Fix", "Rule"), rows, (), "", (0, 2, 3, 3, 0)),),
    )


def _sources(subject: Subject) -> Section:
    reasons: dict[tuple[str, str, str], None] = {}
    for result in subject.evaluation.stores.values():
        for because in result.reasons:
            reasons[(because.kind, because.text, because.source)] = None
    for one in subject.evaluation.recovery.values():
        for failure in one.failures:
            for because in failure.reasons:
                if because.kind in ("assumption", "fact"):
                    reasons[(because.kind, because.text, because.source)] = None
    if not subject.hide_costs:
        for result in subject.evaluation.stores.values():
            for line in result.lines:
                if line.because.source:
                    reasons[("price", line.because.source, line.because.as_of)] = None
    table = Table(("Kind", "What", "Source or date"), tuple(reasons), (), "", (0, 3, 2))
    left_empty = [f"{one.data_set}: {text}" for one in subject.evaluation.rankings.values() for text in one.assumptions]
    text = (
        f"Catalog {subject.evaluation.catalog_snapshot[:12]}, prices {subject.evaluation.price_snapshot[:12]}.",
        *left_empty,
    )
    return Section("sources", SECTIONS["sources"], text, tables=(table,))


WRITERS: dict[str, Callable[[Subject], Section]] = {
    "summary": _summary,
    "map": _map,
    "decisions": _decisions,
    "caching": report_copies.caching_section,
    "replication": report_copies.replication_section,
    "recovery": _recovery,
    "backups": _backups,
    "costs": report_costs.costs_section,
    "findings": _findings,
    assumed.SECTION: lambda subject: assumed.assumptions_section(subject.document),
    "sources": _sources,
    "rejected": _rejected,
}

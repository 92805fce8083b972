"""What copies cost a write and save in a failure. The inputs become a store of a plan, assessed as plans are."""

from __future__ import annotations

import json
from dataclasses import replace

from catalog.services import current_snapshot
from planner import replication_words as say
from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine import edits
from planner.engine.document import Plan, Replication, Store, parse
from planner.engine.replication.assessment import Assessment, Wait, assess, wait_of
from planner.engine.replication.commit import Waiting
from planner.engine.replication.lag import burst_lag
from planner.engine.replication.layout import Layout
from planner.engine.replication.round_trips import RoundTrip
from planner.engine.replication.staleness import k_staleness, t_visibility
from planner.engine.results import Because
from planner.forms.replication_calculator import ReplicationCalculatorForm

EMPTY = {
    "polystore": 1,
    "name": "Copies",
    "services": {"writes": {"name": "Writes", "tier": "medium", "data": {"items": {"name": "Items"}}}},
}
PATH = "writes/items"
LOST = {"node": "Lost with a node", "zone": "Lost with a zone", "region": "Lost with the region"}
SEEN_AFTER_MS = (0.0, 100.0)


def compute(inputs: Inputs) -> Answer:
    plan = with_copies(inputs, parse(json.dumps(EMPTY), "json"), PATH)
    (slug,) = plan.stores
    found = assess(plan, slug, current_snapshot())
    layout = measured(found.layout, inputs["round_trips_ms"])
    found = replace(found, layout=layout, wait=wait_of(layout, inputs["jitter_sigma"]))
    drawn = {
        "layout": layout,
        "verdicts": found.verdicts,
        "notes": found.notes,
        "losses": [say.loss_row(one) for one in found.losses],
        "causes": say.uptime_rows(found.uptime),
    }
    return Answer(
        (*_waits(found), *_uptime(found), *_losses(found), *_reads(found, inputs), *_lag(inputs)),
        _because(found),
        drawn,
    )


def measured(layout: Layout, round_trips_ms: tuple[float, ...]) -> Layout:
    """The layout with a person's own round trips, in the order of its copies."""
    if len(round_trips_ms) != len(layout.copies):
        return layout
    lines = [
        RoundTrip(one, one, one, Because("input", f"Round trip of {one:g} ms, measured by you"))
        for one in round_trips_ms
    ]
    copies = tuple(replace(copy, round_trip=line) for copy, line in zip(layout.copies, lines, strict=True))
    return replace(layout, copies=copies)


def _waits(found: Assessment) -> list[Figure]:
    note = "" if found.wait else "one of the regions is unknown to us: enter measured round trips"
    if found.wait and found.layout.acks_needed == 0:
        note = "no commit waits for a copy"
    wait = found.wait
    rows = []
    for name in ("p50", "p95", "p99"):
        likely, low, high = (getattr(one, f"{name}_ms") if one else None for one in _cases(wait))
        rows.append(Figure(f"commit_{name}_ms", f"Added to a commit, {name}", "ms", likely, low, high, note))
    return rows


def _cases(wait: Wait | None) -> tuple[Waiting | None, Waiting | None, Waiting | None]:
    return (wait.likely, wait.low, wait.high) if wait else (None, None, None)


def _uptime(found: Assessment) -> list[Figure]:
    if found.uptime is None:
        return []
    low, likely, high = found.uptime.availability
    least, usual, most = found.uptime.minutes
    failover = found.failover
    note = failover.text if failover.source else f"{failover.text}: an assumption"
    return [
        Figure("availability", "Takes writes", "availability", likely, low, high, "the causes are added up above"),
        Figure("downtime_minutes_a_year", "Down in a year", "minutes a year", usual, least, most),
        Figure("failover_seconds", "Failover", "seconds", failover.likely, failover.low, failover.high, note),
    ]


def _losses(found: Assessment) -> list[Figure]:
    rows = []
    for one in found.losses:
        if one.failure not in LOST:
            continue
        low, likely, high = one.seconds or ((None, 0.0, None) if one.none_committed else (None, None, None))
        rows.append(
            Figure(f"lost_{one.failure}_seconds", LOST[one.failure], "seconds lost", likely, low, high, one.remains)
        )
    return rows


def _reads(found: Assessment, inputs: Inputs) -> list[Figure]:
    """Quorum reads by probability, replicas by their lag."""
    copies = 1 + len(found.layout.at_home)
    read, written = min(copies, inputs["read_quorum"] or 1), min(copies, found.layout.written)
    seen = t_visibility(copies, read, written, SEEN_AFTER_MS)
    if found.layout.mode == "quorum" and inputs["read_quorum"]:
        note = f"a read of {read} of {copies} copies, with the latencies of one published cluster"
        missed = [1 - share for _, share in seen.p_consistent]
        never = k_staleness(copies, read, written, 1)
        return [
            Figure("read_missed_at_once", "Reads just after a write that miss it", "ratio", missed[0], note=note),
            Figure("read_missed_after_100_ms", "100 ms later", "ratio", missed[1], note=note),
            Figure(
                "read_missed_unspread",
                "Missed, were it never spread further",
                "ratio",
                never,
                note="k-staleness, k = 1",
            ),
        ]
    ages = [one.seconds for one in found.reads if one.seconds]
    if not ages:
        return []
    low, likely, high = ages[0]
    return [
        Figure("replica_age_seconds", "A read of a replica may be old by", "seconds", likely, low, high, "assumption")
    ]


def _lag(inputs: Inputs) -> list[Figure]:
    lag = burst_lag(inputs["write_mb_s"], inputs["apply_mb_s"], inputs["burst_mb_s"], inputs["burst_seconds"])
    never = "without bound: the replica applies less than is written" if lag.peak_lag_s is None else ""
    drained = never or (
        "without bound: nothing is left over to catch up with" if lag.drain_s is None else "after the burst"
    )
    return [
        Figure("peak_lag_seconds", "Lag at the end of a burst, if nobody waits", "seconds", lag.peak_lag_s, note=never),
        Figure("data_at_risk_mb", "Not yet on the replica then", "MB", lag.data_at_risk_mb, note=never),
        Figure("drain_seconds", "Caught up", "seconds", lag.drain_s, note=drained),
    ]


def _because(found: Assessment) -> tuple[Because, ...]:
    reasons = [*found.notes, *(one.because for one in found.verdicts)]
    reasons += found.wait.reasons if found.wait else ()
    reasons += found.uptime.reasons if found.uptime else ()
    reasons += [reason for loss in found.losses for reason in loss.reasons]
    reasons += [reason for read in found.reads for reason in read.reasons]
    reasons.append(Because("formula", "Lag: (burst - applied) x time / applied; caught up at (applied - usual)"))
    return tuple(dict.fromkeys(reasons))


def with_copies(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set in a store of its own with these copies."""
    far, home = inputs["regions"], inputs["replicas"]
    mode = inputs["mode"] if home or far else "none"
    replication = Replication(
        mode=mode,
        pattern="active-passive" if far else "single-region",
        replicas=home,
        zones=inputs["zones"],
        regions=far if mode != "none" else (),
        write_quorum=inputs["write_quorum"],
        read_quorum=inputs["read_quorum"],
    )
    data_set = plan.data_set(path)
    slug = edits.unique_slug("copies", plan.stores)
    store = Store(
        name=f"Copies of {data_set.name}"[:200],
        database=inputs["database"],
        region=inputs["region"],
        replication=replication,
    )
    return edits.moved(edits.with_store(plan, slug, store), path, slug)


REPLICATION = Calculator(
    slug="replication",
    title="Replication",
    about="What copies add to each commit, how old reads may be, what a failure loses, and how far a replica falls behind.",
    icon="copy",
    form=ReplicationCalculatorForm,
    compute=compute,
    fragment="planner/calculators/_replication.html",
    use=with_copies,
)

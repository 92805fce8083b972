"""An assessment of replication as rows of words, the same for the page, the calculators and whoever prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.document import Plan
from planner.engine.replication.assessment import Assessment, Option, Wait, would_wait
from planner.engine.replication.layout import Layout
from planner.engine.replication.losses import Loss
from planner.engine.replication.uptime import Uptime
from planner.engine.replication.verdicts import Verdict
from planner.engine.results import Because
from planner.figures import availability, duration, milliseconds, rounded

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class CopyRow:
    name: str
    region: str
    waits: str
    round_trip: str
    alone: str
    because: Because | None


@dataclass(frozen=True)
class LossRow:
    label: str
    lost: str
    size: str
    tone: str  # ok | warn | bad
    remains: str
    reasons: tuple[Because, ...]


@dataclass(frozen=True)
class ReaderRow:
    name: str
    asks: str
    source: str
    age: str
    own_write: str
    tone: str  # ok | warn


@dataclass(frozen=True)
class OptionRow:
    mode: str
    chosen: bool
    refused: Verdict | None
    doubt: Verdict | None
    wait: str
    p99: str
    available: str
    losses: tuple[tuple[str, str], ...]  # words and tone: node, zone, region


def span(values: Triple | tuple[()] | None, words: str = "up to") -> str:
    """Seconds of writes: `up to 1 s, at most 5 s`."""
    if values is None:
        return "backups only"
    if not values:
        return "none committed"
    _, likely, high = values
    return f"{words} {duration(likely)}, {duration(high)} at worst"


def reader_rows(plan: Plan, found: Assessment, asks: Mapping[str, str]) -> list[ReaderRow]:
    """Where each data set of the store may be read from, by the consistency that it asks for."""
    replica = next((one for one in found.reads if one.seconds), None)
    sure = next((one for one in found.reads if one.seconds == ()), None)
    rows = []
    for ref in plan.data_sets():
        if ref.data_set.store != found.slug:
            continue
        wanted = ref.data_set.needs.consistency
        name, asked = ref.data_set.name, asks.get(wanted or "", "Not said")
        if replica is None or not replica.seconds or (wanted in (None, "strong") and sure):
            source = sure.reader if sure else "Any copy"
            rows.append(
                ReaderRow(
                    name,
                    asked,
                    source,
                    "never old" if sure else "see below",
                    "Always" if sure else "Not surely",
                    "ok" if sure else "warn",
                )
            )
        elif wanted == "read-your-writes":
            _, _, worst = replica.seconds
            rows.append(
                ReaderRow(
                    name,
                    asked,
                    f"Primary for {duration(worst)} after a write, then a replica",
                    span(replica.seconds),
                    "While read from the primary",
                    "warn",
                )
            )
        else:
            rows.append(
                ReaderRow(name, asked, "Any replica", span(replica.seconds), "Not right after it; not asked for", "ok")
            )
    return rows


def wait_rows(wait: Wait | None) -> list[tuple[str, str, str, str]]:
    """What is added to a commit: name, likely, low, high."""
    if wait is None:
        return []
    both = (wait.likely, wait.low, wait.high)
    shown = (
        ("p50", [one.p50_ms for one in both]),
        ("p95", [one.p95_ms for one in both]),
        ("p99", [one.p99_ms for one in both]),
    )
    return [(name, milliseconds(likely), milliseconds(low), milliseconds(high)) for name, (likely, low, high) in shown]


def copy_rows(layout: Layout) -> list[CopyRow]:
    rows = []
    for copy in layout.copies:
        alone = would_wait(layout, copy)
        line = copy.round_trip
        waits = "no"
        if copy.votes and layout.acks_needed:
            waits = f"the fastest {layout.acks_needed} of {len(layout.voters)}"
        rows.append(
            CopyRow(
                copy.name,
                copy.region or "no region named",
                waits,
                f"{milliseconds(line.likely_ms)} ({milliseconds(line.low_ms)} to {milliseconds(line.high_ms)})"
                if line
                else "unknown: we do not know where this region is",
                f"{milliseconds(alone.p50_ms)}, p99 {milliseconds(alone.p99_ms)}" if alone else "unknown",
                line.because if line else None,
            )
        )
    return rows


def loss_row(loss: Loss) -> LossRow:
    tone = "ok" if loss.none_committed else "bad" if loss.seconds is None else "warn"
    return LossRow(loss.label, span(loss.seconds), _size(loss), tone, loss.remains, loss.reasons)


def _size(loss: Loss) -> str:
    if loss.seconds is None:
        return "everything since the backup"
    if loss.none_committed:
        return "0 MiB"
    if loss.lost_mib is None:
        return "unknown: writes or size of an item are not given"
    return f"{mib(loss.lost_mib[1])}, {mib(loss.lost_mib[2])} at worst"


def mib(value: float) -> str:
    if 0 < value < 0.01:
        return "under 0.01 MiB"
    return f"{rounded(value, 2):,.10g} MiB"


def minutes(value: float) -> str:
    """Minutes a year: `2.6 min`, `9 h`."""
    if value == 0:
        return "0 min"
    if value < 0.01:
        return "under 1 s"
    return duration(value * 60)


def uptime_rows(uptime: Uptime | None) -> list[tuple[str, str, str, str]]:
    """Cause, likely, low, high; the sum last."""
    if uptime is None:
        return []
    rows = [
        (one.text, minutes(one.likely_minutes), minutes(one.low_minutes), minutes(one.high_minutes))
        for one in uptime.causes
    ]
    low, likely, high = uptime.minutes
    return [*rows, ("Together", minutes(likely), minutes(low), minutes(high))]


def available(uptime: Uptime | None) -> str:
    if uptime is None:
        return "as the provider promises"
    low, likely, high = uptime.availability
    return f"{availability(likely)} ({availability(low)} to {availability(high)})"


def option_row(option: Option, mode_words: str) -> OptionRow:
    found = option.assessment
    refused = option.verdict if option.verdict and option.verdict.refused else None
    doubt = option.verdict if option.verdict and not option.verdict.refused else None
    if found is None:
        return OptionRow(mode_words, option.chosen, refused, doubt, "", "", "", ())
    wait = found.wait
    losses = tuple(
        (span(one.seconds, "").strip(), loss_row(one).tone)
        for one in found.losses
        if one.failure in ("node", "zone", "region")
    )
    return OptionRow(
        mode_words,
        option.chosen,
        refused,
        doubt,
        milliseconds(wait.likely.p50_ms) if wait else "unknown",
        milliseconds(wait.likely.p99_ms) if wait else "unknown",
        available(found.uptime),
        losses,
    )

"""How many minutes a year a store does not take writes, cause by cause, with a range.

Chance, failing over and common causes by planner/engine/replication/availability.py; the loss of a zone or a region by
assumption. The causes are added: they hardly ever meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.recovery_inputs import Given
from planner.engine.replication.availability import MINUTES_A_YEAR, failover_parts, node_down, quorum_parts
from planner.engine.replication.layout import Layout
from planner.engine.results import Because

NODE_LASTS = Given("node-lasts", 4_380, 8_760, 26_280, "h", "A node fails once in this time (MTBF)")
REPAIR_OWN = Given("repair", 1, 4, 24, "h", "A node of ours is repaired or replaced (MTTR)")
REPAIR_MANAGED = Given("repair", 0.05, 0.2, 0.5, "h", "The service replaces a node (MTTR)")
COMMON_CAUSE = Given("common-cause", 0.01, 0.05, 0.2, "of failures", "Share of failures that take all copies at once")
ZONE_OUT = Given("zone-out", 0, 30, 240, "min a year", "A zone is out")
REGION_OUT = Given("region-out", 0, 15, 240, "min a year", "A region is out")


@dataclass(frozen=True, slots=True)
class Cause:
    text: str
    low_minutes: float
    likely_minutes: float
    high_minutes: float


@dataclass(frozen=True, slots=True)
class Uptime:
    """Minutes a year without writes. Availabilities are shares, worst at the high end of the minutes."""

    causes: tuple[Cause, ...]
    reasons: tuple[Because, ...]

    @property
    def minutes(self) -> tuple[float, float, float]:
        return (
            sum(one.low_minutes for one in self.causes),
            sum(one.likely_minutes for one in self.causes),
            sum(one.high_minutes for one in self.causes),
        )

    @property
    def availability(self) -> tuple[float, float, float]:
        """Low, likely, high."""
        low, likely, high = self.minutes
        return (
            max(0.0, 1 - high / MINUTES_A_YEAR),
            max(0.0, 1 - likely / MINUTES_A_YEAR),
            max(0.0, 1 - low / MINUTES_A_YEAR),
        )


def uptime_of(layout: Layout, failover: Given, *, managed: bool, waits_for_only_one: bool, leaderless: bool) -> Uptime:
    """`waits_for_only_one`: writes stop while the one synchronous standby is away. `leaderless`: nothing fails over."""
    repair = REPAIR_MANAGED if managed else REPAIR_OWN
    best = _parts(layout, _values(NODE_LASTS.high, repair.low, failover.low, COMMON_CAUSE.low), leaderless)
    likely = _parts(layout, _values(NODE_LASTS.likely, repair.likely, failover.likely, COMMON_CAUSE.likely), leaderless)
    worst = _parts(layout, _values(NODE_LASTS.low, repair.high, failover.high, COMMON_CAUSE.high), leaderless)
    causes = [
        Cause(text, *(share * MINUTES_A_YEAR for share in (best[text], likely[text], worst[text]))) for text in likely
    ]
    if waits_for_only_one:
        shares = (
            node_down(NODE_LASTS.high, repair.low),
            node_down(NODE_LASTS.likely, repair.likely),
            node_down(NODE_LASTS.low, repair.high),
        )
        causes.append(Cause("The only standby is away and writes wait", *(one * MINUTES_A_YEAR for one in shares)))
    given = [NODE_LASTS, repair]
    if layout.at_home or layout.mode == "consensus":
        given.append(COMMON_CAUSE)
        if not leaderless:
            given.append(failover)
    if _zone_stops(layout):
        causes.append(Cause("The zone is out", ZONE_OUT.low, ZONE_OUT.likely, ZONE_OUT.high))
        given.append(ZONE_OUT)
    if _region_stops(layout):
        causes.append(Cause("The region is out", REGION_OUT.low, REGION_OUT.likely, REGION_OUT.high))
        given.append(REGION_OUT)
    return Uptime(tuple(causes), tuple(one.because() for one in given))


def _values(mtbf_h: float, mttr_h: float, failover_s: float, common_cause: float) -> Mapping[str, float]:
    return {"mtbf_h": mtbf_h, "mttr_h": mttr_h, "failover_s": failover_s, "common_cause": common_cause}


def _parts(layout: Layout, values: Mapping[str, float], leaderless: bool) -> dict[str, float]:
    """Shares of the time by cause."""
    mtbf_h, mttr_h, common_cause = values["mtbf_h"], values["mttr_h"], values["common_cause"]
    voters = 1 + len(layout.voters)
    if layout.mode in ("quorum", "consensus") and voters > 1:
        chance, common = quorum_parts(voters, layout.written, mtbf_h, mttr_h, common_cause)
        found = {
            f"Fewer than {layout.written} of {voters} copies are up": chance,
            "All copies share a cause": common,
        }
        switching = values["failover_s"] / 3600 / mtbf_h
        return found if leaderless else {"Electing a new leader": switching, **found}
    at_home = 1 + len(layout.at_home)
    if at_home > 1:
        switching, chance, common = failover_parts(mtbf_h, mttr_h, values["failover_s"], common_cause, at_home)
        return {
            "Failing over to a copy": switching,
            f"All {at_home} copies are down by chance": chance,
            "All copies share a cause": common,
        }
    return {"The only node is down": node_down(mtbf_h, mttr_h)}


def _zone_stops(layout: Layout) -> bool:
    """Does the loss of one zone leave too few copies to write?"""
    if layout.mode in ("quorum", "consensus"):
        return 1 + len(layout.voters) - layout.most_in_one_zone() < layout.written
    return not any(copy.zone for copy in layout.at_home)


def _region_stops(layout: Layout) -> bool:
    """Does the loss of the home region leave too few copies to write, without a person moving the service?"""
    if layout.mode == "consensus":
        return 1 + len(layout.voters) - layout.voters_at_home() < layout.written
    return True

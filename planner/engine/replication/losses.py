"""What is lost in which failure although the write was acknowledged: never one number for all failures.

A failure takes copies away. A write survives it if more copies had it than can be taken at once; else what had not arrived is
lost, as long as the lag. Copies repeat what is written, so they help against no mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.quantity import Quantity
from planner.engine.recovery_inputs import LAG_REGION, LAG_ZONE, Given
from planner.engine.replication.layout import Layout
from planner.engine.results import Because


@dataclass(frozen=True, slots=True)
class Loss:
    """`seconds` of acknowledged writes (low, likely, high): None = copies do not help, () = none that was acknowledged."""

    failure: str
    label: str
    seconds: tuple[float, float, float] | tuple[()] | None
    lost_mib: tuple[float, float, float] | None  # the same in MiB, where the write rate is known
    remains: str  # what this answer does not cover
    reasons: tuple[Because, ...]

    @property
    def none_committed(self) -> bool:
        return self.seconds == ()


BACKUPS_ONLY = "Only a backup helps: see Recovery."


def losses_of(
    layout: Layout,
    written_mib_s: Quantity | None,
    failover: Given,
    *,
    falls_back: bool,
    inside: Because | None = None,
) -> tuple[Loss, ...]:
    """One answer a failure. `falls_back`: the system stops waiting when no copy answers (semi-synchronous); `inside`: the
    service keeps copies in several zones by itself."""
    near = (
        (_kept_inside("node", "One node lost", inside), _kept_inside("zone", "Zone lost", inside))
        if inside
        else (_node(layout, written_mib_s, falls_back), _zone(layout, written_mib_s))
    )
    return (
        *near,
        _region(layout, written_mib_s),
        *(() if inside else (_cut_off(layout, written_mib_s, failover),)),
        Loss("operator", "Operator error", None, None, f"Every copy repeats the mistake. {BACKUPS_ONLY}", ()),
        Loss("corruption", "Corruption or ransomware", None, None, f"Every copy repeats it. {BACKUPS_ONLY}", ()),
        Loss("account", "Cloud account lost", None, None, f"All copies are in it. {BACKUPS_ONLY}", ()),
    )


def _lag(failure: str, label: str, given: Given, written: Quantity | None, remains: str) -> Loss:
    seconds = (given.low, given.likely, given.high)
    mib = (given.low * written.low, given.likely * written.mid, given.high * written.high) if written else None
    return Loss(failure, label, seconds, mib, remains, (given.because(),))


def _none(failure: str, label: str, layout: Layout, taken: int, remains: str) -> Loss:
    text = f"A write is on {layout.written} copies before it is acknowledged; this failure takes at most {taken}"
    return Loss(failure, label, (), (0.0, 0.0, 0.0), remains, (Because("formula", text, "stores"),))


def _kept_inside(failure: str, label: str, fact: Because) -> Loss:
    return Loss(
        failure, label, (), (0.0, 0.0, 0.0), "By the provider's word; several zones at once are not covered.", (fact,)
    )


def _node(layout: Layout, written: Quantity | None, falls_back: bool) -> Loss:
    label = "One node lost"
    if not layout.copies:
        return Loss(
            "node",
            label,
            None,
            None,
            "There is no copy. The disk of the node helps if it outlives it, else a backup: see Recovery.",
            (),
        )
    if layout.written > 1:
        more = f"The loss of {layout.written} nodes at once can lose acknowledged writes"
        fallback = (
            "; while no copy answers, the system stops waiting and loses what a crash then takes" if falls_back else ""
        )
        return _none("node", label, layout, 1, f"{more}{fallback}.")
    far_only = not layout.at_home
    remains = "The lag grows without bound while a replica is slow or the line is down: alert on it."
    return _lag("node", label, LAG_REGION if far_only else LAG_ZONE, written, remains)


def _zone(layout: Layout, written: Quantity | None) -> Loss:
    label = "Zone lost"
    elsewhere = [copy for copy in layout.copies if copy.zone != 0]
    if not elsewhere:
        return Loss("zone", label, None, None, f"All copies are in one zone. {BACKUPS_ONLY}", ())
    taken = layout.taken_with_a_zone()
    if layout.written > taken:
        return _none("zone", label, layout, taken, "Two zones lost at once are not covered.")
    near = any(copy.zone for copy in elsewhere)
    waits = layout.written > 1
    remains = (
        "The copy that acknowledged may have been in the same zone: let the primary wait for more copies than a zone holds."
        if waits
        else "What was acknowledged in the last moments is not in the other zone yet."
    )
    return _lag("zone", label, LAG_ZONE if near else LAG_REGION, written, remains)


def _region(layout: Layout, written: Quantity | None) -> Loss:
    label = "Region lost"
    far = [copy for copy in layout.copies if copy.zone is None]
    if not far:
        return Loss("region", label, None, None, f"No copy is in another region. {BACKUPS_ONLY}", ())
    taken = layout.voters_at_home()
    if layout.written > taken:
        return _none("region", label, layout, taken, "Two regions lost at once are not covered.")
    remains = "A region's loss loses what was on its way; the lag grows without bound while the line is slow."
    return _lag("region", label, LAG_REGION, written, remains)


def _cut_off(layout: Layout, written: Quantity | None, failover: Given) -> Loss:
    """The old primary goes on alone: its writes are thrown away when the other side has taken over."""
    label = "Primary cut off, still answering"
    if not layout.copies:
        return Loss("cut-off", label, (), (0.0, 0.0, 0.0), "Nothing takes over, so nothing is thrown away.", ())
    if layout.written > 1:
        remains = "The side with too few copies acknowledges nothing; its clients see errors."
        return _none("cut-off", label, layout, 1, remains)
    remains = "Writes that the old primary still takes are thrown away when it comes back: fence it off."
    seconds = (0.0, failover.likely, failover.high)
    mib = (0.0, seconds[1] * written.mid, seconds[2] * written.high) if written else None
    return Loss("cut-off", label, seconds, mib, remains, (failover.because(),))

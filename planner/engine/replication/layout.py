"""Where the copies of a store are, and which of them a commit waits for.

As costs and recovery count them: the primary and `replicas` copies in the store's own region, spread over `zones`, and one copy
in each further region.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.engine.document import Store
from planner.engine.replication.round_trips import BETWEEN_ZONES, SAME_ZONE, RoundTrip, between

MOST_AT_HOME, MOST_REGIONS = 30, 9  # copies that are computed one by one; nothing changes any more beyond
WAITING = ("synchronous", "quorum", "consensus")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. `zone` counts from 0 in the store's own region; None in a further region."""

    name: str
    region: str
    zone: int | None
    round_trip: RoundTrip | None  # from the primary; None = a region whose place we do not know
    votes: bool  # its acknowledgement counts for a commit


@dataclass(frozen=True, slots=True)
class Layout:
    """`acks_needed` copies besides the primary must have a write before it is acknowledged."""

    mode: str
    home: str
    zones: int
    copies: tuple[Copy, ...]
    acks_needed: int

    @property
    def voters(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.copies if copy.votes)

    @property
    def at_home(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.copies if copy.zone is not None)

    @property
    def written(self) -> int:
        """Copies that have a write when it is acknowledged, the primary among them."""
        return 1 + self.acks_needed

    def taken_with_a_zone(self) -> int:
        """Copies that may be all that have a write, and that one zone takes away. A synchronous primary that outlives the zone
        loses nothing; in a quorum the copies of any zone may have been the ones that answered."""
        if self.mode == "synchronous":
            return 1 + sum(1 for copy in self.voters if copy.zone == 0)
        return self.most_in_one_zone()

    def most_in_one_zone(self) -> int:
        """Voting copies that one zone can take away, the primary among those of its zone."""
        zones = [0, *(copy.zone for copy in self.voters if copy.zone is not None)]
        return max(zones.count(zone) for zone in set(zones))

    def voters_at_home(self) -> int:
        return 1 + sum(1 for copy in self.voters if copy.zone is not None)


def layout_of(store: Store, mode: str, home: str) -> Layout:
    """The copies of a store that is replicated in this mode; `home` is its own region."""
    replication = store.replication
    if replication is None or mode == "none":
        return Layout("none", home, 1, (), 0)
    zones = max(1, replication.zones)
    copies = [_home_copy(number, zones, home, mode) for number in range(1, min(replication.replicas, MOST_AT_HOME) + 1)]
    if mode == "synchronous" and any(copy.zone for copy in copies):
        # A standby beside the primary would answer first, and go with it when the zone does: it is not waited for.
        copies = [replace(copy, votes=copy.zone != 0) for copy in copies]
    far_votes = mode == "consensus" or (mode == "synchronous" and not copies)
    further = list(dict.fromkeys(one for one in replication.regions if one != home))[:MOST_REGIONS]
    copies += [Copy(region, region, None, between(home, region), far_votes) for region in further]
    votes = sum(1 for copy in copies if copy.votes)
    return Layout(mode, home, zones, tuple(copies), _acks_needed(mode, votes, replication.write_quorum))


def _home_copy(number: int, zones: int, home: str, mode: str) -> Copy:
    zone = number % zones
    where = "same zone" if zone == 0 else f"zone {zone + 1}"
    line = SAME_ZONE if zone == 0 else BETWEEN_ZONES
    return Copy(f"Copy {number}, {where}", home, zone, line, mode in WAITING)


def _acks_needed(mode: str, votes: int, write_quorum: int | None) -> int:
    """A write quorum counts the copy that takes the write; without one a synchronous store waits for one, others for half."""
    if mode not in WAITING or votes == 0:
        return 0
    if mode == "consensus":
        return (votes + 1) // 2
    if write_quorum is not None:
        return min(votes, max(0, write_quorum - 1))
    return 1 if mode == "synchronous" else (votes + 1) // 2

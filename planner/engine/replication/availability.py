"""How much of the time a group of nodes answers. Availabilities and shares are 0..1, a year has 365.25 days.

k of n nodes by the binomial sum, series by the product, redundant parts by 1 - product of their unavailabilities. Nodes never
fail quite independently: the beta-factor model gives a share b of all failures a common cause that takes every copy at once
(docs/models-replication.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUTES_A_YEAR = 365.25 * 24 * 60


class BadInput(ValueError):
    """An input that has no answer. `field` names it, the text says what is allowed."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def share(field: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise BadInput(field, f"{value:g} is no share: it must lie between 0 and 1")
    return value


def positive(field: str, value: float) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise BadInput(field, f"{value:g} must be more than 0")
    return value


def at_least_0(field: str, value: float) -> float:
    if not (value >= 0 and math.isfinite(value)):
        raise BadInput(field, f"{value:g} must be 0 or more")
    return value


MOST_NODES = 1_000


def k_of_n(n: int, k: int, node: float) -> float:
    """Availability of a group that needs k of its n nodes, each up for the share `node`, independently.

    The smaller tail is summed, so that nine nines keep their digits.
    """
    share("node_availability", node)
    if not 1 <= n <= MOST_NODES:
        raise BadInput("n", f"{n} nodes: there must be 1 to {MOST_NODES:,}")
    if not 1 <= k <= n:
        raise BadInput("k", f"{k} of {n} nodes: at least 1 and at most all {n} can be needed")
    return 1 - down_k_of_n(n, k, 1 - node)


def down_k_of_n(n: int, k: int, down: float) -> float:
    """Share of the time in which fewer than k of n nodes are up, each down for the share `down`."""
    return math.fsum(math.comb(n, up) * (1 - down) ** up * down ** (n - up) for up in range(k))


def series(parts: Sequence[float]) -> float:
    """All parts are needed."""
    return math.prod(share(f"parts[{at}]", part) for at, part in enumerate(parts))


def parallel(parts: Sequence[float]) -> float:
    """One part is enough."""
    if not parts:
        raise BadInput("parts", "no part was given: at least one is needed")
    return 1 - math.prod(1 - share(f"parts[{at}]", part) for at, part in enumerate(parts))


def node_down(mtbf_h: float, mttr_h: float) -> float:
    """Share of the time in which one node is down: MTTR / (MTBF + MTTR)."""
    positive("mtbf_h", mtbf_h)
    at_least_0("mttr_h", mttr_h)
    return mttr_h / (mtbf_h + mttr_h)


def failover(mtbf_h: float, mttr_h: float, failover_s: float, common_cause: float, copies: int = 2) -> float:
    """A primary with standbys that take over by themselves.

    Down while it fails over, once a failure of the primary; while all copies are down by chance, (1 - b) u^copies; and while a
    common cause holds them all, b u.
    """
    return 1 - math.fsum(failover_parts(mtbf_h, mttr_h, failover_s, common_cause, copies))


def failover_parts(
    mtbf_h: float, mttr_h: float, failover_s: float, common_cause: float, copies: int = 2
) -> tuple[float, float, float]:
    """Shares of the time lost to failing over, to all copies down by chance, to a common cause."""
    down = node_down(mtbf_h, mttr_h)
    at_least_0("failover_s", failover_s)
    share("common_cause_beta", common_cause)
    if copies < 2:
        raise BadInput("copies", f"{copies}: failing over needs a primary and at least one standby")
    switching = failover_s / 3600 / mtbf_h
    if switching >= 1:
        raise BadInput("failover_s", "the failover takes longer than the time between two failures")
    return switching, (1 - common_cause) * down**copies, common_cause * down


def quorum_parts(n: int, k: int, mtbf_h: float, mttr_h: float, common_cause: float) -> tuple[float, float]:
    """Shares of the time lost because fewer than k of n are up by chance, and to a common cause."""
    down = node_down(mtbf_h, mttr_h)
    share("common_cause_beta", common_cause)
    if not 1 <= k <= n:
        raise BadInput("k", f"{k} of {n} nodes: at least 1 and at most all {n} can be needed")
    return (1 - common_cause) * down_k_of_n(n, k, down), common_cause * down


def minutes_a_year(availability: float) -> float:
    """Downtime that an availability means, minutes per year."""
    return (1 - availability) * MINUTES_A_YEAR

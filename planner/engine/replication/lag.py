"""How far an asynchronous replica falls behind in a burst of writes: a fluid queue.

Backlog grows by what is written above what the replica applies, lag = backlog / apply rate, and it drains by what the replica
can apply above the base rate. Until it has arrived, the backlog is what a loss of the primary loses.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.replication.availability import BadInput, at_least_0, positive


@dataclass(frozen=True, slots=True)
class Lag:
    """None = without bound: the replica falls behind for ever, or never drains what a burst left."""

    peak_backlog_mb: float | None
    peak_lag_s: float | None
    drain_s: float | None
    data_at_risk_mb: float | None


def burst_lag(base_write_mb_s: float, apply_mb_s: float, burst_write_mb_s: float, burst_s: float) -> Lag:
    at_least_0("base_write_mb_s", base_write_mb_s)
    positive("apply_mb_s", apply_mb_s)
    at_least_0("burst_write_mb_s", burst_write_mb_s)
    at_least_0("burst_s", burst_s)
    if burst_write_mb_s < base_write_mb_s:
        raise BadInput("burst_write_mb_s", f"{burst_write_mb_s:g} is less than the base rate {base_write_mb_s:g}")
    if base_write_mb_s > apply_mb_s:
        return Lag(None, None, None, None)
    backlog = max(0.0, burst_write_mb_s - apply_mb_s) * burst_s
    room = apply_mb_s - base_write_mb_s
    drain = 0.0 if backlog == 0 else backlog / room if room > 0 else None
    return Lag(backlog, backlog / apply_mb_s, drain, backlog)

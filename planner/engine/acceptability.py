"""How stable a ranking is: the share of draws in which each system comes first (rank acceptability, SMAA).

Drawn together: the weights (Dirichlet around those of the plan), the needs that are ranges (low, likely, high), and what
systems are taken to carry. Fixed seeds: the same needs give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from planner.engine import own_cost
from planner.engine.capacity import Assumed
from planner.engine.constraints import GIB, item_limit_is_hard, size_limit_is_hard
from planner.engine.context import RankContext
from planner.engine.criteria import EACH_DENIED, MISFIT, ONE_DENIED, planned_gib, read_copies
from planner.engine.document import Needs
from planner.engine.profile import Profile
from planner.engine.quantity import Floats, Quantity, draw, stratified
from planner.engine.ranking import Table, rank, setting_of, table_of
from planner.engine.results import Candidate, Ranking
from planner.engine.upkeep import NO_PRICE, where_of

DRAWS = 2_000
SEED = 20261123
CONTENDERS = 20
# Dirichlet concentration: weights of about 0.1 then vary by a third, as people who weigh the same list differ.
CONCENTRATION = 60.0
# What a kind of system carries is drawn between half and twice the likely value (5 to 95 %): an assumption.
CARRIES = Quantity(0.5, 1.0, 2.0)
SAME = 1e-9
AMOUNTS = ("writes", "size", "latency", "item size", "size limit")  # constraints that depend on a number
Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Columns = dict[str, Floats]  # criterion: values of shape (draws, contenders)


def first_shares(ranking: Ranking) -> Mapping[str, float]:
    """Share of draws, 0..1, in which each system comes first (equal ones share); only those above zero, largest first."""
    return _shares(ranking.needs, ranking.context, table_of(ranking.snapshot))


@lru_cache(maxsize=2_000)
def _shares(needs: Needs, context: RankContext, table: Table) -> Mapping[str, float]:
    ranked = rank(needs, context, table.snapshot).ranked[:CONTENDERS]
    if not ranked:
        return {}
    utility = _utility(needs, context, table, ranked)
    best = utility.max(axis=1, keepdims=True)
    first = (utility >= best - SAME) & np.isfinite(best)  # equal ones share the draw: no coin decides
    counts = (first / np.maximum(first.sum(axis=1, keepdims=True), 1)).sum(axis=0) / DRAWS
    order = sorted(range(len(ranked)), key=lambda place: (-counts[place], place))
    return {ranked[place].database: float(counts[place]) for place in order if counts[place] > 0}


def _utility(needs: Needs, context: RankContext, table: Table, ranked: tuple[Candidate, ...]) -> Floats:
    """Shape (draws, contenders), 0..1; minus infinity where a documented limit refuses the system in that draw."""
    names = [part.criterion for part in ranked[0].contributions]
    weights = _weights(tuple(part.weight for part in ranked[0].contributions))
    values = np.array([[part.value for part in one.contributions] for one in ranked])
    utility: Floats = weights @ values.T
    profiles = [table.profile(one.database) for one in ranked]
    drawn = {name: _drawn(name, getattr(needs, name)) for name in own_cost.FIELDS} | {
        "latency_p99_ms": _drawn("latency_p99_ms", needs.latency_p99_ms)
    }
    denied = [_denied(drawn, profile) for profile in profiles]
    columns = {
        "headroom": _headroom(needs, drawn, profiles, values[:, names.index("headroom")]),
        "requirements": _requirements(ranked, denied),
        **_cost(needs, context, table, ranked, drawn),
    }
    for name, column in columns.items():
        place = names.index(name)
        utility += weights[:, [place]] * (column - values[:, place])
    for place, (profile, found) in enumerate(zip(profiles, denied, strict=True)):
        utility[_refused(found, profile), place] = -np.inf
    return utility


@lru_cache(maxsize=64)
def _weights(weights: tuple[float, ...]) -> Floats:
    """Shape (draws, criteria); rows sum to 1. A weight of 0 stays 0."""
    kept = [place for place, weight in enumerate(weights) if weight > 0]
    found = np.zeros((DRAWS, len(weights)))
    generator = np.random.default_rng(SEED)
    found[:, kept] = generator.dirichlet(CONCENTRATION * np.array([weights[place] for place in kept]), DRAWS)
    return found


def _drawn(name: str, quantity: Quantity | None) -> Floats | None:
    if quantity is None:
        return None
    if quantity.certain:
        return np.array([quantity.mid])
    return draw(quantity, stratified(DRAWS, f"{SEED}:{name}"))


def _carried(assumed: Assumed) -> Floats:
    """Factors on what systems of a kind carry: one draw for all of a kind, as they are wrong together."""
    return draw(CARRIES, stratified(DRAWS, f"{SEED}:{assumed.text}"))


def _denied(drawn: Mapping[str, Floats | None], profile: Profile) -> dict[str, Mask]:
    """Per constraint on a number: in which draws it speaks against the system. As `constraints.refusals_by_amount`."""
    found = {}
    items, writes, size = drawn["item_bytes"], drawn["writes_per_second"], drawn["size_gib"]
    latency = drawn["latency_p99_ms"]
    if items is not None and profile.item_limit:
        found["item size"] = items > profile.item_limit.value
    if size is not None and profile.size_limit:
        found["size limit"] = size * GIB > profile.size_limit.value
    if writes is not None and profile.writes:
        assumed = profile.writes.assumed
        found["writes"] = writes >= assumed.high * _carried(assumed)
    if size is not None and profile.size:
        assumed = profile.size.assumed
        found["size"] = size >= assumed.high * _carried(assumed)
    if latency is not None:
        found["latency"] = latency < profile.latency.assumed.low / _carried(profile.latency.assumed)
    return found


def _refused(denied: Mapping[str, Mask], profile: Profile) -> Mask:
    """Draws in which a documented limit that is confirmed refuses the system."""
    found = np.zeros(DRAWS, dtype=np.bool_)
    if "item size" in denied and profile.item_limit and item_limit_is_hard(profile.item_limit):
        found |= denied["item size"]
    if "size limit" in denied and profile.size_limit and size_limit_is_hard(profile.size_limit):
        found |= denied["size limit"]
    return found


def _requirements(ranked: tuple[Candidate, ...], denied: list[dict[str, Mask]]) -> Floats:
    columns = []
    for one, found in zip(ranked, denied, strict=True):
        fixed = [MISFIT.get(warning.constraint, 1.0) for warning in one.warnings if warning.constraint not in AMOUNTS]
        misfits = np.full(DRAWS, sum(fixed))
        for name, mask in found.items():
            misfits = misfits + MISFIT.get(name, 1.0) * mask
        columns.append(np.where(misfits > 0, np.maximum(0.0, ONE_DENIED - EACH_DENIED * misfits), 1.0))
    return np.stack(columns, axis=1)


def _headroom(needs: Needs, drawn: Mapping[str, Floats | None], profiles: list[Profile], otherwise: Floats) -> Floats:
    """As `criteria.headroom`: the tightest of writes, reads, size and latency."""
    return np.stack(
        [_room(needs, drawn, one, float(usual)) for one, usual in zip(profiles, otherwise, strict=True)], axis=1
    )


def _room(needs: Needs, drawn: Mapping[str, Floats | None], profile: Profile, otherwise: float) -> Floats:
    found = []
    planned = planned_gib(needs) / needs.size_gib.mid if needs.size_gib and needs.size_gib.mid else 1.0
    reads = drawn["reads_per_second"]
    size = drawn["size_gib"]
    pairs = (
        (drawn["writes_per_second"], profile.writes),
        (None if reads is None else reads / read_copies(needs), profile.reads),
        (None if size is None else size * planned, profile.size),
    )
    for amount, carried in pairs:
        if amount is not None and carried:
            found.append(_ease(amount / _carried(carried.assumed), carried.assumed))
    latency = drawn["latency_p99_ms"]
    if latency is not None and latency[0] > 0:
        typical = profile.latency.assumed
        found.append(np.minimum(1.0, latency * _carried(typical) / typical.likely / 2))
    if not found:
        return np.full(DRAWS, otherwise)
    return np.broadcast_to(np.min(np.broadcast_arrays(*found), axis=0), (DRAWS,))


def _ease(value: Floats, assumed: Assumed) -> Floats:
    points = np.log([assumed.low, assumed.likely, assumed.high])
    eased: Floats = np.interp(np.log(np.maximum(value, 1e-12)), points, [1.0, 0.5, 0.0])
    return eased


def _cost(
    needs: Needs, context: RankContext, table: Table, ranked: tuple[Candidate, ...], drawn: Mapping[str, Floats | None]
) -> Columns:
    """Costs move with the amounts; where these are certain they stay as they are ranked."""
    amounts = [drawn[name] for name in own_cost.FIELDS]
    where = where_of(needs, setting_of(context))
    if where is None or drawn["size_gib"] is None or all(one is None or len(one) == 1 for one in amounts):
        return {}
    surface = own_cost.surface_of(where, table.snapshot)
    points = np.stack([np.broadcast_to(np.zeros(1) if one is None else one, (DRAWS,)) for one in amounts], axis=1)
    usd = own_cost.at(surface, points, tuple(one.database for one in ranked))
    value = own_cost.value_of(usd, points[:, 0])
    return {"cost": np.where(np.isfinite(usd), value, NO_PRICE).T}

"""The caches of a plan as a page shows them: each with what it does, worked out by `planner.engine.caching`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.services import current_snapshot
from planner.engine.caching.effect import Effect, Point, cold_curve, curve, effect_of, knee, overloaded_seconds
from planner.engine.caching.inputs import Inputs, inputs_of
from planner.engine.capacity import ONE_WRITER_PER_SECOND, Assumed
from planner.engine.document import Cache, DataSet, Plan
from planner.forms import words

COLD_POINTS = 50


@dataclass(frozen=True)
class CacheRow:
    path: str
    data_set: DataSet
    service: str
    cache: Cache
    layer: str
    strategy: str
    invalidation: str
    effect: Effect | None

    @property
    def path_parts(self) -> list[str]:
        return self.path.split("/", 1)


@dataclass(frozen=True)
class Shown:
    """Everything about one cache. `missing` says what the plan leaves empty, and then nothing is computed."""

    row: CacheRow
    missing: tuple[str, ...]
    inputs: Inputs | None = None
    effect: Effect | None = None
    points: tuple[Point, ...] = ()
    chosen: Point | None = None
    knee: Point | None = None
    cold_seconds: tuple[float, ...] = ()
    cold_reads: tuple[float, ...] = ()
    carried: Assumed | None = None
    overloaded: float | None = 0.0


def rows(plan: Plan) -> tuple[CacheRow, ...]:
    return tuple(row_of(plan, ref.path) for ref in plan.data_sets() if ref.data_set.cache is not None)


def row_of(plan: Plan, path: str) -> CacheRow:
    data_set = plan.data_set(path)
    cache, inputs = data_set.cache, inputs_of(plan, path)
    if cache is None:
        raise ValueError(f"{path} has no cache")
    return CacheRow(
        path=path,
        data_set=data_set,
        service=plan.services[path.split("/", 1)[0]].name,
        cache=cache,
        layer=words.CACHE_LAYERS[cache.layer],
        strategy=words.CACHE_STRATEGIES.get(cache.strategy or "", "not decided"),
        invalidation=words.INVALIDATIONS.get(cache.invalidation or "", "not decided"),
        effect=effect_of(inputs) if isinstance(inputs, Inputs) else None,
    )


def shown_of(plan: Plan, row: CacheRow) -> Shown:
    inputs = inputs_of(plan, row.path)
    if not isinstance(inputs, Inputs) or row.effect is None:
        return Shown(row, inputs if isinstance(inputs, tuple) else ())
    points = curve(inputs)
    effect = row.effect
    chosen = None
    if inputs.memory_gib is not None and not effect.all_fit:
        chosen = Point(inputs.memory_gib, effect.hit_ratio, points[-1].lfu)
    carried = _carried(plan, row.data_set)
    until = max(effect.warm_seconds or 3600.0, 1.0) * 1.5
    seconds = np.linspace(0, until, COLD_POINTS)
    return Shown(
        row=row,
        missing=(),
        inputs=inputs,
        effect=effect,
        points=points,
        chosen=chosen,
        knee=knee(points),
        cold_seconds=tuple(float(one) for one in seconds),
        cold_reads=tuple(float(one) for one in cold_curve(inputs, seconds)),
        carried=carried,
        overloaded=overloaded_seconds(inputs, carried.low) if carried else 0.0,
    )


def _carried(plan: Plan, data_set: DataSet) -> Assumed | None:
    """What one node of the store behind carries, as the rule caching.cold-start takes it; None where it is unknown."""
    store = plan.stores.get(data_set.store or "")
    database = current_snapshot().databases.get(store.database) if store else None
    return ONE_WRITER_PER_SECOND.get(database.category) if database else None

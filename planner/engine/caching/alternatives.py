"""The same cache with each other choice: the four ways to keep it right, the four ways to make room. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.engine.caching.effect import Effect, effect_of
from planner.engine.caching.freshness import Updates
from planner.engine.caching.hit_ratio import POLICIES, Policy
from planner.engine.caching.inputs import Inputs

# strategy, invalidation (None: as it is), what an update then does to its entry
WAYS: tuple[tuple[str, str | None, Updates], ...] = (
    ("cache-aside", "ttl", "missed"),
    ("cache-aside", "on-write", "ends"),
    ("write-through", None, "written"),
    ("write-behind", None, "written"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How changes of the data reach the cache. `now`: what it comes to is what the plan's choice comes to."""

    strategy: str
    invalidation: str | None
    effect: Effect
    now: bool


@dataclass(frozen=True, slots=True)
class Room:
    """What goes when the memory is full."""

    policy: Policy
    effect: Effect
    now: bool


def ways(inputs: Inputs) -> tuple[Way, ...]:
    """One read strategy is like another here: cache-aside stands for read-through too."""
    own = "cache-aside" if inputs.strategy == "read-through" else inputs.strategy
    return tuple(
        Way(
            strategy,
            invalidation,
            effect_of(replace(inputs, strategy=strategy, effect_of_updates=updates)),
            (strategy, updates) == (own, inputs.effect_of_updates),
        )
        for strategy, invalidation, updates in WAYS
    )


def rooms(inputs: Inputs) -> tuple[Room, ...]:
    """Nothing to choose where everything fits: all four come to the same."""
    return tuple(Room(one, effect_of(replace(inputs, policy=one)), one == inputs.policy) for one in POLICIES)

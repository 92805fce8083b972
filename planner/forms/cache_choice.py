"""A cache's choices as the caching page tries them: nothing is saved until it is posted."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from planner.engine.document import Cache, Plan
from planner.engine.quantity import Quantity
from planner.engine.rules.eviction import REDIS_KIND, REDIS_POLICIES
from planner.forms import words
from planner.forms.problems import PlainForm, set_choices

MOST_GIB, MOST_SECONDS = 1e6, 1e9
NOT_SAID = ("", "not decided")


class CacheChoiceForm(PlainForm):
    strategy = forms.ChoiceField(label="Strategy", required=False, choices=[NOT_SAID, *words.CACHE_STRATEGIES.items()])
    memory_gib = forms.FloatField(label="Memory, GiB", required=False, help_text="Empty: not limited")
    ttl_seconds = forms.FloatField(label="Expiry (TTL), seconds", required=False, help_text="Empty: never")
    invalidation = forms.ChoiceField(
        label="When the data change", required=False, choices=[NOT_SAID, *words.INVALIDATIONS.items()]
    )
    eviction = forms.ChoiceField(label="When the memory is full", required=False)

    def __init__(self, data: Any = None, *, plan: Plan, cache: Cache) -> None:
        store = plan.stores.get(cache.store or "")
        now = store.eviction if store else None
        initial = {
            "strategy": cache.strategy or "",
            "memory_gib": cache.memory_gib.mid if cache.memory_gib else None,
            "ttl_seconds": cache.ttl_seconds,
            "invalidation": cache.invalidation or "",
            "eviction": now or "",
        }
        super().__init__(data, initial=initial)
        if store is None:
            del self.fields["eviction"]
        else:
            known = sorted(REDIS_POLICIES) if store.database in REDIS_KIND else ["lru", "lfu", "fifo", "random"]
            names = [*known, *([now] if now and now not in known else [])]
            set_choices(self, "eviction", [NOT_SAID, *((name, name) for name in names)])

    def clean_memory_gib(self) -> float | None:
        return _within(self.cleaned_data["memory_gib"], MOST_GIB, "GiB")

    def clean_ttl_seconds(self) -> float | None:
        return _within(self.cleaned_data["ttl_seconds"], MOST_SECONDS, "seconds")

    def tried(self, cache: Cache) -> Cache:
        """The cache with what was chosen; a range of memory stays while its middle does."""
        got = self.cleaned_data
        memory = got["memory_gib"]
        kept = cache.memory_gib if cache.memory_gib and cache.memory_gib.mid == memory else None
        return cache.model_copy(
            update={
                "strategy": got["strategy"] or None,
                "invalidation": got["invalidation"] or None,
                "ttl_seconds": got["ttl_seconds"],
                "memory_gib": kept or (None if memory is None else Quantity(memory, memory, memory)),
            }
        )


def _within(value: float | None, most: float, unit: str) -> float | None:
    if value is not None and not (math.isfinite(value) and 0 < value <= most):
        raise ValidationError(f"Enter more than 0 and at most {most:,.0f} {unit}, or nothing")
    return value

"""Which data sets of a plan are shown: by words, tier, store and findings. Map and table ask the same question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.engine.document import DataSetRef, Plan
from planner.engine.results import Finding

NOT_PLACED = "none"  # instead of a store's slug


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person looks for; empty fields let everything through."""

    words: str = ""
    tier: str = ""
    store: str = ""  # slug, or NOT_PLACED
    findings: bool = False

    @property
    def active(self) -> bool:
        return bool(self.words or self.tier or self.store or self.findings)


def shown_paths(plan: Plan, findings: Iterable[Finding], only: Filter) -> frozenset[str]:
    """The paths of the data sets that pass."""
    words = only.words.casefold().split()
    found = {one.at for one in findings if not one.waived_until} if only.findings else set()
    return frozenset(
        ref.path
        for ref in plan.data_sets()
        if (not only.tier or plan.tier_of(ref.path) == only.tier)
        and (not only.store or _lives_in(ref, plan, only.store))
        and (not only.findings or f"services/{ref.service_slug}/data/{ref.slug}" in found)
        and (not words or _has_words(ref, plan, words))
    )


def _lives_in(ref: DataSetRef, plan: Plan, store: str) -> bool:
    if store == NOT_PLACED:
        return ref.data_set.store not in plan.stores
    cache = ref.data_set.cache
    return ref.data_set.store == store or (cache is not None and cache.store == store)


def _has_words(ref: DataSetRef, plan: Plan, words: list[str]) -> bool:
    """Every word stands somewhere in the names that the row shows."""
    store = plan.stores.get(ref.data_set.store or "")
    names = [ref.data_set.name, ref.path, ref.service.name, ref.data_set.store or ""]
    text = " ".join([*names, store.database, store.name] if store else names).casefold()
    return all(word in text for word in words)

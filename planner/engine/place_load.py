"""Which store of its system each data set goes to, so that no store carries more than one is taken to carry.

Systems pay the tax, stores do not: where data sets of one system are together too much for one store, a second one is
opened. First fit, largest first: a good packing, not always the fewest stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.constraints import refusals_by_amount
from planner.engine.document import Needs, Plan
from planner.engine.profile import Profile, profile_of
from planner.engine.quantity import Quantity
from planner.engine.results import Refusal


@dataclass(frozen=True, slots=True)
class Home:
    """A store of the plan, or the new store `number` (1, 2, ...) of the system. `apart` = why it did not fit the one before."""

    store: str
    number: int = 0
    apart: Refusal | None = None


@dataclass
class _Bin:
    home: Home
    writes_per_second: float = 0.0
    size_gib: float = 0.0
    empty: bool = True

    def add(self, needs: Needs) -> None:
        self.writes_per_second += _writes(needs)
        self.size_gib += _size(needs)
        self.empty = False


def _writes(needs: Needs) -> float:
    return needs.writes_per_second.mid if needs.writes_per_second else 0.0


def _size(needs: Needs) -> float:
    return needs.size_gib.mid if needs.size_gib else 0.0


def homes(plan: Plan, places: Mapping[str, str], fullest: Iterable[str], snapshot: Snapshot) -> dict[str, Home]:
    """Where each data set of `places` (system by path, "" = nowhere) goes. `fullest` = the plan's stores in the order in
    which they are tried. What is in a store of its system already stays there.
    """
    found: dict[str, Home] = {}
    order = tuple(fullest)
    for system in sorted(set(places.values()) - {""}):
        found |= _homes_in(plan, system, [path for path, one in places.items() if one == system], order, snapshot)
    return found


def _homes_in(plan: Plan, system: str, paths: list[str], order: Iterable[str], snapshot: Snapshot) -> dict[str, Home]:
    bins = {slug: _Bin(Home(slug)) for slug in order if plan.stores[slug].database == system}
    database = snapshot.databases.get(system)
    profile = profile_of(database) if database else None
    found: dict[str, Home] = {}
    for path in paths:
        now = plan.data_set(path).store or ""
        if now in bins:
            bins[now].add(plan.data_set(path).needs)
            found[path] = bins[now].home
    opened: list[_Bin] = []
    moving = [path for path in paths if path not in found]
    for path in sorted(moving, key=lambda one: (-_writes(_needs(plan, one)), -_size(_needs(plan, one)), one)):
        found[path] = _fitted(_needs(plan, path), [*bins.values(), *opened], opened, profile)
    return found


def _needs(plan: Plan, path: str) -> Needs:
    return plan.data_set(path).needs


def _fitted(needs: Needs, bins: list[_Bin], opened: list[_Bin], profile: Profile | None) -> Home:
    apart: Refusal | None = None
    alone = {refusal.constraint for refusal in refusals_by_amount(needs, profile)} if profile else set()
    for one in bins:
        against = _too_much(one, needs, alone, profile)
        if against is None:
            one.add(needs)
            return Home(one.home.store, one.home.number, apart) if apart else one.home
        apart = apart or against
    new = _Bin(Home("", len(opened) + 1))
    new.add(needs)
    opened.append(new)
    return Home("", new.home.number, apart)


def _too_much(one: _Bin, needs: Needs, alone: set[str], profile: Profile | None) -> Refusal | None:
    """What speaks against both together and not against the data set `alone`."""
    if one.empty or profile is None:
        return None
    writes, size = one.writes_per_second + _writes(needs), one.size_gib + _size(needs)
    both = Needs.model_construct(
        writes_per_second=Quantity(writes, writes, writes), size_gib=Quantity(size, size, size)
    )
    together = refusals_by_amount(both, profile)
    return next((refusal for refusal in together if refusal.constraint not in alone), None)

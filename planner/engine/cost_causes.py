"""Which change of a plan costs how much: one kind of change after another is applied, and the bill is made again each time.

What one step adds is its part, so the parts sum to the whole change exactly. They depend on the order of the steps, which is always that
of STEPS: where the data live first, then what they ask for, then how each store is set up, prices last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from catalog.facts import PriceBook, Snapshot
from planner.engine.cost_change import total_usd
from planner.engine.costs import size_and_price
from planner.engine.document import DataSet, Plan, Service, Store

SYSTEM = ("database", "version", "offering", "machine", "machines")
LOAD = ("reads_per_second", "writes_per_second", "latency_p99_ms")
SIZE = ("size_gib", "item_bytes", "growth_per_year", "retention_days")
Section = TypeVar("Section", Store, Plan)


@dataclass(frozen=True)
class Priced:
    """A plan with what its bill is made from."""

    plan: Plan
    snapshot: Snapshot
    prices: PriceBook

    @property
    def usd(self) -> Decimal:
        return total_usd(size_and_price(self.plan, self.snapshot, self.prices))


@dataclass(frozen=True, slots=True)
class Cause:
    words: str
    change_usd: Decimal


def causes(old: Priced, new: Priced) -> tuple[Cause, ...]:
    """USD a month at likely inputs, in the order of the steps, without those that change nothing."""
    found = []
    plan, usd = old.plan, old.usd
    for words, step in STEPS:
        changed = step(plan, new.plan)
        if changed != plan:
            plan = changed
            after = Priced(plan, old.snapshot, old.prices).usd
            found.append(Cause(words, after - usd))
            usd = after
    for words, snapshot, prices in (
        ("another catalog", new.snapshot, old.prices),
        ("other prices", new.snapshot, new.prices),
    ):
        after = Priced(plan, snapshot, prices).usd
        found.append(Cause(words, after - usd))
        usd = after
    return tuple(one for one in found if one.change_usd)


def _homes(plan: Plan, new: Plan) -> Plan:
    """Parts that came or went, the store of each data set, and the system of each store."""
    services = {slug: _with_data(plan.services.get(slug), one) for slug, one in new.services.items()}
    stores = {slug: _with_system(plan.stores.get(slug), one) for slug, one in new.stores.items()}
    return plan.model_copy(update={"services": services, "stores": stores})


def _with_data(old: Service | None, new: Service) -> Service:
    if old is None:
        return new
    data = {
        slug: old.data[slug].model_copy(update={"store": one.store}) if slug in old.data else one
        for slug, one in new.data.items()
    }
    return old.model_copy(update={"data": data})


def _with_system(old: Store | None, new: Store) -> Store:
    if old is None:
        return new
    other = (old.database, old.offering) != (new.database, new.offering)
    return _taken(old, new, SYSTEM) if other else old


def _taken(old: Section, new: Section, fields: tuple[str, ...]) -> Section:
    return old.model_copy(update={field: getattr(new, field) for field in fields})


def _of_plan(*fields: str) -> Callable[[Plan, Plan], Plan]:
    return lambda plan, new: _taken(plan, new, fields)


def _of_stores(*fields: str) -> Callable[[Plan, Plan], Plan]:
    """Run after `_homes`: both plans have the same stores."""

    def step(plan: Plan, new: Plan) -> Plan:
        stores = {slug: _taken(one, new.stores[slug], fields) for slug, one in plan.stores.items()}
        return plan.model_copy(update={"stores": stores})

    return step


def _of_data(change: Callable[[DataSet, DataSet], dict[str, Any]]) -> Callable[[Plan, Plan], Plan]:
    """Run after `_homes`: both plans have the same data sets."""

    def step(plan: Plan, new: Plan) -> Plan:
        services = {}
        for slug, service in plan.services.items():
            others = new.services[slug].data
            data = {name: one.model_copy(update=change(one, others[name])) for name, one in service.data.items()}
            services[slug] = service.model_copy(update={"data": data})
        return plan.model_copy(update={"services": services})

    return step


def _needs(*fields: str) -> Callable[[DataSet, DataSet], dict[str, Any]]:
    def change(old: DataSet, new: DataSet) -> dict[str, Any]:
        return {"needs": old.needs.model_copy(update={field: getattr(new.needs, field) for field in fields})}

    return change


STEPS: tuple[tuple[str, Callable[[Plan, Plan], Plan]], ...] = (
    ("stores, and what lives where", _homes),
    ("load", _of_data(_needs(*LOAD))),
    ("size of the data", _of_data(_needs(*SIZE))),
    ("caching", _of_data(lambda old, new: {"cache": new.cache})),
    ("provider and region", lambda plan, new: _of_stores("provider", "region")(_of_plan("provider", "region")(plan, new), new)),
    ("machines of your own choice", _of_stores("machine", "machines")),
    ("copies", _of_stores("replication")),
    ("backups", _of_stores("backups")),
    ("commitment", _of_plan("costs")),
    ("other needs", lambda plan, new: new),
)  # fmt: skip

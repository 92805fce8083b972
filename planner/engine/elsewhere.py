"""Where else a store could run, and what it would cost there: other offerings, systems that speak its protocol, own machines.

Every option is priced by the formulas and draws that price the plan, so that a difference is one of place, not of luck.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from catalog.facts import Database, Offering, PriceBook, Snapshot
from planner.engine.bill import Line
from planner.engine.commitment import paid
from planner.engine.costs import STRIP_DRAWS, Priced, interval_of, placed, spread_of, unpriceable
from planner.engine.demand import Part, uncounted
from planner.engine.document import BackupPolicy, Plan, Replication, Store
from planner.engine.nearby import CLOUDS, any_at_provider, at_provider
from planner.engine.own_cost import DEFAULT_REGION
from planner.engine.quantity import Floats
from planner.engine.results import Because, Interval
from planner.engine.store_defaults import SELF_HOSTED, newest_version

OBJECTS = "object_storage"  # every vendor's own protocol: moving costs work, but the same bytes are kept
PARTS = ("compute", "storage", "io", "requests", "backups", "transfer")
BESIDE = ("backups", "transfer")  # who has a price for these alone has none for the store
PART_OF_UNIT = {
    **dict.fromkeys(("h", "ACU-h", "RPU-h", "vCore-h", "vCPU-h", "GiB-h", "unit-h", "months"), "compute"),
    **dict.fromkeys(("GiB-month", "GB-month", "TB-month", "disks", "GiB", "GB", "TiB"), "storage"),
    **dict.fromkeys(("IOPS", "MiB/s", "MB/s", "million I/O"), "io"),
}  # what is left counts requests, or capacity for them


@dataclass(frozen=True, slots=True)
class Option:
    """One way to run the store. `store` names its provider and region; `because` says why another system will do."""

    key: str
    store: Store
    offering: Offering | None  # None: virtual machines of one's own
    is_now: bool = False
    because: Because | None = None


@dataclass(frozen=True)
class Found:
    """What an option costs. `monthly` has shape (draws,); intervals are USD a month; None = no price."""

    option: Option
    monthly: Floats | None = field(repr=False)
    total: Interval | None
    parts: Mapping[str, Interval]  # by PARTS, those that are not nothing
    copies: Interval | None  # how much of the total the copies are
    missing: tuple[str, ...]  # what has no price or no formula
    uncounted: tuple[str, ...]  # what the plan leaves empty, the same for every option
    shape: str
    nodes: int | None
    oldest_price: dt.date | None

    @property
    def complete(self) -> bool:
        return self.total is not None and not self.missing


def protocols(database: Database | None, offering: Offering | None = None) -> frozenset[str]:
    """Protocols that a system speaks; of one with several, those that the offering is sold for."""
    wires = database.fact("query.wire_compatible_with") if database else None
    spoken = frozenset(str(one) for one in wires.value) if wires and isinstance(wires.value, tuple) else frozenset()
    named = f"{offering.slug} {offering.price_engine}" if offering else ""
    return frozenset(one for one in spoken if one in named) or spoken


def stands_in(own: Store, database: Database, offering: Offering | None, snapshot: Snapshot) -> Because | None:
    """Why a system can take the place of the store's own; None where it cannot. Same kind of system only."""
    mine = snapshot.databases.get(own.database)
    if mine is None or mine.slug == database.slug or mine.category != database.category:
        return None
    if mine.category == OBJECTS:
        return Because("assumption", "Keeps objects too, behind an interface of its own", verified=False)
    wires = database.fact("query.wire_compatible_with")
    both = protocols(mine, snapshot.offerings.get(own.offering or "")) & protocols(database, offering)
    if not both or wires is None:
        return None
    source, day = wires.sources[0] if wires.sources else "", wires.checked_on.isoformat() if wires.checked_on else ""
    text = f"{database.name} speaks the protocol of {', '.join(sorted(both))}"
    return Because("fact", text, f"{database.slug}:{wires.key}", source, day, wires.verified)


def options(store: Store, plan: Plan, snapshot: Snapshot, prices: PriceBook) -> tuple[Option, ...]:
    """The store as it is, every offering of its system or of one that speaks its protocol, and own machines."""
    store = placed(store, plan)
    own = snapshot.offerings.get(store.offering or "")
    found = [Option("now", store, own, is_now=True)]
    found += [one for one in _managed(store, snapshot, prices) if one.store.offering != store.offering]
    for one in _own_machines(store, snapshot, prices):
        here = store.offering in (None, SELF_HOSTED) and one.store.provider == store.provider
        if not (here and one.store.database == store.database):
            found.append(one)
    return tuple(found)


def _managed(store: Store, snapshot: Snapshot, prices: PriceBook) -> Iterator[Option]:
    for offering in sorted(snapshot.offerings.values(), key=lambda one: (one.database != store.database, one.slug)):
        database = snapshot.databases.get(offering.database)
        if database is None:
            continue
        because = stands_in(store, database, offering, snapshot)
        if database.slug == store.database or because:
            there = moved(store, offering.provider, database, offering, prices)
            yield Option(offering.slug, there, offering, because=because)


def _own_machines(store: Store, snapshot: Snapshot, prices: PriceBook) -> Iterator[Option]:
    """The same system on machines of each cloud; where nobody but its vendor runs it, those that speak its protocol."""
    mine = snapshot.databases.get(store.database)
    systems = [mine] if mine and "self_hosted" in mine.deployment_models else list(snapshot.databases.values())
    for database in sorted(systems, key=lambda one: one.slug):
        because = stands_in(store, database, None, snapshot)
        if "self_hosted" not in database.deployment_models or (database is not mine and because is None):
            continue
        for cloud in CLOUDS:
            there = moved(store, cloud, database, None, prices)
            yield Option(f"{SELF_HOSTED}-{cloud}-{database.slug}", there, None, because=because)


def moved(store: Store, provider: str, database: Database, offering: Offering | None, prices: PriceBook) -> Store:
    """The store at another provider: its region, copies and backups go to the regions nearest to those they have."""
    cloud = store.provider or "" if provider == "any" else provider
    here = store.region or ""
    near = at_provider(here, cloud, prices, offering.price_service if offering else "")
    home = near or (here if cloud == store.provider else DEFAULT_REGION.get(cloud, here))

    def there(region: str) -> str:
        return home if region == here else any_at_provider(region, cloud, home) or region

    replication = store.replication
    if replication is not None and replication.regions:
        replication = Replication.model_validate(
            replication.model_dump() | {"regions": tuple(dict.fromkeys(there(one) for one in replication.regions))}
        )
    return store.model_copy(
        update={
            "database": database.slug,
            "version": store.version if database.slug == store.database else newest_version(database),
            "offering": offering.slug if offering else SELF_HOSTED,
            "provider": cloud or None,
            "region": home or None,
            "replication": replication,
            "machine": None,  # elsewhere the formula chooses
            "machines": None,
            "backups": tuple(_backups(one, there) for one in store.backups),
        }
    )


def _backups(policy: BackupPolicy, there: Callable[[str], str]) -> BackupPolicy:
    copies = (one.model_copy(update={"region": there(one.region)}) if one.region else one for one in policy.copies)
    return policy.model_copy(update={"copies": tuple(copies)})


def price(option: Option, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> Found:
    """The bill of one option, split into what it is made of."""
    store = option.store
    refusal = unpriceable(snapshot.databases.get(store.database), store, parts)
    if refusal:
        return Found(option, None, None, {}, None, refusal, (), "", None, None)
    priced = spread_of(store, parts, snapshot, prices)
    empty = uncounted(parts)
    missing = tuple(one for one in priced.unknown if one not in empty)
    bought = any(part_of(line) not in BESIDE for line in priced.lines if line.monthly is not None)
    monthly = np.broadcast_to(priced.monthly, (STRIP_DRAWS,)) if bought and priced.monthly is not None else None
    return Found(
        option=option,
        monthly=monthly,
        total=None if monthly is None else interval_of(monthly),
        parts=split(priced.lines) if bought else {},
        copies=_copies(store, parts, snapshot, prices, priced) if bought else None,
        missing=missing,
        uncounted=empty,
        shape=priced.shape,
        nodes=priced.nodes,
        oldest_price=priced.oldest_price,
    )


def split(lines: tuple[Line, ...]) -> dict[str, Interval]:
    """Percentiles of the sum of each kind of line."""
    sums: dict[str, Floats] = {}
    for line in lines:
        if line.monthly is not None:
            name = part_of(line)
            sums[name] = sums[name] + line.monthly if name in sums else line.monthly
    return {name: interval_of(sums[name]) for name in PARTS if name in sums and sums[name].any()}


def part_of(line: Line) -> str:
    return line.basis if line.basis in ("backups", "transfer") else PART_OF_UNIT.get(line.unit, "requests")


def _copies(
    store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook, priced: Priced
) -> Interval | None:
    """The bill with copies less the bill of the same store without them, draw by draw. None where one has no price."""
    if store.replication is None or store.replication.mode == "none" or priced.monthly is None:
        return None
    alone = spread_of(store.model_copy(update={"replication": None}), parts, snapshot, prices)
    same_gaps = len(alone.unknown) == len(priced.unknown)
    return interval_of(priced.monthly - alone.monthly) if alone.monthly is not None and same_gaps else None


def found_for(
    plan: Plan, slug: str, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook
) -> tuple[Found, ...]:
    """Every option of one store: as it is, then by likely cost, then those without a price."""
    prices = paid(plan, prices)
    every = [price(one, parts, snapshot, prices) for one in options(plan.stores[slug], plan, snapshot, prices)]
    return tuple(sorted(every, key=_order))


def _order(one: Found) -> tuple[bool, bool, float, str]:
    return not one.option.is_now, not one.complete, one.total.p50 if one.total else float("inf"), one.option.key

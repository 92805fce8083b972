"""Where else a store could run, as rows for the page and for the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.facts import PriceBook, Snapshot
from catalog.families import family
from planner.charts import Bar
from planner.engine.demand import parts_by_store
from planner.engine.document import Plan, Store
from planner.engine.elsewhere import PARTS, Found, Option, found_for
from planner.engine.elsewhere_plan import AS_IT_IS, MANAGED, Elsewhere, Priced, everywhere
from planner.engine.people import People
from planner.engine.regret import Regret, regrets
from planner.engine.results import Interval
from planner.figures import provider_name

PART_WORDS = {
    "compute": "Compute",
    "storage": "Storage",
    "io": "I/O",
    "requests": "Requests",
    "backups": "Backups",
    "transfer": "Transfer",
}
DWARFS = 10.0  # a bar of ten times the least leaves nothing to see of the others


@dataclass(frozen=True)
class Row:
    """One option with people's work and its regret. `regret` None = something has no price, so it is not compared."""

    found: Found
    what: str
    where: str
    family: str
    hours: float
    people_usd: float | None
    regret: Regret | None

    @property
    def parts(self) -> list[Interval | None]:
        """In the order of PARTS; None where the option has no such line."""
        return [self.found.parts.get(name) for name in PARTS]

    @property
    def with_people(self) -> float | None:
        total = self.found.total
        return None if total is None or self.people_usd is None else total.p50 + self.people_usd


def rows_of(plan: Plan, slug: str, snapshot: Snapshot, prices: PriceBook, people: People) -> tuple[Row, ...]:
    """Every option of one store, the plan's own first. Regrets are over the options that are priced in full."""
    found = found_for(plan, slug, parts_by_store(plan)[slug], snapshot, prices)
    least = regrets(
        {
            one.option.key: one.monthly + (people.usd(people.hours(one.option.store)) or 0.0)
            for one in found
            if one.complete and one.monthly is not None
        }
    )
    return tuple(_row(one, snapshot, people, least.get(one.option.key)) for one in found)


def _row(one: Found, snapshot: Snapshot, people: People, regret: Regret | None) -> Row:
    store = one.option.store
    database = snapshot.databases.get(store.database)
    hours = people.hours(store)
    return Row(
        found=one,
        what=what_of(one.option, snapshot),
        where=place_of(store),
        family=family(database.category if database else "").slug,
        hours=hours,
        people_usd=people.usd(hours),
        regret=regret,
    )


def what_of(option: Option, snapshot: Snapshot) -> str:
    if option.offering is not None:
        return option.offering.name
    database = snapshot.databases.get(option.store.database)
    return f"{database.name if database else option.store.database}, self-hosted"


def place_of(store: Store) -> str:
    return f"{provider_name(store.provider)} {store.region or ''}".strip() or "no place named"


def bars_of(rows: Sequence[Row], own: str = "Now") -> tuple[Bar, ...]:
    """The options that have a price, as bars with ranges; one that dwarfs all others stands in the table only."""
    priced = [(row, row.found.total) for row in rows if row.found.total is not None]
    most = DWARFS * min((total.p50 for _, total in priced), default=0.0)
    shown = [(row, total) for row, total in priced if row.found.option.is_now or total.p50 <= most]
    return tuple(Bar(_short(row, own), row.family, total, row.where) for row, total in shown)


def _short(row: Row, own: str) -> str:
    store = row.found.option.store
    if row.found.option.is_now:
        return f"{own}: {row.what}"
    if row.found.option.offering is None:
        return f"{provider_name(store.provider)}: {row.what}"
    return row.what


def least_regretted(rows: Sequence[Row]) -> Row | None:
    """The option with the least mean regret; None where fewer than two can be compared."""
    compared = [row for row in rows if row.regret is not None]
    return min(compared, key=lambda row: row.regret.mean_usd if row.regret else 0.0) if len(compared) > 1 else None


def row_dict(row: Row) -> dict[str, Any]:
    """An option as the API gives it. USD a month; null = unknown."""
    found, store = row.found, row.found.option.store
    because = found.option.because
    return {
        "key": found.option.key,
        "now": found.option.is_now,
        "name": row.what,
        "database": store.database,
        "offering": store.offering,
        "provider": store.provider,
        "region": store.region,
        "managed": found.option.offering is not None,
        "shape": found.shape or None,
        "nodes": found.nodes,
        "monthly_usd": interval_dict(found.total),
        "at_least": bool(found.missing or found.uncounted) and found.total is not None,
        "parts_usd": {name: interval_dict(one) for name, one in found.parts.items()},
        "copies_usd": interval_dict(found.copies),
        "people": {"hours_month": row.hours, "monthly_usd": row.people_usd},
        "missing": list(found.missing),
        "not_counted": list(found.uncounted),
        "prices_as_of": found.oldest_price.isoformat() if found.oldest_price else None,
        "stands_in": because and {"text": because.text, "source": because.source, "verified": because.verified},
        "regret": row.regret
        and {
            "cheapest_share": row.regret.cheapest_share,
            "mean_usd": row.regret.mean_usd,
            "worst_usd": row.regret.worst_usd,
        },
    }


def interval_dict(one: Interval | None) -> dict[str, float] | None:
    return None if one is None else {"p10": one.p10, "p50": one.p50, "p90": one.p90}


@dataclass(frozen=True)
class PlanRow:
    """The whole plan at one place. `cells` are its stores in the plan's order: what each becomes; None = not to be had."""

    found: Elsewhere
    where: str
    hours: float
    people_usd: float | None
    cells: tuple[tuple[str, Priced | None], ...]  # what it is there, and its bill
    stores: int

    @property
    def gaps(self) -> str:
        """What the total leaves out, in a few words."""
        found = self.found
        parts = [(len(found.unpriced), "not priced"), (len(found.partly), "priced in part")]
        said = [f"{count} of {self.stores} stores {words}" for count, words in parts if count]
        return ", ".join(said)


def plan_rows(plan: Plan, snapshot: Snapshot, prices: PriceBook, people: People) -> tuple[PlanRow, ...]:
    """The plan as it is, then everywhere else; () where it has no stores, or more than a page can compare."""
    return tuple(_plan_row(one, plan, snapshot, people) for one in everywhere(plan, snapshot, prices))


def _plan_row(found: Elsewhere, plan: Plan, snapshot: Snapshot, people: People) -> PlanRow:
    hours = found.hours(people)
    cells = []
    for slug in plan.stores:
        one = found.stores.get(slug)
        cells.append((what_of(one.option, snapshot) if one else "", one))
    return PlanRow(found, where_of(found, plan), hours, people.usd(hours), tuple(cells), len(plan.stores))


def where_of(found: Elsewhere, plan: Plan) -> str:
    if found.target.key == AS_IT_IS:
        return f"{provider_name(plan.provider)}, as it is" if plan.provider else "As it is"
    way = "managed" if found.target.way == MANAGED else "self-hosted"
    return f"{provider_name(found.target.cloud)}, {way}"


def plan_row_dict(row: PlanRow, plan: Plan) -> dict[str, Any]:
    """The plan at one place as the API gives it."""
    found = row.found
    return {
        "key": found.target.key,
        "name": row.where,
        "monthly_usd": interval_dict(found.total),
        "at_least": found.at_least,
        "people": {"hours_month": row.hours, "monthly_usd": row.people_usd},
        "not_priced": list(found.unpriced),
        "priced_in_part": {slug: list(found.stores[slug].missing) for slug in found.partly},
        "stores": {
            slug: one
            and {
                "name": what,
                "database": one.option.store.database,
                "offering": one.option.store.offering,
                "region": one.option.store.region,
                "monthly_usd": interval_dict(one.interval),
            }
            for slug, (what, one) in zip(plan.stores, row.cells, strict=True)
        },
    }

"""What a store costs at each cloud. The inputs become a plan of one data set and one store, priced as plans are."""

from __future__ import annotations

import json

from catalog.services import current_prices, current_snapshot
from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.elsewhere import PART_WORDS, Row, bars_of, least_regretted, rows_of
from planner.engine import assumptions as a
from planner.engine import edits
from planner.engine.document import Needs, Plan, Replication, Store, parse
from planner.engine.elsewhere import PARTS
from planner.engine.people import People
from planner.engine.quantity import Quantity
from planner.engine.results import Because, Interval
from planner.engine.store_defaults import SELF_HOSTED, proposed_store
from planner.forms.store_calculator import StoreCalculatorForm

EMPTY = {
    "polystore": 1,
    "name": "Store",
    "services": {"data": {"name": "Data", "tier": "medium", "data": {"items": {"name": "Items"}}}},
}
PATH = "data/items"


def compute(inputs: Inputs) -> Answer:
    plan = with_store(inputs, parse(json.dumps(EMPTY), "json"), PATH)
    (slug,) = plan.stores
    rows = rows_of(plan, slug, current_snapshot(), current_prices(), people_of(inputs))
    priced = [row for row in rows if row.found.total is not None]
    drawn = {
        "bars": bars_of(rows, "Asked"),
        "rows": priced,
        "unpriced": [row for row in rows if row.found.total is None],
        "best": least_regretted(rows),
    }
    return Answer(_figures(rows[0]), _because(rows[0]), drawn)


def people_of(inputs: Inputs) -> People:
    rate = inputs["hourly_usd"]
    return People(float(inputs["managed_hours"]), float(inputs["own_hours"]), None if rate is None else float(rate))


def _figures(now: Row) -> tuple[Figure, ...]:
    found = now.found
    gaps = f"at least: {'; '.join(found.missing)}" if found.missing and found.total else "; ".join(found.missing)
    where = f"{now.what}, {now.where}" + (f", {found.nodes or ''} × {found.shape}" if found.shape else "")
    rows = [_interval("monthly_usd", f"A month, {where}", found.total, gaps)]
    rows += [
        _interval(f"{name}_usd", PART_WORDS[name], found.parts.get(name), "of it")
        for name in PARTS
        if name in found.parts
    ]
    if found.copies is not None:
        rows.append(_interval("copies_usd", "Copies", found.copies, "of it: the bill less the bill without copies"))
    rows.append(Figure("people_hours", "Work of people", "h a month", now.hours, note="kept apart"))
    rows.append(Figure("people_usd", "Work of people costs", "USD/month", now.people_usd, note="kept apart"))
    return tuple(rows)


def _interval(key: str, label: str, one: Interval | None, note: str) -> Figure:
    low, likely, high = (one.p10, one.p50, one.p90) if one else (None, None, None)
    return Figure(key, label, "USD/month", likely, low, high, note)


def _because(now: Row) -> tuple[Because, ...]:
    day = now.found.oldest_price
    prices = Because(
        "price", "List prices in USD, on demand, before tax, 730 h a month", as_of=day.isoformat() if day else ""
    )
    drawn = Because("formula", "p10 and p90 over 512 draws of the ranges and of what nobody knows before measuring")
    return (prices, drawn, a.PEAK.because(), a.PEOPLE_MANAGED.because(), a.PEOPLE_OWN.because())


def with_store(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set with these needs in a store of its own at that cloud."""
    snapshot, data_set = current_snapshot(), plan.data_set(path)
    place = plan.model_copy(update={"provider": inputs["provider"], "region": inputs["region"]})
    slug, store = proposed_store(place, snapshot.databases[inputs["database"]], snapshot, tier="medium")
    copies = inputs["copies"]
    replication = Replication(mode="asynchronous", replicas=copies, zones=2) if copies else None
    offering = SELF_HOSTED if inputs["hosting"] == SELF_HOSTED else store.offering
    store = Store.model_validate(
        store.model_dump() | {"offering": offering, "replication": replication and replication.model_dump()}
    )
    needs = Needs(
        reads_per_second=inputs["reads_per_second"],
        writes_per_second=inputs["writes_per_second"],
        item_bytes=_one(inputs["item_bytes"]),
        size_gib=inputs["size_gib"],
    )
    plan = edits.with_store(plan, slug, store)
    return edits.with_data_set(plan, path, data_set.model_copy(update={"needs": needs, "store": slug}))


def _one(value: float) -> Quantity:
    return Quantity(float(value), float(value), float(value))


STORE = Calculator(
    slug="store",
    title="Cost of a store",
    about="What a database costs a month at AWS, Google Cloud, Azure and vendors, or on machines of one's own, with ranges.",
    icon="money",
    form=StoreCalculatorForm,
    compute=compute,
    fragment="planner/calculators/_store.html",
    use=with_store,
)

"""When will it be too much?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.facts import Database
from planner.engine.capacity import ONE_WRITER_GIB
from planner.engine.document import DataSet
from planner.engine.rules.rule import GUIDE, LOW, MEDIUM, Hit, Look, Rule, Threshold, at_data_set
from planner.engine.staffing import READ_UNIT_BYTES, READ_UNIT_SHARE, WRITE_UNIT_BYTES
from planner.engine.words import size_words

GIB = 1024**3
HORIZON_MONTHS = 36
UNIT_BILLED = "units per partition"  # such a limit counts units of 4 KiB read and 1 KiB written, not requests


def unbounded(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        needs = ref.data_set.needs
        append = {"append-log", "time-range"} & set(needs.queries)
        if append and needs.retention_days is None:
            title = f"{ref.data_set.name} grows for ever"
            yield Hit(
                at_data_set(ref.path),
                title,
                "It is appended to and has no retention_days: cost and restore time grow with it.",
            )


@dataclass(frozen=True, slots=True)
class Reached:
    """The month in which a limit is reached with the high ends, the likely values and the low ends of all ranges.

    None = not within the horizon. All high ends together are rarer than each alone, so the two are outer bounds.
    """

    earliest: int | None
    likely: int | None
    latest: int | None


def limit_reached(look: Look) -> Iterator[Hit]:
    """When the data outgrow a documented limit of the system, or what one writer is taken to carry."""
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        limit = _carried_gib(database) if database else None
        held = [look.plan.data_set(path) for path in look.holds(slug)]
        if limit is None or not any(one.needs.size_gib for one in held):
            continue
        reached = Reached(*(_month(held, end, limit[0]) for end in ("high", "mid", "low")))
        if reached.earliest is None:
            continue
        month = reached.likely
        when = "may reach" if month is None else "is past" if month == 0 else f"reaches in month {month}"
        title = f"{store.name} {when} {limit[0]:,.0f} GiB"
        message = f"That is {limit[1]}; it holds {_grown_gib(held, 'mid', 0):,.0f} GiB now. {_range_words(reached)}"
        yield Hit(f"stores/{slug}", title, message, LOW if month is None else "")


def _month(held: list[DataSet], end: str, limit_gib: float) -> int | None:
    return next((month for month in range(HORIZON_MONTHS + 1) if _grown_gib(held, end, month) > limit_gib), None)


def _grown_gib(held: list[DataSet], end: str, month: int) -> float:
    """Size after some months, with one end of every range. Without a growth a data set stays as it is."""
    total = 0.0
    for one in held:
        size, growth = one.needs.size_gib, one.needs.growth_per_year
        if size:
            total += getattr(size, end) * (1 + (getattr(growth, end) if growth else 0.0)) ** (month / 12)
    return total


def _range_words(reached: Reached) -> str:
    if reached.earliest == reached.likely == reached.latest:
        return "No range changes that month." if reached.likely else "That holds for every end of the ranges."
    words = [f"With {name}: {_month_words(month)}" for name, month in (
        ("the high ends of all ranges", reached.earliest),
        ("the likely values", reached.likely),
        ("the low ends", reached.latest),
    )]  # fmt: skip
    return "; ".join(words) + "."


def _month_words(month: int | None) -> str:
    return f"not within {HORIZON_MONTHS} months" if month is None else "now" if month == 0 else f"month {month}"


def _carried_gib(database: Database) -> tuple[float, str] | None:
    limit, scaling = database.limit("max_database_bytes"), database.fact("scaling.write_scaling")
    if limit is not None:
        return limit.value / GIB, f"the documented limit ({limit.text})"
    if scaling is not None and scaling.value == "vertical":
        return ONE_WRITER_GIB.likely, f"what one writer is taken to carry ({ONE_WRITER_GIB.text}; assumption)"
    return None


def hot_partition(look: Look) -> Iterator[Hit]:
    """More requests than one partition takes by its documented limit: then the key must spread them."""
    for ref in look.refs:
        store = look.plan.stores.get(ref.data_set.store or "")
        database = look.database(store) if store else None
        for kind in ("reads", "writes") if store and database else ():
            limit = database.limit(f"max_partition_{kind}_per_s") if database else None
            rate = _partition_rate(ref.data_set, kind, limit.text) if limit else None
            if store and limit and rate is not None and rate > limit.value:
                title = f"One partition of {store.name} may take too many {kind} of {ref.data_set.name}"
                unit = f"{kind.removesuffix('s')} units/s" if UNIT_BILLED in limit.text else f"{kind}/s"
                message = (
                    f"Up to {rate:,.0f} {unit} meet {limit.value:,} a partition ({limit.text}): the key must spread "
                    f"them evenly over at least {math.ceil(rate / limit.value)}. Limit from {limit.sources[0]}"
                )
                yield Hit(at_data_set(ref.path), title, message)


def _partition_rate(data_set: DataSet, kind: str, text: str) -> float | None:
    """The high end of the rate, in what the limit counts: requests, or units by the size of the item."""
    needs = data_set.needs
    rate = needs.reads_per_second if kind == "reads" else needs.writes_per_second
    if rate is None or UNIT_BILLED not in text:
        return rate.high if rate else None
    item = needs.item_bytes.mid if needs.item_bytes else 0.0
    unit = READ_UNIT_BYTES if kind == "reads" else WRITE_UNIT_BYTES
    strong = "strong" if needs.consistency == "strong" else "eventual"
    share = READ_UNIT_SHARE[strong] if kind == "reads" else 1.0
    return rate.high * max(math.ceil(item / unit), 1) * share


RULES = (
    Rule(
        "growth.limit",
        MEDIUM,
        "A limit that is reached in production is a migration under pressure.",
        "Archive or shard before that month, or choose a system that scales out.",
        GUIDE + "decision criterion 3, scale expectations",
        limit_reached,
        "The sizes in a store grow month by month by `growth_per_year` until they pass the documented limit "
        "`max_database_bytes` of its system; where none is documented and one node takes all writes, the assumption "
        "below. Months are given for the high ends of all ranges, the likely values and the low ends; it is low where "
        "only the high ends reach the limit.",
        (
            Threshold(f"{HORIZON_MONTHS} months", "how far ahead is looked"),
            Threshold(size_words(ONE_WRITER_GIB.likely), f"{ONE_WRITER_GIB.text}, where no limit is documented"),
        ),
    ),
    Rule(
        "growth.hot-partition",
        MEDIUM,
        "A partition has a limit of its own, however large the store: one popular key meets it alone.",
        "Choose a key with many evenly used values, spread hot keys by a suffix, or cache them.",
        "Catalog, limits of a partition",
        hot_partition,
        "The high end of reads or writes a second of a data set is above the documented limit of one partition of its "
        "system. Where the limit counts units, a read is one for each 4 KiB (half where eventual) and a write one for "
        "each 1 KiB. The limit and its source stand in the finding.",
    ),
    Rule(
        "growth.no-retention",
        LOW,
        "What is only appended grows without limit.",
        "Set retention_days, and archive what is older.",
        GUIDE + "logging",
        unbounded,
        "The queries of a data set include append-log or time-range, and `retention_days` is empty.",
    ),
)

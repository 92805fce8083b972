"""Versions, licences and personal data over time."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.facts import Database
from planner.engine.capacity import ONE_WRITER_GIB
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Hit, Look, Rule, at_data_set


def end_of_life(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        cycles = database.cycles if database else ()
        if not database or not store.version or not cycles:
            continue
        cycle = next(
            (one for one in cycles if store.version == one.cycle or store.version.startswith(f"{one.cycle}.")), None
        )
        if cycle is None:
            newest = cycles[0].cycle
            title = f"{database.name} {store.version} is not among the supported versions"
            yield Hit(
                f"stores/{slug}",
                title,
                f"The catalog knows support for {', '.join(one.cycle for one in cycles)}; newest is {newest}.",
            )
        elif cycle.eol_on and (cycle.eol_on - look.today).days < 365:
            title = f"{database.name} {store.version} ends on {cycle.eol_on:%d %b %Y}"
            yield Hit(f"stores/{slug}", title, f"{max((cycle.eol_on - look.today).days, 0)} days from today.")


def unmaintained(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        if database and database.status != "active":
            state = "in maintenance only" if database.status == "maintenance" else "no longer maintained"
            yield Hit(f"stores/{slug}", f"{database.name} is {state}", f"{store.name} runs on it.")


def personal_copies(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        for source in ref.data_set.derived_from:
            if look.plan.data_set(source).personal_data and not ref.data_set.personal_data:
                title = f"{ref.data_set.name} may hold personal data of {look.name(source)}"
                message = (
                    "The source holds personal data; the copy says it holds none. Deletions must reach every copy."
                )
                yield Hit(at_data_set(ref.path), title, message)


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


GIB = 1024**3
HORIZON_MONTHS = 36


def limit_reached(look: Look) -> Iterator[Hit]:
    """When the data outgrow a documented limit of the system, or what one writer is taken to carry."""
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        limit = _carried_gib(database) if database else None
        held = [look.plan.data_set(path).needs for path in look.holds(slug)]
        sized = [(one.size_gib.mid, one.growth_per_year.mid) for one in held if one.size_gib and one.growth_per_year]
        if limit is None or not sized:
            continue
        months = range(HORIZON_MONTHS + 1)
        month = next((month for month in months if _grown_gib(sized, month) > limit[0]), None)
        if month is not None:
            when = "is past" if month == 0 else f"reaches in month {month}"
            title = f"{store.name} {when} {limit[0]:,.0f} GiB"
            yield Hit(f"stores/{slug}", title, f"That is {limit[1]}; it holds {_grown_gib(sized, 0):,.0f} GiB now.")


def _carried_gib(database: Database) -> tuple[float, str] | None:
    limit, scaling = database.limit("max_database_bytes"), database.fact("scaling.write_scaling")
    if limit is not None:
        return limit.value / GIB, f"the documented limit ({limit.text})"
    if scaling is not None and scaling.value == "vertical":
        return ONE_WRITER_GIB.likely, f"what one writer is taken to carry ({ONE_WRITER_GIB.text}; assumption)"
    return None


def _grown_gib(sized: list[tuple[float, float]], month: int) -> float:
    return float(sum(size * (1 + growth) ** (month / 12) for size, growth in sized))


RULES = (
    Rule(
        "lifecycle.version",
        MEDIUM,
        "Versions out of support get no security fixes, and extended support is billed.",
        "Plan the upgrade, or choose a supported version.",
        "Catalog, lifecycle",
        end_of_life,
    ),
    Rule(
        "lifecycle.unmaintained",
        HIGH,
        "A project without maintainers fixes no bugs.",
        "Choose a maintained system.",
        "Catalog, status",
        unmaintained,
    ),
    Rule(
        "privacy.derived-copy",
        MEDIUM,
        "A person's data must be deleted from every copy.",
        "Mark the copy as personal data and give it a deletion path.",
        GUIDE + "challenges",
        personal_copies,
    ),
    Rule(
        "growth.limit",
        MEDIUM,
        "A limit that is reached in production is a migration under pressure.",
        "Archive or shard before that month, or choose a system that scales out.",
        GUIDE + "decision criterion 3, scale expectations",
        limit_reached,
    ),
    Rule(
        "growth.no-retention",
        LOW,
        "What is only appended grows without limit.",
        "Set retention_days, and archive what is older.",
        GUIDE + "logging",
        unbounded,
    ),
)

"""Versions and projects that end."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.facts import Cycle, Database
from planner.engine import fixes
from planner.engine.document import Plan
from planner.engine.rules.rule import HIGH, MEDIUM, Fix, Hit, Look, Rule, Threshold

WARN_DAYS = 365


def cycle_of(database: Database, version: str) -> Cycle | None:
    """The release line that a version belongs to: 8.0.6 -> 8.0."""
    found = (one for one in database.cycles if version == one.cycle or version.startswith(f"{one.cycle}."))
    return next(found, None)


def end_of_life(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        cycles = database.cycles if database else ()
        if not database or not store.version or not cycles:
            continue
        cycle = cycle_of(database, store.version)
        if cycle is None:
            newest = cycles[0].cycle
            title = f"{database.name} {store.version} is not among the supported versions"
            yield Hit(
                f"stores/{slug}",
                title,
                f"The catalog knows support for {', '.join(one.cycle for one in cycles)}; newest is {newest}.",
            )
        elif cycle.eol_on and (cycle.eol_on - look.today).days < WARN_DAYS:
            title = f"{database.name} {store.version} ends on {cycle.eol_on:%d %b %Y}"
            yield Hit(f"stores/{slug}", title, f"{max((cycle.eol_on - look.today).days, 0)} days from today.")


def unmaintained(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        database = look.database(store)
        if database and database.status != "active":
            state = "in maintenance only" if database.status == "maintenance" else "no longer maintained"
            yield Hit(f"stores/{slug}", f"{database.name} is {state}", f"{store.name} runs on it.")


def supported_version(look: Look, at: str) -> Plan | None:
    """The newest line with long support that does not end soon; without one, the newest line."""
    store = fixes.store_at(look, at)
    database = look.database(store)
    cycles = database.cycles if database else ()
    lasting = [one for one in cycles if one.eol_on is None or (one.eol_on - look.today).days >= WARN_DAYS]
    dated = [one for one in lasting if one.released_on is not None]
    chosen = max(dated, key=lambda one: (one.lts, one.released_on), default=None)
    return fixes.with_store(look, at, version=chosen.cycle) if chosen else None


RULES = (
    Rule(
        "lifecycle.version",
        MEDIUM,
        "Versions out of support get no security fixes, and extended support is billed.",
        "Plan the upgrade, or choose a supported version.",
        "Catalog, lifecycle",
        end_of_life,
        "The store's version is in none of the release lines of the catalog, or its line ends sooner than the threshold.",
        (Threshold(f"{WARN_DAYS} days", "time to plan and make an upgrade"),),
        mend=Fix("A supported version", "Read the release notes, test the upgrade, then make it.", supported_version),
    ),
    Rule(
        "lifecycle.unmaintained",
        HIGH,
        "A project without maintainers fixes no bugs.",
        "Choose a maintained system.",
        "Catalog, status",
        unmaintained,
        "The status of the store's system in the catalog is not active.",
    ),
)

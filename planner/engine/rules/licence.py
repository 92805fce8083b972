"""May the team run what it planned, now and after the next upgrade?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from catalog.facts import Database
from planner.engine.rules.rule import HIGH, LOW, Hit, Look, Rule

LAST_FREE = re.compile(r"^up to ([0-9][0-9.]*)")


def not_allowed(look: Look) -> Iterator[Hit]:
    """The team's policy names licence models; the catalog writes them with underscores."""
    allowed = look.plan.team.licences
    if not allowed:
        return
    for slug, store in look.plan.stores.items():
        model = str(look.fact(store, "licence.model") or "").replace("_", "-")
        database = look.database(store)
        if database and model and model not in allowed:
            current = look.fact(store, "licence.current")
            terms = ", ".join(str(one) for one in current) if isinstance(current, tuple) else model
            title = f"{database.name} is {model}, which the team does not allow"
            yield Hit(f"stores/{slug}", title, f"Its licence is {terms}. Allowed are {', '.join(allowed)}.")


def last_version(look: Look) -> Iterator[Hit]:
    """The store runs the last version before the licence changed: the upgrade changes the terms."""
    for slug, store in look.plan.stores.items():
        database, self_hosted = look.database(store), store.offering in (None, "self-hosted")
        if database is None or not store.version or not self_hosted:
            continue
        change = _change_after(database, store.version)
        if change:
            title = f"{database.name} {store.version} is under {change[0]}, newer ones are not"
            yield Hit(f"stores/{slug}", title, f"From {change[1]} on: {change[2]}. The next upgrade changes the terms.")


def _change_after(database: Database, version: str) -> tuple[str, str, str] | None:
    """Licence of this version, and from when on which other holds. None where nothing changed after it."""
    fact = database.fact("licence.history")
    entries = [one for one in fact.value if isinstance(one, Mapping)] if fact and isinstance(fact.value, tuple) else []
    for entry, following in pairwise(entries):
        last = LAST_FREE.match(str(entry.get("from", "")))
        if last and _numbers(version)[: len(_numbers(last[1]))] <= _numbers(last[1]):
            return str(entry.get("licence")), str(following.get("from")), str(following.get("licence"))
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", version))


RULES = (
    Rule(
        "licence.not-allowed",
        HIGH,
        "A licence that the team may not use stops a release late, when much depends on the store.",
        "Move its data to a system under an allowed licence, or change the team's policy.",
        "Catalog, licence",
        not_allowed,
        "`team.licences` names what may be run, and the catalog's `licence.model` of the store's system is not in it. "
        "Without a policy nothing is refused.",
    ),
    Rule(
        "licence.ends-with-version",
        LOW,
        "Where a project changed its licence, staying on the old version ends with that version's support.",
        "Decide before the upgrade: accept the new terms, or move to a fork that keeps the old ones.",
        "Catalog, licence history",
        last_version,
        "A self-hosted store runs a version that the catalog's licence history lists up to a certain version only.",
    ),
)

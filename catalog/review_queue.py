"""What waits for a curator: computed from the published catalog and a few rows, grouped so that the list stays short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog import curation, presentation, services, source_checks, words
from catalog.coverage import USED_BY_ENGINE
from catalog.facts import Cycle, Database, Fact, Limit, Price, PriceBook, Snapshot
from catalog.models import PriceHold, PriceRefresh, Revision, Suggestion
from catalog.presentation import is_stale
from catalog.subjects import subject_of
from catalog.suggestions import WAITING

ENDS_WITHIN_DAYS = 90
KINDS = {
    "decide": "To decide",
    "suggestions": "Suggestions",
    "revisions": "Revisions",
    "files": "Price files",
    "holds": "Held prices",
    "unconfirmed": "Unconfirmed facts",
    "stale": "Old checks",
    "versions": "Versions ending",
    "prices": "Old prices",
    "links": "Dead sources",
    "all": "All",
}
OF_SYSTEM = ("unconfirmed", "stale", "versions")
OF_PRICES = ("files", "holds", "prices")


@dataclass(frozen=True)
class Item:
    """One line of the queue. `found` is what its page shows; `decide` = somebody waits for a decision."""

    kind: str
    id: str
    title: str
    where: str
    tile: str
    count: str
    since: dt.date | None
    found: Any
    decide: bool = False

    @property
    def heading(self) -> str:
        if self.kind in OF_SYSTEM:
            return f"{self.title}: {self.where.lower()}"
        return self.title if self.kind in OF_PRICES else f"{self.where}, {self.title}"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


def items(today: dt.date) -> list[Item]:
    """Everything, decisions first."""
    snapshot, prices = services.current_snapshot(), services.current_prices()
    return [
        *suggestions(snapshot),
        *revisions(snapshot),
        *price_files(),
        *held_prices(),
        *dead_sources(snapshot),
        *of_catalog(snapshot, today),
        *old_prices(prices, today),
    ]


def of_kind(found: Iterable[Item], kind: str) -> list[Item]:
    if kind == "all":
        return list(found)
    return [one for one in found if (one.decide if kind == "decide" else one.kind == kind)]


def suggestions(snapshot: Snapshot) -> list[Item]:
    """Those without a decision; one that a revision carries is decided there."""
    rows = Suggestion.objects.filter(state__in=WAITING, revision=None)
    return [_suggestion(snapshot, one) for one in rows]


def _suggestion(snapshot: Snapshot, row: Suggestion) -> Item:
    subject = subject_of(snapshot, row.database_slug, row.key)
    asked = row.state == Suggestion.State.ASKED
    return Item(
        "suggestions", str(row.pk), subject.label if subject else row.key, _name(snapshot, row.database_slug),
        row.database_slug, "asked" if asked else "", row.created_at, row, decide=not asked,
    )  # fmt: skip


def revisions(snapshot: Snapshot) -> list[Item]:
    return [
        Item(
            "revisions", str(one.pk), one.comment or f"Revision {one.number}", _name(snapshot, one.database_slug),
            one.database_slug, one.get_state_display().lower(), one.submitted_at or one.created_at, one,
            decide=one.state == Revision.State.REVIEW,
        )
        for one in curation.pending()
    ]  # fmt: skip


def price_files() -> list[Item]:
    """Files of vendors that were read and not decided."""
    rows = PriceRefresh.objects.filter(state=PriceRefresh.State.PREVIEW).order_by("created_at", "pk")
    return [
        Item(
            "files", str(one.pk), one.form, _provider(one.vendor), "object_storage",
            _many(one.counts.get("seen", 0), "row"), one.created_at, one, decide=True,
        )
        for one in rows.defer("rows", "dropped")
    ]  # fmt: skip


def held_prices() -> list[Item]:
    """Prices that jumped: each is released or rejected by itself."""
    rows = PriceHold.objects.filter(state=PriceHold.State.HELD).select_related("refresh")
    return [
        Item(
            "holds", str(one.pk), f"{one.row['service']}, {one.row['resource'] or one.row['billed']}",
            f"{_provider(one.row['provider'])}, {one.row['region']}", "object_storage", f"{one.change:+.0%}",
            one.refresh.created_at, one, decide=True,
        )
        for one in rows.defer("refresh__rows", "refresh__dropped")
    ]  # fmt: skip


def dead_sources(snapshot: Snapshot) -> list[Item]:
    named = source_checks.addresses(snapshot)
    return [
        Item(
            "links", str(one.pk), one.words, presentation.source_name(one.url), named[one.url][0][0],
            _many(len(named[one.url]), "fact"), one.failing_since, (one, named[one.url]),
        )
        for one in source_checks.dead()
        if one.url in named
    ]  # fmt: skip


@lru_cache(maxsize=2)
def of_catalog(snapshot: Snapshot, today: dt.date) -> tuple[Item, ...]:
    """Facts without a source that decide, facts checked long ago, release lines that end: one line a system each."""
    databases = snapshot.databases.values()
    found: list[Item] = []
    for one in databases:
        facts = tuple(fact for key in USED_BY_ENGINE if (fact := one.fact(key)) and not fact.verified)
        if facts:
            found.append(
                _of_system("unconfirmed", one, "Facts without a source", _many(len(facts), "fact"), None, facts)
            )
    for one in databases:
        old = stale_facts(one, today)
        if old:
            oldest = min((day for fact in old if (day := fact.checked_on)), default=None)
            found.append(_of_system("stale", one, "Facts checked long ago", _many(len(old), "fact"), oldest, old))
    for one in databases:
        ending = ending_cycles(one, today)
        if ending:
            days = [cycle.eol_on for cycle in ending if cycle.eol_on]
            found.append(
                _of_system("versions", one, "Versions that end", _many(len(days), "version"), min(days), ending)
            )
    return tuple(found)


def stale_facts(database: Database, today: dt.date) -> tuple[Fact | Limit, ...]:
    rows: list[Fact | Limit] = [*database.facts.values(), *database.limits]
    return tuple(one for one in rows if is_stale(one.checked_on, today))


def ending_cycles(database: Database, today: dt.date) -> tuple[Cycle, ...]:
    until = today + dt.timedelta(days=ENDS_WITHIN_DAYS)
    return tuple(one for one in database.cycles if one.eol_on and one.eol_on <= until)


@lru_cache(maxsize=2)
def old_prices(prices: PriceBook, today: dt.date) -> tuple[Item, ...]:
    """By service and source: a source is read again as a whole."""
    groups: dict[tuple[str, str, str], list[Price]] = {}
    for price in prices.prices:
        if price.as_of and is_stale(price.as_of, today):
            groups.setdefault((price.provider, price.service, price.source), []).append(price)
    return tuple(
        Item(
            "prices", "|".join(key), key[1], _provider(key[0]), "object_storage", _many(len(rows), "price"),
            min(row.as_of for row in rows if row.as_of), rows,
        )
        for key, rows in groups.items()
    )  # fmt: skip


def _of_system(kind: str, one: Database, title: str, count: str, since: dt.date | None, found: object) -> Item:
    return Item(kind, one.slug, one.name, title, one.category, count, since, found)


def _provider(slug: str) -> str:
    return words.PROVIDERS.get({"gcp": "google"}.get(slug, slug), slug)


def _name(snapshot: Snapshot, slug: str) -> str:
    return snapshot.databases[slug].name if slug in snapshot.databases else slug


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

"""What can be corrected on the page of a system: a fact, a limit, a text, the release lines, an offer; with its value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from catalog import presentation, words
from catalog.facts import Database, FactValue, Limit, Snapshot
from catalog.files import frozen
from catalog.trees import CYCLES
from catalog.vocabulary import ALLOWED

PLAIN = {
    "best_for": "Use it when",
    "avoid_when": "Think twice when",
    "docs_url": "Documentation",
    "notes": "Notes",
    "status": "Status",
    "category": "Kind",
}
RICH = ("backup.native", "licence.history", "managed_offerings.items", "docker.images", "docker.default_ports")
UNITS = {"bytes": "bytes", "count": "", "seconds": "seconds", "per_second": "per second"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a suggestion is about. `kind` says how its value is typed in:

    one, many (of `choices`), flag, number, lines (a list of texts), text, or words: what is too rich for one box (ports,
    release lines, offers) is described in words and entered by a curator.
    """

    database: Database
    key: str
    label: str
    kind: str
    value: FactValue
    text: str
    sources: tuple[str, ...] = ()
    checked_on: dt.date | None = None
    verified: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    part: str = "facts"  # of the page, where it stands

    def in_words(self, value: object) -> str:
        """A suggested value as people read it."""
        if self.kind == "number" and isinstance(value, int):
            limit = self.database.limit(self.key.removeprefix("limits."))
            return presentation.amount_text(value, limit.unit) if limit else f"{value:,}"
        if self.kind == "words" or "." not in self.key:
            return dict(self.choices).get(str(value), str(value))
        return presentation.in_words(self.key, frozen(value))


def subject_of(snapshot: Snapshot, slug: str, key: str) -> Subject | None:
    """None where the catalog has no such system or nothing of this name in it."""
    database = snapshot.databases.get(slug)
    if database is None:
        return None
    if key in PLAIN:
        return _plain(database, key)
    if key == CYCLES:
        return _cycles(database)
    group, _, name = key.partition(".")
    if group == "limits":
        limit = database.limit(name)
        return _limit(database, limit) if limit else None
    if group == "offers":
        offering = snapshot.offerings.get(name)
        if offering is None or offering.database != slug:
            return None
        text = f"{offering.name}: prices as published"
        return Subject(database, key, f"Offer {offering.name}", "words", text, text, part="offers")
    return _fact(database, key)


def _plain(database: Database, key: str) -> Subject:
    value = getattr(database, key)
    names = words.CATEGORIES if key == "category" else {}
    choices = tuple((one, names.get(one, one.capitalize())) for one in ALLOWED.get(key, ()))
    text = dict(choices).get(value, value) or "None"
    return Subject(database, key, PLAIN[key], "one" if choices else "text", value, text, choices=choices)


def _cycles(database: Database) -> Subject:
    lines = [f"{one.cycle}{f', ends {one.eol_on}' if one.eol_on else ''}" for one in database.cycles]
    text = "; ".join(lines) or "None"
    return Subject(database, CYCLES, "Supported versions", "words", "\n".join(lines), text)


def _limit(database: Database, limit: Limit) -> Subject:
    return Subject(
        database, f"limits.{limit.name}", presentation.limit_label(limit), "number", limit.value,
        presentation.limit_text(limit), limit.sources, limit.checked_on, limit.verified, unit=UNITS.get(limit.unit, ""),
        part="limits",
    )  # fmt: skip


def _fact(database: Database, key: str) -> Subject | None:
    fact = database.fact(key)
    if fact is None:
        return None
    allowed = ALLOWED.get(key) or ALLOWED.get(f"{key}[]") or ()
    names = words.OF_FIELD.get(key, {})
    return Subject(
        database, key, presentation.label(key), kind_of(key, fact.value), fact.value,
        presentation.row_of(fact).text, fact.sources, fact.checked_on, fact.verified,
        tuple((one, names.get(one, one)) for one in allowed), part="backup" if key.startswith("backup.") else "facts",
    )  # fmt: skip


def kind_of(key: str, value: FactValue) -> str:
    if key in ALLOWED:
        return "one"
    if f"{key}[]" in ALLOWED:
        return "many"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "number"
    if key in RICH or isinstance(value, Mapping):
        return "words"
    return "lines" if isinstance(value, tuple) else "text"

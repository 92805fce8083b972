"""Systems side by side: groups of lines, one cell for each system, every source numbered once."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from catalog import presentation
from catalog.exports import safe_cell
from catalog.facts import Database

GROUPS = ("consistency", "query", "features", "scaling", "replication", "durability", "backup", "licence", "lifecycle")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one system says. `fact` = "postgresql:features.joins"; `numbers` = its sources below, none = not confirmed."""

    fact: str
    text: str
    prose: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]

    @property
    def same(self) -> bool:
        return len({cell.text for cell in self.cells}) == 1


Groups = list[tuple[str, list[Line]]]


@dataclass(frozen=True)
class Comparison:
    """`sources` = number and URL, in the order of first use."""

    groups: Groups
    sources: tuple[tuple[int, str], ...]

    @property
    def same_count(self) -> int:
        return sum(line.same for _, lines in self.groups for line in lines)

    def differing(self) -> Groups:
        return [(title, [line for line in lines if not line.same]) for title, lines in self.groups]


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def compared(databases: list[Database]) -> Comparison:
    """All facts and limits of the systems, in the order of the groups."""
    sources: dict[str, int] = {}
    found: Groups = []
    for group in GROUPS:
        keys = dict.fromkeys(key for one in databases for key in one.facts if key.startswith(f"{group}."))
        lines = [_line(databases, key, sources) for key in keys]
        if lines:
            found.append((presentation.GROUPS[group], lines))
    if limits := _limits(databases, sources):
        found.append(("Limits", limits))
    return Comparison(found, tuple((number, url) for url, number in sources.items()))


def _line(databases: list[Database], key: str, sources: dict[str, int]) -> Line:
    return Line(presentation.label(key), tuple(_cell(one, key, sources) for one in databases))


def _cell(database: Database, key: str, sources: dict[str, int]) -> Cell:
    fact = database.fact(key)
    if fact is None:
        return Cell(f"{database.slug}:{key}", "Unknown", False, ())
    row = presentation.row_of(fact)
    numbers = _numbers(fact.sources if fact.verified else (), sources)
    return Cell(f"{database.slug}:{key}", row.text, row.prose, numbers)


def _limits(databases: list[Database], sources: dict[str, int]) -> list[Line]:
    lines = []
    for name in dict.fromkeys(limit.name for one in databases for limit in one.limits):
        label = next(presentation.limit_label(limit) for one in databases if (limit := one.limit(name)))
        lines.append(Line(label, tuple(_limit_cell(one, name, sources) for one in databases)))
    return lines


def _limit_cell(database: Database, name: str, sources: dict[str, int]) -> Cell:
    limit, fact = database.limit(name), f"{database.slug}:limits.{name}"
    if limit is None:
        return Cell(fact, "Unknown", False, ())
    numbers = _numbers(limit.sources if limit.verified else (), sources)
    return Cell(fact, presentation.limit_text(limit), False, numbers)


def _numbers(urls: tuple[str, ...], sources: dict[str, int]) -> tuple[int, ...]:
    return tuple(sources.setdefault(url, len(sources) + 1) for url in urls)


def write_csv(out: Writable, slugs: Iterable[str], groups: Groups) -> None:
    """A line for each fact, a column for each system."""
    writer = csv.writer(out)
    writer.writerow(["group", "fact", *slugs])
    for title, lines in groups:
        for line in lines:
            writer.writerow([safe_cell(text) for text in (title, line.label, *(cell.text for cell in line.cells))])

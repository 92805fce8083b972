"""What is about to be published: systems in the structure of their files, and price rows. Plain values, for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog import files, price_rows
from catalog.facts import Price, PriceBook
from catalog.price_book import as_json, from_json
from planner.engine.impact import World


@dataclass(frozen=True)
class Proposal:
    """`systems`: slug to tree, None = taken out. `prices`: [SHA-256 of the old row or "", the new row or None]."""

    systems: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    prices: tuple[tuple[str, Mapping[str, Any] | None], ...] = ()

    @property
    def sha256(self) -> str:
        return files.content_id([self.systems, [list(pair) for pair in self.prices]])

    @property
    def tree(self) -> dict[str, Any]:
        return {"systems": dict(self.systems), "prices": [list(pair) for pair in self.prices]}

    def applied(self, now: World) -> World:
        """The catalog and the prices as they would be."""
        databases = dict(now.snapshot.databases)
        for slug, tree in self.systems.items():
            if tree is None:
                databases.pop(slug, None)
            else:
                databases[slug] = files.database_from(tree)
        offerings = {slug: one for slug, one in now.snapshot.offerings.items() if one.database in databases}
        snapshot = files.snapshot_of(databases, offerings) if self.systems else now.snapshot
        return World(snapshot, self._book(now.prices) if self.prices else now.prices)

    def _book(self, book: PriceBook) -> PriceBook:
        """Rows change in their place; new ones come last."""
        instead = {old: new for old, new in self.prices if old}
        kept: list[Price] = []
        for price in book.prices:
            key = price_rows.sha256_of(price)
            row = instead.get(key)
            if key not in instead:
                kept.append(price)
            elif row is not None:
                kept.append(from_json(row))
        added = [from_json(row) for old, row in self.prices if not old and row is not None]
        return files.book_of((*kept, *added))


def read(tree: Mapping[str, Any]) -> Proposal:
    """Back from JSON."""
    return Proposal(tree["systems"], tuple((old, new) for old, new in tree["prices"]))


def of_prices(changes: Iterable[tuple[Price | None, Price | None]]) -> Proposal:
    """Old row and new row of each price that changes; None where one comes or goes."""
    rows = ((price_rows.sha256_of(old) if old else "", as_json(new) if new else None) for old, new in changes)
    return Proposal(prices=tuple(rows))

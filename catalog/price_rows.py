"""Prices as rows: only ever added. `published` marks the rows of the book that holds now; the others are its history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from catalog import facts, files
from catalog.models import Price
from catalog.price_models import PriceBookVersion, PriceRefresh
from catalog.refresh.rows import Key, key_of

FIELDS = [field.name for field in fields(facts.Price)]
DECIMALS = ("vcpu", "memory_gib", "local_nvme_gib", "usd")
AFTER_THE_PACKAGE = 1_000_000  # positions of prices that no packaged row has


def sha256_of(value: facts.Price) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def value_of(row: Mapping[str, Any]) -> facts.Price:
    """Databases pad decimals with zeros; the value has none."""
    plain = {name: row[name] for name in FIELDS}
    for name in DECIMALS:
        if plain[name] is not None:
            plain[name] = files.plain_decimal(plain[name])
    return facts.Price(**plain)


def published_book() -> facts.PriceBook:
    """The book that the rows hold now."""
    rows = Price.objects.filter(published=True).order_by("position", "pk").values(*FIELDS)
    return files.book_of(tuple(value_of(row) for row in rows))


def keep_version(book_id: str) -> None:
    """Remember which rows make the book that holds now, so that plans can stay with it."""
    if not PriceBookVersion.objects.filter(book_id=book_id).exists():
        rows = Price.objects.filter(published=True).order_by("position", "pk").values_list("pk", flat=True)
        PriceBookVersion.objects.create(book_id=book_id, rows=list(rows))


def kept_book(book_id: str) -> facts.PriceBook | None:
    """A book that was published once, as it was; None where nobody kept it."""
    version = PriceBookVersion.objects.filter(book_id=book_id).first()
    if version is None:
        return None
    rows = {row["pk"]: row for row in Price.objects.filter(pk__in=version.rows).values("pk", *FIELDS)}
    if len(rows) != len(version.rows):
        return None
    return files.book_of(tuple(value_of(rows[pk]) for pk in version.rows))


def write_package(values: tuple[facts.Price, ...]) -> int:
    """Adds packaged rows that are new. A refreshed price at least as young as the packaged one stays published."""
    places = {sha256_of(value): place for place, value in enumerate(values)}
    known = {row.row_sha256: row for row in Price.objects.all()}
    refreshed = {key_of(_value(row)): row for row in known.values() if row.published and row.refresh_id is not None}
    younger = {key_of(one) for one in values if _is_younger(refreshed.get(key_of(one)), one)}
    new = [
        Price(row_sha256=sha, position=place, published=key_of(values[place]) not in younger, **asdict(values[place]))
        for sha, place in places.items()
        if sha not in known
    ]
    Price.objects.bulk_create(new, batch_size=500)
    moved = []
    by_key = {key_of(value): place for place, value in enumerate(values)}
    for sha, row in known.items():
        wanted = _place(row, places.get(sha), younger, by_key)
        if (row.position, row.published) != wanted:
            row.position, row.published = wanted
            moved.append(row)
    Price.objects.bulk_update(moved, ["position", "published"], batch_size=300)
    return len(new)


def _is_younger(row: Price | None, value: facts.Price) -> bool:
    return row is not None and (value.as_of is None or (row.as_of is not None and row.as_of >= value.as_of))


def _place(row: Price, packaged: int | None, younger: set[Key], by_key: Mapping[Key, int]) -> tuple[int, bool]:
    """Where a known row stands in the book, and whether it is in the book that holds now."""
    key = key_of(_value(row))
    if row.refresh_id is not None and row.published:
        return by_key.get(key, row.position), packaged is not None or key not in by_key or key in younger
    if packaged is not None:
        return packaged, key not in younger
    return row.position, False


def add(values: Sequence[facts.Price], refresh: PriceRefresh) -> None:
    """New dated rows take the place of the published rows of the same key; those stay as history."""
    published = {key_of(_value(row)): row for row in Price.objects.filter(published=True)}
    last = max((row.position for row in published.values()), default=0)
    last = max(last, AFTER_THE_PACKAGE)
    known = {row.row_sha256: row for row in Price.objects.filter(row_sha256__in=[sha256_of(one) for one in values])}
    replaced, again, new = [], [], []
    for value in values:
        old, back = published.get(key_of(value)), known.get(sha256_of(value))
        position, last = (old.position, last) if old else (last + 1, last + 1)
        if old is not None:
            old.published = False
            replaced.append(old)
        if back is not None:
            back.position, back.published, back.refresh = position, True, refresh
            again.append(back)
        else:
            new.append(Price(row_sha256=sha256_of(value), position=position, refresh=refresh, **asdict(value)))
    Price.objects.bulk_update(replaced, ["published"], batch_size=300)
    Price.objects.bulk_update(again, ["position", "published", "refresh"], batch_size=300)
    Price.objects.bulk_create(new, batch_size=500)


def _value(row: Price) -> facts.Price:
    return value_of({name: getattr(row, name) for name in FIELDS})


def history(row: Price) -> list[Price]:
    """Every dated row of the same thing, the newest first."""
    same = {name: getattr(row, name) for name in ("kind", "provider", "service", "engine", "region", "deployment",
                                                  "resource", "billed", "unit")}  # fmt: skip
    found = list(Price.objects.filter(**same).select_related("refresh"))
    return sorted(found, key=lambda one: (one.published, one.as_of is not None, one.as_of or one.pk), reverse=True)

"""Loading the catalog into rows, and reading the published one back as frozen values."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog import facts, files
from catalog.models import Cycle, Database, Fact, JepsenFinding, Limit, Offering, Price, Published

PRICE_FIELDS = [field.name for field in fields(facts.Price)]
DECIMALS = ("vcpu", "memory_gib", "local_nvme_gib", "usd")


@dataclass(frozen=True)
class LoadReport:
    """What a load did, in numbers."""

    databases_added: int
    databases_changed: int
    databases_unchanged: int
    offerings: int
    prices_added: int
    prices_unchanged: int

    def __str__(self) -> str:
        return (
            f"Databases: {self.databases_added} added, {self.databases_changed} changed, {self.databases_unchanged} unchanged. "
            f"Offerings: {self.offerings}. Prices: {self.prices_added} added, {self.prices_unchanged} unchanged."
        )


@transaction.atomic
def load(folder: Path = files.DATA) -> LoadReport:
    """Bring the rows to what the files say; loading the same files again writes nothing."""
    snapshot, book = files.load_databases(folder), files.load_prices(folder / "prices")
    published = Published.objects.first()
    same = published is not None and (published.snapshot_id, published.price_book_id) == (snapshot.id, book.id)
    if same:
        return LoadReport(0, 0, len(snapshot.databases), len(snapshot.offerings), 0, len(book.prices))
    known = {row.slug: _value(row) for row in _database_rows()}
    added = [one for slug, one in snapshot.databases.items() if slug not in known]
    changed = [one for slug, one in snapshot.databases.items() if slug in known and known[slug] != one]
    for value in (*added, *changed):
        _write_database(value)
    Database.objects.exclude(slug__in=snapshot.databases).delete()
    _write_offerings(snapshot.offerings.values())
    new_prices = _write_prices(book.prices)
    _publish(snapshot.id, book.id)
    unchanged = len(snapshot.databases) - len(added) - len(changed)
    return LoadReport(
        len(added), len(changed), unchanged, len(snapshot.offerings), new_prices, len(book.prices) - new_prices
    )


def _publish(snapshot_id: str, price_book_id: str) -> None:
    global _seen  # noqa: PLW0603
    _seen = (-RECHECK_SECONDS * 2, ("", ""))
    Published.objects.update_or_create(pk=1, defaults={"snapshot_id": snapshot_id, "price_book_id": price_book_id})


def _write_database(value: facts.Database) -> None:
    row, _ = Database.objects.update_or_create(
        slug=value.slug,
        defaults={
            name: list(found) if isinstance(found := getattr(value, name), tuple) else found
            for name in ("name", "vendor", "status", "category", "types", "workloads", "deployment_models", "best_for",
                         "avoid_when", "docs_url", "notes")
        },
    )  # fmt: skip
    for related in (row.facts, row.limits, row.cycles, row.jepsen):
        related.all().delete()  # type: ignore[attr-defined]
    Fact.objects.bulk_create(_fact_row(row, place, fact) for place, fact in enumerate(value.facts.values()))
    Limit.objects.bulk_create(
        Limit(database=row, position=place, **_plain(one)) for place, one in enumerate(value.limits)
    )
    Cycle.objects.bulk_create(
        Cycle(database=row, position=place, **_plain(one)) for place, one in enumerate(value.cycles)
    )
    JepsenFinding.objects.bulk_create(
        JepsenFinding(database=row, position=place, **_plain(one)) for place, one in enumerate(value.jepsen)
    )


def _plain(value: Any) -> dict[str, Any]:
    return {key: list(one) if isinstance(one, tuple) else one for key, one in asdict(value).items()}


def _fact_row(row: Database, place: int, fact: facts.Fact) -> Fact:
    return Fact(
        database=row, position=place, key=fact.key, value=fact.value, sources=list(fact.sources),
        checked_on=fact.checked_on, verified=fact.verified, note=fact.note,
    )  # fmt: skip


def _write_offerings(values: Iterable[facts.Offering]) -> None:
    kept = []
    for value in values:
        row = asdict(value)
        row["database_id"] = row.pop("database")
        Offering.objects.update_or_create(slug=value.slug, defaults=row)
        kept.append(value.slug)
    Offering.objects.exclude(slug__in=kept).delete()


def _write_prices(values: tuple[facts.Price, ...]) -> int:
    """Adds rows that are new; rows that left the book stay, marked as no longer published."""
    keys = [hashlib.sha256(repr(value).encode()).hexdigest() for value in values]
    known = set(Price.objects.values_list("row_sha256", flat=True))
    new = [
        Price(row_sha256=key, position=place, **asdict(value))
        for place, (key, value) in enumerate(zip(keys, values, strict=True))
        if key not in known
    ]
    Price.objects.bulk_create(new, batch_size=500)
    gone = known - set(keys)
    if gone:
        Price.objects.filter(row_sha256__in=gone).update(published=False)
    return len(new)


def _database_rows() -> Iterable[Database]:
    return Database.objects.prefetch_related("facts", "limits", "cycles", "jepsen").order_by("slug")


def _value(row: Database) -> facts.Database:
    """The frozen value of one row with its parts, equal to the value that its file gives."""
    return facts.Database(
        slug=row.slug,
        name=row.name,
        vendor=row.vendor,
        status=row.status,
        category=row.category,
        types=tuple(row.types),
        workloads=tuple(row.workloads),
        deployment_models=tuple(row.deployment_models),
        best_for=row.best_for,
        avoid_when=row.avoid_when,
        docs_url=row.docs_url,
        notes=row.notes,
        facts={
            one.key: facts.Fact(
                one.key, files.frozen(one.value), tuple(one.sources), one.checked_on, one.verified, one.note
            )
            for one in row.facts.all()
        },
        limits=tuple(
            facts.Limit(
                one.name,
                one.value,
                one.unit,
                one.configurable,
                one.text,
                tuple(one.sources),
                one.checked_on,
                one.verified,
            )
            for one in row.limits.all()
        ),
        cycles=tuple(
            facts.Cycle(one.cycle, one.released_on, one.eol_on, one.latest, one.lts) for one in row.cycles.all()
        ),
        jepsen=tuple(facts.JepsenFinding(one.subject, one.finding, one.url) for one in row.jepsen.all()),
    )


def current_snapshot() -> facts.Snapshot:
    """The published catalog; the packaged one before anything was published."""
    snapshot_id, _ = _published_ids()
    return _snapshot(snapshot_id) if snapshot_id else files.packaged_snapshot()


def current_prices() -> facts.PriceBook:
    """The published prices; the packaged ones before anything was published."""
    _, book_id = _published_ids()
    return _price_book(book_id) if book_id else files.packaged_prices()


def _published_ids() -> tuple[str, str]:
    """Asked at most every two seconds and process: a page asks dozens of times, and a new catalog may wait that long."""
    global _seen  # noqa: PLW0603 -- one small value that every process may look up again
    now = time.monotonic()
    if now - _seen[0] > RECHECK_SECONDS:
        published = Published.objects.first()
        ids = (published.snapshot_id, published.price_book_id) if published else ("", "")
        _seen = (now, ids)
    return _seen[1]


RECHECK_SECONDS = 2.0
_seen: tuple[float, tuple[str, str]] = (-RECHECK_SECONDS * 2, ("", ""))


@lru_cache(maxsize=2)
def _snapshot(snapshot_id: str) -> facts.Snapshot:
    databases = {row.slug: _value(row) for row in _database_rows()}
    offerings = {
        row.slug: facts.Offering(
            row.slug, row.name, row.database_id, row.provider, row.billing, row.price_service, row.price_engine,
            row.price_deployment, row.source, row.notes,
        )
        for row in Offering.objects.order_by("slug")
    }  # fmt: skip
    return facts.Snapshot(snapshot_id, databases, offerings)


@lru_cache(maxsize=2)
def _price_book(book_id: str) -> facts.PriceBook:
    rows = Price.objects.filter(published=True).order_by("position", "pk").values_list(*PRICE_FIELDS)
    return facts.index_prices(book_id, tuple(_price(dict(zip(PRICE_FIELDS, row, strict=True))) for row in rows))


def _price(row: dict[str, Any]) -> facts.Price:
    """Databases pad decimals with zeros; the value has none."""
    for name in DECIMALS:
        if row[name] is not None:
            row[name] = Decimal(format(row[name].normalize(), "f"))
    return facts.Price(**row)

"""Loading the catalog into rows, and reading the published one back as frozen values."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog import checks, exports, facts, files, price_rows, trees
from catalog.models import Cycle, Database, Fact, JepsenFinding, Limit, Offering, Published, Revision

log = logging.getLogger(__name__)
PLAIN_FIELDS = ("name", "vendor", "status", "category", "types", "workloads", "deployment_models", "best_for",
                "avoid_when", "docs_url", "notes", "provenance")  # fmt: skip


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
            f"Databases: {self.databases_added} added, {self.databases_changed} changed, "
            f"{self.databases_unchanged} unchanged. "
            f"Offerings: {self.offerings}. Prices: {self.prices_added} added, {self.prices_unchanged} unchanged."
        )


@transaction.atomic
def load(folder: Path = files.DATA) -> LoadReport:
    """Bring the rows to what the files say; loading the same files again writes nothing."""
    snapshot, book = files.load_databases(folder), files.load_prices(folder / "prices")
    published = lock_published()
    if published.package_id == snapshot.id and published.package_prices_id == book.id:
        if published.price_book_id:  # books that were published before versions were kept
            price_rows.keep_version(published.price_book_id)
        return LoadReport(0, 0, len(snapshot.databases), len(snapshot.offerings), 0, len(book.prices))
    before = set(Database.objects.values_list("slug", flat=True))
    added, changed = _take_package(snapshot)
    _drop_what_left(before - set(snapshot.databases))
    _write_offerings(snapshot.offerings.values())
    new_prices = price_rows.write_package(book.prices)
    published.package_id, published.package_prices_id = snapshot.id, book.id
    published.price_book_id = price_rows.published_book().id
    price_rows.keep_version(published.price_book_id)
    publish_rows(published)
    unchanged = len(snapshot.databases) - added - changed
    return LoadReport(added, changed, unchanged, len(snapshot.offerings), new_prices, len(book.prices) - new_prices)


def _take_package(snapshot: facts.Snapshot) -> tuple[int, int]:
    """Every system of the package: written as it is, or merged with what curators changed. Counts added and changed."""
    known = {row.slug: _value(row) for row in _database_rows()}
    revisions = {one.database_slug: one for one in Revision.objects.filter(state=Revision.State.PUBLISHED)}
    packages = _last_packages()
    added = changed = 0
    for slug, value in snapshot.databases.items():
        tree = exports.tree(value)
        revision, base = revisions.get(slug), packages.get(slug)
        if slug in known and revision is not None and base == tree:
            continue  # the package brings nothing new
        wanted = _merged(slug, tree, revision.tree, base) if slug in known and revision is not None else tree
        final = files.database_from(wanted)
        if known.get(slug) != final:
            write_database(final)
            added, changed = added + (slug not in known), changed + (slug in known)
        record(slug, wanted, package=tree)
    return added, changed


def _merged(
    slug: str, package: dict[str, Any], published: dict[str, Any], base: dict[str, Any] | None
) -> dict[str, Any]:
    """What curators changed since the last package, upon the new one; a system that only curators wrote stays theirs."""
    if base is None:
        return published
    found = trees.merged(base, published, package)
    if wrong := checks.problems(found):  # the site has to start: the package is valid, the history keeps the rest
        log.warning("%s: the new package is taken as it is, what curators changed no longer fits: %s", slug, wrong)
        return package
    return found


def _last_packages() -> dict[str, Any]:
    """What the package said of each system when it was loaded last."""
    rows = Revision.objects.filter(package__isnull=False).order_by("number")
    return {one.database_slug: one.package for one in rows.only("database_slug", "package")}


def _drop_what_left(slugs: set[str]) -> None:
    """Systems that are in the package no more go; those that curators added or changed stay."""
    packages = _last_packages()
    published = Revision.objects.filter(state=Revision.State.PUBLISHED, database_slug__in=slugs)
    kept = {one.database_slug for one in published if one.tree != packages.get(one.database_slug)}
    Database.objects.filter(slug__in=slugs - kept).delete()


def record(slug: str, tree: dict[str, Any], *, package: dict[str, Any]) -> Revision:
    """A published revision from the package, in place of the one before."""
    Revision.objects.filter(database_slug=slug, state=Revision.State.PUBLISHED).update(state=Revision.State.REPLACED)
    return Revision.objects.create(
        database_slug=slug, number=next_number(slug), tree=tree, package=package, state=Revision.State.PUBLISHED,
        origin=Revision.Origin.PACKAGE, published_at=timezone.now(),
    )  # fmt: skip


def next_number(slug: str) -> int:
    """The number of a system's next revision, from 1."""
    last = Revision.objects.filter(database_slug=slug).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def lock_published() -> Published:
    """The one row that says what is published, held until the transaction ends: one publishes at a time."""
    Published.objects.get_or_create(pk=1, defaults={"snapshot_id": "", "price_book_id": ""})
    return Published.objects.select_for_update().get(pk=1)


def publish_rows(published: Published) -> None:
    """Say that what the rows hold now is the published catalog."""
    published.snapshot_id = snapshot_of_rows().id
    published.save()
    transaction.on_commit(forget_published)
    forget_published()  # for what reads it inside this transaction


def publish_prices(published: Published) -> None:
    """Say that the price rows are the published book."""
    published.price_book_id = price_rows.published_book().id
    price_rows.keep_version(published.price_book_id)
    published.save()
    transaction.on_commit(forget_published)
    forget_published()


def forget_published() -> None:
    """The next reader in this process asks the database again which catalog is published."""
    global _seen  # noqa: PLW0603
    _seen = NEVER


def write_database(value: facts.Database) -> None:
    row, _ = Database.objects.update_or_create(
        slug=value.slug,
        defaults={
            name: list(found) if isinstance(found := getattr(value, name), tuple) else found for name in PLAIN_FIELDS
        },
    )
    for related in (row.facts, row.limits, row.cycles, row.jepsen):
        related.all().delete()
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
        provenance={group: files.frozen(one) for group, one in row.provenance.items()},
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


def prices_of_book(book_id: str) -> facts.PriceBook | None:
    """The prices that were published under this id, now or once; None where nobody kept them."""
    for book in (current_prices(), files.packaged_prices()):
        if book.id == book_id:
            return book
    return _kept_book(book_id) if book_id else None


def _published_ids() -> tuple[str, str]:
    """Asked at most every two seconds and process: a page asks dozens of times; a new catalog may wait so long."""
    global _seen  # noqa: PLW0603 -- one small value that every process may look up again
    now = time.monotonic()
    if now - _seen[0] > RECHECK_SECONDS:
        published = Published.objects.first()
        ids = (published.snapshot_id, published.price_book_id) if published else ("", "")
        _seen = (now, ids)
    return _seen[1]


RECHECK_SECONDS = 2.0
NEVER: tuple[float, tuple[str, str]] = (float("-inf"), ("", ""))
_seen = NEVER


@lru_cache(maxsize=2)
def _snapshot(snapshot_id: str) -> facts.Snapshot:
    return snapshot_of_rows()


def snapshot_of_rows() -> facts.Snapshot:
    """What the rows hold at this moment, read anew."""
    databases = {row.slug: _value(row) for row in _database_rows()}
    offerings = {
        row.slug: facts.Offering(
            row.slug, row.name, row.database_id, row.provider, row.billing, row.price_service, row.price_engine,
            row.price_deployment, row.source, row.notes,
        )
        for row in Offering.objects.order_by("slug")
    }  # fmt: skip
    return files.snapshot_of(databases, offerings)


@lru_cache(maxsize=2)
def _price_book(book_id: str) -> facts.PriceBook:
    return price_rows.published_book()


@lru_cache(maxsize=8)
def _kept_book(book_id: str) -> facts.PriceBook | None:
    return price_rows.kept_book(book_id)

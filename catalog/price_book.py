"""The price book of everybody: what a vendor's file would change, publishing it, and deciding on jumps.

Rows are added, never changed. A file is published in one transaction with a new book id, or not at all.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog import facts, files, price_rows, services
from catalog.price_models import PriceHold, PriceRefresh
from catalog.refresh import fetch, vendors
from catalog.refresh.rows import Parsed, key_of
from catalog.review_count import forget_count

JUMP = Decimal("0.20")  # a change by more than this share of the published price waits for a curator
SHOWN = 200


class Decided(ValueError):
    """Somebody decided on this before, or what it is compared with has changed."""


@dataclass
class Comparison:
    """Prices of a file beside the published book. `older` and `unchanged` are not taken over."""

    new: list[facts.Price] = field(default_factory=list)
    changed: list[tuple[facts.Price, facts.Price]] = field(default_factory=list)  # published, new
    confirmed: list[facts.Price] = field(default_factory=list)
    held: list[tuple[facts.Price, facts.Price]] = field(default_factory=list)
    decided: list[facts.Price] = field(default_factory=list)  # held or rejected before
    unchanged: int = 0
    older: int = 0

    @property
    def published(self) -> list[facts.Price]:
        """Every row that a publication adds."""
        return [*self.new, *(after for _, after in self.changed), *self.confirmed]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new), "changed": len(self.changed), "confirmed": len(self.confirmed),
            "held": len(self.held), "decided": len(self.decided), "unchanged": self.unchanged, "older": self.older,
        }  # fmt: skip

    @property
    def writes(self) -> bool:
        return bool(self.new or self.changed or self.confirmed or self.held)


def compare(prices: list[facts.Price], book: facts.PriceBook) -> Comparison:
    """Each price is new, changed, confirmed on a later day, unchanged, older than the published one, or a jump."""
    current = {key_of(price): price for price in book.prices}
    decided = set(PriceHold.objects.exclude(state=PriceHold.State.RELEASED).values_list("row_sha256", flat=True))
    found = Comparison()
    for price in prices:
        old = current.get(key_of(price))
        if old is None:
            found.new.append(price)
        elif old.as_of and (price.as_of is None or price.as_of < old.as_of):
            found.older += 1
        elif price.usd == old.usd:
            if price.as_of in (None, old.as_of):
                found.unchanged += 1
            else:
                found.confirmed.append(price)
        elif price_rows.sha256_of(price) in decided:
            found.decided.append(price)
        elif is_jump(old.usd, price.usd):
            found.held.append((old, price))
        else:
            found.changed.append((old, price))
    return found


def is_jump(old: Decimal, new: Decimal) -> bool:
    """Twenty per cent is no jump yet; a price that was or becomes zero always is one."""
    return not old or not new or abs(new / old - 1) > JUMP


def read(vendor: str, source: str, *, service: str = "", path: Path | None = None) -> Parsed:
    """A file, or an address of one of the vendor's own hosts. `path` = where an uploaded file lies."""
    book, today = services.current_prices(), timezone.localdate()
    if path is None and fetch.is_address(source):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "prices"
            fetch.fetch(vendor, source, target)
            return vendors.read(vendor, target, fetch.named(source), book, today, today, service)
    return vendors.read(vendor, path or Path(source), Path(source).name, book, today, None, service)


def propose(parsed: Parsed, author: User | None) -> PriceRefresh:
    """Keeps what was read for a look; nothing is published."""
    compared = compare(parsed.prices, services.current_prices())
    forget_count()
    return PriceRefresh.objects.create(
        vendor=parsed.vendor, form=parsed.form[:80], origin=parsed.origin[:400], author=author,
        rows=[as_json(price) for price in parsed.prices], counts={"seen": parsed.seen, **compared.counts},
        left_out=dict(parsed.left_out), quarantined=dict(parsed.quarantined), notes=parsed.notes,
        dropped=[[one.place, one.reason] for one in parsed.dropped if one.quarantined][:SHOWN],
    )  # fmt: skip


def rows_of(refresh: PriceRefresh) -> list[facts.Price]:
    return [from_json(row) for row in refresh.rows]


@transaction.atomic
def publish(refresh: PriceRefresh) -> PriceRefresh:
    """All of it in one transaction with a new book id. Compared again with what is published now."""
    published = services.lock_published()
    refresh = PriceRefresh.objects.select_for_update().get(pk=refresh.pk)
    if refresh.state != PriceRefresh.State.PREVIEW:
        raise Decided(f"This file is already {refresh.get_state_display().lower()}")
    compared = compare(rows_of(refresh), price_rows.published_book())
    price_rows.add(compared.published, refresh)
    for old, new in compared.held:
        PriceHold.objects.update_or_create(
            row_sha256=price_rows.sha256_of(new),
            defaults={"refresh": refresh, "row": as_json(new), "old_usd": old.usd, "new_usd": new.usd,
                      "state": PriceHold.State.HELD, "decided_by": None, "decided_at": None},
        )  # fmt: skip
    services.publish_prices(published)
    refresh.counts = {**refresh.counts, **compared.counts}
    refresh.price_book_id = published.price_book_id
    return _decide(refresh, PriceRefresh.State.PUBLISHED)


@transaction.atomic
def drop(refresh: PriceRefresh) -> PriceRefresh:
    refresh = PriceRefresh.objects.select_for_update().get(pk=refresh.pk)
    if refresh.state != PriceRefresh.State.PREVIEW:
        raise Decided(f"This file is already {refresh.get_state_display().lower()}")
    return _decide(refresh, PriceRefresh.State.DROPPED)


def _decide(refresh: PriceRefresh, state: str) -> PriceRefresh:
    refresh.state, refresh.decided_at, refresh.rows = state, timezone.now(), []
    refresh.save()
    forget_count()
    return refresh


@transaction.atomic
def release(hold: PriceHold, curator: User) -> PriceHold:
    """Publishes a held price, unless its published price has changed since."""
    published = services.lock_published()
    hold = _held(hold)
    price = from_json(hold.row)
    current = {key_of(one): one for one in price_rows.published_book().prices}.get(key_of(price))
    if current is None or current.usd != hold.old_usd:
        raise Decided(f"The published price is {current.usd if current else 'gone'} by now, not {hold.old_usd:f}")
    price_rows.add([price], hold.refresh)
    services.publish_prices(published)
    return _settle(hold, PriceHold.State.RELEASED, curator)


@transaction.atomic
def reject(hold: PriceHold, curator: User) -> PriceHold:
    """The published price stays; the same row is not held again."""
    return _settle(_held(hold), PriceHold.State.REJECTED, curator)


def _held(hold: PriceHold) -> PriceHold:
    hold = PriceHold.objects.select_for_update().get(pk=hold.pk)
    if hold.state != PriceHold.State.HELD:
        raise Decided(f"This price is already {hold.get_state_display().lower()}")
    return hold


def _settle(hold: PriceHold, state: str, curator: User) -> PriceHold:
    hold.state, hold.decided_by, hold.decided_at = state, curator, timezone.now()
    hold.save(update_fields=["state", "decided_by", "decided_at"])
    forget_count()
    return hold


def as_json(price: facts.Price) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in asdict(price).items()}


def from_json(row: Mapping[str, Any]) -> facts.Price:
    values = dict(row)
    for name in price_rows.DECIMALS:
        values[name] = None if values[name] is None else files.plain_decimal(Decimal(values[name]))
    values["as_of"] = dt.date.fromisoformat(values["as_of"]) if values["as_of"] else None
    return facts.Price(**values)

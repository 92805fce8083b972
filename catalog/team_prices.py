"""A team's own price book: discounts and contract prices laid over the published one, for plans of that team only.

A contract is exact and wins. Of several discounts over one price the narrowest holds (offering, service, provider, all), of
equally narrow ones the largest. Nothing here is shown outside the team.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Team, User
from catalog import facts, files, price_book, services
from catalog.models import TeamPrice
from catalog.offers import prices_of
from catalog.refresh.rows import Key, key_of

HUNDRED = Decimal(100)
RECHECK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Discount:
    provider: str
    service: str
    offering: str
    percent: Decimal
    note: str

    @property
    def narrowness(self) -> tuple[int, Decimal]:
        return (3 if self.offering else 2 if self.service else 1 if self.provider else 0), self.percent


@dataclass(frozen=True, slots=True)
class Layer:
    """What a team pays today. Equal layers over equal books give equal books."""

    discounts: tuple[Discount, ...]
    contracts: tuple[tuple[facts.Price, str], ...]  # price, note


EMPTY = Layer((), ())
_seen: dict[int, tuple[float, dt.date, Layer]] = {}


def prices_for(team_id: int | None) -> facts.PriceBook:
    """The prices that a plan of this team is evaluated with; the published ones for plans of nobody's team."""
    return paid_by(team_id, services.current_prices(), services.current_snapshot())


def paid_by(team_id: int | None, book: facts.PriceBook, snapshot: facts.Snapshot) -> facts.PriceBook:
    """What the team pays where the published prices are those of `book`."""
    layer = _layer(team_id) if team_id is not None else EMPTY
    return book if layer == EMPTY else _layered(book, layer, snapshot)


def _layer(team_id: int) -> Layer:
    """Asked at most every two seconds and process, as the published ids are."""
    now, today = time.monotonic(), timezone.localdate()
    known = _seen.get(team_id)
    if known is None or known[1] != today or now - known[0] > RECHECK_SECONDS:
        known = (now, today, _read(team_id, today))
        _seen[team_id] = known
    return known[2]


def forget(team_id: int) -> None:
    """The next evaluation in this process asks the database again."""
    _seen.pop(team_id, None)


def forget_all() -> None:
    _seen.clear()


def _read(team_id: int, today: dt.date) -> Layer:
    rows = TeamPrice.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), team_id=team_id, valid_from__lte=today)
    discounts, contracts = [], []
    for row in rows.order_by("pk"):
        if row.kind == TeamPrice.Kind.DISCOUNT and row.percent is not None:
            discounts.append(Discount(row.provider, row.service, row.offering, row.percent, row.note))
        elif row.row is not None:
            price = replace(price_book.from_json(row.row), as_of=row.valid_from)
            contracts.append((price, row.note))
    return Layer(tuple(discounts), tuple(contracts))


@lru_cache(maxsize=32)
def _layered(book: facts.PriceBook, layer: Layer, snapshot: facts.Snapshot) -> facts.PriceBook:
    contracts = {key_of(price): (price, note) for price, note in layer.contracts}  # the last one of a key holds
    scopes = [(one, _scope(one, book, snapshot)) for one in layer.discounts]
    prices = [_paid(price, contracts, scopes) for price in book.prices]
    listed = {key_of(price) for price in book.prices}
    prices += [_contract(price, note) for key, (price, note) in contracts.items() if key not in listed]
    return files.book_of(tuple(prices))


def _scope(discount: Discount, book: facts.PriceBook, snapshot: facts.Snapshot) -> frozenset[facts.Price] | None:
    """The rows of an offering; None where the scope is not an offering."""
    if not discount.offering:
        return None
    offering = snapshot.offerings.get(discount.offering)
    return frozenset(prices_of(offering, book)) if offering else frozenset()


def _paid(
    price: facts.Price,
    contracts: dict[Key, tuple[facts.Price, str]],
    scopes: list[tuple[Discount, frozenset[facts.Price] | None]],
) -> facts.Price:
    own = contracts.get(key_of(price))
    if own is not None:
        return _contract(own[0], own[1])
    covering = [one for one, rows in scopes if _covers(one, rows, price)]
    best = max(covering, key=lambda one: one.narrowness, default=None)
    if best is None or not price.usd:
        return price
    usd = files.plain_decimal((price.usd * (HUNDRED - best.percent) / HUNDRED).quantize(Decimal("1e-10")))
    note = f" ({best.note})" if best.note else ""
    return replace(price, usd=usd, source=f"{facts.TEAM_SOURCE}: {best.percent.normalize():f} % off the list{note}")


def _covers(one: Discount, rows: frozenset[facts.Price] | None, price: facts.Price) -> bool:
    if rows is not None:
        return price in rows
    return one.provider in ("", price.provider) and one.service in ("", price.service)


def _contract(price: facts.Price, note: str) -> facts.Price:
    return replace(price, source=f"{facts.TEAM_SOURCE}: contract" + (f" ({note})" if note else ""))


def of_team(team: Team) -> QuerySet[TeamPrice]:
    return TeamPrice.objects.filter(team=team).select_related("author")


def add_discount(
    team: Team, author: User, percent: Decimal, days: tuple[dt.date, dt.date | None], note: str = "", *,
    provider: str = "", service: str = "", offering: str = "",
) -> TeamPrice:  # fmt: skip
    return _add(
        TeamPrice(
            team=team, kind=TeamPrice.Kind.DISCOUNT, author=author, percent=percent, note=note, provider=provider,
            service=service, offering=offering, valid_from=days[0], valid_to=days[1],
        )
    )  # fmt: skip


def add_contract(
    team: Team, author: User, price: facts.Price, days: tuple[dt.date, dt.date | None], note: str = ""
) -> TeamPrice:
    """`price` carries the team's own amount. A later contract for the same thing takes the place of the earlier one."""
    return _add(
        TeamPrice(
            team=team, kind=TeamPrice.Kind.CONTRACT, author=author, row=price_book.as_json(price), note=note,
            provider=price.provider, service=price.service, valid_from=days[0], valid_to=days[1],
        )
    )  # fmt: skip


def _add(row: TeamPrice) -> TeamPrice:
    row.save()
    forget(row.team_id)
    return row


def remove(row: TeamPrice) -> None:
    team_id = row.team_id
    row.delete()
    forget(team_id)

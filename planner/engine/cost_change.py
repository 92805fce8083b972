"""Why one bill differs from another, line by line. The parts are exact decimals and sum to the change of the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from planner.engine.results import CostLine, StoreResult

NOTHING = Decimal(0)
EXACT = Decimal("1e-9")  # of a dollar: parts are rounded here, so that they sum to the change exactly
PRICE, QUANTITY, CHOICE, ADDED, REMOVED = "price", "quantity", "choice", "added", "removed"
CAUSES = {
    PRICE: "other prices",
    QUANTITY: "other quantities",
    CHOICE: "other machines, services or copies",
    ADDED: "stores that came",
    REMOVED: "stores that went",
}
# Of quantities and choices the line's basis tells more than the cause.
BASES = {
    "size": "size of the data", "reads": "reads", "writes": "writes", "backups": "backups", "transfer": "traffic",
}  # fmt: skip
Stores = Mapping[str, StoreResult]


@dataclass(frozen=True, slots=True)
class Part:
    """What one line contributes. `old_usd`, `new_usd` a month: the line's cost before and after, None where it was not there."""

    store: str
    item: str
    basis: str
    cause: str
    old_usd: Decimal | None
    new_usd: Decimal | None
    change_usd: Decimal

    @property
    def reason(self) -> str:
        """In words: what drives the line where the quantity or the choice is another, else the cause."""
        words = BASES.get(self.basis) if self.cause in (QUANTITY, CHOICE) else None
        return words or CAUSES[self.cause]


@dataclass(frozen=True)
class CostChange:
    """USD a month at likely inputs. Lines without a price are in neither total: `unpriced` names what lost or gained one."""

    old_usd: Decimal
    new_usd: Decimal
    parts: tuple[Part, ...]
    unpriced: tuple[str, ...]

    @property
    def change_usd(self) -> Decimal:
        return self.new_usd - self.old_usd

    @property
    def by_cause(self) -> tuple[tuple[str, Decimal], ...]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for part in self.parts:
            sums[part.cause] += part.change_usd
        return tuple((words, sums[cause]) for cause, words in CAUSES.items() if cause in sums)

    @property
    def by_reason(self) -> tuple[tuple[str, Decimal], ...]:
        """The same sum by reason, the largest first."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for part in self.parts:
            sums[part.reason] += part.change_usd
        return tuple(sorted(sums.items(), key=lambda item: -abs(item[1])))

    @property
    def by_store(self) -> tuple[tuple[str, Decimal], ...]:
        """The same sum by store, the largest first."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for part in self.parts:
            sums[part.store] += part.change_usd
        return tuple(sorted(sums.items(), key=lambda item: -abs(item[1])))

    @property
    def largest(self) -> tuple[Part, ...]:
        return tuple(sorted(self.parts, key=lambda part: -abs(part.change_usd)))


def cost_change(old: Stores, new: Stores) -> CostChange:
    """Lines are the same where store and item are. A line whose price and quantity both changed gives two parts."""
    parts = [part for slug in dict.fromkeys((*old, *new)) for part in _store(slug, old.get(slug), new.get(slug))]
    return CostChange(
        total_usd(old), total_usd(new), tuple(part for part in parts if part.change_usd), _unpriced(old, new)
    )


def total_usd(stores: Stores) -> Decimal:
    """Of all lines that have a price, at likely inputs."""
    return sum((_usd(line) for one in stores.values() for line in one.lines), NOTHING)


def _usd(line: CostLine) -> Decimal:
    """Rounded far below a cent, so that no sum of lines is longer than a decimal can be."""
    return NOTHING if line.monthly_usd is None else line.monthly_usd.quantize(EXACT)


def _store(slug: str, old: StoreResult | None, new: StoreResult | None) -> Iterator[Part]:
    before, after = _priced(old), _priced(new)
    for item in dict.fromkeys((*before, *after)):
        was, now = before.get(item), after.get(item)
        if was is not None and now is not None:
            yield from _both(slug, was, now)
        elif was is not None:
            yield _one(slug, was, REMOVED if new is None else CHOICE, came=False)
        elif now is not None:
            yield _one(slug, now, ADDED if old is None else CHOICE, came=True)


def _priced(one: StoreResult | None) -> dict[str, CostLine]:
    """By item; several lines of the same item are told apart by their place."""
    found: dict[str, CostLine] = {}
    for line in one.lines if one else ():
        if line.monthly_usd is not None:
            item, number = line.item, 2
            while item in found:
                item, number = f"{line.item} ({number})", number + 1
            found[item] = line
    return found


def _both(slug: str, was: CostLine, now: CostLine) -> Iterator[Part]:
    old, new = _usd(was), _usd(now)
    by_price = NOTHING
    if was.unit == now.unit and was.unit_price_usd and now.unit_price_usd is not None:
        by_price = (old * (now.unit_price_usd / was.unit_price_usd) - old).quantize(EXACT)
    if was.quantity == now.quantity:
        by_price = new - old
    yield Part(slug, now.item, now.basis, PRICE, old, new, by_price)
    yield Part(slug, now.item, now.basis, QUANTITY, old, new, new - old - by_price)


def _one(slug: str, line: CostLine, cause: str, *, came: bool) -> Part:
    usd = _usd(line)
    return Part(slug, line.item, line.basis, cause, None if came else usd, usd if came else None, usd if came else -usd)


def _unpriced(old: Stores, new: Stores) -> tuple[str, ...]:
    before, after = _unknown(old), _unknown(new)
    gone = [f"{text}: priced now" for text in before if text not in after]
    return tuple([f"{text}: no price any more" for text in after if text not in before] + gone)


def _unknown(stores: Stores) -> list[str]:
    return [f"{slug}, {text}" for slug, one in stores.items() for text in one.unknown]

"""Which k columns serve all rows best: max over sets S, |S| <= k, of the sum over rows of the largest value in S.

This is the p-median problem (facility location with a fixed number of sites). Values are whole numbers, so sums are exact
and the order of rows cannot matter. The answer of every size comes with an upper bound for any set of that size; where
both are equal the set is proved to be the best one. Method: greedy start and swaps for a good set, the Lagrangian
relaxation of "each row is served once" for the bound (Cornuejols, Fisher, Nemhauser, Management Science 23, 1977), then
branch and bound. Work is counted in matrix elements, never in seconds: equal inputs, equal answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

RELAXATIONS = 60  # steps of the subgradient
BRANCHING_ELEMENTS = 20_000_000  # matrix elements that the search of one size may read
HALF = 0.5  # values are whole: a bound less than half above one proves it


@dataclass(frozen=True, slots=True)
class Best:
    """The best set found of at most so many columns. `bound` = no set of this size is worth more."""

    columns: tuple[int, ...]
    value: int
    bound: int

    @property
    def proved(self) -> bool:
        return self.bound <= self.value


@dataclass(frozen=True, slots=True)
class Table:
    """Values by row and column, equal rows once; `counts` = how many rows each stands for."""

    values: Whole
    counts: Whole

    def best_of(self, chosen: Collection[int]) -> Whole:
        """The value of each row in its best column; nothing chosen is worth 0."""
        if not chosen:
            return np.zeros(len(self.values), dtype=np.int64)
        found: Whole = self.values[:, sorted(chosen)].max(axis=1)
        return found

    def worth(self, chosen: Collection[int]) -> int:
        return int(self.counts @ self.best_of(chosen))

    def worth_with_each(self, served: Whole) -> Whole:
        """What the rows are worth with each column in turn added to what serves them already."""
        found: Whole = self.counts @ np.maximum(served[:, None], self.values)
        return found


def best_sets(values: Whole, forced: Collection[int] = (), most: int = 12) -> tuple[Best, ...]:
    """The best set of each size, smallest first, until one more column would add nothing or `most` is reached.

    Values are at least 0. `forced` columns are in every set. Equal sets: fewer columns, then the columns that come first.
    A set that is `proved` is the best of its size; of the others no set is worth more than `bound`.
    """
    table = _table(values)
    always = tuple(sorted(forced))
    found: list[Best] = []
    everything = int(table.counts @ table.values.max(axis=1)) if table.values.size else 0
    start = always
    for size in range(max(1, len(always)), max(most, len(always)) + 1):
        if found and found[-1].value >= everything:
            break
        one = _best_of_size(table, always, size, start)
        if found and one.value <= found[-1].value:
            break
        if one.columns:
            found.append(one)
        start = one.columns
    return tuple(found)


def _table(values: Whole) -> Table:
    if not values.size:
        return Table(values, np.ones(len(values), dtype=np.int64))
    rows, counts = np.unique(values, axis=0, return_counts=True)
    return Table(rows, counts.astype(np.int64))


def _best_of_size(table: Table, forced: tuple[int, ...], size: int, start: tuple[int, ...]) -> Best:
    """`start` = the best set of one column less, which the greedy step extends."""
    chosen = _swapped(table, _grown(table, start or forced, size), forced)
    if size <= len(forced):
        value = table.worth(forced)
        return Best(forced, value, value)
    worth = table.worth(chosen)
    prices, bound = _relaxed(table, forced, chosen, size, worth)
    search = _Search(table, size, prices, chosen, worth)
    search.run(forced)
    value, columns = search.value, search.columns
    return Best(columns, value, value if search.complete else max(value, bound))


def _grown(table: Table, start: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Columns added one at a time, each the one that adds most; the first of equals, none that adds nothing."""
    chosen = set(start)
    while len(chosen) < size and table.values.size:
        served = table.best_of(chosen)
        worths = table.worth_with_each(served)
        best = int(np.argmax(worths))
        if worths[best] <= int(table.counts @ served):
            break
        chosen.add(best)
    return tuple(sorted(chosen))


def _swapped(table: Table, chosen: tuple[int, ...], forced: tuple[int, ...]) -> tuple[int, ...]:
    """The best exchange of one column for another, again and again, until none helps."""
    worth = table.worth(chosen)
    while True:
        best = (worth, chosen)
        for out in set(chosen) - set(forced):
            kept = [one for one in chosen if one != out]
            worths = table.worth_with_each(table.best_of(kept))
            into = int(np.argmax(worths))
            if worths[into] > best[0]:
                best = (int(worths[into]), tuple(sorted({*kept, into})))
        if best[0] == worth:
            return chosen
        worth, chosen = best


def _relaxed(table: Table, forced: tuple[int, ...], chosen: tuple[int, ...], size: int, worth: int) -> tuple[Real, int]:
    """A price for each row, and the bound that these prices prove.

    With price u of a row: no set is worth more than sum(u) + the `size` largest of sum(max(0, value - u)) by column. The
    start is what serves the rows in the set at hand; steps follow the subgradient with Polyak's length.
    """
    values, counts = table.values.astype(np.float64), table.counts.astype(np.float64)
    prices = table.best_of(chosen).astype(np.float64)
    best, best_prices, pace = np.inf, prices, 1.0
    for _ in range(RELAXATIONS):
        over = values - prices[:, None]
        gains = counts @ np.maximum(over, 0.0)
        taken = _taken(gains, forced, size)
        bound = float(counts @ prices + gains[taken].sum())
        if bound < best - HALF / 10:
            best, best_prices = bound, prices
        else:
            pace *= 0.9
        if best < worth + HALF:
            break
        slope = counts * (1.0 - (over[:, taken] > 0).sum(axis=1))
        steep = float((slope * slope / counts).sum())
        if steep == 0:
            break
        prices = prices - pace * (bound - worth) / steep * (slope / counts)
    return best_prices, int(np.floor(best + HALF / 10))


def _taken(gains: Real, forced: tuple[int, ...], size: int) -> list[int]:
    free = [int(one) for one in np.argsort(-gains, kind="stable") if int(one) not in forced]
    return [*forced, *free[: size - len(forced)]]


class _Search:
    """Branch and bound below the prices of the relaxation: columns in order of their gain, cut where no set can be better."""

    def __init__(self, table: Table, size: int, prices: Real, columns: tuple[int, ...], value: int) -> None:
        self.table, self.size = table, size
        self.columns, self.value = columns, value
        over = np.maximum(table.values - prices[:, None], 0.0)
        counts = table.counts.astype(np.float64)
        self.base, self.gains = float(counts @ prices), counts @ over
        self.left = BRANCHING_ELEMENTS
        self.complete = True

    def run(self, forced: tuple[int, ...]) -> None:
        free = [int(one) for one in np.argsort(-self.gains, kind="stable") if int(one) not in forced]
        bound = self.base + float(self.gains[list(forced)].sum())
        self._branch(forced, free, bound)

    def _branch(self, chosen: tuple[int, ...], free: list[int], bound: float) -> None:
        """`bound` = prices plus the gains of what is chosen; `free` = what may still be added, largest gain first."""
        more = self.size - len(chosen)
        served = self.table.best_of(chosen)
        self._offer(chosen, int(self.table.counts @ served))
        if not more or not free:
            return
        if bound + float(self.gains[free[:more]].sum()) < self.value - HALF:
            return
        self.left -= self.table.values.size
        if self.left < 0:
            self.complete = False
            return
        worths = self.table.worth_with_each(served)
        if more == 1:
            most = int(worths[free].max())
            for one in sorted(free):
                if worths[one] == most:
                    self._offer((*chosen, one), most)
                    return
        if self._cannot_reach(worths[free], int(self.table.counts @ served), more):
            return
        for at, one in enumerate(free):
            rest = free[at + 1 :]
            if bound + float(self.gains[[one, *rest[: more - 1]]].sum()) < self.value - HALF:
                return
            self._branch((*chosen, one), rest, bound + float(self.gains[one]))

    def _cannot_reach(self, worths: Whole, now: int, more: int) -> bool:
        """What columns add together is at most the sum of what each adds alone."""
        added = np.sort(worths - now)[::-1][:more]
        return now + int(added.sum()) < self.value

    def _offer(self, columns: tuple[int, ...], value: int) -> None:
        found = tuple(sorted(columns))
        if value > self.value or (value == self.value and (len(found), found) < (len(self.columns), self.columns)):
            self.columns, self.value = found, value

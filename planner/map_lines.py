"""The lines of the map: which order of stores crosses least, edges from rows to stores, copy flows in the gutter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PORT_STEP = 14.0
LANES_MOST = 4
GUTTER, LANE_STEP, TURN = 32.0, 9.0, 7.0
LABEL_ROOM = 72.0  # a flow this long has room for its words on the line


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a row to a store, in a box 100 wide. `kind`: source | derived | cache | group."""

    row: str
    select: str
    store: str
    kind: str
    family: str
    d: str
    start: str  # a path of no length: a round dot however the box is stretched
    end: str

    @property
    def service(self) -> str:
        """How the address names the service the line comes from."""
        return f"service:{self.select.removeprefix('service:').partition('/')[0]}"


@dataclass(frozen=True, slots=True)
class Flow:
    """A copy from one data set to another, drawn left of the services."""

    source: str
    target: str
    sync: str
    bad: bool
    d: str
    arrow: str
    label: str
    label_x: float
    label_y: float
    on_line: bool


def order_stores(slugs: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Stores top to bottom so that few lines cross, and so that an edit elsewhere leaves them where they are.

    Two starts: the order in which rows first name a store, and the mean height (barycentre) of its rows. Each is
    bettered by swapping neighbours; the first wins a tie. Stores that hold nothing come last.
    """
    used: dict[str, list[int]] = {slug: [] for slug in slugs}
    for index, stores in enumerate(rows):
        for store in stores:
            if store in used:
                used[store].append(index)
    held = [slug for slug in slugs if used[slug]]
    by_first = sorted(held, key=lambda slug: used[slug][0])
    by_mean = sorted(held, key=lambda slug: sum(used[slug]) / len(used[slug]))
    best = min((_bettered(start, used) for start in (by_first, by_mean)), key=lambda order: _crossings(order, used))
    return best + [slug for slug in slugs if not used[slug]]


def _bettered(start: list[str], used: Mapping[str, list[int]]) -> list[str]:
    order = list(start)
    for _ in range(4):
        swapped = False
        for at in range(len(order) - 1):
            upper, lower = used[order[at]], used[order[at + 1]]
            if _pairs_crossing(lower, upper) < _pairs_crossing(upper, lower):
                order[at], order[at + 1] = order[at + 1], order[at]
                swapped = True
        if not swapped:
            break
    return order


def _pairs_crossing(upper: list[int], lower: list[int]) -> int:
    """Lines that cross when one store stands right above the other."""
    return sum(bisect_left(lower, one) for one in upper)


def _crossings(order: list[str], used: Mapping[str, list[int]]) -> int:
    ends = sorted((row, place) for place, slug in enumerate(order) for row in used[slug])
    above: list[int] = []
    crossing = 0
    for _, place in ends:
        crossing += len(above) - bisect_right(above, place)
        insort(above, place)
    return crossing


def draw_edges(
    rows: Sequence[tuple[str, str, float, str, tuple[str, ...]]],
    stores: Mapping[str, tuple[float, str]],
    *,
    span: float,
) -> tuple[Edge, ...]:
    """`rows`: key, select, y, kind, stores. `stores`: middle and family. Lines into one store get a port each in `span`."""
    links = [(row, store) for row in rows for store in row[4] if store in stores]
    incoming: dict[str, list[str]] = {}
    for row, store in sorted(links, key=lambda link: link[0][2]):
        incoming.setdefault(store, []).append(row[0])
    return tuple(
        _edge(row, store, _port(stores[store][0], incoming[store], row[0], span), stores) for row, store in links
    )


def _edge(
    row: tuple[str, str, float, str, tuple[str, ...]], store: str, port: float, stores: Mapping[str, tuple[float, str]]
) -> Edge:
    key, select, y, kind, _ = row
    curve = f"M0 {y:.1f}C50 {y:.1f} 50 {port:.1f} 100 {port:.1f}"
    return Edge(key, select, store, kind, stores[store][1], curve, f"M0 {y:.1f}h.001", f"M100 {port:.1f}h.001")


def _port(middle: float, keys: list[str], key: str, span: float) -> float:
    count = len(keys)
    step = min(PORT_STEP, span / (count - 1)) if count > 1 else 0.0
    return middle + (keys.index(key) - (count - 1) / 2) * step


def draw_flows(copies: Sequence[tuple[str, str, float, float, str]]) -> tuple[tuple[Flow, ...], int]:
    """`copies`: source, target, their y, sync. Flows that overlap get lanes of their own; at most four."""
    busy: list[list[tuple[float, float]]] = []
    lanes: dict[int, int] = {}
    for index in sorted(range(len(copies)), key=lambda at: abs(copies[at][3] - copies[at][2])):
        low, high = sorted(copies[index][2:4])
        free = (at for at, taken in enumerate(busy) if all(high < one[0] or low > one[1] for one in taken))
        lane = next(free, len(busy))
        if lane == len(busy):
            busy.append([])
        busy[lane].append((low, high))
        lanes[index] = min(lane, LANES_MOST - 1)
    used = max(lanes.values(), default=-1) + 1
    width = GUTTER + LANE_STEP * max(0, used - 1)
    return tuple(_flow(copy, lanes[index], width) for index, copy in enumerate(copies)), used


def _flow(copy: tuple[str, str, float, float, str], lane: int, width: float) -> Flow:
    """Out of the source row, along the lane, into the target row: leaves below and arrives above a row's middle."""
    source, target, start, end, sync = copy
    way = 1.0 if end >= start else -1.0
    start, end = start + 5 * way, end - 5 * way
    turn = min(TURN, abs(end - start) / 2) * way
    x = width - 20 - LANE_STEP * lane
    d = (
        f"M{width:g} {start:.1f}H{x + TURN:.1f}Q{x:.1f} {start:.1f} {x:.1f} {start + turn:.1f}"
        f"V{end - turn:.1f}Q{x:.1f} {end:.1f} {x + TURN:.1f} {end:.1f}H{width - 2:g}"
    )
    arrow = f"M{width - 6:g} {end - 4:.1f}L{width - 1.5:g} {end:.1f}L{width - 6:g} {end + 4:.1f}"
    on_line = abs(end - start) >= LABEL_ROOM
    label = "dual write" if sync == "dual-write" else ""
    place = x if on_line else x - 8
    return Flow(source, target, sync, sync == "dual-write", d, arrow, label, place, (start + end) / 2, on_line)

"""Where everything on the map stands: service cards with rows, store cards, lines between them, flows in the gutter.

Pure geometry in CSS pixels. Cards stand in normal flow with the fixed heights below, so the numbers here and the boxes
of the style sheet agree without any inline style. Lines are drawn in a box 100 wide that the page stretches.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.facts import Snapshot
from catalog.families import family
from catalog.services import current_snapshot
from planner.engine.document import Cache, DataSet, DataSetRef, Plan, Service, Store
from planner.engine.results import Evaluation, Finding, StoreResult
from planner.figures import DASH, rate, size_gib
from planner.map_lines import Edge, Flow, draw_edges, draw_flows, order_stores

HEAD, ROW, GAP, BORDER = 30.0, 34.0, 8.0, 1.0
STORE, STORE_GAP, STORE_GAP_MOST = 54.0, 9.0, 40.0
STORE_COMPACT, STORE_GAP_COMPACT = 36.0, 5.0  # of a large plan, so that its stores fit on a screen
PORT_SPAN, PORT_SPAN_COMPACT = 40.0, 26.0  # how much of a store's side its lines may take
COLLAPSE_OVER = 40  # data sets
SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a service: a data set, its cache, or (kind `group`) a whole collapsed service."""

    key: str  # unique in the map: the path, with "+cache" for a cache
    select: str  # what the address gets: "service/data" or "service:slug"
    name: str
    kind: str  # source | derived | cache | group
    size: str
    traffic: str
    reads: str
    severity: str  # of the worst open finding; "" = none
    problem: str  # that finding's title
    stores: tuple[str, ...]
    store_name: str
    family: str
    described: str  # what the lines show, for people who do not see them
    movable: bool
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class ServiceCard:
    slug: str
    name: str
    rows: tuple[Row, ...]
    collapsed: bool
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class StoreCard:
    slug: str
    name: str  # "PostgreSQL 17"
    note: str  # "2 zones", "self-hosted, 5 nodes"
    database: str
    family: str
    monthly_usd: Decimal | None
    at_least: bool
    severity: str
    holds: tuple[tuple[str, str], ...]  # (select, name) of its data sets and caches
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class MapLayout:
    services: tuple[ServiceCard, ...]
    stores: tuple[StoreCard, ...]
    edges: tuple[Edge, ...]
    flows: tuple[Flow, ...]
    height: float
    lanes: int  # 0..4: how wide the gutter is
    packed: bool  # stores stand closer than the height would allow
    collapsed: bool  # a large plan: services can be folded to one row, stores are low and do not list what they hold
    left_title: str
    right_title: str


def layout(
    plan: Plan,
    evaluation: Evaluation,
    *,
    select: str = "",
    snapshot: Snapshot | None = None,
    shown: frozenset[str] | None = None,
    opened: Container[str] = (),
    every_store: bool = True,
) -> MapLayout:
    """The map of a plan. Over 40 data sets each service is one row, except opened ones and the one with the selection.

    `shown`: the paths that pass the filter, None without one. Without `every_store`, stores they leave alone are left out.
    """
    known = snapshot or current_snapshot()
    seen = plan if shown is None else _only(plan, shown)
    many = sum(len(one.data) for one in seen.services.values()) > COLLAPSE_OVER
    worst = worst_findings(evaluation.findings)
    selected = select.removeprefix("service:").partition("/")[0]
    cards = [
        _service(slug, one, plan, known, worst, collapsed=many and slug != selected and slug not in opened)
        for slug, one in seen.services.items()
    ]
    services, services_height = _stacked(cards)
    rows = [row for card in services for row in card.rows]
    store_cards = [_store(slug, one, evaluation, known, worst, rows) for slug, one in plan.stores.items()]
    store_cards = [card for card in store_cards if every_store or card.holds]
    order = order_stores([card.slug for card in store_cards], [row.stores for row in rows])
    ordered = sorted(store_cards, key=lambda card: order.index(card.slug))
    stores, height, packed = _spread(ordered, services_height, compact=many)
    if many:  # beside their stores: from the top corner all lines would fan out and cross
        services = _apart(services, height - services_height)
        rows = [row for card in services for row in card.rows]
    flows, lanes = draw_flows(_copies(plan, rows))
    edges = draw_edges(
        [(row.key, row.select, row.y, row.kind, row.stores) for row in rows],
        {card.slug: (card.y + (STORE_COMPACT if many else STORE) / 2, card.family) for card in stores},
        span=PORT_SPAN_COMPACT if many else PORT_SPAN,
    )
    return MapLayout(services, stores, edges, flows, height, lanes, packed, many, *_titles(seen, len(stores)))


def _only(plan: Plan, shown: frozenset[str]) -> Plan:
    """The plan with the shown data sets alone, for counting and drawing."""
    services = {
        slug: one.model_copy(update={"data": {name: it for name, it in one.data.items() if f"{slug}/{name}" in shown}})
        for slug, one in plan.services.items()
    }
    return plan.model_copy(update={"services": {slug: one for slug, one in services.items() if one.data}})


def worst_findings(findings: Iterable[Finding]) -> Mapping[str, Finding]:
    """The worst open finding of each place."""
    found: dict[str, Finding] = {}
    for one in findings:
        before = found.get(one.at)
        if one.waived_until or one.severity not in SEVERITIES:
            continue
        if before is None or SEVERITIES.index(one.severity) < SEVERITIES.index(before.severity):
            found[one.at] = one
    return found


def _service(
    slug: str, service: Service, plan: Plan, snapshot: Snapshot, worst: Mapping[str, Finding], *, collapsed: bool
) -> ServiceCard:
    refs = [DataSetRef(f"{slug}/{name}", slug, service, name, one) for name, one in service.data.items()]
    rows = [_data_set(ref, plan, snapshot, worst) for ref in refs]
    rows += [_cache(ref, ref.data_set.cache, plan, snapshot) for ref in refs if ref.data_set.cache is not None]
    if collapsed:
        return ServiceCard(slug, service.name, (_group(slug, service, rows, worst),), collapsed=True)
    return ServiceCard(slug, service.name, tuple(rows), collapsed=False)


def _data_set(ref: DataSetRef, plan: Plan, snapshot: Snapshot, worst: Mapping[str, Finding]) -> Row:
    needs, finding = ref.data_set.needs, worst.get(f"services/{ref.service_slug}/data/{ref.slug}")
    kind = "derived" if ref.data_set.derived_from else "source"
    name, family_slug = _store_words(ref.data_set.store, plan, snapshot)
    return Row(
        key=ref.path,
        select=ref.path,
        name=ref.data_set.name,
        kind=kind,
        size=size_gib(needs.size_gib),
        traffic=f"{rate(needs.reads_per_second)} / {rate(needs.writes_per_second)}",
        reads=rate(needs.reads_per_second, "reads"),
        severity=finding.severity if finding else "",
        problem=finding.title if finding else "",
        stores=_placed(ref.data_set.store, plan),
        store_name=name,
        family=family_slug,
        described=_described(ref.data_set, kind, plan),
        movable=True,
    )


def _cache(ref: DataSetRef, cache: Cache, plan: Plan, snapshot: Snapshot) -> Row:
    name, family_slug = _store_words(cache.store, plan, snapshot)
    return Row(
        key=f"{ref.path}+cache",
        select=ref.path,
        name=f"{ref.data_set.name}, cache",
        kind="cache",
        size=size_gib(cache.memory_gib),
        traffic=f"{rate(ref.data_set.needs.reads_per_second)} / {DASH}",
        reads=rate(ref.data_set.needs.reads_per_second, "reads"),
        severity="",
        problem="",
        stores=_placed(cache.store, plan),
        store_name=name or cache.layer.replace("-", " "),
        family=family_slug,
        described=f"cache in {cache.store or cache.layer.replace('-', ' ')}",
        movable=False,
    )


def _group(slug: str, service: Service, rows: list[Row], worst: Mapping[str, Finding]) -> Row:
    """All data sets of a collapsed service as one row. A size that is not given for all of them is not known."""
    needs = [one.needs for one in service.data.values()]
    severities = [one.severity for place, one in worst.items() if place.startswith(f"services/{slug}/")]
    stores = tuple(dict.fromkeys(store for row in rows for store in row.stores))
    size, reads, writes = (
        sum(one.mid for one in values if one is not None) if all(values) else None
        for values in (
            [one.size_gib for one in needs],
            [one.reads_per_second for one in needs],
            [one.writes_per_second for one in needs],
        )
    )
    return Row(
        key=f"service:{slug}",
        select=f"service:{slug}",
        name=service.name,
        kind="group",
        size=size_gib(size),
        traffic=f"{rate(reads)} / {rate(writes)}",
        reads=rate(reads, "reads"),
        severity=min(severities, key=SEVERITIES.index, default=""),
        problem="",
        stores=stores,
        store_name=f"{len(needs)} data set{'' if len(needs) == 1 else 's'}",
        family="object",
        described=f"{len(needs)} data set{'' if len(needs) == 1 else 's'} in {', '.join(stores) or 'no store yet'}",
        movable=False,
    )


def _store(
    slug: str, store: Store, evaluation: Evaluation, snapshot: Snapshot, worst: Mapping[str, Finding], rows: list[Row]
) -> StoreCard:
    result, finding = evaluation.stores.get(slug), worst.get(f"stores/{slug}")
    database = snapshot.databases.get(store.database)
    name = database.name if database else store.database
    return StoreCard(
        slug=slug,
        name=f"{name} {store.version}" if store.version else name,
        note=_store_note(store, result),
        database=store.database,
        family=family(database.category if database else "").slug,
        monthly_usd=result.monthly_usd if result else None,
        at_least=bool(result and result.unknown),
        severity=finding.severity if finding else "",
        holds=tuple((row.select, row.name) for row in rows if slug in row.stores),
    )


def _store_note(store: Store, result: StoreResult | None) -> str:
    zones = store.replication.zones if store.replication else 1
    nodes = result.nodes if result else None
    words = f"{nodes} nodes" if nodes and nodes > zones else f"{zones} zone{'' if zones == 1 else 's'}"
    return f"self-hosted, {words}" if store.offering == "self-hosted" else words


def _described(data_set: DataSet, kind: str, plan: Plan) -> str:
    place = f"in {data_set.store}" if data_set.store else "not placed yet"
    if kind == "source":
        return f"source of truth, {place}"
    sources = ", ".join(_name_of(path, plan) for path in data_set.derived_from)
    how = f", by {data_set.sync.replace('-', ' ')}" if data_set.sync else ""
    return f"derived copy of {sources}{how}, {place}"


def _name_of(path: str, plan: Plan) -> str:
    try:
        return plan.data_set(path).name
    except (KeyError, ValueError):
        return path


def _placed(store: str | None, plan: Plan) -> tuple[str, ...]:
    return (store,) if store and store in plan.stores else ()


def _store_words(slug: str | None, plan: Plan, snapshot: Snapshot) -> tuple[str, str]:
    store = plan.stores.get(slug) if slug else None
    if store is None:
        return "", "object"
    database = snapshot.databases.get(store.database)
    return (database.name, family(database.category).slug) if database else (store.database, "object")


def _copies(plan: Plan, rows: list[Row]) -> list[tuple[str, str, float, float, str]]:
    """(source, target, y, y, sync) of each flow between rows that are both on the map."""
    at = {row.key: row.y for row in rows}
    return [
        (path, ref.path, at[path], at[ref.path], ref.data_set.sync or "")
        for ref in plan.data_sets()
        for path in ref.data_set.derived_from
        if path in at and ref.path in at
    ]


def _stacked(cards: list[ServiceCard]) -> tuple[tuple[ServiceCard, ...], float]:
    """Cards one below the other; a card without data sets is as high as one with a single row."""
    top, placed = 0.0, []
    for card in cards:
        first = top + BORDER + (0 if card.collapsed else HEAD)  # a folded service is its row alone
        rows = tuple(replace(row, y=first + ROW * (index + 0.5)) for index, row in enumerate(card.rows))
        placed.append(replace(card, rows=rows, y=top))
        top = first + ROW * max(1, len(rows)) + BORDER + GAP
    return tuple(placed), max(0.0, top - GAP)


def _apart(cards: tuple[ServiceCard, ...], spare: float) -> tuple[ServiceCard, ...]:
    """The spare height as equal room between the cards: `justify-content: space-between` in the style sheet."""
    step = max(0.0, spare) / max(1, len(cards) - 1)
    return tuple(
        replace(card, y=card.y + at * step, rows=tuple(replace(row, y=row.y + at * step) for row in card.rows))
        for at, card in enumerate(cards)
    )


def _spread(
    cards: list[StoreCard], services_height: float, *, compact: bool
) -> tuple[tuple[StoreCard, ...], float, bool]:
    """Stores over the same height as the services, unless that would tear them apart."""
    count = len(cards)
    store, least = (STORE_COMPACT, STORE_GAP_COMPACT) if compact else (STORE, STORE_GAP)
    height = max(services_height, count * store + max(0, count - 1) * least)
    gap = (height - count * store) / (count - 1) if count > 1 else 0.0
    packed = gap > STORE_GAP_MOST
    gap = min(gap, STORE_GAP_MOST)
    return tuple(replace(card, y=index * (store + gap)) for index, card in enumerate(cards)), height, packed


def _titles(plan: Plan, stores: int) -> tuple[str, str]:
    data_sets = [ref.data_set for ref in plan.data_sets()]
    caches = sum(one.cache is not None for one in data_sets)
    services, count = len(plan.services), len(data_sets) + caches
    what = "data sets and caches" if caches else f"data set{'' if count == 1 else 's'}"
    left = f"{services} service{'' if services == 1 else 's'}, {count} {what}"
    return left, f"{stores} store{'' if stores == 1 else 's'}"

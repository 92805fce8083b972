"""Where a data set could go: a verdict for each store of the plan and each database that would be new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from catalog.facts import Database, Snapshot
from planner.engine import edits
from planner.engine.document import Plan as Document
from planner.engine.document import Store, Tier, checked
from planner.engine.place_all import Placed
from planner.engine.results import Candidate, Ranking, Refused
from planner.engine.store_defaults import proposed_store

NEW = "new:"  # `to` of a move into a store that the plan does not have yet: "new:dynamodb"

STRICTEST_FIRST: tuple[Tier, ...] = get_args(Tier)


@dataclass(frozen=True)
class Verdict:
    """One line of the move list. `kind`: now | fits | limits | refused | unknown."""

    to: str  # store slug, or "new:<database>"
    database: str
    name: str
    store: str  # slug; "" for a new store
    kind: str
    score: float | None
    label: str  # "Fits, 84", "No expiry"
    reason: str
    source: str

    @property
    def allowed(self) -> bool:
        return self.kind != "refused"


def verdicts_in_plan(plan: Document, path: str, ranking: Ranking, snapshot: Snapshot) -> tuple[Verdict, ...]:
    """Every store of the plan, best first, ruled-out ones last. The store it is in now says so."""
    now = plan.data_set(path).store
    found = [_in_store(slug, store, ranking, snapshot, is_now=slug == now) for slug, store in plan.stores.items()]
    return tuple(sorted(found, key=_order))


def verdicts_if_new(plan: Document, ranking: Ranking, snapshot: Snapshot) -> tuple[Verdict, ...]:
    """The databases that the plan does not use yet and that could hold the data set, best first."""
    used = {store.database for store in plan.stores.values()}
    fresh = [one for one in ranking.ranked if one.database not in used and one.database in snapshot.databases]
    return tuple(_of_candidate(one, snapshot, to=f"{NEW}{one.database}", store="") for one in fresh)


def moved(plan: Document, path: str, to: str, snapshot: Snapshot) -> tuple[Document, str]:
    """The plan with the data set in another store, which is added first where `to` names a database."""
    if not to.startswith(NEW):
        if to not in plan.stores:
            raise KeyError(to)
        return edits.moved(plan, path, to), to
    database = snapshot.databases[to.removeprefix(NEW)]
    slug, store = proposed_store(plan, database, snapshot, tier=plan.tier_of(path))
    return edits.moved(edits.with_store(plan, slug, store), path, slug), slug


def placed_best(plan: Document, path: str, ranking: Ranking | None, snapshot: Snapshot) -> Document:
    """The plan with the data set in the store of the leading system, which is added where the plan has none."""
    if ranking is None or not ranking.ranked:
        return plan
    leader = ranking.ranked[0]
    return moved(plan, path, leader.in_plan[0] if leader.in_plan else f"{NEW}{leader.database}", snapshot)[0]


def placed_all(plan: Document, placed: Iterable[Placed], snapshot: Snapshot) -> Document:
    """The plan with every data set where the proposal puts it. Each new store is made for the strictest tier of
    what goes into it.
    """
    moves = [one for one in placed if one.moves]
    new: dict[tuple[str, int], str] = {}
    for key in sorted({(one.system, one.number) for one in moves if not one.store}):
        tiers = [plan.tier_of(one.data_set) for one in moves if (one.system, one.number) == key]
        strictest = min(tiers, key=STRICTEST_FIRST.index)
        new[key], store = proposed_store(plan, snapshot.databases[key[0]], snapshot, tier=strictest)
        plan = plan.model_copy(update={"stores": {**plan.stores, new[key]: store}})
    targets = {one.data_set: one.store or new[one.system, one.number] for one in moves}
    return checked(_with_targets(plan, targets))


def _with_targets(plan: Document, targets: Mapping[str, str]) -> Document:
    """All data sets at once: an edit of each alone would check the whole plan as often."""
    services = {}
    for slug, service in plan.services.items():
        data = {
            key: one.model_copy(update={"store": targets[f"{slug}/{key}"]}) if f"{slug}/{key}" in targets else one
            for key, one in service.data.items()
        }
        services[slug] = service.model_copy(update={"data": data})
    return plan.model_copy(update={"services": services})


def emptied(before: Document, after: Document) -> tuple[str, ...]:
    """Stores that held something before and hold neither a data set nor a cache now."""
    return tuple(slug for slug in before.stores if slug in _in_use(before) - _in_use(after))


def _in_use(plan: Document) -> set[str]:
    data_sets = [ref.data_set for ref in plan.data_sets()]
    stores = {one.store for one in data_sets} | {one.cache.store for one in data_sets if one.cache}
    return {slug for slug in stores if slug}


def without_stores(plan: Document, slugs: Iterable[str]) -> Document:
    for slug in slugs:
        plan = edits.without_store(plan, slug)
    return plan


def _in_store(slug: str, store: Store, ranking: Ranking, snapshot: Snapshot, *, is_now: bool) -> Verdict:
    candidate = ranking.candidate(store.database)
    if candidate is not None:
        return _of_candidate(candidate, snapshot, to=slug, store=slug, is_now=is_now)
    refused = ranking.refusal(store.database)
    return _of_refused(store.database, refused, snapshot, to=slug, store=slug, is_now=is_now)


def _of_candidate(one: Candidate, snapshot: Snapshot, *, to: str, store: str, is_now: bool = False) -> Verdict:
    kind = "now" if is_now else ("limits" if one.warnings else "fits")
    word = {"now": "Now", "limits": "With limits", "fits": "Fits"}[kind]
    because = one.warnings[0] if one.warnings else None
    return Verdict(
        to=to,
        database=one.database,
        name=_name(one.database, snapshot),
        store=store,
        kind=kind,
        score=one.score,
        label=f"{word}, {one.score:.0f}",
        reason=because.because.text if because else "",
        source=because.because.source if because else "",
    )


def _of_refused(
    database: str, refused: Refused | None, snapshot: Snapshot, *, to: str, store: str, is_now: bool
) -> Verdict:
    reason = refused.reasons[0] if refused and refused.reasons else None
    text = reason.text if reason else "not in the catalog"
    return Verdict(
        to=to,
        database=database,
        name=_name(database, snapshot),
        store=store,
        kind="refused" if reason else "unknown",
        score=None,
        label=("Now, " + text) if is_now else text[:1].upper() + text[1:],
        reason=reason.because.text if reason else "",
        source=reason.because.source if reason else "",
    )


def _name(database: str, snapshot: Snapshot) -> str:
    found: Database | None = snapshot.databases.get(database)
    return found.name if found else database


def _order(verdict: Verdict) -> tuple[bool, bool, float, str]:
    return verdict.kind == "refused", verdict.kind != "now", -(verdict.score or 0), verdict.store

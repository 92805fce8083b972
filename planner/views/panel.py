"""The side panel of the plan page: one data set, one store or one service, with its reasons and its ways to change."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Database, Snapshot
from planner.engine.acceptability import first_shares
from planner.engine.document import DataSet, Plan, Service, Store, Target
from planner.engine.placement import Verdict, verdicts_in_plan
from planner.engine.presets import says_nothing
from planner.engine.results import (
    Candidate,
    DataSetRecovery,
    Evaluation,
    Finding,
    Ranking,
    ServiceRecovery,
    StoreResult,
)

TOP = 3
STORE, SERVICE = "store:", "service:"


@dataclass(frozen=True)
class Choice:
    """One ranked database in the panel, with the store of this plan that runs it."""

    candidate: Candidate
    name: str
    store: str
    is_now: bool
    why: str


@dataclass(frozen=True)
class DataSetPanel:
    path: str
    service_slug: str
    slug: str
    service: Service
    data_set: DataSet
    tier: str
    target: Target
    store: Store | None
    now: Verdict | None
    choices: tuple[Choice, ...]
    ranking: Ranking | None
    refused_count: int
    refused_text: str
    leader_share: float | None
    leader: str
    recovery: DataSetRecovery | None
    findings: tuple[Finding, ...]
    kind: str = "data_set"


@dataclass(frozen=True)
class StorePanel:
    slug: str
    store: Store
    database: Database | None
    result: StoreResult | None
    data_sets: tuple[tuple[str, str, str], ...]  # path, name, service name
    findings: tuple[Finding, ...]
    kind: str = "store"


@dataclass(frozen=True)
class ServicePanel:
    slug: str
    service: Service
    target: Target
    recovery: ServiceRecovery | None
    findings: tuple[Finding, ...]
    kind: str = "service"


Panel = DataSetPanel | StorePanel | ServicePanel


def panel(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, select: str) -> Panel | None:
    """The panel of `service/data`, `store:<slug>` or `service:<slug>`; None for nothing or for what is gone."""
    if select.startswith(STORE):
        return store_panel(plan, evaluation, snapshot, select.removeprefix(STORE))
    if select.startswith(SERVICE):
        return service_panel(plan, evaluation, select.removeprefix(SERVICE))
    return data_set_panel(plan, evaluation, snapshot, select)


def data_set_panel(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, path: str) -> DataSetPanel | None:
    service_slug, _, slug = path.partition("/")
    service = plan.services.get(service_slug)
    data_set = service.data.get(slug) if service else None
    if service is None or data_set is None:
        return None
    tier = plan.tier_of(path)
    ranking = evaluation.rankings.get(path)
    verdicts = verdicts_in_plan(plan, path, ranking, snapshot) if ranking else ()
    leader = ranking.ranked[0].database if ranking and ranking.ranked else ""
    return DataSetPanel(
        path=path,
        service_slug=service_slug,
        slug=slug,
        service=service,
        data_set=data_set,
        tier=tier,
        target=plan.target(tier),
        store=plan.stores.get(data_set.store) if data_set.store else None,
        now=next((one for one in verdicts if one.store == data_set.store), None),
        choices=choices(plan, ranking, snapshot, data_set.store),
        ranking=ranking,
        refused_count=len(ranking.refused) if ranking else 0,
        refused_text=commonest_refusal(ranking),
        leader_share=first_shares(ranking).get(leader) if ranking and not says_nothing(data_set.needs) else None,
        leader=name_of(leader, snapshot),
        recovery=evaluation.recovery.get(path),
        findings=findings_at(evaluation, f"services/{service_slug}/data/{slug}"),
    )


def choices(plan: Plan, ranking: Ranking | None, snapshot: Snapshot, now: str | None) -> tuple[Choice, ...]:
    """The three best databases, and the one in use where it is not among them."""
    if ranking is None:
        return ()
    database_now = plan.stores[now].database if now and now in plan.stores else ""
    shown = list(ranking.ranked[:TOP])
    used = ranking.candidate(database_now)
    if used is not None and used not in shown:
        shown.append(used)
    rivals = ranking.ranked[:2]
    return tuple(_choice(one, rivals, snapshot, now if one.database == database_now else None) for one in shown)


def _choice(one: Candidate, rivals: tuple[Candidate, ...], snapshot: Snapshot, now: str | None) -> Choice:
    store = now or (one.in_plan[0] if one.in_plan else "")
    why = one.warnings[0].because.text if one.warnings else decisive(one, rivals)
    return Choice(one, name_of(one.database, snapshot), store, now is not None, why)


def decisive(one: Candidate, rivals: tuple[Candidate, ...]) -> str:
    """What sets a database apart: for the first its largest lead over the second, for others where they fall back."""
    rival = next((other for other in rivals if other.database != one.database), None)
    if rival is None or not one.contributions:
        return ""
    theirs = {part.criterion: part.points for part in rival.contributions}
    sign = 1 if one.rank == 1 else -1
    part = max(one.contributions, key=lambda part: sign * (part.points - theirs.get(part.criterion, 0)))
    return f"{part.label}: {part.because.text}"


def commonest_refusal(ranking: Ranking | None) -> str:
    """The reason that rules out most databases, for the one line of the panel."""
    if ranking is None:
        return ""
    texts = [refused.reasons[0].text for refused in ranking.refused if refused.reasons]
    return max(set(texts), key=lambda text: (texts.count(text), text), default="")


def store_panel(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, slug: str) -> StorePanel | None:
    store = plan.stores.get(slug)
    if store is None:
        return None
    held = tuple(
        (ref.path, ref.data_set.name, ref.service.name)
        for ref in plan.data_sets()
        if ref.data_set.store == slug or (ref.data_set.cache is not None and ref.data_set.cache.store == slug)
    )
    found = findings_at(evaluation, f"stores/{slug}")
    return StorePanel(slug, store, snapshot.databases.get(store.database), evaluation.stores.get(slug), held, found)


def service_panel(plan: Plan, evaluation: Evaluation, slug: str) -> ServicePanel | None:
    service = plan.services.get(slug)
    if service is None:
        return None
    found = findings_at(evaluation, f"services/{slug}")
    return ServicePanel(slug, service, plan.target(service.tier), evaluation.services.get(slug), found)


def findings_at(evaluation: Evaluation, place: str) -> tuple[Finding, ...]:
    """Open findings about exactly this place."""
    return tuple(one for one in evaluation.findings if one.at == place and not one.waived_until)


def name_of(database: str, snapshot: Snapshot) -> str:
    found = snapshot.databases.get(database)
    return found.name if found else database

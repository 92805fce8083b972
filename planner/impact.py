"""Runs of the impact: all saved plans against what is about to be published, in chunks that several workers share.

The chunk row is the truth. Whoever claims it may write its results, once; a chunk whose worker fell silent is claimed again.
"""

from __future__ import annotations

import dataclasses
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from catalog.services import current_prices, current_snapshot, forget_published
from catalog.team_prices import paid_by
from planner import proposal
from planner.engine.document import load_json
from planner.engine.impact import (
    WORST_FIRST,
    CostImpact,
    FindingImpact,
    Move,
    PlanImpact,
    RankingImpact,
    World,
    forget,
    impact,
)
from planner.jobs import MOST_ATTEMPTS, SILENCE
from planner.models import ImpactChunk, ImpactResult, ImpactRun, Job, Plan, Revision
from planner.proposal import Proposal

logger = logging.getLogger(__name__)
State = Job.State
PLANS_PER_CHUNK = 20
# Messages of a run that are on their way at once: more workers than this share no run, and other work comes between.
LANES = 16
HEARTBEAT_SECONDS = 2.0


class Abandoned(Exception):
    """The run was cancelled, or the chunk was given to another worker."""


class CatalogChanged(Exception):
    """What is published now is not what the run was started with."""


@dataclass(frozen=True)
class Progress:
    compared: int
    plans: int
    failed: int

    @property
    def share(self) -> float:
        return self.compared / self.plans if self.plans else 1.0


@transaction.atomic
def create_run(key: str, wanted: Proposal, user: User | None) -> ImpactRun:
    """A run over the newest version of every saved plan. It takes the place of older runs of the same key."""
    now = timezone.now()
    ImpactRun.objects.filter(key=key, finished_at__lt=now - SILENCE).delete()
    ImpactRun.objects.filter(key=key, state=State.RUNNING).update(state=State.CANCELLED, finished_at=now)
    # Untouched copies of one plan stand together, so that their document is compared once.
    saved = Plan.objects.filter(deleted_at=None, head__isnull=False).order_by("head__document_sha256", "pk")
    heads = list(saved.values_list("head_id", flat=True))
    run = ImpactRun.objects.create(
        key=key,
        proposal=wanted.tree,
        candidate=wanted.sha256,
        catalog_snapshot=current_snapshot().id,
        price_snapshot=current_prices().id,
        plans=len(heads),
        created_by=user,
    )
    ImpactChunk.objects.bulk_create(
        ImpactChunk(run=run, revisions=heads[at : at + PLANS_PER_CHUNK]) for at in range(0, len(heads), PLANS_PER_CHUNK)
    )
    return run


def lanes(run: ImpactRun) -> int:
    """How many messages start a run."""
    return min(LANES, max(1, run.chunks.exclude(state=State.DONE).count()))


def revision_key(number: int | str) -> str:
    """The key of a run for one revision of a system (catalog.models.Revision)."""
    return f"revision:{number}"


def newest(key: str) -> ImpactRun | None:
    return ImpactRun.objects.filter(key=key).order_by("-created_at").first()


def is_out_of_date(run: ImpactRun, wanted: Proposal) -> bool:
    """Whether the published catalog, its prices or the proposal are others than those that were compared."""
    compared = (run.candidate, run.catalog_snapshot, run.price_snapshot)
    return compared != (wanted.sha256, current_snapshot().id, current_prices().id)


def progress(run: ImpactRun) -> Progress:
    found = run.chunks.aggregate(compared=Sum("compared"), failed=Sum("failed"))
    return Progress(found["compared"] or 0, run.plans, found["failed"] or 0)


def cancel(run: ImpactRun) -> None:
    _end(run.pk, State.CANCELLED)


def work(run_id: uuid.UUID) -> bool:
    """Claim one chunk and compare its plans. False if nothing of the run is free, or the run has ended."""
    run = ImpactRun.objects.filter(pk=run_id, state=State.RUNNING).first()
    if run is None:
        return False
    chunk = _claimed(run)
    if chunk is None:
        _end_if_all_done(run)
        return False
    try:
        _compare(run, chunk)
    except Abandoned:
        return False
    except CatalogChanged:
        _end(run.pk, State.FAILED, "The published catalog changed meanwhile. Start the comparison again.")
        return False
    except Exception as error:
        logger.exception("Impact %s failed", run.pk)
        _end(
            run.pk,
            State.FAILED,
            f"{type(error).__name__}: the comparison stopped. Nothing was changed; start it again.",
        )
        return False
    _end_if_all_done(run)
    return True


def sweep() -> list[uuid.UUID]:
    """Runs that nobody works on although they have not ended, once for each message they need."""
    now = timezone.now()
    silent = ImpactRun.objects.filter(state=State.RUNNING, created_at__lt=now - SILENCE).annotate(
        heard_at=Max("chunks__heartbeat_at"),
        silent=Count("chunks", Q(chunks__state=State.RUNNING, chunks__heartbeat_at__lt=now - SILENCE)),
    )
    found: list[uuid.UUID] = []
    for run in silent:
        lost = run.heard_at is None or run.heard_at < now - SILENCE
        found += [run.pk] * (lanes(run) if lost else min(LANES, run.silent))
    return found


def _claimed(run: ImpactRun) -> ImpactChunk | None:
    """The next free chunk, now this worker's; None if there is none."""
    while True:
        now = timezone.now()
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, heartbeat_at__lt=now - SILENCE)
        # Workers that asked for the first one all at once would meet there again and again.
        chunks = list(run.chunks.filter(free).order_by("pk")[:LANES])
        if not chunks:
            return None
        chunk = chunks[uuid.uuid4().int % len(chunks)]
        if chunk.attempts >= MOST_ATTEMPTS:
            error = f"A part of the comparison was started {MOST_ATTEMPTS} times and never finished. Start it again."
            _end(run.pk, State.FAILED, error)
            return None
        chunk.claim = uuid.uuid4()
        mine = {"state": State.RUNNING, "claim": chunk.claim, "heartbeat_at": now, "compared": 0, "failed": 0}
        if run.chunks.filter(free, pk=chunk.pk).update(attempts=F("attempts") + 1, **mine):
            return chunk


def _compare(run: ImpactRun, chunk: ImpactChunk) -> None:
    before, after = _worlds_of(run)
    today = timezone.localdate(run.created_at)
    results: list[ImpactResult] = []
    known: dict[tuple[str, int | None], PlanImpact | None] = {}
    failed, beat = 0, time.monotonic()
    for done, revision in enumerate(Revision.objects.filter(pk__in=chunk.revisions).select_related("plan")):
        if time.monotonic() - beat > HEARTBEAT_SECONDS:
            beat = time.monotonic()
            _write(chunk, heartbeat_at=timezone.now(), compared=done)
        team_id = revision.plan.team_id
        key = revision.document_sha256, team_id
        try:
            if key not in known:
                sides = _for_team(before, team_id), _for_team(after, team_id)
                known[key] = impact(load_json(revision.document), *sides, today)
        except Exception:  # one plan that cannot be read must not hide the others
            logger.exception("Version %s could not be compared", revision.pk)
            failed += 1
            continue
        if found := known[key]:
            results.append(_row(run, revision, found))
    forget()
    with transaction.atomic():
        _write(chunk, state=State.DONE, compared=len(chunk.revisions), failed=failed)
        ImpactResult.objects.bulk_create(results)


def _for_team(world: World, team_id: int | None) -> World:
    return World(world.snapshot, paid_by(team_id, world.prices, world.snapshot))


def _write(chunk: ImpactChunk, **fields: Any) -> None:
    """Only while the chunk is still this worker's and the run goes on."""
    mine = ImpactChunk.objects.filter(
        pk=chunk.pk, claim=chunk.claim, state=State.RUNNING, run_id__in=_running(chunk.run_id)
    )
    if not mine.update(**fields):
        raise Abandoned


def _running(run_id: uuid.UUID) -> QuerySet[ImpactRun, uuid.UUID]:
    return ImpactRun.objects.filter(pk=run_id, state=State.RUNNING).values_list("pk", flat=True)


def _row(run: ImpactRun, revision: Revision, found: PlanImpact) -> ImpactResult:
    worst = WORST_FIRST.index(found.kinds[0])
    change = dataclasses.asdict(found)
    return ImpactResult(run=run, plan_id=revision.plan_id, revision=revision, worst=worst, change=change)


def _end(run_id: uuid.UUID, state: str, error: str = "") -> None:
    ImpactRun.objects.filter(pk=run_id, state=State.RUNNING).update(
        state=state, error=error, finished_at=timezone.now()
    )


def _end_if_all_done(run: ImpactRun) -> None:
    """Asked after the commit, so that of two workers that finish together the later one sees both."""
    if not run.chunks.exclude(state=State.DONE).exists():
        _end(run.pk, State.DONE)


def _worlds_of(run: ImpactRun) -> tuple[World, World]:
    """The published catalog and prices, and the proposed ones. Worked out once in a process."""
    for _ in range(2):
        now = World(current_snapshot(), current_prices())
        if (now.snapshot.id, now.prices.id) == (run.catalog_snapshot, run.price_snapshot):
            return now, _applied(_Wanted(run.candidate, run.proposal), now)
        forget_published()  # which catalog is published may be remembered from before the run
    raise CatalogChanged


@dataclass(frozen=True)
class _Wanted:
    candidate: str
    tree: Mapping[str, Any] = field(compare=False, repr=False)


@lru_cache(maxsize=2)
def _applied(wanted: _Wanted, now: World) -> World:
    return proposal.read(wanted.tree).applied(now)


def change_of(result: ImpactResult) -> PlanImpact:
    """The frozen value of a stored result."""
    stored = result.change
    rankings = (one | {"moves": tuple(Move(**move) for move in one["moves"])} for one in stored["rankings"])
    return PlanImpact(
        rankings=tuple(RankingImpact(**one) for one in rankings),
        findings=tuple(FindingImpact(**one) for one in stored["findings"]),
        cost=CostImpact(**stored["cost"]) if stored["cost"] else None,
    )

"""Estimates of several plans together. Each plan is a part that any worker may take; the rows are the truth.

The fan-out and the join are those of a chord, but the count of what is done is kept in the rows and not in a result backend: a broker
may forget, a worker may be killed, and the sum is worked out from whatever parts are there.
"""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from catalog.services import current_snapshot
from planner.engine.portfolio import MONTHS, PlanDraws, Stream, plan_draws, together
from planner.engine.results import Interval
from planner.evaluations import document_of, prices_of
from planner.jobs import MOST_ATTEMPTS, SILENCE
from planner.models import Job, Plan, PortfolioPart, PortfolioRun

logger = logging.getLogger(__name__)
State = Job.State
DRAWS = 4_096
SEED = 42
MOST_PLANS = 300
LANES = 16  # messages of a run that are on their way at once


class Abandoned(Exception):
    """The run was cancelled, or the part was given to another worker."""


@dataclass(frozen=True)
class PlanRow:
    """One plan of a run. `months` are for planner.engine.portfolio.MONTHS; () where it is not priced."""

    plan: Plan
    version: int
    state: str
    months: tuple[Interval, ...]
    unknown: tuple[str, ...]
    prices_as_of: str
    error: str


@dataclass(frozen=True)
class Together:
    """The sum over the plans that are done. `at_least` = something has no price, failed, or is not done."""

    months: tuple[Interval, ...]
    plans: int
    at_least: bool


@transaction.atomic
def create_run(
    scope: str, plans: Iterable[Plan], user: User | None, draws: int = DRAWS, seed: int = SEED
) -> PortfolioRun:
    """A run over the newest version of each plan. It takes the place of the scope's older ones."""
    PortfolioRun.objects.filter(scope=scope).delete()
    heads = [plan.head_id for plan in plans if plan.head_id is not None]
    run = PortfolioRun.objects.create(
        scope=scope, created_by=user, draws=draws, seed=seed, left_out=max(0, len(heads) - MOST_PLANS)
    )
    PortfolioPart.objects.bulk_create(PortfolioPart(run=run, revision_id=head) for head in heads[:MOST_PLANS])
    return run


def newest(scope: str) -> PortfolioRun | None:
    return PortfolioRun.objects.filter(scope=scope).order_by("-created_at").first()


def lanes(run: PortfolioRun) -> int:
    """How many messages start a run."""
    return min(LANES, max(1, run.parts.filter(state__in=(State.QUEUED, State.RUNNING)).count()))


def cancel(run: PortfolioRun) -> None:
    """What is done stays, and its sum is shown."""
    _end(run.pk, State.CANCELLED)


def work(run_id: uuid.UUID) -> bool:
    """Claim one plan and price it. False if nothing of the run is free, or the run has ended."""
    run = PortfolioRun.objects.filter(pk=run_id, state=State.RUNNING).first()
    part = _claimed(run) if run is not None else None
    if run is None or part is None:
        if run is not None:
            _end_if_all_done(run)
        return False
    try:
        _write(part, **_priced(run, part))
    except Abandoned:
        return False
    except Exception as error:  # one plan that cannot be priced must not hide the others
        logger.exception("Version %s could not be priced", part.revision_id)
        told = f"{type(error).__name__}: this plan could not be priced. The others are."
        PortfolioPart.objects.filter(pk=part.pk, claim=part.claim).update(state=State.FAILED, error=told)
    _end_if_all_done(run)
    return True


def sweep() -> list[uuid.UUID]:
    """Runs that nobody works on although they have not ended, once for each message they need."""
    now = timezone.now()
    silent = PortfolioRun.objects.filter(state=State.RUNNING, created_at__lt=now - SILENCE).annotate(
        heard_at=Max("parts__heartbeat_at"),
        silent=Count("parts", Q(parts__state=State.RUNNING, parts__heartbeat_at__lt=now - SILENCE)),
    )
    found: list[uuid.UUID] = []
    for run in silent:
        lost = run.heard_at is None or run.heard_at < now - SILENCE
        found += [run.pk] * (lanes(run) if lost else min(LANES, run.silent))
    return found


def _claimed(run: PortfolioRun) -> PortfolioPart | None:
    """The next free part, now this worker's; None if there is none. A part that kills its workers is given up."""
    while True:
        now = timezone.now()
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, heartbeat_at__lt=now - SILENCE)
        parts = list(run.parts.filter(free).defer("monthly").order_by("pk")[:LANES])
        if not parts:
            return None
        part = parts[uuid.uuid4().int % len(parts)]  # workers that ask at once do not all meet at the first
        if part.attempts >= MOST_ATTEMPTS:
            error = f"Started {MOST_ATTEMPTS} times and never finished."
            run.parts.filter(free, pk=part.pk).update(state=State.FAILED, error=error)
            continue
        part.claim = uuid.uuid4()
        mine = {"state": State.RUNNING, "claim": part.claim, "heartbeat_at": now}
        if run.parts.filter(free, pk=part.pk).update(attempts=F("attempts") + 1, **mine):
            return part


def _priced(run: PortfolioRun, part: PortfolioPart) -> dict[str, Any]:
    revision = part.revision
    stream = Stream(run.draws, run.seed, str(revision.plan_id))

    def beat() -> None:
        _write(part, heartbeat_at=timezone.now())

    found = plan_draws(document_of(revision), current_snapshot(), prices_of(revision.plan), stream, beat)
    return {"state": State.DONE, "monthly": found.monthly.astype("<f8").tobytes(), "result": _result(found)}


def _result(found: PlanDraws) -> dict[str, Any]:
    return {
        "known": found.known,
        "unknown": list(found.unknown),
        "prices_as_of": found.prices_as_of,
        "months": [dataclasses.asdict(one) for one in found.months] if found.known else [],
    }


def _write(part: PortfolioPart, **fields: Any) -> None:
    """Only while the part is still this worker's and the run goes on."""
    running = PortfolioRun.objects.filter(pk=part.run_id, state=State.RUNNING).values("pk")
    mine = PortfolioPart.objects.filter(pk=part.pk, claim=part.claim, state=State.RUNNING, run_id__in=running)
    if not mine.update(**fields):
        raise Abandoned


def _end(run_id: uuid.UUID, state: str) -> None:
    PortfolioRun.objects.filter(pk=run_id, state=State.RUNNING).update(state=state, finished_at=timezone.now())


def _end_if_all_done(run: PortfolioRun) -> None:
    if not run.parts.filter(state__in=(State.QUEUED, State.RUNNING)).exists():
        _end(run.pk, State.DONE)


def rows(run: PortfolioRun) -> list[PlanRow]:
    """Every plan of the run, dearest first, then those without a figure."""
    parts = _shown(run).defer("monthly", "revision__document").select_related("revision__plan")
    found = [_row(part) for part in parts]
    return sorted(found, key=lambda one: (-one.months[0].p50 if one.months else 1.0, one.plan.name))


def _shown(run: PortfolioRun) -> QuerySet[PortfolioPart]:
    """Without plans that were deleted since."""
    return run.parts.filter(revision__plan__deleted_at=None)


def _row(part: PortfolioPart) -> PlanRow:
    result = part.result or {}
    return PlanRow(
        plan=part.revision.plan,
        version=part.revision.number,
        state=part.state,
        months=tuple(Interval(**one) for one in result.get("months", ())),
        unknown=tuple(result.get("unknown", ())),
        prices_as_of=result.get("prices_as_of", ""),
        error=part.error,
    )


def sum_of(run: PortfolioRun, shown: list[PlanRow]) -> Together:
    """Percentiles of the sum over the same draws, of the plans that are done."""
    done = _shown(run).filter(state=State.DONE, result__known=True).order_by("pk").values_list("monthly", flat=True)
    draws = [np.frombuffer(bytes(one), "<f8").reshape(len(MONTHS), run.draws) for one in done if one is not None]
    partly = run.left_out > 0 or any(one.unknown or not one.months for one in shown)
    return Together(together(draws), len(draws), partly)

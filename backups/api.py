"""Restore drills over the API: read them, plan one, record one. The backup scripts post their results here."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from accounts.models import User
from backups import access, services
from backups.board import Past, board_of
from backups.forms.drill import MOST_GIB, MOST_MINUTES
from backups.models import Drill
from planner import access as plans
from planner.engine.document import Plan as Document
from planner.services import document_of, evaluation_of
from planner.views.plan_page import head_of

router = Router(tags=["drills"])
Method = Literal["physical", "logical", "storage-snapshot", "continuous-archive"]


class DrillResult(Schema):
    """What a restore drill measured."""

    model_config = ConfigDict(extra="forbid")

    store: str = Field(max_length=63, description="Slug of a store of the plan.")
    on: dt.date = Field(description="The day on which it was made.")
    restored_gib: float = Field(gt=0, le=MOST_GIB, description="GiB (2^30 bytes) that were read back.")
    minutes: float = Field(gt=0, le=MOST_MINUTES, description="From the start of the restore to the last byte.")
    verified: bool = Field(False, description="Compared with the source and whole. Only then it replaces the estimate.")
    method: Method | None = None
    checks: str = Field("", max_length=500, description="What was compared: row counts, checksums. Needed if verified.")
    note: str = Field("", max_length=10_000)
    log: str = Field("", max_length=services.MOST_LOG_CHARS)
    key: str = Field("", max_length=100, description="Chosen by the sender: a result sent twice is recorded once.")
    drill: uuid.UUID | None = Field(None, description="The planned drill that this is the result of.")


class PlannedDrill(Schema):
    """A drill to be made."""

    model_config = ConfigDict(extra="forbid")

    store: str = Field(max_length=63)
    due_on: dt.date
    owner: str = Field("", max_length=200)


@router.get("/plans/{pk}/drills", summary="Restore drills of a plan: due, planned, made", response=dict[str, Any])
def list_drills(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    plan = plans.plan_read(request, pk)
    head = head_of(plan)
    board = board_of(plan, document_of(head), evaluation_of(head, plan), timezone.localdate())
    return {
        "stores": [
            {
                "store": row.practice.store,
                "tier": row.practice.tier,
                "target_minutes": row.practice.target_minutes,
                "last_on": _day(row.practice.newest.on if row.practice.newest else None),
                "whole_store_minutes": row.practice.whole_minutes,
                "due_on": _day(row.due_on),
                "late_days": row.late_days,
            }
            for row in board.rows
        ],
        "planned": [_planned(one) for one in board.open],
        "made": [_made(one) for one in board.past],
    }


@router.post(
    "/plans/{pk}/drills", summary="Record a restore drill", response={200: dict[str, Any], 201: dict[str, Any]}
)
def record_drill(request: HttpRequest, pk: uuid.UUID, result: DrillResult) -> HttpResponse:
    """201 with the drill; 200 where a drill with this `key` was recorded before. The plan gets a new version."""
    plan = plans.plan_write(request, pk)
    _known(document_of(head_of(plan)), result.store)
    if result.on > timezone.localdate() + dt.timedelta(days=1):
        raise HttpError(422, "on: a drill that was made cannot lie in the future.")
    if result.verified and not result.checks.strip():
        raise HttpError(422, "checks: say what was compared; a drill without a comparison is not verified.")
    planned = access.drill_write(request, pk, result.drill) if result.drill else None
    got = services.Result(**result.dict(exclude={"drill", "method"}), method=result.method or "")
    try:
        drill, new = services.record(plan, got, _author(request), via=Drill.Via.API, planned=planned)
    except services.NotOpen as said:
        raise HttpError(409, str(said)) from None
    return _answer(drill, 201 if new else 200)


@router.post("/plans/{pk}/drills/planned", summary="Plan a restore drill", response={201: dict[str, Any]})
def plan_drill(request: HttpRequest, pk: uuid.UUID, wanted: PlannedDrill) -> HttpResponse:
    plan = plans.plan_write(request, pk)
    _known(document_of(head_of(plan)), wanted.store)
    if wanted.due_on < timezone.localdate():
        raise HttpError(422, "due_on: choose today or a later day.")
    drill = services.schedule(plan, wanted.store, wanted.due_on, wanted.owner, _author(request))
    return _answer(drill, 201)


@router.get(
    "/plans/{pk}/drills/{number}", summary="One restore drill with its log", response=dict[str, Any], url_name="drill"
)
def read_drill(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> dict[str, Any]:
    return _whole(access.drill_read(request, pk, number))


def _known(document: Document, slug: str) -> None:
    if slug not in document.stores:
        raise HttpError(422, f"store: this plan has no store {slug!r}; it has {', '.join(document.stores) or 'none'}.")


def _author(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _answer(drill: Drill, status: int) -> HttpResponse:
    response = JsonResponse(_whole(drill), status=status)
    response["Location"] = reverse("api:drill", args=[drill.plan_id, drill.pk])
    return response


def _whole(drill: Drill) -> dict[str, Any]:
    return {
        "id": str(drill.pk),
        "store": drill.store,
        "state": drill.state,
        "due_on": _day(drill.due_on),
        "owner": drill.owner,
        "checklist": drill.checklist,
        "on": _day(drill.on),
        "restored_gib": drill.restored_gib,
        "minutes": drill.minutes,
        "verified": drill.verified,
        "method": drill.method or None,
        "checks": drill.checks,
        "note": drill.note,
        "log": drill.log,
        "via": drill.via,
        "plan_version": drill.revision.number if drill.revision else None,
        "withdrawn_because": drill.withdrawn_because,
    }


def _planned(drill: Drill) -> dict[str, Any]:
    return {"id": str(drill.pk), "store": drill.store, "due_on": _day(drill.due_on), "owner": drill.owner}


def _made(one: Past) -> dict[str, Any]:
    measured = one.measured.model_dump(mode="json")
    return measured | {"store": one.store, "id": str(one.drill.pk) if one.drill else None, "in_plan": one.in_plan}


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None

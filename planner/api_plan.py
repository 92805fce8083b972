"""Saved plans and their versions over the API. A write names the version it saw: ETag and If-Match."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from accounts.models import User
from planner import access, services
from planner.api_document import BODY, document_dict, plan_of_body
from planner.engine.document import dump_yaml
from planner.models import Plan, Revision

router = Router(tags=["plans"])


class Page(Schema):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)


@router.get("/plans", summary="Plans that you may read", response=dict[str, Any])
def list_plans(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    rows = access.readable(request).select_related("head", "team").defer("head__document").order_by("-updated_at", "pk")
    writable = set(access.writable(request).values_list("pk", flat=True))
    return {
        "plans": [
            _summary(plan, can_write=plan.pk in writable) for plan in rows[page.offset : page.offset + page.limit]
        ],
        "count": rows.count(),
    }


@router.post("/plans", summary="Save a new plan", openapi_extra=BODY, response={201: dict[str, Any]})
def create_plan(request: HttpRequest) -> HttpResponse:
    """Needs a signed-in person. The body is a plan document."""
    owner = person(request)
    plan = services.create_plan(plan_of_body(request), owner=owner, summary="Created through the API")
    response = _answer(request, plan, status=201)
    response["Location"] = reverse("api:read_plan", args=[plan.pk])
    return response


@router.get("/plans/{pk}", summary="One plan with its document", response=dict[str, Any], url_name="read_plan")
def read_plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`Accept: application/yaml` answers with the document alone, as YAML."""
    plan = access.plan_read(request, pk)
    head = head_of(plan)
    if request.headers.get("If-None-Match", "") == etag(head):
        return _tagged(HttpResponse(status=304), head)
    if "yaml" in request.headers.get("Accept", ""):
        text = dump_yaml(services.document_of(head))
        return _tagged(HttpResponse(text, content_type="application/yaml; charset=utf-8"), head)
    return _answer(request, plan)


@router.put("/plans/{pk}", summary="Replace a plan's document", openapi_extra=BODY, response=dict[str, Any])
def replace_plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Needs `If-Match` with the ETag of the version that the document was made from."""
    plan = access.plan_write(request, pk)
    base = _matching_head(request, plan)
    document = plan_of_body(request)
    try:
        services.replace_document(plan, document, base=base, author=_author(request), summary="Saved through the API")
    except services.Stale:
        raise HttpError(412, "The plan has changed since this ETag. Read it again.") from None
    return _answer(request, plan)


@router.delete("/plans/{pk}", summary="Delete a plan", response={204: None})
def delete_plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Needs `If-Match`. The owner can bring the plan back on the page of plans."""
    plan = access.plan_write(request, pk)
    _matching_head(request, plan)
    services.delete_plan(plan)
    return HttpResponse(status=204)


@router.get("/plans/{pk}/revisions", summary="Versions of a plan, newest first", response=dict[str, Any])
def list_revisions(request: HttpRequest, pk: uuid.UUID, page: Query[Page]) -> dict[str, Any]:
    plan = access.plan_read(request, pk)
    rows = plan.revisions.select_related("author").defer("document")
    return {"revisions": [_version(one) for one in rows[page.offset : page.offset + page.limit]], "count": rows.count()}


@router.get("/plans/{pk}/revisions/{number}", summary="One version with its document", response=dict[str, Any])
def read_revision(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    plan = access.plan_read(request, pk)
    found = plan.revisions.select_related("author").filter(number=number).first() if 0 < number < 2**31 else None
    if found is None:
        raise Http404("This plan has no such version.")
    body = _version(found) | {"document": document_dict(services.document_of(found))}
    return _tagged(JsonResponse(body), found)


def etag(revision: Revision) -> str:
    return f'"{revision.number}-{revision.document_sha256[:16]}"'


def _matching_head(request: HttpRequest, plan: Plan) -> Revision:
    """The head, if the caller has seen it: 428 without If-Match, 412 where it names another version."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise HttpError(428, "Send If-Match with the ETag of the version that you read.")
    head = head_of(plan)
    if given.strip() != "*" and etag(head) not in [part.strip() for part in given.split(",")]:
        raise HttpError(412, "The plan has changed since this ETag. Read it again.")
    return head


def _answer(request: HttpRequest, plan: Plan, status: int = 200) -> HttpResponse:
    head = head_of(plan)
    body = _summary(plan, can_write=access.can_write(request, plan))
    body["document"] = document_dict(services.document_of(head))
    return _tagged(JsonResponse(body, status=status), head)


def _tagged(response: HttpResponse, revision: Revision) -> HttpResponse:
    response["ETag"] = etag(revision)
    return response


def _summary(plan: Plan, *, can_write: bool) -> dict[str, Any]:
    return {
        "id": str(plan.pk),
        "name": plan.name,
        "version": head_of(plan).number,
        "document_sha256": head_of(plan).document_sha256,
        "team": plan.team.name if plan.team else None,
        "example": plan.is_example,
        "can_write": can_write,
        "created_at": plan.created_at.isoformat(),
        "updated_at": plan.updated_at.isoformat(),
    }


def _version(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "summary": revision.summary,
        "author": revision.author.email if revision.author else None,
        "document_sha256": revision.document_sha256,
        "created_at": revision.created_at.isoformat(),
    }


def head_of(plan: Plan) -> Revision:
    if plan.head is None:
        raise Http404("This plan has no version.")
    return plan.head


def person(request: HttpRequest) -> User:
    person = _author(request)
    if person is None:
        raise HttpError(401, "Sign in, or send a personal token as Authorization: Bearer.")
    return person


def _author(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None

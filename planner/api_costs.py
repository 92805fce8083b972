"""Costs of a saved plan's stores elsewhere, over the API."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from catalog.services import current_snapshot
from planner import access, services
from planner.api_plan import head_of
from planner.break_even import compared, compared_dict
from planner.elsewhere import plan_row_dict, plan_rows, row_dict, rows_of
from planner.engine.cost_causes import Priced, causes
from planner.engine.cost_change import CostChange, cost_change
from planner.engine.evaluate import plain
from planner.engine.people import People, people_of
from planner.evaluations import evaluation_of, evaluation_repriced, prices_of
from planner.machine_table import machine_dict, machine_table
from planner.models import Plan, Revision

router = Router(tags=["results"])


class Work(Schema):
    """People's work; what is left out is as in the plan, else our assumption."""

    managed_hours: float | None = Field(None, ge=0, le=10_000, description="Hours a month for a store of a vendor.")
    own_hours: float | None = Field(None, ge=0, le=10_000, description="Hours a month for a store that you run.")
    hourly_usd: float | None = Field(None, ge=0, le=1_000_000, description="What one hour costs.")
    against: str = Field("", max_length=120, description="Key of the place for the break-even; empty = the usual one.")

    def people(self, usual: People) -> People:
        return People(
            usual.managed_hours if self.managed_hours is None else self.managed_hours,
            usual.own_hours if self.own_hours is None else self.own_hours,
            usual.hourly_usd if self.hourly_usd is None else self.hourly_usd,
        )


@router.get(
    "/plans/{pk}/stores/{slug}/places",
    summary="Where else a store could run",
    response=dict[str, Any],
    url_name="store_places",
)
def store_places(request: HttpRequest, pk: uuid.UUID, slug: str, work: Query[Work]) -> dict[str, Any]:
    """Every offering of its system or of one that speaks its protocol, and own machines: USD a month with ranges."""
    plan = access.plan_read(request, pk)
    document = services.document_of(head_of(plan))
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    snapshot, prices, people = current_snapshot(), prices_of(plan), work.people(people_of(document))
    rows = rows_of(document, slug, snapshot, prices, people)
    found = compared(document, slug, rows, work.against, people, snapshot, prices)
    return {
        "store": slug,
        "price_snapshot": prices.id,
        "places": [row_dict(row) for row in rows],
        "break_even": compared_dict(found),
    }


@router.get(
    "/plans/{pk}/stores/{slug}/size",
    summary="Why a store has its size",
    response=dict[str, Any],
    url_name="store_size",
)
def store_size(request: HttpRequest, pk: uuid.UUID, slug: str) -> dict[str, Any]:
    """Every machine on offer, cheapest first, at the likely inputs: chosen, costs more, or refused and for what."""
    plan = access.plan_read(request, pk)
    document = services.document_of(head_of(plan))
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    prices = prices_of(plan)
    table = machine_table(document, slug, current_snapshot(), prices)
    return {
        "store": slug,
        "price_snapshot": prices.id,
        "one_copy_needs": dict(table.needs),
        "copies": table.copies,
        "machines": [machine_dict(one) for one in table.rows],
        "unknown": list(table.unknown),
    }


@router.get("/plans/{pk}/places", summary="The same plan elsewhere", response=dict[str, Any], url_name="plan_places")
def plan_places(request: HttpRequest, pk: uuid.UUID, work: Query[Work]) -> dict[str, Any]:
    """All stores at each cloud, as services or on own machines: USD a month, people's hours, what is not priced."""
    plan = access.plan_read(request, pk)
    document = services.document_of(head_of(plan))
    prices = prices_of(plan)
    rows = plan_rows(document, current_snapshot(), prices, work.people(people_of(document)))
    return {"price_snapshot": prices.id, "places": [plan_row_dict(row, document) for row in rows]}


class Seen(Schema):
    """Which prices were looked at before they are taken."""

    price_book: str = Field(max_length=64, description="`newest_price_book` of the answer that was looked at.")


@router.get("/plans/{pk}/reprice", summary="What newer prices change", response=dict[str, Any], url_name="reprice")
def read_reprice(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    """The plan's cost now and with the newest prices, in parts that sum to the change. Nothing is changed."""
    return _repricing(access.plan_read(request, pk))


@router.post("/plans/{pk}/reprice", summary="Take the newest prices", response=dict[str, Any])
def take_reprice(request: HttpRequest, pk: uuid.UUID, seen: Seen) -> dict[str, Any]:
    """Answers 409 where newer prices than those named were published meanwhile. The answer is the diff that was taken."""
    plan = access.plan_write(request, pk)
    taken = _repricing(plan)
    if not services.reprice(plan, seen.price_book):
        raise HttpError(409, "These are not the newest prices. Look at the difference again.")
    return taken


@router.get(
    "/plans/{pk}/revisions/{old}..{new}/costs",
    summary="Why two versions of a plan differ in cost",
    response=dict[str, Any],
    url_name="cost_change",
)
def read_cost_change(request: HttpRequest, pk: uuid.UUID, old: int, new: int) -> dict[str, Any]:
    """Both at the plan's prices, USD a month at likely inputs: by what was changed, and line by line; both sum to the change."""
    plan = access.plan_read(request, pk)
    first, last = (_numbered(plan, number) for number in (old, new))
    snapshot, prices = current_snapshot(), prices_of(plan)
    before, after = (Priced(services.document_of(one), snapshot, prices) for one in (first, last))
    lines = cost_change(evaluation_of(first, plan).stores, evaluation_of(last, plan).stores)
    return change_dict(lines) | {"by_change": {one.words: str(one.change_usd) for one in causes(before, after)}}


def _numbered(plan: Plan, number: int) -> Revision:
    found = plan.revisions.filter(number=number).first() if 0 < number < 2**31 else None
    if found is None:
        raise Http404("This plan has no such version.")
    return found


def _repricing(plan: Plan) -> dict[str, Any]:
    head = head_of(plan)
    before, after = evaluation_of(head, plan), evaluation_repriced(head, plan)
    return {
        "price_book": services.price_book_of(plan),
        "newest_price_book": services.newest_price_book(),
        "prices_as_of": {"old": before.totals.prices_as_of, "new": after.totals.prices_as_of},
        "monthly_usd": {"old": plain(before.totals.monthly_usd), "new": plain(after.totals.monthly_usd)},
        "likely": change_dict(cost_change(before.stores, after.stores)),
    }


def change_dict(change: CostChange) -> dict[str, Any]:
    """USD a month at likely inputs as exact texts: the parts sum to `change_usd`."""
    return {
        "old_usd": str(change.old_usd),
        "new_usd": str(change.new_usd),
        "change_usd": str(change.change_usd),
        "by_reason": {words: str(usd) for words, usd in change.by_reason},
        "by_store": {slug: str(usd) for slug, usd in change.by_store},
        "parts": [plain(part) | {"reason": part.reason} for part in change.largest],
        "unpriced": list(change.unpriced),
    }

"""Restore drills of a plan: the board, planning, recording, one drill, evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backups import access, services
from backups.board import Board, board_of
from backups.evidence import as_csv, content_of
from backups.forms.drill import RecordForm, ScheduleForm, WithdrawForm
from backups.models import CalendarLink, Drill
from planner import access as plans
from planner import report
from planner.models import Plan
from planner.views.plan_page import author, head_of, plan_context


def board_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    context = plan_context(request, plan, tab="backups")
    board = board_of(plan, context["document"], context["evaluation"], timezone.localdate())
    return context | {"board": board, "today": timezone.localdate()}


@require_GET
def drills(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    plan = plans.plan_read(request, pk)
    context = board_context(request, plan)
    context["has_calendar"] = CalendarLink.objects.filter(plan=plan, revoked_at=None).exists()
    return render(request, "backups/drills.html", context)


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = plans.plan_write(request, pk)
    context = board_context(request, plan)
    form = ScheduleForm(request.POST or None, plan=context["document"], initial=_first_due(request, context["board"]))
    if form.is_valid():
        got = form.cleaned_data
        drill = services.schedule(plan, got["store"], got["due_on"], got["owner"], author(request))
        messages.success(request, f"Drill of {drill.store} planned for {drill.due_on:%d %b %Y}")
        return to_board(plan)
    return _form_page(request, context | {"form": form, "title": "Plan a drill", "button": "Plan it"})


@require_POST
def schedule_all(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = plans.plan_write(request, pk)
    context = board_context(request, plan)
    today: dt.date = context["today"]
    due = [(row.practice.store, max(row.due_on or today, today)) for row in context["board"].rows]
    made = services.schedule_all(plan, due, str(request.POST.get("owner", "")), author(request))
    messages.success(request, f"{len(made)} drill{'' if len(made) == 1 else 's'} planned")
    return to_board(plan)


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A drill that nobody planned."""
    return _record(request, plans.plan_write(request, pk), None)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> HttpResponseBase:
    """The result of a planned drill."""
    drill = access.drill_write(request, pk, number)
    return _record(request, drill.plan, drill)


def _record(request: HttpRequest, plan: Plan, planned: Drill | None) -> HttpResponseBase:
    context = board_context(request, plan)
    store = planned.store if planned else request.GET.get("store", "")
    form = RecordForm(
        request.POST or None, plan=context["document"], initial={"store": store, "on": timezone.localdate()}
    )
    if form.is_valid():
        try:
            drill, _ = services.record(plan, form.result(), author(request), planned=planned)
        except services.NotOpen as said:
            form.add_error(None, str(said))
        else:
            messages.success(request, f"Drill of {drill.store} recorded")
            return HttpResponseRedirect(reverse("backups:drill", args=[plan.pk, drill.pk]))
    return _form_page(
        request, context | {"form": form, "title": "Record a drill", "button": "Record it", "planned": planned}
    )


@require_GET
def drill(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> HttpResponse:
    shown = access.drill_read(request, pk, number)
    return drill_page(request, shown, WithdrawForm())


def drill_page(request: HttpRequest, shown: Drill, form: WithdrawForm, status: int = 200) -> HttpResponse:
    context = board_context(request, shown.plan)
    practice = next((row.practice for row in context["board"].rows if row.practice.store == shown.store), None)
    history = [one for one in context["board"].past if one.store == shown.store]
    context |= {
        "drill": shown,
        "practice": practice,
        "history": history[::-1],
        "form": form,
        "has_errors": status == 422,
    }
    return render(request, "backups/drill.html", context, status=status)


@require_POST
def tick(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> HttpResponseBase:
    shown = access.drill_write(request, pk, number)
    done = {int(one) for one in request.POST.getlist("done") if one.isascii() and one.isdecimal()}
    return _changed(request, shown, lambda: services.tick(shown, done), "Checklist saved")


@require_POST
def call_off(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> HttpResponseBase:
    shown = access.drill_write(request, pk, number)
    return _changed(request, shown, lambda: services.call_off(shown), f"Drill of {shown.store} called off")


@require_POST
def withdraw(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> HttpResponseBase:
    shown = access.drill_write(request, pk, number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return drill_page(request, shown, form, status=422)
    because = form.cleaned_data["because"]
    said = f"Drill of {shown.store} withdrawn"
    return _changed(request, shown, lambda: services.withdraw(shown, because, author(request)), said)


def _changed(request: HttpRequest, shown: Drill, change: Any, said: str) -> HttpResponseBase:
    """Do it and say so; a drill that is no longer open says why nothing happened."""
    try:
        change()
    except services.NotOpen as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("backups:drill", args=[shown.plan_id, shown.pk]))


@require_GET
def evidence(request: HttpRequest, pk: uuid.UUID, fmt: str) -> HttpResponse:
    """Everything about this plan's drills, for an audit."""
    plan = plans.plan_read(request, pk)
    context = board_context(request, plan)
    if fmt == "csv":
        response = HttpResponse(as_csv(context["board"]), content_type="text/csv; charset=utf-8")
    elif fmt == "pdf":
        made = content_of(context["board"], context["document"], head_of(plan), context["today"])
        response = HttpResponse(report.pdf(made)[0], content_type="application/pdf")
    else:
        raise Http404("Evidence comes as csv or pdf.")
    response["Content-Disposition"] = f'attachment; filename="drills.{fmt}"'
    return response


def to_board(plan: Plan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("backups:drills", args=[plan.pk]))


def _first_due(request: HttpRequest, board: Board) -> dict[str, Any]:
    store = request.GET.get("store", "")
    row = next((one for one in board.rows if one.practice.store == store), None)
    today = timezone.localdate()
    return {"store": store, "due_on": max(row.due_on or today, today) if row else today}


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    bad = bool(context["form"].errors)
    return render(request, "backups/drill_form.html", context | {"has_errors": bad}, status=422 if bad else 200)

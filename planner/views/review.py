"""The design review: findings, what to do about each, and accepting one with a reason and an end."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalog.services import current_snapshot
from planner import access, services
from planner.engine import edits
from planner.engine.advice import RULES, rule_of
from planner.engine.balance import balance
from planner.engine.document import DocumentError, Waiver
from planner.engine.document import Plan as Document
from planner.engine.finding_groups import asked_for, grouped
from planner.engine.fix_check import GRAVITY
from planner.engine.results import Finding
from planner.engine.rules.rule import at_data_set
from planner.forms.waiver import WaiverForm
from planner.views.changed import Changed
from planner.views.editing import save, shows_conflict
from planner.views.fixes import Offer, offer_for, totals_changed
from planner.views.plan_page import base_revision, is_htmx, plan_context, say

SHOWN = ("open", "waived", "passed")
MOST_WORDS_CHARS = 200


@require_GET
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return review_page(request, plan_context(request, access.plan_read(request, pk), tab="review"))


def review_page(
    request: HttpRequest, context: dict[str, Any], form: WaiverForm | None = None, status: int = 200
) -> HttpResponse:
    """Also serves shared plans. ?show=open|waived|passed &severity= &q= choose, &rule=<id>&at=<place> picks one."""
    findings, places = context["evaluation"].findings, place_names(context["document"])
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    opened, waived = [one for one in findings if not one.waived_until], [one for one in findings if one.waived_until]
    kind = waived if show == "waived" else opened
    severity, words = request.GET.get("severity", ""), request.GET.get("q", "")[:MOST_WORDS_CHARS].replace("\0", "")
    severity = severity if severity in GRAVITY else ""
    groups = grouped(asked_for(kind, places, severity, words))
    listed = [one for group in groups for one in group.findings]
    source = form.data if form else request.GET
    picked = picked_of(listed, source.get("rule", ""), source.get("at", "")) if show != "passed" else None
    context |= {
        "show": show,
        "severity": severity,
        "q": words,
        "severities": [(one, sum(found.severity == one for found in kind)) for one in GRAVITY],
        "keep": urlencode(
            {"show": show} | ({"severity": severity} if severity else {}) | ({"q": words} if words else {})
        ),
        "groups": [(group, rule_of(group.rule)) for group in groups],
        "listed": listed,
        "opened": opened,
        "waived": waived,
        "kind": kind,
        "passed": [rule for rule in RULES if rule.id in context["evaluation"].passed_rules],
        "rules": len(RULES),
        "places": places,
        "balance": balance(context["document"], context["evaluation"], current_snapshot()),
        **panel(context, picked, listed, form),
    }
    fragment = is_htmx(request) and "q" in request.GET
    return render(request, "planner/_review_list.html" if fragment else "planner/review.html", context, status=status)


def picked_of(listed: list[Finding], rule: str, at: str) -> Finding | None:
    """The finding that was asked for, else the first."""
    return next((one for one in listed if (one.rule, one.at) == (rule, at)), listed[0] if listed else None)


def panel(
    context: dict[str, Any], picked: Finding | None, listed: list[Finding], form: WaiverForm | None
) -> dict[str, Any]:
    """What stands beside the list: one finding, its fix with what would come of it, and its neighbours."""
    if picked is None:
        return {"picked": None, "has_errors": False}
    place = listed.index(picked)
    offer = offer_for(context["document"], context["evaluation"], picked, context["plan"])
    return {
        "picked": picked,
        "rule": rule_of(picked.rule),
        "number": place + 1,
        "before": listed[place - 1] if place else None,
        "after": listed[place + 1] if place + 1 < len(listed) else None,
        "ended": _ended(context["document"], picked),
        "offer": offer,
        "offer_totals": _offer_totals(context, offer) if offer else (),
        "form": form or _empty_form(context["document"], picked),
        "has_errors": bool(form and form.errors),
    }


def _offer_totals(context: dict[str, Any], offer: Offer) -> tuple[Changed, ...]:
    """Cost, targets and findings as they would be; no cost where the link hides costs."""
    rows = totals_changed(context["evaluation"], offer.evaluation)
    return rows[1:] if context["hide_costs"] else rows


def place_names(document: Document) -> dict[str, str]:
    """What the places of findings are called: data sets, services and stores by their names."""
    names = {f"stores/{slug}": store.name for slug, store in document.stores.items()}
    names |= {f"services/{slug}": service.name for slug, service in document.services.items()}
    names |= {at_data_set(ref.path): ref.data_set.name for ref in document.data_sets()}
    return names | {"stores": "All stores", "team": "Team", "": "The plan"}


def _ended(document: Document, finding: Finding) -> Waiver | None:
    """The waiver of this finding that holds no more: it says why it was accepted then."""
    found = (one for one in document.waivers if (one.rule, one.at) == (finding.rule, finding.at))
    return None if finding.waived_until else next(found, None)


def _empty_form(document: Document, finding: Finding) -> WaiverForm:
    ended = _ended(document, finding)
    return WaiverForm(initial={"rule": finding.rule, "at": finding.at, "reason": ended.reason if ended else ""})


@require_POST
@shows_conflict
def waive(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    form = WaiverForm(request.POST)
    if form.is_valid():
        got = form.cleaned_data
        waiver = Waiver(rule=got["rule"], at=got["at"], until=got["until"], reason=got["reason"])
        try:
            save(
                request,
                plan,
                edits.with_waiver(services.document_of(base), waiver),
                base=base,
                summary=f"Accepted {got['rule']}",
            )
        except DocumentError as error:
            form.add_error("reason", str(error))
        else:
            say(request, f"Accepted until {got['until']:%d %b %Y}")
            return HttpResponseRedirect(f"/plans/{plan.pk}/review/")
    return review_page(request, plan_context(request, plan, tab="review"), form, status=422)


@require_POST
@shows_conflict
def unwaive(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    rule, at = request.POST.get("rule", ""), request.POST.get("at", "")
    save(
        request,
        plan,
        edits.without_waiver(services.document_of(base), rule, at),
        base=base,
        summary=f"Opened {rule} again",
    )
    say(request, "The finding is open again")
    return HttpResponseRedirect(f"/plans/{plan.pk}/review/?show=open")

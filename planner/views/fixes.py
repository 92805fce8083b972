"""Fixing a finding with a click: what would change, with its consequences, and then the change as a new version."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.advice import mended, rule_of
from planner.engine.diff import Change, diff
from planner.engine.document import Plan as Document
from planner.engine.fix_check import objections, open_findings
from planner.engine.results import Evaluation, Finding
from planner.engine.rules.rule import Fix, Look
from planner.evaluations import evaluation_of_document
from planner.models import Plan, Revision
from planner.views import changed
from planner.views.editing import save, shows_conflict
from planner.views.plan_page import base_revision, head_of, plan_context, redirect_to, say


@dataclass(frozen=True)
class Offer:
    """A finding that the application can mend in one version of a plan."""

    finding: Finding
    fix: Fix
    before: Document
    after: Document
    evaluation: Evaluation  # of `after`
    objections: tuple[str, ...]  # why it is not offered as a click; the finding keeps its words then


@require_http_methods(["GET", "POST"])
@shows_conflict
def fix(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    return _applied(request, plan) if request.method == "POST" else _preview(request, plan)


def _preview(request: HttpRequest, plan: Plan) -> HttpResponseBase:
    offer = offer_of(plan, head_of(plan), request.GET.get("rule", ""), request.GET.get("at", ""))
    if offer is None:
        raise Http404("There is nothing here that can be fixed with a click.")
    context = plan_context(request, plan, tab="review")
    context |= {
        "offer": offer,
        "review_url": review_url(plan, offer.finding),
        **consequences(context["evaluation"], offer),
    }
    return render(request, "planner/fix.html", context)


def _applied(request: HttpRequest, plan: Plan) -> HttpResponseBase:
    base = base_revision(request, plan)
    offer = offer_of(plan, base, request.POST.get("rule", ""), request.POST.get("at", ""))
    if offer is None:
        say(request, "Nothing to fix: this finding is gone", undo=False)
        return redirect_to(request, review_url(plan))
    save(request, plan, offer.after, base=base, summary=f"Fixed {offer.finding.rule}: {offer.finding.title}")
    say(request, f"Fixed: {offer.fix.label}")
    return redirect_to(request, review_url(plan))


def offer_of(plan: Plan, revision: Revision, rule_id: str, at: str) -> Offer | None:
    """What a click would do about this finding; None where it is not there, or has no single right change."""
    evaluation, document = services.evaluation_of(revision, plan), services.document_of(revision)
    finding = next((one for one in evaluation.findings if (one.rule, one.at) == (rule_id, at)), None)
    offer = offer_for(document, evaluation, finding, plan) if finding else None
    return offer if offer and not offer.objections else None


def offer_for(document: Document, evaluation: Evaluation, finding: Finding, plan: Plan) -> Offer | None:
    """The fix of a finding with what would come of it; None where no single change is right."""
    rule = rule_of(finding.rule)
    if rule is None or rule.mend is None:
        return None
    look = Look(
        document, current_snapshot(), evaluation.stores, evaluation.recovery, evaluation.rankings, timezone.localdate()
    )
    after = mended(rule, look, finding.at)
    if after is None:
        return None
    then = evaluation_of_document(after, plan)
    return Offer(finding, rule.mend, document, after, then, objections(evaluation, then, finding))


def totals_changed(before: Evaluation, after: Evaluation) -> tuple[changed.Changed, ...]:
    return tuple(compare(before.totals, after.totals) for compare in (changed.cost, changed.targets, changed.findings))


def consequences(before: Evaluation, offer: Offer) -> dict[str, object]:
    """Totals, recovery and findings as they are and as they would be, and the document's changes."""
    after = offer.evaluation
    names = {ref.path: ref.data_set.name for ref in offer.after.data_sets()}
    recoveries = (
        changed.recovery(before.recovery.get(path), after.recovery.get(path), name) for path, name in names.items()
    )
    known, then = open_findings(before), open_findings(after)
    changes: tuple[Change, ...] = diff(offer.before, offer.after)
    return {
        "totals_changed": totals_changed(before, after),
        "changes": changes,
        "recovery_changed": [row for rows in recoveries for row in rows],
        "findings_new": [one for key, one in then.items() if key not in known],
        "findings_gone": [one for key, one in known.items() if key not in then],
    }


def review_url(plan: Plan, finding: Finding | None = None) -> str:
    url = reverse("planner:review", args=[plan.pk])
    return f"{url}?{urlencode({'rule': finding.rule, 'at': finding.at})}" if finding else url

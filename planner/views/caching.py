"""The caches of a plan: what each answers, leaves to the store behind, and shows out of date; choices tried, then saved."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from catalog.corrections import corrections_on, with_names
from catalog.services import current_snapshot
from planner import access, services
from planner.caches import CacheRow, row_of, rows, shown_of
from planner.engine import edits
from planner.engine.caching.alternatives import rooms, ways
from planner.engine.caching.settings import settings_for
from planner.engine.caching.skeletons import skeleton_for
from planner.engine.caching.worth import worth_of
from planner.engine.document import Plan
from planner.engine.results import Evaluation, Finding
from planner.evaluations import prices_of
from planner.forms import words
from planner.forms.cache_choice import CacheChoiceForm
from planner.views.editing import save, shows_conflict
from planner.views.plan_page import base_revision, is_htmx, plan_context, redirect_to, say

LAYERS = tuple(words.CACHE_LAYERS)
# What goes when the memory is full: in words, and Redis's name for it
ROOMS = {
    "lru": ("Least recently used (LRU)", "allkeys-lru"),
    "lfu": ("Least often used (LFU)", "allkeys-lfu"),
    "fifo": ("Next to expire (TTL), as first in, first out", "volatile-ttl"),
    "random": ("Any (random)", "allkeys-random"),
}


@require_GET
def caching(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return caching_page(request, plan_context(request, access.plan_read(request, pk), tab="caching"))


def caching_page(
    request: HttpRequest, context: dict[str, Any], bound: CacheChoiceForm | None = None, path: str = ""
) -> HttpResponse:
    """Also serves shared plans. ?set=<path> picks a cache; the form's fields in the address try other choices."""
    document: Plan = context["document"]
    cached = rows(document)
    path = path or request.GET.get("set", "")
    picked = next((one for one in cached if one.path == path), cached[0] if cached else None)
    context |= {
        "rows": cached,
        "layers": [
            (words.CACHE_LAYERS[slug], words.CACHE_TOOLS[slug], [one for one in cached if one.cache.layer == slug])
            for slug in LAYERS
        ],
        "findings": findings(context["evaluation"]),
        "corrections": with_names(corrections_on("caching")),
    }
    if picked is not None:
        context |= _picked(request, document, picked, bound)
        context["others"] = _others(context)
        context["worth"] = None if context["hide_costs"] else _worth(context)
    fragment = is_htmx(request) and picked is not None and "strategy" in request.GET
    template = "planner/_caching_effect.html" if fragment else "planner/caching.html"
    return render(request, template, context, status=422 if bound is not None else 200)


def _picked(request: HttpRequest, document: Plan, picked: CacheRow, bound: CacheChoiceForm | None) -> dict[str, Any]:
    trying = "strategy" in request.GET and bound is None
    form = bound or CacheChoiceForm(request.GET if trying else None, plan=document, cache=picked.cache)
    tried = with_choice(document, picked.path, form) if form.is_bound and form.is_valid() else document
    return {
        "picked": picked,
        "tried": tried,
        "form": form,
        "trying": tried != document,
        "shown": shown_of(tried, row_of(tried, picked.path)),
        "files": [
            one for one in (settings_for(tried, picked.path), skeleton_for(tried, picked.path)) if one is not None
        ],
        "has_errors": bool(form.errors),
    }


def _address(context: dict[str, Any], **changed: str) -> str:
    """The address that tries what the form holds, with a change."""
    form = context["form"]
    now = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    return "?" + urlencode(now | {"set": context["picked"].path} | changed)


def _others(context: dict[str, Any]) -> dict[str, Any] | None:
    """The same cache with each other choice, and the address that tries it."""
    inputs = context["shown"].inputs
    if inputs is None:
        return None
    found = []
    for way in ways(inputs):
        changed = {"strategy": way.strategy} | ({"invalidation": way.invalidation} if way.invalidation else {})
        label = words.CACHE_STRATEGIES[way.strategy]
        when = words.INVALIDATIONS[way.invalidation] if way.invalidation else ""
        label += f", {when[0].lower()}{when[1:]}" if when else ""
        found.append((label, way, _address(context, **changed)))
    known = dict(context["form"].fields["eviction"].choices) if "eviction" in context["form"].fields else {}
    rows = [
        (ROOMS[one.policy][0], one, _address(context, eviction=slug) if (slug := ROOMS[one.policy][1]) in known else "")
        for one in rooms(inputs)
    ]
    return {"ways": found, "rooms": rows}


def _worth(context: dict[str, Any]) -> dict[str, Any] | None:
    """What the cache costs and saves, and for each size the address that tries it."""
    shown, tried, path = context["shown"], context["tried"], context["picked"].path
    prices = prices_of(context["plan"])
    found = worth_of(tried, path, shown.inputs, current_snapshot(), prices) if shown.inputs else None
    if found is None:
        return None
    sizes = [(one, _address(context, memory_gib=f"{one.memory_gib:.4g}")) for one in found.sizes]
    return {"found": found, "sizes": sizes}


def with_choice(document: Plan, path: str, form: CacheChoiceForm) -> Plan:
    """The plan with what the form says; the eviction policy belongs to the store, and holds for all caches in it."""
    data_set = document.data_set(path)
    if data_set.cache is None:
        return document
    cache = form.tried(data_set.cache)
    after = edits.with_data_set(document, path, data_set.model_copy(update={"cache": cache}))
    if "eviction" in form.fields and cache.store:
        store = after.stores[cache.store].model_copy(update={"eviction": form.cleaned_data["eviction"] or None})
        after = edits.with_store(after, cache.store, store)
    return after


@require_POST
@shows_conflict
def choose(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponseBase:
    """Save the choices of one cache."""
    plan = access.plan_write(request, pk)
    path = f"{service}/{data}"
    base = base_revision(request, plan)
    document = services.document_of(base)
    picked = next((one for one in rows(document) if one.path == path), None)
    if picked is None:
        raise Http404("This plan has no such cache.")
    form = CacheChoiceForm(request.POST, plan=document, cache=picked.cache)
    if not form.is_valid():
        return caching_page(request, plan_context(request, plan, tab="caching"), form, path)
    name = picked.data_set.name
    save(request, plan, with_choice(document, path, form), base=base, summary=f"Changed the cache of {name}")
    say(request, f"The cache of {name} is saved")
    return redirect_to(request, f"{reverse('planner:caching', args=[plan.pk])}?{urlencode({'set': path})}")


def findings(evaluation: Evaluation) -> tuple[Finding, ...]:
    """Open findings about caches and how they forget."""
    return tuple(
        one for one in evaluation.findings if not one.waived_until and one.rule.startswith(("caching.", "eviction."))
    )

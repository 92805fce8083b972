"""All that is commonly believed and is not, or no longer, true."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog.corrections import TOPICS, all_corrections, corrections_on, with_names
from catalog.views.conditional import etag


@vary_on_cookie
@require_safe
@condition(etag_func=etag)
def believed(request: HttpRequest) -> HttpResponse:
    """By topic; what belongs to no topic stands under the systems it speaks of."""
    groups = [(label, with_names(corrections_on(topic))) for topic, label in TOPICS.items()]
    rest = tuple(one for one in all_corrections() if not one.topics)
    context = {"groups": [*groups, ("Single systems", with_names(rest))]}
    return render(request, "catalog/believed.html", context)

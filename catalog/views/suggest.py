"""Suggesting an edit of a fact, and the page behind the link with which its sender follows it. No account is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog import presentation, rate_limit, services, suggestions
from catalog.forms.suggestion import AnswerForm, SuggestionForm
from catalog.models import Suggestion
from catalog.subjects import Subject, subject_of

TOO_MANY = "Too many suggestions came in within this hour. What you typed is still here: send it again later."


@never_cache
@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest, slug: str) -> HttpResponseBase:
    subject = subject_of(services.current_snapshot(), slug, request.GET.get("fact", ""))
    if subject is None:
        raise Http404(f"Nothing of this name in the facts of {slug!r}")
    if request.method == "GET":
        return _form_page(request, subject, SuggestionForm(subject))
    form = SuggestionForm(subject, request.POST)
    if not form.is_valid():
        return _form_page(request, subject, form, status=422)
    if not rate_limit.allowed(request, slug):
        return _form_page(request, subject, form, status=429)
    cleaned = form.cleaned_data
    _, token = suggestions.create(subject, cleaned["value"], cleaned["source"], cleaned["comment"])
    response = redirect("catalog:suggestion", token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _form_page(request: HttpRequest, subject: Subject, form: SuggestionForm, status: int = 200) -> HttpResponse:
    context = {
        "subject": subject,
        "database": subject.database,
        "sources": presentation.sources_of(subject.sources),
        "form": form,
        "too_many": TOO_MANY if status == 429 else "",
    }
    response = render(request, "catalog/suggest.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    if status == 429:
        response["Retry-After"] = str(rate_limit.HOUR_SECONDS)
    return response


def private(view: Callable[[HttpRequest, Suggestion], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The address is a secret: not indexed, not kept, not told to the sites that are linked."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponseBase:
        found = suggestions.by_token(token)
        response = view(request, found) if found else render(request, "404.html", status=404)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        patch_cache_control(response, private=True, no_store=True)
        return response

    return wrapper


@require_http_methods(["GET", "POST"])
@private
def suggestion(request: HttpRequest, found: Suggestion) -> HttpResponseBase:
    if request.method == "GET":
        return _followed(request, found, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _followed(request, found, form, status=422)
    if not rate_limit.allowed(request, found.database_slug):
        return _followed(request, found, form, status=429)
    try:
        suggestions.answer(found, form.cleaned_data["source"], form.cleaned_data["comment"])
    except suggestions.AlreadyDecided as error:
        form.add_error(None, str(error))
        return _followed(request, found, form, status=409)
    return redirect(request.path)


def _followed(request: HttpRequest, found: Suggestion, form: AnswerForm, status: int = 200) -> HttpResponse:
    subject = subject_of(services.current_snapshot(), found.database_slug, found.key)
    context = {
        "suggestion": found,
        "subject": subject,
        "label": subject.label if subject else found.key,
        "name": subject.database.name if subject else found.database_slug,
        "suggested": subject.in_words(found.value) if subject else found.value,
        "form": form,
        "address": request.build_absolute_uri(request.path),
        "too_many": TOO_MANY if status == 429 else "",
    }
    return render(request, "catalog/suggestion.html", context, status=status)

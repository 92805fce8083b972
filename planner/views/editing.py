"""How every edit of a plan is saved and answered: the same way for a plain form and for htmx."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from planner import access, services
from planner.engine.document import Plan as Document
from planner.models import Plan, Revision
from planner.views.plan_page import author, conflict_page

View = Callable[..., HttpResponseBase]


def shows_conflict(view: View) -> View:
    """A write that meets somebody else's change of the same field answers with the page that shows both sides."""

    @wraps(view)
    def wrapper(request: HttpRequest, pk: uuid.UUID, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, pk, *args, **kwargs)
        except services.Conflict as conflict:
            return conflict_page(request, access.plan_read(request, pk), conflict)

    return wrapper


def save(request: HttpRequest, plan: Plan, document: Document, *, base: Revision, summary: str) -> Revision:
    return services.save_revision(plan, document, base=base, author=author(request), summary=summary)

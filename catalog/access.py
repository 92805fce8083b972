"""Who may curate: people with the staff mark. To everybody else the pages of curation do not exist."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from accounts.models import User


def is_curator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_active and request.user.is_staff


def curator(request: HttpRequest) -> User:
    """The curator who asks; 404 for everybody else."""
    if isinstance(request.user, User) and is_curator(request):
        return request.user
    raise Http404


def curators() -> QuerySet[User]:
    """Everybody who may curate."""
    return User.objects.filter(is_active=True, is_staff=True)

"""Account page and personal API tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import access, services
from accounts.forms import TeamForm, TokenForm
from accounts.models import User


def _page(user: User, **extra: object) -> dict[str, object]:
    return {
        "tokens": user.api_tokens.filter(revoked_at=None).order_by("-created_at"),
        "memberships": user.memberships.select_related("team").order_by("team__name"),
        "token_form": TokenForm(),
        "team_form": TeamForm(),
        **extra,
    }


@login_required
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/settings.html", _page(access.signed_in(request)))


@login_required
@require_POST
@never_cache
def create_token(request: HttpRequest) -> HttpResponse:
    """Shows the token once: it is part of this answer and of no other."""
    user = access.signed_in(request)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/settings.html", _page(user, token_form=form), status=422)
    _, secret = services.create_token(user, form.cleaned_data["name"])
    return render(request, "accounts/settings.html", _page(user, new_token=secret))


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = access.token_write(request, pk)
    services.revoke_token(token)
    messages.success(request, f"Token {token.name} revoked")
    return redirect("accounts:settings")

"""A team's own prices: seen by its members, changed by owners and editors. To everybody else the page does not exist."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import access
from accounts.models import Membership, Team
from catalog import files, price_book, services, team_prices
from catalog.forms.team_prices import ContractForm, DiscountForm
from catalog.models import Price, TeamPrice
from catalog.price_rows import FIELDS, value_of
from catalog.views.price_book import found_prices


def _page(request: HttpRequest, team: Team, role: str, status: int = 200, **forms: Any) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = [(row, price_book.from_json(row.row) if row.row else None) for row in team_prices.of_team(team)]
    writes = role in (Membership.Role.OWNER, Membership.Role.EDITOR)
    snapshot = services.current_snapshot()
    context = {
        "team": team,
        "writes": writes,
        "discounts": [(row, snapshot.offerings.get(row.offering)) for row, price in rows if price is None],
        "contracts": [(row, price) for row, price in rows if price is not None],
        "query": query,
        "found": found_prices(query) if query and writes else (),
        "discount": _discount_form(),
        **forms,
    }
    return render(request, "catalog/prices/team.html", context, status=status)


def _discount_form(data: Any = None) -> DiscountForm:
    return DiscountForm(data, book=services.current_prices(), snapshot=services.current_snapshot())


@never_cache
@login_required
@require_GET
def prices(request: HttpRequest, pk: int) -> HttpResponse:
    team, membership = access.team_read(request, pk)
    return _page(request, team, membership.role)


@login_required
@require_POST
def discount(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_edit(request, pk)
    form = _discount_form(request.POST)
    if not form.is_valid():
        return _page(request, team, Membership.Role.EDITOR, 422, discount=form, form=form)
    got = form.cleaned_data
    scope = {name: got[name] for name in ("provider", "service", "offering")}
    team_prices.add_discount(team, access.signed_in(request), got["percent"], form.days(), got["note"], **scope)
    messages.success(request, "Discount added; plans of this team use it now")
    return redirect("catalog:team_prices", pk)


@never_cache
@login_required
def contract(request: HttpRequest, pk: int, price: int) -> HttpResponse:
    """The team's own amount for one price of the list."""
    team = access.team_edit(request, pk)
    row = get_object_or_404(Price, pk=price, published=True)
    listed = value_of({name: getattr(row, name) for name in FIELDS})
    form = ContractForm(request.POST or None, initial={"region": listed.region})
    if form.is_bound and form.is_valid():
        got = form.cleaned_data
        own = replace(listed, usd=files.plain_decimal(got["usd"]), region=got["region"])
        team_prices.add_contract(team, access.signed_in(request), own, form.days(), got["note"])
        messages.success(request, "Contract price added; plans of this team use it now")
        return redirect("catalog:team_prices", pk)
    context = {"team": team, "price": listed, "row": row, "form": form}
    return render(request, "catalog/prices/contract.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    team = access.team_edit(request, pk)
    team_prices.remove(get_object_or_404(TeamPrice, pk=number, team=team))
    messages.success(request, "Removed; plans of this team are priced without it")
    return redirect("catalog:team_prices", pk)

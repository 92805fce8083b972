"""Curation of the price book: files of the vendors, what they would change, jumps that wait, and the history of a price."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from catalog import access, price_book, price_rows, services
from catalog.forms.prices import PriceFileForm
from catalog.models import Price, PriceHold, PriceRefresh
from catalog.refresh.rows import PriceFileError
from catalog.views.queue import back_to_queue

SHOWN = 200
REFRESHES, FOUND = 50, 60


def _page(request: HttpRequest, form: PriceFileForm, status: int = 200) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    holds = PriceHold.objects.filter(state=PriceHold.State.HELD).select_related("refresh")
    context = {
        "form": form,
        "refreshes": PriceRefresh.objects.select_related("author")[:REFRESHES],
        "holds": [(hold, price_book.from_json(hold.row)) for hold in holds],
        "book": services.current_prices(),
        "query": query,
        "found": found_prices(query) if query else (),
    }
    return render(request, "catalog/prices/list.html", context, status=status)


def found_prices(query: str) -> list[Price]:
    """Published prices of which every word stands somewhere in service, region, resource, what is billed or engine."""
    rows = Price.objects.filter(published=True)
    for word in query.split()[:6]:
        rows = rows.filter(
            Q(service__icontains=word) | Q(region__icontains=word) | Q(resource__icontains=word)
            | Q(billed__icontains=word) | Q(engine__icontains=word) | Q(deployment__icontains=word)
        )  # fmt: skip
    return list(rows.order_by("position")[:FOUND])


@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    access.curator(request)
    return _page(request, PriceFileForm())


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    author = access.curator(request)
    form = PriceFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            refresh = _read(form.cleaned_data["vendor"], form.cleaned_data["file"], author)
        except PriceFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("catalog:price_file", refresh.pk)
    return _page(request, form, 422)


def _read(vendor: str, file: UploadedFile[Any], author: User) -> PriceRefresh:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prices"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        parsed = price_book.read(vendor, file.name or "file", path=path)
    return price_book.propose(parsed, author)


@require_GET
def price_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What one file would change, or did."""
    access.curator(request)
    refresh = get_object_or_404(PriceRefresh.objects.select_related("author"), pk=pk)
    waiting = refresh.state == PriceRefresh.State.PREVIEW
    compared = price_book.compare(price_book.rows_of(refresh), services.current_prices())
    counts = compared.counts if waiting else refresh.counts
    context = {
        "refresh": refresh,
        "waiting": waiting,
        "compared": compared,
        "changed": [(old, new, float(new.usd / old.usd - 1)) for old, new in compared.changed[:SHOWN]],
        "held": [(old, new, float(new.usd / old.usd - 1) if old.usd else 0.0) for old, new in compared.held[:SHOWN]],
        "new": compared.new[:SHOWN],
        "counts": {**refresh.counts, **counts},
        "holds": [(hold, price_book.from_json(hold.row)) for hold in refresh.holds.all()],
        "quarantined": sum(refresh.quarantined.values()),
        "left_out": sum(refresh.left_out.values()),
        "shown": SHOWN,
    }
    return render(request, "catalog/prices/file.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the whole file, or drop it."""
    access.curator(request)
    refresh = get_object_or_404(PriceRefresh, pk=pk)
    try:
        if request.POST.get("do") == "publish":
            done = price_book.publish(refresh)
            messages.success(request, f"Published: {_said(done)}")
        else:
            price_book.drop(refresh)
            messages.success(request, "Dropped; nothing was published")
    except price_book.Decided as error:
        messages.error(request, str(error))
    return back_to_queue(request) or redirect("catalog:price_file", pk)


def _said(refresh: PriceRefresh) -> str:
    counts = refresh.counts
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in ("new", "changed", "confirmed", "held"))


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or reject one price that jumped."""
    author = access.curator(request)
    hold = get_object_or_404(PriceHold, pk=pk)
    try:
        if request.POST.get("do") == "release":
            price_book.release(hold, author)
            messages.success(request, "Released: the new price is published")
        else:
            price_book.reject(hold, author)
            messages.success(request, "Rejected: the published price stays")
    except price_book.Decided as error:
        messages.error(request, str(error))
    return back_to_queue(request) or redirect("catalog:prices")


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every dated row of one price."""
    access.curator(request)
    row = get_object_or_404(Price, pk=pk)
    return render(request, "catalog/prices/history.html", {"price": row, "rows": price_rows.history(row)})

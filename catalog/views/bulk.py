"""Import for curators: a file, what exactly it would change, then drafts. All of it or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from catalog import bulk, curation, services
from catalog.access import curator
from catalog.bulk import BulkError, Proposal
from catalog.models import Revision
from catalog.views.history import sourced

SALT = "catalog.bulk"
VALID_SECONDS = 24 * 3600
MOST_CARRIED = 2_000_000  # characters of the signed form field
MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "POST"])
def bulk_import(request: HttpRequest) -> HttpResponseBase:
    """The first POST brings a file and answers with the preview; the second brings the preview back and makes drafts."""
    person = curator(request)
    if request.method != "POST":
        return _page(request)
    if "carried" in request.POST:
        return _create(request, person)
    file = request.FILES.get("file")
    if file is None:
        return _page(request, problems=("Choose a file: .yaml, .json or .csv",), status=422)
    if (file.size or 0) > bulk.MOST_BYTES:
        text = f"{file.name} has {file.size or 0:,} bytes; at most {bulk.MOST_BYTES:,} are read at once"
        return _page(request, problems=(text,), status=413)
    snapshot = services.current_snapshot()
    try:
        found = bulk.proposals_of(file.read(), file.name or "", snapshot)
    except BulkError as error:
        return _page(request, problems=error.problems, filename=file.name or "", status=422)
    carried = signing.dumps(
        {"snapshot": snapshot.id, "trees": [one.tree for one in found], "file": file.name}, salt=SALT, compress=True
    )
    if len(carried) > MOST_CARRIED:
        return _page(request, problems=("These are too many changes at once; split the file",), status=413)
    return _page(request, found=found, carried=carried, filename=file.name or "")


def _create(request: HttpRequest, person: User) -> HttpResponseBase:
    try:
        got = signing.loads(request.POST["carried"], salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return _page(request, problems=("The preview is too old or was changed; choose the file again",), status=422)
    if got["snapshot"] != services.current_snapshot().id:
        text = "Something was published since the preview; choose the file again to see what it changes now"
        return _page(request, problems=(text,), status=409)
    try:
        made = _propose(got["trees"], person, f"Imported from {got['file']}")
    except curation.CurationError as error:
        return _page(request, problems=error.problems, status=409)
    messages.success(request, f"{len(made)} draft{'s' if len(made) != 1 else ''} made, ready for review")
    return redirect("catalog:queue")


@transaction.atomic
def _propose(trees: list[dict[str, Any]], person: User, comment: str) -> list[Revision]:
    """Every system or none."""
    return [curation.submit(curation.propose(tree, person, comment)) for tree in trees]


def _page(
    request: HttpRequest,
    *,
    problems: tuple[str, ...] = (),
    found: tuple[Proposal, ...] = (),
    carried: str = "",
    filename: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "problems": problems[:MOST_SHOWN],
        "more_problems": max(0, len(problems) - MOST_SHOWN),
        "found": [(one, sourced(list(one.changes))) for one in found],
        "carried": carried,
        "filename": filename,
        "changes": sum(len(one.changes) for one in found),
        "most_mib": bulk.MOST_BYTES // 2**20,
    }
    return render(request, "catalog/import.html", context, status=status)

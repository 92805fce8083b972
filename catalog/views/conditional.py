"""When a page of the catalog has not changed for an anonymous reader: answered with 304, without rendering."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils import timezone

from catalog import services

ROOT = Path(settings.BASE_DIR)
LOOKS = (
    "templates/base.html",
    "templates/ui",
    "templates/catalog",
    "templates/planner",
    "static/css",
    "static/js",
    "catalog/data",
)


@lru_cache(maxsize=1)
def _look() -> str:
    """Changes when a template, style or correction does: with each release."""
    files = [one for name in LOOKS for one in (ROOT / name, *(ROOT / name).glob("*"))]
    return str(max((one.stat().st_mtime_ns for one in files if one.exists()), default=0))


def etag(request: HttpRequest, **_: object) -> str | None:
    """None for who is signed in or has a message waiting: such a page is theirs alone."""
    if request.user.is_authenticated or len(get_messages(request)):
        return None
    parts = (
        services.current_snapshot().id,
        services.current_prices().id,
        _look(),
        str(timezone.localdate()),  # what is out of date or out of support depends on the day
        request.COOKIES.get("theme", ""),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),  # forms in the page hold the token of this cookie
        request.headers.get("HX-Request", ""),
        request.get_full_path(),
    )
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'

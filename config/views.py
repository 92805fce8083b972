"""Pages that belong to no app."""

from __future__ import annotations

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.errors import OUTAGES

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error nobody caught. A database or queue that is down is said in plain words, with 503.

    Rendered without the request: a page that asks for the user would need the database again.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OUTAGES):
        logger.error("The database or the queue cannot be reached: %s", error)
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("500.html"), status=500)

"""The JSON API at /api/v1: who is asking, the one error shape, and the routers of the apps."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from accounts.services import user_of_token
from backups.api import router as backups_router
from catalog.api import router as catalog_router
from catalog.api_facts import router as facts_router
from config.errors import OUTAGES, error_response
from config.middleware import WORDS
from planner.api import router as planner_router
from planner.engine.document import DocumentError

logger = logging.getLogger(__name__)
CODES = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    412: "changed",
    413: "too-large",
    415: "unsupported-type",
    422: "invalid",
    428: "if-match-required",
    429: "too-many",
}


class Caller(AuthBase):
    """Sets `request.user` from `Authorization: Bearer <personal token>`, else keeps the browser's session.

    Nobody is turned away here for being anonymous: each app's access.py decides what a caller may see. A browser is
    recognised by its cookies, and then an unsafe method needs the CSRF token; without cookies nothing can be forged.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            user = user_of_token(raw.strip())
            if user is None:
                raise AuthenticationError(message="This token is unknown or was revoked.")
            request.user = user
            return user
        if request.COOKIES and check_csrf(request) is not None:
            raise AuthorizationError(message="The X-CSRFToken header is missing or wrong.")
        return request.user or True


class DocsPage(DocsBase):
    """A page of our own, rendered by the server: the stock ones load scripts from elsewhere and break the CSP."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_params=kwargs)
        return render(request, "api_docs.html", {"schema": schema, "operations": operations(schema)})


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of the OpenAPI document as a flat list, in the order of the document."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "tag": (operation.get("tags") or ["other"])[0],
            "parameters": operation.get("parameters", []),
            "body": bool(operation.get("requestBody")),
            "answers": sorted(operation.get("responses", {})),
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


api = NinjaAPI(
    title="Polystore",
    version="1",
    description="Plans, their evaluation and the catalog. Errors always look the same.",
    urls_namespace="api",
    auth=Caller(),
    docs=DocsPage(),
)


def on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = [
        {"path": ".".join(str(part) for part in found["loc"]), "line": None, "column": None, "message": found["msg"]}
        for found in error.errors
    ]
    return error_response(422, "invalid", "The request does not have the right shape.", details)


def on_document(request: HttpRequest, error: DocumentError) -> HttpResponse:
    details = [
        {"path": problem.path, "line": problem.line, "column": problem.column, "message": problem.message}
        for problem in error.problems
    ]
    return error_response(422, "invalid-plan", f"The plan has {len(details)} problem(s).", details)


def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return error_response(error.status_code, CODES.get(error.status_code, f"http-{error.status_code}"), error.message)


def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return error_response(404, *WORDS[404])


def on_too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return error_response(413, "too-large", "The request body is too large. A plan document has at most 1 MiB.")


def on_outage(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The database or the queue cannot be reached: %s", error)
    return error_response(503, *WORDS[503])


def on_crash(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("Unexpected error at %s", request.path, exc_info=error)
    return error_response(500, *WORDS[500])


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ValidationError: on_validation,
    DocumentError: on_document,
    HttpError: on_http,
    AuthenticationError: on_http,
    AuthorizationError: on_http,
    Http404: on_missing,
    RequestDataTooBig: on_too_big,
    Exception: on_crash,
    **dict.fromkeys(OUTAGES, on_outage),
}
for exception, handler in HANDLERS.items():
    api.add_exception_handler(exception, handler)
api.add_router("", catalog_router)
api.add_router("", facts_router)
api.add_router("", planner_router)
api.add_router("", backups_router)

"""Makes every error answer below /api/ speak JSON in the one error shape."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from config.errors import error_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]
WORDS = {
    400: ("bad-request", "The request cannot be read."),
    403: ("forbidden", "The request was refused: the CSRF token is missing or wrong."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not answer this method."),
    413: ("too-large", "The request is too large."),
    500: ("internal-error", "Something went wrong on our side. It has been written to the log."),
    503: ("unavailable", "The service is not available for the moment. Nothing was saved; try again soon."),
}


def api_errors(get_response: GetResponse) -> GetResponse:
    """Django answers some errors before or outside the API (no such path, wrong method, CSRF, a crash) in HTML."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        in_api = request.path.startswith("/api/")
        if not in_api or response.status_code < 400 or "json" in response.headers.get("Content-Type", ""):
            return response
        return as_json(response)

    return middleware


def as_json(response: HttpResponseBase) -> JsonResponse:
    status = response.status_code
    code, message = WORDS.get(status, (f"http-{status}", HTTPStatus(status).phrase))
    answer = error_response(status, code, message)
    if "Allow" in response.headers:
        answer.headers["Allow"] = response.headers["Allow"]
    return answer

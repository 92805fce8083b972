"""What a failure looks like from outside: one JSON shape, and which exceptions mean that a server is down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

# The database or the broker cannot be reached. Services save in one transaction, so nothing is half saved.
OUTAGES: tuple[type[Exception], ...] = (OperationalError, InterfaceError, BrokerError, RedisError)
UNREACHABLE: tuple[type[Exception], ...] = (*OUTAGES, OSError)

Detail = Mapping[str, str | int | None]


def error_response(status: int, code: str, message: str, details: Iterable[Detail] = ()) -> JsonResponse:
    """The one error shape of the API. A detail holds path, line, column and message."""
    return JsonResponse({"error": {"code": code, "message": message, "details": list(details)}}, status=status)

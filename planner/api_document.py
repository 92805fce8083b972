"""How a plan document comes in and goes out over the API: YAML or JSON, named by the media type."""

from __future__ import annotations

import json
from typing import Any, Literal

from django.http import HttpRequest
from ninja.errors import HttpError

from planner.engine.document import Needs, Plan, dump_json, parse, parse_needs

Format = Literal["yaml", "json"]
YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain")
DOCUMENT_LIMIT_BYTES = 1024 * 1024
WRAPPER = "document"

NEEDS_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The `needs` of one data set, as JSON or as YAML.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A plan document, as JSON or as YAML.",
        "content": {
            "application/json": {"schema": {"type": "object", "required": ["polystore", "name"]}},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}


def body_format(request: HttpRequest) -> Format | None:
    """The spelling that the media type names; None (find out) where none is given. Others are refused with 415."""
    given = (request.content_type or "").lower()
    if given in ("", "application/octet-stream", "application/x-www-form-urlencoded"):
        return None
    if given == "application/json" or given.endswith("+json"):
        return "json"
    if given in YAML_TYPES or given.endswith("+yaml"):
        return "yaml"
    raise HttpError(415, "Send the plan as application/json or application/yaml.")


def plan_of_body(request: HttpRequest) -> Plan:
    """The document of the body. What GET returned, with the document inside, may be sent back as it came."""
    fmt = body_format(request)
    body = request.body
    if len(body) <= DOCUMENT_LIMIT_BYTES and fmt == "json":
        inner = _unwrapped(body)
        if inner is not None:
            return parse(inner, "json")
    return parse(body, fmt)


def needs_of_body(request: HttpRequest) -> Needs:
    """The `needs` of one data set that stand alone, with the errors of a plan document."""
    return parse_needs(request.body, body_format(request))


def _unwrapped(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None  # the parser says what is wrong, with line and column
    if not isinstance(value, dict) or "polystore" in value or not isinstance(value.get(WRAPPER), dict):
        return None
    return json.dumps(value[WRAPPER])


def document_dict(plan: Plan) -> dict[str, Any]:
    """The document as the JSON value that `dump_json` writes."""
    value: dict[str, Any] = json.loads(dump_json(plan))
    return value

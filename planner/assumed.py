"""What a plan says it assumed, ready to be shown: where in words, what, and where it was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from planner.engine.document import Plan
from planner.report_parts import Section, Table

SECTION, TITLE = "assumptions", "Assumptions of the plan"
WHOLE = "The whole plan"
GROUPS = {"": WHOLE, "stores": "All stores", "services": "All services", "targets": "Recovery targets", "team": "Team"}
NONE_STATED = "The plan states no assumptions of its own."


@dataclass(frozen=True, slots=True)
class Assumed:
    """`url` is empty where the source is words."""

    where: str
    text: str
    source: str
    url: str = ""


def assumed(document: Plan) -> tuple[Assumed, ...]:
    return tuple(
        Assumed(where(document, one.at), one.text, one.source or "not said", _address(one.source))
        for one in document.assumptions
    )


def where(document: Plan, at: str) -> str:
    """The name of what an assumption is about; a place that is no longer in the plan is named as it was written."""
    if at in GROUPS:
        return GROUPS[at]
    kind, *rest = at.split("/")
    if kind == "stores" and len(rest) == 1 and rest[0] in document.stores:
        return document.stores[rest[0]].name
    service = document.services.get(rest[0]) if kind == "services" and rest else None
    if service is None:
        return at
    data_set = service.data.get(rest[2]) if len(rest) == 3 and rest[1] == "data" else None
    return data_set.name if data_set else service.name if len(rest) == 1 else at


def _address(source: str) -> str:
    """Sources are written by users: only a plain web address becomes a link."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    plain = parts.scheme in ("https", "http") and parts.hostname and not parts.username and " " not in source
    return source if plain else ""


def assumptions_section(document: Plan) -> Section:
    """The section of the report."""
    rows = tuple((one.where, one.text, one.source) for one in assumed(document))
    if not rows:
        return Section(SECTION, TITLE, (NONE_STATED,))
    return Section(SECTION, TITLE, tables=(Table(("About", "Assumed", "Source"), rows, (), "", (1.2, 3, 1.8)),))

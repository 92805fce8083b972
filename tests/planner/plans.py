"""Plans for tests: the example document, rows, and browsers."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.core.signing import get_cookie_signer
from django.test import Client

from accounts.models import Team, User
from planner import services
from planner.access import VISITOR_COOKIE, VISITOR_SALT, sha256_hex
from planner.engine.document import Plan as Document
from planner.engine.document import parse
from planner.models import Plan

EXAMPLE = Path(__file__).parents[2] / "planner" / "examples" / "webshop.yaml"
HTMX = {"HX-Request": "true"}


def example() -> Document:
    return parse(EXAMPLE.read_bytes(), "yaml")


def make_plan(
    document: Document | None = None,
    *,
    owner: User | None = None,
    team: Team | None = None,
    visitor: str = "",
    is_example: bool = False,
) -> Plan:
    return services.create_plan(
        document or example(),
        owner=owner,
        team=team,
        visitor=sha256_hex(visitor) if visitor else "",
        is_example=is_example,
    )


def browser(user: User | None = None, visitor: str = "") -> Client:
    """A browser in which this person is signed in, or that holds this visitor's cookie."""
    client = Client()
    if user is not None:
        client.force_login(user)
    if visitor:
        client.cookies[VISITOR_COOKIE] = signed(visitor)
    return client


def signed(key: str) -> str:
    """The cookie as `HttpResponse.set_signed_cookie` writes it."""
    return get_cookie_signer(salt=VISITOR_COOKIE + VISITOR_SALT).sign(key)


def settings_form(plan: Plan) -> dict[str, str]:
    """The fields of the settings page as a browser would send them, unchanged."""
    fields = {"name": plan.name, "provider": "aws", "region": "us-east-1"}
    for tier in ("critical", "high", "medium", "low"):
        fields |= {f"{tier}_rpo_minutes": "1", f"{tier}_rto_minutes": "5"}
    return fields


def form_of(client: Client, url: str) -> dict[str, Any]:
    """The first form with a `base` on the page, as a browser would send it."""
    page = FormReader()
    page.feed(client.get(url).content.decode())
    return next(form for form in page.forms if "base" in form and len(form) > 3)


class FormReader(HTMLParser):
    """Collects the fields of every form with the values that the page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and name and self.forms:
            self._input(found, name, value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and self.forms and "selected" in found:
            self.forms[-1][self.select] = value
        elif tag == "textarea" and self.forms:
            self.textarea = name
            self.forms[-1][name] = ""

    def _input(self, found: dict[str, str | None], name: str, value: str) -> None:
        kind = found.get("type") or "text"
        if kind not in ("checkbox", "radio", "submit", "file") or (kind == "radio" and "checked" in found):
            self.forms[-1][name] = value
        elif kind == "checkbox" and "checked" in found:
            self.forms[-1].setdefault(name, []).append(value or "on")

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.textarea = "" if tag == "textarea" else self.textarea

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.forms[-1][self.textarea] += data

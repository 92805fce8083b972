"""Markup in any name is shown as text on every page of a plan."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.engine.document import dump_yaml, parse
from planner.models import Plan
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def evil() -> Document:
    text = dump_yaml(example())
    quoted = EVIL.replace("'", "''")
    text = re.sub(r"(?m)^(\s*)name: .*$", rf"\1name: '{quoted}'", text)
    return parse(re.sub(r"(?m)^summary: (.|\n)*?(?=^\w)", f"summary: '{quoted}'\n", text), "yaml")


def pages(plan: Plan) -> list[str]:
    base = reverse("planner:plan", args=[plan.pk])
    return [
        "/plans/",
        base,
        *(f"{base}?view={view}" for view in ("table", "yaml")),
        *(f"{base}?select={one}" for one in ("order-service/orders", "store:pg-main", "service:order-service")),
        f"{base}datasets/order-service/orders/",
        f"{base}datasets/order-service/orders/move/?to=mongo-catalog",
        f"{base}datasets/new/",
        f"{base}services/order-service/",
        f"{base}stores/pg-main/",
        f"{base}settings/",
        f"{base}versions/",
        f"{base}versions/2/",
        f"{base}versions/1..2/",
    ]


def test_names_are_text_everywhere() -> None:
    plan = make_plan(visitor="me")
    assert plan.head is not None
    services.save_revision(plan, evil(), base=plan.head, author=None, summary=f"Renamed to {EVIL}")
    make_plan(evil(), is_example=True)
    client = browser(visitor="me")
    for url in ["/", *pages(plan)]:
        for headers in ({}, HTMX):
            page = client.get(url, headers=headers).content.decode()
            assert "<script>alert" not in page, url
            assert "<img src=x" not in page, url
            assert headers or "&lt;script&gt;" in page, url

"""The YAML view: edit the whole plan as text, and download it."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import dump_yaml, parse
from planner.models import Plan
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db


def address(plan: Plan) -> str:
    return reverse("planner:save_text", args=[plan.pk])


def test_the_whole_document_is_replaced() -> None:
    plan = make_plan(visitor="me")
    text = dump_yaml(example().model_copy(update={"name": "Other shop"}))
    response = browser(visitor="me").post(address(plan), {"text": text, "base": plan.head_id})
    assert response.status_code == 302
    plan.refresh_from_db()
    assert plan.name == "Other shop"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_errors_stand_at_their_lines_and_the_text_stays(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    text = "polystore: 1\nname: Shop\nservices:\n  Bad Slug: {}\nstores: 7\n"
    response = browser(visitor="me").post(address(plan), {"text": text, "base": plan.head_id}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Line 4" in page
    assert "Line 5" in page
    assert "Bad Slug" in page
    assert plan.revisions.count() == 1


def test_two_texts_from_the_same_base_are_merged() -> None:
    plan = make_plan(visitor="me")
    client, seen = browser(visitor="me"), plan.head_id
    one = example().model_copy(update={"name": "Other shop"})
    two = example().model_copy(update={"region": "eu-west-1"})
    client.post(address(plan), {"text": dump_yaml(one), "base": seen})
    client.post(address(plan), {"text": dump_yaml(two), "base": seen})
    plan.refresh_from_db()
    assert plan.head is not None
    found = services.document_of(plan.head)
    assert (found.name, found.region) == ("Other shop", "eu-west-1")


def test_windows_line_ends_change_nothing() -> None:
    plan = make_plan(visitor="me")
    text = dump_yaml(example()).replace("\n", "\r\n")
    assert browser(visitor="me").post(address(plan), {"text": text, "base": plan.head_id}).status_code == 302
    assert plan.revisions.count() == 1


def test_a_plan_is_downloaded_as_yaml_and_json_byte_for_byte() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    text = client.get(reverse("planner:export", args=[plan.pk, "yaml"]))
    assert text.content.decode() == dump_yaml(example())
    assert text["Content-Disposition"] == 'attachment; filename="webshop-reference.yaml"'
    assert parse(text.content, "yaml") == example()
    assert json.loads(client.get(reverse("planner:export", args=[plan.pk, "json"])).content)["polystore"] == 1
    assert client.get(reverse("planner:export", args=[plan.pk, "exe"])).status_code == 404


def test_an_old_version_is_downloaded_by_its_number() -> None:
    plan = make_plan(visitor="me")
    assert plan.head is not None
    services.rename_plan(plan, "Other", base=plan.head, author=None)
    client, url = browser(visitor="me"), reverse("planner:export", args=[plan.pk, "yaml"])
    assert "name: Webshop reference" in client.get(url + "?version=1").content.decode()
    assert client.get(url + "?version=77").status_code == 404
    assert client.get(url + "?version=x").status_code == 404

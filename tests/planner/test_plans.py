"""My plans, the start page, copying, deleting, settings."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.engine.document import dump_json, dump_yaml
from planner.models import Plan
from planner.starting_points import example_files
from tests.factories import People, make_user
from tests.planner.plans import EXAMPLE, HTMX, browser, example, make_plan, settings_form

pytestmark = pytest.mark.django_db
START = "/start/"


def queries(client: Client, url: str) -> int:
    """Which catalog and which prices are the newest is asked every two seconds, not once per page: here never again."""
    with patch("catalog.services.RECHECK_SECONDS", 600), patch("catalog.team_prices.RECHECK_SECONDS", 600):
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
    return len(caught)


def named(name: str) -> Document:
    return example().model_copy(update={"name": name})


@pytest.mark.parametrize("url", ["/plans/", "/plans/?q=shop", "/start/", "/api/v1/plans"])
def test_lists_ask_the_database_as_often_for_many_plans_as_for_few(url: str, people: People) -> None:
    client = browser(people.owner)
    make_plan(team=people.team)
    queries(client, url)
    few = queries(client, url)
    for number in range(12):
        make_plan(named(f"Shop {number}"), owner=people.owner)
        make_plan(named(f"Team shop {number}"), team=people.team)
    assert queries(client, url) == few <= 15


def test_the_version_list_and_the_plan_page_have_constant_queries(people: People) -> None:
    client = browser(people.owner)
    plan = make_plan(owner=people.owner)
    for name in ("versions", "plan"):
        queries(client, reverse(f"planner:{name}", args=[plan.pk]))
    few = {name: queries(client, reverse(f"planner:{name}", args=[plan.pk])) for name in ("versions", "plan")}
    for number in range(10):
        assert plan.head is not None
        services.rename_plan(plan, f"Name {number}", base=plan.head, author=people.owner)
    for name, count in few.items():
        assert queries(client, reverse(f"planner:{name}", args=[plan.pk])) == count <= 15


def test_search_finds_by_name_and_says_how_many() -> None:
    user = make_user()
    make_plan(named("Alpha shop"), owner=user)
    make_plan(named("Beta"), owner=user)
    page = browser(user).get("/plans/?q=alpha", headers=HTMX).content.decode()
    assert "Alpha shop" in page
    assert "Beta" not in page
    assert "1 plan matches" in page
    assert "<html" not in page
    assert "No plan is called" in browser(user).get("/plans/?q=gamma").content.decode()


def test_copying_needs_no_account_and_goes_to_the_copy() -> None:
    plan = make_plan(is_example=True)
    client = Client()
    response = client.post(reverse("planner:copy", args=[plan.pk]))
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "your own copy" in page.content.decode()
    assert Client().get(response["Location"]).status_code == 404


def test_an_empty_plan_is_started_with_a_name() -> None:
    client = Client()
    response = client.post(START, {"from": "blank", "name": "My shop", "provider": "gcp", "region": "europe-west1"})
    plan = Plan.objects.get()
    assert response.status_code == 302
    assert plan.head is not None
    document = services.document_of(plan.head)
    assert (document.name, document.provider, document.region) == ("My shop", "gcp", "europe-west1")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_empty_plan_without_a_name_is_refused(headers: dict[str, str]) -> None:
    response = Client().post(START, {"from": "blank", "name": "", "provider": "aws", "region": "eu-9"}, headers=headers)
    assert response.status_code == 422
    assert 'value="eu-9"' in response.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize("dump", [dump_yaml, dump_json])
def test_a_plan_file_is_read_from_text(dump: object) -> None:
    text = dump(example())  # type: ignore[operator]
    client = Client()
    assert client.post(START, {"from": "file", "text": text}).status_code == 302
    plan = Plan.objects.get()
    assert plan.head is not None
    assert plan.head.document == dump_json(example())


def test_a_plan_file_is_read_from_an_upload() -> None:
    upload = SimpleUploadedFile("plan.yaml", EXAMPLE.read_bytes())
    assert Client().post(START, {"from": "file", "file": upload, "text": ""}).status_code == 302
    assert Plan.objects.get().name == "Webshop reference"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "polystore: 2\nname: x\n",
        "polystore: 1\nname: x\nbogus: 1\n",
        "a: [",
        "polystore: 1\nname: !!python/none x\n",
    ],
)
def test_a_bad_plan_file_is_kept_with_its_problems_and_saved_nowhere(text: str) -> None:
    response = Client().post(START, {"from": "file", "text": text})
    assert response.status_code == 422
    page = response.content.decode()
    assert "problem" in page
    assert "<title>Error:" in page
    if "bogus" in text:
        assert "Line 3" in page
        assert "bogus: 1" in page
    assert not Plan.objects.exists()


def test_a_plan_file_over_one_mebibyte_is_refused() -> None:
    upload = SimpleUploadedFile("plan.yaml", b"polystore: 1\nname: x\n#" + b"x" * 1024 * 1024)
    response = Client().post(START, {"from": "file", "file": upload, "text": ""})
    assert response.status_code == 422
    assert "1 MiB" in response.content.decode()


def test_a_new_plan_may_belong_to_a_team_that_one_may_write_to(people: People) -> None:
    form = {"from": "blank", "name": "Ours", "provider": "aws", "region": "us-east-1", "team": people.team.pk}
    browser(people.editor).post(START, form)
    assert Plan.objects.get(name="Ours").team == people.team
    browser(people.viewer).post(START, form | {"name": "Not ours"})
    assert Plan.objects.get(name="Not ours").team is None
    assert Plan.objects.get(name="Not ours").owner == people.viewer


def test_delete_and_undo() -> None:
    user = make_user()
    plan = make_plan(owner=user)
    client = browser(user)
    page = client.post(reverse("planner:delete", args=[plan.pk]), follow=True).content.decode()
    assert "is deleted" in page
    assert "Undo" in page
    assert (
        "Webshop reference is back"
        in client.post(reverse("planner:bring_back", args=[plan.pk]), follow=True).content.decode()
    )


def test_settings_change_name_targets_and_team() -> None:
    plan = make_plan(visitor="me")
    form = settings_form(plan) | {
        "name": "Renamed",
        "knows": ["mysql"],
        "people_on_call": "4",
        "high_rto_minutes": "33",
    }
    assert browser(visitor="me").post(reverse("planner:plan_settings", args=[plan.pk]), form).status_code == 302
    plan.refresh_from_db()
    assert plan.head is not None
    document = services.document_of(plan.head)
    assert (plan.name, document.team.knows, document.team.people_on_call) == ("Renamed", ("mysql",), 4)
    assert document.target("high").rto_minutes == 33


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(("field", "value"), [("name", ""), ("high_rto_minutes", "soon"), ("people_on_call", "-1")])
def test_bad_settings_are_kept_and_not_saved(headers: dict[str, str], field: str, value: str) -> None:
    plan = make_plan(visitor="me")
    url = reverse("planner:plan_settings", args=[plan.pk])
    response = browser(visitor="me").post(url, settings_form(plan) | {field: value}, headers=headers)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert plan.revisions.count() == 1


def test_the_landing_page_shows_the_example_and_scales_its_traffic() -> None:
    assert Client().get("/").status_code == 200
    make_plan(is_example=True)
    usual = Client().get("/").content.decode()
    assert "Webshop reference" in usual
    for traffic in ("0.5", "10", "nan", "much", "-3", "1e9"):
        assert Client().get(f"/?traffic={traffic}").status_code == 200
    busy = Client().get("/?traffic=10", headers=HTMX).content.decode()
    assert "<html" not in busy


def test_the_example_command_is_idempotent(capsys: pytest.CaptureFixture[str]) -> None:

    call_command("example", "load")
    call_command("example", "load")
    assert Plan.objects.filter(is_example=True).count() == len(example_files())
    assert "Webshop reference" in capsys.readouterr().out


def test_words_that_no_database_keeps_find_nothing() -> None:
    make_plan(visitor="me")
    assert browser(visitor="me").get(reverse("planner:plans"), {"q": "a\0b"}).status_code == 200

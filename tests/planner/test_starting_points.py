"""Templates on the start page: seen and used without an account; what a plan assumes is shown with its source."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from planner.assumed import NONE_STATED, WHOLE, where
from planner.engine.document import Plan as Document
from planner.engine.document import load_json
from planner.engine.sections import Assumption
from planner.models import Plan
from planner.starting_points import FIRST, costs, starting_points
from tests.factories import People, make_user
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
START = reverse("planner:start")
SLUGS = sorted(starting_points())


def address(slug: str) -> str:
    return reverse("planner:starting_point", args=[slug])


def text_of(client: Client, url: str, **headers: Any) -> str:
    response = client.get(url, **headers)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def assuming(*assumptions: Assumption) -> Document:
    return example().model_copy(update={"assumptions": assumptions})


def test_there_are_at_least_ten_and_the_shop_is_first() -> None:
    assert len(SLUGS) >= 10
    assert next(iter(starting_points())) == FIRST


@pytest.mark.parametrize("slug", SLUGS)
def test_each_says_in_sentences_what_it_is_and_what_it_shows(slug: str) -> None:
    point = starting_points()[slug]
    assert point.about.endswith(".")
    assert point.teaches
    cost = costs()[slug].monthly_usd
    assert cost is not None and 0 < cost.p10 <= cost.p50 <= cost.p90


@pytest.mark.parametrize("person", [False, True], ids=["anonymous", "signed in"])
def test_the_start_page_has_a_card_for_each(person: bool) -> None:
    page = text_of(browser(make_user()) if person else Client(), START)
    assert page.count("Use this template") == len(SLUGS)
    for slug, point in starting_points().items():
        assert f'href="{address(slug)}"' in page
        assert point.document.name in page
    assert "8 services, 56 data sets" in page


def test_costs_are_worked_out_once() -> None:
    assert costs() is costs()


@pytest.mark.parametrize("person", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("slug", SLUGS)
def test_each_has_a_page_with_map_and_assumptions(slug: str, person: bool) -> None:
    page = text_of(browser(make_user()) if person else Client(), address(slug))
    document = starting_points()[slug].document
    assert 'id="map"' in page
    assert page.count("Source: ") == len(document.assumptions)
    assert "hx-get" not in page.split('id="map"')[1].split("</main>")[0]  # a picture of the map: nothing to edit


def test_a_template_that_is_not_there_is_404() -> None:
    assert Client().get("/start/no-such-template/").status_code == 404
    assert Client().post("/start/no-such-template/").status_code == 404
    assert Client().put(address(FIRST)).status_code == 405
    assert Plan.objects.count() == 0


def test_the_page_links_to_the_example_where_it_is_loaded() -> None:
    assert "Open in full" not in text_of(Client(), address("ledger"))
    call_command("example", "load", verbosity=0)
    full = reverse("planner:plan", args=[Plan.objects.get(name="Payments ledger").pk])
    assert f'href="{full}"' in text_of(Client(), address("ledger"))
    assert Client().get(full).status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_visitor_makes_a_plan_that_only_this_browser_sees(headers: dict[str, str]) -> None:
    client = Client()
    response = client.post(address("iot-telemetry"), headers=headers)
    plan = Plan.objects.get()
    url = reverse("planner:plan", args=[plan.pk])
    assert (response.headers.get("HX-Redirect") if headers else response.headers["Location"]) == url
    assert plan.visitor and plan.owner is None and not plan.is_example
    assert plan.head is not None
    assert load_json(plan.head.document) == starting_points()["iot-telemetry"].document
    assert plan.head.summary == "Started from IoT telemetry"
    assert "This is your own plan" in text_of(client, url)
    assert Client().get(url).status_code == 404


def test_it_belongs_to_the_person_or_to_a_team_that_the_person_writes_for(people: People) -> None:
    for person, asked, team in (
        (people.editor, people.team.pk, people.team),
        (people.editor, "", None),
        (people.viewer, people.team.pk, None),
        (people.stranger, people.team.pk, None),
    ):
        browser(person).post(address("chat"), {"team": asked})
        plan = Plan.objects.latest("created_at")
        assert (plan.team, plan.owner) == (team, None if team else person)


def test_a_form_from_elsewhere_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(address("chat")).status_code == 403


def test_settings_show_what_is_assumed_and_link_only_to_web_addresses() -> None:
    evil = "<script>alert(1)</script>"
    plan = make_plan(
        assuming(
            Assumption(at="stores/pg-main", text=f"{evil} carries it.", source="https://example.com/numbers?a=1&b=2"),
            Assumption(at="services/order-service/data/orders", text="Busy.", source="javascript:alert(1)"),
            Assumption(text="Prices hold.", source="https://user:secret@example.com/"),
            Assumption(text="Nobody said."),
        ),
        visitor="me",
    )
    page = text_of(browser(visitor="me"), reverse("planner:plan_settings", args=[plan.pk]))
    assert evil not in page
    assert 'href="https://example.com/numbers?a=1&amp;b=2" rel="noopener noreferrer nofollow"' in page
    assert 'href="javascript' not in page and 'href="https://user' not in page
    assert "Main database" in page and "Orders, transactions" in page
    assert "Source: not said" in page


@pytest.mark.parametrize(
    "assumptions", [(), (Assumption(at="stores/pg-main", text="Two *bold* copies.", source="a talk"),)]
)
def test_the_report_has_a_section_of_assumptions(assumptions: tuple[Assumption, ...]) -> None:
    plan = make_plan(assuming(*assumptions), visitor="me")
    url = reverse("planner:report", args=[plan.pk])
    page = text_of(browser(visitor="me"), url)
    markdown = text_of(browser(visitor="me"), f"{url}?format=markdown&section=assumptions")
    assert "## Assumptions of the plan" in markdown
    if assumptions:
        assert "| Main database | Two \\*bold\\* copies. | a talk |" in markdown
        assert "Two *bold* copies." in page
    else:
        assert NONE_STATED in markdown and NONE_STATED in page


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("", WHOLE),
        ("stores", "All stores"),
        ("stores/pg-main", "Main database"),
        ("services/order-service", "Order service"),
        ("services/order-service/data/orders", "Orders, transactions"),
        ("services/order-service/data/gone", "services/order-service/data/gone"),
        ("services/gone", "services/gone"),
        ("stores/gone", "stores/gone"),
        ("anything/else", "anything/else"),
    ],
)
def test_places_are_named_in_words(at: str, name: str) -> None:
    assert where(example(), at) == name

"""What of a plan is looked at stands in the address, and survives every edit."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from planner.views.sight import Sight, read_sight
from tests.planner.plans import HTMX, browser, make_plan
from tests.planner.test_large_plan import large

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query", ["", "?view=table&q=cart%20x&tier=low&store=none&findings=1&open=a&open=b&select=a/b"]
)
def test_an_address_is_read_and_written_alike(query: str) -> None:
    assert read_sight(QueryDict(query[1:])).query().replace("+", "%20") == query


@pytest.mark.parametrize(
    "query", ["?view=nothing", "?q=%00", "?tier=%F0%9F%98%80", "?store=x&findings=2", "?open=" + "a" * 900]
)
def test_nonsense_in_the_address_is_a_page_all_the_same(query: str) -> None:
    plan = make_plan(visitor="me")
    assert browser(visitor="me").get(reverse("planner:plan", args=[plan.pk]) + query).status_code == 200


@pytest.mark.parametrize("view", ["map", "table"])
def test_only_what_passes_the_filter_is_on_the_page(view: str) -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(reverse("planner:plan", args=[plan.pk]), {"q": "cart", "view": view})
    text = page.content.decode()
    assert "Carts, temporary state" in text
    assert "User accounts" not in re.sub(r'id="strip".*?</section>', "", text, flags=re.DOTALL)
    assert "1 of 10 data sets" in text


def test_a_filter_that_nothing_passes_offers_to_clear_it() -> None:
    plan = make_plan(visitor="me")
    text = browser(visitor="me").get(reverse("planner:plan", args=[plan.pk]), {"q": "zzz"}).content.decode()
    assert "No data set matches" in text
    assert "Clear the filter" in text


def test_an_edit_keeps_view_and_filter_and_a_filter_cleans_its_address() -> None:
    plan = make_plan(visitor="me")
    client, url = browser(visitor="me"), reverse("planner:plan", args=[plan.pk])
    seen = f"http://testserver{url}?view=table&q=cart"
    move = reverse("planner:move", args=[plan.pk, "order-service", "carts"])
    answer = client.post(move, {"to": "pg-main"}, headers=HTMX | {"HX-Current-URL": seen})
    assert answer["HX-Push-Url"] == f"{url}?view=table&q=cart&select=order-service/carts"
    plain = client.post(reverse("planner:undo", args=[plan.pk]), headers={"Referer": seen})
    assert plain["Location"] == f"{url}?view=table&q=cart"
    elsewhere = client.post(
        reverse("planner:redo", args=[plan.pk]), headers={"Referer": "http://testserver/catalog/?q=x"}
    )
    assert elsewhere["Location"] == url
    found = client.get(url, {"q": "cart", "tier": "", "store": ""}, headers=HTMX | {"HX-Trigger": "only"})
    assert found["HX-Replace-Url"] == f"{url}?q=cart"


def test_services_of_a_large_plan_open_and_fold() -> None:
    plan = make_plan(large(12, 5), visitor="me")
    client, url = browser(visitor="me"), reverse("planner:plan", args=[plan.pk])
    folded = client.get(url).content.decode()
    assert "Data 3 1" not in folded
    assert "open=service-3" in folded
    opened = client.get(url + "?open=service-3").content.decode()
    assert "Data 3 1" in opened
    assert "Fold Service 3" in opened
    assert "Data 4 1" in client.get(url + "?open=all").content.decode()
    assert "Data 4 1" in client.get(url + "?q=service-4").content.decode()  # few enough to be shown


def test_a_sight_knows_how_to_fold_what_it_opened() -> None:
    assert Sight(opened=("a", "b")).folded == {"a": "?open=b", "b": "?open=a"}

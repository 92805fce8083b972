"""The editor of a data set: save, preview, bad input, add and remove."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import DataSet
from planner.engine.quantity import Quantity
from planner.models import Plan
from tests.planner.plans import HTMX, FormReader, browser, form_of, make_plan

pytestmark = pytest.mark.django_db
PATH = ("order-service", "orders")


def address(plan: Plan, name: str = "data_set", path: tuple[str, str] = PATH) -> str:
    return reverse(f"planner:{name}", args=[plan.pk, *path])


def stored(plan: Plan, path: str = "order-service/orders") -> DataSet:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head).data_set(path)


def test_the_form_sent_back_as_it_came_changes_nothing() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    assert plan.head is not None
    for ref in services.document_of(plan.head).data_sets():
        url = address(plan, path=(ref.service_slug, ref.slug))
        assert client.post(url, form_of(client, url)).status_code == 302
    assert plan.revisions.count() == 1


def test_a_plain_post_saves_and_goes_to_the_plan() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"writes_per_second_low": "60", "writes_per_second_likely": "85"}
    response = client.post(address(plan), form | {"writes_per_second_high": "1,200"})
    assert response.status_code == 302
    assert stored(plan).needs.writes_per_second == Quantity(60, 85, 1200)
    page = client.get(response["Location"]).content.decode()
    assert "saved" in page
    assert 'action="/plans/' in page


def test_htmx_saves_and_answers_with_ranking_strip_and_the_new_base() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"size_gib_low": "", "size_gib_likely": "300", "size_gib_high": ""}
    response = client.post(address(plan), form, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert 'id="ranking"' in text
    assert 'id="strip"' in text
    assert "<form" not in text.split('id="plan-header"', maxsplit=1)[0].replace('id="data-set-form"', "")
    saved = stored(plan)
    assert saved.needs.size_gib == Quantity(300, 300, 300)
    assert f'id="data-set-base" value="{plan.head_id}"' in text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("size_gib_likely", "lots", "as a number, such as 210"),
        ("writes_per_second_high", "0", "High must be at least the likely value, 85"),
        ("writes_per_second_low", "86", "Low must be at most the likely value, 85"),
        ("reads_per_second_likely", "-1", "at least 0"),
        ("reads_per_second_likely", "nan", "as a number"),
        ("size_gib_likely", "", "Enter the likely value"),
        ("retention_days", "0", "at least 1"),
        ("name", "", "required"),
        ("tier", "urgent", "Select a valid choice"),
    ],
)
def test_bad_input_is_named_kept_and_not_saved(field: str, value: str, message: str) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    start = form_of(client, address(plan)) | {"writes_per_second_low": "85", "writes_per_second_likely": "85"}
    form = start | {"writes_per_second_high": "85", "size_gib_low": "1", "size_gib_high": "900"} | {field: value}
    plain = client.post(address(plan), form)
    page = plain.content.decode()
    assert plain.status_code == 422
    assert message in page
    assert "<title>Error:" in page
    assert "error-summary" in page
    if value and field != "tier":
        assert f'value="{value}"' in page
    quick = client.post(address(plan), form, headers=HTMX)
    assert quick.status_code == 422
    assert message in quick.content.decode()
    assert "using the last valid values" in quick.content.decode()
    assert plan.revisions.count() == 1


def test_typing_shows_the_ranking_for_what_is_typed_and_saves_nothing() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"writes_per_second_low": "", "writes_per_second_high": ""}
    response = client.post(address(plan, "ranking"), form | {"writes_per_second_likely": "90000"}, headers=HTMX)
    assert response.status_code == 200
    assert "for what you typed" in response.content.decode()
    assert plan.revisions.count() == 1


def test_two_editors_of_different_fields_are_merged_and_of_one_field_meet_the_conflict_page() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    first = form_of(client, address(plan))
    client.post(address(plan), first | {"name": "Baskets"})
    assert client.post(address(plan), first | {"personal_data": ""}).status_code == 302
    assert (stored(plan).name, stored(plan).personal_data) == ("Baskets", False)
    response = client.post(address(plan), first | {"name": "Trolleys"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Baskets" in page
    assert "Trolleys" in page
    assert stored(plan).name == "Baskets"
    choice = form_of_text(page)
    assert client.post(reverse("planner:resolve", args=[plan.pk]), choice).status_code == 302
    assert stored(plan).name == "Trolleys"


def form_of_text(page: str) -> dict[str, str]:

    reader = FormReader()
    reader.feed(page)
    return next(form for form in reader.forms if "ours" in form)


def test_a_conflict_over_htmx_replaces_the_whole_page() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    first = form_of(client, address(plan))
    client.post(address(plan), first | {"name": "Baskets"})
    response = client.post(address(plan), first | {"name": "Trolleys"}, headers=HTMX)
    assert response.status_code == 409
    assert response["HX-Retarget"] == "body"


def test_a_derived_data_set_needs_its_source() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"role": "derived"}
    response = client.post(address(plan), form)
    assert response.status_code == 422
    assert "Choose the data set that this one is copied from" in response.content.decode()


def test_a_circle_of_copies_is_refused_at_its_field() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    url = address(plan, path=("product-catalog", "products"))
    form = form_of(client, url) | {"role": "derived", "derived_from": ["product-catalog/product-search"], "sync": "cdc"}
    response = client.post(url, form)
    assert response.status_code == 422
    assert plan.revisions.count() == 1


def test_a_cache_is_added_and_taken_away() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    cache = {"cached": "on", "cache_layer": "distributed", "cache_store": "redis-cache", "cache_ttl_seconds": "60"}
    assert client.post(address(plan), form_of(client, address(plan)) | cache).status_code == 302
    found = stored(plan).cache
    assert found is not None
    assert (found.store, found.ttl_seconds) == ("redis-cache", 60)
    form = form_of(client, address(plan))
    del form["cached"]
    assert client.post(address(plan), form).status_code == 302
    assert stored(plan).cache is None


def test_a_new_data_set_goes_into_the_best_store() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    url = reverse("planner:new_data_set", args=[plan.pk])
    response = client.post(url, {"name": "Invoices", "service": "order-service", "place": "best"})
    assert response.status_code == 302
    assert stored(plan, "order-service/invoices").store
    assert "select=order-service/invoices" in response["Location"]


def test_a_new_data_set_of_a_plan_without_services_makes_its_service() -> None:
    plan = make_plan(services.Document(polystore=1, name="Empty"), visitor="me")
    client = browser(visitor="me")
    page = client.get(reverse("planner:plan", args=[plan.pk])).content.decode()
    assert "What data do you keep?" in page
    client.post(reverse("planner:new_data_set", args=[plan.pk]), {"name": "Orders", "place": ""})
    assert stored(plan, "orders-service/orders").name == "Orders"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_new_data_set_without_a_name_is_refused(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    url = reverse("planner:new_data_set", args=[plan.pk])
    form = {"name": "", "service": "order-service", "size_gib": "12,5x"}
    response = browser(visitor="me").post(url, form, headers=headers)
    assert response.status_code == 422
    assert "12,5x" in response.content.decode()
    assert plan.revisions.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_removing_offers_undo_and_undo_brings_it_back(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    url = address(plan, "remove_data_set", ("order-service", "carts"))
    response = client.post(url, {"base": plan.head_id}, headers=headers, follow=True)
    assert "removed from the plan" in response.content.decode()
    with pytest.raises(KeyError):
        stored(plan, "order-service/carts")
    client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id}, headers=headers)
    assert stored(plan, "order-service/carts").name


def test_a_data_set_that_is_gone_is_404() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    assert client.get(address(plan, path=("order-service", "nothing"))).status_code == 404
    assert client.post(address(plan, path=("nothing", "carts")), {}).status_code == 404


def test_needs_taken_from_a_name_are_an_assumption_that_the_page_tells() -> None:
    plan = make_plan(services.Document(polystore=1, name="Empty"), visitor="me")
    client = browser(visitor="me")
    page = client.get(reverse("planner:plan", args=[plan.pk])).content.decode()
    assert "Sessions, carts, tokens" in page
    url = reverse("planner:new_data_set", args=[plan.pk])
    answer = client.post(url, {"name": "Orders", "like": "", "place": "best"}, follow=True).content.decode()
    assert "its needs taken from “Records that change together”: check them" in answer
    made = stored(plan, "orders-service/orders")
    assert (made.needs.transactions, made.store) == ("multi-record", "postgresql")
    plan.refresh_from_db()
    assert plan.head is not None
    (note,) = services.document_of(plan.head).assumptions
    assert note.at == "services/orders-service/data/orders"


@pytest.mark.parametrize("like", ["", "own"])
def test_a_name_that_says_nothing_is_not_placed(like: str) -> None:
    plan = make_plan(services.Document(polystore=1, name="Empty"), visitor="me")
    client = browser(visitor="me")
    url = reverse("planner:new_data_set", args=[plan.pk])
    answer = client.post(url, {"name": "Things", "like": like, "place": "best"}, follow=True).content.decode()
    assert "added without a store: say what it is like, or how it is read" in answer
    assert stored(plan, "things-service/things").store is None
    page = client.get(f"/plans/{plan.pk}/datasets/things-service/things/").content.decode()
    assert "the order below says little" in page


def test_what_was_said_is_kept_beside_what_it_is_like() -> None:
    plan = make_plan(services.Document(polystore=1, name="Empty"), visitor="me")
    url = reverse("planner:new_data_set", args=[plan.pk])
    form = {"name": "Things", "like": "sessions", "consistency": "strong", "size_gib": "12", "place": ""}
    browser(visitor="me").post(url, form)
    needs = stored(plan, "things-service/things").needs
    assert (needs.consistency, needs.queries) == ("strong", ("point-lookup", "ttl-expiry"))

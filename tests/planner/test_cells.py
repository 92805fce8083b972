"""The table's cells: saved when left, refused at their place; the same without JavaScript; undo."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import HTMX, browser, make_plan
from tests.planner.test_large_plan import large

pytestmark = pytest.mark.django_db
ORDERS = "order-service/orders"
FROM_TABLE = {"Referer": "http://testserver/"}


def url(plan: Plan) -> str:
    return reverse("planner:cells", args=[plan.pk])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def seen(plan: Plan) -> dict[str, str]:
    return {"Referer": f"http://testserver/plans/{plan.pk}/?view=table"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_cell_is_saved_as_one_version_and_undone(headers: dict[str, str]) -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    before = document(plan)
    fields = {"base": plan.head_id, f"{ORDERS}:size_gib": "999"}
    answer = client.post(url(plan), fields, headers=headers | seen(plan))
    assert answer.status_code == (200 if headers else 302)
    size = document(plan).data_set(ORDERS).needs.size_gib
    assert size is not None
    assert size.mid == 999
    assert plan.revisions.count() == 2
    client.post(reverse("planner:undo", args=[plan.pk]))
    assert document(plan) == before


def test_the_answer_holds_every_figure_that_changed_and_no_box() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    answer = client.post(url(plan), {"base": plan.head_id, f"{ORDERS}:size_gib": "900"}, headers=HTMX)
    page = answer.content.decode()
    assert 'id="cost_order-service_orders"' in page
    assert 'id="cost_user-service_accounts"' in page  # lives in the same store
    assert 'id="cost_logging_log-archive"' not in page
    assert "data-cell" not in page
    assert 'id="table-base"' in page
    assert 'id="strip"' in page


def test_a_bad_cell_is_told_at_its_place_and_nothing_is_saved() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    fields = {"base": plan.head_id, f"{ORDERS}:size_gib": "lots", "order-service/carts:size_gib": "3"}
    answer = client.post(url(plan), fields, headers=HTMX)
    assert answer.status_code == 422
    assert "must be a number" in answer.content.decode()
    plain = client.post(url(plan), fields, headers=seen(plan))
    page = plain.content.decode()
    assert plain.status_code == 422
    assert 'value="lots"' in page
    assert "must be a number" in page
    assert page.count("must be a number") == 1
    assert plan.revisions.count() == 1


def test_what_only_the_whole_plan_refuses_is_told_too() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    answer = client.post(url(plan), {f"{ORDERS}:store": "gone"}, headers=seen(plan))
    assert answer.status_code == 422
    assert "no store" in answer.content.decode()


def test_a_form_without_a_change_adds_no_version() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    answer = client.post(url(plan), {f"{ORDERS}:name": document(plan).data_set(ORDERS).name}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert plan.revisions.count() == 1


@pytest.mark.parametrize("name", [f"{ORDERS}:nothing", "gone/data:name", "order-service/gone:name", "x:name"])
def test_cells_that_do_not_exist_are_404(name: str) -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    assert client.post(url(plan), {name: "x"}).status_code == 404


def test_two_people_in_different_cells_do_not_meet_and_in_the_same_cell_choose() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    base = plan.head_id
    client.post(url(plan), {"base": base, f"{ORDERS}:size_gib": "500"}, headers=HTMX)
    client.post(url(plan), {"base": base, f"{ORDERS}:tier": "low"}, headers=HTMX)
    assert document(plan).data_set(ORDERS).tier == "low"
    answer = client.post(url(plan), {"base": base, f"{ORDERS}:size_gib": "600"}, headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "body"


@pytest.mark.parametrize("name", ["cells", "bulk"])
def test_owner_and_editor_write_and_nobody_else_does(name: str, people: People) -> None:
    plan = make_plan(team=people.team)
    fields = {"do": "tier", "tier": "low", "at": [ORDERS], f"{ORDERS}:tier": "low"}
    address = reverse(f"planner:{name}", args=[plan.pk])
    for client in (browser(people.viewer), browser(people.stranger), browser(), browser(visitor="x")):
        assert client.post(address, fields).status_code == 404
    assert plan.revisions.count() == 1
    for count, person in enumerate((people.owner, people.editor)):
        fields |= {"tier": ("low", "high")[count], f"{ORDERS}:tier": ("low", "high")[count]}
        assert browser(person).post(address, fields).status_code == 302
    assert plan.revisions.count() == 3


def test_a_reader_gets_no_boxes_and_a_huge_table_asks_for_a_filter(people: People) -> None:
    plan = make_plan(team=people.team)
    table = reverse("planner:plan", args=[plan.pk]) + "?view=table"
    assert "data-cell" not in browser(people.viewer).get(table).content.decode()
    assert "data-cell" in browser(people.owner).get(table).content.decode()
    big, client = make_plan(large(30, 5), visitor="me"), Client()
    client = browser(visitor="me")
    table = reverse("planner:plan", args=[big.pk]) + "?view=table"
    page = client.get(table).content.decode()
    assert "data-cell" not in page
    assert "Filter to at most 100" in page
    assert "data-cell" in client.get(table + "&q=service-3").content.decode()


@pytest.mark.parametrize("text", ["900", "lots"])
def test_typing_in_the_panel_ranks_and_saves_nothing(text: str) -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    fields = {"base": plan.head_id, "panel": ORDERS, "preview": "yes", f"{ORDERS}:size_gib": text}
    answer = client.post(url(plan), fields, headers=HTMX | seen(plan))
    page = answer.content.decode()
    assert answer.status_code == (200 if text == "900" else 422)
    assert 'id="panel-ranks"' in page
    assert ("must be a number" in page) == (text == "lots")
    assert ("Monthly cost" in page) == (text == "900")
    assert 'id="strip"' not in page
    assert plan.revisions.count() == 1


def test_a_ranking_follows_the_need_that_is_typed() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    fields = {"base": plan.head_id, "panel": ORDERS, "preview": "yes", f"{ORDERS}:transactions": "none"}
    typed = client.post(url(plan), fields | {f"{ORDERS}:queries": "full-text"}, headers=HTMX).content.decode()
    now = client.post(url(plan), fields | {f"{ORDERS}:transactions": "multi-record"}, headers=HTMX).content.decode()
    assert typed.partition("<ol")[2].partition("</ol")[0] != now.partition("<ol")[2].partition("</ol")[0]


def test_leaving_a_box_of_the_panel_saves_and_renews_map_strip_and_recovery() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    shown = {"HX-Current-URL": f"http://testserver/plans/{plan.pk}/?select={ORDERS}"}
    fields = {"base": plan.head_id, "panel": ORDERS, f"{ORDERS}:size_gib": "900"}
    page = client.post(url(plan), fields, headers=HTMX | shown).content.decode()
    for part in ('id="panel-ranks"', 'id="view"', 'id="map"', 'id="panel-rest"', 'id="strip"', 'id="panel-base"'):
        assert part in page
    assert "900 GiB" in page
    assert plan.revisions.count() == 2


def test_without_javascript_the_panel_keeps_what_was_typed() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    shown = {"Referer": f"http://testserver/plans/{plan.pk}/?q=order&select={ORDERS}"}
    bad = client.post(url(plan), {"panel": ORDERS, f"{ORDERS}:size_gib": "lots"}, headers=shown)
    page = bad.content.decode()
    assert bad.status_code == 422
    assert 'value="lots"' in page
    assert "must be a number" in page
    assert 'id="map"' in page
    good = client.post(url(plan), {"panel": ORDERS, f"{ORDERS}:size_gib": "7"}, headers=shown)
    assert good["Location"].endswith(f"?q=order&select={ORDERS}")


def test_a_panel_of_nothing_is_404() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    fields = {"panel": "no/thing", "preview": "yes", f"{ORDERS}:size_gib": "7"}
    assert client.post(url(plan), fields, headers=HTMX).status_code == 404

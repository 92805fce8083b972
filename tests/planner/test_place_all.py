"""Place all: the proposal, its trade-off, one revision that can be undone, and who may do it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from planner import services, share
from planner.engine import edits
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import HTMX, FormReader, browser, example, make_plan

pytestmark = pytest.mark.django_db


def unplaced() -> Document:
    """The example with its needs, and nothing placed."""
    plan = example()
    for slug in list(plan.stores):
        plan = edits.without_store(plan, slug)
    return plan


def address(plan: Plan) -> str:
    return reverse("planner:place_all", args=[plan.pk])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def form(client: Client, plan: Plan, query: str = "") -> dict[str, str]:
    """The form of the button, as the page shows it."""
    reader = FormReader()
    reader.feed(client.get(address(plan) + query).content.decode())
    return next(one for one in reader.forms if "seen" in one and "base" in one)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_page_shows_each_data_set_the_trade_off_and_the_consequences(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(address(plan), headers=headers).content.decode()
    for ref in document(plan).data_sets():
        assert f"datasets/{ref.path}/" in page
    for words in ("Mean score", "After tax", "Monthly cost, likely", "Recovery targets met", "Findings", 'role="img"'):
        assert words in page
    assert ("<html" in page) == (not headers)
    assert plan.revisions.count() == 1


def test_the_chart_and_the_table_show_the_same_numbers() -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(address(plan)).content.decode()
    (title, _) = re.findall(r"<title>(Mean score of 100 by number.*?)</title>", page)
    scores = re.findall(r"\d+ score ([\d.]+), ([\d.]+) after the tax", title)
    rows = re.findall(r'<td class="num">([\d.]+)</td>\s*<td class="num">([\d.]+)</td>\s*<td>', page)
    assert scores and rows[: len(scores)] == scores


def test_placing_is_one_revision_and_undo_takes_it_back() -> None:
    plan = make_plan(unplaced(), visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), form(client, plan), follow=True)
    after = document(plan)
    assert all(ref.data_set.store in after.stores for ref in after.data_sets())
    assert plan.revisions.count() == 2
    page = response.content.decode()
    assert re.search(r"Placed \d+ data sets, \d+ systems in all", page)
    assert "Undo" in page
    client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id})
    assert document(plan) == unplaced()


def test_a_higher_tax_proposes_fewer_systems_and_is_saved_with_the_placing() -> None:
    plan = make_plan(unplaced(), visitor="me")
    client = browser(visitor="me")
    client.post(address(plan), form(client, plan, "?tax=500"))
    after = document(plan)
    assert after.ranking.system_tax_points == 500
    few = {store.database for store in after.stores.values()}
    other = make_plan(unplaced(), visitor="me")
    client.post(address(other), form(client, other, "?tax=0"))
    assert len(few) < len({store.database for store in document(other).stores.values()})


def test_another_size_than_the_proposed_one_can_be_chosen() -> None:
    plan = make_plan(unplaced(), visitor="me")
    client = browser(visitor="me")
    client.post(address(plan), form(client, plan, "?tax=3&systems=3"))
    assert len({store.database for store in document(plan).stores.values()}) == 3


def test_what_is_placed_stays_if_asked() -> None:
    start = edits.moved(example(), "order-service/orders", "redis-cache" if "redis-cache" in example().stores else None)
    plan = make_plan(start, visitor="me")
    client = browser(visitor="me")
    page = client.get(address(plan) + "?keep=on&tax=3").content.decode()
    assert "kept, although ruled out" in page
    free = client.get(address(plan)).content.decode()
    assert "ruled out where it is now" in free


def test_emptied_stores_are_removed_only_if_asked() -> None:
    plan = make_plan(edits.moved(example(), "product-catalog/products", "mongo-catalog"), visitor="me")
    client = browser(visitor="me")
    assert "Left empty, still paid for" in client.get(address(plan)).content.decode()
    client.post(address(plan), form(client, plan))
    assert "mongo-catalog" in document(plan).stores
    other = make_plan(visitor="me")
    client.post(address(other), form(client, other, "?drop=on&tax=3"))
    assert "mongo-catalog" not in document(other).stores


def test_a_proposal_that_changed_since_is_shown_again_and_not_saved() -> None:
    plan = make_plan(unplaced(), visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), form(client, plan) | {"seen": "0" * 32})
    assert response.status_code == 422
    assert "Nothing was saved" in response.content.decode()
    assert plan.revisions.count() == 1


def test_placing_on_an_old_page_is_merged_and_meets_a_conflict_where_the_same_data_set_moved() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    sent = form(client, plan)
    move = reverse("planner:move", args=[plan.pk, "order-service", "carts"])
    client.post(move, {"to": "pg-main", "base": sent["base"], "anyway": "yes"})
    client.post(address(plan), sent)
    assert document(plan).data_set("order-service/carts").store == "pg-main"
    assert document(plan).data_set("product-catalog/products").store != "mongo-catalog"
    plan = make_plan(visitor="me")
    sent = form(client, plan)
    move = reverse("planner:move", args=[plan.pk, "product-catalog", "products"])
    client.post(move, {"to": "new:dynamodb", "base": sent["base"], "anyway": "yes"})
    assert client.post(address(plan), sent).status_code == 409


@pytest.mark.parametrize("query", ["?tax=-1", "?tax=nan", "?tax=x", "?tax=", "?tax=3&systems=x", "?tax=1e999"])
def test_wrong_input_is_named_and_nothing_breaks(query: str) -> None:
    plan = make_plan(visitor="me")
    response = browser(visitor="me").get(address(plan) + query)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()


def test_a_size_that_is_not_on_the_frontier_shows_the_proposed_one() -> None:
    plan = make_plan(visitor="me")
    assert browser(visitor="me").get(address(plan) + "?tax=3&systems=19").status_code == 200


def test_an_empty_plan_says_what_to_do_first() -> None:
    plan = make_plan(Document(name="Empty"), visitor="me")
    response = browser(visitor="me").get(address(plan))
    assert response.status_code == 200
    assert "No data sets yet" in response.content.decode()


def test_who_may_see_and_who_may_place(people: People) -> None:
    plan = make_plan(unplaced(), team=people.team)
    sent = form(browser(people.owner), plan)
    for person in (people.owner, people.editor, people.viewer):
        page = browser(person).get(address(plan))
        assert page.status_code == 200
        assert ("place-now" in page.content.decode()) == (person != people.viewer)
    for client in (browser(people.viewer), browser(people.stranger), browser(), browser(visitor="someone")):
        assert client.post(address(plan), sent).status_code == 404
    for client in (browser(people.stranger), browser(), browser(visitor="someone")):
        assert client.get(address(plan)).status_code == 404
    assert plan.revisions.count() == 1
    assert browser(people.editor).post(address(plan), sent).status_code == 302
    assert plan.revisions.count() == 2


def test_a_shared_link_opens_no_proposal(people: People) -> None:
    plan = make_plan(owner=people.owner)
    assert plan.head is not None
    _, token = share.create_link(plan, revision=plan.head, user=people.owner)
    assert browser().get(reverse("planner:shared", args=[token])).status_code == 200
    assert browser().get(f"{reverse('planner:shared', args=[token])}place/").status_code == 404
    assert browser().get(address(plan)).status_code == 404
    assert "place/" not in browser().get(reverse("planner:shared", args=[token])).content.decode()


def test_the_map_leads_to_it() -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(reverse("planner:plan", args=[plan.pk])).content.decode()
    assert f'href="{address(plan)}"' in page


def test_the_finding_about_what_is_not_placed_leads_to_it(people: People) -> None:
    plan = make_plan(unplaced(), team=people.team)
    review = reverse("planner:review", args=[plan.pk])
    found = f"{review}?rule=placement.unplaced&at=services/order-service/data/carts"
    assert f'href="{address(plan)}"' in browser(people.editor).get(found).content.decode()
    assert f'href="{address(plan)}"' not in browser(people.viewer).get(found).content.decode()


def test_names_with_markup_are_text() -> None:
    plan = make_plan(
        edits.renamed(example(), "services/order-service/data/orders", "<script>alert(1)</script>"), visitor="me"
    )
    page = browser(visitor="me").get(address(plan)).content.decode()
    assert "<script>alert(1)" not in page

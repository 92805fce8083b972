"""Why a database stands where it stands, what would make it win, and the weights and licences of a plan."""

from __future__ import annotations

import html
from types import SimpleNamespace

import pytest
import yaml
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from catalog.files import packaged_snapshot
from planner import services
from planner.engine import edits
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.ranking import rank
from planner.engine.wins import Way
from planner.models import Plan
from planner.plain_text import ranking_text
from planner.ranking_words import condition
from tests.planner.plans import HTMX, browser, example, form_of, make_plan, settings_form

pytestmark = pytest.mark.django_db
PRODUCTS = "product-catalog/products"


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def why(plan: Plan, database: str, path: str = PRODUCTS) -> str:
    return text(browser(visitor="me"), f"/plans/{plan.pk}/datasets/{path}/why/{database}/")


@pytest.fixture
def plan() -> Plan:
    return make_plan(visitor="me")


def test_every_part_of_a_score_stands_beside_the_first(plan: Plan) -> None:
    page = why(plan, "mongodb")
    assert "Why MongoDB is number 2" in page
    assert "From PostgreSQL to MongoDB, in points" in page
    for label in ("Requirements", "Headroom", "Cost", "Maturity"):
        assert label in page
    assert "no price for it here: counted a quarter" in why(plan, "spanner")
    assert "USD a month in a store of its own (Amazon DocumentDB" in why(plan, "documentdb")
    assert "What would make it win?" in page
    assert "it would be first" in page


def test_the_first_is_explained_without_rivals(plan: Plan) -> None:
    page = why(plan, "postgresql")
    assert "Why PostgreSQL is first" in page
    assert "What would make it win?" not in page


def test_a_refused_one_names_need_fact_and_source(plan: Plan) -> None:
    page = why(plan, "memcached", "order-service/orders")
    assert "Why Memcached is ruled out" in page
    assert "transactions: multi-record" in page
    assert "warns only" in page or "https://" in page


@pytest.mark.parametrize("tail", [f"datasets/{PRODUCTS}/why/nope/", "datasets/product-catalog/nope/why/mongodb/"])
def test_what_does_not_exist_is_not_found(plan: Plan, tail: str) -> None:
    assert browser(visitor="me").get(f"/plans/{plan.pk}/{tail}").status_code == 404


def test_the_ranking_leads_there(plan: Plan) -> None:
    page = text(browser(visitor="me"), f"/plans/{plan.pk}/datasets/{PRODUCTS}/")
    assert f"datasets/{PRODUCTS}/why/mongodb/" in page
    assert "why number 2" in page


def test_ties_are_said_to_be_ties() -> None:
    document = example()
    data_set = document.data_set(PRODUCTS)
    needs = data_set.needs.model_copy(update={"queries": ("aggregation", "bulk-scan"), "latency_p99_ms": None})
    changed = edits.with_data_set(document, PRODUCTS, data_set.model_copy(update={"needs": needs, "cache": None}))
    alone = changed.model_copy(update={"provider": None, "team": type(changed.team)(), "stores": {}, "services": {
        "product-catalog": changed.services["product-catalog"].model_copy(update={"depends_on": (), "data": {
            "products": changed.data_set(PRODUCTS).model_copy(update={"store": None})}})}, "waivers": ()})  # fmt: skip
    plan = make_plan(alone, visitor="me")
    page = text(browser(visitor="me"), f"/plans/{plan.pk}/datasets/{PRODUCTS}/")
    assert "within 1.5 points of each other: count them as equivalent" in page


def contradictory_plan() -> Plan:
    """One data set that nothing in the packaged catalog holds without a doubt."""
    document = example()
    needs = Needs.model_validate({"consistency": "strong", "transactions": "multi-record", "queries": ["blob", "join"],
                                  "hosting": "managed", "regions": 3})  # fmt: skip
    carts = document.data_set("order-service/carts").model_copy(update={"needs": needs})
    return make_plan(edits.with_data_set(document, "order-service/carts", carts), visitor="me")


def test_contradictory_needs_name_the_nearest_and_the_single_need_to_relax() -> None:
    plan = contradictory_plan()
    url = reverse("planner:data_set", args=[plan.pk, "order-service", "carts"])
    page = browser(visitor="me").get(url).content.decode()
    said = page[page.index("No database is known to do all of this") :][:1500]
    assert 'The nearest is <a href="' in said
    assert "A single change would let one in:" in said
    assert "were not needed" in said or "instead of" in said
    fitting = reverse("planner:data_set", args=[plan.pk, "order-service", "orders"])
    assert "No database is known to do all of this" not in browser(visitor="me").get(fitting).content.decode()


def test_contradictory_needs_are_told_to_programs_and_terminals_too() -> None:
    body = "consistency: strong\ntransactions: multi-record\nqueries: [blob, join]\nhosting: managed\nregions: 3\n"
    answer = Client().post("/api/v1/rankings", body, content_type="application/yaml").json()
    assert answer["nearest"]
    assert {one["need"] for one in answer["relax"]} >= {"regions"}
    text = ranking_text(rank(Needs.model_validate(yaml.safe_load(body)), RankContext(), packaged_snapshot()), {})
    assert "Nothing fits without a doubt. Nearest:" in text


def test_where_no_single_need_is_in_the_way_the_page_says_so() -> None:
    table = SimpleNamespace(rows=(), contradictory=True, nearest=("etcd", "etcd"), ways_out=())
    page = render_to_string("planner/_ranking.html", {"table": table, "base_url": "/plans/1/", "path": "shop/orders"})
    assert "Every database is ruled out" in page
    assert "No single need is in the way" in page


def test_changes_of_needs_are_told_in_the_words_of_the_form() -> None:
    query = Way("need", "queries", None, "with ttl-expiry", 1, "redis", 1.0)
    assert condition(query) == "If “Records that expire” were needed too"
    word = Way("need", "transactions", "multi-record", None, 1, "redis", 1.0)
    assert condition(word) == (
        "If “Changes that succeed or fail together” were open instead of “Several records change together”"
    )


def test_weights_licences_and_tax_are_saved_and_change_the_ranking(plan: Plan) -> None:
    client = browser(visitor="me")
    form = settings_form(plan) | {"weight_cost": "0", "weight_team": "90", "system_tax_points": "5"}
    answer = client.post(
        reverse("planner:plan_settings", args=[plan.pk]), form | {"licences": ["open-source", "public-domain"]}
    )
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.head is not None
    document = services.document_of(plan.head)
    assert dict(document.ranking.weights) == {"cost": 0, "team": 90}
    assert document.ranking.system_tax_points == 5
    assert document.team.licences == ("open-source", "public-domain")
    assert "licence" in why(plan, "mongodb")
    shown = text(client, reverse("planner:plan_settings", args=[plan.pk]))
    assert 'name="weight_team" value="90"' in shown


@pytest.mark.parametrize(
    ("field", "value"), [("weight_cost", "-1"), ("weight_team", "much"), ("system_tax_points", "-2")]
)
def test_bad_weights_are_kept_and_not_saved(plan: Plan, field: str, value: str) -> None:
    answer = browser(visitor="me").post(
        reverse("planner:plan_settings", args=[plan.pk]), settings_form(plan) | {field: value}
    )
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.content.decode()
    assert plan.revisions.count() == 1


def test_turning_points_come_after_the_ranking_and_stay_while_one_edits(plan: Plan) -> None:
    client = browser(visitor="me")
    url = f"/plans/{plan.pk}/datasets/{PRODUCTS}/"
    assert "Another one would be first" in text(client, url)
    assert "Another one would be first" in text(client, f"{url}turning/")
    saved = client.post(url, form_of(client, url), headers=HTMX).content.decode()
    assert f'hx-get="{url}turning/"' in saved


def test_options_outside_the_plan_have_an_estimate_of_their_cost(plan: Plan) -> None:
    page = text(browser(visitor="me"), f"/plans/{plan.pk}/datasets/{PRODUCTS}/")
    assert "own store" in page
    assert "about $" in page


def test_a_way_that_does_not_win_is_not_called_one() -> None:
    page = why(make_plan(visitor="me"), "mariadb")
    assert "No single change makes it first" in page or "it would be first" in page

"""Calculators: open to everybody, inputs in the address, wrong ones named at the field, and into a plan on request."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner import services
from planner.calculators.all import CALCULATORS
from planner.calculators.calculator import Calculator
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.api.test_plans import assert_error
from tests.factories import make_people
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
CACHE = "/calculators/cache/"
API = "/api/v1/calculators"
EACH = pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda one: one.slug)


def given(**changed: str) -> dict[str, str]:
    return {**calculator("cache").form.defaults(), **changed}


def calculator(slug: str) -> Calculator:
    return next(one for one in CALCULATORS if one.slug == slug)


def figures(answer: Any) -> dict[str, dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return {one["key"]: one for one in answer.json()["figures"]}


@EACH
def test_each_is_in_the_list_and_begins_with_an_answered_example(calculator: Calculator) -> None:
    assert f'href="/calculators/{calculator.slug}/"' in Client().get("/calculators/").content.decode()
    page = Client().get(f"/calculators/{calculator.slug}/")
    text = page.content.decode()
    assert page.status_code == 200
    for one in calculator.compute(_clean(calculator)).figures:
        assert one.label in text
    for name in calculator.form.parameters():
        assert f'name="{name}"' in text


@EACH
def test_the_api_says_what_the_page_says_and_that_its_inputs_lead_back(calculator: Calculator) -> None:
    listed = {one["calculator"]: one for one in Client().get(API).json()}
    example = listed[calculator.slug]["example"]
    body = Client().get(f"{API}/{calculator.slug}", example).json()
    assert body == Client().get(f"{API}/{calculator.slug}").json()
    assert body["inputs"] == example
    assert [one["likely"] for one in body["figures"]] == [
        one.likely for one in calculator.compute(_clean(calculator)).figures
    ]
    assert all(one["unit"] and one["label"] for one in body["figures"])
    assert all(one["low"] is None or one["low"] <= one["likely"] <= one["high"] for one in body["figures"])
    assert body["because"]


@EACH
def test_the_description_of_the_api_names_every_input(calculator: Calculator) -> None:
    operation = Client().get("/api/v1/openapi.json").json()["paths"][f"{API}/{calculator.slug}"]["get"]
    assert {one["name"] for one in operation["parameters"]} == set(calculator.form.parameters())


def _clean(calculator: Calculator) -> dict[str, Any]:
    form = calculator.form(calculator.form.defaults())
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_the_link_holds_the_inputs() -> None:
    page = Client().get(CACHE, given(memory_gib="1", reads_per_second="12,000")).content.decode()
    assert 'name="reads_per_second" value="12,000"' in page
    assert "http://testserver/calculators/cache/?items=2000000&amp;" in page
    assert "reads_per_second=12%2C000" in page


def test_what_an_address_leaves_out_is_as_on_the_page_and_what_is_empty_stays_empty() -> None:
    page = Client().get(CACHE, {"memory_gib": "", "zipf_alpha_likely": "1.1"}).content.decode()
    assert 'name="reads_per_second" value="5000"' in page
    assert 'name="zipf_alpha_low" value=""' in page
    assert "memory_gib=&amp;" in page
    found = figures(Client().get(f"{API}/cache", {"memory_gib": "", "zipf_alpha_likely": "1.1"}))
    assert found["hit_ratio"]["note"] == "everything fits"
    assert found["hit_ratio"]["low"] == found["hit_ratio"]["high"]


def test_more_memory_hits_more_and_leaves_less() -> None:
    small, large = (figures(Client().get(f"{API}/cache", given(memory_gib=gib))) for gib in ("0.1", "0.6"))
    assert small["hit_ratio"]["likely"] < large["hit_ratio"]["likely"]
    assert small["store_reads_per_second"]["likely"] > large["store_reads_per_second"]["likely"]


def test_the_choices_have_the_consequences_that_they_have_in_a_plan() -> None:
    aside = figures(Client().get(f"{API}/cache", given()))
    through = figures(Client().get(f"{API}/cache", given(strategy="write-through")))
    behind = figures(Client().get(f"{API}/cache", given(strategy="write-behind")))
    assert aside["stale_ratio"]["likely"] > 0 == through["stale_ratio"]["likely"]
    assert behind["store_writes_per_second"]["likely"] < through["store_writes_per_second"]["likely"] == 50
    assert behind["loss_window_seconds"]["likely"] > 0
    assert through["loss_window_seconds"]["likely"] is None
    assert figures(Client().get(f"{API}/cache", given(memory_gib="9000")))["hit_ratio"]["note"] == "everything fits"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("items", "1e15", "Enter the items that are read as at most 10,000,000,000,000."),
        ("reads_per_second", "0", "Enter the reads at peak as more than 0."),
        ("reads_per_second", "", "Enter the reads at peak, such as 5000."),
        ("writes_per_second", "-1", "Enter the writes at peak as at least 0."),
        ("item_bytes", "big", "Enter the size of an item as a number, such as 1024."),
        ("memory_gib", "0", "Enter the memory of the cache as more than 0."),
        ("ttl_seconds", "nan", "Enter the time to live as a number, such as 300."),
        ("zipf_alpha_low", "2", "Low must be at most the likely value, 0.9."),
        ("zipf_alpha_high", "9", "Enter the skew of the reads as at most 5."),
    ],
)
def test_a_wrong_input_is_named_at_its_field_kept_and_the_same_over_the_api(field: str, typed: str, said: str) -> None:
    answer = Client().get(CACHE, given(**{field: typed}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(said) >= 2
    assert f'href="#{field}"' in page
    assert not typed or f'name="{field}" value="{typed}"' in page
    error = assert_error(Client().get(f"{API}/cache", given(**{field: typed})), 422)
    assert [(one["path"], one["message"]) for one in error["details"]] == [(f"query.{field}", said)]


def test_an_unknown_choice_input_or_calculator_is_refused() -> None:
    assert Client().get(CACHE, given(policy="best")).status_code == 422
    assert "ittems" in assert_error(Client().get(f"{API}/cache", {"ittems": "3"}), 422)["message"]
    assert Client().get("/calculators/none/").status_code == 404
    assert Client().post("/calculators/none/use/").status_code == 404


@pytest.mark.parametrize("items", ["1", "2", "300", "1e13"])
@pytest.mark.parametrize("policy", ["lru", "lfu", "fifo", "random"])
def test_extreme_sizes_are_answered(items: str, policy: str) -> None:
    found = figures(Client().get(f"{API}/cache", given(items=items, policy=policy, item_bytes="1")))
    assert 0 <= found["hit_ratio"]["low"] <= found["hit_ratio"]["high"] <= 1.000001


def test_htmx_gets_the_answer_alone() -> None:
    text = Client().get(CACHE, given(), headers=HTMX).content.decode()
    assert text.lstrip().startswith('<div id="calculator-answer"')
    assert '<form class="form" method="get"' not in text
    wrong = Client().get(CACHE, given(items=""), headers=HTMX)
    assert wrong.status_code == 422
    assert 'href="#items"' in wrong.content.decode()


def document(plan: Plan) -> Document:
    assert plan.head is not None
    return services.document_of(plan.head)


def test_the_page_offers_the_plans_that_one_may_change() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    for person, offered in ((people.editor, True), (people.viewer, False), (people.stranger, False)):
        text = browser(person).get(CACHE).content.decode()
        assert 'action="/calculators/cache/use/"' in text
        assert (str(plan.pk) in text) is offered


def use(client: Client, **changed: str) -> Any:
    return client.post(f"{CACHE}use/", {**given(), "name": "Prices", **changed})


def test_anonymous_takes_the_inputs_into_a_new_plan() -> None:
    client = Client()
    answer = use(client, memory_gib="2")
    assert answer.status_code == 302
    saved = Plan.objects.get()
    found = document(saved)
    cache = found.data_set("prices-service/prices").cache
    assert cache is not None
    assert cache.memory_gib is not None
    assert (cache.memory_gib.mid, cache.ttl_seconds, cache.zipf_alpha.low if cache.zipf_alpha else 0) == (2, 300, 0.7)
    assert found.stores[cache.store or ""].eviction == "allkeys-lru"
    assert client.get(answer["Location"]).status_code == 200
    assert Client().get(answer["Location"]).status_code == 404


def test_those_who_may_write_add_to_a_plan_and_others_cannot() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    stores = len(example().stores)
    for stranger in (Client(), browser(people.stranger), browser(people.viewer)):
        assert use(stranger, plan=str(plan.pk)).status_code == 422
    for count, writer in enumerate((people.owner, people.editor), 1):
        assert use(browser(writer), plan=str(plan.pk)).status_code == 302
        plan.refresh_from_db()
        assert len(document(plan).stores) == stores + count


def test_wrong_inputs_make_no_plan() -> None:
    assert use(Client(), items="").status_code == 422
    answer = use(Client(), name="")
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    assert not Plan.objects.exists()

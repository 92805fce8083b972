"""The caching page: what is computed, what is tried, what is saved, and what is said when too little is known."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from django.urls import reverse

from planner import services
from planner.caches import row_of, rows
from planner.engine import edits
from planner.engine.caching.settings import settings_for
from planner.engine.document import Plan as Document
from planner.engine.document import parse
from planner.engine.quantity import Quantity
from planner.models import Plan
from planner.starting_points import EXAMPLES
from tests.factories import People
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
PATH = "product-catalog/products"
FORM = {
    "strategy": "cache-aside",
    "memory_gib": "2",
    "ttl_seconds": "3600",
    "invalidation": "on-write",
    "eviction": "allkeys-lfu",
}


def url(plan: Plan) -> str:
    return reverse("planner:caching", args=[plan.pk])


def choose(plan: Plan) -> str:
    return reverse("planner:choose_cache", args=[plan.pk, *PATH.split("/")])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def test_a_cache_shows_its_hits_misses_staleness_and_cold_start() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(url(plan)).content.decode()
    effect = row_of(example(), PATH).effect
    assert effect is not None
    assert f"{effect.hit_ratio.likely:.0%}" in page
    for words in ("Hit ratio by cache size", "Reads that are out of date", "If the cache starts empty", "Numbers as a table",
                  "maxmemory-policy allkeys-lru", "https://arxiv.org/abs/1202.3974", "Loads at once"):  # fmt: skip
        assert words in page


def test_choices_are_tried_in_the_address_and_nothing_is_saved() -> None:
    plan = make_plan(visitor="v")
    client = browser(visitor="v")
    fragment = client.get(url(plan), FORM | {"set": PATH}, headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "Tried, not saved" in fragment
    assert "maxmemory 2048mb" in fragment
    assert "none" in fragment  # an update ends its entry: nothing is out of date
    page = client.get(url(plan), FORM | {"set": PATH}).content.decode()
    assert 'value="2"' in page
    assert plan.revisions.count() == 1


def test_a_cache_larger_than_its_data_says_so_and_each_layer_names_its_tools() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    usual = client.get(url(plan)).content.decode()
    assert "larger than its data" not in usual
    assert "Caffeine" in usual and "Fastly" in usual and "Memcached" in usual
    page = client.get(
        url(plan), {"strategy": "cache-aside", "ttl_seconds": "300", "memory_gib": "9000"}
    ).content.decode()
    assert "This cache is larger than its data" in page


def test_what_it_costs_and_saves_and_a_size_is_tried_with_one_click() -> None:
    plan = make_plan(visitor="v")
    client = browser(visitor="v")
    page = client.get(url(plan)).content.decode()
    assert "Saving in mongo-catalog" in page
    assert "Cheapest</span>" in page
    address = html.unescape(page.split("Cheapest</span>")[1].split('href="')[1].split('"')[0])
    tried = client.get(url(plan) + address).content.decode()
    assert "Tried, not saved" in tried
    assert "strategy=cache-aside" in address
    chosen = next(part for part in tried.split('id="worth"')[1].split("<tr")[1:] if "Chosen</span>" in part)
    assert "Cheapest</span>" in chosen


def test_each_other_choice_stands_with_its_consequences_and_is_tried_with_one_click() -> None:
    plan = make_plan(visitor="v")
    client = browser(visitor="v")
    page = client.get(url(plan)).content.decode()
    table = page.split('id="others"')[1].split("</table>")[0]
    for label in ("Cache-aside, after a time (TTL)", "Cache-aside, on each write", "Write-through", "Write-behind",
                  "Least recently used (LRU)", "Least often used (LFU)", "Next to expire (TTL)", "Any (random)"):  # fmt: skip
        assert label in table
    assert table.count("Chosen</span>") == 2
    assert table.count(">Try<span") == 6
    behind = next(part for part in table.split("<tr") if "Write-behind" in part)
    assert "up to 1 s of writes" in behind
    address = html.unescape(behind.split('href="')[1].split('"')[0])
    tried = client.get(url(plan) + address).content.decode()
    assert "Tried, not saved" in tried
    row = next(part for part in tried.split('id="others"')[1].split("<tr") if "Write-behind" in part)
    assert "Chosen</span>" in row


def test_the_application_file_names_strategy_and_says_what_it_is_written_for() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(url(plan), FORM | {"set": PATH, "strategy": "write-behind"}).content.decode()
    assert "def flush(cache, db):" in html.unescape(page)
    assert "put in the calls of your store" in page  # MongoDB stands behind


def test_choices_are_saved_as_a_version_with_the_stores_eviction() -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").post(choose(plan), FORM | {"base": plan.head_id})
    assert answer.status_code == 302
    after = document(plan)
    cache = after.data_set(PATH).cache
    assert cache is not None
    assert (cache.memory_gib, cache.ttl_seconds, cache.invalidation) == (Quantity(2, 2, 2), 3600, "on-write")
    assert after.stores[cache.store or ""].eviction == "allkeys-lfu"


@pytest.mark.parametrize(("name", "value"), [("memory_gib", "-1"), ("memory_gib", "1e99"), ("ttl_seconds", "nan"), ("strategy", "hope"),
                                             ("memory_gib", "much"), ("eviction", "fifo")])  # fmt: skip
def test_a_bad_choice_is_told_and_what_was_typed_stays(name: str, value: str) -> None:
    plan = make_plan(visitor="v")
    client = browser(visitor="v")
    answer = client.post(choose(plan), FORM | {name: value, "base": plan.head_id})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "note--bad" in page
    assert f'value="{value}"' in page or name in ("strategy", "eviction")
    assert plan.revisions.count() == 1
    tried = client.get(url(plan), FORM | {name: value, "set": PATH}, headers=HTMX)
    assert tried.status_code == 200
    assert "The figures are those of the plan" in tried.content.decode()


def test_too_little_known_says_what_is_missing() -> None:
    before = example()
    needs = before.data_set(PATH).needs.model_copy(update={"size_gib": None})
    plan = make_plan(
        edits.with_data_set(before, PATH, before.data_set(PATH).model_copy(update={"needs": needs})), visitor="v"
    )
    page = browser(visitor="v").get(url(plan)).content.decode()
    assert "Not enough is known" in page
    assert "size_gib is empty" in page


@pytest.mark.parametrize(
    ("needs", "cache", "said"),
    [
        ({"size_gib": 1e18}, {}, "at most 1,000,000,000,000,000 items"),
        ({"item_bytes": 0.0}, {}, "item_bytes must be more than 0"),
        ({"reads_per_second": 0.0}, {}, "must be more than 0"),
        ({}, {"zipf_alpha": 50.0}, "a zipf_alpha of 10 can be computed"),
    ],
)
def test_what_cannot_be_computed_is_said_and_the_page_still_opens(
    needs: dict[str, float], cache: dict[str, float], said: str
) -> None:
    before = example()
    data_set = before.data_set(PATH)
    assert data_set.cache is not None
    changed = data_set.model_copy(
        update={
            "needs": data_set.needs.model_copy(update={name: Quantity(one, one, one) for name, one in needs.items()}),
            "cache": data_set.cache.model_copy(update={name: Quantity(one, one, one) for name, one in cache.items()}),
        }
    )
    plan = make_plan(edits.with_data_set(before, PATH, changed), visitor="v")
    answer = browser(visitor="v").get(url(plan))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_plan_without_caches_says_how_to_get_one() -> None:
    plan = make_plan(
        edits.with_data_set(example(), PATH, example().data_set(PATH).model_copy(update={"cache": None})), visitor="v"
    )
    assert "No caches" in browser(visitor="v").get(url(plan)).content.decode()


def test_who_may_choose(people: People) -> None:
    plan = make_plan(team=people.team)
    for person in (None, people.stranger, people.viewer):
        assert browser(person).post(choose(plan), FORM | {"base": plan.head_id}).status_code == 404
    assert plan.revisions.count() == 1
    assert browser(people.viewer).get(url(plan)).status_code == 200
    assert browser(people.editor).post(choose(plan), FORM | {"base": plan.head_id}).status_code == 302


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_cache_of_every_template_has_figures_and_a_configuration(path: Path) -> None:
    plan = parse(path.read_bytes())
    for row in rows(plan):
        assert row.effect is not None, row.path
        low, likely, high = row.effect.hit_ratio.ordered
        assert 0 < low <= likely <= high <= 1
        assert settings_for(plan, row.path) is not None, row.path

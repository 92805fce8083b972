"""The page of replication: who reads it, what it says of a store, what it refuses."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.engine.document import parse
from tests.factories import make_people
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db

TEXT = """
polystore: 1
name: Copies
region: us-east-1
services:
  shop: {name: Shop, tier: critical, data: {carts: {name: Carts, store: kv}}}
stores:
  pg: {name: Orders, database: postgresql, replication: {mode: synchronous, replicas: 2, zones: 3, regions: [eu-west-1]}}
  kv: {name: "<b>Carts</b>", database: redis, replication: {mode: consensus, pattern: active-active, replicas: 2, zones: 3}}
"""


def test_owner_editor_and_viewer_read_it_strangers_do_not() -> None:
    people = make_people()
    url = reverse("planner:replication", args=[make_plan(team=people.team).pk])
    for person, status in (
        (people.owner, 200), (people.editor, 200), (people.viewer, 200), (people.stranger, 404), (None, 404),
    ):  # fmt: skip
        assert browser(person).get(url).status_code == status
    assert browser(people.owner).post(url).status_code == 405


def page(text: str, query: str = "") -> str:
    plan = make_plan(parse(text, "yaml"), visitor="v")
    answer = browser(visitor="v").get(reverse("planner:replication", args=[plan.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_store_shows_wait_losses_and_the_sources() -> None:
    found = page(TEXT)
    assert "none committed" in found
    assert "the fastest 1 of 2" in found
    assert "81 ms (65 ms to 97 ms)" in found  # Virginia to Ireland, measured
    assert "acomputerscientistlearnsaws" not in found  # the line of the other region is not waited for
    assert "xkyle.com" in found
    assert "RPO 0" not in found


def test_what_cannot_be_is_refused_with_the_fact_and_user_text_stays_text() -> None:
    found = page(TEXT, "?store=kv")
    assert "Refused: Redis has no consensus replication" in found
    assert "redis:replication.modes" in found
    assert "&lt;b&gt;Carts&lt;/b&gt;" in found
    assert "<b>Carts</b>" not in found


def test_the_configuration_of_the_chosen_store_stands_on_the_page() -> None:
    found = page(TEXT)
    assert "synchronous_standby_names = &#x27;ANY 1 (pg_1, pg_2)&#x27;" in found
    assert "replicaof kv-0.internal 6379" in page(TEXT, "?store=kv")


def test_an_unknown_store_falls_back_and_a_plan_without_stores_says_so() -> None:
    assert "Orders" in page(TEXT, "?store=nothing")
    plan = make_plan(Document(name="Nothing yet"), visitor="v")
    answer = browser(visitor="v").get(reverse("planner:replication", args=[plan.pk]))
    assert "No stores" in answer.content.decode()


def copies(**changed: str) -> dict[str, str]:
    return {"mode": "synchronous", "pattern": "single-region", "replicas": "2", "zones": "3", "regions": ""} | changed


def test_other_copies_are_tried_without_saving() -> None:
    plan = make_plan(parse(TEXT, "yaml"), visitor="v")
    url = reverse("planner:replication", args=[plan.pk])
    found = browser(visitor="v").get(url, copies(store="pg", mode="asynchronous")).content.decode()
    assert "Tried, not saved." in found
    assert "No commit waits for another copy" in found
    assert plan.revisions.count() == 1


def test_copies_are_saved_and_those_that_cannot_be_are_refused_with_the_fact() -> None:
    people = make_people()
    plan = make_plan(parse(TEXT, "yaml"), team=people.team)
    assert plan.head is not None
    url = reverse("planner:choose_replication", args=[plan.pk, "kv"])
    client, base = browser(people.editor), {"base": str(plan.head.pk)}
    refused = client.post(url, copies(mode="consensus") | base)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Redis has no consensus replication; it has async (redis:replication.modes, https://" in page
    assert '<option value="consensus" selected>' in page  # what was typed stays
    wrong = client.post(url, copies(mode="asynchronous", write_quorum="5") | base)
    assert wrong.status_code == 422
    assert "is 5, but there are 3 copies" in wrong.content.decode()
    assert plan.revisions.count() == 1
    saved = client.post(url, copies(mode="asynchronous", regions="eu-west-1, eu-west-2") | base)
    assert saved.status_code == 302
    plan.refresh_from_db()
    assert plan.head is not None
    store = services.document_of(plan.head).stores["kv"]
    assert store.replication is not None
    assert (store.replication.mode, store.replication.regions) == ("asynchronous", ("eu-west-1", "eu-west-2"))
    for person in (people.viewer, people.stranger, None):
        assert browser(person).post(url, copies() | base).status_code == 404
    missing = reverse("planner:choose_replication", args=[plan.pk, "nothing"])
    assert client.post(missing, copies() | base).status_code == 404


READERS = """
polystore: 1
name: Readers
services:
  shop:
    name: Shop
    tier: high
    data:
      orders: {name: Orders, store: pg, needs: {consistency: strong}}
      profile: {name: Profiles, store: pg, needs: {consistency: read-your-writes}}
      catalogue: {name: Catalogue, store: pg, needs: {consistency: eventual}}
stores:
  pg: {name: Main, database: postgresql, region: eu-west-1, replication: {mode: asynchronous, replicas: 2, zones: 3}}
"""


def test_each_data_set_is_told_where_it_may_be_read() -> None:
    plan = make_plan(parse(READERS, "yaml"), visitor="v")
    answer = browser(visitor="v").get(reverse("planner:replication", args=[plan.pk]))
    found = {one.name: (one.source, one.age, one.tone) for one in answer.context["readers"]}
    assert found == {
        "Orders": ("Primary", "never old", "ok"),
        "Profiles": ("Primary for 5 s after a write, then a replica", "up to 1 s, 5 s at worst", "warn"),
        "Catalogue": ("Any replica", "up to 1 s, 5 s at worst", "ok"),
    }


@pytest.mark.parametrize(
    ("database", "mode"), [("postgresql", "synchronous"), ("cassandra", "quorum"), ("cockroachdb", "consensus")]
)
def test_a_million_copies_are_answered_and_what_is_left_out_is_said(database: str, mode: str) -> None:
    regions = ", ".join(f"r-{number}" for number in range(40))
    copies = (
        f"{{mode: {mode}, replicas: 1000000, zones: 1000000, regions: [{regions}], read_quorum: 1, write_quorum: 2}}"
    )
    text = READERS.replace("postgresql", database).replace("{mode: asynchronous, replicas: 2, zones: 3}", copies)
    assert "Only the first 30 copies" in page(text)

"""Used in plans: who sees which plans, with what; as often asked for many plans as for few; nothing for anonymous."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.services import current_snapshot, load
from planner import usage
from planner.models import Plan
from tests.factories import People, make_people
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
URL = "/catalog/postgresql/plans/"


def page(client: Client, url: str = URL, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def named(name: str, **owner: object) -> Plan:
    return make_plan(example().model_copy(update={"name": name}), **owner)  # type: ignore[arg-type]


def test_a_store_lists_its_data_sets_and_caches() -> None:
    head = named("Mine", visitor="v").head
    assert head is not None
    stores = {use.name: use.holds for use in usage.uses(head, "postgresql")}
    assert "Orders, transactions" in stores["Main database"]
    held = [name for use in usage.uses(head, "redis") for name in use.holds]
    assert any(name.endswith("(cache)") for name in held)
    assert usage.uses(head, "neo4j") == ()


def test_each_reader_sees_what_they_may_read(people: People) -> None:
    named("Of the team", team=people.team)
    named("Of the owner", owner=people.owner)
    named("Of nobody here", team=make_people("Others").team)
    named("An example", is_example=True)
    assert seen(people.owner) == {"Of the team", "Of the owner", "An example"}
    assert seen(people.viewer) == {"Of the team", "An example"}
    assert seen(people.stranger) == {"An example"}


def seen(user: object) -> set[str]:
    text = page(browser(user))  # type: ignore[arg-type]
    return {name for name in ("Of the team", "Of the owner", "Of nobody here", "An example") if name in text}


def test_anonymous_is_asked_to_sign_in() -> None:
    assert Client().get(URL).status_code == 302


def test_deleted_plans_and_other_databases_are_left_out(people: People) -> None:
    plan = named("Of the owner", owner=people.owner)
    assert "Of the owner" not in page(browser(people.owner), "/catalog/neo4j/plans/")
    Plan.objects.filter(pk=plan.pk).update(deleted_at=plan.created_at)
    assert "Of the owner" not in page(browser(people.owner))


def test_an_unknown_database_is_404(people: People) -> None:
    assert browser(people.owner).get("/catalog/no-such/plans/").status_code == 404


def test_the_card_is_the_fragment_alone(people: People) -> None:
    named("Of the owner", owner=people.owner)
    text = page(browser(people.owner), **HTMX)
    assert text.startswith('<div id="used-in-plans">')
    assert "All 1" in text
    assert "<h1" not in text


def test_the_database_page_has_a_slot_only_for_who_is_signed_in(people: People) -> None:
    load()
    anonymous = Client().get("/catalog/postgresql/")
    assert URL not in anonymous.content.decode()
    assert "ETag" in anonymous
    text = page(browser(people.owner), "/catalog/postgresql/")
    assert f'hx-get="{URL}"' in text
    assert f'<a href="{URL}"' in text


def test_many_plans_take_as_many_queries_as_few(people: People) -> None:
    client = browser(people.owner)
    named("First", owner=people.owner)
    page(client)
    few = queries(client)
    for number in range(30):
        named(f"Plan {number}", team=people.team)
    assert queries(client) == few <= 8
    assert "Page 1 of 2" in page(client)


def queries(client: Client) -> int:
    current_snapshot()
    with CaptureQueriesContext(connection) as caught:
        page(client)
    return len(caught)

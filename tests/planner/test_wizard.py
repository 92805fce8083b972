"""The wizard: one question a page, all answers in the URL, and a data set at the end."""

from __future__ import annotations

import pytest
from django.test import Client

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
ANSWERS = {"acid": "no", "shape": "yes", "search": "yes", "reads_per_second": "500"}


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


@pytest.mark.parametrize("number", range(1, 8))
def test_every_question_has_a_page_for_everybody(client: Client, number: int) -> None:
    page = client.get(f"/wizard/{number}/", ANSWERS)
    assert page.status_code == 200
    assert f"Question {number} of 7" in page.content.decode()


def test_the_first_page_has_a_short_address(client: Client) -> None:
    assert "Question 1 of 7" in client.get("/wizard/").content.decode()
    assert "begins with the first answer" in client.get("/wizard/").content.decode()


@pytest.mark.parametrize("number", [0, 8, 99])
def test_there_is_no_other_question(client: Client, number: int) -> None:
    assert client.get(f"/wizard/{number}/").status_code == 404


def test_going_on_keeps_all_answers(client: Client) -> None:
    page = client.get("/wizard/3/", ANSWERS).content.decode()
    assert '<input type="hidden" name="acid" value="no">' in page
    assert '<input type="hidden" name="reads_per_second" value="500">' in page
    assert 'name="lookup" value="memory"' in page
    assert 'action="/wizard/4/"' in page


def test_an_answer_is_ranked_while_it_is_chosen(client: Client) -> None:
    page = client.get("/wizard/4/", {"search": "yes"}, headers=HTMX)
    assert page["HX-Replace-Url"] == "/wizard/4/?search=yes"
    text = page.content.decode()
    assert text.strip().startswith("<section")
    assert "OpenSearch" in text


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"acid": "maybe"}, "acid=maybe"),
        ({"size_gib": "much"}, "as a number"),
        ({"size_gib": "-1"}, "size"),
    ],
)
def test_what_the_address_gets_wrong_is_named(client: Client, answers: dict[str, str], words: str) -> None:
    for url in ("/wizard/7/", "/wizard/result/"):
        page = client.get(url, answers)
        assert page.status_code == 400
        assert words.lower() in page.content.decode().lower()


def test_the_result_shows_tree_and_ranking_and_why_they_differ(client: Client) -> None:
    text = client.get("/wizard/result/", ANSWERS).content.decode()
    assert "The decision tree says MongoDB" in text
    assert "never looked at 1 further answer: words in text" in text
    assert "points behind" in text


def test_the_answers_become_a_placed_data_set_without_an_account(client: Client) -> None:
    answer = client.post("/wizard/use/", ANSWERS | {"name": "Products", "plan": "", "plan_name": "Shop"})
    plan = Plan.objects.get(name="Shop")
    assert answer["Location"] == f"/plans/{plan.pk}/datasets/products-service/products/"
    assert client.get(answer["Location"]).status_code == 200
    data_set = document(plan).data_set("products-service/products")
    assert set(data_set.needs.queries) == {"nested-document", "full-text"}
    assert data_set.needs.schema_ == "flexible"
    assert data_set.store is not None


def test_without_any_need_nothing_is_placed(client: Client) -> None:
    client.post("/wizard/use/", {"acid": "unsure", "name": "Things", "plan_name": "Empty"})
    assert document(Plan.objects.get(name="Empty")).data_set("things-service/things").store is None


def test_a_plan_of_ones_own_gets_the_data_set(people: People) -> None:
    plan = make_plan(team=people.team)
    before = len(list(document(plan).data_sets()))
    answer = browser(people.owner).post("/wizard/use/", ANSWERS | {"name": "Products", "plan": str(plan.pk)})
    assert answer.status_code == 302
    assert len(list(document(plan).data_sets())) == before + 1


def test_a_plan_of_others_is_not_offered_and_not_changed(people: People) -> None:
    plan = make_plan(team=people.team)
    before = document(plan)
    for visitor in (browser(people.stranger), browser(people.viewer), Client()):
        assert str(plan.pk) not in visitor.get("/wizard/result/", ANSWERS).content.decode()
        answer = visitor.post("/wizard/use/", ANSWERS | {"name": "Products", "plan": str(plan.pk)})
        assert answer.status_code == 422
    assert document(plan) == before


def test_a_missing_name_is_asked_for_and_nothing_is_lost(client: Client) -> None:
    page = client.post("/wizard/use/", ANSWERS | {"name": "", "plan_name": "Shop"})
    assert page.status_code == 422
    text = page.content.decode()
    assert 'value="Shop"' in text
    assert '<input type="hidden" name="shape" value="yes">' in text
    assert not Plan.objects.filter(name="Shop").exists()


def test_a_question_that_has_not_changed_is_answered_with_304(client: Client) -> None:
    client.get("/wizard/2/?acid=yes")  # brings the cookie of the theme form's token
    tag = client.get("/wizard/2/?acid=yes")["ETag"]
    assert client.get("/wizard/2/?acid=yes", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/wizard/2/?acid=no", headers={"If-None-Match": tag}).status_code == 200

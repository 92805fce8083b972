"""The page and the API of where else a store could run."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner.models import Plan
from tests.factories import make_people
from tests.planner.plans import browser, example, make_plan

pytestmark = pytest.mark.django_db


def page_of(plan: Plan, slug: str = "pg-main") -> str:
    return reverse("planner:elsewhere", args=[plan.pk, slug])


def api_of(plan: Plan, slug: str = "pg-main") -> str:
    return f"/api/v1/plans/{plan.pk}/stores/{slug}/places"


def test_who_may_compare() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    for person, status in (
        (people.owner, 200), (people.editor, 200), (people.viewer, 200), (people.stranger, 404), (None, 404),
    ):  # fmt: skip
        assert browser(person).get(page_of(plan)).status_code == status
        assert browser(person).get(api_of(plan)).status_code == status


def test_a_store_that_is_not_there_is_not_found() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    assert client.get(page_of(plan, "nothing")).status_code == 404
    assert client.get(api_of(plan, "nothing")).status_code == 404


def test_the_page_shows_every_place_or_what_is_missing_there() -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").get(page_of(plan))
    text = answer.content.decode()
    assert "Cheapest in" in text
    for name in ("Amazon Aurora PostgreSQL, standard", "Cloud SQL", "PostgreSQL, self-hosted", "Neon"):
        assert name in text
    assert "unknown" not in [row.what for row in answer.context["rows"]]
    assert answer.context["rows"][0].found.option.is_now


def test_hours_that_are_typed_count_and_may_change_the_choice() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    free = client.get(page_of(plan) + "?managed_hours=0&own_hours=0&hourly_usd=100").context
    dear = client.get(page_of(plan) + "?managed_hours=0&own_hours=100&hourly_usd=100").context
    assert free["best"].found.option.offering is None
    assert dear["best"].found.option.offering is not None
    own = next(row for row in dear["rows"] if row.found.option.offering is None)
    assert own.people_usd == 10_000
    assert own.found.total is not None


@pytest.mark.parametrize(
    ("typed", "said"), [("x", "as a number"), ("-1", "at least 0"), ("", "Enter"), ("1e9", "at most")]
)
def test_bad_hours_are_refused_at_the_field_and_kept(typed: str, said: str) -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").get(page_of(plan), {"own_hours": typed})
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["own_hours"])
    assert f'value="{typed}"' in answer.content.decode() or typed == ""


def test_an_hour_without_a_price_is_not_free() -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").get(page_of(plan), {"hourly_usd": ""})
    assert all(row.people_usd is None for row in answer.context["rows"])


def test_the_api_gives_ranges_parts_people_and_what_is_missing() -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").get(api_of(plan), {"own_hours": 3, "hourly_usd": 50}).json()
    now = answer["places"][0]
    assert now["now"] is True
    assert now["monthly_usd"]["p10"] <= now["monthly_usd"]["p50"] <= now["monthly_usd"]["p90"]
    assert set(now["parts_usd"]) >= {"compute", "storage", "backups"}
    own = next(one for one in answer["places"] if one["key"] == "self-hosted-aws-postgresql")
    assert own["people"] == {"hours_month": 3.0, "monthly_usd": 150.0}
    neon = next(one for one in answer["places"] if one["key"] == "neon-launch")
    assert neon["monthly_usd"] is None
    assert neon["missing"]
    assert sum(one["regret"]["cheapest_share"] for one in answer["places"] if one["regret"]) == pytest.approx(1)


def test_the_costs_page_and_the_panel_lead_here() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    for address in (
        reverse("planner:costs", args=[plan.pk]),
        f"{reverse('planner:plan', args=[plan.pk])}?select=store:pg-main",
    ):
        assert page_of(plan) in client.get(address).content.decode()


def test_who_may_compare_the_whole_plan() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    for person, status in ((people.owner, 200), (people.viewer, 200), (people.stranger, 404), (None, 404)):
        assert browser(person).get(reverse("planner:places", args=[plan.pk])).status_code == status
        assert browser(person).get(f"/api/v1/plans/{plan.pk}/places").status_code == status


def test_the_same_plan_elsewhere_stands_on_the_costs_page_and_store_by_store() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    costs = client.get(reverse("planner:costs", args=[plan.pk])).content.decode()
    assert "Same plan elsewhere" in costs
    assert "Google Cloud, self-hosted" in costs
    detail = client.get(reverse("planner:places", args=[plan.pk]), {"managed_hours": 2, "own_hours": 5})
    assert detail.context["places"][0].hours == 2 * 7 + 5 * 2
    assert client.get(reverse("planner:places", args=[plan.pk]), {"own_hours": "x"}).status_code == 422
    answer = client.get(f"/api/v1/plans/{plan.pk}/places").json()
    assert [one["key"] for one in answer["places"]][:2] == ["as-it-is", "aws-managed"]
    assert all(one["at_least"] == bool(one["not_priced"] or one["priced_in_part"]) for one in answer["places"])


def test_lines_are_filtered_by_every_word_and_nothing_found_says_so() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    url = reverse("planner:costs", args=[plan.pk])
    found = client.get(url, {"line": "pg-main STORAGE"}).context
    assert {(one.store) for one in found["results"]} == {"pg-main"}
    assert 0 < found["lines_shown"] < found["lines"]
    assert "No line holds “nothing &lt;b&gt;”" in client.get(url, {"line": "nothing <b>"}).content.decode()


def test_lines_that_vary_show_their_range() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(reverse("planner:costs", args=[plan.pk]))
    ranges = [line.monthly_usd_interval for one in page.context["results"] for line in one.lines]
    assert sum(one is not None and one.p10 < one.p90 for one in ranges) > 10
    assert all(one.p10 <= one.p50 <= one.p90 for one in ranges if one is not None)


def test_the_break_even_says_where_the_costs_are_the_same_and_shows_both() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    page = client.get(page_of(plan))
    said = [one.said for one in page.context["compared"].drawn]
    assert "costs less up to" in said[0]
    assert said[0].replace("'", "&#x27;") in page.content.decode()
    other = client.get(page_of(plan), {"against": "aws-aurora-postgresql", "hourly_usd": ""})
    assert other.context["compared"].against.found.option.key == "aws-aurora-postgresql"
    assert "time has no price" in other.content.decode()
    assert "There is no such place" in client.get(page_of(plan), {"against": "moon"}).content.decode()
    answer = client.get(api_of(plan), {"against": "aws-aurora-postgresql"}).json()["break_even"]
    assert [one["axis"] for one in answer["axes"]] == ["load", "month"]
    assert answer["axes"][0]["points"][0]["now_usd"] > 0
    assert client.get(api_of(plan), {"against": "moon"}).json()["break_even"] is None


def test_paying_by_the_request_is_held_against_holding_capacity() -> None:
    document = example()
    store = document.stores["mongo-catalog"].model_copy(
        update={"database": "dynamodb", "offering": "aws-dynamodb-on-demand"}
    )
    changed = document.model_copy(update={"stores": {**document.stores, "mongo-catalog": store}})
    page = browser(visitor="v").get(page_of(make_plan(changed, visitor="v"), "mongo-catalog"))
    (drawn,) = page.context["compared"].drawn
    assert drawn.found.axis == "peak"
    assert "3,600" in page.context["compared"].formula

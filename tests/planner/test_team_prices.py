"""A team's own prices: its plans are evaluated with them, and nobody else ever sees one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from catalog import facts, services, team_prices
from catalog.models import Price, TeamPrice
from catalog.price_rows import sha256_of
from catalog.refresh.rows import key_of
from planner import jobs, share
from planner.engine.results import CostLine, Evaluation
from planner.evaluations import document_of, evaluation_of, evaluation_of_document
from planner.models import Job, Plan
from planner.services import hand_over
from tests.factories import People, make_member, make_user
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
OPEN: tuple[dt.date, None] = (dt.date(2020, 1, 1), None)
MACHINE = "0.123456"  # an amount that stands in no price list


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    services.forget_published()
    team_prices.forget_all()
    yield
    services.forget_published()
    team_prices.forget_all()


def evaluated(plan: Plan) -> Evaluation:
    assert plan.head is not None
    return evaluation_of(plan.head, plan)


def lines(plan: Plan, store: str = "pg-main") -> tuple[CostLine, ...]:
    return evaluated(plan).stores[store].lines


def machine_row(plan: Plan) -> facts.Price:
    """The list price of the machine that the example's main store is bought as."""
    line = next(one for one in lines(plan) if one.basis == "fixed")
    return next(
        row
        for row in services.current_prices().prices
        if row.resource == line.because.key and row.usd == line.unit_price_usd and row.service == "Amazon RDS"
        and "postgresql" in row.engine
    )  # fmt: skip


def contract(people: People, plan: Plan, usd: str = MACHINE, days: tuple[dt.date, dt.date | None] = OPEN) -> TeamPrice:
    own = replace(machine_row(plan), usd=Decimal(usd))
    return team_prices.add_contract(people.team, people.owner, own, days, "EDP 2026")


def discount(people: People, percent: str, **scope: str) -> TeamPrice:
    return team_prices.add_discount(people.team, people.owner, Decimal(percent), OPEN, "", **scope)


def book(team: Team) -> facts.PriceBook:
    return team_prices.prices_for(team.pk)


def test_a_plan_of_the_team_is_evaluated_with_its_contract_and_nobody_elses(people: People) -> None:
    plan, other, private = make_plan(team=people.team), make_plan(owner=people.stranger), make_plan(owner=people.owner)
    before = evaluated(plan)
    contract(people, plan)
    after = evaluated(plan)
    machine = next(line for line in after.stores["pg-main"].lines if line.basis == "fixed")
    assert (machine.unit_price_usd, machine.of_team) == (Decimal(MACHINE), True)
    assert machine.because.source == "team price book: contract (EDP 2026)"
    assert after.price_snapshot != before.price_snapshot
    assert before.price_snapshot == services.current_prices().id == evaluated(other).price_snapshot
    assert evaluated(private).price_snapshot == before.price_snapshot
    assert not any(line.of_team for line in lines(other))
    head = plan.head
    assert head is not None
    assert evaluation_of_document(document_of(head), plan).price_snapshot == after.price_snapshot
    assert evaluation_of_document(document_of(head)).price_snapshot == before.price_snapshot


def test_discounts_the_narrowest_holds_and_a_contract_is_final(people: People) -> None:
    plan = make_plan(team=people.team)
    row = machine_row(plan)

    def paid() -> facts.Price:
        return next(one for one in book(people.team).prices if key_of(one) == key_of(row))

    steps: list[tuple[str, dict[str, str]]] = [
        ("5", {}), ("10", {"provider": "aws"}), ("20", {"service": "Amazon RDS"}), ("50", {"offering": "aws-rds-mysql"}),
        ("30", {"offering": "aws-rds-postgresql"}), ("25", {"offering": "aws-rds-postgresql"}),
    ]  # fmt: skip
    wanted = ["0.95", "0.9", "0.8", "0.8", "0.7", "0.7"]
    for (percent, scope), share_left in zip(steps, wanted, strict=True):
        discount(people, percent, **scope)
        assert paid().usd == row.usd * Decimal(share_left), scope
    assert paid().source == "team price book: 30 % off the list"
    assert paid().as_of == row.as_of
    team_prices.add_contract(people.team, people.owner, replace(row, usd=Decimal("0.2")), OPEN)
    assert paid().usd == Decimal("0.2")
    elsewhere = next(one for one in book(people.team).prices if one.provider == "gcp" and one.usd)
    listed = next(one for one in services.current_prices().prices if key_of(one) == key_of(elsewhere))
    assert elsewhere.usd == listed.usd * Decimal("0.95")


def test_days_decide_and_a_removal_brings_the_list_back(people: People) -> None:
    plan = make_plan(team=people.team)
    today, day = timezone.localdate(), dt.timedelta(1)
    contract(people, plan, "0.2", (today + day, None))
    contract(people, plan, "0.2", (today - 9 * day, today - day))
    assert book(people.team) == services.current_prices()
    row = contract(people, plan, "0.2", (today, today))
    assert book(people.team) != services.current_prices()
    team_prices.remove(row)
    assert book(people.team) == services.current_prices()


def test_a_contract_fills_a_region_without_a_list_price(people: People) -> None:
    row = machine_row(make_plan(team=people.team))
    own = replace(row, region="mars-north-1", usd=Decimal("0.3"))
    team_prices.add_contract(people.team, people.owner, own, OPEN)
    found = book(people.team).rows("aws", "Amazon RDS", "mars-north-1")
    assert [(one.usd, one.vcpu) for one in found] == [(Decimal("0.3"), row.vcpu)]


def test_an_estimate_uses_them_and_stays_behind_when_the_plan_leaves_the_team(people: People) -> None:
    plan = make_plan(team=people.team)
    discount(people, "50")
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.ESTIMATE, plan.head, {"draws": 64, "seed": 1}, None)
    jobs.run_job(job.pk)
    estimate = jobs.estimate_of(plan.head)
    monthly = evaluated(plan).totals.monthly_usd
    assert estimate is not None
    assert monthly is not None
    assert estimate.total.p50 == pytest.approx(monthly.p50, rel=0.3)
    page = f"/plans/{plan.pk}/costs/"
    assert "With the prices of that day" not in browser(people.viewer).get(page).content.decode()
    discount(people, "60")
    assert "With the prices of that day" in browser(people.viewer).get(page).content.decode()
    hand_over(plan, people.owner, None)
    assert jobs.estimate_of(plan.head) is None


def test_the_costs_page_says_which_lines_are_the_teams(people: People) -> None:
    plan = make_plan(team=people.team)
    page = f"/plans/{plan.pk}/costs/"
    assert "team's price book" not in browser(people.viewer).get(page).content.decode()
    contract(people, plan)
    for reader in (people.owner, people.editor, people.viewer):
        text = browser(reader).get(page).content.decode()
        assert "With your team's price book" in text
        assert "Your team</span>" in text
        assert f"/teams/{people.team.pk}/prices/" in text
        assert "0.1235" in text
    assert MACHINE in browser(people.owner).get(f"{page}?format=csv").content.decode()
    assert browser(people.stranger).get(page).status_code == 404


SHARED = ("", "?view=table", "?view=yaml", "?select=store:pg-main", "?select=order-service/orders", "costs/", "review/", "report/",
          "report/?format=markdown&section=costs&section=summary&section=sources", "backups/", "recovery/", "caching/",
          "costs/?traffic=12", "costs/?place=aws-self-hosted", "costs/?line=storage&budget=9000")  # fmt: skip


def test_a_shared_link_shows_totals_and_never_a_unit_price(people: People) -> None:
    plan = make_plan(team=people.team)
    contract(people, plan)
    discount(people, "17.25", service="Amazon ElastiCache")
    machine = next(line for line in lines(plan) if line.basis == "fixed")
    secrets = re.compile(r"0\.1234|0\.1235|17\.25|EDP 2026|% off")
    assert machine.monthly_usd is not None
    _, token = share.create_link(plan, revision=plan.head, user=None, hide_costs=False)
    for page in SHARED:
        answer = Client().get(f"/s/{token}/{page}")
        assert answer.status_code == 200, page
        assert secrets.findall(answer.content.decode()) == [], page
    text = Client().get(f"/s/{token}/costs/").content.decode()
    assert "at the team&#x27;s own prices" in text
    assert f"/teams/{people.team.pk}/prices/" not in text
    report = browser(people.viewer).get(f"/plans/{plan.pk}/report/?format=markdown&section=costs").content.decode()
    assert secrets.findall(report) == []
    assert "only totals are shown" in report


def test_the_sharing_page_says_where_the_costs_come_from(people: People) -> None:
    plan = make_plan(team=people.team)
    page = f"/plans/{plan.pk}/share/"
    assert "team's price book" not in browser(people.editor).get(page).content.decode()
    contract(people, plan)
    assert "Costs come from your team's price book" in browser(people.editor).get(page).content.decode()


def test_public_pages_and_the_api_show_the_list_only(people: People, client: Client) -> None:
    services.load()
    contract(people, make_plan(team=people.team))
    published = services.current_prices().id
    for reader in (client, browser(people.owner)):
        for page in ("/api/v1/prices?offering=aws-rds-postgresql&limit=500", "/api/v1/prices?format=csv&limit=500",
                     "/catalog/postgresql/?tab=offers", "/api/v1/catalog"):  # fmt: skip
            text = reader.get(page).content.decode()
            assert MACHINE not in text, page
            assert "team price book" not in text, page
    assert services.current_prices().id == published


@pytest.fixture
def listed(people: People) -> Price:
    services.load()
    return Price.objects.get(row_sha256=sha256_of(machine_row(make_plan(team=people.team))))


def url(team: Team, rest: str = "") -> str:
    return f"/teams/{team.pk}/prices/{rest}"


DISCOUNT: dict[str, Any] = {"percent": "12.5", "provider": "aws", "service": "", "offering": "", "valid_from": "2026-01-01",
                            "valid_to": "", "note": "EDP"}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "usd": "0.25",
    "region": "us-east-1",
    "valid_from": "2026-01-01",
    "valid_to": "",
    "note": "",
}


def test_owners_and_editors_write_viewers_read_others_find_nothing(people: People, listed: Price) -> None:
    row = discount(people, "5")
    pages = [url(people.team, f"contracts/{listed.pk}/")]
    posts = [
        (url(people.team, "discounts/"), DISCOUNT),
        (pages[0], CONTRACT),
        (url(people.team, f"{row.pk}/remove/"), {}),
    ]
    for reader, reads in ((people.viewer, 200), (people.stranger, 404)):
        web = browser(reader)
        assert web.get(url(people.team)).status_code == reads
        assert web.get(pages[0]).status_code == 404
        assert {web.post(page, data).status_code for page, data in posts} == {404}
    anonymous = Client()
    assert anonymous.get(url(people.team))["Location"].startswith("/account/login/")
    assert {anonymous.post(page, data).status_code for page, data in posts} == {302}
    assert TeamPrice.objects.count() == 1
    assert "Add a discount" not in browser(people.viewer).get(url(people.team)).content.decode()
    for writer in (people.owner, people.editor):
        web = browser(writer)
        assert "Add a discount" in web.get(url(people.team)).content.decode()
        assert {web.post(page, data).status_code for page, data in posts[:2]} == {302}
    assert TeamPrice.objects.count() == 5
    assert browser(people.editor).post(posts[2][0]).status_code == 302
    assert not TeamPrice.objects.filter(pk=row.pk).exists()


def test_another_teams_price_is_out_of_reach(people: People, listed: Price) -> None:
    row = discount(people, "5")
    other = Team.objects.create(name="Other")
    owner: User = make_member(other, people.team.memberships.model.Role.OWNER)
    web = browser(owner)
    assert web.post(url(other, f"{row.pk}/remove/")).status_code == 404
    assert web.post(url(people.team, f"{row.pk}/remove/")).status_code == 404
    assert "5 %" not in web.get(url(other)).content.decode()
    assert browser(make_user(is_staff=True)).get(url(people.team)).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"percent": "0"}, "greater than or equal to 0.01"),
        ({"percent": "100"}, "less than or equal to 99.99"),
        ({"percent": "x"}, "Enter a number"),
        ({"provider": "moon"}, "not one of the available choices"),
        ({"provider": "gcp", "offering": "aws-rds-mysql"}, "is not of this provider and service"),
        ({"provider": "gcp", "service": "Amazon RDS"}, "has no prices of Amazon RDS"),
        ({"valid_to": "2025-12-31"}, "not before the first"),
        ({"valid_from": ""}, "required"),
    ],
)
def test_bad_discounts_are_named_and_not_saved(people: People, change: dict[str, str], words: str) -> None:
    answer = browser(people.owner).post(url(people.team, "discounts/"), DISCOUNT | change)
    assert (answer.status_code, TeamPrice.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@pytest.mark.parametrize("usd", ["0", "-1", "x", "1e9", ""])
def test_bad_contract_prices_are_not_saved(people: People, listed: Price, usd: str) -> None:
    answer = browser(people.owner).post(url(people.team, f"contracts/{listed.pk}/"), CONTRACT | {"usd": usd})
    assert (answer.status_code, TeamPrice.objects.count()) == (422, 0)


def test_a_contract_is_found_and_saved_on_the_page(people: People, listed: Price) -> None:
    web = browser(people.editor)
    page = web.get(url(people.team), {"q": f"RDS {listed.resource} us-east-1 postgresql {listed.deployment}"})
    address = url(people.team, f"contracts/{listed.pk}/")
    assert address in page.content.decode()
    assert "The list says" in web.get(address).content.decode()
    web.post(address, CONTRACT | {"note": "<b>bold</b>"})
    text = web.get(url(people.team)).content.decode()
    assert "$0.2500" in text
    assert "&lt;b&gt;bold" in text
    row = TeamPrice.objects.get()
    assert (row.author, row.team) == (people.editor, people.team)

"""The review page: waivers that ended, what was typed, and benefits and challenges with their sources."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from planner import share
from planner.engine import edits
from planner.engine.document import Waiver
from planner.templatetags.rules import coded
from tests.planner.plans import HTMX, browser, example, make_plan

pytestmark = pytest.mark.django_db
AT = "services/product-catalog/data/product-search"
QUERY = f"?rule=consistency.dual-write&at={AT}"


def waived(until: dt.date) -> str:
    """The review page of a plan in which the dual write is accepted until a day."""
    waiver = Waiver(rule="consistency.dual-write", at=AT, until=until, reason="Outbox comes in March.")
    plan = make_plan(edits.with_waiver(example(), waiver), visitor="v")
    return browser(visitor="v").get(reverse("planner:review", args=[plan.pk]) + QUERY).content.decode()


def test_a_waiver_that_ended_shows_the_finding_again_with_its_old_reason() -> None:
    page = waived(timezone.localdate() - dt.timedelta(days=1))
    assert "Product data is written to two stores in one step" in page
    assert "It was accepted until" in page
    assert page.count("Outbox comes in March.") == 2  # as it was said, and in the form to say it again


def test_a_waiver_that_holds_hides_the_finding_among_the_accepted() -> None:
    page = waived(timezone.localdate())
    assert "It was accepted until" not in page
    assert "Product data is written to two stores in one step" not in page


def test_what_was_typed_stays_when_the_day_is_wrong() -> None:
    plan = make_plan(visitor="v")
    form = {"rule": "consistency.dual-write", "at": AT, "base": plan.head_id, "reason": "<b>Typed</b>", "until": "soon"}
    answer = browser(visitor="v").post(reverse("planner:waive", args=[plan.pk]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;Typed&lt;/b&gt;" in page
    assert 'value="soon"' in page
    assert "<title>Error:" in page
    assert f'name="at" value="{AT}"' in page


def test_benefits_and_challenges_name_all_of_the_guides_and_how_each_was_counted() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(reverse("planner:review", args=[plan.pk])).content.decode()
    section = page[page.index('id="balance"') : page.index("<footer")]
    for text in ("The right tool for each use", "Stores scale apart", "Each workload runs where it runs well",
                 "Try another system without moving everything", "Operations", "Consistency across stores", "Skills",
                 "Cost", "Disaster recovery"):  # fmt: skip
        assert f"<dt>{text}</dt>" in section
    assert section.count("<dt>") == section.count("<small>")
    assert "4 seams</b>: 2 by batch, 1 by dual-write, 1 by cache" in section
    assert "<b>4 missing</b>" in section


def test_a_link_that_hides_costs_shows_no_cost_of_a_system() -> None:
    plan = make_plan(visitor="v")
    until = timezone.now() + dt.timedelta(days=1)
    _, token = share.create_link(plan, revision=None, user=None, hide_costs=True, expires_at=until)
    page = browser().get(reverse("planner:shared_page", args=[token, "review"])).content.decode()
    section = page[page.index('id="balance"') : page.index("<footer")]
    assert "Disaster recovery" in section
    assert "$" not in section
    assert "%" not in section.replace("% of all reads and writes", "").replace("Headroom", "").split("Skills")[1]


def test_findings_name_their_place_and_write_code_as_code() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(reverse("planner:review", args=[plan.pk]) + QUERY).content.decode()
    assert '<span class="chip">Product search index</span>' in page
    assert "set <code>sync</code> to outbox" in page


@pytest.mark.parametrize(("text", "shown"), [
    ("`a` and `<b>`", "<code>a</code> and <code>&lt;b&gt;</code>"), ("<i>no</i>", "&lt;i&gt;no&lt;/i&gt;"),
    ("one ` alone", "one ` alone"), ("", ""),
])  # fmt: skip
def test_only_backticks_make_code_and_everything_is_escaped(text: str, shown: str) -> None:
    assert coded(text) == shown


def test_an_empty_plan_has_no_such_section() -> None:
    empty = example().model_copy(update={"stores": {}, "services": {}, "waivers": ()})
    plan = make_plan(empty, visitor="v")
    assert 'id="balance"' not in browser(visitor="v").get(reverse("planner:review", args=[plan.pk])).content.decode()


def review(query: str = "", **headers: str) -> str:
    plan = make_plan(visitor="v")
    url = reverse("planner:review", args=[plan.pk]) + query
    return browser(visitor="v").get(url, headers=headers or None).content.decode()


def test_findings_of_one_rule_stand_together_and_the_filter_is_in_the_address() -> None:
    page = review()
    assert page.count('class="finding-group"') >= 3
    high = review("?severity=high&q=")
    assert "badge--bad" in high
    assert high.count('class="finding ') + high.count('class="finding"') == int(page.split("High ")[1].split("<")[0])
    words = review("?q=hot+partition+nothing")
    assert "No finding of that kind" in words
    assert 'value="hot partition nothing"' in words


def test_typing_gets_the_list_alone_and_it_is_the_list_of_the_page() -> None:
    page, fragment = review("?q=backup"), review("?q=backup", **HTMX)
    assert "<html" not in fragment
    assert fragment.count('<a class="finding') == page.count('<a class="finding') > 0


@pytest.mark.parametrize("query", ["?severity=terrible", "?q=%00", "?q=" + "x" * 5000, "?rule=no.such&at=nowhere"])
def test_an_odd_filter_answers(query: str) -> None:
    assert "Design review" in review(query)


def test_a_fix_that_would_cost_a_target_is_explained_and_not_offered() -> None:
    page = review("?rule=placement.relational-would-do&at=stores/mongo-catalog")
    assert "Why there is no fix by one click here" in page
    assert "Apply to plan" not in page
    plan = make_plan(visitor="v")
    form = {"rule": "placement.relational-would-do", "at": "stores/mongo-catalog", "base": plan.head_id}
    browser(visitor="v").post(reverse("planner:fix", args=[plan.pk]), form)
    assert plan.revisions.count() == 1


def test_the_command_for_continuous_integration_stands_on_the_page() -> None:
    assert "plan check plan.yaml --format text --fail-on high" in review()

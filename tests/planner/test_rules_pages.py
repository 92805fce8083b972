"""The pages that explain the rules: all of them, complete, open to everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from planner.engine.advice import GROUPS, RULES, group_of
from planner.engine.rules.rule import Rule
from planner.templatetags.rules import coded
from planner.views.rules import source_parts
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    """As the page writes it: escaped."""
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#x27;"), ('"', "&quot;")):
        text = text.replace(sign, escaped)
    return text


def test_the_list_names_every_rule_once_and_leads_to_its_page() -> None:
    page = Client().get(reverse("planner:rules")).content.decode()
    for rule in RULES:
        assert page.count(f'href="{reverse("planner:rule", args=[rule.id])}"') == 1
    assert f"{len(RULES)} rules" in page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_page_of_a_rule_holds_everything_about_it(rule: Rule) -> None:
    answer = Client().get(reverse("planner:rule", args=[rule.id]))
    page = answer.content.decode()
    assert answer.status_code == 200
    for text in (rule.why, rule.decided, rule.fix):
        assert coded(text) in page
    assert rule.severity.capitalize() in page
    assert f"rule: {rule.id}" in page
    assert ("With one click" in page) is bool(rule.mend)
    for part in source_parts(rule.source):
        assert plain(part.text) in page
        assert not part.url or f'href="{part.url}"' in page
    for threshold in rule.thresholds:
        assert plain(threshold.value) in page
        assert plain(threshold.source) in page if threshold.source else ">Assumption<" in page


def test_every_rule_is_in_a_group_and_every_group_has_rules() -> None:
    assert {rule.id.partition(".")[0] for rule in RULES} == set(GROUPS)
    assert all(all(group_of(rule)) for rule in RULES)


def test_an_unknown_rule_is_404() -> None:
    assert Client().get("/rules/no.such-rule/").status_code == 404


def test_a_finding_leads_to_the_page_of_its_rule() -> None:
    plan = make_plan(visitor="v")
    page = browser(visitor="v").get(reverse("planner:review", args=[plan.pk]) + "?show=passed").content.decode()
    assert 'href="/rules/growth.limit/"' in page
    page = browser(visitor="v").get(reverse("planner:review", args=[plan.pk])).content.decode()
    assert 'href="/rules/consistency.dual-write/"' in page


def test_an_address_in_a_source_is_a_link_and_the_words_around_it_stay() -> None:
    parts = source_parts("Guide; https://example.org/a, article 17")
    assert [(part.text, part.url) for part in parts] == [
        ("Guide; ", ""),
        ("https://example.org/a", "https://example.org/a"),
        (", article 17", ""),
    ]

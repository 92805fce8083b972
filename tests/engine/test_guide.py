"""Every leaf and every path of the guide's tree, and the needs that answers say."""

from __future__ import annotations

from itertools import product

import pytest

from catalog.files import packaged_snapshot
from planner.engine import guide
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.ranking import rank

# The guide's own text: question by question, and what its "yes" names.
LEAVES: dict[str, dict[str, tuple[str, ...]]] = {
    "acid": {"yes": ("postgresql", "mysql")},
    "shape": {"yes": ("mongodb",)},
    "lookup": {"memory": ("redis",), "disk": ("dynamodb",)},
    "search": {"yes": ("elasticsearch",)},
    "analytics": {"yes": ("clickhouse", "postgresql")},
    "writes": {"yes": ("cassandra", "dynamodb")},
}
ALL_ANSWERS = [
    dict(zip(guide.BY_SLUG, values, strict=True))
    for values in product(*(["", *(option.value for option in one.options)] for one in guide.QUESTIONS))
]


def walk(answers: dict[str, str]) -> tuple[str, ...]:
    for question, ends in LEAVES.items():
        if answers[question] in ends:
            return ends[answers[question]]
    return ()


def test_every_path_ends_where_the_guide_says() -> None:
    assert len(ALL_ANSWERS) > 5_000
    wrong = [answers for answers in ALL_ANSWERS if guide.leaf_of(answers).stores != walk(answers)]
    assert wrong == []


def test_every_leaf_is_reached_and_in_the_catalog() -> None:
    reached = {stores for answers in ALL_ANSWERS if (stores := guide.leaf_of(answers).stores)}
    assert reached == {stores for ends in LEAVES.values() for stores in ends.values()}
    assert {slug for stores in reached for slug in stores} <= set(packaged_snapshot().databases)


def test_the_tree_stops_at_the_first_yes_and_says_what_it_never_read() -> None:
    leaf = guide.leaf_of({"acid": "no", "shape": "yes", "search": "yes", "writes": "no"})
    assert [step.question.slug for step in leaf.path] == ["acid", "shape"]
    assert [step.question.slug for step in leaf.unread] == ["search", "writes"]


@pytest.mark.parametrize("slug", guide.BY_SLUG)
def test_every_answer_says_needs_that_the_document_knows(slug: str) -> None:
    for option in guide.BY_SLUG[slug].options:
        needs = guide.needs_of({slug: option.value})
        filled = needs.model_dump(by_alias=True, exclude_defaults=True)
        assert set(filled) == set(option.needs)


def test_needs_do_not_depend_on_the_order_of_answers() -> None:
    answers = {"acid": "yes", "shape": "yes", "search": "yes", "writes": "yes"}
    assert guide.needs_of(answers) == guide.needs_of(dict(reversed(answers.items())))


def test_typed_amounts_win_over_assumed_ones() -> None:
    needs = guide.needs_of({"writes": "yes"}, {"writes_per_second": 90, "size_gib": 3, "other": 1})
    assert needs.writes_per_second == Needs(writes_per_second=90).writes_per_second
    assert needs.size_gib == Needs(size_gib=3).size_gib


def test_not_sure_asks_for_nothing() -> None:
    assert guide.needs_of(dict.fromkeys(guide.BY_SLUG, guide.UNSURE)) == Needs()


def test_every_difference_is_told_with_place_and_cause() -> None:
    snapshot = packaged_snapshot()
    for answers in ALL_ANSWERS[:: len(ALL_ANSWERS) // 200]:
        leaf = guide.leaf_of(answers)
        ranking = rank(guide.needs_of(answers), RankContext(), snapshot)
        found = guide.differences(leaf, ranking)
        assert tuple(one.database for one in found) == leaf.stores
        assert all(one.text for one in found)
        assert all((one.rank is None) == (ranking.refusal(one.database) is not None) for one in found)


def test_postgresql_loses_to_columnar_stores_where_the_tree_names_both() -> None:
    """Correction 19 of the guide: "Analytics: ClickHouse or PostgreSQL" after PostgreSQL was excluded."""
    answers = {"acid": "no", "analytics": "yes"}
    ranking = rank(guide.needs_of(answers), RankContext(), packaged_snapshot())
    clickhouse, postgresql = guide.differences(guide.leaf_of(answers), ranking)
    assert clickhouse.rank is not None
    assert postgresql.rank is None or postgresql.rank > clickhouse.rank


def test_transactions_and_search_together_stay_with_a_system_of_record() -> None:
    """Correction 18 of the guide: the tree never reaches the question about search; the ranking weighs both."""
    answers = {"acid": "yes", "search": "yes"}
    ranking = rank(guide.needs_of(answers), RankContext(), packaged_snapshot())
    databases = packaged_snapshot().databases
    assert databases[ranking.ranked[0].database].category in ("relational", "distributed_sql")
    elasticsearch = ranking.candidate("elasticsearch")
    assert elasticsearch is None or elasticsearch.score < ranking.ranked[0].score - 10

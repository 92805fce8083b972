"""Laws of the ranking, over any needs: order, strictness, weights, a first place for everyone, and reasons that exist."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.facts import Fact, Limit, Snapshot
from catalog.files import packaged_prices
from planner.engine.case import RELATIVE
from planner.engine.constraints import SCOPE_NEEDED
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.quantity import Quantity
from planner.engine.ranking import TIE_POINTS, rank
from planner.engine.results import Because, Ranking
from tests.engine.test_ranking import CONSISTENCY, NEEDS, QUERIES, SNAPSHOT

PRICES = packaged_prices()
TODAY = dt.date(2026, 11, 23)
LICENCES = ("open-source", "open-core", "source-available", "proprietary", "public-domain")
SLUGS = sorted(SNAPSHOT.databases)
WEIGHTS = st.dictionaries(st.sampled_from(sorted(RELATIVE)), st.floats(0, 100, allow_nan=False), max_size=4)
CONTEXTS = st.builds(
    RankContext,
    team_knows=st.lists(st.sampled_from(SLUGS), max_size=3, unique=True).map(tuple),
    in_plan=st.lists(st.tuples(st.just("a-store"), st.sampled_from(SLUGS)), max_size=3).map(tuple),
    provider=st.sampled_from(("", "aws", "gcp")),
    weights=WEIGHTS.map(lambda found: tuple(sorted(found.items()))),
    licences=st.lists(st.sampled_from(LICENCES), max_size=3, unique=True).map(tuple),
    prices=st.sampled_from((None, PRICES)),
    today=st.sampled_from((None, TODAY)),
)
NOISE = 1e-6  # points: sums of the same numbers in another proportion differ in their last digits


# --- the order of the catalog ---------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(NEEDS, CONTEXTS, st.randoms(use_true_random=False))
def test_the_order_of_the_catalog_changes_nothing(needs: Needs, context: RankContext, order: random.Random) -> None:
    """Neither systems, nor offerings, nor the facts of a system: with prices, weights and policies too."""
    assert rank(needs, context, shuffled(order)) == rank(needs, context, SNAPSHOT)


def shuffled(order: random.Random) -> Snapshot:
    def mixed(found: Any) -> dict[str, Any]:
        rows = list(found.items())
        order.shuffle(rows)
        return dict(rows)

    databases = {
        slug: dataclasses.replace(one, facts=mixed(one.facts)) for slug, one in mixed(SNAPSHOT.databases).items()
    }
    return Snapshot(f"shuffled-{uuid4()}", databases, mixed(SNAPSHOT.offerings))


# --- strictness -----------------------------------------------------------------------------------------------------


@st.composite
def amounts(draw: st.DrawFn, low: float, high: float) -> tuple[Quantity | None, Quantity | None]:
    """Two quantities, the first at most the second in each of its three numbers; None asks for nothing."""
    less = sorted(draw(st.lists(st.floats(low, high), min_size=3, max_size=3)))
    more = [one * factor for one, factor in zip(less, sorted(draw(FACTORS)), strict=True)]
    first = draw(st.sampled_from((None, Quantity(*less))))
    return first, Quantity(*more)


FACTORS = st.lists(st.floats(1, 1e4), min_size=3, max_size=3)
ALL_SCOPES = (None, "none", *SCOPE_NEEDED)


@st.composite
def stricter(draw: st.DrawFn) -> tuple[Needs, RankContext, Needs, RankContext]:
    """Needs and policy, and others that demand the same or more in every field at once."""
    ranks = {
        "consistency": (None, *CONSISTENCY),
        "transactions": ALL_SCOPES,
        "regions": (None, 1, 2, 3),
    }
    less: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for name, values in ranks.items():
        places = sorted(draw(st.tuples(*[st.integers(0, len(values) - 1)] * 2)))
        less[name], more[name] = values[places[0]], values[places[1]]
    for name, low, high in (
        ("writes_per_second", 0, 1e6), ("item_bytes", 1, 1e8), ("size_gib", 0.01, 1e6), ("reads_per_second", 0, 1e6),
    ):  # fmt: skip
        less[name], more[name] = draw(amounts(low, high))
    slower, quicker = draw(amounts(0.1, 100))
    less["latency_p99_ms"], more["latency_p99_ms"] = (quicker, slower or quicker) if slower else (None, quicker)
    more["queries"] = tuple(draw(st.permutations(QUERIES)))[: draw(st.integers(0, 4))]
    less["queries"] = some_of(draw, more["queries"])
    hosting = draw(st.sampled_from(("managed", "self-hosted")))
    less["hosting"], more["hosting"] = draw(st.sampled_from((None, "either", hosting))), hosting
    wide = tuple(draw(st.permutations(LICENCES)))[: draw(st.integers(1, len(LICENCES)))]
    narrow = some_of(draw, wide) or wide
    wide = draw(st.sampled_from((wide, ())))
    return Needs(**less), RankContext(licences=wide), Needs(**more), RankContext(licences=narrow)


def some_of(draw: st.DrawFn, all_of_them: tuple[str, ...]) -> tuple[str, ...]:
    kept = draw(st.lists(st.booleans(), min_size=len(all_of_them), max_size=len(all_of_them)))
    return tuple(one for one, keep in zip(all_of_them, kept, strict=True) if keep)


@settings(max_examples=200, deadline=None)
@given(stricter())
def test_a_stricter_need_never_unrefuses_a_store(pair: tuple[Needs, RankContext, Needs, RankContext]) -> None:
    """Nor does a narrower policy of licences, nor do any number of them together; and no objection goes away."""
    needs, context, stricter_needs, stricter_context = pair
    before = rank(needs, context, SNAPSHOT)
    after = rank(stricter_needs, stricter_context, SNAPSHOT)
    assert {one.database for one in before.refused} <= {one.database for one in after.refused}
    assert objections(before) <= objections(after)


def objections(ranking: Ranking) -> set[tuple[str, str]]:
    """What speaks against each system, hard or not."""
    refused = {(one.database, reason.constraint) for one in ranking.refused for reason in one.reasons}
    return refused | {(one.database, reason.constraint) for one in ranking.ranked for reason in one.warnings}


# --- weights --------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(NEEDS, CONTEXTS, st.sampled_from(sorted(RELATIVE)), st.floats(0, 100), st.floats(0, 100))
def test_raising_a_weight_never_lowers_a_store_that_is_best_on_it(
    needs: Needs, context: RankContext, criterion: str, one: float, other: float
) -> None:
    before, after = (
        rank(needs, dataclasses.replace(context, weights=with_weight(context, criterion, weight)), SNAPSHOT)
        for weight in sorted((one, other))
    )
    scores, raised = ({each.database: each.score for each in ranking.ranked} for ranking in (before, after))
    assert set(scores) == set(raised)
    for slug in best_on(before, criterion):
        ahead = {each for each in scores if scores[each] > scores[slug]}
        assert {each for each in raised if raised[each] > raised[slug] + NOISE} <= ahead


def with_weight(context: RankContext, criterion: str, weight: float) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((dict(context.weights) | {criterion: weight}).items()))


def best_on(ranking: Ranking, criterion: str) -> list[str]:
    values = {
        one.database: part.value
        for one in ranking.ranked
        for part in one.contributions
        if part.criterion == criterion
    }  # fmt: skip
    return [slug for slug, value in values.items() if value == max(values.values())]


# --- a first place for everyone -------------------------------------------------------------------------------------

WITNESSES = json.loads((Path(__file__).parent / "first_for.json").read_text())
# Systems that come first only where the team runs them already, and why that is right.
ONLY_WHERE_IT_RUNS = {
    "minio": "no longer maintained, and Ceph does the same and is",
    "keydb": "no longer maintained, and Valkey does the same and is",
}
STEPS = 400


@pytest.mark.parametrize("slug", SLUGS)
def test_every_system_is_first_for_some_need(slug: str) -> None:
    """Alone, or so close that pages call it equivalent to the first; with or without a provider and a policy of licences.

    `first_for.json` holds an example for each; where facts or weights changed, another is searched for.
    """
    if slug in ONLY_WHERE_IT_RUNS:
        assert behind(*witness(slug, team_knows=(slug,)), slug) <= TIE_POINTS
        return
    if slug in WITNESSES and behind(*witness(slug), slug) <= TIE_POINTS:
        return
    assert any(searched(slug, context) for context in settings_of(slug)), f"{slug} is first for no need"


def test_examples_and_exceptions_are_of_the_catalog() -> None:
    assert set(WITNESSES) <= set(SLUGS)
    assert set(ONLY_WHERE_IT_RUNS) <= set(SLUGS)


def witness(slug: str, team_knows: tuple[str, ...] = ()) -> tuple[Needs, RankContext]:
    found = WITNESSES[slug]
    context = RankContext(
        team_knows=team_knows, provider=found.get("provider", ""), licences=tuple(found.get("licences", ()))
    )
    return Needs.model_validate(found["needs"]), context


def behind(needs: Needs, context: RankContext, slug: str) -> float:
    """Points behind the first; infinite where it is refused."""
    ranking = rank(needs, context, SNAPSHOT)
    found = ranking.candidate(slug)
    return ranking.ranked[0].score - found.score if found else float("inf")


def settings_of(slug: str) -> Iterator[RankContext]:
    fact = SNAPSHOT.databases[slug].fact("licence.model")
    own = str(fact.value).replace("_", "-") if fact else "proprietary"
    for licences in ((), (own,)):
        for provider in ("", "aws", "gcp", "azure", "self-hosted"):
            yield RankContext(provider=provider, licences=licences)


def searched(slug: str, context: RankContext) -> bool:
    """From any needs, one or two fields are changed at a time, and what is no further behind is kept."""
    chance = random.Random(slug)
    needs = Needs()
    gap = behind(needs, context, slug)
    for _ in range(STEPS):
        names = chance.sample(sorted(CHANGES), chance.choice((1, 1, 2)))
        tried = needs.model_copy(update={name: one_of(chance, name) for name in names})
        found = behind(tried, context, slug)
        if found <= gap:
            needs, gap = tried, found
        if gap <= TIE_POINTS:
            return True
    return False


CHANGES: dict[str, tuple[Any, ...]] = {
    "consistency": (None, *CONSISTENCY),
    "transactions": ALL_SCOPES,
    "queries": (),
    "writes_per_second": (None, 1e1, 1e3, 5e3, 2e4, 5e4, 2e5, 1e6),
    "item_bytes": (None, 1e2, 1e4, 1e6, 1e8),
    "size_gib": (None, 1, 1e2, 1e3, 1e4, 1e5, 1e6),
    "latency_p99_ms": (None, 1, 2, 5, 10, 50, 500),
    "regions": (None, 1, 2),
    "hosting": ("either", "managed", "self-hosted"),
}


def one_of(chance: random.Random, name: str) -> Any:
    if name == "queries":
        return tuple(chance.sample(QUERIES, chance.randint(0, 4)))
    value = chance.choice(CHANGES[name])
    return Quantity(value, value, value) if isinstance(value, float | int) and name != "regions" else value


# --- reasons --------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(NEEDS, CONTEXTS)
def test_every_refusal_and_contribution_names_a_fact_that_exists(needs: Needs, context: RankContext) -> None:
    """Of this very system, with the source that the catalog gives; or it says that it is an assumption or an input."""
    ranking = rank(needs, context, SNAPSHOT)
    assert {one.database for one in ranking.ranked} | {row.database for row in ranking.refused} == set(SLUGS)
    for one in ranking.ranked:
        for part in one.contributions:
            assert wrong(one.database, part.because, part.criterion) == ""
        for warning in one.warnings:
            assert wrong(one.database, warning.because) == ""
    for row in ranking.refused:
        assert any(reason.hard for reason in row.reasons)
        for reason in row.reasons:
            assert wrong(row.database, reason.because) == ""
            assert not reason.hard or (reason.because.kind == "fact" and reason.because.verified)


@cache
def wrong(slug: str, because: Because, criterion: str = "") -> str:
    """What is wrong with a reason; empty if nothing is."""
    if not because.text:
        return "says nothing"
    if because.kind == "input":
        return "" if because.key else "names no input"
    owner, _, key = because.key.partition(":")
    if owner != slug:
        return f"speaks of {owner!r}"
    if because.kind == "assumption":
        return "an assumption is not verified" if because.verified else ""
    if because.kind == "formula":
        return "" if criterion == "cost" and key == "cost" else "no formula is known for it"
    return wrong_fact(slug, key, because) if because.kind == "fact" else f"is of kind {because.kind!r}"


def wrong_fact(slug: str, key: str, because: Because) -> str:
    database = SNAPSHOT.databases[slug]
    found: Fact | Limit | None = (
        database.limit(key.removeprefix("limits.")) if key.startswith("limits.") else database.fact(key)
    )
    if found is None and key == "lifecycle.cycles":
        return "" if database.cycles else "no release lines are known"
    if found is None:
        return "" if getattr(database, key, None) and because.source == database.docs_url else f"no fact {key!r}"
    if because.source and not (found.verified and because.source in found.sources):
        return "the catalog has no such source for it"
    return "a verified fact names no source" if because.verified and not because.source else ""

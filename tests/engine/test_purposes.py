"""Splits by purpose: which queries go where, how they are kept in step, what the source gains, and the plan after."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.files import packaged_snapshot
from planner.engine.document import Plan
from planner.engine.evaluate import context_of
from planner.engine.profile import in_memory
from planner.engine.purposes import ARCHIVE_GIB, HOT_DAYS, IN_STEP, PURPOSES, Split, splits, with_split
from planner.engine.ranking import rank

SNAPSHOT = packaged_snapshot()
PATH = "s/products"
MIXED: dict[str, object] = {
    "consistency": "strong",
    "transactions": "multi-record",
    "queries": ["point-lookup", "join", "full-text", "geo", "aggregation"],
    "reads_per_second": 3000,
    "writes_per_second": 100,
    "size_gib": [400, 800, 1600],
    "latency_p99_ms": 20,
}


def plan_with(needs: dict[str, object], stores: dict[str, str] | None = None, **more: object) -> Plan:
    return Plan.model_validate(
        {
            "name": "Made",
            "provider": "aws",
            "services": {
                "s": {
                    "name": "S",
                    "tier": "critical",
                    "data": {"products": {"name": "Products", "needs": needs} | more},
                }
            },
            "stores": {slug: {"name": slug, "database": database} for slug, database in (stores or {}).items()},
        }
    )


def found(plan: Plan) -> dict[str, Split]:
    return {one.purpose: one for one in splits(plan, PATH, context_of(plan), SNAPSHOT)}


def test_full_text_and_geo_beside_transactions_become_a_search_copy_through_an_outbox() -> None:
    one = found(plan_with(MIXED))["search"]
    assert one.copy is not None
    assert one.moves == one.copy.needs.queries == ("full-text", "geo")
    assert one.source.needs.queries == ("point-lookup", "join", "aggregation")
    assert (one.copy.sync, one.copy.derived_from) == ("outbox", (PATH,))
    assert (one.copy.needs.consistency, one.copy.needs.transactions) == ("eventual", "none")
    assert one.copy.needs.reads_per_second is None and any("not known" in text for text in one.assumptions)
    assert "reads the source" in one.in_step


def test_aggregation_becomes_an_analytics_copy_by_change_data_capture_or_batch() -> None:
    streams = found(plan_with(MIXED, {"pg": "postgresql"}, store="pg"))["analytics"]
    assert streams.copy is not None
    assert (streams.copy.sync, streams.moves) == ("cdc", ("aggregation",))
    assert streams.copy.tier == "medium"  # its source is critical; a copy for analysis can wait for a rebuild
    silent = found(plan_with(MIXED | {"consistency": "eventual"}, {"mem": "memcached"}, store="mem"))["analytics"]
    assert silent.copy is not None and silent.copy.sync == "batch"
    assert "last run" in silent.in_step


def test_what_is_kept_long_becomes_an_archive_and_the_source_keeps_the_hot_days() -> None:
    one = found(plan_with(MIXED | {"retention_days": 900, "size_gib": 1000}))["archive"]
    assert one.copy is not None and one.copy.needs.size_gib is not None and one.source.needs.size_gib is not None
    assert one.source.needs.retention_days is not None and one.source.needs.retention_days.mid == HOT_DAYS
    assert one.source.needs.size_gib.mid == pytest.approx(100)
    assert one.copy.needs.size_gib.mid == pytest.approx(900)
    assert one.copy.sync == "batch"
    assert SNAPSHOT.databases[one.system].category == "object_storage"


@pytest.mark.parametrize("needs", [{"retention_days": 80, "size_gib": 1000}, {"retention_days": 900, "size_gib": 20}])
def test_little_or_short_lived_data_have_no_archive(needs: dict[str, object]) -> None:
    assert ARCHIVE_GIB > 20
    assert "archive" not in found(plan_with(MIXED | needs))


def test_many_reads_of_few_writes_get_a_cache_in_memory_and_strong_reads_none() -> None:
    needs = {"queries": ["point-lookup", "join"], "reads_per_second": 4000, "writes_per_second": 10, "size_gib": 50}
    one = found(plan_with(needs))["cache"]
    assert in_memory(SNAPSHOT.databases[one.system])
    assert "4,000 reads/s" in one.why and "800" in one.why
    assert "cache" not in found(plan_with(needs | {"consistency": "strong"}))
    assert "cache" not in found(plan_with(needs | {"writes_per_second": 1000}))
    assert "cache" not in found(plan_with(needs, {"mem": "redis"}, cache={"layer": "distributed", "store": "mem"}))
    assert "cache" not in found(plan_with(needs, {"mem": "redis"}, store="mem"))


@pytest.mark.parametrize(
    "queries",
    [
        ["full-text"],
        ["full-text", "time-range", "append-log", "aggregation"],
        ["aggregation", "time-range"],
        ["join"],
        [],
    ],
)
def test_queries_that_belong_together_are_not_split(queries: list[str]) -> None:
    assert not {"search", "analytics"} & set(found(plan_with({"queries": queries})))


def test_a_copy_is_not_split_again() -> None:
    tree = plan_with(MIXED).model_dump(mode="json", by_alias=True)
    tree["services"]["s"]["data"]["from"] = {"name": "From"}
    tree["services"]["s"]["data"]["products"] |= {"derived_from": ["s/from"], "sync": "cdc"}
    assert not found(Plan.model_validate(tree))


def test_scores_before_and_after_are_those_of_the_ranking() -> None:
    plan = plan_with(MIXED, {"mongo": "mongodb"}, store="mongo")
    one = found(plan)["search"]
    context = context_of(plan)
    assert one.before == rank(plan.data_set(PATH).needs, context, SNAPSHOT, PATH)
    assert one.after == rank(one.source.needs, context, SNAPSHOT, PATH)
    assert one.gain_points == pytest.approx(one.after.ranked[0].score - one.before.ranked[0].score)
    assert one.worth(0) == (one.gain_points is not None and one.gain_points > 0)
    assert not one.worth(100)


def test_a_store_of_the_plan_takes_the_copy_unless_a_new_one_is_worth_the_tax() -> None:
    tree = plan_with(MIXED, {"find": "opensearch"}).model_dump(mode="json", by_alias=True)
    homes = {}
    for tax in (0, 100):
        tree["ranking"] = {"system_tax_points": tax}
        homes[tax] = found(Plan.model_validate(tree))["search"]
    assert homes[100].store == "find" and not homes[100].new_system
    assert homes[0].store == "" and homes[0].new_system
    assert homes[0].copy_score is not None and homes[100].copy_score is not None
    assert homes[0].copy_score > homes[100].copy_score


def test_the_plan_after_a_split_has_the_copy_its_store_and_the_smaller_source() -> None:
    plan = plan_with(MIXED, {"pg": "postgresql"}, store="pg", personal_data=True)
    one = found(plan)["search"]
    after = with_split(plan, PATH, one, SNAPSHOT)
    copy = after.data_set("s/products-search")
    assert copy.name == "Products, search copy"
    assert copy.store is not None and after.stores[copy.store].database == one.system
    assert (copy.personal_data, copy.deletion) == (True, "with-source")
    assert after.data_set(PATH).needs == one.source.needs
    assert after.data_set(PATH).store == "pg"
    assert "search" not in {one.purpose for one in splits(after, PATH, context_of(after), SNAPSHOT)}
    again = with_split(after, PATH, one, SNAPSHOT)
    assert "products-search-2" in again.services["s"].data


def test_a_cache_is_put_into_its_store() -> None:
    needs = {"queries": ["point-lookup"], "reads_per_second": 4000, "writes_per_second": 10, "size_gib": 50}
    plan = plan_with(needs, {"pg": "postgresql", "mem": "valkey"}, store="pg")
    after = with_split(plan, PATH, found(plan)["cache"], SNAPSHOT)
    cache = after.data_set(PATH).cache
    assert cache is not None and (cache.store, cache.ttl_seconds) == ("mem", 300)
    assert cache.memory_gib is not None and cache.memory_gib.mid == pytest.approx(10)
    assert list(after.services["s"].data) == ["products"]


def test_a_split_that_nothing_can_hold_is_refused() -> None:
    plan = plan_with(MIXED)
    one = found(plan)["search"]
    homeless = type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"system": "", "store": ""})
    with pytest.raises(ValueError, match="No system"):
        with_split(plan, PATH, homeless, SNAPSHOT)


WORDS = ["point-lookup", "join", "full-text", "geo", "aggregation", "bulk-scan", "time-range", "blob", "vector-search"]


@given(
    st.lists(st.sampled_from(WORDS), max_size=6, unique=True),
    st.sampled_from([None, "none", "multi-record"]),
    st.sampled_from([None, 30, 900]),
)
@settings(max_examples=30, deadline=None)
def test_a_split_never_makes_the_source_harder_to_place(
    queries: list[str], transactions: str | None, days: int | None
) -> None:
    needs: dict[str, object] = {
        "queries": queries,
        "transactions": transactions,
        "size_gib": 500,
        "retention_days": days,
    }
    plan = plan_with(needs)
    for one in splits(plan, PATH, context_of(plan), SNAPSHOT):
        assert {refused.database for refused in one.after.refused} <= {
            refused.database for refused in one.before.refused
        }
        assert set(one.moves) | set(one.source.needs.queries) == set(queries)
        assert one.purpose in PURPOSES and one.in_step in IN_STEP.values() and one.assumptions
        after = with_split(plan, PATH, one, SNAPSHOT)
        assert sum(1 for _ in after.data_sets()) == 2

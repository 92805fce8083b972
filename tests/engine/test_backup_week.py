"""The week of backups, their storage, and the 3-2-1-1-0 rule over a plan."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.backup.copies_rule import holds_its_own, rule_of
from planner.engine.backup.start_times import WEEK
from planner.engine.backup.storage import backup_storage
from planner.engine.backup.week import moment, week_of
from planner.engine.document import BackupCopy, BackupPolicy, Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.results import StoreResult
from tests.engine.documents import EXAMPLES, WEBSHOP

TODAY = dt.date(2026, 11, 23)
AWAY = BackupCopy(medium="object-storage", region="eu-west-1", offsite=True, immutable=True)


def policy(kind: str, every: str, keep: str = "7d", *copies: BackupCopy) -> BackupPolicy:
    return BackupPolicy.model_validate(
        {"kind": kind, "every": every, "keep": keep, "method": "physical", "copies": copies}
    )


def webshop(**backups: tuple[BackupPolicy, ...]) -> Plan:
    plan = parse(WEBSHOP.read_bytes())
    named = {slug.replace("_", "-"): value for slug, value in backups.items()}
    stores = {
        slug: store.model_copy(update={"backups": named[slug]}) if slug in named else store
        for slug, store in plan.stores.items()
    }
    return plan.model_copy(update={"stores": stores})


def results(plan: Plan) -> dict[str, StoreResult]:
    return dict(evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY).stores)


def test_each_policy_has_as_many_runs_as_its_period_fits_into_a_week() -> None:
    plan = webshop(
        pg_main=(policy("full", "7d"), policy("incremental", "1d"), policy("snapshot", "6h"), policy("log", "5m"))
    )
    one = next(one for one in week_of(plan, results(plan)).stores if one.slug == "pg-main")
    kinds = [run.kind for run in one.runs]
    assert (kinds.count("full"), kinds.count("incremental"), kinds.count("snapshot")) == (
        1,
        6,
        28,
    )  # a full replaces one
    assert one.continuous
    assert all(0 <= run.start < WEEK for run in one.runs)
    assert moment(one.runs[0].start) == "Sun 02:00"


def test_what_is_rarer_than_weekly_is_named() -> None:
    plan = webshop(pg_main=(policy("full", "1M"),))
    one = next(one for one in week_of(plan, results(plan)).stores if one.slug == "pg-main")
    assert (one.runs, one.rarer) == ((), ("full, on the 1st of each month at 02:00 UTC",))


def test_a_schedule_that_overlaps_itself_and_two_kinds_at_once_are_told() -> None:
    plan = webshop(ch_events=(policy("full", "1h"),))
    found = week_of(plan, results(plan)).collisions
    assert [(one.kind, one.where) for one in found if one.where == "ch-events"] == [("itself", "ch-events")]
    plan = webshop(ch_events=(policy("full", "7d"), policy("incremental", "3h")))
    found = week_of(plan, results(plan)).collisions
    assert [(one.kind, one.where) for one in found if one.where == "ch-events"] == [("store", "ch-events")]


def test_many_stores_at_one_place_at_once_are_told() -> None:
    long = policy("full", "1d", "7d", AWAY)
    plan = webshop(ch_events=(long,), es_logs=(long,), pg_main=(long,))
    places = [one for one in week_of(plan, results(plan)).collisions if one.kind == "place"]
    assert [one.where for one in places] == ["object-storage in eu-west-1"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_storage_grows_with_the_data_and_sums_its_parts(path) -> None:  # type: ignore[no-untyped-def]
    plan = parse(path.read_bytes())
    found = backup_storage(plan, packaged_snapshot())
    assert found.total() == pytest.approx(sum(one.gib * one.places for one in found.held))
    growing = all(
        (ref.data_set.needs.growth_per_year is None or ref.data_set.needs.growth_per_year.low >= 0)
        for ref in plan.data_sets()
    )
    assert not growing or found.total(36) >= found.total(0)


def test_storage_of_one_policy_by_hand() -> None:
    """PostgreSQL of the example: 124 GiB a whole copy (half of 248), two kept: 248 GiB here, 248 GiB away."""
    here = BackupCopy(medium="object-storage", region="us-east-1")
    plan = webshop(pg_main=(policy("full", "1d", "2 copies", here, AWAY),))
    (one,) = (one for one in backup_storage(plan, packaged_snapshot()).held if one.store == "pg-main")
    size = results(plan)["pg-main"].size_gib
    assert size is not None
    assert one.gib == pytest.approx(size * 0.5 * 2)
    assert one.places == 2


def test_more_backups_never_take_less_room() -> None:
    few = backup_storage(webshop(pg_main=(policy("full", "7d", "4w"),)), packaged_snapshot())
    many = backup_storage(webshop(pg_main=(policy("full", "7d", "8w"),)), packaged_snapshot())
    assert many.total() > few.total()


def test_the_rule_counts_stores_that_hold_their_own_data_and_says_what_each_lacks() -> None:
    plan = webshop()
    assert not holds_its_own(plan, "es-search")  # rebuilt from the product data
    clauses = rule_of(plan)
    assert [one.digit for one in clauses] == ["3", "2", "1", "1", "0"]
    assert {one.stores for one in clauses} == {6}
    offsite, locked, errors = clauses[2], clauses[3], clauses[4]
    assert [(one.slug, one.text) for one in offsite.missing] == [("s3-archive", "no copy at another site")]
    assert [one.slug for one in locked.missing] == ["s3-archive"]
    assert "pg-main" not in {one.slug for one in errors.missing}
    safe = webshop(s3_archive=(policy("snapshot", "1d", "30d", AWAY, BackupCopy(medium="tape", offsite=True)),))
    assert [one.is_met for one in rule_of(safe)][:4] == [True, True, True, True]

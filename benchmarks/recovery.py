"""Speed of backups and recovery: time back with its range, proposals of schedules, retention over ten years."""

from __future__ import annotations

import datetime as dt
from functools import partial

from benchmarks.engine import TODAY, example, made_plan
from benchmarks.measure import Measured, seconds
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.backup.chains import Source, chain_storage
from planner.engine.backup.jobs import copy_job
from planner.engine.backup.keep import kept_by_borg, kept_by_restic
from planner.engine.backup.proposals import proposals
from planner.engine.costs import size_and_price
from planner.engine.demand import parts_by_store
from planner.engine.document import Plan
from planner.engine.outlook import growth_of, outlook
from planner.engine.recovery import _store_ways as recovery_of_store
from planner.engine.recovery import facts_of, recover
from planner.engine.store_defaults import daily_backup


def measure() -> list[Measured]:
    return [
        Measured("Recovery, 100 stores x 6 failures x 1,000 draws", 1000 * _recovery(), 300, "ms"),
        Measured(
            "Proposals of backups for one store of the example, slowest", 1000 * _proposals(example()), 1000, "ms"
        ),
        Measured("Ten years of daily backups with GFS, slowest of four ways", 1000 * _retention(), 20, "ms"),
    ]


def _recovery() -> float:
    """Ways back, verdicts, and for each data set and failure its range; nothing is kept from the run before."""
    snapshot, prices = packaged_snapshot(), packaged_prices()
    plan = _backed_up(made_plan(100, 100))
    sizes = size_and_price(plan, snapshot, prices)
    parts = parts_by_store(plan)

    def work() -> None:
        growth = {slug: growth_of(some) for slug, some in parts.items()}
        recovery_of_store.cache_clear()
        found, _ = recover(plan, snapshot, sizes)
        for path, row in found.items():
            slug = plan.data_set(path).store or ""
            store = plan.stores[slug]
            for one in row.failures:
                outlook(one, store, facts_of(snapshot.databases[store.database]), growth[slug], row.target_rto_seconds)

    return min(seconds(work, 3))


def _backed_up(plan: Plan) -> Plan:
    stores = {
        slug: store.model_copy(update={"backups": (daily_backup("us-east-1"),)}) for slug, store in plan.stores.items()
    }
    return plan.model_copy(update={"stores": stores})


def _proposals(plan: Plan) -> float:
    snapshot, prices = packaged_snapshot(), packaged_prices()
    return max(min(seconds(partial(proposals, plan, slug, snapshot, prices), 2)) for slug in plan.stores)


def _retention() -> float:
    """Which backups stay by restic's rules, by borg's, by a copy job's, and the storage of as many chains."""
    first = dt.datetime(TODAY.year - 10, TODAY.month, TODAY.day, 2, tzinfo=dt.UTC)
    days = (TODAY - first.date()).days
    times = [first + dt.timedelta(days=day) for day in range(days)]
    policy: dict[str, int | str] = {"daily": 7, "weekly": 5, "monthly": 12, "yearly": 10}
    fulls = {"W": 5, "M": 12, "Q": 4, "Y": 10}
    ways = (
        partial(kept_by_restic, times, policy), partial(kept_by_borg, times, policy),
        partial(copy_job, 7, fulls, first.date(), days),
        partial(chain_storage, Source(100, 0.02, 0.5, 0.1), full_every_days=7, mode="inc", days=days, keep_chains=520),
    )  # fmt: skip
    return max(min(seconds(way, 5)) for way in ways)

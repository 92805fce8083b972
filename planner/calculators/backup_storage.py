"""How many backups a retention policy keeps after ten years, and how much room they take: deduplicated, and as chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine import edits
from planner.engine.backup.chains import Mode, Source, chain_length
from planner.engine.backup.keep import RESTIC_RULES, kept_by_restic
from planner.engine.document import BackupPolicy, Plan, Store
from planner.engine.quantity import Quantity
from planner.engine.results import Because
from planner.forms.backup_calculators import StorageCalculatorForm

DAYS = 3_652
LAST = dt.datetime(
    2026, 1, 1, 2, tzinfo=dt.UTC
)  # ten years of daily backups end on a day that is also a month's and a year's first
RETENTION = "https://restic.readthedocs.io/en/stable/060_forget.html"


def compute(inputs: Inputs) -> Answer:
    ages = kept_ages(*(int(inputs[rule] or 0) for rule in RESTIC_RULES[1:]))
    every, mode = int(inputs["full_every_days"]), inputs["mode"]
    length = chain_length(every, mode)
    places = float(inputs["copies"])
    deduplicated = _range(inputs, lambda source: deduplicated_gib(source, ages))
    chains = _range(inputs, lambda source: chains_gib(source, ages, every, mode))
    everywhere = (places * chains[0], places * chains[1], places * chains[2])
    grown = (1 + float(inputs["growth"])) ** 3
    later = (grown * everywhere[0], grown * everywhere[1], grown * everywhere[2])
    figures = (
        Figure("points", "Backups kept", "backups", float(len(ages)), note="after ten years of a backup a day"),
        Figure("oldest_days", "The oldest is", "days old", float(max(ages))),
        Figure("deduplicated_gib", "Storage, deduplicated", "GiB", *deduplicated, note="restic, borg: what changed, once"),
        Figure("chains_gib", "Storage, as chains", "GiB", *chains, note="each kept backup with all that it needs"),
        Figure("all_places_gib", "Chains in all places", "GiB", *everywhere),
        Figure("later_gib", "Chains in all places in 36 months", "GiB", *later, note="all sizes grown alike"),
        Figure("sets_mean", "Sets that a restore reads, on average", "sets", length.mean, note="of a chain"),
        Figure("sets_most", "Sets that a restore reads, at most", "sets", float(length.most)),
    )  # fmt: skip
    return Answer(figures, _because())


@lru_cache(maxsize=64)
def kept_ages(daily: int, weekly: int, monthly: int, yearly: int) -> tuple[int, ...]:
    """Ages in days of what is kept, youngest first, by the rules of `restic forget`."""
    times = [LAST - dt.timedelta(days=age) for age in range(DAYS)]
    policy: dict[str, int | str] = {"daily": daily, "weekly": weekly, "monthly": monthly, "yearly": yearly}
    return tuple((LAST - at).days for at in kept_by_restic(times, policy))


def deduplicated_gib(source: Source, ages: tuple[int, ...]) -> float:
    """The newest whole, and for each older one what has changed until the next younger one that is kept."""
    now = source.full_gb(0)
    return now + sum(source.differential_gb(0, older - younger) for younger, older in pairwise(ages))


def chains_gib(source: Source, ages: tuple[int, ...], every: int, mode: Mode) -> float:
    """Each kept backup keeps its full and, of increments, all between. Sizes are today's; a full lies on day 0 of its cycle."""
    needed: set[int] = set()
    for age in ages:
        day = DAYS - 1 - age
        full = day - day % every
        needed |= {full, day} if mode == "diff" else set(range(full, day + 1))
    total = 0.0
    for day in needed:
        since = day % every
        step = source.incremental_gb(0) if mode == "inc" else source.differential_gb(0, since)
        total += step if since else source.full_gb(0)
    return total


def _range(inputs: Inputs, gib: Callable[[Source], float]) -> tuple[float, float, float]:
    """Likely, low, high: size and change at their likely values, both low, both high."""
    size, change = inputs["size_gib"], inputs["daily_change"]
    ends = ((size.mid, change.mid), (size.low, change.low), (size.high, change.high))
    packed, growth = float(inputs["compression"]), float(inputs["growth"])
    likely, low, high = (gib(Source(one, changed, packed, growth)) for one, changed in ends)
    return likely, low, high


def _because() -> tuple[Because, ...]:
    return (
        Because("fact", "Each rule keeps the newest backup of each of its periods", "", RETENTION, "2026-11-23"),
        Because("formula", "Changed in k days: 1 - (1 - change)^k of the data; a full = data x size of a backup"),
        Because("formula", "Deduplicated: the newest whole + what changed between neighbours that are kept"),
        Because(
            "formula",
            "Chains: fulls and increments that a kept backup needs to be read; ranges: size and change low, high",
        ),
        Because("input", "Sizes, change and growth are yours; those that the page begins with are assumptions"),
    )


def with_backups(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set in a store of its own with this schedule."""
    keep = {rule: int(inputs[rule]) for rule in ("daily", "weekly", "monthly", "yearly") if inputs[rule]}
    every = int(inputs["full_every_days"])
    kind = "incremental" if inputs["mode"] == "inc" else "differential"
    full = {"kind": "full", "every": f"{every}d", "keep": keep, "method": "physical"}
    policies = [full] if every == 1 else [full, {**full, "kind": kind, "every": "1d", "keep": f"{2 * every}d"}]
    return stored(plan, path, tuple(BackupPolicy.model_validate(one) for one in policies), inputs["size_gib"])


def stored(plan: Plan, path: str, backups: tuple[BackupPolicy, ...], size: Quantity) -> Plan:
    """The data set with this size in a store with these backups."""
    data_set = plan.data_set(path)
    slug = edits.unique_slug("store", plan.stores)
    plan = edits.with_store(
        plan, slug, Store(name=f"Store of {data_set.name}"[:200], database="postgresql", backups=backups)
    )
    needs = data_set.needs.model_copy(update={"size_gib": size})
    return edits.with_data_set(plan, path, data_set.model_copy(update={"needs": needs, "store": slug}))


BACKUP_STORAGE = Calculator(
    slug="backup-storage",
    title="Backup storage and retention",
    about="How many backups a retention policy keeps, how old the oldest is, and how much room they take.",
    icon="archive",
    form=StorageCalculatorForm,
    compute=compute,
    use=with_backups,
)

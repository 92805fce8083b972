"""What an evaluation says. Frozen values that pages, reports, the API and the commands all read; nothing computes here.

Units stand in the names. `None` means unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.facts import TEAM_SOURCE, Snapshot
from planner.engine.context import RankContext
from planner.engine.document import Needs

TOTAL_ONLY = "total-only"


@dataclass(frozen=True, slots=True)
class Because:
    """Where a number or a verdict comes from. `kind`: fact | formula | price | input | assumption | drill."""

    kind: str
    text: str
    key: str = ""  # fact key ("postgresql:consistency.transaction_scope"), price resource or field path
    source: str = ""  # URL or repository reference; empty for assumptions and formulas of our own
    as_of: str = ""  # ISO date
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """p10, p50 and p90 of one quantity, in the unit that the field's name says."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """One visible part of a score: value and weight are 0..1, `points` = 100 * weight * value."""

    criterion: str
    label: str
    weight: float
    value: float
    points: float
    because: Because


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a database cannot hold a data set. `hard` is false where the fact is not verified: then it only warns."""

    constraint: str
    need: str
    text: str  # short: "no joins"
    because: Because
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A database that may hold the data set. `score` 0..100. `warnings` = soft refusals. `in_plan` = slugs of stores."""

    database: str
    rank: int
    score: float
    contributions: tuple[Contribution, ...]
    warnings: tuple[Refusal, ...]
    in_plan: tuple[str, ...]
    confirmed: float = 0.0  # share of the system's facts that were seen in a source; decides between equal scores


@dataclass(frozen=True, slots=True)
class Refused:
    database: str
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    data_set: str  # "service/data"; empty when needs were ranked alone
    ranked: tuple[Candidate, ...]
    refused: tuple[Refused, ...]
    assumptions: tuple[str, ...]  # needs left empty and what was assumed instead
    # What was asked, of what: so that stability and turning points can ask again.
    needs: Needs = field(compare=False, repr=False)
    context: RankContext = field(compare=False, repr=False)
    snapshot: Snapshot = field(compare=False, repr=False)

    def candidate(self, database: str) -> Candidate | None:
        return next((one for one in self.ranked if one.database == database), None)

    def refusal(self, database: str) -> Refused | None:
        return next((one for one in self.refused if one.database == database), None)


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the bill. `monthly_usd` and `unit_price_usd` are None where no price is known: then the total says "at least"."""

    store: str  # store slug
    item: str  # "Instance, db.r6g.xlarge Multi-AZ"
    basis: str  # what drives it: fixed | size | writes | reads | backups | transfer
    quantity: float | None
    unit: str  # "h", "GiB", "million requests"
    unit_price_usd: Decimal | None
    monthly_usd: Decimal | None
    because: Because
    monthly_usd_interval: Interval | None = None  # None = no price, or the line is not in every draw

    @property
    def of_team(self) -> bool:
        """Priced by the team's own price book, not by the list."""
        return self.because.source.startswith(TEAM_SOURCE)

    @property
    def total_only(self) -> bool:
        """Several lines at a team's own prices as one total, for readers outside the team."""
        return self.because.key == TOTAL_ONLY


@dataclass(frozen=True, slots=True)
class StoreResult:
    """Size and cost of one store at its likely (median) inputs, with the interval that the ranges of the inputs give."""

    store: str
    size_gib: float | None
    reads_per_second: float | None
    writes_per_second: float | None
    shape: str  # chosen instance ("db.r6g.xlarge"), "" where none applies
    nodes: int | None
    lines: tuple[CostLine, ...]
    monthly_usd: Decimal | None  # sum of the known lines; None if none is known
    monthly_usd_interval: Interval | None
    unknown: tuple[str, ...]  # sentences: what has no price or no formula
    reasons: tuple[Because, ...]  # the sizing arithmetic


@dataclass(frozen=True, slots=True)
class FailureRecovery:
    """What one failure does to one data set. `rpo_seconds` None = unknown or unbounded (see `text`).

    `lost` is what a page prints: "none committed", "up to 5 min", "rebuilt", "unknown".
    """

    failure: str  # node | zone | region | operator | corruption | account
    label: str
    lost: str
    rpo_seconds: float | None
    rto_seconds: float | None
    meets_rpo: bool | None
    meets_rto: bool | None
    copy_used: str  # "synchronous standby", "full backup 7d in us-west-2", "rebuilt from order-service/orders"
    steps: tuple[tuple[str, float], ...]  # ("Restore 210 GiB", seconds) in order
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class DataSetRecovery:
    data_set: str
    tier: str
    target_rpo_seconds: float
    target_rto_seconds: float
    failures: tuple[FailureRecovery, ...]
    met: bool | None  # every failure meets both targets; None = not placed or unknown


@dataclass(frozen=True, slots=True)
class ServiceRecovery:
    service: str
    tier: str
    target_rpo_seconds: float
    target_rto_seconds: float
    worst_rpo_seconds: float | None
    worst_rto_seconds: float | None  # includes start-up and the services it depends on
    met: bool | None


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str  # "consistency.dual-write"
    severity: str  # high | medium | low
    at: str  # document path with slashes: "services/order-service/data/orders", "stores/pg-main" or ""
    title: str
    message: str
    fix: str
    source: str
    waived_until: str = ""  # ISO date; empty = open
    waiver_reason: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The strip on top of each plan page."""

    monthly_usd: Interval | None
    at_least: bool  # a line has no price
    targets_met: int
    targets_total: int
    findings_high: int
    findings_medium: int
    findings_low: int
    worst_loss_seconds: float | None  # None = everything, or not known for every failure: the text says which
    worst_loss_text: str  # "24 h", "at least 5 s", "everything", "unknown"
    worst_loss_where: str  # "app logs, region lost"
    prices_as_of: str  # ISO date of the oldest price used; "" if none
    data_sets: int
    caches: int
    stores: int


@dataclass(frozen=True)
class Evaluation:
    document_sha256: str
    catalog_snapshot: str
    price_snapshot: str
    rankings: Mapping[str, Ranking]  # by "service/data"
    stores: Mapping[str, StoreResult]  # by store slug
    recovery: Mapping[str, DataSetRecovery]  # by "service/data"
    services: Mapping[str, ServiceRecovery]
    findings: tuple[Finding, ...]
    passed_rules: tuple[str, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Driver:
    """One bar of the tornado: how far the p50 of the monthly total moves when only this input is at p10 or p90."""

    path: str
    label: str
    low_usd: float
    high_usd: float
    rank_correlation: float
    range: tuple[float, float, float] | None = None  # low, likely and high of the input; None in older estimates


@dataclass(frozen=True, slots=True)
class Break:
    """A limit or target of a store that breaks. Months from now at which 10, 50 and 90 % of the draws are past it;
    None = not within the period, or (for targets, which are at the likely inputs) not asked."""

    store: str
    kind: str  # machine | size | writes | target
    text: str
    source: str  # of the limit; empty = assumption
    early: int | None
    likely: int | None
    late: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Nodes that are added, or a larger machine, at the likely inputs."""

    store: str
    month: int
    nodes: int | None
    shape: str
    text: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seeded Monte Carlo over the plan's quantities, USD per month. Percentiles are of sums, never sums of percentiles."""

    seed: int
    draws: int
    total: Interval
    at_least: bool
    histogram: tuple[tuple[float, float, int], ...]  # (from USD, to USD, draws)
    stores: Mapping[str, Interval]
    months: tuple[Interval, ...]  # month 0..36
    drivers: tuple[Driver, ...]
    unknown: tuple[str, ...]
    document_sha256: str
    catalog_snapshot: str
    price_snapshot: str
    prices_as_of: str
    quantiles: tuple[tuple[float, ...], ...] = ()  # of each month, at over_time.QUANTILES
    whole_period: Interval | None = None  # USD over the 36 months after this one
    breaks: tuple[Break, ...] = ()
    steps: tuple[Step, ...] = ()

"""What a new data set is like, until somebody says more: needs in words for the usual kinds of data.

No numbers: nobody can guess those. What a preset fills in is written down as an assumption of the plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from planner.engine.document import DataSet, Needs, Plan
from planner.engine.sections import Assumption


@dataclass(frozen=True, slots=True)
class Preset:
    """`words` are beginnings of words in names that speak for it."""

    slug: str
    label: str
    words: tuple[str, ...]
    needs: MappingProxyType[str, object]


def _preset(slug: str, label: str, words: str, **needs: object) -> Preset:
    return Preset(slug, label, tuple(words.split()), MappingProxyType(needs))


# The first one that a name speaks for is taken, so the particular stand before the general.
PRESETS = (
    _preset("search", "Search index", "search index", consistency="eventual", queries=("full-text",)),
    _preset("sessions", "Sessions, carts, tokens", "session cart basket token otp presence cache",
            consistency="eventual", transactions="single-record", queries=("point-lookup", "ttl-expiry")),
    _preset("counters", "Counters, rankings", "counter leaderboard score rating limit",
            consistency="eventual", transactions="single-record", queries=("point-lookup", "counter", "sorted-set")),
    _preset("metrics", "Metrics, sensor values", "metric sensor telemetry measurement reading",
            consistency="eventual", queries=("append-log", "time-range")),
    _preset("events", "Events, clicks, logs", "event click log audit activity track",
            consistency="eventual", queries=("append-log", "time-range", "aggregation")),
    _preset("messages", "Messages between services", "queue stream message notification outbox topic job",
            consistency="eventual", queries=("append-log", "pub-sub")),
    _preset("files", "Images, files, backups", "image photo video file attachment avatar document-file blob upload media backup",
            queries=("blob",)),
    _preset("vectors", "Embeddings", "embedding vector", consistency="eventual", queries=("vector-search",)),
    _preset("graph", "Relations that are walked", "graph friend follower network recommendation",
            consistency="eventual", queries=("graph-traversal", "point-lookup")),
    _preset("reports", "Reports, analytics", "report analytic dashboard warehouse statistic",
            consistency="eventual", queries=("aggregation", "bulk-scan")),
    _preset("documents", "Records whose fields differ", "product catalog profile content page article setting config",
            consistency="read-your-writes", transactions="single-record", schema="flexible",
            queries=("point-lookup", "secondary-index", "nested-document")),
    _preset("orders", "Records that change together", "order payment invoice account customer user booking ledger transaction stock "
            "inventory subscription tenant contract",
            consistency="strong", transactions="multi-record", schema="fixed", queries=("point-lookup", "secondary-index", "join")),
)  # fmt: skip


OWN_WORDS = "own"
# What the forms offer: value and label, the guess first.
KINDS = [
    ("", "Take it from the name"),
    *((one.slug, one.label) for one in PRESETS),
    (OWN_WORDS, "None of these: as said below"),
]


def preset_of(slug: str) -> Preset | None:
    return next((one for one in PRESETS if one.slug == slug), None)


def guessed(name: str) -> Preset | None:
    """The first preset of which a word begins like one in the name; None where the name says nothing."""
    parts = re.findall(r"[a-z]+", name.lower())
    return next((one for one in PRESETS if any(part.startswith(one.words) for part in parts)), None)


def says_nothing(needs: Needs) -> bool:
    """Whether nobody has said how it is read or how strict it is: then every ranking is a guess."""
    return not needs.queries and needs.consistency is None and needs.transactions is None


def filled(plan: Plan, path: str, preset: Preset, why: str) -> Plan:
    """The plan with the preset's needs where the data set has none of its own, and a line that says so."""
    data_set = plan.data_set(path)
    given = {name: value for name, value in data_set.needs.model_dump(by_alias=True).items() if value not in (None, ())}
    service, slug = path.split("/", 1)
    text = f"What {data_set.name} needs was taken from “{preset.label}” {why}. Nobody has checked it yet."
    note = Assumption(at=f"services/{service}/data/{slug}", text=text, source="assumption")
    tree: dict[str, object] = {**preset.needs, **given}
    changed = data_set.model_copy(update={"needs": Needs.model_validate(tree)})
    return _with(plan, service, slug, changed, note)


def _with(plan: Plan, service: str, slug: str, data_set: DataSet, note: Assumption) -> Plan:
    owner = plan.services[service]
    services = {**plan.services, service: owner.model_copy(update={"data": {**owner.data, slug: data_set}})}
    return plan.model_copy(update={"services": services, "assumptions": (*plan.assumptions, note)})

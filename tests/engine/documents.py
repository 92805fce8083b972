"""Plan documents for tests: small ones by hand, and any valid one by hypothesis."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from planner.engine.document import Plan, parse

EXAMPLES = Path(__file__).parents[2] / "planner" / "examples"
WEBSHOP = EXAMPLES / "webshop.yaml"

SMALL: dict[str, Any] = {
    "polystore": 1,
    "name": "Small",
    "services": {
        "shop": {
            "name": "Shop",
            "tier": "high",
            "data": {
                "orders": {
                    "name": "Orders",
                    "needs": {"size_gib": [1, 2, 3], "queries": ["join"], "writes_per_second": 5},
                    "store": "main",
                },
                "search": {"name": "Search", "derived_from": ["shop/orders"], "sync": "cdc"},
            },
        },
        "mail": {"name": "Mail", "tier": "low", "depends_on": ["shop"]},
    },
    "stores": {
        "main": {"name": "Main", "database": "postgresql"},
        "cache": {"name": "Cache", "database": "redis"},
    },
}


def plan_with(changes: dict[str, Any]) -> Plan:
    return parse(json.dumps(tree_with(changes)), "json")


def tree_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The tree of the small plan with values replaced, added or (None) removed by dotted path."""
    tree = copy.deepcopy(SMALL)
    for path, value in changes.items():
        here: Any = tree
        *parents, last = path.split(".")
        for part in parents:
            here = here.setdefault(part, {})
        if value is None:
            here.pop(last)
        else:
            here[last] = copy.deepcopy(value)
    return tree


# Texts that YAML or JSON could take for something else, or that need quotes.
HARD_TEXTS = [
    "no", "Yes", "ON", "y", "null", "~", "true", "17", "1.5", "0x1f", "0755", "12:30:45", "1_000", ".inf", "2026-11-23",
    "- a", "a: b", "#x", "'", '"', "a #b", "*a", "&a", "!t", "%x", "@x", "`x", "{a}", "[a]", "=", "<<", " a", "a ", "é",
    "日本", "😀", "?", "|", ">", "a\u00a0b", "<b>&amp;</b>", "1e3", "0o17", "+1", ".5", "---", "...",
]  # fmt: skip
ALLOWED = st.characters(
    exclude_categories=("Cc", "Cs", "Cn"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\ufffe\uffff",
)
names = st.one_of(st.sampled_from(HARD_TEXTS), st.text(ALLOWED, min_size=1, max_size=30)).filter(
    lambda text: text.strip()
)
texts = st.one_of(names, st.text(st.one_of(ALLOWED, st.sampled_from("\n\t")), max_size=80))
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
numbers = st.one_of(
    st.integers(0, 10**18), st.floats(0, 1e18, allow_nan=False), st.sampled_from([0, 1, 0.1, 1e-7, 2.50, 1e16, 1e17])
)
quantities = st.one_of(numbers, st.lists(numbers, min_size=3, max_size=3).map(sorted))
counts = st.integers(0, 100)
durations = st.builds("{}{}".format, st.integers(1, 999), st.sampled_from("smhdwMy"))
days = st.dates().map(lambda day: day.isoformat())


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any subset of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


def words(*allowed: str) -> st.SearchStrategy[str]:
    return st.sampled_from(allowed)


YES: st.SearchStrategy[bool] = st.booleans()
TIERS = words("critical", "high", "medium", "low")
METHODS = words("physical", "logical", "storage-snapshot", "continuous-archive")
needs = some(
    consistency=words("strong", "read-your-writes", "eventual"),
    transactions=words("none", "single-record", "single-partition", "multi-record", "distributed"),
    queries=st.lists(words("join", "full-text", "blob", "point-lookup"), max_size=3),
    schema=words("fixed", "flexible"),
    reads_per_second=quantities,
    writes_per_second=quantities,
    item_bytes=quantities,
    size_gib=quantities,
    growth_per_year=quantities,
    latency_p99_ms=quantities,
    retention_days=quantities,
    regions=counts,
    hosting=words("managed", "self-hosted", "either"),
)
keeps = st.one_of(
    durations,
    st.builds("{} copies".format, st.integers(1, 99)),
    st.fixed_dictionaries({"daily": st.integers(1, 9)}, optional={"weekly": counts, "yearly": counts}),
)
copies = st.one_of(
    st.fixed_dictionaries({"medium": names}, optional={"region": names, "offsite": st.booleans()}),
    st.fixed_dictionaries(
        {"medium": names, "immutable": st.just(True), "encrypted": st.just(True)},
        optional={"locked": durations, "key": words("same-account", "other-account", "offline")},
    ),
)
backups = st.fixed_dictionaries(
    {"kind": words("full", "incremental", "differential", "snapshot", "log"), "every": durations, "keep": keeps,
     "method": METHODS},
    optional={"copies": st.lists(copies, max_size=2)},
)  # fmt: skip
drills = st.fixed_dictionaries(
    {"on": days, "restored_gib": numbers, "minutes": numbers}, optional={"verified": st.booleans(), "method": METHODS}
)
replications = st.one_of(
    some(zones=counts, regions=st.lists(names, max_size=2), pattern=words("active-passive", "read-replicas")),
    st.fixed_dictionaries(
        {"mode": words("quorum", "consensus"), "replicas": st.integers(2, 6), "write_quorum": st.just(2)}
    ),
)
stores = st.fixed_dictionaries(
    {"name": names, "database": slugs},
    optional={
        "version": names.filter(lambda text: len(text) <= 80), "offering": slugs, "provider": words("aws", "gcp"),
        "region": names, "replication": replications, "eviction": names, "backups": st.lists(backups, max_size=2),
        "drills": st.lists(drills, max_size=2),
    },
)  # fmt: skip


@st.composite
def plan_trees(draw: st.DrawFn) -> dict[str, Any]:
    """Any valid plan of a few parts; references point backwards, so there are no circles."""
    store_map = draw(st.dictionaries(slugs, stores, max_size=3))
    services: dict[str, Any] = {}
    paths: list[str] = []
    for slug in draw(st.lists(slugs, unique=True, max_size=3)):
        service: dict[str, Any] = {"name": draw(names), "tier": draw(TIERS)} | draw(some(owner=names))
        depends: bool = draw(YES)
        if services and depends:
            service["depends_on"] = [draw(st.sampled_from(list(services)))]
        data = {
            name: draw(_data_set(paths, list(store_map))) for name in draw(st.lists(slugs, unique=True, max_size=3))
        }
        services[slug] = service | ({"data": data} if data else {})
        paths += [f"{slug}/{name}" for name in data]
    plan: dict[str, Any] = {"polystore": 1, "name": draw(names), "services": services, "stores": store_map}
    return plan | draw(
        some(
            summary=texts,
            provider=words("aws", "gcp", "azure", "self-hosted"),
            region=names,
            team=some(people_on_call=counts, hourly_cost_usd=numbers, knows=st.lists(slugs, max_size=2),
                      licences=st.lists(words("open-source", "proprietary"), max_size=2)),
            ranking=some(weights=st.dictionaries(words("cost", "in-plan"), numbers), system_tax_points=numbers),
            assumptions=st.lists(st.fixed_dictionaries({"text": texts}, optional={"at": st.just(""), "source": texts}), max_size=2),
            targets=st.dictionaries(TIERS, st.fixed_dictionaries({"rpo_minutes": numbers, "rto_minutes": numbers})),
            waivers=st.lists(st.fixed_dictionaries({"rule": names, "at": st.just(""), "until": days, "reason": texts}), max_size=2),
        )
    )  # fmt: skip


@st.composite
def _data_set(draw: st.DrawFn, paths: list[str], store_slugs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": draw(names)} | draw(
        some(personal_data=st.booleans(), tier=TIERS, needs=needs, deletion=words("with-source", "by-request"))
    )
    derived: bool = draw(YES)
    placed: bool = draw(YES)
    if paths and derived:
        found |= {"derived_from": [draw(st.sampled_from(paths))], "sync": draw(words("cdc", "batch", "none"))}
    if store_slugs and placed:
        found["store"] = draw(st.sampled_from(store_slugs))
        found["cache"] = {"layer": "distributed", "store": found["store"]} | draw(
            some(
                ttl_seconds=numbers, memory_gib=quantities, hot_fraction=st.floats(0, 1), strategy=words("cache-aside")
            )
        )
    return found

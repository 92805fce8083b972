"""Do copies stay right, and do readers see what they wrote?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Hit, Look, Rule, at_data_set


def dual_write(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        if ref.data_set.sync == "dual-write" and ref.data_set.derived_from:
            source = look.name(ref.data_set.derived_from[0])
            title = f"{source} is written to two stores in one step"
            message = f"If the second write fails, {source} and {ref.data_set.name} disagree and nothing notices."
            yield Hit(at_data_set(ref.path), title, message)


def undocumented_flow(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        if ref.data_set.derived_from and ref.data_set.sync in (None, "none"):
            title = f"How {ref.data_set.name} follows its source is not written down"
            message = f"It is derived from {', '.join(ref.data_set.derived_from)}, but `sync` is empty."
            yield Hit(at_data_set(ref.path), title, message)


def stale_own_writes(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        wants = ref.data_set.needs.consistency in ("strong", "read-your-writes")
        cache = ref.data_set.cache
        if wants and cache and cache.invalidation == "ttl":
            age = f"{cache.ttl_seconds:g} s" if cache.ttl_seconds else "an unknown time"
            title = f"Readers of {ref.data_set.name} may not see their own writes"
            message = f"The cache keeps old values for up to {age}, but the need is {ref.data_set.needs.consistency}."
            yield Hit(at_data_set(ref.path), title, message)


def async_replica_reads(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or replication.pattern != "read-replicas" or replication.mode != "asynchronous":
            continue
        for path in look.holds(slug):
            if look.plan.data_set(path).needs.consistency == "strong":
                title = f"Replicas of {store.name} may answer with old {look.name(path)}"
                yield Hit(
                    f"stores/{slug}",
                    title,
                    "Strong reads were asked for; an asynchronous replica lags behind its primary.",
                )


def unsupported_mode(look: Look) -> Iterator[Hit]:
    names = {"synchronous": {"sync", "semi_sync"}, "quorum": {"quorum", "consensus"}, "consensus": {"consensus"}}
    for slug, store in look.plan.stores.items():
        wanted = names.get(store.replication.mode) if store.replication else None
        modes = look.fact(store, "replication.modes")
        if wanted and isinstance(modes, tuple) and not wanted & set(modes) and "service_internal" not in modes:
            database = look.database(store)
            name = database.name if database else store.database
            title = f"{name} has no {store.replication.mode if store.replication else ''} replication"
            listed = ", ".join(str(mode) for mode in modes).replace("_", " ")
            message = f"The catalog lists {listed}; recovery counts {store.name} as asynchronous."
            yield Hit(f"stores/{slug}", title, message)


def two_leaders_without_rule(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication and replication.pattern == "active-active" and replication.conflict_resolution is None:
            title = f"Nobody says who wins a conflict in {store.name}"
            message = "Two regions that accept writes will change the same record; the loser's write disappears."
            yield Hit(f"stores/{slug}", title, message)


def lag_unwatched(look: Look) -> Iterator[Hit]:
    """Asynchronous copies whose lag counts against a target should be measured."""
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication and replication.mode == "asynchronous" and replication.replicas and not store.drills:
            strict = [path for path in look.holds(slug) if look.plan.tier_of(path) in ("critical", "high")]
            if strict:
                title = f"Replication lag of {store.name} decides how much is lost"
                message = (
                    f"{look.name(strict[0])} may lose what the replica has not seen. Alert on lag, and test a failover."
                )
                yield Hit(f"stores/{slug}", title, message)


# Round trips between regions measured in 2017 lie between 20 and 230 ms; 60 ms crosses one continent.
FAR_MS = 60


def far_synchronous(look: Look) -> Iterator[Hit]:
    """Each write waits for a round trip to the other region."""
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or replication.mode != "synchronous" or not replication.regions:
            continue
        for path in look.holds(slug):
            latency = look.plan.data_set(path).needs.latency_p99_ms
            if latency and latency.mid < FAR_MS:
                title = f"Writes of {look.name(path)} wait for {', '.join(replication.regions)}"
                message = (
                    f"Asked for is {latency.mid:g} ms at p99; a round trip between regions takes about 20 to 230 ms "
                    "(assumption; measure yours)."
                )
                yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "consistency.dual-write",
        HIGH,
        "Two writes without one transaction disagree after the first failure between them.",
        "Write once, and let an outbox or change stream carry it on: set `sync` to outbox or cdc.",
        "https://microservices.io/patterns/data/transactional-outbox.html",
        dual_write,
    ),
    Rule(
        "consistency.undocumented-flow",
        MEDIUM,
        "A copy whose way of following is not written down cannot be repaired.",
        "Say how the copy follows: cdc, outbox or batch.",
        GUIDE + "best practice 5",
        undocumented_flow,
    ),
    Rule(
        "consistency.own-writes",
        MEDIUM,
        "A cache that only expires shows people the state before their change.",
        "Invalidate on write, or lower the need to eventual.",
        GUIDE + "cache invalidation",
        stale_own_writes,
    ),
    Rule(
        "consistency.stale-replica",
        MEDIUM,
        "Asynchronous replicas answer with old data.",
        "Read strong data from the primary.",
        GUIDE + "read replicas",
        async_replica_reads,
    ),
    Rule(
        "replication.unsupported-mode",
        HIGH,
        "The plan counts on a guarantee that the system does not give.",
        "Choose a mode that the system has, or another system.",
        "Catalog, replication modes",
        unsupported_mode,
    ),
    Rule(
        "replication.far-synchronous",
        MEDIUM,
        "A synchronous copy in another region adds a round trip to every write.",
        "Keep the synchronous copy in the region and copy asynchronously to the other, or relax the latency.",
        GUIDE + "synchronous replication, corrected",
        far_synchronous,
    ),
    Rule(
        "replication.no-conflict-rule",
        HIGH,
        "Active-active without a conflict rule loses writes silently.",
        "Choose last-write-wins, CRDT or an application rule, and say so.",
        GUIDE + "active-active",
        two_leaders_without_rule,
    ),
    Rule(
        "replication.lag-unwatched",
        LOW,
        "Monitor replication lag: it is the data at risk.",
        "Alert on lag, and record a failover as a drill.",
        GUIDE + "best practice 3",
        lag_unwatched,
    ),
)

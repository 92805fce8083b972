"""Do copies stay right, and do readers see what they wrote?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes, fixes_caches
from planner.engine.document import DataSet, Store
from planner.engine.rules.rule import GUIDE, HIGH, MEDIUM, Fix, Hit, Look, Rule, at_data_set

OWN_WRITES = ("strong", "read-your-writes")
NO_TRANSACTION = ("none", "single_record")


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
        wants = ref.data_set.needs.consistency in OWN_WRITES
        cache = ref.data_set.cache
        if wants and cache and cache.invalidation == "ttl":
            age = f"{cache.ttl_seconds:g} s" if cache.ttl_seconds else "an unknown time"
            title = f"Readers of {ref.data_set.name} may not see their own writes"
            message = f"The cache keeps old values for up to {age}, but the need is {ref.data_set.needs.consistency}."
            yield Hit(at_data_set(ref.path), title, message)


def async_replica_reads(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not _reads_from_lagging_replicas(store):
            continue
        for path in look.holds(slug):
            if look.plan.data_set(path).needs.consistency == "strong":
                title = f"Replicas of {store.name} may answer with old {look.name(path)}"
                yield Hit(
                    f"stores/{slug}",
                    title,
                    "Strong reads were asked for; an asynchronous replica lags behind its primary.",
                )


def own_writes_on_replica(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not _reads_from_lagging_replicas(store):
            continue
        for path in look.holds(slug):
            if look.plan.data_set(path).needs.consistency == "read-your-writes":
                title = f"A person may not see an own change of {look.name(path)}"
                message = f"The read may go to a replica of {store.name} that has not yet seen the write."
                yield Hit(at_data_set(path), title, message)


def _reads_from_lagging_replicas(store: Store) -> bool:
    replication = store.replication
    return bool(replication and (replication.pattern, replication.mode) == ("read-replicas", "asynchronous"))


def stale_copy(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        wanted, sync = ref.data_set.needs.consistency, ref.data_set.sync
        if ref.data_set.derived_from and wanted in OWN_WRITES and sync in ("cdc", "outbox", "batch"):
            title = f"{ref.data_set.name} follows later than its readers expect"
            message = f"The need is {wanted}; a copy by {sync} is behind its source, after a fault for long."
            yield Hit(at_data_set(ref.path), title, message)


def no_change_stream(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        for source, store in _sources(look, ref.data_set, "cdc"):
            if look.fact(store, "features.cdc") == "none":
                title = f"{store.name} has no change stream for {ref.data_set.name} to follow"
                message = (
                    f"`sync` is cdc; the catalog lists none for {store.database}, which holds {look.name(source)}."
                )
                yield Hit(at_data_set(ref.path), title, message)


def outbox_without_transaction(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        for source, store in _sources(look, ref.data_set, "outbox"):
            scope = look.fact(store, "consistency.transaction_scope")
            if scope in NO_TRANSACTION:
                title = f"{store.name} cannot write {look.name(source)} and an outbox row together"
                said = str(scope).replace("_", " ")
                message = f"Its transactions span {said}; an outbox row in a second write is a dual write again."
                yield Hit(at_data_set(ref.path), title, message)


def _sources(look: Look, data_set: DataSet, sync: str) -> Iterator[tuple[str, Store]]:
    """Sources of a copy that follows by `sync`, with the store of each."""
    if data_set.sync == sync:
        for path in data_set.derived_from:
            store = look.plan.stores.get(look.plan.data_set(path).store or "")
            if store is not None:
                yield path, store


def weaker_by_default(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store = look.plan.stores.get(ref.data_set.store or "")
        if store is None or ref.data_set.needs.consistency != "strong":
            continue
        usual, best = (look.fact(store, f"consistency.{key}") for key in ("read_default", "read_strongest"))
        if usual == "eventual" and best not in (None, "eventual"):
            title = f"Reads of {ref.data_set.name} are eventual unless they ask for more"
            message = (
                f"The need is strong. {store.database} reads {str(usual).replace('_', ' ')} by default and "
                f"{str(best).replace('_', ' ')} on request: every such read must say so."
            )
            yield Hit(at_data_set(ref.path), title, message)


RULES = (
    Rule(
        "consistency.dual-write",
        HIGH,
        "Two writes without one transaction disagree after the first failure between them.",
        "Write once, and let an outbox or change stream carry it on: set `sync` to outbox or cdc.",
        "https://microservices.io/patterns/data/transactional-outbox.html",
        dual_write,
        "A data set is derived from another, and its `sync` is dual-write.",
        mend=Fix(
            "Write once, and let the change carry it on",
            "Build the outbox and its relay, or switch on the change stream, and remove the second write.",
            fixes.follow,
        ),
    ),
    Rule(
        "consistency.undocumented-flow",
        MEDIUM,
        "A copy whose way of following is not written down cannot be repaired.",
        "Say how the copy follows: cdc, outbox or batch.",
        GUIDE + "best practice 5",
        undocumented_flow,
        "A data set is derived from another, and its `sync` is empty or none.",
    ),
    Rule(
        "consistency.no-change-stream",
        HIGH,
        "A copy cannot follow a stream that its source does not send.",
        "Follow by outbox or in batches, or keep the source in a system with a change stream.",
        "Catalog, features, change data capture",
        no_change_stream,
        "`sync` is cdc, and the catalog's fact `features.cdc` of the source's system is none.",
        mend=Fix(
            "Follow in the way that the source can", "Build the outbox and its relay, or the batch.", fixes.follow
        ),
    ),
    Rule(
        "consistency.outbox-without-transaction",
        HIGH,
        "An outbox works because one transaction holds the change and the message.",
        "Follow the change stream instead, or keep the source where transactions span several records.",
        "https://microservices.io/patterns/data/transactional-outbox.html",
        outbox_without_transaction,
        "`sync` is outbox, and the catalog says that transactions of the source's system span one record or none.",
        mend=Fix(
            "Follow in the way that the source can", "Switch on the change stream, or build the batch.", fixes.follow
        ),
    ),
    Rule(
        "consistency.stale-copy",
        MEDIUM,
        "A copy that follows its source is always a little behind, and far behind after a fault.",
        "Read these data from the source, or lower the need of the copy to eventual.",
        GUIDE + "challenges, data consistency across stores",
        stale_copy,
        "A derived data set asks for strong or read-your-writes and follows by cdc, outbox or batch.",
    ),
    Rule(
        "consistency.weaker-by-default",
        MEDIUM,
        "A guarantee that each read has to ask for is missing in the first read that forgets to.",
        "Set the read level in the client for all reads of this data set, and test it.",
        GUIDE + "decision criterion 1, consistency requirements",
        weaker_by_default,
        "The need is strong; the catalog's `consistency.read_default` is eventual and `read_strongest` is more.",
    ),
    Rule(
        "consistency.own-writes",
        MEDIUM,
        "A cache that only expires shows people the state before their change.",
        "Invalidate on write, or lower the need to eventual.",
        GUIDE + "cache invalidation",
        stale_own_writes,
        "The need is strong or read-your-writes, and the cache is invalidated by its time to live only.",
        mend=Fix(
            "Clear the entry on each write",
            "Delete the key in the application after each write; the time to live stays as a net.",
            fixes_caches.invalidate_on_write,
        ),
    ),
    Rule(
        "consistency.own-writes-on-replica",
        MEDIUM,
        "A person who saves and reloads may meet a replica that has not seen the change.",
        "Read one's own data from the primary for a while after a write.",
        GUIDE + "read replicas",
        own_writes_on_replica,
        "The need is read-your-writes; the store serves reads from asynchronous replicas.",
    ),
    Rule(
        "consistency.stale-replica",
        MEDIUM,
        "Asynchronous replicas answer with old data.",
        "Read strong data from the primary.",
        GUIDE + "read replicas",
        async_replica_reads,
        "The need is strong; the store serves reads from asynchronous replicas.",
    ),
)

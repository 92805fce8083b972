"""Do the copies of a store give what the plan counts on?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes_copies
from planner.engine.replication.round_trips import between
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Fix, Hit, Look, Rule, Threshold, at_data_set, strict_in


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


def lossy_conflict_rule(look: Look) -> Iterator[Hit]:
    """The later clock wins one record at a time, so half of a transaction can lose."""
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or (replication.pattern, replication.conflict_resolution) != (
            "active-active",
            "last-write-wins",
        ):
            continue
        for path in look.holds(slug):
            needs = look.plan.data_set(path).needs
            if needs.consistency == "strong" or needs.transactions in ("multi-record", "distributed"):
                title = f"The later clock overwrites {look.name(path)} in {store.name}"
                message = (
                    f"Asked for is {needs.consistency or 'no'} consistency with {needs.transactions or 'no'} transactions; "
                    "last-write-wins drops the other write of each record, without a word."
                )
                yield Hit(f"stores/{slug}", title, message)
                break


def no_multi_region_writes(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        pattern = store.replication.pattern if store.replication else ""
        if pattern == "active-active" and look.fact(store, "replication.multi_region_writes") == "not_supported":
            database = look.database(store)
            name = database.name if database else store.database
            title = f"{name} accepts writes in one region only"
            message = f"{store.name} is planned as active-active; the catalog lists no writes in several regions."
            yield Hit(f"stores/{slug}", title, message)


def lag_unwatched(look: Look) -> Iterator[Hit]:
    """Asynchronous copies whose lag counts against a target should be measured."""
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication and replication.mode == "asynchronous" and replication.replicas and not store.drills:
            strict = strict_in(look, slug)
            if strict:
                title = f"Replication lag of {store.name} decides how much is lost"
                message = (
                    f"{look.name(strict[0])} may lose what the replica has not seen. Alert on lag, and test a failover."
                )
                yield Hit(f"stores/{slug}", title, message)


# For a region whose place is unknown: round trips between regions lie between 20 and 230 ms; 60 ms crosses one continent.
FAR_MS = 60


def far_synchronous(look: Look) -> Iterator[Hit]:
    """Each write waits for a round trip to the other region."""
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or replication.mode != "synchronous" or not replication.regions:
            continue
        home = store.region or look.plan.region or ""
        lines = [between(home, region) for region in replication.regions if region != home]
        slowest = max((line.likely_ms if line else FAR_MS for line in lines), default=0)
        for path in look.holds(slug):
            latency = look.plan.data_set(path).needs.latency_p99_ms
            if latency and latency.mid < slowest:
                title = f"Writes of {look.name(path)} wait for {', '.join(replication.regions)}"
                known = "; ".join(line.because.text for line in lines if line) or (
                    "a round trip between regions takes about 20 to 230 ms (assumption; measure yours)"
                )
                yield Hit(f"stores/{slug}", title, f"Asked for is {latency.mid:g} ms at p99. {known}.")


def one_synchronous_standby(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        replication, self_hosted = store.replication, store.offering in (None, "self-hosted")
        strict = strict_in(look, slug)
        if replication and self_hosted and (replication.mode, replication.replicas) == ("synchronous", 1) and strict:
            title = f"Writes to {store.name} stop when its one standby does"
            message = f"{look.name(strict[0])} is {look.plan.tier_of(strict[0])}; no second standby can answer instead."
            yield Hit(f"stores/{slug}", title, message)


def quorums_miss(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or not replication.write_quorum or not replication.read_quorum:
            continue
        copies, reached = replication.replicas + 1, replication.write_quorum + replication.read_quorum
        strict = [path for path in look.holds(slug) if look.plan.data_set(path).needs.consistency == "strong"]
        if strict and reached <= copies:
            title = f"A read of {look.name(strict[0])} may miss the newest write"
            message = (
                f"Write quorum {replication.write_quorum} + read quorum {replication.read_quorum} = {reached} of "
                f"{copies} copies of {store.name}: the two need not share one."
            )
            yield Hit(f"stores/{slug}", title, message)


def even_quorum(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        replication = store.replication
        if replication is None or replication.mode not in ("quorum", "consensus") or not replication.replicas:
            continue
        nodes = replication.replicas + 1
        if nodes % 2 == 0:
            survives = (nodes - 1) // 2
            title = f"{store.name} has {nodes} voting nodes"
            message = f"{nodes} survive the loss of {survives}, as many as {nodes - 1} do, and cost one node more."
            yield Hit(f"stores/{slug}", title, message)


def too_few_regions(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store, wanted = look.plan.stores.get(ref.data_set.store or ""), ref.data_set.needs.regions
        if store is None or not wanted or wanted < 2:
            continue
        regions = {store.region, *(store.replication.regions if store.replication else ())} - {None}
        if len(regions) < wanted:
            title = f"{ref.data_set.name} is asked for in {wanted} regions and is in {len(regions)}"
            where = ", ".join(sorted(str(one) for one in regions)) or "no region that was named"
            yield Hit(at_data_set(ref.path), title, f"{store.name} is in {where}.")


RULES = (
    Rule(
        "replication.unsupported-mode",
        HIGH,
        "The plan counts on a guarantee that the system does not give.",
        "Choose a mode that the system has, or another system.",
        "Catalog, replication modes",
        unsupported_mode,
        "The store's replication mode is compared with the modes that the catalog lists for its system. A service that "
        "copies inside itself passes.",
        mend=Fix(
            "The mode that the system has",
            "Nothing, if it runs so already; recovery counted with it before.",
            fixes_copies.mode_it_has,
        ),
    ),
    Rule(
        "replication.far-synchronous",
        MEDIUM,
        "A synchronous copy in another region adds a round trip to every write.",
        "Keep the synchronous copy in the region and copy asynchronously to the other, or relax the latency.",
        GUIDE + "synchronous replication, corrected",
        far_synchronous,
        "A synchronous store names another region, and a data set in it asks for a likely p99 latency below the likely "
        "round trip to it: measured, or estimated from the distance. Of a place that is unknown, below the threshold.",
        (Threshold(f"{FAR_MS} ms", "a round trip that crosses one continent"),),
    ),
    Rule(
        "replication.one-sync-standby",
        MEDIUM,
        "A primary that waits for its only standby cannot acknowledge a write while that standby is away.",
        "Keep a second standby, of which any one must answer.",
        "https://postgresqlco.nf/doc/en/param/synchronous_standby_names/",
        one_synchronous_standby,
        "A self-hosted store replicates synchronously to exactly one replica and holds a data set of tier critical or "
        "high. Managed services replace or drop a broken standby themselves, so they pass.",
        mend=Fix(
            "A second standby", "Set up the standby, and let any one of the two answer.", fixes_copies.second_standby
        ),
    ),
    Rule(
        "replication.quorum-overlap",
        HIGH,
        "Reads and writes that do not share a copy may miss each other.",
        "Raise the quorums until their sum is more than the number of copies.",
        GUIDE + "decision criterion 1, consistency requirements",
        quorums_miss,
        "A data set asks for strong reads, and write quorum + read quorum is not more than the number of copies "
        "(replicas + 1).",
        mend=Fix(
            "Majorities for reads and writes",
            "Set the consistency level of reads and writes to quorum.",
            fixes_copies.majority_quorums,
        ),
    ),
    Rule(
        "replication.even-quorum",
        LOW,
        "An even number of voters survives no more failures than one voter less.",
        "Use one node more or one less.",
        "https://etcd.io/docs/current/faq/",
        even_quorum,
        "The mode is quorum or consensus, and replicas + 1 is even. n voters survive the loss of (n - 1) / 2, rounded "
        "down.",
        mend=Fix("An odd number of voters", "Add or remove the node.", fixes_copies.odd_voters),
    ),
    Rule(
        "replication.no-conflict-rule",
        HIGH,
        "Active-active without a conflict rule loses writes silently.",
        "Choose last-write-wins, CRDT or an application rule, and say so.",
        GUIDE + "active-active",
        two_leaders_without_rule,
        "The pattern is active-active and `conflict_resolution` is empty.",
        mend=Fix(
            "The later clock wins, as the system does anyway",
            "Keep the clocks of all nodes in step.",
            fixes_copies.clock_decides,
        ),
    ),
    Rule(
        "replication.lossy-conflict-rule",
        HIGH,
        "Last-write-wins decides by clocks and one record at a time: it drops writes and tears transactions.",
        "Resolve conflicts in the application or with CRDTs, or accept writes of these data in one region.",
        GUIDE + "active-active, conflict resolution strategies",
        lossy_conflict_rule,
        "The pattern is active-active with last-write-wins, and a data set in the store asks for strong consistency or "
        "for transactions over several records.",
    ),
    Rule(
        "replication.no-multi-region-writes",
        HIGH,
        "A system with one primary sends every write to the region of that primary.",
        "Plan it as active-passive, or choose a system that takes writes in several regions.",
        GUIDE + "active-active",
        no_multi_region_writes,
        "The pattern is active-active, and the catalog's fact `replication.multi_region_writes` says not supported.",
        mend=Fix(
            "Write in one region, stand by in the other",
            "Send writes to the primary region.",
            fixes_copies.one_region_writes,
        ),
    ),
    Rule(
        "replication.too-few-regions",
        MEDIUM,
        "Data that are asked for in a region are read from far away where they have no copy.",
        "Add the missing regions to the store's replication, or lower the need.",
        GUIDE + "multi-region patterns",
        too_few_regions,
        "The need `regions` is 2 or more, and the store's own region with those of its replication are fewer.",
        mend=Fix(
            "A replica in one more region",
            "Check that the data may be kept there, then set up the replica.",
            fixes_copies.region_asked_for,
        ),
    ),
    Rule(
        "replication.lag-unwatched",
        LOW,
        "Monitor replication lag: it is the data at risk.",
        "Alert on lag, and record a failover as a drill.",
        GUIDE + "best practice 3",
        lag_unwatched,
        "An asynchronous store with replicas holds a data set of tier critical or high, and no drill is recorded.",
    ),
)

"""Is each data set in a store that can hold it, and are there no more systems than needed?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Fix, Hit, Look, Rule, Threshold, at_data_set

AS_GOOD_POINTS = 3


def unplaced(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        if ref.data_set.store is None:
            message = "It has no size, cost or recovery until it is placed."
            yield Hit(at_data_set(ref.path), f"{ref.data_set.name} has no store yet", message)


def refused(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store = look.plan.stores.get(ref.data_set.store or "")
        ranking = look.rankings.get(ref.path)
        if store is None or ranking is None:
            continue
        verdict = ranking.refusal(store.database)
        if verdict is not None:
            reason = verdict.reasons[0]
            title = f"{store.name} cannot hold {ref.data_set.name}: {reason.text}"
            yield Hit(at_data_set(ref.path), title, f"Needed is {reason.need}; {reason.because.text}.")


def doubtful(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store = look.plan.stores.get(ref.data_set.store or "")
        ranking = look.rankings.get(ref.path)
        candidate = ranking.candidate(store.database) if store and ranking else None
        if store and candidate and candidate.warnings:
            first = candidate.warnings[0]
            title = f"{store.name} may not hold {ref.data_set.name}: {first.text}"
            message = f"Needed is {first.need}; {first.because.text}. No source confirms that yet."
            yield Hit(at_data_set(ref.path), title, message)


def relational_would_do(look: Look) -> Iterator[Hit]:
    """Start simple: a system for one data set that the PostgreSQL of the same plan would hold nearly as well."""
    present = {store.database for store in look.plan.stores.values()}
    if "postgresql" not in present:
        return
    for slug, store in look.plan.stores.items():
        paths = look.holds(slug)
        if store.database == "postgresql" or len(paths) != 1 or look.caches_in(slug):
            continue
        ranking = look.rankings.get(paths[0])
        candidate = ranking.candidate("postgresql") if ranking else None
        mine = ranking.candidate(store.database) if ranking else None
        if candidate and mine and not candidate.warnings and candidate.score >= mine.score - AS_GOOD_POINTS:
            title = f"PostgreSQL would hold {look.name(paths[0])} as well"
            scores = f"It scores {candidate.score:.0f} against {mine.score:.0f} for {store.name}"
            message = f"{scores}, and is in the plan already."
            yield Hit(f"stores/{slug}", title, message)


def wrong_hosting(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store, wanted = look.plan.stores.get(ref.data_set.store or ""), ref.data_set.needs.hosting
        if store is None or store.offering is None or wanted not in ("managed", "self-hosted"):
            continue
        runs = "self-hosted" if store.offering == "self-hosted" else "managed"
        if runs != wanted:
            title = f"{ref.data_set.name} is asked for {wanted}, and {store.name} is {runs}"
            yield Hit(at_data_set(ref.path), title, f"The offering of {store.name} is {store.offering}.")


def shared_database(look: Look) -> Iterator[Hit]:
    """Services that need different care, in one store: what stops or restores one does it to the other."""
    for slug, store in look.plan.stores.items():
        kept = [path for path in look.holds(slug) if not look.plan.data_set(path).derived_from]
        services = dict.fromkeys(path.split("/", 1)[0] for path in kept)
        if len(services) < 2:
            continue
        tiers = dict.fromkeys(look.plan.tier_of(path) for path in kept)
        owners = dict.fromkeys(owner for one in services if (owner := look.plan.services[one].owner))
        if len(tiers) > 1 or len(owners) > 1:
            names = ", ".join(look.plan.services[one].name for one in services)
            differ = f"tiers {', '.join(tiers)}" if len(tiers) > 1 else f"owners {', '.join(owners)}"
            title = f"{len(services)} services write to {store.name}"
            message = f"{names} ({differ}): a heavy query, a new version or a restore of one is one of the other too."
            yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "placement.unplaced",
        MEDIUM,
        "A data set without a store has no cost and no recovery.",
        "Place it: press M on the map, or open its page.",
        "Plan format, `store`",
        unplaced,
        "The `store` of a data set is empty.",
        mend=Fix("The store that is ranked first", "Create the store if it is new.", fixes.place_best),
    ),
    Rule(
        "placement.refused",
        HIGH,
        "The chosen system cannot do what was asked, as its documentation says.",
        "Move the data set to a store that fits, or relax the need.",
        GUIDE + "decision criteria",
        refused,
        "The needs of the data set are held against the facts of the store's system, as in the ranking. A need that a "
        "confirmed fact rules out gives this finding.",
        mend=Fix("A store that fits", "Move the data.", fixes.place_elsewhere),
    ),
    Rule(
        "placement.doubtful",
        LOW,
        "The chosen system probably cannot do what was asked; a source for the fact is missing.",
        "Check the fact in the catalog, then keep or move the data set.",
        GUIDE + "decision criteria",
        doubtful,
        "As placement.refused, where the fact is not yet confirmed by a source, or a capacity is an assumption.",
    ),
    Rule(
        "placement.hosting",
        MEDIUM,
        "Who runs a store decides who patches, backs up and restores it at night.",
        "Choose an offering of the kind that was asked for, or relax the need.",
        GUIDE + "decision criterion 5, operational burden",
        wrong_hosting,
        "The need `hosting` says managed and the store's offering is self-hosted, or the other way round.",
        mend=Fix("Run as it was asked for", "Move the data to the other offering.", fixes.asked_hosting),
    ),
    Rule(
        "placement.shared-database",
        LOW,
        "A store that several services write to ties their load, their changes and their restores together.",
        "Give the stricter service a store of its own, or accept it and start simple.",
        "https://microservices.io/patterns/data/shared-database.html",
        shared_database,
        "Two or more services keep sources of truth in one store, and their tiers or their owners differ.",
    ),
    Rule(
        "placement.relational-would-do",
        LOW,
        "Start simple: every further system is one more to run, patch and restore.",
        "Move the data set into the database that is there.",
        GUIDE + "best practice 1",
        relational_would_do,
        "The plan has PostgreSQL, a store of another system holds one data set and no cache, and PostgreSQL is ranked for it "
        "without a doubt and at most the threshold behind.",
        (Threshold(f"{AS_GOOD_POINTS} points of 100", "a difference in score that does not matter"),),
        mend=Fix("One system less", "Move the data, then switch the old store off.", fixes.into_postgresql),
    ),
)

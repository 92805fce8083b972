"""Is each data set in a store that can hold it, and are there no more systems than needed?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Hit, Look, Rule, at_data_set

SYSTEMS_A_PERSON_RUNS = 2.0


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


def many_systems(look: Look) -> Iterator[Hit]:
    systems = sorted({store.database for store in look.plan.stores.values()})
    people = look.plan.team.people_on_call
    if people and len(systems) > people * SYSTEMS_A_PERSON_RUNS:
        title = f"{len(systems)} different systems for {people} people on call"
        message = f"{', '.join(systems)}. More than two systems a person is more than most teams restore under stress."
        yield Hit("stores", title, message)


def unknown_system(look: Look) -> Iterator[Hit]:
    known = set(look.plan.team.knows)
    if not known:
        return
    for slug, store in look.plan.stores.items():
        self_hosted = store.offering in (None, "self-hosted")
        if store.database not in known and self_hosted:
            database = look.database(store)
            name = database.name if database else store.database
            title = f"Nobody said that the team runs {name}"
            yield Hit(
                f"stores/{slug}", title, f"{store.name} is self-hosted, so the team installs, patches and restores it."
            )


def nobody_on_call(look: Look) -> Iterator[Hit]:
    if look.plan.stores and not look.plan.team.people_on_call:
        title = "Nobody is said to be on call"
        yield Hit("team", title, "How many restore steps run at once, and how many systems are too many, is unknown.")


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
        if candidate and mine and not candidate.warnings and candidate.score >= mine.score - 3:
            title = f"PostgreSQL would hold {look.name(paths[0])} as well"
            scores = f"It scores {candidate.score:.0f} against {mine.score:.0f} for {store.name}"
            message = f"{scores}, and is in the plan already."
            yield Hit(f"stores/{slug}", title, message)


def unmeasured(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        needs = ref.data_set.needs
        fields = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes")
        missing = [field for field in fields if getattr(needs, field) is None]
        if missing:
            title = f"{ref.data_set.name} has no {missing[0].replace('_', ' ')}"
            message = f"Left empty: {', '.join(missing)}. Size, cost and recovery of its store are unknown or at least."
            yield Hit(at_data_set(ref.path), title, message)


def empty_store(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not look.holds(slug) and not look.caches_in(slug):
            yield Hit(f"stores/{slug}", f"{store.name} holds nothing", "No data set and no cache is placed in it.")


RULES = (
    Rule(
        "placement.unplaced",
        MEDIUM,
        "A data set without a store has no cost and no recovery.",
        "Place it: press M on the map, or open its page.",
        "Plan format, `store`",
        unplaced,
    ),
    Rule(
        "placement.refused",
        HIGH,
        "The chosen system cannot do what was asked, as its documentation says.",
        "Move the data set to a store that fits, or relax the need.",
        GUIDE + "decision criteria",
        refused,
    ),
    Rule(
        "placement.doubtful",
        LOW,
        "The chosen system probably cannot do what was asked; a source for the fact is missing.",
        "Check the fact in the catalog, then keep or move the data set.",
        GUIDE + "decision criteria",
        doubtful,
    ),
    Rule(
        "placement.relational-would-do",
        LOW,
        "Start simple: every further system is one more to run, patch and restore.",
        "Move the data set into the database that is there.",
        GUIDE + "best practice 1",
        relational_would_do,
    ),
    Rule(
        "operations.too-many-systems",
        MEDIUM,
        "Polyglot persistence costs people: each system needs someone who can restore it.",
        "Bring data sets together in fewer systems, or take managed services.",
        GUIDE + "challenges",
        many_systems,
    ),
    Rule(
        "operations.nobody-on-call",
        LOW,
        "Recovery needs hands: the number of people limits what is restored at the same time.",
        "Fill in team.people_on_call.",
        GUIDE + "challenges, operational complexity",
        nobody_on_call,
    ),
    Rule(
        "operations.unknown-system",
        LOW,
        "A self-hosted system that nobody knows is learnt during its first outage.",
        "Add it to what the team knows, or take a managed service.",
        GUIDE + "decision criterion 4",
        unknown_system,
    ),
    Rule(
        "operations.empty-store",
        LOW,
        "A store that holds nothing costs money or attention for nothing.",
        "Remove the store, or place a data set in it.",
        "Plan format, `stores`",
        empty_store,
    ),
    Rule(
        "data.unmeasured",
        MEDIUM,
        "Measure, do not guess: a need that was left empty limits nothing and sizes nothing.",
        "Measure the value, or enter a range of three numbers.",
        GUIDE + "best practice 7",
        unmeasured,
    ),
)

"""Can the people who are there run what was planned?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes
from planner.engine.rules.rule import GUIDE, LOW, MEDIUM, STRICT_TIERS, Fix, Hit, Look, Rule, Threshold

SYSTEMS_A_PERSON_RUNS = 2.0
DEAR_SHARE = 0.1


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


def empty_store(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not look.holds(slug) and not look.caches_in(slug):
            yield Hit(f"stores/{slug}", f"{store.name} holds nothing", "No data set and no cache is placed in it.")


def one_on_call(look: Look) -> Iterator[Hit]:
    strict = [one.name for one in look.plan.services.values() if one.tier == "critical"]
    if look.plan.team.people_on_call == 1 and strict:
        title = f"One person alone answers for {strict[0]}"
        yield Hit("team", title, "A critical service must be back in minutes, also when that person sleeps or is away.")


def no_owner(look: Look) -> Iterator[Hit]:
    for slug, service in look.plan.services.items():
        if service.owner is None and service.data:
            title = f"Nobody is named as owner of {service.name}"
            severity = MEDIUM if service.tier in STRICT_TIERS else LOW
            message = f"It is {service.tier} and holds {_counted(len(service.data))}: who decides, and who is asked?"
            yield Hit(f"services/{slug}", title, message, severity)


def _counted(data_sets: int) -> str:
    return "1 data set" if data_sets == 1 else f"{data_sets} data sets"


def dear_system(look: Look) -> Iterator[Hit]:
    """A system for one data set that takes a visible share of the bill."""
    known = {slug: float(one.monthly_usd) for slug, one in look.stores.items() if one.monthly_usd is not None}
    total = sum(known.values())
    uses: dict[str, list[str]] = {}
    for slug, store in look.plan.stores.items():
        uses.setdefault(store.database, []).extend((*look.holds(slug), *look.caches_in(slug)))
    for slug, store in look.plan.stores.items():
        used, share = uses[store.database], known.get(slug, 0.0) / total if total else 0.0
        if len(used) == 1 and share >= DEAR_SHARE:
            # No share in words: findings are also read by people from whom costs are hidden.
            title = f"{store.name} is a system of its own for one data set"
            message = (
                f"No other data set uses {store.database}; {look.name(used[0])} pays for all of it, a visible part."
            )
            yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "operations.too-many-systems",
        MEDIUM,
        "Polyglot persistence costs people: each system needs someone who can restore it.",
        "Bring data sets together in fewer systems, or take managed services.",
        GUIDE + "challenges",
        many_systems,
        "Different systems among the stores are more than people on call times the threshold.",
        (Threshold(f"{SYSTEMS_A_PERSON_RUNS:g} systems a person", "what one person can restore under stress"),),
    ),
    Rule(
        "operations.nobody-on-call",
        LOW,
        "Recovery needs hands: the number of people limits what is restored at the same time.",
        "Fill in team.people_on_call.",
        GUIDE + "challenges, operational complexity",
        nobody_on_call,
        "The plan has stores, and `team.people_on_call` is empty or 0.",
    ),
    Rule(
        "operations.one-on-call",
        MEDIUM,
        "One person cannot be on call all the time.",
        "Share the duty among two or more, or lower the tier.",
        GUIDE + "challenges, operational complexity",
        one_on_call,
        "`team.people_on_call` is 1, and a service is critical.",
    ),
    Rule(
        "operations.no-owner",
        LOW,
        "What nobody owns, nobody upgrades, restores or deletes.",
        "Name a person or a team in the service's `owner`.",
        GUIDE + "challenges, team expertise requirements",
        no_owner,
        "A service with data sets has no `owner`. It is medium for the tiers critical and high, low for the others.",
    ),
    Rule(
        "operations.unknown-system",
        LOW,
        "A self-hosted system that nobody knows is learnt during its first outage.",
        "Add it to what the team knows, or take a managed service.",
        GUIDE + "decision criterion 4",
        unknown_system,
        "`team.knows` is filled in, and a self-hosted store runs a system that is not in it.",
    ),
    Rule(
        "operations.dear-system",
        LOW,
        "Each further system has a price of its own, whatever it holds.",
        "Move the data set into a system of the plan that fits, or accept the price of the better tool.",
        GUIDE + "challenges, increased infrastructure costs",
        dear_system,
        "One data set alone uses a system, and the likely cost of its store is at least the threshold of all known "
        "costs of the plan.",
        (Threshold(f"{DEAR_SHARE:.0%}", "share of the known monthly cost"),),
    ),
    Rule(
        "operations.empty-store",
        LOW,
        "A store that holds nothing costs money or attention for nothing.",
        "Remove the store, or place a data set in it.",
        "Plan format, `stores`",
        empty_store,
        "No data set and no cache names the store.",
        mend=Fix("The store is gone", "Switch the store off.", fixes.remove_store),
    ),
)

"""Can the people who are there run what was planned?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes
from planner.engine.place_all import DEFAULT_TAX_POINTS, tax_of
from planner.engine.rules.rule import GUIDE, LOW, MEDIUM, STRICT_TIERS, Fix, Hit, Look, Rule, Threshold

SYSTEMS_A_PERSON_RUNS = 2.0
RELATIONAL = "postgresql"  # placement.relational-would-do speaks of it already


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
    """A system for one data set, which another system of the plan would hold nearly as well."""
    uses: dict[str, list[str]] = {}
    for slug, store in look.plan.stores.items():
        uses.setdefault(store.database, []).extend((*look.holds(slug), *look.caches_in(slug)))
    for slug, store in look.plan.stores.items():
        paths = look.holds(slug)
        other = _other_system(look, paths[0], store.database) if len(uses[store.database]) == len(paths) == 1 else None
        if other:
            title = f"{store.name} is a system of its own for one data set"
            message = f"{look.name(paths[0])} alone pays for {store.database}. In this plan {other}."
            yield Hit(f"stores/{slug}", title, message)


def _other_system(look: Look, path: str, database: str) -> str:
    """The best other system of the plan, if what it scores less is no more than one system is taken to cost."""
    ranking, tax = look.rankings.get(path), tax_of(look.plan)
    mine = ranking.candidate(database) if ranking else None
    for one in ranking.ranked if ranking and mine else ():
        if (
            one.database not in (database, RELATIONAL)
            and one.in_plan
            and not one.warnings
            and mine
            and mine.score - one.score <= tax
        ):
            name = look.plan.stores[one.in_plan[0]].name
            return f"{name} would hold it with {one.score:.0f} points against {mine.score:.0f}"
    return ""


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
        "One data set alone uses a system, and another system of the plan is ranked for it without a doubt and no more points "
        "behind than one more system is taken to cost: `ranking.system_tax_points`, or the threshold. PostgreSQL is left to "
        "placement.relational-would-do.",
        (Threshold(f"{DEFAULT_TAX_POINTS:g} points of 100", "what one more system costs, if the plan does not say"),),
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

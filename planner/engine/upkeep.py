"""Criteria of the score about having a system: work, knowledge, cost, future. See `criteria`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from catalog.facts import Database, Fact
from planner.engine.abilities import fact_because, in_words
from planner.engine.capacity import ONE_WRITER_GIB, ONE_WRITER_PER_SECOND
from planner.engine.case import Case, Setting, Value
from planner.engine.document import Needs
from planner.engine.own_cost import FIELDS, Where, value_of_one
from planner.engine.profile import in_memory
from planner.engine.results import Because


def operations(case: Case) -> Value:
    """A managed service is least work; one process is little; a cluster run by oneself, or a second cloud, is most."""
    base, because = _hosted(case)
    fact = case.database.fact("scaling.sharding")
    a_cluster = fact and fact.value == "automatic" and not in_memory(case.database)
    if fact and a_cluster and "service_internal" not in _modes(case.database) and fits_one_node(case.needs):
        if case.needs.hosting == "managed":  # the provider runs it; it still has to be sized and paid
            return max(0.0, base - 0.2), fact_because(case.database, fact, "a cluster for a load that one node carries")
        return max(0.0, base - 0.4), fact_because(
            case.database, fact, "a cluster to run for a load that one node carries"
        )
    return base, because


CATALOG_PROVIDER = {"aws": "aws", "gcp": "google", "azure": "azure"}
ANYWHERE = {"vendor", "other"}


def _hosted(case: Case) -> Value:
    """1 as a managed service with the plan's provider, 0.7 run by oneself, 0.1 where it means a second cloud.

    Without a provider in the plan: 0.8 where only one company sells it, since the plan is then bound to that one; 0.9
    where one may leave it by running the system oneself.
    """
    models = set(case.database.deployment_models)
    said = f"can be had as: {in_words(case.database.deployment_models)}"
    because = Because("fact", said, f"{case.database.slug}:deployment_models", case.database.docs_url)
    if "managed" not in models or case.needs.hosting == "self-hosted":
        return 0.7, because
    fact = case.database.fact("managed_offerings.items")
    if fact is None or not isinstance(fact.value, tuple):
        return 1.0, because
    sold_by = _sold_by(fact)
    if not case.setting.provider:
        return _sellers(case.database, fact, sold_by, because)
    if CATALOG_PROVIDER.get(case.setting.provider) in sold_by or not sold_by:
        return 1.0, because
    if sold_by & ANYWHERE:
        return 0.9, fact_because(case.database, fact, "managed by its vendor, not by the plan's provider")
    if "self_hosted" in models:
        return 0.7, fact_because(case.database, fact, f"managed only by {in_words(tuple(sorted(sold_by)))}")
    return 0.1, fact_because(case.database, fact, f"only from {in_words(tuple(sorted(sold_by)))}: a second provider")


def _sellers(database: Database, fact: Fact, sold_by: set[str], because: Because) -> Value:
    if len(sold_by) != 1:
        return 1.0, because
    only = f"sold by one company only: {in_words(tuple(sold_by))}"
    if "self_hosted" in database.deployment_models:
        return 0.9, fact_because(database, fact, f"{only}; it can be run by oneself")
    return 0.8, fact_because(database, fact, only)


def _modes(database: Database) -> tuple[str, ...]:
    fact = database.fact("replication.modes")
    return tuple(str(one) for one in fact.value) if fact and isinstance(fact.value, tuple) else ()


def fits_one_node(needs: Needs) -> bool:
    """Start simple: a fifth of what one relational writer is taken to carry needs no cluster."""
    writer = ONE_WRITER_PER_SECOND["relational"]
    writes, size = needs.writes_per_second, needs.size_gib
    return bool(writes and size and writes.mid <= writer.low and size.mid <= ONE_WRITER_GIB.low)


def team(case: Case) -> Value:
    slug = case.database.slug
    if slug in case.setting.team_knows:
        return 1.0, Because("input", "the team runs it already", "team.knows")
    wires = case.database.fact("query.wire_compatible_with")
    spoken = {str(one) for one in wires.value} if wires and isinstance(wires.value, tuple) else set()
    if spoken & case.setting.team_knows:
        return 0.6, Because("input", "speaks the protocol of a system that the team runs", "team.knows")
    return 0.0, Because("input", "the team has not said that it runs this", "team.knows")


def already_in_plan(case: Case) -> Value:
    if case.database.slug in case.setting.in_plan:
        return 1.0, Because("input", "the plan has this system already: no further system to run", "stores")
    return 0.0, Because("input", "one more system to run", "stores")


NO_PRICE = 0.25  # most known prices are worth more: who names none gains nothing by it


def cost(case: Case) -> Value:
    """What a store of its own would cost, against the least that such data cost anywhere. Unknown counts a quarter."""
    key = f"{case.database.slug}:cost"
    if case.setting.prices is None or not case.setting.provider:
        return NO_PRICE, Because("assumption", "no provider is named: cost decides nothing", key, verified=False)
    usd = case.monthly_usd.get(case.database.slug)
    if usd is None or case.needs.size_gib is None:
        why = "size_gib is empty" if case.needs.size_gib is None else "no price for it here"
        return NO_PRICE, Because("assumption", f"cost unknown, {why}: counted a quarter", key, verified=False)
    shown = f"{float(f'{usd:.3g}'):,.10g}"  # three digits, as it is an estimate
    text = f"about {shown} USD a month in a store of its own ({case.bought[case.database.slug]}, 2 copies, no backups)"
    return value_of_one(usd, case.needs.size_gib.mid), Because("formula", text, key)


ENDING_DAYS = 183
# No fact tells how widely a system is run; how many companies live from running it is the nearest one (assumption).
MAINTAINED, OPEN, SOLD, MANY_SELLERS = 0.6, 0.1, 0.3, 3


def maturity(case: Case) -> Value:
    status = case.database.status
    because = Because("fact", f"status: {status}", f"{case.database.slug}:status", case.database.docs_url)
    if status != "active":
        return (0.2 if status == "maintenance" else 0.0), because
    if (ending := _ending(case)) is not None:
        return ending
    licence, sold = case.database.fact("licence.model"), case.database.fact("managed_offerings.items")
    open_source = licence is not None and licence.value in ("open_source", "public_domain")
    sellers = min(len(_sold_by(sold)), MANY_SELLERS)
    value = MAINTAINED + (OPEN if open_source else 0.0) + SOLD * max(0, sellers - 1) / (MANY_SELLERS - 1)
    text = f"maintained{', open source' if open_source else ''}; companies that run it as a service: {sellers}"
    text += " or more" if sellers == MANY_SELLERS else ""
    return value, fact_because(case.database, sold, text) if sold else because


def _sold_by(fact: Fact | None) -> set[str]:
    """The companies that run it as a service."""
    rows = fact.value if fact and isinstance(fact.value, tuple) else ()
    return {str(one["provider"]) for one in rows if isinstance(one, Mapping)}


def _ending(case: Case) -> Value | None:
    """Low where the newest release line that is known has ended or ends soon; None where nothing ends."""
    ends = [cycle.eol_on for cycle in case.database.cycles]
    if case.setting.today is None or not ends or None in ends:
        return None
    last = max(one for one in ends if one is not None)
    days = (last - case.setting.today).days
    if days > ENDING_DAYS:
        return None
    words = f"the last release line listed {'ended' if days < 0 else 'ends'} on {last.isoformat()}"
    because = Because("fact", words, f"{case.database.slug}:lifecycle.cycles", case.database.docs_url, last.isoformat())
    return (0.2 if days < 0 else 0.5), because


def cost_key(needs: Needs, setting: Setting) -> Hashable:
    """All that costs read: prices, place and amounts."""
    if setting.prices is None or not setting.provider:
        return None
    return where_of(needs, setting), tuple(getattr(needs, name) for name in FIELDS)


def where_of(needs: Needs, setting: Setting) -> Where | None:
    """Whose prices count; None without prices or without a provider."""
    if setting.prices is None or not setting.provider:
        return None
    self_hosted = needs.hosting == "self-hosted"
    strong = needs.consistency == "strong"
    return Where(setting.prices, setting.provider, setting.region, self_hosted=self_hosted, strong=strong)

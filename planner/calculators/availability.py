"""How much of the time a group of nodes answers, with failover, common causes and the other parts that are needed."""

from __future__ import annotations

from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine import edits
from planner.engine.document import Plan, Replication, Store
from planner.engine.quantity import Quantity
from planner.engine.replication.availability import k_of_n, minutes_a_year, node_down, quorum_parts, series
from planner.engine.results import Because
from planner.forms.availability_calculator import AvailabilityCalculatorForm


def compute(inputs: Inputs) -> Answer:
    nodes, needed = inputs["nodes"], inputs["needed"]
    node = 1 - node_down(inputs["mtbf_hours"], inputs["repair_hours"])
    shares: Quantity = inputs["common_cause"]
    best, likely, worst = (group(inputs, share) for share in (shares.low, shares.mid, shares.high))
    parts = series(inputs["parts"])
    chance = k_of_n(nodes, needed, node)
    which = f"{needed} of {nodes}"
    usual, least, most = (minutes_a_year(one * parts) for one in (likely, best, worst))
    figures = (
        Figure("node", "One node", "availability", node, note="MTBF / (MTBF + MTTR)"),
        Figure("independent", f"{which}, were failures independent", "availability", chance, note="they never quite are"),
        Figure("group", f"{which}, with failover and common causes", "availability", likely, worst, best),
        Figure("parts", "The other parts", "availability", parts, note=f"{len(inputs['parts'])} in series"),
        Figure("all", "Everything together", "availability", likely * parts, worst * parts, best * parts),
        Figure("downtime_minutes_a_year", "Down in a year", "minutes a year", usual, least, most, "of 365.25 days"),
    )  # fmt: skip
    return Answer(figures, _reasons(inputs))


def group(inputs: Inputs, common_cause: float) -> float:
    """Down by chance or by a common cause, and while a failover runs, once a failure of the node that leads."""
    parts = quorum_parts(inputs["nodes"], inputs["needed"], inputs["mtbf_hours"], inputs["repair_hours"], common_cause)
    alone = inputs["nodes"] == inputs["needed"]
    switching = 0.0 if alone else (inputs["failover_seconds"] or 0) / 3600 / inputs["mtbf_hours"]
    return max(0.0, 1 - sum(parts) - switching)


def _reasons(inputs: Inputs) -> tuple[Because, ...]:
    found = [
        Because("formula", "k of n: the binomial sum; parts in series: the product; a year has 365.25 days"),
        Because("formula", "Common cause: (1 - b) P(too few up by chance) + b u, u = MTTR / (MTBF + MTTR)"),
        Because("input", "Times, nodes and shares are yours; those that the page begins with are assumptions"),
    ]
    if inputs["failover_seconds"] and inputs["nodes"] > inputs["needed"]:
        found.append(Because("formula", "Failover: its seconds, once a failure of the leading node"))
    return tuple(found)


def with_copies(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set in a store with as many copies: any one may answer, or a quorum of them."""
    nodes, needed = inputs["nodes"], inputs["needed"]
    several = needed > 1
    replication = Replication(
        mode="none" if nodes == 1 else "quorum" if several else "asynchronous",
        replicas=nodes - 1,
        zones=min(3, nodes),
        write_quorum=needed if several else None,
    )
    data_set = plan.data_set(path)
    slug = edits.unique_slug("copies", plan.stores)
    database = "mongodb" if several else "postgresql"
    store = Store(name=f"Copies of {data_set.name}"[:200], database=database, replication=replication)
    return edits.moved(edits.with_store(plan, slug, store), path, slug)


AVAILABILITY = Calculator(
    slug="availability",
    title="Availability",
    about="How much of the time k of n nodes answer, with failover, common causes and the other parts that are needed.",
    icon="check-circle",
    form=AvailabilityCalculatorForm,
    compute=compute,
    use=with_copies,
)

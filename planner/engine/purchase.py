"""One store on its way to a bill: what is asked of it, and the machines that carry it, chosen or as the plan says."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import process

from catalog.facts import Database, Offering
from planner.engine import assumptions as a
from planner.engine.bill import Bill, Machines
from planner.engine.demand import Demand, Draws, Part
from planner.engine.document import Store
from planner.engine.quantity import Floats
from planner.engine.results import Because
from planner.engine.shapes import Shapes, choose, only
from planner.engine.shapes_tried import Weighed, lacks_of, refused
from planner.engine.sizing import Load

UNNOTICED_SHARE = 0.05  # rarer draws lie beyond the percentiles that are shown
MOSTLY = 0.5
NAMED = 8  # machines named where the plan's has no price


@dataclass
class Job:
    """Everything that pricing one store needs, and what was found."""

    store: Store
    database: Database
    offering: Offering | None
    parts: tuple[Part, ...]
    demand: Demand
    draws: Draws
    load: Load | str
    bill: Bill
    copies: int
    shape: str = ""
    nodes: int | None = None
    free_backup_gib: Floats = field(default_factory=lambda: np.zeros(1))
    reasons: list[Because] = field(default_factory=list)
    too_small: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None  # per draw: no machine is large enough
    weighed: Weighed | None = None  # the search for its first machines

    @property
    def month(self) -> float:
        return a.SECONDS_PER_MONTH

    @property
    def written_gib_month(self) -> Floats:
        written: Floats = self.demand.written_mib_s / 1024 * self.month
        return written

    def given(self, assumption: a.Assumption) -> Floats:
        return self.draws.assumed(assumption)

    def sized(self) -> Load | None:
        """The load, or None after saying why there is none."""
        if isinstance(self.load, str):
            self.bill.unknown.append(self.load)
            return None
        return self.load


def machines_for(
    job: Job, shapes: Shapes | None, what: str, copies: int | None = None, load: Load | None = None
) -> Machines | None:
    """Machines for the load; None after saying that there is no price, no formula, or nothing large enough."""
    load = load or job.sized()
    if load is None:
        return None
    if shapes is None:
        job.bill.missing(what, "fixed", np.ones(1), "h")
        return None
    copies = job.copies if copies is None else copies
    if not load.stated:
        job.weighed = job.weighed or Weighed(load, shapes, copies, job.store.machine or "")
    if job.store.machine:
        return _as_the_plan_says(job, shapes, what, copies, load)
    choice = choose(load, shapes, copies)
    turned_down = refused(load, shapes, choice.row)
    if (choice.index < 0).all():
        job.too_small = choice.index < 0
        why = "; ".join(turned_down)
        job.bill.unknown.append(f"{what}: no machine is large enough for one copy: {why}")
        return None
    note_small(job, choice.index < 0, what)
    if np.mean(choice.nodes > a.MOST_NODES) > MOSTLY:
        text = (
            f"{choice.nodes[0]:,.0f} machines; our formulas are not trusted beyond {a.MOST_NODES:,.0f} in one cluster"
        )
        job.bill.unknown.append(f"{what}: {text}, and what it takes to run so many is not in here")
    if turned_down:
        job.reasons.append(Because("formula", f"Cheaper ones refused: {'; '.join(turned_down)}"))
    index = np.where(choice.index >= 0, choice.index, int(np.argmax(shapes.usd_hour)))
    row = shapes.rows[index[0]]
    job.shape, job.nodes = row.resource, int(choice.nodes[0])
    why = f"; the cheapest that has {load.cores[0]:,.1f} cores and {load.memory_gib[0]:,.1f} GiB for each copy"
    hours = choice.nodes * a.HOURS_PER_MONTH
    return Machines(row, hours, shapes.usd_hour[index], float(choice.nodes[0]), why)


def _as_the_plan_says(job: Job, shapes: Shapes, what: str, copies: int, load: Load) -> Machines | None:
    """The plan's own machine, as many as it says; whether it is large enough is said, and counted over the draws."""
    name, here = job.store.machine or "", [row.resource for row in shapes.rows]
    if name not in here:
        close = [one for one, *_ in process.extract(name, sorted(set(here)), limit=NAMED)]
        job.bill.unknown.append(f"{what}: no price for the plan's machine {name} here; known are {', '.join(close)}...")
        return None
    at = here.index(name)
    nodes = math.ceil((job.store.machines or job.copies) * copies / job.copies)
    choice = choose(load, only(shapes, at), copies)
    too_small = (choice.index < 0) | (choice.nodes > nodes)
    job.too_small = too_small if job.too_small is None else job.too_small | too_small
    job.reasons.append(Because("input", f"{nodes} x {name}: as the plan says"))
    if too_small[0]:
        lacks = " and ".join(one.text for one in lacks_of(load, shapes, at))
        wanted = f"{int(choice.nodes[0])} are needed" if choice.index[0] >= 0 else f"it has only {lacks}"
        job.reasons.append(Because("formula", f"By our formula {name} is too small: {wanted}"))
    job.shape, job.nodes = name, nodes
    hours = np.array([nodes * a.HOURS_PER_MONTH])
    return Machines(shapes.rows[at], hours, shapes.usd_hour[at : at + 1], float(nodes), "; as the plan says")


def note_small(job: Job, too_small: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], what: str) -> None:
    job.too_small = too_small if job.too_small is None else job.too_small | too_small
    share = float(np.mean(too_small))
    if share > UNNOTICED_SHARE:
        job.bill.unknown.append(
            f"{what}: no machine is large enough in {share:.0%} of the draws; they count the largest"
        )

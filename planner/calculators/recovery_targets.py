"""What a schedule loses at worst and on average, how long reading back takes, and the chance to meet both targets."""

from __future__ import annotations

import numpy as np

from planner.calculated import Answer, Figure
from planner.calculators.backup_storage import stored
from planner.calculators.calculator import Calculator, Inputs
from planner.engine.backup.loss import periodic_loss
from planner.engine.document import BackupPolicy, Plan
from planner.engine.quantity import Floats, Quantity, draw, stratified
from planner.engine.recovery_inputs import RESTORE_MIB_S
from planner.engine.results import Because
from planner.forms.backup_calculators import TargetsCalculatorForm

DRAWS = 4_000
STEPS = ("detect", "decide", "provision", "verify")
MIB_PER_GIB = 1024


def compute(inputs: Inputs) -> Answer:
    loss = losses(inputs)
    back = minutes_back(inputs)
    p10, p50, p90 = (float(60 * one) for one in np.quantile(back, (0.1, 0.5, 0.9)))
    rpo, rto = 60 * float(inputs["rpo_minutes"]), float(inputs["rto_minutes"])
    reading = size_over_speed(inputs)
    figures = (
        Figure("worst_loss", "Lost at worst", "seconds lost", loss[0], note="interval + duration + copy, never the interval alone"),
        Figure("mean_loss", "Lost on average", "seconds lost", loss[1], note="a failure comes at any moment alike"),
        Figure("loss_within", "Chance to lose no more than the target", "ratio", loss_within(inputs, rpo)),
        Figure("reading", "Reading back", "seconds", *_percentiles(60 * reading)),
        Figure("back", "Back after", "seconds", p50, p10, p90, note="half of the recoveries; range: 8 of 10"),
        Figure("back_within", "Chance to be back within the target", "ratio", float(np.mean(back <= rto))),
    )  # fmt: skip
    return Answer(figures, _because())


def losses(inputs: Inputs) -> tuple[float, float]:
    """Worst and mean, in seconds. With a log, its archiving bounds the loss; the backup only shortens the replay."""
    if inputs["log_minutes"]:
        every, way = 60 * float(inputs["log_minutes"]), float(inputs["log_shipping_seconds"])
        return every + way, every / 2 + way
    found = periodic_loss(3600 * float(inputs["every_hours"]), *_durations(inputs))
    return found.worst, found.mean


def loss_within(inputs: Inputs, target: float) -> float:
    """The loss is uniform between what is on its way and one interval more."""
    if inputs["log_minutes"]:
        low, every = float(inputs["log_shipping_seconds"]), 60 * float(inputs["log_minutes"])
    else:
        low, every = sum(_durations(inputs)), 3600 * float(inputs["every_hours"])
    return min(1.0, max(0.0, (target - low) / every))


def _durations(inputs: Inputs) -> tuple[float, float]:
    return 60 * float(inputs["takes_minutes"]), 60 * float(inputs["copy_minutes"])


def minutes_back(inputs: Inputs) -> Floats:
    """Draws of all steps together, independent of each other."""
    total: Floats = np.sum([_draws(inputs[name], name) for name in STEPS], axis=0) + size_over_speed(inputs)
    return total


def size_over_speed(inputs: Inputs) -> Floats:
    minutes: Floats = _draws(inputs["size_gib"], "size") * MIB_PER_GIB / _draws(inputs["speed"], "speed") / 60
    return minutes


def _draws(quantity: Quantity, name: str) -> Floats:
    if quantity.certain:
        return np.full(DRAWS, float(quantity.mid))
    return draw(quantity, stratified(DRAWS, f"recovery-targets:{name}"))


def _percentiles(values: Floats) -> tuple[float, float, float]:
    p10, p50, p90 = (float(one) for one in np.quantile(values, (0.1, 0.5, 0.9)))
    return p50, p10, p90


def _because() -> tuple[Because, ...]:
    return (
        Because("formula", "Loss of a backup every T that takes d and is copied in c: uniform on [d + c, d + c + T]"),
        Because("formula", "Loss with a log: uniform on [on its way, on its way + interval]"),
        Because(
            "formula", "Back = looking + deciding + server + size / speed + checking, 4,000 draws, steps independent"
        ),
        Because("input", "Low and high of each range are taken as its p5 and p95"),
        RESTORE_MIB_S["physical"].because(),
    )


def with_schedule(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set in a store with this backup and log."""
    hours = max(1, round(float(inputs["every_hours"])))
    policies = [{"kind": "full", "every": f"{hours}h", "keep": "14d", "method": "physical"}]
    if inputs["log_minutes"]:
        every = max(1, round(60 * float(inputs["log_minutes"])))
        policies.append({"kind": "log", "every": f"{every}s", "keep": "14d", "method": "continuous-archive"})
    return stored(plan, path, tuple(BackupPolicy.model_validate(one) for one in policies), inputs["size_gib"])


RECOVERY_TARGETS = Calculator(
    slug="recovery",
    title="RPO and RTO",
    about="What a backup schedule loses at worst and on average, how long reading back takes, and the chance to meet both targets.",
    icon="clock",
    form=TargetsCalculatorForm,
    compute=compute,
    use=with_schedule,
)

"""The same plan with more or less traffic, for the landing page's slider."""

from __future__ import annotations

from planner.engine.document import DataSet, Plan
from planner.engine.quantity import Quantity


def scaled(plan: Plan, factor: float) -> Plan:
    """Every data set with its reads and writes per second times `factor`. Sizes and needs stay as they are."""
    if factor == 1:
        return plan
    services = {
        slug: service.model_copy(update={"data": {key: _scaled(one, factor) for key, one in service.data.items()}})
        for slug, service in plan.services.items()
    }
    return plan.model_copy(update={"services": services})


def _scaled(data_set: DataSet, factor: float) -> DataSet:
    rates = {name: _times(getattr(data_set.needs, name), factor) for name in ("reads_per_second", "writes_per_second")}
    return data_set.model_copy(update={"needs": data_set.needs.model_copy(update=rates)})


def _times(rate: Quantity | None, factor: float) -> Quantity | None:
    return None if rate is None else Quantity(rate.low * factor, rate.mid * factor, rate.high * factor)

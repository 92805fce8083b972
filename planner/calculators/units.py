"""Request units of DynamoDB and Keyspaces, exactly as they are billed, and what they cost on demand and provisioned."""

from __future__ import annotations

import numpy as np

from catalog.services import current_prices
from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine import assumptions as a
from planner.engine import edits
from planner.engine.bill import Bill
from planner.engine.bill_aws import Requests, request_units
from planner.engine.billing import READ_WRITE_UNITS
from planner.engine.costs import sum_of
from planner.engine.document import Needs, Plan, Store
from planner.engine.quantity import Floats, Quantity
from planner.engine.results import Because
from planner.engine.staffing import READ_UNIT_SHARE, TRANSACTION_UNITS, read_units, write_units
from planner.forms.units_calculator import UnitsCalculatorForm

KIB = 1024
OFFERINGS = {
    "Amazon DynamoDB": ("dynamodb", "aws-dynamodb-on-demand"),
    "Amazon Keyspaces": ("cassandra", "aws-keyspaces-on-demand"),
}


def compute(inputs: Inputs) -> Answer:
    reads, writes = units(inputs)
    rcu, wcu = np.ceil(reads), np.ceil(writes)
    held = np.ceil(reads * inputs["peak"]), np.ceil(writes * inputs["peak"])
    month = a.SECONDS_PER_MONTH
    gib = np.array([float(inputs["size_gib"])])
    demand, held_bill = _bill(inputs), _bill(inputs)
    service = inputs["service"]
    request_units(demand, service, "on-demand", Requests(reads * month, writes * month, gib=gib))
    request_units(held_bill, service, "provisioned", Requests(*held, gib=gib))
    peak = "units a second that carry the busiest hour"
    figures = (
        Figure("rcu", "Read units", "units/s", float(rcu[0]), note="rounded up to whole units"),
        Figure("wcu", "Write units", "units/s", float(wcu[0]), note="rounded up to whole units"),
        Figure("read_units_month", "Read units in a month", "million", float(reads[0]) * month / 1e6),
        Figure("write_units_month", "Write units in a month", "million", float(writes[0]) * month / 1e6),
        Figure("on_demand_usd_month", "Paid by the request", "USD/month", _total(demand), note="storage included"),
        Figure("provisioned_rcu", "Provisioned read capacity", "units/s", float(held[0][0]), note=peak),
        Figure("provisioned_wcu", "Provisioned write capacity", "units/s", float(held[1][0]), note=peak),
        Figure("provisioned_usd_month", "Provisioned", "USD/month", _total(held_bill), note="storage included"),
        Figure("break_even_peak", "Both cost the same at a busiest hour of", "x the average", break_even(inputs), note=SAME),
        _cosmos(inputs),
    )  # fmt: skip
    return Answer(figures, _because(demand, held_bill))


SAME = "more uneven traffic is cheaper by the request, more even traffic provisioned"


def units(inputs: Inputs) -> tuple[Floats, Floats]:
    """Units a second before they are rounded up."""
    consistency = inputs["consistency"]
    transactional = consistency == "transactional"
    read_share = TRANSACTION_UNITS if transactional else READ_UNIT_SHARE[consistency]
    write_share = TRANSACTION_UNITS if transactional else 1.0
    rates = np.array([float(inputs["reads_per_second"])]), np.array([float(inputs["writes_per_second"])])
    sizes = np.array([float(inputs["read_bytes"])]), np.array([float(inputs["write_bytes"])])
    return read_units(rates[0], sizes[0], read_share), write_units(rates[1], sizes[1], write_share)


def break_even(inputs: Inputs) -> float | None:
    """The peak factor at which both ways cost the same, without rounding; None without requests or prices."""
    reads, writes = units(inputs)
    month = a.SECONDS_PER_MONTH
    demand, even = _bill(inputs), _bill(inputs)
    request_units(demand, inputs["service"], "on-demand", Requests(reads * month, writes * month))
    request_units(even, inputs["service"], "provisioned", Requests(reads, writes))
    paid, held = _total(demand), _total(even)
    return paid / held if paid and held else None


def _bill(inputs: Inputs) -> Bill:
    return Bill(current_prices(), "aws", inputs["region"])


def _total(bill: Bill) -> float | None:
    if bill.unknown:
        return None
    found = sum_of(bill.lines)
    return 0.0 if found is None else float(found[0])


def _cosmos(inputs: Inputs) -> Figure:
    reads = inputs["reads_per_second"] * np.ceil(inputs["read_bytes"] / KIB)
    writes = inputs["writes_per_second"] * np.ceil(inputs["write_bytes"] / KIB)
    factor = a.COSMOS_WRITE_UNITS
    likely, low, high = (float(reads + writes * one) for one in (factor.likely, factor.low, factor.high))
    note = "an estimate: reads of 1 KiB are 1 RU, writes depend on the indexes"
    return Figure("cosmos_ru", "The same in Azure Cosmos DB, eventual reads", "RU/s", likely, low, high, note)


def _because(*bills: Bill) -> tuple[Because, ...]:
    text = (
        "Reads round up to 4 KiB: eventual 1/2, strong 1, in a transaction 2 units. Writes round up to 1 KiB: 1, in a "
        "transaction 2 units"
    )
    lines = [line.because for bill in bills for line in bill.lines]
    prices = [Because(one.kind, one.text, one.key, one.source, one.as_of) for one in dict.fromkeys(lines)]
    month = Because("formula", "A month has 730 hours, which is 2,628,000 seconds")
    return (Because("fact", text, "", READ_WRITE_UNITS), month, *prices, a.COSMOS_WRITE_UNITS.because())


def with_units(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The data set with these needs in a store of the service, paid by the request."""
    database, offering = OFFERINGS[inputs["service"]]
    data_set = plan.data_set(path)
    slug = edits.unique_slug(database, plan.stores)
    store = Store(
        name=f"{inputs['service']} of {data_set.name}"[:200], database=database, offering=offering, provider="aws",
        region=inputs["region"],
    )  # fmt: skip
    transactional = inputs["consistency"] == "transactional"
    needs = Needs(
        consistency="eventual" if inputs["consistency"] == "eventual" else "strong",
        transactions="multi-record" if transactional else "none",
        reads_per_second=_one(inputs["reads_per_second"]),
        writes_per_second=_one(inputs["writes_per_second"]),
        item_bytes=_one(inputs["write_bytes"]),
        size_gib=_one(inputs["size_gib"]),
    )
    plan = edits.with_store(plan, slug, store)
    return edits.with_data_set(plan, path, data_set.model_copy(update={"needs": needs, "store": slug}))


def _one(value: float) -> Quantity:
    return Quantity(float(value), float(value), float(value))


UNITS = Calculator(
    slug="request-units",
    title="Request units",
    about="Read and write units of DynamoDB and Keyspaces as they are billed, what they cost by the request and provisioned.",
    icon="zap",
    form=UnitsCalculatorForm,
    compute=compute,
    use=with_units,
)

"""The rates of Amazon's pricing calculator: `{manifest, sets, regions{long name: {readable name: {price, rateCode}}}}`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from catalog.facts import Price
from catalog.refresh.aws_regions import region_of
from catalog.refresh.rows import Parsed, PriceFileError, amount, day_of, plain, untrusted

ON_DEMAND = "JRTCKXETXF"
MILLION = Decimal(1_000_000)
# readable name: what is billed, the unit of the price book, the factor of the price
DYNAMODB = {
    "Provisioned Read Units": ("read-provisioned", "rcu-hour", Decimal(1)),
    "Provisioned Write Units": ("write-provisioned", "wcu-hour", Decimal(1)),
    "Provisioned Replicated Write Units": ("replicated-write-provisioned", "rwcu-hour", Decimal(1)),
    "PayPerRequest Read Request Units": ("read-on-demand", "million-rru", MILLION),
    "PayPerRequest Write Request Units": ("write-on-demand", "million-wru", MILLION),
    "PayPerRequest Replicated Write Request Units": ("replicated-write-on-demand", "million-rwru", MILLION),
    "Provisioned Read Units IA": ("read-provisioned-ia", "rcu-hour", Decimal(1)),
    "Provisioned Write Units IA": ("write-provisioned-ia", "wcu-hour", Decimal(1)),
    "Provisioned Replicated Write Units IA": ("replicated-write-provisioned-ia", "rwcu-hour", Decimal(1)),
    "PayPerRequest Read Request Units IA": ("read-on-demand-ia", "million-rru", MILLION),
    "PayPerRequest Write Request Units IA": ("write-on-demand-ia", "million-wru", MILLION),
    "PayPerRequest Replicated Write Request Units IA": ("replicated-write-on-demand-ia", "million-rwru", MILLION),
    "Data Storage Indexed GB-Mo": ("storage", "gib-month", Decimal(1)),
    "Data Storage Indexed - IA GB-Mo": ("storage-standard-ia", "gib-month", Decimal(1)),
    "On-Demand Backup Storage GB-Month": ("backup-on-demand", "gib-month", Decimal(1)),
    "PITR Backup Storage GB-Mo": ("backup-pitr", "gib-month", Decimal(1)),
    "Restore Data Size": ("restore", "gib", Decimal(1)),
    "Streams Read Requests": ("streams-read", "million-requests", MILLION),
}
SERVICES = {"dynamodb": ("Amazon DynamoDB", "dynamodb", "regional", DYNAMODB)}


def read_calculator(tree: Mapping[str, Any], origin: str) -> Parsed:
    """Rates have no unit of their own: the readable name says it. A name that is not known is left out, never guessed."""
    manifest = tree.get("manifest") or {}
    service = str(manifest.get("serviceId", ""))
    parsed = Parsed("aws", f"calculator {service}", origin, day_of(manifest.get("hawkFilePublicationDate")))
    known = SERVICES.get(service)
    if known is None:
        raise PriceFileError(f"{origin}: manifest.serviceId is {service!r}; known is {', '.join(sorted(SERVICES))}")
    currency = str(manifest.get("currencyCode", "")).upper()
    for place, rates in (tree.get("regions") or {}).items():
        region = region_of(place)
        for name, rate in rates.items():
            parsed.seen += 1
            if not region:
                parsed.quarantine(f"{place}: {name}", f"the place {place} is no known region")
            else:
                _add(parsed, known, region, currency, name, rate)
    return parsed


def _add(
    parsed: Parsed, known: tuple[str, str, str, Mapping[str, tuple[str, str, Decimal]]], region: str, currency: str,
    name: str, rate: Mapping[str, Any],
) -> None:  # fmt: skip
    where = f"{region}: {name}"
    service, engine, deployment, names = known
    if name == rate.get("RegionlessRateCode"):
        parsed.leave_out(where, "a rate under its hash; the readable name beside it counts")
    elif f".{ON_DEMAND}." not in str(rate.get("rateCode", "")):
        parsed.leave_out(where, "a reservation, not on demand")
    elif "free tier" in name.lower():
        parsed.leave_out(where, "a free allowance, not a price")
    elif name not in names:
        parsed.leave_out(where, "not among the products that are read")
    else:
        usd, (billed, unit, factor) = amount(rate.get("price")), names[name]
        wrong = untrusted(usd, currency)
        if wrong or usd is None:
            parsed.quarantine(where, wrong)
            return
        parsed.prices.append(
            Price("managed", "aws", service, engine, region, deployment, "", None, None, None, billed, unit,
                  plain(usd * factor), f"{parsed.origin} rate {rate.get('rateCode', '')}"[-400:], None)
        )  # fmt: skip

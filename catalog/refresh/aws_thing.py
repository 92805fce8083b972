"""What a product of Amazon's price list is in the price book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Attributes = Mapping[str, str]
NOT_READ = "not among the products that are read"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a price is for. `unit` is that of the price book; `tiers` names the billed thing or the tier by first unit."""

    kind: str
    service: str
    region: str
    billed: str
    unit: str
    engine: str = ""
    deployment: str = ""
    resource: str = ""
    vcpu: Decimal | None = None
    memory_gib: Decimal | None = None
    local_nvme_gib: Decimal | None = None
    category: str = ""
    cpu_arch: str = ""
    tiers: Mapping[str, str] | None = None

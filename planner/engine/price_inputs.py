"""The inputs of a worked price example, by any of the names that they go by; what no bill asked for is told, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.engine.assumptions import HOURS_PER_MONTH
from planner.engine.bill import Bill, Line, Machines, find, given_machines
from planner.engine.quantity import Floats

Given = str | float | bool | None | Sequence[str]
MACHINE_KINDS = ("instance", "node", "broker", "compute", "cluster")
MACHINE_NAMES = (
    "instance",
    "instance_type",
    "instance_class",
    "node_type",
    "node",
    "sku",
    "broker",
    "size",
    "machine_type",
)
YES = ("true", "yes", "multi-az", "regional", "zone-redundant", "zoneredundant", "same-zone", "samezone", "enabled")
NO = ("", "false", "no", "none", "single-az", "zonal", "disabled")
SAID: Mapping[str, tuple[str, ...]] = {  # what an example may say without changing its price, and the words (all, if none) that do not
    "name": (), "description": (), "notes": (), "service": (), "provider": (), "region": (), "currency": ("usd",), "api": (),
    "engine": (), "engine_version": (), "version": (), "hours_per_month": ("730", "730.0"), "retention_days": (),
    "backup_retention_days": (), "zones": (), "availability_zones": (), "az_count": (),
    "os": ("linux",), "operating_system": ("linux",), "tenancy": ("shared",), "edition": ("enterprise",), "term": ("on-demand",),
    "purchase_option": ("on-demand", "payg", "consumption"), "pricing": ("on-demand", "payg"), "commitment": ("none",),
    "license_model": ("no-license-required", "general-public-license", "license-included"),
    "license": ("license-included", "included"), "account_kind": ("storagev2", "blobstorage"), "performance": ("standard",),
    "storage_type": ("ebs", "gp2", "gp3", "ssd", "premium-ssd"), "mode": ("on-demand", "provisioned"),
    "deployment": ("node", "instance", "single", "single-node", "provisioned", "standard", "on-demand"),
    "vcpu": (), "vcpus": (), "memory_gib": (), "family": (), "generation": (), "architecture": (), "cpu_arch": (),
}  # fmt: skip
GIB_PER = {"_gib": 1.0, "_gb": 1.0, "_tib": 1024.0, "_tb": 1024.0}
PER_MILLION = ("{}_million", "million_{}", "{}_millions", "{}_m")


class UnknownDimension(ValueError):
    """An example says something in words that no bill knows, so its price is not known."""


@dataclass
class Example:
    """One example. What is asked for is remembered, so that what nobody asked for can be told."""

    bill: Bill
    service: str
    inputs: Mapping[str, Given]
    asked: set[str] = field(default_factory=set)

    def _found(self, names: tuple[str, ...]) -> Iterator[tuple[str, Given]]:
        for name in names:
            if self.inputs.get(name) is not None:
                self.asked.add(name)
                yield name, self.inputs[name]

    def number(self, *names: str, default: float = 0.0) -> float:
        """The first that is there. `storage_gib` is also read from `storage_gb`, and with 1,024 from `storage_tb`."""
        for name in names:
            for spelled, factor in _spelled(name):
                found = next(self._found((spelled,)), None)
                if found is not None:
                    return _as_number(*found) * factor
        return default

    def counted(self, *names: str) -> float:
        """A number given outright or in millions: `reads`, `reads_million`, `million_reads`, `reads_per_month`."""
        for name in names:
            for form in PER_MILLION:
                if self.inputs.get(form.format(name)) is not None:
                    return self.number(form.format(name)) * 1e6
        return self.number(*names, *(f"{name}_per_month" for name in names), *(f"monthly_{name}" for name in names))

    def many(self, *names: str) -> Floats:
        return np.array([self.number(*names)])

    def many_counted(self, *names: str) -> Floats:
        return np.array([self.counted(*names)])

    def text(self, *names: str, default: str = "") -> str:
        return next((str(value) for _, value in self._found(names)), default)

    def word(self, *names: str, default: str = "") -> str:
        """A text as the price book writes its words: `ON_DEMAND` is `on-demand`."""
        return re.sub(r"[\s_]+", "-", self.text(*names, default=default).strip().lower())

    def listed(self, *names: str) -> tuple[str, ...]:
        """The members of a list; () where there is none."""
        for _, value in self._found(names):
            if isinstance(value, Sequence) and not isinstance(value, str):
                return tuple(value)
        return ()

    def yes(self, *names: str) -> bool:
        return any(_as_yes(name, value) for name, value in list(self._found(names)))

    @property
    def hours(self) -> float:
        return self.number("hours_per_month", "hours", default=HOURS_PER_MONTH)

    @property
    def nodes(self) -> float:
        """How many machines: told outright, or shards of a primary and its replicas."""
        given = self.number("instances", "instance_count", "nodes", "node_count", "brokers", "count", "quantity")
        shards = self.number("shards", "shard_count", "num_shards", "node_groups", default=1.0)
        replicas = self.number(
            "replicas", "replica_count", "replicas_per_shard", "replicas_per_node_group", "read_replicas", "readers"
        )
        return given or shards * (1 + replicas)

    def machines(self, *, deployment: str = "", engine: str = "", nodes: float | None = None) -> Machines | None:
        """The machine that the example names; None after noting that it has no price."""
        name = self.text(*MACHINE_NAMES)
        if not name:
            return None
        count = self.nodes if nodes is None else nodes
        for kind in MACHINE_KINDS:
            row = find(self.bill.rows(self.service), kind, deployment, engine, name)
            if row is not None:
                return given_machines(row, count, self.hours)
        self.bill.missing(f"Machines, {name}", "fixed", np.array([count * self.hours]), "h")
        return None

    def bill_machines(self, machines: Machines | None, label: str) -> None:
        if machines is not None:
            self.bill.machines(f"{label}, {machines.row.resource}", machines)

    def tell_the_rest(self) -> None:
        """A number that no bill asked for becomes a line without a price; a word that none knows is an error."""
        for name, value in self.inputs.items():
            if name in self.asked or value in (None, False, "", 0):
                continue
            if name in SAID and (not SAID[name] or self.word(name) in SAID[name]):
                continue
            if isinstance(value, bool | str | Sequence):
                known = ", ".join(sorted(self.asked))
                raise UnknownDimension(f"{name}: {value!r} of {self.service} has no bill; asked for here were {known}")
            text = f"No bill of {self.service} counts {name}"
            self.bill.lines.append(Line(name.replace("_", " "), "size", np.array([float(value)]), "", None, None, text))
            self.bill.unknown.append(text)


def _spelled(name: str) -> Iterator[tuple[str, float]]:
    yield name, 1.0
    if name.endswith("_gib"):
        yield from (
            (name.removesuffix("_gib") + ending, factor) for ending, factor in GIB_PER.items() if ending != "_gib"
        )


def _as_number(name: str, value: Given) -> float:
    """A list counts its members."""
    try:
        return float(len(value)) if isinstance(value, Sequence) and not isinstance(value, str) else float(value or 0)
    except ValueError:
        raise UnknownDimension(f"{name}: {value!r} is no number") from None


def _as_yes(name: str, value: Given) -> bool:
    if isinstance(value, str):
        word = re.sub(r"[\s_]+", "-", value.strip().lower())
        if word not in YES + NO:
            raise UnknownDimension(f"{name}: {value!r} is neither yes nor no")
        return word in YES
    return bool(value)

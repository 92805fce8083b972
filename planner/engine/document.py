"""The plan document, version 1: one frozen value. Field names are the contract of docs/plan-format.md.

Fields of a section mean what the plan format says; every number's unit stands in its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.engine.quantity import Quantity

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Tier = Literal["critical", "high", "medium", "low"]
Provider = Literal["aws", "gcp", "azure", "self-hosted"]
Query = Literal[
    "point-lookup", "batch-get", "range-scan", "time-range", "secondary-index", "join", "aggregation", "full-text",
    "geo", "graph-traversal", "vector-search", "nested-document", "counter", "sorted-set", "ttl-expiry", "append-log",
    "change-stream", "pub-sub", "blob", "bulk-scan",
]  # fmt: skip


class Section(BaseModel):
    """A part of the document: frozen, strict, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

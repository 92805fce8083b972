"""Sentences about rankings: what would make a system win, and which need to relax."""

from __future__ import annotations

from planner.engine.case import LABELS
from planner.engine.wins import Way
from planner.figures import rounded

NUMBERS = {
    "writes_per_second": ("writes per second", ""),
    "reads_per_second": ("reads per second", ""),
    "size_gib": ("the size", " GiB"),
    "item_bytes": ("a record", " bytes"),
    "latency_p99_ms": ("the read time at p99", " ms"),
}
PLACES = {1: "first", 2: "second", 3: "third"}


def condition(way: Way) -> str:
    """`If consistency were eventual instead of strong`."""
    if way.kind == "weight":
        return f"If {LABELS[way.name].lower()} weighed {_share(way.to)} instead of {_share(way.now)}"
    if way.kind == "team":
        return "If the team ran it already"
    if way.kind == "plan":
        return "If the plan had it already"
    if way.kind == "team and plan":
        return "If the plan had it and the team ran it already"
    return _of_need(way)


def _of_need(way: Way) -> str:
    if way.name == "queries":
        word, _, query = str(way.to).partition(" ")
        what = query.replace("-", " ")
        return f"If {what} were needed too" if word == "with" else f"If {what} were not needed"
    if way.name == "regions":
        return "If one region took all writes" if way.to == 1 else f"If {way.to} regions had to accept writes"
    if way.name in NUMBERS:
        return _of_number(way)
    return f"If {way.name} were {_word(way.to)} instead of {_word(way.now)}"


def _of_number(way: Way) -> str:
    name, unit = NUMBERS[way.name]
    if not isinstance(way.to, float) or not isinstance(way.now, float):
        return f"If {name} were left open"
    move = "rose to" if way.to > way.now else "fell to"
    return f"If {name} {move} {rounded(way.to):,.10g}{unit} (now {rounded(way.now):,.10g}{unit})"


def consequence(way: Way, leader: str) -> str:
    """`it would be first`, or its place and who is before it."""
    if way.rank == 1:
        return "it would be first"
    return f"it would be {PLACES.get(way.rank, f'number {way.rank}')}, {leader} first"


def _share(value: object) -> str:
    return f"{float(str(value)):.0%}"


def _word(value: object) -> str:
    return "open" if value in (None, "either") else str(value).replace("-", " ")

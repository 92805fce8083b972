"""Sentences about rankings: what would make a system win, and which need to relax."""

from __future__ import annotations

from collections.abc import Mapping

from planner.engine.case import LABELS
from planner.engine.wins import Way
from planner.figures import rounded
from planner.forms.words import CONSISTENCIES, HOSTINGS, QUERIES, SCHEMAS, TRANSACTIONS

NUMBERS = {
    "writes_per_second": ("writes per second", ""),
    "reads_per_second": ("reads per second", ""),
    "size_gib": ("the size", " GiB"),
    "item_bytes": ("a record", " bytes"),
    "latency_p99_ms": ("the read time at p99", " ms"),
}
# Needs in words, as the form of a data set asks for them.
FIELDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "consistency": ("Who must see new values", CONSISTENCIES),
    "transactions": ("Changes that succeed or fail together", TRANSACTIONS),
    "schema": ("Shape of records", SCHEMAS),
    "hosting": ("Hosting", HOSTINGS),
}
PLACES = {1: "first", 2: "second", 3: "third"}


def condition(way: Way) -> str:
    """`If “Hosting” were open instead of “Managed service”`, in the words of the form that asks for the need."""
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
        what = QUERIES.get(query, query.replace("-", " "))
        return f"If “{what}” were needed too" if word == "with" else f"If “{what}” were not needed"
    if way.name == "regions":
        return "If one region took all writes" if way.to == 1 else f"If {way.to} regions had to accept writes"
    if way.name in NUMBERS:
        return _of_number(way)
    label, words = FIELDS[way.name]
    return f"If “{label}” were {_word(way.to, words)} instead of {_word(way.now, words)}"


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


def _word(value: object, words: Mapping[str, str]) -> str:
    return "open" if value in (None, "either") else f"“{words.get(str(value), str(value))}”"

"""One field of a data set as a person types it: in a table, a spreadsheet, the panel. Text in, the document's value out.

A cell holds a word, a number, or three numbers "low; likely; high". What cannot be read is said in words at its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import ValidationError

from planner.engine import edits
from planner.engine.document import DataSet, DocumentError, Needs, Plan, Tier
from planner.engine.problems import nowhere, problems_of
from planner.engine.quantity import Quantity
from planner.engine.sections import Query

Kind = Literal["text", "word", "slug", "quantity", "count", "flag", "words", "paths"]
Value = str | int | float | bool | list[Any] | None


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the document's field; `names` are other heads under which spreadsheets have it."""

    key: str
    label: str
    kind: Kind
    in_needs: bool = True
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell; `column` "" = with the whole row, `path` "" = with the plan."""

    path: str
    column: str
    text: str


class Unreadable(ValueError):
    """A cell's text is none of what its column may hold."""


def _words_of(section: type[DataSet] | type[Needs], field: str) -> tuple[str, ...]:
    """The allowed words of a field that is a Literal or None."""
    found: tuple[str, ...] = get_args(get_args(section.model_fields[field].annotation)[0])
    return found


COLUMNS: dict[str, Column] = {
    one.key: one
    for one in (
        Column("name", "Data set", "text", in_needs=False, names=("name", "dataset", "table", "collection", "entity")),
        Column("tier", "Target", "word", in_needs=False, words=get_args(Tier), names=("recovery target", "criticality")),
        Column("size_gib", "Size, GiB", "quantity", names=("size", "size gb", "size now")),
        Column("reads_per_second", "Reads per s", "quantity", names=("reads", "reads/s", "read rate", "rps")),
        Column("writes_per_second", "Writes per s", "quantity", names=("writes", "writes/s", "write rate", "wps")),
        Column("consistency", "Consistency", "word", words=_words_of(Needs, "consistency")),
        Column("transactions", "Transactions", "word", words=_words_of(Needs, "transactions")),
        Column("store", "Store", "slug", in_needs=False, names=("placed in", "stored in", "database")),
        Column("growth_per_year", "Growth per year", "quantity", names=("growth",)),
        Column("item_bytes", "Record, bytes", "quantity", names=("item size", "record size", "bytes")),
        Column("latency_p99_ms", "Latency p99, ms", "quantity", names=("latency", "p99")),
        Column("retention_days", "Kept, days", "quantity", names=("retention",)),
        Column("queries", "Ways of reading", "words", words=get_args(Query), names=("queries",)),
        Column("schema", "Shape of records", "word", words=_words_of(Needs, "schema_"), names=("schema",)),
        Column("regions", "Regions", "count"),
        Column("hosting", "Hosting", "word", words=_words_of(Needs, "hosting")),
        Column("personal_data", "Personal data", "flag", in_needs=False, names=("pii",)),
        Column("derived_from", "Copied from", "paths", in_needs=False, names=("derived from", "source")),
        Column("sync", "Kept up to date by", "word", in_needs=False, words=_words_of(DataSet, "sync"), names=("sync",)),
    )
}  # fmt: skip

GIB = {"": 1.0, "kib": 2**-20, "mib": 2**-10, "gib": 1.0, "tib": 2.0**10, "pib": 2.0**20,
       "kb": 1e3 / 2**30, "mb": 1e6 / 2**30, "gb": 1e9 / 2**30, "tb": 1e12 / 2**30, "pb": 1e15 / 2**30}  # fmt: skip
TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}
GROUPED = re.compile(r"(?<=\d)[,'\u2019 \u00a0\u202f](?=\d{3}(?!\d))")
NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)\s*([a-z%]*)(?:/s)?")
YES, NO = frozenset(("yes", "y", "true", "1", "x")), frozenset(("no", "n", "false", "0", ""))
NOTHING = frozenset(("", "-", "\u2013", "\u2014"))  # an empty cell and the dashes that our tables show


def read_cell(column: Column, text: str) -> Value:
    """The value of a cell; None for an empty one. Raises Unreadable."""
    plain = text.strip()
    if column.kind == "text" and not plain:
        raise Unreadable("must not be empty")
    if column.kind == "text":
        return plain
    if column.kind == "flag":
        return _flag(plain)
    if plain in NOTHING:
        return [] if column.kind in ("words", "paths") else None
    if column.kind in ("quantity", "count"):
        return _quantity(column, plain)
    if column.kind in ("words", "paths"):
        return [part if column.kind == "paths" else _word(column, part) for part in re.split(r"[,;\s]+", plain) if part]
    return plain if column.kind == "slug" else _word(column, plain)


def _flag(text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO | NOTHING:
        return False
    raise Unreadable(f"found {text!r}, must be yes or no")


def _word(column: Column, text: str) -> str:
    word = re.sub(r"[\s_]+", "-", text.casefold())
    if word not in column.words:
        raise Unreadable(f"found {text!r}, allowed are {', '.join(column.words)}")
    return word


def _quantity(column: Column, text: str) -> Value:
    parts = [_number(column, part.strip()) for part in text.split(";")]
    if len(parts) not in (1, 3):
        raise Unreadable(f"found {text!r}, must be a number or low; likely; high")
    if len(parts) == 3 and not parts[0] <= parts[1] <= parts[2]:
        raise Unreadable(f"found {text!r}, must ascend: low; likely; high")
    return parts[0] if len(parts) == 1 else list(parts)


def _number(column: Column, text: str) -> int | float:
    found = NUMBER.fullmatch(GROUPED.sub("", text.casefold()))
    factors = GIB if column.key == "size_gib" else {"": 1.0, "%": 0.01} if column.key == "growth_per_year" else TIMES
    if found is None and re.fullmatch(r"\d+,\d+", text):
        raise Unreadable(f"found {text!r}, write decimals with a point: {text.replace(',', '.')}")
    if found is None or found[2] not in factors:
        raise Unreadable(f"found {text!r}, must be a number such as 420")
    # Ten digits are more than anybody measures, and hide what a change of unit does to the last bits.
    value = float(f"{float(found[1]) * factors[found[2]]:.10g}")
    return int(value) if value.is_integer() and value < 1e15 else value


def written(data_set: DataSet, column: Column) -> str:
    """The text of a cell, as `read_cell` reads it back."""
    section = data_set.needs if column.in_needs else data_set
    value = getattr(section, "schema_" if column.key == "schema" else column.key)
    if value is None:
        return ""
    if isinstance(value, Quantity):
        parts = (value.mid,) if value.certain else (value.low, value.mid, value.high)
        return "; ".join(f"{one:.10f}".rstrip("0").rstrip(".") for one in parts)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


Typed = Mapping[str, Mapping[str, str]]  # path -> column -> text


def edited(plan: Plan, typed: Typed, new: Iterable[str] = ()) -> tuple[Plan | None, tuple[CellProblem, ...]]:
    """The plan with these cells, all of them or (with problems) none. Paths in `new` are added with what is typed."""
    fresh = frozenset(new)
    problems: list[CellProblem] = []
    changed: dict[str, DataSet] = {}
    for path, cells in typed.items():
        before = DataSet(name="?") if path in fresh else plan.data_set(path)
        found, wrong = _data_set(path, before, cells)
        problems += wrong
        if found is not None:
            changed[path] = found
    if problems:
        return None, tuple(problems)
    try:
        return edits.with_data_sets(plan, changed), ()
    except DocumentError as error:
        return None, tuple(_at_cell(one.path, one.message) for one in error.problems)


def _data_set(path: str, before: DataSet, cells: Mapping[str, str]) -> tuple[DataSet | None, list[CellProblem]]:
    raw: dict[str, Any] = before.model_dump(mode="json", by_alias=True)
    problems = []
    for key, text in cells.items():
        column = COLUMNS[key]
        try:
            (raw["needs"] if column.in_needs else raw)[key] = read_cell(column, text)
        except Unreadable as error:
            problems.append(CellProblem(path, key, str(error)))
    if not raw["derived_from"]:
        raw["sync"] = None
    if problems:
        return None, problems
    try:
        return DataSet.model_validate(raw), []
    except ValidationError as error:
        told = problems_of(error, nowhere)
        return None, [CellProblem(path, _column(one.path), one.message) for one in told]


def _column(field: str) -> str:
    """The column of a path inside a data set: "needs.size_gib" is "size_gib"."""
    key = field.removeprefix("needs.").partition(".")[0]
    return key if key in COLUMNS else ""


def _at_cell(field: str, message: str) -> CellProblem:
    """The cell of a problem that only the whole plan shows: "services.a.data.b.store"."""
    parts = field.split(".", 4)
    if len(parts) < 4 or parts[0] != "services" or parts[2] != "data":
        return CellProblem("", "", f"{field}: {message}")
    return CellProblem(f"{parts[1]}/{parts[3]}", _column(parts[4] if len(parts) > 4 else ""), message)

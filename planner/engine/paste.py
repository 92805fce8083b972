"""Rows from a spreadsheet: which data set each row means, what its cells change, every problem at row and column.

With a head line, columns go by their names and rows by the data set's name. Without one, columns and rows go by place:
from the cell that was pasted into, onwards. Rows that mean no data set of the plan become new ones. An empty cell
changes nothing; a dash empties.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from planner.engine import edits
from planner.engine.cells import COLUMNS, CellProblem, Column, Unreadable, edited, read_cell, written
from planner.engine.document import DataSetRef, Plan, Service
from planner.engine.problems import nowhere, problems_of

ROWS_MOST = 1000
CHARACTERS_MOST = 1_000_000
SERVICE = Column("service", "Service", "text", names=("module", "component", "app"))
HEADS = {
    head: column
    for column in (*COLUMNS.values(), SERVICE)
    for head in (column.key, column.label.casefold(), *column.names)
}
BY_PLACE = ("name", "tier", "size_gib", "reads_per_second", "writes_per_second", "consistency", "transactions", "store")


@dataclass(frozen=True, slots=True)
class PastedCell:
    column: Column
    text: str
    before: str
    problem: str = ""

    @property
    def changes(self) -> bool:
        return self.text != "" and self.text != self.before


@dataclass(frozen=True, slots=True)
class PastedRow:
    number: int  # as the spreadsheet counts, the head line included
    path: str  # "" where it is not known which data set is meant
    service: str
    is_new: bool
    cells: tuple[PastedCell, ...]
    problem: str = ""

    def cell(self, key: str) -> str:
        return next((one.text for one in self.cells if one.column.key == key), "")


@dataclass(frozen=True, slots=True)
class Pasted:
    """`plan` is None while there is any problem: all rows are taken over, or none."""

    plan: Plan | None
    columns: tuple[Column, ...]
    rows: tuple[PastedRow, ...]
    ignored: tuple[str, ...]  # heads that name no column
    problem: str = ""  # of the whole text

    @property
    def new_count(self) -> int:
        return sum(row.is_new for row in self.rows)

    @property
    def changed_count(self) -> int:
        return sum(cell.changes for row in self.rows if not row.is_new for cell in row.cells)

    @property
    def problems(self) -> tuple[tuple[int, str, str], ...]:
        """Row number, label of the column ("" = the row) and what is wrong."""
        found = [(0, "", self.problem)] if self.problem else []
        for row in self.rows:
            found += [(row.number, "", row.problem)] if row.problem else []
            found += [(row.number, cell.column.label, cell.problem) for cell in row.cells if cell.problem]
        return tuple(found)


def pasted(plan: Plan, text: str, *, service: str = "", places: Sequence[str] = (), column: str = "name") -> Pasted:
    """What the text would do to the plan. `service` takes new data sets whose row names none.

    `places`: the paths of the table's rows from the one that was pasted into; `column`: the column pasted into.
    """
    lines = _lines(text)
    if not lines or len(lines) > ROWS_MOST or len(text) > CHARACTERS_MOST:
        words = "There is nothing to read." if not lines else f"At most {ROWS_MOST:,} rows are read at once."
        return Pasted(None, (), (), (), words)
    heads = [HEADS.get(_head(cell)) for cell in lines[0]]
    with_head = sum(head is not None for head in heads) >= 2 or (len(heads) == 1 and heads[0] is not None)
    if not with_head:
        start = BY_PLACE.index(column) if column in BY_PLACE else 0
        heads = [COLUMNS[key] for key in BY_PLACE[start:]]
    ignored = tuple(cell for cell, head in zip(lines[0], heads, strict=False) if head is None and cell.strip())
    numbered = [(number, line) for number, line in enumerate(lines, 1) if number > with_head and any(line)]
    rows = [_row(number, line, heads) for number, line in numbered]
    if with_head:
        known = _by_name(plan)
        rows = [_named(row, known) for row in rows]
    else:
        rows = [replace(row, path=places[at] if at < len(places) else "") for at, row in enumerate(rows)]
        rows = [_too_wide(row, line, len(heads)) for row, (_, line) in zip(rows, numbered, strict=True)]
    return _applied(plan, rows, service, tuple(dict.fromkeys(head for head in heads if head)), ignored)


def _lines(text: str) -> list[list[str]]:
    """Cells by line; tabs as spreadsheets copy them, or the semicolons and commas of a CSV file with a head line."""
    plain = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    first = plain.partition("\n")[0]
    known = {mark: sum(_head(one) in HEADS for one in first.split(mark)) for mark in ";,"}
    mark = max(known, key=lambda one: known[one])
    delimiter = mark if "\t" not in plain and known[mark] >= 2 else "\t"
    try:
        found = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(plain), delimiter=delimiter)]
    except csv.Error:
        found = [[cell.strip() for cell in line.split(delimiter)] for line in plain.split("\n")]
    return found if any(any(line) for line in found) else []


def _head(text: str) -> str:
    return " ".join(text.strip().strip('"').casefold().split())


def _row(number: int, line: Sequence[str], heads: Sequence[Column | None]) -> PastedRow:
    pairs = [(head, text) for head, text in zip(heads, line, strict=False) if head is not None]
    service = next((text for head, text in pairs if head is SERVICE), "")
    cells = tuple(PastedCell(head, text, "") for head, text in pairs if head is not SERVICE)
    return PastedRow(number, "", service, False, cells)


def _too_wide(row: PastedRow, line: Sequence[str], width: int) -> PastedRow:
    over = [cell for cell in line[width:] if cell]
    return replace(row, problem=f"has {len(over)} cells too many for the table") if over else row


def _by_name(plan: Plan) -> dict[str, list[DataSetRef]]:
    """Data sets by name and by path."""
    known: dict[str, list[DataSetRef]] = {}
    for ref in plan.data_sets():
        for name in {ref.data_set.name.casefold(), ref.path}:
            known.setdefault(name, []).append(ref)
    return known


def _named(row: PastedRow, known: dict[str, list[DataSetRef]]) -> PastedRow:
    """The row with the data set of its name; in the service that it names, where it names one."""
    service = row.service.casefold()
    found = [
        ref.path
        for ref in known.get(row.cell("name").casefold(), ())
        if not service or service in (ref.service_slug, ref.service.name.casefold())
    ]
    if len(found) > 1:
        return replace(row, problem=f"{len(found)} data sets have this name: add a column Service")
    return replace(row, path=found[0] if found else "")


def _applied(
    plan: Plan, rows: Sequence[PastedRow], service: str, columns: tuple[Column, ...], ignored: tuple[str, ...]
) -> Pasted:
    grown, rows = _with_new(plan, rows, service)
    rows = _with_before(plan, rows)
    typed = {row.path: {one.column.key: one.text for one in row.cells if one.changes} for row in rows if row.path}
    after, problems = edited(grown, typed, [row.path for row in rows if row.is_new])
    shown, loose = _with_problems(rows, problems)
    if loose or any(row.problem for row in shown):
        after = None
    return Pasted(after, columns, tuple(shown), ignored, loose)


def _with_new(plan: Plan, rows: Sequence[PastedRow], service: str) -> tuple[Plan, list[PastedRow]]:
    """Paths for the rows that mean no data set of the plan, and the services that they need."""
    found, seen = [], dict[str, int]()
    for row in rows:
        if not row.path and not row.problem:
            if not row.cell("name"):
                found.append(replace(row, problem="a new data set needs a name"))
                continue
            name = row.service or service or "New service"
            try:
                plan, slug = _service(plan, name)
            except ValidationError as error:
                found.append(replace(row, problem=f"service: {problems_of(error, nowhere)[0].message}"))
                continue
            taken = {
                *plan.services[slug].data,
                *(path.partition("/")[2] for path in seen if path.startswith(f"{slug}/")),
            }
            row = replace(row, path=f"{slug}/{edits.unique_slug(row.cell('name'), taken)}", is_new=True)
        if row.path in seen:
            row = replace(row, problem=f"is the same data set as row {seen[row.path]}", path="")
        seen.setdefault(row.path, row.number)
        found.append(row)
    return plan, found


def _service(plan: Plan, name: str) -> tuple[Plan, str]:
    for slug, one in plan.services.items():
        if name.casefold() in (slug, one.name.casefold()):
            return plan, slug
    slug = edits.unique_slug(name, plan.services)
    return plan.model_copy(update={"services": {**plan.services, slug: Service(name=name, tier="medium")}}), slug


def _with_before(plan: Plan, rows: Iterable[PastedRow]) -> list[PastedRow]:
    """Beside each text what the plan holds now. A cell that means the same, spelled otherwise, changes nothing."""
    found = []
    for row in rows:
        if row.path and not row.is_new:
            data_set = plan.data_set(row.path)
            row = replace(row, cells=tuple(_before(one, written(data_set, one.column)) for one in row.cells))
        found.append(row)
    return found


def _before(cell: PastedCell, before: str) -> PastedCell:
    try:
        same = read_cell(cell.column, cell.text) == read_cell(cell.column, before)
    except Unreadable:
        same = False
    return replace(cell, before=cell.text if same else before)


def _with_problems(rows: Sequence[PastedRow], problems: Sequence[CellProblem]) -> tuple[list[PastedRow], str]:
    at = {(one.path, one.column): one.text for one in problems}
    shown = []
    for row in rows:
        cells = tuple(replace(one, problem=at.pop((row.path, one.column.key), "")) for one in row.cells)
        others = [at.pop(key) for key in list(at) if key[0] == row.path and row.path]
        shown.append(replace(row, cells=cells, problem=row.problem or "; ".join(others)))
    return shown, "; ".join(at.values())

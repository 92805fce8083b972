"""The report as files for other programs: HTML to keep, CSV and JSON. All from the same content as page, Markdown and PDF."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from catalog.exports import safe_cell
from planner.report_parts import Content, Section, Table

STYLE = Path(__file__).parent / "report_file.css"
CSV_HEAD = ("section", "table", "row", "column", "value")


def html(report: Content) -> str:
    """One file without scripts that needs nothing from elsewhere; the drawings are in it."""
    sections = [(one, [(_drawing(chart.svg), chart.alt) for chart in one.charts]) for one in report.sections]
    return render_to_string("planner/report_file.html", {"report": report, "sections": sections, "style": _style()})


def _style() -> str:
    """In the file itself, as it is opened from a disk; pages of the site have their style in files."""
    return mark_safe(f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>")  # noqa: S308


def _drawing(svg: str) -> str:
    """Our own drawing (planner.charts, planner.report_map), in which texts of users are escaped."""
    return mark_safe(svg)  # noqa: S308


def json_of(report: Content) -> dict[str, Any]:
    """Every value as it is written elsewhere; of a drawing what it says in words."""
    tree = dataclasses.asdict(report)
    for section in tree["sections"]:
        section["charts"] = [chart["alt"] for chart in section["charts"]]
    return tree


def csv_of(report: Content) -> str:
    """A line for each value: section, table, row (from 1), column, value. Texts have an empty table."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_HEAD)
    for row in _head(report):
        writer.writerow([safe_cell(cell) for cell in row])
    for section in report.sections:
        for row in _rows(section):
            writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def _head(report: Content) -> Iterator[tuple[str, ...]]:
    for name in ("title", "summary", "version", "date", "prices_as_of", "catalog", "prices"):
        yield "report", "", "", name, str(getattr(report, name))
    for label, value, more in report.metrics:
        yield "report", "metrics", label, "value", value
        yield "report", "metrics", label, "more", more


def _rows(section: Section) -> Iterator[tuple[str, ...]]:
    for place, text in enumerate(section.paragraphs, 1):
        yield section.slug, "", str(place), "text", text
    for place, (bold, text) in enumerate(section.items, 1):
        yield section.slug, "items", str(place), bold, text
    for place, chart in enumerate(section.charts, 1):
        yield section.slug, "charts", str(place), "text", chart.alt
    for place, table in enumerate(section.tables, 1):
        yield from _cells(section.slug, table.caption or f"Table {place}", table)


def _cells(slug: str, name: str, table: Table) -> Iterator[tuple[str, ...]]:
    for place, row in enumerate(table.rows, 1):
        for column, cell in zip(table.head, row, strict=True):
            yield slug, name, str(place), column, cell

"""The report as PDF (through Typst) and as Markdown. Names and texts of users reach both as data, never as markup."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path

import typst
from pypdf import PdfReader

from planner.report_content import content
from planner.report_parts import Content, Section, Table

__all__ = ["content", "markdown", "pdf"]

FONTS = Path(__file__).parent / "report_fonts"
TEMPLATE = Path(__file__).parent / "report.typ"
MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!~])")


def pdf(report: Content) -> tuple[bytes, int]:
    """The tagged PDF and its number of pages. The template reads the content as JSON: nothing in it is evaluated."""
    data = json.dumps(dataclasses.asdict(report), ensure_ascii=False)
    made = typst.compile(TEMPLATE, format="pdf", font_paths=[FONTS], sys_inputs={"data": data}, pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made, len(PdfReader(io.BytesIO(made)).pages)


def markdown(report: Content) -> str:
    """The same content as Markdown; every character with a meaning in Markdown is escaped."""
    parts = [f"# {_escape(report.title)}", "", _escape(report.summary), "", f"{report.version}, {report.date}", ""]
    parts += [
        f"- **{label}**: {_escape(value)} {f'({_escape(more)})' if more else ''}".rstrip()
        for label, value, more in report.metrics
    ]
    for section in report.sections:
        parts += ["", f"## {section.title}", "", *_section(section)]
    parts += ["", f"Prices as of {report.prices_as_of}. Catalog {report.catalog}, prices {report.prices}.", ""]
    return "\n".join(parts)


def _section(section: Section) -> list[str]:
    parts = [line for text in section.paragraphs for line in (_escape(text), "")]
    parts += [f"{place}. **{_escape(bold)}** {_escape(text)}" for place, (bold, text) in enumerate(section.items, 1)]
    for table in section.tables:
        parts += ["", *_table(table)]
    return parts


def _table(table: Table) -> list[str]:
    lines = [f"**{_escape(table.caption)}**", ""] if table.caption else []
    rules = ["---:" if place in table.numbers else "---" for place in range(len(table.head))]
    lines += [f"| {' | '.join(table.head)} |", f"| {' | '.join(rules)} |"]
    return lines + [f"| {' | '.join(_escape(cell) for cell in row)} |" for row in table.rows]


def _escape(text: str) -> str:
    return MARKUP.sub(r"\\\1", " ".join(text.split()))

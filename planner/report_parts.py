"""The parts that a report is made of: plain values with text only, so that page, Markdown and PDF cannot differ."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """`numbers` = places of columns aligned right; `widths` = shares of the width, 0 = as wide as its text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    caption: str = ""
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()  # (bold, text)
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Content:
    title: str
    summary: str
    version: str
    date: str
    prices_as_of: str
    catalog: str
    prices: str
    metrics: tuple[tuple[str, str, str], ...]  # (label, value, more)
    sections: tuple[Section, ...] = field(default_factory=tuple)

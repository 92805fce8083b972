"""Strict JSON from a file of bounded size. What is not strict is refused with the line and what stands there."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, BinaryIO

from catalog.refresh.rows import PriceFileError

MOST_BYTES = 256 * 2**20
PLACEHOLDER = re.compile(r"^\[[A-Z][A-Z0-9_]*\]$")


def load(file: BinaryIO, origin: str) -> Any:
    """Numbers become Decimal: a price never passes through a float."""
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PriceFileError(f"{origin}: larger than {MOST_BYTES // 2**20} MiB; ask for one service and region")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PriceFileError(f"{origin}: not UTF-8 at byte {error.start}") from error
    try:
        tree = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        line = text.splitlines()[error.lineno - 1].strip()[:80] if text else ""
        raise PriceFileError(
            f"{origin}: not strict JSON at line {error.lineno}, column {error.colno}: {error.msg}; the line is: {line}"
        ) from error
    except (RecursionError, ValueError) as error:
        raise PriceFileError(f"{origin}: not strict JSON: {error}") from error
    place = _placeholder(tree)
    if place:
        raise PriceFileError(f"{origin}: {place} is a placeholder of the documentation, not a value")
    return tree


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _placeholder(tree: Any) -> str:
    """Where a text such as "[SKU_ID]" stands; "" if nowhere. Its own stack: a file may be nested deeply."""
    todo: list[tuple[str, Any]] = [("", tree)]
    while todo:
        place, value = todo.pop()
        if isinstance(value, dict):
            todo += [(f"{place}.{name}".lstrip("."), one) for name, one in value.items()]
        elif isinstance(value, list):
            todo += [(f"{place}[{number}]", one) for number, one in enumerate(value)]
        elif isinstance(value, str) and PLACEHOLDER.match(value):
            return f"{place} = {value}"
    return ""

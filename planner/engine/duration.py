"""Durations as the plan document writes them: `30s 5m 6h 7d 4w 12M 7y`."""

from __future__ import annotations

import re
from functools import lru_cache

DURATION = re.compile(r"^([1-9][0-9]{0,5})(s|m|h|d|w|M|y)$")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2629800, "y": 31557600}


@lru_cache(maxsize=2_000)
def duration_seconds(text: str) -> float:
    """`30s 5m 6h 7d 4w 12M 7y` in seconds; a month is 1/12 of a year of 365.25 days. ValueError if it is none."""
    found = DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no duration")
    return int(found[1]) * UNIT_SECONDS[found[2]]

"""Numbers in words, the same in findings, pages, reports and the command line (rules: docs/design.md, numbers)."""

from __future__ import annotations


def duration_words(seconds: float) -> str:
    """Seconds as a person says them: `70 s`, `52 min`, `1.8 h`, `24 h`, `3.5 days`.

    >>> duration_words(70), duration_words(3120), duration_words(86400), duration_words(400000)
    ('70 s', '52 min', '24 h', '4.6 days')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{_short(seconds)} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{_short(seconds / 3600)} h"
    return f"{_short(seconds / 86400)} days"


def _short(value: float) -> str:
    """One decimal below ten, none above, and no trailing `.0`."""
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"


def size_words(gib: float) -> str:
    """GiB below 1,024, TiB above: `38 GiB`, `3.4 TiB`."""
    if gib >= 1024:
        return f"{_short(gib / 1024)} TiB"
    if gib < 0.1:
        return f"{gib * 1024:.0f} MiB"
    return f"{_short(gib)} GiB"

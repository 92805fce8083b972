"""How numbers are written, once for pages, charts and reports. None is "unknown" or a dash, never 0."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from planner.engine.quantity import Quantity
from planner.engine.results import Interval
from planner.engine.words import duration_words, size_words

UNKNOWN = "unknown"
DASH = "–"
MINUS = "−"
Number = float | int | Decimal

PROVIDERS = {
    "aws": "AWS",
    "gcp": "Google Cloud",
    "azure": "Azure",
    "self-hosted": "Self-hosted",
    "hetzner": "Hetzner",
    "ovh": "OVHcloud",
    "digitalocean": "DigitalOcean",
    "mongodb": "MongoDB",
}


def number(value: Number | Quantity | None) -> float | None:
    """The likely value of a quantity, or the number itself; None for what is missing or not finite."""
    if isinstance(value, Quantity):
        value = value.mid
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if math.isfinite(value) else None


def rounded(value: float, digits: int = 3) -> float:
    """To `digits` significant figures."""
    return float(f"{value:.{digits}g}")


def money(value: Number | Quantity | None) -> str:
    """An estimate in USD to three significant figures: `$5,540`, `$9`, `$4.32`, `−$120`."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    size = rounded(abs(amount))
    sign = MINUS if amount < 0 and size else ""
    if 0 < size < 0.01:
        return f"under {sign}$0.01"
    if size >= 10 or size.is_integer():
        return f"{sign}${size:,.0f}"
    return f"{sign}${size:.2f}"


def money_range(interval: Interval | Quantity | None) -> str:
    """`$4,720 to $6,910`; one amount where both ends are written alike."""
    if interval is None:
        return UNKNOWN
    low, high = (interval.low, interval.high) if isinstance(interval, Quantity) else (interval.p10, interval.p90)
    first, last = money(low), money(high)
    return first if first == last else f"{first} to {last}"


def money_line(value: Number | None) -> str:
    """A line of the bill, to the dollar."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    if 0 < abs(amount) < 0.5:
        return "under $1"
    return f"{MINUS if amount <= -0.5 else ''}${abs(amount):,.0f}"


def unit_price(value: Number | None) -> str:
    """A list price with four decimals, more where four would show nothing: `$0.3730`, `$0.00000125`."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    if 0 < abs(amount) < 0.001:
        return f"${Decimal(f'{amount:.3g}'):f}"
    return f"${amount:,.4f}"


def money_change(value: Number | None) -> str:
    """A difference with its sign: `+$479`, `−$120`, `$0`."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    text = money(amount)
    return f"+{text}" if amount > 0 and text != "$0" else text


def cents(value: Number | None) -> str:
    """An amount that is added up, to the cent: `$1,204.50`."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    return f"{MINUS if amount <= -0.005 else ''}${abs(amount):,.2f}"


def cents_change(value: Number | None) -> str:
    """A part of a change, to the cent: `+$12.40`, `−$3.05`, `$0.00`."""
    text = cents(value)
    return f"+{text}" if (number(value) or 0) >= 0.005 else text


def money_short(value: float) -> str:
    """For axes: `$900`, `$5k`, `$16.3k`, `$1.2M`."""
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"${rounded(value / size):,.10g}{suffix}"
    return f"${rounded(value):,.10g}"


def size_gib(value: Number | Quantity | None) -> str:
    amount = number(value)
    return DASH if amount is None else size_words(amount)


def rate(value: Number | Quantity | None, what: str = "") -> str:
    """Operations per second: `5,100`, `0.1`; with `what`: `420 reads/s`."""
    amount = number(value)
    if amount is None:
        return DASH
    text = f"{rounded(amount):,.0f}" if amount >= 10 or amount == 0 else f"{rounded(amount, 2):.10g}"
    return f"{text} {what}/s" if what else text


def duration(seconds: Number | Quantity | None) -> str:
    amount = number(seconds)
    return UNKNOWN if amount is None else duration_words(amount)


def percent(share: Number | None) -> str:
    """A share 0..1 as `94%`; a trace is `under 1%`, and only all is `100%`."""
    value = number(share)
    if value is None:
        return UNKNOWN
    if 0 < value < 0.01:
        return "under 1%"
    if 0.99 < value < 1:
        return "over 99%"
    return f"{value * 100:.0f}%"


def milliseconds(value: Number | None) -> str:
    """`0.78 ms`, `1.3 ms`, `81 ms`, `1.2 s`."""
    amount = number(value)
    if amount is None:
        return UNKNOWN
    if amount == 0:
        return "0 ms"
    if amount >= 1000:
        return duration_words(amount / 1000)
    return f"{amount:.0f} ms" if amount >= 10 else f"{rounded(amount, 2):.10g} ms"


def availability(share: Number | None) -> str:
    """A share of time with one figure of what is missing: `99.997%`; more than four decimals nobody can promise."""
    value = number(share)
    if value is None:
        return UNKNOWN
    down = (1 - value) * 100
    if 0 < down < 0.00005:
        return "over 99.9999%"
    digits = 0 if down <= 0 else max(0, min(4, -math.floor(math.log10(down) + 1e-9)))
    return f"{100 - down:.{digits}f}%"


def as_date(value: dt.date | str | None) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def day(value: dt.date | str | None) -> str:
    """`22 Nov 2026`, from a date or an ISO text."""
    found = as_date(value)
    return f"{found.day} {found:%b %Y}" if found else UNKNOWN


def ago(value: dt.date | str | None, now: dt.datetime) -> str:
    """Rough age in words: `just now`, `2 min ago`, `3 h ago`, `5 days ago`, `17 months ago`."""
    if isinstance(value, dt.datetime):
        seconds = (now - value).total_seconds()
        if seconds < 60:
            return "just now"
        if seconds < 5400:
            return f"{seconds / 60:.0f} min ago"
        if seconds < 129_600:
            return f"{seconds / 3600:.0f} h ago"
    found = as_date(value)
    if found is None:
        return UNKNOWN
    days = (now.date() - found).days
    if days <= 0:
        return "today"
    if days < 60:
        return f"{days} day{'' if days == 1 else 's'} ago"
    return f"{days / 30.44:.0f} months ago" if days < 730 else f"{days / 365.25:.0f} years ago"


def provider_name(slug: str | None) -> str:
    return PROVIDERS.get(slug or "", (slug or "").replace("-", " ").title())

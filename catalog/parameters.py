"""What an address asks for that a page or the API does not know: named, never silently left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

Given = Mapping[str, list[str]]
Options = Mapping[str, Collection[str] | None]  # None = any text

MOST_LISTED = 20
LONGEST_SHOWN = 60
# Campaigns and ad networks add these to links; nobody typed them, so nobody is told about them.
TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "gbraid",
        "wbraid",
        "dclid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
    }
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A parameter that does not exist (`value` empty), or a value that it cannot have; `known` = what there is."""

    name: str
    value: str
    known: tuple[str, ...]

    @property
    def said(self) -> str:
        text = f"{self.name}={self.value}" if self.value else self.name
        return text[:LONGEST_SHOWN].replace("\0", "")

    @property
    def listed(self) -> str:
        return listed(self.known)

    @property
    def sentence(self) -> str:
        return f"There is no {'' if self.value else 'parameter '}{self.said}. Known are: {self.listed}."


def listed(known: Collection[str]) -> str:
    """All words, or the first of many and how many more there are."""
    words = list(known)
    more = len(words) - MOST_LISTED
    return ", ".join(words[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "") if words else "none"


def unknown_in(given: Given, options: Options) -> tuple[Unknown, ...]:
    """Each name and each value that does not exist, once."""
    names = [Unknown(name, "", tuple(options)) for name in given if name not in options and not _is_tracking(name)]
    values = [
        Unknown(name, value, tuple(known))
        for name, known in options.items()
        if known is not None
        for value in given.get(name, ())
        if value and value not in known
    ]
    return tuple(dict.fromkeys((*names, *values)))


def understood(given: Given, options: Options) -> dict[str, list[str]]:
    """What is left without unknown names, unknown values and what tracks people."""
    found = {}
    for name, values in given.items():
        if name in options:
            known = options[name]
            found[name] = [value for value in values if known is None or value in known]
    return found


def _is_tracking(name: str) -> bool:
    return name.startswith("utm_") or name in TRACKING

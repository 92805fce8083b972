"""Low, likely and high of one quantity: three boxes on the page, a number or a three-number list in the document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Number = int | float
PARTS = ("low", "likely", "high")


def number(text: str, *, label: str, example: str = "210", code: str = "number") -> Number | None:
    """A typed number, with or without thousands separators; None for an empty box."""
    cleaned = text.strip().replace(",", "").replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if not cleaned:
        return None
    try:
        value = float(cleaned)
    except ValueError:
        raise ValidationError(f"Enter {label} as a number, such as {example}.", code=code) from None
    if not math.isfinite(value):
        raise ValidationError(f"Enter {label} as a number, such as {example}.", code=code)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def typed(value: float) -> str:
    """A number as a person would type it: no exponent, no trailing zeros."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def triple(
    low: Number | None, likely: Number | None, high: Number | None, *, label: str
) -> Number | list[Number] | None:
    """What the document holds. One side left empty means: as likely."""
    if likely is None:
        if low is None and high is None:
            return None
        raise ValidationError(f"Enter the likely value of {label} too.", code="likely")
    low = likely if low is None else low
    high = likely if high is None else high
    if low > likely:
        raise ValidationError(f"Low must be at most the likely value, {typed(likely)}.", code="low")
    if high < likely:
        raise ValidationError(f"High must be at least the likely value, {typed(likely)}.", code="high")
    return likely if low == likely == high else [low, likely, high]


class TripleWidget(forms.MultiWidget):
    """Three text boxes named `<field>_low`, `<field>_likely` and `<field>_high`."""

    def __init__(self) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS})

    def decompress(self, value: Number | list[Number] | None) -> list[str]:
        if value is None:
            return ["", "", ""]
        return [typed(one) for one in value] if isinstance(value, list) else ["", typed(value), ""]


class TripleField(forms.Field):
    """Cleans to what the document holds: None, a number, or [low, likely, high]."""

    widget = TripleWidget

    def __init__(
        self, *, label: str, unit: str = "", example: str = "210", minimum: float = 0, above: bool = False
    ) -> None:
        super().__init__(label=label, required=False)
        self.unit = unit
        self.example = example
        self.minimum = minimum
        self.above = above  # the minimum itself is not allowed

    def clean(self, value: Any) -> Number | list[Number] | None:
        words = self.words
        parts = [self._part(text or "", part, words) for text, part in zip(value or ["", "", ""], PARTS, strict=True)]
        return triple(*parts, label=words)

    def _part(self, text: str, part: str, words: str) -> Number | None:
        """One box. The error's code names the box, so that the page can mark it."""
        found = number(text, label=words, example=self.example, code=part)
        if found is not None and (found < self.minimum or (self.above and found == self.minimum)):
            least = "more than" if self.above else "at least"
            raise ValidationError(f"Enter {words} as {least} {typed(self.minimum)}.", code=part)
        return found

    @property
    def words(self) -> str:
        return "the " + (str(self.label)[:1].lower() + str(self.label)[1:]).split(",")[0]


class NumberField(forms.CharField):
    """One number in one text box, kept as typed. Cleans to a number or None.

    With `ranged` the box also takes a rare range, low; likely; high, so that one from a plan file is not lost.
    """

    def __init__(
        self,
        *,
        label: str,
        unit: str = "",
        example: str = "30",
        minimum: float = 0,
        whole: bool = False,
        ranged: bool = False,
    ) -> None:
        super().__init__(label=label, required=False, max_length=60)
        self.unit = unit
        self.example = example
        self.minimum = minimum
        self.whole = whole
        self.ranged = ranged

    def clean(self, value: Any) -> Any:
        words = "the " + (str(self.label)[:1].lower() + str(self.label)[1:]).split(",")[0]
        text = str(super().clean(value))
        found = [
            number(part, label=words, example=self.example) for part in (text.split(";", 2) if self.ranged else [text])
        ]
        return self._checked(found, words)

    def _checked(self, found: list[Number | None], words: str) -> Number | list[Number] | None:
        for one in found:
            if one is not None and one < self.minimum:
                raise ValidationError(f"Enter {words} as at least {typed(self.minimum)}.", code="minimum")
            if one is not None and self.whole and not isinstance(one, int):
                raise ValidationError(f"Enter {words} as a whole number, such as {self.example}.", code="whole")
        return triple(*found, label=words) if len(found) == 3 else found[0] if found else None


def typed_or_blank(value: Number | list[Number] | None) -> str:
    """What a number's box shows."""
    if value is None:
        return ""
    return "; ".join(typed(one) for one in value) if isinstance(value, list) else typed(value)


def choices(words: Mapping[str, str], blank: str = "") -> list[tuple[str, str]]:
    """Choices of a select; `blank` is the wording of "not given"."""
    return ([("", blank)] if blank else []) + list(words.items())

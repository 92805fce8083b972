"""What the forms of all calculators share: fields with bounds, defaults to begin with, and their values as an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from planner.engine.quantity import Quantity
from planner.forms.problems import PlainForm
from planner.forms.triple import PARTS, Number, NumberField, TripleField, typed

MOST = 1e15


class AmountField(NumberField):
    """A number within bounds. Empty is an error unless `blank` says what empty means."""

    def __init__(
        self,
        *,
        label: str,
        default: float | None,
        unit: str = "",
        minimum: float = 0,
        above: bool = False,
        maximum: float = MOST,
        blank: str = "",
        whole: bool = False,
    ) -> None:
        super().__init__(label=label, unit=unit, example=typed(default or minimum or 1), minimum=minimum, whole=whole)
        self.above, self.maximum, self.blank = above, maximum, blank
        self.initial = None if default is None else typed(default)
        self.help_text = f"{unit}. {blank}".strip(". ") if blank else ""
        self.unit = "" if blank else unit

    def clean(self, value: Any) -> Number | None:
        found: Number | None = super().clean(value)
        words = "the " + (str(self.label)[:1].lower() + str(self.label)[1:]).split(",")[0]
        if found is None and not self.blank:
            raise ValidationError(f"Enter {words}, such as {self.example}.", code="required")
        if found is not None and self.above and found <= self.minimum:
            raise ValidationError(f"Enter {words} as more than {typed(self.minimum)}.", code="minimum")
        if found is not None and found > self.maximum:
            raise ValidationError(f"Enter {words} as at most {self.maximum:,.0f}.", code="maximum")
        return found


class RangeField(TripleField):
    """Low, likely and high of one input within bounds; the likely one must be given. Cleans to a quantity."""

    def __init__(
        self,
        *,
        label: str,
        default: tuple[float, float, float],
        unit: str = "",
        minimum: float = 0,
        maximum: float = MOST,
    ) -> None:
        super().__init__(label=label, unit=unit, example=typed(default[1]), minimum=minimum)
        self.maximum, self.initial = maximum, list(default)

    def clean(self, value: Any) -> Quantity:  # type: ignore[override]
        found = super().clean(value)
        if found is None:
            raise ValidationError(f"Enter {self.words}, such as {self.example}.", code="likely")
        low, likely, high = found if isinstance(found, list) else (found, found, found)
        if high > self.maximum:
            raise ValidationError(f"Enter {self.words} as at most {self.maximum:,.0f}.", code="high")
        return Quantity(float(low), float(likely), float(high))


class CalculatorForm(PlainForm):
    """Every field is a parameter of the address; of a triple there are three."""

    @classmethod
    def parameters(cls) -> dict[str, forms.Field]:
        """Names that an address may hold, and the field that each belongs to."""
        found: dict[str, forms.Field] = {}
        for name, field in cls.base_fields.items():
            parts = [f"{name}_{part}" for part in PARTS] if isinstance(field, TripleField) else [name]
            found |= dict.fromkeys(parts, field)
        return found

    @classmethod
    def defaults(cls) -> dict[str, str]:
        """What the page begins with, as it would be typed."""
        found: dict[str, str] = {}
        for name, field in cls.base_fields.items():
            if isinstance(field, TripleField):
                found |= {f"{name}_{part}": typed(one) for part, one in zip(PARTS, field.initial, strict=True)}
            else:
                found[name] = str(field.initial or "")
        return found

    @classmethod
    def of_address(cls, query: QueryDict) -> CalculatorForm:
        """The inputs of an address. What it does not name is as on the page; of a range all parts are named or none."""
        named = {field for name, field in cls.parameters().items() if name in query}
        defaults, found = cls.defaults(), {}
        for name, field in cls.parameters().items():
            found[name] = query.get(name, "" if field in named else defaults[name])
        return cls(found)

    def written(self) -> dict[str, str]:
        """The inputs as they stand in an address. Empty ones are named too: left out they would be as on the page."""
        return {name: self.data[name].strip() for name in self.parameters()}

    def address(self) -> str:
        return urlencode(self.written())

"""Every calculator, in the order of the page. A new one is a file of this folder and a line here."""

from __future__ import annotations

from planner.calculators.cache import CACHE
from planner.calculators.calculator import Calculator

CALCULATORS: tuple[Calculator, ...] = (CACHE,)


def calculator_of(slug: str) -> Calculator | None:
    return next((one for one in CALCULATORS if one.slug == slug), None)

"""Every calculator, in the order of the page. A new one is a file of this folder and a line here."""

from __future__ import annotations

from planner.calculators.availability import AVAILABILITY
from planner.calculators.backup_storage import BACKUP_STORAGE
from planner.calculators.cache import CACHE
from planner.calculators.calculator import Calculator
from planner.calculators.copies import COPIES
from planner.calculators.recovery_targets import RECOVERY_TARGETS
from planner.calculators.replication import REPLICATION
from planner.calculators.store import STORE
from planner.calculators.units import UNITS

CALCULATORS: tuple[Calculator, ...] = (
    CACHE,
    REPLICATION,
    AVAILABILITY,
    UNITS,
    STORE,
    BACKUP_STORAGE,
    RECOVERY_TARGETS,
    COPIES,
)


def calculator_of(slug: str) -> Calculator | None:
    return next((one for one in CALCULATORS if one.slug == slug), None)

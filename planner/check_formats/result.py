"""What `plan check` found in one or several files, with the place of every finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.engine.advice import SEVERITIES
from planner.engine.results import Finding

NEVER = "never"
FAIL_ON = (*SEVERITIES, NEVER)
# How a finding stands to a baseline; the words are those of SARIF. Empty: there is no baseline.
NEW, UNCHANGED, UPDATED = "new", "unchanged", "updated"


@dataclass(frozen=True, slots=True)
class Spot:
    """1-based line and column in the file."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A finding, the part of the file it speaks of, and the waiver that covers it."""

    finding: Finding
    spot: Spot
    waiver: Spot | None = None
    state: str = ""

    @property
    def waived(self) -> bool:
        return bool(self.finding.waived_until)

    @property
    def open(self) -> bool:
        """Neither waived nor known from the baseline."""
        return not self.waived and self.state != UNCHANGED


@dataclass(frozen=True, slots=True)
class FileCheck:
    """`gone` = findings of the baseline that are no more."""

    file: str
    places: tuple[Place, ...]
    passed_rules: tuple[str, ...]
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Waived findings and those of the baseline are listed and never fail. `site` has a page for each rule, if it is known."""

    files: tuple[FileCheck, ...]
    fail_on: str
    with_baseline: bool = False
    site: str = ""

    def fails(self, place: Place) -> bool:
        if self.fail_on == NEVER or not place.open:
            return False
        return SEVERITIES.index(place.finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for one in self.files for place in one.places)

    @property
    def failed(self) -> bool:
        return any(self.fails(place) for place in self.places)

    @property
    def passed_rules(self) -> tuple[str, ...]:
        """Rules that found nothing in any file, in the order of the rules."""
        if not self.files:
            return ()
        in_all = frozenset.intersection(*(frozenset(one.passed_rules) for one in self.files))
        return tuple(rule for rule in self.files[0].passed_rules if rule in in_all)

    @property
    def counts(self) -> dict[str, int]:
        """Open findings by severity, then what does not count: waived, of the baseline, gone, and rules without finding."""
        counted = counts_of(self.places) | {"passed_rules": len(self.passed_rules)}
        return counted | ({"gone": sum(one.gone for one in self.files)} if self.with_baseline else {})


def counts_of(places: Iterable[Place]) -> dict[str, int]:
    kept = tuple(places)
    still_open = [place.finding.severity for place in kept if place.open]
    return {severity: still_open.count(severity) for severity in SEVERITIES} | {
        "waived": sum(place.waived for place in kept),
        "baseline": sum(not place.waived and place.state == UNCHANGED for place in kept),
    }

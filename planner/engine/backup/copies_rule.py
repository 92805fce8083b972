"""3-2-1 and 3-2-1-1-0 over the stores of a plan: for each clause what counts, and what is missing where.

Source of the rule: https://www.cisa.gov/sites/default/files/publications/data_backup_options.pdf (3-2-1); the further 1 (cannot be
changed, or offline) and 0 (no errors when last verified) are today's addition against ransomware.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.engine.backups import BASE_KINDS, three_two_one
from planner.engine.document import Plan, Store
from planner.engine.recovery import source_holds


@dataclass(frozen=True, slots=True)
class Missing:
    slug: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One digit. `met` of `stores` meet it; `missing` says what the others lack. `counts`: what counts, in words."""

    digit: str
    label: str
    counts: str
    met: int
    stores: int
    missing: tuple[Missing, ...]

    @property
    def is_met(self) -> bool:
        return self.met == self.stores


Wording = Callable[[Store], str]


def _copies(store: Store) -> str:
    backups = {copy for policy in store.backups if policy.kind in BASE_KINDS for copy in policy.copies}
    return (
        f"live data and {len(backups)} backup {'copy' if len(backups) == 1 else 'copies'}" if backups else "no backup"
    )


def _media(store: Store) -> str:
    found = sorted({copy.medium for policy in store.backups if policy.kind in BASE_KINDS for copy in policy.copies})
    return f"backups on {', '.join(found)} only" if found else "no backup on another medium"


def _offsite(store: Store) -> str:
    regions = sorted({copy.region for policy in store.backups for copy in policy.copies if copy.region})
    return f"all copies in {', '.join(regions)}, none marked off site" if regions else "no copy at another site"


def _immutable(store: Store) -> str:
    return "whoever takes over the account can delete every copy"


def _verified(store: Store) -> str:
    newest = max(store.drills, key=lambda drill: drill.on, default=None)
    if newest is None:
        return "never restored and compared"
    return f"the drill of {newest.on} was not verified" if not newest.verified else f"drill of {newest.on}"


CLAUSES: tuple[tuple[str, str, str, str, Wording], ...] = (
    ("3", "Copies", "live data, replicas and backup copies", "copies", _copies),
    ("2", "Media", "kinds of storage, the live one included", "media", _media),
    ("1", "Off site", "a backup copy marked off site", "offsite", _offsite),
    ("1", "Cannot be changed", "a backup copy that is locked or offline", "immutable", _immutable),
    ("0", "Errors", "the newest drill was compared with the source", "verified", _verified),
)


def rule_of(plan: Plan) -> tuple[Clause, ...]:
    """Over the stores that hold what nothing could rebuild; without any, every clause is met by none of none."""
    stores = {slug: store for slug, store in plan.stores.items() if holds_its_own(plan, slug)}
    checked = {slug: three_two_one(store) for slug, store in stores.items()}
    found = []
    for digit, label, counts, field, words in CLAUSES:
        lacking = tuple(
            Missing(slug, store.name, words(store))
            for slug, store in stores.items()
            if not getattr(checked[slug], field)
        )
        found.append(Clause(digit, label, counts, len(stores) - len(lacking), len(stores), lacking))
    return tuple(found)


def holds_its_own(plan: Plan, slug: str) -> bool:
    """Whether a store holds a data set that no other could rebuild."""
    held = [ref for ref in plan.data_sets() if ref.data_set.store == slug]
    return any(
        not ref.data_set.derived_from
        or not all(source_holds(plan.data_set(one), ref.data_set) for one in ref.data_set.derived_from)
        for ref in held
    )

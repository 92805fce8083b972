"""What a plan's readers are told when the catalog changes: the change, and what it does to this plan if that was compared.

Nothing is written at publication: the published revisions and the last comparison of each are asked when the page is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Revision as CatalogRevision
from catalog.services import current_snapshot
from catalog.trees import differences
from planner import impact
from planner.evaluations import document_of
from planner.impact_words import MOST_LINES, Line, lines_of
from planner.models import ImpactResult, ImpactRun, Revision

KEY = impact.revision_key("")
MOST_NOTICES = 10
MOST_FACTS = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """One published change. `lines` are empty where the effect was not worked out before it was published."""

    slug: str
    name: str
    facts: str
    published_at: dt.datetime
    lines: tuple[Line, ...]
    compared: bool


def notices_of(revision: Revision) -> list[Notice]:
    """Changes published since this version was saved: of systems that it uses, and those that were seen to change it."""
    rows = ImpactResult.objects.filter(
        plan_id=revision.plan_id, run__state=ImpactRun.State.DONE, run__key__startswith=KEY
    )
    results = {row.run.key: row for row in rows.select_related("run", "revision").order_by("pk")}
    published = _published(revision, [int(key.removeprefix(KEY)) for key in results])
    keys = [impact.revision_key(one.pk) for one in published]
    compared = set(ImpactRun.objects.filter(key__in=keys, state=ImpactRun.State.DONE).values_list("key", flat=True))
    names = {slug: one.name for slug, one in current_snapshot().databases.items()}
    return [
        Notice(
            slug=one.database_slug,
            name=names.get(one.database_slug, one.database_slug),
            facts=_facts(one),
            published_at=one.published_at or one.created_at,
            lines=_lines(results.get(key), names),
            compared=key in compared,
        )
        for key, one in zip(keys, published, strict=True)
    ]


def _published(revision: Revision, seen: list[int]) -> list[CatalogRevision]:
    used = {store.database for store in document_of(revision).stores.values()}
    found = CatalogRevision.objects.filter(
        Q(database_slug__in=used) | Q(pk__in=seen),
        state__in=CatalogRevision.HISTORY,
        base__isnull=False,
        published_at__gt=revision.created_at,
    )
    return list(found.select_related("base").order_by("-published_at", "-pk")[:MOST_NOTICES])


def _lines(row: ImpactResult | None, names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(lines_of(impact.change_of(row), names, document_of(row.revision))[:MOST_LINES]) if row else ()


def _facts(revision: CatalogRevision) -> str:
    """`transaction scope, joins and 4 more`."""
    old: Mapping[str, object] = revision.base.tree if revision.base else {}
    labels = list(dict.fromkeys(one.label for one in differences(old, revision.tree)))
    more = len(labels) - MOST_FACTS
    return ", ".join(labels[:MOST_FACTS]) + (f" and {more} more" if more > 0 else "")

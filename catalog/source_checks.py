"""Which sources of the catalog still answer: asked now and then, kept per address, dead after two days of failing."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urldefrag, urlsplit

from django.core.cache import cache
from django.utils import timezone

from catalog import links, presentation, services
from catalog.facts import Database, Snapshot
from catalog.models import SourceCheck

EVERY_DAYS = 6  # the clock asks weekly; an address that was asked since is left alone
MOST_PER_HOST = 10  # in a round; rounds are a minute apart
ROUND_SECONDS = 120.0
ROUNDS_APART_SECONDS = 60
LOCK = "catalog:source-checks"
Ask = Callable[[str], links.Answer]
Named = tuple[str, str, str]  # slug of the system, key, label


@lru_cache(maxsize=2)
def addresses(snapshot: Snapshot) -> Mapping[str, tuple[Named, ...]]:
    """Every source without its #fragment, with the facts that name it."""
    found: dict[str, list[Named]] = {}
    for database in snapshot.databases.values():
        for url, key, label in _sources(database):
            found.setdefault(urldefrag(url).url, []).append((database.slug, key, label))
    return {url: tuple(dict.fromkeys(rows)) for url, rows in found.items()}


def _sources(database: Database) -> list[Named]:
    rows = [(url, one.key, presentation.label(one.key)) for one in database.facts.values() for url in one.sources]
    rows += [
        (url, f"limits.{one.name}", presentation.limit_label(one)) for one in database.limits for url in one.sources
    ]
    rows += [(one.url, "jepsen", one.subject) for one in database.jepsen]
    return [*rows, (database.docs_url, "docs_url", "Documentation")]


def due(snapshot: Snapshot, now: dt.datetime) -> list[str]:
    """What was not asked for some days, never-asked first, at most some of each host."""
    since = now - dt.timedelta(days=EVERY_DAYS)
    checked = dict(SourceCheck.objects.values_list("url", "checked_at"))
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    waiting = sorted((checked.get(url, oldest), url) for url in addresses(snapshot) if checked.get(url, oldest) < since)
    count: Counter[str] = Counter()
    chosen = []
    for _, url in waiting:
        host = urlsplit(url).netloc
        count[host] += 1
        if count[host] <= MOST_PER_HOST:
            chosen.append(url)
    return chosen


def check_round_alone() -> bool:
    """A round, unless another worker is at one."""
    if not cache.add(LOCK, 1, int(ROUND_SECONDS) * 3):
        return False
    try:
        return check_round()
    finally:
        cache.delete(LOCK)


def check_round(ask: Ask = links.ask) -> bool:
    """Asks what is due, for some time at most. True if more is due for another round."""
    snapshot = services.current_snapshot()
    SourceCheck.objects.exclude(url__in=list(addresses(snapshot))).delete()
    until = time.monotonic() + ROUND_SECONDS
    for url in due(snapshot, timezone.now()):
        if time.monotonic() > until:
            break
        record(url, ask(url), timezone.now())
    return bool(due(snapshot, timezone.now()))


def record(url: str, answer: links.Answer, now: dt.datetime) -> None:
    before = SourceCheck.objects.filter(url=url).first()
    since = None if answer.ok else (before and before.failing_since) or now
    SourceCheck.objects.update_or_create(
        url=url,
        defaults={"status": answer.status, "words": answer.words[:200], "checked_at": now, "failing_since": since},
    )


def dead() -> list[SourceCheck]:
    """Addresses that failed on two different days, the longest failing first."""
    rows = SourceCheck.objects.filter(failing_since__isnull=False).order_by("failing_since", "url")
    return [one for one in rows if one.failing_since and one.failing_since.date() < one.checked_at.date()]

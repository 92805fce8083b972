"""Caches and copies in a report: what each is, and what it does."""

from __future__ import annotations

from planner import figures
from planner import replication_words as say
from planner.engine.caching.effect import Band, effect_of
from planner.engine.caching.inputs import Inputs, inputs_of
from planner.engine.replication.assessment import Assessment, assess
from planner.report_parts import Section, Table
from planner.report_subject import Subject

CACHING, REPLICATION = "Caching", "Replication"
NONE = "–"


def caching_section(subject: Subject) -> Section:
    rows = [
        (ref.data_set.name, cache.layer, subject.store_name(cache.store) if cache.store else "–", cache.strategy or "–",
         cache.invalidation or "–", figures.duration(cache.ttl_seconds) if cache.ttl_seconds else "–", figures.size_gib(cache.memory_gib))
        for ref in subject.document.data_sets()
        if (cache := ref.data_set.cache) is not None
    ]  # fmt: skip
    head = ("Data set", "Layer", "Store", "Strategy", "Invalidation", "Time to live", "Memory")
    text = () if rows else ("The plan has no caches.",)
    tables = (Table(head, tuple(rows), (5, 6), "What is cached"), _effects(subject)) if rows else ()
    return Section("caching", CACHING, text, tables=tables)


def _effects(subject: Subject) -> Table:
    """Shares and rates with the band over the skew of the reads."""
    rows = []
    for ref in subject.document.data_sets():
        if ref.data_set.cache is None:
            continue
        inputs = inputs_of(subject.document, ref.path)
        if not isinstance(inputs, Inputs):
            rows.append((ref.data_set.name, *(figures.UNKNOWN,) * 5))
            continue
        effect = effect_of(inputs)
        lost = effect.loss_window_seconds
        rows.append(
            (
                ref.data_set.name,
                _share(effect.hit_ratio),
                _share(effect.stale_ratio),
                _rate(effect.store_reads),
                f"{figures.rate(effect.cold_reads)} reads/s",
                figures.duration(lost) if lost else NONE,
            )
        )
    head = (
        "Data set",
        "Reads it answers",
        "Old answers",
        "Reads of the store",
        "After a restart",
        "Writes lost with it",
    )
    return Table(head, tuple(rows), (1, 2, 3, 4, 5), "What it does: likely, and the range over the skew of the reads")


def _share(band: Band) -> str:
    low, _, high = band.ordered
    return f"{figures.percent(band.likely)} ({figures.percent(low)} to {figures.percent(high)})"


def _rate(band: Band) -> str:
    low, _, high = band.ordered
    return f"{figures.rate(band.likely)} ({figures.rate(low)} to {figures.rate(high)}) a second"


def replication_section(subject: Subject) -> Section:
    """What the copies of each store add to a write, what they save in which failure, and what they cannot."""
    found = [assess(subject.document, slug, subject.snapshot) for slug in subject.document.stores]
    head = ("Store", "Copies", "Added to a commit, p99", "Available", "Node lost", "Zone lost", "Region lost")
    table = Table(head, tuple(_copies(subject, one) for one in found), (2,), "", (1.2, 1, 0, 1.4, 1, 1, 1))
    doubts = [f"{subject.store_name(one.slug)}: {it.because.text}" for one in found for it in one.verdicts]
    text = "Lost in a failure are writes that were already acknowledged. Copies repeat a delete: they are no backup."
    return Section("replication", REPLICATION, (text, *doubts) if found else ("The plan has no stores.",),
                   tables=(table,) if found else ())  # fmt: skip


def _copies(subject: Subject, one: Assessment) -> tuple[str, ...]:
    lost = {loss.failure: say.span(loss.seconds) for loss in one.losses}
    count = len(one.layout.copies) + 1
    copies = f"{one.layout.mode}, {count} copies" if count > 1 else "one copy"
    wait = figures.milliseconds(one.wait.likely.p99_ms) if one.wait else figures.UNKNOWN
    return (
        subject.store_name(one.slug), copies,
        wait, say.available(one.uptime), *(lost.get(failure, figures.UNKNOWN) for failure in ("node", "zone", "region")),
    )  # fmt: skip

"""What the catalog does in the background: no logic here."""

from __future__ import annotations

from celery import shared_task

from catalog import source_checks


@shared_task(name="catalog.tasks.check_sources")
def check_sources() -> None:
    """One round of asking sources; the next one comes a minute later, until all were asked."""
    if source_checks.check_round_alone():
        check_sources.apply_async(countdown=source_checks.ROUNDS_APART_SECONDS)

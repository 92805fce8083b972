"""The Celery application. Its settings are the CELERY_* names in config/settings.py."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SWEEP_EVERY_SECONDS = 15.0

app = Celery("polystore")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # The Job row is the truth: whatever the broker or a killed worker lost is queued again.
    "sweep": {
        "task": "planner.tasks.sweep",
        "schedule": SWEEP_EVERY_SECONDS,
        "options": {"expires": SWEEP_EVERY_SECONDS},
    },
    "drills": {"task": "backups.tasks.remind", "schedule": crontab(hour="5", minute="10")},
}
if settings.SOURCE_CHECKS:
    app.conf.beat_schedule["sources"] = {
        "task": "catalog.tasks.check_sources",
        "schedule": crontab(day_of_week="sunday", hour="3", minute="40"),
    }

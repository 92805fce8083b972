"""The daily round of reminders, and no logic."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from backups import mail, services
from backups.models import Reminder


@shared_task(name="backups.tasks.remind")
def remind() -> None:
    """Once a day, and again without harm: each drill is reminded of once as due soon and once as overdue."""
    for number in services.remind(timezone.localdate()):
        if mail.configured():
            send_reminder.delay(number)


@shared_task(name="backups.tasks.send_reminder")
def send_reminder(number: int) -> None:
    reminder = Reminder.objects.select_related("drill__plan__owner", "drill__plan__team").get(pk=number)
    if reminder.mailed_at is None and mail.send(reminder):
        services.mailed(reminder)

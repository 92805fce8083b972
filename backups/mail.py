"""The mail about a drill that is due: to the people who may change its plan, and to nobody else."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.models import Membership
from backups.models import Drill, Reminder
from planner.access import WRITING_ROLES

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def configured() -> bool:
    """Without MAIL_URL letters would only be printed to the server's log: then none is written."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def addresses(drill: Drill) -> list[str]:
    """The plan's owner, or the owners and editors of its team. An address typed as the drill's owner gets no mail by itself."""
    plan = drill.plan
    if plan.team is None:
        return [plan.owner.email] if plan.owner else []
    rows = Membership.objects.filter(team=plan.team, role__in=WRITING_ROLES).select_related("user")
    return sorted(one.user.email for one in rows)


def send(reminder: Reminder) -> bool:
    """Whether somebody was written to. Raises OSError where the mail server does not take it; the next round tries again."""
    to = addresses(reminder.drill)
    if not to or reminder.drill.state != Drill.State.PLANNED:
        return False
    letter(reminder, to).send()
    return True


def letter(reminder: Reminder, to: list[str]) -> EmailMessage:
    drill = reminder.drill
    lines = [
        f"The restore drill of {drill.store} in the plan {drill.plan.name} is {reminder.get_kind_display()}.",
        f"Due on: {drill.due_on:%d %b %Y}" + (f", owner: {drill.owner}" if drill.owner else ""),
        "",
        *(f"- {step['text']}" for step in drill.checklist),
        "",
        *(
            [f"{settings.SITE_URL}{reverse('backups:drill', args=[drill.plan_id, drill.pk])}"]
            if settings.SITE_URL
            else []
        ),
    ]
    subject = f"Restore drill of {drill.store}: {reminder.get_kind_display()}"
    return EmailMessage(subject, "\n".join(lines).rstrip() + "\n", to=to)

"""When a backup of "every so often" begins. A plan says how often, not when: the times of day here are an assumption.

Days and longer begin at 02:00 UTC, weeks on Sunday, and each further store of a plan ten minutes later, so that not all
of them read and write at once. Shorter periods begin at the same minutes after midnight.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
MONTH, YEAR = 30 * DAY, 365 * DAY
FIRST_HOUR = 2
STEP_MINUTES = 10
# Periods that a calendar can repeat at the same times of each hour, day, week, month or year.
REPEATABLE = (
    *(minutes * MINUTE for minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12)),
    *(DAY, WEEK, MONTH, YEAR),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """`every_seconds`, one of REPEATABLE; begins `minute` past `hour` UTC of its day, or each `every` after that."""

    every_seconds: int
    hour: int
    minute: int
    exact: bool  # False: the plan's period cannot be repeated so, and the next shorter one is taken

    @property
    def systemd(self) -> str:
        """For OnCalendar= of a systemd timer (systemd.time(7))."""
        at = f"{self.hour:02}:{self.minute:02}:00"
        if self.every_seconds < HOUR:
            return f"*-*-* *:{self.minute}/{self.every_seconds // MINUTE}:00 UTC"
        if self.every_seconds < DAY:
            return f"*-*-* {self.hour}/{self.every_seconds // HOUR}:{self.minute:02}:00 UTC"
        day = {DAY: "*-*-*", WEEK: "Sun *-*-*", MONTH: "*-*-01", YEAR: "*-01-01"}[self.every_seconds]
        return f"{day} {at} UTC"

    @property
    def cron(self) -> str:
        """The five fields of crontab(5); the machine's clock or CRON_TZ must be UTC."""
        if self.every_seconds < HOUR:
            return f"{self.minute}-59/{self.every_seconds // MINUTE} * * * *"
        if self.every_seconds < DAY:
            return f"{self.minute} {self.hour}-23/{self.every_seconds // HOUR} * * *"
        days = {DAY: "* * *", WEEK: "* * 0", MONTH: "1 * *", YEAR: "1 1 *"}[self.every_seconds]
        return f"{self.minute} {self.hour} {days}"

    @property
    def words(self) -> str:
        at = f"{self.hour:02}:{self.minute:02} UTC"
        if self.every_seconds < HOUR:
            return f"every {self.every_seconds // MINUTE} min, from minute {self.minute} of each hour"
        if self.every_seconds < DAY:
            return f"every {self.every_seconds // HOUR} h, from {at}"
        day = {DAY: "daily", WEEK: "Sundays", MONTH: "on the 1st of each month", YEAR: "on 1 January"}
        return f"{day[self.every_seconds]} at {at}"


def slot(every_seconds: float, position: int = 0) -> Slot:
    """When the backups of the store at this `position` of its plan begin. Periods under a minute count as a minute."""
    period = max((one for one in REPEATABLE if one <= every_seconds + 0.5), default=MINUTE)
    shift = STEP_MINUTES * position
    if period < HOUR:
        hour, minute = 0, shift % (period // MINUTE)
    elif period < DAY:
        hour, minute = (FIRST_HOUR + shift // 60) % (period // HOUR), shift % 60
    else:
        hour, minute = (FIRST_HOUR + shift // 60) % 24, shift % 60
    return Slot(period, hour, minute, abs(period - every_seconds) < 1 or _is_calendar(period, every_seconds))


def _is_calendar(period: int, every_seconds: float) -> bool:
    """A month of 30.4 days, a year of 365.25 days: the calendar repeats them exactly."""
    return (period == MONTH and every_seconds < 31 * DAY) or (period == YEAR and every_seconds < 366 * DAY)

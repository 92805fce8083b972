"""The inputs of the calculators of backups: storage and retention, RPO and RTO, 3-2-1."""

from __future__ import annotations

from typing import Any

from django import forms

from planner.engine.recovery_inputs import DECIDE, DETECT, PROVISION, RESTORE_MIB_S, VERIFY, Given
from planner.forms.calculator import AmountField, CalculatorForm, RangeField

MODES = (("inc", "Incremental: since the last backup"), ("diff", "Differential: since the last full"))
MOST_KEPT = 5_000
# Not a box to tick: an address cannot tell one that is not ticked from one that it does not name.
YES_NO = (("yes", "Yes"), ("no", "No"))


def _range(given: Given, label: str, scale: float = 1.0, unit: str = "") -> RangeField:
    return RangeField(
        label=label, unit=unit or given.unit, default=(given.low / scale, given.likely / scale, given.high / scale)
    )


class StorageCalculatorForm(CalculatorForm):
    size_gib = RangeField(label="Data today", unit="GiB", default=(80, 100, 150))
    daily_change = RangeField(label="Changed in a day", unit="share, 0 to 1", default=(0.01, 0.03, 0.1), maximum=1)
    compression = AmountField(label="Size of a backup", unit="for a byte of data", default=0.5, above=True, maximum=10)
    growth = AmountField(label="Growth", unit="share a year", default=0.3, maximum=10)
    daily = AmountField(label="Keep daily", unit="backups", default=7, maximum=MOST_KEPT, whole=True)
    weekly = AmountField(label="Keep weekly", unit="backups", default=4, maximum=MOST_KEPT, whole=True)
    monthly = AmountField(label="Keep monthly", unit="backups", default=12, maximum=MOST_KEPT, whole=True)
    yearly = AmountField(label="Keep yearly", unit="backups", default=3, maximum=100, whole=True)
    full_every_days = AmountField(
        label="A full backup every", unit="days", default=7, minimum=1, maximum=366, whole=True
    )
    mode = forms.ChoiceField(label="Between fulls", choices=MODES, initial="inc")
    copies = AmountField(label="Places", unit="copies of everything", default=2, minimum=1, maximum=10, whole=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        counts = [data.get(name) for name in ("daily", "weekly", "monthly", "yearly")]
        if None not in counts and not any(counts):
            self.add_error("daily", "Keep at least one backup: all four counts are 0, and nothing would be left.")
        return data


class TargetsCalculatorForm(CalculatorForm):
    size_gib = RangeField(label="Data to read back", unit="GiB", default=(80, 100, 150))
    every_hours = AmountField(label="A backup every", unit="hours", default=24, above=True, maximum=9_000)
    takes_minutes = AmountField(label="A backup takes", unit="minutes", default=30, maximum=1e6)
    copy_minutes = AmountField(label="Its copy takes", unit="minutes", default=15, maximum=1e6)
    log_minutes = AmountField(
        label="The log is archived every", unit="minutes", default=5, above=True, maximum=1e5, blank="Empty: no log"
    )
    log_shipping_seconds = AmountField(label="A log segment is on its way", unit="seconds", default=30, maximum=1e5)
    speed = _range(RESTORE_MIB_S["physical"], "Reading back")
    detect = _range(DETECT, "Until somebody looks", 60, "minutes")
    decide = _range(DECIDE, "Until it is decided", 60, "minutes")
    provision = _range(PROVISION, "Until a server is there", 60, "minutes")
    verify = _range(VERIFY, "Checking the result", 60, "minutes")
    rpo_minutes = AmountField(label="Target: lose at most (RPO)", unit="minutes", default=15, maximum=1e6)
    rto_minutes = AmountField(label="Target: back within (RTO)", unit="minutes", default=60, above=True, maximum=1e6)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        every, takes = data.get("every_hours"), data.get("takes_minutes")
        if every is not None and takes is not None and takes > every * 60:
            self.add_error(
                "takes_minutes", "A backup takes longer than the time until the next: runs pile up. Make it rarer."
            )
        speed = data.get("speed")
        if speed is not None and speed.low <= 0:
            self.add_error("speed", "Enter the speed of reading back as more than 0.")
        return data


class CopiesCalculatorForm(CalculatorForm):
    replicas = AmountField(label="Replicas beside the live data", unit="at its site", default=1, maximum=20, whole=True)
    here = AmountField(label="Backup copies at the live site", default=1, maximum=20, whole=True)
    away = AmountField(label="Backup copies at another site", default=1, maximum=20, whole=True)
    other_medium = forms.ChoiceField(label="Backups lie on another kind of storage", choices=YES_NO, initial="yes")
    locked = AmountField(label="Of the copies away, locked or offline", default=0, maximum=20, whole=True)
    verified = forms.ChoiceField(label="The newest restore drill compared everything", choices=YES_NO, initial="no")
    copy_fails = RangeField(
        label="Chance that a copy cannot be read", unit="a year, 0 to 1", default=(0.005, 0.02, 0.1), maximum=1
    )
    site_fails = RangeField(
        label="Chance that a site is lost", unit="a year, 0 to 1", default=(0.0001, 0.001, 0.01), maximum=1
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        locked, away = data.get("locked"), data.get("away")
        if locked is not None and away is not None and locked > away:
            self.add_error("locked", f"{locked} of {away} copies away: at most all of them can be locked.")
        return data

"""Rows of a store's backups and, in each, rows of its copies.

`add` and `drop` buttons post the same form: the rows change, nothing is saved, and everything typed stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from pydantic import ValidationError as InvalidSection

from planner.engine.document import BackupCopy, BackupPolicy
from planner.engine.duration import DURATION
from planner.forms import words
from planner.forms.problems import PlainForm, add_problems, section_problems
from planner.forms.triple import choices
from planner.forms.written import as_written

MAX_ROWS = 20
MAY_BE_EMPTY = ("region", "locked", "key")
KEEP_PARTS = ("hourly", "daily", "weekly", "monthly", "yearly")


class CopyForm(PlainForm):
    medium = forms.CharField(label="Where", max_length=80)
    region = forms.CharField(label="Region", max_length=80, required=False)
    offsite = forms.BooleanField(label="Other site", required=False)
    immutable = forms.BooleanField(label="Cannot be changed", required=False)
    encrypted = forms.BooleanField(label="Encrypted", required=False)
    locked = forms.CharField(label="Locked for", max_length=20, required=False, help_text="30d, 5w; empty: not said")
    key = forms.ChoiceField(label="Its key lies", choices=choices(words.KEY_PLACES, "Not said"), required=False)

    def clean_locked(self) -> str:
        locked = str(self.cleaned_data["locked"]).strip()
        if locked and not DURATION.fullmatch(locked):
            raise forms.ValidationError(f"Locked for: {locked!r} is no duration such as 30d or 5w.")
        if locked and not self.cleaned_data.get("immutable"):
            raise forms.ValidationError("Only a copy that cannot be changed is locked: tick that, or leave this empty.")
        return locked

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key and not self.cleaned_data.get("encrypted"):
            raise forms.ValidationError("Only an encrypted copy has a key: tick that, or choose Not said.")
        return key


class BackupForm(PlainForm):
    kind = forms.ChoiceField(label="Kind", choices=choices(words.BACKUP_KINDS))
    every = forms.CharField(label="Every", max_length=20, help_text="30s, 5m, 6h, 7d, 4w, 12M or 7y")
    keep = forms.CharField(label="Keep", max_length=80, help_text="5w, 14 copies, or daily 7, weekly 4, monthly 12")
    method = forms.ChoiceField(label="Method", choices=choices(words.BACKUP_METHODS))

    def __init__(
        self, data: Any = None, *, copies: list[CopyForm], prefix: str, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, prefix=prefix)
        self.copies = copies

    def raw(self) -> dict[str, Any]:
        got = self.cleaned_data
        copies = [
            {key: value or None if key in MAY_BE_EMPTY else value for key, value in one.cleaned_data.items()}
            for one in self.copies
        ]
        return {**got, "keep": keep_from_text(got["keep"]), "copies": copies}


class BackupRows:
    """All backup rows of one store, bound to a request or filled from the plan."""

    def __init__(self, data: Mapping[str, str] | None, backups: tuple[BackupPolicy, ...]) -> None:
        self.bound = data is not None
        self.rows = _from_request(data) if data is not None else [_from_plan(at, one) for at, one in enumerate(backups)]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Field id and message of each problem, for the summary on top of the form."""
        found = []
        for row in self.rows:
            for form in (row, *row.copies):
                found += [(f"{form.prefix}-{name}", str(said[0])) for name, said in form.errors.items()]
        return found

    def is_valid(self) -> bool:
        if not self.bound or self.errors:
            return False
        for row in self.rows:
            _validate(row)
        return not self.errors

    def raw(self) -> list[dict[str, Any]]:
        return [row.raw() for row in self.rows]

    def change_rows(self, add: str, drop: str) -> None:
        """Do what the pressed button says: `backup`, `<prefix of a row>-copy`, or the prefix of the row to drop."""
        if add == "backup" and len(self.rows) < MAX_ROWS:
            at = 1 + max((_number(row) for row in self.rows), default=-1)
            self.rows.append(BackupForm(prefix=f"backup-{at}", copies=[_copy(at, 0)]))
        for row in self.rows:
            if add == f"{row.prefix}-copy" and len(row.copies) < MAX_ROWS:
                row.copies.append(_copy(_number(row), 1 + max((_number(one) for one in row.copies), default=-1)))
            row.copies = [one for one in row.copies if one.prefix != drop]
        self.rows = [row for row in self.rows if row.prefix != drop]


def _number(form: PlainForm) -> int:
    """The number at the end of the prefix: 2 of `backup-0-copy-2`."""
    return int(str(form.prefix).rpartition("-")[2])


def _validate(row: BackupForm) -> None:
    try:
        BackupPolicy.model_validate_json(json.dumps(row.raw()))
    except InvalidSection as error:
        add_problems(row, section_problems(error), lambda path: _field_of(row, path))


def _field_of(row: BackupForm, path: str) -> str | None:
    name = path.partition(".")[0]
    return name if name in row.fields else None


def _copy(
    backup: int, at: int, data: Mapping[str, str] | None = None, initial: dict[str, Any] | None = None
) -> CopyForm:
    start = {"medium": "object-storage", "encrypted": True} if initial is None else initial
    return CopyForm(data, prefix=f"backup-{backup}-copy-{at}", initial=start)


def _from_plan(at: int, backup: BackupPolicy) -> BackupForm:
    copies = [_copy(at, number, initial=_copy_values(one)) for number, one in enumerate(backup.copies)]
    values = {"kind": backup.kind, "every": backup.every, "method": backup.method, "keep": keep_text(backup)}
    return BackupForm(prefix=f"backup-{at}", initial=values, copies=copies)


def _copy_values(one: BackupCopy) -> dict[str, Any]:
    return {key: value if value is not None else "" for key, value in as_written(one).items()}


def _from_request(data: Mapping[str, str]) -> list[BackupForm]:
    """The rows that the request holds, in the order of their numbers."""
    numbers = sorted({int(found[1]) for key in data if (found := re.match(r"backup-(\d{1,3})-", key))})[:MAX_ROWS]
    rows = []
    for at in numbers:
        pattern = re.compile(rf"backup-{at}-copy-(\d{{1,3}})-")
        copies = sorted({int(found[1]) for key in data if (found := pattern.match(key))})[:MAX_ROWS]
        rows.append(BackupForm(data, prefix=f"backup-{at}", copies=[_copy(at, one, data=data) for one in copies]))
    return rows


def keep_text(backup: BackupPolicy) -> str:
    raw = as_written(backup)["keep"]
    if isinstance(raw, dict):
        return ", ".join(f"{part} {raw[part]}" for part in KEEP_PARTS if raw.get(part))
    return str(raw or "")


def keep_from_text(text: str) -> str | dict[str, int]:
    """`daily 7, weekly 4` becomes a mapping; anything else goes to the document's own check as it is."""
    parts = re.findall(r"(hourly|daily|weekly|monthly|yearly)\s*:?\s*(\d+)", text)
    return {part: int(count) for part, count in parts} if parts else text.strip()

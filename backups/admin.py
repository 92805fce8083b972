"""Django admin for rare work: look at drills and end a calendar's address. Evidence is not edited here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from backups.models import CalendarLink, Drill, Reminder


class ReadOnly:
    """Rows that only the app itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Drill)
class DrillAdmin(ReadOnly, admin.ModelAdmin[Drill]):
    list_display = ("plan", "store", "state", "due_on", "on", "minutes", "verified", "via")
    list_filter = ("state", "verified", "via")
    list_select_related = ("plan",)
    search_fields = ("plan__name", "store", "owner")


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin[Reminder]):
    list_display = ("drill", "kind", "created_at", "mailed_at")
    list_select_related = ("drill",)


@admin.register(CalendarLink)
class CalendarLinkAdmin(admin.ModelAdmin[CalendarLink]):
    list_display = ("plan", "created_by", "created_at", "revoked_at")
    list_select_related = ("plan", "created_by")
    readonly_fields = ("plan", "token_sha256", "created_by", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

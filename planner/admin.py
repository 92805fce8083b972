"""Django admin for rare work: look at plans, take a link back, see why a job failed. No document is edited here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from planner.models import ImpactRun, Job, Plan, Revision, ShareLink


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin[Plan]):
    list_display = ("name", "owner", "team", "is_example", "updated_at", "deleted_at")
    list_filter = ("is_example",)
    list_select_related = ("owner", "team")
    search_fields = ("name", "owner__email", "team__name")
    raw_id_fields = ("owner", "team")
    readonly_fields = ("name", "head", "visitor", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin[Revision]):
    list_display = ("plan", "number", "summary", "author", "created_at")
    list_select_related = ("plan", "author")
    search_fields = ("plan__name", "summary")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False


@admin.register(ShareLink)
class ShareLinkAdmin(admin.ModelAdmin[ShareLink]):
    list_display = ("plan", "name", "created_at", "expires_at", "revoked_at", "opens")
    list_select_related = ("plan",)
    raw_id_fields = ("plan", "revision", "created_by")
    readonly_fields = ("token_sha256", "opens", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Job)
class JobAdmin(admin.ModelAdmin[Job]):
    list_display = ("id", "kind", "state", "step", "attempts", "created_at", "finished_at")
    list_filter = ("kind", "state")
    raw_id_fields = ("revision", "created_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ImpactRun)
class ImpactRunAdmin(admin.ModelAdmin[ImpactRun]):
    list_display = ("key", "state", "plans", "created_by", "created_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("created_by",)
    exclude = ("proposal",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImpactRun | None = None) -> bool:
        return False

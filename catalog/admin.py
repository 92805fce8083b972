"""The published catalog in Django's admin, to look things up. It is read only: what is published is changed on the pages of
curation, which check, review and keep the history; every row here links to the page where it is changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import (
    Cycle,
    Database,
    Fact,
    JepsenFinding,
    Limit,
    Offering,
    Price,
    PriceHold,
    PriceRefresh,
    Published,
    Revision,
    SourceCheck,
    Suggestion,
)


class ReadOnly:
    """No row is added, changed or deleted by hand."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class FactInline(ReadOnly, admin.TabularInline[Fact, Database]):
    model = Fact
    fields = ["key", "value", "verified", "checked_on", "sources", "note"]


class LimitInline(ReadOnly, admin.TabularInline[Limit, Database]):
    model = Limit
    fields = ["name", "value", "unit", "configurable", "text", "verified", "checked_on", "sources"]


class CycleInline(ReadOnly, admin.TabularInline[Cycle, Database]):
    model = Cycle
    fields = ["cycle", "released_on", "eol_on", "latest", "lts"]


class JepsenInline(ReadOnly, admin.TabularInline[JepsenFinding, Database]):
    model = JepsenFinding
    fields = ["subject", "finding", "url"]


class OfferingInline(ReadOnly, admin.TabularInline[Offering, Database]):
    model = Offering
    fields = ["name", "provider", "billing", "price_service", "notes"]


@admin.register(Database)
class DatabaseAdmin(ReadOnly, admin.ModelAdmin[Database]):
    list_display = ["name", "category", "status", "vendor", "facts_seen", "page"]
    list_filter = ["category", "status"]
    search_fields = ["name", "slug", "vendor", "best_for"]
    inlines = [FactInline, LimitInline, CycleInline, JepsenInline, OfferingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Database]:
        rows = super().get_queryset(request)
        return rows.annotate(seen=Count("facts", filter=Q(facts__verified=True)), all_facts=Count("facts"))

    @admin.display(description="seen in a source", ordering="seen")
    def facts_seen(self, row: Model) -> str:
        return f"{getattr(row, 'seen', 0)} of {getattr(row, 'all_facts', 0)}"

    @admin.display(description="page")
    def page(self, row: Database) -> SafeString:
        return format_html(
            '<a href="{}">View</a> <a href="{}">Edit</a> <a href="{}">History</a>',
            reverse("catalog:database", args=[row.slug]),
            reverse("catalog:edit", args=[row.slug]),
            reverse("catalog:history", args=[row.slug]),
        )


@admin.register(Fact)
class FactAdmin(ReadOnly, admin.ModelAdmin[Fact]):
    """To find facts by age, by key, or those that no source confirmed."""

    list_display = ["database", "key", "short_value", "verified", "checked_on"]
    list_filter = ["verified", "checked_on", "database__category"]
    search_fields = ["key", "database__name", "database__slug"]
    list_select_related = ["database"]
    ordering = ["database__name", "position"]
    date_hierarchy = "checked_on"

    @admin.display(description="value")
    def short_value(self, row: Fact) -> str:
        return str(row.value)[:100]


@admin.register(Cycle)
class CycleAdmin(ReadOnly, admin.ModelAdmin[Cycle]):
    """To find release lines that end soon."""

    list_display = ["database", "cycle", "latest", "released_on", "eol_on", "lts"]
    list_filter = ["lts", "eol_on"]
    search_fields = ["database__name", "cycle"]
    list_select_related = ["database"]
    ordering = ["eol_on", "database__name"]


@admin.register(Offering)
class OfferingAdmin(ReadOnly, admin.ModelAdmin[Offering]):
    list_display = ["name", "database", "provider", "billing", "price_service", "price_engine", "price_deployment"]
    list_filter = ["provider", "billing"]
    search_fields = ["name", "slug", "database__name", "price_service"]
    list_select_related = ["database"]


@admin.register(Price)
class PriceAdmin(ReadOnly, admin.ModelAdmin[Price]):
    """Append only: a price that left the book stays, marked as not published."""

    list_display = [
        "provider", "service", "region", "deployment", "resource", "billed", "unit", "usd", "as_of", "published",
    ]  # fmt: skip
    list_filter = ["published", "kind", "provider", "as_of", "region"]
    search_fields = ["service", "resource", "engine", "source"]
    ordering = ["position"]
    date_hierarchy = "as_of"


@admin.register(Published)
class PublishedAdmin(ReadOnly, admin.ModelAdmin[Published]):
    list_display = ["published_at", "snapshot_id", "price_book_id"]


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin[Revision]):
    """To find revisions of any state; they are decided on their own page."""

    list_display = [
        "database_slug",
        "number",
        "state",
        "origin",
        "author",
        "reviewer",
        "created_at",
        "published_at",
        "page",
    ]
    list_filter = ["state", "origin", "published_at"]
    search_fields = ["database_slug", "comment", "author__email"]
    list_select_related = ["author", "reviewer"]
    exclude = ["package"]
    date_hierarchy = "created_at"

    @admin.display(description="page")
    def page(self, row: Revision) -> SafeString:
        return format_html('<a href="{}">Open</a>', reverse("catalog:revision", args=[row.pk]))


@admin.register(PriceRefresh)
class PriceRefreshAdmin(ReadOnly, admin.ModelAdmin[PriceRefresh]):
    """To look up what was read; files are published and dropped at /curation/prices/."""

    list_display = ["created_at", "vendor", "form", "state", "author", "price_book_id"]
    list_filter = ["vendor", "state"]
    search_fields = ["origin", "form"]
    exclude = ["rows"]


@admin.register(PriceHold)
class PriceHoldAdmin(ReadOnly, admin.ModelAdmin[PriceHold]):
    list_display = ["refresh", "old_usd", "new_usd", "state", "decided_by", "decided_at"]
    list_filter = ["state", "refresh__vendor"]
    list_select_related = ["refresh", "decided_by"]


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnly, admin.ModelAdmin[Suggestion]):
    """To look up what was decided, and to delete what should not be kept; open ones are decided at /curation/."""

    list_display = ["created_at", "database_slug", "key", "value", "state", "decided_by", "decided_at"]
    list_filter = ["state", "created_at"]
    search_fields = ["database_slug", "key", "source", "comment"]
    list_select_related = ["decided_by"]
    exclude = ["token_sha256"]
    date_hierarchy = "created_at"

    def has_delete_permission(self, request: HttpRequest, obj: Suggestion | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(SourceCheck)
class SourceCheckAdmin(ReadOnly, admin.ModelAdmin[SourceCheck]):
    """To see what a source answered when it was last asked."""

    list_display = ["url", "status", "words", "checked_at", "failing_since"]
    list_filter = ["status", "failing_since"]
    search_fields = ["url"]

"""URLs of what comes out of a plan: costs, recovery, review, report, share links, jobs, and the viewer's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from planner.views import (
    costs,
    elsewhere,
    fixes,
    impact,
    jobs,
    recovery,
    replication,
    report,
    reprice,
    review,
    rules,
    share,
    shared,
    size,
)

PLAN = "plans/<uuid:pk>/"
SHARED = "s/<str:token>/"

urlpatterns: list[URLPattern] = [
    path(f"{PLAN}costs/", costs.costs, name="costs"),
    path(f"{PLAN}costs/estimate/", costs.start_estimate, name="start_estimate"),
    path(f"{PLAN}costs/places/", elsewhere.places, name="places"),
    path(f"{PLAN}costs/stores/<slug:slug>/", elsewhere.elsewhere, name="elsewhere"),
    path(f"{PLAN}reprice/", reprice.reprice, name="reprice"),
    path(f"{PLAN}costs/stores/<slug:slug>/size/", size.size, name="size"),
    path(f"{PLAN}recovery/", recovery.recovery, name="recovery"),
    path(f"{PLAN}replication/", replication.replication, name="replication"),
    path(f"{PLAN}replication/<slug:slug>/", replication.choose, name="choose_replication"),
    path(f"{PLAN}review/", review.review, name="review"),
    path(f"{PLAN}review/fix/", fixes.fix, name="fix"),
    path(f"{PLAN}review/waive/", review.waive, name="waive"),
    path(f"{PLAN}review/open/", review.unwaive, name="unwaive"),
    path(f"{PLAN}report/", report.report, name="report"),
    path(f"{PLAN}report/pdf/", report.start_report, name="start_report"),
    path(f"{PLAN}share/", share.share, name="share"),
    path(f"{PLAN}share/revoke/", share.revoke_all, name="revoke_all"),
    path(f"{PLAN}share/<int:number>/revoke/", share.revoke, name="revoke"),
    path(f"{PLAN}share/<int:number>/rotate/", share.rotate, name="rotate"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:rule_id>/", rules.rule, name="rule"),
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="cancel_job"),
    path("jobs/<uuid:pk>/report.pdf", jobs.download, name="download_report"),
    path("curation/impact/", impact.pending, name="impact_pending"),
    path("curation/prices/files/<int:pk>/impact/", impact.price_file, name="impact_price_file"),
    path("curation/prices/holds/<int:pk>/impact/", impact.price_hold, name="impact_price_hold"),
    path("curation/revisions/<int:pk>/impact/", impact.revision, name="impact"),
    path(SHARED, shared.shared, name="shared"),
    path(f"{SHARED}copy/", shared.copy, name="copy_shared"),
    path(f"{SHARED}<slug:name>/", shared.page, name="shared_page"),
]

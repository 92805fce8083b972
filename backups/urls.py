"""URLs of restore drills; a plan's hang below `/plans/<id>/drills/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from backups.views import calendar, drills, files

app_name = "backups"

DRILLS = "plans/<uuid:pk>/drills/"
FILES = "plans/<uuid:pk>/backups/files/"
ONE = f"{DRILLS}<uuid:number>/"

urlpatterns: list[URLPattern] = [
    path(DRILLS, drills.drills, name="drills"),
    path(f"{DRILLS}plan/", drills.schedule, name="schedule"),
    path(f"{DRILLS}plan/all/", drills.schedule_all, name="schedule_all"),
    path(f"{DRILLS}record/", drills.record, name="record"),
    path(f"{DRILLS}calendar/", calendar.new, name="new_calendar"),
    path(f"{DRILLS}calendar/revoke/", calendar.revoke, name="revoke_calendar"),
    path(f"{DRILLS}evidence.<str:fmt>", drills.evidence, name="evidence"),
    path(ONE, drills.drill, name="drill"),
    path(f"{ONE}result/", drills.finish, name="finish"),
    path(f"{ONE}checklist/", drills.tick, name="tick"),
    path(f"{ONE}call-off/", drills.call_off, name="call_off"),
    path(f"{ONE}withdraw/", drills.withdraw, name="withdraw"),
    path(FILES, files.files, name="files"),
    path(f"{FILES}backups.zip", files.archive, name="files_archive"),
    path(f"{FILES}<slug:slug>/", files.store_files, name="store_files"),
    path(f"{FILES}<slug:slug>/backups.zip", files.store_archive, name="store_archive"),
    path(f"{FILES}<slug:slug>/file/<path:path>", files.one_file, name="file"),
    path("calendars/<str:token>.ics", calendar.feed, name="feed"),
]

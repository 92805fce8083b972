"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.api import api
from config.theme import theme

urlpatterns = [
    path("", include("planner.urls")),
    path("", include("backups.urls")),
    path("", include("catalog.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("theme/", theme, name="theme"),
]
handler500 = "config.views.server_error"

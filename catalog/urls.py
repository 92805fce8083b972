"""Addresses of the catalog."""

from django.urls import path

from catalog.views import believed, coverage, database, listing

app_name = "catalog"
urlpatterns = [
    path("catalog/", listing.listing, name="list"),
    path("catalog/believed/", believed.believed, name="believed"),
    path("catalog/coverage/", coverage.coverage, name="coverage"),
    path("catalog/<slug:slug>/", database.database, name="database"),
]

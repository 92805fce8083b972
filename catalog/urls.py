"""Addresses of the catalog."""

from django.urls import path

from catalog.views import database, listing

app_name = "catalog"
urlpatterns = [
    path("catalog/", listing.listing, name="list"),
    path("catalog/<slug:slug>/", database.database, name="database"),
]

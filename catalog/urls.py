"""Addresses of the catalog."""

from django.urls import path

from catalog.views import (
    believed,
    bulk,
    coverage,
    database,
    edit,
    history,
    listing,
    price_book,
    queue,
    revision,
    suggest,
    team_prices,
)

app_name = "catalog"
urlpatterns = [
    path("catalog/", listing.listing, name="list"),
    path("catalog/believed/", believed.believed, name="believed"),
    path("catalog/coverage/", coverage.coverage, name="coverage"),
    path("catalog/<slug:slug>/history/", history.history, name="history"),
    path("catalog/<slug:slug>/history/<int:number>/undo/", revision.undo, name="undo"),
    path("curation/import/", bulk.bulk_import, name="import"),
    path("curation/new/", edit.new, name="new"),
    path("curation/<slug:slug>/edit/", edit.edit, name="edit"),
    path("curation/<slug:slug>/edit/<str:key>/", edit.entry, name="entry"),
    path("curation/revisions/<int:pk>/", revision.revision, name="revision"),
    path("curation/revisions/<int:pk>/decide/", revision.decide, name="revision_decide"),
    path("catalog/<slug:slug>/", database.database, name="database"),
    path("catalog/<slug:slug>/suggest/", suggest.suggest, name="suggest"),
    path("suggestions/<str:token>/", suggest.suggestion, name="suggestion"),
    path("curation/", queue.queue, name="queue"),
    path("curation/suggestions/<int:pk>/", queue.decide, name="decide"),
    path("curation/prices/", price_book.prices, name="prices"),
    path("curation/prices/read/", price_book.upload, name="price_upload"),
    path("curation/prices/files/<int:pk>/", price_book.price_file, name="price_file"),
    path("curation/prices/files/<int:pk>/decide/", price_book.decide, name="price_decide"),
    path("curation/prices/holds/<int:pk>/", price_book.settle, name="price_hold"),
    path("curation/prices/history/<int:pk>/", price_book.history, name="price_history"),
    path("teams/<int:pk>/prices/", team_prices.prices, name="team_prices"),
    path("teams/<int:pk>/prices/discounts/", team_prices.discount, name="team_discount"),
    path("teams/<int:pk>/prices/contracts/<int:price>/", team_prices.contract, name="team_contract"),
    path("teams/<int:pk>/prices/<int:number>/remove/", team_prices.remove, name="team_price_remove"),
]

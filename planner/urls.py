"""URLs of plans. One URL, one meaning; a plan's pages hang below `/plans/<id>/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from planner import urls_results
from planner.views import (
    backups,
    bulk,
    caching,
    calculators,
    cells,
    compare,
    conflict,
    data_set,
    designer,
    guide,
    history,
    home,
    move,
    paste,
    place_all,
    plan_file,
    plan_settings,
    plans,
    portfolio,
    proposals,
    service,
    split,
    start,
    starting_point,
    store,
    usage,
    why,
)

app_name = "planner"

PLAN = "plans/<uuid:pk>/"
DATA_SET = f"{PLAN}datasets/<slug:service>/<slug:data>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("start/<slug:slug>/", starting_point.starting_point, name="starting_point"),
    path("compare/", compare.compare, name="compare"),
    path("wizard/", guide.wizard, name="wizard_start"),
    path("wizard/result/", guide.result, name="wizard_result"),
    path("wizard/use/", guide.use, name="wizard_use"),
    path("wizard/<int:number>/", guide.wizard, name="wizard"),
    path("calculators/", calculators.calculators, name="calculators"),
    path("calculators/<slug:slug>/", calculators.calculator, name="calculator"),
    path("calculators/<slug:slug>/use/", calculators.use, name="use_calculator"),
    path("plans/", plans.plans, name="plans"),
    path("portfolio/", portfolio.together, name="portfolio"),
    path("catalog/<slug:slug>/plans/", usage.used_in_plans, name="used_in_plans"),
    # the plan itself
    path(PLAN, designer.plan, name="plan"),
    path(f"{PLAN}copy/", plans.copy, name="copy"),
    path(f"{PLAN}delete/", plans.delete, name="delete"),
    path(f"{PLAN}bring-back/", plans.bring_back, name="bring_back"),
    path(f"{PLAN}settings/", plan_settings.plan_settings, name="plan_settings"),
    path(f"{PLAN}document/", plan_file.save_text, name="save_text"),
    path(f"{PLAN}export.<str:fmt>", plan_file.export, name="export"),
    path(f"{PLAN}resolve/", conflict.resolve, name="resolve"),
    path(f"{PLAN}caching/", caching.caching, name="caching"),
    path(f"{PLAN}caching/<slug:service>/<slug:data>/", caching.choose, name="choose_cache"),
    path(f"{PLAN}place/", place_all.place_all, name="place_all"),
    path(f"{PLAN}backups/", backups.backups, name="backups"),
    path(f"{PLAN}backups/<slug:slug>/proposals/", proposals.store_proposals, name="store_proposals"),
    # history
    path(f"{PLAN}undo/", history.undo, name="undo"),
    path(f"{PLAN}redo/", history.redo, name="redo"),
    path(f"{PLAN}versions/", history.versions, name="versions"),
    path(f"{PLAN}versions/<int:number>/", history.version, name="version"),
    path(f"{PLAN}versions/<int:old>..<int:new>/", history.changes, name="changes"),
    path(f"{PLAN}versions/<int:number>/restore/", history.restore, name="restore"),
    # what is in it
    path(f"{PLAN}cells/", cells.cells, name="cells"),
    path(f"{PLAN}paste/", paste.paste, name="paste"),
    path(f"{PLAN}datasets/many/", bulk.bulk, name="bulk"),
    path(f"{PLAN}datasets/new/", data_set.new, name="new_data_set"),
    path(DATA_SET, data_set.data_set, name="data_set"),
    path(f"{DATA_SET}ranking/", data_set.ranking, name="ranking"),
    path(f"{DATA_SET}move/", move.move, name="move"),
    path(f"{DATA_SET}turning/", why.turning, name="turning"),
    path(f"{DATA_SET}why/<slug:database>/", why.why, name="why"),
    path(f"{DATA_SET}split/", split.split, name="split"),
    path(f"{DATA_SET}remove/", data_set.remove, name="remove_data_set"),
    path(f"{PLAN}services/new/", service.new, name="new_service"),
    path(f"{PLAN}services/<slug:slug>/", service.service, name="service"),
    path(f"{PLAN}services/<slug:slug>/remove/", service.remove, name="remove_service"),
    path(f"{PLAN}stores/new/", store.new, name="new_store"),
    path(f"{PLAN}stores/<slug:slug>/", store.store, name="store"),
    path(f"{PLAN}stores/<slug:slug>/remove/", store.remove, name="remove_store"),
    # results
    *urls_results.urlpatterns,
]

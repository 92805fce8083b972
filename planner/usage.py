"""In which plans a database is used: stores of newest versions, with the data sets and caches in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from planner.evaluations import document_of
from planner.models import Plan, Revision


@dataclass(frozen=True, slots=True)
class Use:
    """One store. `holds` = names of the data sets placed in it and of those cached in it."""

    slug: str
    name: str
    holds: tuple[str, ...]


def using(plans: QuerySet[Plan], database: str) -> QuerySet[Plan]:
    """Of these plans those with a store of this database, newest change first."""
    spelled = f'"database": "{database}"'  # as planner.engine.document.dump_json writes it
    found = plans.filter(head__document__contains=spelled)
    return found.select_related("head", "team", "owner").order_by("-updated_at")


def uses(revision: Revision, database: str) -> tuple[Use, ...]:
    """The stores of this database in one version."""
    plan = document_of(revision)
    refs = tuple(plan.data_sets())
    found = []
    for slug, store in plan.stores.items():
        if store.database == database:
            placed = [one.data_set.name for one in refs if one.data_set.store == slug]
            cached = [
                f"{ref.data_set.name} (cache)" for ref in refs if (one := ref.data_set.cache) and one.store == slug
            ]
            found.append(Use(slug, store.name, (*placed, *cached)))
    return tuple(found)

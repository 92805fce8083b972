"""Edits of a plan: pure functions from a plan to a plan. Each raises DocumentError when the result cannot stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from planner.engine.document import Cache, DataSet, DocumentError, Plan, Problem, Service, Store, Tier, Waiver, checked
from planner.engine.problems import nowhere, problems_of
from planner.engine.sections import SLUG_PATTERN

SLUG = re.compile(SLUG_PATTERN)
Named = TypeVar("Named", Service, DataSet, Store)


def unique_slug(name: str, taken: Container[str]) -> str:
    """A slug from a name that is not taken: "Orders, paid" -> "orders-paid", then "orders-paid-2"."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-") or "item"
    number, found = 1, slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found


def _refuse(path: str, message: str) -> DocumentError:
    return DocumentError((Problem(path, None, None, message),))


def _slug(slug: str, path: str) -> None:
    if not SLUG.fullmatch(slug):
        raise _refuse(path, f"found {slug!r}, which is not of the form a-z, 0-9 and -, at most 63 characters")


def _with(mapping: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The mapping with one entry replaced in place, or added at the end."""
    return {**mapping, key: value}


def _without(mapping: Mapping[str, Any], key: str, path: str) -> dict[str, Any]:
    if key not in mapping:
        raise _refuse(path, "is not in this plan")
    return {name: value for name, value in mapping.items() if name != key}


def _service(plan: Plan, slug: str) -> Service:
    if slug not in plan.services:
        raise _refuse(f"services.{slug}", "is not in this plan")
    return plan.services[slug]


def _split(path: str) -> tuple[str, str]:
    service, _, slug = path.partition("/")
    return service, slug


def _set_data(plan: Plan, service_slug: str, data: Mapping[str, DataSet]) -> Plan:
    service = _service(plan, service_slug).model_copy(update={"data": dict(data)})
    return plan.model_copy(update={"services": _with(plan.services, service_slug, service)})


def with_data_set(plan: Plan, path: str, data_set: DataSet) -> Plan:
    """Add or replace the data set "service/data"."""
    service, slug = _split(path)
    _slug(slug, f"services.{service}.data.{slug}")
    return checked(_set_data(plan, service, _with(_service(plan, service).data, slug, data_set)))


def with_data_sets(plan: Plan, changed: Mapping[str, DataSet]) -> Plan:
    """Add or replace many data sets at once, by "service/data". All of them, or DocumentError."""
    for path, data_set in changed.items():
        service, slug = _split(path)
        _slug(slug, f"services.{service}.data.{slug}")
        plan = _set_data(plan, service, _with(_service(plan, service).data, slug, data_set))
    return checked(plan)


def without_data_sets(plan: Plan, paths: Collection[str]) -> Plan:
    """Remove many data sets at once, as `without_data_set` removes one."""
    for path in paths:
        service, slug = _split(path)
        where = f"services.{service}.data.{slug}"
        plan = _set_data(plan, service, _without(_service(plan, service).data, slug, where))
        plan = _forget_waivers(plan, f"services/{service}/data/{slug}")
    return checked(_forget_sources(plan, set(paths)))


def all_moved(plan: Plan, paths: Iterable[str], store: str | None) -> Plan:
    """Place many data sets in one store, or nowhere with None."""
    return with_data_sets(plan, {path: _existing(plan, path).model_copy(update={"store": store}) for path in paths})


def with_tier(plan: Plan, paths: Iterable[str], tier: Tier | None) -> Plan:
    """Give many data sets one recovery target; None = that of their service."""
    return with_data_sets(plan, {path: _existing(plan, path).model_copy(update={"tier": tier}) for path in paths})


def without_data_set(plan: Plan, path: str) -> Plan:
    """Remove a data set. What was derived from it becomes a source of its own, so nothing else is lost."""
    service, slug = _split(path)
    where = f"services.{service}.data.{slug}"
    after = _set_data(plan, service, _without(_service(plan, service).data, slug, where))
    return checked(_forget_waivers(_forget_sources(after, {path}), f"services/{service}/data/{slug}"))


def _forget_sources(plan: Plan, gone: set[str]) -> Plan:
    for ref in list(plan.data_sets()):
        left = tuple(source for source in ref.data_set.derived_from if source not in gone)
        if left != ref.data_set.derived_from:
            update: dict[str, Any] = {"derived_from": left} | ({} if left else {"sync": None})
            data_set = ref.data_set.model_copy(update=update)
            plan = _set_data(plan, ref.service_slug, _with(plan.services[ref.service_slug].data, ref.slug, data_set))
    return plan


def _forget_waivers(plan: Plan, at: str) -> Plan:
    """Without the waivers of a part that is gone."""
    kept = tuple(one for one in plan.waivers if one.at != at and not one.at.startswith(f"{at}/"))
    return plan if kept == plan.waivers else plan.model_copy(update={"waivers": kept})


def with_service(plan: Plan, slug: str, service: Service) -> Plan:
    """Add or replace a service."""
    _slug(slug, f"services.{slug}")
    return checked(plan.model_copy(update={"services": _with(plan.services, slug, service)}))


def without_service(plan: Plan, slug: str) -> Plan:
    """Remove a service with its data sets; dependencies on it and derivations from it go too."""
    gone = {f"{slug}/{name}" for name in _service(plan, slug).data}
    services = {
        other: service.model_copy(update={"depends_on": tuple(one for one in service.depends_on if one != slug)})
        for other, service in plan.services.items()
        if other != slug
    }
    after = _forget_sources(plan.model_copy(update={"services": services}), gone)
    return checked(_forget_waivers(after, f"services/{slug}"))


def with_store(plan: Plan, slug: str, store: Store) -> Plan:
    """Add or replace a store."""
    _slug(slug, f"stores.{slug}")
    return checked(plan.model_copy(update={"stores": _with(plan.stores, slug, store)}))


def without_store(plan: Plan, slug: str) -> Plan:
    """Remove a store. Its data sets stay, not placed; caches that lived in it are dropped."""
    after = plan.model_copy(update={"stores": _without(plan.stores, slug, f"stores.{slug}")})
    for ref in list(plan.data_sets()):
        update: dict[str, Any] = {}
        if ref.data_set.store == slug:
            update["store"] = None
        if ref.data_set.cache and ref.data_set.cache.store == slug:
            update["cache"] = None
        if update:
            data_set = ref.data_set.model_copy(update=update)
            after = _set_data(after, ref.service_slug, _with(after.services[ref.service_slug].data, ref.slug, data_set))
    return checked(_forget_waivers(after, f"stores/{slug}"))


def moved(plan: Plan, path: str, store: str | None) -> Plan:
    """Place a data set in a store, or nowhere with None."""
    return with_data_set(plan, path, _existing(plan, path).model_copy(update={"store": store}))


def _existing(plan: Plan, path: str) -> DataSet:
    service, slug = _split(path)
    found = _service(plan, service).data.get(slug)
    if found is None:
        raise _refuse(f"services.{service}.data.{slug}", "is not in this plan")
    return found


def renamed(plan: Plan, at: str, name: str) -> Plan:
    """A new name for "services/a", "services/a/data/b" or "stores/c". The slug stays: links refer to it."""
    kind, _, rest = at.partition("/")
    service, _, data = rest.partition("/data/")
    if kind == "stores" and rest in plan.stores:
        return with_store(plan, rest, _named(plan.stores[rest], name))
    if kind == "services" and data:
        path = f"{service}/{data}"
        return with_data_set(plan, path, _named(_existing(plan, path), name))
    if kind == "services":
        return with_service(plan, service, _named(_service(plan, service), name))
    raise _refuse(at.replace("/", "."), "is not in this plan")


def _named(part: Named, name: str) -> Named:
    try:
        return type(part).model_validate({**dict(part), "name": name}, by_name=True)
    except ValidationError as error:
        raise DocumentError(problems_of(error, nowhere)) from error


def with_cache(plan: Plan, path: str, cache: Cache | None) -> Plan:
    return with_data_set(plan, path, _existing(plan, path).model_copy(update={"cache": cache}))


def with_waiver(plan: Plan, waiver: Waiver) -> Plan:
    """Add a waiver; one for the same rule and place is replaced."""
    others = tuple(one for one in plan.waivers if (one.rule, one.at) != (waiver.rule, waiver.at))
    return checked(plan.model_copy(update={"waivers": (*others, waiver)}))


def without_waiver(plan: Plan, rule: str, at: str) -> Plan:
    return plan.model_copy(update={"waivers": tuple(one for one in plan.waivers if (one.rule, one.at) != (rule, at))})


def with_plan_fields(plan: Plan, **fields: Any) -> Plan:
    """Change fields of the plan itself (name, summary, provider, region, team, targets), validated."""
    try:
        return checked(Plan.model_validate({**dict(plan), **fields}))
    except ValidationError as error:
        raise DocumentError(problems_of(error, nowhere)) from error

"""Editing a system for curators: every entry in a list, one entry in a form; a new system."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import curation, presentation, services, trees
from catalog.access import curator
from catalog.files import GROUPS
from catalog.forms.entry import EntryForm, NewSystemForm
from catalog.models import Revision
from catalog.trees import Entry, Tree
from catalog.vocabulary import FEATURES, LIMIT_NAME

PLAIN = "What it is"


@never_cache
@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """All entries in groups: as the pending revision has them, changed ones marked."""
    curator(request)
    revision, tree = _tree(slug)
    changed = {one.key for one in curation.changes_of(revision)} if revision else set()
    context = {
        "slug": slug,
        "name": tree.get("name", slug),
        "revision": revision,
        "groups": _groups(tree, changed),
        "missing": _missing(tree),
    }
    return render(request, "catalog/edit.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """One entry; `remove` takes a limit or a fact that nobody needs away."""
    person = curator(request)
    revision, tree = _tree(slug)
    now = trees.entries(tree).get(key)
    if now is None and key not in dict(_missing(tree)):
        raise Http404(f"{slug} has no {key[:80]!r}")
    form = EntryForm(key, now, request.POST if request.method == "POST" else None)
    removes = request.POST.get("do") == "remove"
    problems: tuple[str, ...] = ()
    if request.method == "POST" and (removes or form.is_valid()):
        change = curation.FactChange(key, None if removes else form.entry())
        try:
            saved = curation.change(curation.start(slug, person), [change])
        except curation.CurationError as error:
            problems = error.problems
        else:
            messages.success(request, f"{trees.label(key)}: saved in draft {saved.number}")
            return redirect(f"{reverse('catalog:edit', args=[slug])}#{key}")
    context: dict[str, Any] = {
        "slug": slug, "name": tree.get("name", slug), "key": key, "label": trees.label(key), "form": form, "problems": problems,
        "now": now, "now_text": trees.in_words(key, now), "revision": revision,
        "removable": now is not None and key.removeprefix("limits.") in LIMIT_NAME,
        "sources": presentation.sources_of(now.sources if now else ()),
    }  # fmt: skip
    return render(request, "catalog/edit_entry.html", context, status=422 if problems or form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    person = curator(request)
    databases = services.current_snapshot().databases
    systems = {one.slug: one.name for one in sorted(databases.values(), key=lambda one: one.name.lower())}
    form = NewSystemForm(systems, request.POST if request.method == "POST" else None)
    if form.is_valid():
        got = form.cleaned_data
        tree = _unconfirmed(curation.published_tree(got["like"]))
        tree |= {name: got[name] for name in ("slug", "name", "vendor", "docs_url")}
        try:
            curation.propose(tree, person, f"New system, begun like {systems[got['like']]}", Revision.Origin.CURATION)
        except curation.CurationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("catalog:edit", got["slug"])
    return render(request, "catalog/edit_new.html", {"form": form}, status=422 if form.errors else 200)


def _tree(slug: str) -> tuple[Revision | None, Tree]:
    """What is being edited: the pending revision, else the published tree. 404 for neither."""
    revision = curation.pending().filter(database_slug=slug).first()
    if revision is not None:
        return revision, revision.tree
    if slug not in services.current_snapshot().databases:
        raise Http404(f"No database {slug!r} in the catalog")
    return None, curation.published_tree(slug)


def _groups(tree: Tree, changed: set[str]) -> list[tuple[str, list[tuple[str, str, str, Entry, bool]]]]:
    """Title, and for each entry: key, label, value in words, the entry, whether it was changed."""
    found: dict[str, list[tuple[str, str, str, Entry, bool]]] = {}
    for key, one in trees.entries(tree).items():
        group = key.split(".")[0] if "." in key else ""
        title = "Limits" if group == "limits" else presentation.GROUPS.get(group, PLAIN)
        found.setdefault(title, []).append((key, trees.label(key), trees.in_words(key, one), one, key in changed))
    return list(found.items())


def _missing(tree: Tree) -> list[tuple[str, str]]:
    """Limits and abilities of the vocabulary that the system does not have yet: key and label."""
    keys = [*(f"features.{name}" for name in FEATURES), *(f"limits.{name}" for name in LIMIT_NAME)]
    keys += [f"{group}.{trees.NOTE}" for group in (*GROUPS, "limits")]
    there = trees.entries(tree)
    return [(key, trees.label(key)) for key in keys if key not in there]


def _unconfirmed(tree: Tree) -> Tree:
    """The same values, none of them seen in a source for this system."""
    found = {
        key: Entry(one.value)
        for key, one in trees.entries(tree).items()
        if not key.startswith("limits.") and key not in ("jepsen", trees.CYCLES) and not key.endswith(f".{trees.NOTE}")
    }
    bare: Tree = {
        "jepsen": [],
        **{name: tree[name] for name in ("types", "workloads", "deployment_models") if name in tree},
    }
    return trees.with_entries(bare, found)

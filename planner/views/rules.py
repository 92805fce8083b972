"""The rules of the design review, for everybody to read: all of them, and each one explained."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from planner.engine.advice import GROUPS, RULES, WAIVING, group_of, rule_of
from planner.engine.rules.rule import Rule

ADDRESS = re.compile(r"https?://[^\s,;]+")


@dataclass(frozen=True)
class Group:
    title: str
    about: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class SourcePart:
    """A piece of a source: words, or an address."""

    text: str
    url: str = ""


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    groups = [
        Group(title, about, tuple(rule for rule in RULES if rule.id.startswith(f"{prefix}.")))
        for prefix, (title, about) in GROUPS.items()
    ]
    return render(request, "planner/rules.html", {"groups": groups, "count": len(RULES)})


@require_GET
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    found = rule_of(rule_id)
    if found is None:
        raise Http404("There is no such rule.")
    title, about = group_of(found)
    context = {
        "rule": found,
        "group": title,
        "about": about,
        "source": source_parts(found.source),
        "thresholds": [(one, source_parts(one.source)) for one in found.thresholds],
        "waiving": WAIVING,
        "others": [one for one in RULES if one != found and group_of(one)[0] == title],
    }
    return render(request, "planner/rule.html", context)


def source_parts(source: str) -> tuple[SourcePart, ...]:
    """`Guide; https://example.org, article 17` in pieces, so that the address becomes a link."""
    parts: list[SourcePart] = []
    end = 0
    for found in ADDRESS.finditer(source):
        parts += [SourcePart(source[end : found.start()])] if found.start() > end else []
        parts.append(SourcePart(found[0], found[0]))
        end = found.end()
    return (*parts, SourcePart(source[end:])) if end < len(source) else tuple(parts)

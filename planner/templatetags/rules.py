"""Words of rules and findings on pages."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
CODE = re.compile(r"`([^`]+)`")


@register.filter
def coded(text: str) -> SafeString:
    """What stands between backticks as code; all of it escaped, because findings carry people's words."""
    pieces = CODE.split(text)
    shown = (format_html("<code>{}</code>", one) if place % 2 else one for place, one in enumerate(pieces))
    return format_html_join("", "{}", ((one,) for one in shown))

"""YAML and JSON that people type or send, as plain values. What cannot be read is refused with its line; nothing is guessed.

Days and numbers with a point stay texts, as the catalog keeps them. Aliases, deep nesting and endless numbers are refused.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

DEEPEST = 20  # a catalog has seven levels
MOST_DIGITS = 30
BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class WrittenError(ValueError):
    """What was written cannot be read."""


class _Loader(BASE):  # type: ignore[misc, valid-type] # the C loader where it is installed
    """The safe loader without values of its own kinds: a wrong day is told by the checks, with its field."""


def _as_text(_loader: Any, node: Any) -> str:
    return str(node.value)


def _whole(loader: Any, node: Any) -> Any:
    return _number(node.value) if re.fullmatch(r"[-+]?[0-9]+", node.value) else str(node.value)


for _tag in ("timestamp", "float", "binary"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _as_text)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)


def from_yaml(text: str) -> Any:
    """WrittenError says why and at which line."""
    try:
        _check_events(text)
        return yaml.load(text, _Loader)  # noqa: S506 -- a safe loader
    except yaml.YAMLError as error:
        raise WrittenError(_words(error)) from None
    except UnicodeEncodeError as error:  # the C reader takes UTF-8 only
        raise WrittenError(f"Character {error.start + 1} is no text") from None


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, BASE):
        line = getattr(event.start_mark, "line", 0) + 1
        if isinstance(event, yaml.AliasEvent):
            raise WrittenError(f"Line {line}: aliases (*{event.anchor}) are not read; write it out")
        if tag := getattr(event, "tag", None):
            raise WrittenError(f"Line {line}: tags ({tag}) are not read; write the value alone")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise WrittenError(f"Line {line}: lists and mappings are nested more than {DEEPEST} deep")


def _words(error: yaml.YAMLError) -> str:
    """Where the text stops being YAML, and why."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    return f"This is not YAML{where}: {getattr(error, 'problem', None) or str(error).splitlines()[0]}"


def from_json(text: str) -> Any:
    """WrittenError says why and at which line."""
    try:
        return json.loads(text, parse_float=str, parse_constant=str, parse_int=_number)
    except json.JSONDecodeError as error:
        raise WrittenError(f"This is not JSON (line {error.lineno}, column {error.colno}): {error.msg}") from None
    except RecursionError:
        raise WrittenError("The lists of this file are nested too deeply to be a catalog") from None


def _number(text: str) -> int | str:
    """A number without end stays a text, which no field takes for a number."""
    return int(text) if len(text) <= MOST_DIGITS else text

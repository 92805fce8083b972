"""Text to tree, with the line and column of every node. YAML in its 1.2 core form, and JSON.

Refused: tags, duplicate keys, aliases that multiply the document, deep nesting, more than 1 MiB, text that is not UTF-8.
`on`, `no` and dates are plain text, as YAML 1.2 says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from planner.engine.problems import DocumentError, Problem, dotted

MAX_BYTES = 1_048_576
MAX_DEPTH = 24
MAX_NODES = 300_000
MAX_ALIASED_NODES = 2_000
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]


@dataclass
class Source:
    """A tree of dicts, lists and scalars, and where each node stands (1-based line and column)."""

    tree: dict[str, Any]
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    RESOLVERS: ClassVar[tuple[tuple[str, re.Pattern[str], str], ...]] = (
        ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN\0"),
        ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
        ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$|^0o[0-7]+$|^0x[0-9a-fA-F]+$"), "-+0123456789"),
        (
            "tag:yaml.org,2002:float",
            re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$"),
            "-+0123456789.",
        ),
    )

    def position(self, path: Path) -> tuple[int | None, int | None]:
        """Of the node, or of the nearest one around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return (1, 1)


def _refuse(path: Path, mark: Any, message: str) -> DocumentError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return DocumentError((Problem(dotted(path), line, column, message),))


def read(text: str | bytes, fmt: str | None = None) -> Source:
    """The source of a document; JSON is read by the same reader, because JSON is YAML."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise _refuse((), None, f"the document has {len(data):,} bytes; the limit is {MAX_BYTES:,} (1 MiB)")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentError((Problem("", line, None, "is not UTF-8 text"),)) from error
    if fmt == "json" and decoded.lstrip()[:1] != "{":
        raise _refuse((), None, "must be a JSON object")
    try:
        return _Builder(decoded).source()
    except yaml.MarkedYAMLError as error:
        words = " ".join(part for part in (error.context, error.problem) if part)
        raise _refuse((), error.problem_mark or error.context_mark, f"cannot be read: {words}") from error
    except yaml.YAMLError as error:
        raise _refuse((), None, f"cannot be read: {str(error).splitlines()[0]}") from error
    except (ValueError, RecursionError) as error:
        raise _refuse((), None, f"cannot be read: {error}") from error


class _Builder:
    """Turns parser events into a tree. The only loops are over events, so its cost is bounded by the text's length."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=PARSER))
        self.places: dict[Path, tuple[int, int]] = {}
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.aliased = 0
        self.problems: list[Problem] = []

    def source(self) -> Source:
        tree: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _refuse((), event.start_mark, "must be one document; a second one begins here")
                tree = self._node(next(self.events), (), 0)
        if self.problems:
            raise DocumentError(tuple(self.problems))
        if not isinstance(tree, dict):
            raise _refuse((), None, "must be a mapping that begins with `polystore: 1`")
        return Source(tree, self.places)

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            limit = f"{MAX_NODES:,} values" if self.nodes > MAX_NODES else f"{MAX_DEPTH} levels"
            raise _refuse(path, event.start_mark, f"has more than {limit}")
        self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        # Quoted scalars carry "!" (the non-specific tag) in some parsers; only a named tag asks for a type.
        if event.tag is not None and event.tag != "!":
            raise _refuse(path, event.start_mark, f"has the tag {event.tag}; tags are not allowed")
        before = self.nodes
        value = self._value(event, path, depth)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return scalar(event.value, plain=event.implicit[0] and event.style in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _alias(self, event: Any, path: Path) -> Any:
        if event.anchor not in self.anchors:
            raise _refuse(path, event.start_mark, f"*{event.anchor} refers to nothing before it")
        value, size = self.anchors[event.anchor]
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            raise _refuse(path, event.start_mark, f"aliases repeat more than {MAX_ALIASED_NODES:,} values; write them out")
        return value

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _refuse(path, event.start_mark, "keys must be plain text")
            key = event.value
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if key in found:
                self.problems.append(Problem(dotted((*path, key)), *place, "stands here a second time"))
            self.places[(*path, key)] = place
            found[key] = self._node(next(self.events), (*path, key), depth + 1)
        return found


def scalar(text: str, plain: bool) -> Any:
    """YAML 1.2 core schema; quoted text is always text."""
    if not plain:
        return text
    for tag, pattern, _ in Source.RESOLVERS:
        if pattern.match(text):
            return _typed(tag.rsplit(":", 1)[1], text)
    return text


def _typed(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        if len(text) > 40:
            raise ValueError(f"the number {text[:20]}... is too long")
        return int(text, 0) if text[:2].lower() in ("0o", "0x") else int(text)
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))

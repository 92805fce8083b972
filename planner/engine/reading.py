"""Text to tree, with the line and column of every node. YAML in its 1.2 core form, and JSON.

Refused: tags, duplicate keys, aliases that multiply the document, deep nesting, more than 1 MiB, other than UTF-8.
`on`, `no` and dates are plain text, as YAML 1.2 says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.reader import Reader

from planner.engine.problems import Path, Problem, dotted
from planner.engine.reading_json import read_json
from planner.engine.source import (
    LONE_SURROGATE,
    MAX_ALIASED_NODES,
    MAX_BYTES,
    MAX_DIGITS,
    Place,
    Source,
    Tree,
    check_room,
    refuse,
)

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
JSON_BEGINS = re.compile(r"\s*\{\s*[\"}]")
INTEGER = re.compile(r"^[-+]?[0-9]+\Z|^0o[0-7]+\Z|^0x[0-9a-fA-F]+\Z")
# YAML 1.2 core schema: what plain text means; anything else is text. Tag, pattern, possible first characters.
RESOLVERS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)\Z"), "~nN\0"),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    ("tag:yaml.org,2002:int", INTEGER, "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        re.compile(
            r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|^[-+]?\.(?:inf|Inf|INF)\Z|^\.(?:nan|NaN|NAN)\Z"
        ),
        "-+0123456789.",
    ),
)


def read(text: str | bytes, fmt: str | None = None) -> Source:
    """The source of a document in YAML or JSON; DocumentError if it is neither."""
    decoded = _decoded(text)
    if fmt == "json" or (fmt is None and JSON_BEGINS.match(decoded)):
        return read_json(decoded)
    strange = Reader.NON_PRINTABLE.search(decoded)
    if strange:
        before = decoded[: strange.start()]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise refuse((), place, f"holds the control character U+{ord(strange[0]):04X}")
    try:
        return _Builder(decoded).source()
    except yaml.MarkedYAMLError as error:
        words = " ".join(part for part in (error.context, error.problem) if part)
        mark = error.problem_mark or error.context_mark
        raise refuse((), _at(mark) if mark else None, f"cannot be read: {words}") from error
    except yaml.YAMLError as error:
        raise refuse((), None, f"cannot be read: {str(error).splitlines()[0]}") from error


def _decoded(text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise refuse((), None, f"the document has {len(data):,} bytes; the limit is {MAX_BYTES:,} (1 MiB)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        raise refuse((), place, f"is not UTF-8 text: byte {data[error.start]:#04x}") from error


def _at(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


class _Builder:
    """Turns parser events into a tree. The only loops are over events, so its cost is bounded by the text's length."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=PARSER))
        self.places: dict[Path, Place] = {}
        self.anchors: dict[str, tuple[object, int]] = {}
        self.nodes = 0
        self.aliased = 0
        self.problems: list[Problem] = []

    def source(self) -> Source:
        tree: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise refuse((), _at(event.start_mark), "must be one document; a second one begins here")
                tree = self._node(next(self.events), (), 0)
        if not isinstance(tree, dict):
            raise refuse((), (1, 1), "must be a mapping that begins with `polystore: 1`")
        return Source(tree, self.places, tuple(self.problems))

    def _problem(self, path: Path, event: Any, message: str) -> None:
        self.problems.append(Problem(dotted(path), *_at(event.start_mark), message))

    def _node(self, event: Any, path: Path, depth: int) -> object:
        self.nodes += 1
        check_room(self.nodes, depth, path, _at(event.start_mark))
        self.places.setdefault(path, _at(event.start_mark))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        # Quoted scalars carry "!" (the non-specific tag) in some parsers; only a named tag asks for a type.
        if event.tag is not None and event.tag != "!":
            self._problem(path, event, f"has the tag {event.tag}; tags are not allowed")
        before = self.nodes
        value = self._value(event, path, depth)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def _value(self, event: Any, path: Path, depth: int) -> object:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _scalar(self, event: Any, path: Path) -> object:
        text: str = event.value
        if LONE_SURROGATE.search(text):
            self._problem(path, event, "holds half of a surrogate pair")
            return "?"
        # Plain text only: what stands in quotes is text, whatever it looks like.
        if event.style not in (None, "") or event.tag is not None:
            return text
        if len(text) > MAX_DIGITS and INTEGER.match(text):
            self._problem(path, event, f"found a number of {len(text)} digits, too long")
            return 0
        return scalar(text)

    def _alias(self, event: Any, path: Path) -> object:
        if event.anchor not in self.anchors:
            raise refuse(path, _at(event.start_mark), f"*{event.anchor} refers to nothing that is complete before it")
        value, size = self.anchors[event.anchor]
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            message = f"aliases repeat more than {MAX_ALIASED_NODES:,} values; write them out"
            raise refuse(path, _at(event.start_mark), message)
        self.nodes += size
        return value

    def _sequence(self, path: Path, depth: int) -> list[object]:
        items: list[object] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> Tree:
        found: Tree = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise refuse(path, _at(event.start_mark), "keys must be plain text")
            key = "?" if LONE_SURROGATE.search(event.value) else event.value
            if key in found:
                self._problem((*path, key), event, "stands here a second time")
            self.places[(*path, key)] = _at(event.start_mark)
            found[key] = self._node(next(self.events), (*path, key), depth + 1)
        return found


def scalar(text: str) -> object:
    """What plain text means in the YAML 1.2 core schema."""
    for tag, pattern, _ in RESOLVERS:
        if pattern.match(text):
            return _typed(tag.rsplit(":", 1)[1], text)
    return text


def _typed(kind: str, text: str) -> object:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text, 0) if text[:2].lower() in ("0o", "0x") else int(text)
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))

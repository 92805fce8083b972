"""JSON to tree, with the line and column of every node. Strict: no comments, no NaN, no duplicate keys.

The standard reader knows no positions, so the structure is read here and strings and numbers by its own parts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from planner.engine.problems import Path, Problem, dotted
from planner.engine.source import LONE_SURROGATE, MAX_DIGITS, Place, Source, Tree, check_room, refuse

SPACE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORDS: dict[str, object] = {"true": True, "false": False, "null": None}
STRINGS = JSONDecoder()
WORD = re.compile(r"true|false|null")


def read_json(text: str) -> Source:
    """The source of a JSON document; DocumentError at the first character that JSON does not allow."""
    return _Reader(text).source()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def source(self) -> Source:
        self._space()
        if self._next() != "{":
            raise refuse((), self._place(), "must be a JSON object")
        tree = self._object((), 0)
        self._space()
        if self.at != len(self.text):
            raise refuse((), self._place(), "something follows after the end of the document")
        return Source(tree, self.places, tuple(self.problems))

    def _place(self, at: int | None = None) -> Place:
        at = self.at if at is None else at
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def _space(self) -> None:
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _expect(self, allowed: str, path: Path) -> str:
        """Skip space and take one of these characters."""
        self._space()
        found = self._next()
        if not found or found not in allowed:
            shown = repr(found) if found else "the end of the text"
            raise refuse(path, self._place(), f"found {shown}, must be {' or '.join(allowed)}")
        self.at += 1
        return found

    def _value(self, path: Path, depth: int) -> object:
        self._space()
        self.nodes += 1
        check_room(self.nodes, depth, path, self._place())
        self.places.setdefault(path, self._place())
        first = self._next()
        if first == "{":
            return self._object(path, depth)
        if first == "[":
            return self._array(path, depth)
        if first == '"':
            return self._string(path)
        return self._word(path)

    def _object(self, path: Path, depth: int) -> Tree:
        self.at += 1
        found: Tree = {}
        self._space()
        if self._next() == "}":
            self.at += 1
            return found
        while True:
            self._expect('"', path)
            self.at -= 1
            place = self._place()
            key = self._string(path)
            if key in found:
                self.problems.append(Problem(dotted((*path, key)), *place, "stands here a second time"))
            self.places[(*path, key)] = place
            self._expect(":", (*path, key))
            found[key] = self._value((*path, key), depth + 1)
            if self._expect(",}", path) == "}":
                return found

    def _array(self, path: Path, depth: int) -> list[object]:
        self.at += 1
        items: list[object] = []
        self._space()
        if self._next() == "]":
            self.at += 1
            return items
        while True:
            items.append(self._value((*path, len(items)), depth + 1))
            if self._expect(",]", path) == "]":
                return items

    def _string(self, path: Path) -> str:
        start = self.at
        try:
            value, self.at = STRINGS.raw_decode(self.text, start)
        except JSONDecodeError as error:
            message = f"cannot be read: {error.msg[0].lower()}{error.msg[1:]}"
            raise refuse(path, self._place(error.pos), message) from error
        if LONE_SURROGATE.search(value):
            raise refuse(path, self._place(start), "holds half of a surrogate pair")
        return str(value)

    def _word(self, path: Path) -> object:
        word = WORD.match(self.text, self.at)
        if word:
            self.at = word.end()
            return WORDS[word[0]]
        number = NUMBER.match(self.text, self.at)
        if not number:
            shown = self.text[self.at : self.at + 12].split("\n")[0] or "the end of the text"
            raise refuse(path, self._place(), f"found {shown!r}, must be a JSON value")
        place, self.at = self._place(), number.end()
        if number[2] or number[3]:
            return float(number[0])
        if len(number[1]) > MAX_DIGITS:
            self.problems.append(Problem(dotted(path), *place, f"found a number of {len(number[1])} digits, too long"))
            return 0
        return int(number[1])

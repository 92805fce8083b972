"""A stream that refuses what would break its reader: endless numbers and endless nesting. Checked chunk by chunk, never whole."""

from __future__ import annotations

import re
from typing import BinaryIO

import numpy as np

from catalog.refresh.rows import PriceFileError

# Python writes no number of more digits by itself, and the C reader of ijson dies of one.
MOST_DIGITS = 400
LONG_NUMBER = re.compile(rb"[0-9]{%d}" % MOST_DIGITS)
# A vendor's file has about ten levels. Brackets inside texts count too, so there is room for some that never close.
DEEPEST, SHALLOWEST = 200, -100


class Guarded:
    """`read` and `seek` of another stream, all that readers of JSON ask for; PriceFileError instead of bytes that are no price file."""

    def __init__(self, file: BinaryIO, origin: str) -> None:
        self._file = file
        self._origin = origin
        self._depth = 0
        self._tail = b""

    def seek(self, offset: int) -> int:
        self._depth, self._tail = 0, b""
        return self._file.seek(offset)

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._check_numbers(chunk)
        self._check_depth(chunk)
        return chunk

    def _check_numbers(self, chunk: bytes) -> None:
        if LONG_NUMBER.search(self._tail + chunk):
            raise PriceFileError(f"{self._origin}: holds a number of {MOST_DIGITS} digits or more; that is no price")
        self._tail = (self._tail + chunk)[-MOST_DIGITS:]

    def _check_depth(self, chunk: bytes) -> None:
        found = np.frombuffer(chunk, dtype=np.uint8)
        opened = (found == ord("[")) | (found == ord("{"))
        closed = (found == ord("]")) | (found == ord("}"))
        depths = self._depth + np.cumsum(opened.astype(np.int64) - closed)
        if not len(depths):
            return
        if depths.max() > DEEPEST or depths.min() < SHALLOWEST:
            raise PriceFileError(f"{self._origin}: brackets are nested more than {DEEPEST} deep; that is no price file")
        self._depth = int(depths[-1])

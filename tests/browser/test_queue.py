"""The path of a fact: one curator edits it, another publishes it by keyboard, readers see it, and it is undone."""

from __future__ import annotations

SOURCE = "https://example.org/joins"

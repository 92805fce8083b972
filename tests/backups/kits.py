"""Kits laid out on disk and run, for tests: the scripts are those that a user downloads, run by the real programs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backups.scripts.kit import Kit, kit_of
from planner.engine.document import Plan
from planner.engine.document import parse as parse_document

PLAN_ID = "00000000-0000-4000-8000-000000000001"


def plan_with(database: str, backups: Sequence[Mapping[str, Any]], slug: str = "main") -> Plan:
    store = {"name": "Main", "database": database, "backups": list(backups)}
    return parse_document(json.dumps({"polystore": 1, "name": "Kits", "stores": {slug: store}}))


def policy(kind: str, every: str, keep: Any, method: str, *copies: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "every": every, "keep": keep, "method": method, "copies": list(copies)}


@dataclass
class Ran:
    code: int
    said: str


@dataclass
class OnDisk:
    """A kit in a folder. `settings` go into local.conf; `user` runs the scripts, None is whoever runs the tests."""

    folder: Path
    user: str | None = None

    def run(self, script: str, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        command = ["bash", str(self.folder / script), *arguments]
        got = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env=os.environ | (env or {}), user=self.user, cwd="/"
        )
        return Ran(got.returncode, got.stdout + got.stderr)

    def good(self, script: str, *arguments: str) -> str:
        got = self.run(script, *arguments)
        assert got.code == 0, got.said
        return got.said

    def rewrite_policy(self, **values: str) -> None:
        """As if the plan said so: with a checksum that fits."""
        path = self.folder / "policy.conf"
        lines = [line for line in path.read_text().splitlines() if line.split("=")[0] not in (*values, "END")]
        body = "\n".join([*lines, *(f"{key}={value}" for key, value in values.items())]) + "\n"
        path.write_text(f"{body}END={hashlib.sha256(body.encode()).hexdigest()}\n")


def lay_out(kit: Kit, tool: str, folder: Path, settings: Mapping[str, object], user: str | None = None) -> OnDisk:
    prefix = f"{kit.slug}/{tool}/"
    for file in kit.files:
        if file.path.startswith(prefix):
            path = folder / file.path.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text)
    local = folder / "local.conf"
    kept = [line for line in local.read_text().splitlines() if line.split("=")[0] not in settings]
    local.write_text("\n".join([*kept, *(f"{key}={value}" for key, value in settings.items())]) + "\n")
    return OnDisk(folder, user)


__all__ = ["PLAN_ID", "Kit", "OnDisk", "Ran", "kit_of", "lay_out", "plan_with", "policy"]

"""A catalog of few systems in a folder, and a fresh look at what is published for every test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog import files, services

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(autouse=True)
def ask_again() -> Iterator[None]:
    """What one test published must not be remembered in the next."""
    services.forget_published()
    yield
    services.forget_published()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """PostgreSQL, Redis and S3 with their prices, without offerings."""
    for slug in ("postgresql", "redis", "s3"):
        (tmp_path / f"{slug}.yaml").write_text((files.DATA / f"{slug}.yaml").read_text(encoding="utf-8"))
    shutil.copytree(files.DATA / "prices", tmp_path / "prices")
    return tmp_path


def changed(folder: Path, slug: str, change: Change) -> None:
    """Rewrites the file of one system."""
    path = folder / f"{slug}.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")

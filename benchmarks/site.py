"""The whole site on a database of its own, for benchmarks that send requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.runner import DiscoverRunner

from catalog.services import load
from config import collector


@contextmanager
def site() -> Iterator[None]:
    """An empty database with the packaged catalog; garbage is collected as in the web process."""
    collector.rarely()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        load()
        yield
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()

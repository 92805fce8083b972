"""Servers of their own for tests that kill them. Only run where real servers are wanted (see tests/suite.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.servers import Server, new_postgresql, new_redis, running
from tests.site import Site, running_site


@dataclass(frozen=True)
class Breakable:
    """A site on a PostgreSQL and a Redis that nobody else uses."""

    site: Site
    postgresql: Server
    redis: Server


@pytest.fixture(scope="session")
def breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Breakable]:
    folder = tmp_path_factory.mktemp("breakable")
    with (
        running(new_postgresql) as postgresql,
        running(new_redis) as redis,
        running_site(folder, postgresql.url, redis.url) as site,
    ):
        yield Breakable(site, postgresql, redis)

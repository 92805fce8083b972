"""Fixtures for every test. Browser tests and their real processes are in tests/browser/conftest.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import settings

from accounts.models import User
from config import celery
from tests.factories import People, make_people, make_user

BROWSER_TESTS = Path(__file__).parent / "browser"
celery.app.set_default()

# How long an example takes says something about the machine, not about the code.
settings.register_profile("polystore", settings(), deadline=None)
settings.load_profile("polystore")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def no_leftover_cache(request: pytest.FixtureRequest) -> None:
    """Rate limits and cached answers of one test must not reach the next."""
    if not any(request.node.get_closest_marker(name) for name in ("browser", "faults")):
        cache.clear()


@pytest.fixture
def user(db: None) -> User:
    return make_user()


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client

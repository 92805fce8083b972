"""Personal API tokens: shown once, kept as a hash, revocable."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import ApiToken, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user(username="ann", email="ann@example.com", password="a long secret")


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, user: User) -> None:
    page = client.post(reverse("accounts:token_create"), {"name": "CI"}).content.decode()
    secret = re.search(r"pst_[\w-]{43}", page)
    assert secret
    stored = ApiToken.objects.get()
    assert secret[0] not in (stored.token_sha256, stored.name)
    assert services.user_of_token(secret[0]) == user
    assert secret[0] not in client.get(reverse("accounts:settings")).content.decode()


def test_a_revoked_token_opens_nothing(client: Client, user: User) -> None:
    token, secret = services.create_token(user, "CI")
    client.post(reverse("accounts:token_revoke", args=[token.pk]))
    assert services.user_of_token(secret) is None


def test_tokens_of_closed_accounts_open_nothing(user: User) -> None:
    _, secret = services.create_token(user, "CI")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert services.user_of_token(secret) is None


def test_nobody_revokes_another_persons_token(user: User) -> None:
    token, secret = services.create_token(user, "CI")
    stranger = Client()
    stranger.force_login(User.objects.create_user(username="bob", email="bob@example.com", password="a long secret"))
    assert stranger.post(reverse("accounts:token_revoke", args=[token.pk])).status_code == 404
    assert Client().post(reverse("accounts:token_revoke", args=[token.pk])).status_code == 302
    assert services.user_of_token(secret) == user


def test_a_token_without_a_name_is_refused(client: Client) -> None:
    assert client.post(reverse("accounts:token_create"), {"name": ""}).status_code == 422
    assert not ApiToken.objects.exists()

"""Signing up, in and out, and choosing a new password, as a person does it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def test_sign_up_in_and_out() -> None:
    client = Client()
    answer = client.post(reverse("account_signup"), {"email": "ann@example.com", "password1": PASSWORD})
    assert answer.status_code == 302
    assert User.objects.get().email == "ann@example.com"
    client.post(reverse("account_logout"))
    assert client.get(reverse("accounts:settings")).status_code == 302
    client.post(reverse("account_login"), {"login": "ann@example.com", "password": PASSWORD})
    assert "ann@example.com" in client.get(reverse("accounts:settings")).content.decode()


def test_a_wrong_password_keeps_the_address() -> None:
    User.objects.create_user(username="ann", email="ann@example.com", password=PASSWORD)
    page = Client().post(reverse("account_login"), {"login": "ann@example.com", "password": "wrong"}).content.decode()
    assert "ann@example.com" in page
    assert "wrong" not in page


def test_password_reset_by_mail() -> None:
    User.objects.create_user(username="ann", email="ann@example.com", password=PASSWORD)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "ann@example.com"})
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = "another long secret"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert User.objects.get().check_password(new)


def test_password_reset_does_not_tell_who_has_an_account() -> None:
    User.objects.create_user(username="ann", email="ann@example.com", password=PASSWORD)
    answers = {
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in ("ann@example.com", "nobody@example.com")
    }
    assert len({re.sub(rb"csrf\S+|value=\"\S+\"", b"", answer) for answer in answers}) == 1


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_entrance_pages_are_whole_pages_of_the_house(name: str) -> None:
    page = Client().get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert 'class="page-title"' in page
